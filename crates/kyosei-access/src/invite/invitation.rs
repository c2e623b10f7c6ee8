//! What the inviter keeps of an invitation, and how far it has come.
//!
//! Life-cycle: open → answered → spent, or revoked at any time before; when its time is over it takes no answer any more.
//! The first valid answer binds the invitation: the same bytes may come again (a session that broke), any others raise
//! [`RequestError::AnsweredTwice`], because then the ticket is in more than one hand.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use minicbor::{Decode, Encode};
use thiserror::Error;
use zeroize::Zeroizing;

use super::INVITE_VERSION;
use super::request::{JoinRequest, RequestError, request_hash};
use super::secret::InviteSecret;
use super::ticket::{IssueError, Offer, Reach, Ticket};
use super::words::{VerificationWords, WordsDiffer, verification_words};
use crate::cert::DeviceClaim;
use crate::codec::{CodecError, from_canonical, to_canonical};
use crate::id::{DeviceId, InvitationId, SpaceId};

/// How long an invitation is valid (rule M9).
pub const INVITATION_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// An invitation as its inviter keeps it, sealed: it holds the secret of the ticket.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Invitation {
    #[n(0)]
    version: u16,
    #[n(1)]
    ticket: Ticket,
    #[n(2)]
    state: InvitationState,
}

/// How far an invitation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum InvitationState {
    /// Nobody answered yet.
    #[n(0)]
    Open,
    /// This device answered; the words are to be compared.
    #[n(1)]
    Answered {
        /// The device.
        #[n(0)]
        device: DeviceId,
        /// Hash of the request's bytes.
        #[cbor(n(1), with = "minicbor::bytes")]
        request: [u8; 32],
    },
    /// This device was let in.
    #[n(2)]
    Used {
        /// The device.
        #[n(0)]
        device: DeviceId,
    },
    /// The inviter called it back.
    #[n(3)]
    Revoked,
}

/// The invitation is used or revoked, or was answered by another device.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the invitation does not stand open for this device")]
pub struct Spent;

impl Invitation {
    /// Makes an invitation that is valid for [`INVITATION_LIFETIME`] from `now_ms` (Unix time in milliseconds).
    ///
    /// # Errors
    /// [`IssueError`].
    pub fn issue(
        offers: BTreeMap<SpaceId, Offer>,
        reach: Reach,
        secret: InviteSecret,
        now_ms: u64,
    ) -> Result<Self, IssueError> {
        let lifetime_ms = u64::try_from(INVITATION_LIFETIME.as_millis()).unwrap_or(u64::MAX);
        let ticket = Ticket::new(secret, now_ms.saturating_add(lifetime_ms), reach, offers)?;
        Ok(Self { version: INVITE_VERSION, ticket, state: InvitationState::Open })
    }

    /// Its public name.
    #[must_use]
    pub fn id(&self) -> InvitationId {
        self.ticket.invitation()
    }

    /// The ticket to give away.
    #[must_use]
    pub const fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// How far it has come.
    #[must_use]
    pub const fn state(&self) -> InvitationState {
        self.state
    }

    /// Looks at a request. What passes is bound to the invitation and waits for the words.
    ///
    /// # Errors
    /// [`RequestError`] says why it is not taken; the invitation is then as before.
    pub fn receive(&mut self, request: &[u8], now_ms: u64) -> Result<Applicant, RequestError> {
        let hash = request_hash(request);
        let decoded = JoinRequest::decode(request)?;
        let device = decoded.verify(&self.ticket)?;
        let in_time = self.ticket.check_time(now_ms);
        match self.state {
            InvitationState::Used { .. } => return Err(RequestError::Used),
            InvitationState::Revoked => return Err(RequestError::Revoked),
            InvitationState::Open => in_time?,
            InvitationState::Answered { request, .. } if request == hash => in_time?,
            InvitationState::Answered { .. } => return Err(RequestError::AnsweredTwice),
        }
        self.state = InvitationState::Answered { device, request: hash };
        let words = verification_words(self.id(), self.ticket.reach().endpoint, request);
        let offers = self.ticket.offers().clone();
        Ok(Applicant { invitation: self.id(), device, request: decoded, offers, words })
    }

    /// Marks the invitation as used, together with the `Add` of the device.
    ///
    /// # Errors
    /// [`Spent`] when it was used or revoked meanwhile, or the device is not the one that answered.
    pub fn spend(&mut self, admitted: &Admitted) -> Result<(), Spent> {
        match self.state {
            InvitationState::Answered { device, .. }
                if device == admitted.device() && self.id() == admitted.invitation() =>
            {
                self.state = InvitationState::Used { device };
                Ok(())
            }
            InvitationState::Open
            | InvitationState::Answered { .. }
            | InvitationState::Used { .. }
            | InvitationState::Revoked => Err(Spent),
        }
    }

    /// Calls the invitation back. One that was used stays used: to undo that, the device is removed.
    pub const fn revoke(&mut self) {
        if !matches!(self.state, InvitationState::Used { .. }) {
            self.state = InvitationState::Revoked;
        }
    }

    /// The canonical encoding, to be kept sealed. It holds the secret.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(to_canonical(self))
    }

    /// Reads what [`Invitation::encode`] wrote.
    ///
    /// # Errors
    /// [`CodecError`] when it is something else or of another version.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let Self { version, ticket, state } = from_canonical(bytes)?;
        if version != INVITE_VERSION {
            return Err(CodecError::Malformed);
        }
        if ticket.is_well_formed() { Ok(Self { version, ticket, state }) } else { Err(CodecError::Malformed) }
    }
}

/// A device that holds the ticket and proved its keys. Who sits before it is not yet known: its claims are out of reach
/// until the words were compared.
#[derive(Clone)]
pub struct Applicant {
    invitation: InvitationId,
    device: DeviceId,
    request: JoinRequest,
    offers: BTreeMap<SpaceId, Offer>,
    words: VerificationWords,
}

impl Applicant {
    /// The device.
    #[must_use]
    pub const fn device(&self) -> DeviceId {
        self.device
    }

    /// The name that the person gave. Anyone with the ticket can give any name.
    #[must_use]
    pub fn person_name(&self) -> &str {
        self.request.person_name()
    }

    /// The name that the person gave to the device.
    #[must_use]
    pub fn device_name(&self) -> &str {
        self.request.device_name()
    }

    /// The words of this request: what the other screen must show. They are for checking what was typed and are not to be
    /// shown before it was.
    #[must_use]
    pub const fn words(&self) -> &VerificationWords {
        &self.words
    }

    /// Lets the applicant pass if the admin heard and typed the words of the other screen.
    ///
    /// # Errors
    /// [`WordsDiffer`] says where: someone else may sit at the other end.
    pub fn confirm(&self, typed: &str) -> Result<Admitted, WordsDiffer> {
        self.words.compare(typed)?;
        Ok(Admitted(self.clone()))
    }
}

impl fmt::Debug for Applicant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Applicant({}, {})", self.invitation, self.device)
    }
}

/// An applicant whose words were compared. Only [`Applicant::confirm`] makes one, and only from here come the claims.
#[derive(Clone, Debug)]
pub struct Admitted(Applicant);

impl Admitted {
    /// The invitation.
    #[must_use]
    pub const fn invitation(&self) -> InvitationId {
        self.0.invitation
    }

    /// The device.
    #[must_use]
    pub const fn device(&self) -> DeviceId {
        self.0.device
    }

    /// The name that the person gave, to be sealed into the certificate.
    #[must_use]
    pub fn person_name(&self) -> &str {
        self.0.person_name()
    }

    /// The name that the person gave to the device.
    #[must_use]
    pub fn device_name(&self) -> &str {
        self.0.device_name()
    }

    /// For each space the claim and what was offered: what goes into the `Add`.
    pub fn claims(&self) -> impl Iterator<Item = (SpaceId, &DeviceClaim, Offer)> {
        let offered = self.0.request.claims().iter().zip(self.0.offers.values());
        offered.map(|((space, claim), offer)| (*space, claim, *offer))
    }
}
