//! Looking for damage, and rebuilding the local state from the entries.

use std::collections::BTreeSet;

use kyosei_app::Register;
use kyosei_app::journal::ReadEntry;
use kyosei_app::replay::replay;
use kyosei_app::state::LocalState;
use kyosei_doc::Document;
use kyosei_store::{Batch, CheckFinding, SearchIndex};

use super::{UnlockError, Vault, VaultError};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Entries that were read and verified.
    pub entry_count: usize,
    /// Documents of the register.
    pub document_count: usize,
    /// What is wrong, by code.
    pub findings: Vec<Finding>,
}

/// Something wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The database file is damaged.
    Database,
    /// An entry is unusable; the text is its code.
    Entry(String),
    /// A document cannot be read by this version.
    Document(String),
    /// The local state does not follow from the entries; it can be rebuilt.
    State,
}

impl Vault {
    /// Checks the database and every entry from the first on; `deep` also rebuilds the register in memory and compares.
    ///
    /// # Errors
    /// [`VaultError`] if the check itself could not run.
    pub fn check(&self, deep: bool) -> Result<CheckReport, VaultError> {
        let mut findings: Vec<Finding> = self
            .store
            .check(deep)?
            .into_iter()
            .map(|finding| match finding {
                CheckFinding::Structure(_) | CheckFinding::OrphanPayload => Finding::Database,
            })
            .collect();
        findings.dedup();
        let (entries, bad) = self.read_everything()?;
        let entry_count = entries.len();
        findings.extend(bad.iter().map(|(_, reason)| Finding::Entry(reason.to_string())));
        findings.extend(self.register.unreadable().map(|(_, reason)| Finding::Document(reason.to_string())));
        if deep && self.differs_from_entries(entries) {
            findings.push(Finding::State);
        }
        Ok(CheckReport { entry_count, document_count: self.register.document_count(), findings })
    }

    /// Rebuilds the local state from the entries and stores it.
    ///
    /// # Errors
    /// [`UnlockError`]; the entries are untouched.
    pub fn rebuild(&mut self) -> Result<(), UnlockError> {
        self.journal = Self::journal_from_zero(&self.store, &self.keys)?;
        self.register = Register::default();
        let slots = self.store.state_slots().map_err(VaultError::from)?;
        self.state = LocalState::default();
        self.changed = BTreeSet::new();
        self.entries_since_state = 0;
        self.damage = Vec::new();
        self.catch_up()?;
        self.was_rebuilt = true;
        self.index = SearchIndex::new().map_err(VaultError::from)?;
        self.index_all()?;
        let state_delete =
            slots.into_iter().filter(|slot| *slot >= kyosei_app::state::PACK_SLOT_MIN).collect();
        Ok(self.save_state(Batch { state_delete, ..Batch::default() })?)
    }

    /// Whether a register built from these entries alone has other documents or other heads than the present one.
    fn differs_from_entries(&self, entries: Vec<ReadEntry>) -> bool {
        let mut rebuilt = Register::default();
        replay(&mut rebuilt, entries, self.state.erased());
        let heads = |register: &Register| -> Vec<_> {
            register
                .saves()
                .map(|(id, save)| (id, Document::load(save).map(|document| document.heads()).ok()))
                .collect()
        };
        heads(&rebuilt) != heads(&self.register)
    }
}
