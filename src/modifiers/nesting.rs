//! `src=` and `mask=`: assets, and requests inside of requests (01 §1.3).

use std::cell::OnceCell;
use std::ops::Range;

use super::diagnostic::{Problem, reason, shown};
use super::expand::{Command, Item};
use super::lexer;
use super::plan::ImageSource;
use super::reader::{Decoded, Reader, define_all};
use super::variables::{Definitions, Variables};

/// All definitions of a request, made when a nested request asks for them.
pub(super) struct Pool<'a, 's, 'p> {
    pub around: Option<&'s Definitions<'a, 's>>,
    pub sources: &'p [Vec<Item<'a>>],
    pub definitions: &'p OnceCell<Definitions<'a, 's>>,
}

impl<'a, 's> Pool<'a, 's, '_> {
    fn definitions(&self) -> &Definitions<'a, 's> {
        self.definitions.get_or_init(|| {
            let mut pool = Definitions::around(self.around);
            for items in self.sources {
                define_all(items, &mut pool);
            }
            pool
        })
    }
}

impl<'a> Reader<'a> {
    /// Reads `src=` and `mask=`. `None` if it is in error.
    pub fn image(
        &mut self,
        command: &Command<'a>,
        variables: &Variables<'a, '_>,
        pool: &Pool<'a, '_, '_>,
    ) -> Option<ImageSource> {
        let text = self.expander.frames[command.frame].text;
        match lexer::nested(text, command.value_span.clone()) {
            None => self.object(command, command.value_span.clone(), variables),
            Some(None) => None,
            Some(Some(nested)) if nested.prefix == "is" => {
                self.nested(command, nested.inner, variables, pool)
            }
            Some(Some(nested)) => {
                let what = match nested.prefix {
                    "" => "a picture from a foreign address".to_string(),
                    prefix => format!("a nested request of the kind '{prefix}'"),
                };
                let message =
                    format!("{what} is not carried out by an export; name an asset instead");
                let problem = Problem::error(
                    reason::UNIMPLEMENTED_COMMAND,
                    command.value_span.clone(),
                    message,
                );
                self.expander.report(command.frame, problem);
                let inside = match nested.prefix {
                    "" => Vec::new(),
                    _ => self.images_inside(command, &nested.inner, variables, pool),
                };
                let text = text[nested.inner].to_string();
                Some(ImageSource::Foreign { prefix: nested.prefix, text, inside })
            }
        }
    }

    /// The pictures that a request to another renderer names; its other commands
    /// are not known here.
    fn images_inside(
        &mut self,
        command: &Command<'a>,
        inner: &Range<usize>,
        variables: &Variables<'a, '_>,
        pool: &Pool<'a, '_, '_>,
    ) -> Vec<ImageSource> {
        let text = self.expander.frames[command.frame].text;
        let Some(query) = text[inner.clone()].find('?').map(|at| inner.start + at + 1) else {
            return Vec::new();
        };
        if !self.enter(command) {
            return Vec::new();
        }
        let mut items = Vec::new();
        self.expander.read_nested(command.frame, query..inner.end, &mut items);
        let mut images = Vec::new();
        for item in &items {
            if let Item::Command(inside) = item
                && inside.name.eq_ignore_ascii_case("src")
            {
                images.extend(self.image(inside, variables, pool));
            }
        }
        self.depth -= 1;
        images
    }

    /// Steps into a nested request; false where that is too deep.
    fn enter(&mut self, command: &Command<'a>) -> bool {
        let limit = self.expander.limits.nesting;
        if self.depth == limit {
            let message = format!(
                "requests are nested deeper than {limit} levels (limits.max_nested_requests)"
            );
            let span = command.value_span.clone();
            let problem = Problem::error(reason::MODIFIER_SYNTAX, span, message);
            self.expander.report(command.frame, problem);
            return false;
        }
        self.depth += 1;
        true
    }

    /// Reads `object?query` between the brackets of `is()` (01 §1.3, C17).
    fn nested(
        &mut self,
        command: &Command<'a>,
        inner: Range<usize>,
        variables: &Variables<'a, '_>,
        pool: &Pool<'a, '_, '_>,
    ) -> Option<ImageSource> {
        let text = self.expander.frames[command.frame].text;
        let question = text[inner.clone()].find('?').map(|at| inner.start + at);
        let path = lexer::trimmed(text, inner.start..question.unwrap_or(inner.end));
        let object = match path.is_empty() {
            true => None,
            false => Some(Box::new(self.object(command, path, variables)?)),
        };
        if !self.enter(command) {
            return None;
        }
        let mut items = Vec::new();
        if let Some(question) = question {
            self.expander.read_nested(command.frame, question + 1..inner.end, &mut items);
        }
        let draft = self.read(&[items], Some(pool.definitions()));
        let mut plan = self.finish(&draft);
        plan.forget_file();
        self.depth -= 1;
        Some(ImageSource::Nested { object, plan: Box::new(plan) })
    }

    /// Reads the name of an asset at `span` (01 §6.2).
    fn object(
        &mut self,
        command: &Command<'a>,
        span: Range<usize>,
        variables: &Variables<'a, '_>,
    ) -> Option<ImageSource> {
        let text = self.expander.frames[command.frame].text;
        let Decoded { value, .. } =
            self.decode_at(command.frame, &text[span.clone()], span, variables)?;
        let name = value.untrimmed();
        let bad = match name.text.chars().find(|c| *c == ',' || c.is_control()) {
            Some(odd) => format!("contains '{}', which no name can", shown(&odd.to_string())),
            None if name.text.trim().is_empty() => "is empty".into(),
            None if name.text.starts_with(['(', '{']) => {
                "starts like a nested request, which no variable can bring".into()
            }
            None if name.text.eq_ignore_ascii_case("$object$") => {
                return Some(ImageSource::Exported);
            }
            None => return Some(ImageSource::Object(name.text.to_string())),
        };
        let message = format!("the asset name '{}' {bad}", shown(name.text));
        let problem = Problem::error(reason::MODIFIER_SYNTAX, name.span, message);
        self.expander.report(command.frame, problem);
        None
    }
}
