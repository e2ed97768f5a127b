//! What goes through the pipes: the length of a JSON header, the header, bytes.

use crate::codecs::bitmap::{Area, Bitmap, Channels};
use crate::codecs::{Decoded, Request};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// Longest header in bytes; real ones have some hundred.
const LONGEST_HEADER: u64 = 1 << 20;

/// A file to decode; its bytes follow.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Order {
    pub file_size: usize,
    /// x, y, width, height of the part that is wanted.
    pub area: [u32; 4],
    /// Width and height that the part must come in at least.
    pub least: [u32; 2],
    pub seconds: u64,
    pub memory_bytes: u64,
}

impl Order {
    pub fn request(&self) -> Request {
        let [x, y, width, height] = self.area;
        let [least_width, least_height] = self.least;
        Request { area: Area { x, y, width, height }, least_width, least_height }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Answer {
    /// The profile follows, then the pixels.
    Decoded {
        width: u32,
        height: u32,
        colours: usize,
        alpha: bool,
        scale: f64,
        profile_size: Option<usize>,
        damage: Vec<String>,
    },
    Damaged(String),
    Unsupported(String),
}

pub(super) fn write<T: Serialize>(to: &mut impl Write, header: &T) -> io::Result<()> {
    let header = serde_json::to_vec(header)?;
    to.write_all(&(header.len() as u64).to_le_bytes())?;
    to.write_all(&header)
}

/// `None` at the end of the stream.
pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 8];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u64::from_le_bytes(length);
    if length > LONGEST_HEADER {
        return Err(io::Error::other("a header of the decoder's process is too long"));
    }
    let header = read_bytes(from, length as usize)?;
    Ok(Some(serde_json::from_slice(&header)?))
}

/// Exactly so many bytes, growing with those that come.
pub(super) fn read_bytes(from: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(io::Error::other)?;
    from.take(length as u64).read_to_end(&mut bytes)?;
    match bytes.len() == length {
        true => Ok(bytes),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

impl Answer {
    pub fn of(decoded: &Decoded) -> Answer {
        let bitmap = &decoded.bitmap;
        Answer::Decoded {
            width: bitmap.width,
            height: bitmap.height,
            colours: bitmap.channels.colours(),
            alpha: bitmap.channels.has_alpha(),
            scale: decoded.scale,
            profile_size: decoded.profile.as_ref().map(Vec::len),
            damage: decoded.damage.clone(),
        }
    }
}

/// The channels of so many colour components, with or without alpha.
pub(super) fn channels(colours: usize, alpha: bool) -> Option<Channels> {
    use crate::codecs::bitmap::PixelType;
    let found = PixelType::ALL.into_iter().find(|kind| kind.components() == colours)?;
    Some(Channels::of(found, alpha))
}

/// Reads what follows [`Answer::Decoded`].
pub(super) fn read_decoded(from: &mut impl Read, answer: Answer) -> io::Result<Decoded> {
    let Answer::Decoded { width, height, colours, alpha, scale, profile_size, damage } = answer
    else {
        return Err(io::Error::other("no pixels follow"));
    };
    let channels = channels(colours, alpha).ok_or_else(|| io::Error::other("unknown channels"))?;
    let profile = profile_size.map(|size| read_bytes(from, size)).transpose()?;
    let data = read_bytes(from, width as usize * height as usize * channels.count())?;
    Ok(Decoded { bitmap: Bitmap { width, height, channels, data }, scale, profile, damage })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_all_channels_go_through() {
        use Channels::*;
        for channels in [Gray, GrayAlpha, Rgb, Rgba, Cmyk, CmykAlpha] {
            let data = (0..6 * channels.count()).map(|n| n as u8 * 3).collect();
            let decoded = Decoded {
                bitmap: Bitmap { width: 3, height: 2, channels, data },
                scale: 0.25,
                profile: channels.has_alpha().then(|| vec![7; 9]),
                damage: vec!["a line".into()],
            };
            let mut pipe = Vec::new();
            write(&mut pipe, &Answer::of(&decoded)).unwrap();
            pipe.extend_from_slice(decoded.profile.as_deref().unwrap_or_default());
            pipe.extend_from_slice(&decoded.bitmap.data);
            let mut pipe = &pipe[..];
            let answer: Answer = read(&mut pipe).unwrap().unwrap();
            assert_eq!(read_decoded(&mut pipe, answer).unwrap(), decoded);
            assert!(read::<Answer>(&mut pipe).unwrap().is_none());
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_broken_process_writes_is_an_error(bytes: Vec<u8>) {
            let mut pipe = &bytes[..];
            if let Ok(Some(answer)) = read::<Answer>(&mut pipe) {
                let _ = read_decoded(&mut pipe, answer);
            }
        }
    }
}
