//! What the network tells its owner.
//!
//! Life-cycle: [`Network::next_event`](crate::Network::next_event) gives one after the other. An event holds keys
//! and addresses, never content.

use iroh::endpoint::{ConnectionError, TransportErrorCode};

use crate::address::{PeerAddress, RelayAddress};
use crate::key::EndpointKey;
use crate::link::{Link, code};

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// A link to a member is up, whoever dialed. It replaces an earlier one to the same peer, if there was one.
    Linked(Link),
    /// The link to this member is gone and no other took its place.
    Unlinked {
        /// To whom.
        peer: EndpointKey,
        /// Why.
        ending: Ending,
    },
    /// Somebody asks to join while an invitation is open. Who it is must still be found out.
    Joining(Link),
    /// A member is on the local network.
    Discovered(PeerAddress),
    /// A member is no longer announced on the local network.
    Vanished(EndpointKey),
    /// This device's addresses changed: another network, a cable, a tunnel.
    NetworkChanged(PeerAddress),
    /// The connection to the relay that this device is reachable at came up or went down.
    RelayChanged {
        /// Which.
        relay: RelayAddress,
        /// Whether it is up.
        is_connected: bool,
    },
    /// The local network cannot be searched or announced on.
    LanFailed,
}

/// Why a link ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The owner of this side closed or dropped it.
    Here,
    /// The other side closed it with this code.
    Peer {
        /// One of [`code`] or the owner's own.
        code: u32,
    },
    /// The peer fell off this side's allow-list.
    Removed,
    /// This side is not on the peer's allow-list.
    Refused,
    /// Another link to the same peer took its place.
    Superseded,
    /// Nothing came for too long.
    Silent,
    /// The transport failed or the peer does not know the link any more.
    Broken,
}

impl From<&ConnectionError> for Ending {
    fn from(error: &ConnectionError) -> Self {
        match error {
            ConnectionError::LocallyClosed => Self::Here,
            ConnectionError::TimedOut => Self::Silent,
            ConnectionError::ApplicationClosed(close) => match u32::try_from(close.error_code.into_inner()) {
                Ok(code::STRANGER) => Self::Refused,
                Ok(code::SUPERSEDED) => Self::Superseded,
                Ok(code) => Self::Peer { code },
                Err(_) => Self::Broken,
            },
            // A code that comes before the handshake has ended is sent as this one (RFC 9000 §10.2.3); a peer closes so
            // early for one reason only.
            ConnectionError::ConnectionClosed(close)
                if close.error_code == TransportErrorCode::APPLICATION_ERROR =>
            {
                Self::Refused
            }
            ConnectionError::VersionMismatch
            | ConnectionError::TransportError(_)
            | ConnectionError::ConnectionClosed(_)
            | ConnectionError::Reset
            | ConnectionError::CidsExhausted => Self::Broken,
        }
    }
}
