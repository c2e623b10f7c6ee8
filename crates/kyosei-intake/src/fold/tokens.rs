//! Words for the in-memory search index.
//!
//! Japanese has no spaces, so a text is indexed by overlapping pairs of letters: 鎌倉市 becomes 鎌倉, 倉市, 市. The
//! last letter stands alone, so that a query of one letter finds it as the beginning of a word. A query is the
//! conjunction of its words, each a phrase of pairs. The index keeps the words in memory only.

use super::{fold, is_word_character};

/// One word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchWord {
    /// A single letter: matches every index word that begins with it.
    Beginning(String),
    /// Index words that must follow each other.
    Phrase(Vec<String>),
}

/// Gives the words of a text for the index, in order. Spaces between Japanese letters count for nothing, so
/// that 山田 花子 and 山田花子 are found by either.
pub fn index_tokens(text: &str) -> Vec<String> {
    runs(&without_inner_spaces(&fold(text))).iter().flat_map(|run| pairs(run, true)).collect()
}

/// Gives the words of a query. All of them must match; an empty query has none.
pub fn search_words(query: &str) -> Vec<SearchWord> {
    let folded = fold(query);
    let word = |run: &Vec<char>| match run.as_slice() {
        [single] => SearchWord::Beginning(String::from(*single)),
        _ => SearchWord::Phrase(pairs(run, false)),
    };
    runs(&folded).iter().map(word).collect()
}

fn runs(folded: &str) -> Vec<Vec<char>> {
    folded
        .split(|c| !is_word_character(c))
        .filter(|run| !run.is_empty())
        .map(|run| run.chars().collect())
        .collect()
}

fn pairs(run: &[char], with_last: bool) -> Vec<String> {
    let mut tokens: Vec<String> = run.windows(2).map(String::from_iter).collect();
    if with_last || tokens.is_empty() {
        tokens.extend(run.last().map(|last| String::from(*last)));
    }
    tokens
}

fn without_inner_spaces(folded: &str) -> String {
    let mut joined = String::with_capacity(folded.len());
    let mut letters = folded.chars().peekable();
    while let Some(c) = letters.next() {
        let japanese = |c: char| u32::from(c) >= 0x3041;
        let between =
            c.is_whitespace() && joined.ends_with(japanese) && letters.peek().copied().is_some_and(japanese);
        if !between {
            joined.push(c);
        }
    }
    joined
}
