//! Whether the merged picture has opacity, which only the layers tell.

use super::fields::Fields;

/// Whether the first channel after the colours is the merged picture's opacity:
/// the number of layers is negative, or a tagged block says so. Nothing if the
/// section is broken.
pub(super) fn merged_transparency(section: &[u8]) -> Option<bool> {
    let mut fields = Fields::of(section);
    if fields.rest.is_empty() {
        return Some(false);
    }
    let layers = fields.block()?;
    if negative_count(layers) {
        return Some(true);
    }
    // global mask and tagged blocks came with later versions; some writers pad
    if fields.rest.iter().all(|byte| *byte == 0) {
        return Some(false);
    }
    fields.block()?;
    while let Some((key, body)) = tagged(&mut fields)? {
        match &key {
            b"Mtrn" | b"Mt16" | b"Mt32" => return Some(true),
            // where files of 16 bits have their layers
            b"Layr" | b"Lr16" | b"Lr32" if negative_count(body) => return Some(true),
            _ => {}
        }
    }
    Some(false)
}

fn negative_count(layers: &[u8]) -> bool {
    Fields::of(layers).i16().is_some_and(|count| count < 0)
}

/// The next key and its block: `Some(None)` at the end, nothing if it is broken.
fn tagged<'a>(fields: &mut Fields<'a>) -> Option<Option<([u8; 4], &'a [u8])>> {
    // blocks are padded to 2 or 4 bytes, and some are not
    while fields.rest.first() == Some(&0) {
        fields.u8();
    }
    if fields.rest.is_empty() {
        return Some(None);
    }
    let signature: [u8; 4] = fields.array()?;
    if !matches!(&signature, b"8BIM" | b"8B64") {
        return None;
    }
    let key = fields.array()?;
    Some(Some((key, fields.block()?)))
}
