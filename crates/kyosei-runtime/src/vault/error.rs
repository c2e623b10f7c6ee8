//! What can go wrong with a vault, each with a stable code and without personal data.

use kyosei_app::journal::{BadKeys, DraftError};
use kyosei_store::{IndexError, OpenError, StoreError};
use kyosei_vault::{KeyFileError, SealError};

use crate::folder::FolderError;

/// Why a change or a check of an open vault failed. What was written before is safe.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index in memory failed.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// Entries could not be written.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// Something could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// This vault is not in the space.
    #[error("no such space here")]
    NoSpace,
    /// Entries were stored and could not be taken into memory. They are safe; the vault must be opened again.
    #[error("the vault must be opened again")]
    Behind,
    /// There is a space for this purpose already.
    #[error("there is such a space already")]
    SpaceExists,
    /// The role of this device does not permit it.
    #[error("the role of this device does not permit it")]
    NotPermitted,
    /// Fewer people approved than the committee's policy asks for.
    #[error("too few approvals")]
    ApprovalsMissing,
}

/// Why a vault did not open. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The passphrase is wrong, or the key file is damaged.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The keys in the key file cannot be used.
    #[error(transparent)]
    Keys(#[from] BadKeys),
    /// The database did not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The local state or the database was written by a newer version.
    #[error("vault of a newer version")]
    NewerVersion,
    /// The database holds no space.
    #[error("the vault's database holds no committee")]
    Empty,
    /// The laptop has asked to join and was not welcomed yet.
    #[error("the laptop waits to be let in")]
    Joining,
    /// A step after opening failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Why a deed did not take place. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum WriteFailed<E> {
    /// The deed was refused.
    #[error("refused")]
    Refused(E),
    /// It could not be stored.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl VaultError {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => store_code(error),
            Self::Index(_) => "E-MEMORY",
            Self::NoSpace => "E-SPACE-MISSING",
            Self::Behind => "E-VAULT-BEHIND",
            Self::SpaceExists => "E-SPACE-EXISTS",
            Self::NotPermitted | Self::Draft(DraftError::NotPermitted(_)) => "E-NOT-PERMITTED",
            Self::ApprovalsMissing => "E-APPROVAL-MISSING",
            Self::Draft(DraftError::TooLarge) => "E-TOO-LARGE",
            Self::Draft(DraftError::NotApproved) => "E-APPROVAL-MISSING",
            Self::Draft(DraftError::NoEpoch | DraftError::NoLog) => "E-NO-KEY",
            Self::Draft(_) | Self::Seal(_) => "E-SEAL",
        }
    }
}

impl UnlockError {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Folder(error) => error.code(),
            Self::KeyFile(KeyFileError::NewerVersion) | Self::NewerVersion => "E-VAULT-NEWER",
            Self::KeyFile(KeyFileError::TooMuchWork) => "E-KEY-FILE",
            Self::KeyFile(_) => "E-PASSPHRASE",
            Self::Keys(_) => "E-KEY-FILE",
            Self::Open(error) => match error {
                OpenError::Missing | OpenError::NotAVault => "E-VAULT-DAMAGED",
                OpenError::NewerVersion => "E-VAULT-NEWER",
                OpenError::UnsafeBuild => "E-BUILD",
                OpenError::Store(error) => store_code(error),
            },
            Self::Joining => "E-JOIN-PENDING",
            Self::Empty => "E-VAULT-DAMAGED",
            Self::Vault(error) => error.code(),
        }
    }

    /// Whether the passphrase may be the reason.
    #[must_use]
    pub const fn is_passphrase(&self) -> bool {
        matches!(self, Self::KeyFile(KeyFileError::WrongPassphraseOrDamaged))
    }
}

impl FolderError {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "E-VAULT-MISSING",
            Self::Exists => "E-VAULT-EXISTS",
            Self::NotEmpty => "E-FOLDER-NOT-EMPTY",
            Self::KeyFileMissing => "E-KEY-FILE-MISSING",
            Self::InUse => "E-VAULT-IN-USE",
            Self::ReadOnly => "E-READ-ONLY",
            Self::DiskFull => "E-DISK-FULL",
            Self::Io => "E-DISK",
        }
    }
}

/// The code of a failure of the database.
pub(super) const fn store_code(error: &StoreError) -> &'static str {
    match error {
        StoreError::DiskFull => "E-DISK-FULL",
        StoreError::ReadOnly => "E-READ-ONLY",
        StoreError::Damaged => "E-VAULT-DAMAGED",
        StoreError::Io => "E-DISK",
        StoreError::Busy => "E-VAULT-IN-USE",
        StoreError::Unexpected { .. } => "E-DATABASE",
    }
}
