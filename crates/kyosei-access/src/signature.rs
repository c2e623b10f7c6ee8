//! Domain-separated Ed25519 signatures (RFC 8032), verified strictly.
//!
//! Each kind of signed object has its own [`Domain`]; the signed message is `domain || 0x00 || message`, so a signature
//! made for one purpose never verifies for another. Verification refuses small-order keys and non-canonical encodings
//! (`verify_strict`), so that two replicas never disagree about one signature.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use thiserror::Error;

/// What a signature is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Domain(&'static str);

impl Domain {
    /// The author of a membership operation signs its id.
    pub const AUTHOR: Self = Self("kyosei/v1/member-op");
    /// A further person approves a membership operation by signing its id.
    pub const APPROVAL: Self = Self("kyosei/v1/member-approval");
    /// A log key confirms the operation that opens it.
    pub const LOG_OPEN: Self = Self("kyosei/v1/log-open");
    /// A device claims its key encapsulation key and the standing that it applies for.
    pub const DEVICE_CLAIM: Self = Self("kyosei/v1/device-claim");

    /// A domain of another layer. `name` has the form `kyosei/v1/<object>` and is used for one kind of object only.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// Signs `message` for this purpose.
    #[must_use]
    pub fn sign(self, key: &SigningKey, message: &[u8]) -> [u8; 64] {
        key.sign(&self.framed(message)).to_bytes()
    }

    /// Verifies a signature over `message` for this purpose.
    ///
    /// # Errors
    /// [`BadSignature`] when the key is no usable Ed25519 point or the signature does not verify strictly.
    pub fn verify(self, key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> Result<(), BadSignature> {
        let key = VerifyingKey::from_bytes(key).map_err(|_| BadSignature)?;
        key.verify_strict(&self.framed(message), &Signature::from_bytes(signature)).map_err(|_| BadSignature)
    }

    fn framed(self, message: &[u8]) -> Vec<u8> {
        [self.0.as_bytes(), &[0], message].concat()
    }
}

/// A signature that does not verify, or a key that is none.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a signature does not verify")]
pub struct BadSignature;
