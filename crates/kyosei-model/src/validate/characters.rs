//! Classes of characters that matter for safety, and the checks that every field shares.
//!
//! The classes are small and written out, with their sources; they do not follow a Unicode version by themselves.

use super::Accepted;
use crate::{Field, Rejection, Warning};

/// Most bytes that one grapheme cluster may take on average. A family emoji takes 25, a letter with an
/// ideographic variation selector 7.
pub const GRAPHEME_BYTES_MAX: usize = 64;

/// Stand-ins that programs and people write for a character that they cannot write.
const PLACEHOLDERS: [char; 7] = ['〓', '□', '■', '?', '？', '●', '○'];

/// Whether a character turns the direction of writing (Unicode UAX #9 §2.1-2.5, CVE-2021-42574).
pub const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character is invisible and joins or parts nothing in Japanese or Latin names. The joiner U+200D
/// belongs to it although emoji use it.
pub const fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{061C}' | '\u{180E}')
}

/// Whether a character is of a private font (外字).
pub const fn is_private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
}

/// Whether people write the character for the hyphen of a number, the long vowel marks ー and ｰ included.
pub const fn is_hyphen(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}' | '\u{30FC}' | '\u{FF70}'
    )
}

/// Refuses control characters and marks that turn the direction of writing.
pub(super) fn refuse_controls(field: Field, text: &str) -> Result<(), Rejection> {
    if field == Field::Email && text.contains(['\r', '\n']) {
        return Err(Rejection::EmailLineBreak);
    }
    if text.chars().any(is_bidi_control) {
        return Err(Rejection::Bidi);
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Rejection::Control);
    }
    Ok(())
}

/// Adds the warnings that every field shares.
pub(super) fn warn_about(field: Field, text: &str, accepted: &mut Accepted) {
    if text.contains('\u{FFFD}') {
        accepted.warn(Warning::ReplacementCharacter);
    }
    if text.chars().any(is_private_use) {
        accepted.warn(Warning::Gaiji);
    }
    if field.is_name() && text.contains(PLACEHOLDERS) {
        accepted.warn(Warning::Placeholder);
    }
    if has_stray_zero_width(text) {
        accepted.warn(Warning::ZeroWidth);
    }
    if !field.is_multiline() && text.contains(['\n', '\t']) {
        accepted.warn(Warning::LineBreak);
    }
    if field.is_reading() && !text.chars().all(is_of_a_reading) {
        accepted.warn(Warning::ReadingScript);
    }
}

/// A joiner between two characters outside the letters (👨‍👩‍👧) is part of an emoji and no cause for a warning.
fn has_stray_zero_width(text: &str) -> bool {
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let joins_emoji = c == '\u{200D}'
            && before.is_some_and(|b: char| !b.is_alphanumeric())
            && letters.peek().is_some_and(|a| !a.is_alphanumeric());
        if is_zero_width(c) && !joins_emoji {
            return true;
        }
        before = Some(c);
    }
    false
}

fn is_of_a_reading(c: char) -> bool {
    matches!(c,
        '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FF}' | '\u{FF66}'..='\u{FF9F}'
        | 'A'..='Z' | 'a'..='z' | '\u{00C0}'..='\u{024F}' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ'
        | '\'' | '.' | '-')
        || c.is_whitespace()
        || is_zero_width(c)
}
