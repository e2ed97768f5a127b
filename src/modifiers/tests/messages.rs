//! The mistakes that people make most, and what they are told: whole diagnostics.
//! A message says what is wrong, what is allowed and what to do, in words that need
//! no knowledge of the language.

use super::*;

/// A reason, the bytes it is about, the message and what to write instead.
pub type Told = (&'static str, &'static str, &'static str, Option<&'static str>);

const FORMATS: &str = "jpeg, pjpeg, png, png-alpha, png8, png8-alpha, gif, gif-alpha, tif, tif-alpha, \
                       pdf, eps, webp, webp-alpha, avif, avif-alpha, jpeg2000, jpeg2000-alpha, \
                       jpegxr, jpegxr-alpha, heic";

/// Asserts all that a request is told, but for what is only not carried out yet.
#[track_caller]
pub fn assert_told(text: &str, resolution: &Resolution, wanted: &[Told]) {
    let found: Vec<(&str, &str, String, Option<&str>)> = resolution
        .diagnostics
        .iter()
        .filter(|told| ![FMT_DEFAULTED, UNIMPLEMENTED_COMMAND].contains(&told.reason))
        .map(|told| {
            let message = told.message.replace(FORMATS, "<formats>");
            (told.reason, &text[told.span.clone()], message, told.suggestion.as_deref())
        })
        .collect();
    let wanted: Vec<(&str, &str, String, Option<&str>)> = wanted
        .iter()
        .map(|(reason, span, message, instead)| (*reason, *span, message.to_string(), *instead))
        .collect();
    assert_eq!(found, wanted, "{text}");
}

#[test]
fn mistakes_of_names_layers_and_the_rest() {
    let rows: &[(&str, &[Told])] = &[
        (
            "https://s7d1.scene7.com/is/image/Shop/x?wid=800",
            &[(
                MODIFIER_IS_URL,
                "https://s7d1.scene7.com/is/image/Shop/x",
                "'https://s7d1.scene7.com/is/image/Shop/x' is a URL or a path; give only the part after its '?'",
                Some(""),
            )],
        ),
        (
            "Shop/x?wid=800",
            &[(
                MODIFIER_IS_URL,
                "Shop/x",
                "'Shop/x' is a URL or a path; give only the part after its '?'",
                Some(""),
            )],
        ),
        (
            "src=is{a?wid=5&hei=6",
            &[(
                MODIFIER_SYNTAX,
                "{",
                "the '{' of 'src=' is never closed; write '}' after the last command inside",
                None,
            )],
        ),
        (
            "src=is(a)x&wid=5",
            &[(
                MODIFIER_SYNTAX,
                "x",
                "'x' stands after the end of a nested request; delete it, or write '&' before a command",
                Some(""),
            )],
        ),
        ("$wbe$&hei=5", &[(UNKNOWN_MACRO, "$wbe$", "no macro is named 'wbe'", Some("$web$"))]),
        ("$nothing$", &[(UNKNOWN_MACRO, "$nothing$", "no macro is named 'nothing'", None)]),
        (
            "op_usm=1;2",
            &[(
                MODIFIER_SYNTAX,
                "1;2",
                "the amount of op_usm must be a number, not '1;2'; commands are parted by '&', and the values of one by ','",
                None,
            )],
        ),
        (
            "op_usm=9",
            &[(
                VALUE_OUT_OF_RANGE,
                "9",
                "the amount of op_usm is 9, but must be from 0 to 5",
                None,
            )],
        ),
        (
            "layer=logo&src=x",
            &[(
                MODIFIER_SYNTAX,
                "logo",
                "no layer is named 'logo' before this; name one with 'layer=1,logo'",
                None,
            )],
        ),
        (
            "layer=1,a&layer=2,a",
            &[(
                COMMAND_CONFLICT,
                "2,a",
                "layer 2 cannot be named 'a': layer 1 has that name",
                None,
            )],
        ),
        (
            "wid800",
            &[(
                UNKNOWN_COMMAND_IGNORED,
                "wid800",
                "'wid800' is no command and was ignored; did you mean 'wid=800'?",
                Some("wid=800"),
            )],
        ),
        (
            "wid:800",
            &[(
                UNKNOWN_COMMAND_IGNORED,
                "wid:800",
                "'wid:800' is no command and was ignored; did you mean 'wid=800'?",
                Some("wid=800"),
            )],
        ),
        (
            "wid 800",
            &[(
                UNKNOWN_COMMAND_IGNORED,
                "wid 800",
                "'wid 800' is no command and was ignored; did you mean 'wid=800'?",
                Some("wid=800"),
            )],
        ),
        (
            "wdi=800",
            &[(UNKNOWN_COMMAND, "wdi", "'wdi' is no command; did you mean 'wid'?", Some("wid"))],
        ),
        (
            "quality=80",
            &[(
                UNKNOWN_COMMAND_IGNORED,
                "quality",
                "'quality' is no command and was ignored; did you mean 'qlt'?",
                Some("qlt"),
            )],
        ),
        (
            "format=png",
            &[(
                UNKNOWN_COMMAND_IGNORED,
                "format",
                "'format' is no command and was ignored; did you mean 'fmt'?",
                Some("fmt"),
            )],
        ),
        (
            "effect=0",
            &[(
                VALUE_OUT_OF_RANGE,
                "0",
                "effect is 0, but must be below 0 (behind its layer) or above 0 (in front of it)",
                None,
            )],
        ),
        (
            "opac=0.5",
            &[(
                MODIFIER_SYNTAX,
                "0.5",
                "the opacity of opac must be a whole number, not '0.5'",
                None,
            )],
        ),
        (
            "op_sharpen=true",
            &[(MODIFIER_SYNTAX, "true", "op_sharpen must be 0 or 1, not 'true'", Some("1"))],
        ),
        ("=800", &[(MODIFIER_SYNTAX, "=800", "'=800' has no command name before its '='", None)]),
        (
            "src=a,b",
            &[(
                MODIFIER_SYNTAX,
                "a,b",
                "the asset name 'a,b' contains ',', which no name can",
                None,
            )],
        ),
        (
            "flip=horizontal",
            &[(
                MODIFIER_SYNTAX,
                "horizontal",
                "flip must be one of lr, ud, lrud, not 'horizontal'",
                None,
            )],
        ),
        (
            "blendMode=multiply",
            &[
                (
                    IGNORED,
                    "blendMode=multiply",
                    "blendMode is ignored: layer 0 and the composite stay where they are",
                    None,
                ),
                (
                    MODIFIER_SYNTAX,
                    "multiply",
                    "blendMode must be one of norm, dissolve, lighten, darken, mult, screen, not 'multiply'",
                    Some("mult"),
                ),
            ],
        ),
        ("%zz=5", &[(UNKNOWN_COMMAND_IGNORED, "%zz", "'%zz' is no command and was ignored", None)]),
        (
            "id=100%",
            &[(
                MODIFIER_SYNTAX,
                "%",
                "'100%' ends in a percent sign: numbers are written without one, and in text it is written '%25'",
                None,
            )],
        ),
        (
            "layer=1&color=255,0,0",
            &[(
                COMMAND_CONFLICT,
                "color=255,0,0",
                "layer 1 is a colour and needs both sides of size, a mask or a clipPath",
                None,
            )],
        ),
        (
            "$web$=5",
            &[(
                MODIFIER_SYNTAX,
                "$web$",
                "'$web$' takes no value: a macro is called as '$name$', a variable is set as '$name=value'",
                None,
            )],
        ),
    ];
    for (text, wanted) in rows {
        assert_told(text, &request(text), wanted);
    }
}

#[test]
fn mistakes_of_the_macro_field() {
    let rows: &[(&str, &[Told])] = &[
        (
            "$a$&$b$",
            &[(
                MULTIPLE_MACROS,
                "$a$&$b$",
                "macro takes one macro; call the others of '$a$&$b$' in is_modifier",
                None,
            )],
        ),
        (
            "web&wid=5",
            &[(
                MACRO_SYNTAX,
                "web&wid=5",
                "macro takes one name, as 'web' or '$web$', not 'web&wid=5'; commands belong into is_modifier",
                None,
            )],
        ),
        (
            "$web",
            &[(
                MACRO_SYNTAX,
                "$web",
                "macro takes one name, as 'web' or '$web$', not '$web'; commands belong into is_modifier",
                Some("$web$"),
            )],
        ),
        ("wbe", &[(UNKNOWN_MACRO, "wbe", "no macro is named 'wbe'", Some("$web$"))]),
        (
            "Web Large",
            &[(
                MACRO_SYNTAX,
                "Web Large",
                "macro takes one name, as 'web' or '$web$', not 'Web Large'; commands belong into is_modifier",
                None,
            )],
        ),
    ];
    for (text, wanted) in rows {
        let sources = Sources { macro_call: text, ..Sources::default() };
        assert_told(text, &resolve_sources(sources), wanted);
    }
}
