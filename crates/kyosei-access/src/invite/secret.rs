//! The one-time secret of an invitation and what is derived from it.

use std::fmt;

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::id::InvitationId;

/// The secret of a ticket: 32 random bytes, used for one device. Wiped when dropped, and never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct InviteSecret([u8; 32]);

impl InviteSecret {
    /// Wraps bytes of the caller's randomness.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The public name of the invitation: a hash of the secret.
    #[must_use]
    pub fn invitation(&self) -> InvitationId {
        InvitationId::from_bytes(blake3::derive_key("kyosei/v1/invitation-id", &self.0))
    }

    /// Secret bytes of the X25519 identity to which the request is sealed, over a session and in files.
    #[must_use]
    pub fn sealing_key(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key("kyosei/v1/invitation-seal", &self.0))
    }

    /// The code that only a holder of the ticket can put under a message.
    pub(super) fn mac(&self, message: &[u8]) -> blake3::Hash {
        let key = Zeroizing::new(blake3::derive_key("kyosei/v1/invitation-mac", &self.0));
        blake3::keyed_hash(&key, message)
    }
}

impl fmt::Debug for InviteSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteSecret([redacted])")
    }
}

impl<C> Encode<C> for InviteSecret {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0)?;
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for InviteSecret {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let bytes = d.bytes()?.try_into().map_err(|_| decode::Error::message("a secret has 32 bytes"))?;
        Ok(Self(bytes))
    }
}
