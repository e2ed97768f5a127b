//! `$name=value` and `$name$` inside values (01 §3).

use std::collections::HashMap;
use std::ops::Range;

use super::lexer::is_name_byte;
use super::text::Text;

/// The definitions that a reference can see (01 C16), names in lower case.
#[derive(Debug, Default)]
pub(super) struct Variables<'a> {
    /// Last definition of each name in the sources after this one.
    pub later: HashMap<String, &'a str>,
    /// Definitions of this source before the reference.
    pub preceding: HashMap<String, &'a str>,
    /// Last definition of each name in the sources before this one.
    pub earlier: HashMap<String, &'a str>,
}

/// A value that its variables make longer than allowed.
#[derive(Debug, PartialEq)]
pub(super) struct TooLong;

impl<'a> Variables<'a> {
    /// The raw value of `name`, or `None` if nothing defines it.
    fn get(&self, name: &str) -> Option<&'a str> {
        if self.later.is_empty() && self.preceding.is_empty() && self.earlier.is_empty() {
            return None;
        }
        let name = name.to_ascii_lowercase();
        self.later
            .get(&name)
            .or_else(|| self.preceding.get(&name))
            .or_else(|| self.earlier.get(&name))
            .copied()
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
