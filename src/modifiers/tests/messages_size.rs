//! What people are told of mistakes in sizes and places.

use super::messages::{Told, assert_told};
use super::*;

#[test]
fn mistakes_of_size_and_place() {
    let rows: &[(&str, &[Told])] = &[
        (
            "size=800",
            &[(
                MODIFIER_SYNTAX,
                "800",
                "size has 1 value, but is written 'size=width,height'",
                None,
            )],
        ),
        (
            "wid=1&amp;hei=2",
            &[(
                XML_ENTITY_DECODED,
                "&amp;",
                "'&amp;' was read as '&'; the text seems to be copied from XML or HTML",
                Some("&"),
            )],
        ),
        (
            "wid=800px",
            &[(
                MODIFIER_SYNTAX,
                "800px",
                "wid must be a whole number, not '800px'; write the number without its unit",
                Some("800"),
            )],
        ),
        (
            "wid=50%",
            &[(
                MODIFIER_SYNTAX,
                "%",
                "'50%' ends in a percent sign: numbers are written without one, and in text it is written '%25'",
                None,
            )],
        ),
        (
            "wid=50%25",
            &[(
                MODIFIER_SYNTAX,
                "50%25",
                "wid must be a whole number, not '50%'; numbers are written without a percent sign",
                None,
            )],
        ),
        ("wid=", &[]),
        ("hei=auto", &[(MODIFIER_SYNTAX, "auto", "hei must be a whole number, not 'auto'", None)]),
        ("wid=-5", &[(VALUE_OUT_OF_RANGE, "-5", "wid is -5, but must be at least 1", None)]),
        (
            "wid=99999999999",
            &[(
                VALUE_OUT_OF_RANGE,
                "99999999999",
                "wid is 99999999999, but must be at most 2147483647",
                None,
            )],
        ),
        (
            "align=center",
            &[(
                MODIFIER_SYNTAX,
                "center",
                "align has 1 value, but is written 'align=horizontal,vertical'",
                None,
            )],
        ),
        (
            "align=center,top",
            &[(
                MODIFIER_SYNTAX,
                "center",
                "the horizontal value of align must be a number, not 'center'",
                None,
            )],
        ),
        (
            "align=2,0",
            &[(
                VALUE_OUT_OF_RANGE,
                "2",
                "the horizontal value of align is 2, but must be from -1 to 1",
                None,
            )],
        ),
        (
            "crop=10,10",
            &[(
                MODIFIER_SYNTAX,
                "10,10",
                "crop has 2 values, but is written 'crop=x,y,width,height'",
                None,
            )],
        ),
        (
            "crop=0,0,100,0",
            &[(
                VALUE_OUT_OF_RANGE,
                "0",
                "the height of crop is 0, but must be above 0; only both sizes together may be 0, for the whole picture",
                None,
            )],
        ),
        (
            "fit=cover",
            &[(
                MODIFIER_SYNTAX,
                "cover",
                "the mode of fit must be one of fit, constrain, crop, wrap, stretch, hfit, vfit, not 'cover'",
                Some("crop"),
            )],
        ),
        (
            "fit=contain&wid=5",
            &[(
                MODIFIER_SYNTAX,
                "contain",
                "the mode of fit must be one of fit, constrain, crop, wrap, stretch, hfit, vfit, not 'contain'",
                Some("fit"),
            )],
        ),
        (
            "fit=crop",
            &[(
                COMMAND_CONFLICT,
                "fit=crop",
                "fit needs a size to fit into; add 'wid=', 'hei=' or both",
                None,
            )],
        ),
        (
            "wid=5&$web",
            &[(
                IGNORED,
                "$web",
                "'$web' sets an empty variable; the macro is called as '$web$'",
                Some("$web$"),
            )],
        ),
        ("Wid = 800", &[]),
        (
            "scale=50%",
            &[(
                MODIFIER_SYNTAX,
                "%",
                "'50%' ends in a percent sign: numbers are written without one, and in text it is written '%25'",
                None,
            )],
        ),
        (
            "rotate=90deg",
            &[(
                MODIFIER_SYNTAX,
                "90deg",
                "rotate must be a number, not '90deg'; write the number without its unit",
                Some("90"),
            )],
        ),
        (
            "hei=1,000",
            &[(
                MODIFIER_SYNTAX,
                "1,000",
                "hei must be a whole number, not '1,000'; it takes one number without commas",
                None,
            )],
        ),
        (
            "wid=800;hei=600",
            &[(
                MODIFIER_SYNTAX,
                "800;hei=600",
                "wid must be a whole number, not '800;hei=600'; commands are parted by '&', and the values of one by ','",
                None,
            )],
        ),
        (
            "width=800",
            &[(
                UNKNOWN_COMMAND_IGNORED,
                "width",
                "'width' is no command and was ignored; did you mean 'wid'?",
                Some("wid"),
            )],
        ),
        (
            "height=5",
            &[(
                UNKNOWN_COMMAND_IGNORED,
                "height",
                "'height' is no command and was ignored; did you mean 'hei'?",
                Some("hei"),
            )],
        ),
        (
            "wid=800 hei=600",
            &[(
                MODIFIER_SYNTAX,
                "800 hei=600",
                "wid must be a whole number, not '800 hei=600'; commands are parted by '&', and the values of one by ','",
                None,
            )],
        ),
        (
            "wid==800",
            &[(
                MODIFIER_SYNTAX,
                "=800",
                "wid must be a whole number, not '=800'; commands are parted by '&', and the values of one by ','",
                None,
            )],
        ),
        (
            "wid=5?hei=6",
            &[(
                MODIFIER_SYNTAX,
                "5?hei=6",
                "wid must be a whole number, not '5?hei=6'; commands are parted by '&', and the values of one by ','",
                None,
            )],
        ),
        (
            "origin=0.5,0.5",
            &[(
                MODIFIER_SYNTAX,
                "0.5",
                "x of origin must be a whole number, not '0.5'; originN takes fractions",
                None,
            )],
        ),
        ("dpr=2", &[(MODIFIER_SYNTAX, "2", "dpr must be one of off, on, not '2'", None)]),
        (
            "wid=\"800\"",
            &[(
                MODIFIER_SYNTAX,
                "\"800\"",
                "wid must be a whole number, not '\"800\"'; write it without quotes",
                Some("800"),
            )],
        ),
        (
            "wid=800,600",
            &[(
                MODIFIER_SYNTAX,
                "800,600",
                "wid must be a whole number, not '800,600'; it takes one number without commas",
                None,
            )],
        ),
        (
            "size=100x100",
            &[(
                MODIFIER_SYNTAX,
                "100x100",
                "size has 1 value, but is written 'size=width,height'",
                None,
            )],
        ),
        (
            "sizeN=.5,.5",
            &[(
                COMMAND_CONFLICT,
                "sizeN=.5,.5",
                "sizeN is in units of layer 0 and cannot be used on it; use size",
                None,
            )],
        ),
        (
            "rgn=0,0,0,5",
            &[(VALUE_OUT_OF_RANGE, "0", "the width of rgn is 0, but must be at least 1", None)],
        ),
    ];
    for (text, wanted) in rows {
        assert_told(text, &request(text), wanted);
    }
}
