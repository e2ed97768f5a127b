//! `$name=value` and `$name$` inside values (01 §3).

use std::collections::HashMap;
use std::ops::Range;

use super::lexer::is_name_byte;
use super::text::Text;

/// Definitions of some texts; the last of each name counts.
#[derive(Debug, Default)]
pub(super) struct Definitions<'a, 's> {
    /// Names in lower case.
    by_name: HashMap<String, &'a str>,
    /// Those of the request around a nested one, which lose to its own.
    around: Option<&'s Definitions<'a, 's>>,
}

impl<'a, 's> Definitions<'a, 's> {
    pub fn around(around: Option<&'s Definitions<'a, 's>>) -> Self {
        Definitions { by_name: HashMap::new(), around }
    }

    pub fn define(&mut self, name: &str, value: &'a str) {
        self.by_name.insert(name.to_ascii_lowercase(), value);
    }

    fn get(&self, lower: &str) -> Option<&'a str> {
        let mut next = Some(self);
        while let Some(definitions) = next {
            if let Some(value) = definitions.by_name.get(lower) {
                return Some(value);
            }
            next = definitions.around;
        }
        None
    }

    fn is_empty(&self) -> bool {
        self.by_name.is_empty() && self.around.is_none_or(Definitions::is_empty)
    }
}

/// The definitions that a reference can see (01 C16).
#[derive(Debug, Default)]
pub(super) struct Variables<'a, 's> {
    /// Definitions of the sources after this one, later sources first.
    pub later: Vec<&'s Definitions<'a, 's>>,
    /// Definitions of this source before the reference.
    pub preceding: Definitions<'a, 's>,
    /// Definitions of the sources before this one, later sources first.
    pub earlier: Vec<&'s Definitions<'a, 's>>,
}

/// A value that its variables make longer than allowed.
#[derive(Debug, PartialEq)]
pub(super) struct TooLong;

impl<'a> Variables<'a, '_> {
    /// The raw value of `name`, or `None` if nothing defines it.
    fn get(&self, name: &str) -> Option<&'a str> {
        let all = || {
            let (later, earlier) = (self.later.iter(), self.earlier.iter());
            later.copied().chain([&self.preceding]).chain(earlier.copied())
        };
        if all().all(Definitions::is_empty) {
            return None;
        }
        let lower = name.to_ascii_lowercase();
        all().find_map(|definitions| definitions.get(&lower))
    }

    /// Puts the variables into `raw`, which stands at `place` of its source.
    /// One pass: what a variable brings is not looked at again. Also returns the
    /// first reference that nothing defines, which stays as it is. Stops when the
    /// text grows over `longest` bytes.
    pub fn substitute(
        &self,
        raw: &str,
        place: Range<usize>,
        longest: usize,
    ) -> Result<(Text, Option<String>), TooLong> {
        let start = place.start;
        let mut out = Text::at(place.clone());
        let mut unknown = None;
        let mut at = 0;
        while let Some(dollar) = raw[at..].find('$').map(|found| at + found) {
            out.push_verbatim(&raw[at..dollar], start + at);
            let name_end = dollar
                + 1
                + raw.as_bytes()[dollar + 1..].iter().take_while(|b| is_name_byte(**b)).count();
            let name = &raw[dollar + 1..name_end];
            let closed = !name.is_empty() && raw.as_bytes().get(name_end) == Some(&b'$');
            match closed.then(|| self.get(name)).flatten() {
                Some(value) => {
                    out.push_from(value, start + dollar..start + name_end + 1);
                    at = name_end + 1;
                }
                None => {
                    if closed && unknown.is_none() {
                        unknown = Some(name.to_string());
                    }
                    out.push_verbatim("$", start + dollar);
                    at = dollar + 1;
                }
            }
            if out.len() > longest {
                return Err(TooLong);
            }
        }
        out.push_verbatim(&raw[at..], start + at);
        Ok((out, unknown))
    }
}
