//! Puts macros in place of their calls and remembers where everything stood.

use std::ops::Range;

use super::diagnostic::{Diagnostic, Problem, Severity, SourceName, on_boundaries, reason};
use super::lexer::{self, SegmentKind};
use super::macros::Macros;

/// How much a request may hold (ruling 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest text of a modifier or of a macro's definition, in bytes (03 §1.1);
    /// setting `limits.max_modifier_bytes`.
    pub modifier_bytes: usize,
    /// Most bytes that the macros of one request may expand to, and all of its
    /// values once their variables are put in; setting
    /// `limits.max_expanded_modifier_bytes`. Stops a short request from growing
    /// without bound.
    pub expanded_bytes: usize,
    /// How deep macros may call each other (03 §1.5); setting
    /// `limits.max_macro_depth`.
    pub macro_depth: usize,
    /// How deep requests may be nested (01 §1.3); setting
    /// `limits.max_nested_requests`.
    pub nesting: usize,
}

impl Limits {
    /// The limits of 03 §1.1 and §1.5.
    pub const STANDARD: Limits =
        Limits { modifier_bytes: 4096, expanded_bytes: 64 * 1024, macro_depth: 8, nesting: 16 };
}

impl Default for Limits {
    fn default() -> Self {
        Limits::STANDARD
    }
}

/// Most problems that are listed; a text with more of them is no modifier.
const MOST_DIAGNOSTICS: usize = 1000;

/// How many unknown macros of one request are compared with all known names.
const MOST_SUGGESTIONS: usize = 10;

/// One text that is being read: a field of the request or a definition, as
/// called from one place.
pub(super) struct Frame<'a> {
    pub source: SourceName,
    pub text: &'a str,
    /// The frame that called this macro and the call in its text.
    caller: Option<(usize, Range<usize>)>,
    depth: usize,
}

/// What is left when the macros are expanded.
pub(super) enum Item<'a> {
    Variable {
        name: &'a str,
        value: &'a str,
    },
    /// A call of `$shadow$` or `$glow$`, before its commands: they are made for
    /// effects (03 §1.5).
    EffectMacro {
        frame: usize,
        span: Range<usize>,
    },
    Command(Command<'a>),
}

/// A command as written; spans count in the text of its frame.
pub(super) struct Command<'a> {
    pub frame: usize,
    pub name: &'a str,
    pub name_span: Range<usize>,
    pub value: &'a str,
    /// Where the value stands; the end of the name if there is none.
    pub value_span: Range<usize>,
    /// Name and value.
    pub span: Range<usize>,
}

/// Reads texts into items and collects what is wrong with them.
pub(super) struct Expander<'a> {
    macros: &'a Macros,
    pub frames: Vec<Frame<'a>>,
    pub diagnostics: Vec<Diagnostic>,
    pub limits: Limits,
    has_error: bool,
    expanded_bytes: usize,
    /// Unknown macros that still get a search for a near name.
    suggestions_left: usize,
}

impl<'a> Expander<'a> {
    pub fn new(macros: &'a Macros, limits: Limits) -> Self {
        Expander {
            macros,
            frames: Vec::new(),
            diagnostics: Vec::new(),
            limits,
            has_error: false,
            expanded_bytes: 0,
            suggestions_left: MOST_SUGGESTIONS,
        }
    }

    /// A text that nothing calls.
    pub fn open(&mut self, source: SourceName, text: &'a str) -> usize {
        self.frames.push(Frame { source, text, caller: None, depth: 0 });
        self.frames.len() - 1
    }

    /// Adds a problem in the text of `frame`.
    pub fn report(&mut self, frame: usize, problem: Problem) {
        self.has_error |= problem.severity == Severity::Error;
        // an error is never dropped for warnings' sake: it decides
        let listed = self.diagnostics.len();
        if listed >= MOST_DIAGNOSTICS
            && (problem.severity == Severity::Warning || listed >= 2 * MOST_DIAGNOSTICS)
        {
            return;
        }
        let invoked_at = self.callers(frame);
        let Frame { source, text, .. } = &self.frames[frame];
        self.diagnostics.push(Diagnostic {
            severity: problem.severity,
            reason: problem.reason,
            message: problem.message,
            source: source.clone(),
            span: on_boundaries(text, problem.span),
            suggestion: problem.suggestion,
            invoked_at,
        });
    }

    /// Whether no further problem is listed: what follows need not be read.
    pub fn is_full(&self) -> bool {
        self.diagnostics.len() >= 2 * MOST_DIAGNOSTICS
    }

    pub fn has_error(&self) -> bool {
        self.has_error
    }

    /// The places that called the macro of `frame`, innermost first.
    pub fn callers(&self, frame: usize) -> Vec<(SourceName, Range<usize>)> {
        let mut places = Vec::new();
        let mut next = &self.frames[frame].caller;
        while let Some((caller, span)) = next {
            places.push((self.frames[*caller].source.clone(), span.clone()));
            next = &self.frames[*caller].caller;
        }
        places
    }

    /// Reads the text of `frame` and all that it calls.
    pub fn read(&mut self, frame: usize, items: &mut Vec<Item<'a>>) {
        let text = self.frames[frame].text;
        let limit = self.limits.modifier_bytes;
        if text.len() > limit {
            let message = format!(
                "{} has {} bytes; the limit is {limit} (limits.max_modifier_bytes)",
                self.frames[frame].source,
                text.len()
            );
            let span = limit..text.len();
            return self.report(frame, Problem::error(reason::MODIFIER_TOO_LONG, span, message));
        }
        self.take(frame, lexer::lex(text), items);
    }

    /// Reads the query of a nested request, at `range` of the text of `frame`.
    pub fn read_nested(&mut self, frame: usize, range: Range<usize>, items: &mut Vec<Item<'a>>) {
        let lexed = lexer::lex_nested(self.frames[frame].text, range);
        self.take(frame, lexed, items);
    }

    fn take(&mut self, frame: usize, lexed: lexer::Lexed, items: &mut Vec<Item<'a>>) {
        let text = self.frames[frame].text;
        for problem in lexed.problems {
            self.report(frame, problem);
        }
        for segment in lexed.segments {
            match segment.kind {
                SegmentKind::MacroCall { name } => self.call(frame, &name, segment.span, items),
                SegmentKind::Variable { name, value } => {
                    self.warn_of_half_a_call(frame, text, &name, &value);
                    items.push(Item::Variable {
                        name: &text[name],
                        value: text[value].trim_ascii(),
                    });
                }
                SegmentKind::Command { name, value } => {
                    let value_span =
                        value.map_or(name.end..name.end, |value| lexer::trimmed(text, value));
                    items.push(Item::Command(Command {
                        frame,
                        name: &text[name.clone()],
                        name_span: name,
                        value: &text[value_span.clone()],
                        value_span,
                        span: segment.span,
                    }));
                }
            }
        }
    }

    /// Reads the definition of a macro that `frame` calls at `span`.
    pub fn call(
        &mut self,
        frame: usize,
        name: &str,
        span: Range<usize>,
        items: &mut Vec<Item<'a>>,
    ) {
        let Some((name, definition)) = self.macros.find(name) else {
            let problem = Problem::error(
                reason::UNKNOWN_MACRO,
                span,
                format!("no macro is named '{}'", super::diagnostic::shown(name)),
            );
            let searched = self.suggestions_left > 0;
            self.suggestions_left = self.suggestions_left.saturating_sub(1);
            let problem = match searched.then(|| self.macros.nearest(name)).flatten() {
                Some(near) => problem.suggest(format!("${near}$")),
                None => problem,
            };
            return self.report(frame, problem);
        };
        if let Some(circle) = self.circle(frame, name) {
            let message = format!("the macro ${name}$ calls itself: {circle}");
            return self.report(frame, Problem::error(reason::MACRO_RECURSION, span, message));
        }
        if self.frames[frame].depth == self.limits.macro_depth {
            let message = format!(
                "the call of ${name}$ is nested deeper than {} macros (limits.max_macro_depth)",
                self.limits.macro_depth
            );
            return self.report(frame, Problem::error(reason::MACRO_RECURSION, span, message));
        }
        if self.expanded_bytes > self.limits.expanded_bytes {
            // reported when the limit was passed
            return;
        }
        self.expanded_bytes += definition.len();
        if self.expanded_bytes > self.limits.expanded_bytes {
            let message = format!(
                "the macros of this request expand to more than {} bytes (limits.max_expanded_modifier_bytes)",
                self.limits.expanded_bytes
            );
            return self.report(frame, Problem::error(reason::MODIFIER_TOO_LONG, span, message));
        }
        if ["shadow", "glow"].iter().any(|effect| effect.eq_ignore_ascii_case(name)) {
            items.push(Item::EffectMacro { frame, span: span.clone() });
        }
        self.frames.push(Frame {
            source: SourceName::MacroDefinition(name.to_string()),
            text: definition,
            caller: Some((frame, span)),
            depth: self.frames[frame].depth + 1,
        });
        self.read(self.frames.len() - 1, items);
    }

    /// `$a$ -> $b$ -> $a$`, if `name` is being read already.
    fn circle(&self, frame: usize, name: &str) -> Option<String> {
        let mut chain = format!("${name}$");
        let mut next = Some(frame);
        while let Some(at) = next {
            if let SourceName::MacroDefinition(caller) = &self.frames[at].source {
                chain = format!("${caller}$ -> {chain}");
                if caller == name {
                    return Some(chain);
                }
            }
            next = self.frames[at].caller.as_ref().map(|(caller, _)| *caller);
        }
        None
    }

    /// `$web` is an empty variable; with a macro of that name it is surely a slip.
    fn warn_of_half_a_call(
        &mut self,
        frame: usize,
        text: &str,
        name: &Range<usize>,
        value: &Range<usize>,
    ) {
        let written_bare = value.start == name.end;
        if written_bare && let Some((known, _)) = self.macros.find(&text[name.clone()]) {
            let message =
                format!("'${known}' sets an empty variable; the macro is called as '${known}$'");
            let span = name.start - 1..name.end;
            self.report(
                frame,
                Problem::warning(reason::IGNORED, span, message).suggest(format!("${known}$")),
            );
        }
    }
}
