//! What clients set about an asset: its own modifiers, anchor, resolutions, mask.

use super::assets::Assets;
use super::{convert, status};
use crate::error::{CallerError, Error, Problem, Violation};
use crate::jobs::diagnostics::located;
use crate::jobs::vocabulary::{AssetType, Exportable, exportable, parse_asset_handle};
use crate::modifiers::{DefinitionKind, Diagnostic, Severity, check_text, saved_text};
use crate::proto;
use crate::store::assets::{self, AssetRow};
use crate::store::{StoreError, Tx};
use prost_types::FieldMask;
use std::collections::BTreeSet;

const MODIFIER_FIELDS: [&str; 2] = ["url_modifier", "url_post_apply_modifier"];
const IMAGE_FIELDS: [&str; 4] = ["anchor", "object_resolution", "print_resolution", "mask_handle"];

/// Largest resolution of an object, in dots per inch.
const MAX_OBJECT_RESOLUTION: f64 = 1e6;

impl Assets {
    pub(super) async fn change_modifiers(
        &self,
        request: proto::SetUrlModifierRequest,
    ) -> Result<proto::SetUrlModifierResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let changed =
            changed(request.update_mask.as_ref(), &MODIFIER_FIELDS, |field| match field {
                "url_modifier" => !request.url_modifier.is_empty(),
                _ => !request.url_post_apply_modifier.is_empty(),
            })?;
        let macros = self.jobs.macros(&company).await?;
        let mut tx = self.library.store.begin().await?;
        let mut asset = find(&mut tx, &company, "asset", &request.asset_handle).await?;
        let check = |kind, text: &str| check_text(kind, text, &macros, &self.jobs.defaults);
        let mut checked = Checked::default();
        if changed.contains("url_modifier") {
            asset.url_modifier = saved_text(&request.url_modifier).to_owned();
            checked.add("url_modifier", check(DefinitionKind::AssetModifier, &asset.url_modifier));
        }
        if changed.contains("url_post_apply_modifier") {
            asset.url_post_apply_modifier = saved_text(&request.url_post_apply_modifier).to_owned();
            let text = &asset.url_post_apply_modifier;
            checked.add("url_post_apply_modifier", check(DefinitionKind::AssetPostModifier, text));
        }
        if !checked.violations.is_empty() {
            return Err(CallerError::Invalid(checked.violations).into());
        }
        assets::update_fields(&mut tx, &asset).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(proto::SetUrlModifierResponse {
            asset: Some(convert::asset(&asset, None)),
            warnings: checked.warnings.iter().map(status::problem).collect(),
        })
    }

    pub(super) async fn change_image_fields(
        &self,
        request: proto::SetImageFieldsRequest,
    ) -> Result<proto::SetImageFieldsResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let changed = changed(request.update_mask.as_ref(), &IMAGE_FIELDS, |field| match field {
            "anchor" => request.anchor.is_some(),
            "object_resolution" => request.object_resolution != 0.0,
            "print_resolution" => request.print_resolution != 0,
            _ => !request.mask_handle.is_empty(),
        })?;
        let mut violations = Vec::new();
        let mut wrong = |field: &str, text: String| {
            violations.push(Violation::new(field, "INVALID_PARAMETER", text));
        };
        let mut tx = self.library.store.begin().await?;
        let mut asset = find(&mut tx, &company, "asset", &request.asset_handle).await?;
        if changed.contains("anchor") {
            asset.anchor = request.anchor.map_or(String::new(), |a| format!("{},{}", a.x, a.y));
        }
        if changed.contains("object_resolution") {
            let dpi = request.object_resolution;
            if dpi == 0.0 || (0.001..=MAX_OBJECT_RESOLUTION).contains(&dpi) {
                asset.object_resolution_mdpi = (dpi * 1000.0).round() as i64;
            } else {
                let text = format!(
                    "{dpi} dots per inch: from 0.001 to {MAX_OBJECT_RESOLUTION}, or 0 to clear"
                );
                wrong("object_resolution", text);
            }
        }
        if changed.contains("print_resolution") {
            asset.print_resolution = request.print_resolution;
            if request.print_resolution < 0 {
                let text = format!(
                    "{} dots per inch: it must be above 0, or 0 to clear",
                    request.print_resolution
                );
                wrong("print_resolution", text);
            }
        }
        if changed.contains("mask_handle") {
            asset.mask = 0;
            if !request.mask_handle.is_empty() {
                let mask = find(&mut tx, &company, "mask asset", &request.mask_handle).await?;
                match why_no_mask(&asset, &mask) {
                    None => asset.mask = mask.id,
                    Some(why) => wrong("mask_handle", format!("{:?} {why}", request.mask_handle)),
                }
            }
        }
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations).into());
        }
        assets::update_fields(&mut tx, &asset).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(proto::SetImageFieldsResponse { asset: Some(convert::asset(&asset, None)) })
    }
}

/// The fields to change (03 §5). Without a mask those that are set: an empty
/// value clears only what a mask names.
fn changed(
    mask: Option<&FieldMask>,
    known: &[&str],
    is_set: impl Fn(&str) -> bool,
) -> Result<BTreeSet<String>, CallerError> {
    let invalid = |violation| CallerError::Invalid(vec![violation]);
    let named = convert::read_mask(mask, known)
        .map_err(|wrong| invalid(Violation { field: "update_mask".into(), ..wrong }))?;
    if let Some(named) = named {
        return Ok(named);
    }
    let set: BTreeSet<String> =
        known.iter().filter(|field| is_set(field)).map(|field| field.to_string()).collect();
    if set.is_empty() {
        let text = format!(
            "nothing is set and nothing is named: update_mask takes {}, and clears those that \
             are empty",
            known.join(", ")
        );
        return Err(invalid(Violation::new("update_mask", "MISSING_PARAMETER", text)));
    }
    Ok(set)
}

async fn find(
    tx: &mut Tx,
    company: &str,
    what: &'static str,
    handle: &str,
) -> Result<AssetRow, Error> {
    let id = parse_asset_handle(handle).ok().flatten().unwrap_or(0);
    let found = assets::find(tx, company, id).await?;
    let not_found =
        || CallerError::NotFound { reason: "ASSET_NOT_FOUND", what, name: handle.to_owned() };
    found.ok_or_else(|| not_found().into())
}

fn why_no_mask(asset: &AssetRow, mask: &AssetRow) -> Option<&'static str> {
    let mask_type = AssetType::try_from(mask.asset_type).unwrap_or_default();
    if mask.id == asset.id {
        Some("is the asset itself: name another one, or none to clear")
    } else if mask.sha256.is_empty() || exportable(mask_type) != Exportable::Convert {
        Some("is no image with a file")
    } else {
        None
    }
}

/// What the check of modifiers found.
#[derive(Default)]
struct Checked {
    violations: Vec<Violation>,
    warnings: Vec<Problem>,
}

impl Checked {
    fn add(&mut self, field: &str, diagnostics: Vec<Diagnostic>) {
        for diagnostic in diagnostics {
            let text = located(&diagnostic);
            match diagnostic.severity {
                Severity::Error => {
                    self.violations.push(Violation::new(field, diagnostic.reason, text));
                }
                Severity::Warning => {
                    let span = format!("{}..{}", diagnostic.span.start, diagnostic.span.end);
                    let problem = Problem::new(diagnostic.reason, text);
                    self.warnings.push(problem.with("field", field).with("span", span));
                }
            }
        }
    }
}
