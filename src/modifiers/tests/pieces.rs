//! Random texts for the property tests: pieces of the language, put together
//! rightly or wrongly.

use proptest::prelude::*;
use proptest::strategy::Union;

/// Texts of every kind: soup, sound requests, anything.
pub fn modifier() -> impl Strategy<Value = String> {
    prop_oneof![3 => soup(), 3 => sound_request(), 1 => mixed_request(), 1 => ".{0,200}"]
}

/// Pieces of the language in any order.
fn soup() -> impl Strategy<Value = String> {
    let names: Vec<&'static str> =
        crate::modifiers::commands::commands().map(|command| command.name).collect();
    let word = prop_oneof![
        3 => prop::sample::select(names),
        6 => prop::sample::select(PIECES),
        4 => prop::sample::select(&["&", "=", ","][..]),
    ];
    prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

const PIECES: &[&str] = &[
    "wdi",
    "ts",
    "$v",
    "$v=",
    "$view$",
    "$thumb$",
    "$nope$",
    "$own$",
    "%24base%24",
    "$",
    ".c",
    "==",
    "&amp;",
    "?",
    "http://h/x?",
    "is(",
    "ir{",
    "(",
    ")",
    "{",
    "}",
    "%2C",
    "%",
    "%zz",
    "%e9",
    "%C3%A9",
    "é",
    "\u{1F5BC}",
    "+",
    " ",
    "\t",
    "0",
    "1",
    "-1",
    "200",
    ".5",
    "1e9",
    "99999999999",
    "jpeg",
    "png-alpha",
    "tif",
    "webp",
    "gray",
    "lzw",
    "lossless",
    "crop",
    "constrain",
    "bicub",
    "ff00ff",
    "50,75g",
    "0,100,0,0k",
    "s",
    "$v$",
    "on",
    "off",
    "img",
    "comp",
    "name",
    "layer=1&",
    "layer=1,a&",
    "layer=a&",
    "effect=-1&",
    "effect=2&",
    "src=is(a?",
    "M0,0,L9,0,L9,9",
    "{\\rtf1 a}",
    "\\par",
    "norm",
    "R3T5",
    "lr",
    "$object$",
    "sRGB",
    "relative",
];

/// Commands whose values are right, with layers, effects and nested requests.
pub fn sound_request() -> impl Strategy<Value = String> {
    prop::collection::vec(sound_segment(), 1..14).prop_map(|segments| segments.join("&"))
}

/// Right and wrong commands side by side.
fn mixed_request() -> impl Strategy<Value = String> {
    let segment = prop_oneof![4 => sound_segment(), 1 => soup()];
    prop::collection::vec(segment, 1..8).prop_map(|segments| segments.join("&"))
}

/// A segment that is right wherever it stands.
fn sound_segment() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => sound_command(),
        2 => selector(),
        1 => nested(),
        1 => prop::sample::select(&[
            "$view$", "$shadow$", "wid=", "op_sharpen=", "fmt=", "crop", "color=", "text=", "src=",
            ".c", "", "$w=70", "hei=$w$7", "text=$w$ é", "ts=1",
        ][..]).prop_map(str::to_string),
    ]
}

fn selector() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..4u32).prop_map(|n| format!("layer={n}")),
        Just("layer=comp".to_string()),
        (0..4u32, 0..3u32).prop_map(|(n, name)| format!("layer={n},n{n}{name}")),
        (1..4i32, any::<bool>()).prop_map(|(n, behind)| {
            format!("effect={}&color=10,20,30", if behind { -n } else { n })
        }),
    ]
}

fn nested() -> impl Strategy<Value = String> {
    let inner = prop::collection::vec(prop_oneof![5 => sound_command(), 1 => selector()], 0..4)
        .prop_map(|commands| commands.join("&"));
    let inner = inner.prop_recursive(3, 8, 2, |inner| {
        (inner, sound_command()).prop_map(|(inner, command)| format!("{command}&src=is(?{inner})"))
    });
    let object = prop::sample::select(&["", "a/b", "$object$", "é x"][..]);
    let form = prop::sample::select(&[("src=is(", ")"), ("src=is{", "}"), ("mask=IS(", ")")][..]);
    (form, object, inner)
        .prop_map(|((open, close), object, inner)| format!("{open}{object}?{inner}{close}"))
}

fn of(name: &'static str, values: BoxedStrategy<String>) -> BoxedStrategy<String> {
    values.prop_map(move |value| format!("{name}={value}")).boxed()
}

fn words(name: &'static str, values: &'static [&'static str]) -> BoxedStrategy<String> {
    of(name, prop::sample::select(values).prop_map(str::to_string).boxed())
}

fn ints(
    name: &'static str,
    count: usize,
    range: std::ops::RangeInclusive<i32>,
) -> BoxedStrategy<String> {
    let list = prop::collection::vec(range, count);
    of(name, list.prop_map(|n| n.iter().map(i32::to_string).collect::<Vec<_>>().join(",")).boxed())
}

fn reals(name: &'static str, count: usize, range: std::ops::Range<f64>) -> BoxedStrategy<String> {
    let list = prop::collection::vec(range, count);
    of(name, list.prop_map(|n| n.iter().map(f64::to_string).collect::<Vec<_>>().join(",")).boxed())
}

const FLAG: &[&str] = &["0", "1"];
const PATHS: &[&str] = &["M0,0,L100,0,L100,100,Z", "m10,10,l5,0,l0,5,z", "M0,0,C1,1,2,2,3,3"];
const COLOURS: &[&str] = &[
    "0,100,200",
    "0,100,200,200rs",
    "0x010203S",
    "a0b1c2d3R",
    "100S",
    "50,75g",
    "0X70G",
    "0xddeegs",
    "94,11,50,33k",
    "22,23,24,25,26KS",
    "38393A3bK",
    "ffffff40",
    "100",
    "0",
];

/// A command with a right value, from each family.
pub fn sound_command() -> impl Strategy<Value = String> {
    let all = vec![
        ints("wid", 1, 1..=5000),
        ints("hei", 1, 1..=5000),
        words("hei=9&fit", &["fit", "constrain,1", "crop,0", "Wrap", "stretch,1", "hfit", "vfit"]),
        reals("scl", 1, 1e-3..1e3),
        reals("align", 2, -1.0..1.0),
        words("bgc", COLOURS),
        ints("rgn", 4, 1..=900),
        ints("rect", 4, 1..=900),
        words("wid=5&dpr", &["off", "on,2", "on,1.5", "on,1"]),
        words(
            "fmt",
            &[
                "jpeg",
                "jpg,gray",
                "tif,,lzw",
                "tiff-alpha,gray,zip",
                "tif,cmyk,jpeg",
                "png-alpha",
                "webp",
                "webp-alpha,,lossless",
                "gif",
                "png8-alpha",
                "pjpeg,RGB",
                "avif",
                "heic",
                "pdf,,zip",
                "jpeg2000,gray,lossless",
                "eps,cmyk",
            ],
        ),
        words("qlt", &["1", "100,1", "80,", "70,0"]),
        ints("jpegSize", 1, 0..=900),
        words("pscan", &["auto", "3", "5"]),
        words("quantize", &["adaptive", "web,off", "adaptive,diffuse,9,ff0000", "adaptive,,2"]),
        reals("printRes", 1, 1e-3..1e4),
        words("icc", &["x.icc", "x.icc,perceptual,0", "x.icc,,,1", ",absolute,1,1"]),
        words("iccEmbed", &["0", "1", "true"]),
        words("pathEmbed", FLAG),
        words("xmpEmbed", FLAG),
        words("resMode", &["sharp", "bisharp", "bilin", "BICUB", "sharp2", "trilin"]),
        words("effectMask", FLAG),
        words("req", &["img", "mask"]),
        words("src", &["a/b", "a%2Fb", "é x", "$object$", "a%28b", "ir(x?y=1)", "(http://h/i)"]),
        words("mask", &["m", "m+n", "$object$"]),
        words("maskUse", &["norm", "invert", "off"]),
        ints("crop", 4, 1..=5000),
        words("crop", &["0,0,0,0", "-5,-6,7,8"]),
        reals("cropN", 4, 1e-9..2.0),
        words("cropPathE", &["a", "a,b c"]),
        ints("color=1,2,3&size", 2, 1..=900),
        reals("scale", 1, 1e-3..1e3),
        reals("res", 1, 1e-3..1e3),
        ints("anchor", 2, -9000..=9000),
        reals("anchorN", 2, -1e6..1e6),
        ints("op_growMask", 1, -100..=100),
        ints("op_growMaskR", 1, -100..=100),
        reals("rotate", 1, -1e6..1e6),
        words("perspective", &["0,0,9,0,9,9,0,9", "1,1,90.5,0,99,99,0,80,R3T7"]),
        words("perspectiveN", &["0,0,1,0,1,1,0,1,R1", "0,0,.5,0,1,1,0,1,R2"]),
        ints("extend", 4, -50..=50),
        reals("extendN", 4, -0.4..2.0),
        ints("origin", 2, -900..=900),
        reals("originN", 2, -1.0..1.0),
        ints("pos", 2, -900..=900),
        reals("posN", 2, -1.0..1.0),
        words("color", COLOURS),
        words("bgColor", COLOURS),
        words("blendMode", &["norm", "dissolve", "lighten", "darken", "mult", "screen"]),
        words("hide", FLAG),
        words("flip", &["lr", "ud", "lrud"]),
        words("opac", &["0", "50", "100,40", "90,"]),
        words("size=5,6&clipPath", PATHS),
        words("clipXPath", PATHS),
        words("clipPathE", &["a", "b c,d"]),
        words("clipXPathE", &["a"]),
        ints("op_brightness", 1, -100..=100),
        ints("op_contrast", 1, -100..=100),
        ints("op_colorbalance", 3, -100..=100),
        ints("op_saturation", 1, -100..=100),
        ints("op_hue", 1, -180..=180),
        words("op_colorize", &["200,0,0,off", "a0b0c0,norm,50.5", "c80000", "1,2,3,4"]),
        words("colorize", &["200,0,0"]),
        words("op_invert", FLAG),
        reals("op_blur", 1, 0.0..100.0),
        ints("op_grow", 1, -100..=100),
        words("op_noise", &["0", "20,gaussian", "5,uniform,1", "7,,1"]),
        words("op_sharpen", FLAG),
        reals("op_usm", 2, 0.0..5.0),
        words("op_usmR", &["1,2,3,1", ".5,1", "1"]),
        words("size=7,8&text", &["a+b", "%7B\\b hi%7D", "caf%e9", "é", "50%25 & 1%2B1", "$x"]),
        words("size=7,8&textPs", &["a", "%7B\\i x\\par y%7D"]),
        words("textAttr", &["72", "150,off", "72,crisp,autoRes", ",norm,maxRes,noWrap"]),
        reals("textAngle", 1, -720.0..720.0),
        words("textFlowXPath", PATHS),
        words("textPath", PATHS),
        words("pathAttr", &["norm", "reverse,.25", "norm,0,0.5"]),
        words("cache", &["on", "off"]),
        words("id", &["7"]),
        words("locale", &["de"]),
    ];
    Union::new(all)
}
