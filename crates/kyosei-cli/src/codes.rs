//! What a code means, in three languages: what happened, what is safe, what to do.
//!
//! Codes of single values (`E-EMAIL-AT`, `W-GAIJI` …) have their words in the model; the tables here have those that
//! end a command and those that keep a single row out of an import.

mod engines;
mod files;
mod register;
mod rows;
mod sync;
mod totals;
mod vault;

use crate::locale::Lang;

/// A code with its words in Japanese, easy Japanese and English.
type Words = (&'static str, [&'static str; 3]);

/// Every table.
const TABLES: [&[Words]; 7] =
    [vault::WORDS, files::WORDS, register::WORDS, rows::WORDS, engines::WORDS, sync::WORDS, totals::WORDS];

/// The words of a code, if it has any.
pub fn known(code: &str, lang: Lang) -> Option<&'static str> {
    let (_, [ja, easy, en]) = TABLES.into_iter().flatten().find(|(known, _)| *known == code)?;
    Some(lang.pick(ja, easy, en))
}

/// The words of a code, or words that are true of every failure.
pub fn explain(code: &str, lang: Lang) -> &'static str {
    known(code, lang).unwrap_or_else(|| {
        lang.pick(
            "うまくいきませんでした。保存済みの記録は安全です。",
            "うまく いきませんでした。いままでの 記録（きろく）は だいじょうぶです。",
            "It did not work. What was saved before is safe.",
        )
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{TABLES, known};
    use crate::locale::Lang;

    #[test]
    fn each_code_stands_in_one_table_and_has_different_words_in_each_language() {
        let all: Vec<_> = TABLES.into_iter().flatten().collect();
        let codes: BTreeSet<&str> = all.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes.len(), all.len());
        for (code, words) in all {
            assert!(words.iter().all(|text| !text.trim().is_empty()), "{code}");
            assert_eq!(BTreeSet::from(*words).len(), 3, "{code}");
        }
    }

    #[test]
    fn easy_japanese_gives_the_reading_of_every_word_in_kanji() {
        let is_kanji = |letter: char| ('\u{4E00}'..='\u{9FFF}').contains(&letter);
        for (code, [_, easy, _]) in TABLES.into_iter().flatten() {
            let letters: Vec<char> = easy.chars().collect();
            for pair in letters.windows(2) {
                let ends_a_word = is_kanji(pair[0]) && !is_kanji(pair[1]);
                assert!(!ends_a_word || pair[1] == '（', "{code}: {easy}");
            }
            assert!(letters.last().is_some_and(|last| !is_kanji(*last)), "{code}");
        }
    }

    #[test]
    fn an_unknown_code_has_no_words() {
        assert_eq!(known("E-NO-SUCH-CODE", Lang::En), None);
    }
}
