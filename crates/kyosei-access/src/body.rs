//! The body of an operation: what is said, on which causal past, and who must sign it.
//!
//! A body is well formed by construction: [`OpBody::new`], [`OpBody::with_approvers`], [`genesis`] and decoding all pass
//! the same check of limits and of which signers go with which kind. Whether the signers *may* say it is the reducer's
//! question.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use thiserror::Error;

use crate::cert::{DeviceCert, Founder, Role, Standing};
use crate::codec::{CodecError, SealedBytes, from_canonical, to_canonical};
use crate::id::{DeviceId, KemId, KemRecipient, OpId, RecoveryKeyId, SpaceId};
use crate::limits;
use crate::op::{Genesis, MemberOp, Policy};

/// Fewest persons that `admin_change` may ask for (rule M5).
pub const ADMIN_CHANGE_MIN: u8 = 2;

/// Someone whose signature an operation carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signer {
    /// A device of a member.
    Device(DeviceId),
    /// A recovery key of the space.
    Recovery(RecoveryKeyId),
}

impl Signer {
    /// The public key under which this signer's signature must verify.
    #[must_use]
    pub const fn key_bytes(&self) -> &[u8; 32] {
        match self {
            Self::Device(id) => id.as_bytes(),
            Self::Recovery(id) => id.as_bytes(),
        }
    }
}

impl From<DeviceId> for Signer {
    fn from(id: DeviceId) -> Self {
        Self::Device(id)
    }
}

impl From<RecoveryKeyId> for Signer {
    fn from(id: RecoveryKeyId) -> Self {
        Self::Recovery(id)
    }
}

impl<C> Encode<C> for Signer {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        let tag = match self {
            Self::Device(_) => 0,
            Self::Recovery(_) => 1,
        };
        e.array(2)?.u8(tag)?.bytes(self.key_bytes())?;
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Signer {
    fn decode(d: &mut Decoder<'b>, c: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(2) {
            return Err(decode::Error::message("a signer is an array of two"));
        }
        match d.u8()? {
            0 => Ok(Self::Device(DeviceId::decode(d, c)?)),
            1 => Ok(Self::Recovery(RecoveryKeyId::decode(d, c)?)),
            _ => Err(decode::Error::message("unknown sort of signer")),
        }
    }
}

/// The body of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpBody {
    space: Option<SpaceId>,
    prev: BTreeSet<OpId>,
    author: Signer,
    approvers: BTreeSet<Signer>,
    op: MemberOp,
}

/// Why a body is not well formed.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum BodyError {
    /// The bytes are no canonical body.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A field is larger than its limit in [`limits`].
    #[error("a field exceeds its limit")]
    TooLarge,
    /// `Genesis` has neither space nor predecessors; everything else has both.
    #[error("space or predecessors do not fit the kind")]
    Position,
    /// The author or the approvers do not fit the kind.
    #[error("signers do not fit the kind")]
    Signers,
    /// A list that must name something is empty, or names something twice.
    #[error("a list is empty or repeats itself")]
    List,
    /// A key update names no key.
    #[error("a key update names no key")]
    NoKey,
    /// A device of ordinary standing was to become an admin.
    #[error("a device of ordinary standing cannot be an admin")]
    Standing,
    /// A threshold is zero, or `admin_change` is below two.
    #[error("the policy's thresholds are too low")]
    Policy,
}

impl OpBody {
    /// A body by one author, without further approvers.
    ///
    /// `prev` are the membership heads that the author knows.
    ///
    /// # Errors
    /// [`BodyError`] when the body is not well formed.
    pub fn new(
        space: SpaceId,
        prev: impl IntoIterator<Item = OpId>,
        author: impl Into<Signer>,
        op: MemberOp,
    ) -> Result<Self, BodyError> {
        Self {
            space: Some(space),
            prev: prev.into_iter().collect(),
            author: author.into(),
            approvers: BTreeSet::new(),
            op,
        }
        .checked()
    }

    /// Names who approves besides the author. All of them must sign before the operation can be published, so that its
    /// id fixes the approvals.
    ///
    /// # Errors
    /// [`BodyError`] when there are too many or the kind takes none.
    pub fn with_approvers(mut self, approvers: impl IntoIterator<Item = Signer>) -> Result<Self, BodyError> {
        self.approvers = approvers.into_iter().collect();
        self.checked()
    }

    /// The space, or none for the operation that founds one.
    #[must_use]
    pub const fn space(&self) -> Option<SpaceId> {
        self.space
    }

    /// The direct predecessors.
    #[must_use]
    pub const fn prev(&self) -> &BTreeSet<OpId> {
        &self.prev
    }

    /// Who wrote it.
    #[must_use]
    pub const fn author(&self) -> Signer {
        self.author
    }

    /// Who approved it besides the author.
    #[must_use]
    pub const fn approvers(&self) -> &BTreeSet<Signer> {
        &self.approvers
    }

    /// What it says.
    #[must_use]
    pub const fn op(&self) -> &MemberOp {
        &self.op
    }

    /// Whether a device removes itself and nothing else, on its own.
    #[must_use]
    pub fn is_leave(&self) -> bool {
        let (MemberOp::Remove(remove), Signer::Device(author)) = (&self.op, self.author) else {
            return false;
        };
        self.approvers.is_empty() && remove.devices.iter().eq([&author])
    }

    /// The id of the operation with this body.
    #[must_use]
    pub fn id(&self) -> OpId {
        op_id(crate::VERSION, crate::SUITE, &self.encode())
    }

    /// The space that this body belongs to: for `Genesis`, the one that it founds.
    #[must_use]
    pub fn space_id(&self) -> SpaceId {
        self.space.unwrap_or_else(|| SpaceId::from_bytes(*self.id().as_bytes()))
    }

    /// The canonical encoding.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        to_canonical(&BodyWire {
            space: self.space,
            prev: self.prev.clone(),
            author: self.author,
            approvers: self.approvers.clone(),
            kind: self.op.kind(),
            payload: self.op.payload(),
        })
    }

    /// Reads a body.
    ///
    /// # Errors
    /// [`BodyError`] when the bytes are not one canonical, well-formed body.
    pub fn decode(bytes: &[u8]) -> Result<Self, BodyError> {
        let wire: BodyWire = from_canonical(bytes)?;
        let op = MemberOp::from_payload(wire.kind, wire.payload)?;
        let BodyWire { space, prev, author, approvers, .. } = wire;
        Self { space, prev, author, approvers, op }.checked()
    }

    fn checked(self) -> Result<Self, BodyError> {
        check_position(&self)?;
        check_signers(&self)?;
        check_fields(&self.op)?;
        Ok(self)
    }
}

/// The body that founds a space. The first founder is its author, all others are its approvers.
///
/// # Errors
/// [`BodyError`] when founders are missing or repeated, or a threshold is too low.
pub fn genesis(
    founders: Vec<Founder>,
    policy: Policy,
    recovery_keys: BTreeSet<RecoveryKeyId>,
    recovery_recipient: Option<KemRecipient>,
    nonce: [u8; 16],
) -> Result<OpBody, BodyError> {
    let mut signers = founders.iter().map(|founder| Signer::Device(founder.device));
    let author = signers.next().ok_or(BodyError::List)?;
    let approvers = signers.collect();
    let op = MemberOp::Genesis(Genesis { nonce, founders, policy, recovery_recipient, recovery_keys });
    OpBody { space: None, prev: BTreeSet::new(), author, approvers, op }.checked()
}

#[derive(Encode, Decode)]
struct BodyWire {
    #[n(0)]
    space: Option<SpaceId>,
    #[n(1)]
    prev: BTreeSet<OpId>,
    #[n(2)]
    author: Signer,
    #[n(3)]
    approvers: BTreeSet<Signer>,
    #[n(4)]
    kind: u16,
    #[n(5)]
    payload: SealedBytes,
}

pub(crate) fn op_id(version: u16, suite: u16, body: &[u8]) -> OpId {
    let mut hasher = blake3::Hasher::new_derive_key("kyosei/v1/op-id");
    hasher.update(&version.to_be_bytes()).update(&suite.to_be_bytes()).update(body);
    OpId::from_bytes(*hasher.finalize().as_bytes())
}

fn check_position(body: &OpBody) -> Result<(), BodyError> {
    let founds = matches!(body.op, MemberOp::Genesis(_));
    if body.prev.len() > limits::PREV_COUNT_MAX {
        return Err(BodyError::TooLarge);
    }
    if founds != body.space.is_none() || founds != body.prev.is_empty() {
        return Err(BodyError::Position);
    }
    Ok(())
}

fn check_signers(body: &OpBody) -> Result<(), BodyError> {
    if body.approvers.len() > limits::APPROVER_COUNT_MAX {
        return Err(BodyError::TooLarge);
    }
    let by_device = matches!(body.author, Signer::Device(_));
    let fits = match &body.op {
        MemberOp::Genesis(genesis) => {
            let founders: BTreeSet<Signer> =
                genesis.founders.iter().map(|founder| Signer::Device(founder.device)).collect();
            let signers: BTreeSet<Signer> =
                body.approvers.iter().copied().chain(std::iter::once(body.author)).collect();
            founders == signers
        }
        MemberOp::Add(_) | MemberOp::Remove(_) | MemberOp::SetRole(_) => by_device,
        MemberOp::LogOpen(_)
        | MemberOp::KeyUpdate(_)
        | MemberOp::Rotate(_)
        | MemberOp::AddWraps(_)
        | MemberOp::Complaint(_) => by_device && body.approvers.is_empty(),
        MemberOp::Recover(_) => {
            !by_device && body.approvers.iter().all(|signer| matches!(signer, Signer::Recovery(_)))
        }
        MemberOp::Unknown(_) => true,
    };
    if fits && !body.approvers.contains(&body.author) { Ok(()) } else { Err(BodyError::Signers) }
}

fn check_fields(op: &MemberOp) -> Result<(), BodyError> {
    match op {
        MemberOp::Genesis(genesis) => check_genesis(genesis),
        MemberOp::Add(add) => {
            check_name(&add.cert.sealed_name)?;
            if add.role == Role::Admin { check_eligible(&add.cert) } else { Ok(()) }
        }
        MemberOp::Remove(remove) => {
            check_count(remove.devices.len(), limits::DEVICE_COUNT_MAX)?;
            at_most(remove.cuts.len(), limits::CUT_LOG_COUNT_MAX)?;
            remove.cuts.values().try_for_each(|heads| check_count(heads.len(), limits::CUT_HEAD_COUNT_MAX))
        }
        MemberOp::Rotate(rotate) => {
            at_most(
                rotate.chain.as_ref().map_or(0, |chain| chain.as_slice().len()),
                limits::CHAIN_BYTES_MAX,
            )?;
            check_wraps(rotate.wraps.values(), rotate.wraps.len(), &rotate.recovery_wraps)
        }
        MemberOp::AddWraps(add) => check_wraps(add.wraps.values(), add.wraps.len(), &add.recovery_wraps),
        MemberOp::KeyUpdate(update) => {
            if update.kem.is_none() && update.endpoint.is_none() {
                Err(BodyError::NoKey)
            } else {
                Ok(())
            }
        }
        MemberOp::Recover(recover) => check_certs(&recover.admins),
        MemberOp::SetRole(_) | MemberOp::LogOpen(_) | MemberOp::Complaint(_) | MemberOp::Unknown(_) => Ok(()),
    }
}

fn check_genesis(genesis: &Genesis) -> Result<(), BodyError> {
    check_count(genesis.founders.len(), limits::FOUNDER_COUNT_MAX)?;
    at_most(genesis.recovery_keys.len(), limits::RECOVERY_KEY_COUNT_MAX)?;
    check_distinct(genesis.founders.iter().map(|founder| founder.device))?;
    genesis.founders.iter().try_for_each(|founder| check_name(&founder.sealed_name))?;
    let Policy { add, remove, admin_change, erase } = genesis.policy;
    if add == 0 || remove == 0 || erase == 0 || admin_change < ADMIN_CHANGE_MIN {
        return Err(BodyError::Policy);
    }
    Ok(())
}

fn check_certs(certs: &[DeviceCert]) -> Result<(), BodyError> {
    check_count(certs.len(), limits::DEVICE_COUNT_MAX)?;
    check_distinct(certs.iter().map(|cert| cert.claim.device()))?;
    certs.iter().try_for_each(|cert| check_name(&cert.sealed_name).and_then(|()| check_eligible(cert)))
}

fn check_eligible(cert: &DeviceCert) -> Result<(), BodyError> {
    match cert.claim.standing() {
        Standing::AdminEligible => Ok(()),
        Standing::Ordinary => Err(BodyError::Standing),
    }
}

fn check_wraps<'a>(
    mut wraps: impl Iterator<Item = &'a SealedBytes>,
    count: usize,
    recovery: &BTreeMap<KemId, SealedBytes>,
) -> Result<(), BodyError> {
    at_most(count, limits::WRAP_COUNT_MAX)?;
    at_most(recovery.len(), limits::RECOVERY_KEY_COUNT_MAX)?;
    wraps.try_for_each(|wrap| at_most(wrap.as_slice().len(), limits::WRAP_BYTES_MAX))?;
    recovery.values().try_for_each(|wrap| at_most(wrap.as_slice().len(), limits::WRAP_BYTES_MAX))
}

fn check_name(name: &SealedBytes) -> Result<(), BodyError> {
    at_most(name.as_slice().len(), limits::SEALED_NAME_BYTES_MAX)
}

fn check_distinct(devices: impl Iterator<Item = DeviceId>) -> Result<(), BodyError> {
    let mut seen = BTreeSet::new();
    for device in devices {
        if !seen.insert(device) {
            return Err(BodyError::List);
        }
    }
    Ok(())
}

fn check_count(count: usize, max: usize) -> Result<(), BodyError> {
    if count == 0 {
        return Err(BodyError::List);
    }
    at_most(count, max)
}

fn at_most(size: usize, max: usize) -> Result<(), BodyError> {
    if size > max { Err(BodyError::TooLarge) } else { Ok(()) }
}
