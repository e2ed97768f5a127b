//! What of the table of `fmt=` this version cannot write yet, or ever.

use super::{Compression, FileFormat, Format, ROWS};

impl FileFormat {
    /// What of it this version cannot write.
    pub(in crate::modifiers) fn unwritten(&self) -> Option<String> {
        let keyword = self.keyword();
        match self.format {
            Format::Jpeg
            | Format::ProgressiveJpeg
            | Format::Png
            | Format::Gif
            | Format::Tiff
            | Format::Webp
            | Format::Png8
            | Format::Jpeg2000
            | Format::JpegXr => {}
            // its encoder cannot keep every level
            Format::Avif if self.compression == Compression::Lossless => {
                return Some(format!("fmt={keyword},,lossless"));
            }
            Format::Avif => {}
            Format::Pdf | Format::Eps => {}
            Format::Heic => return Some(format!("fmt={keyword}")),
        }
        None
    }
}

/// Every value of `fmt=` that this version cannot write, without repeats.
pub(in crate::modifiers) fn unwritten_values() -> Vec<String> {
    let mut found = Vec::new();
    for row in ROWS {
        for pixel_type in row.pixel_types {
            for compression in row.compressions.iter().chain([&Compression::None]) {
                let value = FileFormat {
                    format: row.format,
                    alpha: row.alpha,
                    pixel_type: Some(*pixel_type),
                    compression: *compression,
                };
                if let Some(missing) = value.unwritten()
                    && !found.contains(&missing)
                {
                    found.push(missing);
                }
            }
        }
    }
    found
}
