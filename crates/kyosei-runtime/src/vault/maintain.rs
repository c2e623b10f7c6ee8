//! What every member's device does by itself: rotating keys, giving readers the key that they lack, saying that a wrap is
//! wrong, dropping payloads whose time has come, compacting (rules E2-E4, D1, H11).

use std::time::Duration;

use kyosei_access::{RotationReason, SpaceId, Write};
use kyosei_store::Batch;

use super::{Compacted, SpaceEntries, Vault, VaultError, space_at};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Maintained {
    /// Epochs that were minted.
    pub rotations: usize,
    /// Epochs that were wrapped for readers that lacked them.
    pub wraps: usize,
    /// Epochs that this device asked the others for: their wraps were wrong or missing.
    pub complaints: usize,
    /// Payloads that were dropped, because their time had come.
    pub dropped: usize,
    /// What compaction did.
    pub compacted: Compacted,
}

impl Maintained {
    /// Whether anything was done.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Vault {
    /// Does what is due in a space. Whoever runs several devices at once waits a random while before, so that not all
    /// rotate; extra epochs are harmless.
    ///
    /// # Errors
    /// [`VaultError`]; what was done before stays done.
    pub fn maintain(&mut self, id: SpaceId) -> Result<Maintained, VaultError> {
        self.refuse_if_behind()?;
        let mut done = Maintained::default();
        let now_ms = self.environment.now().get();
        let source = SpaceEntries { store: &self.store, space: id };
        let due = space_at(&mut self.home, &mut self.others, id)?.replica.drops_due(now_ms, &source)?;
        if !due.is_empty() {
            let payload_delete = due.iter().map(|entry| *entry.as_bytes()).collect();
            self.space_mut(id)?.is_stale = true;
            self.save_state(id, Batch { payload_delete, ..Batch::default() })?;
            done.dropped = due.len();
        }
        done.complaints = self.complain(id)?;
        if self.compaction_due(id)? {
            done.compacted = self.compact(id)?;
        }
        if !self.space(id)?.replica.journal().membership().can::<Write>(self.keys.device()) {
            return Ok(done);
        }
        if self.rotation_due(id)?.is_some() {
            self.rotate(id)?;
            done.rotations = 1;
        }
        done.wraps = self.add_missing_wraps(id)?;
        Ok(done)
    }

    /// Mints an epoch for the present readers of a space.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn rotate(&mut self, id: SpaceId) -> Result<(), VaultError> {
        self.ensure_own_log(id)?;
        let mut draft = self.space(id)?.replica.journal().draft();
        draft.rotate(&self.keys, self.environment.rng())?;
        self.commit(id, draft, Vec::new(), Batch::default())
    }

    fn rotation_due(&self, id: SpaceId) -> Result<Option<RotationReason>, VaultError> {
        let journal = self.space(id)?.replica.journal();
        let membership = journal.membership();
        let now_ms = self.environment.now().get();
        let known_for = membership
            .preferred_epoch()
            .and_then(|epoch| self.book.epochs_known_ms.get(&epoch))
            .map(|since| u64::try_from(now_ms.saturating_sub(*since)).unwrap_or(0));
        Ok(membership.rotation_due(Duration::from_millis(known_for.unwrap_or(0))))
    }

    fn add_missing_wraps(&mut self, id: SpaceId) -> Result<usize, VaultError> {
        let held = self.space(id)?.replica.journal().epochs_to_wrap();
        for epoch in &held {
            self.ensure_own_log(id)?;
            let mut draft = self.space(id)?.replica.journal().draft();
            draft.add_missing_wraps(*epoch, &self.keys)?;
            self.commit(id, draft, Vec::new(), Batch::default())?;
        }
        Ok(held.len())
    }

    fn complain(&mut self, id: SpaceId) -> Result<usize, VaultError> {
        let source = SpaceEntries { store: &self.store, space: id };
        let wanted = self.space(id)?.replica.epochs_to_ask_for(&self.keys, &source)?;
        for epoch in &wanted {
            self.ensure_own_log(id)?;
            let mut draft = self.space(id)?.replica.journal().draft();
            draft.complain(*epoch, &self.keys)?;
            self.commit(id, draft, Vec::new(), Batch::default())?;
        }
        Ok(wanted.len())
    }

    /// Notes since when this device knows the epochs of a space: operations carry no time.
    pub(super) fn note_epochs(&mut self, id: SpaceId) -> Result<(), VaultError> {
        let now_ms = self.environment.now().get();
        let epochs: Vec<_> =
            self.space(id)?.replica.journal().membership().epochs().map(|(id, _)| id).collect();
        for epoch in epochs {
            if let std::collections::btree_map::Entry::Vacant(unknown) =
                self.book.epochs_known_ms.entry(epoch)
            {
                unknown.insert(now_ms);
                self.is_book_stale = true;
            }
        }
        Ok(())
    }
}
