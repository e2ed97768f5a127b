//! WebP sources; the first frame of an animation.
//!
//! image-webp reads headers and whatever is not a lossy still picture.

use std::io::Cursor;

use image::codecs::webp::WebPDecoder;
use image::{ColorType, ImageDecoder};
use webp::{BitstreamFeatures, BitstreamFormat};

use super::bitmap::{Bitmap, Channels};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, source_info};

pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let mut decoder = open(bytes)?;
    let (width, height) = decoder.dimensions();
    let exif = decoder.exif_metadata().ok().flatten();
    let exif = exif.map(|block| exif::read(&block)).unwrap_or_default();
    let mut info = source_info(Kind::Webp, width, height, exif);
    info.has_alpha = decoder.color_type().has_alpha();
    Ok(info)
}

pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    let mut decoder = open(bytes)?;
    let (width, height) = decoder.dimensions();
    let channels = match decoder.color_type() {
        ColorType::Rgb8 => Channels::Rgb,
        ColorType::Rgba8 => Channels::Rgba,
        other => return Err(CodecError::unsupported(Kind::Webp, format!("{other:?} pixels"))),
    };
    let profile = decoder.icc_profile().ok().flatten();
    let bitmap = match lossy_still(bytes, width, height, channels) {
        Some(bitmap) => bitmap,
        None => {
            let mut bitmap = Bitmap::zeroed(width, height, channels);
            decoder
                .read_image(&mut bitmap.data)
                .map_err(|error| CodecError::from_image(Kind::Webp, error))?;
            bitmap
        }
    };
    let mut stored = Stored::new(bitmap);
    stored.profile = profile;
    Ok(stored)
}

/// Lossy still pictures by libwebp: a photograph of 2 megapixels takes 14 ms
/// instead of 54 ms and has the same pixels. `None` for anything else, and for
/// what libwebp finds broken, so that there is one judge of damage. The
/// caller's limits have been held against `width` and `height`.
fn lossy_still(bytes: &[u8], width: u32, height: u32, channels: Channels) -> Option<Bitmap> {
    let features = BitstreamFeatures::new(bytes)?;
    let lossy = matches!(features.format(), Some(BitstreamFormat::Lossy));
    let same = (features.width(), features.height()) == (width, height)
        && features.has_alpha() == channels.has_alpha();
    if !lossy || !same || features.has_animation() {
        return None;
    }
    let picture = webp::Decoder::new(bytes).decode()?;
    let bitmap = Bitmap { width, height, channels, data: picture.to_vec() };
    (bitmap.data.len() == bitmap.stride() * height as usize).then_some(bitmap)
}

fn open(bytes: &[u8]) -> Result<WebPDecoder<Cursor<&[u8]>>, CodecError> {
    WebPDecoder::new(Cursor::new(bytes)).map_err(|error| CodecError::from_image(Kind::Webp, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 60 x 40 in stripes, lossy by libwebp.
    fn file(layout: webp::PixelLayout) -> Vec<u8> {
        let n = usize::from(layout.bytes_per_pixel());
        let pixels: Vec<u8> = (0..60 * 40 * n).map(|index| (index * 7 / 60) as u8).collect();
        webp::Encoder::new(&pixels, layout, 60, 40).encode(70.0).to_vec()
    }

    #[test]
    fn libwebp_and_image_webp_decode_the_same_pixels() {
        for (layout, channels) in
            [(webp::PixelLayout::Rgb, Channels::Rgb), (webp::PixelLayout::Rgba, Channels::Rgba)]
        {
            let bytes = file(layout);
            let ours = lossy_still(&bytes, 60, 40, channels).unwrap();
            let mut other = Bitmap::zeroed(60, 40, channels);
            open(&bytes).unwrap().read_image(&mut other.data).unwrap();
            assert_eq!(ours, other);
        }
    }

    #[test]
    fn a_cut_file_is_damaged() {
        for layout in [webp::PixelLayout::Rgb, webp::PixelLayout::Rgba] {
            let bytes = file(layout);
            for tenth in 1..10 {
                let cut = &bytes[..bytes.len() * tenth / 10];
                let error = probe(cut).and_then(|_| decode(cut).map(|_| ())).unwrap_err();
                assert!(matches!(error, CodecError::Damaged { .. }), "{tenth}: {error}");
            }
        }
    }

    #[test]
    fn other_sizes_and_channels_are_left_to_image_webp() {
        let bytes = file(webp::PixelLayout::Rgb);
        assert!(lossy_still(&bytes, 60, 41, Channels::Rgb).is_none());
        assert!(lossy_still(&bytes, 60, 40, Channels::Rgba).is_none());
        assert!(lossy_still(&bytes[..20], 60, 40, Channels::Rgb).is_none());
    }

    proptest::proptest! {
        #[test]
        fn hostile_data_never_panic(changes: Vec<(u16, u8)>) {
            let mut bytes = file(webp::PixelLayout::Rgba);
            let length = bytes.len();
            for (at, value) in changes {
                bytes[usize::from(at) % length] = value;
            }
            if let Ok(info) = probe(&bytes) && info.width * info.height < 1 << 20 {
                let _ = decode(&bytes);
            }
        }
    }
}
