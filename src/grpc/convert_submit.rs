//! SubmitJobRequest to the domain.

use super::convert;
use crate::config::Config;
use crate::error::{CallerError, Violation};
use crate::jobs::now_ms;
use crate::jobs::schedule::{Schedule, TIME_ZONE_UNKNOWN};
use crate::jobs::schedules::When;
use crate::jobs::submit::Submit;
use crate::jobs::vocabulary::{Collision, ExportKind, ExportRequest, Layout, Package, Rendition};
use crate::notify::locale::{LOCALE_SYNTAX, Locale};
use crate::notify::when::MailSetting;
use crate::proto::{self, submit_job_request};
use prost::Message as _;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// Most addresses of `cc_emails`: the limit of EmailArray (03 §2.5).
const MAX_CC: usize = 5;

/// Most renditions of one job.
const MAX_RENDITIONS: usize = 32;

/// How far exec_time may be over (03 §2.4).
const PAST_MS: i64 = 60_000;

/// Checks the fields of a request and collects what is wrong with them; the
/// job's own checks go on from there.
pub fn submit(config: &Config, request: proto::SubmitJobRequest) -> Result<Submit, CallerError> {
    let digest = hex::encode(Sha256::digest(request.encode_to_vec()));
    let company = convert::company(config, &request.company_handle)?;
    let mut violations = Vec::new();
    let schedule = schedule(config, request.schedule, &mut violations);
    if request.user_handle.len() > 320 {
        let text = format!("{} bytes: at most 320 are allowed", request.user_handle.len());
        violations.push(Violation::new("user_handle", "INVALID_PARAMETER", text));
    }
    if !request.locale.is_empty()
        && let Err(error) = Locale::parse(&request.locale)
    {
        violations.push(Violation::new("locale", LOCALE_SYNTAX, error.to_string()));
    }
    check_name(&request.job_name, &mut violations);
    if request.description.len() > 4096 {
        let text = format!("{} bytes: at most 4096 are allowed", request.description.len());
        violations.push(Violation::new("description", "INVALID_PARAMETER", text));
    }
    if !request.request_id.is_empty() && !is_uuid(&request.request_id) {
        let text = format!(
            "{:?} is not a UUID such as 123e4567-e89b-42d3-a456-426614174000",
            request.request_id
        );
        violations.push(Violation::new("request_id", "INVALID_PARAMETER", text));
    }
    let job = match request.job {
        Some(submit_job_request::Job::ExportJob(job)) => job,
        Some(submit_job_request::Job::UploadUrlsJob(_)) => {
            violations.push(Violation::unimplemented("upload_urls_job"));
            return Err(CallerError::Invalid(violations));
        }
        None => {
            let text = "say what to do: export_job is missing";
            violations.push(Violation::new("export_job", "MISSING_PARAMETER", text));
            return Err(CallerError::Invalid(violations));
        }
    };
    let export = export_request(&job, &mut violations);
    Ok(Submit {
        company,
        job_name: request.job_name,
        description: request.description,
        handles: job.asset_handle_array.unwrap_or_default().items,
        export,
        locale: request.locale,
        user_handle: request.user_handle,
        schedule,
        firing: None,
        request_id: request.request_id,
        digest,
        validate_only: request.validate_only,
        violations,
    })
}

fn export_request(job: &proto::ExportJob, violations: &mut Vec<Violation>) -> ExportRequest {
    let kind = match proto::ExportFmt::try_from(job.fmt) {
        Ok(proto::ExportFmt::Orig) => ExportKind::Orig,
        Ok(proto::ExportFmt::Convert) => ExportKind::Convert,
        _ => {
            let text = "say EXPORT_FMT_ORIG for the files as uploaded or EXPORT_FMT_CONVERT for \
                conversions";
            violations.push(Violation::new("export_job.fmt", "MISSING_PARAMETER", text));
            // A modifier that was given is checked too; none is not asked for.
            match job.is_modifier.is_empty() && job.r#macro.is_empty() {
                true => ExportKind::Orig,
                false => ExportKind::Convert,
            }
        }
    };
    if job.client_id.len() > 256 {
        let text = format!("{} bytes: at most 256 are allowed", job.client_id.len());
        violations.push(Violation::new("export_job.client_id", "INVALID_PARAMETER", text));
    }
    let options = job.options.clone().unwrap_or_default();
    for address in &options.cc_emails {
        if !address.contains('@') || address.len() > 320 {
            let text = format!("{address:?} is no mail address");
            violations.push(Violation::new(
                "export_job.options.cc_emails",
                "INVALID_PARAMETER",
                text,
            ));
        }
    }
    if options.cc_emails.len() > MAX_CC {
        let text = format!("{} addresses: at most {MAX_CC} are allowed", options.cc_emails.len());
        violations.push(Violation::new("export_job.options.cc_emails", "INVALID_PARAMETER", text));
    }
    if options.strict && options.lenient {
        let text = "strict and lenient exclude each other";
        violations.push(Violation::new("export_job.options.strict", "INVALID_PARAMETER", text));
    }
    let collision = match proto::CollisionPolicy::try_from(options.collision_policy) {
        Ok(proto::CollisionPolicy::Fail) => Collision::Fail,
        Ok(_) => Collision::Rename,
        Err(_) => {
            let field = "export_job.options.collision_policy";
            let text = format!("{} is no value of CollisionPolicy", options.collision_policy);
            violations.push(Violation::new(field, "INVALID_PARAMETER", text));
            Collision::Rename
        }
    };
    let package = word("export_job.options.package_mode", options.package_mode, violations);
    let package = match package {
        proto::PackageMode::Files => Package::Files,
        proto::PackageMode::Zip | proto::PackageMode::Unspecified => Package::Zip,
    };
    let layout = match word("export_job.options.layout", options.layout, violations) {
        proto::ExportLayout::Unspecified | proto::ExportLayout::Flat => Layout::Flat,
        proto::ExportLayout::PreserveFolders => Layout::PreserveFolders,
        proto::ExportLayout::FolderPerAsset => Layout::FolderPerAsset,
    };
    let email = match word("export_job.email_setting", job.email_setting, violations) {
        proto::EmailSetting::Unspecified | proto::EmailSetting::None => MailSetting::None,
        proto::EmailSetting::All => MailSetting::All,
        proto::EmailSetting::Error => MailSetting::Error,
        proto::EmailSetting::ErrorAndWarning => MailSetting::ErrorAndWarning,
        proto::EmailSetting::JobCompletion => MailSetting::JobCompletion,
    };
    let renditions = renditions(job, kind, violations);
    ExportRequest {
        kind,
        is_modifier: job.is_modifier.clone(),
        macro_call: job.r#macro.clone(),
        client_id: job.client_id.clone(),
        collision,
        package,
        layout,
        name_template: options.name_template,
        manifest: options.include_manifest.unwrap_or(package == Package::Zip),
        renditions,
        email,
        cc_emails: options.cc_emails,
        skip_non_convertible: options.skip_non_convertible,
        strict: options.strict,
        lenient: options.lenient,
    }
}

/// The value of an enum; `Default` with a violation when it has none.
fn word<T: TryFrom<i32> + Default>(field: &str, number: i32, violations: &mut Vec<Violation>) -> T {
    T::try_from(number).unwrap_or_else(|_| {
        let text = format!("{number} is no value of this enum");
        violations.push(Violation::new(field, "INVALID_PARAMETER", text));
        T::default()
    })
}

/// When to run; `None`: now.
fn schedule(
    config: &Config,
    wanted: Option<submit_job_request::Schedule>,
    violations: &mut Vec<Violation>,
) -> Option<When> {
    match wanted? {
        submit_job_request::Schedule::ExecTime(time) => {
            let ms =
                time.seconds.checked_mul(1000)?.checked_add(i64::from(time.nanos) / 1_000_000)?;
            if ms < now_ms() - PAST_MS {
                let text = "it is more than 60 seconds over";
                violations.push(Violation::new("exec_time", "EXEC_TIME_IN_PAST", text));
            }
            Some(When::Once(ms.max(1)))
        }
        submit_job_request::Schedule::ExecSchedule(cron) => {
            let zone = Some(cron.time_zone.as_str()).filter(|zone| !zone.is_empty());
            match Schedule::parse(&cron.expression, zone, &config.jobs.time_zone) {
                Ok(schedule) => Some(When::Repeat {
                    expression: cron.expression,
                    time_zone: cron.time_zone,
                    schedule: Box::new(schedule),
                }),
                Err(wrong) => {
                    let field = match wrong.reason {
                        TIME_ZONE_UNKNOWN => "exec_schedule.time_zone",
                        _ => "exec_schedule.expression",
                    };
                    violations.push(Violation::new(field, wrong.reason, wrong.message));
                    None
                }
            }
        }
    }
}

fn renditions(
    job: &proto::ExportJob,
    kind: ExportKind,
    violations: &mut Vec<Violation>,
) -> Vec<Rendition> {
    let field = "export_job.renditions";
    if !job.renditions.is_empty() && kind == ExportKind::Orig {
        let text = "renditions are conversions: say EXPORT_FMT_CONVERT";
        violations.push(Violation::new(field, "INVALID_PARAMETER", text));
    }
    if job.renditions.len() > MAX_RENDITIONS {
        let text =
            format!("{} renditions: at most {MAX_RENDITIONS} are allowed", job.renditions.len());
        violations.push(Violation::new(field, "INVALID_PARAMETER", text));
    }
    let mut names = BTreeSet::new();
    for (number, rendition) in job.renditions.iter().enumerate() {
        let name = &rendition.name;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let problem = if name.is_empty() || name.len() > 64 || !name.chars().all(fits) {
            format!("{name:?} is no name: 1 to 64 letters, digits, \"-\", \"_\" and \".\"")
        } else if !names.insert(name.to_ascii_lowercase()) {
            format!("{name:?} comes more than once")
        } else {
            continue;
        };
        violations.push(Violation::new(format!("{field}[{number}].name"), "NAME_SYNTAX", problem));
    }
    let domain = |rendition: &proto::Rendition| Rendition {
        name: rendition.name.clone(),
        is_modifier: rendition.is_modifier.clone(),
        macro_call: rendition.r#macro.clone(),
        effective: String::new(),
    };
    job.renditions.iter().take(MAX_RENDITIONS).map(domain).collect()
}

/// 03 §2.1: 1 to 128 characters, no control characters and no `|`.
fn check_name(name: &str, violations: &mut Vec<Violation>) {
    let problem = if name.chars().count() > 128 {
        format!("{} characters: at most 128 are allowed", name.chars().count())
    } else if let Some(c) = name.chars().find(|c| c.is_control() || *c == '|') {
        format!("{c:?} is not allowed in the name of a job")
    } else {
        return;
    };
    violations.push(Violation::new("job_name", "INVALID_PARAMETER", problem));
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, byte)| match i {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
