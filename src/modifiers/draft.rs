//! What a request was given, attribute by attribute, before it is a plan.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use super::commands::{Command, Place, Target, Value, slot_name};
use super::plan::{Effect, Layer, Plan};
use super::resolve::Defaults;

/// One occurrence of a command that was read without error.
pub(super) struct Occurrence {
    pub command: &'static Command,
    /// `None`: unset (ruling 25).
    pub value: Option<Value>,
    pub frame: usize,
    /// Name and value.
    pub span: Range<usize>,
    pub name_span: Range<usize>,
}

/// An attribute of a part of the picture: the target and the number of the
/// command's row.
pub(super) type Attribute = (Target, u8);

/// The commands of one request, sorted by what they set.
#[derive(Default)]
pub(super) struct Draft {
    /// What each attribute was given, lowest priority first.
    pub given: BTreeMap<Attribute, Vec<Occurrence>>,
    /// Attributes with a value in error.
    pub failed: BTreeSet<Attribute>,
    /// Where a layer or an effect was opened first.
    pub opened: BTreeMap<Target, (usize, Range<usize>)>,
    /// Layer names in the order in which they were given.
    pub names: Vec<(String, u32)>,
    pub numbers: HashMap<String, u32>,
    /// A layer could not be selected, so some commands are missing.
    pub lost_commands: bool,
}

impl Draft {
    /// Adds an occurrence. Unsetting text leaves a picture alone, and the other
    /// way round: they only share the place where the last one counts.
    pub fn keep(&mut self, attribute: Attribute, occurrence: Occurrence) {
        let given = self.given.entry(attribute).or_default();
        let unsets_another = occurrence.value.is_none()
            && slot_name(attribute.1) == "src"
            && given.last().is_some_and(|last| last.command.name != occurrence.command.name);
        if !unsets_another {
            given.push(occurrence);
        }
    }

    /// Whether a part of the picture was given anything.
    pub fn has(&self, target: Target) -> bool {
        self.given.range((target, 0)..=(target, u8::MAX)).next().is_some()
    }

    /// The occurrence that decides an attribute, if it has a value.
    pub fn winner(&self, target: Target, command: &str) -> Option<&Occurrence> {
        let (_, slot) = super::commands::find(command)?;
        let last = self.given.get(&(target, slot))?.last()?;
        last.value.is_some().then_some(last)
    }

    /// Whether the attribute may have a value that was in error.
    pub fn failed(&self, target: Target, command: &str) -> bool {
        self.lost_commands
            || super::commands::find(command)
                .is_some_and(|(_, slot)| self.failed.contains(&(target, slot)))
    }

    /// All deciding occurrences with a value.
    pub fn winners(&self) -> impl Iterator<Item = (Target, &Occurrence, &Value)> {
        self.given.iter().filter_map(|((target, _), occurrences)| {
            let last = occurrences.last()?;
            Some((*target, last, last.value.as_ref()?))
        })
    }

    /// The plan that the winners make.
    pub fn plan(&self, defaults: &Defaults) -> Plan {
        let mut plan = Plan::of_defaults(defaults);
        // layers and effects that were only opened are there too; in ascending order
        // none has to be put between others
        let set = self.winners().map(|(target, ..)| target);
        for target in self.opened.keys().copied().chain(set).collect::<BTreeSet<Target>>() {
            match (target.place, target.effect) {
                (Place::Request, _) | (Place::Composite, 0) => {}
                (Place::Composite, number) => {
                    effect(&mut plan.composite.effects, number);
                }
                (Place::Layer(number), 0) => {
                    layer(&mut plan, number);
                }
                (Place::Layer(number), of_layer) => {
                    effect(&mut layer(&mut plan, number).effects, of_layer);
                }
            }
        }
        for (target, _, value) in self.winners() {
            apply(&mut plan, target, value);
        }
        for (name, number) in &self.names {
            layer(&mut plan, *number).names.push(name.clone());
        }
        plan.keep_what_counts();
        plan
    }
}

/// Puts one value into a plan.
pub(super) fn apply(plan: &mut Plan, target: Target, value: &Value) {
    match value {
        Value::Format(format) => plan.output.format = *format,
        Value::Encoding(set) => set.apply(&mut plan.output.encoding),
        Value::Colour(set) => set.apply(&mut plan.output.colour),
        Value::View(set) => set.apply(&mut plan.view),
        Value::Request(set) => set.apply(&mut plan.request),
        _ if target.effect != 0 => {
            let effects = match target.place {
                Place::Layer(number) => &mut layer(plan, number).effects,
                Place::Composite | Place::Request => &mut plan.composite.effects,
            };
            effect(effects, target.effect).apply(value);
        }
        _ => match target.place {
            Place::Layer(number) => layer(plan, number).apply(value),
            Place::Composite | Place::Request => {
                let surface = &mut plan.composite.surface;
                match value {
                    Value::Appearance(set) => set.apply_to_surface(surface),
                    Value::Adjustment(set) => set.apply(&mut surface.adjustments),
                    Value::Spatial(set) => set.apply(&mut surface.spatial),
                    Value::Sharpening(set) => set.apply(&mut plan.sharpening),
                    _ => {}
                }
            }
        },
    }
}

/// The layer of that number, made if it is new.
fn layer(plan: &mut Plan, number: u32) -> &mut Layer {
    let place = match plan.layers.binary_search_by_key(&number, |layer| layer.number) {
        Ok(place) => place,
        Err(place) => {
            plan.layers.insert(place, Layer::new(number));
            place
        }
    };
    &mut plan.layers[place]
}

/// The effect of that number, made if it is new.
fn effect(effects: &mut Vec<Effect>, number: i32) -> &mut Effect {
    let place = match effects.binary_search_by_key(&number, |effect| effect.number) {
        Ok(place) => place,
        Err(place) => {
            effects.insert(place, Effect::new(number));
            place
        }
    };
    &mut effects[place]
}
