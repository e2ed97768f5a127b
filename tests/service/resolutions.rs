//! The two resolutions of an asset: of its print, and of what `res=` counts from.

use crate::asset_fields::{set, try_fields};
use crate::harness::*;
use offprint::proto::*;

/// Pixels a metre of a PNG's pHYs chunk.
fn pixels_per_metre(png: &[u8]) -> u32 {
    let at = png.windows(4).position(|name| name == b"pHYs").unwrap() + 4;
    u32::from_be_bytes(png[at..at + 4].try_into().unwrap())
}

/// 01 §5.9, P1 and P2: printRes=, then the asset's, then the file's, then the
/// company's. 100 dpi are 100 / 0.0254 = 3937 pixels a metre.
#[tokio::test]
async fn p1_p2_print_resolution() {
    let service = Service::with(|config| config.defaults.print_resolution = 96).await;
    let silent = service.upload("silent.png", &png(4, 4, [9, 9, 9])).await;
    let (_, declaring) = service.export(convert(&[&silent], "fmt=png&printRes=200")).await;
    let declared = service.upload("declared.png", &declaring[0].1).await;
    let export = async |handle: &str, text: &str| {
        let (_, outputs) = service.export(convert(&[handle], text)).await;
        pixels_per_metre(&outputs[0].1)
    };
    assert_eq!(export(&silent, "fmt=png").await, 3780, "96 dpi, the company's");
    assert_eq!(export(&declared, "fmt=png").await, 7874, "200 dpi, the file's");
    for handle in [&silent, &declared] {
        let request = SetImageFieldsRequest {
            asset_handle: handle.clone(),
            print_resolution: 300,
            ..Default::default()
        };
        try_fields(&service, request).await.unwrap();
        assert_eq!(export(handle, "fmt=png").await, 11811, "300 dpi, the asset's");
        assert_eq!(export(handle, "fmt=png&printRes=150").await, 5906, "150 dpi, the request's");
    }
    set(&service, &silent, "printRes=100", "").await;
    assert_eq!(export(&silent, "fmt=png").await, 3937, "100 dpi, the asset's command");
}

/// 02 §8 row 51 with a resolution that is set for the asset.
#[tokio::test]
async fn res_counts_from_the_object_resolution() {
    let service = Service::start().await;
    let picture = service.upload("red.png", &png(400, 200, [200, 0, 0])).await;
    let width = async |text: &str| {
        let (_, outputs) = service.export(convert(&[&picture], text)).await;
        image::load_from_memory(&outputs[0].1).unwrap().width()
    };
    assert_eq!(width("res=75&fmt=png").await, 400, "unknown");
    let request = SetImageFieldsRequest {
        asset_handle: picture.clone(),
        object_resolution: 300.0,
        ..Default::default()
    };
    service.assets().set_image_fields(request).await.unwrap();
    assert_eq!(width("res=75&fmt=png").await, 100);
    let resolve = ResolveModifierRequest {
        is_modifier: "res=75&fmt=png".into(),
        asset_handle: picture.clone(),
        ..Default::default()
    };
    let answer = service.formats().resolve_modifier(resolve).await.unwrap().into_inner();
    assert_eq!(answer.predicted.unwrap().width, 100);
}
