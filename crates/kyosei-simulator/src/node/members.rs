//! Founding and entering spaces, changing members, and what every laptop does by itself for the keys.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use kyosei_access::{
    DeviceClaim, DeviceId, MemberOp, OpBody, OpSet, Policy, RecoveryKeyId, Role, SignedOp, Signer, SpaceId,
    Standing, Write,
};
use kyosei_app::Replica;
use kyosei_app::journal::{ApprovalKeys, DeviceKeys, DeviceNames, Draft, Founding, Journal, OwnLog};
use kyosei_app::state::{Covered, LocalState};
use kyosei_vault::{Identity, Recipient};

use super::{Node, NodeError, Shelf, owned};
use crate::disk::Batch;

/// What a founder decides.
pub struct Founder<'a> {
    /// The founder's name.
    pub name: &'a str,
    /// How many approvals which change takes.
    pub policy: Policy,
    /// Approval keys of the recovery sheets.
    pub sheets: &'a [SigningKey],
    /// Public half of the recovery identity.
    pub recovery: Recipient,
}

impl Node {
    /// Founds a space.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn found(&mut self, founder: &Founder<'_>) -> Result<SpaceId, NodeError> {
        let founding = Founding {
            person: self.person,
            name: founder.name,
            device_name: "laptop",
            policy: founder.policy,
            recovery_keys: founder.sheets.iter().map(RecoveryKeyId::from).collect(),
            recovery_recipient: founder.recovery,
        };
        let founded = Journal::found(&founding, &self.keys, &mut self.rng)?;
        let space = founded.journal.space();
        let own = founded.journal.own_log().cloned();
        let entries = founded.entries.iter().map(owned).collect();
        self.guard(|node| {
            node.put_shelf(space, founded.journal, own, Batch { entries, ..Batch::default() })
        })?;
        Ok(space)
    }

    /// Enters a space with the operations of a welcome.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn enter(&mut self, ops: OpSet) -> Result<(), NodeError> {
        let journal = Journal::joined(ops, &self.keys);
        self.guard(|node| node.put_shelf(journal.space(), journal, None, Batch::default()))
    }

    /// Keeps a space of which it knows nothing yet and in which it will write this log: a device that is to be appointed
    /// by recovery keys.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn await_space(&mut self, space: SpaceId) -> Result<(), NodeError> {
        let own = OwnLog { key: self.fresh_key(), incarnation: 0 };
        let journal = Journal::empty(space, Some(own.clone()));
        self.guard(|node| node.put_shelf(space, journal, Some(own), Batch::default()))
    }

    fn put_shelf(
        &mut self,
        space: SpaceId,
        journal: Journal,
        own: Option<OwnLog>,
        mut batch: Batch,
    ) -> Result<(), NodeError> {
        let keys = Arc::clone(&self.keys);
        let memory = self.memory.as_mut().ok_or(NodeError::Off)?;
        let number = memory.ring.add(space);
        memory.ring.put_own(space, own);
        let replica = Replica::new(journal);
        let mut state = LocalState::of_space(number);
        let covered = Covered { through: i64::try_from(batch.entries.len()).unwrap(), awaited_count: 0 };
        let writes = state.save(&replica, &BTreeSet::new(), covered, &keys).unwrap();
        batch.state_put = writes.put;
        batch.state_put.push(memory.ring.seal(&keys).unwrap());
        memory.spaces.insert(space, Shelf::new(replica, state));
        self.disk.commit(space, batch)?;
        self.note_epochs(space)
    }

    /// Its claim to a space.
    #[must_use]
    pub fn claim(&self, space: SpaceId, standing: Standing) -> DeviceClaim {
        let keys = &self.keys;
        DeviceClaim::sign(space, &keys.signing, keys.kem_recipient(), keys.endpoint(), standing)
    }

    /// Adds another laptop and gives it the key.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn add(
        &mut self,
        space: SpaceId,
        other: &Self,
        role: Role,
        standing: Standing,
        sheets: &[SigningKey],
    ) -> Result<(), NodeError> {
        let (claim, person) = (other.claim(space, standing), other.person);
        let names = DeviceNames::new(format!("person of {}", other.name), other.name.clone());
        self.draft(space, |draft, keys, _| {
            let approvals = ApprovalKeys { device: keys, recovery: sheets };
            draft.add_device(claim, person, &names, role, approvals)?;
            let epoch = draft.journal().membership().preferred_epoch();
            epoch
                .into_iter()
                .filter(|_| role.reads())
                .try_for_each(|epoch| draft.add_missing_wraps(epoch, keys).map_err(NodeError::from))
        })
    }

    /// Removes laptops and rotates.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn remove(
        &mut self,
        space: SpaceId,
        devices: impl IntoIterator<Item = DeviceId>,
        sheets: &[SigningKey],
    ) -> Result<(), NodeError> {
        let devices: BTreeSet<DeviceId> = devices.into_iter().collect();
        let leaves = devices.contains(&self.device());
        self.draft(space, |draft, keys, rng| {
            draft.remove_devices(devices, ApprovalKeys { device: keys, recovery: sheets })?;
            if leaves { Ok(()) } else { Ok(draft.rotate(keys, rng)?) }
        })
    }

    /// Changes a role.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn set_role(
        &mut self,
        space: SpaceId,
        device: DeviceId,
        role: Role,
        sheets: &[SigningKey],
    ) -> Result<(), NodeError> {
        self.draft(space, |draft, keys, _| {
            Ok(draft.set_role(device, role, ApprovalKeys { device: keys, recovery: sheets })?)
        })
    }

    /// Mints an epoch.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn rotate(&mut self, space: SpaceId) -> Result<(), NodeError> {
        self.draft(space, |draft, keys, rng| Ok(draft.rotate(keys, rng)?))
    }

    /// An operation on the present heads that these others approve with their keys, not published yet.
    ///
    /// # Panics
    /// If it cannot be signed.
    #[must_use]
    pub fn sign(&self, space: SpaceId, op: MemberOp, approvers: &[&SigningKey]) -> SignedOp {
        let heads = self.journal(space).membership().heads().iter().copied();
        let named = approvers.iter().map(|key| Signer::Device(DeviceId::from(*key)));
        let body = OpBody::new(space, heads, self.device(), op).unwrap().with_approvers(named).unwrap();
        let draft = kyosei_access::Draft::new(body).sign_as_device(&self.keys.signing).unwrap();
        let draft = approvers.iter().fold(draft, |draft, key| draft.sign_as_device(key).unwrap());
        draft.finish().unwrap()
    }

    /// Publishes an operation that is signed already.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn publish(&mut self, space: SpaceId, op: SignedOp) -> Result<(), NodeError> {
        self.draft(space, |draft, _, _| Ok(draft.publish(op)?))
    }

    /// Opens a log if there is none, and writes a draft.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn draft(
        &mut self,
        space: SpaceId,
        write: impl FnOnce(&mut Draft, &DeviceKeys, &mut rand_chacha::ChaCha20Rng) -> Result<(), NodeError>,
    ) -> Result<(), NodeError> {
        self.guard(|node| {
            node.ensure_log(space)?;
            let keys = Arc::clone(&node.keys);
            let mut draft = node.journal(space).draft();
            write(&mut draft, &keys, &mut node.rng)?;
            node.commit(space, draft, Vec::new(), Batch::default())
        })
    }

    /// Opens a new log if the key of the old one was lost or used elsewhere.
    pub(super) fn ensure_log(&mut self, space: SpaceId) -> Result<(), NodeError> {
        self.shelf(space)?;
        if self.journal(space).own_log().is_some() {
            return Ok(());
        }
        let (key, keys) = (self.fresh_key(), Arc::clone(&self.keys));
        let mut draft = self.journal(space).draft();
        draft.open_log(key, &keys, self.journal(space).unpublished(self.table(space)).unwrap())?;
        let memory = self.memory.as_mut().ok_or(NodeError::Off)?;
        let mut ring = memory.ring.clone();
        ring.put_own(space, draft.journal().own_log().cloned());
        let state_put = vec![ring.seal(&keys).unwrap()];
        self.commit(space, draft, Vec::new(), Batch { state_put, ..Batch::default() })?;
        self.memory.as_mut().ok_or(NodeError::Off)?.ring = ring;
        Ok(())
    }

    /// What is due by itself: dropping payloads, complaining of wrong wraps, rotating, wrapping for readers that lack the
    /// key. Says whether anything was done.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn maintain(&mut self, space: SpaceId) -> Result<bool, NodeError> {
        self.guard(|node| node.keep_house(space))
    }

    fn keep_house(&mut self, space: SpaceId) -> Result<bool, NodeError> {
        let (now_ms, keys) = (self.now_ms, Arc::clone(&self.keys));
        let table = self.disk.table(space).clone();
        let due = self.shelf(space)?.replica.drops_due(now_ms, &table).unwrap_or_default();
        let mut has_done = !due.is_empty();
        if has_done {
            let payload_delete = due.into_iter().collect();
            self.disk.commit(space, Batch { payload_delete, ..Batch::default() })?;
        }
        let wanted = self.replica(space).epochs_to_ask_for(&keys, self.disk.table(space)).unwrap();
        for epoch in wanted {
            has_done = true;
            self.draft(space, |draft, keys, _| Ok(draft.complain(epoch, keys)?))?;
        }
        if !self.journal(space).membership().can::<Write>(self.device()) {
            return Ok(has_done);
        }
        if self.is_rotation_due(space) {
            has_done = true;
            self.rotate(space)?;
        }
        for epoch in self.journal(space).epochs_to_wrap() {
            has_done = true;
            self.draft(space, |draft, keys, _| Ok(draft.add_missing_wraps(epoch, keys)?))?;
        }
        Ok(has_done)
    }

    fn is_rotation_due(&self, space: SpaceId) -> bool {
        let membership = self.journal(space).membership();
        let known_ms = self
            .memory
            .as_ref()
            .and_then(|memory| memory.book.epochs_known_ms.get(&membership.preferred_epoch()?).copied());
        let age_ms = known_ms.map_or(0, |since| self.now_ms.saturating_sub(since));
        membership.rotation_due(Duration::from_millis(u64::try_from(age_ms).unwrap_or(0))).is_some()
    }
}

/// Approval keys of three recovery sheets, and the recovery identity.
pub(crate) fn sheets(rng: &mut rand_chacha::ChaCha20Rng) -> (Vec<SigningKey>, Identity) {
    let keys = (0..3).map(|_| kyosei_app::journal::fresh_key(rng)).collect();
    (keys, Identity::generate(rng).unwrap())
}
