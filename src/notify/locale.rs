//! Locales of requests, and the languages that there are (03 §2.5).

use std::fmt;

/// The text is not `<language>[-<COUNTRY>]`.
pub const LOCALE_SYNTAX: &str = "LOCALE_SYNTAX";

/// A language that the catalogue has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    English,
    French,
    German,
}

impl Language {
    /// All of them, in the order of the catalogue's columns.
    pub const ALL: [Language; 3] = [Language::English, Language::French, Language::German];

    /// The tag of HTML and mail headers.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::French => "fr",
            Language::German => "de",
        }
    }

    fn of_tag(tag: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.tag() == tag)
    }
}

/// A well-formed locale, whether or not its language is in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locale {
    /// Two or three letters in lower case.
    language: String,
    /// Two letters in upper case, or three digits.
    country: Option<String>,
}

/// A locale that can't be read; the reason is [`LOCALE_SYNTAX`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("locale {0:?} is not a language with or without a country, such as \"fr\" or \"en-US\"")]
pub struct LocaleError(pub String);

impl Locale {
    /// Reads `<language>[-<COUNTRY>]` in any case.
    pub fn parse(text: &str) -> Result<Locale, LocaleError> {
        let wrong = || LocaleError(text.chars().take(40).collect());
        let (language, country) = match text.split_once('-') {
            Some((language, country)) => (language, Some(country)),
            None => (text, None),
        };
        let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if !matches!(language.len(), 2 | 3) || !letters(language) {
            return Err(wrong());
        }
        let country = match country {
            None => None,
            Some(code) if code.len() == 2 && letters(code) => Some(code.to_ascii_uppercase()),
            Some(code) if code.len() == 3 && digits(code) => Some(code.to_owned()),
            Some(_) => return Err(wrong()),
        };
        Ok(Locale { language: language.to_ascii_lowercase(), country })
    }

    /// The language to write in: that of the locale whatever the country, or the
    /// English of `en-US`.
    pub fn language(&self) -> Language {
        self.known().unwrap_or(Language::English)
    }

    fn known(&self) -> Option<Language> {
        Language::of_tag(&self.language)
    }

    /// The locale of a job: that of its submit, of the call, the best one of
    /// `Accept-Language` that the catalogue has, or the server's. Empty texts count
    /// as absent. A malformed header is nobody's fault and is passed over.
    pub fn resolve(
        submit: &str,
        call: &str,
        accept_language: &str,
        server: &Locale,
    ) -> Result<Locale, LocaleError> {
        for text in [submit, call] {
            if !text.is_empty() {
                return Locale::parse(text);
            }
        }
        Ok(accepted(accept_language).unwrap_or_else(|| server.clone()))
    }
}

/// `en-US`, the last resort of 03 §2.5.
impl Default for Locale {
    fn default() -> Self {
        Locale { language: "en".into(), country: Some("US".into()) }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.country {
            Some(country) => write!(f, "{}-{country}", self.language),
            None => f.write_str(&self.language),
        }
    }
}

/// Ranges of a header that are looked at.
const MAX_RANGES: usize = 50;

/// The first range with the highest quality that the catalogue has (RFC 9110
/// §12.5.4).
fn accepted(header: &str) -> Option<Locale> {
    let mut best: Option<(f32, Locale)> = None;
    for range in header.split(',').take(MAX_RANGES) {
        let (tag, quality) = match range.split_once(';') {
            Some((tag, parameter)) => {
                let quality = parameter.trim().strip_prefix("q=").map(str::parse::<f32>);
                (tag, quality.and_then(Result::ok).unwrap_or(0.0))
            }
            None => (range, 1.0),
        };
        let Ok(locale) = Locale::parse(tag.trim()) else { continue };
        let better = best.as_ref().is_none_or(|(so_far, _)| quality > *so_far);
        if locale.known().is_some() && quality > 0.0 && better {
            best = Some((quality, locale));
        }
    }
    best.map(|(_, locale)| locale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn locales_and_their_languages() {
        for (text, shown, language) in [
            ("en-US", "en-US", Language::English),
            ("fr-FR", "fr-FR", Language::French),
            ("FR-ca", "fr-CA", Language::French),
            ("de", "de", Language::German),
            ("de-419", "de-419", Language::German),
            ("ja-JP", "ja-JP", Language::English),
            ("gsw", "gsw", Language::English),
        ] {
            let locale = Locale::parse(text).unwrap();
            assert_eq!((locale.to_string().as_str(), locale.language()), (shown, language));
        }
        for wrong in [
            "", "f", "fr_FR", "fr-", "-FR", "fr-FRA", "fr-F", "french", "fr-FR-x", "fr FR", "12",
            "fr-1", "é", "fré", " fr", "*",
        ] {
            assert_eq!(Locale::parse(wrong), Err(LocaleError(wrong.into())), "{wrong:?}");
        }
        assert_eq!(Locale::parse("en-US"), Ok(Locale::default()));
        let error = Locale::parse("fr_FR").unwrap_err();
        assert_eq!(
            error.to_string(),
            "locale \"fr_FR\" is not a language with or without a country, such as \"fr\" or \
             \"en-US\""
        );
    }

    #[test]
    fn the_first_locale_that_is_given_counts() {
        let server = Locale::parse("de-AT").unwrap();
        let resolve = |submit, call, accept| {
            Locale::resolve(submit, call, accept, &server).map(|locale| locale.to_string())
        };
        assert_eq!(resolve("ja-JP", "fr", "en").as_deref(), Ok("ja-JP"));
        assert_eq!(resolve("", "fr", "en").as_deref(), Ok("fr"));
        assert_eq!(resolve("", "", "").as_deref(), Ok("de-AT"));
        assert!(resolve("x", "fr", "en").is_err() && resolve("", "fr_FR", "en").is_err());
        for (header, expected) in [
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr-CH"),
            ("ja, en;q=0.2, fr;q=0.8", "fr"),
            ("en;q=0.8,fr;q=0.8", "en"),
            ("fr;q=0, en;q=0.1", "en"),
            ("zh-Hans-CN, *", "de-AT"),
            ("fr;q=x, ;;, en;q=", "de-AT"),
        ] {
            assert_eq!(resolve("", "", header).as_deref(), Ok(expected), "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let server = Locale::parse("en-US").unwrap();
            let _ = Locale::resolve(&text, "", "", &server);
            prop_assert!(Locale::resolve("", "", &text, &server).is_ok());
        }
    }
}
