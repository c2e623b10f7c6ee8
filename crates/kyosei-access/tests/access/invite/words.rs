//! The six words.

use super::*;

fn sample() -> VerificationWords {
    verification_words(InvitationId::from_bytes([1; 32]), endpoint(10, 0), b"request")
}

fn japanese(words: &VerificationWords) -> Vec<String> {
    words.japanese().collect()
}

/// The same in katakana.
fn katakana(text: &str) -> String {
    text.chars()
        .map(|c| if ('ぁ'..='ゖ').contains(&c) { char::from_u32(u32::from(c) + 0x60).unwrap() } else { c })
        .collect()
}

#[test]
fn both_languages_have_six_words_of_the_same_places() {
    let words = sample();
    let place = |language: bip39::Language, word: &str| {
        language.word_list().iter().position(|each| *each == word).unwrap()
    };
    let english: Vec<usize> = words.english().map(|word| place(bip39::Language::English, word)).collect();
    let japanese: Vec<usize> = japanese(&words)
        .iter()
        .map(|word| {
            let decomposed: String =
                unicode_normalization::UnicodeNormalization::nfkd(word.as_str()).collect();
            place(bip39::Language::Japanese, &decomposed)
        })
        .collect();
    assert_eq!((english.len(), &english), (WORD_COUNT, &japanese));
}

#[test]
fn the_words_depend_on_everything_that_was_said() {
    let others = [
        verification_words(InvitationId::from_bytes([2; 32]), endpoint(10, 0), b"request"),
        verification_words(InvitationId::from_bytes([1; 32]), endpoint(11, 0), b"request"),
        verification_words(InvitationId::from_bytes([1; 32]), endpoint(10, 0), b"request."),
    ];
    assert!(others.iter().all(|other| *other != sample()));
    assert!(others.iter().all(|other| english(other) != english(&sample())));
}

#[test]
fn words_are_accepted_however_they_are_typed() {
    let words = sample();
    let (en, ja) = (english(&words), japanese(&words));
    let wide: String = en
        .chars()
        .map(|c| if c == ' ' { '　' } else { char::from_u32(u32::from(c) + 0xfee0).unwrap() })
        .collect();
    let mixed: Vec<String> = words
        .english()
        .zip(&ja)
        .enumerate()
        .map(|(i, (en, ja))| if i % 2 == 0 { en.into() } else { ja.clone() })
        .collect();
    let numbered: String = (1..).zip(&ja).map(|(i, word)| format!("{i}. {word}\n")).collect();
    let decomposed: String =
        unicode_normalization::UnicodeNormalization::nfd(ja.join(" ").as_str()).collect();
    let forms = [
        en.to_uppercase(),
        wide,
        format!("  {} \n", en.replace(' ', ", ")),
        ja.join("　"),
        ja.join("、"),
        katakana(&ja.join("・")),
        decomposed,
        numbered,
        mixed.join(" "),
    ];
    for typed in forms.iter().chain([&en]) {
        assert_eq!(words.compare(typed), Ok(()), "{typed}");
    }
}

#[test]
fn a_word_that_differs_is_named() {
    let words = sample();
    let other = bip39::Language::English.word_list()[0];
    for position in 1..=WORD_COUNT {
        let mut typed: Vec<&str> = words.english().collect();
        assert_ne!(typed[position - 1], other);
        typed[position - 1] = other;
        assert_eq!(words.compare(&typed.join(" ")), Err(WordsDiffer::Word { position }));
    }
    let mut swapped: Vec<&str> = words.english().collect();
    swapped.swap(3, 4);
    assert_eq!(words.compare(&swapped.join(" ")), Err(WordsDiffer::Word { position: 4 }));
}

#[test]
fn too_few_and_too_many_words_are_counted() {
    let words = sample();
    let en = english(&words);
    assert_eq!(words.compare(""), Err(WordsDiffer::Count { typed: 0 }));
    assert_eq!(words.compare("123 456"), Err(WordsDiffer::Count { typed: 0 }));
    assert_eq!(words.compare(en.rsplit_once(' ').unwrap().0), Err(WordsDiffer::Count { typed: 5 }));
    assert_eq!(words.compare(&format!("{en} abandon")), Err(WordsDiffer::Count { typed: 7 }));
}

#[test]
fn every_word_of_both_lists_can_be_typed_as_it_is_shown() {
    // Each index is reached by some request; a word that its own folding changes would never compare equal.
    let mut seen = BTreeSet::new();
    for n in 0..4_000_u32 {
        let words = verification_words(InvitationId::from_bytes([1; 32]), endpoint(10, 0), &n.to_be_bytes());
        seen.extend(words.english());
        assert_eq!(words.compare(&english(&words)), Ok(()));
        assert_eq!(words.compare(&katakana(&japanese(&words).join(" "))), Ok(()));
    }
    assert_eq!(seen.len(), 2_048);
}

#[test]
fn the_words_of_two_devices_are_the_same_on_both_and_others_for_any_other_two() {
    let [a, b, c] = [1, 2, 3].map(|byte| DeviceId::from_bytes([byte; 32]));
    assert_eq!(device_words(a, b), device_words(b, a));
    assert_ne!(device_words(a, b), device_words(a, c));
    let words: Vec<&str> = device_words(a, b).english().collect();
    assert_eq!(words.join(" "), "swap hold dinner price spread gap");
}
