//! Texts made to take long: time grows with the text and no faster.

use std::time::{Duration, Instant};

use super::*;

/// A quadratic reader would take minutes. The slowest of these takes about a second
/// in a debug build on an idle machine and half of that in release; the bound is for
/// busy machines.
const BOUND: Duration = Duration::from_secs(10);

const MEGABYTE: usize = 1_000_000;

#[track_caller]
fn within_bound(what: &str, text: &str, macros: &Macros) {
    let limits =
        Limits { modifier_bytes: 2 * MEGABYTE, expanded_bytes: MEGABYTE, ..Limits::default() };
    let defaults = Defaults { limits, ..Defaults::default() };
    let sources = Sources { is_modifier: text, ..Sources::default() };
    let started = Instant::now();
    resolve(&sources, macros, &defaults, Strictness::Normal);
    let took = started.elapsed();
    println!("{:>6} ms  {what}", took.as_millis());
    assert!(took < BOUND, "{what}: {took:?}");
}

/// `piece` until it is a megabyte.
fn repeated(piece: &str) -> String {
    piece.repeat(MEGABYTE / piece.len())
}

/// Different pieces until they are a megabyte.
fn numbered(piece: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < MEGABYTE {
        text.push_str(&piece(number));
        number += 1;
    }
    text
}

/// Four letters that are different for each number.
fn letters(number: usize) -> String {
    (0..4).map(|at| char::from(b'a' + (number / 26usize.pow(at) % 26) as u8)).collect()
}

#[test]
fn a_megabyte_of_one_piece() {
    for piece in [
        "wid=1&",
        "wid&",
        "src=(&",
        "src={(&",
        "src=is(",
        "src=is(a?",
        "mask=IR{",
        "imageSet={",
        "$v$",
        "$v=1&",
        "$v=$v$&",
        "%",
        "%41",
        "%zz",
        "wid=%zz&",
        "&amp;",
        "&amp;amp;",
        "$view$&",
        "$nope$&",
        "layer=1,a&",
        "layer=a&",
        "effect=1&",
        "(",
        ")",
        "{",
        "}",
        "src=()&",
        "src=is()&",
        "src=a)&",
        "é",
        "$",
        "$$",
        "=",
        "=&",
        ".",
        "?",
        ",",
        "wid=,&",
        "text=a&",
        "ts=1&",
        "wdi=1&",
        "op_usm=1&",
        "src=is(?src=is(&",
        "fmt=png&",
        "locale=$w$&",
        "\\",
        "id=%C3&",
    ] {
        within_bound(piece, &repeated(piece), &macros());
    }
}

#[test]
fn a_megabyte_in_one_value() {
    for start in [
        "text=",
        "textPs=",
        "src=",
        "id=",
        "clipPath=",
        "icc=",
        "quantize=",
        "bgc=",
        "layer=",
        "wid=",
        "clipPathE=",
        "src=is(",
        "src=is(?text=",
        "$v=",
        "fmt=",
        "op_colorize=",
        "perspective=",
    ] {
        for piece in ["a", ",", "%2C", "{", "\\b ", "$x$", "1,", "M0,0,", "ff0000,", "%C3%A9", "+"]
        {
            within_bound(
                &format!("{start}{piece}"),
                &format!("{start}{}", repeated(piece)),
                &macros(),
            );
        }
    }
}

#[test]
fn a_megabyte_of_different_pieces() {
    within_bound("typos", &numbered(|n| letters(n) + "&"), &macros());
    within_bound("near typos", &numbered(|n| format!("wi{}=1&", letters(n))), &macros());
    within_bound("macros", &numbered(|n| format!("${}$&", letters(n))), &macros());
    within_bound("variables", &numbered(|n| format!("${}=1&", letters(n))), &macros());
    within_bound(
        "used variables",
        &numbered(|n| format!("${0}=1&id=${0}$&", letters(n))),
        &macros(),
    );
    within_bound("layers", &numbered(|n| format!("layer={n}&src=a&")), &macros());
    within_bound("layers down", &numbered(|n| format!("layer={}&opac=5&", 900_000 - n)), &macros());
    within_bound("names", &numbered(|n| format!("layer=1,{}&", letters(n))), &macros());
    within_bound("lost names", &numbered(|n| format!("layer={}&", letters(n))), &macros());
    within_bound("failed layers", &numbered(|n| format!("layer={n}&size=a&")), &macros());
    within_bound("solid layers", &numbered(|n| format!("layer={n}&color=a&size=1,1&")), &macros());
    within_bound("sizeless layers", &numbered(|n| format!("layer={n}&color=1&")), &macros());
    within_bound("effects", &numbered(|n| format!("effect={}&op_blur=1&", n + 1)), &macros());
    within_bound("effects down", &numbered(|n| format!("effect=-{}&", n + 1)), &macros());
    within_bound("nested", &numbered(|n| format!("layer={n}&src=is(a?wid={})&", n + 1)), &macros());
    within_bound("nested errors", &numbered(|_| "src=is(a?fit=crop&size=a)&".into()), &macros());
    within_bound("text layers", &numbered(|n| format!("layer={n}&text=a&textAttr=0&")), &macros());
}

#[test]
fn a_megabyte_nested_deep() {
    for (open, close) in
        [("src=is(", ")"), ("src=is(?", ")"), ("src=ir(?", ")"), ("src=is{a?wid=1&", "}")]
    {
        let depth = MEGABYTE / (open.len() + close.len());
        let text = open.repeat(depth) + &close.repeat(depth);
        within_bound(&format!("nested {open}"), &text, &macros());
        // as deep as is allowed, with much inside
        let text = open.repeat(16) + &repeated("wid=1&") + &close.repeat(16);
        within_bound(&format!("full {open}"), &text, &macros());
        let text = open.repeat(16) + "text=" + &repeated("$x$") + &close.repeat(16);
        within_bound(&format!("text {open}"), &text, &macros());
    }
}

#[test]
fn macros_that_hold_a_megabyte() {
    let mut macros = macros();
    macros.insert("big", &repeated("layer=1,a&"));
    macros.insert("errors", &repeated("wid=0&"));
    macros.insert("n", &"fmt=$v$&".repeat(500));
    macros.insert("m", &"$n$&".repeat(1000));
    within_bound("big", "$big$", &macros);
    within_bound("errors", "$errors$&$errors$", &macros);
    within_bound("many calls", &repeated("$n$&"), &macros);
    let variable = format!("$v={}&", "x".repeat(900));
    within_bound("calls of calls", &(variable + &repeated("$m$&")), &macros);
}

#[test]
fn a_megabyte_is_refused_at_once_by_default() {
    for piece in ["wid=1&", "src=(&", "$v$", "%", "&amp;", "$view$&", "é"] {
        let text = repeated(piece);
        let started = Instant::now();
        assert_eq!(one_error(&text).reason, MODIFIER_TOO_LONG);
        assert_eq!(check_definition(&text, &macros())[0].reason, MODIFIER_TOO_LONG);
        assert!(started.elapsed() < BOUND, "{piece}: {:?}", started.elapsed());
    }
}

#[test]
fn a_megabyte_of_macro_file() {
    let parse = crate::modifiers::macro_file::parse;
    for piece in ["a\twid=1\n", "\"", "'\t", "\t", "a\n", "\r", "a b\n", "Name\t"] {
        let started = Instant::now();
        parse(repeated(piece).as_bytes());
        assert!(started.elapsed() < BOUND, "{piece:?}: {:?}", started.elapsed());
    }
    let started = Instant::now();
    parse(numbered(|n| format!("{}\twid=1\n", letters(n))).as_bytes());
    assert!(started.elapsed() < BOUND, "{:?}", started.elapsed());
}
