//! What a session is told at its start, what it reports, and why it refuses a command.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use ed25519_dalek::SigningKey;
use kyosei_access::{DeviceId, EntryId, LogId, Role, SpaceId};

use crate::have::Have;
use crate::session::violation::EndReason;
use crate::wire::WireEntry;
use kyosei_access::EndpointKey;

/// Which side of the connection this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The side that dialled: it proves itself first.
    Dialer,
    /// The side that was dialled.
    Listener,
}

/// Who this side is.
#[derive(Clone)]
pub struct Local {
    /// The identity key of this device. Dropped once this side has proved itself.
    pub device_key: SigningKey,
    /// The key of the endpoint on which the connection runs.
    pub endpoint: EndpointKey,
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// A member of a space, as this replica's membership has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The endpoint key that the membership names for the device.
    pub endpoint: EndpointKey,
    /// The device's role.
    pub role: Role,
}

/// One space as this replica sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceView {
    /// The space.
    pub space: SpaceId,
    /// All members that have an endpoint, also those that are not this peer.
    pub peers: BTreeMap<DeviceId, Peer>,
    /// What this replica has.
    pub have: Have,
}

/// Names a question for entries, in one direction of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestId(pub(crate) u32);

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Both sides proved themselves. Once, before all other events.
    Proven {
        /// The peer's device.
        device: DeviceId,
        /// The spaces that are shared, with the peer's role in each.
        spaces: BTreeMap<SpaceId, Role>,
    },
    /// What the peer has: of all its logs the first time, later of those that changed. Also how one learns that the peer
    /// stored something.
    PeerHas {
        /// The space.
        space: SpaceId,
        /// The tips.
        have: Have,
    },
    /// The peer asks for entries. Answer with [`Session::provide`](crate::Session::provide), in the order in which they
    /// arrived here, with as much as one batch takes.
    PeerNeeds {
        /// Names the question in the answer.
        request: RequestId,
        /// The space.
        space: SpaceId,
        /// For each log the first sequence number that is asked for, of all branches. Logs may be unknown here.
        from: BTreeMap<LogId, u32>,
        /// Further entries, asked for by id since the peer lacks their payloads. They may be unknown here.
        payloads: BTreeSet<EntryId>,
    },
    /// The output ran low: provide the next batch of this request.
    WantsMore {
        /// The request.
        request: RequestId,
    },
    /// Entries that were asked for. Store them in this order, then call
    /// [`Session::announce`](crate::Session::announce). Their signatures and payload hashes are not verified yet.
    Entries {
        /// The space, which is also the one in each header of a known version.
        space: SpaceId,
        /// The entries.
        entries: Vec<WireEntry>,
        /// Whether the question is answered with them, so that the next one may be asked.
        is_last: bool,
    },
    /// The peer shares this space no longer.
    Withdrawn {
        /// The space.
        space: SpaceId,
    },
    /// The session is over. The last event.
    Ended {
        /// Why.
        reason: EndReason,
    },
}

/// Why no session with this peer begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// No space has a member with the peer's endpoint.
    #[error("the peer's endpoint is a member's of no space")]
    NoSharedSpace,
    /// More spaces than a proof can name.
    #[error("more spaces are shared than one session takes")]
    TooManySpaces,
}

/// Why a question was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NeedError {
    /// The space is not shared, or no longer.
    #[error("the space is not shared")]
    NotShared,
    /// The question before is not answered: wait for the `Entries` that end it.
    #[error("a question of this space is open")]
    StillOpen,
    /// It names nothing, or more than a message takes.
    #[error("the question names nothing or too much")]
    AboveLimit,
}

/// Why a batch was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProvideError {
    /// The request is closed: answered, or its space is no longer shared.
    #[error("the request is closed")]
    Closed,
    /// No batch is due: wait for `WantsMore`.
    #[error("no batch is due")]
    NotDue,
    /// The batch or an entry of it is too large, or the batch is empty and not the last.
    #[error("the batch is empty or above a limit")]
    AboveLimit,
}

/// What a changed membership meant for a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revision {
    /// The space is shared as before, or is still not shared.
    Kept,
    /// The space is shared no longer; nothing more of it is sent.
    Withdrawn,
    /// The space was the last one: the session is over.
    Ended,
    /// The peer is now a member, and the space can be shared in a *new* session.
    Addable,
}
