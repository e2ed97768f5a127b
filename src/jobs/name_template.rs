//! Patterns of output names (03 §4.3 rule 2): text with tokens in braces.

use super::naming;

/// Longest pattern in bytes.
pub const LONGEST: usize = 256;

/// What stands in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// The file's name without its extension.
    Stem,
    /// The asset's name (its ID).
    Name,
    /// The output's extension without its dot.
    Ext,
    /// The macro of the job or the rendition, without dollars.
    Macro,
    /// The asset's place in the request, from 1.
    Index,
    /// The page of a document, from 1; empty for what has no pages.
    Page,
    /// Width of the output in pixels, 0 when the size of the source is not known.
    Width,
    Height,
    /// The job's name as submitted.
    Job,
    /// The rendition's name; empty for the output of the job's own commands.
    Rendition,
}

const TOKENS: [(&str, Token); 10] = [
    ("stem", Token::Stem),
    ("name", Token::Name),
    ("ext", Token::Ext),
    ("macro", Token::Macro),
    ("index", Token::Index),
    ("page", Token::Page),
    ("width", Token::Width),
    ("height", Token::Height),
    ("job", Token::Job),
    ("rendition", Token::Rendition),
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Token(Token),
}

/// A pattern that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTemplate {
    parts: Vec<Part>,
}

/// What the tokens of one output stand for.
#[derive(Debug, Clone, Default)]
pub struct Values<'a> {
    pub stem: &'a str,
    pub name: &'a str,
    /// With its dot; empty for files without one.
    pub extension: &'a str,
    pub macro_name: &'a str,
    pub index: usize,
    /// 0: it has no pages.
    pub page: u32,
    pub width: u32,
    pub height: u32,
    pub job: &'a str,
    pub rendition: &'a str,
}

impl NameTemplate {
    /// Reads a pattern. `Err`: what is wrong with it, for people.
    pub fn parse(text: &str) -> Result<NameTemplate, String> {
        if text.len() > LONGEST {
            return Err(format!("it has {} bytes: at most {LONGEST} are allowed", text.len()));
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(open);
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let inside = from.strip_prefix('{').and_then(|from| from.split_once('}'));
            let Some((word, after)) = inside else {
                let byte = text.len() - from.len();
                return Err(format!("byte {byte}: a brace has no partner"));
            };
            let token = TOKENS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
            let Some((_, token)) = token else {
                let all: Vec<String> =
                    TOKENS.iter().map(|(name, _)| format!("{{{name}}}")).collect();
                return Err(format!("{{{word}}} is no token; it can be {}", all.join(", ")));
            };
            parts.push(Part::Token(*token));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(NameTemplate { parts })
    }

    /// Whether the pattern has the token.
    pub fn has(&self, token: Token) -> bool {
        self.parts.contains(&Part::Token(token))
    }

    /// Whether the size of the output is part of its name.
    pub fn needs_size(&self) -> bool {
        self.has(Token::Width) || self.has(Token::Height)
    }

    /// The name of an output, safe on every disk. What tells the outputs of one asset
    /// apart is appended where the pattern leaves it out: `_` and the rendition, `-`
    /// and the page.
    pub fn name(&self, values: &Values<'_>) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(fixed) => text.push_str(fixed),
                Part::Token(token) => text.push_str(&values.of(*token)),
            }
        }
        let extended = self.has(Token::Ext);
        let (stem, extension) = match extended {
            true => naming::split(&text),
            false => (text.as_str(), values.extension),
        };
        let mut stem = stem.to_owned();
        if !values.rendition.is_empty() && !self.has(Token::Rendition) {
            stem.push_str(&format!("_{}", values.rendition));
        }
        if values.page > 0 && !self.has(Token::Page) {
            stem.push_str(&format!("-{}", values.page));
        }
        naming::safe(&stem, extension)
    }
}

impl Default for NameTemplate {
    /// `{stem}`.
    fn default() -> NameTemplate {
        NameTemplate { parts: vec![Part::Token(Token::Stem)] }
    }
}

impl Values<'_> {
    fn of(&self, token: Token) -> String {
        let number = |number: u32| if number == 0 { String::new() } else { number.to_string() };
        match token {
            Token::Stem => self.stem.to_owned(),
            Token::Name => self.name.to_owned(),
            Token::Ext => self.extension.trim_start_matches('.').to_owned(),
            Token::Macro => self.macro_name.to_owned(),
            Token::Index => self.index.to_string(),
            Token::Page => number(self.page),
            Token::Width => self.width.to_string(),
            Token::Height => self.height.to_string(),
            Token::Job => self.job.to_owned(),
            Token::Rendition => self.rendition.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: Values<'static> = Values {
        stem: "chair 7",
        name: "chair_7",
        extension: ".jpg",
        macro_name: "web",
        index: 3,
        page: 0,
        width: 400,
        height: 300,
        job: "spring",
        rendition: "",
    };

    #[test]
    fn tokens_of_03_4_3() {
        for (pattern, expected) in [
            ("{stem}", "chair 7.jpg"),
            ("{stem}_small", "chair 7_small.jpg"),
            ("{NAME}-{index}", "chair_7-3.jpg"),
            ("{job}_{macro}_{width}x{height}", "spring_web_400x300.jpg"),
            ("{stem}.{ext}", "chair 7.jpg"),
            ("{ext}.{stem}", "jpg.chair 7"),
            ("a/b\\{stem}", "abchair 7.jpg"),
            ("", "asset.jpg"),
            ("../{stem}", "chair 7.jpg"),
        ] {
            assert_eq!(NameTemplate::parse(pattern).unwrap().name(&VALUES), expected, "{pattern}");
        }
    }

    #[test]
    fn outputs_of_one_asset_differ() {
        let small = Values { rendition: "small", ..VALUES };
        let second = Values { page: 2, ..VALUES };
        for (pattern, rendition, page) in [
            ("{stem}", "chair 7_small.jpg", "chair 7-2.jpg"),
            ("{rendition}{page}{stem}", "smallchair 7.jpg", "2chair 7.jpg"),
        ] {
            let pattern = NameTemplate::parse(pattern).unwrap();
            assert_eq!(
                (pattern.name(&small), pattern.name(&second)),
                (rendition.into(), page.into())
            );
        }
    }

    #[test]
    fn wrong_patterns_say_what_is_wrong() {
        for (pattern, said) in [
            ("{size}", "{size} is no token; it can be {stem}, {name},"),
            ("{stem", "byte 0: a brace has no partner"),
            ("x}", "byte 1: a brace has no partner"),
            (&"x".repeat(257), "at most 256"),
        ] {
            let error = NameTemplate::parse(pattern).unwrap_err();
            assert!(error.contains(said), "{pattern}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_pattern_gives_a_safe_name(text: String, stem: String) {
            if let Ok(pattern) = NameTemplate::parse(&text) {
                let name = pattern.name(&Values { stem: &stem, ..VALUES });
                proptest::prop_assert!(!name.is_empty() && !name.starts_with('.'));
                proptest::prop_assert!(!name.contains(['/', '\\', '\0', ':']));
            }
        }
    }
}
