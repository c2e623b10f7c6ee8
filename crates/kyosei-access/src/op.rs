//! The kinds of membership operation and their fields.
//!
//! An operation is a statement; whether it has an effect is decided by [`reduce`](fn@crate::reduce) alone. The fields carry
//! no secret in the clear: wraps, chains and names are age ciphertexts made elsewhere. Kinds that this version does not
//! know are kept as [`MemberOp::Unknown`], relayed and counted, and never interpreted.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode};

use crate::cert::{DeviceCert, DeviceClaim, Founder, Role};
use crate::codec::{CodecError, SealedBytes, from_canonical, to_canonical};
use crate::id::{
    DeviceId, EndpointKey, EntryId, EpochId, EpochRecipient, KemId, KemRecipient, LogId, RecoveryKeyId,
};

/// A membership operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberOp {
    /// Founds a space.
    Genesis(Genesis),
    /// Adds a device.
    Add(Add),
    /// Removes devices for ever.
    Remove(Remove),
    /// Changes the role of a device.
    SetRole(SetRole),
    /// Opens a log of the author's device. Signed by the device and by the log key.
    LogOpen(LogOpen),
    /// Replaces keys of the author's device.
    KeyUpdate(KeyUpdate),
    /// Mints an epoch.
    Rotate(Rotate),
    /// Adds wraps to an epoch for readers that lack one (rule E3).
    AddWraps(AddWraps),
    /// States that the author's wrap of an epoch does not open to that epoch (hole H11).
    Complaint(Complaint),
    /// Appoints admins by recovery keys (rule M7).
    Recover(Recover),
    /// A kind of a later program version.
    Unknown(UnknownOp),
}

/// Founds a space: the founders are its first admins.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Genesis {
    /// Random bytes that make the space's id unique.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub nonce: [u8; 16],
    /// The first admins. Each signs the operation.
    #[n(1)]
    pub founders: Vec<Founder>,
    /// How many approvals what takes.
    #[n(2)]
    pub policy: Policy,
    /// The split recovery identity's recipient. Every epoch may be wrapped for it (decrypting power).
    #[n(3)]
    pub recovery_recipient: Option<KemRecipient>,
    /// Recovery signing keys (admin power). Each counts as a person of its own.
    #[n(4)]
    pub recovery_keys: BTreeSet<RecoveryKeyId>,
}

/// How many persons must sign what. The author counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Policy {
    /// To add or change a device of ordinary standing.
    #[n(0)]
    pub add: u8,
    /// To remove devices of ordinary standing.
    #[n(1)]
    pub remove: u8,
    /// To add, change or remove a device that may be admin, and to recover. At least two (rule M5).
    #[n(2)]
    pub admin_change: u8,
    /// To erase a person's documents (used by the sync layer).
    #[n(3)]
    pub erase: u8,
}

impl Default for Policy {
    fn default() -> Self {
        Self { add: 1, remove: 1, admin_change: 2, erase: 2 }
    }
}

/// Adds a device.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Add {
    /// The device.
    #[n(0)]
    pub cert: DeviceCert,
    /// Its first role.
    #[n(1)]
    pub role: Role,
}

/// Removes devices, and says which of their entries still count.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Remove {
    /// The devices.
    #[n(0)]
    pub devices: BTreeSet<DeviceId>,
    /// For each log of a removed device, the heads that the remover had accepted. Entries that are no head and no
    /// ancestor of one are beyond the cut. A log that is not named is cut at its beginning.
    #[n(1)]
    pub cuts: BTreeMap<LogId, BTreeSet<CutHead>>,
}

/// The last accepted entry of one branch of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct CutHead {
    /// Sequence number of the entry.
    #[n(0)]
    pub seq: u32,
    /// The entry.
    #[n(1)]
    pub entry: EntryId,
}

/// Changes the role of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SetRole {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Its role from here on.
    #[n(1)]
    pub role: Role,
}

/// Opens a log of the author's device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct LogOpen {
    /// The log's public key.
    #[n(0)]
    pub log: LogId,
    /// Counts the logs of this device in this space: 0 for the first, more after a restored backup.
    #[n(1)]
    pub incarnation: u32,
}

/// Replaces the encapsulation key, the endpoint key or both of the author's device. What is absent stays as it is, so an
/// update of the endpoint asks for no new epoch. It names at least one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct KeyUpdate {
    /// The new encapsulation key.
    #[n(0)]
    pub kem: Option<KemRecipient>,
    /// The new endpoint key.
    #[n(1)]
    pub endpoint: Option<EndpointKey>,
}

/// Wraps of an epoch's identity, each an age file for one encapsulation key of one device.
pub type Wraps = BTreeMap<(DeviceId, KemId), SealedBytes>;

/// Mints an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Rotate {
    /// The epoch's public key; its hash is the epoch's id.
    #[n(0)]
    pub recipient: EpochRecipient,
    /// Older epoch identities, sealed to the new recipient; none in a shred rotation (rule D4).
    #[n(1)]
    pub chain: Option<SealedBytes>,
    /// The epoch's identity for each reader.
    #[n(2)]
    pub wraps: Wraps,
    /// The epoch's identity for recovery recipients.
    #[n(3)]
    pub recovery_wraps: BTreeMap<KemId, SealedBytes>,
}

/// Adds wraps to an epoch that lacks them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct AddWraps {
    /// The epoch.
    #[n(0)]
    pub epoch: EpochId,
    /// Its identity for further readers.
    #[n(1)]
    pub wraps: Wraps,
    /// Its identity for further recovery recipients.
    #[n(2)]
    pub recovery_wraps: BTreeMap<KemId, SealedBytes>,
}

/// The author's wrap of this epoch does not open to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Complaint {
    /// The epoch.
    #[n(0)]
    pub epoch: EpochId,
}

/// Appoints new devices as admins, signed by recovery keys alone.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Recover {
    /// The new admins.
    #[n(0)]
    pub admins: Vec<DeviceCert>,
}

/// An operation of a kind that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownOp {
    pub(crate) kind: u16,
    pub(crate) payload: SealedBytes,
}

impl UnknownOp {
    /// The number of the kind.
    #[must_use]
    pub const fn kind(&self) -> u16 {
        self.kind
    }
}

impl MemberOp {
    /// The number of this kind on the wire. A number is never used again for another meaning.
    #[must_use]
    pub const fn kind(&self) -> u16 {
        match self {
            Self::Genesis(_) => 1,
            Self::Add(_) => 2,
            Self::Remove(_) => 3,
            Self::SetRole(_) => 4,
            Self::LogOpen(_) => 5,
            Self::KeyUpdate(_) => 6,
            Self::Rotate(_) => 7,
            Self::AddWraps(_) => 8,
            Self::Complaint(_) => 9,
            Self::Recover(_) => 10,
            Self::Unknown(op) => op.kind,
        }
    }

    /// The claims of devices that this operation brings in.
    pub(crate) fn claims(&self) -> Vec<&DeviceClaim> {
        match self {
            Self::Add(add) => vec![&add.cert.claim],
            Self::Recover(recover) => recover.admins.iter().map(|cert| &cert.claim).collect(),
            Self::Genesis(_)
            | Self::Remove(_)
            | Self::SetRole(_)
            | Self::LogOpen(_)
            | Self::KeyUpdate(_)
            | Self::Rotate(_)
            | Self::AddWraps(_)
            | Self::Complaint(_)
            | Self::Unknown(_) => Vec::new(),
        }
    }

    pub(crate) fn payload(&self) -> SealedBytes {
        SealedBytes::new(match self {
            Self::Genesis(op) => to_canonical(op),
            Self::Add(op) => to_canonical(op),
            Self::Remove(op) => to_canonical(op),
            Self::SetRole(op) => to_canonical(op),
            Self::LogOpen(op) => to_canonical(op),
            Self::KeyUpdate(op) => to_canonical(op),
            Self::Rotate(op) => to_canonical(op),
            Self::AddWraps(op) => to_canonical(op),
            Self::Complaint(op) => to_canonical(op),
            Self::Recover(op) => to_canonical(op),
            Self::Unknown(op) => return op.payload.clone(),
        })
    }

    pub(crate) fn from_payload(kind: u16, payload: SealedBytes) -> Result<Self, CodecError> {
        let bytes = payload.as_slice();
        Ok(match kind {
            1 => Self::Genesis(from_canonical(bytes)?),
            2 => Self::Add(from_canonical(bytes)?),
            3 => Self::Remove(from_canonical(bytes)?),
            4 => Self::SetRole(from_canonical(bytes)?),
            5 => Self::LogOpen(from_canonical(bytes)?),
            6 => Self::KeyUpdate(from_canonical(bytes)?),
            7 => Self::Rotate(from_canonical(bytes)?),
            8 => Self::AddWraps(from_canonical(bytes)?),
            9 => Self::Complaint(from_canonical(bytes)?),
            10 => Self::Recover(from_canonical(bytes)?),
            _ => Self::Unknown(UnknownOp { kind, payload }),
        })
    }
}
