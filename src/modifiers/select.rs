//! `layer=` and `effect=`: which part of the picture the next commands are for
//! (01 §4.1).

use std::ops::Range;

use super::commands::{self, Selection, Target};
use super::diagnostic::{Problem, reason, shown};
use super::draft::Draft;
use super::expand::Command;
use super::reader::Reader;
use super::text::Text;

/// Names of layers that an unknown name is compared with.
const MOST_NAMES_COMPARED: usize = 100;

impl<'a> Reader<'a> {
    pub fn effect_macro_without_effect(&mut self, frame: usize, span: Range<usize>) {
        let message = "this macro is made for an effect, but no 'effect=' stands before it; its commands fall on the layer".to_string();
        let warning = Problem::warning(reason::EFFECT_MACRO_WITHOUT_EFFECT, span, message);
        self.expander.report(frame, warning.suggest("effect=-1"));
    }

    /// `layer=` and `effect=` change what the next commands are for.
    pub fn select(
        &mut self,
        name: &'static str,
        command: &Command<'a>,
        target: &mut Option<Target>,
        draft: &mut Draft,
    ) {
        let mut raw = Text::at(command.value_span.clone());
        raw.push_verbatim(command.value, command.value_span.start);
        let (value, problem) = raw.decoded();
        let selected = match problem {
            Some(problem) => Err(problem),
            None if value.is_blank() => Err(Problem::error(
                reason::MODIFIER_SYNTAX,
                command.span.clone(),
                format!("{name} needs a value, such as '{name}=1'"),
            )),
            None if name == "layer" => commands::selection::layer(&value)
                .and_then(|selection| self.layer(selection, command, draft)),
            None => commands::selection::effect(&value)
                .map(|number| Target { effect: number, ..target.unwrap_or(Target::COMPOSITE) }),
        };
        *target = match selected {
            Ok(selected) => {
                if selected != Target::COMPOSITE {
                    draft.opened.entry(selected).or_insert((command.frame, command.span.clone()));
                }
                Some(selected)
            }
            Err(problem) => {
                draft.lost_commands = true;
                self.expander.report(command.frame, problem);
                None
            }
        };
    }

    /// Finds or binds a layer's name (01 §4.1).
    fn layer(
        &mut self,
        selection: Selection,
        command: &Command<'a>,
        draft: &mut Draft,
    ) -> Result<Target, Problem> {
        let span = || command.value_span.clone();
        match selection {
            Selection::Composite => Ok(Target::COMPOSITE),
            Selection::Number { layer, name: None } => Ok(Target::layer(layer)),
            Selection::Number { layer, name: Some(name) } => {
                match draft.numbers.get(&name) {
                    Some(other) if *other != layer => {
                        let message = format!(
                            "layer {layer} cannot be named '{}': layer {other} has that name",
                            shown(&name)
                        );
                        return Err(Problem::error(reason::COMMAND_CONFLICT, span(), message));
                    }
                    Some(_) => {}
                    None => {
                        draft.numbers.insert(name.clone(), layer);
                        draft.names.push((name, layer));
                    }
                }
                Ok(Target::layer(layer))
            }
            Selection::Name(name) => match draft.numbers.get(&name) {
                Some(layer) => Ok(Target::layer(*layer)),
                None => {
                    let message = format!(
                        "no layer is named '{}' before this; name one with 'layer=1,{0}'",
                        shown(&name)
                    );
                    let near = draft
                        .names
                        .iter()
                        .take(MOST_NAMES_COMPARED)
                        .find(|(known, _)| strsim::osa_distance(known, &name) == 1);
                    let problem = Problem::error(reason::MODIFIER_SYNTAX, span(), message);
                    Err(match near {
                        Some((near, _)) => problem.suggest(near.clone()),
                        None => problem,
                    })
                }
            },
        }
    }
}
