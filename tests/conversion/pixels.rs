//! Resampling, flattening and margins.

use image::{GenericImageView, Rgba, RgbaImage};
use offprint::conversion::{Limits, convert};
use offprint::modifiers::plan::{Crop, Fit, FitMode, Format, ResMode};

use super::{difference, done, golden, picture, plan, png, png_alpha, reasons, run};

#[test]
fn kernels_agree_with_pillow() {
    // Pillow's kernels are the same (its bicubic has a = -0.5) and it also
    // stretches them; 2 levels for the rounding between its two passes.
    let pairs = [
        (ResMode::Sharp2, "scene-lanczos-48.png"),
        (ResMode::Bilin, "scene-bilinear-48.png"),
        (ResMode::Bicub, "scene-bicubic-48.png"),
    ];
    for (mode, name) in pairs {
        let mut plan = plan(Format::Png);
        plan.request.res_mode = mode;
        plan.view.width = Some(48);
        let out = done(&golden("scene.png"), &plan);
        let most = difference(&picture(&out.bytes), &picture(&golden(name)));
        assert!(most <= 2, "{mode:?}: {most} levels");
    }
}

#[test]
fn bisharp_is_sharper_than_bicub() {
    let edge = |mode| {
        let mut plan = plan(Format::Png);
        plan.request.res_mode = mode;
        plan.view.width = Some(48);
        let out = picture(&done(&golden("scene.png"), &plan).bytes).to_rgb8();
        // the row through the red block: overshoot at its edge in blue
        (0..48).map(|x| i32::from(out.get_pixel(x, 12)[2])).collect::<Vec<_>>()
    };
    let contrast = |row: Vec<i32>| row.windows(2).map(|p| (p[0] - p[1]).abs()).max();
    assert!(contrast(edge(ResMode::Bisharp)) > contrast(edge(ResMode::Bicub)));
}

#[test]
fn cut_outs_have_no_fringe() {
    // cases O-09
    let mut small = png_alpha();
    small.view.width = Some(50);
    let out = picture(&done(&golden("disc.png"), &small).bytes).to_rgba8();
    let colour = [240, 120, 20];
    for pixel in out.pixels().filter(|pixel| pixel[3] >= 64) {
        for c in 0..3 {
            assert!(pixel[c].abs_diff(colour[c]) <= 6, "{pixel:?}");
        }
    }
    let mut flat = plan(Format::Png);
    flat.view.width = Some(50);
    let out = picture(&done(&golden("disc.png"), &flat).bytes).to_rgb8();
    for pixel in out.pixels() {
        assert!(
            (0..3).all(|c| pixel[c].saturating_add(6) >= colour[c]),
            "{pixel:?} is darker than the disc"
        );
    }
}

#[test]
fn transparent_pictures_are_flattened_on_bgc_with_a_warning() {
    // cases O-11, O-12
    let clear = png(RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0])));
    let mut red = plan(Format::Png);
    red.view.background = [255, 0, 0];
    let out = done(&clear, &red);
    assert_eq!(reasons(&out), ["ALPHA_REMOVED"]);
    assert!(picture(&out.bytes).to_rgb8().pixels().all(|pixel| pixel.0 == [255, 0, 0]));

    let mut kept = png_alpha();
    kept.view.background = [255, 0, 0];
    let out = done(&clear, &kept);
    assert_eq!(reasons(&out), [""; 0]);
    assert!(picture(&out.bytes).to_rgba8().pixels().all(|pixel| pixel[3] == 0));

    let opaque = png(RgbaImage::from_pixel(8, 8, Rgba([1, 2, 3, 255])));
    assert_eq!(reasons(&done(&opaque, &red)), [""; 0], "no pixel was transparent");
}

#[test]
fn margins_are_bgc_or_transparent() {
    // 01 §11.3 D1 and D47
    let source = png(image::RgbImage::from_pixel(1000, 500, image::Rgb([10, 20, 30])));
    let mut padded = plan(Format::Png);
    padded.view.width = Some(200);
    padded.view.height = Some(200);
    padded.view.background = [255, 0, 0];
    let out = picture(&done(&source, &padded).bytes).to_rgba8();
    let column = |out: &RgbaImage| [0, 49, 50, 149, 150, 199].map(|y| out.get_pixel(100, y).0);
    let (red, own) = ([255, 0, 0, 255], [10, 20, 30, 255]);
    assert_eq!(column(&out), [red, red, own, own, red, red]);

    padded.output.format.alpha = true;
    let out = picture(&done(&source, &padded).bytes).to_rgba8();
    let none = [0, 0, 0, 0];
    assert_eq!(column(&out), [none, none, own, own, none, none]);
}

#[test]
fn sharpening_leaves_margins_and_flat_pictures_alone() {
    let source = png(image::RgbImage::from_pixel(100, 50, image::Rgb([10, 20, 30])));
    let mut sharp = plan(Format::Png);
    sharp.view.width = Some(100);
    sharp.view.height = Some(100);
    let plain = done(&source, &sharp);
    sharp.sharpening.sharpen = true;
    assert_eq!(done(&source, &sharp).bytes, plain.bytes);
}

#[test]
fn crop_outside_the_source_is_transparent() {
    // 02 §8 row 42, with a small picture
    let source = png(image::RgbImage::from_pixel(30, 20, image::Rgb([1, 2, 3])));
    let mut rim = png_alpha();
    rim.layers[0].source.crop = Some(Crop::Pixels { x: -5, y: -5, width: 40, height: 30 });
    let out = done(&source, &rim);
    assert_eq!((out.width, out.height), (40, 30));
    let pixels = picture(&out.bytes).to_rgba8();
    for (x, y, pixel) in pixels.enumerate_pixels() {
        let inside = (5..35).contains(&x) && (5..25).contains(&y);
        assert_eq!(pixel.0, if inside { [1, 2, 3, 255] } else { [0; 4] }, "{x},{y}");
    }
    rim.layers[0].source.crop = Some(Crop::Pixels { x: 100, y: 0, width: 4, height: 4 });
    let out = done(&source, &rim);
    assert_eq!(reasons(&out), ["CROP_OUTSIDE"]);
    assert!(picture(&out.bytes).to_rgba8().pixels().all(|pixel| pixel[3] == 0));
}

#[test]
fn a_window_of_the_scaled_picture_equals_the_cut_of_the_whole() {
    // fit=crop computes only what is seen: 1 level for the kernels' rounding
    let mut whole = plan(Format::Png);
    whole.view.height = Some(32);
    let whole = picture(&done(&golden("scene.png"), &whole).bytes);
    let mut part = plan(Format::Png);
    part.view.width = Some(32);
    part.view.height = Some(32);
    part.view.fit = Fit { mode: FitMode::Crop, upscale: false };
    let part = picture(&done(&golden("scene.png"), &part).bytes);
    assert_eq!(part.dimensions(), (32, 32));
    assert!(difference(&part, &whole.crop_imm(8, 0, 32, 32)) <= 1);
}

#[test]
fn very_flat_pictures_never_vanish() {
    // cases O-16, O-54
    for (width, height, wid, hei, expected) in [
        (2000, 4, Some(100), None, (100, 1)),
        (4, 2000, None, Some(100), (1, 100)),
        (1, 1, Some(1), None, (1, 1)),
        (1000, 1, Some(10), None, (10, 1)),
    ] {
        let source = png(image::GrayImage::new(width, height));
        let mut small = plan(Format::Jpeg);
        small.view.width = wid;
        small.view.height = hei;
        let out = done(&source, &small);
        assert_eq!((out.width, out.height), expected);
        assert_eq!(picture(&out.bytes).dimensions(), expected);
    }
}

#[test]
fn a_single_size_above_the_picture_does_not_enlarge_and_warns() {
    // 02 §8 row 19, cases O-17
    let source = png(image::GrayImage::new(40, 30));
    let mut wide = plan(Format::Png);
    wide.view.width = Some(80);
    let out = done(&source, &wide);
    assert_eq!(((out.width, out.height), reasons(&out)), ((40, 30), vec!["NOT_ENLARGED"]));
    wide.view.fit.upscale = true;
    let out = done(&source, &wide);
    assert_eq!(((out.width, out.height), reasons(&out)), ((80, 60), vec![]));
}

#[test]
fn limits_are_checked_before_decoding() {
    // 02 §8 row 31: 150 Mpx. The source has no picture data at all.
    let source = png(image::GrayImage::new(300, 200));
    let header_only = &source[..source.windows(4).position(|w| w == b"IDAT").unwrap() - 4];
    let mut huge = plan(Format::Png);
    huge.view.scale = Some(0.02);
    let error = run(header_only, &huge).unwrap_err();
    assert_eq!(error.reason(), "OUTPUT_TOO_LARGE");
    assert!(error.to_string().contains("15000 x 10000"), "{error}");
    assert!(error.to_string().contains("limits.max_output_pixels"), "{error}");

    let mut wide = plan(Format::Webp);
    wide.view.width = Some(17_000);
    wide.view.fit.upscale = true;
    let limits = Limits { max_output_pixels: u64::MAX, ..Limits::default() };
    let error = convert(header_only, "a.png", &wide, &limits, &mut |_, _| {}).unwrap_err();
    // cases O-27
    assert_eq!(error.reason(), "OUTPUT_TOO_LARGE");
    assert!(error.to_string().contains("16383"), "{error}");
}

#[test]
fn progress_never_falls_and_ends_at_one() {
    let mut seen = Vec::new();
    let source = golden("scene.png");
    let mut record = |stage, share| seen.push((stage, share));
    convert(&source, "scene.png", &plan(Format::Png), &Limits::default(), &mut record).unwrap();
    assert!(seen.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{seen:?}");
    assert_eq!(seen.last().map(|(_, share)| *share), Some(1.0));
}
