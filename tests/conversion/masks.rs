//! Masks from other files, `res=`, and alpha that is stored premultiplied.

use super::commands::plan_of;
use super::*;
use image::{GrayImage, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use offprint::conversion::{Asset, Engine, MaskFile, Stage, convert_asset};
use offprint::decoding::Decoders;
use offprint::render::colour::Colours;
use tiff::encoder::{TiffEncoder, colortype};
use tiff::tags::Tag;

fn converted(
    asset: &Asset<'_>,
    plan: &Plan,
    progress: &mut dyn FnMut(Stage, f64) -> bool,
) -> Result<Converted, ConversionError> {
    let (limits, decoders) = (&Limits::default(), &Decoders::here());
    let engine = Engine { limits, colours: Colours::shipped(), decoders };
    convert_asset(asset, plan, engine, progress)
}

#[track_caller]
fn shown(asset: &Asset<'_>, modifier: &str) -> RgbaImage {
    picture(&result(asset, modifier).unwrap().bytes).to_rgba8()
}

fn result(asset: &Asset<'_>, modifier: &str) -> Result<Converted, ConversionError> {
    let plan = plan_of(modifier);
    converted(asset, &plan, &mut |_, _| true)
}

fn masked<'a>(bytes: &'a [u8], mask: &'a [u8]) -> Asset<'a> {
    let mask = MaskFile { name: "shape", bytes: mask, stored: true };
    Asset { mask: Some(mask), ..Asset::of_file(bytes, "a.png") }
}

/// Black on the left, white on the right.
fn halves(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, _| Luma([if x < width / 2 { 0 } else { 255 }]))
}

#[test]
fn a_mask_file_says_what_shows() {
    let red = png(RgbImage::from_pixel(8, 4, Rgb([200, 0, 0])));
    let mask = png(halves(8, 4));
    let out = shown(&masked(&red, &mask), "fmt=png-alpha");
    assert_eq!(out.get_pixel(3, 0)[3], 0);
    assert_eq!(out.get_pixel(4, 3), &Rgba([200, 0, 0, 255]));
    // 02 §3.3 maskUse
    let inverted = shown(&masked(&red, &mask), "maskUse=invert&fmt=png-alpha");
    assert_eq!(inverted.get_pixel(3, 0), &Rgba([200, 0, 0, 255]));
    assert_eq!(inverted.get_pixel(4, 0)[3], 0);
    let off = shown(&masked(&red, &mask), "maskUse=off&fmt=png-alpha");
    assert!(off.pixels().all(|pixel| pixel == &Rgba([200, 0, 0, 255])));
    // the background of the view
    let flat = shown(&masked(&red, &mask), "bgc=0,0,255&fmt=png");
    assert_eq!(flat.get_pixel(0, 0), &Rgba([0, 0, 255, 255]));
    // cut with its picture (02 §3.3 crop)
    let cut = shown(&masked(&red, &mask), "crop=3,0,2,4&fmt=png-alpha");
    assert_eq!([cut.get_pixel(0, 0)[3], cut.get_pixel(1, 0)[3]], [0, 255]);
    let gray = picture(&result(&masked(&red, &mask), "req=mask&fmt=png").unwrap().bytes).to_luma8();
    assert_eq!([gray.get_pixel(0, 0)[0], gray.get_pixel(7, 0)[0]], [0, 255]);
}

#[test]
fn a_masks_alpha_goes_before_its_brightness() {
    let red = png(RgbImage::from_pixel(2, 1, Rgb([200, 0, 0])));
    let mask = png(RgbaImage::from_fn(2, 1, |x, _| Rgba([255, 255, 255, x as u8 * 255])));
    let out = shown(&masked(&red, &mask), "fmt=png-alpha");
    assert_eq!([out.get_pixel(0, 0)[3], out.get_pixel(1, 0)[3]], [0, 255]);
}

#[test]
fn a_mask_of_half_the_size_is_scaled_and_one_of_another_shape_refused() {
    let red = png(RgbImage::from_pixel(80, 40, Rgb([200, 0, 0])));
    let half = png(halves(40, 20));
    let out = shown(&masked(&red, &half), "fmt=png-alpha");
    assert_eq!([out.get_pixel(20, 20)[3], out.get_pixel(60, 20)[3]], [0, 255]);
    let square = png(halves(40, 40));
    let error = result(&masked(&red, &square), "fmt=png").unwrap_err();
    assert_eq!(error.reason(), "MASK_UNUSABLE");
    assert_eq!(
        error.to_string(),
        "mask \"shape\" can't be used: it has 40 x 40 pixels, which is not the shape of the \
         picture of 80 x 40"
    );
    let broken = result(&masked(&red, b"no picture"), "fmt=png").unwrap_err();
    assert_eq!(
        broken.to_string(),
        "mask \"shape\" can't be used: file is not a picture: its content is text"
    );
    // what is not used is not read
    assert!(result(&masked(&red, b"no picture"), "maskUse=off&fmt=png").is_ok());
}

#[test]
fn without_its_mask_an_asset_is_refused() {
    let red = png(RgbImage::from_pixel(2, 1, Rgb([200, 0, 0])));
    let error = result(&Asset::of_file(&red, ""), "mask=shape&fmt=png").unwrap_err();
    assert_eq!(
        (error.reason(), error.to_string().as_str()),
        ("MASK_UNUSABLE", "mask \"shape\" can't be used: there is no such asset here")
    );
}

/// RGBA with associated alpha: one pixel at half opacity and one clear.
fn associated() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    let mut picture = encoder.new_image::<colortype::RGBA8>(2, 1).unwrap();
    picture.encoder().write_tag(Tag::ExtraSamples, &[1u16][..]).unwrap();
    picture.write_data(&[100, 50, 0, 128, 0, 0, 0, 0]).unwrap();
    bytes.into_inner()
}

#[test]
fn mask_use_of_premultiplied_alpha() {
    let source = associated();
    let asset = Asset::of_file(&source, "a.tif");
    // 100 * 255 / 128 = 199.2, 50 * 255 / 128 = 99.6
    let normal = shown(&asset, "fmt=png-alpha");
    assert_eq!(normal.get_pixel(0, 0), &Rgba([199, 100, 0, 128]));
    let off = shown(&asset, "maskUse=off&fmt=png");
    assert_eq!(off.get_pixel(0, 0), &Rgba([100, 50, 0, 255]), "foreground over black");
    assert_eq!(off.get_pixel(1, 0), &Rgba([0, 0, 0, 255]));
    let inverted = shown(&asset, "maskUse=invert&fmt=png-alpha");
    assert_eq!(inverted.get_pixel(0, 0), &Rgba([0, 0, 0, 127]), "background, black");
    assert_eq!(inverted.get_pixel(1, 0), &Rgba([0, 0, 0, 255]));
    // stored masks lose against it, asked ones do not
    let mask = png(GrayImage::from_pixel(2, 1, Luma([255])));
    let stored = Asset { mask: masked(&[], &mask).mask, ..asset };
    assert_eq!(shown(&stored, "fmt=png-alpha").get_pixel(1, 0)[3], 0);
    let asked = Asset { mask: stored.mask.map(|m| MaskFile { stored: false, ..m }), ..asset };
    assert_eq!(shown(&asked, "mask=shape&fmt=png-alpha").get_pixel(1, 0)[3], 255);
}

/// 02 §8 row 51: res=75 of an asset of 300 dpi is a quarter of its size.
#[test]
fn row_51_res_scales_by_the_assets_resolution() {
    let plain = png(RgbImage::from_pixel(400, 200, Rgb([1, 2, 3])));
    let of = |dpi| Asset { resolution: dpi, ..Asset::of_file(&plain, "a.png") };
    assert_eq!(shown(&of(Some(300.0)), "res=75&fmt=png").dimensions(), (100, 50));
    // 150 / 300 * 400
    assert_eq!(shown(&of(Some(300.0)), "res=150&fmt=png").dimensions(), (200, 100));
    assert_eq!(shown(&of(Some(300.0)), "res=75&scale=0.1&fmt=png").dimensions(), (40, 20));
    let unknown = result(&of(None), "res=75&fmt=png").unwrap();
    assert_eq!((unknown.width, reasons(&unknown)), (400, vec!["RESOLUTION_UNKNOWN"]));
    // that of the file: dpi-600.jpg
    let declared = golden("dpi-600.jpg");
    let file = Asset::of_file(&declared, "dpi-600.jpg");
    let whole = shown(&file, "fmt=png").dimensions();
    let half = shown(&file, "res=300&fmt=png").dimensions();
    assert_eq!(half, (whole.0.div_ceil(2), whole.1.div_ceil(2)));
    let set = Asset { resolution: Some(300.0), ..file };
    assert_eq!(shown(&set, "res=300&fmt=png").dimensions(), whole, "what is set goes before");
}

/// A conversion that nobody waits for ends at its next step.
#[test]
fn a_stopped_conversion_ends() {
    let plain = png(RgbImage::from_pixel(4, 4, Rgb([1, 2, 3])));
    let plan = plan_of("fmt=png");
    let mut steps = 0;
    let mut stop = |_, _| {
        steps += 1;
        steps < 2
    };
    let asset = Asset::of_file(&plain, "a.png");
    let ended = converted(&asset, &plan, &mut stop);
    assert_eq!((ended.unwrap_err(), steps), (ConversionError::Stopped, 2));
}
