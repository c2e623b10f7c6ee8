//! The difference between two memberships: what a person must be shown before or after it applies (rule M8).

use std::collections::{BTreeMap, BTreeSet};

use super::Membership;
use crate::cert::Role;
use crate::id::{DeviceId, LogId, OpId};
use crate::reduce::Void;

/// What became of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// It came in.
    Added {
        /// With this role.
        role: Role,
    },
    /// It was removed for ever.
    Removed,
    /// Its addition lost its effect, or it was named by mistake: it is out without having been removed.
    Withdrawn,
    /// Its role changed.
    Role {
        /// Before.
        old: Role,
        /// Now.
        new: Role,
    },
    /// Its encapsulation key or its endpoint key changed; its role did not.
    Key,
}

/// What differs between two memberships of one space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MembershipDiff {
    /// Devices that changed.
    pub devices: BTreeMap<DeviceId, MemberChange>,
    /// Logs that were opened.
    pub logs_opened: BTreeSet<LogId>,
    /// Operations that lost their effect: "do it again?".
    pub voided: BTreeMap<OpId, Void>,
}

impl MembershipDiff {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Membership {
    /// What changed since an `earlier` membership of the same space.
    #[must_use]
    pub fn diff(&self, earlier: &Self) -> MembershipDiff {
        let devices: BTreeSet<DeviceId> = earlier
            .members
            .keys()
            .chain(self.members.keys())
            .chain(self.removed.difference(&earlier.removed))
            .copied()
            .collect();
        MembershipDiff {
            devices: devices
                .into_iter()
                .filter_map(|device| Some((device, self.change_of(device, earlier)?)))
                .collect(),
            logs_opened: self.logs.keys().filter(|log| !earlier.logs.contains_key(*log)).copied().collect(),
            voided: self
                .void()
                .iter()
                .filter(|(id, _)| !earlier.void().contains_key(*id))
                .map(|(id, reason)| (*id, *reason))
                .collect(),
        }
    }

    fn change_of(&self, device: DeviceId, earlier: &Self) -> Option<MemberChange> {
        let newly_removed = self.removed.contains(&device) && !earlier.removed.contains(&device);
        match (earlier.member(device), self.member(device)) {
            _ if newly_removed => Some(MemberChange::Removed),
            (None, Some(new)) => Some(MemberChange::Added { role: new.role }),
            (Some(_), None) => Some(MemberChange::Withdrawn),
            (Some(old), Some(new)) if old.role != new.role => {
                Some(MemberChange::Role { old: old.role, new: new.role })
            }
            (Some(old), Some(new)) => {
                let same_keys = (old.kem, old.endpoint) == (new.kem, new.endpoint);
                (!same_keys).then_some(MemberChange::Key)
            }
            (None, None) => None,
        }
    }
}
