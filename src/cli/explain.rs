//! `offprint explain`: what a modifier would do, and why.

use super::output::{remark, say};
use super::status::{EXIT_REQUEST, Failure};
use super::table::{self, Side};
use super::{Connection, Outcome, client, snippet};
use crate::jobs::naming;
use crate::modifiers::plan::Plan;
use crate::modifiers::{
    Defaults, Macros, Origin, Place, Resolution, Severity, SourceName, Sources, Strictness, Target,
    check_macro_name, macro_file, resolve, shipped_presets,
};
use crate::render::geometry::{Geometry, geometry};
use clap::Args;
use serde_json::{Value, json};
use std::io::IsTerminal as _;
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

/// Shows what a modifier would do: every setting, where it comes from and what it overrode
///
/// Macros are taken from --define and --macros; others are asked of the server.
/// Exit status: 0 when the modifier can be used, 2 when not.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint explain 'wid=400&hei=400&fit=crop&fmt=png' --size 6000x4000
  offprint explain 'wdi=400&fmt=png'                          carets and 'did you mean'
  offprint explain 'fmt=png' --macro test --define 'test=fmt=tif'
  offprint explain '$web$&wid=50' --macros macros.txt --json | jq .effective_request")]
pub struct ExplainArgs {
    /// Commands joined by '&'
    #[arg(value_name = "MODIFIER")]
    modifier: String,
    /// A macro whose commands win over those of the modifier
    #[arg(long = "macro", default_value = "", value_name = "NAME", hide_default_value = true)]
    macro_name: String,
    /// Predict the output of a picture of this size
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<(u32, u32)>,
    /// Predict the name of the output of this file
    #[arg(long, value_name = "FILE")]
    name: Option<String>,
    /// The asset's own modifier, which the request wins over
    #[arg(long, default_value = "", value_name = "MODIFIER", hide_default_value = true)]
    asset_modifier: String,
    /// The asset's own modifier that wins over the request
    #[arg(long, default_value = "", value_name = "MODIFIER", hide_default_value = true)]
    post_modifier: String,
    #[command(flatten)]
    macros: LocalMacros,
    #[command(flatten)]
    unknown: UnknownCommands,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// What happens to commands that the language does not have.
#[derive(Debug, Clone, Copy, Args)]
pub struct UnknownCommands {
    /// Refuse every unknown command; without it only those that look like a typo
    #[arg(long, conflicts_with = "lenient")]
    pub strict: bool,
    /// Ignore every unknown command with a warning
    #[arg(long)]
    pub lenient: bool,
}

impl UnknownCommands {
    pub fn strictness(self) -> Strictness {
        match (self.strict, self.lenient) {
            (true, _) => Strictness::Strict,
            (_, true) => Strictness::Lenient,
            _ => Strictness::Normal,
        }
    }
}

/// Macros that are defined on the command line.
#[derive(Debug, Clone, Default, Args)]
pub struct LocalMacros {
    /// Define a macro, for example 'web=wid=400&fmt=jpeg'; may be repeated
    #[arg(long, value_name = "NAME=COMMANDS", value_parser = definition)]
    define: Vec<(String, String)>,
    /// A macro-definition file: name, tab, commands, one a line
    #[arg(long = "macros", value_name = "FILE")]
    file: Option<PathBuf>,
}

impl LocalMacros {
    /// The file's macros, then those of --define, which win. Lines of the file
    /// that are no definition are listed on standard error.
    pub fn read(&self) -> Result<Vec<(String, String)>, Failure> {
        let mut definitions = Vec::new();
        if let Some(path) = &self.file {
            let bytes = std::fs::read(path).map_err(|error| {
                Failure::request(format!("cannot read '{}': {error}", path.display()))
            })?;
            let (found, not_understood) = macro_file::parse(&bytes);
            for problem in not_understood {
                remark!("{}: not understood: {problem}", path.display());
            }
            definitions = found;
        }
        definitions.extend(self.define.iter().cloned());
        Ok(definitions)
    }
}

/// Adds definitions; of the same name, the last one stays.
pub fn insert_all(macros: &mut Macros, definitions: &[(String, String)]) {
    for (name, commands) in definitions {
        macros.insert(name, commands);
    }
}

/// The presets that every server is shipped with.
pub fn shipped() -> Macros {
    let mut macros = Macros::new();
    for (name, commands) in shipped_presets() {
        macros.insert(name, commands);
    }
    macros
}

pub async fn run(args: ExplainArgs, connection: &Connection) -> Outcome {
    let own = args.macros.read()?;
    let mut macros = Macros::new();
    insert_all(&mut macros, &own);
    let strictness = args.unknown.strictness();
    let sources = Sources {
        asset_modifier: &args.asset_modifier,
        is_modifier: &args.modifier,
        macro_call: &args.macro_name,
        asset_post_modifier: &args.post_modifier,
    };
    let defaults = Defaults::default();
    let mut resolution = resolve(&sources, &macros, &defaults, strictness);
    if resolution.diagnostics.iter().any(|problem| problem.reason == "UNKNOWN_MACRO") {
        macros = saved(connection).await?;
        insert_all(&mut macros, &own);
        resolution = resolve(&sources, &macros, &defaults, strictness);
    }
    let geometry = match (&resolution.plan, args.size) {
        (Some(plan), Some((width, height))) => {
            let found = geometry(plan, width, height).map_err(|error| {
                Failure::request(format!(
                    "a picture of {width}x{height} cannot be exported: {error}"
                ))
            })?;
            Some(((width, height), found))
        }
        _ => None,
    };
    let prediction = Prediction { size: geometry, file_name: args.name.as_deref() };
    if args.json {
        say!("{}", as_json(&resolution, &prediction));
    } else {
        let texts = snippet::Texts { sources: &sources, macros: &macros };
        say!("{}", as_text(&resolution, &prediction, &texts, std::io::stdout().is_terminal()));
    }
    match resolution.executable() {
        Some(_) => Ok(ExitCode::SUCCESS),
        None => Ok(ExitCode::from(EXIT_REQUEST)),
    }
}

/// What the server has saved, or, when none answers, the presets that every
/// server is shipped with.
async fn saved(connection: &Connection) -> Result<Macros, Failure> {
    match client::connect(connection).await {
        Ok(mut client) => client.macros().await,
        Err(failure) => {
            remark!("{}", failure.text().replacen("error:", "note:", 1));
            remark!("note: only macros given here and the shipped presets are known");
            Ok(shipped())
        }
    }
}

/// What is known of the output beyond the modifier.
struct Prediction<'a> {
    /// Size of the source and what becomes of it.
    size: Option<((u32, u32), Geometry)>,
    /// Name of the source.
    file_name: Option<&'a str>,
}

impl Prediction<'_> {
    fn output_name(&self, plan: &Plan) -> Option<String> {
        Some(naming::converted(self.file_name?, plan.output.format.extension()))
    }
}

fn as_text(
    resolution: &Resolution,
    prediction: &Prediction<'_>,
    texts: &snippet::Texts<'_>,
    styled: bool,
) -> String {
    let mut parts = Vec::new();
    if let Some(plan) = &resolution.plan {
        parts.push(settings(resolution));
        parts.push(summary(resolution, plan, prediction));
    }
    if !resolution.diagnostics.is_empty() {
        parts.push(snippet::render(&resolution.diagnostics, texts, styled));
    }
    parts.join("\n\n")
}

fn settings(resolution: &Resolution) -> String {
    // one picture needs no column that says which part of it is meant
    let layered = resolution.settings.iter().any(|setting| is_layered(&setting.target));
    let mut columns = vec![
        ("command", Side::Left),
        ("value", Side::Left),
        ("from", Side::Left),
        ("instead of", Side::Left),
    ];
    if layered {
        columns.insert(0, ("of", Side::Left));
    }
    let rows: Vec<Vec<String>> = resolution
        .settings
        .iter()
        .map(|setting| {
            let overrode: Vec<String> = setting
                .overrode
                .iter()
                .map(|(value, origin)| format!("{} ({})", shown(value), place(origin)))
                .collect();
            let mut row = vec![
                setting.command.to_string(),
                shown(&setting.value).to_string(),
                place(&setting.origin),
                overrode.join(", "),
            ];
            if layered {
                row.insert(0, setting.target.to_string());
            }
            row
        })
        .collect();
    table::render(&columns, &rows)
}

fn is_layered(target: &Target) -> bool {
    target.effect != 0 || matches!(target.place, Place::Layer(number) if number > 0)
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "(unset)" } else { value }
}

fn summary(resolution: &Resolution, plan: &Plan, prediction: &Prediction<'_>) -> String {
    let output = &plan.output;
    let mut text = format!(
        "output   {} ({}, {})\nrequest  {}",
        resolution.format,
        output.format.mime_type(),
        output.format.extension(),
        resolution.effective_request
    );
    if let Some(name) = prediction.output_name(plan) {
        text.push_str(&format!("\nfile     {name}"));
    }
    if let Some(((width, height), found)) = &prediction.size {
        text.push_str(&format!(
            "\nsize     {width}x{height} becomes {}x{}",
            found.width, found.height
        ));
    }
    text
}

/// Where a value comes from, short enough for a table: a text and the column in
/// it, of a macro also the call.
fn place(origin: &Origin) -> String {
    let at = |source: &SourceName, span: &Range<usize>| format!("{source}:{}", span.start + 1);
    match origin {
        Origin::Default => "default".to_string(),
        Origin::Given { source: SourceName::MacroDefinition(name), invoked_at, .. } => {
            match invoked_at.last() {
                Some((source, span)) => format!("${name}$ in {}", at(source, span)),
                None => format!("${name}$"),
            }
        }
        Origin::Given { source, span, .. } => at(source, span),
    }
}

fn as_json(resolution: &Resolution, prediction: &Prediction<'_>) -> Value {
    let settings: Vec<Value> = resolution
        .settings
        .iter()
        .map(|setting| {
            let overrode: Vec<Value> = setting
                .overrode
                .iter()
                .map(|(value, origin)| json!({"value": value, "from": place(origin)}))
                .collect();
            json!({
                "of": setting.target.to_string(),
                "command": setting.command,
                "value": setting.value,
                "from": place(&setting.origin),
                "instead_of": overrode,
            })
        })
        .collect();
    let diagnostics: Vec<Value> = resolution
        .diagnostics
        .iter()
        .map(|problem| {
            json!({
                "severity": match problem.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                },
                "reason": problem.reason,
                "message": problem.message,
                "source": problem.source.to_string(),
                "span": [problem.span.start, problem.span.end],
                "suggestion": problem.suggestion,
            })
        })
        .collect();
    let size = prediction.size.as_ref().map(|((width, height), found)| {
        json!({
            "source": [width, height],
            "output": [found.width, found.height],
        })
    });
    json!({
        "usable": resolution.executable().is_some(),
        "file_name": resolution.plan.as_ref().and_then(|plan| prediction.output_name(plan)),
        "format": resolution.format,
        "extension": resolution.plan.as_ref().map(|plan| plan.output.format.extension()),
        "mime_type": resolution.plan.as_ref().map(|plan| plan.output.format.mime_type()),
        "effective_request": resolution.effective_request,
        "size": size,
        "settings": settings,
        "diagnostics": diagnostics,
    })
}

/// Reads `6000x4000`.
fn size(text: &str) -> Result<(u32, u32), String> {
    let wrong = || format!("'{text}' is no size; it looks like 6000x4000, from 1x1");
    let (width, height) = text.split_once(['x', 'X']).ok_or_else(wrong)?;
    match (width.parse(), height.parse()) {
        (Ok(width), Ok(height)) if width > 0 && height > 0 => Ok((width, height)),
        _ => Err(wrong()),
    }
}

/// Reads `name=commands`; the name may have its dollars.
fn definition(text: &str) -> Result<(String, String), String> {
    let (name, commands) = text
        .split_once('=')
        .ok_or_else(|| format!("'{text}' is no definition; it looks like web=wid=400&fmt=jpeg"))?;
    let name = match name.strip_prefix('$').and_then(|name| name.strip_suffix('$')) {
        Some(inner) => inner,
        None => name,
    };
    check_macro_name(name)?;
    Ok((name.to_string(), commands.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_two_positive_numbers() {
        assert_eq!(size("6000x4000"), Ok((6000, 4000)));
        for wrong in ["", "6000", "0x5", "5x0", "-1x5", "axb", "5x5x5", "5000000000x1"] {
            assert!(size(wrong).unwrap_err().contains("no size"), "{wrong}");
        }
    }

    #[test]
    fn definitions_have_a_name_and_commands() {
        let web = ("web".to_string(), "wid=400&fmt=jpeg".to_string());
        assert_eq!(definition("web=wid=400&fmt=jpeg"), Ok(web.clone()));
        assert_eq!(definition("$web$=wid=400&fmt=jpeg"), Ok(web));
        assert!(definition("web").is_err());
        assert!(definition("=wid=400").is_err());
        assert!(definition("a b=wid=400").is_err());
    }
}
