//! Inviting devices: tickets, requests, and letting somebody in (rule M9).

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::invite::{
    Admitted, Applicant, Invitation, InvitationState, InviteSecret, IssueError, Offer, Reach as TicketReach,
    RequestDecodeError, RequestError, Ticket, UnfitSpace, Welcome, WordsDiffer,
};
use kyosei_access::{CodecError, InvitationId, PersonId, SpaceId};
use kyosei_app::WriteError;
use kyosei_app::book::Secret;
use kyosei_app::committee::add_member;
use kyosei_app::joining::{
    EnvelopeError, EnvelopeKind, invitation_of, open_envelope, request_identity, seal_envelope,
};
use kyosei_app::journal::{ApprovalKeys, DeviceNames};
use kyosei_model::MemberId;
use kyosei_store::Batch;
use kyosei_vault::Recipient;
use rand::Rng as _;

use super::create::fresh_person;
use super::{Vault, VaultError, WriteFailed};

/// Why somebody was not invited or not let in. Nothing was changed, but that an invitation may be bound to the one who
/// answered it.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The ticket cannot be made.
    #[error(transparent)]
    Ticket(#[from] IssueError),
    /// There is no such invitation here.
    #[error("no such invitation")]
    NoInvitation,
    /// Nobody has answered the invitation.
    #[error("nobody has answered the invitation")]
    NoRequest,
    /// The request or the welcome is no such thing.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The request is not taken.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The words differ: someone else may sit at the other end.
    #[error(transparent)]
    Words(#[from] WordsDiffer),
    /// The welcome cannot be written.
    #[error(transparent)]
    Welcome(#[from] UnfitSpace),
    /// An invitation in the book cannot be read.
    #[error(transparent)]
    Book(#[from] CodecError),
    /// The person's name could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The vault failed, or refused.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// An invitation of this laptop.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Its public name.
    pub id: InvitationId,
    /// How far it has come.
    pub state: InvitationState,
    /// From when on it is not valid, in Unix milliseconds.
    pub expires_ms: u64,
    /// What it offers.
    pub offers: BTreeMap<SpaceId, Offer>,
}

impl InviteError {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Ticket(_) => "E-TICKET",
            Self::NoInvitation => "E-INVITATION-MISSING",
            Self::NoRequest => "E-REQUEST-MISSING",
            Self::Envelope(EnvelopeError::NewerVersion) => "E-FILE-NEWER",
            Self::Envelope(_) => "E-JOIN-FILE",
            Self::Request(RequestError::Expired(_)) => "E-INVITATION-EXPIRED",
            Self::Request(RequestError::Used | RequestError::AnsweredTwice) => "E-INVITATION-USED",
            Self::Request(RequestError::Revoked) => "E-INVITATION-REVOKED",
            Self::Request(RequestError::OtherInvitation) => "E-INVITATION-MISSING",
            Self::Request(RequestError::Decode(RequestDecodeError::UnknownVersion { .. })) => "E-FILE-NEWER",
            Self::Request(_) => "E-REQUEST",
            Self::Words(_) => "E-WORDS-DIFFER",
            Self::Welcome(_) | Self::Book(_) | Self::Write(_) => "E-RECORD",
            Self::Vault(error) => error.code(),
        }
    }
}

impl Vault {
    /// Makes an invitation and its ticket.
    ///
    /// # Errors
    /// See [`InviteError`].
    pub fn invite(
        &mut self,
        offers: BTreeMap<SpaceId, Offer>,
        reach: TicketReach,
    ) -> Result<Ticket, InviteError> {
        for space in offers.keys() {
            if !self
                .space(*space)?
                .replica
                .journal()
                .membership()
                .can::<kyosei_access::Administer>(self.device())
            {
                return Err(VaultError::NotPermitted.into());
            }
        }
        let mut secret = [0; 32];
        self.environment.rng().fill_bytes(&mut secret);
        let now_ms = u64::try_from(self.environment.now().get()).unwrap_or(0);
        let invitation = Invitation::issue(offers, reach, InviteSecret::from_bytes(secret), now_ms)?;
        self.keep_invitation(&invitation)?;
        Ok(invitation.ticket().clone())
    }

    /// The invitations of this laptop.
    #[must_use]
    pub fn invitations(&self) -> Vec<Invited> {
        let decoded = self.book.invitations.values().filter_map(|bytes| Invitation::decode(&bytes.0).ok());
        decoded
            .map(|invitation| Invited {
                id: invitation.id(),
                state: invitation.state(),
                expires_ms: invitation.ticket().expires_ms(),
                offers: invitation.ticket().offers().clone(),
            })
            .collect()
    }

    /// Whether an invitation stands open, so that strangers may ask to join.
    #[must_use]
    pub fn is_invitation_open(&self) -> bool {
        let now_ms = u64::try_from(self.environment.now().get()).unwrap_or(u64::MAX);
        let is_open = |invited: &Invited| match invited.state {
            InvitationState::Open | InvitationState::Answered { .. } => invited.expires_ms > now_ms,
            // The one who was let in may still come for the welcome.
            InvitationState::Used { .. } => invited.expires_ms > now_ms,
            InvitationState::Revoked => false,
        };
        self.invitations().iter().any(is_open)
    }

    /// Calls an invitation back.
    ///
    /// # Errors
    /// See [`InviteError`].
    pub fn revoke_invitation(&mut self, id: InvitationId) -> Result<(), InviteError> {
        let mut invitation = self.invitation(id)?;
        invitation.revoke();
        self.keep_invitation(&invitation)
    }

    /// Looks at a request to join, as it came over the network or in a file, and keeps it until a person has compared the
    /// words.
    ///
    /// # Errors
    /// See [`InviteError`].
    pub fn take_request(&mut self, sealed: &[u8]) -> Result<Applicant, InviteError> {
        let id = invitation_of(EnvelopeKind::Request, sealed)?;
        let mut invitation = self.invitation(id)?;
        let identity = request_identity(invitation.ticket().secret())?;
        let request = open_envelope(EnvelopeKind::Request, id, &identity, sealed)?;
        let now_ms = u64::try_from(self.environment.now().get()).unwrap_or(0);
        let applicant = invitation.receive(&request, now_ms)?;
        self.book.requests.insert(id, Secret(request.to_vec()));
        self.keep_invitation(&invitation)?;
        Ok(applicant)
    }

    /// The requests that wait for a person to compare the words.
    #[must_use]
    pub fn applicants(&self) -> Vec<(InvitationId, Applicant)> {
        let ids = self.book.requests.keys();
        ids.filter_map(|id| Some((*id, self.applicant(*id).ok()?.1))).collect()
    }

    /// Lets an applicant in whose words a person has typed: adds the device to the spaces that were offered and gives it
    /// the keys. `person` is the member whose further device it is; none for a new person.
    ///
    /// # Errors
    /// See [`InviteError`].
    pub fn admit(
        &mut self,
        id: InvitationId,
        typed_words: &str,
        person: Option<MemberId>,
        approvals: &[SigningKey],
    ) -> Result<kyosei_access::DeviceId, InviteError> {
        let (mut invitation, applicant) = self.applicant(id)?;
        let admitted = applicant.confirm(typed_words)?;
        let person = match person {
            Some(known) => PersonId::from_bytes(known.to_bytes()),
            None => fresh_person(&mut self.environment),
        };
        self.add_admitted(&admitted, person, approvals)?;
        // An invitation that somebody else used meanwhile is told by the reducer: the device is in either way.
        let _spent = invitation.spend(&admitted);
        self.keep_invitation(&invitation)?;
        Ok(admitted.device())
    }

    /// The welcome for a device that was let in, sealed to it.
    ///
    /// # Errors
    /// See [`InviteError`]; [`InviteError::NoRequest`] as long as it was not let in.
    pub fn welcome(&self, id: InvitationId) -> Result<Vec<u8>, InviteError> {
        let invitation = self.invitation(id)?;
        let InvitationState::Used { device } = invitation.state() else { return Err(InviteError::NoRequest) };
        let mut kem = None;
        let mut draft = Welcome::new(id);
        for space in invitation.ticket().offers().keys() {
            let replica = &self.space(*space)?.replica;
            let Some(member) = replica.journal().membership().member(device) else { continue };
            kem = Some(member.kem);
            let kind = replica.register().space_kind().map_or("unknown", kyosei_model::SpaceKind::code);
            draft = draft.with_space(replica.journal().operations(), kind)?;
        }
        let recipient = Recipient::from_bytes(*kem.ok_or(InviteError::NoRequest)?.as_bytes());
        Ok(seal_envelope(EnvelopeKind::Welcome, id, recipient, &draft.encode())?)
    }

    fn add_admitted(
        &mut self,
        admitted: &Admitted,
        person: PersonId,
        approvals: &[SigningKey],
    ) -> Result<(), InviteError> {
        let names = DeviceNames::new(admitted.person_name().to_owned(), admitted.device_name().to_owned());
        for (space, claim, offer) in admitted.claims() {
            self.prepare_writing(space)?;
            let journal = self.space(space)?.replica.journal();
            // A second try after a crash goes on where the first one stopped.
            if journal.membership().member(admitted.device()).is_some() {
                continue;
            }
            let keys = ApprovalKeys { device: &self.keys, recovery: approvals };
            let mut draft = journal.draft();
            draft.add_device(claim.clone(), person, &names, offer.role(), keys).map_err(VaultError::from)?;
            let epochs: BTreeSet<_> = draft.journal().membership().preferred_epoch().into_iter().collect();
            for epoch in epochs.into_iter().filter(|_| offer.role().reads()) {
                draft.add_missing_wraps(epoch, &self.keys).map_err(VaultError::from)?;
            }
            self.commit(space, draft, Vec::new(), Batch::default())?;
        }
        let member = MemberId::from_bytes(*person.as_bytes());
        let name = admitted.person_name().to_owned();
        self.write(|writing| add_member(writing, member, &name)).map_err(|failed| match failed {
            WriteFailed::Refused(error) => InviteError::Write(error),
            WriteFailed::Vault(error) => InviteError::Vault(error),
        })
    }

    fn invitation(&self, id: InvitationId) -> Result<Invitation, InviteError> {
        let bytes = self.book.invitations.get(&id).ok_or(InviteError::NoInvitation)?;
        Ok(Invitation::decode(&bytes.0)?)
    }

    fn applicant(&self, id: InvitationId) -> Result<(Invitation, Applicant), InviteError> {
        let mut invitation = self.invitation(id)?;
        let request = self.book.requests.get(&id).ok_or(InviteError::NoRequest)?;
        let now_ms = u64::try_from(self.environment.now().get()).unwrap_or(0);
        let applicant = invitation.receive(&request.0, now_ms)?;
        Ok((invitation, applicant))
    }

    fn keep_invitation(&mut self, invitation: &Invitation) -> Result<(), InviteError> {
        self.book.invitations.insert(invitation.id(), Secret(invitation.encode().to_vec()));
        if matches!(invitation.state(), InvitationState::Used { .. } | InvitationState::Revoked) {
            self.book.requests.remove(&invitation.id());
        }
        self.is_book_stale = true;
        Ok(self.save()?)
    }
}
