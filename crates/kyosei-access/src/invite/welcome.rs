//! The answer to an admitted device: for each space all operations, so that it can verify them from `Genesis` on.
//!
//! Life-cycle: the inviter fills a [`WelcomeDraft`] after the `Add` and encodes it; it travels sealed; the new device opens
//! it against its ticket ([`Welcome::open`]). A space is what the ticket says it is: the hash of its `Genesis`.

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

/// A welcome that is being written.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct WelcomeDraft {
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

/// A welcome that was verified.
#[derive(Clone, Debug)]
pub struct Welcome {
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

/// Why a welcome cannot be written or is not taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum WelcomeError {
    /// It exceeds a limit.
    #[error("the welcome exceeds its limits")]
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
    /// It answers another invitation.
    #[error("the welcome belongs to another invitation")]
    OtherInvitation,
    /// It brings no space, or one that was not offered.
    #[error("the welcome brings no space, or one that was not offered")]
    Spaces,
    /// The kind of a space is no short label.
    #[error("the kind of a space is no short label")]
    Kind,
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

impl WelcomeDraft {
    /// An empty welcome for an invitation.
    #[must_use]
    pub const fn new(invitation: InvitationId) -> Self {
        Self { version: INVITE_VERSION, invitation, spaces: BTreeMap::new() }
    }

    /// Adds a space with a label for the app and all its operations.
    ///
    /// # Errors
    /// [`WelcomeError::Kind`] and [`WelcomeError::TooLarge`].
    pub fn with_space(mut self, ops: &OpSet, kind: &str) -> Result<Self, WelcomeError> {
        let known = ops.iter().map(|op| SealedBytes::new(op.encode()));
        let opaque = ops.iter_opaque().map(|op| SealedBytes::new(op.as_slice().to_vec()));
        let wire = SpaceWire { kind: kind.to_owned(), ops: known.chain(opaque).collect() };
        self.spaces.insert(ops.space(), wire);
        self.check()?;
        Ok(self)
    }

    /// The canonical encoding, to be sealed.
    ///
    /// # Errors
    /// [`WelcomeError::TooLarge`].
    pub fn encode(&self) -> Result<Vec<u8>, WelcomeError> {
        let bytes = to_canonical(self);
        if bytes.len() > limits::WELCOME_BYTES_MAX { Err(WelcomeError::TooLarge) } else { Ok(bytes) }
    }

    /// Reads a welcome. Nothing of it is verified: see [`Welcome::open`].
    ///
    /// # Errors
    /// [`WelcomeError`] when the bytes are not one canonical welcome of this version.
    pub fn decode(bytes: &[u8]) -> Result<Self, WelcomeError> {
        if bytes.len() > limits::WELCOME_BYTES_MAX {
            return Err(WelcomeError::TooLarge);
        }
        let version = leading_version(bytes)?;
        if version != INVITE_VERSION {
            return Err(WelcomeError::UnknownVersion { version });
        }
        let draft: Self = from_canonical(bytes)?;
        draft.check()?;
        Ok(draft)
    }

    fn check(&self) -> Result<(), WelcomeError> {
        let few_ops = |space: &SpaceWire| space.ops.len() <= limits::WELCOME_OP_COUNT_MAX;
        if self.spaces.len() > limits::OFFER_COUNT_MAX || !self.spaces.values().all(few_ops) {
            return Err(WelcomeError::TooLarge);
        }
        if self.spaces.values().all(|space| is_label(&space.kind)) { Ok(()) } else { Err(WelcomeError::Kind) }
    }
}

impl Welcome {
    /// Opens a welcome: verifies every operation of every space, and that they let this device in.
    ///
    /// # Errors
    /// [`WelcomeError`] says why it is not taken; nothing of it is then.
    pub fn open(bytes: &[u8], ticket: &Ticket, device: DeviceId) -> Result<Self, WelcomeError> {
        let draft = WelcomeDraft::decode(bytes)?;
        if draft.invitation != ticket.invitation() {
            return Err(WelcomeError::OtherInvitation);
        }
        let offered = draft.spaces.keys().all(|space| ticket.offers().contains_key(space));
        if draft.spaces.is_empty() || !offered {
            return Err(WelcomeError::Spaces);
        }
        let mut spaces = BTreeMap::new();
        for (space, wire) in draft.spaces {
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
