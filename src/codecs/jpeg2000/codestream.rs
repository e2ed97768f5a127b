//! The marker segments of a codestream (ISO/IEC 15444-1 Annex A), read before
//! decoding so that claims without data cost neither memory nor time.

use super::damaged;
use crate::codecs::CodecError;
use crate::codecs::sniff::Kind;

const SIZ: u16 = 0xff51;
const COD: u16 = 0xff52;
const COC: u16 = 0xff53;
const SOT: u16 = 0xff90;
const SOD: u16 = 0xff93;
const EOC: u16 = 0xffd9;

/// More components have no colour space here: CMYK with opacity has 5.
const MOST_COMPONENTS: u64 = 5;

/// What SIZ says (A.5.1), in samples of the reference grid.
#[derive(Debug, Clone, Copy)]
struct Size {
    width: u64,
    height: u64,
    tile_width: u64,
    tile_height: u64,
    tiles: u64,
    components: u64,
}

/// How the components of a tile are cut up; of several styles the worst counts.
struct Style {
    layers: u64,
    /// Code-blocks and precincts of one component of one tile.
    pieces: u64,
}

/// Checks that every tile is there whole and that the pieces a tile is cut into
/// stay in proportion to the picture. Returns damage that costs no pixels.
pub(super) fn check(bytes: &[u8]) -> Result<Vec<String>, CodecError> {
    let mut size = None;
    let mut style = Style { layers: 1, pieces: 0 };
    let mut seen = Vec::new();
    let mut at = 2;
    loop {
        let Some(marker) = be16(bytes, at) else {
            let damage = "the end-of-codestream marker is missing".to_owned();
            return finish(size, &style, &seen).map(|()| vec![damage]);
        };
        match marker {
            EOC => return finish(size, &style, &seen).map(|()| Vec::new()),
            SOT => {
                let part = at;
                let (tile, length) = tile_part(bytes, part).ok_or_else(|| cut(part))?;
                seen.push(tile);
                at += 12;
                let end = match length {
                    // the last one may reach to the end (A.4.2)
                    0 if bytes.ends_with(&EOC.to_be_bytes()) => bytes.len() - 2,
                    0 => return Err(cut(part)),
                    length => part.checked_add(length).ok_or_else(|| cut(part))?,
                };
                if end > bytes.len() || end < at {
                    return Err(cut(part));
                }
                while at < end && be16(bytes, at) != Some(SOD) {
                    segment(bytes, &mut at, size, &mut style)?;
                }
                at = end;
            }
            SIZ if size.is_none() => {
                size = Some(read_size(bytes, at)?);
                at += 2 + usize::from(be16(bytes, at + 2).unwrap_or_default());
            }
            _ => segment(bytes, &mut at, size, &mut style)?,
        }
    }
}

/// Steps over a marker segment and takes note of coding styles.
fn segment(
    bytes: &[u8],
    at: &mut usize,
    size: Option<Size>,
    style: &mut Style,
) -> Result<(), CodecError> {
    let start = *at;
    let marker = be16(bytes, start).ok_or_else(|| cut(start))?;
    *at += 2;
    if (0xff30..=0xff3f).contains(&marker) {
        return Ok(());
    }
    let length = usize::from(be16(bytes, *at).ok_or_else(|| cut(start))?);
    let content = (*at).checked_add(length).filter(|_| length >= 2);
    let content = content.and_then(|end| bytes.get(start + 4..end)).ok_or_else(|| cut(start))?;
    *at += length;
    let coding = match marker {
        COD => {
            style.layers = style.layers.max(be16(content, 1).unwrap_or_default().into());
            content.first().zip(content.get(5..))
        }
        // the index of the component takes one byte below 257 of them
        COC => content.get(1).zip(content.get(2..)),
        _ => return Ok(()),
    };
    let (Some(size), Some((flags, coding))) = (size, coding) else { return Err(cut(start)) };
    let pieces = pieces(size, coding, flags & 1 != 0).ok_or_else(|| cut(start))?;
    style.pieces = style.pieces.max(pieces);
    Ok(())
}

/// Code-blocks and precincts of one component of the largest tile, at most, with
/// the coding style of Table A.20.
fn pieces(size: Size, coding: &[u8], precincts: bool) -> Option<u64> {
    let &[levels, block_width, block_height, _, _, ref exponents @ ..] = coding else {
        return None;
    };
    if levels > 32 || block_width > 8 || block_height > 8 {
        return None;
    }
    let mut total = 0u64;
    for resolution in 0..=levels {
        let (wide, high) = match exponents.get(usize::from(resolution)) {
            Some(exponent) if precincts => (exponent & 15, exponent >> 4),
            None if precincts => return None,
            _ => (15, 15),
        };
        let shrink = levels - resolution;
        let across = |side: u64, exponent: u8| (side >> shrink >> exponent) + 2;
        let width = size.tile_width.min(size.width);
        let height = size.tile_height.min(size.height);
        let precincts = across(width, wide).checked_mul(across(height, high))?;
        let blocks = across(width, wide.min(block_width + 2))
            .checked_mul(across(height, high.min(block_height + 2)))?;
        // each of the three sub-bands of a resolution has its own
        total = total.checked_add(precincts.checked_add(blocks)?.checked_mul(3)?)?;
    }
    Some(total)
}

fn finish(size: Option<Size>, style: &Style, seen: &[u16]) -> Result<(), CodecError> {
    let size = size.ok_or_else(|| damaged("the size is missing"))?;
    let mut tiles = seen.to_vec();
    tiles.sort_unstable();
    tiles.dedup();
    if tiles.len() as u64 != size.tiles {
        let detail = format!("{} of {} tiles are there", tiles.len(), size.tiles);
        return Err(damaged(detail));
    }
    // The decoder keeps about 150 bytes for each piece and 24 more for each layer.
    let cost = style.pieces.saturating_mul(size.components).saturating_mul(6 + style.layers);
    let limit = (4 << 20) + size.width.saturating_mul(size.height) / 4;
    if cost > limit {
        let detail = format!(
            "it is cut into {} pieces in {} layers, too many for its {} x {} pixels",
            style.pieces.saturating_mul(size.components),
            style.layers,
            size.width,
            size.height
        );
        return Err(CodecError::unsupported(Kind::Jp2, detail));
    }
    Ok(())
}

fn read_size(bytes: &[u8], at: usize) -> Result<Size, CodecError> {
    let field = |index: usize| be32(bytes, at + 6 + 4 * index).map(u64::from);
    let fields = (|| {
        let (right, bottom, left, top) = (field(0)?, field(1)?, field(2)?, field(3)?);
        let (tile_width, tile_height) = (field(4)?, field(5)?);
        let (tile_left, tile_top) = (field(6)?, field(7)?);
        let components = be16(bytes, at + 38)?.into();
        let across = right.checked_sub(tile_left)?.div_ceil(tile_width.max(1));
        let down = bottom.checked_sub(tile_top)?.div_ceil(tile_height.max(1));
        Some(Size {
            width: right.checked_sub(left)?,
            height: bottom.checked_sub(top)?,
            tile_width,
            tile_height,
            tiles: across.checked_mul(down)?,
            components,
        })
    })();
    let size = fields.ok_or_else(|| damaged("the size does not make sense"))?;
    if size.components > MOST_COMPONENTS {
        let detail = format!("{} components, at most {MOST_COMPONENTS} are read", size.components);
        return Err(CodecError::unsupported(Kind::Jp2, detail));
    }
    // A tile-part takes 14 bytes at least, and the standard has 65535 tiles at most.
    let most = (bytes.len() as u64 / 14).min(65_535);
    if size.tiles > most {
        let detail = format!("{} tiles in {} bytes", size.tiles, bytes.len());
        return Err(damaged(detail));
    }
    Ok(size)
}

/// Index of the tile and length of a tile-part from its marker on (A.4.2).
fn tile_part(bytes: &[u8], at: usize) -> Option<(u16, usize)> {
    let length = be32(bytes, at + 6)?;
    Some((be16(bytes, at + 4)?, usize::try_from(length).ok()?))
}

fn cut(at: usize) -> CodecError {
    damaged(format!("the codestream is cut off or broken at byte {at}"))
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}
