//! `offprint assets set` and `show`: what the library knows about one asset.

use super::client::{self, Client};
use super::output::{remark, say};
use super::status::{Failure, event_text};
use super::{Connection, Outcome, json, table};
use crate::proto::{
    Anchor, Asset, GetAssetsRequest, SetImageFieldsRequest, SetUrlModifierRequest, TrashState,
};
use clap::{ArgGroup, Args};
use prost_types::FieldMask;
use std::process::ExitCode;

/// Sets modifiers, anchor, resolutions or mask of an asset; '' clears
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("fields").required(true).multiple(true)
        .args(["modifier", "post_modifier", "anchor", "resolution", "print_resolution", "mask"]),
    after_help = "\
Examples:
  offprint assets set 'a|7' --modifier 'op_sharpen=1'       before the commands of a request
  offprint assets set 'a|7' --post-modifier 'fmt=png'       after them: nothing overrides it
  offprint assets set 'a|7' --post-modifier ''              clears it
  offprint assets set 'a|7' --anchor 320,100 --print-resolution 300"
)]
pub struct SetArgs {
    /// The asset, for example 'a|7'
    handle: String,
    /// Commands applied before those of a request, so that those win
    #[arg(long, value_name = "COMMANDS")]
    modifier: Option<String>,
    /// Commands applied after those of a request, so that these win
    #[arg(long, value_name = "COMMANDS")]
    post_modifier: Option<String>,
    /// The point to place and turn the picture by, pixels from its top-left
    #[arg(long, value_name = "X,Y", allow_hyphen_values = true)]
    anchor: Option<String>,
    /// Resolution of the picture as an object, dots per inch
    #[arg(long, value_name = "DPI")]
    resolution: Option<String>,
    /// Dots per inch to write when a request has no printRes=
    #[arg(long, value_name = "DPI")]
    print_resolution: Option<String>,
    /// The asset that masks this one
    #[arg(long, value_name = "HANDLE")]
    mask: Option<String>,
}

/// Shows everything the library knows about an asset
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The asset, for example 'a|7'
    handle: String,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub async fn set(args: SetArgs, connection: &Connection) -> Outcome {
    let modifiers = modifiers(&args);
    let fields = fields(&args)?;
    let mut client = client::connect(connection).await?;
    if let Some(request) = modifiers {
        let request = SetUrlModifierRequest { company_handle: client.company.clone(), ..request };
        let answer = client.assets.set_url_modifier(request).await?.into_inner();
        for warning in &answer.warnings {
            remark!("warning: {}", event_text(warning));
        }
    }
    if let Some(request) = fields {
        let request = SetImageFieldsRequest { company_handle: client.company.clone(), ..request };
        client.assets.set_image_fields(request).await?;
    }
    say!("{}", description(&read(&mut client, &args.handle).await?));
    Ok(ExitCode::SUCCESS)
}

pub async fn show(args: ShowArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let asset = read(&mut client, &args.handle).await?;
    match args.json {
        true => say!("{}", json::line("Asset", &asset)?),
        false => say!("{}", description(&asset)),
    }
    Ok(ExitCode::SUCCESS)
}

async fn read(client: &mut Client, handle: &str) -> Result<Asset, Failure> {
    let request = GetAssetsRequest {
        company_handle: client.company.clone(),
        asset_handle_array: vec![handle.to_string()],
        read_mask: None,
    };
    let found = client.assets.get_assets(request).await?.into_inner().asset_array.pop();
    found.ok_or_else(|| {
        Failure::request(format!(
            "there is no asset '{handle}'; `offprint assets` shows the handles of all"
        ))
    })
}

/// What to ask for the modifiers; `None` when none was given.
fn modifiers(args: &SetArgs) -> Option<SetUrlModifierRequest> {
    let given = [
        ("url_modifier", args.modifier.is_some()),
        ("url_post_apply_modifier", args.post_modifier.is_some()),
    ];
    Some(SetUrlModifierRequest {
        asset_handle: args.handle.clone(),
        url_modifier: args.modifier.clone().unwrap_or_default(),
        url_post_apply_modifier: args.post_modifier.clone().unwrap_or_default(),
        update_mask: Some(mask(&given)?),
        ..Default::default()
    })
}

/// What to ask for the other fields; `None` when none was given.
fn fields(args: &SetArgs) -> Result<Option<SetImageFieldsRequest>, Failure> {
    let given = [
        ("anchor", args.anchor.is_some()),
        ("object_resolution", args.resolution.is_some()),
        ("print_resolution", args.print_resolution.is_some()),
        ("mask_handle", args.mask.is_some()),
    ];
    let Some(update_mask) = mask(&given) else { return Ok(None) };
    let anchor = match args.anchor.as_deref().unwrap_or_default() {
        "" => None,
        text => Some(anchor(text).ok_or_else(|| {
            Failure::request(format!(
                "--anchor takes two whole numbers such as 320,100, not '{text}'"
            ))
        })?),
    };
    Ok(Some(SetImageFieldsRequest {
        asset_handle: args.handle.clone(),
        anchor,
        object_resolution: number("--resolution", args.resolution.as_deref())?,
        print_resolution: number("--print-resolution", args.print_resolution.as_deref())?,
        mask_handle: args.mask.clone().unwrap_or_default(),
        update_mask: Some(update_mask),
        ..Default::default()
    }))
}

fn mask(given: &[(&str, bool)]) -> Option<FieldMask> {
    let paths: Vec<String> =
        given.iter().filter(|(_, is)| *is).map(|(field, _)| field.to_string()).collect();
    (!paths.is_empty()).then_some(FieldMask { paths })
}

fn anchor(text: &str) -> Option<Anchor> {
    let (x, y) = text.split_once(',')?;
    Some(Anchor { x: x.trim().parse().ok()?, y: y.trim().parse().ok()? })
}

fn number<T: std::str::FromStr + Default>(flag: &str, text: Option<&str>) -> Result<T, Failure> {
    match text {
        None | Some("") => Ok(T::default()),
        Some(text) => text.parse().map_err(|_| {
            Failure::request(format!("{flag} takes dots per inch such as 300, not '{text}'"))
        }),
    }
}

/// One line a field; fields that say nothing are left out.
fn description(asset: &Asset) -> String {
    let dpi = |dpi: f64| if dpi == 0.0 { String::new() } else { format!("{dpi} dpi") };
    let file = if asset.file_name.is_empty() { &asset.name } else { &asset.file_name };
    let size = match asset.sha256.is_empty() {
        true => String::new(),
        false => table::size(asset.file_size),
    };
    let lines = [
        ("handle", asset.asset_handle.clone()),
        ("type", table::words(asset.r#type().as_str_name(), "ASSET_TYPE_")),
        ("name", asset.name.clone()),
        ("file", format!("{}{file}", asset.folder)),
        ("size", size),
        ("pixels", table::pixels(asset.width, asset.height)),
        ("file's resolution", dpi(asset.resolution)),
        ("modifier", asset.url_modifier.clone()),
        ("post-modifier", asset.url_post_apply_modifier.clone()),
        ("anchor", asset.anchor.map_or(String::new(), |a| format!("{},{}", a.x, a.y))),
        ("resolution", dpi(asset.object_resolution)),
        ("print resolution", dpi(f64::from(asset.print_resolution))),
        ("mask", asset.mask_handle.clone()),
        ("version", if asset.version > 1 { asset.version.to_string() } else { String::new() }),
        (
            "state",
            match asset.trash_state() {
                TrashState::InTrash => "in the trash".to_string(),
                _ => String::new(),
            },
        ),
    ];
    let said = lines.iter().filter(|(_, value)| !value.is_empty());
    said.map(|(name, value)| format!("{name:<17}  {value}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> SetArgs {
        SetArgs {
            handle: "a|7".into(),
            modifier: None,
            post_modifier: None,
            anchor: None,
            resolution: None,
            print_resolution: None,
            mask: None,
        }
    }

    #[test]
    fn only_what_is_given_is_changed_and_empty_text_clears() {
        let given = SetArgs { post_modifier: Some("".into()), ..args() };
        let request = modifiers(&given).unwrap();
        assert_eq!(request.update_mask.unwrap().paths, ["url_post_apply_modifier"]);
        assert_eq!(fields(&given).unwrap(), None);

        let given = SetArgs { anchor: Some("".into()), resolution: Some("72.5".into()), ..args() };
        assert_eq!(modifiers(&given), None);
        let request = fields(&given).unwrap().unwrap();
        assert_eq!((request.anchor, request.object_resolution), (None, 72.5));
        assert_eq!(request.update_mask.unwrap().paths, ["anchor", "object_resolution"]);
    }

    #[test]
    fn wrong_numbers_name_the_flag() {
        for (given, flag) in [
            (SetArgs { anchor: Some("3".into()), ..args() }, "--anchor"),
            (SetArgs { anchor: Some("3,x".into()), ..args() }, "--anchor"),
            (SetArgs { resolution: Some("much".into()), ..args() }, "--resolution"),
            (SetArgs { print_resolution: Some("7.5".into()), ..args() }, "--print-resolution"),
        ] {
            let failure = fields(&given).unwrap_err();
            assert!(failure.text().contains(flag), "{}", failure.text());
        }
    }

    #[test]
    fn fields_that_say_nothing_are_not_shown() {
        let asset = Asset {
            asset_handle: "a|7".into(),
            name: "chair".into(),
            file_name: "chair.jpg".into(),
            url_post_apply_modifier: "fmt=png".into(),
            anchor: Some(Anchor { x: -3, y: 20 }),
            object_resolution: 72.5,
            ..Default::default()
        };
        assert_eq!(
            description(&asset),
            "\
handle             a|7
type               unspecified
name               chair
file               chair.jpg
post-modifier      fmt=png
anchor             -3,20
resolution         72.5 dpi"
        );
    }
}
