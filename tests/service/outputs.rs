//! Archives, manifests, names, folders and renditions (03 §4.3, §4.4).

use crate::harness::*;
use crate::zip::entries;
use offprint::proto::watch_job_response::Event;
use offprint::proto::*;
use serde_json::Value;
use tonic::Code;

fn with(options: ExportOptions, job: ExportJob) -> ExportJob {
    ExportJob { options: Some(options), ..job }
}

fn zip() -> ExportOptions {
    ExportOptions { package_mode: PackageMode::Zip.into(), ..Default::default() }
}

fn names(outputs: &[(Artifact, Vec<u8>)]) -> Vec<&str> {
    outputs.iter().map(|(artifact, _)| artifact.file_name.as_str()).collect()
}

async fn put(service: &Service, folder: &str, file_name: &str, bytes: &[u8]) -> String {
    let header = UploadHeader {
        dest_folder: folder.into(),
        file_name: file_name.into(),
        ..Default::default()
    };
    service.try_upload(header, bytes).await.unwrap().asset_handle
}

fn size(bytes: &[u8]) -> (u32, u32) {
    let picture = image::load_from_memory(bytes).unwrap();
    (picture.width(), picture.height())
}

#[tokio::test]
async fn one_archive_in_the_order_of_the_request_with_its_manifest() {
    let service = Service::start().await;
    let first = service.upload("zebra.png", &png(40, 20, [1, 2, 3])).await;
    let broken = service.upload("broken.png", &png(40, 20, [1, 2, 3])[..60]).await;
    let second = service.upload("ant.png", &png(20, 10, [9, 8, 7])).await;
    let handles = [first.as_str(), &broken, &second];
    // unset is ZIP, with a manifest
    let job = with(ExportOptions::default(), convert(&handles, "wid=10&fmt=png"));
    let job = service.submit(job).await;
    let events = service.watch(&job).await;
    check_events(&events);
    let ready: Vec<usize> = (0..events.len())
        .filter(|at| matches!(events[*at].event, Some(Event::ArtifactReady(_))))
        .collect();
    assert_eq!(ready, [events.len() - 2], "after all assets, before the end");
    let (outcome, counts) = finished(&events);
    assert_eq!(outcome, JobOutcome::CompletedWithErrors);
    assert_eq!((counts.transfer_success, counts.success, counts.error), (1, 2, 1));

    let artifacts = service.artifacts(&job).await;
    assert_eq!(artifacts.len(), 1);
    let artifact = &artifacts[0];
    assert!(artifact.file_name.starts_with("export_") && artifact.file_name.ends_with(".zip"));
    assert_eq!((artifact.mime_type.as_str(), artifact.part), ("application/zip", 1));
    assert!(artifact.expire_time.is_some());
    let archive = service.download(&job, artifact).await;
    let found = entries(&archive);
    let listed: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(listed, ["zebra.png", "ant.png", "manifest.json"]);
    assert_eq!(size(&found[0].1), (10, 5));
    let manifest: Value = serde_json::from_slice(&found[2].1).unwrap();
    assert_eq!(manifest["total"], 3);
    let assets = manifest["assets"].as_array().unwrap();
    assert_eq!(assets.len(), 3);
    assert_eq!(assets[0]["source_name"], "zebra.png");
    assert_eq!(assets[0]["outputs"][0]["name"], "zebra.png");
    assert_eq!(assets[0]["outputs"][0]["width"], 10);
    assert_eq!(assets[0]["outputs"][0]["bytes"], found[0].1.len());
    assert!(assets[0]["outputs"][0]["effective_request"].as_str().unwrap().contains("wid=10"));
    assert_eq!(
        (&assets[1]["status"], &assets[1]["error"]["reason"]),
        (&"failed".into(), &"DECODE_FAILED".into())
    );
    // what was packed is not kept twice
    assert_eq!(
        service.files().iter().filter(|path| path.to_string_lossy().contains("outputs")).count(),
        1
    );
}

/// 03 §8 vector 42.
#[tokio::test]
async fn v42_archives_are_divided_and_a_large_entry_has_its_own_part() {
    let service = Service::with(|config| config.jobs.archive_part_bytes = 20_000).await;
    let mut handles = Vec::new();
    for (number, side) in [(1, 30), (2, 30), (3, 30), (4, 120)] {
        let noise: Vec<u8> = (0..side * side * 3)
            .map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        let picture = image::RgbImage::from_raw(side, side, noise).unwrap();
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Bmp).unwrap();
        handles.push(service.upload(&format!("{number}.bmp"), &bytes.into_inner()).await);
    }
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    let options = ExportOptions { include_manifest: Some(false), ..zip() };
    let job = service.submit(with(options, convert(&handles, "fmt=png"))).await;
    let events = service.watch(&job).await;
    let parts = service.artifacts(&job).await;
    assert!(parts.len() >= 2, "{parts:?}");
    let mut all = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        assert_eq!(part.part as usize, number + 1);
        let bytes = service.download(&job, part).await;
        let found = entries(&bytes);
        assert!(bytes.len() <= 20_000 || found.len() == 1);
        all.extend(found.into_iter().map(|(name, _)| name));
    }
    assert_eq!(all, ["1.png", "2.png", "3.png", "4.png"]);
    assert_eq!(warnings(&events).1, ["PART_OVERSIZE"]);
    let counts = finished(&events).1;
    assert_eq!((counts.transfer_success as usize, counts.transfer_warning), (parts.len(), 1));
    let ready = events.iter().filter(|e| matches!(e.event, Some(Event::ArtifactReady(_)))).count();
    assert_eq!(ready, parts.len());
}

/// A crash between the end of the job and the removal of what is packed.
#[tokio::test]
async fn outputs_that_a_crash_left_beside_their_archive_are_removed() {
    let mut service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(with(zip(), orig(&[&cat]))).await;
    service.watch(&job).await;
    let left = service.data().join("outputs/1/0/1");
    std::fs::create_dir_all(left.parent().unwrap()).unwrap();
    std::fs::write(&left, b"left").unwrap();
    service.restart(async |_| {}).await;
    for _ in 0..100 {
        if !left.exists() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(!left.exists());
    assert_eq!(service.artifacts(&job).await.len(), 1);
}

#[tokio::test]
async fn without_a_success_there_is_no_archive() {
    let service = Service::start().await;
    let broken = service.upload("broken.png", &png(40, 20, [1, 2, 3])[..60]).await;
    let job = service.submit(with(zip(), convert(&[&broken], "fmt=png"))).await;
    let events = service.watch(&job).await;
    assert_eq!(finished(&events).0, JobOutcome::CompletedWithErrors);
    assert!(service.artifacts(&job).await.is_empty());
}

#[tokio::test]
async fn a_manifest_can_stand_beside_single_files() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let options = ExportOptions { include_manifest: Some(true), ..files().unwrap() };
    let (_, outputs) = service.export(with(options, orig(&[&cat]))).await;
    assert_eq!(names(&outputs), ["cat.png", "manifest.json"]);
    let manifest: Value = serde_json::from_slice(&outputs[1].1).unwrap();
    assert_eq!(manifest["assets"][0]["outputs"][0]["bytes"], CAT.len());
    assert_eq!(
        (&manifest["fmt"], &manifest["assets"][0]["status"]),
        (&"orig".into(), &"done".into())
    );
}

/// 03 §8 vectors 38 and 39; the root of our library has no name.
#[tokio::test]
async fn v38_v39_folders_of_the_library_are_kept_when_asked() {
    let service = Service::start().await;
    let small = put(&service, "x/", "logo.png", &png(4, 4, [1, 1, 1])).await;
    let big = put(&service, "", "LOGO.png", &png(4, 4, [2, 2, 2])).await;
    let job = orig(&[&small, &big]);
    let (_, outputs) = service.export(job.clone()).await;
    assert_eq!(names(&outputs), ["logo.png", "LOGO-1.png"]);
    let layout = |layout: ExportLayout| ExportOptions { layout: layout.into(), ..files().unwrap() };
    let kept = with(layout(ExportLayout::PreserveFolders), job.clone());
    assert_eq!(names(&service.export(kept).await.1), ["x/logo.png", "LOGO.png"]);
    let own = with(layout(ExportLayout::FolderPerAsset), job.clone());
    let (_, outputs) = service.export(own).await;
    assert_eq!(names(&outputs), ["logo/logo.png", "LOGO-1/LOGO.png"]);
    let archive = ExportOptions { layout: ExportLayout::PreserveFolders.into(), ..zip() };
    let (_, outputs) = service.export(with(archive, job)).await;
    let listed: Vec<String> = entries(&outputs[0].1).into_iter().map(|(name, _)| name).collect();
    assert_eq!(listed, ["x/logo.png", "LOGO.png", "manifest.json"]);
}

/// 03 §8 vector 41, and the other tokens.
#[tokio::test]
async fn v41_names_follow_the_template() {
    let service = Service::start().await;
    service.save_format("web", "wid=20&fmt=jpeg").await;
    let file = service.upload("fileToExport.png", &png(40, 20, [5, 5, 5])).await;
    for (template, expected) in [
        ("{stem}_small", "fileToExport_small.jpg"),
        ("{macro}/{index}-{width}x{height}", "web1-20x10.jpg"),
        ("{name}.{ext}", "fileToExport.jpg"),
        ("{job}_{page}{rendition}", "export_.jpg"),
    ] {
        let options = ExportOptions { name_template: template.into(), ..files().unwrap() };
        let job = ExportJob { r#macro: "web".into(), ..convert(&[&file], "") };
        let (_, outputs) = service.export(with(options, job)).await;
        assert_eq!(names(&outputs), [expected], "{template}");
    }
    let options = ExportOptions { name_template: "{size}".into(), ..files().unwrap() };
    let wrong = service.try_submit(request(with(options, convert(&[&file], "fmt=png")))).await;
    let (code, reason, fields) = refusal(&wrong.unwrap_err());
    assert_eq!((code, reason.as_str()), (Code::InvalidArgument, "NAME_TEMPLATE_SYNTAX"));
    assert_eq!(fields, ["export_job.options.name_template"]);
}

fn rendition(name: &str, is_modifier: &str) -> Rendition {
    Rendition { name: name.into(), is_modifier: is_modifier.into(), ..Default::default() }
}

#[tokio::test]
async fn one_asset_gives_all_its_renditions() {
    let service = Service::start().await;
    service.save_format("tiny", "wid=5&fmt=gif").await;
    let chair = service.upload("chair.png", &png(40, 20, [50, 60, 70])).await;
    let broken = service.upload("broken.png", &png(40, 20, [1, 2, 3])[..60]).await;
    let mut job = convert(&[&chair, &broken], "");
    job.renditions = vec![
        rendition("small", "wid=10&fmt=png"),
        Rendition { name: "tiny".into(), r#macro: "tiny".into(), ..Default::default() },
    ];
    let (events, outputs) = service.export(job.clone()).await;
    assert_eq!(names(&outputs), ["chair_small.png", "chair_tiny.gif"]);
    assert_eq!((size(&outputs[0].1), size(&outputs[1].1)), ((10, 5), (5, 3)));
    assert_eq!(failures(&events), [(1, "DECODE_FAILED".to_owned())]);
    let counts = finished(&events).1;
    assert_eq!((counts.total, counts.success, counts.error), (2, 1, 1));
    let done: Vec<&AssetCompleted> = events
        .iter()
        .filter_map(|e| match &e.event {
            Some(Event::AssetCompleted(done)) => Some(done),
            _ => None,
        })
        .collect();
    assert_eq!((done.len(), done[0].files.len()), (1, 2));

    // with commands of the job's own there is one more; each is what it is alone
    job.asset_handle_array = Some(HandleArray { items: vec![chair.clone()] });
    job.is_modifier = "wid=20&fmt=png".into();
    let (_, outputs) = service.export(job.clone()).await;
    assert_eq!(names(&outputs), ["chair.png", "chair_small.png", "chair_tiny.gif"]);
    let (_, alone) = service.export(convert(&[&chair], "wid=10&fmt=png")).await;
    assert_eq!(alone[0].1, outputs[1].1);
    let options = ExportOptions { name_template: "{rendition}-{stem}".into(), ..files().unwrap() };
    let (_, outputs) = service.export(with(options, job)).await;
    assert_eq!(names(&outputs), ["-chair.png", "small-chair.png", "tiny-chair.gif"]);
}

/// The second rendition is too large: nothing of the first one stays on the disk.
#[tokio::test]
async fn a_rendition_that_fails_takes_the_others_with_it() {
    let service = Service::with(|config| config.limits.max_output_pixels = 5_000).await;
    let chair = service.upload("chair.png", &png(40, 20, [50, 60, 70])).await;
    let mut job = convert(&[&chair], "");
    job.renditions =
        vec![rendition("small", "wid=10&fmt=png"), rendition("big", "wid=400&fit=fit,1&fmt=png")];
    let (events, outputs) = service.export(job).await;
    assert_eq!(failures(&events), [(0, "OUTPUT_TOO_LARGE".to_owned())]);
    assert!(format!("{events:?}").contains("rendition \\\"big\\\": "), "{events:?}");
    assert!(outputs.is_empty());
    assert!(!service.files().iter().any(|path| path.to_string_lossy().contains("outputs")));
}

#[tokio::test]
async fn renditions_are_checked_at_submit() {
    let service = Service::start().await;
    let chair = service.upload("chair.png", &png(40, 20, [50, 60, 70])).await;
    let mut job = convert(&[&chair], "");
    job.renditions = vec![
        rendition("a b", "fmt=png"),
        rendition("x", "wdi=5"),
        rendition("X", "fmt=png"),
        rendition("y", ""),
    ];
    let status = service.try_submit(request(job)).await.unwrap_err();
    let (code, _, mut fields) = refusal(&status);
    fields.sort();
    assert_eq!(code, Code::InvalidArgument, "{status}");
    let expected = [
        "export_job.renditions[0].name",
        "export_job.renditions[1].is_modifier",
        "export_job.renditions[2].name",
        "export_job.renditions[3].is_modifier",
        "export_job.renditions[3].macro",
    ];
    assert_eq!(fields, expected);
}

/// 03 §8 vector 62.
#[tokio::test]
async fn v62_artifacts_expire() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let job = service.submit(orig(&[&cat])).await;
    service.watch(&job).await;
    let artifact = service.artifacts(&job).await.remove(0);
    service.download(&job, &artifact).await;
    let later = artifact.expire_time.unwrap().seconds * 1000 + 1000;
    service.jobs_core().clean_up(later).await.unwrap();
    assert!(service.artifacts(&job).await.is_empty());
    let status = service.download_from(&job, &artifact.artifact_id, 0).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert_eq!(refusal(&status).1, "ARTIFACT_EXPIRED");
    // the log stays
    assert_eq!(finished(&service.watch(&job).await).0, JobOutcome::Succeeded);
    let years = later + 100 * 24 * 3_600_000;
    service.jobs_core().clean_up(years).await.unwrap();
    let gone = service.watch_after(&job, 0).await.unwrap_err();
    assert_eq!(refusal(&gone).1, "JOB_NOT_FOUND");
}
