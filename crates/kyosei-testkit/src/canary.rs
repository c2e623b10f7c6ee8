//! Planted text that must leave no trace, and the scan that looks for it (primitive P1).
//!
//! A test makes [`Canaries`] from its seed, [`Canaries::plant`]s one text for each field of a record, lets
//! the program work with them, and scans what the program left: bytes, a file, a folder or a raw disk image.
//! The [`Scanner`] finds every window of six characters of a text, so that fragments of an index count, in
//! every [`Encoding`], and looks into compressed streams. [`outside`] lists where else on a machine traces may lie.
//!
//! A scan that finds nothing shows something only beside one that finds: scan a planted file, or a memory
//! dump of the unlocked program, with the same scanner. It is blind to encryption, and to compression other
//! than deflate and Zstandard.

mod encoding;
mod patterns;
mod places;
mod scanner;
mod streams;

use rand::RngExt as _;
use rand_chacha::ChaCha20Rng;

use crate::Seed;

pub use encoding::Encoding;
pub use places::outside;
pub use scanner::{Hit, Report, ScanError, Scanner};
pub use streams::{Stream, StreamKind};

/// Characters of a Latin text.
const LATIN_CHARS: usize = 16;
/// Characters of a text of kanji or kana.
const JAPANESE_CHARS: usize = 12;
/// Lower-case letters without vowels, so that no word of any program contains six in a row.
const CONSONANTS: &[u8] = b"bcdfghjklmnpqrstvwxz";
/// Hiragana that exist in half width too, voiced ones among them.
const HIRAGANA: &str = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをんがぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽ";

/// What a planted text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Sixteen Latin letters in lower case: parts of e-mail addresses, Latin names, free text.
    Latin,
    /// Twelve kanji that every Japanese encoding has: names, free text.
    Kanji,
    /// Twelve hiragana: readings.
    Kana,
    /// A mobile telephone number of eleven digits, with hyphens.
    Phone,
    /// Kanji, a ward number and a house number, as in an address.
    Address,
}

/// One planted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// The field that it stands in, for the report.
    pub field: String,
    /// The text.
    pub text: String,
}

/// A text too short to be told from chance.
#[derive(Debug, thiserror::Error)]
#[error("the text for {field} is too short to look for: no window of it can be told from chance")]
pub struct TooShort {
    /// The field.
    pub field: String,
}

/// The texts that one test planted.
#[derive(Debug)]
pub struct Canaries {
    rng: ChaCha20Rng,
    canaries: Vec<Canary>,
}

impl Canaries {
    /// No texts yet.
    pub fn new(seed: &Seed) -> Self {
        Self { rng: seed.branch("canaries").rng(), canaries: Vec::new() }
    }

    /// Makes a random text for `field` and gives it, to be put into the record.
    pub fn plant(&mut self, field: &str, kind: Kind) -> String {
        let text = match kind {
            Kind::Latin => self.draw(LATIN_CHARS, consonant),
            Kind::Kanji => self.draw(JAPANESE_CHARS, kanji),
            Kind::Kana => self.draw(JAPANESE_CHARS, hiragana),
            Kind::Phone => {
                let (middle, last) = (self.rng.random_range(1000..=9999), self.rng.random_range(1000..=9999));
                format!("090-{middle}-{last}")
            }
            Kind::Address => {
                let (block, house) = (self.rng.random_range(1..=9), self.rng.random_range(10..=99));
                format!("{}{block}-{house}", self.draw(JAPANESE_CHARS, kanji))
            }
        };
        self.canaries.push(Canary { field: field.to_owned(), text: text.clone() });
        text
    }

    /// Looks for a text that the test did not make: a passphrase, a key.
    ///
    /// # Errors
    /// The text is too short to be told from chance.
    pub fn adopt(&mut self, field: &str, text: &str) -> Result<(), TooShort> {
        let canary = Canary { field: field.to_owned(), text: text.to_owned() };
        if patterns::of(&canary).is_empty() {
            return Err(TooShort { field: field.to_owned() });
        }
        self.canaries.push(canary);
        Ok(())
    }

    /// All texts so far.
    pub fn planted(&self) -> &[Canary] {
        &self.canaries
    }

    /// A scanner for all texts so far.
    pub fn scanner(&self) -> Scanner {
        Scanner::new(&self.canaries)
    }

    fn draw(&mut self, count: usize, one: fn(&mut ChaCha20Rng) -> char) -> String {
        (0..count).map(|_| one(&mut self.rng)).collect()
    }
}

fn consonant(rng: &mut ChaCha20Rng) -> char {
    char::from(CONSONANTS.get(rng.random_range(0..CONSONANTS.len())).copied().unwrap_or(b'x'))
}

fn hiragana(rng: &mut ChaCha20Rng) -> char {
    HIRAGANA.chars().nth(rng.random_range(0..HIRAGANA.chars().count())).unwrap_or('ん')
}

/// A kanji of JIS X 0208 level 1, rows 16 to 46: the ones that every Japanese encoding writes in two bytes.
fn kanji(rng: &mut ChaCha20Rng) -> char {
    let bytes = [rng.random_range(0xB0..=0xCE), rng.random_range(0xA1..=0xFE)];
    encoding_rs::EUC_JP.decode_without_bom_handling(&bytes).0.chars().next().unwrap_or('鎌')
}

#[cfg(test)]
mod tests {
    use super::{Canaries, Kind};
    use crate::Seed;

    const KINDS: [Kind; 5] = [Kind::Latin, Kind::Kanji, Kind::Kana, Kind::Phone, Kind::Address];

    #[test]
    fn planted_texts_replay_from_their_seed_and_differ_from_each_other() {
        let plant = |seed| {
            let mut canaries = Canaries::new(&Seed::fixed(seed));
            KINDS.map(|kind| canaries.plant("field", kind))
        };
        assert_eq!(plant(1), plant(1));
        assert!(plant(1).iter().zip(&plant(2)).all(|(one, other)| one != other));
    }

    #[test]
    fn every_japanese_encoding_can_write_a_thousand_planted_texts() {
        let mut canaries = Canaries::new(&Seed::of_test());
        for _ in 0..1000 {
            for kind in KINDS {
                let text = canaries.plant("field", kind);
                for encoding in [encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP, encoding_rs::ISO_2022_JP] {
                    assert!(!encoding.encode(&text).2, "{} cannot write {text}", encoding.name());
                }
            }
        }
    }

    #[test]
    fn a_text_that_is_like_any_other_cannot_be_looked_for() {
        let mut canaries = Canaries::new(&Seed::fixed(1));
        assert!(canaries.adopt("year", "2026").is_err());
        assert!(canaries.adopt("digits", "20261124").is_err());
        assert!(canaries.adopt("passphrase", "correct horse").is_ok());
    }
}
