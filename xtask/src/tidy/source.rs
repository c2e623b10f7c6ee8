//! A Rust file as rules see it: the same length, with comments, literals and test code blanked out.
//!
//! A [`Source`] keeps three texts of equal length, byte for byte: the original, `code` (comments, string
//! and character literals replaced by spaces) and `shipped` (`code` without `#[cfg(test)]` items). Since
//! offsets agree, a hit in one is a line in all. It is a lexer of what can hide a brace or a word, not a
//! parser: macros stay as written.

mod items;
mod mask;

pub use items::{Constant, Function, Named};

/// A Rust file, masked.
#[derive(Debug)]
pub struct Source {
    code: String,
    shipped: String,
}

impl Source {
    /// Masks `text`. A file below `tests/`, `benches/`, `examples/` or named `tests.rs` ships nothing.
    pub fn new(path: &str, text: &str) -> Self {
        let code = mask::code(text);
        let shipped = if is_test_file(path) { mask::blank(&code) } else { mask::without_tests(&code) };
        Self { code, shipped }
    }

    /// The code that ends up in a program: as [`Self::code`], without tests.
    pub fn shipped(&self) -> &str {
        &self.shipped
    }

    /// Every function with a body, tests too.
    pub fn functions(&self) -> Vec<Function> {
        items::functions(&self.code)
    }

    /// Every struct, enum, union, trait and type alias.
    pub fn types(&self) -> Vec<Named> {
        items::types(&self.code)
    }

    /// Every constant that ships; one of an `impl` block carries its type's name.
    pub fn constants(&self) -> Vec<Constant> {
        items::constants(&self.shipped)
    }

    /// Every path that a shipped `use` brings in, groups written out: `use a::{b, c::d};` gives `a::b` and
    /// `a::c::d`.
    pub fn imports(&self) -> Vec<Named> {
        items::imports(&self.shipped)
    }
}

/// The line, counted from 1, of a byte offset.
pub fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// Byte offsets at which `word` stands in `code` as whole identifiers (a path such as `std::fs` is allowed).
pub fn whole_words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    code.match_indices(word).filter_map(move |(at, found)| {
        let before = code.get(..at).and_then(|text| text.chars().next_back());
        let after = code.get(at + found.len()..).and_then(|text| text.chars().next());
        (!before.is_some_and(is_word) && !after.is_some_and(is_word)).then_some(at)
    })
}

fn is_test_file(path: &str) -> bool {
    let mut parts = path.split('/').rev();
    let is_tests_rs = parts.next() == Some("tests.rs");
    is_tests_rs || parts.any(|folder| ["tests", "benches", "examples"].contains(&folder))
}

#[cfg(test)]
mod tests {
    use super::{Source, line_of, whole_words};

    #[test]
    fn words_are_found_whole_and_only_whole() {
        let code = "use std::fs; let offset = std::fsx; mystd::fs";
        let hits: Vec<usize> = whole_words(code, "std::fs").collect();
        assert_eq!(hits, [4]);
        assert_eq!(line_of("a\nb\nc", 4), 3);
    }

    #[test]
    fn a_file_of_tests_ships_nothing() {
        for path in ["crates/a/tests/b.rs", "crates/a/src/c/tests.rs", "crates/a/benches/d.rs"] {
            assert_eq!(Source::new(path, "use std::fs;").shipped().trim(), "", "{path}");
        }
        assert_eq!(Source::new("crates/a/src/b.rs", "use std::fs;").shipped(), "use std::fs;");
    }
}
