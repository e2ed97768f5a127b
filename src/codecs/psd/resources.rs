//! The image resources that a conversion obeys.

use super::fields::Fields;

const RESOLUTION_INFO: u16 = 1005;
const ICC_PROFILE: u16 = 1039;
const VERSION_INFO: u16 = 1057;

#[derive(Debug, Default)]
pub(super) struct Resources<'a> {
    /// Horizontal, in dots per inch, at least 1.
    pub resolution: Option<f64>,
    pub profile: Option<&'a [u8]>,
    /// The file says that its merged picture is a blank one.
    pub without_merged: bool,
    /// The blocks could be read up to some point only.
    pub broken: bool,
}

impl<'a> Resources<'a> {
    pub fn read(section: &'a [u8]) -> Resources<'a> {
        let mut found = Resources::default();
        let mut fields = Fields::of(section);
        while !fields.rest.is_empty() {
            let Some((id, body)) = next(&mut fields) else {
                // some writers pad the section
                found.broken = fields.rest.iter().any(|byte| *byte != 0);
                break;
            };
            match id {
                RESOLUTION_INFO => found.resolution = resolution(body),
                ICC_PROFILE if !body.is_empty() => found.profile = Some(body),
                // a version in 4 bytes, then hasRealMergedData
                VERSION_INFO => found.without_merged = body.get(4) == Some(&0),
                _ => {}
            }
        }
        found
    }
}

/// Signature, number, Pascal string and body, the last two padded to an even
/// number of bytes. Nothing is consumed if the block is broken.
fn next<'a>(fields: &mut Fields<'a>) -> Option<(u16, &'a [u8])> {
    let mut ahead = *fields;
    let signature: [u8; 4] = ahead.array()?;
    // ImageReady and other programs of Adobe and others sign their own
    if !matches!(&signature, b"8BIM" | b"MeSa" | b"PHUT" | b"AgHg" | b"DCSR") {
        return None;
    }
    let id = ahead.u16()?;
    let name = usize::from(ahead.u8()?);
    ahead.take(name | 1)?;
    let body = ahead.block()?;
    if body.len() % 2 == 1 {
        // the padding after the last block may be missing
        let _ = ahead.u8();
    }
    *fields = ahead;
    Some((id, body))
}

/// hRes of ResolutionInfo: 16.16 bits, always per inch; its unit is only how
/// Photoshop shows it.
fn resolution(body: &[u8]) -> Option<f64> {
    let value = f64::from(Fields::of(body).u32()?) / 65536.0;
    // programs that do not know it write 0 or 1 / 65536
    (value >= 1.0).then_some(value)
}
