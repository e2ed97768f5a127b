//! Submit: what can be known to be wrong is said at once, all of it.

use crate::harness::*;
use offprint::proto::submit_job_request::Job;
use offprint::proto::*;
use tonic::Code;

#[tokio::test]
async fn v64_all_bad_fields_come_back_in_one_answer() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let mut job = convert(&[&cat, "zz"], "wid=0&widt=5");
    job.r#macro = "nope".into();
    let mut bad = request(job);
    bad.job_name = "a|b".into();
    let status = service.try_submit(bad).await.unwrap_err();
    let (code, _, fields) = refusal(&status);
    assert_eq!(code, Code::InvalidArgument);
    for field in [
        "job_name",
        "export_job.asset_handle_array.items[1]",
        "export_job.is_modifier",
        "export_job.macro",
    ] {
        assert!(fields.contains(&field.to_owned()), "{field} in {fields:?}");
    }
    assert_eq!(fields.iter().filter(|f| *f == "export_job.is_modifier").count(), 2);
    assert!(status.message().contains("byte 6") && status.message().contains("did you mean"));
}

#[tokio::test]
async fn fields_of_a_later_version_are_unimplemented_by_name() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let good = request(convert(&[&cat], "fmt=png"));
    let with = |change: &dyn Fn(&mut SubmitJobRequest)| {
        let mut request = good.clone();
        change(&mut request);
        request
    };
    for (request, field) in
        [(with(&|r| r.job = Some(Job::UploadUrlsJob(Default::default()))), "upload_urls_job")]
    {
        let status = service.try_submit(request).await.unwrap_err();
        assert_eq!(
            refusal(&status),
            (Code::Unimplemented, "UNIMPLEMENTED_FIELD".into(), vec![field.to_owned()])
        );
        assert!(status.message().contains(field), "{status}");
    }
}

/// 03 §8 vectors 9, 10, 12–15, 19–23, 27, 36 and ruling 2.
#[tokio::test]
async fn refusals_of_the_vectors() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let set = service.register("set", AssetType::ImageSet).await;
    service.save_format("test", "fmt=tif").await;
    service.save_format("web", "wid=400&fmt=jpeg&qlt=80").await;
    let with_macro = |name: &str, modifier: &str| {
        let mut job = convert(&[&cat], modifier);
        job.r#macro = name.into();
        job
    };
    let no_fmt = ExportJob { fmt: 0, ..convert(&[&cat], "fmt=png") };
    for (vector, job, reason, fields) in [
        ("9", convert(&[&cat], ""), "CONVERT_REQUIRES_MODIFIER", vec!["is_modifier", "macro"]),
        ("10", convert(&[&cat], "&&"), "CONVERT_REQUIRES_MODIFIER", vec!["is_modifier", "macro"]),
        ("12", with_macro("nope", ""), "UNKNOWN_MACRO", vec!["macro"]),
        ("13", with_macro("$test", ""), "MACRO_SYNTAX", vec!["macro"]),
        ("14", with_macro("$test$&$web$", ""), "MULTIPLE_MACROS", vec!["macro"]),
        ("15", with_macro("$web$&wid=5", ""), "MACRO_SYNTAX", vec!["macro"]),
        (
            "19",
            convert(&[&cat], "req=imageset"),
            "REQUEST_TYPE_NOT_EXPORTABLE",
            vec!["is_modifier"],
        ),
        ("20", convert(&[&cat], "fmt=m3u8"), "FORMAT_NOT_EXPORTABLE", vec!["is_modifier"]),
        (
            "21",
            convert(&[&cat], "http://h/is/image/x?wid=1"),
            "MODIFIER_IS_URL",
            vec!["is_modifier"],
        ),
        ("22", no_fmt, "MISSING_PARAMETER", vec!["fmt"]),
        ("23", convert(&[], "fmt=png"), "MISSING_PARAMETER", vec!["asset_handle_array.items"]),
        (
            "27",
            convert(&[&set], "fmt=png"),
            "UNSUPPORTED_ASSET_TYPE",
            vec!["asset_handle_array.items[0]"],
        ),
        (
            "36",
            convert(&[&cat, "zz"], "fmt=png"),
            "INVALID_PARAMETER",
            vec!["asset_handle_array.items[1]"],
        ),
        (
            "unknown",
            convert(&["a|999"], "fmt=png"),
            "ASSET_NOT_FOUND",
            vec!["asset_handle_array.items[0]"],
        ),
        ("typo", convert(&[&cat], "hie=5"), "UNKNOWN_COMMAND", vec!["is_modifier"]),
    ] {
        let status = service.try_submit(request(job)).await.unwrap_err();
        let fields = fields.iter().map(|field| format!("export_job.{field}")).collect();
        assert_eq!(
            refusal(&status),
            (Code::InvalidArgument, reason.to_owned(), fields),
            "vector {vector}: {status}"
        );
    }
}

#[tokio::test]
async fn commands_of_the_next_issue_are_unimplemented_by_name() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    for (command, value) in [
        ("cropPathE", "a"),
        ("layer=1", "&text=x"),
        ("text", "1"),
        ("effectMask", "0"),
        ("template", "1"),
    ] {
        let equals = if command.contains('=') { "" } else { "=" };
        let job = convert(&[&cat], &format!("fmt=png&{command}{equals}{value}"));
        let status = service.try_submit(request(job)).await.unwrap_err();
        let (code, reason, _) = refusal(&status);
        assert_eq!((code, reason.as_str()), (Code::Unimplemented, "UNIMPLEMENTED_COMMAND"));
        assert!(status.message().contains(command), "{status}");
    }
}

#[tokio::test]
async fn v24_more_assets_than_the_limit_are_refused() {
    let service = Service::with(|config| config.limits.max_assets_per_job = 2).await;
    let mut handles = Vec::new();
    for _ in 0..3 {
        handles.push(service.upload("cat.png", CAT).await);
    }
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    let status = service.try_submit(request(convert(&handles, "fmt=png"))).await.unwrap_err();
    assert_eq!(refusal(&status).1, "TOO_MANY_ASSETS");
    assert!(status.message().contains("limits.max_assets_per_job"), "{status}");
    // A handle that comes twice counts once.
    let twice = [handles[0], handles[1], handles[0]];
    service.submit(convert(&twice, "fmt=png")).await;
}

#[tokio::test]
async fn validate_only_makes_no_job() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let mut valid = request(convert(&[&cat], "fmt=png&ts=1"));
    valid.validate_only = true;
    let answer = service.try_submit(valid).await.unwrap();
    assert_eq!(answer.job_handle, "");
    assert_eq!(answer.warnings.iter().map(reason).collect::<Vec<_>>(), ["UNKNOWN_COMMAND_IGNORED"]);
    let list = GetActiveJobsRequest { original_name: "export".into(), ..Default::default() };
    assert!(service.jobs().get_active_jobs(list).await.unwrap().into_inner().job_array.is_empty());
}

/// 03 §8 vector 50, and O-45: 20 at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn v50_the_same_request_id_gives_the_same_job() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let mut first = request(convert(&[&cat], "fmt=png&ts=1"));
    first.request_id = "123e4567-e89b-42d3-a456-426614174000".into();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (mut client, request) = (service.jobs(), first.clone());
        calls.spawn(async move { client.submit_job(request).await.unwrap().into_inner() });
    }
    let answers = calls.join_all().await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let mut other = first.clone();
    other.description = "something else".into();
    let status = service.try_submit(other).await.unwrap_err();
    assert_eq!(refusal(&status).1, "REQUEST_ID_REUSED");
    assert_eq!(status.code(), Code::AlreadyExists);
    let mut malformed = first;
    malformed.request_id = "7".into();
    let status = service.try_submit(malformed).await.unwrap_err();
    assert_eq!(refusal(&status).2, ["request_id"]);
}

#[tokio::test]
async fn a_foreign_company_is_refused() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let mut foreign = request(convert(&[&cat], "fmt=png"));
    foreign.company_handle = "c|2".into();
    let status = service.try_submit(foreign.clone()).await.unwrap_err();
    assert_eq!(refusal(&status).1, "INVALID_COMPANY");
    foreign.company_handle = "c|1".into();
    service.try_submit(foreign).await.unwrap();
}

#[tokio::test]
async fn assets_of_another_company_look_unknown() {
    let service = Service::with(|config| config.companies = vec!["c|1".into(), "c|2".into()]).await;
    let ours = service.upload("cat.png", CAT).await;
    let header = UploadHeader {
        company_handle: "c|2".into(),
        file_name: "cat.png".into(),
        ..Default::default()
    };
    let theirs = service.try_upload(header, CAT).await.unwrap().asset_handle;
    let (events, _) = service.export(convert(&[&ours, &theirs], "fmt=png")).await;
    assert_eq!(failures(&events), [(1, "ASSET_NOT_FOUND".to_owned())]);
}

/// O-42 and the bad-input list: 100,000 handles in one job.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_handles_in_one_job() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let unknown: Vec<String> = (1..100_000).map(|i| format!("a|{}", 1000 + i)).collect();
    let mut handles: Vec<&str> = unknown.iter().map(String::as_str).collect();
    // None of them can be exported: one violation each, cut to what a client accepts.
    let status = service.try_submit(request(orig(&handles))).await.unwrap_err();
    assert_eq!(refusal(&status).1, "ASSET_NOT_FOUND");
    handles.push(&cat);
    let job = service.submit(orig(&handles)).await;
    let stop = StopJobRequest { job_handle: job.clone(), ..Default::default() };
    service.jobs().stop_job(stop).await.unwrap();
    let events = service.watch(&job).await;
    check_events(&events);
    let (outcome, counts) = finished(&events);
    assert_eq!((outcome, counts.total), (JobOutcome::Stopped, 100_000));
    assert!(counts.cancelled > 90_000, "{counts:?}");
}

/// A profile that is not there is said once, before any asset is tried.
#[tokio::test]
async fn an_unknown_profile_is_refused_at_submit() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let job = convert(&[&cat], "fmt=tif&icc=sRBG");
    let status = service.try_submit(request(job)).await.unwrap_err();
    let (code, reason, fields) = refusal(&status);
    assert_eq!((code, reason.as_str()), (Code::InvalidArgument, "PROFILE_UNUSABLE"));
    assert_eq!(fields, ["export_job.is_modifier"]);
    assert!(status.message().contains("sRGB"), "did you mean: {status}");

    let known = service.submit(convert(&[&cat], "fmt=tif&icc=WebCoatedGrade3&iccEmbed=1")).await;
    service.watch(&known).await;
    assert_eq!(service.artifacts(&known).await[0].file_name, "cat.tiff");
}
