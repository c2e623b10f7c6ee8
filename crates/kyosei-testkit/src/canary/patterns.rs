//! The byte strings that give a planted text away.
//!
//! Each window of [`WINDOW_CHARS`] characters in each encoding is one pattern. Windows of digits alone are
//! longer, since short numbers stand in every file; patterns of few bytes are left out, since they stand in
//! every ciphertext by chance.

use std::collections::BTreeMap;

use super::{Canary, Encoding};

/// Characters of a window: a fragment of this length found anywhere is a leak.
const WINDOW_CHARS: usize = 6;
/// Characters of a window that holds only digits and hyphens.
const DIGITS_CHARS: usize = 9;
/// Bytes of the shortest pattern. One of six bytes stands in 200 MB of ciphertext once in a million scans.
const PATTERN_BYTES_MIN: usize = 6;

/// Every pattern of `canary`, each with the first encoding that gives it.
pub fn of(canary: &Canary) -> BTreeMap<Vec<u8>, Encoding> {
    let mut patterns = BTreeMap::new();
    for window in windows(&canary.text) {
        for encoding in Encoding::ALL {
            for bytes in encoding.encode(&window).into_iter().filter(|bytes| bytes.len() >= PATTERN_BYTES_MIN)
            {
                patterns.entry(bytes).or_insert(encoding);
            }
        }
    }
    patterns
}

/// The windows of `text`, and of its digits without hyphens.
fn windows(text: &str) -> Vec<String> {
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '-');
    let chars: Vec<char> = text.chars().collect();
    let mut windows: Vec<String> =
        chars.windows(WINDOW_CHARS).map(String::from_iter).filter(|window| !is_number(window)).collect();
    if is_number(text) {
        let digits: Vec<char> = chars.iter().copied().filter(char::is_ascii_digit).collect();
        for form in [chars, digits] {
            windows.extend(form.windows(DIGITS_CHARS).map(String::from_iter));
        }
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::super::{Canary, Encoding};
    use super::{of, windows};

    fn canary(text: &str) -> Canary {
        Canary { field: "field".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn every_window_of_six_characters_is_a_pattern() {
        assert_eq!(windows("bcdfghjk"), ["bcdfgh", "cdfghj", "dfghjk"]);
        let patterns = of(&canary("鎌倉桜雪紫陽花"));
        assert_eq!(patterns.get("倉桜雪紫陽花".as_bytes()), Some(&Encoding::Utf8));
        assert_eq!(patterns.get("倉桜雪紫陽".as_bytes()), None);
    }

    #[test]
    fn numbers_are_looked_for_with_and_without_hyphens_but_not_in_short_pieces() {
        let windows = windows("090-1234-5678");
        assert!(windows.contains(&"090-1234-".to_owned()) && windows.contains(&"090123456".to_owned()));
        assert!(windows.iter().all(|window| window.chars().count() == 9));
        assert!(super::windows("鎌倉1234567").iter().all(|window| window.contains('倉')));
    }

    #[test]
    fn patterns_shorter_than_six_bytes_are_left_out() {
        let patterns = of(&canary("やまだはなこ"));
        assert!(patterns.keys().all(|pattern| pattern.len() >= 6));
        assert!(patterns.values().any(|encoding| *encoding == Encoding::Cp932HalfWidth), "six bytes stay");
    }
}
