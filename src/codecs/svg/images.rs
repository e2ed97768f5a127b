//! Pictures inside drawings. Only those that are in the file are read.

use resvg::usvg::roxmltree::Node;
use resvg::usvg::{ImageHrefResolver, ImageKind};

use crate::codecs::probe;
use crate::codecs::sniff::{Kind, sniff};

/// Greatest picture in a drawing, in pixels.
const GREATEST_PIXELS: u64 = 16 << 20;

/// Takes raster pictures from `data:` URLs and nothing from anywhere else. What
/// a picture is, its bytes tell.
pub(super) fn resolver() -> ImageHrefResolver<'static> {
    ImageHrefResolver {
        resolve_data: Box::new(|_, data, _| {
            let kind = match sniff(&data) {
                Kind::Png => ImageKind::PNG,
                Kind::Jpeg => ImageKind::JPEG,
                Kind::Gif => ImageKind::GIF,
                Kind::Webp => ImageKind::WEBP,
                // A drawing in a drawing would not be counted.
                _ => return None,
            };
            let info = probe(&data).ok()?;
            let pixels = u64::from(info.width) * u64::from(info.height);
            (pixels <= GREATEST_PIXELS).then(|| kind(data))
        }),
        resolve_string: Box::new(|_, _| None),
    }
}

/// Whether the reference of an `image` is one that [`resolver`] may take; those
/// to an element of the same file count as well.
pub(super) fn drawn(node: Node<'_, '_>) -> bool {
    let href = node.attributes().find(|attribute| attribute.name() == "href");
    let Some(href) = href.map(|attribute| attribute.value().trim_start()) else { return true };
    let raster = ["data:image/png", "data:image/jp", "data:image/gif", "data:image/webp"];
    href.starts_with('#') || raster.iter().any(|start| href.starts_with(start))
}
