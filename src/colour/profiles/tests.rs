use super::*;
use crate::colour::PixelType;

fn shipped_bytes(file: &str) -> &'static [u8] {
    SHIPPED.iter().find(|shipped| shipped.file == file).unwrap().bytes
}

/// A data directory's folder of profiles.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (file, bytes) in files {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

#[test]
fn every_shipped_profile_can_be_used_both_ways_by_every_name() {
    let profiles = Profiles::shipped();
    assert_eq!(profiles.broken(), []);
    assert_eq!(profiles.entries().len(), SHIPPED.len());
    for shipped in SHIPPED {
        for name in shipped.names.iter().chain([&shipped.file]) {
            let profile = profiles.find(name).unwrap();
            assert_eq!(profile.bytes(), shipped.bytes, "{name}");
            assert_eq!(profile.check_input(), Ok(()), "{name}");
            assert_eq!(profile.check_output(), Ok(()), "{name}");
        }
    }
}

#[test]
fn names_match_in_any_case_if_not_as_written() {
    let profiles = Profiles::shipped();
    assert_eq!(profiles.find("sRgb"), profiles.find("sRGB"));
    assert_eq!(profiles.find(" coatedfogra39 "), profiles.find("CoatedFogra39"));
}

#[test]
fn a_missing_folder_is_no_fault() {
    let profiles = Profiles::read(Path::new("/nonexistent/profiles"));
    assert_eq!(profiles.broken(), []);
    assert!(profiles.find("sRGB").is_ok());
}

#[test]
fn the_file_of_a_known_name_is_found_by_identifier_common_name_and_file_name() {
    let press = shipped_bytes("SWOP_TR003_coated_3.icc");
    let folder = folder(&[("USWebCoatedSWOP.icc", press)]);
    let profiles = Profiles::read(folder.path());
    for name in [
        "WebCoated",
        "U.S. Web Coated (SWOP) v2",
        "webcoated",
        "USWebCoatedSWOP.icc",
        "USWebCoatedSWOP",
        "uswebcoatedswop.ICC",
    ] {
        assert_eq!(profiles.find(name).unwrap().pixel_type(), PixelType::Cmyk, "{name}");
    }
}

#[test]
fn an_original_in_the_folder_goes_before_what_is_shipped() {
    let other = shipped_bytes("DisplayP3-v2-magic.icc");
    let folder = folder(&[("AdobeRGB1998.icc", other), ("sRgb Color Space Profile.icm", other)]);
    let profiles = Profiles::read(folder.path());
    for name in ["AdobeRGB", "Adobe RGB (1998)", "sRGB", "sRGB IEC61966-2.1"] {
        assert_eq!(profiles.find(name).unwrap().bytes(), other, "{name}");
    }
    assert!(!profiles.entries()[0].shipped);
}

#[test]
fn a_profile_of_ones_own_is_found_by_file_name_and_path() {
    let own = shipped_bytes("Rec2020-v4.icc");
    let folder = folder(&[("press/house stock.icm", own), ("notes.txt", b"no profile")]);
    let profiles = Profiles::read(folder.path());
    for name in [
        "press/house stock.icm",
        "./press/house stock.icm",
        "press\\house stock.icm",
        "house stock",
    ] {
        assert_eq!(profiles.find(name).unwrap().bytes(), own, "{name}");
    }
    assert_eq!(profiles.entries().len(), SHIPPED.len() + 1, "a text is no profile");
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let folder = folder(&[("inside/a.icc", shipped_bytes("sRGB-v2-magic.icc"))]);
    let profiles = Profiles::read(&folder.path().join("inside"));
    for name in ["../inside/a.icc", "/etc/passwd", "x/../../a.icc", "..\\a.icc", ".."] {
        let error = profiles.find(name).unwrap_err();
        assert!(matches!(error, NotFound::Outside { .. }), "{name}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let outside = folder(&[("secret.icc", shipped_bytes("sRGB-v2-magic.icc"))]);
    let inside = folder(&[]);
    std::os::unix::fs::symlink(outside.path(), inside.path().join("link")).unwrap();
    let file = outside.path().join("secret.icc");
    std::os::unix::fs::symlink(file, inside.path().join("secret.icc")).unwrap();
    assert!(Profiles::read(inside.path()).find("secret.icc").is_err());
}

#[test]
fn broken_files_are_listed_and_do_not_stop_the_others() {
    let good = shipped_bytes("Rec2020-v4.icc");
    let folder = folder(&[
        ("WebCoated.icc", b"not a profile"),
        ("USWebCoatedSWOP.icc", &good[..200]),
        ("good.icc", good),
    ]);
    let profiles = Profiles::read(folder.path());
    let files: Vec<_> = profiles.broken().iter().map(|broken| broken.file.as_str()).collect();
    assert_eq!(files, ["USWebCoatedSWOP.icc", "WebCoated.icc"]);
    assert!(profiles.find("good.icc").is_ok());
    assert_eq!(
        profiles.find("WebCoated").unwrap_err().to_string(),
        "the colour profile \"WebCoated\" cannot be used: USWebCoatedSWOP.icc: it is cut off: \
         its header says 480 bytes, it has 200"
    );
}

#[test]
fn a_name_that_is_not_there_gets_a_hint() {
    let profiles = Profiles::shipped();
    assert_eq!(
        profiles.find("NoSuch").unwrap_err().to_string(),
        "there is no colour profile \"NoSuch\"; put its .icc or .icm file into the folder \
         profiles of the data directory"
    );
    assert_eq!(
        profiles.find("sRBG").unwrap_err().to_string(),
        "there is no colour profile \"sRBG\" (did you mean \"sRGB\"?); put its .icc or .icm file \
         into the folder profiles of the data directory"
    );
    assert_eq!(
        profiles.find("WebCoated").unwrap_err().to_string(),
        "there is no colour profile \"WebCoated\" (USWebCoatedSWOP.icc); put its .icc or .icm \
         file into the folder profiles of the data directory"
    );
}
