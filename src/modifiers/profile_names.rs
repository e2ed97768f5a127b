//! Pixel types of the standard profiles (01 §9.1), so that `icc=` and `fmt=` can
//! be compared before a profile is opened.

use super::plan::PixelType;

const RGB: &[&str] = &[
    "AdobeRGB",
    "Adobe RGB (1998)",
    "AppleRGB",
    "Apple RGB",
    "CIERGB",
    "CIE RGB",
    "ColorMatchRGB",
    "ColorMatch RGB",
    "NTSC",
    "NTSC (1953)",
    "PAL",
    "PAL/SECAM",
    "ProPhoto",
    "ProPhoto RGB",
    "SMPTE",
    "SMPTE-C",
    "sRGB",
    "sRGB IEC61966-2.1",
    "WideGamutRGB",
    "Wide Gamut RGB",
];

const CMYK: &[&str] = &[
    "CoatedFogra27",
    "Coated FOGRA27 (ISO 12647-2:2004)",
    "CoatedFogra39",
    "Coated FOGRA39 (ISO 12647-2:2004)",
    "CoatedGraCol",
    "Coated GRACoL 2006 (ISO 12647-2:2004)",
    "EuropeISOCoated",
    "Europe ISO Coated FOGRA27",
    "EuroscaleCoated",
    "Euroscale Coated",
    "Euroscale Coated v2",
    "EuroscaleUncoated",
    "Euroscale Uncoated v2",
    "JapanColorCoated",
    "Japan Color 2001 Coated",
    "JapanColorNewspaper",
    "Japan Color 2002 Newspaper",
    "JapanColorUncoated",
    "Japan Color 2001 Uncoated",
    "JapanColorWebCoated",
    "Japan Color 2003 Web Coated",
    "JapanWebCoated",
    "Japan Web Coated (Ad)",
    "NewsprintSNAP2007",
    "US Newsprint (SNAP 2007)",
    "PS4Default",
    "Photoshop 4 Default CMYK",
    "PS5Default",
    "Photoshop 5 Default CMYK",
    "SheetfedCoated",
    "U.S. Sheetfed Coated v2",
    "SheetfedUncoated",
    "U.S. Sheetfed Uncoated v2",
    "UncoatedFogra29",
    "Uncoated FOGRA29 (ISO 12647-2:2004)",
    "WebCoated",
    "U.S. Web Coated (SWOP) v2",
    "WebCoatedFogra28",
    "Web Coated FOGRA28 (ISO 12647-2:2004)",
    "WebCoatedGrade3",
    "Web Coated SWOP 2006 Grade 3 Paper",
    "WebCoatedGrade5",
    "Web Coated SWOP 2006 Grade 5 Paper",
    "Web Coated SWOP Grade 5 Paper",
    "WebUncoated",
    "U.S. Web Uncoated v2",
];

/// The pixel type of a standard profile by identifier or common name; `None` for
/// every other profile, which must be opened to know.
pub(super) fn pixel_type(name: &str) -> Option<PixelType> {
    let among = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    match name {
        _ if among(RGB) => Some(PixelType::Rgb),
        _ if among(CMYK) => Some(PixelType::Cmyk),
        _ => None,
    }
}
