//! An open vault.
//!
//! Life-cycle: [`Vault::create`] once or [`Vault::unlock`]; any number of reads, searches and [`Vault::write`];
//! [`Vault::close`]. A write is durable when it returns: entries are on the disk before the register in memory shows
//! them, and if storing them fails, the register is as it was. The local state is brought up to date at closing, and
//! after a crash at the next unlock.

use std::collections::BTreeSet;

use kyosei_access::SpaceId;
use kyosei_app::journal::{BadEntry, DeviceKeys, Draft, Journal, NewEntry, fresh_key};
use kyosei_app::state::LocalState;
use kyosei_app::{Context, DocumentEdit, Register, Writing, search};
use kyosei_doc::{Actor, DocId};
use kyosei_model::{DeviceId, MemberId, Supporter, SupporterId};
use kyosei_store::{Batch, EntryRow, Filter, IndexRow, SearchIndex, Store};
use kyosei_sync::{Part, PartKind};

use crate::environment::Environment;
use crate::folder::VaultFolder;

mod check;
mod create;
mod drafts;
mod erase;
mod error;
mod replay;
mod unlock;

pub use check::{CheckReport, Finding};
pub use create::{CreateError, Created, NewCommittee};
pub use erase::{Erased, SheetRefused};
pub use error::{UnlockError, VaultError, WriteFailed};
pub use unlock::PassphraseChangeError;

/// Results that one page of a search holds.
const PAGE_SIZE: u32 = 50;

/// An open vault.
pub struct Vault {
    environment: Environment,
    folder: VaultFolder,
    keys: DeviceKeys,
    store: Store,
    journal: Journal,
    register: Register,
    state: LocalState,
    index: SearchIndex,
    actor: Actor,
    changed: BTreeSet<DocId>,
    entries_since_state: usize,
    was_rebuilt: bool,
    damage: Vec<BadEntry>,
}

/// What a search asks for.
#[derive(Debug, Clone, Default)]
pub struct SearchQuery {
    /// Words as typed; all must occur.
    pub text: String,
    /// Only supporters of this kind, by its code.
    pub kind: Option<&'static str>,
    /// Only supporters of these statuses, by their codes; all if empty.
    pub statuses: Vec<&'static str>,
    /// Page, from 0.
    pub page: u32,
}

/// What `status` tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The committee's name.
    pub committee: String,
    /// The space.
    pub space: SpaceId,
    /// Name of the person whose laptop this is.
    pub person: String,
    /// Supporters that count, by code of their status.
    pub supporters_by_status: Vec<(&'static str, u64)>,
    /// Devices in the space.
    pub device_count: usize,
    /// Entries in all logs.
    pub entry_count: u64,
    /// Documents.
    pub document_count: usize,
    /// Documents that this version cannot read.
    pub unreadable_count: usize,
    /// Whether the local state had to be rebuilt at this unlock.
    pub was_rebuilt: bool,
    /// Entries that could not be read at this unlock.
    pub damaged_entry_count: usize,
}

impl Vault {
    /// Does a deed and makes it durable. If the deed is refused or storing fails, nothing changed.
    ///
    /// # Errors
    /// [`WriteFailed::Refused`] with the deed's own reason, [`WriteFailed::Vault`] if it could not be stored.
    pub fn write<T, E>(
        &mut self,
        deed: impl FnOnce(&mut Writing<'_, '_>) -> Result<T, E>,
    ) -> Result<T, WriteFailed<E>> {
        let (outcome, edits) = self.edits(deed)?;
        self.store_edits(edits)?;
        Ok(outcome)
    }

    /// The register in memory.
    #[must_use]
    pub const fn register(&self) -> &Register {
        &self.register
    }

    /// The journal of the register's space.
    #[must_use]
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> kyosei_model::UnixMillis {
        self.environment.now()
    }

    /// A page of the supporters that a search finds, in order of their readings, and how many there are in all.
    ///
    /// # Errors
    /// [`VaultError::Index`].
    pub fn search(&self, query: &SearchQuery) -> Result<(Vec<&Supporter>, u64), VaultError> {
        let filter =
            Filter { terms: search::terms(&query.text), kind: query.kind, statuses: query.statuses.clone() };
        let offset = u64::from(query.page).saturating_mul(u64::from(PAGE_SIZE));
        let page = self.index.search(&filter, offset, PAGE_SIZE)?;
        let found =
            page.ids.iter().filter_map(|id| self.register.supporter(SupporterId::from_bytes(*id))).collect();
        Ok((found, page.total))
    }

    /// What there is to tell of the vault.
    #[must_use]
    pub fn status(&self) -> Status {
        let lists = self.register.lists();
        let entry_count = self.journal.logs().tips().map(|(_, tip)| u64::from(tip.seq) + 1).sum();
        let counts = kyosei_model::Status::ALL.iter().map(|status| {
            let count = self.register.supporters().filter(|one| one.status == *status).count();
            (status.code(), u64::try_from(count).unwrap_or(u64::MAX))
        });
        Status {
            committee: lists.map(|lists| lists.committee.clone()).unwrap_or_default(),
            space: self.journal.space(),
            person: lists.and_then(|lists| lists.members.get(&self.member()).cloned()).unwrap_or_default(),
            supporters_by_status: counts.filter(|(code, _)| *code != "erased").collect(),
            device_count: self.journal.membership().members().count(),
            entry_count,
            document_count: self.register.document_count(),
            unreadable_count: self.register.unreadable().count(),
            was_rebuilt: self.was_rebuilt,
            damaged_entry_count: self.damage.len(),
        }
    }

    /// Brings the local state up to date and closes the database. Everything written before is safe either way.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn close(mut self) -> Result<(), VaultError> {
        if self.entries_since_state > 0 || !self.changed.is_empty() {
            self.save_state(Batch::default())?;
        }
        Ok(self.store.close()?)
    }

    /// Does a deed on the side and gives its edits; nothing is stored.
    fn edits<T, E>(
        &mut self,
        deed: impl FnOnce(&mut Writing<'_, '_>) -> Result<T, E>,
    ) -> Result<(T, Vec<DocumentEdit>), WriteFailed<E>> {
        let context = Context {
            now: self.environment.now(),
            member: self.member(),
            device: self.model_device(),
            actor: self.actor,
            rng: self.environment.rng(),
        };
        let mut writing = Writing::new(&self.register, context);
        let outcome = deed(&mut writing).map_err(WriteFailed::Refused)?;
        Ok((outcome, writing.finish()))
    }

    fn store_edits(&mut self, edits: Vec<DocumentEdit>) -> Result<(), VaultError> {
        if edits.is_empty() {
            return Ok(());
        }
        self.ensure_own_log()?;
        let draft = self.journal.draft_documents(self.journal.draft(), parts_of(&edits), self.actor)?;
        self.commit(draft, Batch::default())?;
        self.absorb(edits)
    }

    /// Takes edits that are durable into the register, the index and what the local state still lacks.
    fn absorb(&mut self, edits: Vec<DocumentEdit>) -> Result<(), VaultError> {
        let touched: Vec<DocId> = edits.iter().map(|edit| edit.doc).collect();
        self.register.absorb(edits);
        self.changed.extend(&touched);
        self.index_documents(&touched)
    }

    /// Stores a draft, with whatever else belongs into the same transaction, and makes it part of the journal.
    fn commit(&mut self, draft: Draft, mut batch: Batch) -> Result<(), VaultError> {
        batch.entries = rows(&draft.entries);
        self.store.commit(&batch)?;
        self.entries_since_state = self.entries_since_state.saturating_add(batch.entries.len());
        self.journal.adopt(draft);
        Ok(())
    }

    fn save_state(&mut self, mut batch: Batch) -> Result<(), VaultError> {
        let mut state = self.state.clone();
        let writes = state.save(&self.journal, &self.register, &self.changed, &self.keys)?;
        batch.state_put.extend(writes.put);
        batch.state_delete.extend(writes.delete);
        self.store.commit(&batch)?;
        self.state = state;
        self.changed.clear();
        self.entries_since_state = 0;
        Ok(())
    }

    /// Opens a new log if the key of the old one was lost with the key ring.
    fn ensure_own_log(&mut self) -> Result<(), VaultError> {
        if self.journal.own_log().is_some() {
            return Ok(());
        }
        let key = fresh_key(self.environment.rng());
        let draft = self.journal.draft_log(key, &self.keys)?;
        self.store.commit(&Batch { entries: rows(&draft.entries), ..Batch::default() })?;
        self.journal.adopt(draft);
        let ring = LocalState::key_ring(&self.journal, &self.keys)?;
        Ok(self.store.commit(&Batch { state_put: vec![ring], ..Batch::default() })?)
    }

    fn index_documents(&mut self, documents: &[DocId]) -> Result<(), VaultError> {
        let mut rows = Vec::new();
        for id in documents {
            let id = SupporterId::from_bytes(id.to_bytes());
            match self.register.supporter(id) {
                Some(supporter) if kyosei_app::register::is_present(supporter) => {
                    rows.push(index_row(supporter))
                }
                Some(_) | None => self.index.remove(id.to_bytes())?,
            }
        }
        Ok(self.index.put(rows)?)
    }

    /// This device.
    #[must_use]
    pub fn device(&self) -> kyosei_access::DeviceId {
        self.keys.device()
    }

    fn member(&self) -> MemberId {
        let member = self.journal.membership().member(self.keys.device());
        MemberId::from_bytes(member.map_or([0; 16], |member| *member.person.as_bytes()))
    }

    fn model_device(&self) -> DeviceId {
        DeviceId::from_bytes(*self.keys.device().as_bytes())
    }
}

/// Edits as parts of entries.
fn parts_of(edits: &[DocumentEdit]) -> Vec<Part> {
    let part =
        |edit: &DocumentEdit| Part { doc: edit.doc, kind: PartKind::Changes, body: edit.changes.clone() };
    edits.iter().map(part).collect()
}

/// New entries as rows of the store.
fn rows(entries: &[NewEntry]) -> Vec<EntryRow> {
    let row = |entry: &NewEntry| {
        let header = entry.header.header();
        EntryRow {
            id: *entry.header.id().as_bytes(),
            space: *header.space.as_bytes(),
            log: *header.log.as_bytes(),
            seq: header.seq,
            header: entry.header.encode(),
            payload: Some(entry.payload.clone()),
        }
    };
    entries.iter().map(row).collect()
}

/// A supporter as a row of the index.
fn index_row(supporter: &Supporter) -> IndexRow {
    let row = search::row(supporter);
    IndexRow {
        id: row.id,
        haystack: row.haystack.into_exposed(),
        sort_key: row.sort_key.into_exposed(),
        kind: row.kind,
        status: row.status,
    }
}

/// A fresh Automerge actor for this run of the program.
fn fresh_actor(environment: &mut Environment) -> Actor {
    let mut actor = [0; 16];
    rand::Rng::fill_bytes(environment.rng(), &mut actor);
    Actor(actor)
}
