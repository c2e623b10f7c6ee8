//! The ticket: what an admin gives to the person who is to join, as text or QR code.
//!
//! It names the spaces that are offered, where the inviter is reached, the end of its validity and the one-time secret. It
//! holds no key that opens or signs anything of a space, and no name of a person or of the committee.
//!
//! Text form: Bech32m (BIP 350) with the human-readable part `kyosei-invite`. In capitals every character is one of QR's
//! alphanumeric mode. The bytes begin with a head `[version, length, check]`, so that a text that was cut off is told
//! apart from one with a wrong character.

mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use minicbor::{Decode, Encode};
use thiserror::Error;
use zeroize::Zeroizing;

use super::secret::InviteSecret;
use crate::cert::{Role, Standing};
use crate::codec::to_canonical;
use crate::id::{EndpointKey, InvitationId, SpaceId};
use crate::limits;

/// What is offered in one space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Offer {
    #[n(0)]
    role: Role,
    #[n(1)]
    standing: Standing,
}

/// An offer that cannot be kept.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a device of ordinary standing cannot be offered the role of an admin")]
pub struct OfferError;

impl Offer {
    /// The role that the new device gets, and the standing that it must claim.
    ///
    /// # Errors
    /// [`OfferError`] for an admin of ordinary standing.
    pub fn new(role: Role, standing: Standing) -> Result<Self, OfferError> {
        if role == Role::Admin && standing == Standing::Ordinary {
            return Err(OfferError);
        }
        Ok(Self { role, standing })
    }

    /// The role that the new device gets.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The standing that it must claim.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
    }
}

/// A socket address or the URL of a relay, as the network layer writes it. Opaque here.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub struct Address(#[n(0)] String);

/// Text that is no address.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("an address has 1 to {} visible ASCII characters", limits::ADDRESS_BYTES_MAX)]
pub struct AddressError;

impl Address {
    /// Takes an address.
    ///
    /// # Errors
    /// [`AddressError`] when it is empty, too long, or has other characters than visible ASCII.
    pub fn new(text: &str) -> Result<Self, AddressError> {
        let fits = (1..=limits::ADDRESS_BYTES_MAX).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(AddressError)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address([redacted])")
    }
}

/// Where the inviter is reached.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Reach {
    /// The public key of the inviter's endpoint: whom the transport must find there.
    #[n(0)]
    pub endpoint: EndpointKey,
    /// Socket addresses at which it may be found.
    #[n(1)]
    pub addresses: BTreeSet<Address>,
    /// URLs of relays through which it may be found.
    #[n(2)]
    pub relays: BTreeSet<Address>,
}

/// What an invited device needs to answer.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Ticket {
    #[n(0)]
    secret: InviteSecret,
    #[n(1)]
    expires_ms: u64,
    #[n(2)]
    reach: Reach,
    #[n(3)]
    offers: BTreeMap<SpaceId, Offer>,
}

/// The time of an invitation is over.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the invitation has expired")]
pub struct Expired;

/// Why an invitation cannot be made.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum IssueError {
    /// It offers nothing.
    #[error("the invitation offers no space")]
    NoOffer,
    /// It offers too many spaces, or has too many or too long addresses.
    #[error("the invitation exceeds its limits")]
    TooLarge,
}

/// Why a text is no ticket.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum TicketError {
    /// Some other text.
    #[error("this is not an invitation")]
    NotATicket,
    /// The end is missing: only a part was copied.
    #[error("the end of the invitation is missing")]
    CutOff,
    /// A character is wrong or too many.
    #[error("a character of the invitation is wrong")]
    Mistyped,
    /// It was made by a later program.
    #[error("the invitation is of version {version}")]
    NewerVersion {
        /// That version.
        version: u8,
    },
    /// The characters are right, but they say something impossible.
    #[error("the invitation is malformed")]
    Malformed,
}

impl Ticket {
    pub(super) fn new(
        secret: InviteSecret,
        expires_ms: u64,
        reach: Reach,
        offers: BTreeMap<SpaceId, Offer>,
    ) -> Result<Self, IssueError> {
        let ticket = Self { secret, expires_ms, reach, offers };
        ticket.check_size()?;
        Ok(ticket)
    }

    /// The public name of the invitation.
    #[must_use]
    pub fn invitation(&self) -> InvitationId {
        self.secret.invitation()
    }

    /// The one-time secret.
    #[must_use]
    pub const fn secret(&self) -> &InviteSecret {
        &self.secret
    }

    /// Where the inviter is reached.
    #[must_use]
    pub const fn reach(&self) -> &Reach {
        &self.reach
    }

    /// What is offered, by space.
    #[must_use]
    pub const fn offers(&self) -> &BTreeMap<SpaceId, Offer> {
        &self.offers
    }

    /// From when on it is not valid, in milliseconds since 1970 (Unix time).
    #[must_use]
    pub const fn expires_ms(&self) -> u64 {
        self.expires_ms
    }

    /// Checks that the ticket can still be used. The inviter asks the same by their own clock, which decides.
    ///
    /// # Errors
    /// [`Expired`].
    pub const fn check_time(&self, now_ms: u64) -> Result<(), Expired> {
        if now_ms < self.expires_ms { Ok(()) } else { Err(Expired) }
    }

    /// Whether a decoded ticket is one that could have been issued.
    pub(super) fn is_well_formed(&self) -> bool {
        let mut offers = self.offers.values();
        self.check_size().is_ok()
            && offers.all(|offer| Offer::new(offer.role, offer.standing).is_ok())
            && self.addresses().all(|address| Address::new(address.as_str()).is_ok())
    }

    fn check_size(&self) -> Result<(), IssueError> {
        if self.offers.is_empty() {
            return Err(IssueError::NoOffer);
        }
        let fits = self.offers.len() <= limits::OFFER_COUNT_MAX
            && self.addresses().count() <= limits::ADDRESS_COUNT_MAX
            && Zeroizing::new(to_canonical(self)).len() <= limits::TICKET_BYTES_MAX;
        if fits { Ok(()) } else { Err(IssueError::TooLarge) }
    }

    fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.reach.addresses.iter().chain(&self.reach.relays)
    }
}
