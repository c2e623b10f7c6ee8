//! The answer of the joining device: its claims for the offered spaces, and two names, under the ticket's secret.
//!
//! Life-cycle: the joining device signs it ([`JoinRequest::sign`]); it travels sealed; the inviter decodes it and lets the
//! invitation look at it ([`Invitation::receive`](super::Invitation::receive)). Decoding verifies nothing.

use std::collections::BTreeMap;
use std::fmt;

use ed25519_dalek::SigningKey;
use minicbor::{Decode, Encode};
use thiserror::Error;

use super::INVITE_VERSION;
use super::ticket::{Expired, Ticket};
use super::words::{VerificationWords, verification_words};
use crate::cert::DeviceClaim;
use crate::codec::{CodecError, from_canonical, leading_version, to_canonical};
use crate::id::{DeviceId, EndpointKey, InvitationId, KemRecipient, SpaceId};
use crate::limits;

/// A request to be let in. It holds names: it is sealed wherever it travels or lies.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct JoinRequest {
    #[n(0)]
    version: u16,
    #[n(1)]
    content: Content,
    #[cbor(n(2), with = "minicbor::bytes")]
    mac: [u8; 32],
}

#[derive(Clone, PartialEq, Eq, Encode, Decode)]
struct Content {
    #[n(0)]
    invitation: InvitationId,
    #[n(1)]
    claims: BTreeMap<SpaceId, DeviceClaim>,
    #[n(2)]
    person_name: String,
    #[n(3)]
    device_name: String,
}

/// The device that joins, and what its person calls both.
#[derive(Clone, Copy)]
pub struct Newcomer<'a> {
    /// The identity of the device.
    pub device_key: &'a SigningKey,
    /// Its encapsulation key.
    pub kem: KemRecipient,
    /// The public key of its network endpoint.
    pub endpoint: EndpointKey,
    /// The person's name.
    pub person_name: &'a str,
    /// The device's name.
    pub device_name: &'a str,
}

/// Why a ticket cannot be answered.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum JoinError {
    /// The invitation's time is over.
    #[error(transparent)]
    Expired(#[from] Expired),
    /// A name cannot be used.
    #[error(transparent)]
    Name(#[from] BadName),
}

/// A name that cannot be used.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a name is empty, too long, or has control characters")]
pub struct BadName;

/// Why bytes are no request of this version.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RequestDecodeError {
    /// More than [`limits::REQUEST_BYTES_MAX`].
    #[error("the request is too large")]
    TooLarge,
    /// It is no canonical encoding of a request.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// It was made by a later program.
    #[error("the request is of version {version}")]
    UnknownVersion {
        /// That version.
        version: u16,
    },
    /// A name in it cannot be used.
    #[error(transparent)]
    Name(#[from] BadName),
}

/// Why a request is not taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RequestError {
    /// It is no request of this version.
    #[error(transparent)]
    Decode(#[from] RequestDecodeError),
    /// It answers another invitation.
    #[error("the request answers another invitation")]
    OtherInvitation,
    /// Whoever made or changed it does not hold the ticket.
    #[error("the request was not made with the ticket")]
    Forged,
    /// The invitation's time is over.
    #[error(transparent)]
    Expired(#[from] Expired),
    /// A device was let in on this invitation already.
    #[error("the invitation was used already")]
    Used,
    /// The invitation was called back.
    #[error("the invitation was called back")]
    Revoked,
    /// Another answer came before: the ticket is in more than one hand.
    #[error("the invitation was answered before, by another device or in other words")]
    AnsweredTwice,
    /// It does not apply to exactly the spaces that were offered.
    #[error("the request does not apply to the spaces that were offered")]
    Spaces,
    /// It claims another standing than was offered.
    #[error("the request claims another standing than was offered")]
    Standing,
    /// The claims are not of one device with one set of keys.
    #[error("the claims are not of one device with one set of keys")]
    Devices,
    /// A device did not sign its claim.
    #[error("a claim is not signed by its device")]
    Signature,
}

impl JoinRequest {
    /// Answers a ticket.
    ///
    /// # Errors
    /// [`JoinError`].
    pub fn sign(ticket: &Ticket, newcomer: Newcomer<'_>, now_ms: u64) -> Result<Self, JoinError> {
        ticket.check_time(now_ms)?;
        let Newcomer { device_key, kem, endpoint, person_name, device_name } = newcomer;
        let claim = |space, standing| DeviceClaim::sign(space, device_key, kem, endpoint, standing);
        let offers = ticket.offers().iter();
        let content = Content {
            invitation: ticket.invitation(),
            claims: offers.map(|(space, offer)| (*space, claim(*space, offer.standing()))).collect(),
            person_name: person_name.to_owned(),
            device_name: device_name.to_owned(),
        };
        content.check_names()?;
        let mac = *ticket.secret().mac(&message(INVITE_VERSION, &content)).as_bytes();
        Ok(Self { version: INVITE_VERSION, content, mac })
    }

    /// The canonical encoding, to be sealed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        to_canonical(self)
    }

    /// Reads a request. Nothing of it is verified.
    ///
    /// # Errors
    /// [`RequestDecodeError`] when the bytes are not one canonical request of this version.
    pub fn decode(bytes: &[u8]) -> Result<Self, RequestDecodeError> {
        if bytes.len() > limits::REQUEST_BYTES_MAX {
            return Err(RequestDecodeError::TooLarge);
        }
        let version = leading_version(bytes)?;
        if version != INVITE_VERSION {
            return Err(RequestDecodeError::UnknownVersion { version });
        }
        let request: Self = from_canonical(bytes)?;
        request.content.check_names()?;
        Ok(request)
    }

    /// The words that the joining device shows.
    #[must_use]
    pub fn words(&self, ticket: &Ticket) -> VerificationWords {
        verification_words(self.content.invitation, ticket.reach().endpoint, &self.encode())
    }

    /// Checks everything that a ticket and the device's signatures can show.
    pub(super) fn verify(&self, ticket: &Ticket) -> Result<DeviceId, RequestError> {
        if self.content.invitation != ticket.invitation() {
            return Err(RequestError::OtherInvitation);
        }
        // `Hash` compares in constant time.
        if ticket.secret().mac(&message(self.version, &self.content)) != blake3::Hash::from_bytes(self.mac) {
            return Err(RequestError::Forged);
        }
        let claims = &self.content.claims;
        if !claims.keys().eq(ticket.offers().keys()) {
            return Err(RequestError::Spaces);
        }
        let mut offered = claims.values().zip(ticket.offers().values());
        if !offered.all(|(claim, offer)| claim.standing() == offer.standing()) {
            return Err(RequestError::Standing);
        }
        let keys = |claim: &DeviceClaim| (claim.device(), claim.kem(), claim.endpoint());
        let first = claims.values().next().map(keys).ok_or(RequestError::Spaces)?;
        if claims.values().any(|claim| keys(claim) != first) {
            return Err(RequestError::Devices);
        }
        claims
            .iter()
            .try_for_each(|(space, claim)| claim.verify(*space))
            .map_err(|_| RequestError::Signature)?;
        Ok(first.0)
    }

    pub(super) const fn claims(&self) -> &BTreeMap<SpaceId, DeviceClaim> {
        &self.content.claims
    }

    pub(super) fn person_name(&self) -> &str {
        &self.content.person_name
    }

    pub(super) fn device_name(&self) -> &str {
        &self.content.device_name
    }
}

impl fmt::Debug for JoinRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JoinRequest({}, {} spaces)", self.content.invitation, self.content.claims.len())
    }
}

impl Content {
    fn check_names(&self) -> Result<(), BadName> {
        let is_name = |name: &str| {
            (1..=limits::JOIN_NAME_BYTES_MAX).contains(&name.len())
                && !name.trim().is_empty()
                && !name.chars().any(char::is_control)
        };
        if is_name(&self.person_name) && is_name(&self.device_name) { Ok(()) } else { Err(BadName) }
    }
}

/// Names the bytes of a request.
pub(super) fn request_hash(bytes: &[u8]) -> [u8; 32] {
    blake3::derive_key("kyosei/v1/join-request", bytes)
}

fn message(version: u16, content: &Content) -> Vec<u8> {
    to_canonical(&(version, content))
}
