//! The one owner of an open vault: files, clock, entropy, and the order in which things become durable.
//!
//! - [`Vault`] is an open vault: [`Vault::create`], [`Vault::unlock`], [`Vault::write`], [`Vault::close`].
//! - [`members`] has the names of what membership is about: devices, spaces, roles, tickets.
//! - [`online`] puts an open vault on the network: [`online::Online`] is the one loop.
//! - [`files`] replaces files safely; [`VaultFolder`] names the files of a vault and lets one process in.
//! - [`hardening`] keeps memory out of core dumps and messages out of panics.
//! - [`environment`] is the clock and the entropy of this process.
//!
//! What people do with records is in `kyosei-app`; screens and commands are in the shells.

#[cfg(all(feature = "testing", not(debug_assertions)))]
compile_error!("the feature `testing` weakens the key derivation and must never be part of a release build");

pub mod environment;
pub mod files;
mod folder;
pub mod hardening;
pub mod members;
pub mod online;
mod vault;

pub use ed25519_dalek::SigningKey;
pub use environment::{Environment, EnvironmentError};
pub use folder::{FolderError, VaultFolder};
pub use vault::{
    BundleFailed, BundleFor, BundleSummary, CheckReport, Compacted, CreateError, Created, DeviceReach,
    Erased, Finding, InviteError, Invited, JoinError, Joining, LOG_QUOTA_BYTES_DEFAULT, Maintained,
    NewCommittee, PassphraseChangeError, Reach, SearchQuery, SheetRefused, ShownChange, Status, UnlockError,
    Vault, VaultError, WriteFailed,
};
