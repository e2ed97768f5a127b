//! Assets that are masked by others, and the limits of one asset.

use crate::harness::*;
use image::{GrayImage, Luma, Rgb, RgbImage};
use offprint::proto::watch_job_response::Event;
use offprint::proto::*;

fn encoded(picture: impl Into<image::DynamicImage>) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Black on the left, white on the right.
fn halves(width: u32, height: u32) -> Vec<u8> {
    encoded(GrayImage::from_fn(width, height, |x, _| Luma([if x < width / 2 { 0 } else { 255 }])))
}

fn red(width: u32, height: u32) -> Vec<u8> {
    encoded(RgbImage::from_pixel(width, height, Rgb([200, 0, 0])))
}

fn alphas(bytes: &[u8]) -> (u8, u8) {
    let picture = image::load_from_memory(bytes).unwrap().to_rgba8();
    (picture.get_pixel(0, 0)[3], picture.get_pixel(picture.width() - 1, 0)[3])
}

fn width_of(bytes: &[u8]) -> u32 {
    image::load_from_memory(bytes).unwrap().width()
}

fn failures(events: &[WatchJobResponse]) -> Vec<String> {
    let failed = events.iter().filter_map(|event| match &event.event {
        Some(Event::AssetFailed(failed)) => failed.error.as_ref().map(|e| e.message.clone()),
        _ => None,
    });
    failed.collect()
}

#[tokio::test]
async fn masks_by_name_and_stored_ones() {
    let service = Service::start().await;
    let picture = service.upload("red.png", &red(8, 4)).await;
    let shape = service.upload("shape.png", &halves(8, 4)).await;
    let export = async |text: &str| {
        let (events, outputs) = service.export(convert(&[&picture], text)).await;
        (failures(&events), outputs.first().map(|(_, bytes)| alphas(bytes)))
    };
    assert_eq!(export("fmt=png-alpha").await, (vec![], Some((255, 255))));
    for name in ["shape", "/shape", "Any/shape"] {
        let text = format!("mask={name}&fmt=png-alpha");
        assert_eq!(export(&text).await, (vec![], Some((0, 255))), "{name}");
    }
    let (failed, none) = export("mask=shap&fmt=png-alpha").await;
    assert_eq!(none, None);
    assert!(
        failed[0].contains("mask \"shap\" can't be used: there is no such asset in the company"),
        "{failed:?}"
    );
    let request = SetImageFieldsRequest {
        asset_handle: picture.clone(),
        mask_handle: shape,
        ..Default::default()
    };
    service.assets().set_image_fields(request).await.unwrap();
    assert_eq!(export("fmt=png-alpha").await, (vec![], Some((0, 255))));
    assert_eq!(export("maskUse=invert&fmt=png-alpha").await, (vec![], Some((255, 0))));
    assert_eq!(export("maskUse=off&fmt=png-alpha").await, (vec![], Some((255, 255))));
    // its own brightness, 0.299 * 200 = 59.8, goes before the stored mask
    assert_eq!(export("mask=$object$&fmt=png-alpha").await, (vec![], Some((60, 60))));
    let status = service.try_submit(request_of(&picture, "mask=is(shape?wid=4)&fmt=png")).await;
    assert!(status.unwrap_err().message().contains("mask=is()"), "comes with layers");
}

fn request_of(handle: &str, text: &str) -> SubmitJobRequest {
    request(convert(&[handle], text))
}

#[tokio::test]
async fn an_asset_that_takes_too_long_fails_alone() {
    let mut service = Service::with(|config| config.limits.max_asset_seconds = 1).await;
    let large = service.upload("large.png", &red(1600, 1600)).await;
    let slow = "rotate=10&op_blur=20&op_usm=1,50&op_noise=5&fmt=png";
    let (events, outputs) = service.export(convert(&[&large], slow)).await;
    assert!(outputs.is_empty());
    assert_eq!(
        failures(&events),
        ["the export took longer than 1 seconds (limits.max_asset_seconds)"]
    );
    // whatever its thread still makes is not kept: only the original is there
    for _ in 0..600 {
        if service.files().len() == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(service.files().len(), 1, "{:?}", service.files());
    service.reconfigure(|config| config.limits.max_asset_seconds = 600).await;
    let (_, outputs) = service.export(convert(&[&large], "wid=10&fmt=png")).await;
    assert_eq!(width_of(&outputs[0].1), 10);
}

#[tokio::test]
async fn an_asset_that_takes_too_much_memory_fails_before_it_is_decoded() {
    let service = Service::with(|config| config.limits.max_asset_memory_bytes = 2_000_000).await;
    let large = service.upload("large.png", &red(400, 400)).await;
    let small = service.upload("small.png", &red(40, 40)).await;
    let (events, outputs) = service.export(convert(&[&large, &small], "wid=10&fmt=png")).await;
    assert_eq!(outputs.len(), 1);
    // 160,000 pixels of 17 bytes, and a MiB of tables
    assert_eq!(
        failures(&events),
        ["the conversion would take about 3.8 MB of memory, more than the limit of 2.0 MB \
          (limits.max_asset_memory_bytes)"]
    );
}
