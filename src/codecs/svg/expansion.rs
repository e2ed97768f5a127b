//! How many elements a drawing becomes once every `<use>`, pattern, marker, mask,
//! clip path and filter stands where it is referred to. usvg builds them all, so
//! they are counted first: a file of a kilobyte can ask for more than any memory
//! holds (cases O-33).

use std::collections::HashMap;

use resvg::usvg::roxmltree::{Document, Node};
use simplecss::{AttributeOperator, DeclarationTokenizer, PseudoClass, StyleSheet};

/// Most elements after expansion; usvg takes about a kilobyte for each.
const GREATEST_COUNT: u64 = 500_000;

/// Deepest nesting after expansion.
const GREATEST_DEPTH: u32 = 256;

/// Most comparisons of a style rule with an element.
const GREATEST_MATCHING: usize = 20_000_000;

/// Most bytes that entities of the document type may grow to.
const GREATEST_ENTITIES: usize = 16 << 20;

/// Refuses entities that grow: the XML parser puts their text in wherever they
/// are named. What real files declare are short namespaces.
pub(super) fn check_entities(text: &str) -> Result<(), String> {
    let names = text.bytes().filter(|byte| *byte == b'&').count();
    for declaration in text.split("<!ENTITY").skip(1) {
        let Some(start) = declaration.find(['"', '\'']) else { continue };
        let (_, value) = declaration.split_at(start);
        let quote = if value.starts_with('"') { '"' } else { '\'' };
        let value = value.split(quote).nth(1).unwrap_or_default();
        if value.contains(['&', '%']) {
            return Err("an entity that names another".into());
        }
        let grown = value.len().saturating_mul(names);
        if grown > GREATEST_ENTITIES {
            let detail = format!("{names} entities of {} bytes", value.len());
            return Err(format!("{detail} are more than {GREATEST_ENTITIES} bytes"));
        }
    }
    Ok(())
}

/// Counts; refuses what is too much and references that lead back to themselves.
pub(super) fn check(document: &Document<'_>) -> Result<(), String> {
    let nodes = document.descendants().count();
    let mut depths: Vec<u32> = vec![0; nodes + 1];
    let mut ids: HashMap<&str, Vec<Node<'_, '_>>> = HashMap::new();
    for node in document.descendants().filter(Node::is_element) {
        let above = node.parent().and_then(|parent| depths.get(parent.id().get_usize()));
        let depth = above.copied().unwrap_or(0) + 1;
        if depth > GREATEST_DEPTH {
            return Err(too_deep());
        }
        if let Some(own) = depths.get_mut(node.id().get_usize()) {
            *own = depth;
        }
        if let Some(id) = node.attribute("id") {
            ids.entry(id).or_default().push(node);
        }
    }
    let mut sheet = StyleSheet::new();
    for style in document.descendants().filter(|node| node.has_tag_name("style")) {
        sheet.parse_more(style.text().unwrap_or_default());
    }
    let matching = sheet.rules.len().saturating_mul(nodes);
    if matching > GREATEST_MATCHING {
        return Err(format!(
            "{} style rules for {nodes} elements are more than {GREATEST_MATCHING} comparisons",
            sheet.rules.len()
        ));
    }
    // Rules that refer to nothing need no matching here.
    sheet.rules.retain(|rule| rule.declarations.iter().any(|d| d.value.contains("url(")));

    let states = vec![State::Unknown; nodes + 1];
    let total = Counter { ids, sheet, states }.element(document.root_element(), 0)?;
    if total.all > GREATEST_COUNT {
        return Err(format!(
            "it becomes {} elements once references are followed, more than {GREATEST_COUNT}",
            total.all
        ));
    }
    Ok(())
}

fn too_deep() -> String {
    format!("elements nested deeper than {GREATEST_DEPTH}")
}

/// What an element becomes.
#[derive(Debug, Clone, Copy)]
struct Size {
    /// Elements of all kinds.
    all: u64,
    /// Elements that inherit paint from this one: those inside it and those that
    /// `<use>` puts there.
    inheriting: u64,
    /// No fewer than the points of the paths among those.
    points: u64,
    depth: u32,
}

#[derive(Clone, Copy)]
enum State {
    Unknown,
    /// Being counted; coming back here is a circle.
    Open,
    Known(Size),
}

struct Counter<'a, 'input> {
    /// All elements of an id: which one counts if there are more, is the parser's matter.
    ids: HashMap<&'a str, Vec<Node<'a, 'input>>>,
    sheet: StyleSheet<'a>,
    /// By number of the node.
    states: Vec<State>,
}

impl<'a, 'input> Counter<'a, 'input> {
    fn element(&mut self, node: Node<'a, 'input>, level: u32) -> Result<Size, String> {
        let at = node.id().get_usize();
        match self.states.get(at) {
            Some(State::Known(size)) => return Ok(*size),
            Some(State::Open) => {
                let id = node.attribute("id").unwrap_or(node.tag_name().name());
                return Err(format!("element {id} refers to itself"));
            }
            _ => {}
        }
        if level > GREATEST_DEPTH {
            return Err(too_deep());
        }
        self.set(at, State::Open);
        let mut size = Size { all: 1, inheriting: 1, points: points(node), depth: 1 };
        for child in node.children().filter(Node::is_element) {
            size.contain(self.element(child, level + 1)?);
        }
        let references = self.references(node);
        for (_, id) in references.iter().filter(|(property, _)| *property == "href") {
            if let Some(target) = self.target(id, level + 1)? {
                size.contain(target);
            }
        }
        let (inheriting, points) = (size.inheriting, size.points);
        for (property, id) in references.iter().filter(|(property, _)| *property != "href") {
            let Some(target) = self.target(id, level + 1)? else { continue };
            let times = match *property {
                "fill" | "stroke" => inheriting,
                property if property.starts_with("marker") => points,
                _ => 1,
            };
            size.all = size.all.saturating_add(target.all.saturating_mul(times));
            size.depth = size.depth.max(target.depth.saturating_add(1));
        }
        if size.depth > GREATEST_DEPTH {
            return Err(too_deep());
        }
        self.set(at, State::Known(size));
        Ok(size)
    }

    fn set(&mut self, at: usize, state: State) {
        if let Some(own) = self.states.get_mut(at) {
            *own = state;
        }
    }

    /// The greatest of the elements with an id, if there are any.
    fn target(&mut self, id: &str, level: u32) -> Result<Option<Size>, String> {
        let Some(nodes) = self.ids.get(id).cloned() else { return Ok(None) };
        let mut greatest: Option<Size> = None;
        for node in &nodes {
            let size = self.element(*node, level)?;
            if greatest.is_none_or(|greatest| size.all > greatest.all) {
                greatest = Some(size);
            }
        }
        Ok(greatest)
    }

    /// Properties that refer to elements of the file, and the ids.
    fn references(&self, node: Node<'a, 'input>) -> Vec<(&'a str, String)> {
        let mut found = Vec::new();
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            match name {
                // links lead to places, they draw nothing
                "href" if node.tag_name().name() != "a" => {
                    if let Some(id) = value.trim().strip_prefix('#') {
                        found.push(("href", id.to_owned()));
                    }
                }
                "style" => {
                    for declaration in DeclarationTokenizer::from(value) {
                        urls(declaration.name, declaration.value, &mut found);
                    }
                }
                _ => urls(name, value, &mut found),
            }
        }
        for rule in self.sheet.rules.iter().filter(|rule| rule.selector.matches(&Styled(node))) {
            for declaration in &rule.declarations {
                urls(declaration.name, declaration.value, &mut found);
            }
        }
        found
    }
}

impl Size {
    /// Takes in something that stands inside.
    fn contain(&mut self, inside: Size) {
        self.all = self.all.saturating_add(inside.all);
        self.inheriting = self.inheriting.saturating_add(inside.inheriting);
        self.points = self.points.saturating_add(inside.points);
        self.depth = self.depth.max(inside.depth.saturating_add(1));
    }
}

/// Every `url(#id)` in the value of a property.
fn urls<'a>(property: &'a str, value: &str, found: &mut Vec<(&'a str, String)>) {
    for url in value.split("url(").skip(1) {
        let quotes = |letter: char| letter.is_whitespace() || letter == '\'' || letter == '"';
        let inside = url.split(')').next().unwrap_or_default().trim_matches(quotes);
        if let Some(id) = inside.strip_prefix('#') {
            found.push((property, id.to_owned()));
        }
    }
}

/// Numbers and letters of a path are no fewer than its points; basic shapes have
/// no more than eight.
fn points(node: Node<'_, '_>) -> u64 {
    let mut count = 8;
    for data in ["d", "points"].iter().filter_map(|name| node.attribute(*name)) {
        let mut in_number = false;
        for byte in data.bytes() {
            let digit = byte.is_ascii_digit();
            count += u64::from(byte.is_ascii_alphabetic() || (digit && !in_number));
            in_number = digit;
        }
    }
    count
}

/// An element as style rules see it.
struct Styled<'a, 'input>(Node<'a, 'input>);

impl simplecss::Element for Styled<'_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.0.parent_element().map(Styled)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev_sibling_element().map(Styled)
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.0.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        self.0.attribute(name).is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        class == PseudoClass::FirstChild && self.prev_sibling_element().is_none()
    }
}
