//! The links that are up: at most one for each peer.
//!
//! Life-cycle: one for each open network. A link enters when both sides have opened it and leaves when its connection has
//! closed. It holds no connection open: the owner's [`Link`](crate::Link) does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use iroh::endpoint::{VarInt, WeakConnectionHandle};

use crate::arbiter::{LinkId, Newcomer, Standing, Verdict, arbitrate};
use crate::event::Ending;
use crate::key::EndpointKey;
use crate::limits::OPENINGS_PER_PEER_MAX;
use crate::link::code;

/// All links of one endpoint.
#[derive(Debug)]
pub(crate) struct Registry {
    us: EndpointKey,
    peers: Mutex<BTreeMap<EndpointKey, Peer>>,
}

#[derive(Debug, Default)]
struct Peer {
    link: Option<Entered>,
    last: Option<LinkId>,
    opening_count: usize,
}

/// A link as the registry knows it.
#[derive(Clone, Debug)]
pub(crate) struct Entered {
    pub standing: Standing,
    pub connection: WeakConnectionHandle,
    /// Why this side closed it, for the owner to read.
    pub cause: Arc<OnceLock<Ending>>,
}

impl Entered {
    fn close(&self, cause: Ending, code: u32) {
        self.cause.get_or_init(|| cause);
        if let Some(connection) = self.connection.upgrade() {
            connection.close(VarInt::from(code), b"");
        }
    }
}

/// A stream of a peer that is being opened; the place is free again when it is dropped.
pub(crate) struct OpeningPlace {
    registry: Arc<Registry>,
    peer: EndpointKey,
}

impl Registry {
    pub(crate) fn new(us: EndpointKey) -> Self {
        Self { us, peers: Mutex::new(BTreeMap::new()) }
    }

    /// Takes a place for an opening, if the peer has not too many.
    pub(crate) fn open(self: &Arc<Self>, peer: EndpointKey) -> Option<OpeningPlace> {
        let mut peers = self.lock();
        let entry = peers.entry(peer).or_default();
        if entry.opening_count >= OPENINGS_PER_PEER_MAX {
            return None;
        }
        entry.opening_count += 1;
        Some(OpeningPlace { registry: Arc::clone(self), peer })
    }

    /// Lets a link in, or not; the loser of two is closed.
    pub(crate) fn enter(&self, peer: EndpointKey, newcomer: Entered, lost: Option<LinkId>) -> Verdict {
        let mut peers = self.lock();
        let entry = peers.entry(peer).or_default();
        let Standing { id, dialer, incarnation } = newcomer.standing;
        if let Some(link) = &entry.link {
            let verdict = arbitrate(self.us, peer, &link.standing, &Newcomer { dialer, incarnation, lost });
            if verdict == Verdict::KeepStanding {
                newcomer.close(Ending::Superseded, code::SUPERSEDED);
                return verdict;
            }
            link.close(Ending::Superseded, code::SUPERSEDED);
        }
        entry.last = Some(id);
        entry.link = Some(newcomer);
        Verdict::TakeNewcomer
    }

    /// Forgets a link that has ended. Gives whether the peer has none now.
    pub(crate) fn leave(&self, peer: EndpointKey, id: &LinkId) -> bool {
        let mut peers = self.lock();
        let Some(entry) = peers.get_mut(&peer) else { return false };
        let is_current = entry.link.as_ref().is_some_and(|link| link.standing.id == *id);
        if is_current {
            entry.link = None;
        }
        is_current
    }

    /// Closes the links of all peers that may not stay, and forgets those peers.
    pub(crate) fn cut(&self, may_stay: impl Fn(&EndpointKey) -> bool) {
        self.lock().retain(|peer, entry| {
            if may_stay(peer) {
                return true;
            }
            if let Some(link) = &entry.link {
                link.close(Ending::Removed, code::STRANGER);
            }
            entry.last = None;
            entry.link.is_some() || entry.opening_count > 0
        });
    }

    pub(crate) fn is_linked(&self, peer: &EndpointKey) -> bool {
        self.lock().get(peer).is_some_and(|entry| entry.link.is_some())
    }

    pub(crate) fn last(&self, peer: &EndpointKey) -> Option<LinkId> {
        self.lock().get(peer).and_then(|entry| entry.last)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<EndpointKey, Peer>> {
        // Nothing in here panics while it holds the lock.
        self.peers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpeningPlace {
    fn drop(&mut self) {
        let mut peers = self.registry.lock();
        let Some(entry) = peers.get_mut(&self.peer) else { return };
        entry.opening_count = entry.opening_count.saturating_sub(1);
        // Strangers who ask to join leave nothing behind.
        if entry.opening_count == 0 && entry.link.is_none() && entry.last.is_none() {
            peers.remove(&self.peer);
        }
    }
}
