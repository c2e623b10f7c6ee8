//! The folder of a vault: its file names, and the lock that lets one process in.
//!
//! The names say nothing of people, committees or spaces. The lock belongs to the open file, so it is gone when the
//! process is, however it ended.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::files::sync_folder;

/// Passable by the owner alone.
const OWNER_ONLY: u32 = 0o700;
const LOCK: &str = "lock";
/// Lies in the folder while a vault is being created.
const CREATION_MARK: &str = "creating";
const KEY_FILE: &str = "device.age";
const KEY_FILE_NEW: &str = "device.age.new";
const KEY_FILE_BACKUP: &str = "device.age.bak";
const DATABASE: &str = "vault.db";
const DATABASE_WAL: &str = "vault.db-wal";
const DATABASE_SHM: &str = "vault.db-shm";
/// SQLite's rollback journal, there only until the database is in write-ahead mode.
const DATABASE_JOURNAL: &str = "vault.db-journal";

/// A vault's folder, held by this process.
#[derive(Debug)]
pub struct VaultFolder {
    path: PathBuf,
    _lock: File,
}

/// Why the folder cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// There is no vault at this place.
    #[error("no vault here")]
    Missing,
    /// There is a vault at this place already.
    #[error("there is a vault here already")]
    Exists,
    /// There is a database, but the key file without which nothing can open it is gone.
    #[error("the key file is missing")]
    KeyFileMissing,
    /// The folder holds other files.
    #[error("the folder is not empty")]
    NotEmpty,
    /// Another process has this vault open.
    #[error("the vault is open in another program")]
    InUse,
    /// The folder cannot be written.
    #[error("the folder cannot be written")]
    ReadOnly,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The disk failed.
    #[error("the disk failed")]
    Io,
}

impl From<io::Error> for FolderError {
    fn from(error: io::Error) -> Self {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "std's list of kinds grows; the rest is a failing disk"
        )]
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::DiskFull
            }
            _ => Self::Io,
        }
    }
}

impl VaultFolder {
    /// Makes or takes an empty folder for a new vault. What an interrupted creation left there is removed; nothing else
    /// ever is.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub fn create(path: &Path) -> Result<Self, FolderError> {
        DirBuilder::new().recursive(true).mode(OWNER_ONLY).create(path)?;
        std::fs::set_permissions(path, Permissions::from_mode(OWNER_ONLY))?;
        let folder = Self::lock(path)?;
        let was_interrupted = folder.creation_mark().exists();
        // An interrupted creation leaves no backup of a key file: where one is, there was a vault in use.
        let was_in_use =
            folder.key_file_backup().exists() || (!was_interrupted && folder.key_file().exists());
        if was_in_use {
            return Err(FolderError::Exists);
        }
        if !was_interrupted && folder.database().exists() {
            return Err(FolderError::KeyFileMissing);
        }
        let left_over = folder.left_over()?;
        File::create(folder.creation_mark())?.sync_all()?;
        sync_folder(path)?;
        left_over.iter().try_for_each(std::fs::remove_file)?;
        // SQLite gives its other files the mode of this one.
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.database())?;
        Ok(folder)
    }

    /// Declares the creation of the vault complete. Until then the vault counts as not created.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub fn complete_creation(&self) -> Result<(), FolderError> {
        std::fs::remove_file(self.creation_mark())?;
        Ok(sync_folder(&self.path)?)
    }

    /// Takes the folder of an existing vault.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        if path.join(CREATION_MARK).exists() {
            return Err(FolderError::Missing);
        }
        match (path.join(KEY_FILE).is_file(), path.join(DATABASE).is_file()) {
            (true, _) => Self::lock(path),
            (false, true) => Err(FolderError::KeyFileMissing),
            (false, false) => Err(FolderError::Missing),
        }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The sealed key file.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        self.path.join(KEY_FILE)
    }

    /// The key file before the last change of the passphrase.
    #[must_use]
    pub fn key_file_backup(&self) -> PathBuf {
        self.path.join(KEY_FILE_BACKUP)
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    fn creation_mark(&self) -> PathBuf {
        self.path.join(CREATION_MARK)
    }

    /// Files of an interrupted creation. Any other file means that this is not a folder for a vault.
    fn left_over(&self) -> Result<Vec<PathBuf>, FolderError> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.path)? {
            let name = entry?.file_name();
            match name.to_str() {
                Some(LOCK | CREATION_MARK) => {}
                Some(KEY_FILE | KEY_FILE_NEW | DATABASE | DATABASE_WAL | DATABASE_SHM | DATABASE_JOURNAL) => {
                    found.push(self.path.join(name));
                }
                Some(_) | None => return Err(FolderError::NotEmpty),
            }
        }
        Ok(found)
    }

    fn lock(path: &Path) -> Result<Self, FolderError> {
        let lock =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}
