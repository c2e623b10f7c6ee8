//! Passphrases: proposed ones, and a floor for chosen ones.
//!
//! A proposed passphrase carries 77 bits: six of the 7,776 words of the EFF's large list (Bonneau, "Deep Dive: EFF's New
//! Wordlists for Random Passphrases", 2016), or seven of the 2,048 Japanese words of BIP-39. Japanese words are shown in
//! kana and typed in Latin letters: an input method would learn them and keep them on the disk.

use rand::{Rng, RngExt};
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;
use wana_kana::ConvertJapanese;
use zeroize::Zeroizing;

/// Words of a proposed English passphrase (6 × log2 7,776 = 77.5 bits).
pub const ENGLISH_WORDS_COUNT: usize = 6;
/// Words of a proposed Japanese passphrase (7 × log2 2,048 = 77 bits).
pub const JAPANESE_WORDS_COUNT: usize = 7;
/// A chosen passphrase must take at least 10 to this power guesses by zxcvbn's estimate (Wheeler, USENIX Security 2016).
pub const GUESSES_LOG10_MIN: f64 = 12.0;
/// Longest accepted passphrase in characters; above it only the length of a mistake grows.
pub const PASSPHRASE_CHARS_MAX: usize = 256;

/// The language of a proposed passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordList {
    /// The EFF's large list.
    English,
    /// BIP-39's Japanese list, in Latin letters.
    Japanese,
}

/// A proposed passphrase: what to type and, for Japanese, how it reads in kana.
pub struct Proposal {
    /// The passphrase itself, in Latin letters, words separated by one space.
    pub passphrase: SecretString,
    /// The same words in kana, for remembering; absent for English.
    pub kana: Option<SecretString>,
}

/// Why a chosen passphrase is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// Nothing but space.
    #[error("the passphrase is empty")]
    Empty,
    /// Longer than [`PASSPHRASE_CHARS_MAX`].
    #[error("the passphrase is too long")]
    TooLong,
    /// Guessed too easily, see [`GUESSES_LOG10_MIN`].
    #[error("the passphrase is too easy to guess")]
    TooWeak,
}

/// Proposes a passphrase from the caller's randomness.
#[must_use]
pub fn propose(list: WordList, rng: &mut impl Rng) -> Proposal {
    match list {
        WordList::English => {
            let words = pick(ENGLISH_WORDS_COUNT, eff_wordlist::large::LIST.len(), rng)
                .filter_map(|index| eff_wordlist::large::LIST.get(index).map(|(_, word)| (*word).to_owned()));
            Proposal { passphrase: join(words), kana: None }
        }
        WordList::Japanese => {
            let list = bip39::Language::Japanese.word_list();
            let kana: Zeroizing<Vec<String>> = Zeroizing::new(
                pick(JAPANESE_WORDS_COUNT, list.len(), rng)
                    .filter_map(|index| list.get(index).map(|word| nfc(word)))
                    .collect(),
            );
            let passphrase = join(kana.iter().map(|word| word.as_str().to_romaji()));
            Proposal { passphrase, kana: Some(join(kana.iter().cloned())) }
        }
    }
}

/// Brings a typed passphrase into the form from which keys are derived: NFKC, trimmed, one space between words.
///
/// # Errors
/// [`PassphraseError::Empty`] or [`PassphraseError::TooLong`].
pub fn normalise(typed: &SecretString) -> Result<SecretString, PassphraseError> {
    let folded: Zeroizing<String> = Zeroizing::new(typed.expose_secret().nfkc().collect());
    let mut joined = Zeroizing::new(String::with_capacity(folded.len()));
    for word in folded.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    if joined.is_empty() {
        return Err(PassphraseError::Empty);
    }
    if joined.chars().count() > PASSPHRASE_CHARS_MAX {
        return Err(PassphraseError::TooLong);
    }
    Ok(SecretString::from(joined.as_str()))
}

/// Checks a chosen passphrase against the floor and returns its normal form.
///
/// # Errors
/// See [`PassphraseError`].
pub fn check_chosen(typed: &SecretString) -> Result<SecretString, PassphraseError> {
    let normal = normalise(typed)?;
    if zxcvbn::zxcvbn(normal.expose_secret(), &["kyosei", "共生", "鎌倉", "kamakura"]).guesses_log10()
        < GUESSES_LOG10_MIN
    {
        return Err(PassphraseError::TooWeak);
    }
    Ok(normal)
}

fn nfc(word: &str) -> String {
    word.nfc().collect()
}

fn pick(count: usize, list_len: usize, rng: &mut impl Rng) -> impl Iterator<Item = usize> {
    (0..count).map(move |_| rng.random_range(0..list_len))
}

fn join(words: impl Iterator<Item = String>) -> SecretString {
    let mut joined = Zeroizing::new(String::new());
    for word in words {
        let word = Zeroizing::new(word);
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&word);
    }
    SecretString::from(joined.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;
    use secrecy::{ExposeSecret, SecretString};
    use wana_kana::ConvertJapanese;

    use super::{PassphraseError, WordList, check_chosen, normalise, propose};

    #[test]
    fn every_proposal_passes_the_floor_for_chosen_passphrases() {
        for list in [WordList::English, WordList::Japanese] {
            for seed in 0..20 {
                let proposal = propose(list, &mut ChaCha20Rng::seed_from_u64(seed));
                assert!(check_chosen(&proposal.passphrase).is_ok(), "seed {seed}, {list:?}");
            }
        }
    }

    #[test]
    fn japanese_words_stay_distinct_in_latin_letters() {
        let list = bip39::Language::Japanese.word_list();
        let latin: BTreeSet<String> = list.iter().map(|word| super::nfc(word).as_str().to_romaji()).collect();
        assert_eq!(latin.len(), 2048);
        assert!(latin.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'\'')));
    }

    #[test]
    fn full_width_letters_and_stray_spaces_are_the_same_passphrase() {
        let typed = SecretString::from("\u{3000}ｃｏｒｒｅｃｔ  horse\tbattery ");
        assert_eq!(normalise(&typed).unwrap().expose_secret(), "correct horse battery");
    }

    #[test]
    fn weak_and_empty_passphrases_are_refused() {
        for weak in ["kamakura2026", "password", "aaaaaaaaaaaa", "さくら"] {
            assert_eq!(
                check_chosen(&SecretString::from(weak)).err(),
                Some(PassphraseError::TooWeak),
                "{weak}"
            );
        }
        assert_eq!(check_chosen(&SecretString::from(" \u{3000}")).err(), Some(PassphraseError::Empty));
        let long = SecretString::from("ab ".repeat(200));
        assert_eq!(check_chosen(&long).err(), Some(PassphraseError::TooLong));
    }
}
