//! The language of human text.

/// A language of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// 日本語
    Ja,
    /// やさしい日本語
    JaEasy,
    /// English
    En,
}

impl Lang {
    /// The language asked for, or that of the locale, or Japanese.
    pub fn choose(asked: Option<&str>) -> Self {
        let locale = || {
            ["LC_ALL", "LC_MESSAGES", "LANG"]
                .into_iter()
                .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        };
        match asked {
            Some("ja") => Self::Ja,
            Some("ja-easy") => Self::JaEasy,
            Some(_) => Self::En,
            None => match locale() {
                Some(value) if value.starts_with("ja") => Self::Ja,
                Some(value) if value == "C" || value == "POSIX" || value.starts_with("en") => Self::En,
                Some(_) => Self::En,
                None => Self::Ja,
            },
        }
    }

    /// Picks the text of this language.
    pub const fn pick<'a>(self, ja: &'a str, easy: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Ja => ja,
            Self::JaEasy => easy,
            Self::En => en,
        }
    }

    /// Picks the label of a coded value; やさしい日本語 uses the Japanese one.
    pub const fn label(self, ja: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Ja | Self::JaEasy => ja,
            Self::En => en,
        }
    }
}
