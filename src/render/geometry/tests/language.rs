//! Rows of 02 §8 up to 75, and of 01 §11.3, that the language refuses or warns about.

use super::*;

fn reasons(is_modifier: &str, severity: Severity) -> Vec<&'static str> {
    let resolution = resolved(is_modifier);
    let found = resolution.diagnostics.iter().filter(|d| d.severity == severity);
    found.map(|diagnostic| diagnostic.reason).collect()
}

#[test]
fn rows_without_geometry() {
    const SYNTAX: &str = "MODIFIER_SYNTAX";
    const RANGE: &str = "VALUE_OUT_OF_RANGE";
    const CONFLICT: &str = "COMMAND_CONFLICT";
    for (row, text, reason) in [
        ("7", "align=2,0", RANGE),
        ("23", "fit=crop", CONFLICT),
        ("D45", "fit=crop", CONFLICT),
        ("24", "fit=cover&wid=9", SYNTAX),
        ("25", "fit=fit,2&wid=9", RANGE),
        ("26", "wid=0", RANGE),
        ("26", "wid=-5", RANGE),
        ("26", "hei=10.5", SYNTAX),
        ("26", "wid=$n$", SYNTAX),
        ("32", "scl=0", RANGE),
        ("36", "rgn=0,0,0,10", RANGE),
        // ruling 21: only both sizes together may be 0
        ("44", "crop=0,0,0,100", RANGE),
        ("44", "crop=1,2,3", SYNTAX),
        ("52", "sizeN=.5,.5", CONFLICT),
        ("54", "layer=1&src=C&sizeN=1.5,1", RANGE),
        ("55", "layer=1&color=255,0,0&size=100,0", CONFLICT),
        ("56", "layer=1&size=100,100", CONFLICT),
        ("64", "flip=h", SYNTAX),
        ("74", "anchor=3000000000,0", RANGE),
        ("75", "origin=-0.5,-0.5", SYNTAX),
        ("102", "layer=1&color=ff0000&clipPath=M0,0,L9,0,L9,9&rotate=10", CONFLICT),
        ("104", "perspective=0,0,9,0,9,9,0", SYNTAX),
        ("104", "perspective=0,0,9,0,9,9,0,9,R3T201", RANGE),
        ("104", "perspective=0,0,9,0,9,9,0,9,r3", SYNTAX),
        ("140", "wid=9&dpr=on,0", RANGE),
    ] {
        assert!(resolved(text).plan.is_none(), "row {row}: {text} has a plan");
        let errors = reasons(text, Severity::Error);
        assert!(errors.contains(&reason), "row {row}: {text} gives {errors:?}");
    }
}

#[test]
fn d46_thumbnails_wait_for_a_later_issue() {
    // ruling 13: refused whatever stands beside it
    let errors = reasons("req=tmb&wid=100&hei=100&fit=fit", Severity::Error);
    assert!(errors.contains(&"UNIMPLEMENTED_COMMAND"), "{errors:?}");
}

#[test]
fn e25_and_row_140_are_ignored_with_a_warning() {
    assert!(reasons("layer=0&pos=50,50", Severity::Warning).contains(&"IGNORED"));
    assert!(reasons("wid=9&dpr=on", Severity::Warning).contains(&"IGNORED"));
    assert_eq!(plan("wid=9&dpr=on").view.pixel_ratio, 1.0);
}
