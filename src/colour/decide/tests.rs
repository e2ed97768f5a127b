use super::*;
use PixelType::{Cmyk, Gray, Rgb};

fn profile(name: &str) -> Arc<Profile> {
    Profiles::shipped().find(name).unwrap()
}

fn source(pixel_type: PixelType, embedded: Option<&str>) -> Source {
    Source { pixel_type, embedded: embedded.map(profile) }
}

fn nothing() -> ColourDefaults {
    ColourDefaults { rgb: None, ..ColourDefaults::default() }
}

fn icc(name: &str) -> Icc {
    Icc { profile: profile(name), intent: None, black_point: None, dither: None }
}

fn decided(sources: &[Source], wanted: Wanted<'_>, defaults: ColourDefaults) -> Decision {
    let profiles = defaults.profiles(&Profiles::shipped()).unwrap();
    decide(sources, &wanted, &defaults, &profiles).unwrap()
}

fn conflict(wanted: Wanted<'_>) -> String {
    decide(&[], &wanted, &nothing(), &DefaultProfiles::default()).unwrap_err().to_string()
}

#[test]
fn input_space_is_the_embedded_profile() {
    let defaults = ColourDefaults { src_rgb: Some("ProPhoto".into()), ..nothing() };
    let seen = decided(&[source(Rgb, Some("AdobeRGB"))], Wanted::default(), defaults);
    assert_eq!(seen.sources, [Some(profile("AdobeRGB"))]);
}

#[test]
fn input_space_is_else_the_source_default() {
    let defaults = ColourDefaults {
        src_rgb: Some("ProPhoto".into()),
        rgb: Some("sRGB".into()),
        src_cmyk: Some("CoatedFogra39".into()),
        ..nothing()
    };
    let sources = [source(Rgb, None), source(Cmyk, None)];
    let seen = decided(&sources, Wanted::default(), defaults);
    assert_eq!(seen.sources, [Some(profile("ProPhoto")), Some(profile("CoatedFogra39"))]);
}

#[test]
fn input_space_is_else_the_output_default() {
    let defaults = ColourDefaults { cmyk: Some("CoatedFogra39".into()), ..nothing() };
    let seen = decided(&[source(Cmyk, None)], Wanted::default(), defaults);
    assert_eq!(seen.sources, [Some(profile("CoatedFogra39"))]);
}

#[test]
fn input_space_is_else_unmanaged() {
    let seen = decided(&[source(Cmyk, None)], Wanted::default(), ColourDefaults::default());
    assert_eq!(seen.sources, [None]);
    assert_eq!(seen.profile, Some(profile("sRGB")));
}

#[test]
fn an_embedded_profile_for_other_colours_does_not_count() {
    let seen = decided(&[source(Rgb, Some("CoatedFogra39"))], Wanted::default(), nothing());
    assert_eq!((seen.sources, seen.profile), (vec![None], None));
}

#[test]
fn pixel_type_is_that_of_icc_then_fmt_then_gray_for_masks_then_rgb() {
    let fogra = icc("CoatedFogra39");
    let output = |wanted| decided(&[], wanted, nothing()).output;
    let of_icc = || Wanted { icc: Some(&fogra), ..Wanted::default() };
    assert_eq!(output(Wanted { is_mask: true, ..of_icc() }), Cmyk);
    assert_eq!(output(Wanted { pixel_type: Some(Cmyk), ..of_icc() }), Cmyk);
    let of_fmt = Wanted { pixel_type: Some(Rgb), is_mask: true, ..Wanted::default() };
    assert_eq!(output(of_fmt), Rgb);
    assert_eq!(output(Wanted { is_mask: true, ..Wanted::default() }), Gray);
    assert_eq!(output(Wanted::default()), Rgb);
}

#[test]
fn ruling_20_fmt_against_icc_is_an_error() {
    // 02 §8 row 136: fmt=tif,rgb&icc=WebCoated
    let fogra = icc("CoatedFogra39");
    let wanted = Wanted { icc: Some(&fogra), pixel_type: Some(Rgb), ..Wanted::default() };
    assert_eq!(
        conflict(wanted),
        "fmt asks for rgb pixels, but the profile of icc is for cmyk; leave one of them out"
    );
}

#[test]
fn row_136_a_format_that_cannot_hold_the_profiles_type_is_an_error() {
    let fogra = icc("CoatedFogra39");
    let format = Some(("png", &[Rgb, Gray][..]));
    assert_eq!(
        conflict(Wanted { icc: Some(&fogra), format, ..Wanted::default() }),
        "png files cannot hold cmyk pixels; fmt=jpeg or fmt=tif can"
    );
    // row 123: webp,gray
    let format = Some(("webp", &[Rgb][..]));
    assert_eq!(
        conflict(Wanted { pixel_type: Some(Gray), format, ..Wanted::default() }),
        "webp files cannot hold gray pixels; fmt=tif can"
    );
}

#[test]
fn output_space_is_that_of_icc() {
    let adobe = icc("AdobeRGB");
    let wanted = Wanted { icc: Some(&adobe), ..Wanted::default() };
    let seen = decided(&[source(Rgb, Some("ProPhoto"))], wanted, ColourDefaults::default());
    assert_eq!(seen.profile, Some(profile("AdobeRGB")));
}

#[test]
fn output_space_is_else_the_default_of_its_type() {
    let seen =
        decided(&[source(Rgb, Some("AdobeRGB"))], Wanted::default(), ColourDefaults::default());
    assert_eq!(seen.profile, Some(profile("sRGB")));
}

#[test]
fn output_space_is_else_the_base_layers_profile_if_its_type_matches() {
    let sources = [source(Rgb, Some("AdobeRGB")), source(Rgb, Some("ProPhoto"))];
    let seen = decided(&sources, Wanted::default(), nothing());
    assert_eq!(seen.profile, Some(profile("AdobeRGB")), "the first one is the base layer");
    let seen = decided(&[source(Cmyk, Some("CoatedFogra39"))], Wanted::default(), nothing());
    assert_eq!(seen.profile, None, "its type does not match");
}

#[test]
fn output_space_is_else_undefined() {
    let wanted = Wanted { pixel_type: Some(Cmyk), ..Wanted::default() };
    let seen = decided(&[source(Rgb, Some("AdobeRGB"))], wanted, ColourDefaults::default());
    assert_eq!((seen.output, seen.profile), (Cmyk, None));
}

#[test]
fn o06_an_output_profile_always_has_the_outputs_pixel_type() {
    for output in PixelType::ALL {
        for input in PixelType::ALL {
            for embedded in ["sRGB", "sGray", "CoatedFogra39"] {
                for defaults in [nothing(), ColourDefaults::default()] {
                    let wanted = Wanted { pixel_type: Some(output), ..Wanted::default() };
                    let seen = decided(&[source(input, Some(embedded))], wanted, defaults);
                    assert!(seen.profile.is_none_or(|profile| profile.pixel_type() == output));
                }
            }
        }
    }
}

#[test]
fn layers_of_one_space_are_converted_after_merging() {
    let same = [source(Rgb, Some("AdobeRGB")), source(Rgb, Some("AdobeRGB"))];
    assert!(!decided(&same, Wanted::default(), nothing()).before_merging);
    assert!(!decided(&same[..1], Wanted::default(), nothing()).before_merging);
}

#[test]
fn layers_of_several_spaces_are_converted_before_merging() {
    let two = [source(Rgb, Some("AdobeRGB")), source(Rgb, Some("sRGB"))];
    assert!(decided(&two, Wanted::default(), nothing()).before_merging);
    // both unmanaged, but of different types
    let two = [source(Rgb, None), source(Cmyk, None)];
    assert!(decided(&two, Wanted::default(), nothing()).before_merging);
}

#[test]
fn ruling_6_relative_with_black_point_and_without_dither() {
    let seen = decided(&[], Wanted::default(), ColourDefaults::default());
    assert_eq!((seen.intent, seen.black_point, seen.dither), (Intent::Relative, true, false));
}

#[test]
fn parts_that_icc_leaves_out_come_from_the_defaults() {
    let defaults = ColourDefaults { intent: Intent::Saturation, dither: true, ..nothing() };
    let mut icc = icc("AdobeRGB");
    icc.black_point = Some(false);
    let wanted = || Wanted { icc: Some(&icc), ..Wanted::default() };
    let seen = decided(&[], wanted(), defaults.clone());
    assert_eq!((seen.intent, seen.black_point, seen.dither), (Intent::Saturation, false, true));
    let icc = Icc { intent: Some(Intent::Absolute), dither: Some(false), ..icc };
    let seen = decided(&[], Wanted { icc: Some(&icc), ..Wanted::default() }, defaults);
    assert_eq!((seen.intent, seen.black_point, seen.dither), (Intent::Absolute, false, false));
}

#[test]
fn defaults_that_cannot_be_are_named() {
    let text =
        |defaults: ColourDefaults| defaults.profiles(&Profiles::shipped()).unwrap_err().to_string();
    assert_eq!(
        text(ColourDefaults { cmyk: Some("sRGB".into()), ..nothing() }),
        "the default output profile for cmyk is \"sRGB\", a profile for rgb; one for cmyk is needed"
    );
    assert!(
        text(ColourDefaults { src_gray: Some("NoSuch".into()), ..nothing() })
            .starts_with("the default source profile for gray: there is no colour profile")
    );
}
