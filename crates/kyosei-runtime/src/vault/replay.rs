//! Bringing the register up to date from the entries on the disk.

use std::collections::BTreeSet;

use kyosei_access::{EntryId, LogId, SpaceId};
use kyosei_app::journal::{BadEntry, Content, DeviceKeys, Journal, ReadEntry, StoredEntry};
use kyosei_app::replay::replay;
use kyosei_app::state::{KEY_RING_SLOT, LocalState, StateError};
use kyosei_store::{Batch, EntryRow, Store};

use super::{UnlockError, Vault, VaultError};

/// What is wrong with entries, and in which logs.
pub(super) type BadEntries = Vec<(LogId, BadEntry)>;

impl Vault {
    /// An empty journal of the space in this store, for reading everything anew.
    pub(super) fn journal_from_zero(store: &Store, keys: &DeviceKeys) -> Result<Journal, UnlockError> {
        let logs = store.logs().map_err(VaultError::from)?;
        let (space, _) = logs.first().ok_or(UnlockError::Empty)?;
        let space = SpaceId::from_bytes(*space);
        let ring = store.state(KEY_RING_SLOT).map_err(VaultError::from)?;
        let own = match ring.map(|ring| LocalState::own_log(keys, &ring, space)) {
            Some(Err(StateError::NewerVersion)) => return Err(UnlockError::NewerVersion),
            Some(Ok(own)) => own,
            Some(Err(StateError::Missing | StateError::Damaged)) | None => None,
        };
        Ok(Journal::restore(space, &[], Vec::new(), own, keys))
    }

    /// Reads the entries after the local state and applies them.
    pub(super) fn catch_up(&mut self) -> Result<(), VaultError> {
        let mut entries = Vec::new();
        let logs = new_rows(&self.store, &self.journal)?;
        let all: Vec<StoredEntry<'_>> = logs.iter().flat_map(|(_, rows)| rows).map(stored).collect();
        self.journal.learn_operations(&all, &self.keys);
        for (log, rows) in &logs {
            self.entries_since_state = self.entries_since_state.saturating_add(rows.len());
            let stored: Vec<StoredEntry<'_>> = rows.iter().map(stored).collect();
            for read in self.journal.read(&stored, &self.keys) {
                match read {
                    Ok(entry) => {
                        if let Content::Bad(reason) = &entry.content {
                            self.damage.push(*reason);
                        }
                        entries.push(entry);
                    }
                    Err(reason) => {
                        self.damage.push(reason);
                        // What comes after cannot be read either. Writing there would fork the log.
                        if self.journal.own_log().is_some_and(|own| own.id() == *log) {
                            self.journal.abandon_own_log();
                        }
                    }
                }
            }
        }
        let replayed = replay(&mut self.register, entries, self.state.erased());
        replayed.erased.iter().for_each(|doc| self.state.mark_erased(*doc));
        self.changed.extend(replayed.changed);
        self.wipe(&replayed.dropped)
    }

    /// All entries of the space, read and verified from the first on, with what is wrong with each bad one.
    pub(super) fn read_everything(&self) -> Result<(Vec<ReadEntry>, BadEntries), VaultError> {
        let mut journal =
            Journal::restore(self.journal.space(), &self.journal.operations(), Vec::new(), None, &self.keys);
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for (log, rows) in new_rows(&self.store, &journal)? {
            let stored: Vec<StoredEntry<'_>> = rows.iter().map(stored).collect();
            for read in journal.read(&stored, &self.keys) {
                match read {
                    Ok(entry) => {
                        if let Content::Bad(reason) = &entry.content {
                            bad.push((log, *reason));
                        }
                        good.push(entry);
                    }
                    Err(reason) => bad.push((log, reason)),
                }
            }
        }
        Ok((good, bad))
    }

    fn wipe(&mut self, dropped: &BTreeSet<EntryId>) -> Result<(), VaultError> {
        if dropped.is_empty() {
            return Ok(());
        }
        let payload_delete = dropped.iter().map(|id| *id.as_bytes()).collect();
        Ok(self.store.commit(&Batch { payload_delete, ..Batch::default() })?)
    }
}

/// For each log of the journal's space, the rows after its tip.
fn new_rows(store: &Store, journal: &Journal) -> Result<Vec<(LogId, Vec<EntryRow>)>, VaultError> {
    let mut found = Vec::new();
    for (space, log) in store.logs()? {
        if space != *journal.space().as_bytes() {
            continue;
        }
        let id = LogId::from_bytes(log);
        let Some(from) = journal.logs().tip(id).map_or(Some(0), |tip| tip.seq.checked_add(1)) else {
            continue;
        };
        found.push((id, store.entries_from(&space, &log, from)?));
    }
    Ok(found)
}

fn stored(row: &EntryRow) -> StoredEntry<'_> {
    StoredEntry { header: &row.header, payload: row.payload.as_deref() }
}
