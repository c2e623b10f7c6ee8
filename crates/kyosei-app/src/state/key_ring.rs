//! The seeds of the own logs: the one part of the local state that cannot be rebuilt, only replaced by opening new logs.
//!
//! It also says which slots of the store belong to which space. A ring that is lost costs each space its log: spaces are
//! found again from the entries, and the slots are written anew.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use kyosei_access::SpaceId;
use kyosei_vault::SealError;
use minicbor::{Decode, Encode};

use super::{Hash, KEY_RING_SLOT, StateError, VERSION, open_slot, seal_slot};
use crate::journal::{DeviceKeys, OwnLog};

/// The spaces of a vault, with the key of the own log of each.
#[derive(Clone, Default)]
pub struct KeyRing {
    spaces: BTreeMap<SpaceId, RingSpace>,
}

/// What the ring holds of a space.
#[derive(Clone)]
pub struct RingSpace {
    /// Number of the space in this vault: says which slots of the store are its own.
    pub number: u32,
    /// The log that this device writes; none before one was opened.
    pub own: Option<OwnLog>,
}

#[derive(Encode, Decode)]
struct RingWire {
    #[n(0)]
    version: u8,
    #[n(1)]
    spaces: BTreeMap<SpaceId, SpaceWire>,
}

#[derive(Encode, Decode)]
struct SpaceWire {
    #[n(0)]
    number: u32,
    #[n(1)]
    own: Option<OwnWire>,
}

#[derive(Encode, Decode)]
struct OwnWire {
    #[n(0)]
    seed: Hash,
    #[n(1)]
    incarnation: u32,
}

impl KeyRing {
    /// Reads the ring's slot.
    ///
    /// # Errors
    /// See [`StateError`].
    pub fn open(keys: &DeviceKeys, slot: &[u8]) -> Result<Self, StateError> {
        let wire: RingWire = open_slot(keys, slot)?;
        let own =
            |own: OwnWire| OwnLog { key: SigningKey::from_bytes(&own.seed.0), incarnation: own.incarnation };
        let space = |space: SpaceWire| RingSpace { number: space.number, own: space.own.map(own) };
        Ok(Self { spaces: wire.spaces.into_iter().map(|(id, wire)| (id, space(wire))).collect() })
    }

    /// The ring's slot.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn seal(&self, keys: &DeviceKeys) -> Result<(i64, Vec<u8>), SealError> {
        let own = |own: &OwnLog| OwnWire { seed: Hash(own.key.to_bytes()), incarnation: own.incarnation };
        let space = |space: &RingSpace| SpaceWire { number: space.number, own: space.own.as_ref().map(own) };
        let spaces = self.spaces.iter().map(|(id, ring)| (*id, space(ring))).collect();
        Ok((KEY_RING_SLOT, seal_slot(keys, &RingWire { version: VERSION, spaces })?))
    }

    /// The spaces, in the order in which this vault came to know them.
    #[must_use]
    pub fn spaces(&self) -> Vec<(SpaceId, &RingSpace)> {
        let mut spaces: Vec<_> = self.spaces.iter().map(|(id, space)| (*id, space)).collect();
        spaces.sort_by_key(|(_, space)| space.number);
        spaces
    }

    /// A space.
    #[must_use]
    pub fn space(&self, id: SpaceId) -> Option<&RingSpace> {
        self.spaces.get(&id)
    }

    /// Adds a space if it is not there; says its number.
    pub fn add(&mut self, id: SpaceId) -> u32 {
        let next = self.spaces.values().map(|space| space.number.saturating_add(1)).max().unwrap_or(0);
        self.spaces.entry(id).or_insert(RingSpace { number: next, own: None }).number
    }

    /// Notes the own log of a space.
    pub fn put_own(&mut self, id: SpaceId, own: Option<OwnLog>) {
        self.add(id);
        if let Some(space) = self.spaces.get_mut(&id) {
            space.own = own;
        }
    }
}
