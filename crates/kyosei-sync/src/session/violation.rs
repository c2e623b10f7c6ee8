//! Why a session ends: it was refused, or nothing is shared any longer.

use crate::have::HaveAboveLimit;
use crate::wire::{FrameError, MessageError};

/// Why this side refuses to go on. It ends the session and touches nothing else. Of these an honest peer causes only
/// [`NoCommonVersion`](Self::NoCommonVersion) and, when the memberships differ, [`NoSharedSpace`](Self::NoSharedSpace).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// Bytes that are no frame or no message.
    #[error("malformed bytes")]
    Malformed,
    /// Something larger or more numerous than the limits allow.
    #[error("above a limit")]
    AboveLimit,
    /// The two sides have no version of the protocol in common.
    #[error("no common version")]
    NoCommonVersion,
    /// A message that does not belong here.
    #[error("a message out of turn")]
    OutOfTurn,
    /// The peer sends back what it was sent.
    #[error("own messages reflected")]
    Reflected,
    /// The signature is not the device's over this session.
    #[error("the proof does not hold")]
    BadProof,
    /// The device is a member of no space of ours under this endpoint, or we are none of its.
    #[error("no space is shared with this device")]
    NoSharedSpace,
    /// Entries that were not asked for, or of another space or log.
    #[error("entries that were not asked for")]
    Unrequested,
    /// A request beside an open one, or with a number that was used.
    #[error("a request too many")]
    RequestOutOfOrder,
}

impl Violation {
    /// A number that stays the same in all versions: for the transport's close code, and to look up what to tell people.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Malformed => 1,
            Self::AboveLimit => 2,
            Self::NoCommonVersion => 3,
            Self::OutOfTurn => 4,
            Self::Reflected => 5,
            Self::BadProof => 6,
            Self::NoSharedSpace => 7,
            Self::Unrequested => 8,
            Self::RequestOutOfOrder => 9,
        }
    }
}

/// Why a session ended although nobody did anything wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The peer's device is, by our membership, no longer a member of any space that was shared.
    PeerNotMember,
    /// The peer withdrew the last space that was shared.
    WithdrawnByPeer,
}

impl EndReason {
    /// A number that stays the same in all versions, apart from those of [`Violation::code`].
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::PeerNotMember => 32,
            Self::WithdrawnByPeer => 33,
        }
    }
}

impl From<FrameError> for Violation {
    fn from(error: FrameError) -> Self {
        match error {
            FrameError::Malformed => Self::Malformed,
            FrameError::AboveLimit => Self::AboveLimit,
        }
    }
}

impl From<MessageError> for Violation {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::Malformed => Self::Malformed,
            MessageError::AboveLimit => Self::AboveLimit,
        }
    }
}

impl From<HaveAboveLimit> for Violation {
    fn from(_: HaveAboveLimit) -> Self {
        Self::AboveLimit
    }
}
