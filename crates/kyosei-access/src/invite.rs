//! Inviting a device: ticket, request, six words, welcome (rule M9).
//!
//! A tour, in the order in which things happen:
//!
//! 1. An admin issues an [`Invitation`], keeps it, and gives its [`Ticket`] away as text or QR code.
//! 2. The joining device reads the ticket, makes its keys and answers with a [`JoinRequest`].
//! 3. The admin's device lets the invitation look at the request ([`Invitation::receive`]); what passes is an
//!    [`Applicant`], of whom nothing can be used yet.
//! 4. Both people compare six [`VerificationWords`]. Only [`Applicant::confirm`] makes an [`Admitted`], whose claims can go
//!    into an `Add`; the invitation is spent ([`Invitation::spend`]).
//! 5. A [`Welcome`] carries the operations of each space back, and the new device verifies them from `Genesis` on.
//!
//! Every step works over a session and with files alone. Whoever finds or steals a ticket can answer it, and no more: the
//! words of such an answer are not those on the screen of the person whom the admin talks to.
//!
//! The contents are handed over in the clear. A request travels sealed to [`InviteSecret::sealing_key`], a welcome to the
//! encapsulation key of the new device. Nothing here draws randomness, reads a clock or knows a network.

mod invitation;
mod request;
mod secret;
mod ticket;
mod welcome;
mod words;

pub use invitation::{Admitted, Applicant, INVITATION_LIFETIME, Invitation, InvitationState, Spent};
pub use request::{BadName, JoinError, JoinRequest, Newcomer, RequestDecodeError, RequestError};
pub use secret::InviteSecret;
pub use ticket::{Address, AddressError, Expired, IssueError, Offer, OfferError, Reach, Ticket, TicketError};
pub use welcome::{UnfitSpace, Welcome, WelcomeDecodeError, WelcomeError, Welcomed, WelcomedSpace};
pub use words::{VerificationWords, WORD_COUNT, WordsDiffer, device_words, verification_words};

/// Version of the request, the welcome and the kept invitation that this program writes and reads. A ticket has its own in
/// its text.
pub const INVITE_VERSION: u16 = 1;
