//! Looking for damage, and rebuilding the local state from the entries.

use kyosei_app::Replica;
use kyosei_app::compaction::Survey;
use kyosei_doc::Document;
use kyosei_store::{Batch, CheckFinding, SearchIndex};

use super::{SpaceEntries, Vault, VaultError, space_at};

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
    /// Somebody's snapshot is not what the entries say. It is never used unless another person stands behind it.
    Snapshot,
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
        let (mut entry_count, mut document_count) = (0, 0);
        for id in self.space_ids() {
            let space = self.space(id)?;
            let source = SpaceEntries { store: &self.store, space: id };
            let all = space.replica.read_all(&self.keys, &source)?;
            entry_count = all.entries.len().saturating_add(entry_count);
            findings.extend(all.bad.iter().map(|(_, reason)| Finding::Entry(reason.to_string())));
            let survey = Survey::new(&space.replica, &all.entries, self.keys.device());
            findings.extend(survey.review().unequal.iter().map(|_| Finding::Snapshot));
            let register = space.replica.register();
            document_count = register.document_count().saturating_add(document_count);
            findings.extend(register.unreadable().map(|(_, reason)| Finding::Document(reason.to_string())));
            if deep && self.differs_from_entries(&space.replica, &source)? {
                findings.push(Finding::State);
            }
        }
        Ok(CheckReport { entry_count, document_count, findings })
    }

    /// Builds the local state anew from the entries.
    ///
    /// # Errors
    /// [`VaultError`]; the entries are untouched.
    pub fn rebuild(&mut self) -> Result<(), VaultError> {
        let now_ms = self.environment.now().get();
        let filled = self.store.state_slots()?;
        self.damage = Vec::new();
        for id in self.space_ids() {
            let source = SpaceEntries { store: &self.store, space: id };
            let space = space_at(&mut self.home, &mut self.others, id)?;
            let effects = space.replica.rebuild(&self.keys, now_ms, &source)?;
            let state_delete = space.state.own_packs(&filled);
            space.state.forget_packs();
            space.changed = space.replica.register().saves().map(|(id, _)| id).collect();
            self.follow(id, &effects)?;
            self.save_state(id, Batch { state_delete, ..Batch::default() })?;
        }
        self.was_rebuilt = true;
        self.index = SearchIndex::new()?;
        self.index_all()
    }

    /// Whether a replica built from the entries alone has other documents or other heads than the present one.
    fn differs_from_entries(&self, replica: &Replica, source: &SpaceEntries<'_>) -> Result<bool, VaultError> {
        let mut rebuilt = replica.clone();
        rebuilt.rebuild(&self.keys, self.environment.now().get(), source)?;
        let heads = |replica: &Replica| -> Vec<_> {
            let saves = replica.register().saves();
            saves.map(|(id, save)| (id, Document::load(save).map(|document| document.heads()).ok())).collect()
        };
        Ok(heads(&rebuilt) != heads(replica))
    }
}
