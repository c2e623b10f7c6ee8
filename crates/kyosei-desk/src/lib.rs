//! The desk at which the commands of the window are answered.
//!
//! - A [`Desk`] is the handle that every window shares. Behind it one thread owns the open vault; commands are handed to it
//!   one after another, so there is no lock around the vault. A locked desk holds no vault, no key and no preview: a
//!   command that needs them is refused with `E-LOCKED` and has nothing to read.
//! - [`Outside`] is what the desk needs of the shell: file dialogs, and someone to tell notices to.
//! - [`idle`] decides when to warn and when to lock; [`SettingsFile`] keeps what is known before unlocking.
//!
//! The desk knows no window. Rules of the domain are in `kyosei-app`; an answer here parses, calls one use case, and
//! words nothing: failures are codes.

mod answers;
mod commands;
mod creating;
mod desk;
mod failures;
mod gate;
pub mod idle;
mod open;
mod outside;
mod rows;
mod settings;
mod worker;

pub use desk::{Desk, DeskFolders};
pub use outside::Outside;
pub use settings::SettingsFile;
