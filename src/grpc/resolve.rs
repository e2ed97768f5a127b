//! ResolveModifier: what a modifier would do, in every detail.

use super::{convert, status};
use crate::config::Config;
use crate::error::{CallerError, Error, Violation};
use crate::jobs::diagnostics::{located, warning};
use crate::jobs::vocabulary::parse_asset_handle;
use crate::jobs::{Jobs, naming};
use crate::modifiers::{
    self, Diagnostic, Origin, Plan, Resolution, Severity, SourceName, Sources, Strictness, reason,
};
use crate::proto;
use crate::render::geometry::{SourceFacts, geometry_of};
use crate::store::assets::AssetRow;
use std::ops::Range;

pub(super) async fn resolve(
    jobs: &Jobs,
    config: &Config,
    request: proto::ResolveModifierRequest,
) -> Result<proto::ResolveModifierResponse, Error> {
    let company = convert::company(config, &request.company_handle)?;
    let asset = match request.asset_handle.as_str() {
        "" => None,
        handle => {
            let id = parse_asset_handle(handle).ok().flatten().unwrap_or(0);
            let not_found = || CallerError::NotFound {
                reason: "ASSET_NOT_FOUND",
                what: "asset",
                name: handle.to_owned(),
            };
            Some(jobs.store.asset(&company, id).await?.ok_or_else(not_found)?)
        }
    };
    let size = source_size(&request, asset.as_ref())?;
    let macros = jobs.macros(&company).await?;
    let sources = Sources {
        is_modifier: &request.is_modifier,
        macro_call: &request.r#macro,
        asset_modifier: asset.as_ref().map_or("", |asset| &asset.url_modifier),
        asset_post_modifier: asset.as_ref().map_or("", |asset| &asset.url_post_apply_modifier),
    };
    let strictness = match (request.strict, request.lenient) {
        (true, true) => {
            let text = "strict and lenient contradict each other: set one of them";
            let wrong = Violation::new("lenient", "INVALID_PARAMETER", text);
            return Err(CallerError::Invalid(vec![wrong]).into());
        }
        (true, false) => Strictness::Strict,
        (false, true) => Strictness::Lenient,
        (false, false) => Strictness::Normal,
    };
    let resolved = modifiers::resolve(&sources, &macros, &jobs.defaults, strictness);
    let Some(plan) = &resolved.plan else {
        return Err(CallerError::Invalid(violations(&resolved)).into());
    };
    let name = match request.source_file_name.as_str() {
        "" => asset.as_ref().map_or("", |asset| &asset.file_name),
        name => name,
    };
    let predicted = match size {
        Some(size) => Some(predicted(plan, size, asset.as_ref(), name)?),
        None => None,
    };
    let warnings = resolved.diagnostics.iter().filter(|d| d.severity == Severity::Warning);
    Ok(proto::ResolveModifierResponse {
        extension: plan.output.format.extension().to_owned(),
        warnings: warnings.map(|d| status::problem(&warning(d))).collect(),
        executable: resolved.executable().is_some(),
        settings: resolved.settings.iter().map(setting).collect(),
        predicted,
        diagnostics: resolved.diagnostics.iter().map(diagnostic).collect(),
        effective_request: resolved.effective_request,
        format: resolved.format,
    })
}

/// The size to predict from: the request's, else the asset's if it is known.
fn source_size(
    request: &proto::ResolveModifierRequest,
    asset: Option<&AssetRow>,
) -> Result<Option<(u32, u32)>, CallerError> {
    let wrong = |field: &str, text: String| {
        CallerError::Invalid(vec![Violation::new(field, "INVALID_PARAMETER", text)])
    };
    match (request.source_width, request.source_height) {
        (0, 0) => Ok(asset
            .filter(|asset| asset.width > 0 && asset.height > 0)
            .map(|asset| (asset.width as u32, asset.height as u32))),
        (width, height) if width > 0 && height > 0 => Ok(Some((width as u32, height as u32))),
        (width, height) => Err(wrong(
            if width <= 0 { "source_width" } else { "source_height" },
            format!("a source of {width} x {height} pixels: give both sides, from 1, or none"),
        )),
    }
}

fn violations(resolved: &Resolution) -> Vec<Violation> {
    resolved
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error && d.reason != reason::UNIMPLEMENTED_COMMAND)
        .map(|diagnostic| {
            let outermost = diagnostic.invoked_at.last();
            let source = outermost.map_or(&diagnostic.source, |(source, _)| source);
            let field = match source {
                SourceName::MacroCall => "macro",
                SourceName::AssetModifier | SourceName::AssetPostModifier => "asset_handle",
                SourceName::IsModifier | SourceName::MacroDefinition(_) => "is_modifier",
            };
            Violation::new(field, diagnostic.reason, located(diagnostic))
        })
        .collect()
}

fn predicted(
    plan: &Plan,
    (width, height): (u32, u32),
    asset: Option<&AssetRow>,
    name: &str,
) -> Result<proto::PredictedOutput, CallerError> {
    let facts = SourceFacts {
        width,
        height,
        resolution: asset.and_then(AssetRow::resolution),
        anchor: asset.and_then(AssetRow::anchor_point),
    };
    let found = geometry_of(plan, &facts).map_err(|error| {
        let text = format!("a picture of {width} x {height} pixels cannot be exported: {error}");
        CallerError::Invalid(vec![Violation::new("source_width", "OUTPUT_TOO_LARGE", text)])
    })?;
    let extension = plan.output.format.extension();
    Ok(proto::PredictedOutput {
        width: found.width as i32,
        height: found.height as i32,
        mime_type: plan.output.format.mime_type().to_owned(),
        file_name: match name {
            "" => String::new(),
            name => naming::converted(name, extension),
        },
    })
}

fn setting(setting: &modifiers::Setting) -> proto::ResolvedSetting {
    let (place, called_at) = origin(&setting.origin);
    proto::ResolvedSetting {
        target: setting.target.to_string(),
        command: setting.command.to_owned(),
        value: setting.value.clone(),
        place: Some(place),
        called_at,
        overrode: setting
            .overrode
            .iter()
            .map(|(value, from)| {
                let (place, called_at) = origin(from);
                proto::OverriddenSetting { value: value.clone(), place: Some(place), called_at }
            })
            .collect(),
    }
}

fn origin(origin: &Origin) -> (proto::ModifierPlace, Vec<proto::ModifierPlace>) {
    match origin {
        Origin::Default => {
            let source = proto::ModifierSource::Default as i32;
            (proto::ModifierPlace { source, ..Default::default() }, Vec::new())
        }
        Origin::Given { source, span, invoked_at } => (place(source, span), places(invoked_at)),
    }
}

fn diagnostic(diagnostic: &Diagnostic) -> proto::ModifierDiagnostic {
    proto::ModifierDiagnostic {
        error: diagnostic.severity == Severity::Error,
        reason: diagnostic.reason.to_owned(),
        message: diagnostic.message.clone(),
        suggestion: diagnostic.suggestion.clone().unwrap_or_default(),
        place: Some(place(&diagnostic.source, &diagnostic.span)),
        called_at: places(&diagnostic.invoked_at),
    }
}

fn places(places: &[(SourceName, Range<usize>)]) -> Vec<proto::ModifierPlace> {
    places.iter().map(|(source, span)| place(source, span)).collect()
}

fn place(source: &SourceName, span: &Range<usize>) -> proto::ModifierPlace {
    use proto::ModifierSource::{
        AssetModifier, AssetPostModifier, IsModifier, Macro, MacroDefinition,
    };
    let (kind, name) = match source {
        SourceName::AssetModifier => (AssetModifier, ""),
        SourceName::IsModifier => (IsModifier, ""),
        SourceName::MacroCall => (Macro, ""),
        SourceName::MacroDefinition(name) => (MacroDefinition, name.as_str()),
        SourceName::AssetPostModifier => (AssetPostModifier, ""),
    };
    proto::ModifierPlace {
        source: kind as i32,
        macro_name: name.to_owned(),
        start: span.start as i32,
        end: span.end as i32,
    }
}
