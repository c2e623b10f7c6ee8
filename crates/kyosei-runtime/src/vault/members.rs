//! Changing who is in: removing devices, changing roles, opening spaces, and showing what changed (rules M3, M5, M8).

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::{DeviceId, PersonId, RecoveryKeyId, Role, SpaceId};
use kyosei_app::Replica;
use kyosei_app::journal::{ApprovalKeys, DeviceNames, Founding, Journal};
use kyosei_app::spaces::found_space;
use kyosei_app::state::LocalState;
use kyosei_model::SpaceKind;
use kyosei_store::Batch;
use kyosei_vault::Recipient;

use super::{Space, Vault, VaultError, WriteFailed, rows};

/// What changed in the members of a space since a person was last shown them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownChange {
    /// The device came in.
    Added {
        /// With this role.
        role: Role,
    },
    /// The device is out.
    Gone,
    /// Its role changed.
    Role {
        /// Before.
        old: Role,
        /// Now.
        new: Role,
    },
}

impl Vault {
    /// The space for a purpose, if this vault is in one.
    #[must_use]
    pub fn space_of(&self, kind: SpaceKind) -> Option<SpaceId> {
        self.space_ids().into_iter().find(|id| self.kind_of(*id) == Some(kind))
    }

    /// What a space is for; none before its first documents arrived.
    #[must_use]
    pub fn kind_of(&self, id: SpaceId) -> Option<SpaceKind> {
        self.space(id).ok()?.replica.register().space_kind()
    }

    /// The devices in the space for a purpose, as documents name them.
    #[must_use]
    pub fn devices_of(&self, kind: SpaceKind) -> BTreeSet<kyosei_model::DeviceId> {
        let devices = self.space_of(kind).into_iter().flat_map(|id| self.roles(id).into_keys());
        devices.map(|device| kyosei_model::DeviceId::from_bytes(*device.as_bytes())).collect()
    }

    /// The replica of a space.
    ///
    /// # Errors
    /// [`VaultError::NoSpace`].
    pub fn replica(&self, id: SpaceId) -> Result<&Replica, VaultError> {
        Ok(&self.space(id)?.replica)
    }

    /// Founds a further space. The recovery sheets of the register hold for it too.
    ///
    /// # Errors
    /// [`VaultError`]; [`VaultError::SpaceExists`] if there is one for this purpose.
    pub fn found_space(&mut self, kind: SpaceKind) -> Result<SpaceId, VaultError> {
        if self.space_of(kind).is_some() {
            return Err(VaultError::SpaceExists);
        }
        let membership = self.journal().membership();
        let (Some(own), Some(recovery)) =
            (membership.member(self.keys.device()), membership.recovery_recipient())
        else {
            return Err(VaultError::NotPermitted);
        };
        let names = self
            .journal()
            .names_of(own.device)
            .unwrap_or_else(|| DeviceNames::new(String::new(), String::new()));
        let founding = Founding {
            person: own.person,
            name: &names.person,
            device_name: &names.device,
            policy: membership.policy(),
            recovery_keys: membership.recovery_keys().collect::<Vec<RecoveryKeyId>>(),
            recovery_recipient: Recipient::from_bytes(*recovery.as_bytes()),
        };
        let founded = Journal::found(&founding, &self.keys, self.environment.rng())?;
        let id = founded.journal.space();
        let mut ring = self.ring.clone();
        ring.put_own(id, founded.journal.own_log().cloned());
        let number = ring.add(id);
        let state_put = vec![ring.seal(&self.keys)?];
        self.store.commit(&Batch { entries: rows(&founded.entries), state_put, ..Batch::default() })?;
        self.ring = ring;
        let space = Space::new(Replica::new(founded.journal), LocalState::of_space(number));
        self.others.insert(id, space);
        self.write_in(id, |writing| found_space(writing, kind)).map_err(|failed| match failed {
            WriteFailed::Refused(_) => VaultError::NoSpace,
            WriteFailed::Vault(error) => error,
        })?;
        self.save()?;
        Ok(id)
    }

    /// Removes devices from a space for ever and mints a key that they do not have. What this laptop has of their work
    /// still counts.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn remove_devices(
        &mut self,
        id: SpaceId,
        devices: BTreeSet<DeviceId>,
        approvals: &[SigningKey],
    ) -> Result<(), VaultError> {
        self.ensure_own_log(id)?;
        let leaves = devices.contains(&self.keys.device());
        let mut draft = self.space(id)?.replica.journal().draft();
        draft.remove_devices(devices, ApprovalKeys { device: &self.keys, recovery: approvals })?;
        if !leaves {
            draft.rotate(&self.keys, self.environment.rng())?;
        }
        self.commit(id, draft, Vec::new(), Batch::default())
    }

    /// Changes the role of a device in a space; keys follow.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn set_role(
        &mut self,
        id: SpaceId,
        device: DeviceId,
        role: Role,
        approvals: &[SigningKey],
    ) -> Result<(), VaultError> {
        self.ensure_own_log(id)?;
        let mut draft = self.space(id)?.replica.journal().draft();
        draft.set_role(device, role, ApprovalKeys { device: &self.keys, recovery: approvals })?;
        self.commit(id, draft, Vec::new(), Batch::default())?;
        self.maintain(id).map(|_| ())
    }

    /// What changed in the members of a space since a person was last shown them, by device.
    #[must_use]
    pub fn unseen_changes(&self, id: SpaceId) -> BTreeMap<DeviceId, ShownChange> {
        let now = self.roles(id);
        let before = self.book.shown.get(&id).cloned().unwrap_or_default();
        let devices: BTreeSet<DeviceId> = now.keys().chain(before.keys()).copied().collect();
        let change = |device: DeviceId| match (before.get(&device), now.get(&device)) {
            (None, Some(role)) => Some(ShownChange::Added { role: *role }),
            (Some(_), None) => Some(ShownChange::Gone),
            (Some(old), Some(new)) if old != new => Some(ShownChange::Role { old: *old, new: *new }),
            (Some(_), Some(_)) | (None, None) => None,
        };
        devices.into_iter().filter_map(|device| Some((device, change(device)?))).collect()
    }

    /// Notes that a person was shown the members of a space.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn mark_shown(&mut self, id: SpaceId) -> Result<(), VaultError> {
        let roles = self.roles(id);
        if self.book.shown.get(&id) == Some(&roles) {
            return Ok(());
        }
        self.book.shown.insert(id, roles);
        self.is_book_stale = true;
        self.save()
    }

    fn roles(&self, id: SpaceId) -> BTreeMap<DeviceId, Role> {
        let space = self.space(id).ok();
        let members = space.into_iter().flat_map(|space| space.replica.journal().membership().members());
        members.map(|member| (member.device, member.role)).collect()
    }

    /// The person of a device in any space of this vault.
    #[must_use]
    pub fn person_of(&self, device: DeviceId) -> Option<PersonId> {
        let spaces = self.space_ids();
        let find =
            |id: &SpaceId| Some(self.space(*id).ok()?.replica.journal().membership().member(device)?.person);
        spaces.iter().find_map(find)
    }
}
