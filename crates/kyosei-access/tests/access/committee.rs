//! An invented committee whose devices say things: a short way to write operation graphs.
//!
//! Devices are numbers. Device `n` belongs to person `n / 10`: 10 and 11 are two devices of one person. Keys are derived
//! from the numbers, so every run gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::*;

/// Key of a device.
pub fn device_key(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

/// Id of a device.
pub fn device(n: u8) -> DeviceId {
    DeviceId::from(&device_key(n))
}

/// Key of a recovery sheet.
pub fn sheet_key(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[200 + n; 32])
}

/// Id of a recovery sheet.
pub fn sheet(n: u8) -> RecoveryKeyId {
    RecoveryKeyId::from(&sheet_key(n))
}

/// Key of a log: `n` is the device, `incarnation` counts its logs.
pub fn log_key(n: u8, incarnation: u8) -> SigningKey {
    let mut seed = [n; 32];
    seed[0] = 100 + incarnation;
    SigningKey::from_bytes(&seed)
}

/// Encapsulation key of a device; `version` counts its updates.
pub fn kem(n: u8, version: u8) -> KemRecipient {
    let mut bytes = [n; 32];
    bytes[1] = version;
    KemRecipient::from_bytes(bytes)
}

/// Endpoint of a device; `version` counts its updates.
pub fn endpoint(n: u8, version: u8) -> EndpointKey {
    let mut bytes = [n; 32];
    bytes[2] = version;
    EndpointKey::from_bytes(bytes)
}

/// Recipient of an epoch.
pub fn epoch(n: u8) -> EpochRecipient {
    EpochRecipient::from_bytes([n; 32])
}

/// The person of a device.
pub fn person(n: u8) -> PersonId {
    PersonId::from_bytes([n / 10; 16])
}

/// Who says something: the author and those who approve.
#[derive(Clone)]
pub struct Voice(pub u8, pub Vec<u8>, pub Vec<u8>);

impl From<u8> for Voice {
    fn from(author: u8) -> Self {
        Self(author, Vec::new(), Vec::new())
    }
}

impl From<(u8, u8)> for Voice {
    fn from((author, approver): (u8, u8)) -> Self {
        Self(author, vec![approver], Vec::new())
    }
}

/// An author with a recovery sheet as second approval.
pub fn with_sheet(author: u8, sheet: u8) -> Voice {
    Voice(author, Vec::new(), vec![sheet])
}

/// A space and all that was said in it.
#[derive(Clone)]
pub struct Committee {
    pub space: SpaceId,
    pub genesis: OpId,
    pub set: OpSet,
}

impl Committee {
    /// Founders, with three recovery sheets and the default policy.
    pub fn found(founders: &[u8]) -> Self {
        Self::found_with(founders, Policy::default())
    }

    pub fn found_with(founders: &[u8], policy: Policy) -> Self {
        let founder = |n: &u8| Founder {
            device: device(*n),
            kem: kem(*n, 0),
            endpoint: endpoint(*n, 0),
            person: person(*n),
            sealed_name: SealedBytes::new(vec![*n]),
        };
        let sheets = BTreeSet::from([sheet(1), sheet(2), sheet(3)]);
        let body = genesis(founders.iter().map(founder).collect(), policy, sheets, Some(kem(99, 0)), [5; 16])
            .unwrap();
        let draft =
            founders.iter().fold(Draft::new(body), |draft, n| draft.sign_as_device(&device_key(*n)).unwrap());
        let op = draft.finish().unwrap().verify().unwrap();
        let (space, genesis) = (op.get().space_id(), op.get().id());
        let mut set = OpSet::new(space);
        set.insert(op).unwrap();
        Self { space, genesis, set }
    }

    pub fn members(&self) -> Membership {
        reduce(&self.set)
    }

    /// Says something on the present heads.
    pub fn say(&mut self, voice: impl Into<Voice>, op: MemberOp) -> OpId {
        let heads: Vec<OpId> = self.members().heads().iter().copied().collect();
        self.say_on(&heads, voice, op)
    }

    /// Says something on the given causal past.
    pub fn say_on(&mut self, prev: &[OpId], voice: impl Into<Voice>, op: MemberOp) -> OpId {
        let signed = self.sign(prev, voice, op);
        let id = signed.get().id();
        self.set.insert(signed).unwrap();
        id
    }

    /// Signs without publishing.
    pub fn sign(&self, prev: &[OpId], voice: impl Into<Voice>, op: MemberOp) -> Verified<SignedOp> {
        let Voice(author, devices, sheets) = voice.into();
        let approvers =
            devices.iter().map(|n| device(*n).into()).chain(sheets.iter().map(|n| sheet(*n).into()));
        let is_log = matches!(op, MemberOp::LogOpen(_));
        let incarnation = if let MemberOp::LogOpen(open) = &op { open.incarnation } else { 0 };
        let body = OpBody::new(self.space, prev.iter().copied(), device(author), op).unwrap();
        let mut draft = Draft::new(body.with_approvers(approvers).unwrap());
        draft = draft.sign_as_device(&device_key(author)).unwrap();
        for n in devices {
            draft = draft.sign_as_device(&device_key(n)).unwrap();
        }
        for n in sheets {
            draft = draft.sign_as_recovery(&sheet_key(n)).unwrap();
        }
        if is_log {
            draft = draft.sign_as_log(&log_key(author, incarnation as u8)).unwrap();
        }
        draft.finish().unwrap().verify().unwrap()
    }

    /// Recovery sheets appoint a new admin.
    pub fn recover(&mut self, prev: &[OpId], sheets: &[u8], new: u8) -> OpId {
        let op = MemberOp::Recover(Recover { admins: vec![self.cert(new, Standing::AdminEligible)] });
        let body = OpBody::new(self.space, prev.iter().copied(), sheet(sheets[0]), op).unwrap();
        let body = body.with_approvers(sheets[1..].iter().map(|n| sheet(*n).into())).unwrap();
        let draft =
            sheets.iter().fold(Draft::new(body), |draft, n| draft.sign_as_recovery(&sheet_key(*n)).unwrap());
        let op = draft.finish().unwrap().verify().unwrap();
        let id = op.get().id();
        self.set.insert(op).unwrap();
        id
    }

    pub fn cert(&self, n: u8, standing: Standing) -> DeviceCert {
        DeviceCert {
            claim: DeviceClaim::sign(self.space, &device_key(n), kem(n, 0), endpoint(n, 0), standing),
            person: person(n),
            sealed_name: SealedBytes::new(vec![n]),
        }
    }

    /// An addition with ordinary standing.
    pub fn add(&self, n: u8, role: Role) -> MemberOp {
        MemberOp::Add(Add { cert: self.cert(n, Standing::Ordinary), role })
    }

    /// An addition of a device that may become admin.
    pub fn add_eligible(&self, n: u8, role: Role) -> MemberOp {
        MemberOp::Add(Add { cert: self.cert(n, Standing::AdminEligible), role })
    }

    /// The roles of all members.
    pub fn roles(&self) -> BTreeMap<u8, Role> {
        let members = self.members();
        (1..100).filter_map(|n| Some((n, members.role(device(n))?))).collect()
    }
}

/// Three founders (persons 1, 2, 3), and person 4 with an ordinary device.
pub fn committee_of_four() -> (Committee, OpId) {
    let mut committee = Committee::found(&[10, 20, 30]);
    let base = committee.say(10, committee.add(40, Role::Edit));
    (committee, base)
}

/// A removal without cuts.
pub fn remove(devices: &[u8]) -> MemberOp {
    remove_cut(devices, &[])
}

/// A removal with cuts: (log, heads).
pub fn remove_cut(devices: &[u8], cuts: &[(LogId, &[CutHead])]) -> MemberOp {
    MemberOp::Remove(Remove {
        devices: devices.iter().map(|n| device(*n)).collect(),
        cuts: cuts.iter().map(|(log, heads)| (*log, heads.iter().copied().collect())).collect(),
    })
}

pub fn set_role(n: u8, role: Role) -> MemberOp {
    MemberOp::SetRole(SetRole { device: device(n), role })
}

pub fn open_log(n: u8, incarnation: u8) -> MemberOp {
    MemberOp::LogOpen(LogOpen {
        log: LogId::from(&log_key(n, incarnation)),
        incarnation: u32::from(incarnation),
    })
}

pub fn key_update(n: u8, version: u8) -> MemberOp {
    MemberOp::KeyUpdate(KeyUpdate { kem: Some(kem(n, version)), endpoint: None })
}

pub fn endpoint_update(n: u8, version: u8) -> MemberOp {
    MemberOp::KeyUpdate(KeyUpdate { kem: None, endpoint: Some(endpoint(n, version)) })
}

pub fn wraps(readers: &[(u8, u8)]) -> Wraps {
    let wrap = |(n, version): &(u8, u8)| {
        ((device(*n), kem(*n, *version).id()), SealedBytes::new(vec![*n, *version]))
    };
    readers.iter().map(wrap).collect()
}

/// Mints an epoch for readers, each with the version of its encapsulation key.
pub fn rotate(recipient: u8, readers: &[(u8, u8)]) -> MemberOp {
    MemberOp::Rotate(Rotate {
        recipient: epoch(recipient),
        chain: None,
        wraps: wraps(readers),
        recovery_wraps: BTreeMap::new(),
    })
}

pub fn add_wraps(recipient: u8, readers: &[(u8, u8)]) -> MemberOp {
    MemberOp::AddWraps(AddWraps {
        epoch: epoch(recipient).id(),
        wraps: wraps(readers),
        recovery_wraps: BTreeMap::new(),
    })
}
