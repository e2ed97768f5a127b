//! Logs in pages: nothing twice, nothing missing, however long they are.

use crate::harness::*;
use crate::job::SLOW;
use crate::logs::{all, of, page, types};
use offprint::proto::JobLogType as Log;
use offprint::proto::*;
use tonic::Code;

/// A finished job of two exported assets and one that failed.
async fn three_assets(service: &Service) -> String {
    let cat = service.upload("cat.png", CAT).await;
    let font = service.upload("f.ttf", b"\0\x01\0\0 as good as a font").await;
    let set = service.register("set", AssetType::ImageSet).await;
    let job = service.submit(convert(&[&cat, &font, &set, &font], "wid=20&fmt=png")).await;
    service.watch(&job).await;
    job
}

/// Type and number of every row: together they are unique.
fn keys(rows: &[JobLogDetail]) -> Vec<(u64, Log)> {
    rows.iter().map(|row| (row.sequence, row.log_type())).collect()
}

#[tokio::test]
async fn v59_pages_are_disjoint_and_their_total_is_constant() {
    let service = Service::start().await;
    let job = three_assets(&service).await;
    let whole = all(&service, of(&job)).await;
    assert_eq!(whole.len(), 4 + 1 + 3 * 3 + 1);
    for (log_type_array, expected) in [
        (vec![], whole.len()),
        (vec![Log::FileEnd], 3),
        (vec![Log::FileEnd, Log::FileBegin, Log::ExportWarning], 7),
        (vec![Log::EndExport, Log::BeginExport], 2),
        (vec![Log::UploadError], 0),
    ] {
        for sort_by in [JobDetailSortField::Date, JobDetailSortField::LogType] {
            for direction in [SortDirection::Ascending, SortDirection::Descending] {
                let mut request = GetJobLogDetailsRequest {
                    log_type_array: log_type_array.iter().map(|t| i32::from(*t)).collect(),
                    sort_by: sort_by.into(),
                    sort_direction: direction.into(),
                    page_size: 2,
                    ..of(&job)
                };
                let mut rows = Vec::new();
                loop {
                    let (log, next) = page(&service, request.clone()).await;
                    assert_eq!(log.detail_total_rows, expected as i64);
                    assert!(next.is_empty() || log.detail_array.len() == 2);
                    rows.extend(log.detail_array);
                    request.page_token = next;
                    if request.page_token.is_empty() {
                        break;
                    }
                }
                let wanted = |row: &&JobLogDetail| {
                    log_type_array.is_empty() || log_type_array.contains(&row.log_type())
                };
                let mut sorted: Vec<JobLogDetail> = whole.iter().filter(wanted).cloned().collect();
                if sort_by == JobDetailSortField::LogType {
                    sorted.sort_by_key(|row| row.log_type().as_str_name());
                }
                if direction == SortDirection::Descending {
                    sorted.reverse();
                }
                assert_eq!(rows, sorted, "{log_type_array:?} {sort_by:?} {direction:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_token_belongs_to_its_request() {
    let service = Service::start().await;
    let job = three_assets(&service).await;
    let first = GetJobLogDetailsRequest { page_size: 2, ..of(&job) };
    let (_, page_token) = page(&service, first.clone()).await;
    let ask = async |request| service.logs().get_job_log_details(request).await;
    let other = GetJobLogDetailsRequest {
        page_token: page_token.clone(),
        log_type_array: vec![Log::FileEnd.into()],
        ..first.clone()
    };
    let refused = (Code::InvalidArgument, "INVALID_PARAMETER".into(), vec!["page_token".into()]);
    assert_eq!(refusal(&ask(other).await.unwrap_err()), refused);
    let (numbers, mark) = page_token.rsplit_once('.').unwrap();
    let job_number = numbers.split('.').next().unwrap();
    for wrong in [
        "x".to_owned(),
        format!("1.{mark}"),
        format!("1.2.3.4.5.{mark}"),
        format!("-1.2.3.4.{mark}"),
        format!("1.2.x.4.{mark}"),
        format!("{numbers}.0"),
        format!("{numbers}{mark}"),
    ] {
        let request = GetJobLogDetailsRequest { page_token: wrong.clone(), ..first.clone() };
        assert_eq!(refusal(&ask(request).await.unwrap_err()), refused, "{wrong}");
    }
    // Numbers that we never wrote are answered, with nothing that is not the job's.
    let most = i64::MAX;
    for forged in [
        format!("{most}.{most}.{most}.{most}.{mark}"),
        format!("{job_number}.{most}.1.{most}.{mark}"),
        format!("{job_number}.0.0.31.{mark}"),
    ] {
        let request = GetJobLogDetailsRequest { page_token: forged, ..first.clone() };
        let answer = ask(request).await.unwrap().into_inner();
        assert!(answer.job_log_array.iter().all(|log| log.job_handle == job));
    }
}

/// What is written while a reader turns pages comes with the next reading.
#[tokio::test]
async fn pages_of_a_running_job_show_one_moment() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    let dog = service.upload("dog.png", CAT).await;
    let job = service.submit(convert(&[&cat, &dog], SLOW)).await;
    let first = GetJobLogDetailsRequest { page_size: 3, ..of(&job) };
    let (mut log, mut page_token) = page(&service, first.clone()).await;
    while page_token.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        (log, page_token) = page(&service, first.clone()).await;
    }
    assert_eq!((log.log_type(), log.end_date), (Log::BeginExport, None));
    let total = log.detail_total_rows;
    let stop = StopJobRequest { job_handle: job.clone(), ..Default::default() };
    service.jobs().stop_job(stop).await.unwrap();
    service.watch(&job).await;
    let (rest, end) = page(&service, GetJobLogDetailsRequest { page_token, ..of(&job) }).await;
    assert_eq!((rest.detail_total_rows, end.as_str()), (total, ""));
    let rows = [log.detail_array, rest.detail_array].concat();
    assert_eq!(rows.len() as i64, total);
    let now = all(&service, of(&job)).await;
    assert_eq!(rows, now[..rows.len()]);
    assert_eq!(now.last().unwrap().log_type(), Log::EndExport);
}

/// All jobs of a name, newest first, with pages that go from one to the next.
#[tokio::test]
async fn the_rows_of_all_jobs_of_a_name() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let mut expected = Vec::new();
    for name in ["daily", "other", "daily", "daily"] {
        let mut submit = request(convert(&[&cat], "wid=20&fmt=png"));
        submit.job_name = name.into();
        let job = service.try_submit(submit).await.unwrap().job_handle;
        service.watch(&job).await;
        if name == "daily" {
            let keys = keys(&all(&service, of(&job)).await);
            assert_eq!(keys.len(), 8);
            expected.insert(0, (job, keys));
        }
    }
    for page_size in [1, 3, 8, 24, 1000] {
        let mut request = GetJobLogDetailsRequest {
            original_name: "daily".into(),
            page_size,
            ..Default::default()
        };
        let mut found: Vec<(String, Vec<(u64, Log)>)> = Vec::new();
        loop {
            let answer = service.logs().get_job_log_details(request.clone()).await.unwrap();
            let answer = answer.into_inner();
            let mut rows = 0;
            for log in answer.job_log_array {
                assert_eq!(log.detail_total_rows, 8);
                rows += log.detail_array.len();
                let keys = keys(&log.detail_array);
                match found.last_mut() {
                    Some((job, known)) if *job == log.job_handle => known.extend(keys),
                    _ => found.push((log.job_handle, keys)),
                }
            }
            request.page_token = answer.next_page_token;
            assert!(rows <= page_size as usize);
            if request.page_token.is_empty() {
                break;
            }
        }
        assert_eq!(found, expected, "by {page_size}");
    }
}

/// Rows come out of what survives a crash, so they survive it too.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_changes_no_row_and_doubles_no_asset() {
    let mut service = Service::with(|config| {
        config.jobs.workers = 2;
        config.jobs.drain_seconds = 0;
    })
    .await;
    let done = three_assets(&service).await;
    let before = all(&service, of(&done)).await;
    let mut handles = Vec::new();
    for i in 0..6 {
        handles.push(service.upload(&format!("cat {i}.png"), CAT).await);
    }
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    let job = service.submit(convert(&handles, "wid=1500&fit=fit,1&fmt=png")).await;
    let mut seen: Vec<JobLogDetail> = Vec::new();
    for _ in 0..3 {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        service.restart(async |_| {}).await;
        let rows = all(&service, of(&job)).await;
        assert_eq!(rows[..seen.len()], seen, "rows are only added");
        seen = rows;
    }
    service.watch(&job).await;
    assert_eq!(all(&service, of(&done)).await, before);
    let rows = all(&service, of(&job)).await;
    assert_eq!(rows[..seen.len()], seen);
    for handle in handles {
        let about = rows.iter().filter(|row| row.asset_handle == handle);
        let settled = about.filter(|row| row.log_type() == Log::ExportSuccess).count();
        assert_eq!(settled, 1, "{handle}");
    }
    assert_eq!(types(&rows).iter().filter(|t| **t == Log::BeginExport).count(), 1);
}

#[tokio::test]
async fn the_log_of_ten_thousand_assets() {
    const TOTAL: usize = 10_000;
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    let unknown: Vec<String> = (0..TOTAL - 1).map(|i| format!("a|{}", 1_000_000 + i)).collect();
    let mut handles = vec![cat.as_str()];
    handles.extend(unknown.iter().map(String::as_str));
    let job = service.submit(convert(&handles, SLOW)).await;
    let stop = StopJobRequest { job_handle: job.clone(), ..Default::default() };
    service.jobs().stop_job(stop).await.unwrap();
    let (_, counts) = finished(&service.watch(&job).await);
    assert_eq!(counts.success + counts.error + counts.cancelled, TOTAL as i64);

    let rows = all(&service, of(&job)).await;
    let places = keys(&rows);
    assert!(places.is_sorted_by(|a, b| a.0 <= b.0 && a != b));
    let count = |log_type| types(&rows).iter().filter(|t| **t == log_type).count() as i64;
    assert_eq!(count(Log::FileCancel), counts.cancelled);
    assert_eq!(count(Log::ExportError), counts.error);
    assert_eq!(count(Log::ExportSuccess), counts.success);
    assert_eq!(count(Log::FileEnd), counts.success + counts.error);
    assert!(rows.len() >= TOTAL);
    let descending =
        GetJobLogDetailsRequest { sort_direction: SortDirection::Descending.into(), ..of(&job) };
    let mut backwards = all(&service, descending).await;
    backwards.reverse();
    assert_eq!(backwards, rows);
}
