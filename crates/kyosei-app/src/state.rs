//! The local state: what makes unlocking fast. It can always be rebuilt from the entries.
//!
//! It lies in numbered slots of the store, each an envelope sealed to the laptop's own local key. One slot is the
//! [`KeyRing`] of the vault, another the *drafts* of what is being typed. Each space has slots of its own: a *manifest* (which
//! entries are inside, what stands between entries and documents, and the hash of each pack) and *packs* of documents. The
//! local public key never leaves the vault, so nobody else can make a slot that opens; the hashes in the manifest keep old
//! packs from being put back one by one.
//!
//! Only packs with changed documents are written again ([`LocalState::save`]).

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{EntryId, LogId, OpId, SpaceId, to_canonical};
use kyosei_doc::DocId;
use kyosei_sync::{Heads, Tip};
use kyosei_vault::{SealError, open, seal};
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

use crate::journal::{DeviceKeys, Journal, OwnLog, Remembered};
use crate::register::Register;
use crate::replica::{Replica, Standing};

mod drafts;
mod key_ring;

pub use drafts::{DRAFT_BYTES_MAX, DRAFT_NAME_BYTES_MAX, DRAFTS_MAX, DRAFTS_SLOT, DraftRefused, Drafts};
pub use key_ring::{KeyRing, RingSpace};

/// Slot of the key ring.
pub const KEY_RING_SLOT: i64 = 1;
/// Slots of one space: those of the first begin at 0, those of the second at this number, and so on.
pub const SPACE_SLOT_COUNT: i64 = 1 << 32;
/// Slot of the manifest among those of a space.
pub const MANIFEST_SLOT: i64 = 0;
/// First slot of the packs among those of a space; lower numbers are reserved.
pub const PACK_SLOT_MIN: i64 = 16;
/// Documents that one pack of the local state holds at most.
pub const STATE_PACK_DOCUMENT_COUNT_MAX: usize = 64;
/// Bytes of saves after which a pack takes no more documents.
pub const STATE_PACK_BYTES_MAX: usize = 256 << 10;
/// Largest content of one slot in bytes.
pub const SLOT_BYTES_MAX: usize = 12 << 20;

const VERSION: u8 = 1;
/// Version of [`Manifest`]. One of an older version counts as damaged: the state is rebuilt from the entries.
const MANIFEST_VERSION: u8 = 3;

/// Where each document of a space lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalState {
    first_slot: i64,
    packs: BTreeMap<i64, Pack>,
    slot_of: BTreeMap<DocId, i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Pack {
    hash: [u8; 32],
    documents: BTreeMap<DocId, usize>,
}

/// How much of the stored entries a local state covers.
///
/// A payload can arrive after its entry. An entry that was stored later lies beyond `through`; a payload that came later
/// does not, and shows by the count alone: no entry is ever awaited again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Covered {
    /// Place of the last stored entry that is inside.
    pub through: i64,
    /// Entries up to that place whose payloads had not arrived.
    pub awaited_count: i64,
}

/// What the slots say after loading.
pub struct Loaded {
    /// Where each document lies.
    pub state: LocalState,
    /// The replica at the point that the packs reach.
    pub replica: Replica,
    /// What is inside.
    pub covered: Covered,
}

/// The slots to write.
#[derive(Debug, Default)]
pub struct SlotWrites {
    /// Slots with their new bytes.
    pub put: Vec<(i64, Vec<u8>)>,
    /// Slots that are empty now.
    pub delete: Vec<i64>,
}

/// Why the local state cannot be used. The entries are untouched: it can be rebuilt from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// A slot is missing.
    #[error("a part of the local state is missing")]
    Missing,
    /// A slot does not open, or is not the one that the manifest names.
    #[error("a part of the local state is damaged")]
    Damaged,
    /// Written by a newer version.
    #[error("local state of a newer version")]
    NewerVersion,
}

#[derive(Encode, Decode)]
struct Manifest {
    #[n(0)]
    version: u8,
    #[n(1)]
    space: SpaceId,
    #[n(2)]
    through: i64,
    #[n(3)]
    operations: Vec<Bytes>,
    #[n(4)]
    tips: Vec<TipWire>,
    #[n(5)]
    applied: Heads,
    #[n(6)]
    said: Heads,
    #[n(7)]
    standing: Standing,
    #[n(8)]
    packs: BTreeMap<i64, Hash>,
    #[n(9)]
    awaited_count: i64,
}

#[derive(Encode, Decode)]
struct TipWire {
    #[n(0)]
    log: LogId,
    #[n(1)]
    seq: u32,
    #[n(2)]
    entry: EntryId,
    #[n(3)]
    membership_heads: BTreeSet<OpId>,
}

#[derive(Encode, Decode)]
struct PackContent {
    #[n(0)]
    version: u8,
    #[n(1)]
    documents: BTreeMap<DocId, Bytes>,
}

#[derive(Encode, Decode, Clone, Copy, PartialEq, Eq)]
#[cbor(transparent)]
struct Hash(#[cbor(with = "minicbor::bytes")] [u8; 32]);

#[derive(Encode, Decode)]
#[cbor(transparent)]
struct Bytes(#[cbor(with = "minicbor::bytes")] Vec<u8>);

impl LocalState {
    /// The empty state of the space with this number in the key ring.
    #[must_use]
    pub fn of_space(number: u32) -> Self {
        let first_slot = i64::from(number).saturating_mul(SPACE_SLOT_COUNT);
        Self { first_slot, packs: BTreeMap::new(), slot_of: BTreeMap::new() }
    }

    /// Loads a space from the slots that `slot` reads.
    ///
    /// # Errors
    /// See [`StateError`]; `E` is the reader's own error.
    pub fn load<E>(
        number: u32,
        own: Option<OwnLog>,
        keys: &DeviceKeys,
        mut slot: impl FnMut(i64) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Result<Loaded, StateError>, E> {
        let mut state = Self::of_space(number);
        let Some(manifest) = slot(state.first_slot.saturating_add(MANIFEST_SLOT))? else {
            return Ok(Err(StateError::Missing));
        };
        let manifest: Manifest = match open_slot_of_version(keys, &manifest, MANIFEST_VERSION) {
            Ok(manifest) => manifest,
            Err(error) => return Ok(Err(error)),
        };
        let mut register = Register::default();
        for (number, hash) in &manifest.packs {
            let Some(bytes) = slot(*number)? else { return Ok(Err(StateError::Missing)) };
            if slot_hash(&bytes) != *hash {
                return Ok(Err(StateError::Damaged));
            }
            let content: PackContent = match open_slot(keys, &bytes) {
                Ok(content) => content,
                Err(error) => return Ok(Err(error)),
            };
            state.take_pack(*number, *hash, content, &mut register);
        }
        let space = manifest.space;
        let covered = Covered { through: manifest.through, awaited_count: manifest.awaited_count };
        let (remembered, standing) = manifest.split();
        let journal = Journal::restore(space, remembered, own, keys);
        let replica = Replica::restore(journal, register, standing);
        Ok(Ok(Loaded { state, replica, covered }))
    }

    /// The slots that bring the stored state up to the replica; `changed` are the documents that changed since the last
    /// save, `covered` is what the replica has taken in.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn save(
        &mut self,
        replica: &Replica,
        changed: &BTreeSet<DocId>,
        covered: Covered,
        keys: &DeviceKeys,
    ) -> Result<SlotWrites, SealError> {
        let mut writes = SlotWrites::default();
        let register = replica.register();
        for slot in self.assign(register, changed) {
            let documents: BTreeMap<DocId, Bytes> = self
                .packs
                .get(&slot)
                .into_iter()
                .flat_map(|pack| pack.documents.keys())
                .filter_map(|id| register.save(*id).map(|save| (*id, Bytes(save.to_vec()))))
                .collect();
            if documents.is_empty() {
                self.packs.remove(&slot);
                writes.delete.push(slot);
                continue;
            }
            let bytes = seal_slot(keys, &PackContent { version: VERSION, documents })?;
            if let Some(pack) = self.packs.get_mut(&slot) {
                pack.hash = slot_hash(&bytes).0;
            }
            writes.put.push((slot, bytes));
        }
        let manifest = seal_slot(keys, &self.manifest(replica, covered))?;
        writes.put.push((self.first_slot.saturating_add(MANIFEST_SLOT), manifest));
        Ok(writes)
    }

    /// Forgets where documents lie, so that the next save writes all of them anew.
    pub fn forget_packs(&mut self) {
        self.packs.clear();
        self.slot_of.clear();
    }

    /// The slots among `filled` that belong to this space and hold packs.
    #[must_use]
    pub fn own_packs(&self, filled: &[i64]) -> Vec<i64> {
        let first = self.first_slot.saturating_add(PACK_SLOT_MIN);
        let end = self.first_slot.saturating_add(SPACE_SLOT_COUNT);
        filled.iter().copied().filter(|slot| (first..end).contains(slot)).collect()
    }

    fn take_pack(&mut self, slot: i64, hash: Hash, content: PackContent, register: &mut Register) {
        let mut pack = Pack { hash: hash.0, documents: BTreeMap::new() };
        for (id, save) in content.documents {
            pack.documents.insert(id, save.0.len());
            self.slot_of.insert(id, slot);
            register.put_document(id, save.0);
        }
        self.packs.insert(slot, pack);
    }

    /// Gives each changed document a pack and returns the packs that must be written again.
    fn assign(&mut self, register: &Register, changed: &BTreeSet<DocId>) -> BTreeSet<i64> {
        let mut dirty = BTreeSet::new();
        for id in changed {
            match (register.save(*id), self.slot_of.get(id).copied()) {
                (Some(save), Some(slot)) => {
                    if let Some(pack) = self.packs.get_mut(&slot) {
                        pack.documents.insert(*id, save.len());
                    }
                    dirty.insert(slot);
                }
                (Some(save), None) => {
                    dirty.insert(self.place(*id, save.len()));
                }
                (None, Some(slot)) => {
                    self.slot_of.remove(id);
                    if let Some(pack) = self.packs.get_mut(&slot) {
                        pack.documents.remove(id);
                    }
                    dirty.insert(slot);
                }
                (None, None) => {}
            }
        }
        dirty
    }

    /// Puts a new document into the last pack, or into a new one if that is full.
    fn place(&mut self, id: DocId, bytes: usize) -> i64 {
        let roomy = self.packs.last_key_value().filter(|(_, pack)| {
            let filled: usize = pack.documents.values().sum();
            pack.documents.len() < STATE_PACK_DOCUMENT_COUNT_MAX
                && filled.saturating_add(bytes) <= STATE_PACK_BYTES_MAX
        });
        let slot = match (roomy, self.packs.last_key_value()) {
            (Some((slot, _)), _) => *slot,
            (None, Some((last, _))) => last.saturating_add(1),
            (None, None) => self.first_slot.saturating_add(PACK_SLOT_MIN),
        };
        self.packs.entry(slot).or_default().documents.insert(id, bytes);
        self.slot_of.insert(id, slot);
        slot
    }

    fn manifest(&self, replica: &Replica, covered: Covered) -> Manifest {
        let remembered = replica.journal().remembered();
        let tip = |(log, tip): (LogId, Tip)| TipWire {
            log,
            seq: tip.seq,
            entry: tip.entry,
            membership_heads: tip.membership_heads,
        };
        Manifest {
            version: MANIFEST_VERSION,
            space: replica.journal().space(),
            through: covered.through,
            awaited_count: covered.awaited_count,
            operations: remembered.operations.into_iter().map(Bytes).collect(),
            tips: remembered.tips.into_iter().map(tip).collect(),
            applied: remembered.applied,
            said: remembered.said,
            standing: replica.standing().clone(),
            packs: self.packs.iter().map(|(slot, pack)| (*slot, Hash(pack.hash))).collect(),
        }
    }
}

impl Manifest {
    fn split(self) -> (Remembered, Standing) {
        let tip = |tip: TipWire| {
            (tip.log, Tip { seq: tip.seq, entry: tip.entry, membership_heads: tip.membership_heads })
        };
        let remembered = Remembered {
            operations: self.operations.into_iter().map(|bytes| bytes.0).collect(),
            tips: self.tips.into_iter().map(tip).collect(),
            applied: self.applied,
            said: self.said,
        };
        (remembered, self.standing)
    }
}

pub(crate) fn seal_slot<T: Encode<()>>(keys: &DeviceKeys, content: &T) -> Result<Vec<u8>, SealError> {
    let content = Zeroizing::new(to_canonical(content));
    seal(keys.local_recipient, &content)
}

pub(crate) fn open_slot<T: for<'b> Decode<'b, ()>>(keys: &DeviceKeys, bytes: &[u8]) -> Result<T, StateError> {
    open_slot_of_version(keys, bytes, VERSION)
}

fn open_slot_of_version<T: for<'b> Decode<'b, ()>>(
    keys: &DeviceKeys,
    bytes: &[u8],
    newest: u8,
) -> Result<T, StateError> {
    let content = open(&[&keys.local], bytes, SLOT_BYTES_MAX).map_err(|error| match error {
        kyosei_vault::OpenError::NewerVersion => StateError::NewerVersion,
        kyosei_vault::OpenError::NotForUs
        | kyosei_vault::OpenError::Damaged
        | kyosei_vault::OpenError::TooLarge => StateError::Damaged,
    })?;
    let mut decoder = minicbor::Decoder::new(&content);
    let version = decoder.array().and_then(|_| decoder.u8()).map_err(|_| StateError::Damaged)?;
    if version > newest {
        return Err(StateError::NewerVersion);
    }
    minicbor::decode(&content).map_err(|_| StateError::Damaged)
}

fn slot_hash(bytes: &[u8]) -> Hash {
    Hash(blake3::derive_key("kyosei/v1/state-slot", bytes))
}

#[cfg(test)]
mod tests;
