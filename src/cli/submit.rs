//! `offprint submit`: starts an export.

use super::client::{self, Client};
use super::explain::UnknownCommands;
use super::output::{remark, say};
use super::status::{self, EXIT_INTERRUPTED, Failure, Violation, event_text};
use super::{Connection, Outcome, download, snippet, watch};
use crate::modifiers::{Defaults, Severity, Sources, resolve};
use crate::proto::submit_job_request::{Job, Schedule};
use crate::proto::{
    CollisionPolicy, CronSchedule, ExportFmt, ExportJob, ExportLayout, ExportOptions, HandleArray,
    PackageMode, Rendition, SubmitJobRequest,
};
use clap::{Args, ValueEnum};
use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;
use std::process::ExitCode;
use tonic::Status;
use tonic_types::StatusExt as _;

/// Starts an export of assets that are in the library
///
/// Prints the job's handle, which watch, download and stop want. All problems
/// of a request are shown together, and nothing is started then.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint submit 'a|1' 'a|2' --modifier 'wid=800&fmt=png'
  offprint submit --all --macro web --watch --download out/     one line does it all
  offprint submit 'a|1' --macro web --modifier 'wid=50'         the macro's commands win
  offprint submit --all --fmt orig                              the original files
  offprint submit --all --rendition small=wid=200 --rendition big=wid=1600 --zip
  offprint submit --all --macro web --cron '0 30 2 * * ?' --zone Europe/Paris --name nightly
  offprint submit 'a|1' --modifier 'wdi=800' --validate-only    only checks
  offprint assets --contains chair --json | jq -r .assetHandle | offprint submit - --macro web
  JOB=$(offprint submit --all --macro web) && offprint watch \"$JOB\"")]
pub struct SubmitArgs {
    /// The assets' handles; '-' reads them from standard input
    #[arg(value_name = "HANDLE", required_unless_present = "all", conflicts_with = "all")]
    handles: Vec<String>,
    /// Every asset of the library
    #[arg(long)]
    all: bool,
    /// Conversions, or the original files
    #[arg(long, value_enum, default_value_t = Fmt::Convert)]
    fmt: Fmt,
    /// How to convert, as commands joined by '&', for example 'wid=800&fmt=png'
    #[arg(long, short, default_value = "", value_name = "MODIFIER", hide_default_value = true)]
    modifier: String,
    /// A saved preset, for example web; its commands win over those of --modifier
    #[arg(long = "macro", default_value = "", value_name = "NAME", hide_default_value = true)]
    macro_name: String,
    /// A name for the job
    #[arg(long, default_value = "", value_name = "NAME", hide_default_value = true)]
    name: String,
    #[command(flatten)]
    unknown: UnknownCommands,
    /// A further output of each asset, as NAME=MODIFIER; may be given again
    #[arg(long = "rendition", value_name = "NAME=MODIFIER", value_parser = rendition)]
    renditions: Vec<Rendition>,
    /// One ZIP archive instead of single files
    #[arg(long)]
    zip: bool,
    /// Add a manifest.json that says what came of each asset
    #[arg(long)]
    manifest: bool,
    /// How outputs are put into folders
    #[arg(long, value_enum, default_value_t = Layout::Flat)]
    layout: Layout,
    /// Names of the outputs, for example '{stem}_small'
    #[arg(long, default_value = "", value_name = "TEMPLATE", hide_default_value = true)]
    names: String,
    /// Run again and again, by a Quartz cron expression
    #[arg(long, value_name = "EXPRESSION", conflicts_with_all = ["watch", "download"])]
    cron: Option<String>,
    /// The time zone of --cron, for example Europe/Paris
    #[arg(
        long,
        default_value = "",
        value_name = "ZONE",
        requires = "cron",
        hide_default_value = true
    )]
    zone: String,
    /// Let assets without pixels (a font, a video) fail instead of exporting their original
    #[arg(long)]
    skip_non_convertible: bool,
    /// What happens when two outputs would have the same name
    #[arg(long, value_enum, default_value_t = Collision::Rename)]
    collision: Collision,
    /// Check everything, start nothing
    #[arg(long, conflicts_with_all = ["watch", "download"])]
    validate_only: bool,
    /// Stay and watch until the end
    #[arg(long)]
    watch: bool,
    /// Stay, then save the files in this folder
    #[arg(long, value_name = "DIR")]
    download: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Fmt {
    /// Pictures converted as --modifier and --macro say
    Convert,
    /// The uploaded files, byte for byte
    Orig,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Layout {
    /// All in one folder
    Flat,
    /// In the folders of the library
    Folders,
    /// A folder for each asset
    PerAsset,
}

fn rendition(text: &str) -> Result<Rendition, String> {
    let (name, is_modifier) = text
        .split_once('=')
        .ok_or("it must look like small=wid=200&fmt=png: a name, '=', and commands")?;
    let (name, is_modifier) = (name.to_owned(), is_modifier.to_owned());
    Ok(Rendition { name, is_modifier, ..Default::default() })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Collision {
    /// The later one gets -1, -2 …
    Rename,
    /// The later one fails
    Fail,
}

pub async fn run(args: SubmitArgs, connection: &Connection) -> Outcome {
    let mut handles = named_handles(&args.handles)?;
    let mut client = client::connect(connection).await?;
    if args.all {
        let assets = client.search_assets(None, "").await?;
        handles = assets.into_iter().map(|asset| asset.asset_handle).collect();
        if handles.is_empty() {
            return Err(Failure::request(
                "the library is empty: put files in with `offprint upload`",
            ));
        }
    }
    let request = request(&args, &client.company, handles);
    let answer = match client.jobs.submit_job(request).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => return Err(refused(&mut client, &args, status).await),
    };
    for warning in &answer.warnings {
        remark!("warning: {}", event_text(warning));
    }
    if args.validate_only {
        say!("nothing is wrong with it");
        return Ok(ExitCode::SUCCESS);
    }
    say!("{}", answer.job_handle);
    let job = answer.job_handle;
    if !args.watch && args.download.is_none() {
        if std::io::stderr().is_terminal() {
            remark!("watch it with: offprint watch '{job}'");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let (exit, finished) = watch::watch(&mut client, &job, 0).await?;
    if let Some(out) = args.download.as_deref().filter(|_| finished) {
        // The watching took Ctrl-C for itself, so it has to be heard here as well.
        tokio::select! {
            saved = download::save_all(&mut client, &job, out) => saved?,
            _ = tokio::signal::ctrl_c() => {
                remark!("go on with: offprint download '{job}' --out '{}'", out.display());
                return Ok(ExitCode::from(EXIT_INTERRUPTED));
            }
        }
    }
    Ok(exit)
}

/// The handles of the command line; `-` stands for those on standard input.
fn named_handles(words: &[String]) -> Result<Vec<String>, Failure> {
    let mut handles = Vec::new();
    for word in words {
        if word != "-" {
            handles.push(word.clone());
            continue;
        }
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|error| {
            Failure::request(format!("cannot read handles from standard input: {error}"))
        })?;
        handles.extend(text.split_whitespace().map(str::to_string));
    }
    Ok(handles)
}

fn request(args: &SubmitArgs, company: &str, handles: Vec<String>) -> SubmitJobRequest {
    let collision = match args.collision {
        Collision::Rename => CollisionPolicy::Rename,
        Collision::Fail => CollisionPolicy::Fail,
    };
    let fmt = match args.fmt {
        Fmt::Convert => ExportFmt::Convert,
        Fmt::Orig => ExportFmt::Orig,
    };
    let options = ExportOptions {
        package_mode: match args.zip {
            true => PackageMode::Zip.into(),
            false => PackageMode::Files.into(),
        },
        layout: match args.layout {
            Layout::Flat => ExportLayout::Flat.into(),
            Layout::Folders => ExportLayout::PreserveFolders.into(),
            Layout::PerAsset => ExportLayout::FolderPerAsset.into(),
        },
        name_template: args.names.clone(),
        include_manifest: args.manifest.then_some(true),
        collision_policy: collision.into(),
        skip_non_convertible: args.skip_non_convertible,
        strict: args.unknown.strict,
        lenient: args.unknown.lenient,
        ..Default::default()
    };
    let export = ExportJob {
        asset_handle_array: Some(HandleArray { items: handles }),
        fmt: fmt.into(),
        is_modifier: args.modifier.clone(),
        r#macro: args.macro_name.clone(),
        options: Some(options),
        renditions: args.renditions.clone(),
        ..Default::default()
    };
    SubmitJobRequest {
        company_handle: company.to_string(),
        job_name: args.name.clone(),
        validate_only: args.validate_only,
        schedule: args.cron.as_ref().map(|expression| {
            Schedule::ExecSchedule(CronSchedule {
                expression: expression.clone(),
                time_zone: args.zone.clone(),
            })
        }),
        job: Some(Job::ExportJob(export)),
        ..Default::default()
    }
}

/// The text for a refused request. Problems of the modifier are shown with
/// carets, by resolving it here again; whatever cannot be shown so is a line.
async fn refused(client: &mut Client, args: &SubmitArgs, status: Status) -> Failure {
    let violations = status::violations(&status.get_error_details());
    let (language, others): (Vec<Violation>, Vec<Violation>) =
        violations.into_iter().partition(is_about_language);
    if language.is_empty() {
        return status.into();
    }
    let Some(snippets) = carets(client, args).await else {
        return status.into();
    };
    if others.is_empty() {
        return Failure::request_text(snippets);
    }
    Failure::request_text(format!("{}\n\n{snippets}", status::refused(&others)))
}

fn is_about_language(violation: &Violation) -> bool {
    matches!(violation.field.as_str(), "export_job.is_modifier" | "export_job.macro")
}

/// The errors of the modifier with carets; nothing when none is found here.
async fn carets(client: &mut Client, args: &SubmitArgs) -> Option<String> {
    let macros = client.macros().await.ok()?;
    let sources =
        Sources { is_modifier: &args.modifier, macro_call: &args.macro_name, ..Default::default() };
    let resolution = resolve(&sources, &macros, &Defaults::default(), args.unknown.strictness());
    let mut errors = resolution.diagnostics;
    errors.retain(|diagnostic| diagnostic.severity == Severity::Error);
    if errors.is_empty() {
        return None;
    }
    let texts = snippet::Texts { sources: &sources, macros: &macros };
    Some(snippet::render(&errors, &texts, std::io::stderr().is_terminal()))
}
