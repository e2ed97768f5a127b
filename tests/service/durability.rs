//! Restarts: rows are the truth. kill -9 is in `tests/clients/kill.py`; here
//! the rows are put into the states that crashes leave.

use crate::harness::*;
use crate::job::SLOW;
use offprint::proto::*;
use std::path::{Path, PathBuf};

async fn sql(database: &Path, text: &'static str) {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}", database.display());
    let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&url).await.unwrap();
    sqlx::query(text).execute(&mut connection).await.unwrap();
}

/// Takes a finished job back to where its first asset was about to be started.
async fn as_if_just_started(database: &Path) {
    sql(database, "DELETE FROM event WHERE seq > 1").await;
    sql(database, "DELETE FROM artifact").await;
    sql(
        database,
        "UPDATE job SET state = 'running', outcome = '', success = 0, last_seq = 1, \
         bytes_out = 0, started_ms = 0",
    )
    .await;
}

/// A server that stops gives running assets back, and the next one goes on.
#[tokio::test(flavor = "multi_thread")]
async fn v60_a_job_goes_on_after_a_restart() {
    let mut service = Service::with(|config| {
        config.jobs.workers = 2;
        config.jobs.drain_seconds = 0;
    })
    .await;
    let mut handles = Vec::new();
    for i in 0..12 {
        handles.push(service.upload(&format!("cat {i}.png"), CAT).await);
    }
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    let job = service.submit(convert(&handles, "wid=1500&fit=fit,1&fmt=png")).await;
    for _ in 0..3 {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        service.restart(async |_| {}).await;
    }
    let events = service.watch(&job).await;
    check_events(&events);
    let (outcome, counts) = finished(&events);
    assert_eq!((outcome, counts.success), (JobOutcome::Succeeded, 12));
    let artifacts = service.artifacts(&job).await;
    assert_eq!(artifacts.len(), 12);
    // Twelve outputs and the one original that all twelve share.
    assert_eq!(service.files().len(), 13, "{:?}", service.files());
}

/// An open stream ends with UNAVAILABLE, and resumes at the next server.
#[tokio::test(flavor = "multi_thread")]
async fn a_drain_ends_streams_so_that_clients_resume() {
    let mut service = Service::with(|config| config.jobs.workers = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(convert(&[&cat], SLOW)).await;
    let request = WatchJobRequest { job_handle: job.clone(), ..Default::default() };
    let mut stream = service.jobs().watch_job(request).await.unwrap().into_inner();
    let first = stream.message().await.unwrap().unwrap();
    let reader = tokio::spawn(async move {
        let mut last = first.last_sequence;
        loop {
            match stream.message().await {
                Ok(Some(message)) => last = message.last_sequence,
                Ok(None) => return (last, None),
                Err(status) => return (last, Some(status)),
            }
        }
    });
    service.restart(async |_| {}).await;
    let (last, status) = reader.await.unwrap();
    let status = status.expect("the job was over before the drain");
    assert_eq!(status.code(), tonic::Code::Unavailable, "{status}");
    let rest = service.watch_after(&job, last).await.unwrap();
    assert_eq!(rest[0].sequence, last + 1);
    assert_eq!(finished(&rest).0, JobOutcome::Succeeded);
}

/// An asset that took the server down too often is not run again.
#[tokio::test]
async fn poison_stops_at_the_attempt_limit() {
    let mut service = Service::with(|config| config.jobs.max_attempts = 3).await;
    let cat = service.upload("cat.png", CAT).await;
    let dog = service.upload("dog.png", CAT).await;
    let job = service.submit(convert(&[&cat, &dog], "wid=20&fmt=png")).await;
    service.watch(&job).await;
    // As if the server had died at the third attempt at the first asset.
    service
        .restart(async |database: PathBuf| {
            as_if_just_started(&database).await;
            sql(&database, "UPDATE item SET state = 'running', attempt = 3 WHERE idx = 0").await;
            sql(&database, "UPDATE item SET state = 'waiting', attempt = 0 WHERE idx = 1").await;
        })
        .await;
    let events = service.watch(&job).await;
    check_events(&events);
    assert_eq!(failures(&events), [(0, "POISON".to_owned())]);
    assert_eq!(finished(&events).1.success, 1);
}

/// A worker that was believed dead must not settle an item twice: the claim is
/// fenced by the attempt, and a lease that ran out is taken over.
#[tokio::test]
async fn a_lease_that_ran_out_is_taken_over() {
    let mut service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(convert(&[&cat], "wid=20&fmt=png")).await;
    service.watch(&job).await;
    service
        .restart(async |database: PathBuf| {
            as_if_just_started(&database).await;
            sql(&database, "UPDATE item SET state = 'running', attempt = 1, lease_until_ms = 1")
                .await;
        })
        .await;
    let events = service.watch(&job).await;
    check_events(&events);
    let attempts: Vec<i32> = events
        .iter()
        .filter_map(|event| match &event.event {
            Some(watch_job_response::Event::AssetStarted(started)) => Some(started.attempt),
            _ => None,
        })
        .collect();
    assert_eq!(attempts, [2]);
    assert_eq!(service.artifacts(&job).await.len(), 1);
    assert_eq!(service.files().len(), 2, "the first attempt's output is gone");
}

/// Two servers on one data directory would run each other's items.
#[tokio::test]
async fn a_data_directory_belongs_to_one_server() {
    let service = Service::start().await;
    let config = offprint::config::Config {
        data_dir: service.data(),
        listen: ([127, 0, 0, 1], 0).into(),
        ..Default::default()
    };
    let Err(error) = offprint::app::App::start(config).await else {
        panic!("a second server started")
    };
    assert!(error.to_string().contains("another offprint server"), "{error}");
}

#[tokio::test]
async fn a_disk_without_room_fails_the_asset_alone() {
    let mut service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let before = service.files();
    service.reconfigure(|config| config.limits.min_free_disk_bytes = u64::MAX / 2).await;
    let (events, outputs) = service.export(convert(&[&cat], "wid=20&fmt=png")).await;
    assert_eq!(failures(&events), [(0, "STORAGE_FULL".to_owned())]);
    assert_eq!(outputs, []);
    assert_eq!(service.files(), before, "nothing half-written is visible");
    let header = UploadHeader { file_name: "x.png".into(), ..Default::default() };
    let status = service.try_upload(header, CAT).await.unwrap_err();
    assert_eq!(refusal(&status).1, "STORAGE_FULL");
}
