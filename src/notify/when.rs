//! Which mails are due: the table of 03 §2.5.

use serde::{Deserialize, Serialize};

/// `emailSetting` of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailSetting {
    All,
    JobCompletion,
    ErrorAndWarning,
    Error,
    None,
}

/// What happened to a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    Begin,
    /// Every asset was exported.
    Succeeded,
    SucceededWithWarnings,
    /// Some or all assets failed.
    CompletedWithErrors,
    /// The job as a whole could not go on.
    Failed,
    /// Somebody stopped it.
    Stopped,
}

impl Moment {
    /// The end with the code that an outcome has in the database.
    pub fn of_outcome(code: &str) -> Option<Moment> {
        let ends = [
            Moment::Succeeded,
            Moment::SucceededWithWarnings,
            Moment::CompletedWithErrors,
            Moment::Failed,
            Moment::Stopped,
        ];
        ends.into_iter().find(|end| end.code() == code)
    }

    /// The code of the outcome; `begin` is none.
    pub fn code(self) -> &'static str {
        match self {
            Moment::Begin => "begin",
            Moment::Succeeded => "succeeded",
            Moment::SucceededWithWarnings => "succeeded_with_warnings",
            Moment::CompletedWithErrors => "completed_with_errors",
            Moment::Failed => "failed",
            Moment::Stopped => "stopped",
        }
    }
}

/// Whether the owner of a job gets a mail.
pub fn mails_due(setting: MailSetting, moment: Moment) -> bool {
    use Moment::*;
    match setting {
        MailSetting::All => true,
        MailSetting::JobCompletion => moment != Begin,
        MailSetting::ErrorAndWarning => !matches!(moment, Begin | Succeeded),
        MailSetting::Error => matches!(moment, CompletedWithErrors | Failed),
        MailSetting::None => false,
    }
}

/// Whether the addresses of `cc_emails` get their mail, which has only the links.
/// They were named to be given the files, so that the setting, which is about what
/// the owner wants to hear, does not bind them.
pub fn copies_due(moment: Moment) -> bool {
    matches!(moment, Moment::Succeeded | Moment::SucceededWithWarnings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_03_2_5() {
        use MailSetting::*;
        // begin, clean end, with warnings, with errors, failed, stopped
        for (setting, row) in [
            (All, [true, true, true, true, true, true]),
            (JobCompletion, [false, true, true, true, true, true]),
            (ErrorAndWarning, [false, false, true, true, true, true]),
            (Error, [false, false, false, true, true, false]),
            (None, [false, false, false, false, false, false]),
        ] {
            let moments = [
                Moment::Begin,
                Moment::Succeeded,
                Moment::SucceededWithWarnings,
                Moment::CompletedWithErrors,
                Moment::Failed,
                Moment::Stopped,
            ];
            assert_eq!(moments.map(|moment| mails_due(setting, moment)), row, "{setting:?}");
            let copies = [false, true, true, false, false, false];
            assert_eq!(moments.map(copies_due), copies);
        }
    }

    #[test]
    fn outcomes_by_code() {
        for code in
            ["succeeded", "succeeded_with_warnings", "completed_with_errors", "failed", "stopped"]
        {
            assert_eq!(Moment::of_outcome(code).map(Moment::code), Some(code));
        }
        assert_eq!((Moment::of_outcome("begin"), Moment::of_outcome("")), (None, None));
    }
}
