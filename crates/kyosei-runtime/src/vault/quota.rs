//! How much a mailbox takes of each log, so that one device cannot fill the disk that the whole committee relies on.
//!
//! Off unless [`Vault::set_log_quota`] switches it on for this run. A log that is used up stops there: later entries are
//! refused, those before stay and are passed on, and what was refused arrives when the quota is raised.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{LogId, SpaceId};
use kyosei_sync::{SignedHeader, WireEntry};

use super::{Vault, VaultError};

/// What a mailbox takes of each log unless told otherwise, in bytes of headers and payloads.
pub const LOG_QUOTA_BYTES_DEFAULT: u64 = 1 << 30;

/// What was taken of each log.
pub(super) struct Quota {
    bytes_max: u64,
    used: BTreeMap<LogId, u64>,
    over: BTreeSet<LogId>,
}

impl Quota {
    /// Marks which entries fit. `known` tells which are here already: they take no more room.
    fn fitting(&mut self, entries: &[WireEntry], known: &BTreeSet<usize>) -> Vec<WireEntry> {
        let mut tally = self.used.clone();
        let mut fitting = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            // What no log signed is refused by the intake and says nothing about the log that it names.
            let signed = SignedHeader::decode(&entry.header).ok().filter(|header| header.verify().is_ok());
            if let Some(header) = signed.filter(|_| !known.contains(&index)) {
                let log = header.header().log;
                let used = tally.entry(log).or_default();
                let after = used.saturating_add(byte_count(entry));
                if after > self.bytes_max || self.over.contains(&log) {
                    self.over.insert(log);
                    continue;
                }
                *used = after;
            }
            fitting.push(entry.clone());
        }
        fitting
    }

    /// Counts entries that were stored.
    pub(super) fn count<'a>(&mut self, stored: impl IntoIterator<Item = (LogId, &'a WireEntry)>) {
        for (log, entry) in stored {
            let used = self.used.entry(log).or_default();
            *used = used.saturating_add(byte_count(entry));
        }
    }
}

impl Vault {
    /// Takes at most so many bytes of each log from now on; none lifts the limit.
    ///
    /// # Errors
    /// [`VaultError`] if what is here cannot be counted.
    pub fn set_log_quota(&mut self, bytes_max: Option<u64>) -> Result<(), VaultError> {
        self.quota = match bytes_max {
            None => None,
            Some(bytes_max) => Some(Quota { bytes_max, used: self.used_by_log()?, over: BTreeSet::new() }),
        };
        Ok(())
    }

    /// The logs of which entries were refused since the quota was set.
    #[must_use]
    pub fn logs_over_quota(&self) -> BTreeSet<LogId> {
        self.quota.as_ref().map(|quota| quota.over.clone()).unwrap_or_default()
    }

    /// The entries that the quota lets in; none if there is no quota.
    pub(super) fn within_quota(
        &mut self,
        entries: &[WireEntry],
    ) -> Result<Option<Vec<WireEntry>>, VaultError> {
        if self.quota.is_none() {
            return Ok(None);
        }
        let mut known = BTreeSet::new();
        for (index, entry) in entries.iter().enumerate() {
            if self.has_entry(entry)? {
                known.insert(index);
            }
        }
        Ok(self.quota.as_mut().map(|quota| quota.fitting(entries, &known)))
    }

    fn used_by_log(&self) -> Result<BTreeMap<LogId, u64>, VaultError> {
        let mut used: BTreeMap<LogId, u64> = BTreeMap::new();
        for space in self.space_ids() {
            self.add_used(space, &mut used)?;
        }
        Ok(used)
    }

    fn add_used(&self, space: SpaceId, used: &mut BTreeMap<LogId, u64>) -> Result<(), VaultError> {
        let mut after = 0;
        loop {
            let page = self.store.page(space.as_bytes(), after)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.number;
            for row in page {
                let Ok(header) = SignedHeader::decode(&row.header) else { continue };
                let entry = WireEntry { header: row.header, payload: row.payload };
                let sum = used.entry(header.header().log).or_default();
                *sum = sum.saturating_add(byte_count(&entry));
            }
        }
    }
}

fn byte_count(entry: &WireEntry) -> u64 {
    u64::try_from(entry.byte_count()).unwrap_or(u64::MAX)
}
