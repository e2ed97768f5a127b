//! Logs of what schedules run, of users and of locales.

use crate::harness::*;
use crate::logs::{all, of, types};
use offprint::proto::JobLogType as Log;
use offprint::proto::*;
use tonic::Request;

/// A schedule that never fires while a test runs.
fn yearly(name: &str, job: ExportJob) -> SubmitJobRequest {
    let expression =
        CronSchedule { expression: "0 0 0 1 1 ? 2098-2099".into(), time_zone: String::new() };
    SubmitJobRequest {
        job_name: name.into(),
        schedule: Some(submit_job_request::Schedule::ExecSchedule(expression)),
        ..request(job)
    }
}

async fn execute(service: &Service, schedule: &str) -> String {
    let request = ExecuteJobRequest { job_handle: schedule.into(), ..Default::default() };
    let run = service.jobs().execute_job(request).await.unwrap().into_inner().run_job_handle;
    service.watch(&run).await;
    run
}

async fn summary(service: &Service, job: &str) -> JobLog {
    let answer = service.logs().get_job_log_details(of(job)).await.unwrap().into_inner();
    answer.job_log_array.into_iter().next().unwrap()
}

/// The schedule is named, also after it was removed.
#[tokio::test]
async fn the_log_of_a_run_names_its_schedule() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let wanted = yearly("nightly", convert(&[&cat], "wid=20&fmt=png"));
    let schedule = service.try_submit(wanted).await.unwrap().job_handle;
    let run = execute(&service, &schedule).await;
    let rows = all(&service, of(&run)).await;
    let header = [
        Log::BeginExport,
        Log::OriginalJobName,
        Log::JobType,
        Log::TotalFileCount,
        Log::InitiatingJobName,
    ];
    assert_eq!(types(&rows)[..5], header);
    let name = &rows[4].log_message;
    assert!(name.starts_with("nightly"), "{name}");
    let delete = DeleteJobRequest { job_handle: schedule, ..Default::default() };
    service.jobs().delete_job(delete).await.unwrap();
    assert_eq!(all(&service, of(&run)).await, rows);
}

/// 03 §8 vector 63: nothing but how it began and why it ended.
#[tokio::test]
async fn v63_the_log_of_a_run_that_failed_as_a_whole() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let format = service.save_format("gone", "fmt=tif").await;
    let job = ExportJob { r#macro: "gone".into(), ..convert(&[&cat], "") };
    let schedule = service.try_submit(yearly("x", job)).await.unwrap().job_handle;
    let remove = DeleteImageFormatRequest {
        image_format_handle: format.image_format_handle,
        ..Default::default()
    };
    service.formats().delete_image_format(remove).await.unwrap();
    let run = execute(&service, &schedule).await;
    let log = summary(&service, &run).await;
    assert_eq!((log.log_type(), log.fatal_error), (Log::FatalError, true));
    let [.., fatal, end] = &log.detail_array[..] else { panic!("{log:?}") };
    assert_eq!(log.detail_array.len(), 7);
    assert_eq!((fatal.log_type(), fatal.reason.as_str()), (Log::FatalError, "UNKNOWN_MACRO"));
    assert_eq!((fatal.sequence, end.log_type()), (end.sequence, Log::EndExport));
    assert!(end.log_message.starts_with("The export has ended: failed. 1 asset: 0 exported"));
}

/// A job's own locale is for readers who ask for none, and its user can be asked for.
#[tokio::test]
async fn jobs_have_a_locale_and_a_user() {
    let mut service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let submit = |user: &str, locale: &str| SubmitJobRequest {
        user_handle: user.into(),
        locale: locale.into(),
        ..request(convert(&[&cat], "wid=20&fmt=png"))
    };
    let mut jobs = Vec::new();
    for (user, locale) in [("b@shop", "fr-FR"), ("a@shop", "")] {
        let job = service.try_submit(submit(user, locale)).await.unwrap().job_handle;
        service.watch(&job).await;
        jobs.push(job);
    }
    let first = async |service: &Service, job: &str, asked: &str| {
        let mut request = Request::new(of(job));
        if !asked.is_empty() {
            request.metadata_mut().insert("accept-language", asked.parse().unwrap());
        }
        let answer = service.logs().get_job_log_details(request).await.unwrap().into_inner();
        answer.job_log_array[0].detail_array[0].log_message.clone()
    };
    assert_eq!(first(&service, &jobs[0], "").await, "L’export a commencé.");
    assert_eq!(first(&service, &jobs[0], "en").await, "The export has begun.");
    assert_eq!(first(&service, &jobs[1], "").await, "The export has begun.");
    service.reconfigure(|config| config.mail.locale = "de-DE".into()).await;
    assert_eq!(first(&service, &jobs[1], "").await, "Der Export hat begonnen.");

    let list = async |request: GetJobLogsRequest| -> Vec<String> {
        let answer = service.logs().get_job_logs(request).await.unwrap().into_inner();
        answer.job_log_array.into_iter().map(|log| log.submit_user_email).collect()
    };
    let of_user = GetJobLogsRequest { user_handle: "a@shop".into(), ..Default::default() };
    assert_eq!(list(of_user).await, ["a@shop"]);
    let by_user =
        GetJobLogsRequest { sort_by: JobLogSortField::UserId.into(), ..Default::default() };
    assert_eq!(list(by_user).await, ["a@shop", "b@shop"]);
}

#[tokio::test]
async fn the_log_of_a_deleted_job_stays() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(convert(&[&cat], "wid=20&fmt=png")).await;
    service.watch(&job).await;
    let rows = all(&service, of(&job)).await;
    let delete = DeleteJobRequest { job_handle: job.clone(), ..Default::default() };
    service.jobs().delete_job(delete).await.unwrap();
    assert_eq!(all(&service, of(&job)).await, rows);
    let by_name = GetJobLogDetailsRequest { original_name: "export".into(), ..of("") };
    assert_eq!(all(&service, by_name).await, rows);
}
