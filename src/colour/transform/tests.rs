use super::*;
use crate::colour::Profiles;

fn transform(from: &str, to: &str) -> Transform {
    let profiles = Profiles::shipped();
    let (from, to) = (profiles.find(from).unwrap(), profiles.find(to).unwrap());
    Transform::new(&from, &to, Intent::Relative, true).unwrap()
}

fn picture(channels: Channels, data: Vec<u8>) -> Bitmap {
    let width = (data.len() / channels.count() / 2) as u32;
    Bitmap { width, height: 2, channels, data }
}

#[test]
fn a_profile_to_itself_changes_nothing() {
    for name in ["sRGB", "sGray", "AdobeRGB", "ProPhoto"] {
        assert!(transform(name, name).is_identity(), "{name}");
    }
    assert!(!transform("AdobeRGB", "sRGB").is_identity());
}

#[test]
fn alpha_is_passed_through_and_colours_do_not_depend_on_it() {
    for (from, to) in [
        ("sGray", "CoatedFogra39"),
        ("AdobeRGB", "sRGB"),
        ("sRGB", "CoatedFogra39"),
        ("CoatedFogra39", "sRGB"),
        ("sRGB", "sGray"),
        ("CoatedFogra39", "sGray"),
    ] {
        let transform = transform(from, to);
        let (n, m) = (transform.from().components(), transform.to().components());
        let with_alpha: Vec<u8> = (0..4 * (n + 1)).map(|index| (index * 37 % 251) as u8).collect();
        let plain = with_alpha.chunks_exact(n + 1).flat_map(|pixel| pixel[..n].to_vec()).collect();
        let with_alpha = picture(Channels::of(transform.from(), true), with_alpha);
        let alphas: Vec<u8> = with_alpha.data.chunks_exact(n + 1).map(|pixel| pixel[n]).collect();
        let plain = picture(Channels::of(transform.from(), false), plain);
        for dither in [false, true] {
            let one = transform.apply(with_alpha.clone(), dither).unwrap();
            let other = transform.apply(plain.clone(), dither).unwrap();
            assert_eq!(one.channels, Channels::of(transform.to(), true));
            assert_eq!(one.data.len(), 4 * (m + 1));
            for (index, pixel) in one.data.chunks_exact(m + 1).enumerate() {
                assert_eq!(pixel[..m], other.data[index * m..][..m], "{from} to {to}");
                assert_eq!(pixel[m], alphas[index]);
            }
        }
    }
}

#[test]
fn a_picture_of_other_colours_is_refused() {
    let error = transform("AdobeRGB", "sRGB").apply(picture(Channels::Gray, vec![0; 4]), false);
    assert_eq!(
        error.unwrap_err().to_string(),
        "the picture is gray, but its colours were to be converted from rgb"
    );
}

#[test]
fn dithering_keeps_the_mean_of_a_ramp_and_moves_no_pixel_by_more_than_a_level() {
    let transform = transform("AdobeRGB", "sRGB");
    let data: Vec<u8> =
        (0..64 * 64).flat_map(|index| [(index % 64 + 90) as u8, 120, 110]).collect();
    let ramp = Bitmap { width: 64, height: 64, channels: Channels::Rgb, data };
    let plain = transform.apply(ramp.clone(), false).unwrap();
    let dithered = transform.apply(ramp.clone(), true).unwrap();
    assert_ne!(plain, dithered);
    assert_eq!(dithered, transform.apply(ramp, true).unwrap(), "the same every time");
    for (one, other) in plain.data.iter().zip(&dithered.data) {
        assert!(one.abs_diff(*other) <= 1);
    }
}

#[test]
fn cmyk_white_and_black_are_paper_and_the_darkest_ink() {
    let transform = transform("CoatedFogra39", "sRGB");
    assert_eq!(transform.colour([0, 0, 0, 0])[..3], [255; 3], "relative: paper is white");
    let black = transform.colour([255, 255, 255, 255]);
    assert!(black[..3].iter().all(|value| *value < 10), "{black:?}");
}

#[test]
fn an_empty_picture_stays_empty() {
    let empty = Bitmap { width: 0, height: 0, channels: Channels::Rgb, data: Vec::new() };
    let out = transform("sRGB", "CoatedFogra39").apply(empty, true).unwrap();
    assert_eq!((out.channels, out.data.len()), (Channels::Cmyk, 0));
}
