//! Who may connect: the one decision of the owner that the network obeys.
//!
//! Life-cycle: the owner makes it, hands clones to [`Network::bind`](crate::Network::bind), and replaces the
//! members whenever the membership changed. The network watches it: links of peers that fall off are closed at
//! once. It does not know why somebody is on it.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::watch;

use crate::key::EndpointKey;
use crate::limits::ALLOWED_MAX;

/// A cheap handle to the list that the owner and the network share. It starts empty and closed.
#[derive(Clone, Debug)]
pub struct AllowList {
    admission: Arc<watch::Sender<Admission>>,
}

/// What the list says at one moment.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Admission {
    members: Arc<BTreeSet<EndpointKey>>,
    is_invitation_open: bool,
}

impl AllowList {
    /// A list that lets nobody in.
    pub fn new() -> Self {
        Self { admission: Arc::new(watch::Sender::new(Admission::default())) }
    }

    /// Replaces the members. Links of peers that are not among the new ones are closed at once.
    ///
    /// Members beyond [`ALLOWED_MAX`] are not let in.
    pub fn replace(&self, members: impl IntoIterator<Item = EndpointKey>) {
        let members = Arc::new(members.into_iter().take(ALLOWED_MAX).collect::<BTreeSet<_>>());
        self.admission.send_if_modified(|admission| {
            let is_new = admission.members != members;
            admission.members = members;
            is_new
        });
    }

    /// Says whether an invitation is open. Only then may strangers ask to join; closing it cuts those who do.
    pub fn set_invitation_open(&self, is_open: bool) {
        self.admission.send_if_modified(|admission| {
            std::mem::replace(&mut admission.is_invitation_open, is_open) != is_open
        });
    }

    /// Whether this peer is a member now.
    pub fn contains(&self, peer: &EndpointKey) -> bool {
        self.admission.borrow().members.contains(peer)
    }

    /// Whether strangers may ask to join now.
    pub fn is_invitation_open(&self) -> bool {
        self.admission.borrow().is_invitation_open
    }

    pub(crate) fn members(&self) -> Arc<BTreeSet<EndpointKey>> {
        self.admission.borrow().members.clone()
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Admission> {
        self.admission.subscribe()
    }
}

impl Admission {
    pub(crate) const fn is_invitation_open(&self) -> bool {
        self.is_invitation_open
    }
}

impl Default for AllowList {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Admission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Admission({} members, open: {})", self.members.len(), self.is_invitation_open)
    }
}
