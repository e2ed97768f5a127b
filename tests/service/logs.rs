//! Logs: the list of them, and what the rows of one say (03 §3).

use crate::harness::*;
use crate::job::SLOW;
use offprint::proto::JobLogType as Log;
use offprint::proto::*;
use prost_types::Timestamp;
use tonic::{Code, Request};

/// One page of rows of one job.
pub async fn page(service: &Service, request: GetJobLogDetailsRequest) -> (JobLog, String) {
    let answer = service.logs().get_job_log_details(request).await.unwrap().into_inner();
    let [log] = answer.job_log_array.try_into().unwrap();
    (log, answer.next_page_token)
}

/// All rows of a job as a request asks for them, read in its pages.
pub async fn all(service: &Service, request: GetJobLogDetailsRequest) -> Vec<JobLogDetail> {
    let (mut rows, mut page_token) = (Vec::new(), String::new());
    loop {
        let (log, next) =
            page(service, GetJobLogDetailsRequest { page_token, ..request.clone() }).await;
        rows.extend(log.detail_array);
        page_token = next;
        if page_token.is_empty() {
            assert_eq!(log.detail_total_rows, rows.len() as i64);
            return rows;
        }
    }
}

pub fn of(job: &str) -> GetJobLogDetailsRequest {
    GetJobLogDetailsRequest { job_handle: job.into(), page_size: 1000, ..Default::default() }
}

pub fn types(rows: &[JobLogDetail]) -> Vec<Log> {
    rows.iter().map(JobLogDetail::log_type).collect()
}

fn named(name: &str, job: ExportJob) -> SubmitJobRequest {
    SubmitJobRequest { job_name: name.into(), ..request(job) }
}

/// The rows of an asset, in order.
fn about(rows: &[JobLogDetail], handle: &str) -> Vec<(Log, String)> {
    let rows = rows.iter().filter(|row| row.asset_handle == handle);
    rows.map(|row| (row.log_type(), row.reason.clone())).collect()
}

#[tokio::test]
async fn v58_a_log_has_its_rows_in_order_and_the_counts_of_the_job() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let set = service.register("set", AssetType::ImageSet).await;
    let mut export = convert(&[&cat, &set, &cat], "wid=20&fmt=png");
    export.client_id = "192.0.2.1".into();
    let job = service.try_submit(named("spring", export)).await.unwrap().job_handle;
    let events = service.watch(&job).await;
    let (outcome, counts) = finished(&events);
    assert_eq!(outcome, JobOutcome::CompletedWithErrors);

    let (log, next) = page(&service, of(&job)).await;
    assert_eq!(next, "");
    let rows = &log.detail_array;
    assert_eq!(
        types(rows)[..6],
        [
            Log::BeginExport,
            Log::OriginalJobName,
            Log::JobClient,
            Log::JobType,
            Log::TotalFileCount,
            Log::DuplicateSkipped,
        ]
    );
    let texts: Vec<_> = rows.iter().map(|row| row.log_message.as_str()).collect();
    assert_eq!(texts[..5], ["The export has begun.", "spring", "192.0.2.1", "Export", "2"]);
    assert_eq!(
        about(rows, &cat),
        [
            (Log::DuplicateSkipped, "DUPLICATE_HANDLE".into()),
            (Log::FileBegin, String::new()),
            (Log::ExportSuccess, String::new()),
            (Log::FileEnd, String::new()),
        ]
    );
    assert_eq!(
        about(rows, &set),
        [
            (Log::FileBegin, String::new()),
            (Log::ExportError, "UNSUPPORTED_ASSET_TYPE".into()),
            (Log::FileEnd, String::new()),
        ]
    );
    let success = rows.iter().find(|row| row.log_type() == Log::ExportSuccess).unwrap();
    assert_eq!(success.log_message, "cat.png was exported as cat.png.");
    assert_eq!((success.asset_name.as_str(), success.asset_type()), ("cat.png", AssetType::Image));
    assert_eq!(
        rows.last().unwrap().log_message,
        "The export has ended: completed with errors. 2 assets: 1 exported (0 with warnings), 1 \
         failed, 0 not processed."
    );
    assert_eq!((rows.len(), log.detail_total_rows), (13, 13));
    let dates: Vec<_> = rows.iter().map(|row| date(row.date_created)).collect();
    assert!(dates.is_sorted() && dates[0] > (0, 0), "{dates:?}");
    assert_eq!(rows[0].date_created, log.start_date);
    assert_eq!(rows[12].date_created, log.end_date);

    assert_eq!(log.counts, Some(counts));
    assert_eq!((log.job_handle.as_str(), log.original_job_name.as_str()), (job.as_str(), "spring"));
    assert_eq!(log.job_name, service.get(&job).await.name);
    assert_eq!((log.log_type(), log.outcome()), (Log::EndExport, outcome));
    assert!(!log.fatal_error && log.company_handle == "c|1");
}

fn date(time: Option<Timestamp>) -> (i64, i32) {
    time.map_or((0, 0), |time| (time.seconds, time.nanos))
}

#[tokio::test]
async fn warnings_of_an_asset_stand_in_its_row_and_those_of_the_job_in_their_own() {
    let service = Service::start().await;
    let font = service.upload("f.ttf", b"\0\x01\0\0 as good as a font").await;
    let job = service.submit(convert(&[&font], "fmt=png&defaultImage=x")).await;
    let (assets, of_job) = warnings(&service.watch(&job).await);
    assert_eq!(assets, ["EXPORTED_AS_ORIGINAL"]);

    let rows = all(&service, of(&job)).await;
    let warned: Vec<_> = rows.iter().filter(|row| row.log_type() == Log::ExportWarning).collect();
    let (job_rows, asset_rows): (Vec<_>, Vec<_>) =
        warned.into_iter().partition(|row| row.asset_handle.is_empty());
    let reasons: Vec<_> = job_rows.iter().map(|row| row.reason.clone()).collect();
    assert_eq!(reasons, of_job, "{rows:?}");
    assert!(job_rows.iter().all(|row| row.log_message.starts_with("About the job: ")));
    let [row] = asset_rows[..] else { panic!("{asset_rows:?}") };
    assert_eq!(
        (row.asset_handle.as_str(), row.reason.as_str()),
        (font.as_str(), "EXPORTED_AS_ORIGINAL")
    );
    assert!(row.log_message.starts_with("f.ttf was exported as f.ttf, with a warning: "));
    let [aux] = &row.aux_array[..] else { panic!("{row:?}") };
    assert_eq!((aux.log_type(), aux.reason.as_str()), (Log::ExportWarning, "EXPORTED_AS_ORIGINAL"));
    assert!(row.log_message.ends_with(&aux.log_message), "{row:?}");
    assert!(aux.date_created.is_some());
}

#[tokio::test]
async fn a_log_is_in_the_language_of_its_reader() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(convert(&[&cat], "wid=20&fmt=png")).await;
    service.watch(&job).await;
    let first = async |metadata: &[(&'static str, &'static str)]| {
        let mut request = Request::new(of(&job));
        for (key, value) in metadata {
            request.metadata_mut().insert(*key, value.parse().unwrap());
        }
        let answer = service.logs().get_job_log_details(request).await?.into_inner();
        Ok::<_, tonic::Status>(answer.job_log_array[0].detail_array[0].log_message.clone())
    };
    let (english, french, german) =
        ("The export has begun.", "L’export a commencé.", "Der Export hat begonnen.");
    for (metadata, expected) in [
        (&[][..], english),
        (&[("x-ips-locale", "fr-CA")], french),
        (&[("x-ips-locale", "de")], german),
        (&[("x-ips-locale", "ja-JP")], english),
        (&[("accept-language", "it, de-CH;q=0.9, fr;q=0.8")], german),
        (&[("accept-language", "de"), ("x-ips-locale", "fr")], french),
        (&[("accept-language", "*;;")], english),
    ] {
        assert_eq!(first(metadata).await.unwrap(), expected, "{metadata:?}");
    }
    let status = first(&[("x-ips-locale", "french")]).await.unwrap_err();
    let wrong = (Code::InvalidArgument, "LOCALE_SYNTAX".into(), vec!["x-ips-locale".into()]);
    assert_eq!(refusal(&status), wrong);
}

/// Stopped while the second asset waits, and stopped before anything was started.
#[tokio::test]
async fn the_log_of_a_stopped_job_names_what_was_not_done() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    let dog = service.upload("dog.png", CAT).await;
    let slow = service.submit(convert(&[&cat, &dog], SLOW)).await;
    while all(&service, of(&slow)).await.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let waiting = service.submit(convert(&[&dog], "wid=20&fmt=png")).await;
    assert!(all(&service, of(&waiting)).await.is_empty(), "nothing has begun");
    for job in [&waiting, &slow] {
        let stop = StopJobRequest { job_handle: job.clone(), ..Default::default() };
        service.jobs().stop_job(stop).await.unwrap();
        service.watch(job).await;
    }
    let rows = all(&service, of(&slow)).await;
    assert_eq!(
        about(&rows, &cat),
        [
            (Log::FileBegin, String::new()),
            (Log::ExportSuccess, String::new()),
            (Log::FileEnd, String::new()),
        ]
    );
    assert_eq!(about(&rows, &dog), [(Log::FileCancel, String::new())]);
    assert!(rows.last().unwrap().log_message.starts_with("The export has ended: stopped. "));

    let rows = all(&service, of(&waiting)).await;
    let header = [Log::BeginExport, Log::OriginalJobName, Log::JobType, Log::TotalFileCount];
    assert_eq!(types(&rows), [&header[..], &[Log::FileCancel, Log::EndExport]].concat());
}

#[tokio::test]
async fn the_list_shows_all_jobs_sorted_as_asked() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    let dog = service.upload("dog.png", CAT).await;
    let set = service.register("set", AssetType::ImageSet).await;
    let mut jobs = Vec::new();
    for (name, handles) in
        [("b", vec![&cat]), ("c", vec![&cat, &dog, &set]), ("a", vec![&dog, &set])]
    {
        let handles: Vec<&str> = handles.into_iter().map(String::as_str).collect();
        let job = named(name, convert(&handles, "wid=20&fmt=png"));
        let job = service.try_submit(job).await.unwrap().job_handle;
        service.watch(&job).await;
        jobs.push(job);
    }
    let slow = service.try_submit(named("slow", convert(&[&cat], SLOW))).await.unwrap();
    jobs.push(slow.job_handle);
    use JobLogSortField::*;
    use SortDirection::{Ascending, Descending};
    let up = SortDirection::Unspecified;
    for (sort_by, direction, expected) in [
        (Unspecified, up, [3, 2, 1, 0]),
        (StartDate, up, [3, 2, 1, 0]),
        (StartDate, Ascending, [0, 1, 2, 3]),
        (JobName, up, [2, 0, 1, 3]),
        (JobName, Descending, [3, 1, 0, 2]),
        (FileErrorCount, up, [0, 3, 1, 2]),
        (FileSuccessCount, Descending, [1, 2, 0, 3]),
        (LogType, up, [3, 0, 1, 2]),
        (CompanyName, up, [0, 1, 2, 3]),
        (Email, Descending, [3, 2, 1, 0]),
    ] {
        for page_size in [0, 1, 3] {
            let mut request = GetJobLogsRequest {
                sort_by: sort_by.into(),
                sort_direction: direction.into(),
                page_size,
                ..Default::default()
            };
            let mut found = Vec::new();
            loop {
                let page = service.logs().get_job_logs(request.clone()).await.unwrap().into_inner();
                assert!(page.job_log_array.iter().all(|log| log.detail_array.is_empty()));
                found.extend(page.job_log_array.into_iter().map(|log| log.job_handle));
                request.page_token = page.next_page_token;
                if request.page_token.is_empty() {
                    break;
                }
            }
            let expected = expected.map(|index: usize| jobs[index].clone());
            assert_eq!(found, expected, "{sort_by:?} {direction:?} by {page_size}");
        }
    }
    let answer = service.logs().get_job_logs(GetJobLogsRequest::default()).await.unwrap();
    let logs = answer.into_inner().job_log_array;
    assert_eq!(
        (logs[0].log_type(), logs[0].outcome()),
        (Log::BeginExport, JobOutcome::Unspecified)
    );
    assert_eq!((logs[0].end_date, logs[0].start_date.is_some()), (None, true));
    assert_eq!((logs[1].log_type(), logs[1].counts.unwrap().error), (Log::EndExport, 1));
}

/// From the first moment on, and before the second one.
#[tokio::test]
async fn dates_are_a_half_open_interval() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let mut jobs = Vec::new();
    for _ in 0..3 {
        let job = service.submit(convert(&[&cat], "wid=20&fmt=png")).await;
        service.watch(&job).await;
        jobs.push(job);
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let list = async |start_date, end_date| {
        let request = GetJobLogsRequest {
            start_date,
            end_date,
            sort_direction: SortDirection::Ascending.into(),
            ..Default::default()
        };
        service.logs().get_job_logs(request).await.map(|answer| answer.into_inner().job_log_array)
    };
    let logs = list(None, None).await.unwrap();
    let at = |index: usize| logs[index].start_date;
    let found = async |start_date, end_date| -> Vec<_> {
        let logs = list(start_date, end_date).await.unwrap();
        logs.into_iter().map(|log| log.job_handle).collect()
    };
    assert_eq!(found(at(1), None).await, jobs[1..]);
    assert_eq!(found(None, at(1)).await, jobs[..1]);
    assert_eq!(found(at(0), at(2)).await, jobs[..2]);
    assert_eq!(found(at(1), at(1)).await, Vec::<String>::new());
    let status = list(at(2), at(1)).await.unwrap_err();
    assert_eq!(refusal(&status).2, ["end_date"]);
}

#[tokio::test]
async fn what_can_not_be_asked_for_is_refused() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(convert(&[&cat], "wid=20&fmt=png")).await;
    service.watch(&job).await;
    let ask = async |request: GetJobLogDetailsRequest| {
        refusal(&service.logs().get_job_log_details(request).await.unwrap_err())
    };
    let not_found = (Code::NotFound, "JOB_NOT_FOUND".to_owned(), vec![]);
    assert_eq!(ask(of("j|1||x|9")).await, not_found);
    let by_name = |name: &str| GetJobLogDetailsRequest { original_name: name.into(), ..of("") };
    assert_eq!(ask(by_name("nobody")).await, not_found);
    assert_eq!(
        ask(GetJobLogDetailsRequest { job_handle: job.clone(), ..by_name("x") }).await,
        not_found
    );
    let missing =
        (Code::InvalidArgument, "MISSING_PARAMETER".to_owned(), vec!["job_handle".into()]);
    assert_eq!(ask(of("")).await, missing);
    let wrong = GetJobLogDetailsRequest {
        log_type_array: vec![1, 0, 99],
        sort_by: 9,
        sort_direction: 9,
        page_size: -1,
        page_token: "7".into(),
        ..of(&job)
    };
    let fields = [
        "log_type_array[1]",
        "log_type_array[2]",
        "sort_by",
        "sort_direction",
        "page_size",
        "page_token",
    ];
    assert_eq!(ask(wrong).await.2, fields);
    let foreign = GetJobLogDetailsRequest { company_handle: "c|9".into(), ..of(&job) };
    assert_eq!(ask(foreign).await.1, "INVALID_COMPANY");

    let list = GetJobLogsRequest {
        sort_by: 99,
        page_size: -1,
        page_token: "x".into(),
        ..Default::default()
    };
    let status = service.logs().get_job_logs(list).await.unwrap_err();
    assert_eq!(refusal(&status).2, ["sort_by", "page_size", "page_token"]);
    for (handle, expected) in
        [("", "MISSING_PARAMETER"), ("zz", "ASSET_NOT_FOUND"), ("a|99", "ASSET_NOT_FOUND")]
    {
        let request = GetAssetJobLogsRequest { asset_handle: handle.into(), ..Default::default() };
        let status = service.logs().get_asset_job_logs(request).await.unwrap_err();
        assert_eq!(refusal(&status).1, expected, "{handle:?}");
    }
}
