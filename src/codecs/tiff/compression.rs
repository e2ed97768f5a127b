//! The packings of TIFF files.

use super::directory::{Directory, tag};
use super::fax::Coding;
use super::predictor::Predictor;
use super::{CodecError, unsupported};

/// How strips and tiles are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Fax(Coding),
    Lzw(Predictor),
    Deflate(Predictor),
    PackBits,
    Jpeg,
}

impl Compression {
    pub fn read(directory: &Directory<'_>) -> Result<Compression, CodecError> {
        let number = directory.number(tag::COMPRESSION).unwrap_or(1);
        let name = match number {
            1 => return Ok(Compression::None),
            2 => return Ok(Compression::Fax(Coding::Rows { word: false })),
            32771 => return Ok(Compression::Fax(Coding::Rows { word: true })),
            3 => {
                let options = directory.number(tag::T4_OPTIONS).unwrap_or(0);
                return Ok(Compression::Fax(Coding::Group3 { two: options & 1 != 0 }));
            }
            4 => return Ok(Compression::Fax(Coding::Group4)),
            5 => return Ok(Compression::Lzw(Predictor::read(directory)?)),
            8 | 32946 => return Ok(Compression::Deflate(Predictor::read(directory)?)),
            7 => return Ok(Compression::Jpeg),
            32773 => return Ok(Compression::PackBits),
            6 => "old-style jpeg",
            9 | 10 | 34661 => "jbig",
            32766 => "next",
            32809 => "thunderscan",
            33003 | 33004 | 33005 | 34712 => "jpeg 2000",
            34676 | 34677 => "sgi log",
            34887 => "lerc",
            34892 => "jpeg of camera data",
            34925 => "lzma",
            50000 | 34926 => "zstandard",
            50001 | 34927 => "webp",
            50002 | 52546 => "jpeg xl",
            other => return Err(unsupported(format!("the unknown compression {other}"))),
        };
        Err(unsupported(format!("{name} compression ({number})")))
    }

    pub fn is_fax(self) -> bool {
        matches!(self, Compression::Fax(_))
    }

    pub fn predictor(self) -> Predictor {
        match self {
            Compression::Lzw(predictor) | Compression::Deflate(predictor) => predictor,
            // libtiff takes no notice of the field here either
            _ => Predictor::None,
        }
    }
}
