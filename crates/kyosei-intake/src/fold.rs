//! Keys for comparing, searching and sorting Japanese and other names.
//!
//! Stored text is never folded; a key is made from it whenever one is needed. [`fold`] brings 髙橋, ﾔﾏﾀﾞ, ﾃｽﾄ,
//! ＡＢＣ and 葛󠄀 to one plain form: compatibility forms (NFKC), hiragana for katakana, the modern letter for its
//! variants, no invisible characters, lower case. The keys built on it differ in what else they drop. They are
//! for finding candidates: a person decides what is the same.

use kyosei_model::{is_hyphen, is_zero_width};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

mod reading;
mod tokens;
mod variants;

pub use reading::reading_sort_key;
pub use tokens::{SearchWord, index_tokens, search_words};

/// Most passes until a folded text folds to itself. Two suffice for every text met so far.
const FOLD_PASSES_MAX: usize = 4;

/// Brings a text to the plain form that all keys share. Folding a folded text changes nothing.
///
/// ```
/// use kyosei_intake::fold::fold;
/// assert_eq!(fold("髙﨑 ﾔﾏﾀﾞ ＡＢＣ"), "高崎 やまだ abc");
/// ```
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    settled(text, fold_once)
}

/// The key of a person's or an organisation's name: folded, without spaces and punctuation, with one spelling of
/// each legal form (株式会社, (株), ㈱).
pub fn name_key(name: &str) -> String {
    settled(name, |text| {
        let mut folded = fold(text);
        for (short, full) in LEGAL_FORMS {
            if folded.contains(short) {
                folded = folded.replace(short, full);
            }
        }
        folded.chars().filter(|c| is_word_character(*c)).collect()
    })
}

/// The key of an e-mail address: half-width, lower case, without invisible characters. Tags after `+` and dots
/// stay, since they can be other people's addresses.
pub fn email_key(address: &str) -> String {
    settled(address, |text| {
        let visible = text.chars().filter(|c| !is_zero_width(*c));
        visible.nfkc().collect::<String>().trim().to_lowercase()
    })
}

/// An e-mail address as it travels, its domain in ASCII (UTS #46): `a@例え.jp` is `a@xn--r8jz45g.jp`. It is shown
/// beside the address, since look-alike letters cannot hide in it. `None` when the domain is not valid.
pub fn address_in_ascii(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let ascii = idna::domain_to_ascii_cow(domain.as_bytes(), idna::AsciiDenyList::STD3).ok()?;
    Some(format!("{local}@{ascii}"))
}

/// The key of a telephone number: its digits, with `+81` as a leading zero.
pub fn telephone_key(number: &str) -> String {
    let folded = fold(number);
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("81") {
        Some(rest) if folded.trim_start().starts_with('+') => format!("0{}", rest.trim_start_matches('0')),
        _ => digits,
    }
}

/// The key of an address for proposing households: folded, with one spelling of 丁目, 番地 and 号.
pub fn address_key(parts: &[&str]) -> String {
    let mut folded = fold(&parts.concat());
    for word in ["丁目", "番地の", "番地", "番", "号室", "号", "の"] {
        folded = separate_numbers(&folded, word);
    }
    let joined: String = folded.chars().filter(|c| is_word_character(*c) || *c == '-').collect();
    joined.trim_end_matches('-').to_owned()
}

/// The key for searching in free order: folded, each run of spaces as one space.
pub fn search_key(text: &str) -> String {
    fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Legal forms in short and in full, after folding.
const LEGAL_FORMS: [(&str, &str); 14] = [
    ("(株)", "株式会社"),
    ("(有)", "有限会社"),
    ("(合)", "合同会社"),
    ("(資)", "合資会社"),
    ("(名)", "合名会社"),
    ("(財)", "財団法人"),
    ("(社)", "社団法人"),
    ("(学)", "学校法人"),
    ("(福)", "社会福祉法人"),
    ("(一社)", "一般社団法人"),
    ("(一財)", "一般財団法人"),
    ("(公社)", "公益社団法人"),
    ("(公財)", "公益財団法人"),
    ("特定非営利活動法人", "npo法人"),
];

/// Repeats a pass until it changes nothing: dropping a bracket can bring two letters together that then join.
fn settled(text: &str, pass: impl Fn(&str) -> String) -> String {
    let mut current = pass(text);
    for _ in 1..FOLD_PASSES_MAX {
        if current.chars().all(is_plain) {
            break;
        }
        let next = pass(&current);
        if next == current {
            break;
        }
        current = next;
    }
    current
}

fn fold_once(text: &str) -> String {
    let visible =
        || text.chars().filter(|c| !is_zero_width(*c) && !is_variation_selector(*c)).map(joining_mark);
    let mut folded = String::with_capacity(text.len());
    if is_nfkc_quick(visible()) == IsNormalized::Yes {
        fold_normalised(visible(), &mut folded);
    } else {
        fold_normalised(visible().nfkc(), &mut folded);
    }
    folded
}

fn fold_normalised(letters: impl Iterator<Item = char>, folded: &mut String) {
    let mut letters = letters.peekable();
    let mut before = None;
    while let Some(c) = letters.next() {
        let next_is_digit = letters.peek().is_some_and(char::is_ascii_digit);
        let in_number = before.is_some_and(|b: char| b.is_ascii_digit()) || (next_is_digit && c != 'ー');
        let plain = if is_hyphen(c) && in_number { '-' } else { variants::plain_letter(hiragana(c)) };
        folded.extend(plain.to_lowercase());
        before = Some(c);
    }
}

/// Letters that no pass changes: ASCII small ones, hiragana without loose marks, the common ideographs.
const fn is_plain(c: char) -> bool {
    matches!(c, '\0'..='@' | '['..='\u{7F}' | 'ぁ'..='ゔ' | '一'..='龥' | 'ー' | '々')
}

/// か゛ is typed where が is meant; NFKC alone would part the two with a space.
const fn joining_mark(c: char) -> char {
    match c {
        '\u{309B}' => '\u{3099}',
        '\u{309C}' => '\u{309A}',
        other => other,
    }
}

/// Variation selectors, among them those of ideographs (Unicode §23.4): the letter itself is what counts.
const fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{180B}'..='\u{180D}')
}

fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        other => other,
    }
}

/// Letters and digits of every script, the long vowel mark and the iteration marks.
fn is_word_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '々' | '〆' | '゙' | '゚')
}

/// `5丁目7番地` becomes `5-7-`; the word stays where no digit stands before it.
fn separate_numbers(text: &str, word: &str) -> String {
    let mut parts = text.split(word);
    let mut joined = String::from(parts.next().unwrap_or_default());
    for part in parts {
        let after_digit = joined.ends_with(|c: char| c.is_ascii_digit());
        joined.push_str(if after_digit { "-" } else { word });
        joined.push_str(part);
    }
    joined
}

#[cfg(test)]
mod tests;
