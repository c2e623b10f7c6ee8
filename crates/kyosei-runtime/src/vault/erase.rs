//! Erasing supporters for good.

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use kyosei_access::RecoveryKeyId;
use kyosei_app::supporters::{EraseRefused, erasure_group, plan_erasure, prepare_erasure};
use kyosei_model::SupporterId;
use kyosei_store::Batch;
use kyosei_vault::recovery::Sheet;

use super::{Vault, VaultError, WriteFailed, parts_of};

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
        let is_ours = self.journal.membership().recovery_keys().any(|known| known == id);
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
        self.ensure_own_log()?;
        let records: BTreeSet<SupporterId> =
            supporters.into_iter().flat_map(|id| erasure_group(&self.register, id)).collect();
        let ((), edits) = self.edits(|writing| prepare_erasure(writing, &records))?;
        let (entries, _bad) = self.read_everything()?;
        let plan = plan_erasure(&self.register, &records, &entries);
        let now_ms = self.environment.now().get();
        let documents = plan.documents.iter().copied().collect();
        let journal = &self.journal;
        let draft = journal
            .draft_documents(journal.draft(), parts_of(&edits), self.actor)
            .and_then(|draft| journal.draft_documents(draft, plan.rewritten, self.actor))
            .and_then(|draft| {
                journal.draft_drop(draft, plan.entries.clone(), documents, now_ms, &self.keys, approvals)
            })
            .map_err(VaultError::from)?;
        let payload_delete = plan.entries.iter().map(|entry| *entry.as_bytes()).collect();
        self.commit(draft, Batch { payload_delete, ..Batch::default() })?;
        self.absorb(edits)?;
        for document in &plan.documents {
            self.register.forget(*document);
            self.state.mark_erased(*document);
            self.changed.insert(*document);
            self.index.remove(document.to_bytes()).map_err(VaultError::from)?;
        }
        // The packs of the local state still hold the documents; if this fails, the next unlock does it.
        self.save_state(Batch::default())?;
        Ok(Erased { records, payload_count: plan.entries.len() })
    }

    fn check_approvals(&self, approvals: &[SigningKey]) -> Result<(), VaultError> {
        let known: BTreeSet<RecoveryKeyId> = self.journal.membership().recovery_keys().collect();
        let given: BTreeSet<RecoveryKeyId> =
            approvals.iter().map(RecoveryKeyId::from).filter(|key| known.contains(key)).collect();
        let needed = usize::from(self.journal.membership().policy().erase);
        if given.len().saturating_add(1) >= needed { Ok(()) } else { Err(VaultError::ApprovalsMissing) }
    }
}
