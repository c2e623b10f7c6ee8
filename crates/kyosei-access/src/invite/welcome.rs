//! The answer to an admitted device: for each space all operations, so that it can verify them from `Genesis` on.
//!
//! Life-cycle: the inviter fills a [`Welcome`] after the `Add` and encodes it; it travels sealed; the new device opens
//! it against its ticket ([`Welcomed::open`]). A space is what the ticket says it is: the hash of its `Genesis`.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use thiserror::Error;

use super::INVITE_VERSION;
use super::ticket::Ticket;
use crate::cert::Role;
use crate::codec::{CodecError, SealedBytes, from_canonical, leading_version, to_canonical};
use crate::id::{DeviceId, InvitationId, SpaceId};
use crate::limits;
use crate::reduce::reduce;
use crate::set::OpSet;
use crate::signed::{DecodeError, OpaqueOp, SignedOp};

/// A welcome as it is written and sent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Welcome {
    #[n(0)]
    version: u16,
    #[n(1)]
    invitation: InvitationId,
    #[n(2)]
    spaces: BTreeMap<SpaceId, SpaceWire>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
struct SpaceWire {
    #[n(0)]
    kind: String,
    #[n(1)]
    ops: Vec<SealedBytes>,
}

/// What a verified welcome brings.
#[derive(Clone, Debug)]
pub struct Welcomed {
    /// The spaces that the device is in now.
    pub spaces: BTreeMap<SpaceId, WelcomedSpace>,
}

/// A space that the device is in now.
#[derive(Clone, Debug)]
pub struct WelcomedSpace {
    /// What the space is for, in the app's words.
    pub kind: String,
    /// Its operations, verified.
    pub ops: OpSet,
    /// The role of the device. It may differ from the offer: compare and show.
    pub role: Role,
}

/// A space that does not fit into a welcome.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum UnfitSpace {
    /// There are too many spaces, too many operations, or too many bytes.
    #[error("the welcome exceeds its limits")]
    TooLarge,
    /// The kind of a space is no short label.
    #[error("the kind of a space is no short label")]
    Kind,
}

/// Why bytes are no welcome of this version.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum WelcomeDecodeError {
    /// More than [`limits::WELCOME_BYTES_MAX`].
    #[error("the welcome is too large")]
    TooLarge,
    /// It is no canonical encoding of a welcome.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// It was made by a later program.
    #[error("the welcome is of version {version}")]
    UnknownVersion {
        /// That version.
        version: u16,
    },
    /// A space in it exceeds a limit.
    #[error(transparent)]
    Unfit(#[from] UnfitSpace),
}

/// Why a welcome is not taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum WelcomeError {
    /// It is no welcome of this version.
    #[error(transparent)]
    Decode(#[from] WelcomeDecodeError),
    /// It answers another invitation.
    #[error("the welcome belongs to another invitation")]
    OtherInvitation,
    /// It brings no space, or one that was not offered.
    #[error("the welcome brings no space, or one that was not offered")]
    Spaces,
    /// An operation does not decode, or a signature does not verify.
    #[error("an operation of space {space} is damaged or forged")]
    Operation {
        /// The space.
        space: SpaceId,
    },
    /// An operation belongs to another space: the `Genesis` is not the one that was offered.
    #[error("an operation belongs to another space than {space}")]
    OtherSpace {
        /// The space that was offered.
        space: SpaceId,
    },
    /// The operations do not let the device in.
    #[error("the operations do not let the device into space {space}")]
    NotAdmitted {
        /// The space.
        space: SpaceId,
    },
}

impl Welcome {
    /// An empty welcome for an invitation.
    #[must_use]
    pub const fn new(invitation: InvitationId) -> Self {
        Self { version: INVITE_VERSION, invitation, spaces: BTreeMap::new() }
    }

    /// Adds a space with a label for the app and all its operations.
    ///
    /// # Errors
    /// [`UnfitSpace`].
    pub fn with_space(mut self, ops: &OpSet, kind: &str) -> Result<Self, UnfitSpace> {
        let known = ops.iter().map(|op| SealedBytes::new(op.encode()));
        let opaque = ops.iter_opaque().map(|op| SealedBytes::new(op.as_slice().to_vec()));
        let wire = SpaceWire { kind: kind.to_owned(), ops: known.chain(opaque).collect() };
        self.spaces.insert(ops.space(), wire);
        self.check()?;
        if self.encode().len() > limits::WELCOME_BYTES_MAX { Err(UnfitSpace::TooLarge) } else { Ok(self) }
    }

    /// The canonical encoding, to be sealed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        to_canonical(self)
    }

    /// Reads a welcome. Nothing of it is verified: see [`Welcomed::open`].
    ///
    /// # Errors
    /// [`WelcomeDecodeError`] when the bytes are not one canonical welcome of this version.
    pub fn decode(bytes: &[u8]) -> Result<Self, WelcomeDecodeError> {
        if bytes.len() > limits::WELCOME_BYTES_MAX {
            return Err(WelcomeDecodeError::TooLarge);
        }
        let version = leading_version(bytes)?;
        if version != INVITE_VERSION {
            return Err(WelcomeDecodeError::UnknownVersion { version });
        }
        let welcome: Self = from_canonical(bytes)?;
        welcome.check()?;
        Ok(welcome)
    }

    fn check(&self) -> Result<(), UnfitSpace> {
        let few_ops = |space: &SpaceWire| space.ops.len() <= limits::WELCOME_OP_COUNT_MAX;
        if self.spaces.len() > limits::OFFER_COUNT_MAX || !self.spaces.values().all(few_ops) {
            return Err(UnfitSpace::TooLarge);
        }
        if self.spaces.values().all(|space| is_label(&space.kind)) { Ok(()) } else { Err(UnfitSpace::Kind) }
    }
}

impl Welcomed {
    /// Opens a welcome: verifies every operation of every space, and that they let this device in.
    ///
    /// # Errors
    /// [`WelcomeError`] says why it is not taken; nothing of it is then.
    pub fn open(bytes: &[u8], ticket: &Ticket, device: DeviceId) -> Result<Self, WelcomeError> {
        let welcome = Welcome::decode(bytes)?;
        if welcome.invitation != ticket.invitation() {
            return Err(WelcomeError::OtherInvitation);
        }
        let offered = welcome.spaces.keys().all(|space| ticket.offers().contains_key(space));
        if welcome.spaces.is_empty() || !offered {
            return Err(WelcomeError::Spaces);
        }
        let mut spaces = BTreeMap::new();
        for (space, wire) in welcome.spaces {
            let ops = read_ops(space, &wire.ops)?;
            let role = reduce(&ops).role(device).ok_or(WelcomeError::NotAdmitted { space })?;
            spaces.insert(space, WelcomedSpace { kind: wire.kind, ops, role });
        }
        Ok(Self { spaces })
    }
}

fn read_ops(space: SpaceId, wire: &[SealedBytes]) -> Result<OpSet, WelcomeError> {
    let damaged = WelcomeError::Operation { space };
    let mut ops = OpSet::new(space);
    for bytes in wire.iter().map(SealedBytes::as_slice) {
        match SignedOp::decode(bytes) {
            Ok(op) => {
                let op = op.verify().map_err(|_| damaged)?;
                ops.insert(op).map_err(|_| WelcomeError::OtherSpace { space })?;
            }
            Err(DecodeError::UnknownFormat { .. }) => {
                ops.insert_opaque(OpaqueOp::decode(bytes).map_err(|_| damaged)?);
            }
            Err(_) => return Err(damaged),
        }
    }
    Ok(ops)
}

/// Short, lower-case ASCII: it is a word of the program, not text of a person.
fn is_label(kind: &str) -> bool {
    let is_part =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'/');
    (1..=limits::SPACE_KIND_BYTES_MAX).contains(&kind.len()) && kind.bytes().all(is_part)
}
