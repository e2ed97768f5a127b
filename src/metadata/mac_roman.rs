//! Mac OS Roman, in which Photoshop writes the names of resources.
//!
//! Every byte stands for one character and no two for the same, so a name comes
//! back as it was. Table: unicode.org, MAPPINGS/VENDORS/APPLE/ROMAN.TXT.

/// Characters of the bytes 0x80 to 0xff.
const UPPER: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø\
                     ¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

/// The text that the bytes spell.
pub(super) fn decode(bytes: &[u8]) -> String {
    let upper: Vec<char> = UPPER.chars().collect();
    let character = |byte: u8| match usize::from(byte).checked_sub(0x80) {
        Some(index) => upper.get(index).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        None => char::from(byte),
    };
    bytes.iter().map(|byte| character(*byte)).collect()
}

/// The bytes that spell the text, with `?` for what Mac OS Roman lacks.
pub(super) fn encode(text: &str) -> Vec<u8> {
    let byte = |character: char| {
        if character.is_ascii() {
            return character as u8;
        }
        let index = UPPER.chars().position(|upper| upper == character);
        index.and_then(|index| u8::try_from(index + 0x80).ok()).unwrap_or(b'?')
    };
    text.chars().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From ROMAN.TXT.
    #[test]
    fn characters_of_the_table() {
        assert_eq!(decode(b"\x80\xa5\xca\xd1\xdb\xf0\xffA"), "Ä•\u{a0}—€\u{f8ff}ˇA");
        assert_eq!(encode("Pfad-Überzug ☃"), b"Pfad-\x86berzug ?");
    }

    #[test]
    fn all_bytes_come_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(encode(&decode(&all)), all);
    }
}
