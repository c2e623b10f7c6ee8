//! A simulated laptop.
//!
//! Life-cycle: [`Node::new`] with keys; [`Node::found`] or [`Node::enter`] a space; then deeds (`node/deeds.rs`,
//! `node/members.rs`) and exchanges (`node/host.rs`), with losses of power ([`Node::crash`], or a fuse on its disk) and
//! [`Node::boot`] in between. What is not on the [`Disk`] is lost in a crash; the local state is written by
//! [`Node::save`] only, as the vault does.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use kyosei_access::{DeviceId, PersonId, SpaceId};
use kyosei_app::Replica;
use kyosei_app::book::{BOOK_SLOT, Book};
use kyosei_app::journal::{
    BadEntry, DeviceKeys, Draft, DraftError, EntrySource, Journal, NewEntry, Origin, OwnLog, OwnedEntry,
    StoredEntry,
};
use kyosei_app::replica::Effects;
use kyosei_app::state::{KEY_RING_SLOT, KeyRing, LocalState};
use kyosei_doc::DocId;
use kyosei_sync::actor::RUN_BYTES;
use kyosei_vault::KeyFile;
use rand::Rng as _;
use rand_chacha::ChaCha20Rng;

use crate::disk::{Batch, Disk, PowerCut};
use crate::table::Table;

mod deeds;
mod host;
mod members;

pub use deeds::{Write, doc};
pub use members::Founder;
pub(crate) use members::sheets;

/// A laptop.
pub struct Node {
    /// What it is called in traces.
    pub name: String,
    /// Whose it is.
    pub person: PersonId,
    /// Its secrets: the key file, which every copy of the laptop has.
    pub keys: Arc<DeviceKeys>,
    /// What survives.
    pub disk: Disk,
    /// How wrong its clock is, in milliseconds.
    pub clock_error_ms: i64,
    pub(crate) rng: ChaCha20Rng,
    now_ms: i64,
    memory: Option<Memory>,
}

/// What a crash loses.
struct Memory {
    ring: KeyRing,
    book: Book,
    is_book_stale: bool,
    spaces: BTreeMap<SpaceId, Shelf>,
    run: [u8; RUN_BYTES],
    bad: Vec<BadEntry>,
}

struct Shelf {
    replica: Replica,
    state: LocalState,
    changed: BTreeSet<DocId>,
    is_stale: bool,
}

/// Why a deed was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeError {
    /// The laptop is off, or the power went while it worked.
    Off,
    /// It is in no such space.
    NoSpace,
    /// It may not do this.
    NotPermitted,
    /// The entries could not be written.
    Draft(DraftError),
}

impl From<PowerCut> for NodeError {
    fn from(_: PowerCut) -> Self {
        Self::Off
    }
}

impl From<DraftError> for NodeError {
    fn from(error: DraftError) -> Self {
        Self::Draft(error)
    }
}

impl Node {
    /// A laptop with fresh keys, switched on, in no space.
    #[must_use]
    pub fn new(name: &str, person: PersonId, mut rng: ChaCha20Rng) -> Self {
        let keys = Arc::new(DeviceKeys::from_key_file(&KeyFile::generate(&mut rng)).unwrap());
        Self::with_disk(name, person, keys, Disk::default(), rng)
    }

    /// A laptop around the key file and the disk of another: a restored backup, or a clone. `rng` must be new.
    #[must_use]
    pub fn with_disk(
        name: &str,
        person: PersonId,
        keys: Arc<DeviceKeys>,
        disk: Disk,
        rng: ChaCha20Rng,
    ) -> Self {
        let mut node = Self {
            name: name.to_owned(),
            person,
            keys,
            disk,
            clock_error_ms: 0,
            rng,
            now_ms: 0,
            memory: None,
        };
        node.boot();
        node
    }

    /// The device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.keys.device()
    }

    /// Whether it runs.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.memory.is_some()
    }

    /// Sets its clock from the world's, with its error.
    pub fn set_clock(&mut self, world_ms: i64) {
        self.now_ms = world_ms.saturating_add(self.clock_error_ms);
    }

    /// What it takes for the present, in Unix milliseconds.
    #[must_use]
    pub const fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// The power goes.
    pub fn crash(&mut self) {
        self.memory = None;
    }

    /// Puts an older copy of the disk back and starts from it.
    pub fn restore(&mut self, disk: Disk) {
        self.memory = None;
        self.disk = disk;
        self.boot();
    }

    /// Starts: reads the local state, and what was stored after it. A laptop whose power goes while it starts is off.
    pub fn boot(&mut self) {
        let ring = self.disk.slot(KEY_RING_SLOT).and_then(|slot| KeyRing::open(&self.keys, &slot).ok());
        let mut ring = ring.unwrap_or_default();
        let book = self.disk.slot(BOOK_SLOT).and_then(|slot| Book::open(&self.keys, &slot).ok());
        self.disk.spaces().for_each(|space| {
            ring.add(space);
        });
        let mut run = [0; RUN_BYTES];
        self.rng.fill_bytes(&mut run);
        let mut spaces = BTreeMap::new();
        let mut through = Vec::new();
        for (id, known) in ring.spaces() {
            let slot = |number| Ok::<_, Infallible>(self.disk.slot(number));
            let loaded = LocalState::load(known.number, known.own.clone(), &self.keys, slot).unwrap();
            let (shelf, place) = match loaded {
                Ok(loaded) => {
                    let place = self.disk.table(id).still_covered(loaded.covered);
                    (Shelf::new(loaded.replica, loaded.state), place)
                }
                Err(_) => {
                    let replica = Replica::new(Journal::empty(id, known.own.clone()));
                    (Shelf::new(replica, LocalState::of_space(known.number)), None)
                }
            };
            spaces.insert(id, shelf);
            through.push((id, place));
        }
        let book = book.unwrap_or_default();
        self.memory = Some(Memory { ring, book, is_book_stale: false, spaces, run, bad: Vec::new() });
        for (id, place) in through {
            if self.catch_up(id, place).is_err() {
                self.crash();
                return;
            }
        }
    }

    /// Brings the local state on the disk up to date.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn save(&mut self) -> Result<(), NodeError> {
        for id in self.spaces() {
            self.guard(|node| node.save_space(id))?;
        }
        self.guard(|node| {
            let memory = node.memory.as_mut().ok_or(NodeError::Off)?;
            let state_put = vec![memory.book.seal(&node.keys).unwrap()];
            let is_stale = std::mem::take(&mut memory.is_book_stale);
            let Some(home) = memory.spaces.keys().next().copied().filter(|_| is_stale) else { return Ok(()) };
            Ok(node.disk.commit(home, Batch { state_put, ..Batch::default() })?)
        })
    }

    /// The spaces that it is in.
    #[must_use]
    pub fn spaces(&self) -> Vec<SpaceId> {
        self.memory.iter().flat_map(|memory| memory.spaces.keys().copied()).collect()
    }

    /// The replica of a space.
    ///
    /// # Panics
    /// If it is off or not in the space.
    #[must_use]
    pub fn replica(&self, space: SpaceId) -> &Replica {
        &self.memory.as_ref().expect("switched on").spaces[&space].replica
    }

    /// The journal of a space; as [`Node::replica`].
    #[must_use]
    pub fn journal(&self, space: SpaceId) -> &Journal {
        self.replica(space).journal()
    }

    /// The entries of a space on the disk.
    #[must_use]
    pub fn table(&self, space: SpaceId) -> &Table {
        self.disk.table(space)
    }

    /// Why entries were unusable since the start.
    #[must_use]
    pub fn bad(&self) -> &[BadEntry] {
        self.memory.as_ref().map_or(&[], |memory| &memory.bad)
    }

    /// A fresh key from this laptop's randomness.
    pub fn fresh_key(&mut self) -> SigningKey {
        kyosei_app::journal::fresh_key(&mut self.rng)
    }

    /// Does something; if the power goes meanwhile, the laptop is off.
    fn guard<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, NodeError>) -> Result<T, NodeError> {
        let done = work(self);
        if matches!(done, Err(NodeError::Off)) {
            self.crash();
        }
        done
    }

    /// Stores a draft, with whatever else belongs into the same transaction, and makes it part of the replica.
    fn commit(
        &mut self,
        space: SpaceId,
        draft: Draft,
        edits: Vec<kyosei_app::DocumentEdit>,
        mut batch: Batch,
    ) -> Result<(), NodeError> {
        batch.entries = draft.entries.iter().map(owned).collect();
        self.disk.commit(space, batch)?;
        let shelf = self.shelf(space)?;
        shelf.changed.extend(edits.iter().map(|edit| edit.doc));
        shelf.replica.adopt(draft, edits);
        shelf.is_stale = true;
        self.note_epochs(space)
    }

    /// Brings everything that follows from entries up to date after a replica took them in.
    fn follow(&mut self, space: SpaceId, effects: &Effects) -> Result<(), NodeError> {
        if !effects.wipe.is_empty() {
            let payload_delete = effects.wipe.iter().copied().collect();
            self.disk.commit(space, Batch { payload_delete, ..Batch::default() })?;
        }
        let memory = self.memory.as_mut().ok_or(NodeError::Off)?;
        memory.bad.extend(effects.bad.iter().map(|(_, reason)| *reason));
        let shelf = self.shelf(space)?;
        shelf.changed.extend(&effects.changed);
        shelf.is_stale = true;
        self.note_epochs(space)
    }

    fn shelf(&mut self, space: SpaceId) -> Result<&mut Shelf, NodeError> {
        let memory = self.memory.as_mut().ok_or(NodeError::Off)?;
        memory.spaces.get_mut(&space).ok_or(NodeError::NoSpace)
    }

    /// Changes a replica while its entries are read.
    fn with_replica<T>(
        &mut self,
        space: SpaceId,
        work: impl FnOnce(&mut Replica, &DeviceKeys, i64, &Table) -> T,
    ) -> Result<T, NodeError> {
        let memory = self.memory.as_mut().ok_or(NodeError::Off)?;
        let shelf = memory.spaces.get_mut(&space).ok_or(NodeError::NoSpace)?;
        Ok(work(&mut shelf.replica, &self.keys, self.now_ms, self.disk.table(space)))
    }

    /// Notes since when it knows the epochs of a space.
    fn note_epochs(&mut self, space: SpaceId) -> Result<(), NodeError> {
        let now_ms = self.now_ms;
        let memory = self.memory.as_mut().ok_or(NodeError::Off)?;
        let shelf = memory.spaces.get(&space).ok_or(NodeError::NoSpace)?;
        for (epoch, _) in shelf.replica.journal().membership().epochs() {
            memory.book.epochs_known_ms.entry(epoch).or_insert_with(|| {
                memory.is_book_stale = true;
                now_ms
            });
        }
        Ok(())
    }

    /// Takes in what was stored after the local state, or all of it.
    fn catch_up(&mut self, space: SpaceId, through: Option<i64>) -> Result<(), NodeError> {
        let Some(mut after) = through else {
            let effects = self.with_replica(space, |replica, keys, now_ms, table| {
                replica.rebuild(keys, now_ms, table).unwrap()
            })?;
            self.give_up_damaged_log(space, &effects)?;
            return self.follow(space, &effects);
        };
        loop {
            let page = self.disk.table(space).page(after).unwrap();
            let Some((last, _)) = page.last() else { return Ok(()) };
            after = *last;
            let arriving: Vec<StoredEntry<'_>> = page.iter().map(|(_, entry)| entry.as_stored()).collect();
            let effects = self.with_replica(space, |replica, keys, now_ms, table| {
                let admission = replica.admit(&arriving, Origin::Disk, table).unwrap();
                replica.take(&admission, &arriving, Origin::Disk, keys, now_ms, table).unwrap()
            })?;
            self.give_up_damaged_log(space, &effects)?;
            self.follow(space, &effects)?;
            if effects.was_rebuilt {
                return Ok(());
            }
        }
    }

    fn give_up_damaged_log(&mut self, space: SpaceId, effects: &Effects) -> Result<(), NodeError> {
        let replica = &mut self.shelf(space)?.replica;
        let own = replica.journal().own_log().map(OwnLog::id);
        let is_cut = effects
            .bad
            .iter()
            .any(|(log, reason)| matches!(reason, BadEntry::Refused(_)) && Some(*log) == own);
        if is_cut {
            replica.abandon_own_log();
        }
        Ok(())
    }

    fn save_space(&mut self, space: SpaceId) -> Result<(), NodeError> {
        let covered = self.disk.table(space).covered();
        let keys = Arc::clone(&self.keys);
        let shelf = self.shelf(space)?;
        if !shelf.is_stale && shelf.changed.is_empty() {
            return Ok(());
        }
        let mut state = shelf.state.clone();
        let writes = state.save(&shelf.replica, &shelf.changed, covered, &keys).unwrap();
        let batch = Batch { state_put: writes.put, state_delete: writes.delete, ..Batch::default() };
        self.disk.commit(space, batch)?;
        let shelf = self.shelf(space)?;
        shelf.state = state;
        shelf.changed.clear();
        shelf.is_stale = false;
        Ok(())
    }
}

impl Shelf {
    const fn new(replica: Replica, state: LocalState) -> Self {
        Self { replica, state, changed: BTreeSet::new(), is_stale: false }
    }
}

fn owned(entry: &NewEntry) -> OwnedEntry {
    OwnedEntry { header: entry.header.encode(), payload: Some(entry.payload.clone()) }
}
