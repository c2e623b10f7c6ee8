//! What is being typed and not saved yet: kept sealed on this laptop, beside the entries and never among them.

use kyosei_app::state::{DRAFTS_SLOT, DraftRefused, Drafts};
use kyosei_store::Batch;

use super::{Vault, VaultError, WriteFailed};

impl Vault {
    /// The drafts of this laptop. A slot that is damaged or of a newer version counts as none: drafts are a convenience,
    /// and nothing may keep a vault from opening because of them.
    ///
    /// # Errors
    /// [`VaultError`] if the store fails.
    pub fn drafts(&self) -> Result<Drafts, VaultError> {
        let slot = self.store.state(DRAFTS_SLOT)?;
        Ok(slot.and_then(|bytes| Drafts::open(&self.keys, &bytes).ok()).unwrap_or_default())
    }

    /// Changes the drafts and makes them durable; if they did not change, nothing is written.
    ///
    /// # Errors
    /// [`WriteFailed::Refused`] if a draft is not taken, [`WriteFailed::Vault`] if it could not be stored.
    pub fn change_drafts(
        &mut self,
        change: impl FnOnce(&mut Drafts) -> Result<(), DraftRefused>,
    ) -> Result<(), WriteFailed<DraftRefused>> {
        let before = self.drafts()?;
        let mut after = before.clone();
        change(&mut after).map_err(WriteFailed::Refused)?;
        if after != before {
            let slot = after.seal(&self.keys).map_err(VaultError::from)?;
            let stored = self.store.commit(&Batch { state_put: vec![slot], ..Batch::default() });
            stored.map_err(VaultError::from)?;
        }
        Ok(())
    }
}
