//! Drafts: what is being typed and not saved yet, kept in a slot of the local state.
//!
//! A draft is a text that only the shell understands, under a name of its own. Drafts never become entries, never leave
//! the laptop, and open with its local key alone. All of them lie in one slot, since they are few and small.

use std::collections::BTreeMap;

use kyosei_vault::SealError;
use minicbor::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{StateError, open_slot, seal_slot};
use crate::journal::DeviceKeys;

/// Slot of the drafts.
pub const DRAFTS_SLOT: i64 = 3;
/// Most drafts of one laptop; a form has one, so that many are open at once by a fault alone.
pub const DRAFTS_MAX: usize = 64;
/// Longest name of a draft in bytes.
pub const DRAFT_NAME_BYTES_MAX: usize = 128;
/// Longest draft in bytes; a filled-in form takes a few thousand.
pub const DRAFT_BYTES_MAX: usize = 128 << 10;

const VERSION: u8 = 1;

/// The drafts of a laptop. They are wiped from memory when dropped.
#[derive(Default, Clone, PartialEq, Eq)]
pub struct Drafts {
    texts: BTreeMap<String, String>,
}

/// Why a draft was not kept. The others are as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DraftRefused {
    /// Longer than [`DRAFT_BYTES_MAX`], or a name longer than [`DRAFT_NAME_BYTES_MAX`].
    #[error("the draft is too large")]
    TooLarge,
    /// There are [`DRAFTS_MAX`] drafts already.
    #[error("too many drafts")]
    TooMany,
}

#[derive(Encode, Decode)]
struct Content {
    #[n(0)]
    version: u8,
    #[n(1)]
    texts: BTreeMap<String, String>,
}

impl Drafts {
    /// Reads the slot.
    ///
    /// # Errors
    /// See [`StateError`].
    pub fn open(keys: &DeviceKeys, bytes: &[u8]) -> Result<Self, StateError> {
        open_slot::<Content>(keys, bytes).map(|content| Self { texts: content.texts })
    }

    /// The slot with its new bytes.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn seal(&self, keys: &DeviceKeys) -> Result<(i64, Vec<u8>), SealError> {
        let content = Content { version: VERSION, texts: self.texts.clone() };
        let sealed = seal_slot(keys, &content);
        wipe(content.texts);
        Ok((DRAFTS_SLOT, sealed?))
    }

    /// Keeps a draft in place of an older one of that name.
    ///
    /// # Errors
    /// See [`DraftRefused`].
    pub fn put(&mut self, name: &str, text: &str) -> Result<(), DraftRefused> {
        if name.len() > DRAFT_NAME_BYTES_MAX || text.len() > DRAFT_BYTES_MAX {
            return Err(DraftRefused::TooLarge);
        }
        if self.texts.len() >= DRAFTS_MAX && !self.texts.contains_key(name) {
            return Err(DraftRefused::TooMany);
        }
        let older = self.texts.insert(name.to_owned(), text.to_owned());
        older.into_iter().for_each(|mut text| text.zeroize());
        Ok(())
    }

    /// Drops a draft and tells whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        let removed = self.texts.remove(name);
        removed.map(|mut text| text.zeroize()).is_some()
    }

    /// Drops every draft that mentions `word`, in its name or its text.
    pub fn remove_mentioning(&mut self, word: &str) {
        let mentions = |(name, text): (&String, &String)| {
            (name.contains(word) || text.contains(word)).then(|| name.clone())
        };
        let names: Vec<String> = self.texts.iter().filter_map(mentions).collect();
        names.iter().for_each(|name| {
            self.remove(name);
        });
    }

    /// The drafts, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }
}

impl std::fmt::Debug for Drafts {
    /// Shows no text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Drafts({})", self.texts.len())
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        wipe(std::mem::take(&mut self.texts));
    }
}

impl ZeroizeOnDrop for Drafts {}

fn wipe(texts: BTreeMap<String, String>) {
    texts.into_values().for_each(|mut text| text.zeroize());
}

#[cfg(test)]
mod tests {
    use kyosei_access::to_canonical;
    use kyosei_testkit::golden;
    use kyosei_vault::KeyFile;

    use super::*;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");

    fn keys() -> DeviceKeys {
        DeviceKeys::from_key_file(&KeyFile::generate(&mut kyosei_testkit::Seed::fixed(5).rng())).unwrap()
    }

    #[test]
    fn the_slot_of_the_drafts_keeps_its_bytes() {
        let texts = BTreeMap::from([("supporter:new".to_owned(), "{}".to_owned())]);
        let bytes = golden::check(FOLDER, "drafts", &to_canonical(&Content { version: VERSION, texts }));
        let read: Content = minicbor::decode(&bytes).unwrap();
        assert_eq!(read.texts["supporter:new"], "{}");
    }

    #[test]
    fn drafts_come_back_from_their_slot_and_only_with_the_key_of_the_laptop() {
        let mut drafts = Drafts::default();
        drafts.put("place", "山田花子").unwrap();
        let (slot, bytes) = drafts.seal(&keys()).unwrap();
        assert_eq!(slot, DRAFTS_SLOT);
        assert!(!bytes.windows(12).any(|part| part == "山田花子".as_bytes()));
        assert_eq!(Drafts::open(&keys(), &bytes).unwrap(), drafts);
        let other = KeyFile::generate(&mut kyosei_testkit::Seed::fixed(6).rng());
        let other = DeviceKeys::from_key_file(&other).unwrap();
        assert_eq!(Drafts::open(&other, &bytes), Err(StateError::Damaged));
    }

    #[test]
    fn too_many_and_too_large_drafts_are_refused_and_the_others_stay() {
        let mut drafts = Drafts::default();
        assert_eq!(drafts.put("a", &"x".repeat(DRAFT_BYTES_MAX + 1)), Err(DraftRefused::TooLarge));
        for at in 0..DRAFTS_MAX {
            drafts.put(&at.to_string(), "x").unwrap();
        }
        assert_eq!(drafts.put("one more", "x"), Err(DraftRefused::TooMany));
        drafts.put("0", "y").unwrap();
        assert_eq!(drafts.iter().next(), Some(("0", "y")));
    }

    #[test]
    fn drafts_that_mention_an_erased_record_go_and_nothing_shows_their_text() {
        let mut drafts = Drafts::default();
        drafts.put("supporter:01J", "山田花子").unwrap();
        drafts.put("place", "/supporters/01J").unwrap();
        drafts.put("import", "{}").unwrap();
        drafts.remove_mentioning("01J");
        assert_eq!(drafts.iter().collect::<Vec<_>>(), [("import", "{}")]);
        assert_eq!(format!("{drafts:?}"), "Drafts(1)");
    }
}
