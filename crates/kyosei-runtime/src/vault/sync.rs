//! The vault as a replica among others: what it has, what it gives, what it takes in, and whom it met.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{DeviceId, EndpointKey, EntryId, LogId, SpaceId};
use kyosei_app::book::{Acquaintance, NetworkChoices};
use kyosei_app::exchange::Host;
use kyosei_app::journal::{Admission, BadEntry, Origin, StoredEntry};
use kyosei_store::{Batch, EntryRow};
use kyosei_sync::{Have, Local, Peer, SignedHeader, SpaceView, WireEntry};

use super::{Space, SpaceEntries, Vault, VaultError, space_at};

/// How far this device's own changes of the register have come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The other devices of the committee that read, in order of their ids.
    pub devices: Vec<DeviceReach>,
}

/// How far they have come on one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceReach {
    /// The device.
    pub device: DeviceId,
    /// When it was last heard from, in Unix milliseconds; none if never.
    pub heard_ms: Option<i64>,
    /// Whether it is known to have everything that this device wrote.
    pub has_all: bool,
}

impl Vault {
    /// The spaces of this vault, the register's first.
    #[must_use]
    pub fn spaces(&self) -> Vec<SpaceId> {
        self.space_ids()
    }

    /// Who this device is on a connection.
    #[must_use]
    pub fn local(&self) -> Local {
        Local { device_key: self.keys.signing.clone(), endpoint: self.keys.endpoint() }
    }

    /// Seed of this device's network endpoint.
    #[must_use]
    pub fn endpoint_seed(&self) -> [u8; 32] {
        self.keys.endpoint_key.to_bytes()
    }

    /// The endpoint of a device that is a member of a space of this vault.
    #[must_use]
    pub fn endpoint_of(&self, device: DeviceId) -> Option<EndpointKey> {
        let mut spaces = std::iter::once(&self.home).chain(self.others.values());
        spaces.find_map(|space| Some(space.replica.journal().membership().member(device)?.endpoint))
    }

    /// 32 fresh random bytes.
    pub fn draw_entropy(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        rand::Rng::fill_bytes(self.environment.rng(), &mut bytes);
        bytes
    }

    /// A random number from 0 up to and without 1.
    pub fn draw_fraction(&mut self) -> f64 {
        f64::from(rand::Rng::next_u32(self.environment.rng())) / (f64::from(u32::MAX) + 1.0)
    }

    /// The choices for the network.
    #[must_use]
    pub const fn network_choices(&self) -> &NetworkChoices {
        &self.book.network
    }

    /// Changes the choices for the network.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn choose_network(&mut self, choices: NetworkChoices) -> Result<(), VaultError> {
        self.book.network = choices;
        self.is_book_stale = true;
        self.save()
    }

    /// All spaces as a session needs to see them.
    #[must_use]
    pub fn views(&self) -> Vec<SpaceView> {
        std::iter::once(&self.home).chain(self.others.values()).map(view).collect()
    }

    /// The endpoints of all members of all spaces but this device: whom the network lets in.
    #[must_use]
    pub fn allowed_endpoints(&self) -> BTreeSet<EndpointKey> {
        let own = self.keys.endpoint();
        let spaces = std::iter::once(&self.home).chain(self.others.values());
        let all = spaces.flat_map(|space| space.replica.journal().membership().endpoints());
        all.filter(|endpoint| *endpoint != own).collect()
    }

    /// Notes what a device told that it has, and where it was reached.
    pub fn note_met(&mut self, device: DeviceId, space: SpaceId, have: &Have) {
        let now_ms = self.environment.now().get();
        let met: &mut Acquaintance = self.book.met.entry(device).or_default();
        met.heard_ms = Some(now_ms);
        met.have.insert(space, have.clone().into_tips());
        self.is_book_stale = true;
    }

    /// When a device was last heard from, in Unix milliseconds by this device's clock; none if never.
    #[must_use]
    pub fn heard_ms(&self, device: DeviceId) -> Option<i64> {
        self.book.met.get(&device).and_then(|met| met.heard_ms)
    }

    /// Notes where a device is reached, in the form of the network layer.
    pub fn note_address(&mut self, device: DeviceId, address: Vec<u8>) {
        let met = self.book.met.entry(device).or_default();
        if met.address != address {
            met.address = address;
            self.is_book_stale = true;
        }
    }

    /// Where members were reached, in the form of the network layer.
    pub fn known_addresses(&self) -> impl Iterator<Item = (DeviceId, &[u8])> {
        let is_member = |device: DeviceId| {
            let spaces = std::iter::once(&self.home).chain(self.others.values());
            spaces.into_iter().any(|space| space.replica.journal().membership().member(device).is_some())
        };
        self.book
            .met
            .iter()
            .filter(move |(device, met)| !met.address.is_empty() && is_member(**device))
            .map(|(device, met)| (*device, met.address.as_slice()))
    }

    /// How far this device's own changes of the register have come.
    #[must_use]
    pub fn reach(&self) -> Reach {
        let journal = self.home.replica.journal();
        let own = self.keys.device();
        let heads = journal.logs().heads();
        let own_logs: Vec<LogId> =
            journal.membership().logs().filter(|(_, log)| log.device == own).map(|(log, _)| log).collect();
        let home = self.home.id();
        let devices = journal.membership().readers().filter(|member| member.device != own).map(|member| {
            let met = self.book.met.get(&member.device);
            let have = met.and_then(|met| met.have.get(&home));
            let has_log = |log: &LogId| match (heads.get(log), have.and_then(|have| have.get(log))) {
                (None, _) => true,
                (Some(own), Some(theirs)) => own.is_subset(theirs),
                (Some(_), None) => false,
            };
            DeviceReach {
                device: member.device,
                heard_ms: met.and_then(|met| met.heard_ms),
                has_all: own_logs.iter().all(has_log),
            }
        });
        Reach { devices: devices.collect() }
    }

    /// Takes in entries of another device. What returns is durable.
    ///
    /// # Errors
    /// [`VaultError`]: nothing of them is stored then.
    pub fn take_in(&mut self, id: SpaceId, entries: &[WireEntry]) -> Result<Vec<BadEntry>, VaultError> {
        self.refuse_if_behind()?;
        let now_ms = self.environment.now().get();
        let fitting = self.within_quota(entries)?;
        let entries = fitting.as_deref().unwrap_or(entries);
        let arriving: Vec<StoredEntry<'_>> = entries
            .iter()
            .map(|entry| StoredEntry { header: &entry.header, payload: entry.payload.as_deref() })
            .collect();
        let source = SpaceEntries { store: &self.store, space: id };
        let admission = self.space(id)?.replica.admit(&arriving, Origin::Peer, &source)?;
        let batch = batch_of(&admission, entries);
        if batch.entries.is_empty() && batch.payload_put.is_empty() {
            self.space_mut(id)?.replica.hear(&admission);
            return Ok(admission.rejected.iter().map(|rejected| rejected.reason).collect());
        }
        self.store.commit(&batch)?;
        // From here on the disk is ahead of memory until the end.
        self.is_behind = true;
        if let Some(quota) = &mut self.quota {
            let accepted = admission.accepted.iter();
            quota.count(accepted.filter_map(|one| Some((one.header.header().log, entries.get(one.index)?))));
        }
        let source = SpaceEntries { store: &self.store, space: id };
        let space = space_at(&mut self.home, &mut self.others, id)?;
        let effects = space.replica.take(&admission, &arriving, Origin::Peer, &self.keys, now_ms, &source)?;
        if effects.own_log_abandoned {
            self.ring.put_own(id, None);
            let state_put = vec![self.ring.seal(&self.keys)?];
            self.store.commit(&Batch { state_put, ..Batch::default() })?;
        }
        self.follow(id, &effects)?;
        self.is_behind = false;
        Ok(admission.rejected.iter().map(|rejected| rejected.reason).collect())
    }
}

impl Vault {
    /// Whether an entry that travels is stored here. One whose header cannot be read is not.
    pub(super) fn has_entry(&self, entry: &WireEntry) -> Result<bool, VaultError> {
        match SignedHeader::decode(&entry.header) {
            Ok(header) => self.knows(header.header().space, header.id()),
            Err(_) => Ok(false),
        }
    }
}

impl Host for Vault {
    type Error = VaultError;

    fn have(&self, space: SpaceId) -> Have {
        self.space(space).map(have).unwrap_or_default()
    }

    fn heard_count(&self, space: SpaceId) -> usize {
        self.space(space).map_or(0, |space| space.replica.journal().heard_count())
    }

    fn knows(&self, space: SpaceId, entry: EntryId) -> Result<bool, VaultError> {
        Ok(self.store.number_of(space.as_bytes(), entry.as_bytes())?.is_some())
    }

    fn awaiting(&self, space: SpaceId, count_max: usize) -> Result<BTreeSet<EntryId>, VaultError> {
        let count_max = u32::try_from(count_max).unwrap_or(u32::MAX);
        let awaiting = self.store.awaiting(space.as_bytes(), count_max)?;
        Ok(awaiting.into_iter().map(EntryId::from_bytes).collect())
    }

    fn places(
        &self,
        space: SpaceId,
        from: &BTreeMap<LogId, u32>,
        payloads: &BTreeSet<EntryId>,
    ) -> Result<Vec<i64>, VaultError> {
        let mut places = BTreeSet::new();
        for (log, seq) in from {
            places.extend(self.store.numbers_from(space.as_bytes(), log.as_bytes(), *seq)?);
        }
        for id in payloads {
            places.extend(self.store.number_of(space.as_bytes(), id.as_bytes())?);
        }
        Ok(places.into_iter().collect())
    }

    fn entry_at(&self, _space: SpaceId, place: i64) -> Result<Option<WireEntry>, VaultError> {
        let row = self.store.entry_at(place)?;
        Ok(row.map(|row| WireEntry { header: row.header, payload: row.payload }))
    }

    fn receive(&mut self, space: SpaceId, entries: Vec<WireEntry>) -> Result<(), VaultError> {
        self.take_in(space, &entries).map(|_| ())
    }
}

fn view(space: &Space) -> SpaceView {
    let members = space.replica.journal().membership().members();
    let peers = members.map(|member| (member.device, Peer { endpoint: member.endpoint, role: member.role }));
    SpaceView { space: space.id(), peers: peers.collect(), have: have(space) }
}

/// What is here of a space. More logs than a `Have` can name are left out: no committee has as many.
fn have(space: &Space) -> Have {
    Have::from_tips(space.replica.journal().logs().heads()).unwrap_or_default()
}

fn batch_of(admission: &Admission, entries: &[WireEntry]) -> Batch {
    let payload = |index: usize| entries.get(index).and_then(|entry| entry.payload.clone());
    let row = |accepted: &kyosei_app::journal::Accepted| {
        let header = accepted.header.header();
        EntryRow {
            id: *accepted.header.id().as_bytes(),
            space: *header.space.as_bytes(),
            log: *header.log.as_bytes(),
            seq: header.seq,
            header: accepted.header.encode(),
            payload: payload(accepted.index),
        }
    };
    let completed = admission.completed.iter();
    Batch {
        entries: admission.accepted.iter().map(row).collect(),
        payload_put: completed
            .filter_map(|entry| Some((*entry.header.id().as_bytes(), payload(entry.index)?)))
            .collect(),
        ..Batch::default()
    }
}
