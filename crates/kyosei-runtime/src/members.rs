//! The vocabulary of membership for the shells, which know no layer below this one.

pub use kyosei_access::invite::{
    Address, Applicant, InvitationState, Offer, Reach, Ticket, VerificationWords, device_words,
};
pub use kyosei_access::limits::ADDRESS_COUNT_MAX;
pub use kyosei_access::{DeviceId, EndpointKey, InvitationId, LogId, Role, SpaceId, Standing};
