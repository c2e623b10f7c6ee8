//! From an opened connection to a link in the owner's hands, and after it to the news of its end.
//!
//! Life-cycle: an [`Entry`] is a place among the links, given back when the connection has closed. Both sides of a dial go
//! through here.

use std::sync::{Arc, OnceLock};

use iroh::endpoint::{Closed, Connection, RecvStream, SendStream, VarInt};
use tokio::sync::OwnedSemaphorePermit;

use super::Shared;
use crate::arbiter::{Dialer, LinkId, Standing, Verdict};
use crate::event::{Ending, Event};
use crate::gate::may_enter;
use crate::keeper::Notice;
use crate::key::EndpointKey;
use crate::limits::JOIN_TIME_MAX;
use crate::link::{Established, Link, Protocol, code};
use crate::registry::Entered;

/// Who is at the other end, and the names of the link.
#[derive(Clone, Copy)]
pub(super) struct Party {
    pub peer: EndpointKey,
    pub protocol: Protocol,
    pub standing: Standing,
    pub binding: [u8; 32],
}

/// A place among the links; given back when dropped.
pub(super) struct Entry {
    shared: Arc<Shared>,
    party: Party,
    cause: Arc<OnceLock<Ending>>,
    /// Counts a stranger.
    _stranger: Option<OwnedSemaphorePermit>,
    is_left: bool,
}

/// A link that the owner does not know of yet.
pub(super) struct Fresh {
    link: Link,
    entry: Entry,
    connection: Connection,
}

impl Entry {
    /// Takes a place: the one of the peer, or one of the few for strangers. Nothing when there is none; then the
    /// connection is closed.
    pub(super) fn of(
        shared: &Arc<Shared>,
        party: &Party,
        connection: &Connection,
        lost: Option<LinkId>,
    ) -> Option<Self> {
        let cause = Arc::new(OnceLock::new());
        let is_stranger = party.protocol == Protocol::Join && party.standing.dialer == Dialer::Peer;
        let stranger = if is_stranger { Arc::clone(&shared.joins).try_acquire_owned().ok() } else { None };
        if is_stranger && stranger.is_none() {
            connection.close(VarInt::from(code::BUSY), b"");
            return None;
        }
        if party.protocol == Protocol::Sync {
            let connection = connection.weak_handle();
            let newcomer = Entered { standing: party.standing, connection, cause: Arc::clone(&cause) };
            if shared.registry.enter(party.peer, newcomer, lost) == Verdict::KeepStanding {
                return None;
            }
        }
        let entry =
            Self { shared: Arc::clone(shared), party: *party, cause, _stranger: stranger, is_left: false };
        // The membership may have changed since the handshake, before the registry knew whom to cut.
        let is_ours = party.protocol == Protocol::Join && party.standing.dialer == Dialer::Us;
        if !is_ours && !may_enter(&shared.allow, party.protocol, &party.peer) {
            connection.close(VarInt::from(code::STRANGER), b"");
            return None;
        }
        Some(entry)
    }

    /// Gives the place back. Gives whether the peer has no link now.
    fn leave(&mut self) -> bool {
        let is_first = !std::mem::replace(&mut self.is_left, true);
        is_first && self.shared.registry.leave(self.party.peer, &self.party.standing.id)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Fresh {
    pub(super) fn new(
        party: Party,
        entry: Entry,
        connection: Connection,
        sender: SendStream,
        receiver: RecvStream,
    ) -> Self {
        let established = Established {
            peer: party.peer,
            protocol: party.protocol,
            dialer: party.standing.dialer,
            binding: party.binding,
            connection: connection.clone(),
            cause: Arc::clone(&entry.cause),
        };
        Self { link: Link::new(established, sender, receiver), entry, connection }
    }

    /// Gives the link to the owner as an event and sees to its end.
    pub(super) async fn hand_over(self, shared: &Arc<Shared>) {
        let Self { link, entry, connection } = self;
        let closed = connection.weak_handle().closed();
        drop(connection);
        let peer = entry.party.peer;
        match entry.party.protocol {
            Protocol::Sync => {
                shared.notify(Notice::Linked(peer)).await;
                shared.tell(Event::Linked(link)).await;
                tokio::spawn(see_off(entry, closed));
            }
            Protocol::Join => {
                let timer = cut_late_stranger(Arc::clone(shared), link.weak(), Arc::clone(&entry.cause));
                shared.tell(Event::Joining(link)).await;
                tokio::spawn(async move {
                    tokio::select! { _ = closed => {} () = timer => {} }
                    drop(entry);
                });
            }
        }
    }

    /// Takes the link of a dial to join.
    pub(super) fn into_link(self) -> Link {
        self.link
    }
}

/// Waits for the end of a link and tells it.
async fn see_off(mut entry: Entry, closed: impl Future<Output = Option<Closed>>) {
    let seen = closed.await.map_or(Ending::Broken, |closed| (&closed.reason).into());
    if entry.leave() {
        let ending = entry.cause.get().copied().unwrap_or(seen);
        let (shared, peer) = (Arc::clone(&entry.shared), entry.party.peer);
        shared.notify(Notice::Lost(peer)).await;
        shared.tell(Event::Unlinked { peer, ending }).await;
    }
}

/// Ends a stranger's link when no invitation is open any more, or after a while.
async fn cut_late_stranger(
    shared: Arc<Shared>,
    connection: iroh::endpoint::WeakConnectionHandle,
    cause: Arc<OnceLock<Ending>>,
) {
    let mut admission = shared.allow.watch();
    let closing = admission.wait_for(|admission| !admission.is_invitation_open());
    // Either way its time is over.
    drop(tokio::time::timeout(JOIN_TIME_MAX, closing).await.map(drop));
    cause.get_or_init(|| Ending::Removed);
    if let Some(connection) = connection.upgrade() {
        connection.close(VarInt::from(code::STRANGER), b"");
    }
}
