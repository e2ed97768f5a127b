//! `offprint presets`: the named conversions of the library.

use super::client::{self, Client};
use super::output::{remark, say};
use super::status::{EXIT_WORK, Failure, event_text};
use super::table::{self, Side};
use super::{Connection, Outcome, json};
use crate::modifiers::macro_file;
use crate::proto::{DeleteImageFormatRequest, ImageFormat, SaveImageFormatRequest};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Saves, lists, imports and deletes named conversions (macros)
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint presets save web 'wid=400&fmt=jpeg&qlt=80'     then use it: --macro web, or $web$ in a modifier
  offprint presets list
  offprint presets import macros.txt                      name, tab, commands: one a line
  offprint presets delete web")]
pub struct PresetsArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Saves a conversion under a name; one of that name is changed
    Save {
        /// 1 to 64 letters, digits, '-', '_', '.' or '!'; case does not matter
        name: String,
        /// The commands, for example 'wid=400&fmt=jpeg&qlt=80'
        modifier: String,
    },
    /// Lists all
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Saves all of a macro-definition file; those of the same names are changed
    Import {
        /// A text file: name, tab, commands, one a line
        file: PathBuf,
    },
    /// Deletes one; jobs already submitted keep the text they had
    Delete {
        /// Its name
        name: String,
    },
}

pub async fn run(args: PresetsArgs, connection: &Connection) -> Outcome {
    match args.action {
        Action::Save { name, modifier } => save_one(&name, &modifier, connection).await,
        Action::List { json } => list(json, connection).await,
        Action::Import { file } => import(&file, connection).await,
        Action::Delete { name } => delete(&name, connection).await,
    }
}

async fn save_one(name: &str, modifier: &str, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let mut known = client.image_formats().await?;
    let saved = save(&mut client, &mut known, name, modifier).await?;
    say!("{saved}");
    Ok(ExitCode::SUCCESS)
}

/// Creates a format, or changes the one in `known` that has this name, and
/// keeps `known` up to date. Gives lines for the person: what was done, and the
/// server's warnings.
pub async fn save(
    client: &mut Client,
    known: &mut Vec<ImageFormat>,
    name: &str,
    modifier: &str,
) -> Result<String, Failure> {
    let before = find(known, name).cloned();
    let old = before.as_ref();
    let format = ImageFormat {
        image_format_handle: old.map(|old| old.image_format_handle.clone()).unwrap_or_default(),
        name: name.to_string(),
        url_modifier: modifier.to_string(),
        etag: old.map(|old| old.etag.clone()).unwrap_or_default(),
        built_in: false,
    };
    let request = SaveImageFormatRequest {
        company_handle: client.company.clone(),
        image_format: Some(format),
        update_mask: None,
    };
    let answer = client.formats.save_image_format(request).await?.into_inner();
    let mut text = match &before {
        None => format!("saved ${name}$"),
        Some(old) if old.url_modifier == modifier => format!("${name}$ was the same already"),
        Some(old) => format!("changed ${name}$, which was {}", old.url_modifier),
    };
    for warning in &answer.warnings {
        text.push_str(&format!("\n  warning: {}", event_text(warning)));
    }
    known.retain(|format| !format.name.eq_ignore_ascii_case(name));
    known.extend(answer.image_format);
    Ok(text)
}

async fn list(as_json: bool, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let formats = client.image_formats().await?;
    if as_json {
        for format in &formats {
            say!("{}", json::line("ImageFormat", format)?);
        }
    } else if formats.is_empty() {
        say!("no presets");
    } else {
        say!("{}", listing(&formats));
    }
    Ok(ExitCode::SUCCESS)
}

async fn import(file: &std::path::Path, connection: &Connection) -> Outcome {
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::request(format!("cannot read '{}': {error}", file.display())))?;
    let (definitions, not_understood) = macro_file::parse(&bytes);
    if definitions.is_empty() {
        return Err(Failure::request(format!(
            "'{}' holds no macro: a line is a name, a tab and commands",
            file.display()
        )));
    }
    let mut client = client::connect(connection).await?;
    let mut known = client.image_formats().await?;
    let mut refused = 0;
    for (name, commands) in &definitions {
        match save(&mut client, &mut known, name, commands).await {
            Ok(saved) => say!("{saved}"),
            Err(failure) => {
                refused += 1;
                say!("${name}$ was not saved");
                remark!("{}", failure.text());
            }
        }
    }
    for problem in &not_understood {
        say!("not understood: {problem}");
    }
    say!(
        "{} imported, {refused} refused, {} not understood",
        definitions.len() - refused,
        table::count(not_understood.len() as i64, "line"),
    );
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(EXIT_WORK) })
}

async fn delete(name: &str, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let known = client.image_formats().await?;
    let Some(format) = find(&known, name) else {
        return Err(Failure::request(format!(
            "there is no preset '{name}'; `offprint presets list` shows all"
        )));
    };
    let request = DeleteImageFormatRequest {
        company_handle: client.company.clone(),
        image_format_handle: format.image_format_handle.clone(),
        etag: String::new(),
    };
    client.formats.delete_image_format(request).await?;
    say!("deleted ${}$, which was {}", format.name, format.url_modifier);
    Ok(ExitCode::SUCCESS)
}

fn find<'a>(known: &'a [ImageFormat], name: &str) -> Option<&'a ImageFormat> {
    known.iter().find(|format| format.name.eq_ignore_ascii_case(name))
}

fn listing(formats: &[ImageFormat]) -> String {
    let columns = [("name", Side::Left), ("handle", Side::Left), ("commands", Side::Left)];
    let rows: Vec<Vec<String>> = formats
        .iter()
        .map(|format| {
            let handle = match format.built_in {
                true => "built in".to_string(),
                false => format.image_format_handle.clone(),
            };
            vec![format!("${}$", format.name), handle, format.url_modifier.clone()]
        })
        .collect();
    table::render(&columns, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_shows_names_as_they_are_used() {
        let formats = [
            ImageFormat {
                image_format_handle: "i|7".into(),
                name: "web".into(),
                url_modifier: "wid=400&fmt=jpeg".into(),
                ..Default::default()
            },
            ImageFormat {
                name: "shadow".into(),
                url_modifier: "op_blur=10".into(),
                built_in: true,
                ..Default::default()
            },
        ];
        assert_eq!(
            listing(&formats),
            "\
name      handle    commands
$web$     i|7       wid=400&fmt=jpeg
$shadow$  built in  op_blur=10"
        );
    }

    #[test]
    fn names_are_found_in_any_case() {
        let formats = [ImageFormat { name: "Web".into(), ..Default::default() }];
        assert!(find(&formats, "wEB").is_some());
        assert!(find(&formats, "we").is_none());
    }
}
