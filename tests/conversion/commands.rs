//! Commands of one picture on pixels: the vectors of 02 §8 that are about them,
//! each through the language and the whole conversion.

use super::*;
use image::{GrayImage, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use offprint::modifiers::{Defaults, Macros, Sources, Strictness, resolve};

#[track_caller]
pub(super) fn plan_of(modifier: &str) -> Plan {
    let sources = Sources { is_modifier: modifier, ..Sources::default() };
    let resolution = resolve(&sources, &Macros::new(), &Defaults::default(), Strictness::Normal);
    match resolution.executable() {
        Some(plan) => plan.clone(),
        None => panic!("{modifier}: {:?}", resolution.diagnostics),
    }
}

#[track_caller]
fn shown(source: &[u8], modifier: &str) -> RgbaImage {
    picture(&done(source, &plan_of(modifier)).bytes).to_rgba8()
}

/// One colour all over.
fn flat(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    png(RgbImage::from_pixel(width, height, Rgb(colour)))
}

/// Numbers from the left: 1, 2, 3, … in every component.
fn numbers(width: u32, height: u32) -> Vec<u8> {
    png(RgbImage::from_fn(width, height, |x, y| Rgb([(x + 10 * y + 1) as u8; 3])))
}

#[test]
fn rows_42_and_43_a_crop_beyond_the_source_has_a_rim() {
    let source = flat(30, 20, [10, 20, 30]);
    let rim = shown(&source, "crop=-5,-5,40,30&fmt=png-alpha");
    assert_eq!(rim.dimensions(), (40, 30));
    assert_eq!(rim.get_pixel(0, 0)[3], 0);
    assert_eq!(rim.get_pixel(5, 5), &Rgba([10, 20, 30, 255]));
    let red = shown(&source, "crop=-5,-5,40,30&bgColor=255,0,0&fmt=png-alpha");
    assert_eq!(red.get_pixel(4, 29), &Rgba([255, 0, 0, 255]));
    assert_eq!(red.get_pixel(34, 24), &Rgba([10, 20, 30, 255]));
}

#[test]
fn rows_57_to_61_turning_and_extending() {
    // 1 2 3 / 11 12 13, clockwise
    let source = numbers(3, 2);
    let turned = shown(&source, "rotate=90&fmt=png");
    let values: Vec<u8> = turned.pixels().map(|pixel| pixel[0]).collect();
    assert_eq!((turned.dimensions(), values), ((2, 3), vec![11, 1, 12, 2, 13, 3]), "57");

    let source = flat(1000, 500, [0, 0, 200]);
    let free = shown(&source, "size=100,0&rotate=30&bgc=00ff00&fmt=png");
    assert_eq!(free.dimensions(), (112, 94), "58");
    assert_eq!(free.get_pixel(0, 0), &Rgba([0, 255, 0, 255]), "uncovered corner");
    assert_eq!(free.get_pixel(56, 47), &Rgba([0, 0, 200, 255]));
    let margins = shown(&source, "size=100,0&extend=5,5,5,5&bgColor=255,0,0&fmt=png");
    assert_eq!(margins.dimensions(), (110, 60), "59");
    assert_eq!(margins.get_pixel(4, 30), &Rgba([255, 0, 0, 255]));
    assert_eq!(margins.get_pixel(5, 5), &Rgba([0, 0, 200, 255]));
    assert_eq!(
        shown(&source, "size=100,0&rotate=90&extendN=.5,0,0,0&fmt=png").dimensions(),
        (75, 100),
        "61"
    );
}

#[test]
fn row_63_flip_mirrors_layer_and_composite() {
    let source = numbers(3, 1);
    let values = |modifier: &str| -> Vec<u8> {
        shown(&source, modifier).pixels().map(|pixel| pixel[0]).collect()
    };
    assert_eq!(values("flip=lr&fmt=png"), [3, 2, 1]);
    assert_eq!(values("layer=0&flip=lr&fmt=png"), [3, 2, 1]);
    assert_eq!(values("flip=lr&layer=0&flip=lr&fmt=png"), [1, 2, 3], "both");
    assert_eq!(values("flip=lrud&rotate=180&fmt=png"), [1, 2, 3]);
    // extend precedes the flip of the composite
    assert_eq!(values("extend=1,0,0,0&bgColor=ffffff&flip=lr&fmt=png"), [3, 2, 1, 255]);
}

/// A view that is turned shows the same as the turned view of all.
#[test]
fn turns_and_windows_go_together() {
    let source = numbers(13, 11);
    for turn in [
        "rotate=90",
        "rotate=270",
        "rotate=180",
        "flip=lr",
        "flip=ud&rotate=90",
        "layer=0&flip=lr&rotate=90",
    ] {
        let whole = shown(&source, &format!("{turn}&fmt=png"));
        let part = shown(&source, &format!("{turn}&fmt=png&scl=1&rect=2,3,5,4"));
        let cut = image::imageops::crop_imm(&whole, 2, 3, 5, 4).to_image();
        assert_eq!(part, cut, "{turn}");
    }
}

#[test]
fn rows_35_to_39_region_and_rectangle() {
    let source = flat(300, 200, [1, 2, 3]);
    let region = shown(&source, "rgn=250,0,100,100&scl=1&bgc=ffffff&fmt=png");
    assert_eq!(region.dimensions(), (100, 100), "35");
    assert_eq!(region.get_pixel(49, 50), &Rgba([1, 2, 3, 255]));
    assert_eq!(region.get_pixel(50, 50), &Rgba([255, 255, 255, 255]));
    let outside = shown(&source, "rgn=1000,0,10,10&scl=1&bgc=ff0000&fmt=png");
    assert!(outside.pixels().all(|pixel| pixel == &Rgba([255, 0, 0, 255])), "nothing shows");
    let cut = shown(&source, "wid=100&rect=50,0,100,67&fmt=png-alpha");
    assert_eq!((cut.get_pixel(49, 0)[3], cut.get_pixel(50, 0)[3]), (255, 0), "39");
    assert_eq!(shown(&source, "dpr=on,2&wid=81&hei=50&fmt=png").dimensions(), (162, 100), "140");
}

#[test]
fn rows_85_and_86_hidden_and_inverted() {
    let source = flat(4, 4, [9, 9, 9]);
    let hidden = shown(&source, "hide=1&bgc=00ff00&fmt=png");
    assert!(hidden.pixels().all(|pixel| pixel == &Rgba([0, 255, 0, 255])), "85");
    let inverted = shown(&source, "maskUse=invert&fmt=png-alpha");
    assert!(inverted.pixels().all(|pixel| pixel[3] == 0), "86");
    let half = png(RgbaImage::from_pixel(2, 2, Rgba([255, 0, 0, 100])));
    assert_eq!(
        shown(&half, "maskUse=invert&fmt=png-alpha").get_pixel(0, 0),
        &Rgba([255, 0, 0, 155])
    );
    assert_eq!(shown(&half, "maskUse=off&fmt=png-alpha").get_pixel(0, 0), &Rgba([255, 0, 0, 255]));
}

#[test]
fn rows_93_to_95_the_background() {
    let half = png(RgbaImage::from_pixel(2, 2, Rgba([255, 0, 0, 128])));
    assert_eq!(shown(&half, "fmt=png&bgc=ffffff").get_pixel(0, 0), &Rgba([255, 127, 127, 255]));
    assert_eq!(shown(&half, "fmt=png-alpha&bgc=000000").get_pixel(1, 1), &Rgba([255, 0, 0, 128]));
    assert_eq!(shown(&half, "fmt=png&bgc=0,0,0,0").get_pixel(0, 0), &Rgba([128, 0, 0, 255]));
    // color lies under the picture: 255,0,0 at 128 on opaque 0,0,255
    assert_eq!(
        shown(&half, "fmt=png-alpha&color=0,0,255").get_pixel(0, 0),
        &Rgba([128, 0, 127, 255])
    );
}

#[test]
fn row_96_a_path_cuts_out() {
    let source = flat(120, 120, [7, 7, 7]);
    let cut = shown(&source, "clipPath=M0,0,L100,0,L100,100,Z&fmt=png-alpha");
    let area: f64 = cut.pixels().map(|pixel| f64::from(pixel[3]) / 255.0).sum();
    // half of 100 x 100; the diagonal is antialiased
    assert!((area - 5000.0).abs() < 20.0, "{area}");
    let hole = shown(
        &source,
        "clipPath=M0,0,L100,0,L100,100,L0,100&clipXPath=M10,10,L20,10,L20,20,L10,20&fmt=png-alpha",
    );
    assert_eq!(
        (hole.get_pixel(5, 5)[3], hole.get_pixel(15, 15)[3], hole.get_pixel(110, 5)[3]),
        (255, 0, 0)
    );
}

#[test]
fn rows_105_to_113_tone() {
    let one = |colour: [u8; 3], modifier: &str| {
        let pixel = *shown(&flat(3, 3, colour), &format!("{modifier}&fmt=png")).get_pixel(1, 1);
        [pixel[0], pixel[1], pixel[2]]
    };
    assert_eq!(one([100; 3], "op_brightness=10"), [126; 3], "105");
    assert_eq!(one([30; 3], "op_contrast=-100"), [128; 3], "107");
    assert_eq!(one([150; 3], "op_contrast=50"), [182; 3], "107");
    assert_eq!(one([10, 20, 30], "op_colorbalance=100,0,0"), [255, 20, 30], "108");
    assert_eq!(one([10, 20, 30], "op_invert=1"), [245, 235, 225], "109");
    assert_eq!(one([255, 0, 0], "op_saturation=-100"), [76; 3], "110");
    assert_eq!(one([200, 100, 100], "op_saturation=50"), [235, 85, 85], "110");
    assert_eq!(one([255, 0, 0], "op_hue=120"), [0, 255, 0], "111");
    assert_eq!(one([64; 3], "op_colorize=200,0,0,off"), [100, 0, 0], "112");
    // ruling 7: brightness before invert, wherever they stand: 255 - (100 + 25.5)
    assert_eq!(one([100; 3], "op_invert=1&op_brightness=10"), [129; 3]);
    // a layer's own operations come before the composite's: (255 - 100) + 25.5
    assert_eq!(one([100; 3], "op_brightness=10&layer=0&op_invert=1"), [181; 3]);
}

#[test]
fn row_114_and_117_sharpening_of_layer_and_view() {
    let source =
        png(GrayImage::from_fn(9, 9, |x, y| Luma([if (x, y) == (4, 4) { 110 } else { 100 }])));
    // (16 * 110 - 8 * 100) / 8 = 120
    assert_eq!(shown(&source, "op_sharpen=1&fmt=png").get_pixel(4, 4)[0], 120, "117");
    assert_eq!(shown(&source, "layer=0&op_sharpen=1&fmt=png").get_pixel(4, 4)[0], 120);
    assert_eq!(shown(&source, "op_sharpen=1&fmt=png").get_pixel(0, 0)[0], 100);
}

#[test]
fn row_119_growing() {
    let source = png(RgbaImage::from_fn(9, 9, |x, y| {
        if (x, y) == (4, 4) { Rgba([255, 255, 255, 255]) } else { Rgba([0, 0, 0, 0]) }
    }));
    let grown = shown(&source, "op_grow=3&fmt=png-alpha");
    assert_eq!(grown.pixels().filter(|pixel| pixel[3] == 255).count(), 29, "119");
}

#[test]
fn noise_is_the_same_each_time_and_another_for_another_file() {
    let source = flat(40, 40, [128; 3]);
    let noisy = shown(&source, "op_noise=20&fmt=png");
    assert_eq!(shown(&source, "op_noise=20&fmt=png"), noisy);
    assert_ne!(shown(&flat(40, 41, [128; 3]), "op_noise=20&crop=0,0,40,40&fmt=png"), noisy);
    // uniform in +-2.55 * 20 = +-51
    assert!(noisy.pixels().all(|pixel| (77..=179).contains(&pixel[0])));
}

#[test]
fn row_151_the_mask_alone() {
    let source = png(RgbaImage::from_fn(4, 2, |x, _| Rgba([255, 0, 0, (x * 80) as u8])));
    let mask = picture(&done(&source, &plan_of("req=mask&fmt=tif,gray")).bytes);
    assert_eq!(mask.color(), image::ColorType::L8);
    assert_eq!(mask.to_luma8().as_raw()[..4], [0, 80, 160, 240]);
    let opaque =
        picture(&done(&flat(2, 2, [0; 3]), &plan_of("req=mask&fmt=png&wid=4&hei=2")).bytes);
    assert_eq!(opaque.to_luma8().as_raw()[..4], [0, 255, 255, 0], "uncovered is transparent");
}

#[test]
fn rows_130_and_131_jpeg_size() {
    let noisy = png(RgbImage::from_fn(400, 400, |x, y| {
        Rgb([((x * 7919) ^ (y * 104_729)) as u8, (x * y) as u8, (x ^ y) as u8])
    }));
    let size = |modifier: &str| done(&noisy, &plan_of(modifier)).bytes.len();
    let free = size("fmt=jpeg&qlt=95");
    assert!(free > 40 * 1024, "{free}");
    let within = size("fmt=jpeg&qlt=95&jpegSize=40");
    assert!(within <= 40 * 1024 && within > 30 * 1024, "{within}");
    assert_eq!(size("fmt=jpeg&qlt=95&jpegSize=0"), free, "130: no limit");
    let error = run(&noisy, &plan_of("fmt=jpeg&jpegSize=1")).unwrap_err();
    assert_eq!(error.reason(), "OUTPUT_TOO_LARGE", "131: {error}");
}

#[test]
fn rows_135_and_137_profiles() {
    let source = flat(8, 8, [255, 0, 0]);
    let tiff = done(&source, &plan_of("fmt=tif&icc=WebCoatedGrade3&iccEmbed=1")).bytes;
    let decoder = tiff_decoder(&tiff);
    assert_eq!(decoder.0, tiff::ColorType::CMYK(8));
    assert!(decoder.1, "135: the profile is embedded");
    let plain = done(&source, &plan_of("fmt=tif&icc=WebCoatedGrade3")).bytes;
    assert!(!tiff_decoder(&plain).1, "only with iccEmbed");
    let error = run(&source, &plan_of("fmt=tif&icc=NoSuch")).unwrap_err();
    assert_eq!(error.reason(), "PROFILE_UNUSABLE", "137");
    assert!(error.to_string().contains("NoSuch"), "{error}");
}

fn tiff_decoder(bytes: &[u8]) -> (tiff::ColorType, bool) {
    let mut decoder = tiff::decoder::Decoder::new(std::io::Cursor::new(bytes)).unwrap();
    let profile = decoder.find_tag(tiff::tags::Tag::IccProfile).unwrap();
    (decoder.colortype().unwrap(), profile.is_some())
}

#[test]
fn a_layer_that_is_too_large_is_refused_before_it_is_made() {
    let source = flat(10, 10, [0; 3]);
    for modifier in [
        "size=2000000,2000000&op_blur=1&wid=10",
        // 121 Mpx, more than the 100 Mpx of an output and the 100 px of the source
        "size=11000,11000&op_blur=1&wid=10",
        "extend=2000000000,0,0,2000000&wid=10",
        "scale=1e6&op_blur=1&wid=5",
    ] {
        let error = run(&source, &plan_of(modifier)).unwrap_err();
        assert_eq!(error.reason(), "OUTPUT_TOO_LARGE", "{modifier}: {error}");
    }
}
