//! Whether a test shall check a part or the whole.
//!
//! `./dev test` checks a seeded part of each long sweep. `./dev torture` sets `KYOSEI_TORTURE` to a folder for
//! its notes, and the same tests check the whole, in several sittings if need be. It chooses tests by the
//! word `sweep` in their names.

use std::env;
use std::path::PathBuf;

/// The environment variable that asks for the whole and names the folder of the notes.
pub const VARIABLE: &str = "KYOSEI_TORTURE";

/// The folder of the notes; nothing when a part is enough.
pub fn folder() -> Option<PathBuf> {
    env::var_os(VARIABLE).map(PathBuf::from)
}
