//! Signed operations and their way from bytes to belief.
//!
//! Life-cycle of one's own operation: [`OpBody`] → [`Draft`] → (signatures of all signers) → [`SignedOp`] → bytes.
//! Of someone else's: bytes → [`SignedOp::decode`] → [`SignedOp::verify`] → [`Verified`]. Only a `Verified` can enter an
//! [`OpSet`](crate::OpSet). A format of a later program becomes an [`OpaqueOp`], which is kept and never interpreted.

use minicbor::{Decode, Encode};
use thiserror::Error;

use ed25519_dalek::SigningKey;

use crate::body::{BodyError, OpBody, Signer, op_id};
use crate::codec::{CodecError, SealedBytes, SignatureBytes, from_canonical, to_canonical};
use crate::id::{DeviceId, LogId, OpId, RecoveryKeyId, SpaceId};
use crate::limits;
use crate::op::MemberOp;
use crate::signature::{BadSignature, Domain};

/// Version of the operation format that this program writes and reads.
pub const VERSION: u16 = 1;
/// Cryptographic suite that this program writes and reads: Ed25519, BLAKE3, age with X25519. A post-quantum suite will
/// have another number.
pub const SUITE: u16 = 1;

/// A body whose signatures are being collected, before publication.
///
/// Every signer that the body names signs the same id, in any order and on any device (the body travels by file or
/// session); [`Draft::finish`] yields the operation once all have signed.
#[derive(Clone, Debug)]
pub struct Draft {
    body: OpBody,
    id: OpId,
    slots: Vec<(Slot, Option<SignatureBytes>)>,
}

/// A signature that does not belong into a draft.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the body does not name this signer")]
pub struct NotASigner;

/// A draft lacks signatures.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{missing_count} signatures are missing")]
pub struct MissingSignatures {
    /// How many.
    pub missing_count: usize,
}

impl Draft {
    /// Starts to collect signatures for a body.
    #[must_use]
    pub fn new(body: OpBody) -> Self {
        let slots = slots_of(&body).into_iter().map(|slot| (slot, None)).collect();
        Self { id: body.id(), body, slots }
    }

    /// The body that is to be signed: what a person must be shown before approving.
    #[must_use]
    pub const fn body(&self) -> &OpBody {
        &self.body
    }

    /// Adds the signature of a device.
    ///
    /// # Errors
    /// [`NotASigner`] when the body does not name the device.
    pub fn sign_as_device(self, key: &SigningKey) -> Result<Self, NotASigner> {
        self.fill(Signer::Device(DeviceId::from(key)), key)
    }

    /// Adds the signature of a recovery key.
    ///
    /// # Errors
    /// [`NotASigner`] when the body does not name the key.
    pub fn sign_as_recovery(self, key: &SigningKey) -> Result<Self, NotASigner> {
        self.fill(Signer::Recovery(RecoveryKeyId::from(key)), key)
    }

    /// Adds the signature of the log that the operation opens.
    ///
    /// # Errors
    /// [`NotASigner`] when it opens no log, or another one.
    pub fn sign_as_log(mut self, key: &SigningKey) -> Result<Self, NotASigner> {
        self.put(Slot::Log(LogId::from(key)), key)?;
        Ok(self)
    }

    /// Takes over the signatures of a copy of this draft that was signed elsewhere; a bad one is left out.
    ///
    /// # Errors
    /// [`NotASigner`] when the other draft has another body.
    pub fn merge(mut self, other: &Self) -> Result<Self, NotASigner> {
        if self.id != other.id {
            return Err(NotASigner);
        }
        for ((slot, mine), (_, theirs)) in self.slots.iter_mut().zip(&other.slots) {
            if mine.is_none() {
                *mine = theirs.filter(|signature| slot.verify(self.id, signature).is_ok());
            }
        }
        Ok(self)
    }

    /// Who still has to sign (devices and recovery keys; a log key signs together with its device).
    #[must_use]
    pub fn missing(&self) -> Vec<Signer> {
        self.slots
            .iter()
            .filter(|(_, signature)| signature.is_none())
            .filter_map(|(slot, _)| match slot {
                Slot::Author(signer) | Slot::Approver(signer) => Some(*signer),
                Slot::Log(_) => None,
            })
            .collect()
    }

    /// The finished operation.
    ///
    /// # Errors
    /// [`MissingSignatures`] when not everyone has signed.
    pub fn finish(self) -> Result<SignedOp, MissingSignatures> {
        let signatures: Vec<SignatureBytes> =
            self.slots.iter().filter_map(|(_, signature)| *signature).collect();
        let missing_count = self.slots.len().saturating_sub(signatures.len());
        if missing_count > 0 {
            return Err(MissingSignatures { missing_count });
        }
        Ok(SignedOp { body: self.body, id: self.id, signatures })
    }

    /// The canonical encoding of an unfinished operation, to be signed by others.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        to_canonical(&DraftWire {
            version: VERSION,
            suite: SUITE,
            body: SealedBytes::new(self.body.encode()),
            signatures: self.slots.iter().map(|(_, signature)| *signature).collect(),
        })
    }

    /// Reads an unfinished operation. Signatures in it that do not verify are dropped and count as missing.
    ///
    /// # Errors
    /// [`DecodeError`] as for [`SignedOp::decode`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        check_size(bytes)?;
        let wire: DraftWire = from_canonical(bytes)?;
        check_format(wire.version, wire.suite)?;
        let mut draft = Self::new(OpBody::decode(wire.body.as_slice())?);
        if wire.signatures.len() != draft.slots.len() {
            return Err(DecodeError::SignatureCount);
        }
        let id = draft.id;
        for ((slot, mine), theirs) in draft.slots.iter_mut().zip(wire.signatures) {
            *mine = theirs.filter(|signature| slot.verify(id, signature).is_ok());
        }
        Ok(draft)
    }

    fn fill(mut self, signer: Signer, key: &SigningKey) -> Result<Self, NotASigner> {
        let slot = if self.body.author() == signer { Slot::Author(signer) } else { Slot::Approver(signer) };
        self.put(slot, key)?;
        Ok(self)
    }

    fn put(&mut self, wanted: Slot, key: &SigningKey) -> Result<(), NotASigner> {
        let signature = SignatureBytes(wanted.domain().sign(key, self.id.as_bytes()));
        let (_, place) = self.slots.iter_mut().find(|(slot, _)| *slot == wanted).ok_or(NotASigner)?;
        *place = Some(signature);
        Ok(())
    }
}

impl OpBody {
    /// Signs a body that needs no signature but its author's.
    ///
    /// # Errors
    /// [`MissingSignatures`] when the key is not the author's, or others must sign too (use [`Draft`]).
    pub fn sign(self, device_key: &SigningKey) -> Result<SignedOp, MissingSignatures> {
        let draft = Draft::new(self);
        let missing_count = draft.slots.len();
        draft.sign_as_device(device_key).map_err(|NotASigner| MissingSignatures { missing_count })?.finish()
    }

    /// Signs a body that opens a log, with the device's key and the log's.
    ///
    /// # Errors
    /// [`MissingSignatures`] when a key is not the one that the body names.
    pub fn sign_with_log(
        self,
        device_key: &SigningKey,
        log_key: &SigningKey,
    ) -> Result<SignedOp, MissingSignatures> {
        let draft = Draft::new(self);
        let missing_count = draft.slots.len();
        draft
            .sign_as_device(device_key)
            .and_then(|draft| draft.sign_as_log(log_key))
            .map_err(|NotASigner| MissingSignatures { missing_count })?
            .finish()
    }
}

/// An operation with a signature of everyone that its body names. Decoding does not verify them.
#[derive(Clone, Debug)]
pub struct SignedOp {
    body: OpBody,
    id: OpId,
    signatures: Vec<SignatureBytes>,
}

/// Why bytes are no operation of this version.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum DecodeError {
    /// More than [`limits::OP_BYTES_MAX`].
    #[error("the operation is too large")]
    TooLarge,
    /// The frame is no canonical CBOR.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A later format: keep it as an [`OpaqueOp`].
    #[error("version {version}, suite {suite} is not known")]
    UnknownFormat {
        /// Version of the format.
        version: u16,
        /// Cryptographic suite.
        suite: u16,
    },
    /// The body is not well formed.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// There is not one signature for each signer.
    #[error("the number of signatures does not fit the signers")]
    SignatureCount,
}

impl SignedOp {
    /// The canonical encoding: the payload of a membership entry.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        to_canonical(&SignedWire {
            version: VERSION,
            suite: SUITE,
            body: SealedBytes::new(self.body.encode()),
            signatures: self.signatures.clone(),
        })
    }

    /// Reads an operation.
    ///
    /// # Errors
    /// [`DecodeError`] when the bytes are not one canonical operation of this version.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        check_size(bytes)?;
        let frame: OpaqueWire = from_canonical(bytes)?;
        check_format(frame.version, frame.suite)?;
        let wire: SignedWire = from_canonical(bytes)?;
        let body = OpBody::decode(wire.body.as_slice())?;
        let expected = slots_of(&body).len();
        let fits = match body.op() {
            // A later kind may ask for signatures of others, as LogOpen does; they follow those that are known.
            MemberOp::Unknown(_) => {
                (expected..=limits::OPAQUE_SIGNATURE_COUNT_MAX).contains(&wire.signatures.len())
            }
            MemberOp::Genesis(_)
            | MemberOp::Add(_)
            | MemberOp::Remove(_)
            | MemberOp::SetRole(_)
            | MemberOp::LogOpen(_)
            | MemberOp::KeyUpdate(_)
            | MemberOp::Rotate(_)
            | MemberOp::AddWraps(_)
            | MemberOp::Complaint(_)
            | MemberOp::Recover(_) => wire.signatures.len() == expected,
        };
        if !fits {
            return Err(DecodeError::SignatureCount);
        }
        Ok(Self { id: body.id(), body, signatures: wire.signatures })
    }

    /// Verifies every signature, and those of the device claims inside.
    ///
    /// # Errors
    /// [`BadSignature`] when one does not verify strictly.
    pub fn verify(self) -> Result<Verified<Self>, BadSignature> {
        for (slot, signature) in slots_of(&self.body).iter().zip(&self.signatures) {
            slot.verify(self.id, signature)?;
        }
        let space = self.body.space_id();
        self.body.op().claims().into_iter().try_for_each(|claim| claim.verify(space))?;
        Ok(Verified(self))
    }

    /// The id.
    #[must_use]
    pub const fn id(&self) -> OpId {
        self.id
    }

    /// The body.
    #[must_use]
    pub const fn body(&self) -> &OpBody {
        &self.body
    }

    /// The space that it belongs to: for `Genesis`, the one that it founds.
    #[must_use]
    pub fn space_id(&self) -> SpaceId {
        self.body.space().unwrap_or_else(|| SpaceId::from_bytes(*self.id.as_bytes()))
    }
}

/// Proof that the signatures of the value inside were verified. Only [`SignedOp::verify`] makes one.
#[derive(Clone, Debug)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    /// The verified value.
    #[must_use]
    pub const fn get(&self) -> &T {
        &self.0
    }

    /// The verified value, by value; the proof ends here.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

#[cfg(test)]
impl Verified<SignedOp> {
    /// An operation without signatures, for the model checker, which says millions of them.
    pub(crate) fn unsigned(body: OpBody) -> Self {
        Self(SignedOp { id: body.id(), body, signatures: Vec::new() })
    }
}

/// An operation in a format of a later program: kept and relayed under its id, counted, never interpreted.
///
/// All formats share the frame `[version, suite, body, signatures]` and the way the id is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpaqueOp {
    id: OpId,
    bytes: SealedBytes,
}

/// Why bytes are no operation of a later format.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum OpaqueError {
    /// More than [`limits::OP_BYTES_MAX`].
    #[error("the operation is too large")]
    TooLarge,
    /// The frame is no canonical CBOR.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// Too many signatures, or too large ones.
    #[error("the signatures exceed their limits")]
    Signatures,
    /// The format is this program's own: it is to be read, not kept unread.
    #[error("the format is known")]
    KnownFormat,
}

impl OpaqueOp {
    /// Reads the frame of an operation whose version or suite this program does not know.
    ///
    /// # Errors
    /// [`OpaqueError`] when it is no such frame.
    pub fn decode(bytes: &[u8]) -> Result<Self, OpaqueError> {
        if bytes.len() > limits::OP_BYTES_MAX {
            return Err(OpaqueError::TooLarge);
        }
        let frame: OpaqueWire = from_canonical(bytes)?;
        if (frame.version, frame.suite) == (VERSION, SUITE) {
            return Err(OpaqueError::KnownFormat);
        }
        let sizes_fit =
            frame.signatures.iter().all(|each| each.as_slice().len() <= limits::OPAQUE_SIGNATURE_BYTES_MAX);
        if frame.signatures.len() > limits::OPAQUE_SIGNATURE_COUNT_MAX || !sizes_fit {
            return Err(OpaqueError::Signatures);
        }
        let id = op_id(frame.version, frame.suite, frame.body.as_slice());
        Ok(Self { id, bytes: SealedBytes::new(bytes.to_vec()) })
    }

    /// The id.
    #[must_use]
    pub const fn id(&self) -> OpId {
        self.id
    }

    /// The bytes as they came.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        self.bytes.as_slice()
    }
}

/// A place for a signature, in the order in which they travel: author, log, approvers ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Author(Signer),
    Log(LogId),
    Approver(Signer),
}

impl Slot {
    const fn domain(&self) -> Domain {
        match self {
            Self::Author(_) => Domain::AUTHOR,
            Self::Log(_) => Domain::LOG_OPEN,
            Self::Approver(_) => Domain::APPROVAL,
        }
    }

    fn verify(&self, id: OpId, signature: &SignatureBytes) -> Result<(), BadSignature> {
        let key = match self {
            Self::Author(signer) | Self::Approver(signer) => signer.key_bytes(),
            Self::Log(log) => log.as_bytes(),
        };
        self.domain().verify(key, id.as_bytes(), &signature.0)
    }
}

#[derive(Encode, Decode)]
struct SignedWire {
    #[n(0)]
    version: u16,
    #[n(1)]
    suite: u16,
    #[n(2)]
    body: SealedBytes,
    #[n(3)]
    signatures: Vec<SignatureBytes>,
}

#[derive(Encode, Decode)]
struct DraftWire {
    #[n(0)]
    version: u16,
    #[n(1)]
    suite: u16,
    #[n(2)]
    body: SealedBytes,
    #[n(3)]
    signatures: Vec<Option<SignatureBytes>>,
}

#[derive(Encode, Decode)]
struct OpaqueWire {
    #[n(0)]
    version: u16,
    #[n(1)]
    suite: u16,
    #[n(2)]
    body: SealedBytes,
    #[n(3)]
    signatures: Vec<SealedBytes>,
}

fn slots_of(body: &OpBody) -> Vec<Slot> {
    let log = match body.op() {
        MemberOp::LogOpen(open) => Some(Slot::Log(open.log)),
        MemberOp::Genesis(_)
        | MemberOp::Add(_)
        | MemberOp::Remove(_)
        | MemberOp::SetRole(_)
        | MemberOp::KeyUpdate(_)
        | MemberOp::Rotate(_)
        | MemberOp::AddWraps(_)
        | MemberOp::Complaint(_)
        | MemberOp::Recover(_)
        | MemberOp::Unknown(_) => None,
    };
    std::iter::once(Slot::Author(body.author()))
        .chain(log)
        .chain(body.approvers().iter().map(|signer| Slot::Approver(*signer)))
        .collect()
}

fn check_size(bytes: &[u8]) -> Result<(), DecodeError> {
    if bytes.len() > limits::OP_BYTES_MAX { Err(DecodeError::TooLarge) } else { Ok(()) }
}

fn check_format(version: u16, suite: u16) -> Result<(), DecodeError> {
    if (version, suite) == (VERSION, SUITE) {
        Ok(())
    } else {
        Err(DecodeError::UnknownFormat { version, suite })
    }
}
