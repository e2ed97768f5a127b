//! AV1 pictures through re_rav1d, a fork of rav1d, which is dav1d in Rust.
//!
//! Its outer functions are `extern "C"`, so that a panic inside ends the process
//! and cannot be caught. rav1d 1.1.0 panics over most broken data when it works
//! in one thread (its issue 1497); this fork, of which 400,000 broken files
//! brought none down, does not.

use re_rav1d::dav1d::{Decoder, Error, PixelLayout, PlanarImageComponent, Plane, Settings};

use super::sequence::Coding;
use super::{damaged, unsupported};
use crate::codecs::CodecError;

/// Planes of a decoded picture.
pub(super) struct Frame {
    pub width: u32,
    pub height: u32,
    pub coding: Coding,
    /// Brightness or green; then, unless monochrome, both chromas or blue and red.
    planes: Vec<(Plane, usize)>,
}

/// Decodes the first picture of `data`, which must be as the container says.
/// Works in the calling thread alone: others would be left waiting for one that
/// panicked.
pub(super) fn decode(
    data: Vec<u8>,
    width: u32,
    height: u32,
    coding: Coding,
) -> Result<Frame, CodecError> {
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    // the highest layer alone
    settings.set_all_layers(false);
    settings.set_frame_size_limit(width.saturating_mul(height));
    let mut decoder = Decoder::with_settings(&settings).map_err(failed)?;
    let mut sent = decoder.send_data(data, None, None, None);
    let picture = loop {
        match decoder.get_picture() {
            Ok(picture) => break picture,
            Err(Error::Again) => {}
            Err(error) => return Err(failed(error)),
        }
        match sent {
            Ok(()) => return Err(damaged("its av1 data have no picture")),
            Err(Error::Again) => sent = decoder.send_pending_data(),
            Err(error) => return Err(failed(error)),
        }
    };
    if (picture.width(), picture.height()) != (width, height) {
        return Err(damaged(format!(
            "the container says {width} x {height} pixels, the av1 picture has {} x {}",
            picture.width(),
            picture.height()
        )));
    }
    let layout = match (coding.monochrome, coding.half_width, coding.half_height) {
        (true, ..) => PixelLayout::I400,
        (_, true, true) => PixelLayout::I420,
        (_, true, false) => PixelLayout::I422,
        (_, false, _) => PixelLayout::I444,
    };
    if picture.pixel_layout() != layout || picture.bit_depth() != usize::from(coding.depth) {
        return Err(damaged("the container and the av1 picture differ about its samples"));
    }
    let all = [PlanarImageComponent::Y, PlanarImageComponent::U, PlanarImageComponent::V];
    let count = if coding.monochrome { 1 } else { 3 };
    let planes = all.into_iter().take(count);
    let planes = planes.map(|c| (picture.plane(c), picture.stride(c) as usize)).collect();
    Ok(Frame { width, height, coding, planes })
}

fn failed(error: Error) -> CodecError {
    match error {
        Error::UnsupportedBitstream => unsupported("its av1 data are of a kind rav1d cannot read"),
        Error::NotEnoughMemory => damaged("its av1 data ask for too much memory"),
        _ => damaged("its av1 data cannot be decoded"),
    }
}

impl Frame {
    /// Width and height of a plane in samples.
    pub fn plane_size(&self, plane: usize) -> (u32, u32) {
        let half =
            |length: u32, is: bool| if is && plane > 0 { length.div_ceil(2) } else { length };
        (half(self.width, self.coding.half_width), half(self.height, self.coding.half_height))
    }

    /// The samples of a row. False where there are none, which no picture of a
    /// working decoder brings about.
    pub fn row(&self, plane: usize, y: u32, samples: &mut Vec<u32>) -> bool {
        samples.clear();
        let Some((bytes, stride)) = self.planes.get(plane) else { return false };
        let width = self.plane_size(plane).0 as usize;
        let start = (y as usize).checked_mul(*stride);
        let Some(row) = start.and_then(|start| bytes.get(start..)) else { return false };
        if self.coding.depth == 8 {
            samples.extend(row.iter().take(width).map(|value| u32::from(*value)));
        } else {
            let pairs = row.as_chunks::<2>().0.iter();
            samples.extend(pairs.take(width).map(|pair| u32::from(u16::from_ne_bytes(*pair))));
        }
        samples.len() == width
    }
}
