//! Jobs as seen from outside: reading, listing, stopping, downloading.

use crate::harness::*;
use offprint::proto::*;
use tonic::Code;

/// Takes long enough to be stopped or watched: 12 million pixels as PNG.
pub const SLOW: &str = "wid=4000&fit=fit,1&fmt=png";

#[tokio::test]
async fn a_job_shows_what_was_submitted_and_where_it_stands() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let mut submit = request(convert(&[&cat], "&wid=50&fmt=png"));
    submit.job_name = "spring sale".into();
    submit.description = "for the web".into();
    let handle = service.try_submit(submit).await.unwrap().job_handle;
    let events = service.watch(&handle).await;
    let job = service.get(&handle).await;
    assert_eq!(job.job_handle, handle);
    assert!(handle.starts_with("j|1||spring sale_20"), "{handle}");
    assert_eq!(
        (job.original_name.as_str(), job.description.as_str()),
        ("spring sale", "for the web")
    );
    assert_eq!((job.state(), job.outcome()), (ActiveJobState::Done, JobOutcome::Succeeded));
    assert_eq!(job.last_sequence, events.len() as u64);
    assert_eq!((job.progress, job.counts.unwrap().success), (100, 1));
    assert!(job.trigger_time.is_some() && job.start_date.is_some() && job.end_date.is_some());
    let Some(active_job::Job::ExportJob(export)) = job.job else { panic!("no export job") };
    assert_eq!(export.asset_handle_array.unwrap().items, [cat]);
    assert_eq!(export.is_modifier, "&wid=50&fmt=png");

    let masked = GetJobRequest {
        job_handle: handle.clone(),
        read_mask: Some(prost_types::FieldMask { paths: vec!["state".into()] }),
        ..Default::default()
    };
    let answer = service.jobs().get_job(masked).await.unwrap().into_inner();
    let only_state = ActiveJob { state: ActiveJobState::Done.into(), ..Default::default() };
    assert_eq!(answer.result, Some(get_job_response::Result::ActiveJob(only_state)));
}

#[tokio::test]
async fn unknown_handles_are_not_found() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(convert(&[&cat], "fmt=png")).await;
    service.watch(&job).await;
    let forged = job.replace("export_", "other_");
    for handle in ["", "nonsense", "j|1||x|999", forged.as_str()] {
        let get = GetJobRequest { job_handle: handle.into(), ..Default::default() };
        let status = service.jobs().get_job(get).await.unwrap_err();
        assert_eq!(refusal(&status), (Code::NotFound, "JOB_NOT_FOUND".into(), vec![]), "{handle}");
    }
    for id in ["", "x", "7", "-1"] {
        let status = service.download_from(&job, id, 0).await.unwrap_err();
        assert_eq!(refusal(&status).1, "ARTIFACT_NOT_FOUND", "{id}");
    }
}

#[tokio::test]
async fn only_unfinished_jobs_are_active() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    let done = service.submit(convert(&[&cat], "wid=20&fmt=png")).await;
    service.watch(&done).await;
    let mut slow = Vec::new();
    for _ in 0..3 {
        slow.push(service.submit(convert(&[&cat], SLOW)).await);
    }
    let list = async |request| {
        let page = service.jobs().get_active_jobs(request).await.unwrap().into_inner();
        let handles: Vec<String> = page.job_array.into_iter().map(|j| j.job_handle).collect();
        (handles, page.next_page_token)
    };
    let two = GetActiveJobsRequest { page_size: 2, ..Default::default() };
    let (page, token) = list(two.clone()).await;
    assert_eq!(page, [slow[2].clone(), slow[1].clone()], "newest first");
    let (rest, end) = list(GetActiveJobsRequest { page_token: token, ..two }).await;
    assert_eq!((rest, end.as_str()), (vec![slow[0].clone()], ""));
    let named = GetActiveJobsRequest { original_name: "export".into(), ..Default::default() };
    assert_eq!(list(named).await.0.len(), 4, "finished ones too, when asked for by name");
    let one = GetActiveJobsRequest { job_handle: done.clone(), ..Default::default() };
    assert_eq!(list(one).await.0, [done]);
    for job in slow {
        let stop = StopJobRequest { job_handle: job, ..Default::default() };
        service.jobs().stop_job(stop).await.unwrap();
    }
}

/// 03 §8 vector 48: running assets settle, the others are cancelled.
#[tokio::test]
async fn v48_a_stopped_job_settles_all_its_assets() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    let mut handles = vec![cat];
    for i in 1..100 {
        handles.push(service.upload(&format!("cat {i}.png"), CAT).await);
    }
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    let job = service.submit(convert(&handles, "wid=1000&fit=fit,1&fmt=png")).await;
    let watch = WatchJobRequest { job_handle: job.clone(), ..Default::default() };
    let mut stream = service.jobs().watch_job(watch).await.unwrap().into_inner();
    loop {
        let event = stream.message().await.unwrap().unwrap();
        if let Some(watch_job_response::Event::AssetStarted(_)) = event.event {
            break;
        }
    }
    let stop = StopJobRequest { job_handle: job.clone(), ..Default::default() };
    let answer = service.jobs().stop_job(stop.clone()).await.unwrap().into_inner();
    assert_eq!(answer.state(), ActiveJobState::Stopping);
    let events = service.watch(&job).await;
    check_events(&events);
    let (outcome, counts) = finished(&events);
    assert_eq!(outcome, JobOutcome::Stopped);
    assert_eq!(counts.success + counts.error + counts.cancelled, 100);
    assert!(counts.success >= 1 && counts.cancelled >= 1, "{counts:?}");
    assert_eq!(service.artifacts(&job).await.len() as i64, counts.success);
    let again = service.jobs().stop_job(stop).await.unwrap().into_inner();
    assert_eq!(again.state(), ActiveJobState::Done);
}

/// 03 §8 vector 61, and lists longer than a page.
#[tokio::test]
async fn v61_a_download_goes_on_from_an_offset() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let (events, outputs) = service.export(orig(&[&cat])).await;
    let job = events[0].job_handle.clone();
    let id = &outputs[0].0.artifact_id;
    let middle = CAT.len() as i64 / 2;
    assert!(service.download_from(&job, id, middle).await.unwrap() == CAT[middle as usize..]);
    assert!(service.download_from(&job, id, CAT.len() as i64).await.unwrap().is_empty());
    let status = service.download_from(&job, id, CAT.len() as i64 + 1).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange);
    let status = service.download_from(&job, id, -1).await.unwrap_err();
    assert_eq!(refusal(&status).2, ["offset"]);
}

/// A huge job does not stand in the way of a small one.
#[tokio::test]
async fn jobs_take_turns() {
    let service = Service::with(|config| {
        config.jobs.workers = 1;
        config.jobs.window = 4;
    })
    .await;
    let mut handles = Vec::new();
    for i in 0..60 {
        handles.push(service.upload(&format!("cat {i}.png"), CAT).await);
    }
    let all: Vec<&str> = handles.iter().map(String::as_str).collect();
    let large = service.submit(convert(&all, "wid=900&fit=fit,1&fmt=png")).await;
    let small = service.submit(convert(&all[..2], "wid=20&fmt=png")).await;
    service.watch(&small).await;
    let counts = service.get(&large).await.counts.unwrap();
    assert!(counts.success < 20, "the small job waited for {} assets", counts.success);
    let stop = StopJobRequest { job_handle: large.clone(), ..Default::default() };
    service.jobs().stop_job(stop).await.unwrap();
    service.watch(&large).await;
}
