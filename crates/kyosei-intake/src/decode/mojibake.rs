//! Text that was decoded in a wrong encoding and saved again.
//!
//! UTF-8 read as code page 932 turns あ into 縺 followed by a half-width kana, and every kana into 縺, 繧 or 繝: three
//! letters that hardly occur in names. Read as Latin-1 or Windows-1252, kana leave signs that no name has. What was
//! lost cannot be got back with certainty, so such a file is refused.

/// Letters that the first byte pairs of kana turn into when UTF-8 is read as code page 932.
const UTF8_AS_CP932: [char; 3] = ['縺', '繧', '繝'];
/// Signs that the bytes of kana (0x81 to 0x83 in UTF-8 and in code page 932) turn into when they are read as
/// Windows-1252 or Latin-1. The ã beside them is a letter of Portuguese names and proves nothing.
const READ_AS_LATIN: [char; 5] = ['ƒ', '‚', '\u{81}', '\u{82}', '\u{83}'];
/// Fewest such letters that are no chance.
const SUSPECT_LETTERS_MIN: usize = 3;
/// Fewest replacement characters that condemn a whole file rather than single rows.
const REPLACEMENTS_MIN: usize = 20;
/// Replacement characters in a hundred letters outside ASCII from which a whole file is condemned.
const REPLACEMENT_PERCENT_MIN: usize = 2;

/// Whether the text of a file was damaged before it came here.
pub(super) fn is_damaged_before(text: &str) -> bool {
    let (mut foreign, mut kana, mut replaced, mut as_cp932, mut as_latin) = (0, 0, 0, 0, 0);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        foreign += 1;
        kana += usize::from(matches!(c, '\u{3041}'..='\u{30FE}'));
        replaced += usize::from(c == '\u{FFFD}');
        as_cp932 += usize::from(UTF8_AS_CP932.contains(&c));
        as_latin += usize::from(READ_AS_LATIN.contains(&c));
    }
    let header_damaged = text.lines().next().is_some_and(|line| line.contains('\u{FFFD}'));
    let many_replaced = replaced >= REPLACEMENTS_MIN && replaced * 100 > foreign * REPLACEMENT_PERCENT_MIN;
    header_damaged
        || many_replaced
        || (as_cp932 >= SUSPECT_LETTERS_MIN && as_cp932 > kana)
        || (as_latin >= SUSPECT_LETTERS_MIN && kana == 0 && as_latin * 10 > foreign)
}
