//! Modifiers and fields that assets have of their own.

use crate::harness::*;
use offprint::proto::watch_job_response::Event;
use offprint::proto::*;
use prost_types::FieldMask;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

fn mask(paths: &[&str]) -> Option<FieldMask> {
    Some(FieldMask { paths: paths.iter().map(|path| path.to_string()).collect() })
}

async fn try_set(
    service: &Service,
    request: SetUrlModifierRequest,
) -> Result<SetUrlModifierResponse, Status> {
    Ok(service.assets().set_url_modifier(request).await?.into_inner())
}

/// Sets what is not empty.
fn own(handle: &str, modifier: &str, post_modifier: &str) -> SetUrlModifierRequest {
    SetUrlModifierRequest {
        asset_handle: handle.into(),
        url_modifier: modifier.into(),
        url_post_apply_modifier: post_modifier.into(),
        ..Default::default()
    }
}

pub async fn set(service: &Service, handle: &str, modifier: &str, post_modifier: &str) {
    try_set(service, own(handle, modifier, post_modifier)).await.unwrap();
}

async fn read(service: &Service, handle: &str) -> Asset {
    let request =
        GetAssetsRequest { asset_handle_array: vec![handle.into()], ..Default::default() };
    service.assets().get_assets(request).await.unwrap().into_inner().asset_array.remove(0)
}

pub async fn try_fields(
    service: &Service,
    request: SetImageFieldsRequest,
) -> Result<Asset, Status> {
    Ok(service.assets().set_image_fields(request).await?.into_inner().asset.unwrap())
}

/// The commands of the assets as `AssetStarted` tells them, by index.
fn effective(events: &[WatchJobResponse]) -> Vec<String> {
    let mut found = Vec::new();
    for event in events {
        if let Some(Event::AssetStarted(started)) = &event.event {
            let index = started.asset.as_ref().unwrap().index;
            found.push((index, started.effective_request.clone()));
        }
    }
    found.sort();
    found.into_iter().map(|(_, text)| text).collect()
}

fn width(bytes: &[u8]) -> u32 {
    image::load_from_memory(bytes).unwrap().width()
}

fn commands(text: &str) -> Vec<&str> {
    let mut commands: Vec<&str> = text.split('&').collect();
    commands.sort();
    commands
}

#[tokio::test]
async fn v_01_a23_the_post_modifier_wins_over_the_request_and_that_over_the_modifier() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let plain = service.upload("plain.png", CAT).await;
    set(&service, &cat, "qlt=70&op_sharpen=1", "qlt=95").await;
    let (events, outputs) = service.export(convert(&[&cat, &plain], "fmt=jpeg&qlt=90")).await;
    let effective = effective(&events);
    assert_eq!(commands(&effective[0]), ["fmt=jpeg", "op_sharpen=1", "qlt=95,0"]);
    assert_eq!(commands(&effective[1]), ["fmt=jpeg", "qlt=90,0"]);

    // The same as a request that says it all.
    let all = convert(&[&plain], "fmt=jpeg&qlt=95&op_sharpen=1");
    let (_, expected) = service.export(all).await;
    assert!(outputs[0].1 == expected[0].1);
    assert!(outputs[1].1 != expected[0].1);
}

#[tokio::test]
async fn v_01_a24_a_macro_of_the_request_wins_over_the_modifier() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    service.save_format("view", "wid=240&qlt=80").await;
    set(&service, &cat, "wid=300", "").await;
    let (_, outputs) = service.export(convert(&[&cat], "$view$&fmt=jpeg")).await;
    assert_eq!(width(&outputs[0].1), 240);
    let mut job = convert(&[&cat], "fmt=jpeg");
    job.r#macro = "view".into();
    let (_, outputs) = service.export(job).await;
    assert_eq!(width(&outputs[0].1), 240);
    let (_, outputs) = service.export(convert(&[&cat], "fmt=jpeg")).await;
    assert_eq!(width(&outputs[0].1), 300, "a modifier holds where the request says nothing");
}

/// 03 R1: "The asset's post-modifier may even override the macro's fmt; the
/// output extension follows the effective fmt."
#[tokio::test]
async fn r1_the_extension_follows_the_post_modifiers_format() {
    let service = Service::start().await;
    let own_format = service.upload("fileToExport.jpg", HUBBLE).await;
    let other = service.upload("other.jpg", HUBBLE).await;
    let twin = service.upload("fileToExport.png", CAT).await;
    service.save_format("test", "fmt=tif&wid=50").await;
    set(&service, &own_format, "", "fmt=png").await;
    set(&service, &twin, "", "fmt=png").await;
    let mut job = convert(&[&own_format, &other, &twin], "&fmt=gif");
    job.r#macro = "$test$".into();
    let (_, outputs) = service.export(job).await;
    let found: Vec<_> =
        outputs.iter().map(|(a, _)| (a.file_name.as_str(), a.mime_type.as_str())).collect();
    assert_eq!(
        found,
        [
            ("fileToExport.png", "image/png"),
            ("other.tiff", "image/tiff"),
            ("fileToExport-1.png", "image/png"),
        ]
    );
    assert!(outputs[0].1.starts_with(b"\x89PNG") && outputs[1].1.starts_with(b"II*\0"));
    assert!(outputs.iter().all(|(_, bytes)| width(bytes) == 50));
}

/// 03 §5: "absent field unchanged, empty string clears — expressed by field mask".
#[tokio::test]
async fn only_named_fields_change_and_empty_ones_clear() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let both = |asset: &Asset| (asset.url_modifier.clone(), asset.url_post_apply_modifier.clone());
    let is = |first: &str, second: &str| (first.to_owned(), second.to_owned());
    for (modifier, post, paths, expected) in [
        ("wid=5", "fmt=png", None, is("wid=5", "fmt=png")),
        ("wid=6", "", None, is("wid=6", "fmt=png")),
        ("", "fmt=gif", None, is("wid=6", "fmt=gif")),
        ("wid=7", "fmt=tif", mask(&["url_modifier"]), is("wid=7", "fmt=gif")),
        ("wid=8", "", mask(&["url_post_apply_modifier"]), is("wid=7", "")),
        ("", "fmt=png", mask(&["url_modifier", "url_post_apply_modifier"]), is("", "fmt=png")),
        ("\n ?&wid=9 \n", " &fmt=gif\n", None, is("wid=9", "fmt=gif")),
        (" ? ", "", mask(&["url_modifier"]), is("", "fmt=gif")),
    ] {
        let request = SetUrlModifierRequest { update_mask: paths, ..own(&cat, modifier, post) };
        let answer = try_set(&service, request).await.unwrap();
        assert_eq!(both(&answer.asset.unwrap()), expected, "{modifier:?} {post:?}");
        assert_eq!(both(&read(&service, &cat).await), expected);
    }
    let nothing = try_set(&service, own(&cat, "", "")).await.unwrap_err();
    assert_eq!(
        refusal(&nothing),
        (Code::InvalidArgument, "MISSING_PARAMETER".into(), vec!["update_mask".into()])
    );
    let unknown = SetUrlModifierRequest { update_mask: mask(&["name"]), ..own(&cat, "wid=5", "") };
    let unknown = try_set(&service, unknown).await.unwrap_err();
    assert_eq!(refusal(&unknown).2, ["update_mask"]);
    let nobody = try_set(&service, own("a|99", "wid=5", "")).await.unwrap_err();
    assert_eq!(refusal(&nobody), (Code::NotFound, "ASSET_NOT_FOUND".into(), vec![]));
}

#[tokio::test]
async fn wrong_modifiers_are_refused_with_their_byte_and_change_nothing() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    service.save_format("tpl", "template=T").await;
    let post = "url_post_apply_modifier";
    for (modifier, post_modifier, reason, field, byte) in [
        ("wid=5&qlt=750", "", "VALUE_OUT_OF_RANGE", "url_modifier", "byte 10"),
        ("", "qlt=x", "MODIFIER_SYNTAX", post, "byte 4"),
        ("$nobody$", "", "UNKNOWN_MACRO", "url_modifier", "byte 0"),
        ("", "wid=5&template=T", "COMMAND_CONFLICT", post, "byte 6"),
        ("", "$tpl$", "COMMAND_CONFLICT", post, "$tpl$"),
    ] {
        let refused = try_set(&service, own(&cat, modifier, post_modifier)).await.unwrap_err();
        let (code, found, fields) = refusal(&refused);
        assert_eq!((code, found.as_str()), (Code::InvalidArgument, reason), "{refused:?}");
        assert_eq!(fields, [field]);
        let details = refused.get_error_details();
        let text = &details.bad_request().unwrap().field_violations[0];
        assert!(text.description.contains(byte), "{text:?}");
    }
    let both = try_set(&service, own(&cat, "wid=0", "hei=0")).await.unwrap_err();
    assert_eq!(refusal(&both).2, ["url_modifier", post]);
    let long = try_set(&service, own(&cat, &format!("id={}", "x".repeat(4094)), "")).await;
    assert_eq!(refusal(&long.unwrap_err()).1, "MODIFIER_TOO_LONG");
    assert_eq!(read(&service, &cat).await.url_modifier, "");
}

#[tokio::test]
async fn what_is_doubtful_is_said_when_saved_and_of_the_asset_when_exported() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let plain = service.upload("plain.png", CAT).await;
    let answer = try_set(&service, own(&cat, "ts=5&wid=9", "")).await.unwrap();
    let reasons: Vec<String> = answer.warnings.iter().map(reason).collect();
    assert_eq!(reasons, ["UNKNOWN_COMMAND_IGNORED"]);
    let (events, _) = service.export(convert(&[&cat, &plain], "fmt=png")).await;
    let expected = vec!["UNKNOWN_COMMAND_IGNORED".to_owned()];
    assert_eq!(warnings(&events), (expected, vec![]));
    assert_eq!(finished(&events).1.warning, 1);
    // Even where the request is strict: it was accepted when it was saved.
    let mut strict = convert(&[&cat], "fmt=png");
    strict.options = Some(ExportOptions { strict: true, ..files().unwrap() });
    assert_eq!(failures(&service.export(strict).await.0), []);
}

#[tokio::test]
async fn a_broken_combination_fails_its_asset_alone() {
    let service = Service::start().await;
    let mut handles = Vec::new();
    for i in 0..5 {
        handles.push(service.upload(&format!("cat{i}.png"), CAT).await);
    }
    let gone = service.save_format("gone", "wid=5").await;
    set(&service, &handles[1], "$gone$", "").await;
    set(&service, &handles[2], "cropPathE=a", "").await;
    set(&service, &handles[3], "fit=crop", "").await;
    let delete = DeleteImageFormatRequest {
        image_format_handle: gone.image_format_handle,
        ..Default::default()
    };
    service.formats().delete_image_format(delete).await.unwrap();

    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    let (events, outputs) = service.export(convert(&handles, "fmt=png")).await;
    let expected = [(1, "UNKNOWN_MACRO"), (2, "UNIMPLEMENTED_COMMAND"), (3, "COMMAND_CONFLICT")];
    assert_eq!(failures(&events), expected.map(|(i, reason)| (i, reason.to_owned())));
    let names: Vec<_> = outputs.iter().map(|(artifact, _)| artifact.file_name.as_str()).collect();
    assert_eq!(names, ["cat0.png", "cat4.png"]);
    let text = events.iter().find_map(|event| match event.event.as_ref()? {
        Event::AssetFailed(failed) if failed.asset.as_ref()?.index == 1 => failed.error.clone(),
        _ => None,
    });
    let text = text.unwrap().message;
    assert!(text.contains("in the asset modifier, byte 0") && text.contains("gone"), "{text}");

    // With a size the fit is no conflict any more.
    let (events, _) = service.export(convert(&handles[3..4], "fmt=png&wid=8&hei=8")).await;
    assert_eq!(failures(&events), []);
}

/// 03 R1 holds for conversions; originals are copied byte for byte.
#[tokio::test]
async fn originals_are_not_modified() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    set(&service, &cat, "wid=5", "fmt=gif").await;
    let (events, outputs) = service.export(orig(&[&cat])).await;
    assert!(outputs[0].1 == CAT && outputs[0].0.file_name == "cat.png");
    assert_eq!(effective(&events), [""]);
}

/// An empty command takes one away; what is left of the request may be nothing.
#[tokio::test]
async fn a_post_modifier_may_take_every_command_away() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    set(&service, &cat, "", "wid=").await;
    let (_, outputs) = service.export(convert(&[&cat], "wid=20")).await;
    assert_eq!((width(&outputs[0].1), outputs[0].0.mime_type.as_str()), (451, "image/jpeg"));
}

/// Commands are those of the time of the submit: a crash in between and a
/// change of the asset or of its macro don't matter.
#[tokio::test]
async fn an_assets_commands_are_bound_at_submit() {
    let mut service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let size = service.save_format("size", "wid=40").await;
    set(&service, &cat, "$size$", "").await;
    let job = service.submit(convert(&[&cat], "fmt=png")).await;
    service.watch(&job).await;
    set(&service, &cat, "wid=80", "").await;
    let changed = ImageFormat { url_modifier: "wid=60".into(), etag: String::new(), ..size };
    let save = SaveImageFormatRequest { image_format: Some(changed), ..Default::default() };
    service.formats().save_image_format(save).await.unwrap();
    // As if the process had died before the item was done.
    service
        .restart(async |file| {
            let url = format!("sqlite://{}", file.display());
            let pool = sqlx::AnyPool::connect(&url).await.unwrap();
            for undo in [
                "UPDATE item SET state = 'running', attempt = 1",
                "UPDATE job SET state = 'running', outcome = '', success = 0, bytes_out = 0",
                "DELETE FROM artifact",
            ] {
                sqlx::query(undo).execute(&pool).await.unwrap();
            }
            pool.close().await;
        })
        .await;
    for _ in 0..500 {
        if let [artifact] = &service.artifacts(&job).await[..] {
            assert_eq!(width(&service.download(&job, artifact).await), 40);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the item was not done again");
}

#[tokio::test]
async fn fields_of_a_picture_are_set_kept_and_cleared() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let mask_asset = service.upload("mask.png", &png(4, 4, [9, 9, 9])).await;
    let all = SetImageFieldsRequest {
        asset_handle: cat.clone(),
        anchor: Some(Anchor { x: -3, y: 200 }),
        object_resolution: 72.125,
        print_resolution: 300,
        mask_handle: mask_asset.clone(),
        ..Default::default()
    };
    let answer = try_fields(&service, all.clone()).await.unwrap();
    let header =
        UploadHeader { file_name: "cat.png".into(), overwrite: true, ..Default::default() };
    service.try_upload(header, HUBBLE).await.unwrap();
    let kept = read(&service, &cat).await;
    for asset in [&answer, &kept] {
        assert_eq!(asset.anchor, Some(Anchor { x: -3, y: 200 }));
        assert_eq!((asset.object_resolution, asset.print_resolution), (72.125, 300));
        assert_eq!(asset.mask_handle, mask_asset);
    }
    assert_ne!(kept.sha256, answer.sha256, "the file was replaced, the fields stay");

    let clear = |paths: &[&str]| SetImageFieldsRequest {
        asset_handle: cat.clone(),
        update_mask: mask(paths),
        ..Default::default()
    };
    let asset = try_fields(&service, clear(&["anchor", "mask_handle"])).await.unwrap();
    assert_eq!((asset.anchor, asset.mask_handle.as_str()), (None, ""));
    assert_eq!((asset.object_resolution, asset.print_resolution), (72.125, 300));
    let asset = try_fields(&service, clear(&["object_resolution", "print_resolution"])).await;
    let asset = asset.unwrap();
    assert_eq!((asset.object_resolution, asset.print_resolution), (0.0, 0));
    let nothing = try_fields(&service, clear(&[])).await.unwrap_err();
    assert_eq!(refusal(&nothing).1, "MISSING_PARAMETER");

    // A read mask leaves them out and gives them alone.
    try_fields(&service, all).await.unwrap();
    let request = |field: &str| GetAssetsRequest {
        asset_handle_array: vec![cat.clone()],
        read_mask: mask(&[field]),
        ..Default::default()
    };
    let only = |asset: Asset| Asset { anchor: asset.anchor, ..Default::default() };
    let found = service.assets().get_assets(request("anchor")).await.unwrap().into_inner();
    assert_eq!(found.asset_array[0], only(found.asset_array[0].clone()));
    assert!(found.asset_array[0].anchor.is_some());
    let found = service.assets().get_assets(request("name")).await.unwrap().into_inner();
    assert_eq!(found.asset_array[0], Asset { name: "cat".into(), ..Default::default() });
}

#[tokio::test]
async fn wrong_fields_of_a_picture_are_refused() {
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let set_of_images = service.register("chairs", AssetType::ImageSet).await;
    let font = service.upload("note.txt", b"no picture").await;
    let base = SetImageFieldsRequest { asset_handle: cat.clone(), ..Default::default() };
    for wrong in [-1.0, f64::NAN, f64::INFINITY, 1e7, 1e-9] {
        let request = SetImageFieldsRequest { object_resolution: wrong, ..base.clone() };
        let refused = try_fields(&service, request).await.unwrap_err();
        assert_eq!(refusal(&refused).2, ["object_resolution"], "{wrong}");
    }
    let request = SetImageFieldsRequest { print_resolution: -300, ..base.clone() };
    let refused = try_fields(&service, request).await.unwrap_err();
    assert_eq!(refusal(&refused).2, ["print_resolution"]);
    for no_mask in [&cat, &set_of_images, &font] {
        let request = SetImageFieldsRequest { mask_handle: no_mask.clone(), ..base.clone() };
        let refused = try_fields(&service, request).await.unwrap_err();
        assert_eq!(refusal(&refused).2, ["mask_handle"], "{no_mask}");
    }
    for unknown in ["a|99", "zz"] {
        let request = SetImageFieldsRequest { mask_handle: unknown.into(), ..base.clone() };
        let refused = try_fields(&service, request).await.unwrap_err();
        assert_eq!(refusal(&refused), (Code::NotFound, "ASSET_NOT_FOUND".into(), vec![]));
    }
    assert_eq!(read(&service, &cat).await.mask_handle, "");
}
