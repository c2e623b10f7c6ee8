//! Recovery sheets: from two of three, everything comes back.
//!
//! Each sheet carries two separate powers. *Decrypting*: a share of the recovery identity, to which every epoch key is
//! wrapped (Shamir, "How to share a secret", CACM 1979, over GF(256) by `vsss-rs`). *Admin*: an Ed25519 signing seed of
//! its own, whose public half stands in the space's Genesis. Shamir's shares have no integrity of their own, so each
//! sheet has a checksum and the combined identity must match the published recipient.
//!
//! A sheet is a list of BIP-39 English words, since words survive handwriting, telephone and old eyes. Printing it, and
//! deciding who keeps it, is not done here.

use std::fmt;

use rand::{CryptoRng, Rng};
use vsss_rs::Gf256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::identity::{Identity, IdentityError, Recipient};

/// Sheets that are dealt: the chair's and two members'.
pub const SHEETS_COUNT: u8 = 3;
/// Sheets that are needed to recover.
pub const SHEETS_THRESHOLD: u8 = 2;
/// Words on one sheet: 79 bytes at 11 bits a word.
pub const SHEET_WORDS_COUNT: usize = 58;

const SHEET_VERSION: u8 = 1;
const SHEET_BYTES: usize = 75;
const CHECKSUM_BYTES: usize = 4;
const WORD_BITS: usize = 11;

/// One recovery sheet. Memory is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Sheet {
    /// Names the set that this sheet was dealt with: sheets of different sets never fit together.
    pub set: [u8; 4],
    /// Which sheet this is, from 1 to [`SHEETS_COUNT`].
    pub index: u8,
    threshold: u8,
    count: u8,
    share: [u8; 32],
    /// Ed25519 seed of this sheet's approval key.
    pub signing_seed: [u8; 32],
}

/// A freshly dealt set.
pub struct Dealt {
    /// The public key to which each epoch is wrapped.
    pub recipient: Recipient,
    /// The sheets, in order of their index.
    pub sheets: Vec<Sheet>,
}

/// Why sheets were refused. Carries nothing of their content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// A word is not on the list; counted from 1.
    #[error("word {at} is not a word of the list")]
    UnknownWord {
        /// Place of the word, from 1.
        at: usize,
    },
    /// The sheet has another number of words.
    #[error("the sheet has {found} words")]
    WordCount {
        /// Number of words found.
        found: usize,
    },
    /// The words are on the list but do not belong together: one was copied wrongly.
    #[error("the checksum does not fit: a word was copied wrongly")]
    Checksum,
    /// The sheet was made by a newer version of kyosei.
    #[error("the sheet is of a newer version")]
    NewerVersion,
    /// Fewer sheets than the threshold, or the same sheet twice.
    #[error("not enough different sheets")]
    TooFew,
    /// The sheets are of different sets.
    #[error("the sheets are of different sets")]
    DifferentSets,
    /// The combined key is not the one that this committee published: a sheet is wrong or old.
    #[error("the sheets do not belong to this committee's key")]
    WrongKey,
    /// Dealing or combining failed inside the library.
    #[error("the shares cannot be computed")]
    Sharing,
}

impl From<IdentityError> for SheetError {
    fn from(_: IdentityError) -> Self {
        Self::Sharing
    }
}

/// Deals a new set of sheets from the caller's randomness.
///
/// # Errors
/// [`SheetError::Sharing`] if the library refuses.
pub fn deal(rng: &mut impl CryptoRng) -> Result<Dealt, SheetError> {
    let identity = Identity::generate(rng)?;
    let mut set = [0_u8; 4];
    rng.fill_bytes(&mut set);
    let shares = Gf256::split_bytes(
        usize::from(SHEETS_THRESHOLD),
        usize::from(SHEETS_COUNT),
        identity.secret_bytes(),
        &mut *rng,
    )
    .map_err(|_| SheetError::Sharing)?;
    let sheets = shares.into_iter().map(|share| sheet(set, share, rng)).collect::<Result<Vec<_>, _>>()?;
    Ok(Dealt { recipient: identity.recipient()?, sheets })
}

/// Combines sheets into the recovery identity and checks it against the published recipient.
///
/// # Errors
/// See [`SheetError`].
pub fn combine(sheets: &[Sheet], published: Recipient) -> Result<Identity, SheetError> {
    let first = sheets.first().ok_or(SheetError::TooFew)?;
    if sheets.iter().any(|sheet| sheet.set != first.set) {
        return Err(SheetError::DifferentSets);
    }
    let mut chosen: Vec<&Sheet> = Vec::new();
    for sheet in sheets {
        if chosen.iter().all(|other| other.index != sheet.index) {
            chosen.push(sheet);
        }
    }
    if chosen.len() < usize::from(first.threshold) {
        return Err(SheetError::TooFew);
    }
    let shares: Zeroizing<Vec<Vec<u8>>> = Zeroizing::new(
        chosen
            .iter()
            .take(usize::from(first.threshold))
            .map(|sheet| std::iter::once(sheet.index).chain(sheet.share).collect())
            .collect(),
    );
    let secret = Zeroizing::new(Gf256::combine_bytes(&*shares).map_err(|_| SheetError::Sharing)?);
    let secret: Zeroizing<[u8; 32]> =
        Zeroizing::new(secret.as_slice().try_into().map_err(|_| SheetError::Sharing)?);
    let identity = Identity::from_bytes(&secret)?;
    if identity.recipient()? == published { Ok(identity) } else { Err(SheetError::WrongKey) }
}

impl Sheet {
    /// The sheet as words, in order.
    #[must_use]
    pub fn to_words(&self) -> Vec<&'static str> {
        let list = bip39::Language::English.word_list();
        let bytes = self.to_bytes();
        (0..SHEET_WORDS_COUNT).filter_map(|at| list.get(word_index(&*bytes, at)).copied()).collect()
    }

    /// Reads a sheet from its words; letter case does not matter.
    ///
    /// # Errors
    /// See [`SheetError`].
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, SheetError> {
        let mut bytes = Zeroizing::new([0_u8; SHEET_BYTES + CHECKSUM_BYTES + 1]);
        let mut found = 0_usize;
        for word in words {
            let word = Zeroizing::new(word.to_ascii_lowercase());
            let index =
                bip39::Language::English.find_word(&word).ok_or(SheetError::UnknownWord { at: found + 1 })?;
            if found < SHEET_WORDS_COUNT {
                put_word(&mut *bytes, found, index);
            }
            found = found.saturating_add(1);
        }
        if found != SHEET_WORDS_COUNT {
            return Err(SheetError::WordCount { found });
        }
        Self::from_bytes(&*bytes)
    }

    fn to_bytes(&self) -> Zeroizing<[u8; SHEET_BYTES + CHECKSUM_BYTES + 1]> {
        let mut content = Zeroizing::new(Vec::with_capacity(SHEET_BYTES));
        content.extend_from_slice(&[SHEET_VERSION, self.threshold, self.count, self.index]);
        content.extend_from_slice(&self.set);
        content.extend_from_slice(&self.share);
        content.extend_from_slice(&self.signing_seed);
        content.extend_from_slice(&[0; 3]);
        let sum = checksum(&content);
        content.extend_from_slice(&sum);
        let mut bytes = Zeroizing::new([0_u8; SHEET_BYTES + CHECKSUM_BYTES + 1]);
        for (to, from) in bytes.iter_mut().zip(content.iter()) {
            *to = *from;
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, SheetError> {
        let (content, rest) = bytes.split_at_checked(SHEET_BYTES).ok_or(SheetError::Checksum)?;
        let expected: Vec<u8> = checksum(content).into_iter().chain([0]).collect();
        if rest != expected {
            return Err(SheetError::Checksum);
        }
        let (head, rest) = content.split_first_chunk::<4>().ok_or(SheetError::Checksum)?;
        let (set, rest) = rest.split_first_chunk::<4>().ok_or(SheetError::Checksum)?;
        let (share, rest) = rest.split_first_chunk::<32>().ok_or(SheetError::Checksum)?;
        let signing_seed = rest.first_chunk::<32>().ok_or(SheetError::Checksum)?;
        let [version, threshold, count, index] = *head;
        if version != SHEET_VERSION {
            return Err(SheetError::NewerVersion);
        }
        Ok(Self { set: *set, index, threshold, count, share: *share, signing_seed: *signing_seed })
    }
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sheet({} of {})", self.index, self.count)
    }
}

fn sheet(set: [u8; 4], share: Vec<u8>, rng: &mut impl Rng) -> Result<Sheet, SheetError> {
    let share = Zeroizing::new(share);
    let (index, secret) = share.split_first().ok_or(SheetError::Sharing)?;
    let mut signing_seed = [0_u8; 32];
    rng.fill_bytes(&mut signing_seed);
    Ok(Sheet {
        set,
        index: *index,
        threshold: SHEETS_THRESHOLD,
        count: SHEETS_COUNT,
        share: secret.try_into().map_err(|_| SheetError::Sharing)?,
        signing_seed,
    })
}

fn checksum(content: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let hash = blake3::derive_key("kyosei/v1/recovery-sheet checksum", content);
    let [a, b, c, d, ..] = hash;
    [a, b, c, d]
}

/// The 11 bits of word `at`, most significant first; bits past the end are zero.
fn word_index(bytes: &[u8], at: usize) -> usize {
    (0..WORD_BITS).fold(0, |index, bit| {
        let position = at * WORD_BITS + bit;
        let byte = bytes.get(position / 8).copied().unwrap_or(0);
        (index << 1) | usize::from(byte >> (7 - position % 8) & 1)
    })
}

fn put_word(bytes: &mut [u8], at: usize, index: u16) {
    for bit in 0..WORD_BITS {
        let position = at * WORD_BITS + bit;
        if index >> (WORD_BITS - 1 - bit) & 1 == 1
            && let Some(byte) = bytes.get_mut(position / 8)
        {
            *byte |= 1 << (7 - position % 8);
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    use super::{SHEET_WORDS_COUNT, Sheet, SheetError, combine, deal};

    #[test]
    fn any_two_of_three_sheets_recover_the_key() {
        let dealt = deal(&mut ChaCha20Rng::seed_from_u64(1)).unwrap();
        for (a, b) in [(0, 1), (0, 2), (1, 2), (2, 0)] {
            let pair = [dealt.sheets[a].clone(), dealt.sheets[b].clone()];
            let identity = combine(&pair, dealt.recipient).unwrap();
            assert_eq!(identity.recipient().unwrap(), dealt.recipient);
        }
        assert!(combine(&dealt.sheets, dealt.recipient).is_ok(), "all three work too");
    }

    #[test]
    fn one_sheet_alone_or_twice_recovers_nothing() {
        let dealt = deal(&mut ChaCha20Rng::seed_from_u64(1)).unwrap();
        let one = dealt.sheets[0].clone();
        assert_eq!(combine(std::slice::from_ref(&one), dealt.recipient), Err(SheetError::TooFew));
        assert_eq!(combine(&[one.clone(), one], dealt.recipient), Err(SheetError::TooFew));
    }

    #[test]
    fn sheets_of_another_set_or_committee_are_named_as_such() {
        let ours = deal(&mut ChaCha20Rng::seed_from_u64(1)).unwrap();
        let theirs = deal(&mut ChaCha20Rng::seed_from_u64(2)).unwrap();
        let mixed = [ours.sheets[0].clone(), theirs.sheets[1].clone()];
        assert_eq!(combine(&mixed, ours.recipient), Err(SheetError::DifferentSets));
        assert_eq!(combine(&theirs.sheets, ours.recipient), Err(SheetError::WrongKey));
    }

    #[test]
    fn a_sheet_survives_being_copied_as_words_in_any_letter_case() {
        for sheet in deal(&mut ChaCha20Rng::seed_from_u64(3)).unwrap().sheets {
            let words = sheet.to_words();
            assert_eq!(words.len(), SHEET_WORDS_COUNT);
            let upper: Vec<String> = words.iter().map(|word| word.to_uppercase()).collect();
            assert_eq!(Sheet::from_words(upper.iter().map(String::as_str)).unwrap(), sheet);
        }
    }

    #[test]
    fn a_wrong_a_missing_and_an_unknown_word_are_each_named() {
        let sheet = deal(&mut ChaCha20Rng::seed_from_u64(3)).unwrap().sheets[0].clone();
        let words = sheet.to_words();
        let missing = &words[1..];
        assert_eq!(
            Sheet::from_words(missing.iter().copied()),
            Err(SheetError::WordCount { found: SHEET_WORDS_COUNT - 1 })
        );
        for at in 0..SHEET_WORDS_COUNT - 1 {
            let mut wrong = words.clone();
            wrong[at] = if wrong[at] == "abandon" { "ability" } else { "abandon" };
            assert_eq!(Sheet::from_words(wrong), Err(SheetError::Checksum), "word {}", at + 1);
        }
        let mut unknown = words;
        unknown[4] = "kyosei";
        assert_eq!(Sheet::from_words(unknown), Err(SheetError::UnknownWord { at: 5 }));
    }

    #[test]
    fn the_words_of_a_sheet_are_a_fixed_format() {
        let sheet = Sheet {
            set: [1, 2, 3, 4],
            index: 2,
            threshold: 2,
            count: 3,
            share: [0xAA; 32],
            signing_seed: [0x55; 32],
        };
        insta::assert_snapshot!(sheet.to_words().join(" "));
    }
}
