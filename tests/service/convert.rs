//! Exports: the documented example, names, warnings, and files that are
//! broken: each fails alone.

use crate::harness::*;
use image::GenericImageView as _;
use offprint::proto::*;

fn open(bytes: &[u8]) -> image::DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

/// 03 §8 vectors 1 and 5; O-39: `fileToExport.jpg`, `&fmt=png` and a macro with
/// `fmt=tif` give `fileToExport.tiff`.
#[tokio::test]
async fn v1_the_macro_wins_on_the_format() {
    let service = Service::start().await;
    let photo = service.upload("fileToExport.jpg", HUBBLE).await;
    service.save_format("test", "fmt=tif").await;
    let mut effective = Vec::new();
    for name in ["$test$", "test", "$TEST$"] {
        let mut job = convert(&[&photo], "&fmt=png");
        job.r#macro = name.into();
        let (events, outputs) = service.export(job).await;
        let (outcome, counts) = finished(&events);
        assert_eq!(outcome, JobOutcome::Succeeded);
        assert_eq!((counts.total, counts.success), (1, 1));
        let (artifact, bytes) = &outputs[0];
        assert_eq!(artifact.file_name, "fileToExport.tiff");
        assert_eq!(artifact.mime_type, "image/tiff");
        assert!(bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*"));
        assert_eq!(open(bytes).dimensions(), (1000, 872));
        for event in events {
            if let Some(watch_job_response::Event::AssetStarted(started)) = event.event {
                effective.push(started.effective_request);
            }
        }
    }
    assert_eq!(effective, ["fmt=tif", "fmt=tif", "fmt=tif"]);
}

/// 03 §8 vectors 6, 7, 8, 16, 17.
#[tokio::test]
async fn macro_and_modifier_of_the_vectors() {
    let service = Service::start().await;
    let photo = service.upload("fileToExport.jpg", HUBBLE).await;
    service.save_format("web", "wid=400&fmt=jpeg&qlt=80").await;
    service.save_format("usm", "op_usm=1,1,5,0").await;
    for (vector, modifier, name, file, width, job_warnings) in [
        ("3", "fmt=png", "", "fileToExport.png", 1000, vec![]),
        ("6", "wid=100&fmt=png", "web", "fileToExport.jpg", 400, vec![]),
        ("7", "wid=100&fmt=png", "usm", "fileToExport.png", 100, vec![]),
        ("8", "", "usm", "fileToExport.jpg", 1000, vec!["FMT_DEFAULTED"]),
        ("16", "$web$&wid=50", "", "fileToExport.jpg", 50, vec![]),
        ("17", "fmt=png&amp;wid=90", "", "fileToExport.png", 90, vec!["XML_ENTITY_DECODED"]),
    ] {
        let mut job = convert(&[&photo], modifier);
        job.r#macro = name.into();
        let (events, outputs) = service.export(job).await;
        assert_eq!(outputs[0].0.file_name, file, "vector {vector}");
        assert_eq!(open(&outputs[0].1).width(), width, "vector {vector}");
        assert_eq!(warnings(&events).1, job_warnings, "vector {vector}");
        let clean = if job_warnings.is_empty() {
            JobOutcome::Succeeded
        } else {
            JobOutcome::SucceededWithWarnings
        };
        assert_eq!(finished(&events).0, clean, "vector {vector}");
    }
}

/// A request of names that are ignored is a conversion to the default format.
#[tokio::test]
async fn only_ignored_names_give_the_default_format() {
    let service = Service::start().await;
    let photo = service.upload("photo.png", CAT).await;
    let (events, outputs) = service.export(convert(&[&photo], "ts=1727010840630")).await;
    assert_eq!(warnings(&events).1, ["UNKNOWN_COMMAND_IGNORED", "FMT_DEFAULTED"]);
    assert_eq!(outputs[0].0.file_name, "photo.jpg");
    assert_eq!(open(&outputs[0].1).dimensions(), (451, 300));
}

/// 03 §8 vector 4 and ruling 16.
#[tokio::test]
async fn v4_spellings_of_one_request_give_the_same_bytes() {
    let service = Service::start().await;
    let photo = service.upload("fileToExport.jpg", HUBBLE).await;
    let mut outputs = Vec::new();
    for modifier in ["wid=300&fmt=png", "?&fmt=png&wid=300&", "WID=300&&FMT=png"] {
        let (_, mut files) = service.export(convert(&[&photo], modifier)).await;
        outputs.push(files.remove(0).1);
    }
    assert!(outputs[0] == outputs[1] && outputs[1] == outputs[2]);
}

/// 03 §8 vectors 2 and 11.
#[tokio::test]
async fn v2_originals_are_exported_byte_for_byte() {
    let service = Service::start().await;
    let photo = service.upload("fileToExport.jpg", HUBBLE).await;
    let mut job = orig(&[&photo]);
    job.is_modifier = "fmt=png".into();
    job.r#macro = "nope".into();
    let (events, outputs) = service.export(job).await;
    assert_eq!(warnings(&events).1, ["MODIFIER_IGNORED_FOR_ORIG"]);
    assert_eq!(outputs[0].0.file_name, "fileToExport.jpg");
    assert!(outputs[0].1 == HUBBLE);
}

/// 03 §8 vectors 26, 28, 29, 30 and 35, O-47: what is broken fails alone.
#[tokio::test]
async fn each_bad_asset_fails_alone() {
    let service = Service::start().await;
    let good = service.upload("good.jpg", HUBBLE).await;
    let empty = service.upload("empty.jpg", b"").await;
    let text = service.upload("text.jpg", b"this is not a picture").await;
    let cut = service.upload("cut.jpg", &HUBBLE[..HUBBLE.len() * 6 / 10]).await;
    let bomb = service.upload("bomb.png", &huge_png()).await;
    let set = service.register("set", AssetType::ImageSet).await;
    let template = service.register("banner", AssetType::Template).await;
    let handles = [&good, &empty, &text, &cut, &bomb, &set, &template, "a|999"];
    let (events, outputs) = service.export(convert(&handles, "wid=100&fmt=png")).await;
    let expected = [
        (1, "DECODE_FAILED"),
        (2, "DECODE_FAILED"),
        (3, "DECODE_FAILED"),
        (4, "INPUT_TOO_LARGE"),
        (5, "UNSUPPORTED_ASSET_TYPE"),
        (6, "UNSUPPORTED_ASSET_TYPE"),
        (7, "ASSET_NOT_FOUND"),
    ];
    assert_eq!(failures(&events), expected.map(|(i, reason)| (i, reason.to_owned())));
    let (outcome, counts) = finished(&events);
    assert_eq!(outcome, JobOutcome::CompletedWithErrors);
    assert_eq!((counts.success, counts.error), (1, 7));
    assert_eq!(outputs.len(), 1, "what failed has no output");
    assert_eq!(outputs[0].0.file_name, "good.png");
    // The originals of the five files, and one output.
    assert_eq!(service.files().len(), 5 + 1, "{:?}", service.files());

    let (events, _) = service.export(orig(&[&template, &good])).await;
    assert_eq!(failures(&events), [(0, "NO_ORIGINAL".to_owned())]);
}

/// O-32: a PNG of 74 bytes that declares 100,000 x 100,000 pixels. 74 = 8
/// signature + 25 IHDR + 29 IDAT + 12 IEND.
fn huge_png() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend_from_slice(&100_000u32.to_be_bytes());
    header.extend_from_slice(&100_000u32.to_be_bytes());
    header.extend_from_slice(&[8, 2, 0, 0, 0]);
    for (kind, data) in [(b"IHDR", header), (b"IDAT", vec![0x78; 17]), (b"IEND", vec![])] {
        png.extend_from_slice(&(data.len() as u32).to_be_bytes());
        let mut body = kind.to_vec();
        body.extend_from_slice(&data);
        png.extend_from_slice(&body);
        png.extend_from_slice(&crc32(&body).to_be_bytes());
    }
    assert_eq!(png.len(), 74);
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

/// 03 §8 vectors 28 and 29, ruling 10.
#[tokio::test]
async fn v28_what_cannot_be_converted_is_exported_as_original() {
    let service = Service::start().await;
    let photo = service.upload("photo.jpg", HUBBLE).await;
    let header = UploadHeader {
        file_name: "f.ttf".into(),
        asset_type: AssetType::Font.into(),
        ..Default::default()
    };
    let font = service.try_upload(header, b"a font").await.unwrap().asset_handle;
    let mut job = convert(&[&photo, &font], "wid=100&fmt=png");
    let (events, outputs) = service.export(job.clone()).await;
    assert_eq!(warnings(&events).0, ["EXPORTED_AS_ORIGINAL"]);
    assert_eq!(finished(&events).0, JobOutcome::SucceededWithWarnings);
    assert_eq!(finished(&events).1.warning, 1);
    assert_eq!(
        (outputs[1].0.file_name.as_str(), outputs[1].1.as_slice()),
        ("f.ttf", &b"a font"[..])
    );

    job.options = Some(ExportOptions { skip_non_convertible: true, ..files().unwrap() });
    let (events, _) = service.export(job).await;
    assert_eq!(failures(&events), [(1, "UNSUPPORTED_ASSET_TYPE".to_owned())]);
}

/// 03 §8 vectors 25, 38 and 40.
#[tokio::test]
async fn v38_names_that_are_taken_are_numbered_in_the_order_of_the_request() {
    let service = Service::start().await;
    let mut handles = Vec::new();
    for (folder, name) in [("a", "logo.png"), ("b", "LOGO.png"), ("c", "logo.jpg")] {
        let header = UploadHeader {
            dest_folder: folder.into(),
            file_name: name.into(),
            ..Default::default()
        };
        handles.push(service.try_upload(header, CAT).await.unwrap().asset_handle);
    }
    let all = [handles[0].as_str(), &handles[1], &handles[2], &handles[0]];
    let mut job = convert(&all, "wid=20&fmt=png");
    let (events, outputs) = service.export(job.clone()).await;
    let names: Vec<&str> = outputs.iter().map(|(a, _)| a.file_name.as_str()).collect();
    assert_eq!(names, ["logo.png", "LOGO-1.png", "logo-2.png"]);
    assert_eq!(warnings(&events).1, ["DUPLICATE_HANDLE"]);
    let counts = finished(&events).1;
    assert_eq!((counts.total, counts.duplicate), (3, 1));

    job.options =
        Some(ExportOptions { collision_policy: CollisionPolicy::Fail.into(), ..files().unwrap() });
    let (events, outputs) = service.export(job).await;
    let taken = "NAME_COLLISION".to_owned();
    assert_eq!(failures(&events), [(1, taken.clone()), (2, taken)]);
    assert_eq!(outputs.len(), 1);
}

/// O-35: a handle is bytes, and a `%` in a name is a letter.
#[tokio::test]
async fn names_with_percent_signs_stay_apart() {
    let service = Service::start().await;
    let mut handles = Vec::new();
    for name in ["a%20b.jpg", "a b.jpg", "100%.jpg"] {
        handles.push(service.upload(name, HUBBLE).await);
    }
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    let (_, outputs) = service.export(orig(&handles)).await;
    let names: Vec<&str> = outputs.iter().map(|(a, _)| a.file_name.as_str()).collect();
    assert_eq!(names, ["a%20b.jpg", "a b.jpg", "100%.jpg"]);
    let (_, outputs) = service.export(convert(&handles, "wid=9&fmt=png")).await;
    let names: Vec<&str> = outputs.iter().map(|(a, _)| a.file_name.as_str()).collect();
    assert_eq!(names, ["a20b.png", "a b.png", "100.png"]);
}

/// O-12 and O-23: what a person would wonder about is said.
#[tokio::test]
async fn surprises_are_warnings_of_the_asset() {
    let service = Service::start().await;
    let mut half = image::RgbaImage::from_pixel(60, 60, image::Rgba([200, 10, 10, 255]));
    half.put_pixel(30, 30, image::Rgba([200, 10, 10, 0]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    half.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    let logo = service.upload("logo.png", &bytes.into_inner()).await;
    let (events, _) = service.export(convert(&[&logo], "wid=50&fmt=png")).await;
    assert_eq!(warnings(&events).0, ["ALPHA_REMOVED"]);
    let (events, outputs) = service.export(convert(&[&logo], "wid=50&fmt=png-alpha")).await;
    assert_eq!(warnings(&events).0, Vec::<String>::new());
    assert!(open(&outputs[0].1).color().has_alpha());
    let renamed = service.upload("photo.png", HUBBLE).await;
    let (events, _) = service.export(convert(&[&renamed], "wid=50&fmt=png")).await;
    assert_eq!(warnings(&events).0, ["CONTENT_EXTENSION_MISMATCH"]);
}

/// 03 §8 vector 34.
#[tokio::test]
async fn v34_too_many_pixels_fail_alone_before_decoding() {
    let service = Service::with(|config| config.limits.max_output_pixels = 300_000).await;
    let large = service.upload("large.jpg", HUBBLE).await;
    let small = service.upload("small.png", CAT).await;
    let (events, _) = service.export(convert(&[&large, &small], "scl=1&fmt=png")).await;
    assert_eq!(failures(&events), [(0, "OUTPUT_TOO_LARGE".to_owned())]);
    let failed = events.iter().find_map(|event| match &event.event {
        Some(watch_job_response::Event::AssetFailed(failed)) => failed.error.clone(),
        _ => None,
    });
    assert!(failed.unwrap().message.contains("limits.max_output_pixels"));
    let (events, _) = service.export(orig(&[&large])).await;
    assert_eq!(failures(&events), []);
}

/// The colour of the padding and the place of the picture, seen in the output.
#[tokio::test]
async fn padding_has_the_colour_of_bgc() {
    let service = Service::start().await;
    let red = service.upload("red.png", &png(40, 20, [200, 10, 10])).await;
    let modifier = "wid=40&hei=40&bgc=0,0,255&fmt=png&align=0,-1";
    let (_, outputs) = service.export(convert(&[&red], modifier)).await;
    let picture = open(&outputs[0].1).to_rgb8();
    assert_eq!(picture.dimensions(), (40, 40));
    assert_eq!(picture.get_pixel(0, 0).0, [200, 10, 10]);
    assert_eq!(picture.get_pixel(39, 19).0, [200, 10, 10]);
    assert_eq!(picture.get_pixel(0, 20).0, [0, 0, 255]);
    assert_eq!(picture.get_pixel(39, 39).0, [0, 0, 255]);
}
