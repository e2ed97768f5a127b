//! XMP packets, as they stand in the file.
//!
//! XMP Specification Part 3, "Storage in Files". In all containers but JPEG a
//! packet is one piece. A JPEG segment ends at 65535 bytes, so there a standard
//! packet may name an extended one by a GUID, which is spread over segments.

/// Most bytes of a packet. Photoshop's lists of ancestors reach megabytes.
pub const MOST: usize = 32 << 20;

/// The XMP of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Xmp {
    /// Verbatim, not empty; mostly with the `<?xpacket?>` around it and blanks at
    /// its end, where programs write in place.
    pub packet: Vec<u8>,
    /// From JPEG files only.
    pub extended: Option<ExtendedXmp>,
}

/// The properties for which a standard packet had no room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtendedXmp {
    /// 32 hexadecimal digits, the MD5 sum of the packet if its writer obeyed the
    /// specification. The standard packet names it.
    pub guid: [u8; 32],
    /// Complete XMP, without `<?xpacket?>`.
    pub packet: Vec<u8>,
}

/// A piece of an extended packet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub guid: &'a [u8],
    /// Bytes of the whole packet.
    pub length: usize,
    /// Where the piece belongs in it.
    pub offset: usize,
    pub bytes: &'a [u8],
}

impl Xmp {
    /// A packet of one piece; `None` if there is nothing in it or more than [`MOST`].
    pub fn new(packet: &[u8]) -> Option<Xmp> {
        let empty = packet.iter().all(|byte| *byte == 0 || byte.is_ascii_whitespace());
        let kept = !empty && packet.len() <= MOST;
        kept.then(|| Xmp { packet: packet.to_vec(), extended: None })
    }

    /// Adds the extended packet that the standard one names, if its pieces are all
    /// there.
    pub(super) fn extend(&mut self, pieces: &[Piece<'_>]) {
        let Some(guid) = extended_guid(&self.packet) else { return };
        let mut pieces: Vec<&Piece> =
            pieces.iter().filter(|piece| piece.guid == &guid[..]).collect();
        pieces.sort_by_key(|piece| piece.offset);
        let mut packet = Vec::new();
        for piece in &pieces {
            if packet.len() > MOST {
                return;
            }
            // a piece that stands there twice adds nothing; a gap ends the packet
            let Some(known) = packet.len().checked_sub(piece.offset) else { return };
            packet.extend_from_slice(piece.bytes.get(known..).unwrap_or_default());
        }
        let length = pieces.first().map_or(0, |piece| piece.length);
        if (1..=MOST).contains(&length) && packet.len() == length {
            self.extended = Some(ExtendedXmp { guid, packet });
        }
    }
}

/// The GUID in `xmpNote:HasExtendedXMP`, written as an attribute or an element.
fn extended_guid(packet: &[u8]) -> Option<[u8; 32]> {
    let name = b":HasExtendedXMP";
    let at = packet.windows(name.len()).position(|window| window == name)?;
    let rest = packet.get(at + name.len()..)?;
    let digits = rest.iter().position(u8::is_ascii_hexdigit)?;
    let guid: [u8; 32] = rest.get(digits..digits + 32)?.try_into().ok()?;
    let between = rest.get(..digits)?;
    let assigns = between.iter().all(|byte| b"=\"'> \t\r\n".contains(byte));
    (assigns && guid.iter().all(u8::is_ascii_hexdigit)).then_some(guid)
}
