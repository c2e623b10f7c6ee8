//! Blanks out what is not code, keeping every byte offset and every line break.
//!
//! Knows line and nested block comments, strings with escapes, raw strings, byte and C strings, and tells
//! a character literal from a lifetime. Does not judge whether the text is valid Rust.

use super::items::closing_brace;

/// The text with comments, strings and character literals replaced by spaces.
pub fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut kept = Vec::with_capacity(bytes.len());
    while let Some(rest) = bytes.get(kept.len()..).filter(|rest| !rest.is_empty()) {
        let previous = kept.last().copied().unwrap_or(b' ');
        match hidden_length(rest, previous) {
            Some(length) => kept.extend(rest.iter().take(length).map(|byte| blanked(*byte))),
            None => kept.extend(rest.first()),
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// The same number of bytes, nothing but spaces and line breaks.
pub fn blank(code: &str) -> String {
    code.bytes().map(|byte| char::from(blanked(byte))).collect()
}

/// `code` (already masked) with each item after `#[cfg(test)]` blanked out.
pub fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, marked)) = rest.split_once(MARK) {
        let end = item_end(marked);
        let (item, after) = marked.split_at_checked(end).unwrap_or((marked, ""));
        kept.push_str(before);
        kept.push_str(&blank(MARK));
        kept.push_str(&blank(item));
        rest = after;
    }
    kept + rest
}

/// Where the item at the start of `code` ends: after its `;` or its closing brace, whichever opens first.
fn item_end(code: &str) -> usize {
    match code.find(['{', ';']) {
        Some(at) if code.get(at..).is_some_and(|text| text.starts_with('{')) => {
            closing_brace(code, at).map_or(code.len(), |end| end + 1)
        }
        Some(at) => at + 1,
        None => code.len(),
    }
}

fn blanked(byte: u8) -> u8 {
    if byte == b'\n' { b'\n' } else { b' ' }
}

/// How many bytes at the start of `rest` are a comment or literal; `previous` is the byte before it.
fn hidden_length(rest: &[u8], previous: u8) -> Option<usize> {
    if rest.starts_with(b"//") {
        return Some(rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()));
    }
    if rest.starts_with(b"/*") {
        return Some(block_comment_length(rest));
    }
    if rest.first() == Some(&b'\'') {
        return character_length(rest);
    }
    let inside_word = previous == b'_' || previous.is_ascii_alphanumeric();
    string_length(rest, inside_word)
}

fn block_comment_length(rest: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(pair) = rest.get(at..at + 2) {
        at += match pair {
            b"/*" => {
                depth += 1;
                2
            }
            b"*/" => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// `'a'`, `'\n'`, `'\u{1F600}'` and `'鎌'` are literals; `'a` alone is a lifetime.
fn character_length(rest: &[u8]) -> Option<usize> {
    if rest.get(1) == Some(&b'\\') {
        let closing = rest.iter().skip(3).position(|byte| *byte == b'\'')?;
        return Some(closing + 4);
    }
    let first = char_length(*rest.get(1)?);
    (rest.get(1 + first) == Some(&b'\'')).then_some(first + 2)
}

fn char_length(lead: u8) -> usize {
    match lead {
        0x00..=0x7F => 1,
        0x80..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xFF => 4,
    }
}

fn string_length(rest: &[u8], inside_word: bool) -> Option<usize> {
    let prefix = rest.iter().take_while(|byte| matches!(byte, b'b' | b'c' | b'r')).count();
    if inside_word && prefix > 0 {
        return None;
    }
    let raw = rest.get(..prefix).is_some_and(|letters| letters.contains(&b'r'));
    let hashes = rest.iter().skip(prefix).take_while(|byte| raw && **byte == b'#').count();
    let open = prefix + hashes;
    if prefix > 2 || rest.get(open) != Some(&b'"') {
        return None;
    }
    let body = rest.get(open + 1..)?;
    let length = if raw { raw_body_length(body, hashes) } else { body_length(body) };
    Some((open + 1 + length).min(rest.len()))
}

fn body_length(body: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = body.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    body.len()
}

fn raw_body_length(body: &[u8], hashes: usize) -> usize {
    let end = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
    body.windows(end.len()).position(|window| window == end).map_or(body.len(), |at| at + end.len())
}

#[cfg(test)]
mod tests {
    use super::{code, without_tests};

    fn check(text: &str, expected: &str) {
        let masked = code(text);
        assert_eq!(masked.len(), text.len(), "offsets must agree: {text}");
        let words: Vec<&str> = masked.split_whitespace().collect();
        assert_eq!(words.join(" "), expected, "{text}");
    }

    #[test]
    fn comments_and_literals_are_blanked_and_code_is_kept() {
        check("a // std::fs {\nb", "a b");
        check("a /* x /* y */ } */ b", "a b");
        check(r#"a "std::fs \" {" b"#, "a b");
        check(r###"a r#"quote " {"# b"###, "a b");
        check(r#"a b"{" c"{" br"\" d"#, "a d");
        check(r"a '{' '\'' '\u{7B}' '鎌' b", "a b");
        check("fn f<'a>(x: &'a str) -> &'a str { x }", "fn f<'a>(x: &'a str) -> &'a str { x }");
        check("bar\"{\" r", "bar r");
    }

    #[test]
    fn test_items_are_blanked_and_what_follows_is_kept() {
        let kept =
            without_tests("use a; #[cfg(test)] mod tests { fn f() { {} } } use b; #[cfg(test)] use c; d");
        assert_eq!(kept.split_whitespace().collect::<Vec<_>>(), ["use", "a;", "use", "b;", "d"]);
    }
}
