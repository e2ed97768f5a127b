//! `offprint convert`: one file, without a server.

use super::explain::{self, LocalMacros};
use super::output::remark;
use super::status::{EXIT_REQUEST, EXIT_WORK, Failure};
use super::{Outcome, atomic, snippet};
use crate::colour::Profiles;
use crate::colour::decide::ColourDefaults;
use crate::config;
use crate::conversion::{self, Asset, Engine, Limits, MaskFile};
use crate::decoding::{self, Decoders, Isolation};
use crate::modifiers::plan::{Format, ImageSource};
use crate::modifiers::{Defaults, Severity, Sources, Strictness, resolve};
use crate::render::colour::Colours;
use clap::Args;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Converts one file as an export would, without a server
///
/// The output appears whole or not at all; a file that is there is replaced.
/// The modifier's fmt= decides the format, not the name of the output.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint convert photo.jpg 'wid=800&fmt=png' photo.png
  offprint convert photo.tif 'wid=400&hei=400&fit=crop&qlt=80' square.jpg
  offprint convert photo.jpg '' photo.tiff --macro web --define 'web=wid=400&fmt=tif'
  cat photo.jpg | offprint convert - 'wid=100&fmt=gif' - > thumb.gif")]
pub struct ConvertArgs {
    /// The file to read; '-' is standard input
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// How to convert, as commands joined by '&'
    #[arg(value_name = "MODIFIER")]
    modifier: String,
    /// The file to write; '-' is standard output
    #[arg(value_name = "OUT")]
    output: PathBuf,
    /// A macro whose commands win over those of the modifier
    #[arg(long = "macro", default_value = "", value_name = "NAME", hide_default_value = true)]
    macro_name: String,
    /// A picture whose alpha channel or brightness is the mask of IN
    #[arg(long, value_name = "FILE")]
    mask: Option<PathBuf>,
    /// A folder of ICC profiles that icc= may name, besides those of this program
    #[arg(long, value_name = "FOLDER")]
    profiles: Option<PathBuf>,
    #[command(flatten)]
    macros: LocalMacros,
}

pub fn run(args: ConvertArgs) -> Outcome {
    let mut macros = explain::shipped();
    explain::insert_all(&mut macros, &args.macros.read()?);
    let sources =
        Sources { is_modifier: &args.modifier, macro_call: &args.macro_name, ..Default::default() };
    let resolution = resolve(&sources, &macros, &Defaults::default(), Strictness::Normal);
    if !resolution.diagnostics.is_empty() {
        let texts = snippet::Texts { sources: &sources, macros: &macros };
        let styled = std::io::stderr().is_terminal();
        remark!("{}", snippet::render(&resolution.diagnostics, &texts, styled));
    }
    let Some(plan) = resolution.executable() else {
        let errors = resolution.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        remark!(
            "nothing was written: {} in the modifier",
            super::table::count(errors.count() as i64, "error")
        );
        return Ok(ExitCode::from(EXIT_REQUEST));
    };
    let source = read(&args.input)?;
    let file_name = args.input.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let mask = args.mask.as_deref().map(read).transpose()?;
    let asked = plan.base().source.mask.as_ref();
    let mask = match (&mask, asked) {
        (Some(bytes), _) => Some(bytes.as_slice()),
        (None, Some(ImageSource::Exported)) => Some(source.as_slice()),
        (None, _) => None,
    };
    let name = match asked {
        Some(asked) => asked.name().to_owned(),
        None => args.mask.iter().map(|path| path.display().to_string()).collect(),
    };
    let mask = mask.map(|bytes| MaskFile { name: &name, bytes, stored: asked.is_none() });
    let asset = Asset { mask, ..Asset::of_file(&source, &file_name) };
    let own_colours;
    let colours = match &args.profiles {
        None => Colours::shipped(),
        Some(folder) => {
            if !folder.is_dir() {
                let text = format!("'{}' is no folder of profiles", folder.display());
                return Err(Failure::request(text));
            }
            let profiles = Profiles::read(folder);
            for broken in profiles.broken() {
                remark!("warning: profile {} is not used: {}", broken.file, broken.reason);
            }
            own_colours = Colours::new(profiles, ColourDefaults::default())
                .map_err(|error| Failure::request(error.to_string()))?;
            &own_colours
        }
    };
    let limits = Limits::default();
    let decoders = decoders(&limits);
    let engine = Engine { limits: &limits, colours, decoders: &decoders };
    let done = conversion::convert_asset(&asset, plan, engine, &mut |_, _| true);
    let converted = match done {
        Ok(converted) => converted,
        Err(error) => {
            remark!("error[{}]: {}: {error}", error.reason(), args.input.display());
            return Ok(ExitCode::from(EXIT_WORK));
        }
    };
    for warning in &converted.warnings {
        remark!("warning[{}]: {}", warning.reason, warning.message);
    }
    if args.output == Path::new("-") {
        let mut stdout = std::io::stdout().lock();
        stdout
            .write_all(&converted.bytes)
            .and_then(|()| stdout.flush())
            .map_err(|error| Failure::work(format!("cannot write to standard output: {error}")))?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(text) = extension_mismatch(&args.output, plan.output.format.format) {
        remark!("warning: {text}");
    }
    atomic::write(&args.output, &converted.bytes)?;
    Ok(ExitCode::SUCCESS)
}

/// As a server's, so that a file that breaks its decoder gets a message.
fn decoders(limits: &Limits) -> Decoders {
    match decoding::this_program() {
        None => Decoders::here(),
        Some(program) => Decoders::isolated(Isolation {
            program,
            seconds: config::Limits::default().max_asset_seconds,
            memory_bytes: limits.max_memory_bytes,
        }),
    }
}

fn read(input: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let result = if input == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(input).map(|read| bytes = read)
    };
    result
        .map_err(|error| Failure::request(format!("cannot read '{}': {error}", input.display())))?;
    Ok(bytes)
}

/// A text when the output's name promises another format than it gets.
fn extension_mismatch(output: &Path, format: Format) -> Option<String> {
    let extension = output.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let usual = format.extension().trim_start_matches('.');
    let same = match extension.as_str() {
        "jpeg" | "jpe" => "jpg",
        "tif" => "tiff",
        other => other,
    };
    if same == usual {
        return None;
    }
    Some(format!(
        "'{}' gets {} content, whose extension is .{usual}; fmt= of the modifier decides the format",
        output.display(),
        format.mime_type()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_is_compared_with_the_format() {
        let cases = [
            ("a.jpg", Format::Jpeg, true),
            ("a.JPEG", Format::ProgressiveJpeg, true),
            ("a.tif", Format::Tiff, true),
            ("a.tiff", Format::Tiff, true),
            ("a.png", Format::Jpeg, false),
            ("a", Format::Png, false),
        ];
        for (name, format, fits) in cases {
            assert_eq!(extension_mismatch(Path::new(name), format).is_none(), fits, "{name}");
        }
        assert_eq!(
            extension_mismatch(Path::new("out/a.png"), Format::Jpeg).unwrap(),
            "'out/a.png' gets image/jpeg content, whose extension is .jpg; fmt= of the modifier decides the format"
        );
    }
}
