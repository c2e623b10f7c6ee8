//! The gate: first start, unlocking, locking.
//!
//! Creating a committee takes three steps, so that it counts only when the recovery sheets are on paper: `create` gives
//! the sheets and asks for some of their words; `create_confirm` with those words makes the vault count and opens it;
//! `create_cancel`, locking or quitting before that leaves nothing behind.

use crate::coded::Secret;
use crate::crossing::crossing;

crossing! {
    /// Nothing asked for, or nothing to answer.
    struct Nothing {}

    /// Where the program stands.
    enum Stage {
        /// There is no vault on this laptop yet.
        FirstStart,
        /// A committee is being created; its sheets wait for confirmation.
        Creating,
        /// There is a vault, and it is locked.
        Locked,
        /// The vault is open.
        Unlocked,
    }

    /// Why the vault is locked.
    enum LockReason {
        /// The program was just started.
        Started,
        /// Someone asked for it.
        Asked,
        /// Nobody did anything for the time set.
        Idle,
        /// The laptop went to sleep.
        Suspended,
        /// The screen was locked.
        ScreenLocked,
        /// The panic key.
        Panic,
    }

    /// What the gate shows.
    struct GateState {
        /// Where the program stands.
        pub stage: Stage,
        /// Why it is locked; `started` unless it was open before.
        pub lock_reason: LockReason,
        /// Milliseconds until the next passphrase is tried; 0 if at once.
        pub wait_ms: u32,
        /// Wrong passphrases since the last unlock.
        pub wrong_count: u32,
        /// Version of the program.
        pub version: String,
    }

    /// Which list the words of a proposed passphrase come from.
    enum WordList {
        /// English words.
        English,
        /// Japanese words, typed in Latin letters.
        Japanese,
    }

    /// Asks for a proposed passphrase.
    struct ProposalRequest {
        /// The list.
        pub list: WordList,
    }

    /// A proposed passphrase.
    struct Proposal {
        /// What to type.
        pub passphrase: Secret,
        /// How it reads, of Japanese words.
        pub kana: Option<Secret>,
    }

    /// A passphrase as typed.
    struct Typed {
        /// The passphrase.
        pub passphrase: Secret,
    }

    /// Whether a chosen passphrase is good enough.
    struct Strength {
        /// Whether it is accepted.
        pub accepted: bool,
        /// Code of the reason if not: `E-PASSPHRASE-MISSING`, `E-PASSPHRASE-LONG` or `E-PASSPHRASE-WEAK`.
        pub code: Option<String>,
    }

    /// What the founder of a committee decides.
    struct CreateRequest {
        /// The committee's name.
        pub committee: String,
        /// The founder's name.
        pub person: String,
        /// The laptop's name.
        pub device: String,
        /// The passphrase of this laptop.
        pub passphrase: Secret,
    }

    /// One recovery sheet, for printing. It is shown once.
    struct RecoverySheet {
        /// Number of the sheet, from 1.
        pub index: u8,
        /// Letters that all sheets of one set share.
        pub set: String,
        /// The words, in order.
        pub words: Vec<Secret>,
    }

    /// A word to type from a sheet.
    struct AskedWord {
        /// Number of the sheet.
        pub sheet: u8,
        /// Place of the word on it, from 1.
        pub place: u32,
    }

    /// The sheets of a committee that is being created.
    struct Sheets {
        /// All sheets.
        pub sheets: Vec<RecoverySheet>,
        /// How many of them restore everything.
        pub threshold: u8,
        /// The words to type, as a proof that the sheets are on paper.
        pub asked: Vec<AskedWord>,
    }

    /// The words that were asked for, in that order.
    struct ConfirmRequest {
        /// The words.
        pub words: Vec<Secret>,
    }

    /// Why to lock.
    struct LockRequest {
        /// Whether it was the panic key: the gate then shows nothing of what happened.
        pub panic: bool,
    }

    /// A change of the passphrase of this laptop.
    struct PassphraseChange {
        /// The present one.
        pub old: Secret,
        /// The new one.
        pub new: Secret,
    }
}
