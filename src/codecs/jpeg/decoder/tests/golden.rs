//! Pixels against Pillow's and numpy's.

use super::super::{Colour, Decoder, Options, decode, read_header};
use super::{FILES, golden, scaled};

fn png(name: &str) -> (u32, u32, Vec<u8>) {
    let bytes = golden(name);
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut data).unwrap();
    (info.width, info.height, data)
}

#[test]
fn pixels_are_those_of_libjpeg() {
    for (name, channels) in FILES.into_iter().chain([("wide-tables", 3)]) {
        let decoded = scaled(&golden(&format!("{name}.jpg")), 1);
        let (width, height, expected) = png(&format!("{name}.png"));
        assert_eq!((decoded.bitmap.width, decoded.bitmap.height), (width, height), "{name}");
        assert_eq!(decoded.bitmap.channels.count(), channels, "{name}");
        assert!(decoded.bitmap.data == expected, "{name}");
        assert_eq!((decoded.damage.len(), decoded.incomplete), (0, false), "{name}");
    }
}

#[test]
fn scaled_gray_is_the_low_coefficients() {
    // The expected pixels are made from pixels, not from coefficients: two
    // roundings, so that they may be one level off.
    for name in ["gray", "restart-gray"] {
        for denominator in [2, 4] {
            let decoded = scaled(&golden(&format!("{name}.jpg")), denominator).bitmap;
            let (width, height, expected) = png(&format!("{name}-{denominator}.png"));
            assert_eq!((decoded.width, decoded.height), (width, height));
            for (ours, theirs) in decoded.data.iter().zip(&expected) {
                assert!(ours.abs_diff(*theirs) <= 1, "{name} 1/{denominator}");
            }
        }
    }
}

#[test]
fn an_eighth_of_gray_is_the_mean_of_each_block() {
    let bytes = golden("gray.jpg");
    let (whole, small) = (scaled(&bytes, 1).bitmap, scaled(&bytes, 8).bitmap);
    assert_eq!((small.width, small.height), (3, 4));
    for y in 0..4 {
        for x in 0..3 {
            let rows = (8 * y..8 * y + 8).map(|y| &whole.row(y)[8 * x..8 * x + 8]);
            let sum: u32 = rows.flatten().map(|value| u32::from(*value)).sum();
            let mean = ((sum + 32) / 64) as u8;
            assert!(small.row(y)[x].abs_diff(mean) <= 1);
        }
    }
}

#[test]
fn scaled_sides_are_rounded_up_and_pixels_alike() {
    for (name, _) in FILES {
        let bytes = golden(&format!("{name}.jpg"));
        let whole = scaled(&bytes, 1).bitmap;
        let n = whole.channels.count();
        for denominator in [2, 4, 8] {
            let small = scaled(&bytes, denominator).bitmap;
            let part = u32::from(denominator);
            assert_eq!(small.width, whole.width.div_ceil(part), "{name}");
            assert_eq!(small.height, whole.height.div_ceil(part), "{name}");
            // A low-pass keeps the mean but for the blocks that reach beyond the
            // picture, whose outer half the encoder filled with copies.
            if whole.width.is_multiple_of(part) && whole.height.is_multiple_of(part) {
                for channel in 0..n {
                    let difference = mean(&whole.data, n, channel) - mean(&small.data, n, channel);
                    assert!(difference.abs() < 2.0, "{name} 1/{denominator}: {difference}");
                }
            }
        }
    }
}

fn mean(data: &[u8], n: usize, channel: usize) -> f64 {
    let values = data.iter().skip(channel).step_by(n).map(|value| f64::from(*value));
    values.sum::<f64>() / (data.len() / n) as f64
}

#[test]
fn sequential_and_progressive_give_the_same_at_any_scale() {
    let (sequential, progressive) = (golden("420-64x48.jpg"), golden("progressive.jpg"));
    for denominator in [1, 2, 4, 8] {
        let (a, b) = (scaled(&sequential, denominator), scaled(&progressive, denominator));
        assert!(a.bitmap == b.bitmap, "1/{denominator}");
    }
}

#[test]
fn factors_that_do_not_divide_take_the_nearest_sample() {
    // The blocks of a file of factors 1 x 1, read as if they were 3 x 1 and
    // 2 x 1. All components of it have the same tables, so the data stay legal.
    let mut bytes = golden("rgb.jpg");
    let frame = bytes.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    bytes[frame + 5..frame + 9].copy_from_slice(&[0, 8, 0, 24]);
    for (component, factors) in [0x31, 0x21, 0x21].into_iter().enumerate() {
        bytes[frame + 11 + 3 * component] = factors;
    }
    let mut decoder = Decoder::new(&bytes, &Options::default()).unwrap();
    assert_eq!(decoder.plane_sizes(), [(24, 8), (16, 8), (16, 8)]);
    let planes = decoder.next_planes().unwrap().unwrap();
    let decoded = scaled(&bytes, 1).bitmap;
    for y in 0..8 {
        for (x, pixel) in decoded.row(y as u32).chunks_exact(3).enumerate() {
            assert_eq!(pixel[0], planes[0].rows[y][x]);
            // two samples for three pixels
            assert_eq!(pixel[1], planes[1].rows[y][x * 2 / 3]);
            assert_eq!(pixel[2], planes[2].rows[y][x * 2 / 3]);
        }
    }
}

#[test]
fn half_of_420_has_whole_chroma() {
    let bytes = golden("420-64x48.jpg");
    let planes = |denominator| {
        let options = Options { denominator, ..Options::default() };
        Decoder::new(&bytes, &options).unwrap().plane_sizes()
    };
    assert_eq!(planes(1), [(64, 48), (32, 24), (32, 24)]);
    assert_eq!(planes(2), [(32, 24), (32, 24), (32, 24)]);
    assert_eq!(planes(8), [(8, 6), (8, 6), (8, 6)]);
}

#[test]
fn stripes_and_planes_hold_the_whole_picture() {
    for name in ["420-64x48", "progressive", "cmyk", "440"] {
        let bytes = golden(&format!("{name}.jpg"));
        let whole = scaled(&bytes, 1).bitmap;
        let mut decoder = Decoder::new(&bytes, &Options::default()).unwrap();
        let mut data: Vec<u8> = Vec::new();
        while let Some(stripe) = decoder.next_stripe().unwrap() {
            assert_eq!(stripe.y as usize * whole.stride(), data.len());
            data.extend(stripe.data);
        }
        assert!(data == whole.data, "{name}");

        let mut decoder = Decoder::new(&bytes, &Options::default()).unwrap();
        let sizes = decoder.plane_sizes();
        let mut rows = vec![0; sizes.len()];
        while let Some(planes) = decoder.next_planes().unwrap() {
            for ((plane, rows), (width, _)) in planes.iter().zip(&mut rows).zip(&sizes) {
                assert_eq!((plane.y, plane.width), (*rows, *width));
                *rows += plane.rows.len();
            }
        }
        assert!(rows.iter().zip(&sizes).all(|(rows, size)| *rows == size.1), "{name}");
    }
}

#[test]
fn headers_say_what_the_file_is() {
    let header = |name: &str| read_header(&golden(name)).unwrap();
    let sequential = header("420-64x48.jpg");
    assert_eq!((sequential.width, sequential.height), (64, 48));
    assert_eq!((sequential.progressive, sequential.streams), (false, true));
    let progressive = header("progressive.jpg");
    assert_eq!((progressive.progressive, progressive.streams), (true, false));
    assert!(!header("separate.jpg").streams);
    let colours = ["gray.jpg", "444.jpg", "rgb.jpg", "cmyk.jpg", "ycck.jpg"];
    let expected = [Colour::Gray, Colour::YCbCr, Colour::Rgb, Colour::Cmyk, Colour::Ycck];
    assert_eq!(colours.map(|name| header(name).colour), expected);
}

#[test]
fn fill_bytes_and_junk_between_segments_are_passed_over() {
    let bytes = golden("gray.jpg");
    let table = bytes.windows(2).position(|pair| pair == [0xff, 0xdb]).unwrap();
    let junk: [&[u8]; 4] = [&bytes[..table], &[7, 8, 9], &[0xff; 3], &bytes[table..]];
    let whole = scaled(&bytes, 1);
    assert_eq!(decode(&junk.concat(), &Options::default()).unwrap(), whole);
}
