//! What is being typed, kept sealed while it is not saved.
//!
//! A draft is a text that only the window understands, under a name of its own (`supporter:new`, `place`). It survives
//! locking and quitting, never leaves this laptop, and is readable only while the vault is open.

use crate::crossing::crossing;

crossing! {
    /// One draft.
    struct Draft {
        /// Its name.
        pub name: String,
        /// Its text.
        pub body: String,
    }

    /// Which draft.
    struct DraftRef {
        /// Its name.
        pub name: String,
    }

    /// All drafts.
    struct Drafts {
        /// By name.
        pub drafts: Vec<Draft>,
    }
}
