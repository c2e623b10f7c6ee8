//! Erasing a supporter for good.

use ed25519_dalek::SigningKey;
use kyosei_access::RecoveryKeyId;
use kyosei_app::journal::{Draft, DraftError};
use kyosei_app::supporters::{ErasePlan, EraseRefused, plan_erasure, prepare_erasure};
use kyosei_doc::DocId;
use kyosei_model::SupporterId;
use kyosei_store::Batch;
use kyosei_vault::recovery::Sheet;

use super::{Vault, VaultError, WriteFailed, rows};

/// Why a recovery sheet was not accepted as an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sheet does not belong to this committee")]
pub struct SheetRefused;

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

    /// How many more people must approve an erasure than the one at this laptop.
    #[must_use]
    pub fn approvals_missing_count(&self) -> usize {
        usize::from(self.journal.membership().policy().erase).saturating_sub(1)
    }

    /// Erases a supporter and the records merged into it: suppresses the addresses, writes the documents that share
    /// payloads with it anew, and orders those payloads to be dropped, with `approvals` beside this device's own. After it
    /// nothing of the records is left in the vault's files.
    ///
    /// # Errors
    /// [`WriteFailed`]; with too few approvals nothing changed. After an error of the disk the address may be suppressed
    /// already, and the erasure can be done again.
    pub fn erase(
        &mut self,
        id: SupporterId,
        approvals: &[SigningKey],
    ) -> Result<usize, WriteFailed<EraseRefused>> {
        if !self.journal.approves_erasure(&self.keys, approvals) {
            return Err(VaultError::from(DraftError::NotApproved).into());
        }
        self.write(|writing| prepare_erasure(writing, id))?;
        let (entries, _bad) = self.read_everything()?;
        let mut plan = plan_erasure(&self.register, id, &entries);
        let rewritten = std::mem::take(&mut plan.rewritten);
        if !rewritten.is_empty() {
            let draft = self.journal.draft_documents(rewritten, self.actor).map_err(VaultError::from)?;
            self.commit(draft, Batch::default())?;
        }
        let now_ms = self.environment.now().get();
        let documents = plan.documents.iter().copied().collect();
        let draft = self
            .journal
            .draft_drop(plan.entries.clone(), documents, now_ms, &self.keys, approvals)
            .map_err(VaultError::from)?;
        self.drop_documents(&plan, draft)?;
        Ok(plan.entries.len())
    }

    /// Stores the drop order, the wiped payloads and the local state without the documents in one transaction. If that
    /// fails, memory is as the disk is: as before.
    fn drop_documents(&mut self, plan: &ErasePlan, draft: Draft) -> Result<(), VaultError> {
        let batch = Batch {
            entries: rows(&draft.entries),
            payload_delete: plan.entries.iter().map(|entry| *entry.as_bytes()).collect(),
            ..Batch::default()
        };
        let before = (self.journal.clone(), self.state.clone(), self.changed.clone());
        let saves: Vec<(DocId, Vec<u8>)> = plan
            .documents
            .iter()
            .filter_map(|doc| Some((*doc, self.register.save(*doc)?.to_vec())))
            .collect();
        self.journal.adopt(draft);
        for doc in &plan.documents {
            self.register.forget(*doc);
            self.state.mark_erased(*doc);
            self.changed.insert(*doc);
        }
        if let Err(error) = self.save_state(batch) {
            (self.journal, self.state, self.changed) = before;
            saves.into_iter().for_each(|(doc, save)| self.register.put_document(doc, save));
            return Err(error);
        }
        for doc in &plan.documents {
            self.index.remove(doc.to_bytes())?;
        }
        Ok(())
    }
}
