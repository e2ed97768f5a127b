//! What is converted: a file and what the library knows of it.

use super::ConversionError;
use crate::codecs::bitmap::{Area, Bitmap};
use crate::codecs::{self, Request, SourceInfo};
use crate::conversion::Engine;
use crate::modifiers::plan::{MaskUse, Plan};
use crate::render;
use crate::render::geometry::{Size, SourceFacts};

/// A picture's file and what is set for it (02 §0: `anchor`, `resolution`,
/// `maskFile` of its record).
#[derive(Debug, Clone, Copy, Default)]
pub struct Asset<'a> {
    pub bytes: &'a [u8],
    /// Only compared with the content.
    pub file_name: &'a str,
    /// Dots per inch that `res=` counts from; `None`: those that the file declares.
    pub resolution: Option<f64>,
    /// In pixels of the upright picture from its top-left; `None`: its middle.
    pub anchor: Option<(f64, f64)>,
    /// What `mask=` names, else the stored mask.
    pub mask: Option<MaskFile<'a>>,
}

/// A picture whose alpha channel, or else brightness, says where another one shows.
#[derive(Debug, Clone, Copy)]
pub struct MaskFile<'a> {
    /// As messages name it.
    pub name: &'a str,
    pub bytes: &'a [u8],
    /// Set for the asset and not asked for by `mask=`: it loses against
    /// premultiplied alpha (02 §3.3).
    pub stored: bool,
}

impl<'a> Asset<'a> {
    /// A file of which nothing else is known.
    pub fn of_file(bytes: &'a [u8], file_name: &'a str) -> Asset<'a> {
        Asset { bytes, file_name, ..Asset::default() }
    }

    pub(super) fn facts(&self, info: &SourceInfo) -> SourceFacts {
        SourceFacts {
            width: info.width,
            height: info.height,
            resolution: self.resolution.or(info.resolution),
            anchor: self.anchor,
        }
    }

    /// The mask to use, as gray, of the part `area` of a picture of the size in
    /// `info`. `None`: the picture's own alpha channel.
    pub(super) fn mask(
        &self,
        info: &SourceInfo,
        area: Area,
        plan: &Plan,
        engine: Engine<'_>,
    ) -> Result<Option<Bitmap>, ConversionError> {
        let source = &plan.base().source;
        if source.mask_use == MaskUse::Off {
            return Ok(None);
        }
        let Some(file) = self.mask.filter(|file| !(file.stored && info.associated_alpha)) else {
            return match &source.mask {
                None => Ok(None),
                Some(mask) => Err(ConversionError::Mask {
                    name: mask.name().to_owned(),
                    detail: "there is no such asset here".into(),
                }),
            };
        };
        let unusable = |detail: String| {
            let name = file.name.to_owned();
            ConversionError::Mask { name, detail }
        };
        let mask = codecs::probe(file.bytes).map_err(|error| unusable(error.to_string()))?;
        let pixels = u64::from(mask.width) * u64::from(mask.height);
        let limit = engine.limits.max_input_pixels;
        if pixels > limit {
            let (width, height) = (mask.width, mask.height);
            return Err(unusable(format!(
                "it has {width} x {height} pixels, more than the limit of {limit} \
                 (limits.max_input_pixels)"
            )));
        }
        if !same_shape((mask.width, mask.height), (info.width, info.height)) {
            return Err(unusable(format!(
                "it has {} x {} pixels, which is not the shape of the picture of {} x {}",
                mask.width, mask.height, info.width, info.height
            )));
        }
        let whole = Area { x: 0, y: 0, width: mask.width, height: mask.height };
        let request = Request { area: whole, least_width: mask.width, least_height: mask.height };
        let decoded = engine.decoders.decode(file.bytes, &mask, request);
        let decoded = decoded.map_err(|error| unusable(error.to_string()))?;
        let size = Size { width: info.width, height: info.height };
        let opacity =
            render::scaled_mask(opacity_of(decoded.bitmap), size, area, plan.request.res_mode)?;
        Ok(Some(opacity))
    }
}

/// Whether one picture is the other in another size, to within a pixel.
fn same_shape(mask: (u32, u32), picture: (u32, u32)) -> bool {
    let (width, height) = (f64::from(picture.0), f64::from(picture.1));
    let (mask_width, mask_height) = (f64::from(mask.0), f64::from(mask.1));
    // in pixels of the larger of the two
    let height_off = (mask_height * width / mask_width - height).abs();
    let mask_height_off = (height * mask_width / width - mask_height).abs();
    height_off.min(mask_height_off) <= 1.0
}

/// The alpha channel as gray, else the brightness (02 §3.3 `mask`).
fn opacity_of(mask: Bitmap) -> Bitmap {
    mask.opacity().unwrap_or_else(|| mask.to_gray())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::Channels;

    #[test]
    fn masks_of_another_size_have_the_shape_of_the_picture() {
        assert!(same_shape((400, 300), (400, 300)));
        assert!(same_shape((200, 150), (400, 300)));
        // 1001 x 667 halved is 500.5 x 333.5
        assert!(same_shape((501, 334), (1001, 667)));
        assert!(same_shape((1001, 667), (501, 334)));
        assert!(!same_shape((300, 400), (400, 300)));
        assert!(!same_shape((400, 302), (400, 300)));
    }

    #[test]
    fn a_mask_is_its_alpha_or_its_brightness() {
        let gray = |channels, data| opacity_of(Bitmap { width: 1, height: 1, channels, data }).data;
        assert_eq!(gray(Channels::Rgba, vec![255, 255, 255, 7]), [7]);
        // 0.299 * 255 = 76.2
        assert_eq!(gray(Channels::Rgb, vec![255, 0, 0]), [76]);
    }
}
