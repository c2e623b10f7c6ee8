//! What stands before a link: the filter before the handshake, and the check of who it is after it.
//!
//! Life-cycle: one for each open network. Before the handshake only the address is known, so it limits numbers. After it the key is
//! known, so it asks the allow-list. It never speaks to a stranger beyond the handshake.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use iroh::EndpointAddr;
use iroh::endpoint::{
    AfterHandshakeOutcome, BeforeConnectOutcome, Connection, EndpointHooks, Incoming, IncomingAddr, Side,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::allow::AllowList;
use crate::key::{EndpointKey, key_of};
use crate::limits::{HANDSHAKES_MAX, HANDSHAKES_UNPROVEN_MAX};
use crate::link::{Protocol, code};
use crate::throttle::{Source, Throttle};

/// The filter before handshakes.
#[derive(Debug)]
pub(crate) struct Gate {
    allow: AllowList,
    throttle: Mutex<Throttle>,
    handshakes: Arc<Semaphore>,
    opened_at: Instant,
}

/// What to do with an attempt to connect.
pub(crate) enum Admission {
    /// Begin the handshake; the permit counts it.
    Handshake(OwnedSemaphorePermit),
    /// Let the dialer first prove that it receives packets at its address.
    ProveAddress,
    /// Send nothing.
    Ignore,
}

impl Gate {
    pub(crate) fn new(allow: AllowList) -> Self {
        Self {
            allow,
            throttle: Mutex::default(),
            handshakes: Arc::new(Semaphore::new(HANDSHAKES_MAX)),
            opened_at: Instant::now(),
        }
    }

    /// Judges an attempt by its address, the load, and for a relay's client by the key that it proved to the relay.
    pub(crate) fn judge(&self, incoming: &Incoming) -> Admission {
        let source = match incoming.remote_addr() {
            IncomingAddr::Ip(socket) => Source::from(socket.ip()),
            IncomingAddr::Relay { endpoint_id, .. } => Source::Relayed(key_of(endpoint_id)),
            IncomingAddr::Custom(_) | _ => return Admission::Ignore,
        };
        if let Source::Relayed(peer) = source
            && !self.allow.contains(&peer)
            && !self.allow.is_invitation_open()
        {
            return Admission::Ignore;
        }
        let running = HANDSHAKES_MAX.saturating_sub(self.handshakes.available_permits());
        let is_busy = running >= HANDSHAKES_UNPROVEN_MAX;
        if is_busy && !incoming.remote_addr_validated() && !matches!(source, Source::Relayed(_)) {
            return Admission::ProveAddress;
        }
        let now = self.opened_at.elapsed();
        if !self.throttle.lock().unwrap_or_else(PoisonError::into_inner).admit(source, now) {
            return Admission::Ignore;
        }
        Arc::clone(&self.handshakes).try_acquire_owned().map_or(Admission::Ignore, Admission::Handshake)
    }

    /// Handshakes and openings that run now.
    pub(crate) fn handshake_count(&self) -> usize {
        HANDSHAKES_MAX.saturating_sub(self.handshakes.available_permits())
    }
}

/// Whether this peer may have a link of this protocol that it dialed.
pub(crate) fn may_enter(allow: &AllowList, protocol: Protocol, peer: &EndpointKey) -> bool {
    match protocol {
        Protocol::Sync => allow.contains(peer),
        Protocol::Join => allow.is_invitation_open(),
    }
}

/// The same checks inside of iroh: nothing of this endpoint connects past them.
#[derive(Debug)]
pub(crate) struct Doorkeeper {
    pub allow: AllowList,
}

impl EndpointHooks for Doorkeeper {
    async fn before_connect(&self, remote: &EndpointAddr, alpn: &[u8]) -> BeforeConnectOutcome {
        match Protocol::of_alpn(alpn) {
            // Whom to ask for admission is the owner's choice: it has a ticket.
            Some(Protocol::Join) => BeforeConnectOutcome::Accept,
            Some(Protocol::Sync) if self.allow.contains(&key_of(remote.id)) => BeforeConnectOutcome::Accept,
            Some(Protocol::Sync) | None => BeforeConnectOutcome::Reject,
        }
    }

    async fn after_handshake(&self, connection: &Connection) -> AfterHandshakeOutcome {
        let peer = key_of(connection.remote_id());
        let is_welcome = Protocol::of_alpn(connection.alpn()).is_some_and(|protocol| {
            let is_asked = protocol == Protocol::Join && connection.side() == Side::Client;
            is_asked || may_enter(&self.allow, protocol, &peer)
        });
        if is_welcome {
            AfterHandshakeOutcome::Accept
        } else {
            AfterHandshakeOutcome::Reject { error_code: code::STRANGER.into(), reason: Vec::new() }
        }
    }
}
