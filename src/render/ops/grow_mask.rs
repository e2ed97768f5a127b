//! `op_growMask` and `op_growMaskR`.

use super::disc::{dilate, erode};
use crate::codecs::bitmap::Bitmap;

/// Dilates (`radius` above 0) or erodes (below) the alpha channel alone with a
/// Euclidean disc of `radius` pixels; 0 is neutral (02 §4.5). Outside counts
/// as transparent. Without alpha there is no mask to change.
pub fn grow_mask(picture: Bitmap, radius: i32) -> Bitmap {
    let Some(mut mask) = picture.opacity().filter(|_| radius != 0) else { return picture };
    if radius > 0 {
        dilate(&mut mask, radius.unsigned_abs());
    } else {
        erode(&mut mask, radius.unsigned_abs());
    }
    picture.with_opacity(&mask)
}

#[cfg(test)]
mod tests {
    use super::super::golden::{assert_within, golden};
    use super::*;
    use crate::codecs::bitmap::Channels;

    #[test]
    fn only_alpha_grows_and_shows_the_colours_below() {
        let data = vec![9, 0, 8, 255, 7, 0, 6, 0];
        let picture = Bitmap { width: 4, height: 1, channels: Channels::GrayAlpha, data };
        assert_eq!(grow_mask(picture, 1).data, [9, 255, 8, 255, 7, 255, 6, 0]);
    }

    #[test]
    fn a_picture_without_mask_is_left_alone() {
        let picture = Bitmap { width: 2, height: 1, channels: Channels::Gray, data: vec![1, 200] };
        assert_eq!(grow_mask(picture.clone(), -1), picture);
        assert_eq!(grow_mask(picture.clone(), 1), picture);
    }

    #[test]
    fn equals_grey_morphology_by_scipy() {
        for radius in [7, -4] {
            let got = grow_mask(golden("cutout"), radius);
            assert_within(&got, &golden(&format!("grow-mask{radius:+}")), 0);
        }
    }
}
