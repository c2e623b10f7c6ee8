//! The dialing side: from an address to a link.
//!
//! Life-cycle: one dial at a time for each peer. It tries all addresses that are known at once (iroh races them) and gives up
//! after a while. It does not try again: the keeper does.

use std::sync::Arc;

use iroh::endpoint::{ConnectError, ConnectWithOptsError, Connection, VarInt};
use tokio::time::timeout;

use super::settle::{Entry, Fresh, Party};
use super::{Shared, lock};
use crate::address::{AddressError, PeerAddress};
use crate::arbiter::{Dialer, LinkId, Standing};
use crate::event::Ending;
use crate::key::EndpointKey;
use crate::limits::{DIAL_TIME_MAX, RECEIVE_WINDOW};
use crate::link::{Link, Protocol, code};
use crate::opening::{self, Opening};

/// Why a dial gave no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    /// The peer is not on this device's allow-list.
    #[error("the peer is not allowed")]
    NotAllowed,
    /// It is this device itself.
    #[error("a device cannot dial itself")]
    Own,
    /// Another dial to this peer runs.
    #[error("a dial to this peer is under way")]
    UnderWay,
    /// No address is known.
    #[error("no address of the peer is known")]
    NoAddress,
    /// The address cannot be dialed.
    #[error("the address cannot be dialed")]
    Address(#[from] AddressError),
    /// Nobody answers there in time.
    #[error("the peer does not answer")]
    NoAnswer,
    /// The peer answered and ended the link: [`Ending::Refused`] when this device is not on its list, or no invitation
    /// is open.
    #[error("the peer ended the link: {0:?}")]
    Ended(Ending),
}

/// Marks a dial under way until it is dropped.
struct Dialing<'a> {
    shared: &'a Shared,
    peer: EndpointKey,
}

impl Drop for Dialing<'_> {
    fn drop(&mut self) {
        lock(&self.shared.dialing).remove(&self.peer);
    }
}

impl Shared {
    /// Connects to a member; the link goes to the owner as an event.
    pub(crate) async fn dial(self: &Arc<Self>, address: &PeerAddress) -> Result<(), DialError> {
        let peer = address.endpoint;
        if !self.allow.contains(&peer) {
            return Err(DialError::NotAllowed);
        }
        if self.registry.is_linked(&peer) {
            return Ok(());
        }
        let mut address = address.clone();
        if let Some(found) = self.found(&peer) {
            address.sockets.extend(found.sockets);
        }
        let _dialing = self.begin(peer)?;
        let opened = timeout(DIAL_TIME_MAX, self.open(&address, Protocol::Sync)).await;
        match opened.map_err(|_| DialError::NoAnswer)? {
            Ok(fresh) => {
                // In a task of its own: a caller that no longer waits must not leave half of it undone.
                let shared = Arc::clone(self);
                drop(tokio::spawn(async move { fresh.hand_over(&shared).await }).await);
            }
            // The peer's own dial came first.
            Err(_) if self.registry.is_linked(&peer) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Asks for admission.
    pub(crate) async fn dial_to_join(self: &Arc<Self>, address: &PeerAddress) -> Result<Link, DialError> {
        let _dialing = self.begin(address.endpoint)?;
        let opened = timeout(DIAL_TIME_MAX, self.open(address, Protocol::Join)).await;
        opened.map_err(|_| DialError::NoAnswer)?.map(Fresh::into_link)
    }

    fn begin(&self, peer: EndpointKey) -> Result<Dialing<'_>, DialError> {
        if peer == self.us {
            return Err(DialError::Own);
        }
        if !lock(&self.dialing).insert(peer) {
            return Err(DialError::UnderWay);
        }
        Ok(Dialing { shared: self, peer })
    }

    async fn open(self: &Arc<Self>, address: &PeerAddress, protocol: Protocol) -> Result<Fresh, DialError> {
        let target = address.to_iroh()?;
        if target.is_empty() && !self.may_look_up() {
            return Err(DialError::NoAddress);
        }
        let connection =
            self.endpoint.connect(target, protocol.alpn()).await.map_err(|error| refusal(&error))?;
        let opened = self.open_stream(address.endpoint, protocol, &connection).await;
        opened.ok_or_else(|| DialError::Ended(reason(&connection)))
    }

    /// Nothing when the peer does not take the link, or another one stays.
    async fn open_stream(
        self: &Arc<Self>,
        peer: EndpointKey,
        protocol: Protocol,
        connection: &Connection,
    ) -> Option<Fresh> {
        let lost = self.lost(peer, protocol, connection)?;
        let (mut sender, mut receiver) = connection.open_bi().await.ok()?;
        Opening { incarnation: self.incarnation, lost }.send(&mut sender).await.ok()?;
        let incarnation = opening::receive_answer(&mut receiver).await.ok()?;
        connection.set_receive_window(VarInt::from(RECEIVE_WINDOW));
        let (id, binding) = opening::names(connection)?;
        let standing = Standing { id, dialer: Dialer::Us, incarnation };
        let party = Party { peer, protocol, standing, binding };
        let entry = Entry::of(self, &party, connection, lost)?;
        Some(Fresh::new(party, entry, connection.clone(), sender, receiver))
    }

    /// The last link with the peer; nothing at all when the peer's dial has made a new one meanwhile.
    fn lost(&self, peer: EndpointKey, protocol: Protocol, connection: &Connection) -> Option<Option<LinkId>> {
        match protocol {
            Protocol::Join => Some(None),
            Protocol::Sync if self.registry.is_linked(&peer) => {
                connection.close(VarInt::from(code::SUPERSEDED), b"");
                None
            }
            Protocol::Sync => Some(self.registry.last(&peer)),
        }
    }
}

fn reason(connection: &Connection) -> Ending {
    connection.close_reason().map_or(Ending::Broken, |reason| (&reason).into())
}

fn refusal(error: &ConnectError) -> DialError {
    match error {
        ConnectError::Connect { source: ConnectWithOptsError::NoAddress { .. }, .. } => DialError::NoAddress,
        ConnectError::Connect { source: ConnectWithOptsError::LocallyRejected { .. }, .. } => {
            DialError::NotAllowed
        }
        ConnectError::Connection { source, .. } => ended(source),
        ConnectError::Connecting {
            source: iroh::endpoint::ConnectingError::ConnectionError { source, .. },
            ..
        } => ended(source),
        ConnectError::Connect { .. } | ConnectError::Connecting { .. } | _ => DialError::NoAnswer,
    }
}

fn ended(error: &iroh::endpoint::ConnectionError) -> DialError {
    match Ending::from(error) {
        Ending::Silent | Ending::Here => DialError::NoAnswer,
        ending @ (Ending::Peer { .. }
        | Ending::Removed
        | Ending::Refused
        | Ending::Superseded
        | Ending::Broken) => DialError::Ended(ending),
    }
}
