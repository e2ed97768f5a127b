use std::time::{Duration, Instant};

use super::*;
use crate::modifiers::plan::Format;

fn svg(attributes: &str, content: &str) -> Vec<u8> {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' \
         {attributes}>{content}</svg>"
    )
    .into_bytes()
}

fn draw(bytes: &[u8]) -> Bitmap {
    let info = probe(bytes).unwrap();
    let bitmap = decode(bytes).unwrap().bitmap;
    assert_eq!((info.width, info.height), (bitmap.width, bitmap.height));
    bitmap
}

fn pixel(bitmap: &Bitmap, x: usize, y: u32) -> [u8; 4] {
    bitmap.row(y)[x * 4..][..4].try_into().unwrap()
}

/// The refusal, which must come at once; what is refused by its header is refused by
/// both functions.
fn refusal(bytes: &[u8]) -> String {
    let start = Instant::now();
    let text = decode(bytes).map(|_| ()).unwrap_err().to_string();
    if let Err(early) = probe(bytes) {
        assert_eq!(early.to_string(), text);
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    text
}

#[test]
fn shapes_on_whole_pixels_are_exact_and_the_rest_is_transparent() {
    let bytes = svg(
        "width='4' height='3'",
        "<rect x='1' y='1' width='2' height='1' fill='#1234ff'/>\
         <rect x='3' y='2' width='1' height='1' fill='red' fill-opacity='0.2'/>",
    );
    let bitmap = draw(&bytes);
    assert_eq!((bitmap.width, bitmap.height, bitmap.channels), (4, 3, Channels::Rgba));
    for y in 0..3 {
        for x in 0..4 {
            let expected = match (x, y) {
                (1 | 2, 1) => [0x12, 0x34, 0xff, 255],
                // 0.2 * 255 = 51
                (3, 2) => [255, 0, 0, 51],
                _ => [0; 4],
            };
            assert_eq!(pixel(&bitmap, x, y), expected, "{x} {y}");
        }
    }
}

#[test]
fn natural_size_comes_from_width_and_height_or_the_view_box() {
    for (attributes, width, height) in [
        ("width='30' height='20'", 30, 20),
        // 96 pixels an inch: 25.4 mm are 96, 36 pt are 48
        ("width='25.4mm' height='36pt'", 96, 48),
        ("viewBox='0 0 12 34'", 12, 34),
        ("width='24' viewBox='0 0 12 34'", 24, 68),
        ("width='10.2' height='0.3'", 10, 1),
        ("height='17' viewBox='0,0 12,34'", 6, 17),
        ("width='50%' height='100%' viewBox='0 0 200 80'", 100, 80),
        ("width='1in' height='2em'", 96, 24),
    ] {
        let info = probe(&svg(attributes, "<rect width='1' height='1'/>")).unwrap();
        assert_eq!((info.width, info.height), (width, height), "{attributes}");
        assert!(info.has_alpha);
    }
}

#[test]
fn gzip_around_a_drawing_is_unpacked_and_its_size_is_limited() {
    use std::io::Write;
    let pack = |text: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(text).unwrap();
        packer.finish().unwrap()
    };
    let plain = svg("width='4' height='3'", "<rect width='2' height='2' fill='red'/>");
    let packed = pack(&plain);
    assert_eq!(crate::codecs::sniff::sniff(&packed), Kind::Svg);
    assert_eq!(draw(&packed), draw(&plain));
    let cut = refusal(&packed[..packed.len() - 12]);
    assert!(cut.contains("gzip"), "{cut}");
    let bomb = pack(&svg("width='1' height='1'", &" ".repeat(64 << 20)));
    assert!(refusal(&bomb).contains("more than 1048576 bytes"), "{}", refusal(&bomb));
    assert_eq!(crate::codecs::sniff::sniff(&pack(b"a log")), Kind::Unknown);
}

#[test]
fn big_files_and_big_drawings_are_refused() {
    let long = svg("width='1' height='1'", &" ".repeat(GREATEST_FILE));
    assert!(refusal(&long).contains("more than 1048576 bytes"), "{}", refusal(&long));
    // 2049 * 2048 = 4,196,352 and 4 Mpx are 4,194,304
    for (size, text) in [
        ("width='2049' height='2048'", "2049 x 2048 pixels are more than 4194304"),
        ("width='1e30' height='1e30'", "pixels are more than 4194304"),
    ] {
        assert!(refusal(&svg(size, "")).contains(text), "{}", refusal(&svg(size, "")));
    }
    probe(&svg("width='2048' height='2048'", "")).unwrap();
}

/// Ids `a0` to `aN`, each of which refers twice to the next.
fn doubling(levels: usize, element: impl Fn(usize) -> String) -> String {
    (0..levels).map(element).collect()
}

#[test]
fn o33_doubling_uses_end_at_once() {
    let uses = |levels: usize| {
        let chain = doubling(levels, |level| {
            let next = level + 1;
            format!("<g id='a{level}'><use href='#a{next}'/><use xlink:href='#a{next}'/></g>")
        });
        let end = format!("<rect id='a{levels}' width='9' height='9'/>");
        svg("width='9' height='9'", &format!("<defs>{chain}{end}</defs><use href='#a0'/>"))
    };
    // 2^20 rectangles, 2^21 - 2 uses and 2^20 - 1 groups; and the definitions
    let text = refusal(&uses(20));
    assert!(text.contains("elements once references are followed, more than 500000"), "{text}");
    refusal(&uses(60));
    assert_eq!(pixel(&draw(&uses(8)), 4, 4), [0, 0, 0, 255]);
}

#[test]
fn o33_nested_patterns_end_at_once() {
    for units in ["userSpaceOnUse", "objectBoundingBox"] {
        let chain = doubling(20, |level| {
            let next = level + 1;
            let rect = format!("<rect width='4' height='4' fill='url(#a{next})'/>");
            format!(
                "<pattern id='a{level}' width='1' height='1' patternUnits='{units}'>\
                 {rect}{rect}</pattern>"
            )
        });
        let end = "<pattern id='a20' width='1' height='1'><rect width='4' height='4'/></pattern>";
        let content = format!("{chain}{end}<rect width='9' height='9' fill='url(#a0)'/>");
        refusal(&svg("width='9' height='9'", &content));
    }
}

#[test]
fn inherited_paint_masks_and_markers_are_counted_for_each_that_takes_them() {
    let many = |element: &str| element.repeat(1000);
    let dots = many("<rect width='1' height='1'/>");
    let line = format!("M0 0{}", " 1 1".repeat(1000));
    for content in [
        format!(
            "<pattern id='p' width='9' height='9'>{dots}</pattern><g fill='url(#p)'>{dots}</g>"
        ),
        format!(
            "<style>rect {{ fill: url(#p) }} pattern rect {{ fill: red }}</style>\
             <pattern id='p' width='9' height='9'>{}</pattern>{dots}",
            many("<circle r='1'/>")
        ),
        format!("<mask id='m'>{dots}</mask>{}", many("<circle r='1' mask='url(\"#m\")'/>")),
        format!(
            "<clipPath id='m'>{dots}</clipPath>{}",
            many("<circle r='1' style='clip-path:url(#m)'/>")
        ),
        format!("<marker id='m'>{dots}</marker><path d='{line}' marker-mid='url(#m)'/>"),
        format!("<marker id='m'>{dots}</marker><g style='marker:url(#m)'><path d='{line}'/></g>"),
    ] {
        let text = refusal(&svg("width='9' height='9'", &content));
        assert!(text.contains("elements once references are followed"), "{text}");
    }
}

#[test]
fn circles_are_refused_whatever_they_are_made_of() {
    for content in [
        "<g id='a'><use href='#a'/></g>",
        "<g id='a'><use href='#b'/></g><g id='b'><use href='#c'/></g><g id='c'><use href='#a'/></g>",
        // the parser below looks two steps far
        "<pattern id='a' width='1' height='1'><rect width='1' height='1' fill='url(#b)'/></pattern>\
         <pattern id='b' width='1' height='1'><rect width='1' height='1' fill='url(#c)'/></pattern>\
         <pattern id='c' width='1' height='1'><rect width='1' height='1' fill='url(#a)'/></pattern>\
         <rect width='9' height='9' fill='url(#a)'/>",
        "<style>.x { fill: url(#a) }</style>\
         <pattern id='a' width='1' height='1'><rect width='1' height='1' class='x'/></pattern>\
         <rect width='9' height='9' class='x'/>",
        "<mask id='a'><g mask='url(#b)'/></mask><mask id='b'><g mask='url(#c)'/></mask>\
         <mask id='c'><g mask='url(#a)'/></mask><rect width='9' height='9' mask='url(#a)'/>",
        "<filter id='a'><feImage href='#b'/></filter><g id='b'><rect filter='url(#a)'/></g>",
    ] {
        let text = refusal(&svg("width='9' height='9'", content));
        assert!(text.contains("refers to itself"), "{text}");
    }
}

#[test]
fn deep_nesting_is_refused_and_what_is_allowed_fits_the_stack() {
    let nested = |levels: usize| {
        let open = "<g opacity='0.9' transform='scale(1.001)'>".repeat(levels);
        let content = format!("{open}<rect width='1' height='1'/>{}", "</g>".repeat(levels));
        svg("width='9' height='9'", &content)
    };
    draw(&nested(250));
    assert!(refusal(&nested(300)).contains("deeper than 256"));
    assert!(refusal(&nested(20_000)).contains("deeper than 256"));
    // each link is one level in the file and three once expanded
    let chain: String =
        (0..200).map(|n| format!("<g id='a{n}'><use href='#a{}'/></g>", n + 1)).collect();
    assert!(refusal(&svg("width='9' height='9'", &chain)).contains("deeper than 256"));
}

#[test]
fn entities_do_not_grow() {
    let head = "<?xml version='1.0'?><!DOCTYPE svg [";
    let name = "http://www.w3.org/2000/svg";
    let plain = format!("{head}<!ENTITY ns '{name}'>]><svg xmlns='&ns;' width='2' height='2'/>");
    probe(plain.as_bytes()).unwrap();
    let growing = format!(
        "{head}<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><svg xmlns='{name}'>&b;</svg>"
    );
    assert!(refusal(growing.as_bytes()).contains("an entity that names another"));
    let long = format!(
        "{head}<!ENTITY a \"{}\">]><svg xmlns='{name}'><desc>{}</desc></svg>",
        ">".repeat(500_000),
        "&a;".repeat(100_000)
    );
    assert!(refusal(long.as_bytes()).contains("100000 entities of 500000 bytes"));
}

#[test]
fn work_without_end_is_refused_before_it_starts() {
    let all = "x='0' y='0' width='1' height='1'";
    for content in [
        format!(
            "<filter id='f' {all}><feTurbulence baseFrequency='1' numOctaves='2000000000'/></filter>"
        ),
        format!("<filter id='f' {all}><feMorphology radius='900'/></filter>"),
        format!("<filter id='f' {all}>{}</filter>", "<feOffset dx='1'/>".repeat(500)),
        "<pattern id='f' width='90000' height='90000' patternUnits='userSpaceOnUse'>\
         <circle r='9'/></pattern>"
            .to_owned(),
    ] {
        let kind = if content.starts_with("<pattern") { "fill" } else { "filter" };
        let rect = format!("<rect width='2000' height='2000' {kind}='url(#f)'/>");
        let text = refusal(&svg("width='2000' height='2000'", &format!("{content}{rect}")));
        assert!(text.contains("takes more than") || text.contains("take more than"), "{text}");
    }
    let rects = "<rect width='2000' height='2000' fill='red'/>".repeat(5000);
    assert!(refusal(&svg("width='2000' height='2000'", &rects)).contains("of work"));
    let dashes = "<path d='M0 0H1e6' stroke='red' stroke-dasharray='0.001'/>".repeat(100);
    assert!(refusal(&svg("width='20' height='20'", &dashes)).contains("of work"));
}

/// Two pixels, red and half transparent green.
fn png() -> Vec<u8> {
    let data = vec![255, 0, 0, 255, 0, 255, 0, 128];
    let bitmap = Bitmap { width: 2, height: 1, channels: Channels::Rgba, data };
    crate::codecs::encode(bitmap, crate::codecs::EncodeOptions::of(Format::Png)).unwrap()
}

#[test]
fn only_pictures_in_the_file_are_drawn() {
    let percent: String = png().iter().map(|byte| format!("%{byte:02x}")).collect();
    let image = |href: &str| {
        svg("width='2' height='1'", &format!("<image width='2' height='1' xlink:href='{href}'/>"))
    };
    let inside = image(&format!("data:image/png,{percent}"));
    assert!(probe(&inside).unwrap().damage.is_empty());
    let bitmap = draw(&inside);
    assert_eq!(pixel(&bitmap, 0, 0), [255, 0, 0, 255]);
    assert_eq!(pixel(&bitmap, 1, 0), [0, 255, 0, 128]);

    let folder = std::env::temp_dir().join(format!("offprint-svg-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("picture.png");
    std::fs::write(&path, png()).unwrap();
    let nested = "data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    let outside = [path.to_str().unwrap(), "http://127.0.0.1:1/picture.png", "picture.png", nested];
    for href in outside {
        let bytes = image(&href.replace('<', "&lt;"));
        let damage = probe(&bytes).unwrap().damage;
        assert_eq!(damage.len(), 1, "{href}");
        assert!(damage[0].starts_with("1 images were not drawn"), "{damage:?}");
        assert!(draw(&bytes).data.iter().all(|value| *value == 0), "{href}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_is_not_drawn_is_reported() {
    let content = "<text>a</text><text><tspan>b</tspan></text><text> </text><foreignObject/>";
    let damage = probe(&svg("width='2' height='2'", content)).unwrap().damage;
    assert_eq!(damage.len(), 2);
    assert!(damage[0].starts_with("2 text elements were not drawn"), "{damage:?}");
    assert!(damage[1].starts_with("1 foreignObject"), "{damage:?}");
}

#[test]
fn broken_files_say_where() {
    let text = refusal(b"<svg xmlns='http://www.w3.org/2000/svg' width='2' height='2'><g></svg>");
    assert!(text.starts_with("svg is damaged: ") && text.contains("1:"), "{text}");
    assert!(refusal(b"<svg \xff").contains("not in utf-8"));
    assert!(refusal(&svg("width='0' height='0'", "")).contains("size"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    /// Elements and references in any order.
    #[test]
    fn hostile_drawings_never_panic(
        pieces in proptest::collection::vec(0usize..22, 0..40),
        size in 1u32..300,
    ) {
        const PIECES: [&str; 22] = [
            "<g>", "</g>", "<g id='a' fill='url(#b)'>", "<g id='b' mask='url(#c)' opacity='.5'>",
            "<use href='#a'/>", "<use href='#c' x='1e38'/>", "<mask id='c'>", "</mask>",
            "<pattern id='b' width='.1' height='1e9'>", "</pattern>",
            "<rect width='50' height='1e20' stroke='url(#b)'/>",
            "<path d='M0 0 9e9 9 1-1a5 5 0 1 1 7 7z' marker-mid='url(#d)' stroke='red' \
             stroke-dasharray='1e-9 3'/>",
            "<marker id='d' overflow='visible'>", "</marker>",
            "<filter id='f'><feGaussianBlur stdDeviation='1e9'/><feTile/></filter>",
            "<circle r='40' filter='url(#f)' transform='scale(0 1e-30)'/>", "<clipPath id='g'>",
            "</clipPath>", "<ellipse rx='1e30' ry='2' clip-path='url(#g)'/>",
            "<linearGradient id='b'><stop offset='2'/></linearGradient>", "<svg viewBox='0 0 0 0'>",
            "</svg>",
        ];
        let mut content = String::new();
        let mut open = Vec::new();
        for piece in pieces.iter().map(|piece| PIECES[*piece]) {
            let name = piece.split(['<', '/', '>', ' ']).find(|word| !word.is_empty()).unwrap();
            if piece.starts_with("</") {
                if open.last() != Some(&name) {
                    continue;
                }
                open.pop();
            } else if !piece.ends_with("/>") && name != "linearGradient" && name != "filter" {
                open.push(name);
            }
            content += piece;
        }
        content.extend(open.iter().rev().map(|name| format!("</{name}>")));
        let bytes = svg(&format!("width='{size}' height='{size}'"), &content);
        // usvg 0.49 overflows its stack over some of these: `decode` is for processes that
        // may die, which tests/service/decoding.rs shows
        let _ = probe(&bytes);
    }

    #[test]
    fn hostile_bytes_never_panic(tail: Vec<u8>, text in "[<>&;='\"a-z#()/ ]*") {
        let _ = probe(&[b"<svg ", &tail[..]].concat());
        let _ = probe(&[b"<svg xmlns='http://www.w3.org/2000/svg'>", text.as_bytes()].concat());
    }
}
