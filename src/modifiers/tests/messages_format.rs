//! What people are told of mistakes in formats and colours.

use super::messages::{Told, assert_told};
use super::*;

#[test]
fn mistakes_of_format_and_colour() {
    let rows: &[(&str, &[Told])] = &[
        (
            "fmt=jpg2",
            &[(
                MODIFIER_SYNTAX,
                "jpg2",
                "fmt=jpg2 is no known format; it can be <formats>",
                Some("jpeg"),
            )],
        ),
        (
            "fmt=bmp",
            &[(MODIFIER_SYNTAX, "bmp", "fmt=bmp is no known format; it can be <formats>", None)],
        ),
        (
            "fmt=.jpg",
            &[(
                MODIFIER_SYNTAX,
                ".jpg",
                "fmt=.jpg is no known format; it can be <formats>",
                Some("jpeg"),
            )],
        ),
        (
            "fmt=png,cmyk",
            &[(
                COMMAND_CONFLICT,
                "cmyk",
                "fmt=png does not go with the pixel type 'cmyk'; it takes rgb, gray",
                None,
            )],
        ),
        (
            "fmt=tif&icc=sRGB,relativ",
            &[(
                MODIFIER_SYNTAX,
                "relativ",
                "the intent of icc must be one of perceptual, relative, saturation, absolute, not 'relativ'",
                Some("relative"),
            )],
        ),
        (
            "fmt=png&icc=WebCoated",
            &[(
                COMMAND_CONFLICT,
                "icc=WebCoated",
                "icc=WebCoated is a profile for cmyk, which fmt=png cannot hold",
                None,
            )],
        ),
        (
            "fmt=jpeg,gray&icc=sRGB",
            &[(
                COMMAND_CONFLICT,
                "icc=sRGB",
                "icc=sRGB is a profile for rgb, but fmt asks for gray; leave one of them out",
                None,
            )],
        ),
        (
            "qlt=750",
            &[(
                VALUE_OUT_OF_RANGE,
                "750",
                "the quality of qlt is 750, but must be from 1 to 100",
                None,
            )],
        ),
        (
            "qlt=high",
            &[(
                MODIFIER_SYNTAX,
                "high",
                "the quality of qlt must be a whole number, not 'high'",
                None,
            )],
        ),
        (
            "qlt=80,2",
            &[(VALUE_OUT_OF_RANGE, "2", "the chroma flag of qlt is 2, but must be 0 or 1", None)],
        ),
        (
            "bgc=#fff",
            &[(
                MODIFIER_SYNTAX,
                "#fff",
                "bgc must be a colour such as 'ff0000', '255,0,0', '50' (percent gray) or '0,100,100,0k', not '#fff'; write six hex digits without '#'",
                Some("ffffff"),
            )],
        ),
        (
            "bgc=#ffffff",
            &[(
                MODIFIER_SYNTAX,
                "#ffffff",
                "bgc must be a colour such as 'ff0000', '255,0,0', '50' (percent gray) or '0,100,100,0k', not '#ffffff'; write six hex digits without '#'",
                Some("ffffff"),
            )],
        ),
        (
            "bgc=white",
            &[(
                MODIFIER_SYNTAX,
                "white",
                "bgc must be a colour such as 'ff0000', '255,0,0', '50' (percent gray) or '0,100,100,0k', not 'white'",
                None,
            )],
        ),
        (
            "bgc=fff",
            &[(
                MODIFIER_SYNTAX,
                "fff",
                "bgc must be a colour such as 'ff0000', '255,0,0', '50' (percent gray) or '0,100,100,0k', not 'fff'",
                Some("ffffff"),
            )],
        ),
        (
            "bgc=256,0,0",
            &[(
                VALUE_OUT_OF_RANGE,
                "256",
                "a number of bgc is 256, but must be from 0 to 255",
                None,
            )],
        ),
        (
            "resmode=bicubic",
            &[(
                MODIFIER_SYNTAX,
                "bicubic",
                "resMode must be one of bilin, bicub, sharp2, bisharp, not 'bicubic'",
                Some("bicub"),
            )],
        ),
        (
            "req=props",
            &[(
                REQUEST_TYPE_NOT_EXPORTABLE,
                "props",
                "req=props gives no image file and cannot be exported; req=img and req=mask can",
                Some("img"),
            )],
        ),
        (
            "fmt=swf",
            &[(
                FORMAT_NOT_EXPORTABLE,
                "swf",
                "fmt=swf is a legacy delivery format, not available for file export; use jpeg",
                None,
            )],
        ),
        (
            "printRes=300dpi",
            &[(
                MODIFIER_SYNTAX,
                "300dpi",
                "printRes must be a number, not '300dpi'; write the number without its unit",
                Some("300"),
            )],
        ),
        (
            "color=0,0,0,0,0",
            &[(
                MODIFIER_SYNTAX,
                "0,0,0,0,0",
                "color must be a colour such as 'ff0000', '255,0,0', '50' (percent gray) or '0,100,100,0k', not '0,0,0,0,0'",
                None,
            )],
        ),
        (
            "jpegSize=200kb",
            &[(
                MODIFIER_SYNTAX,
                "200kb",
                "the kilobytes of jpegSize must be a whole number, not '200kb'; write the number without its unit",
                Some("200"),
            )],
        ),
    ];
    for (text, wanted) in rows {
        assert_told(text, &request(text), wanted);
    }
}
