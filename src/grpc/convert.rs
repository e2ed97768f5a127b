//! Values of the contract and of the domain: fields that all services share.

use crate::config::Config;
use crate::error::{CallerError, Violation};
use crate::proto;
use crate::store::assets::AssetRow;
use bytes::Bytes;
use prost_types::{FieldMask, Timestamp};
use std::collections::BTreeSet;

/// The company that a request means.
pub fn company(config: &Config, handle: &str) -> Result<String, CallerError> {
    if handle.is_empty() {
        return Ok(config.companies[0].clone());
    }
    if config.companies.iter().any(|company| company == handle) {
        return Ok(handle.to_owned());
    }
    Err(CallerError::PermissionDenied {
        reason: "INVALID_COMPANY",
        message: format!(
            "company_handle {handle:?} is not a company of this server: it has {} (setting \
             companies)",
            config.companies.join(", ")
        ),
    })
}

/// Page size: 0 means 100; more than 1000 gives 1000 (03 §6.1).
pub fn page_size(size: i32) -> Result<i64, Violation> {
    match size {
        0 => Ok(100),
        1.. => Ok(size.min(1000) as i64),
        _ => Err(Violation::new(
            "page_size",
            "INVALID_PARAMETER",
            format!("page_size is {size}: it must not be negative"),
        )),
    }
}

/// A page token: where to go on, bound to the filter it was made for.
pub fn page_token(filter: &str, position: i64) -> String {
    page_token_of(filter, [position])
}

/// The position of a page token; `start` for an empty one.
pub fn read_page_token(filter: &str, token: &str, start: i64) -> Result<i64, Violation> {
    Ok(read_page_token_of(filter, token)?.map_or(start, |[position]| position))
}

/// A page token of several numbers, none of them negative.
pub fn page_token_of<const N: usize>(filter: &str, numbers: [i64; N]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    format!("{}.{:016x}", numbers.join("."), fingerprint(filter))
}

/// The numbers of a page token; `None` for an empty one.
pub fn read_page_token_of<const N: usize>(
    filter: &str,
    token: &str,
) -> Result<Option<[i64; N]>, Violation> {
    if token.is_empty() {
        return Ok(None);
    }
    let (numbers, mark) = token.rsplit_once('.').ok_or_else(wrong_page_token)?;
    if mark != format!("{:016x}", fingerprint(filter)) {
        return Err(wrong_page_token());
    }
    let number = |text: &str| text.parse().ok().filter(|number: &i64| *number >= 0);
    let numbers: Option<Vec<i64>> = numbers.split('.').map(number).collect();
    let numbers = numbers.and_then(|numbers| numbers.try_into().ok());
    numbers.map(Some).ok_or_else(wrong_page_token)
}

/// A page token of several texts, bound to the filter it was made for.
pub fn text_page_token(filter: &str, values: &[&str]) -> String {
    let values: Vec<String> = values.iter().map(hex::encode).collect();
    format!("{}.{:016x}", values.join("-"), fingerprint(filter))
}

/// The values of a page token; `None` for an empty one.
pub fn read_text_page_token<const N: usize>(
    filter: &str,
    token: &str,
) -> Result<Option<[String; N]>, Violation> {
    if token.is_empty() {
        return Ok(None);
    }
    let (values, mark) = token.split_once('.').ok_or_else(wrong_page_token)?;
    if mark != format!("{:016x}", fingerprint(filter)) {
        return Err(wrong_page_token());
    }
    let value = |text: &str| String::from_utf8(hex::decode(text).ok()?).ok();
    let values: Option<Vec<String>> = values.split('-').map(value).collect();
    let values = values.and_then(|values| values.try_into().ok());
    values.map(Some).ok_or_else(wrong_page_token)
}

/// The refusal of a page token that is not ours, or of another request.
pub fn wrong_page_token() -> Violation {
    let text = "page_token is not the next_page_token of a request with the same conditions";
    Violation::new("page_token", "INVALID_PARAMETER", text)
}

/// FNV-1a: tells filters apart, keeps no secret.
fn fingerprint(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ byte as u64).wrapping_mul(0x100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// The fields of a read mask; `None` means all.
pub fn read_mask(
    mask: Option<&FieldMask>,
    known: &[&str],
) -> Result<Option<BTreeSet<String>>, Violation> {
    let Some(mask) = mask.filter(|mask| !mask.paths.is_empty()) else { return Ok(None) };
    for path in &mask.paths {
        if !known.contains(&path.as_str()) {
            return Err(Violation::new(
                "read_mask",
                "INVALID_PARAMETER",
                format!("{path:?} is not a field: there are {}", known.join(", ")),
            ));
        }
    }
    Ok(Some(mask.paths.iter().cloned().collect()))
}

/// Milliseconds since 1970 on the wire; 0 is unset.
pub fn timestamp(ms: i64) -> Option<Timestamp> {
    (ms != 0).then(|| Timestamp {
        seconds: ms.div_euclid(1000),
        nanos: (ms.rem_euclid(1000) * 1_000_000) as i32,
    })
}

/// Milliseconds on the wire.
pub fn duration(ms: i64) -> Option<prost_types::Duration> {
    Some(prost_types::Duration {
        seconds: ms.div_euclid(1000),
        nanos: (ms.rem_euclid(1000) * 1_000_000) as i32,
    })
}

/// A stored checksum on the wire.
pub fn checksum(hexadecimal: &str) -> Bytes {
    hex::decode(hexadecimal).unwrap_or_default().into()
}

/// The fields of `Asset` that a read mask may name.
pub const ASSET_FIELDS: [&str; 24] = [
    "asset_handle",
    "type",
    "sub_type",
    "name",
    "file_name",
    "folder",
    "trash_state",
    "file_size",
    "width",
    "height",
    "resolution",
    "original_path",
    "url_modifier",
    "url_post_apply_modifier",
    "created",
    "last_modified",
    "sha256",
    "owner_handle",
    "url",
    "anchor",
    "object_resolution",
    "print_resolution",
    "mask_handle",
    "version",
];

/// An asset on the wire.
pub fn asset(row: &AssetRow, mask: Option<&BTreeSet<String>>) -> proto::Asset {
    let has = |field: &str| mask.is_none_or(|mask| mask.contains(field));
    let text = |field: &str, value: &str| if has(field) { value.to_owned() } else { String::new() };
    let number = |field: &str, value: i64| if has(field) { value } else { 0 };
    let other = |id: i64| match id {
        0 => String::new(),
        id => crate::jobs::vocabulary::asset_handle(id),
    };
    proto::Asset {
        asset_handle: text("asset_handle", &crate::jobs::vocabulary::asset_handle(row.id)),
        r#type: number("type", row.asset_type as i64) as i32,
        sub_type: text("sub_type", &row.sub_type),
        name: text("name", &row.name),
        file_name: text("file_name", &row.file_name),
        folder: text("folder", &row.folder),
        trash_state: number("trash_state", row.trash_state as i64) as i32,
        file_size: number("file_size", row.file_size),
        width: number("width", row.width as i64) as i32,
        height: number("height", row.height as i64) as i32,
        resolution: number("resolution", row.resolution_cdpi) as f64 / 100.0,
        original_path: text("original_path", &original_path(row)),
        url_modifier: text("url_modifier", &row.url_modifier),
        url_post_apply_modifier: text("url_post_apply_modifier", &row.url_post_apply_modifier),
        created: timestamp(number("created", row.created_ms)),
        last_modified: timestamp(number("last_modified", row.modified_ms)),
        sha256: if has("sha256") { checksum(&row.sha256) } else { Bytes::new() },
        owner_handle: text("owner_handle", &other(row.owner)),
        url: text("url", &row.url),
        anchor: if has("anchor") { anchor(&row.anchor) } else { None },
        object_resolution: number("object_resolution", row.object_resolution_mdpi) as f64 / 1000.0,
        print_resolution: number("print_resolution", row.print_resolution as i64) as i32,
        mask_handle: text("mask_handle", &other(row.mask)),
        version: number("version", row.version),
    }
}

/// Where an original stands in the library; empty for an asset without a file.
pub fn original_path(row: &AssetRow) -> String {
    match row.file_name.is_empty() {
        true => String::new(),
        false => format!("{}{}", row.folder, row.file_name),
    }
}

/// A stored `x,y`.
fn anchor(stored: &str) -> Option<proto::Anchor> {
    let (x, y) = stored.split_once(',')?;
    Some(proto::Anchor { x: x.parse().ok()?, y: y.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_page_token_belongs_to_its_filter() {
        let token = page_token("folder=a", 100);
        assert_eq!(read_page_token("folder=a", &token, 0), Ok(100));
        assert!(read_page_token("folder=b", &token, 0).is_err());
        assert!(read_page_token("folder=a", "100", 0).is_err());
        assert_eq!(read_page_token("folder=a", "", 7), Ok(7));
    }

    #[test]
    fn a_page_token_of_values_belongs_to_its_filter() {
        let token = text_page_token("folder=a", &["7", "", "chair-ü"]);
        let read = read_text_page_token::<3>("folder=a", &token).unwrap().unwrap();
        assert_eq!(read, ["7", "", "chair-ü"]);
        assert!(read_text_page_token::<3>("folder=b", &token).is_err());
        assert!(read_text_page_token::<2>("folder=a", &token).is_err());
        assert_eq!(read_text_page_token::<3>("folder=a", ""), Ok(None));
    }

    proptest! {
        #[test]
        fn no_page_token_does_harm(token in ".{0,40}|[0-9a-f.-]{0,40}") {
            let _ = read_text_page_token::<3>("x", &token);
            let _ = read_text_page_token::<1>("x", &format!("{token}.{:016x}", fingerprint("x")));
        }
    }

    #[test]
    fn times_before_1970_keep_positive_nanos() {
        let before = timestamp(-1).unwrap_or_default();
        assert_eq!((before.seconds, before.nanos), (-1, 999_000_000));
    }

    #[test]
    fn an_unknown_field_of_a_mask_is_named() {
        let mask = FieldMask { paths: vec!["name".into(), "sise".into()] };
        let wrong = read_mask(Some(&mask), &ASSET_FIELDS).unwrap_err();
        assert!(wrong.description.starts_with("\"sise\" is not a field"), "{wrong:?}");
    }
}
