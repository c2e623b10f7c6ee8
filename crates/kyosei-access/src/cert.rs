//! What the space knows of a device: the claim that the device signs itself, and the certificate that an admin makes
//! of it.
//!
//! Life-cycle: the joining device signs a [`DeviceClaim`] for one space; an admin adds the person's pseudonym and sealed
//! name and publishes the [`DeviceCert`] in an `Add`. The claim binds the device's keys and its [`Standing`], so
//! no admin can add a device with keys that it did not name, or under a weaker protection than it applied for. Names inside are sealed; nothing here opens them.

use ed25519_dalek::SigningKey;
use minicbor::{Decode, Encode};

use crate::codec::{SealedBytes, SignatureBytes, to_canonical};
use crate::id::{DeviceId, EndpointKey, KemId, KemRecipient, PersonId, SpaceId};
use crate::signature::{BadSignature, Domain};

/// What a member may do in a space, in ascending order of power.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Role {
    /// Holds and forwards what it cannot read (a mailbox).
    #[n(0)]
    Relay,
    /// Reads; its data entries are refused.
    #[n(1)]
    Read,
    /// Reads and writes.
    #[n(2)]
    Edit,
    /// Also changes the membership.
    #[n(3)]
    Admin,
}

impl Role {
    /// Whether a device of this role gets epoch keys (rule E5).
    #[must_use]
    pub fn reads(self) -> bool {
        self >= Self::Read
    }
}

/// How much approval it takes to touch a device, fixed for ever when it applies.
///
/// The standing never changes and is part of every causal past that knows the device. An operation backdated to a time
/// before a promotion therefore meets the same threshold as one written today (`docs/membership.md`, finding F1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Standing {
    /// Added, changed and removed under the policy's `add` and `remove`; can never become an admin.
    #[n(0)]
    Ordinary,
    /// May become an admin; to add, change or remove it always takes the policy's `admin_change` approvals.
    #[n(1)]
    AdminEligible,
}

/// A device's own application to one space: "these are my keys, and this is the standing that I ask for".
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DeviceClaim {
    #[n(0)]
    device: DeviceId,
    #[n(1)]
    kem: KemRecipient,
    #[n(2)]
    endpoint: EndpointKey,
    #[n(3)]
    standing: Standing,
    #[n(4)]
    signature: SignatureBytes,
}

impl DeviceClaim {
    /// Signs an application of the device to the space.
    #[must_use]
    pub fn sign(
        space: SpaceId,
        device_key: &SigningKey,
        kem: KemRecipient,
        endpoint: EndpointKey,
        standing: Standing,
    ) -> Self {
        let device = DeviceId::from(device_key);
        let message = claim_message(space, device, kem, endpoint, standing);
        Self {
            device,
            kem,
            endpoint,
            standing,
            signature: SignatureBytes(Domain::DEVICE_CLAIM.sign(device_key, &message)),
        }
    }

    #[cfg(test)]
    pub(crate) fn unsigned(
        device: DeviceId,
        kem: KemRecipient,
        endpoint: EndpointKey,
        standing: Standing,
    ) -> Self {
        Self { device, kem, endpoint, standing, signature: SignatureBytes([0; 64]) }
    }

    /// Verifies that the device signed this claim for this space.
    ///
    /// # Errors
    /// [`BadSignature`] when it did not.
    pub fn verify(&self, space: SpaceId) -> Result<(), BadSignature> {
        let message = claim_message(space, self.device, self.kem, self.endpoint, self.standing);
        Domain::DEVICE_CLAIM.verify(self.device.as_bytes(), &message, &self.signature.0)
    }

    /// The canonical encoding, for a request file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        to_canonical(self)
    }

    /// Reads a claim. It is not verified: see [`DeviceClaim::verify`].
    ///
    /// # Errors
    /// [`CodecError`](crate::CodecError) when the bytes are not one canonical claim.
    pub fn decode(bytes: &[u8]) -> Result<Self, crate::CodecError> {
        crate::codec::from_canonical(bytes)
    }

    /// The device that applies.
    #[must_use]
    pub const fn device(&self) -> DeviceId {
        self.device
    }

    /// Its encapsulation key.
    #[must_use]
    pub const fn kem(&self) -> KemRecipient {
        self.kem
    }

    /// The public key of its network endpoint. Nothing shows that the device holds the private part: see
    /// [`Membership::members_at`](crate::Membership::members_at).
    #[must_use]
    pub const fn endpoint(&self) -> EndpointKey {
        self.endpoint
    }

    /// The standing that it applies for.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
    }
}

/// A claim with the person and the sealed name that an admin gave it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DeviceCert {
    /// What the device signed.
    #[n(0)]
    pub claim: DeviceClaim,
    /// Whose device it is. Approvals count by person (rule M1).
    #[n(1)]
    pub person: PersonId,
    /// The display name, sealed to readers of the space.
    #[n(2)]
    pub sealed_name: SealedBytes,
}

/// A device that founds a space. It signs the `Genesis` itself, so it needs no claim, and its standing is
/// [`Standing::AdminEligible`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Founder {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Its encapsulation key.
    #[n(1)]
    pub kem: KemRecipient,
    /// The public key of its network endpoint.
    #[n(2)]
    pub endpoint: EndpointKey,
    /// Whose device it is.
    #[n(3)]
    pub person: PersonId,
    /// The display name, sealed.
    #[n(4)]
    pub sealed_name: SealedBytes,
}

impl Founder {
    /// The id of the founder's encapsulation key.
    #[must_use]
    pub fn kem_id(&self) -> KemId {
        self.kem.id()
    }
}

fn claim_message(
    space: SpaceId,
    device: DeviceId,
    kem: KemRecipient,
    endpoint: EndpointKey,
    standing: Standing,
) -> Vec<u8> {
    to_canonical(&(crate::SUITE, space, device, kem, endpoint, standing))
}
