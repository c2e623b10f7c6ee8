//! The order of a register: by reading, in the order of the fifty sounds.
//!
//! As in JIS X 4061, は, ば and ぱ are one letter at first sight, as are や and ゃ, and ー is the vowel before it;
//! only between otherwise equal readings do the marks decide. A space sorts before every letter, so that all
//! 森 (もり) stand before 森田 (もりた). Whoever has no reading stands after those who have one.

use unicode_normalization::UnicodeNormalization;

use super::fold;

const KANA: char = '1';
const LATIN: char = '2';
const OTHER: char = '3';
const NO_READING: char = '4';
/// Stands between the letters and the marks of a key; sorts before every letter.
const LEVEL_END: char = '\u{1}';

/// Gives the key by which records are sorted; keys are compared byte by byte.
pub fn reading_sort_key(reading: Option<&str>, name: &str) -> String {
    let reading = reading.map(fold).filter(|text| !text.trim().is_empty());
    let (class, text) = match reading {
        Some(text) => (class_of(&text), text),
        None => match fold(name) {
            kana if class_of(&kana) == KANA && kana.chars().all(is_kana_or_space) => (KANA, kana),
            other => (NO_READING, other),
        },
    };
    let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (letters, marks) = levels(&spaced);
    format!("{class}{letters}{LEVEL_END}{marks}{LEVEL_END}{}", fold(name))
}

fn class_of(text: &str) -> char {
    match text.trim_start().chars().next() {
        Some(c) if is_kana_or_space(c) => KANA,
        Some(c) if c.is_alphabetic() && u32::from(c) < 0x0530 => LATIN,
        _ => OTHER,
    }
}

fn is_kana_or_space(c: char) -> bool {
    matches!(c, 'ぁ'..='ゟ' | 'ー' | '・') || c.is_whitespace()
}

/// Parts a folded reading into plain letters and, for each, a mark of what was left out.
fn levels(text: &str) -> (String, String) {
    let mut letters = String::new();
    let mut marks = String::new();
    for c in text.nfd() {
        match c {
            '\u{3099}' => replace_mark(&mut marks, '3'),
            '\u{309A}' => replace_mark(&mut marks, '4'),
            'ー' => {
                letters.push(letters.chars().last().map_or('ー', vowel_of));
                marks.push('0');
            }
            'ゝ' => {
                letters.extend(letters.chars().last());
                marks.push('2');
            }
            other => {
                let large = large_kana(other);
                letters.push(large);
                marks.push(if large == other { '2' } else { '1' });
            }
        }
    }
    (letters, marks)
}

fn replace_mark(marks: &mut String, mark: char) {
    if marks.pop().is_some() {
        marks.push(mark);
    }
}

const fn large_kana(c: char) -> char {
    match c {
        'ぁ' => 'あ',
        'ぃ' => 'い',
        'ぅ' => 'う',
        'ぇ' => 'え',
        'ぉ' => 'お',
        'っ' => 'つ',
        'ゃ' => 'や',
        'ゅ' => 'ゆ',
        'ょ' => 'よ',
        'ゎ' => 'わ',
        other => other,
    }
}

fn vowel_of(c: char) -> char {
    const ROWS: [(char, &str); 5] = [
        ('あ', "あかさたなはまやらわ"),
        ('い', "いきしちにひみりゐ"),
        ('う', "うくすつぬふむゆる"),
        ('え', "えけせてねへめれゑ"),
        ('お', "おこそとのほもよろを"),
    ];
    ROWS.iter().find(|(_, row)| row.contains(c)).map_or(c, |(vowel, _)| *vowel)
}
