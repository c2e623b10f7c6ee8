//! Identifiers: newtypes over fixed-size byte arrays.
//!
//! `Display` and `Debug` print a short lower-case hexadecimal form for people and logs; [`to_hex`](SpaceId::to_hex)
//! prints all of it. Ids are pseudonyms and carry no personal data. They do not prove anything by themselves: a
//! `DeviceId` is only bytes until a signature under it verifies.

use std::fmt;

use ed25519_dalek::{SigningKey, VerifyingKey};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

/// Bytes shown by `Display` and `Debug` of an id.
const SHORT_BYTES: usize = 5;

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            #[doc = concat!("Wraps the ", stringify!($len), " bytes of the id.")]
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The bytes of the id.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// The whole id in lower-case hexadecimal.
            #[must_use]
            pub fn to_hex(&self) -> String {
                hex(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(self.0.get(..SHORT_BYTES).unwrap_or(&self.0)))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: encode::Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), encode::Error<W::Error>> {
                e.bytes(&self.0)?;
                Ok(())
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
                let bytes = d.bytes()?;
                let array = bytes.try_into().map_err(|_| decode::Error::message("id has a wrong length"))?;
                Ok(Self(array))
            }
        }
    };
}

byte_id!(
    /// A space (circle of access): the id of its `Genesis` operation.
    SpaceId, 32
);
byte_id!(
    /// A membership operation: domain-separated BLAKE3 of its format and body. Signatures are not part of it; the body
    /// names everyone who must sign, so the id still fixes who approved (see `docs/membership.md`, "Identity").
    OpId, 32
);
byte_id!(
    /// A device of a person: its Ed25519 public key. Single use: a removed id never returns (rule M2).
    DeviceId, 32
);
byte_id!(
    /// A log: the Ed25519 public key of one (space, device, incarnation).
    LogId, 32
);
byte_id!(
    /// An entry of a log, as computed by the sync layer. Opaque here: cuts and the entry graph name entries by it.
    EntryId, 32
);
byte_id!(
    /// A recovery signing key: the Ed25519 public key printed on a recovery sheet.
    RecoveryKeyId, 32
);
byte_id!(
    /// The public part of a device's (or the recovery sheets') key encapsulation key: an age X25519 recipient's bytes.
    KemRecipient, 32
);
byte_id!(
    /// Names a [`KemRecipient`]: domain-separated BLAKE3, so that it keeps its size when recipients grow
    /// (post-quantum suites).
    KemId, 32
);
byte_id!(
    /// The Ed25519 public key of a device's network endpoint: where the device is reached, not who it is. It is replaceable
    /// and stands in the clear, so that a mailbox that can read nothing knows whom to let in.
    EndpointKey, 32
);
byte_id!(
    /// The public part of an epoch key: an age X25519 recipient's bytes. Data of the space is sealed to it.
    EpochRecipient, 32
);
byte_id!(
    /// Names an epoch: domain-separated BLAKE3 of its recipient. Whoever opens a wrap must find that the identity inside
    /// gives this id, else the wrap is wrong (hole H11).
    EpochId, 32
);
byte_id!(
    /// An invitation: domain-separated BLAKE3 of its one-time secret.
    InvitationId, 32
);
byte_id!(
    /// A person: a pseudonym set when a device is added, the same for all devices of that person in a space.
    PersonId, 16
);

impl KemRecipient {
    /// The id under which wraps name this recipient.
    #[must_use]
    pub fn id(&self) -> KemId {
        KemId(blake3::derive_key("kyosei/v1/kem-id", &self.0))
    }
}

impl EpochRecipient {
    /// The id of the epoch that this recipient defines.
    #[must_use]
    pub fn id(&self) -> EpochId {
        EpochId(blake3::derive_key("kyosei/v1/epoch-id", &self.0))
    }
}

macro_rules! from_signing_key {
    ($($name:ident),*) => {$(
        impl From<&SigningKey> for $name {
            fn from(key: &SigningKey) -> Self {
                Self(key.verifying_key().to_bytes())
            }
        }
        impl From<&VerifyingKey> for $name {
            fn from(key: &VerifyingKey) -> Self {
                Self(key.to_bytes())
            }
        }
    )*};
}
from_signing_key!(DeviceId, EndpointKey, LogId, RecoveryKeyId);

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]).collect()
}
