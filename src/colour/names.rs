//! The names by which profiles are known in `icc=` (01 §9.1): for each an
//! identifier, a common name and the file it has in the original product.
//! Where two published lists differ, the names of both are here.

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Identifiers, the usual one first.
    pub identifiers: &'static [&'static str],
    /// The name for people.
    pub common: &'static str,
    /// File names, the usual one first.
    pub files: &'static [&'static str],
}

const fn known(
    identifiers: &'static [&'static str],
    common: &'static str,
    files: &'static [&'static str],
) -> Known {
    Known { identifiers, common, files }
}

/// All rows: RGB, then CMYK.
pub const KNOWN: &[Known] = &[
    known(&["AdobeRGB"], "Adobe RGB (1998)", &["AdobeRGB1998.icc"]),
    known(&["AppleRGB"], "Apple RGB", &["AppleRGB.icc"]),
    known(&["CIERGB"], "CIE RGB", &["CIERGB.icc"]),
    known(&["ColorMatchRGB"], "ColorMatch RGB", &["ColorMatchRGB.icc"]),
    known(&["NTSC"], "NTSC (1953)", &["NTSC1953.icc"]),
    known(&["PAL"], "PAL/SECAM", &["PAL_SECAM.icc"]),
    known(&["ProPhoto"], "ProPhoto RGB", &["ProPhoto.icm", "ProPhoto RGB.icm"]),
    known(&["SMPTE"], "SMPTE-C", &["SMPTE-C.icc"]),
    known(&["sRGB"], "sRGB IEC61966-2.1", &["sRgb Color Space Profile.icm"]),
    known(&["WideGamutRGB"], "Wide Gamut RGB", &["WideGamutRGB.icc"]),
    known(&["CoatedFogra27"], "Coated FOGRA27 (ISO 12647-2:2004)", &["CoatedFOGRA27.icc"]),
    known(&["CoatedFogra39"], "Coated FOGRA39 (ISO 12647-2:2004)", &["CoatedFOGRA39.icc"]),
    known(&["CoatedGraCol"], "Coated GRACoL 2006 (ISO 12647-2:2004)", &["CoatedGRACoL2006.icc"]),
    known(&["EuropeISOCoated"], "Europe ISO Coated FOGRA27", &["EuropeISOCoatedFOGRA27.icc"]),
    known(
        &["EuroscaleCoated", "Euroscale Coated v2"],
        "Euroscale Coated",
        &["EuroscaleCoated.icc"],
    ),
    known(&["EuroscaleUncoated"], "Euroscale Uncoated v2", &["EuroscaleUncoated.icc"]),
    known(&["JapanColorCoated"], "Japan Color 2001 Coated", &["JapanColor2001Coated.icc"]),
    known(&["JapanColorNewspaper"], "Japan Color 2002 Newspaper", &["JapanColor2002Newspaper.icc"]),
    known(&["JapanColorUncoated"], "Japan Color 2001 Uncoated", &["JapanColor2001Uncoated.icc"]),
    known(
        &["JapanColorWebCoated"],
        "Japan Color 2003 Web Coated",
        &["JapanColor2003WebCoated.icc"],
    ),
    known(&["JapanWebCoated"], "Japan Web Coated (Ad)", &["JapanWebCoated.icc"]),
    known(&["NewsprintSNAP2007"], "US Newsprint (SNAP 2007)", &["USNewsprintSNAP2007.icc"]),
    known(&["PS4Default"], "Photoshop 4 Default CMYK", &["Photoshop4DefaultCMYK.icc"]),
    known(&["PS5Default"], "Photoshop 5 Default CMYK", &["Photoshop5DefaultCMYK.icc"]),
    known(&["SheetfedCoated"], "U.S. Sheetfed Coated v2", &["USSheetfedCoated.icc"]),
    known(&["SheetfedUncoated"], "U.S. Sheetfed Uncoated v2", &["USSheetfedUncoated.icc"]),
    known(&["UncoatedFogra29"], "Uncoated FOGRA29 (ISO 12647-2:2004)", &["UncoatedFOGRA29.icc"]),
    known(&["WebCoated"], "U.S. Web Coated (SWOP) v2", &["USWebCoatedSWOP.icc"]),
    known(
        &["WebCoatedFogra28"],
        "Web Coated FOGRA28 (ISO 12647-2:2004)",
        &["WebCoatedFOGRA28.icc"],
    ),
    known(
        &["WebCoatedGrade3"],
        "Web Coated SWOP 2006 Grade 3 Paper",
        &["WebCoatedSWOP2006Grade3.icc"],
    ),
    known(
        &["WebCoatedGrade5", "Web Coated SWOP Grade 5 Paper"],
        "Web Coated SWOP 2006 Grade 5 Paper",
        &["WebCoatedSWOP2006Grade5.icc"],
    ),
    known(&["WebUncoated"], "U.S. Web Uncoated v2", &["USWebUncoated.icc"]),
];

impl Known {
    /// Every identifier and the common name.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.identifiers.iter().copied().chain([self.common])
    }
}

/// The row of an identifier or common name: as it is written or, failing that,
/// in any case (a published page writes `icc=sRgb`).
pub fn find(name: &str) -> Option<&'static Known> {
    let row = |matches: &dyn Fn(&str) -> bool| KNOWN.iter().find(|row| row.names().any(matches));
    row(&|known| known == name).or_else(|| row(&|known| known.eq_ignore_ascii_case(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifier_and_common_name_lead_to_the_same_file() {
        for row in KNOWN {
            for name in row.names() {
                assert_eq!(find(name), Some(row), "{name}");
                assert_eq!(find(&name.to_uppercase()), Some(row), "{name} in upper case");
            }
        }
    }

    #[test]
    fn names_are_unambiguous() {
        let names: Vec<String> =
            KNOWN.iter().flat_map(Known::names).map(str::to_lowercase).collect();
        for (index, name) in names.iter().enumerate() {
            assert!(!names[..index].contains(name), "{name} stands twice");
        }
    }

    #[test]
    fn a_page_writes_srgb_in_its_own_case() {
        assert_eq!(find("sRgb").unwrap().files[0], "sRgb Color Space Profile.icm");
    }

    #[test]
    fn both_lists_of_the_spec_are_here() {
        // 01 §9.1 has 10 RGB and 22 CMYK rows and names that only one list has
        assert_eq!(KNOWN.len(), 32);
        for name in ["ProPhoto RGB", "Euroscale Coated v2", "Web Coated SWOP Grade 5 Paper"] {
            assert!(find(name).is_some(), "{name}");
        }
        assert_eq!(find("NoSuch"), None);
    }
}
