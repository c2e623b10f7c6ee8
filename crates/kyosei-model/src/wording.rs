//! The texts that people are asked to agree to.
//!
//! A wording is never changed: a new text is a new version with a new id. Its hash is taken over the canonical
//! bytes given here; the hash itself is computed by whoever has a hash function at hand.

use crate::{Language, UnixMillis, WordingId};

/// First bytes of the canonical form; a change of the form is a new line here.
const CANONICAL_DOMAIN: &[u8] = b"kyosei wording v1\n";

/// One published text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// Its id.
    pub id: WordingId,
    /// Its version, counted from 1.
    pub version: u32,
    /// The language in which it is written.
    pub language: Language,
    /// The full text.
    pub text: String,
    /// From when it was shown.
    pub valid_from: UnixMillis,
}

impl Wording {
    /// The bytes over which the SHA-256 of a wording is taken: a fixed line, the id, then version, language,
    /// text and first day, each number big-endian in 8 bytes and each text after its length in bytes.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut bytes = CANONICAL_DOMAIN.to_vec();
        bytes.extend(self.id.to_bytes());
        bytes.extend(u64::from(self.version).to_be_bytes());
        for text in [self.language.code(), &self.text] {
            bytes.extend((text.len() as u64).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
        bytes.extend(self.valid_from.get().to_be_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_bytes_have_their_golden_form() {
        let wording = Wording {
            id: WordingId::from_bytes([7; 16]),
            version: 2,
            language: Language::Ja,
            text: String::from("はい"),
            valid_from: UnixMillis::new(-1),
        };
        let expect = [
            &b"kyosei wording v1\n"[..],
            &[7; 16],
            &[0, 0, 0, 0, 0, 0, 0, 2],
            &[0, 0, 0, 0, 0, 0, 0, 2],
            b"ja",
            &[0, 0, 0, 0, 0, 0, 0, 6],
            "はい".as_bytes(),
            &[0xff; 8],
        ]
        .concat();
        assert_eq!(wording.canonical_bytes(), expect);
    }
}
