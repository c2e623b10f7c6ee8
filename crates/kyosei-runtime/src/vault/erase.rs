//! Erasing supporters for good.

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use kyosei_access::{EntryId, RecoveryKeyId};
use kyosei_app::DocumentEdit;
use kyosei_app::journal::{Draft, DropPlan};
use kyosei_app::supporters::{EraseRefused, erasure_group, plan_erasure, prepare_erasure};
use kyosei_doc::DocId;
use kyosei_model::SupporterId;
use kyosei_store::Batch;
use kyosei_sync::{DropReason, Part};
use kyosei_vault::recovery::Sheet;

use super::{SpaceEntries, Vault, VaultError, WriteFailed, parts_of};

/// Why a recovery sheet was not accepted as an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sheet does not belong to this committee")]
pub struct SheetRefused;

/// The outcome of an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The records that are gone: the one that was named, and those that were one with it by a merge.
    pub records: BTreeSet<SupporterId>,
    /// Payloads that were wiped.
    pub payload_count: usize,
}

impl Vault {
    /// The approval key of a recovery sheet of this committee.
    ///
    /// # Errors
    /// [`SheetRefused`].
    pub fn approval_key(&self, sheet: &Sheet) -> Result<SigningKey, SheetRefused> {
        let key = SigningKey::from_bytes(&sheet.signing_seed);
        let id = RecoveryKeyId::from(&key);
        let is_ours = self.journal().membership().recovery_keys().any(|known| known == id);
        if is_ours { Ok(key) } else { Err(SheetRefused) }
    }

    /// Erases supporters, with those that were merged with them: suppresses the addresses, writes the documents that
    /// share payloads with them anew, and orders those payloads to be dropped. `approvals` stand beside this device's
    /// own; each recovery key counts once. After it nothing of the records is left in the vault's files.
    ///
    /// Everything happens in one transaction, or nothing.
    ///
    /// # Errors
    /// [`WriteFailed`]; [`VaultError::ApprovalsMissing`] if too few approve.
    pub fn erase(
        &mut self,
        supporters: impl IntoIterator<Item = SupporterId>,
        approvals: &[SigningKey],
    ) -> Result<Erased, WriteFailed<EraseRefused>> {
        self.check_approvals(approvals)?;
        let home = self.home.id();
        self.prepare_writing(home)?;
        let records: BTreeSet<SupporterId> =
            supporters.into_iter().flat_map(|id| erasure_group(self.register(), id)).collect();
        let ((), edits) = self.edits(home, |writing| prepare_erasure(writing, &records))?;
        let source = SpaceEntries { store: &self.store, space: home };
        let all = self.home.replica.read_all(&self.keys, &source).map_err(VaultError::from)?;
        let plan = plan_erasure(self.register(), &records, &all.entries);
        let documents: Vec<DocId> = plan.documents.iter().copied().collect();
        let draft =
            self.draft_erasure(&edits, plan.rewritten, plan.entries.clone(), &documents, approvals)?;
        let payload_delete = plan.entries.iter().map(|entry| *entry.as_bytes()).collect();
        let own = draft.ids_from(0);
        self.commit(home, draft, edits, Batch { payload_delete, ..Batch::default() })?;
        self.home.replica.erase(documents.iter().copied());
        self.heed(home, &own)?;
        self.home.changed.extend(&documents);
        self.index_documents(home, &documents)?;
        // The packs of the local state still hold the documents; if this fails, the next unlock does it.
        self.save_state(home, Batch::default())?;
        Ok(Erased { records, payload_count: plan.entries.len() })
    }

    /// The entries of an erasure: what must outlive it, snapshots of the documents that shared payloads, and the order.
    fn draft_erasure(
        &mut self,
        edits: &[DocumentEdit],
        rewritten: Vec<Part>,
        entries: BTreeSet<EntryId>,
        documents: &[DocId],
        approvals: &[SigningKey],
    ) -> Result<Draft, VaultError> {
        let now_ms = self.environment.now().get();
        let mut draft = self.journal().draft();
        draft.documents(parts_of(edits))?;
        let from = draft.entries.len();
        draft.restate_dependencies();
        draft.documents(rewritten)?;
        let plan = DropPlan {
            entries,
            snapshots: draft.ids_from(from),
            documents: documents.to_vec(),
            reason: DropReason::Erased,
            undo_until_ms: now_ms,
        };
        draft.drop_payloads(plan, &self.keys, approvals)?;
        Ok(draft)
    }

    fn check_approvals(&self, approvals: &[SigningKey]) -> Result<(), VaultError> {
        let known: BTreeSet<RecoveryKeyId> = self.journal().membership().recovery_keys().collect();
        let given: BTreeSet<RecoveryKeyId> =
            approvals.iter().map(RecoveryKeyId::from).filter(|key| known.contains(key)).collect();
        let needed = usize::from(self.journal().membership().policy().erase);
        if given.len().saturating_add(1) >= needed { Ok(()) } else { Err(VaultError::ApprovalsMissing) }
    }
}
