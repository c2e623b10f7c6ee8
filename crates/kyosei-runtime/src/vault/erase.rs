//! Erasing a supporter for good.

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use kyosei_access::RecoveryKeyId;
use kyosei_app::supporters::{EraseRefused, plan_erasure, prepare_erasure};
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

    /// Erases a supporter: suppresses the address, writes the documents that share payloads with it anew, and orders
    /// those payloads to be dropped, with `approvals` beside this device's own. After it nothing of the record is left in
    /// the vault's files.
    ///
    /// # Errors
    /// [`WriteFailed`].
    pub fn erase(
        &mut self,
        id: SupporterId,
        approvals: &[SigningKey],
    ) -> Result<usize, WriteFailed<EraseRefused>> {
        self.write(|writing| prepare_erasure(writing, id))?;
        let (entries, _bad) = self.read_everything()?;
        let plan = plan_erasure(&self.register, id, &entries);
        if !plan.rewritten.is_empty() {
            let draft = self.journal.draft_documents(plan.rewritten, self.actor).map_err(VaultError::from)?;
            self.commit(draft, Batch::default())?;
        }
        let now_ms = self.environment.now().get();
        let draft = self
            .journal
            .draft_drop(plan.entries.clone(), vec![plan.document], now_ms, &self.keys, approvals)
            .map_err(VaultError::from)?;
        self.drop_document(plan.document, &plan.entries, draft)?;
        Ok(plan.entries.len())
    }

    /// Stores the drop order, the wiped payloads and the local state without the document in one transaction.
    fn drop_document(
        &mut self,
        document: kyosei_doc::DocId,
        entries: &BTreeSet<kyosei_access::EntryId>,
        draft: kyosei_app::journal::Draft,
    ) -> Result<(), VaultError> {
        let batch = Batch {
            entries: rows(&draft.entries),
            payload_delete: entries.iter().map(|entry| *entry.as_bytes()).collect(),
            ..Batch::default()
        };
        self.journal.adopt(draft);
        self.register.forget(document);
        self.state.mark_erased(document);
        self.changed.insert(document);
        self.index.remove(document.to_bytes())?;
        self.save_state(batch)
    }
}
