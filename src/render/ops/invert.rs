//! `op_invert`.

use super::tables::Tables;

/// 255 - v for each component of the picture's own pixel type, inks included;
/// `false` is neutral (02 §4.4).
pub fn invert(on: bool) -> Tables {
    Tables::in_own_type(|_, value| if on { 255 - value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::{Bitmap, Channels};

    #[test]
    fn row_109_the_negative_of_10_20_30() {
        let data = vec![10, 20, 30];
        let picture = Bitmap { width: 1, height: 1, channels: Channels::Rgb, data };
        assert_eq!(invert(true).apply(picture).data, [245, 235, 225]);
    }

    #[test]
    fn twice_is_the_picture_itself() {
        assert!(invert(true).then(&invert(true)).is_identity());
        assert!(!invert(true).is_identity());
    }
}
