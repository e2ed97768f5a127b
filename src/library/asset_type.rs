//! What an asset is: decided from its content.

use crate::codecs::sniff::Kind;
use crate::jobs::vocabulary::AssetType;

/// The type of a file: from its content, and from its extension only where the
/// content says nothing.
pub(super) fn type_of(kind: Kind, file_name: &str) -> AssetType {
    let extension = file_name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let extension = extension.to_ascii_lowercase();
    match kind {
        Kind::Jpeg | Kind::Png | Kind::Gif | Kind::Tiff | Kind::Webp | Kind::Bmp => {
            AssetType::Image
        }
        Kind::Psd | Kind::Avif | Kind::Heic | Kind::Jp2 | Kind::Jxl | Kind::JpegXr => {
            AssetType::Image
        }
        Kind::Svg => AssetType::Svg,
        Kind::Pdf => AssetType::Pdf,
        Kind::PostScript => AssetType::PostScript,
        Kind::Illustrator => AssetType::Illustrator,
        Kind::Video => AssetType::MasterVideo,
        Kind::Audio => AssetType::Audio,
        Kind::Zip => AssetType::Zip,
        Kind::Font => AssetType::Font,
        Kind::IccProfile => AssetType::IccProfile,
        Kind::Flash => AssetType::Flash,
        Kind::Rtf => AssetType::Rtf,
        Kind::Xml if extension == "xsl" => AssetType::Xsl,
        Kind::Xml => AssetType::Xml,
        Kind::Office => match extension.as_str() {
            "xls" | "xlsx" => AssetType::Excel,
            "ppt" | "pptx" => AssetType::PowerPoint,
            _ => AssetType::Word,
        },
        Kind::Text | Kind::Empty | Kind::Unknown => match extension.as_str() {
            "css" => AssetType::Css,
            "js" => AssetType::Javascript,
            "vtt" | "srt" => AssetType::VideoCaption,
            "xsl" => AssetType::Xsl,
            "indd" => AssetType::InDesign,
            "aco" => AssetType::Aco,
            "vnt" => AssetType::Vignette,
            "swc" => AssetType::Swc,
            _ => match Kind::of_extension(&extension) {
                None | Some(Kind::Text | Kind::Empty | Kind::Unknown) => AssetType::Asset,
                Some(promised) => type_of(promised, file_name),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_the_type_and_the_extension_only_helps_out() {
        assert_eq!(type_of(Kind::Jpeg, "x.png"), AssetType::Image);
        assert_eq!(type_of(Kind::Text, "x.jpg"), AssetType::Image);
        assert_eq!(type_of(Kind::Empty, "x.jpg"), AssetType::Image);
        assert_eq!(type_of(Kind::Text, "x.css"), AssetType::Css);
        assert_eq!(type_of(Kind::Text, "notes.txt"), AssetType::Asset);
        assert_eq!(type_of(Kind::Unknown, "x.ttf"), AssetType::Font);
        assert_eq!(type_of(Kind::Office, "x.xlsx"), AssetType::Excel);
    }
}
