//! The language in which a supporter wants to be addressed.
//!
//! Three languages have texts of their own; any other is kept as its BCP 47 tag so that the wish is not lost.

use std::fmt;

use thiserror::Error;

/// Longest language tag kept, in characters (RFC 5646 §4.4.1 asks for 35).
pub const LANGUAGE_TAG_CHARS_MAX: usize = 35;

/// A language of a supporter, a wording or a notice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Japanese.
    Ja,
    /// English.
    En,
    /// Japanese in easy words, with readings.
    EasyJa,
    /// Any other language.
    Other(LanguageTag),
}

/// A language tag in the form of BCP 47 (RFC 5646), lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageTag(String);

/// The text is not a language tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a BCP 47 language tag")]
pub struct ParseLanguageError;

impl Language {
    /// The stable code that is stored and sent.
    pub fn code(&self) -> &str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
            Self::EasyJa => "easy-ja",
            Self::Other(tag) => &tag.0,
        }
    }

    /// Reads a stored code.
    ///
    /// # Errors
    /// [`ParseLanguageError`] when the text cannot be a language tag.
    pub fn from_code(code: &str) -> Result<Self, ParseLanguageError> {
        match code {
            "ja" => Ok(Self::Ja),
            "en" => Ok(Self::En),
            "easy-ja" => Ok(Self::EasyJa),
            other if is_tag(other) => Ok(Self::Other(LanguageTag(other.to_ascii_lowercase()))),
            _ => Err(ParseLanguageError),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

fn is_tag(text: &str) -> bool {
    let mut subtags = text.split('-');
    let primary = subtags.next().is_some_and(|first| {
        (2..=8).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    let rest =
        |tag: &str| (1..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    primary && text.len() <= LANGUAGE_TAG_CHARS_MAX && subtags.all(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_other_languages_survive_their_code() {
        for code in ["ja", "en", "easy-ja", "uk", "zh-hant", "prs"] {
            assert_eq!(Language::from_code(code).unwrap().code(), code);
        }
    }

    #[test]
    fn texts_that_are_no_tags_are_refused() {
        for text in ["", "j", "日本語", "ja--x", "ja_JP", "toolongprimary", &"ab-".repeat(20)] {
            assert_eq!(Language::from_code(text), Err(ParseLanguageError), "{text}");
        }
    }
}
