//! `offprint assets rm`, `restore`, `mv` and `folders`.

use super::client::{self, Client};
use super::output::{remark, say};
use super::status::{EXIT_WORK, Failure, event_text};
use super::table::{self, Side};
use super::{Connection, Outcome, json};
use crate::proto::{
    AssetResult, DeleteAssetsRequest, Folder, ListFoldersRequest, MoveAssetsRequest,
    RestoreAssetsRequest,
};
use clap::Args;
use std::process::ExitCode;

/// Handles sent at once; the most that the contract allows.
const AT_ONCE: usize = 1000;

/// Puts assets into the trash, or removes them for good
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint assets rm 'a|7' 'a|9'                into the trash; `offprint assets restore` brings back
  offprint assets rm --permanently 'a|7'        for good, with the file")]
pub struct RemoveArgs {
    /// The assets, for example 'a|7'
    #[arg(required = true, value_name = "HANDLE")]
    handles: Vec<String>,
    /// Remove for good; nothing brings them back
    #[arg(long)]
    permanently: bool,
}

/// Takes assets out of the trash
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The assets, for example 'a|7'
    #[arg(required = true, value_name = "HANDLE")]
    handles: Vec<String>,
}

/// Moves assets into a folder
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint assets mv 'a|7' 'a|9' Acme/shoes/
  offprint assets mv 'a|7' /                    into the root")]
pub struct MoveArgs {
    /// The assets, for example 'a|7'
    #[arg(required = true, value_name = "HANDLE")]
    handles: Vec<String>,
    /// Where to; it need not exist
    folder: String,
}

/// Lists folders with how many assets they hold
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint assets folders                       those of the root
  offprint assets folders Acme/                 those right below Acme/")]
pub struct FoldersArgs {
    /// The folder to look into; the root when not given
    #[arg(default_value = "", hide_default_value = true)]
    folder: String,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub async fn remove(args: RemoveArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let mut results = Vec::new();
    for handles in args.handles.chunks(AT_ONCE) {
        let request = DeleteAssetsRequest {
            company_handle: client.company.clone(),
            asset_handle_array: handles.to_vec(),
            permanently: args.permanently,
        };
        results.extend(client.assets.delete_assets(request).await?.into_inner().result_array);
    }
    report(&results, if args.permanently { "removed" } else { "in the trash" })
}

pub async fn restore(args: RestoreArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let mut results = Vec::new();
    for handles in args.handles.chunks(AT_ONCE) {
        let request = RestoreAssetsRequest {
            company_handle: client.company.clone(),
            asset_handle_array: handles.to_vec(),
        };
        results.extend(client.assets.restore_assets(request).await?.into_inner().result_array);
    }
    report(&results, "restored")
}

pub async fn move_into(args: MoveArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let mut results = Vec::new();
    for handles in args.handles.chunks(AT_ONCE) {
        let request = MoveAssetsRequest {
            company_handle: client.company.clone(),
            asset_handle_array: handles.to_vec(),
            folder: args.folder.clone(),
        };
        results.extend(client.assets.move_assets(request).await?.into_inner().result_array);
    }
    report(&results, "moved")
}

pub async fn folders(args: FoldersArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let folders = all_folders(&mut client, &args.folder).await?;
    if args.json {
        for folder in &folders {
            say!("{}", json::line("Folder", folder)?);
        }
    } else if folders.is_empty() {
        say!("no folders");
    } else {
        say!("{}", listing(&folders));
    }
    Ok(ExitCode::SUCCESS)
}

async fn all_folders(client: &mut Client, folder: &str) -> Result<Vec<Folder>, Failure> {
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListFoldersRequest {
            company_handle: client.company.clone(),
            folder: folder.to_string(),
            page_size: AT_ONCE as i32,
            page_token,
        };
        let page = client.assets.list_folders(request).await?.into_inner();
        found.extend(page.folder_array);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(found);
        }
    }
}

/// A line for each asset; those that went wrong on standard error.
fn report(results: &[AssetResult], done: &str) -> Outcome {
    let mut failed = false;
    for result in results {
        match (&result.asset, &result.error) {
            (Some(asset), _) => {
                let file = if asset.file_name.is_empty() { &asset.name } else { &asset.file_name };
                say!("{}  {}{file}: {done}", result.asset_handle, asset.folder);
            }
            (None, Some(error)) => {
                failed = true;
                remark!("{}: {}", result.asset_handle, event_text(error));
            }
            (None, None) => {}
        }
    }
    Ok(if failed { ExitCode::from(EXIT_WORK) } else { ExitCode::SUCCESS })
}

fn listing(folders: &[Folder]) -> String {
    let columns =
        [("folder", Side::Left), ("assets", Side::Right), ("with those below", Side::Right)];
    let rows: Vec<Vec<String>> = folders
        .iter()
        .map(|folder| {
            let (here, below) = (folder.asset_count, folder.total_asset_count);
            vec![folder.path.clone(), here.to_string(), below.to_string()]
        })
        .collect();
    table::render(&columns, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_listed_with_their_counts() {
        let folder = |path: &str, asset_count, total_asset_count| Folder {
            path: path.into(),
            asset_count,
            total_asset_count,
        };
        assert_eq!(
            listing(&[folder("Acme/", 0, 12), folder("shoes/", 3, 3)]),
            "\
folder  assets  with those below
Acme/        0                12
shoes/       3                 3"
        );
    }
}
