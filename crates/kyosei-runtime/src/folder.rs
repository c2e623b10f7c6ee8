//! The folder of a vault: its file names, and the lock that lets one process in.
//!
//! The names say nothing of people, committees or spaces. The lock belongs to the open file, so it is gone when the
//! process is, however it ended.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Passable by the owner alone.
const OWNER_ONLY: u32 = 0o700;

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
    /// Makes or takes an empty folder for a new vault. What an interrupted creation left there is removed.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub fn create(path: &Path) -> Result<Self, FolderError> {
        DirBuilder::new().recursive(true).mode(OWNER_ONLY).create(path)?;
        let folder = Self::lock(path)?;
        if folder.key_file().exists() {
            return Err(FolderError::Exists);
        }
        let known = [folder.database(), folder.lock_file()];
        for entry in std::fs::read_dir(path)? {
            let found = entry?.path();
            let is_ours =
                known.iter().any(|name| found.to_string_lossy().starts_with(&*name.to_string_lossy()));
            let is_key = found.to_string_lossy().starts_with(&*folder.key_file().to_string_lossy());
            if !is_ours && !is_key {
                return Err(FolderError::NotEmpty);
            }
            if found != folder.lock_file() {
                std::fs::remove_file(found)?;
            }
        }
        Ok(folder)
    }

    /// Takes the folder of an existing vault.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        if !path.join("device.age").is_file() {
            return Err(FolderError::Missing);
        }
        Self::lock(path)
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The sealed key file.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        self.path.join("device.age")
    }

    /// The key file before the last change of the passphrase.
    #[must_use]
    pub fn key_file_backup(&self) -> PathBuf {
        self.path.join("device.age.bak")
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join("vault.db")
    }

    fn lock_file(&self) -> PathBuf {
        self.path.join("lock")
    }

    fn lock(path: &Path) -> Result<Self, FolderError> {
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}
