//! Who reads an answer: the language of its texts (03 §2.5, §3.1).

use crate::error::{CallerError, Violation};
use crate::notify::locale::{LOCALE_SYNTAX, Language, Locale};
use tonic::metadata::MetadataMap;

/// The metadata of a call that names one locale …
const LOCALE: &str = "x-ips-locale";
/// … and the one that names several with their weights.
const ACCEPT_LANGUAGE: &str = "accept-language";

/// What the metadata of a call say about its reader.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    call: String,
    accept_language: String,
}

impl Reader {
    /// Reads the metadata. A locale that is none is refused; a list of languages
    /// comes from browsers and is passed over.
    pub fn of(metadata: &MetadataMap) -> Result<Reader, CallerError> {
        let call = match metadata.get(LOCALE) {
            // what is no text is no locale either
            Some(value) => value.to_str().unwrap_or("?").to_owned(),
            None => String::new(),
        };
        if !call.is_empty()
            && let Err(error) = Locale::parse(&call)
        {
            let wrong = Violation::new(LOCALE, LOCALE_SYNTAX, error.to_string());
            return Err(CallerError::Invalid(vec![wrong]));
        }
        let accept_language = metadata.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Reader { call, accept_language: accept_language.unwrap_or_default().to_owned() })
    }

    /// The language of a text; `otherwise` is for readers who ask for none.
    pub fn language(&self, otherwise: &Locale) -> Language {
        Locale::resolve("", &self.call, &self.accept_language, otherwise)
            .unwrap_or_default()
            .language()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(metadata: &[(&'static str, &'static str)]) -> Result<Language, CallerError> {
        let mut map = MetadataMap::new();
        for (key, value) in metadata {
            map.insert(*key, value.parse().unwrap());
        }
        Ok(Reader::of(&map)?.language(&Locale::parse("de-DE").unwrap()))
    }

    #[test]
    fn the_call_wins_over_its_languages_and_those_over_the_job() {
        for (metadata, expected) in [
            (&[("x-ips-locale", "fr-CA"), ("accept-language", "en")][..], Language::French),
            (&[("accept-language", "ja, en;q=0.5")], Language::English),
            (&[("accept-language", "nonsense;;")], Language::German),
            (&[("x-ips-locale", "")], Language::German),
            (&[("x-ips-locale", "ja-JP")], Language::English),
            (&[], Language::German),
        ] {
            assert_eq!(language(metadata).unwrap(), expected, "{metadata:?}");
        }
        let error = language(&[("x-ips-locale", "fr_FR")]).unwrap_err();
        let CallerError::Invalid(violations) = error else { panic!("{error}") };
        assert_eq!((violations[0].field.as_str(), violations[0].reason), (LOCALE, LOCALE_SYNTAX));
    }
}
