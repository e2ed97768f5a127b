//! Watching: every event, in order, on time, and resumable; a reader that is
//! slow or gone costs nothing.

use crate::harness::*;
use crate::job::SLOW;
use offprint::proto::watch_job_response::Event;
use offprint::proto::*;
use prost_types::Duration as WireDuration;
use std::time::{Duration, Instant};
use tonic::Code;

fn watch(job: &str) -> WatchJobRequest {
    WatchJobRequest { job_handle: job.into(), ..Default::default() }
}

async fn stop(service: &Service, job: &str) {
    let request = StopJobRequest { job_handle: job.into(), ..Default::default() };
    service.jobs().stop_job(request).await.unwrap();
    service.watch(job).await;
}

/// 03 §8 vectors 43 and 44: from every point, also long after the end.
#[tokio::test]
async fn v43_events_are_replayed_from_any_point() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let broken = service.upload("broken.png", &CAT[..5000]).await;
    let (events, _) = service.export(convert(&[&cat, &broken], "wid=20&fmt=png&ts=1")).await;
    let job = &events[0].job_handle;
    for after in 0..=events.len() {
        let rest = service.watch_after(job, after as u64).await.unwrap();
        assert_eq!(rest, events[after..], "after {after}");
    }
}

/// 03 §8 vector 45.
#[tokio::test]
async fn v45_a_number_beyond_the_end_is_out_of_range() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let (events, _) = service.export(convert(&[&cat], "fmt=png")).await;
    let job = &events[0].job_handle;
    for after in [events.len() as u64 + 1, 1_000_000, u64::MAX] {
        let status = service.watch_after(job, after).await.unwrap_err();
        assert_eq!(refusal(&status), (Code::OutOfRange, "SEQUENCE_AHEAD".into(), vec![]));
    }
}

#[tokio::test]
async fn progress_has_stages_and_is_not_numbered() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(convert(&[&cat], SLOW)).await;
    let request = WatchJobRequest {
        min_progress_interval: Some(WireDuration { seconds: 0, nanos: 100_000_000 }),
        ..watch(&job)
    };
    let mut stream = service.jobs().watch_job(request).await.unwrap().into_inner();
    let mut stages = std::collections::BTreeSet::new();
    let mut last = 0;
    while let Some(message) = stream.message().await.unwrap() {
        assert!(message.last_sequence >= last);
        last = message.last_sequence;
        if let Some(Event::AssetProgress(progress)) = message.event {
            assert_eq!(message.sequence, 0);
            assert!((0.0..=1.0).contains(&progress.progress));
            assert_eq!(progress.asset.unwrap().asset_name, "cat.png");
            stages.insert(progress.stage);
        }
    }
    assert!(!stages.is_empty());
    let known = ["decode", "encode", "fetch", "render", "store"];
    assert!(stages.iter().all(|stage| known.contains(&stage.as_str())), "{stages:?}");
}

/// Times that no clock can hold are cut to what the contract allows.
#[tokio::test]
async fn absurd_intervals_do_no_harm() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(convert(&[&cat], SLOW)).await;
    let forever = WireDuration { seconds: i64::MAX, nanos: 999_999_999 };
    let request = WatchJobRequest {
        heartbeat_interval: Some(forever),
        min_progress_interval: Some(forever),
        ..watch(&job)
    };
    let mut stream = service.jobs().watch_job(request).await.unwrap().into_inner();
    let mut last = None;
    while let Some(message) = stream.message().await.unwrap() {
        last = message.event;
    }
    assert!(matches!(last, Some(Event::JobFinished(_))), "{last:?}");
}

/// A client that resumes in the middle of a long conversion sees it go on.
#[tokio::test]
async fn progress_of_what_started_before_the_stream_is_shown() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(convert(&[&cat], SLOW)).await;
    let mut first = service.jobs().watch_job(watch(&job)).await.unwrap().into_inner();
    let seen = loop {
        let message = first.message().await.unwrap().unwrap();
        if let Some(Event::AssetStarted(_)) = message.event {
            break message.sequence;
        }
    };
    let resumed = WatchJobRequest { after_sequence: seen, ..watch(&job) };
    let mut second = service.jobs().watch_job(resumed).await.unwrap().into_inner();
    let message = second.message().await.unwrap().unwrap();
    let Some(Event::AssetProgress(progress)) = message.event else { panic!("{message:?}") };
    assert_eq!(progress.asset.unwrap().asset_name, "cat.png");
}

/// 03 §6.2, 4: heartbeats when nothing else comes, clamped to a second.
#[tokio::test]
async fn v47_heartbeats_fill_the_silence() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    // The second job waits for the first: nothing happens in it.
    let first = service.submit(convert(&[&cat], "wid=6000&fit=fit,1&fmt=png")).await;
    let second = service.submit(convert(&[&cat], SLOW)).await;
    let request = WatchJobRequest {
        heartbeat_interval: Some(WireDuration { seconds: 0, nanos: 1 }),
        ..watch(&second)
    };
    let mut stream = service.jobs().watch_job(request).await.unwrap().into_inner();
    let begin = Instant::now();
    let mut heartbeats = 0;
    while heartbeats < 2 {
        let message = stream.message().await.unwrap().unwrap();
        match message.event {
            Some(Event::Heartbeat(_)) => {
                assert_eq!((message.sequence, message.last_sequence), (0, 1));
                heartbeats += 1;
            }
            Some(Event::JobAccepted(_)) => {}
            other => panic!("the first job was over too early: {other:?}"),
        }
    }
    assert!(begin.elapsed() >= Duration::from_millis(1900), "{:?}", begin.elapsed());
    drop(stream);
    stop(&service, &second).await;
    stop(&service, &first).await;
}

/// O-41: an event arrives although no further event follows.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_reaches_a_waiting_client_soon() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    let first = service.submit(convert(&[&cat], "wid=6000&fit=fit,1&fmt=png")).await;
    let second = service.submit(convert(&[&cat], SLOW)).await;
    let request = WatchJobRequest { omit_progress: true, ..watch(&second) };
    let mut stream = service.jobs().watch_job(request).await.unwrap().into_inner();
    stream.message().await.unwrap();
    // The waiting stream hears of the one event that stopping makes.
    let stop_it = StopJobRequest { job_handle: second.clone(), ..Default::default() };
    service.jobs().stop_job(stop_it).await.unwrap();
    let told = Instant::now();
    let message = stream.message().await.unwrap().unwrap();
    assert!(matches!(message.event, Some(Event::JobStateChanged(_))));
    // Far below the two seconds after which rows are looked at anyway.
    assert!(told.elapsed() < Duration::from_millis(1000), "{:?}", told.elapsed());
    stop(&service, &first).await;
}

/// O-40: 250 streams over one connection, and the connection still answers.
#[tokio::test(flavor = "multi_thread")]
async fn many_watchers_of_one_connection_leave_room_for_other_calls() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(convert(&[&cat], SLOW)).await;
    let mut streams = Vec::new();
    for _ in 0..250 {
        let mut stream = service.jobs().watch_job(watch(&job)).await.unwrap().into_inner();
        assert_eq!(stream.message().await.unwrap().unwrap().sequence, 1);
        streams.push(stream);
    }
    let answer = tokio::time::timeout(Duration::from_secs(5), service.get(&job)).await;
    assert_eq!(answer.expect("the call waited for a watcher").job_handle, job);
    drop(streams);
    stop(&service, &job).await;
}

#[tokio::test]
async fn more_watchers_than_the_limit_are_refused() {
    let service = Service::with(|config| {
        config.limits.max_watchers_per_job = 2;
        config.jobs.workers = 1;
    })
    .await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(convert(&[&cat], "wid=6000&fit=fit,1&fmt=png")).await;
    let first = service.jobs().watch_job(watch(&job)).await.unwrap();
    let _second = service.jobs().watch_job(watch(&job)).await.unwrap();
    let status = service.jobs().watch_job(watch(&job)).await.unwrap_err();
    assert_eq!(refusal(&status), (Code::ResourceExhausted, "TOO_MANY_WATCHERS".into(), vec![]));
    assert!(status.message().contains("limits.max_watchers_per_job"), "{status}");
    // A place is free again once a client has left.
    drop(first);
    let deadline = Instant::now() + Duration::from_secs(10);
    while service.jobs().watch_job(watch(&job)).await.is_err() {
        assert!(Instant::now() < deadline, "the place of a client that left stays taken");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop(&service, &job).await;
}

/// O-43: a client that reads nothing is ended, and the job goes on.
#[tokio::test(flavor = "multi_thread")]
async fn v46_a_client_that_reads_nothing_is_ended() {
    let service = Service::with(|config| config.watch.slow_consumer_seconds = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    // More events than the windows of HTTP/2 and the buffers before them hold.
    let mut handles = vec![cat];
    for i in 1..1000 {
        handles.push(format!("a|{}", 100_000 + i));
    }
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    let job = service.submit(convert(&handles, "wid=20&fmt=png")).await;
    let mut lazy_client = service.jobs_with_small_windows().await;
    let mut lazy = lazy_client.watch_job(watch(&job)).await.unwrap().into_inner();
    let events = service.watch(&job).await;
    check_events(&events);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut seen = 0;
    let status = loop {
        match lazy.message().await {
            Ok(Some(message)) => seen = message.last_sequence,
            Ok(None) => panic!("all {seen} events fitted into the buffers: add assets"),
            Err(status) => break status,
        }
    };
    assert_eq!(refusal(&status).1, "SLOW_CONSUMER", "{status}");
    let rest = service.watch_after(&job, seen).await.unwrap();
    assert_eq!(rest, events[seen as usize..]);
}
