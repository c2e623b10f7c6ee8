//! What the worker holds while the vault is open, and lets go of when it locks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kyosei_app::Writing;
use kyosei_app::imports::key_index;
use kyosei_app::supporters::note_listing;
use kyosei_contract::Failure;
use kyosei_contract::notice::{Notice, Topic};
use kyosei_intake::duplicates::KeyIndex;
use kyosei_model::MemberId;
use kyosei_runtime::Vault;

use crate::answers::imports::OpenedFiles;
use crate::desk::Shared;
use crate::failures::Refusal;
use crate::outside::Outside;

/// The open vault with everything that is read from it or into it.
pub(crate) struct Open {
    pub(crate) vault: Vault,
    pub(crate) files: OpenedFiles,
    pub(crate) outside: Arc<dyn Outside>,
    shared: Arc<Shared>,
    listed_count_noted: usize,
    /// Made when it is first asked for; gone when supporters or imports change.
    keys: Option<Arc<KeyIndex>>,
}

impl Open {
    pub(crate) fn new(vault: Vault, outside: Arc<dyn Outside>, shared: Arc<Shared>) -> Self {
        Self { vault, files: OpenedFiles::default(), outside, shared, listed_count_noted: 0, keys: None }
    }

    /// Does a deed, makes it durable, and tells the windows what changed.
    pub(crate) fn write<T, E: Refusal>(
        &mut self,
        topics: &[Topic],
        deed: impl FnOnce(&mut Writing<'_, '_>) -> Result<T, E>,
    ) -> Result<T, Failure> {
        let outcome = self.vault.write(deed).map_err(Refusal::failure)?;
        self.changed(topics);
        Ok(outcome)
    }

    /// Tells the windows what changed.
    pub(crate) fn changed(&mut self, topics: &[Topic]) {
        if topics.iter().any(|topic| matches!(topic, Topic::Supporters | Topic::Imports)) {
            self.keys = None;
        }
        self.outside.tell(Notice::Changed { topics: topics.to_vec() });
    }

    /// The keys by which records that may be one supporter are found. Making them reads the whole register.
    pub(crate) fn keys(&mut self) -> Result<Arc<KeyIndex>, Failure> {
        if let Some(keys) = &self.keys {
            return Ok(Arc::clone(keys));
        }
        let keys = key_index(self.vault.register()).map(Arc::new).map_err(|_| Failure::new("E-RECORD"))?;
        self.keys = Some(Arc::clone(&keys));
        Ok(keys)
    }

    /// Notes in the audit trail that names were listed. A list is asked for at each letter of a search, so only a list
    /// longer than all before since the unlock is noted; what it shows of few people is within what it showed of many.
    pub(crate) fn note_listing(&mut self, count: usize) -> Result<(), Failure> {
        if count <= self.listed_count_noted {
            return Ok(());
        }
        self.vault.write(|writing| note_listing(writing, count)).map_err(Refusal::failure)?;
        self.listed_count_noted = count;
        Ok(())
    }

    /// Whether the work that runs was cancelled.
    pub(crate) fn cancelled(&self) -> CancelFlag {
        CancelFlag(Arc::clone(&self.shared))
    }

    /// Name of a member; empty if unknown.
    pub(crate) fn member_name(&self, member: MemberId) -> String {
        let lists = self.vault.register().lists();
        lists.and_then(|lists| lists.members.get(&member).cloned()).unwrap_or_default()
    }
}

/// Tells whether someone cancelled.
pub(crate) struct CancelFlag(Arc<Shared>);

impl CancelFlag {
    /// Whether someone cancelled.
    pub(crate) fn is_set(&self) -> bool {
        self.flag().load(Ordering::Acquire)
    }

    fn flag(&self) -> &AtomicBool {
        &self.0.cancelled
    }
}
