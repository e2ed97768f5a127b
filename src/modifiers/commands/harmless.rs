//! Commands without meaning in a file export (02 §7): accepted, checked where
//! they have a grammar, and said to be ignored.

use super::{Command, Reach, Read, Reading, State};
use crate::modifiers::diagnostic::Problem;
use crate::modifiers::value::keyword;

const fn harmless(
    name: &'static str,
    form: &'static str,
    summary: &'static str,
    check: fn(&mut Reading<'_>) -> Result<(), Problem>,
) -> Command {
    Command {
        state: State::NoMeaning,
        ..Command::row(name, form, summary, Reach::Request, Read::Harmless(check))
    }
}

pub(super) const COMMANDS: &[Command] = &[
    harmless("bfc", "on|off", "adapts the format to a browser", switch),
    harmless("cache", "on|off|validate|update or client,server", "steers caches", cache),
    harmless("defaultImage", "object", "replaces a missing picture", |r| {
        r.ignored(
            "defaultImage is ignored: a missing asset is reported as failed and never replaced"
                .into(),
        );
        Ok(())
    }),
    harmless("id", "text", "tells versions of a request apart", |_| Ok(())),
    harmless("imageSet", "items", "the pictures of a set", unused),
    harmless("locale", "name", "translates object names", unused),
    harmless("map", "areas", "HTML image map", unused),
    harmless("mapA", "areas", "HTML image map", unused),
    harmless("network", "on|off", "adapts to the network", switch),
    harmless("type", "names", "filters static content", unused),
];

fn unused(reading: &mut Reading<'_>) -> Result<(), Problem> {
    let name = reading.name;
    reading.ignored(format!("{name} is ignored: it has no meaning in a file export"));
    Ok(())
}

fn switch(reading: &mut Reading<'_>) -> Result<(), Problem> {
    let name = reading.name;
    if keyword(name, &reading.value.whole(), &[("off", false), ("on", true)])? {
        reading.ignored(format!(
            "{name} is ignored: an export does not adapt to a browser or a network"
        ));
    }
    Ok(())
}

fn cache(reading: &mut Reading<'_>) -> Result<(), Problem> {
    const WORDS: &[(&str, ())] = &[
        ("on", ()),
        ("off", ()),
        ("validate", ()),
        ("update", ()),
        ("client", ()),
        ("server", ()),
    ];
    for item in reading.value.items() {
        keyword("cache", &item, WORDS)?;
    }
    reading.ignored("cache is ignored: an export always renders anew".into());
    Ok(())
}
