//! What a person sees: the `offprint` program, one file a command.
//!
//! Commands that talk to a server use only the public contract
//! ([`crate::proto`]), as any other client does. Exit status: 0 when all went
//! well, 1 when something failed at work (an asset, a file, a job), 2 when the
//! request itself was wrong or no server answered, 130 after Ctrl-C.

mod asset_fields;
mod assets;
mod atomic;
mod client;
mod commands;
mod contact_sheet;
mod control;
mod convert;
mod demo;
mod download;
mod explain;
mod follow;
mod font;
mod formats;
mod job_view;
mod jobs;
mod json;
mod logs;
mod output;
mod presets;
mod progress;
mod serve;
mod snippet;
mod status;
mod submit;
mod table;
mod upload;
mod watch;

#[cfg(test)]
mod tests;

use clap::{Args, Parser, Subcommand};
use status::Failure;
use std::process::ExitCode;

/// Ends a command: an exit status, or a text for the person and an exit status.
type Outcome = Result<ExitCode, Failure>;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "offprint",
    version,
    about = "Exports image libraries: names assets, says how to convert them, watches each finish or fail.",
    after_help = "\
Examples:
  offprint demo                                            see everything at work, in seconds
  offprint convert photo.jpg 'wid=800&fmt=png' photo.png   convert one file, no server needed
  offprint explain 'wid=400&fit=crop&hei=400&fmt=webp'     what would this modifier do?

  offprint serve &                                         start a server
  offprint upload photos/                                  put files in
  offprint presets save web 'wid=400&fmt=jpeg&qlt=80'      name a conversion
  offprint submit --all --macro web --watch --download out/

Each command has its own examples: offprint submit --help"
)]
struct Cli {
    #[command(flatten)]
    connection: Connection,
    #[command(subcommand)]
    command: Command,
}

/// Where the server is, and whose library is meant.
#[derive(Debug, Clone, Args)]
struct Connection {
    /// The server to talk to
    #[arg(
        long,
        global = true,
        env = "OFFPRINT_SERVER",
        default_value = "http://127.0.0.1:50051",
        value_name = "URL"
    )]
    server: String,
    /// The company handle, for example 'c|1'; empty means the server's first company
    #[arg(
        long,
        global = true,
        default_value = "",
        value_name = "HANDLE",
        hide_default_value = true
    )]
    company: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::ServeArgs),
    Upload(upload::UploadArgs),
    Submit(submit::SubmitArgs),
    Watch(watch::WatchArgs),
    Download(download::DownloadArgs),
    Jobs(jobs::JobsArgs),
    Stop(jobs::StopArgs),
    /// Pauses a job, or the trigger of a schedule: what was started finishes
    #[command(after_help = "\
Example:
  offprint pause \"$JOB\"")]
    Pause(control::ControlArgs),
    /// Goes on with what was paused
    #[command(after_help = "\
Example:
  offprint resume \"$JOB\"")]
    Resume(control::ControlArgs),
    /// Removes a schedule, or stops a job and removes its files; its log stays
    #[command(after_help = "\
Example:
  offprint delete \"$JOB\"")]
    Delete(control::ControlArgs),
    /// Runs a schedule now, and prints the job's handle
    #[command(after_help = "\
Example:
  JOB=$(offprint run \"$SCHEDULE\") && offprint watch \"$JOB\"")]
    Run(control::ControlArgs),
    Schedules(control::SchedulesArgs),
    Logs(logs::LogsArgs),
    Assets(assets::AssetsArgs),
    Presets(presets::PresetsArgs),
    Explain(explain::ExplainArgs),
    /// Lists every command of the modifier language, as Markdown
    #[command(after_help = "\
Examples:
  offprint commands | grep op_                                the operations and their state")]
    Commands,
    /// Lists every format that is read or written, as Markdown
    #[command(after_help = "\
Examples:
  offprint formats | grep tif                                 what becomes of TIFF")]
    Formats,
    Convert(convert::ConvertArgs),
    /// Decodes for a server, in a process that may die without harm
    #[command(name = crate::decoding::SUBCOMMAND, hide = true)]
    DecodeWorker,
    Demo(demo::DemoArgs),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(failure) => {
            output::to_stderr(format_args!("{}", failure.text()));
            ExitCode::from(failure.exit())
        }
    }
}

fn run(cli: Cli) -> Outcome {
    if matches!(cli.command, Command::DecodeWorker) {
        // whoever started it sees its end
        return Ok(crate::decoding::serve().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::work(format!("cannot start the async runtime: {error}")))?;
    let connection = cli.connection;
    let outcome = runtime.block_on(async {
        match cli.command {
            Command::Serve(args) => serve::run(args).await,
            Command::Upload(args) => upload::run(args, &connection).await,
            Command::Submit(args) => submit::run(args, &connection).await,
            Command::Watch(args) => watch::run(args, &connection).await,
            Command::Download(args) => download::run(args, &connection).await,
            Command::Jobs(args) => jobs::run(args, &connection).await,
            Command::Stop(args) => jobs::stop(args, &connection).await,
            Command::Pause(args) => control::pause(args, &connection).await,
            Command::Resume(args) => control::resume(args, &connection).await,
            Command::Delete(args) => control::delete(args, &connection).await,
            Command::Run(args) => control::execute(args, &connection).await,
            Command::Schedules(args) => control::schedules(args, &connection).await,
            Command::Logs(args) => logs::run(args, &connection).await,
            Command::Assets(args) => assets::run(args, &connection).await,
            Command::Presets(args) => presets::run(args, &connection).await,
            Command::Explain(args) => explain::run(args, &connection).await,
            Command::Commands => commands::run(),
            Command::Formats => formats::run(),
            Command::Convert(args) => convert::run(args),
            // needs no runtime: see run
            Command::DecodeWorker => Ok(ExitCode::FAILURE),
            Command::Demo(args) => demo::run(args).await,
        }
    });
    // Dropping the runtime would wait for a conversion that was given up; the next process does it again.
    runtime.shutdown_background();
    outcome
}
