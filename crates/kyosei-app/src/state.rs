//! The local state: what makes unlocking fast. It can always be rebuilt from the entries.
//!
//! It lies in numbered slots of the store, each an envelope sealed to the laptop's own local key: the *manifest* (which
//! entries are inside, and the hash of each pack), the *key ring* (seeds of the own logs, the one part that cannot be
//! rebuilt, only replaced by opening a new log), the *drafts* of what is being typed, and *packs* of documents. The local public key never leaves the vault, so
//! nobody else can make a slot that opens; the hashes in the manifest keep old packs from being put back one by one.
//!
//! Only packs with changed documents are written again ([`LocalState::save`]).

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::{EntryId, LogId, OpId, SpaceId, to_canonical};
use kyosei_doc::DocId;
use kyosei_sync::Tip;
use kyosei_vault::{SealError, open, seal};
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

use crate::journal::{DeviceKeys, Journal, OwnLog};
use crate::register::Register;

mod drafts;

pub use drafts::{DRAFT_BYTES_MAX, DRAFT_NAME_BYTES_MAX, DRAFTS_MAX, DRAFTS_SLOT, DraftRefused, Drafts};

/// Slot of the manifest.
pub const MANIFEST_SLOT: i64 = 0;
/// Slot of the key ring.
pub const KEY_RING_SLOT: i64 = 1;
/// First slot of the packs; lower numbers are reserved.
pub const PACK_SLOT_MIN: i64 = 16;
/// Documents that one pack of the local state holds at most.
pub const STATE_PACK_DOCUMENT_COUNT_MAX: usize = 64;
/// Bytes of saves after which a pack takes no more documents.
pub const STATE_PACK_BYTES_MAX: usize = 256 << 10;
/// Largest content of one slot in bytes.
pub const SLOT_BYTES_MAX: usize = 12 << 20;

const VERSION: u8 = 1;

/// Where each document lies, and how far the packs reach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocalState {
    packs: BTreeMap<i64, Pack>,
    slot_of: BTreeMap<DocId, i64>,
    erased: BTreeSet<DocId>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Pack {
    hash: [u8; 32],
    documents: BTreeMap<DocId, usize>,
}

/// What the slots say after loading.
pub struct Loaded {
    /// Where each document lies.
    pub state: LocalState,
    /// The journal at the point that the packs reach.
    pub journal: Journal,
    /// The register at that point.
    pub register: Register,
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
    operations: Vec<Bytes>,
    #[n(3)]
    tips: BTreeMap<LogId, TipWire>,
    #[n(4)]
    packs: BTreeMap<i64, Hash>,
    #[n(5)]
    erased: BTreeSet<DocId>,
}

#[derive(Encode, Decode)]
struct TipWire {
    #[n(0)]
    seq: u32,
    #[n(1)]
    entry: EntryId,
    #[n(2)]
    membership_heads: BTreeSet<OpId>,
}

#[derive(Encode, Decode)]
struct PackContent {
    #[n(0)]
    version: u8,
    #[n(1)]
    documents: BTreeMap<DocId, Bytes>,
}

#[derive(Encode, Decode)]
struct KeyRing {
    #[n(0)]
    version: u8,
    #[n(1)]
    logs: BTreeMap<SpaceId, RingKey>,
}

#[derive(Encode, Decode)]
struct RingKey {
    #[n(0)]
    seed: Hash,
    #[n(1)]
    incarnation: u32,
}

#[derive(Encode, Decode, Clone, Copy, PartialEq, Eq)]
#[cbor(transparent)]
struct Hash(#[cbor(with = "minicbor::bytes")] [u8; 32]);

#[derive(Encode, Decode)]
#[cbor(transparent)]
struct Bytes(#[cbor(with = "minicbor::bytes")] Vec<u8>);

impl LocalState {
    /// Loads journal and register from the slots that `slot` reads.
    ///
    /// # Errors
    /// See [`StateError`]; `E` is the reader's own error.
    pub fn load<E>(
        keys: &DeviceKeys,
        mut slot: impl FnMut(i64) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Result<Loaded, StateError>, E> {
        let Some(manifest) = slot(MANIFEST_SLOT)? else { return Ok(Err(StateError::Missing)) };
        let manifest: Manifest = match open_slot(keys, &manifest) {
            Ok(manifest) => manifest,
            Err(error) => return Ok(Err(error)),
        };
        let own = match slot(KEY_RING_SLOT)?.map(|ring| own_log(keys, &ring, manifest.space)) {
            Some(Err(StateError::NewerVersion)) => return Ok(Err(StateError::NewerVersion)),
            Some(Ok(own)) => own,
            // A ring that is lost or damaged is replaced: the next write opens a new log.
            Some(Err(StateError::Missing | StateError::Damaged)) | None => None,
        };
        let mut register = Register::default();
        let mut state = Self { erased: manifest.erased, ..Self::default() };
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
        let operations: Vec<Vec<u8>> = manifest.operations.into_iter().map(|bytes| bytes.0).collect();
        let tips = manifest
            .tips
            .into_iter()
            .map(|(log, tip)| {
                (log, Tip { seq: tip.seq, entry: tip.entry, membership_heads: tip.membership_heads })
            })
            .collect();
        let journal = Journal::restore(manifest.space, &operations, tips, own, keys);
        Ok(Ok(Loaded { state, journal, register }))
    }

    /// The slots that bring the stored state up to `journal` and `register`; `changed` are the documents that changed
    /// since the last save.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn save(
        &mut self,
        journal: &Journal,
        register: &Register,
        changed: &BTreeSet<DocId>,
        keys: &DeviceKeys,
    ) -> Result<SlotWrites, SealError> {
        let mut writes = SlotWrites::default();
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
        writes.put.push((MANIFEST_SLOT, seal_slot(keys, &self.manifest(journal))?));
        Ok(writes)
    }

    /// The key ring's slot.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn key_ring(journal: &Journal, keys: &DeviceKeys) -> Result<(i64, Vec<u8>), SealError> {
        let logs = journal
            .own_log()
            .map(|own| {
                (journal.space(), RingKey { seed: Hash(own.key.to_bytes()), incarnation: own.incarnation })
            })
            .into_iter()
            .collect();
        Ok((KEY_RING_SLOT, seal_slot(keys, &KeyRing { version: VERSION, logs })?))
    }

    /// Reads the own log's key of a space from the key ring's slot.
    ///
    /// # Errors
    /// See [`StateError`].
    pub fn own_log(keys: &DeviceKeys, ring: &[u8], space: SpaceId) -> Result<Option<OwnLog>, StateError> {
        own_log(keys, ring, space)
    }

    /// Documents that were erased and must never come back.
    #[must_use]
    pub const fn erased(&self) -> &BTreeSet<DocId> {
        &self.erased
    }

    /// Remembers for ever that a document was erased.
    pub fn mark_erased(&mut self, doc: DocId) {
        self.erased.insert(doc);
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
            (None, None) => PACK_SLOT_MIN,
        };
        self.packs.entry(slot).or_default().documents.insert(id, bytes);
        self.slot_of.insert(id, slot);
        slot
    }

    fn manifest(&self, journal: &Journal) -> Manifest {
        let tip = |tip: &Tip| TipWire {
            seq: tip.seq,
            entry: tip.entry,
            membership_heads: tip.membership_heads.clone(),
        };
        Manifest {
            version: VERSION,
            space: journal.space(),
            operations: journal.operations().into_iter().map(Bytes).collect(),
            tips: journal.logs().tips().map(|(log, at)| (log, tip(at))).collect(),
            packs: self.packs.iter().map(|(slot, pack)| (*slot, Hash(pack.hash))).collect(),
            erased: self.erased.clone(),
        }
    }
}

fn own_log(keys: &DeviceKeys, ring: &[u8], space: SpaceId) -> Result<Option<OwnLog>, StateError> {
    let ring: KeyRing = open_slot(keys, ring)?;
    let own =
        |key: &RingKey| OwnLog { key: SigningKey::from_bytes(&key.seed.0), incarnation: key.incarnation };
    Ok(ring.logs.get(&space).map(own))
}

fn seal_slot<T: Encode<()>>(keys: &DeviceKeys, content: &T) -> Result<Vec<u8>, SealError> {
    let content = Zeroizing::new(to_canonical(content));
    seal(keys.local_recipient, &content)
}

fn open_slot<T: for<'b> Decode<'b, ()>>(keys: &DeviceKeys, bytes: &[u8]) -> Result<T, StateError> {
    let content = open(&[&keys.local], bytes, SLOT_BYTES_MAX).map_err(|error| match error {
        kyosei_vault::OpenError::NewerVersion => StateError::NewerVersion,
        kyosei_vault::OpenError::NotForUs
        | kyosei_vault::OpenError::Damaged
        | kyosei_vault::OpenError::TooLarge => StateError::Damaged,
    })?;
    let mut decoder = minicbor::Decoder::new(&content);
    let version = decoder.array().and_then(|_| decoder.u8()).map_err(|_| StateError::Damaged)?;
    if version > VERSION {
        return Err(StateError::NewerVersion);
    }
    minicbor::decode(&content).map_err(|_| StateError::Damaged)
}

fn slot_hash(bytes: &[u8]) -> Hash {
    Hash(blake3::derive_key("kyosei/v1/state-slot", bytes))
}

#[cfg(test)]
mod tests;
