//! Vectors A1 to A47 of 01 §11.1: what a text comes to. A row gives the vector's
//! number, and the ruling or choice that decides it. `src=x` and the like stand
//! as in the spec: that they are not carried out yet is no matter here.

use super::*;

/// The macro file of 01 §2.4 with the macros of A19 to A22.
const MORE: [(&str, &str); 4] = [
    ("lbl", "layer=1&src=label&pos=10,10"),
    ("card", "layer=1&text=$t$"),
    ("a", "$b$&wid=1"),
    ("b", "hei=2"),
];

/// Canonical text of a request without error of language, as [`asked`].
#[track_caller]
fn read(input: &str) -> String {
    let resolution = request_with(&MORE, input);
    assert!(resolution.plan.is_some(), "{input}: {:?}", resolution.diagnostics);
    asked(&resolution)
}

/// The one error of language that keeps `input` from having a plan.
#[track_caller]
fn refused(input: &str) -> (&'static str, String) {
    let resolution = request_with(&MORE, input);
    assert_eq!(resolution.plan, None, "{input}");
    let found: Vec<(&'static str, String)> = errors_of(&resolution)
        .into_iter()
        .filter(|error| error.reason != UNIMPLEMENTED_COMMAND)
        .map(|error| (error.reason, input[error.span.clone()].to_string()))
        .collect();
    assert_eq!(found.len(), 1, "{input}: {found:?}");
    found.into_iter().next().unwrap()
}

/// The text of layer `index` of the plan of `input`, decoded.
#[track_caller]
fn text_of_layer(input: &str, index: usize) -> String {
    let resolution = request_with(&MORE, input);
    let plan = resolution.plan.unwrap_or_else(|| panic!("{input}: {:?}", resolution.diagnostics));
    match &plan.layers[index].text.content {
        Some(TextContent::Text(text)) => text.text(),
        other => panic!("{input}: {other:?}"),
    }
}

#[test]
fn a1_to_a6_segments() {
    for (vector, input, expected) in [
        ("A1", "&wid=200", "wid=200"),
        ("A2", "wid=200&&hei=100&", "wid=200&hei=100"),
        ("A3", "&WID=200&ReSMode=bicub", "wid=200&resMode=bicub"),
        ("A4", "wid=100&.ts=2024-01-01&hei=50", "wid=100&hei=50"),
        ("A5", ".note&wid=10", "wid=10"),
        ("A6", "wid=100&wid=300", "wid=300"),
    ] {
        assert_eq!(read(input), expected, "{vector}");
        assert_eq!(warnings(&request(input)), [""; 0], "{vector}");
    }
}

#[test]
fn a7_to_a10_decoding_of_text() {
    for (vector, input, expected) in [
        ("A7", "$text=rate%26weight%3D85%25%2027%23&text=$text$", "rate&weight=85% 27#"),
        ("A8", "text=a%2526b", "a%26b"),
        ("A9, ruling 1", "text=about+the+image", "about the image"),
        ("A10, ruling 1", "text=1%2B1", "1+1"),
    ] {
        assert_eq!(text_of_layer(input, 0), expected, "{vector}");
    }
}

#[test]
fn text_that_a_variable_leaves_empty_is_unset_c08() {
    assert_eq!(plan_with("$t=&text=$t$").base().text.content, None);
    assert_eq!(text_of_layer("text=+", 0), " ");
}

#[test]
fn a11_an_encoded_comma_separates() {
    let plan = plan_with("layer=1&src=x&pos=10%2C20");
    let position = plan.layers[1].transform.position;
    assert_eq!(position, Some(Position::Pixels { x: 10, y: 20 }), "A11");
}

/// The plan of a request without error of language.
#[track_caller]
fn plan_with(input: &str) -> Plan {
    let resolution = request_with(&MORE, input);
    resolution.plan.unwrap_or_else(|| panic!("{input}: {:?}", resolution.diagnostics))
}

/// Object and plan of a nested request.
#[track_caller]
fn nested(image: &Option<ImageSource>) -> (Option<&str>, &Plan) {
    match image {
        Some(ImageSource::Nested { object, plan }) => {
            let name = object.as_deref().map(|object| match object {
                ImageSource::Object(name) => name.as_str(),
                other => panic!("{other:?}"),
            });
            (name, plan)
        }
        other => panic!("{other:?}"),
    }
}

fn object(name: &str) -> Option<ImageSource> {
    Some(ImageSource::Object(name.into()))
}

#[test]
fn a12_a13_nested_requests_hold_their_own_commands() {
    let plan = plan_with("layer=0&src=is(?src=im&size=300,300&cache=on)&layer=1&src=x");
    let (name, inner) = nested(&plan.layers[0].source.image);
    assert_eq!(name, None);
    assert_eq!(inner.base().source.image, object("im"), "A12");
    assert_eq!(inner.base().source.size, Some(LayerSize::Pixels { width: 300, height: 300 }));
    assert_eq!(plan.layers[0].source.size, None);
    assert_eq!(plan.layers[1].source.image, object("x"));
    // cache= inside is accepted without effect (02 §7)
    let found = warnings(&request("layer=0&src=is(?src=im&size=300,300&cache=on)"));
    assert_eq!(found, [IGNORED]);

    let plan = plan_with("src=is{cat/a?wid=30&hei=30&fit=stretch}&resmode=bisharp");
    let (name, inner) = nested(&plan.base().source.image);
    assert_eq!(name, Some("cat/a"));
    assert_eq!((inner.view.width, inner.view.height), (Some(30), Some(30)));
    assert_eq!(inner.view.fit.mode, FitMode::Stretch, "A13");
    assert_eq!((plan.view.width, plan.request.res_mode), (None, ResMode::Bisharp));
    assert_eq!(inner.request.res_mode, ResMode::Sharp2);
}

#[test]
fn a14_three_levels() {
    let input = "layer=2&src=ir(rc/ro?id=v&src=is(c/t?res=30)&res=30)&wid=300";
    let plan = plan_with(input);
    assert_eq!(plan.view.width, Some(300));
    assert_eq!(plan.layers.iter().map(|layer| layer.number).collect::<Vec<_>>(), [0, 2]);
    let Some(ImageSource::Foreign { prefix, text, inside }) = &plan.layers[1].source.image else {
        panic!("{:?}", plan.layers[1].source)
    };
    assert_eq!((*prefix, text.as_str()), ("ir", "rc/ro?id=v&src=is(c/t?res=30)&res=30"));
    let first = inside.first().cloned();
    let (name, innermost) = nested(&first);
    assert_eq!((inside.len(), name), (1, Some("c/t")), "A14");
    assert_eq!(innermost.base().source.resolution, Some(30.0));
    // 02 §3.3: an export does not carry out ir()
    assert_eq!(errors(&request(input)), [UNIMPLEMENTED_COMMAND; 2]);
}

#[test]
fn a15_unbalanced_brackets() {
    assert_eq!(refused("src=is(cat/a?wid=30"), (MODIFIER_SYNTAX, "(".into()), "A15");
}

#[test]
fn a16_to_a18_macros_in_place() {
    let view = "wid=240&align=-1,-1&bgc=c8c8c8&op_usm=5,2,0,0";
    for (vector, input, expected) in [
        ("A16", "$view$&wid=480", view.replace("wid=240", "wid=480")),
        ("A17", "wid=480&$view$", view.into()),
        ("A18", "$thumb$&qlt=60", "qlt=60,0&wid=100&hei=100".into()),
    ] {
        assert_eq!(read(input), expected, "{vector}");
    }
    assert_eq!(request("$thumb$&qlt=60").format, "jpeg", "A18");
}

#[test]
fn a19_to_a21_macros_are_looked_up_by_name() {
    // A19: the first line of the file calls what comes after it (C12)
    let file = b"Name\tDefinition\na\t$b$&wid=1\nb\thei=2\n";
    let (pairs, _) = super::super::macro_file::parse(file);
    let found = check_definition(&pairs[0].1, &Macros::new());
    assert_eq!(
        found.iter().map(|d| (d.severity, d.reason)).collect::<Vec<_>>(),
        [(Severity::Error, UNKNOWN_MACRO)],
        "A19"
    );
    assert_eq!(read("$a$"), "wid=1&hei=2", "A20");
    // A21: we have no early binding (INFERRED there): a definition is read when the
    // macro is called, so that editing a preset changes those that use it
    let (pairs, _) =
        super::super::macro_file::parse(b"Name\tDefinition\nx\twid=1\ny\t$x$\nx\twid=9\n");
    let mut macros = Macros::new();
    for (name, definition) in &pairs {
        macros.insert(name, definition);
    }
    for call in ["$x$", "$y$"] {
        let sources = Sources { is_modifier: call, ..Sources::default() };
        let resolution = resolve(&sources, &macros, &Defaults::default(), Strictness::Normal);
        assert_eq!(asked(&resolution), "wid=9", "A21 {call}");
    }
}

#[test]
fn a22_to_a24_sources_by_rank() {
    let mut macros = macros();
    macros.insert("t", "fmt=tif");
    let resolved = |sources: Sources<'_>| {
        let resolution = resolve(&sources, &macros, &Defaults::default(), Strictness::Normal);
        assert!(resolution.plan.is_some());
        resolution
    };
    let a22 =
        resolved(Sources { is_modifier: "&fmt=png", macro_call: "$t$", ..Sources::default() });
    assert_eq!(a22.effective_request, "fmt=tif", "A22");
    let a23 = resolved(Sources {
        asset_modifier: "qlt=70&op_sharpen=1",
        is_modifier: "qlt=90",
        asset_post_modifier: "qlt=95",
        ..Sources::default()
    });
    assert_eq!(asked(&a23), "qlt=95,0&op_sharpen=1", "A23");
    let a24 = resolved(Sources {
        asset_modifier: "wid=300",
        is_modifier: "$view$",
        ..Sources::default()
    });
    assert_eq!(a24.plan.unwrap().view.width, Some(240), "A24");
}

#[test]
fn a25_a29_a31_a37_a38_variables_inside_text() {
    for (vector, input, expected) in [
        ("A25", "$var2=apple&$var1=my$var2$tree&text=$var1$", "my$var2$tree"),
        ("A29", "$a=x&$b=y&text=$a$-$b$-$a$", "x-y-x"),
        ("A31, C16", "$a=1&text=$a$&$a=2", "1"),
        ("A37", "$q=Z&text=$p$q$r$", "$pZr$"),
        ("A38", "$q=Z&text=%24q%24", "$q$"),
    ] {
        assert_eq!(text_of_layer(input, 0), expected, "{vector}");
    }
}

#[test]
fn a26_to_a28_a30_variables_elsewhere() {
    assert_eq!(
        plan_with("src=my$image$file.tif").base().source.image,
        object("my$image$file.tif"),
        "A26"
    );
    assert_eq!(refused("wid=$number$"), (MODIFIER_SYNTAX, "$number$".into()), "A27");
    assert_eq!(read("$W=120&wid=$w$"), "wid=120", "A28");
    assert_eq!(refused("wid=$w$&$w=100"), (MODIFIER_SYNTAX, "$w$".into()), "A30, C16");
}

#[test]
fn a32_a33_a_request_sets_the_variables_of_what_it_changes() {
    // templates are not carried out; a stored modifier ranks like their body
    for (vector, is_modifier, expected) in [("A32", "$t=hi", "hi"), ("A33", "fmt=jpeg", "dflt")] {
        let resolution = resolve_sources(Sources {
            asset_modifier: "$t=dflt&text=$t$",
            is_modifier,
            ..Sources::default()
        });
        let plan = resolution.plan.unwrap();
        let Some(TextContent::Text(text)) = &plan.base().text.content else { panic!("{vector}") };
        assert_eq!(text.text(), expected, "{vector}");
    }
}

#[test]
fn a34_a35_the_exported_asset_as_object() {
    let plan = plan_with("layer=3&src=is{x?src=$object$}");
    let (name, inner) = nested(&plan.layers[1].source.image);
    assert_eq!((plan.layers[1].number, name), (3, Some("x")));
    assert_eq!(inner.base().source.image, Some(ImageSource::Exported), "A34");
    let plan = plan_with("$object=c/d&layer=1&src=$object$");
    assert_eq!(plan.layers[1].source.image, object("c/d"), "A35");
}

#[test]
fn a36_to_a44_layers_and_their_names() {
    for (vector, input, at) in [
        ("A36", "$n=1&layer=$n$&src=x", "$n$"),
        ("A39", "layer=1,image&layer=2,image", "2,image"),
        ("A42", "layer=1,image&layer=picture", "picture"),
    ] {
        let (reason, span) = refused(input);
        let wanted = if vector == "A39" { COMMAND_CONFLICT } else { MODIFIER_SYNTAX };
        assert_eq!((reason, span.as_str()), (wanted, at), "{vector}");
    }
    let opacity = |input, number| {
        let plan = plan_with(input);
        let layer = plan.layers.iter().find(|layer| layer.number == number).cloned().unwrap();
        (layer.surface.opacity.whole, layer.names, layer.source.image)
    };
    let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
    assert_eq!(
        opacity("layer=1,image&layer=1,image&opac=40", 1),
        (40, names(&["image"]), None),
        "A40"
    );
    assert_eq!(
        opacity("layer=1,image&layer=1,picture&layer=image&opac=30", 1),
        (30, names(&["image", "picture"]), None),
        "A41"
    );
    let a43 = resolve_sources(Sources {
        asset_modifier: "layer=1,logo&src=l",
        is_modifier: "layer=logo&opac=50",
        ..Sources::default()
    });
    let logo = a43.plan.unwrap().layers[1].clone();
    assert_eq!((logo.source.image, logo.surface.opacity.whole), (object("l"), 50), "A43");
    let a44 = "layer=1&src=a&layer=2&src=b&layer=1&opac=10&opac=20";
    assert_eq!(opacity(a44, 1), (20, Vec::new(), object("a")), "A44");
    assert_eq!(opacity(a44, 2), (100, Vec::new(), object("b")), "A44");
}

#[test]
fn a45_to_a47_what_a_command_acts_on() {
    let plan = plan_with("extend=5,5,5,5&flip=lr");
    let margins = Extend::Pixels { left: 5, top: 5, right: 5, bottom: 5 };
    assert_eq!(plan.base().transform.extend, Some(margins), "A45");
    assert_eq!(plan.base().surface.flip, Flip::default(), "A45");
    assert!(plan.composite.surface.flip.horizontal, "A45");

    let plan = plan_with("wid=500&layer=0&op_blur=20&layer=1&src=x");
    assert_eq!(plan.view.width, Some(500), "A46");
    assert_eq!(plan.base().surface.spatial.blur, 20.0, "A46");
    assert_eq!(plan.composite.surface.spatial.blur, 0.0, "A46");
    assert_eq!(plan.layers[1].surface.spatial.blur, 0.0, "A46");

    let plan = plan_with("layer=1&src=x&text=Hello");
    assert!(matches!(plan.layers[1].content(true), Content::Text(_)), "A47");
    assert_eq!(plan.layers[1].source.image, None, "A47");
    // the last one decides, in any order (01 §4.2)
    let plan = plan_with("layer=1&text=Hello&src=x");
    assert_eq!(plan.layers[1].source.image, object("x"));
    assert_eq!(plan.layers[1].text.content, None);
}
