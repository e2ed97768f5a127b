//! Pause, resume, stop, delete; schedules (03 §2.3, §2.4).

use crate::harness::*;
use offprint::proto::submit_job_request::Schedule;
use offprint::proto::watch_job_response::Event;
use offprint::proto::*;
use std::time::Duration;
use tonic::{Code, Status};

async fn pause(service: &Service, job: &str) -> Result<ActiveJobState, Status> {
    let request = PauseJobRequest { job_handle: job.into(), ..Default::default() };
    Ok(service.jobs().pause_job(request).await?.into_inner().state())
}

async fn resume(service: &Service, job: &str) -> Result<ActiveJobState, Status> {
    let request = ResumeJobRequest { job_handle: job.into(), ..Default::default() };
    Ok(service.jobs().resume_job(request).await?.into_inner().state())
}

async fn delete(service: &Service, job: &str) -> Result<(), Status> {
    let request = DeleteJobRequest { job_handle: job.into(), ..Default::default() };
    service.jobs().delete_job(request).await.map(drop)
}

async fn stop(service: &Service, job: &str) -> Result<ActiveJobState, Status> {
    let request = StopJobRequest { job_handle: job.into(), ..Default::default() };
    Ok(service.jobs().stop_job(request).await?.into_inner().state())
}

/// A job of so many slow assets.
async fn slow_job(service: &Service, count: usize) -> String {
    let mut handles = Vec::new();
    for number in 0..count {
        handles.push(service.upload(&format!("{number}.png"), ASTRONAUT).await);
    }
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    service.submit(convert(&handles, "wid=700&fit=fit,1&op_blur=9&fmt=png")).await
}

async fn until(service: &Service, job: &str, is: impl Fn(&ActiveJob) -> bool) -> ActiveJob {
    for _ in 0..600 {
        let now = service.get(job).await;
        if is(&now) {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the job never came there: {:?}", service.get(job).await)
}

fn settled(job: &ActiveJob) -> i64 {
    let counts = job.counts.unwrap();
    counts.success + counts.error + counts.cancelled
}

/// Numbered events up to now.
async fn events_so_far(service: &Service, job: &str) -> Vec<WatchJobResponse> {
    let last = service.get(job).await.last_sequence;
    let request =
        WatchJobRequest { job_handle: job.into(), omit_progress: true, ..Default::default() };
    let mut stream = service.jobs().watch_job(request).await.unwrap().into_inner();
    let mut events = Vec::new();
    while (events.len() as u64) < last {
        events.push(stream.message().await.unwrap().unwrap());
    }
    events
}

/// 03 §8 vector 49.
#[tokio::test]
async fn v49_nothing_starts_while_paused_and_all_is_done_after() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let job = slow_job(&service, 6).await;
    until(&service, &job, |job| settled(job) >= 1).await;
    assert_eq!(pause(&service, &job).await.unwrap(), ActiveJobState::Paused);
    assert_eq!(pause(&service, &job).await.unwrap(), ActiveJobState::Paused, "twice is once");
    // what was started finishes
    let running = |events: &[WatchJobResponse]| {
        let count = |is: fn(&Event) -> bool| {
            events.iter().filter(|e| e.event.as_ref().is_some_and(is)).count()
        };
        count(|e| matches!(e, Event::AssetStarted(_)))
            - count(|e| matches!(e, Event::AssetCompleted(_)))
    };
    while running(&events_so_far(&service, &job).await) > 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let before = settled(&service.get(&job).await);
    tokio::time::sleep(Duration::from_millis(3000)).await;
    let now = service.get(&job).await;
    assert_eq!((settled(&now), now.state()), (before, ActiveJobState::Paused));
    assert!(before < 6);
    assert_eq!(resume(&service, &job).await.unwrap(), ActiveJobState::Running);
    assert_eq!(resume(&service, &job).await.unwrap(), ActiveJobState::Running);
    let events = service.watch(&job).await;
    check_events(&events);
    assert_eq!(finished(&events).1.success, 6);
    let mut paused = false;
    for event in &events {
        match &event.event {
            Some(Event::JobStateChanged(change)) => {
                paused = change.to_state() == ActiveJobState::Paused;
            }
            Some(Event::AssetStarted(_)) => assert!(!paused, "started while paused"),
            _ => {}
        }
    }
    assert_eq!(pause(&service, &job).await.unwrap(), ActiveJobState::Done);
}

/// 03 §8 vector 47.
#[tokio::test]
async fn v47_heartbeats_of_a_paused_job() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let job = slow_job(&service, 4).await;
    pause(&service, &job).await.unwrap();
    let request = WatchJobRequest {
        job_handle: job.clone(),
        heartbeat_interval: Some(prost_types::Duration { seconds: 1, nanos: 0 }),
        omit_progress: true,
        ..Default::default()
    };
    let mut stream = service.jobs().watch_job(request).await.unwrap().into_inner();
    let mut beats = Vec::new();
    let end = tokio::time::Instant::now() + Duration::from_secs(7);
    while let Ok(message) = tokio::time::timeout_at(end, stream.message()).await {
        if let Some(Event::Heartbeat(beat)) = message.unwrap().unwrap().event {
            beats.push(beat.state());
        }
    }
    assert!(beats.len() >= 4, "{beats:?}");
    assert_eq!(beats.last(), Some(&ActiveJobState::Paused));
}

#[tokio::test]
async fn a_paused_job_stays_paused_over_a_restart_and_can_be_stopped() {
    let mut service = Service::with(|config| config.jobs.workers = 1).await;
    let job = slow_job(&service, 5).await;
    until(&service, &job, |job| settled(job) >= 1).await;
    pause(&service, &job).await.unwrap();
    service.restart(async |_| {}).await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let now = service.get(&job).await;
    assert_eq!(now.state(), ActiveJobState::Paused);
    assert!(settled(&now) < 5);
    stop(&service, &job).await.unwrap();
    let events = service.watch(&job).await;
    check_events(&events);
    let (outcome, counts) = finished(&events);
    assert_eq!(outcome, JobOutcome::Stopped);
    assert_eq!(counts.success + counts.cancelled, 5);
}

#[tokio::test]
async fn deleting_stops_a_run_and_takes_its_artifacts_but_not_its_log() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(orig(&[&cat])).await;
    service.watch(&job).await;
    let artifact = service.artifacts(&job).await.remove(0);
    delete(&service, &job).await.unwrap();
    delete(&service, &job).await.unwrap();
    assert!(service.artifacts(&job).await.is_empty());
    let status = service.download_from(&job, &artifact.artifact_id, 0).await.unwrap_err();
    assert_eq!(refusal(&status).1, "ARTIFACT_EXPIRED");
    assert_eq!(finished(&service.watch(&job).await).0, JobOutcome::Succeeded);

    let job = slow_job(&service, 5).await;
    until(&service, &job, |job| settled(job) >= 1).await;
    delete(&service, &job).await.unwrap();
    let (outcome, counts) = finished(&service.watch(&job).await);
    assert_eq!(outcome, JobOutcome::Stopped);
    assert_eq!(counts.success + counts.cancelled, 5);
    service.jobs_core().clean_up(0).await.unwrap();
    assert!(service.artifacts(&job).await.is_empty());
    let unknown = delete(&service, "j|1||nothing|77").await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
}

fn later(seconds: i64) -> Option<Schedule> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let at = now.as_millis() as i64 + seconds * 1000;
    let nanos = (at % 1000) as i32 * 1_000_000;
    Some(Schedule::ExecTime(prost_types::Timestamp { seconds: at / 1000, nanos }))
}

fn cron(expression: &str, zone: &str) -> Option<Schedule> {
    let (expression, time_zone) = (expression.into(), zone.into());
    Some(Schedule::ExecSchedule(CronSchedule { expression, time_zone }))
}

async fn scheduled(service: &Service, handle: &str) -> ScheduledJob {
    let request = GetScheduledJobsRequest { job_handle: handle.into(), ..Default::default() };
    let mut found = service.jobs().get_scheduled_jobs(request).await.unwrap().into_inner();
    assert_eq!(found.job_array.len(), 1);
    found.job_array.remove(0)
}

/// 03 §8 vector 51.
#[tokio::test]
async fn v51_a_job_runs_at_its_time_and_its_schedule_is_watched_until_then() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let schedule = later(2);
    let Some(Schedule::ExecTime(at)) = &schedule else { unreachable!() };
    let at = at.seconds * 1000 + i64::from(at.nanos) / 1_000_000;
    let wanted = SubmitJobRequest { schedule, ..request(orig(&[&cat])) };
    let answer = service.try_submit(wanted).await.unwrap();
    let handle = answer.job_handle;
    assert!(answer.next_fire_time.is_some());
    let waiting = scheduled(&service, &handle).await;
    assert_eq!(waiting.trigger_state(), JobTriggerState::Normal);
    assert!(waiting.exec_time.is_some() && waiting.export_job().is_some());
    let events = service.watch(&handle).await;
    check_events(&events);
    let first = events[0].event_time.unwrap();
    let begin = first.seconds * 1000 + i64::from(first.nanos) / 1_000_000;
    assert!((at..at + 1000).contains(&begin), "{begin} for {at}");
    let over = scheduled(&service, &handle).await;
    assert_eq!(over.trigger_state(), JobTriggerState::Complete);
    assert_eq!(over.last_run_job_handle, events[0].job_handle);
    assert_eq!(over.next_fire_time, None);
}

trait ExportOf {
    fn export_job(&self) -> Option<&ExportJob>;
}

impl ExportOf for ScheduledJob {
    fn export_job(&self) -> Option<&ExportJob> {
        match &self.job {
            Some(scheduled_job::Job::ExportJob(job)) => Some(job),
            _ => None,
        }
    }
}

/// 03 §8 vectors 52, 53, 54.
#[tokio::test]
async fn v52_v53_v54_repeating_schedules() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let with = |schedule| SubmitJobRequest {
        schedule,
        job_name: "nightly".into(),
        ..request(orig(&[&cat]))
    };
    let answer = service.try_submit(with(cron("0 15 10 ? * 6L", "Europe/Paris"))).await.unwrap();
    let next = answer.next_fire_time.unwrap();
    let paris = jiff::tz::TimeZone::get("Europe/Paris").unwrap();
    let local = paris.to_datetime(jiff::Timestamp::from_second(next.seconds).unwrap());
    assert_eq!((local.hour(), local.minute()), (10, 15));
    assert_eq!(local.weekday(), jiff::civil::Weekday::Friday);
    assert!(local.day() > local.days_in_month() - 7);

    for (expression, zone, field, reason) in [
        ("0 0 12 1 * 2", "", "exec_schedule.expression", "CRON_SYNTAX"),
        ("0 15 10 1C * ?", "", "exec_schedule.expression", "CRON_UNSUPPORTED"),
        ("* * * * * ?", "", "exec_schedule.expression", "CRON_TOO_FREQUENT"),
        ("0 0 0 30 2 ?", "", "exec_schedule.expression", "CRON_NEVER_FIRES"),
        ("0 15 10 ? * 6L", "Mars/Olympus", "exec_schedule.time_zone", "TIME_ZONE_UNKNOWN"),
    ] {
        let status = service.try_submit(with(cron(expression, zone))).await.unwrap_err();
        let wanted = (Code::InvalidArgument, reason.to_owned(), vec![field.to_owned()]);
        assert_eq!(refusal(&status), wanted, "{expression}");
    }
    let past = service.try_submit(with(later(-70))).await.unwrap_err();
    assert_eq!(refusal(&past).1, "EXEC_TIME_IN_PAST");

    let execute = ExecuteJobRequest { job_handle: answer.job_handle.clone(), ..Default::default() };
    let run = service.jobs().execute_job(execute).await.unwrap().into_inner().run_job_handle;
    assert_eq!(finished(&service.watch(&run).await).0, JobOutcome::Succeeded);
    let after = scheduled(&service, &answer.job_handle).await;
    assert_eq!(
        (after.next_fire_time, after.last_run_job_handle.as_str()),
        (Some(next), run.as_str())
    );
    let not = ExecuteJobRequest { job_handle: run, ..Default::default() };
    let status = service.jobs().execute_job(not).await.unwrap_err();
    assert_eq!(
        (status.code(), refusal(&status).1.as_str()),
        (Code::FailedPrecondition, "NOT_A_SCHEDULE")
    );

    assert_eq!(pause(&service, &answer.job_handle).await.unwrap(), ActiveJobState::Paused);
    assert_eq!(
        scheduled(&service, &answer.job_handle).await.trigger_state(),
        JobTriggerState::Paused
    );
    assert_eq!(resume(&service, &answer.job_handle).await.unwrap(), ActiveJobState::New);
    delete(&service, &answer.job_handle).await.unwrap();
    let gone = GetJobRequest { job_handle: answer.job_handle, ..Default::default() };
    assert_eq!(service.jobs().get_job(gone).await.unwrap_err().code(), Code::NotFound);
}

/// 03 §8 vector 63.
#[tokio::test]
async fn v63_a_run_whose_macro_is_gone_fails_as_a_whole() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let format = service.save_format("gone", "fmt=tif").await;
    let job = ExportJob { r#macro: "gone".into(), ..convert(&[&cat], "") };
    let wanted = SubmitJobRequest { schedule: later(3600), ..request(job) };
    let schedule = service.try_submit(wanted).await.unwrap().job_handle;
    let remove = DeleteImageFormatRequest {
        image_format_handle: format.image_format_handle,
        ..Default::default()
    };
    service.formats().delete_image_format(remove).await.unwrap();
    let execute = ExecuteJobRequest { job_handle: schedule, ..Default::default() };
    let run = service.jobs().execute_job(execute).await.unwrap().into_inner().run_job_handle;
    let events = service.watch(&run).await;
    let Some(Event::JobFinished(end)) = &events.last().unwrap().event else { panic!("no end") };
    assert_eq!((end.outcome(), end.fatal_error), (JobOutcome::Failed, true));
    assert_eq!(reason(end.error.as_ref().unwrap()), "UNKNOWN_MACRO");
    assert!(!events.iter().any(|e| matches!(e.event, Some(Event::AssetStarted(_)))));
    let counts = end.counts.unwrap();
    assert_eq!((counts.total, counts.cancelled), (1, 1));
}

/// A firing that was missed while the server was down is made up for, once.
#[tokio::test]
async fn a_missed_time_is_made_up_for_after_a_restart() {
    let mut service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let wanted = SubmitJobRequest { schedule: later(1), ..request(orig(&[&cat])) };
    let schedule = service.try_submit(wanted).await.unwrap().job_handle;
    service.restart(async |_| tokio::time::sleep(Duration::from_secs(2)).await).await;
    for _ in 0..100 {
        if !scheduled(&service, &schedule).await.last_run_job_handle.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let run = scheduled(&service, &schedule).await.last_run_job_handle;
    assert_eq!(finished(&service.watch(&run).await).0, JobOutcome::Succeeded);
}
