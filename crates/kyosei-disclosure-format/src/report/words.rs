//! The words of a report, in Japanese and English.
//!
//! What is counted and how the categories are called is the caller's [`Wording`]; a code without words stands for itself.
//! What every report says (symbols, rule, how to verify) stands here.

use kyosei_disclosure::PublicRule;

/// A language of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// 日本語
    Ja,
    /// English
    En,
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

/// What a dimension and its categories are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DimensionWords {
    /// The code in cell ids.
    pub code: String,
    /// The dimension's name.
    pub name: Words,
    /// The categories by code, in the order in which crossed rows are shown.
    pub categories: Vec<(String, Words)>,
}

/// What a release is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    /// The title of the report.
    pub title: Words,
    /// Who publishes it.
    pub publisher: String,
    /// The dimensions.
    pub dimensions: Vec<DimensionWords>,
}

impl Language {
    pub(super) const fn code(self) -> &'static str {
        self.pick("ja", "en")
    }

    pub(super) const fn pick<'a>(self, ja: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Ja => ja,
            Self::En => en,
        }
    }

    pub(super) fn of(self, words: &Words) -> &str {
        self.pick(&words.ja, &words.en)
    }

    /// A period code for readers: a month, a fiscal year, or the code itself.
    pub(super) fn period(self, code: &str) -> String {
        let number = |text: &str| text.parse::<u32>().ok();
        if let Some(year) = code.strip_prefix("FY").and_then(number) {
            let next = year + 1;
            return match self {
                Self::Ja => format!("{year}年度（{year}年4月〜{next}年3月）"),
                Self::En => format!("Fiscal year {year} (April {year} to March {next})"),
            };
        }
        let parts = code.split_once('-').and_then(|(year, month)| Some((number(year)?, number(month)?)));
        match (parts, self) {
            (Some((year, month)), Self::Ja) if (1..=12).contains(&month) => format!("{year}年{month}月"),
            (Some((year, month)), Self::En) if (1..=12).contains(&month) => {
                let name = usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at)).copied();
                format!("{} {year}", name.unwrap_or(code))
            }
            _ => code.to_owned(),
        }
    }

    pub(super) fn rule(self, rule: PublicRule) -> String {
        match (rule, self) {
            (PublicRule::Frequency { k, .. } | PublicRule::NotExact { k, .. }, Self::Ja) => {
                format!("{k}に満たない数と、それが計算で分かってしまう数は公表しません。")
            }
            (PublicRule::Frequency { k, .. } | PublicRule::NotExact { k, .. }, Self::En) => {
                format!(
                    "Counts below {k} are not published, nor figures from which such a count could be worked out."
                )
            }
            (PublicRule::Magnitude, Self::Ja) => {
                String::from("一者の額が推し量られてしまう金額は公表しません。")
            }
            (PublicRule::Magnitude, Self::En) => String::from(
                "Amounts from which one contributor's share could be estimated are not published.",
            ),
        }
    }

    /// What the symbols mean and how anybody can check the figures.
    pub(super) fn notes(self) -> [&'static str; 4] {
        match self {
            Self::Ja => [
                "x  公表しない数字です。小さい数だとは限りません。",
                "-  該当なし（0）です。",
                "据置  前に公表した数字のままです。それからの増加はごくわずかか、ありません。",
                "同じフォルダーの release.cert.json で、少ない人数が割り出せないことを誰でも確かめられます（kyosei totals verify）。",
            ],
            Self::En => [
                "x  not published; the figure is not necessarily small.",
                "-  nobody (zero).",
                "carried  the figure published earlier; few or none came since.",
                "With release.cert.json beside this file anybody can check that no small count can be worked out (kyosei totals verify).",
            ],
        }
    }
}

/// Months in English.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
