//! The table of all commands as Markdown: `docs/commands.md`.

use super::{Command, Reach, State, commands};

const HEAD: &str = "\
# Commands

Every command of Image Serving and what this version of offprint does with it. The table is made by
`offprint commands`; a test keeps it equal to the code.

- **runs**: carried out.
- **not yet**: read, checked and explained, but a job that needs it is refused with `UNIMPLEMENTED_COMMAND`. A value that
  changes nothing (`op_blur=0`) is fine.
- **no meaning**: accepted, and without effect on a file.

\"acts on\" tells what a command sets that stands before any `layer=`; inside a layer it sets that layer, unless it is for
the whole request. Values of `fmt=` that are not written yet are listed below the table.

| command | value | does | acts on | effects | state |
|---|---|---|---|---|---|
";

/// `docs/commands.md`, generated from the tables of the families.
pub fn reference() -> String {
    let mut text = HEAD.to_string();
    let mut rows: Vec<&Command> = commands().collect();
    rows.sort_by_key(|command| command.name.to_ascii_lowercase());
    for command in rows {
        let of = match command.spelling_of {
            Some(other) if command.reach != Reach::Layer || other != "src" => {
                format!(" (sets what `{other}` sets)")
            }
            _ => String::new(),
        };
        let acts_on = match command.reach {
            Reach::Request => "request",
            Reach::Layer => "layer 0",
            Reach::LayerOrComposite => "composite",
            Reach::LayerOrView => "finished view",
            Reach::PlacedLayer => "nothing",
            Reach::Selector => "",
        };
        let state = match command.state {
            State::Runs => "runs",
            State::NotYet => "not yet",
            State::NoMeaning => "no meaning",
        };
        text.push_str(&format!(
            "| `{}` | `{}` | {}{of} | {acts_on} | {} | {state} |\n",
            command.name,
            command.form.replace('|', "\\|"),
            command.summary,
            if command.on_effects { "yes" } else { "" },
        ));
    }
    text.push_str("\nNot written yet: ");
    let missing: Vec<String> =
        super::format::unwritten_values().into_iter().map(|value| format!("`{value}`")).collect();
    text.push_str(&missing.join(", "));
    text.push_str(".\n");
    text
}
