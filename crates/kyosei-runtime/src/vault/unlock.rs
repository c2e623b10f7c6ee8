//! Opening a vault, and changing its passphrase.

use std::collections::BTreeSet;
use std::path::Path;

use kyosei_app::Register;
use kyosei_app::journal::DeviceKeys;
use kyosei_app::state::{LocalState, StateError};
use kyosei_store::{SearchIndex, Store};
use kyosei_vault::{KeyFileError, open_key_file, seal_key_file};
use secrecy::SecretString;

use super::{UnlockError, Vault, VaultError, fresh_actor, index_row};
use crate::environment::Environment;
use crate::files::{read_at_most, write_atomically};
use crate::folder::{FolderError, VaultFolder};

/// Largest key file in bytes; more is not one.
const KEY_FILE_BYTES_MAX: u64 = 64 << 10;

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
        let loaded = LocalState::load(&keys, |slot| store.state(slot)).map_err(VaultError::from)?;
        let (state, journal, register, was_rebuilt) = match loaded {
            Ok(loaded) => (loaded.state, loaded.journal, loaded.register, false),
            Err(StateError::NewerVersion) => return Err(UnlockError::NewerVersion),
            Err(StateError::Missing | StateError::Damaged) => {
                let journal = Self::journal_from_zero(&store, &keys)?;
                (LocalState::default(), journal, Register::default(), true)
            }
        };
        let mut vault = Self {
            actor: fresh_actor(&mut environment),
            environment,
            folder,
            keys,
            store,
            journal,
            register,
            state,
            index: SearchIndex::new().map_err(VaultError::from)?,
            changed: BTreeSet::new(),
            entries_since_state: 0,
            was_rebuilt,
            damage: Vec::new(),
        };
        vault.catch_up()?;
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

    pub(super) fn index_all(&mut self) -> Result<(), VaultError> {
        let rows = self.register.supporters().map(index_row);
        Ok(self.index.put(rows)?)
    }
}
