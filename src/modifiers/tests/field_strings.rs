//! Strings as people write them: all of 04. What this version cannot carry out
//! yet must be the only thing that is wrong.

use super::*;

#[test]
fn field_strings_that_this_version_carries_out() {
    for (number, input, wanted, warned) in [
        ("F1", "wid=750&hei=471&fmt=png-alpha", "fmt=png-alpha&wid=750&hei=471", &[][..]),
        ("F2", "qlt=82&ts=1727010840630", "qlt=82", &[UNKNOWN_COMMAND_IGNORED]),
        ("F3", "wid=1000&dpr=off", "wid=1000", &[]),
        (
            "F5",
            "wid=780&hei=439&qlt=85,0&resMode=sharp",
            "qlt=85,0&wid=780&hei=439&resMode=sharp2",
            &[COMPAT],
        ),
        (
            "F6",
            "wid=452&hei=420&fmt=jpeg&qlt=95&op_usm=0.5,0.5&.v=1587460269141",
            "fmt=jpeg&qlt=95&wid=452&hei=420&op_usm=0.5,0.5,0,0",
            &[],
        ),
        (
            "F8",
            "fmt=jpeg&qlt=90,0&resMode=sharp&op_usm=.1,0,0,0&crop=0,0,0,0&wid=540&hei=540",
            "fmt=jpeg&qlt=90,0&wid=540&hei=540&crop=0,0,0,0&resMode=sharp2&op_usm=0.1,0,0,0",
            &[COMPAT, IGNORED],
        ),
        (
            "F12",
            "op_sharpen=1&id=B1ab40&fmt=jpg&fit=constrain,1&wid=480&hei=480&op_sharpen=1",
            "fmt=jpeg&wid=480&hei=480&fit=constrain,1&op_sharpen=1",
            &[],
        ),
    ] {
        assert_eq!(effective(input), wanted, "{number}");
        assert_eq!(warnings(&request(input)), warned, "{number}");
    }
}

#[test]
fn f4_takes_its_size_from_the_macro() {
    let input = "$landscape1600$&fmt=png-alpha&fit=stretch,1";
    let with = |definition: &str| {
        let mut macros = Macros::new();
        macros.insert("Landscape1600", definition);
        resolve(
            &Sources { is_modifier: input, ..Sources::default() },
            &macros,
            &Defaults::default(),
            Strictness::Normal,
        )
    };
    assert_eq!(
        with("wid=1600&hei=900").effective_request,
        "fmt=png-alpha&wid=1600&hei=900&fit=stretch,1"
    );
    assert_eq!(errors(&with("qlt=80")), [COMMAND_CONFLICT]);
    assert_eq!(errors(&request(input)), [UNKNOWN_MACRO]);
}

#[test]
fn field_strings_with_commands_of_the_next_issue() {
    for (number, input, named, warned) in [
        (
            "F7",
            "wid=1440&op_usm=0.5,2,10,0&fmt=webp&qlt=90,1&fit=constrain,0&op_sharpen=0&resMode=sharp2&iccEmbed=0&printRes=72",
            &["iccEmbed"][..],
            &[COMPAT][..],
        ),
        (
            "F9",
            "wid=1728&qlt=80%2C0&resMode=sharp2&op_usm=0.9%2C1.0%2C8%2C0&iccEmbed=0&fmt=webp",
            &["iccEmbed"],
            &[COMPAT],
        ),
        (
            "F10",
            "layer=0&src=X_A_100&layer=comp&&color_id=100284626987",
            &["layer", "src", "layer"],
            &[UNKNOWN_COMMAND_IGNORED],
        ),
        (
            "F11",
            "layer=0&src=X_A_650&layer=comp&DWP_PRODUCT_ZOOM&hei=845",
            &["layer", "src", "layer"],
            &[UNKNOWN_COMMAND_IGNORED],
        ),
        (
            "F13",
            "fmt=png-alpha&pscan=auto&scl=1&hei=402&wid=457&qlt=100,1&resMode=sharp2&size=457,402&chrss=full",
            &["pscan", "size"],
            &[UNKNOWN_COMMAND_IGNORED],
        ),
        (
            "F14",
            "wid=1920&hei=640&fmt=jpg&src=is{Shop/bg?wid=1920&hei=640}&layer=1&src=is{Shop/bike?wid=920&hei=600&$hero$}",
            &["src", "layer", "src"],
            &[],
        ),
        ("F15", "$base$&jpegSize=200&wid=1200", &["jpegSize"], &[]),
        (
            "F16",
            "printRes=120&wid=123&hei=173&fmt=jpeg,RGB&icc=Adobe RGB (1998),relative,1,0&iccEmbed=1",
            &["icc", "iccEmbed"],
            &[],
        ),
    ] {
        let resolution = request(input);
        let found: Vec<&str> = resolution
            .diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .map(|d| {
                assert_eq!(d.reason, UNIMPLEMENTED_COMMAND, "{number}: {}", d.message);
                &input[d.span.clone()]
            })
            .collect();
        assert_eq!(found, named, "{number}");
        assert_eq!(warnings(&resolution), warned, "{number}");
    }
    // F9 teaches that encoded commas separate
    assert_eq!(effective("qlt=80%2C0&op_usm=0.9%2C1.0%2C8%2C0"), "qlt=80,0&op_usm=0.9,1,8,0");
}
