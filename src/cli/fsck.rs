//! `offprint fsck` and `offprint backup`: what an operator does with a data
//! directory besides serving it.

use super::output::say;
use super::status::{EXIT_WORK, Failure};
use super::{Outcome, table};
use crate::{backup, fsck};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Checks that the rows and files of a data directory agree
///
/// The server must be stopped. One line is printed for each finding. Exit status: 0
/// when all is well, 1 when something was found, 2 when nothing could be checked.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint fsck --data /var/lib/offprint             reads every file and compares its SHA-256
  offprint fsck --data /var/lib/offprint --quick     compares sizes only
  offprint fsck --data /var/lib/offprint --repair    removes files that nothing names")]
pub struct FsckArgs {
    /// The data directory
    #[arg(long, value_name = "DIR", default_value = "offprint-data")]
    data: PathBuf,
    /// Compare the sizes of files and do not read them
    #[arg(long)]
    quick: bool,
    /// Remove files that no asset and no job has; nothing else is changed
    #[arg(long)]
    repair: bool,
}

/// Copies a data directory while its server runs, or stopped
///
/// Files on the same disk are linked, not copied. To restore, stop the server, put
/// the copy in the place of the data directory and start the server.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint backup --data /var/lib/offprint --to /backup/offprint-2026-11-25
  offprint fsck --data /backup/offprint-2026-11-25        is the backup whole?")]
pub struct BackupArgs {
    /// The data directory
    #[arg(long, value_name = "DIR", default_value = "offprint-data")]
    data: PathBuf,
    /// A new directory for the copy
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

pub async fn check(args: FsckArgs) -> Outcome {
    let options = fsck::Options { quick: args.quick, repair: args.repair };
    let mut report = |finding: &fsck::Finding| {
        let repaired = if finding.repaired { "; removed" } else { "" };
        say!("{}: {}{repaired}", finding.subject, finding.problem);
    };
    let checked = fsck::check(&args.data, options, &mut report).await;
    let summary = checked.map_err(|error| Failure::request(format!("{error:#}")))?;
    say!("{}", described(&summary));
    Ok(if summary.findings == 0 { ExitCode::SUCCESS } else { ExitCode::from(EXIT_WORK) })
}

fn described(summary: &fsck::Summary) -> String {
    let looked_at = format!(
        "{}, {}, {}, {}",
        counted(summary.assets, "asset"),
        counted(summary.originals as i64, "original"),
        counted(summary.outputs as i64, "output"),
        counted(summary.jobs, "job")
    );
    match (summary.findings, summary.repaired) {
        (0, _) => format!("{looked_at}: all is well"),
        (found, 0) => format!("{looked_at}: {}", counted(found as i64, "finding")),
        (found, repaired) => {
            format!("{looked_at}: {}, {repaired} put right", counted(found as i64, "finding"))
        }
    }
}

fn counted(number: i64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

pub async fn back_up(args: BackupArgs) -> Outcome {
    let copied = backup::back_up(&args.data, &args.to).await;
    let summary = copied.map_err(|error| Failure::work(format!("{error:#}")))?;
    say!(
        "{}: the database and {} of {}, {} of them linked",
        args.to.display(),
        counted(summary.files as i64, "file"),
        table::size(summary.bytes as i64),
        summary.linked
    );
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_says_what_was_looked_at_and_found() {
        let clean =
            fsck::Summary { assets: 2, originals: 1, outputs: 3, jobs: 1, ..Default::default() };
        assert_eq!(described(&clean), "2 assets, 1 original, 3 outputs, 1 job: all is well");
        let found = fsck::Summary { findings: 1, ..clean };
        assert!(described(&found).ends_with("1 job: 1 finding"), "{}", described(&found));
        let repaired = fsck::Summary { findings: 3, repaired: 2, ..clean };
        assert!(described(&repaired).ends_with("3 findings, 2 put right"));
    }
}
