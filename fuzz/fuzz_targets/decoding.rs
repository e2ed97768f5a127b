//! What must hold of every file of a kind, whatever its bytes are.

use offprint::codecs::bitmap::{Area, Bitmap};
use offprint::codecs::sniff::{Kind, sniff};
use offprint::codecs::{Request, SourceInfo, decode, probe};

/// Larger pictures make a run slow, not wrong.
const MOST_PIXELS: u64 = 4_000_000;

/// Reads the header and the whole picture of a file of that kind, and a part of it at
/// a smaller size, as `choice` says. Other kinds are not tried.
pub fn assert_decodes(kind: Kind, bytes: &[u8], choice: u32) {
    if sniff(bytes) != kind {
        return;
    }
    let Ok(info) = probe(bytes) else { return };
    assert_eq!(info.kind, kind);
    assert!(info.width > 0 && info.height > 0 && (1..=8).contains(&info.orientation));
    assert!(info.resolution.is_none_or(|dots| dots.is_finite() && dots > 0.0), "{info:?}");
    if u64::from(info.width) * u64::from(info.height) > MOST_PIXELS {
        return;
    }
    let whole = Area { x: 0, y: 0, width: info.width, height: info.height };
    let request = Request { area: whole, least_width: info.width, least_height: info.height };
    let Ok(decoded) = decode(bytes, &info, request) else { return };
    assert_sound(&decoded.bitmap);
    assert_eq!((decoded.bitmap.width, decoded.bitmap.height), (info.width, info.height));
    assert_eq!(decoded.scale, 1.0);

    let request = part(&info, choice);
    let decoded = decode(bytes, &info, request).expect("a part of what is read as a whole");
    assert_sound(&decoded.bitmap);
    let (width, height) = (decoded.bitmap.width, decoded.bitmap.height);
    assert!(width >= request.least_width && height >= request.least_height, "{request:?}");
    assert!(width <= request.area.width && height <= request.area.height, "{request:?}");
}

/// Everything that the length of the data promises to those who index them.
fn assert_sound(bitmap: &Bitmap) {
    let pixels = bitmap.width as usize * bitmap.height as usize;
    assert_eq!(bitmap.data.len(), pixels * bitmap.channels.count());
}

/// A window inside the picture, and a size of it between an eighth and full.
fn part(info: &SourceInfo, choice: u32) -> Request {
    let [left, top, right, bottom] = choice.to_le_bytes().map(u64::from);
    let place = |of: u32, share: u64| (u64::from(of - 1) * share / 255) as u32;
    let (x, y) = (place(info.width, left), place(info.height, top));
    let width = 1 + place(info.width - x, right);
    let height = 1 + place(info.height - y, bottom);
    let smaller = 1 << (choice % 4);
    let area = Area { x, y, width, height };
    Request { area, least_width: width.div_ceil(smaller), least_height: height.div_ceil(smaller) }
}

/// Ends the process where this repository panics, not where a decoder of others does:
/// `codecs` turns those panics into a broken file.
pub fn forgive_guarded_panics() {
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("{panic}");
        let theirs = |file: &str| file.contains("/registry/") || file.starts_with("/rustc/");
        if !panic.location().is_some_and(|location| theirs(location.file())) {
            std::process::abort();
        }
    }));
}

/// A target of one kind.
#[macro_export]
macro_rules! decode_target {
    ($kind:ident) => {
        libfuzzer_sys::fuzz_target!(init: decoding::forgive_guarded_panics(), |bytes: &[u8]| {
            // the same for the same file, without bytes of its own that would spoil the seeds
            let choice = bytes.iter().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into()));
            decoding::assert_decodes(offprint::codecs::sniff::Kind::$kind, bytes, choice);
        });
    };
}
