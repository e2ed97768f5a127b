//! Image formats: named modifier strings.

use crate::harness::*;
use offprint::proto::*;
use tonic::{Code, Status};

async fn list(service: &Service) -> Vec<ImageFormat> {
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = GetImageFormatsRequest { page_size: 3, page_token, ..Default::default() };
        let page = service.formats().get_image_formats(request).await.unwrap().into_inner();
        assert!(page.image_format_array.len() <= 3);
        all.extend(page.image_format_array);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return all;
        }
    }
}

async fn save(service: &Service, format: ImageFormat) -> Result<SaveImageFormatResponse, Status> {
    let request = SaveImageFormatRequest { image_format: Some(format), ..Default::default() };
    Ok(service.formats().save_image_format(request).await?.into_inner())
}

fn format(name: &str, text: &str) -> ImageFormat {
    ImageFormat { name: name.into(), url_modifier: text.into(), ..Default::default() }
}

/// The seeded presets of 03 §5.
#[tokio::test]
async fn a_new_server_has_the_shipped_presets_once() {
    let mut service = Service::start().await;
    let names = |formats: &[ImageFormat]| -> Vec<String> {
        formats.iter().map(|format| format.name.clone()).collect()
    };
    let shipped = list(&service).await;
    let expected = ["CrossSell", "Enlarge", "Large", "Main", "Original", "s7product", "Thumbnail"];
    assert_eq!(names(&shipped), expected);
    assert!(shipped.iter().all(|format| format.built_in));
    let delete = DeleteImageFormatRequest {
        image_format_handle: shipped[0].image_format_handle.clone(),
        ..Default::default()
    };
    service.formats().delete_image_format(delete.clone()).await.unwrap();
    let status = service.formats().delete_image_format(delete).await.unwrap_err();
    assert_eq!(refusal(&status).0, Code::NotFound);
    service.restart(async |_| {}).await;
    assert_eq!(names(&list(&service).await), expected[1..]);
}

/// 03 §8 vector 65.
#[tokio::test]
async fn v65_names_and_texts_are_checked() {
    let service = Service::start().await;
    service.save_format("test", "fmt=tif").await;
    let long = format!("fmt=png&.{}", "x".repeat(505));
    assert_eq!(long.len(), 514);
    for (bad, code, reason) in [
        (format("My Format", "fmt=png"), Code::InvalidArgument, "NAME_SYNTAX"),
        (format("long", &long), Code::InvalidArgument, "MODIFIER_TOO_LONG"),
        (format("TEST", "fmt=png"), Code::AlreadyExists, "NAME_TAKEN"),
        (format("q", "qlt=750"), Code::InvalidArgument, "VALUE_OUT_OF_RANGE"),
        (format("none", " "), Code::InvalidArgument, "MODIFIER_SYNTAX"),
    ] {
        let status = save(&service, bad).await.unwrap_err();
        let (got, why, _) = refusal(&status);
        assert_eq!((got, why.as_str()), (code, reason), "{status}");
    }
}

#[tokio::test]
async fn a_format_is_changed_by_its_handle_and_guarded_by_its_etag() {
    let service = Service::start().await;
    let first = service.save_format("web", "?&wid=400&fmt=jpeg\n").await;
    assert_eq!(first.url_modifier, "wid=400&fmt=jpeg");
    let changed = ImageFormat { url_modifier: "wid=500".into(), ..first.clone() };
    let answer = save(&service, changed.clone()).await.unwrap();
    assert_eq!(answer.image_format_handle, first.image_format_handle);
    let status = save(&service, changed).await.unwrap_err();
    assert_eq!(refusal(&status), (Code::Aborted, "ETAG_MISMATCH".into(), vec![]));
    let rename = SaveImageFormatRequest {
        image_format: Some(ImageFormat {
            image_format_handle: first.image_format_handle.clone(),
            ..format("web2", "")
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["name".into()] }),
        ..Default::default()
    };
    let answer = service.formats().save_image_format(rename).await.unwrap().into_inner();
    let renamed = answer.image_format.unwrap();
    assert_eq!((renamed.name.as_str(), renamed.url_modifier.as_str()), ("web2", "wid=500"));
}

/// Ruling 2: what the server will ignore is listed, and the preset is stored.
#[tokio::test]
async fn unknown_commands_of_a_saved_format_are_warnings() {
    let service = Service::start().await;
    let answer = save(&service, format("legacy", "wid=5&hie=6&cropPathE=a")).await.unwrap();
    assert_eq!(answer.warnings.len(), 2, "{:?}", answer.warnings);
    assert_eq!(answer.image_format.unwrap().url_modifier, "wid=5&hie=6&cropPathE=a");
}

#[tokio::test]
async fn a_modifier_can_be_resolved_without_exporting() {
    let service = Service::start().await;
    service.save_format("test", "fmt=tif").await;
    let resolve = ResolveModifierRequest {
        is_modifier: "&wid=300&fmt=png&ts=1&wid=200".into(),
        r#macro: "test".into(),
        ..Default::default()
    };
    let answer = service.formats().resolve_modifier(resolve.clone()).await.unwrap().into_inner();
    assert_eq!(answer.effective_request, "fmt=tif&wid=200");
    assert_eq!((answer.format.as_str(), answer.extension.as_str()), ("tif", ".tiff"));
    let warnings: Vec<String> = answer.warnings.iter().map(reason).collect();
    assert_eq!(warnings, ["UNKNOWN_COMMAND_IGNORED"]);
    assert!(answer.executable);
    assert_eq!(answer.predicted, None, "nobody said how large the source is");
    let wrong = ResolveModifierRequest { r#macro: "nope".into(), ..resolve };
    let status = service.formats().resolve_modifier(wrong).await.unwrap_err();
    assert_eq!(refusal(&status).2, ["macro"]);
}

fn place(source: ModifierSource, macro_name: &str, start: i32, end: i32) -> ModifierPlace {
    ModifierPlace { source: source as i32, macro_name: macro_name.into(), start, end }
}

#[tokio::test]
async fn a_resolved_modifier_tells_where_each_value_comes_from_and_what_comes_out() {
    let service = Service::start().await;
    service.save_format("test", "fmt=tif").await;
    let cat = service.upload("cat.png", CAT).await;
    let resolve = ResolveModifierRequest {
        asset_handle: cat,
        is_modifier: "wid=20&fmt=png".into(),
        r#macro: "test".into(),
        ..Default::default()
    };
    let answer = service.formats().resolve_modifier(resolve.clone()).await.unwrap().into_inner();
    let format = answer.settings.iter().find(|setting| setting.command == "fmt").unwrap();
    let wanted = ResolvedSetting {
        target: "comp".into(),
        command: "fmt".into(),
        value: "tif".into(),
        place: Some(place(ModifierSource::MacroDefinition, "test", 0, 7)),
        called_at: vec![place(ModifierSource::Macro, "", 0, 4)],
        overrode: vec![OverriddenSetting {
            value: "png".into(),
            place: Some(place(ModifierSource::IsModifier, "", 7, 14)),
            called_at: Vec::new(),
        }],
    };
    assert_eq!(*format, wanted);
    let filled = answer.settings.iter().find(|setting| setting.command == "resMode").unwrap();
    assert_eq!(filled.place, Some(place(ModifierSource::Default, "", 0, 0)));
    // cat.png has 451 x 300 pixels: 300 * 20 / 451 = 13.3
    let predicted = answer.predicted.unwrap();
    assert_eq!((predicted.width, predicted.height), (20, 13));
    assert_eq!(
        (predicted.file_name.as_str(), predicted.mime_type.as_str()),
        ("cat.tiff", "image/tiff")
    );

    let sized = ResolveModifierRequest {
        source_width: 1000,
        source_height: 500,
        source_file_name: "dog.psd".into(),
        ..resolve.clone()
    };
    let predicted =
        service.formats().resolve_modifier(sized).await.unwrap().into_inner().predicted.unwrap();
    assert_eq!((predicted.width, predicted.height), (20, 10));
    assert_eq!(predicted.file_name, "dog.tiff");

    let half = ResolveModifierRequest { source_width: 5, ..resolve };
    let status = service.formats().resolve_modifier(half).await.unwrap_err();
    assert_eq!(refusal(&status).2, ["source_height"]);
}

/// What is good Image Serving but not carried out yet is explained, not refused.
#[tokio::test]
async fn a_command_that_is_not_carried_out_is_resolved_and_marked() {
    let service = Service::start().await;
    let resolve = ResolveModifierRequest {
        is_modifier: "fmt=png&layer=1&text=Hi".into(),
        ..Default::default()
    };
    let answer = service.formats().resolve_modifier(resolve).await.unwrap().into_inner();
    assert!(!answer.executable);
    assert_eq!(answer.effective_request, "fmt=png&layer=1&text=Hi");
    let diagnostic = &answer.diagnostics[0];
    assert!(diagnostic.error);
    assert_eq!(diagnostic.reason, "UNIMPLEMENTED_COMMAND");
    assert_eq!(diagnostic.place, Some(place(ModifierSource::IsModifier, "", 8, 15)));
}

/// A job keeps the text that its macro had when it was submitted.
#[tokio::test]
async fn later_changes_of_a_format_do_not_touch_a_job() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let cat = service.upload("cat.png", CAT).await;
    let web = service.save_format("web", "wid=40&fmt=png").await;
    let mut job = convert(&[&cat], "");
    job.r#macro = "web".into();
    let job = service.submit(job).await;
    save(&service, ImageFormat { url_modifier: "wid=50&fmt=jpeg".into(), ..web }).await.unwrap();
    service.watch(&job).await;
    assert_eq!(service.artifacts(&job).await[0].file_name, "cat.png");
}

#[tokio::test]
async fn capabilities_tell_what_is_read_and_written() {
    let service = Service::start().await;
    let mut formats = service.formats();
    let answer = formats.get_capabilities(GetCapabilitiesRequest::default()).await.unwrap();
    let answer = answer.into_inner();
    let source = |name: &str| answer.source_formats.iter().find(|f| f.name == name).unwrap();
    assert!(source("jpeg").readable && !source("jpeg").own_process);
    assert!(source("avif").own_process && !source("heic").readable);
    assert!(source("heic").remark.contains("licence"));
    let output = |word: &str| answer.output_formats.iter().find(|f| f.keyword == word).unwrap();
    let png = output("png-alpha");
    assert!(png.written && png.alpha && png.extension == ".png" && png.pixel_types[0] == "rgb");
    assert_eq!(output("tif").compressions[..3], ["none", "lzw", "zip"]);
    assert!(!output("heic").written);
    assert_eq!(output("heic").refused[0].value, "fmt=heic");
    assert!(answer.convertible_types.contains(&AssetType::Image.into()));
    assert!(!answer.convertible_types.contains(&AssetType::Font.into()));
    assert_eq!(answer.limits.unwrap().max_input_pixels, 1_000_000_000);
    let other = GetCapabilitiesRequest { company_handle: "c|9".into() };
    assert!(formats.get_capabilities(other).await.is_err());
}

/// Formats whose decoders run in processes of their own, through the whole service.
#[tokio::test]
async fn drawings_and_avif_are_converted_like_any_picture() {
    let service = Service::start().await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'>\
        <rect width='20' height='20' fill='red'/></svg>";
    let avif = include_bytes!("../golden/avif/420.avif");
    let drawing = service.upload("logo.svg", svg).await;
    let photo = service.upload("photo.avif", avif).await;
    let job = convert(&[&drawing, &photo], "wid=10&fmt=png-alpha");
    let (events, outputs) = service.export(job).await;
    assert_eq!(failures(&events), []);
    let names: Vec<&str> = outputs.iter().map(|(file, _)| file.file_name.as_str()).collect();
    assert_eq!(names, ["logo.png", "photo.png"]);
    let picture = image::load_from_memory(&outputs[0].1).unwrap().to_rgba8();
    assert_eq!(picture.dimensions(), (10, 5));
    assert_eq!((picture[(0, 2)].0, picture[(9, 2)].0[3]), ([255, 0, 0, 255], 0));
}
