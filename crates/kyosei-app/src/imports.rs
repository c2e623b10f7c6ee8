//! Importing a file of registrations, and taking an import back.
//!
//! The preview is a value of `kyosei-intake`; importing is deciding what becomes of each of its rows. An import never
//! turns a refusal into agreement: a row of someone who opted out stays opted out, and one of someone who was erased is
//! not taken.

use kyosei_doc::record::register::RegisterLists;
use kyosei_intake::duplicates::KeyIndex;
use kyosei_intake::mapping::Mapping;
use kyosei_intake::preview::Options;
use kyosei_model::{ImportBatch, PairVerdict, RowFate};

use crate::register::{Register, Unreadable};
use crate::suppress::keyed;

mod decide;
mod run;
mod undo;

pub use decide::{Decisions, RowDecision, UpdatePolicy};
pub use run::{ImportRefused, Imported, ImportedFile, StillClosed, import_registrations};
pub use undo::{UndoRefused, Undone, undo_import};

/// The keys of all present records, of the rows of earlier imports and of the decisions about pairs.
///
/// # Errors
/// [`Unreadable`] if an import's record is damaged or of a newer version.
pub fn key_index(register: &Register) -> Result<KeyIndex, Unreadable> {
    let mut index = KeyIndex::new();
    for supporter in register.supporters() {
        index.add_supporter(supporter);
    }
    for id in register.import_ids() {
        let Some(batch) = register.import(id)?.filter(|batch| batch.undone.is_none()) else { continue };
        add_rows(&mut index, &batch);
    }
    if let Some(lists) = register.lists() {
        let apart = lists.pairs.values().filter(|decision| decision.verdict == PairVerdict::NotSame);
        for decision in apart {
            index.keep_apart(decision.pair);
        }
    }
    Ok(index)
}

/// Options with the column mappings that this register remembers and the key of its row hashes.
#[must_use]
pub fn remembered_options(lists: &RegisterLists) -> Options {
    let parsed = lists.mappings.iter().filter_map(|(fingerprint, text)| {
        Some((fingerprint_bytes(fingerprint)?, Mapping::from_toml(text).ok()?))
    });
    Options { remembered: parsed.collect(), row_key: row_key(lists), ..Options::default() }
}

/// The key of row hashes. Hashes without a key could be guessed at by someone who knows a person's answers.
#[must_use]
pub fn row_key(lists: &RegisterLists) -> [u8; 32] {
    keyed(&lists.tag_key, b"row", &[])
}

fn add_rows(index: &mut KeyIndex, batch: &ImportBatch) {
    for row in &batch.rows {
        match &row.fate {
            RowFate::Created(id) | RowFate::Updated(id) | RowFate::AlreadyPresent(id) => {
                index.add_row(row.row_hash, *id);
            }
            RowFate::RepeatedLine(_)
            | RowFate::Review
            | RowFate::Suppressed
            | RowFate::Rejected(_)
            | RowFate::Unreadable(_) => {}
        }
    }
}

fn fingerprint_text(fingerprint: [u8; 32]) -> String {
    fingerprint.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn fingerprint_bytes(text: &str) -> Option<[u8; 32]> {
    let bytes: Option<Vec<u8>> = (0..32)
        .map(|at| text.get(at * 2..at * 2 + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect();
    bytes?.try_into().ok()
}
