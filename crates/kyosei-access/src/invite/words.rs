//! Six words that both people compare before the new device is let in.
//!
//! 66 bits of a hash over the invitation's name, the inviter's endpoint and the bytes of the request, as words of BIP 39's
//! lists. A man in the middle would have to find another request with the same six words while the invitation is valid:
//! 2^66 tries, since the honest request is there before his own. What the inviter is called plays no part: the name of the
//! invitation and the endpoint fix the ticket, and with files alone the joining device knows nothing else.

use std::fmt;

use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;

use super::request::request_hash;
use crate::codec::to_canonical;
use crate::id::{DeviceId, EndpointKey, InvitationId};

/// How many words are compared.
pub const WORD_COUNT: usize = 6;
/// Bits of one word: the lists have 2,048.
const WORD_BITS: usize = 11;

/// Six words, each known by its place in the lists.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerificationWords([usize; WORD_COUNT]);

/// How typed words differ from the expected ones.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum WordsDiffer {
    /// There are not six of them.
    #[error("{typed} words instead of six")]
    Count {
        /// How many were typed.
        typed: usize,
    },
    /// A word is another one.
    #[error("word {position} is another one")]
    Word {
        /// Which is the first that differs, from 1.
        position: usize,
    },
}

/// The words of a request, equal on both sides if and only if both speak of the same ticket and request.
#[must_use]
pub fn verification_words(
    invitation: InvitationId,
    inviter: EndpointKey,
    request: &[u8],
) -> VerificationWords {
    let request = minicbor::bytes::ByteArray::from(request_hash(request));
    let transcript = to_canonical(&(invitation, inviter, request));
    words_of(blake3::derive_key("kyosei/v1/verification-words", &transcript))
}

/// The words of two devices, the same on both, to be compared at any time after they were let in. A device id is the key
/// under which the device signs: if the words are equal, nobody stands between the two.
#[must_use]
pub fn device_words(one: DeviceId, other: DeviceId) -> VerificationWords {
    let transcript = to_canonical(&(one.min(other), one.max(other)));
    words_of(blake3::derive_key("kyosei/v1/device-words", &transcript))
}

fn words_of(hash: [u8; blake3::OUT_LEN]) -> VerificationWords {
    let mut bits = hash.iter().flat_map(|byte| (0..8).rev().map(move |shift| usize::from(byte >> shift & 1)));
    let mut next = || bits.by_ref().take(WORD_BITS).fold(0, |value, bit| value << 1 | bit);
    VerificationWords(std::array::from_fn(|_| next()))
}

impl VerificationWords {
    /// The words in English, from BIP 39's list.
    pub fn english(&self) -> impl Iterator<Item = &'static str> {
        self.0.into_iter().filter_map(|index| bip39::Language::English.word_list().get(index).copied())
    }

    /// The words in Japanese (hiragana), from BIP 39's list, composed (NFC) as screens expect it.
    pub fn japanese(&self) -> impl Iterator<Item = String> {
        let list = bip39::Language::Japanese.word_list();
        self.0.into_iter().filter_map(|index| list.get(index).map(|word| word.nfc().collect()))
    }

    /// Compares typed words with these. They may be of either list; case, width, kana and what stands between them do not
    /// matter.
    ///
    /// # Errors
    /// [`WordsDiffer`] tells the first one that is another.
    pub fn compare(&self, typed: &str) -> Result<(), WordsDiffer> {
        let folded = fold(typed);
        let typed: Vec<&str> =
            folded.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
        if typed.len() != WORD_COUNT {
            return Err(WordsDiffer::Count { typed: typed.len() });
        }
        let expected = self.english().zip(self.japanese());
        for (position, (word, (english, japanese))) in (1..).zip(typed.into_iter().zip(expected)) {
            if word != english && word != fold(&japanese) {
                return Err(WordsDiffer::Word { position });
            }
        }
        Ok(())
    }
}

impl fmt::Debug for VerificationWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationWords(..)")
    }
}

/// One form for all ways to type a word: compatibility forms composed, lower case, katakana as hiragana.
fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).map(hiragana).collect()
}

fn hiragana(c: char) -> char {
    /// From a katakana letter to the same in hiragana.
    const SHIFT: u32 = 0x60;
    match c {
        'ァ'..='ヶ' => u32::from(c).checked_sub(SHIFT).and_then(char::from_u32).unwrap_or(c),
        other => other,
    }
}
