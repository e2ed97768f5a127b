//! `offprint assets`: what is in the library.

use super::output::say;
use super::table::{self, Side};
use super::{Connection, Outcome, asset_changes, asset_fields, client, json};
use crate::proto::{Asset, TrashState};
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Lists the assets of the library; shows, changes, moves and removes them
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  offprint assets                       the whole library
  offprint assets --folder shoes/       one folder and those below it
  offprint assets --contains chair      names with 'chair' in them
  offprint assets --json | jq -r .assetHandle
  offprint assets show 'a|7'            everything about one
  offprint assets set 'a|7' --post-modifier 'fmt=png'
  offprint assets folders               what lies where
  offprint assets rm 'a|7'              into the trash"
)]
pub struct AssetsArgs {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only this folder and those below it, for example 'Acme/shoes/'
    #[arg(long, value_name = "FOLDER")]
    folder: Option<String>,
    /// Only assets whose name contains this text, in any case
    #[arg(long, default_value = "", value_name = "TEXT", hide_default_value = true)]
    contains: String,
    /// Only assets in the trash, which are left out otherwise
    #[arg(long)]
    trash: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    Set(asset_fields::SetArgs),
    Show(asset_fields::ShowArgs),
    #[command(name = "rm")]
    Remove(asset_changes::RemoveArgs),
    Restore(asset_changes::RestoreArgs),
    #[command(name = "mv")]
    Move(asset_changes::MoveArgs),
    Folders(asset_changes::FoldersArgs),
}

pub async fn run(args: AssetsArgs, connection: &Connection) -> Outcome {
    match args.action {
        Some(Action::Set(args)) => return asset_fields::set(args, connection).await,
        Some(Action::Show(args)) => return asset_fields::show(args, connection).await,
        Some(Action::Remove(args)) => return asset_changes::remove(args, connection).await,
        Some(Action::Restore(args)) => return asset_changes::restore(args, connection).await,
        Some(Action::Move(args)) => return asset_changes::move_into(args, connection).await,
        Some(Action::Folders(args)) => return asset_changes::folders(args, connection).await,
        None => {}
    }
    let mut client = client::connect(connection).await?;
    let trash_state = if args.trash { TrashState::InTrash } else { TrashState::NotInTrash };
    let assets = client.search_assets(args.folder.as_deref(), &args.contains, trash_state).await?;
    print(&assets, args.json)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints assets as a table or as JSON lines.
pub fn print(assets: &[Asset], as_json: bool) -> Result<(), super::Failure> {
    if as_json {
        for asset in assets {
            say!("{}", json::line("Asset", asset)?);
        }
    } else if assets.is_empty() {
        say!("no assets");
    } else {
        say!("{}", listing(assets));
    }
    Ok(())
}

fn listing(assets: &[Asset]) -> String {
    let columns = [
        ("handle", Side::Left),
        ("type", Side::Left),
        ("size", Side::Right),
        ("pixels", Side::Right),
        ("file", Side::Left),
    ];
    let rows: Vec<Vec<String>> = assets
        .iter()
        .map(|asset| {
            let file = if asset.file_name.is_empty() { &asset.name } else { &asset.file_name };
            vec![
                asset.asset_handle.clone(),
                table::words(asset.r#type().as_str_name(), "ASSET_TYPE_"),
                if asset.sha256.is_empty() { String::new() } else { table::size(asset.file_size) },
                table::pixels(asset.width, asset.height),
                format!("{}{file}", asset.folder),
            ]
        })
        .collect();
    table::render(&columns, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::AssetType;

    #[test]
    fn an_asset_without_a_file_shows_no_size() {
        let photo = Asset {
            asset_handle: "a|1".into(),
            r#type: AssetType::Image.into(),
            name: "chair".into(),
            file_name: "chair.jpg".into(),
            folder: "Acme/".into(),
            file_size: 112_345,
            width: 640,
            height: 427,
            sha256: vec![0; 32].into(),
            ..Default::default()
        };
        let set = Asset {
            asset_handle: "a|20".into(),
            r#type: AssetType::ImageSet.into(),
            name: "chairs".into(),
            ..Default::default()
        };
        assert_eq!(
            listing(&[photo, set]),
            "\
handle  type         size   pixels  file
a|1     image      112 kB  640x427  Acme/chair.jpg
a|20    image set                   chairs"
        );
    }
}
