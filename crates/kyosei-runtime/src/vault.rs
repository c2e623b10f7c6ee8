//! An open vault.
//!
//! Life-cycle: [`Vault::create`] once or [`Vault::unlock`]; any number of reads, searches and [`Vault::write`];
//! [`Vault::close`]. A write is durable when it returns: entries are on the disk before the register in memory shows
//! them, and if storing them fails, the register is as it was. The local state is brought up to date at closing, and
//! after a crash at the next unlock.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{SpaceId, Write};
use kyosei_app::book::Book;
use kyosei_app::journal::{BadEntry, DeviceKeys, Draft, DraftError, Journal, NewEntry, fresh_key};
use kyosei_app::replica::Effects;
use kyosei_app::state::{Covered, KeyRing};
use kyosei_app::{Context, DocumentEdit, Register, Writing, search};
use kyosei_doc::DocId;
use kyosei_model::{DeviceId, MemberId, Supporter, SupporterId};
use kyosei_store::{Batch, EntryRow, Filter, IndexRow, SearchIndex, Store};
use kyosei_sync::actor::RUN_BYTES;
use kyosei_sync::{Part, PartKind};

use crate::environment::Environment;
use crate::folder::VaultFolder;

mod bundle;
mod check;
mod compact;
mod conflicts;
mod create;
mod drafts;
mod erase;
mod error;
mod invite;
mod join;
mod maintain;
mod members;
mod quota;
mod space;
mod sync;
mod unlock;

use space::{Space, SpaceEntries};

pub use bundle::{BundleFailed, BundleFor, BundleSummary};
pub use check::{CheckReport, Finding};
pub use compact::Compacted;
pub use create::{CreateError, Created, NewCommittee};
pub use erase::{Erased, SheetRefused};
pub use error::{UnlockError, VaultError, WriteFailed};
pub use invite::{InviteError, Invited};
pub use join::{JoinError, Joining};
pub use maintain::Maintained;
pub use members::ShownChange;
pub use quota::LOG_QUOTA_BYTES_DEFAULT;
pub use sync::{DeviceReach, Reach};
pub use unlock::PassphraseChangeError;

/// Results that one page of a search holds.
const PAGE_SIZE: u32 = 50;

/// An open vault.
pub struct Vault {
    environment: Environment,
    folder: VaultFolder,
    keys: DeviceKeys,
    store: Store,
    ring: KeyRing,
    book: Book,
    is_book_stale: bool,
    /// Entries were stored that memory could not take in: only opening the vault anew brings both together.
    is_behind: bool,
    /// The space of the register.
    home: Space,
    others: BTreeMap<SpaceId, Space>,
    index: SearchIndex,
    /// Drawn at each start: no Automerge actor is ever used in two runs.
    run: [u8; RUN_BYTES],
    was_rebuilt: bool,
    damage: Vec<BadEntry>,
    quota: Option<quota::Quota>,
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
        let home = self.home.id();
        self.write_in(home, deed)
    }

    /// Does a deed in any space of this vault; else as [`Vault::write`].
    ///
    /// # Errors
    /// As [`Vault::write`]; [`VaultError::NoSpace`] if this vault is not in the space.
    pub fn write_in<T, E>(
        &mut self,
        space: SpaceId,
        deed: impl FnOnce(&mut Writing<'_, '_>) -> Result<T, E>,
    ) -> Result<T, WriteFailed<E>> {
        self.prepare_writing(space)?;
        let (outcome, edits) = self.edits(space, deed)?;
        if edits.is_empty() {
            return Ok(outcome);
        }
        let mut draft = self.space(space)?.replica.journal().draft();
        draft.documents(parts_of(&edits)).map_err(VaultError::from)?;
        self.commit(space, draft, edits, Batch::default())?;
        Ok(outcome)
    }

    /// The register in memory.
    #[must_use]
    pub const fn register(&self) -> &Register {
        self.home.replica.register()
    }

    /// The journal of the register's space.
    #[must_use]
    pub const fn journal(&self) -> &Journal {
        self.home.replica.journal()
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
        let found = page
            .ids
            .iter()
            .filter_map(|id| self.register().supporter(SupporterId::from_bytes(*id)))
            .collect();
        Ok((found, page.total))
    }

    /// What there is to tell of the vault.
    #[must_use]
    pub fn status(&self) -> Status {
        let lists = self.register().lists();
        let entry_count = self.journal().logs().tips().map(|(_, tip)| u64::from(tip.seq) + 1).sum();
        let counts = kyosei_model::Status::ALL.iter().map(|status| {
            let count = self.register().supporters().filter(|one| one.status == *status).count();
            (status.code(), u64::try_from(count).unwrap_or(u64::MAX))
        });
        Status {
            committee: lists.map(|lists| lists.committee.clone()).unwrap_or_default(),
            space: self.journal().space(),
            person: lists.and_then(|lists| lists.members.get(&self.member()).cloned()).unwrap_or_default(),
            supporters_by_status: counts.filter(|(code, _)| *code != "erased").collect(),
            device_count: self.journal().membership().members().count(),
            entry_count,
            document_count: self.register().document_count(),
            unreadable_count: self.register().unreadable().count(),
            was_rebuilt: self.was_rebuilt,
            damaged_entry_count: self.damage.len(),
        }
    }

    /// Brings the local state up to date and closes the database. Everything written before is safe either way.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn close(mut self) -> Result<(), VaultError> {
        self.save()?;
        Ok(self.store.close()?)
    }

    fn space(&self, id: SpaceId) -> Result<&Space, VaultError> {
        if id == self.home.id() { Ok(&self.home) } else { self.others.get(&id).ok_or(VaultError::NoSpace) }
    }

    fn space_mut(&mut self, id: SpaceId) -> Result<&mut Space, VaultError> {
        space_at(&mut self.home, &mut self.others, id)
    }

    fn space_ids(&self) -> Vec<SpaceId> {
        std::iter::once(self.home.id()).chain(self.others.keys().copied()).collect()
    }

    /// Sees to it that this device may write in a space, has a log there and a key to seal to.
    fn prepare_writing(&mut self, id: SpaceId) -> Result<(), VaultError> {
        self.refuse_if_behind()?;
        let journal = self.space(id)?.replica.journal();
        if !journal.membership().can::<Write>(self.keys.device()) {
            return Err(VaultError::NotPermitted);
        }
        self.ensure_own_log(id)?;
        if self.space(id)?.replica.journal().can_seal() {
            return Ok(());
        }
        let mut draft = self.space(id)?.replica.journal().draft();
        draft.rotate(&self.keys, self.environment.rng())?;
        self.commit(id, draft, Vec::new(), Batch::default())
    }

    /// Nothing is written or taken in on top of a memory that misses what the disk has.
    const fn refuse_if_behind(&self) -> Result<(), VaultError> {
        if self.is_behind { Err(VaultError::Behind) } else { Ok(()) }
    }

    /// Opens a new log if the key of the old one was lost with the key ring, or used elsewhere.
    fn ensure_own_log(&mut self, id: SpaceId) -> Result<(), VaultError> {
        if self.space(id)?.replica.journal().own_log().is_some() {
            return Ok(());
        }
        let key = fresh_key(self.environment.rng());
        let journal = self.space(id)?.replica.journal();
        let unpublished = journal.unpublished(&SpaceEntries { store: &self.store, space: id })?;
        let mut draft = journal.draft();
        draft.open_log(key, &self.keys, unpublished)?;
        let mut ring = self.ring.clone();
        ring.put_own(id, draft.journal().own_log().cloned());
        let batch = Batch { state_put: vec![ring.seal(&self.keys)?], ..Batch::default() };
        self.commit(id, draft, Vec::new(), batch)?;
        self.ring = ring;
        Ok(())
    }

    /// Does a deed on the side and gives its edits; nothing is stored.
    fn edits<T, E>(
        &mut self,
        id: SpaceId,
        deed: impl FnOnce(&mut Writing<'_, '_>) -> Result<T, E>,
    ) -> Result<(T, Vec<DocumentEdit>), WriteFailed<E>> {
        let replica = &self.space(id)?.replica;
        let actor = replica.journal().actor(self.run).ok_or(VaultError::Draft(DraftError::NoLog))?;
        let (now, member, device) = (self.environment.now(), self.member(), self.model_device());
        let register = if id == self.home.id() {
            self.home.replica.register()
        } else {
            self.others.get(&id).ok_or(VaultError::NoSpace)?.replica.register()
        };
        let context = Context { now, member, device, actor, rng: self.environment.rng() };
        let mut writing = Writing::new(register, context);
        let outcome = deed(&mut writing).map_err(WriteFailed::Refused)?;
        Ok((outcome, writing.finish()))
    }

    /// Stores a draft, with whatever else belongs into the same transaction, and makes it part of the replica.
    fn commit(
        &mut self,
        id: SpaceId,
        draft: Draft,
        edits: Vec<DocumentEdit>,
        mut batch: Batch,
    ) -> Result<(), VaultError> {
        batch.entries = rows(&draft.entries);
        self.store.commit(&batch)?;
        let touched: Vec<DocId> = edits.iter().map(|edit| edit.doc).collect();
        let space = self.space_mut(id)?;
        space.replica.adopt(draft, edits);
        space.changed.extend(&touched);
        space.is_stale = true;
        self.note_epochs(id)?;
        self.index_documents(id, &touched)
    }

    /// Brings everything that follows from entries up to date after a replica took them in.
    fn follow(&mut self, id: SpaceId, effects: &Effects) -> Result<(), VaultError> {
        let payload_delete: Vec<[u8; 32]> = effects.wipe.iter().map(|id| *id.as_bytes()).collect();
        if !payload_delete.is_empty() {
            self.store.commit(&Batch { payload_delete, ..Batch::default() })?;
        }
        self.damage.extend(effects.bad.iter().map(|(_, reason)| *reason));
        let space = self.space_mut(id)?;
        space.changed.extend(&effects.changed);
        space.is_stale = true;
        let changed: Vec<DocId> = effects.changed.iter().copied().collect();
        self.note_epochs(id)?;
        self.index_documents(id, &changed)
    }

    /// Brings the local state and the book up to date. Nothing depends on it but the time that the next unlock takes.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn save(&mut self) -> Result<(), VaultError> {
        self.space_ids().into_iter().try_for_each(|id| self.save_state(id, Batch::default()))?;
        if self.is_book_stale {
            let state_put = vec![self.book.seal(&self.keys)?];
            self.store.commit(&Batch { state_put, ..Batch::default() })?;
            self.is_book_stale = false;
        }
        Ok(())
    }

    /// Brings the local state of a space up to date.
    fn save_state(&mut self, id: SpaceId, mut batch: Batch) -> Result<(), VaultError> {
        if self.is_behind {
            // The next unlock takes in what the local state does not cover.
            return Ok(());
        }
        let space = self.space(id)?;
        if !space.is_stale && space.changed.is_empty() && batch.state_delete.is_empty() {
            return Ok(());
        }
        let through = self.store.last_number(id.as_bytes())?;
        let awaited_count = self.store.awaiting_count(id.as_bytes(), through)?;
        let covered = Covered { through, awaited_count };
        let mut state = space.state.clone();
        let writes = state.save(&space.replica, &space.changed, covered, &self.keys)?;
        batch.state_put.extend(writes.put);
        batch.state_delete.extend(writes.delete);
        self.store.commit(&batch)?;
        let space = self.space_mut(id)?;
        space.state = state;
        space.changed.clear();
        space.is_stale = false;
        Ok(())
    }

    fn index_documents(&mut self, space: SpaceId, documents: &[DocId]) -> Result<(), VaultError> {
        if space != self.home.id() {
            return Ok(());
        }
        let documents: BTreeSet<DocId> = documents.iter().copied().collect();
        let connected = self.home.replica.register().connected(&documents);
        let mut rows = Vec::new();
        for id in documents.union(&connected) {
            let id = SupporterId::from_bytes(id.to_bytes());
            match self.home.replica.register().supporter(id) {
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
        let member = self.journal().membership().member(self.keys.device());
        MemberId::from_bytes(member.map_or([0; 16], |member| *member.person.as_bytes()))
    }

    fn model_device(&self) -> DeviceId {
        DeviceId::from_bytes(*self.keys.device().as_bytes())
    }
}

/// The space with this id; apart from the other fields of the vault, so that it can be changed while the store is read.
fn space_at<'a>(
    home: &'a mut Space,
    others: &'a mut BTreeMap<SpaceId, Space>,
    id: SpaceId,
) -> Result<&'a mut Space, VaultError> {
    if id == home.id() { Ok(home) } else { others.get_mut(&id).ok_or(VaultError::NoSpace) }
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

/// What makes the Automerge actors of this run of the program unlike those of any other.
fn fresh_run(environment: &mut Environment) -> [u8; RUN_BYTES] {
    let mut run = [0; RUN_BYTES];
    rand::Rng::fill_bytes(environment.rng(), &mut run);
    run
}
