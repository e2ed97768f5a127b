//! The words of jobs: handles, states, outcomes, and what was asked for.

use crate::notify::when::MailSetting;
use serde::{Deserialize, Serialize};

/// The contract's own lists of asset types, trash states and log types: one name
/// for one thing everywhere.
pub use crate::proto::{AssetType, JobLogType, TrashState};

/// `a|7`. Other shapes that Scene7 used (`a|732|1|535`, `24265|1|17061`) are
/// well-formed and unknown.
pub fn parse_asset_handle(handle: &str) -> Result<Option<i64>, &'static str> {
    const WRONG: &str = "is not an asset handle: it must look like \"a|7\"";
    let digits = |part: &str| {
        !part.is_empty() && part.len() <= 18 && part.bytes().all(|b| b.is_ascii_digit())
    };
    if let Some(number) = handle.strip_prefix("a|") {
        if digits(number) {
            // One handle for one asset: "a|07" is nobody's.
            let ours = !number.starts_with('0');
            return Ok(number.parse().ok().filter(|_| ours));
        }
        return if number.split('|').all(digits) { Ok(None) } else { Err(WRONG) };
    }
    let parts: Vec<&str> = handle.split('|').collect();
    if parts.len() == 3 && parts.iter().all(|part| digits(part)) { Ok(None) } else { Err(WRONG) }
}

/// The handle of an asset.
pub fn asset_handle(id: i64) -> String {
    format!("a|{id}")
}

/// The handle of an image format.
pub fn image_format_handle(id: i64) -> String {
    format!("i|{id}")
}

/// The number behind `i|7`.
pub fn parse_image_format_handle(handle: &str) -> Option<i64> {
    handle.strip_prefix("i|")?.parse().ok()
}

/// `j|<company>|<scheduled name>|<run name>|<id>` (03 §2.1). A job that was not
/// scheduled has no scheduled name.
pub fn job_handle(company: &str, run_name: &str, id: i64) -> String {
    let company = company.strip_prefix("c|").unwrap_or(company);
    format!("j|{company}||{run_name}|{id}")
}

/// `j|<company>|<scheduled name>||<id>`: a schedule has no run name.
pub fn schedule_handle(company: &str, name: &str, id: i64) -> String {
    let company = company.strip_prefix("c|").unwrap_or(company);
    format!("j|{company}|{name}||{id}")
}

/// The number of a schedule's handle; `None` for the handle of a run.
pub fn parse_schedule_handle(handle: &str) -> Option<i64> {
    match handle.split('|').collect::<Vec<_>>().as_slice() {
        ["j", _, name, "", id] if !name.is_empty() => id.parse().ok(),
        _ => None,
    }
}

/// The number at the end of a job handle.
pub fn parse_job_handle(handle: &str) -> Option<i64> {
    let rest = handle.strip_prefix("j|")?;
    rest.rsplit_once('|')?.1.parse().ok()
}

/// Where a job stands (03 §2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    New,
    Waiting,
    Running,
    /// Nothing new is started until it is resumed.
    Paused,
    Stopping,
    Done,
}

impl JobState {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            JobState::New => "new",
            JobState::Waiting => "waiting",
            JobState::Running => "running",
            JobState::Paused => "paused",
            JobState::Stopping => "stopping",
            JobState::Done => "done",
        }
    }

    /// The state of a code; a code that nobody wrote counts as waiting.
    pub fn from_code(code: &str) -> JobState {
        match code {
            "new" => JobState::New,
            "running" => JobState::Running,
            "paused" => JobState::Paused,
            "stopping" => JobState::Stopping,
            "done" => JobState::Done,
            _ => JobState::Waiting,
        }
    }

    /// The table of 03 §2.2, without the state that only upload jobs reach. A job
    /// that waits may be paused too, and a paused one ends when the assets that had
    /// been started were its last.
    pub fn may_become(self, next: JobState) -> bool {
        use JobState::*;
        matches!(
            (self, next),
            (New, Waiting)
                | (New | Waiting | Paused, Running)
                | (Running | Paused, Waiting)
                | (New | Waiting | Running, Paused)
                | (New | Waiting | Running | Paused, Stopping)
                | (Running | Paused | Stopping, Done)
        )
    }
}

/// How a job ended (03 §2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobOutcome {
    Succeeded,
    SucceededWithWarnings,
    CompletedWithErrors,
    Stopped,
    Failed,
}

impl JobOutcome {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            JobOutcome::Succeeded => "succeeded",
            JobOutcome::SucceededWithWarnings => "succeeded_with_warnings",
            JobOutcome::CompletedWithErrors => "completed_with_errors",
            JobOutcome::Stopped => "stopped",
            JobOutcome::Failed => "failed",
        }
    }

    /// The outcome of a code; `None` before the end.
    pub fn from_code(code: &str) -> Option<JobOutcome> {
        Some(match code {
            "succeeded" => JobOutcome::Succeeded,
            "succeeded_with_warnings" => JobOutcome::SucceededWithWarnings,
            "completed_with_errors" => JobOutcome::CompletedWithErrors,
            "stopped" => JobOutcome::Stopped,
            "failed" => JobOutcome::Failed,
            _ => return None,
        })
    }
}

/// `fmt` of an ExportJob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportKind {
    /// The uploaded files.
    Orig,
    /// Conversions.
    Convert,
}

/// What happens when two outputs would have the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Collision {
    Rename,
    Fail,
}

/// An ExportJob without its handles, which are rows of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportRequest {
    pub kind: ExportKind,
    pub is_modifier: String,
    pub macro_call: String,
    pub client_id: String,
    pub collision: Collision,
    #[serde(default)]
    pub package: Package,
    #[serde(default)]
    pub layout: Layout,
    /// Pattern of output names; empty: `{stem}`.
    #[serde(default)]
    pub name_template: String,
    /// A manifest.json lists what came of each asset.
    #[serde(default)]
    pub manifest: bool,
    /// Further outputs of each asset.
    #[serde(default)]
    pub renditions: Vec<Rendition>,
    #[serde(default = "no_mail")]
    pub email: MailSetting,
    /// Who else gets the mail with the links.
    #[serde(default)]
    pub cc_emails: Vec<String>,
    pub skip_non_convertible: bool,
    pub strict: bool,
    pub lenient: bool,
}

impl ExportRequest {
    /// Whether `is_modifier` and `macro` describe an output of their own beside the
    /// renditions.
    pub fn has_own_output(&self) -> bool {
        let blank = |text: &str| text.trim_matches(['&', '?', ' ']).is_empty();
        self.renditions.is_empty() || !blank(&self.is_modifier) || !self.macro_call.is_empty()
    }

    /// Whether something is written once all assets are settled.
    pub fn is_packed(&self) -> bool {
        self.package == Package::Zip || self.manifest
    }
}

/// What jobs say that were stored before there were mails.
fn no_mail() -> MailSetting {
    MailSetting::None
}

/// How the outputs of a job are packed (03 §4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Package {
    /// Each output is an artifact of its own, at once.
    #[default]
    Files,
    /// One archive at the end, perhaps in parts.
    Zip,
}

/// How outputs are put into folders (03 §4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    #[default]
    Flat,
    PreserveFolders,
    FolderPerAsset,
}

/// A further output of each asset, by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendition {
    pub name: String,
    pub is_modifier: String,
    pub macro_call: String,
    /// Its commands as resolved at submit.
    pub effective: String,
}

/// What a type of asset allows (03 §1.2, ruling 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exportable {
    /// Has pixels that this version converts.
    Convert,
    /// Has a file, but nothing to convert: its original is exported instead.
    OriginalOnly,
    /// Could be converted, but not by this version. Its original exports.
    ConvertLater,
    /// Has no file at all.
    Never,
}

/// What may be done with an asset of this type.
pub fn exportable(asset_type: AssetType) -> Exportable {
    use AssetType::*;
    match asset_type {
        Image | AnimatedGif | Watermark | Mask | PostScript | Svg => Exportable::Convert,
        Template | AdjustedView | LayerView | Pdf => Exportable::ConvertLater,
        ImageSet | RenderSet | SpinSet | Catalog | AssetSet | ImageMap | ZoomTarget
        | ViewerPreset | CuePoint | ColorSwatch | RenderScene | Asset | Unspecified => {
            Exportable::Never
        }
        _ => Exportable::OriginalOnly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asset_handles() {
        assert_eq!(parse_asset_handle("a|210"), Ok(Some(210)));
        assert_eq!(parse_asset_handle("a|07"), Ok(None));
        assert_eq!(parse_asset_handle("a|732|1|535"), Ok(None));
        assert_eq!(parse_asset_handle("24265|1|17061"), Ok(None));
        let long = format!("a|{}", "9".repeat(19));
        for wrong in ["zz", "", "a|", "a|x", "a|-1", "a|1|", "|", "1|2", "a|1 ", long.as_str()] {
            assert!(parse_asset_handle(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn job_handles_carry_company_run_and_number() {
        let handle = job_handle("c|1", "spring_2026-11-25-03:10:11", 7);
        assert_eq!(handle, "j|1||spring_2026-11-25-03:10:11|7");
        assert_eq!(parse_job_handle(&handle), Some(7));
        assert_eq!(parse_job_handle("j|7"), None);
    }

    #[test]
    fn legal_transitions_of_03_2_2() {
        use JobState::*;
        let all = [New, Waiting, Running, Paused, Stopping, Done];
        let legal = [
            (New, Waiting),
            (New, Running),
            (Waiting, Running),
            (Running, Waiting),
            (New, Paused),
            (Waiting, Paused),
            (Running, Paused),
            (Paused, Waiting),
            (Paused, Running),
            (New, Stopping),
            (Waiting, Stopping),
            (Running, Stopping),
            (Paused, Stopping),
            (Running, Done),
            (Paused, Done),
            (Stopping, Done),
        ];
        for from in all {
            for to in all {
                assert_eq!(from.may_become(to), legal.contains(&(from, to)), "{from:?} {to:?}");
            }
        }
    }

    #[test]
    fn types_that_cannot_be_exported_of_03_1_2() {
        use AssetType::*;
        for never in [
            ImageSet,
            RenderSet,
            SpinSet,
            Catalog,
            AssetSet,
            ImageMap,
            ZoomTarget,
            ViewerPreset,
            CuePoint,
            ColorSwatch,
            RenderScene,
            Asset,
        ] {
            assert_eq!(exportable(never), Exportable::Never, "{never:?}");
        }
        assert_eq!(exportable(Image), Exportable::Convert);
        for original in [Font, MasterVideo, Video, Zip, Word, IccProfile, Vignette] {
            assert_eq!(exportable(original), Exportable::OriginalOnly, "{original:?}");
        }
    }
}
