//! Opening a vault, and changing its passphrase.

use std::path::Path;

use kyosei_access::{LogId, SpaceId};
use kyosei_app::Replica;
use kyosei_app::book::{BOOK_SLOT, Book};
use kyosei_app::journal::{BadEntry, DeviceKeys, EntrySource, Journal, Origin, OwnLog, StoredEntry};
use kyosei_app::replica::Effects;
use kyosei_app::state::{Covered, KEY_RING_SLOT, KeyRing, LocalState, StateError};
use kyosei_store::{SearchIndex, Store, StoreError};
use kyosei_vault::{KeyFileError, open_key_file, seal_key_file};
use secrecy::SecretString;

use super::{Space, SpaceEntries, UnlockError, Vault, VaultError, fresh_run, index_row, space_at};
use crate::environment::Environment;
use crate::files::{read_at_most, write_atomically};
use crate::folder::{FolderError, VaultFolder};

/// Largest key file in bytes; more is not one.
pub(super) const KEY_FILE_BYTES_MAX: u64 = 64 << 10;

/// Why the passphrase was not changed. The old one still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseChangeError {
    /// The old passphrase is wrong, or the key file is damaged.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The folder cannot be written.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

impl PassphraseChangeError {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KeyFile(KeyFileError::NewerVersion) => "E-VAULT-NEWER",
            Self::KeyFile(KeyFileError::TooMuchWork) => "E-KEY-FILE",
            Self::KeyFile(_) => "E-PASSPHRASE",
            Self::Folder(error) => error.code(),
        }
    }
}

impl Vault {
    /// Opens a vault. `passphrase` is in its normal form.
    ///
    /// # Errors
    /// See [`UnlockError`].
    pub fn unlock(
        path: &Path,
        passphrase: &SecretString,
        environment: Environment,
    ) -> Result<Self, UnlockError> {
        let folder = VaultFolder::open(path)?;
        let sealed = read_at_most(&folder.key_file(), KEY_FILE_BYTES_MAX).map_err(FolderError::from)?;
        let keys = DeviceKeys::from_key_file(&open_key_file(&sealed, passphrase)?)?;
        Self::open_with_keys(folder, keys, environment)
    }

    /// Opens a vault whose keys are known: everything that unlocking does but the key derivation.
    ///
    /// # Errors
    /// See [`UnlockError`].
    pub fn open_with_keys(
        folder: VaultFolder,
        keys: DeviceKeys,
        mut environment: Environment,
    ) -> Result<Self, UnlockError> {
        let store = Store::open(&folder.database())?;
        let mut ring = read_ring(&store, &keys)?;
        let book = read_book(&store, &keys)?;
        for space in store.spaces().map_err(VaultError::from)? {
            ring.add(SpaceId::from_bytes(space));
        }
        let mut spaces = Vec::new();
        let mut was_rebuilt = false;
        for (id, in_ring) in ring.spaces() {
            let loaded =
                LocalState::load(in_ring.number, in_ring.own.clone(), &keys, |slot| store.state(slot));
            spaces.push(match loaded.map_err(VaultError::from)? {
                Ok(loaded) => {
                    let place = still_covered(&store, id, loaded.covered).map_err(VaultError::from)?;
                    (Space::new(loaded.replica, loaded.state), place)
                }
                Err(StateError::NewerVersion) => return Err(UnlockError::NewerVersion),
                Err(StateError::Missing | StateError::Damaged) => {
                    was_rebuilt = true;
                    let replica = Replica::new(Journal::empty(id, in_ring.own.clone()));
                    (Space::new(replica, LocalState::of_space(in_ring.number)), None)
                }
            });
        }
        let ids: Vec<(SpaceId, Option<i64>)> =
            spaces.iter().map(|(space, through)| (space.id(), *through)).collect();
        let mut spaces = spaces.into_iter().map(|(space, _)| space);
        let is_joining = book.joining.is_some();
        let home = spaces.next().ok_or(if is_joining { UnlockError::Joining } else { UnlockError::Empty })?;
        let mut vault = Self {
            run: fresh_run(&mut environment),
            environment,
            folder,
            keys,
            store,
            ring,
            book,
            is_book_stale: false,
            is_behind: false,
            home,
            others: spaces.map(|space| (space.id(), space)).collect(),
            index: SearchIndex::new().map_err(VaultError::from)?,
            was_rebuilt,
            damage: Vec::new(),
            quota: None,
        };
        for (id, through) in ids {
            vault.catch_up(id, through)?;
        }
        vault.index_all()?;
        // The backup of the key file was kept until the new one had proved itself; it has now.
        let _removed = std::fs::remove_file(vault.folder.key_file_backup());
        Ok(vault)
    }

    /// Replaces the key file by one under another passphrase; both are in their normal form. The keys stay the same.
    ///
    /// The old file is kept beside it until the next unlock.
    ///
    /// # Errors
    /// See [`PassphraseChangeError`].
    pub fn change_passphrase(
        path: &Path,
        old: &SecretString,
        new: &SecretString,
        environment: &Environment,
    ) -> Result<(), PassphraseChangeError> {
        let folder = VaultFolder::open(path)?;
        let sealed = read_at_most(&folder.key_file(), KEY_FILE_BYTES_MAX).map_err(FolderError::from)?;
        let keys = open_key_file(&sealed, old)?;
        let resealed = seal_key_file(&keys, new, environment.work())?;
        write_atomically(&folder.key_file_backup(), &sealed).map_err(FolderError::from)?;
        Ok(write_atomically(&folder.key_file(), &resealed).map_err(FolderError::from)?)
    }

    /// Takes in the entries that were stored after the local state was saved, or all of them if there is none.
    fn catch_up(&mut self, id: SpaceId, through: Option<i64>) -> Result<(), VaultError> {
        let now_ms = self.environment.now().get();
        let Some(mut after) = through else {
            let source = SpaceEntries { store: &self.store, space: id };
            let space = space_at(&mut self.home, &mut self.others, id)?;
            let effects = space.replica.rebuild(&self.keys, now_ms, &source)?;
            self.give_up_damaged_log(id, &effects)?;
            return self.follow(id, &effects);
        };
        loop {
            let source = SpaceEntries { store: &self.store, space: id };
            let page = source.page(after)?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            after = *last;
            let arriving: Vec<StoredEntry<'_>> = page.iter().map(|(_, entry)| entry.as_stored()).collect();
            let replica = &mut space_at(&mut self.home, &mut self.others, id)?.replica;
            let admission = replica.admit(&arriving, Origin::Disk, &source)?;
            let effects = replica.take(&admission, &arriving, Origin::Disk, &self.keys, now_ms, &source)?;
            self.give_up_damaged_log(id, &effects)?;
            self.follow(id, &effects)?;
            if effects.was_rebuilt {
                // That took in all that is stored; the pages that follow would look like forks of it.
                return Ok(());
            }
        }
    }

    /// What comes after an entry that cannot be read cannot be read either; writing there would fork the log.
    fn give_up_damaged_log(&mut self, id: SpaceId, effects: &Effects) -> Result<(), VaultError> {
        let own = self.space(id)?.replica.journal().own_log().map(OwnLog::id);
        let is_cut =
            |(log, reason): &(LogId, BadEntry)| matches!(reason, BadEntry::Refused(_)) && Some(*log) == own;
        if effects.bad.iter().any(is_cut) {
            self.space_mut(id)?.replica.abandon_own_log();
        }
        Ok(())
    }

    pub(super) fn index_all(&mut self) -> Result<(), VaultError> {
        let rows = self.home.replica.register().supporters().map(index_row);
        Ok(self.index.put(rows)?)
    }
}

/// The key ring; an empty one if it is lost or damaged: the next write then opens new logs.
fn read_ring(store: &Store, keys: &DeviceKeys) -> Result<KeyRing, UnlockError> {
    let Some(slot) = store.state(KEY_RING_SLOT).map_err(VaultError::from)? else {
        return Ok(KeyRing::default());
    };
    match KeyRing::open(keys, &slot) {
        Ok(ring) => Ok(ring),
        Err(StateError::NewerVersion) => Err(UnlockError::NewerVersion),
        Err(StateError::Missing | StateError::Damaged) => Ok(KeyRing::default()),
    }
}

/// The book; an empty one if it is lost or damaged.
fn read_book(store: &Store, keys: &DeviceKeys) -> Result<Book, UnlockError> {
    let Some(slot) = store.state(BOOK_SLOT).map_err(VaultError::from)? else { return Ok(Book::default()) };
    match Book::open(keys, &slot) {
        Ok(book) => Ok(book),
        Err(StateError::NewerVersion) => Err(UnlockError::NewerVersion),
        Err(StateError::Missing | StateError::Damaged) => Ok(Book::default()),
    }
}

/// The place from which on entries are to be taken in; none if a payload came since for an entry before it: then all are.
fn still_covered(store: &Store, id: SpaceId, covered: Covered) -> Result<Option<i64>, StoreError> {
    let is_same = store.awaiting_count(id.as_bytes(), covered.through)? == covered.awaited_count;
    Ok(is_same.then_some(covered.through))
}
