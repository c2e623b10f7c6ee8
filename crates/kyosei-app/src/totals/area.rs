//! The area of a supporter, from the address as it was typed.
//!
//! A fixed map from municipalities to categories: near ones by name, the rest of the prefecture, Tokyo, elsewhere, and those
//! who gave no address. It is coarse on purpose and never changes between releases; whether a municipality is large enough
//! to be shown is decided cell by cell, not here.

use kyosei_intake::fold::fold;
use kyosei_model::{Field, Supporter};

use super::definition::{Category, Label};

/// The areas, near ones first.
pub const CATEGORIES: &[Category] = &[
    Category { code: "kamakura", label: Label { ja: "鎌倉市", easy: "かまくらし", en: "Kamakura" } },
    Category { code: "zushi", label: Label { ja: "逗子市", easy: "ずしし", en: "Zushi" } },
    Category { code: "hayama", label: Label { ja: "葉山町", easy: "はやままち", en: "Hayama" } },
    Category { code: "fujisawa", label: Label { ja: "藤沢市", easy: "ふじさわし", en: "Fujisawa" } },
    Category { code: "yokohama", label: Label { ja: "横浜市", easy: "よこはまし", en: "Yokohama" } },
    Category {
        code: "yokosuka", label: Label { ja: "横須賀市", easy: "よこすかし", en: "Yokosuka" }
    },
    Category {
        code: "kanagawa-other",
        label: Label {
            ja: "神奈川県内その他",
            easy: "かながわけんの ほかの まち",
            en: "Elsewhere in Kanagawa",
        },
    },
    Category { code: "tokyo", label: Label { ja: "東京都", easy: "とうきょうと", en: "Tokyo" } },
    Category { code: "elsewhere", label: Label { ja: "その他", easy: "そのほか", en: "Elsewhere" } },
    Category {
        code: "not-given", label: Label { ja: "住所なし", easy: "わからない", en: "No address" }
    },
];

/// How municipalities and prefectures are written, folded, with their areas.
const NAMES: &[(&str, &str)] = &[
    ("鎌倉市", "kamakura"),
    ("逗子市", "zushi"),
    ("三浦郡葉山町", "hayama"),
    ("葉山町", "hayama"),
    ("藤沢市", "fujisawa"),
    ("横浜市", "yokohama"),
    ("横須賀市", "yokosuka"),
    ("東京都", "tokyo"),
    ("神奈川県", "kanagawa-other"),
];

/// The code of a supporter's area.
#[must_use]
pub fn area_of(supporter: &Supporter) -> &'static str {
    let part = |field| supporter.get(field).unwrap_or_default();
    let address: String = [Field::Prefecture, Field::City, Field::Street].into_iter().map(part).collect();
    let folded: String = fold(&address).chars().filter(|letter| !letter.is_whitespace()).collect();
    if folded.is_empty() {
        return "not-given";
    }
    let kanagawa = folded.strip_prefix(&fold("神奈川県"));
    let begins = |text: &str| {
        let found = NAMES.iter().find(|(name, _)| text.starts_with(&fold(name)));
        found.map(|&(_, area)| area)
    };
    match kanagawa {
        Some(within) => begins(within).unwrap_or("kanagawa-other"),
        None => begins(&folded).unwrap_or("elsewhere"),
    }
}
