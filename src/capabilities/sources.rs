//! What is read, format by format.

use crate::codecs::sniff::Kind;
use crate::decoding::needs_process;

/// A kind of picture and how far it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFormat {
    pub kind: Kind,
    pub readable: bool,
    /// What of it is read and what is refused; for kinds that are not read, why.
    pub remark: &'static str,
    /// Decoded in a process of its own.
    pub isolated: bool,
}

/// Every kind of picture that is known.
pub fn source_formats() -> Vec<SourceFormat> {
    PICTURES
        .iter()
        .map(|(kind, remark)| SourceFormat {
            kind: *kind,
            readable: kind.readable(),
            remark,
            isolated: needs_process(*kind),
        })
        .collect()
}

const PICTURES: &[(Kind, &str)] = &[
    (
        Kind::Jpeg,
        "8 bits, baseline and progressive, gray, YCbCr, RGB, CMYK, YCCK, any sampling, restart \
         markers, ICC, EXIF; decoded at a half, a quarter or an eighth where the output is small. \
         Refused: 12 bits, arithmetic, lossless, and files whose picture data end early or break; \
         broken data between restart markers that are all there cost a warning",
    ),
    (Kind::Png, "all of PngSuite; the first picture of APNG"),
    (
        Kind::Tiff,
        "strips, tiles and planes, none, LZW, Deflate, PackBits, JPEG, CCITT G3, G4 and RLE; 1 to 16 \
         and 32 bits, float of 16, 32 and 64, palette, gray, RGB, CMYK, YCbCr, L\\*a\\*b\\*, associated \
         and unassociated alpha, ICC, both byte orders, BigTIFF, page 1; a crop unpacks only the \
         strips and tiles that it needs. Refused: samples with a sign, old-style JPEG, 12-bit JPEG, \
         Zstandard, LERC and other rare packings, masks, camera data, more than 64 samples a pixel",
    ),
    (Kind::Gif, "the first frame as displayed"),
    (Kind::Webp, "lossy, lossless, alpha; the first frame as displayed"),
    (Kind::Avif, "8, 10 and 12 bits, all samplings, alpha, grids, ICC. Refused: PQ and HLG"),
    (
        Kind::Jp2,
        "JP2 and codestreams, gray, RGB, sYCC, CMYK, palettes, 1 to 16 bits; takes up to 24 bytes \
         of memory a pixel",
    ),
    (Kind::Bmp, "1 to 32 bits, RLE, bitfields, OS/2 headers"),
    (
        Kind::Psd,
        "the merged picture of 1, 8 and 16 bits: bitmap, gray, RGB, CMYK, with transparency. \
         Refused: PSB, indexed, duotone, L\\*a\\*b\\*, 32 bits, files without a merged picture",
    ),
    (
        Kind::Svg,
        "also packed (`.svgz`), at its natural size, at most 4 Mpx and 1 MiB: shapes, gradients, \
         filters, pictures in `data:` URLs. Nothing outside the file is read and no script runs. \
         Text is not drawn, which a warning says: save it as paths",
    ),
    (
        Kind::PostScript,
        "the pixels of EPS files that Photoshop made; of drawings the TIFF preview, with a \
         warning. Refused: other PostScript",
    ),
    (Kind::Heic, "there is no HEVC decoder under a permissive licence"),
    (Kind::Pdf, "pages are not drawn yet"),
    (Kind::Illustrator, "pages are not drawn yet"),
    (Kind::Jxl, "no decoder is built in"),
    (Kind::JpegXr, "no decoder is built in; it is written, though"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_that_the_first_bytes_tell_is_listed_once() {
        for kind in Kind::ALL {
            let rows = PICTURES.iter().filter(|(listed, _)| *listed == kind).count();
            assert_eq!(rows, usize::from(kind.is_picture()), "{kind:?}");
        }
    }
}
