use super::super::golden::grain;
use super::*;
use crate::codecs::bitmap::Channels;

/// The extreme over the disc by its definition, at every pixel.
fn naive(picture: &Bitmap, radius: i64, dilate: bool) -> Vec<u8> {
    let n = picture.channels.count() as i64;
    let (width, height) = (i64::from(picture.width), i64::from(picture.height));
    let value = |x: i64, y: i64, c: i64| {
        let inside = (0..width).contains(&x) && (0..height).contains(&y);
        if inside { picture.data[((y * width + x) * n + c) as usize] } else { 0 }
    };
    let at = |i: i64| {
        let (x, y, c) = (i / n % width, i / n / width, i % n);
        let square = (-radius..=radius).flat_map(|dy| (-radius..=radius).map(move |dx| (dx, dy)));
        let disc = square.filter(|(dx, dy)| dx * dx + dy * dy <= radius * radius);
        let values = disc.map(|(dx, dy)| value(x + dx, y + dy, c));
        if dilate { values.max() } else { values.min() }.unwrap()
    };
    (0..picture.data.len() as i64).map(at).collect()
}

#[test]
fn equals_the_definition_at_every_size_and_radius() {
    let sizes = [(1, 1), (1, 17), (17, 1), (2, 2), (5, 9), (12, 11), (23, 16)];
    for (width, height) in sizes {
        for channels in [Channels::Gray, Channels::GrayAlpha, Channels::Rgb, Channels::Rgba] {
            let picture = grain(width, height, channels);
            for radius in [0, 1, 2, 3, 4, 5, 8, 13, 18u32] {
                let mut most = picture.clone();
                dilate(&mut most, radius);
                let mut least = picture.clone();
                erode(&mut least, radius);
                let name = format!("{width} x {height} {channels:?} radius {radius}");
                assert_eq!(most.data, naive(&picture, radius.into(), true), "{name}");
                assert_eq!(least.data, naive(&picture, radius.into(), false), "{name}");
            }
        }
    }
}

#[test]
fn sparse_points_become_discs_of_their_own() {
    // grain is full of 255 and 0; here few pixels stand out
    for radius in [1, 6, 10, 11] {
        let mut picture = Bitmap::zeroed(31, 27, Channels::Gray);
        for (at, value) in [(0, 90), (400, 50), (555, 200), (31 * 27 - 1, 10)] {
            picture.data[at] = value;
        }
        let mut most = picture.clone();
        dilate(&mut most, radius);
        assert_eq!(most.data, naive(&picture, radius.into(), true), "radius {radius}");
        let mut negative = picture.clone();
        negative.data.iter_mut().for_each(|value| *value = 255 - *value);
        let mut least = negative.clone();
        erode(&mut least, radius);
        assert_eq!(least.data, naive(&negative, radius.into(), false), "radius {radius}");
    }
}

#[test]
fn a_radius_beyond_the_picture_takes_all_of_it() {
    let mut picture = grain(3, 200, Channels::Gray);
    dilate(&mut picture, u32::MAX);
    assert!(picture.data.iter().all(|value| *value == 255));
    erode(&mut picture, u32::MAX);
    assert!(picture.data.iter().all(|value| *value == 0));
}
