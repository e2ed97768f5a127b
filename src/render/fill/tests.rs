use super::{extended, opacity, placed, under};
use crate::codecs::bitmap::{Bitmap, Channels};
use crate::modifiers::plan::{Colour, Extend, Layer, Model};
use crate::render::geometry::{Extent, Size, SourceFacts, layer_geometry};

const CHANNELS: [Channels; 4] =
    [Channels::Gray, Channels::GrayAlpha, Channels::Rgb, Channels::Rgba];

fn rgb(rgb: [u8; 3], alpha: f64) -> Colour {
    Colour { model: Model::Rgb(rgb), alpha, in_source_space: false }
}

fn row(channels: Channels, data: &[u8]) -> Bitmap {
    let width = (data.len() / channels.count()) as u32;
    Bitmap { width, height: 1, channels, data: data.to_vec() }
}

/// A picture of which no two bytes in a row are equal.
fn counted(width: u32, height: u32, channels: Channels) -> Bitmap {
    let mut picture = Bitmap::zeroed(width, height, channels);
    for (at, value) in picture.data.iter_mut().enumerate() {
        *value = (at * 7 % 251) as u8;
    }
    picture
}

/// 02 §3.4 `color`, `bgColor`: fills transparent and half transparent parts.
#[test]
fn an_opaque_fill_shows_where_the_picture_is_transparent() {
    let data = [100, 200, 40, 0, 100, 200, 40, 51, 100, 200, 40, 255];
    let got = under(row(Channels::Rgba, &data), rgb([0, 0, 255], 1.0));
    // 51 is 20 %: 20, 40, 8 + 80 % of 255 = 212
    assert_eq!(got.data, [0, 0, 255, 255, 20, 40, 212, 255, 100, 200, 40, 255]);
    assert_eq!(got.channels, Channels::Rgba);
}

/// Source-over: alpha a + f (1 - a), colour (c a + f_c f (1 - a)) / alpha, for all
/// pairs of opacities; both round once, and alpha's own rounding does not count.
#[test]
fn a_half_transparent_fill_combines_opacities() {
    for own in 0..=255u8 {
        for fill in [0u8, 1, 64, 128, 254, 255] {
            let colour = rgb([10, 250, 90], f64::from(fill) / 255.0);
            let got = under(row(Channels::Rgba, &[200, 30, 90, own]), colour);
            let (a, f) = (f64::from(own) / 255.0, f64::from(fill) / 255.0);
            let alpha = a + f * (1.0 - a);
            assert!((f64::from(got.data[3]) - alpha * 255.0).abs() <= 0.5001);
            for (c, (under, over)) in
                [(10.0, 200.0), (250.0, 30.0), (90.0, 90.0)].iter().enumerate()
            {
                if alpha > 0.0 {
                    let expected = (over * a + under * f * (1.0 - a)) / alpha;
                    assert!((f64::from(got.data[c]) - expected).abs() <= 0.5001, "{own} {fill}");
                }
            }
        }
    }
}

#[test]
fn without_alpha_or_fill_nothing_changes() {
    for channels in CHANNELS {
        let picture = counted(5, 3, channels);
        assert_eq!(under(picture.clone(), rgb([9, 8, 7], 0.0)), picture);
        if !channels.has_alpha() {
            assert_eq!(under(picture.clone(), rgb([9, 8, 7], 1.0)), picture);
        }
    }
}

/// A gray picture stays gray under any way to write a gray, else it becomes RGB.
#[test]
fn a_gray_picture_becomes_rgb_only_for_a_colour() {
    let picture = row(Channels::GrayAlpha, &[50, 255, 50, 0]);
    let grays = [Model::Gray(100.0), Model::Rgb([255; 3]), Model::Cmyk([0; 4])];
    for model in grays {
        let white = Colour { model, alpha: 1.0, in_source_space: false };
        let got = under(picture.clone(), white);
        assert_eq!((got.channels, &got.data[..]), (Channels::GrayAlpha, &[50, 255, 255, 255][..]));
    }
    let got = under(picture, Colour { model: Model::Cmyk([0, 100, 100, 0]), ..rgb([0; 3], 1.0) });
    assert_eq!(
        (got.channels, &got.data[..]),
        (Channels::Rgba, &[50, 50, 50, 255, 255, 0, 0, 255][..])
    );
}

/// 02 §1: to CMYK with full black replacement, K = 1 - max.
#[test]
fn four_components_are_inks() {
    let inks = |colour| super::components(colour, 4);
    assert_eq!(inks(rgb([255, 255, 255], 1.0)), [0, 0, 0, 0]);
    assert_eq!(inks(rgb([0, 0, 0], 1.0)), [0, 0, 0, 255]);
    assert_eq!(inks(rgb([255, 0, 0], 1.0)), [0, 255, 255, 0]);
    // max 100: K = 155; C = 1 - 50/100, Y = 1 - 0/100
    assert_eq!(inks(rgb([50, 100, 0], 1.0)), [128, 0, 255, 155]);
    let own = Colour { model: Model::Cmyk([20, 40, 60, 100]), ..rgb([0; 3], 1.0) };
    assert_eq!(inks(own), [51, 102, 153, 255]);
}

/// The layer of a picture with `extend=`.
fn with_margins(picture: &Bitmap, [left, top, right, bottom]: [i32; 4]) -> Bitmap {
    let mut layer = Layer::default();
    layer.transform.extend = Some(Extend::Pixels { left, top, right, bottom });
    let extent = Extent::Picture(SourceFacts::of_size(picture.width, picture.height));
    let geometry = layer_geometry(&layer, &extent, None).unwrap();
    extended(picture.clone(), &geometry)
}

#[test]
fn extend_adds_transparent_margins_and_cuts_negative_ones() {
    let (width, height) = (6i32, 5i32);
    let margins = [
        [0, 0, 0, 0],
        [1, 2, 3, 4],
        [-1, -2, -3, -1],
        [-2, 3, 1, -4],
        [9, 0, -7, 0],
        [-6, 0, 1, 0],
    ];
    for channels in CHANNELS {
        let picture = counted(6, 5, channels);
        for [left, top, right, bottom] in margins {
            let got = with_margins(&picture, [left, top, right, bottom]);
            let size = (width + left + right, height + top + bottom);
            assert_eq!((got.width as i32, got.height as i32), size);
            let margin = [left, top, right, bottom].iter().any(|side| *side > 0);
            assert_eq!(got.channels, channels.with_alpha(margin || channels.has_alpha()));
            let (n, m) = (channels.count(), got.channels.count());
            for y in 0..size.1 {
                for x in 0..size.0 {
                    let pixel = &got.row(y as u32)[x as usize * m..][..m];
                    let (x, y) = (x - left, y - top);
                    let mut expected = vec![0; m];
                    if (0..width).contains(&x) && (0..height).contains(&y) {
                        expected.fill(255);
                        expected[..n]
                            .copy_from_slice(&picture.row(y as u32)[x as usize * n..][..n]);
                    }
                    assert_eq!(pixel, expected, "{channels:?} {left},{top},{right},{bottom}");
                }
            }
        }
    }
}

#[test]
fn far_away_nothing_of_the_picture_is_seen() {
    for at in [i64::MIN, -6, 6, i64::MAX] {
        let got = placed(counted(6, 6, Channels::Rgb), at, 0, Size { width: 6, height: 6 });
        assert_eq!(got, Bitmap::zeroed(6, 6, Channels::Rgba));
    }
}

#[test]
fn opac_multiplies_the_opacity() {
    let picture = row(Channels::GrayAlpha, &[9, 255, 9, 100, 9, 1, 9, 0]);
    // 127.5 and 0.5 round up
    assert_eq!(opacity(picture.clone(), 0.5).data, [9, 128, 9, 50, 9, 1, 9, 0]);
    assert_eq!(opacity(picture.clone(), 0.0).data, [9, 0, 9, 0, 9, 0, 9, 0]);
    assert_eq!(opacity(picture.clone(), 1.0), picture);
    let opaque = row(Channels::Rgb, &[1, 2, 3]);
    assert_eq!(opacity(opaque.clone(), 1.0), opaque);
    assert_eq!(opacity(opaque, 0.4), row(Channels::Rgba, &[1, 2, 3, 102]));
}
