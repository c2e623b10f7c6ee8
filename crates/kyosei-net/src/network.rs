//! The open endpoint: what binds, who listens, and what the owner may ask.
//!
//! Life-cycle: [`Network::bind`] opens it; clones are handles to the same endpoint; [`Network::close`] ends all links in
//! order, dropping the last handle ends them at once. It never talks about documents.

mod accept;
mod dial;
mod reach;
mod settle;
mod watchers;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use iroh::endpoint::{
    Endpoint, IdleTimeout, NetReportConfig, PortmapperConfig, QuicTransportConfig, VarInt, presets,
};
use iroh::{RelayMap, RelayMode, SecretKey};
use tokio::sync::{Mutex as AsyncMutex, Semaphore, mpsc, watch};
use tokio::task::JoinSet;

pub use dial::DialError;
pub use reach::ReachError;

use crate::address::{PeerAddress, RelayAddress};
use crate::allow::AllowList;
use crate::arbiter::Incarnation;
use crate::config::NetworkConfig;
use crate::event::Event;
use crate::gate::{Doorkeeper, Gate};
use crate::interfaces;
use crate::keeper::{self, Notice};
use crate::key::{EndpointKey, key_of};
use crate::lan;
use crate::limits::{DISCOVERED_MAX, EVENTS_MAX, JOINS_MAX, OPENING_WINDOW, RECEIVE_WINDOW, SEND_WINDOW};
use crate::link::{Link, Protocol};
use crate::registry::Registry;

/// A handle to the open endpoint.
#[derive(Clone, Debug)]
pub struct Network {
    shared: Arc<Shared>,
    events: Arc<AsyncMutex<mpsc::Receiver<Event>>>,
    /// Aborts what runs in the background when the last handle goes.
    _tasks: Arc<JoinSet<()>>,
}

/// What the tasks of one endpoint share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub endpoint: Endpoint,
    pub us: EndpointKey,
    pub incarnation: Incarnation,
    pub allow: AllowList,
    pub registry: Arc<Registry>,
    pub gate: Gate,
    pub joins: Arc<Semaphore>,
    pub is_lan_wanted: watch::Sender<bool>,
    /// Counts the changes of the local addresses.
    pub moves: watch::Sender<u64>,
    pub notices: mpsc::Sender<Notice>,
    events: mpsc::Sender<Event>,
    reach: Mutex<reach::Reach>,
    found: Mutex<BTreeMap<EndpointKey, PeerAddress>>,
    dialing: Mutex<BTreeSet<EndpointKey>>,
    config: NetworkConfig,
}

/// Why the endpoint could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    Entropy,
    /// An address to bind cannot be used together with the others.
    #[error("an address to bind to is not usable")]
    Address,
    /// The sockets cannot be opened.
    #[error("the sockets cannot be opened")]
    Socket(#[source] Box<iroh::endpoint::BindError>),
    /// A choice of the configuration cannot be put into effect.
    #[error("the configuration cannot be put into effect")]
    Reach(#[from] ReachError),
}

impl Network {
    /// Opens the endpoint of a device. Nothing is contacted but what the configuration chooses.
    ///
    /// # Errors
    /// When the sockets cannot be opened or the configuration cannot be put into effect.
    pub async fn bind(
        endpoint_seed: [u8; 32],
        config: NetworkConfig,
        allow: AllowList,
    ) -> Result<Self, BindError> {
        let mut incarnation = Incarnation::default();
        getrandom::fill(&mut incarnation).map_err(|_| BindError::Entropy)?;
        let endpoint = open(endpoint_seed, &config, &allow).await?;
        let us = key_of(endpoint.id());
        let (events_sender, events) = mpsc::channel(EVENTS_MAX);
        let (notices, heard) = mpsc::channel(EVENTS_MAX);
        let shared = Arc::new(Shared {
            us,
            incarnation,
            registry: Arc::new(Registry::new(us)),
            gate: Gate::new(allow.clone()),
            allow,
            joins: Arc::new(Semaphore::new(JOINS_MAX)),
            is_lan_wanted: watch::Sender::new(config.lan),
            moves: watch::Sender::new(0),
            notices,
            events: events_sender,
            reach: Mutex::default(),
            found: Mutex::default(),
            dialing: Mutex::default(),
            endpoint,
            config: config.clone(),
        });
        shared.set_relays(config.relays).await?;
        shared.set_public_infrastructure(config.public_infrastructure).await?;
        let mut tasks = JoinSet::new();
        tasks.spawn(accept::run(Arc::clone(&shared)));
        tasks.spawn(watchers::follow_allow_list(Arc::clone(&shared)));
        tasks.spawn(watchers::follow_addresses(Arc::clone(&shared)));
        tasks.spawn(watchers::follow_relays(Arc::clone(&shared)));
        tasks.spawn(lan::run(Arc::clone(&shared)));
        tasks.spawn(keeper::run(Arc::clone(&shared), heard));
        Ok(Self { shared, events: Arc::new(AsyncMutex::new(events)), _tasks: Arc::new(tasks) })
    }

    /// This device's key on the network.
    pub fn endpoint(&self) -> EndpointKey {
        self.shared.us
    }

    /// The next thing that happens; nothing once the endpoint is closed. Dropping the future loses nothing. One task
    /// should ask: each event is given once.
    pub async fn next_event(&self) -> Option<Event> {
        let mut events = self.events.lock().await;
        tokio::select! {
            event = events.recv() => event,
            () = self.shared.endpoint.closed() => None,
        }
    }

    /// Where this device may be reached now, for a ticket.
    pub fn addresses(&self) -> PeerAddress {
        self.shared.addresses()
    }

    /// Connects to a member now, with what is known of its addresses besides. The link comes as
    /// [`Event::Linked`]; it is no error if there is one already.
    ///
    /// # Errors
    /// When the peer is not allowed, cannot be reached, or does not want the link.
    pub async fn dial(&self, peer: &PeerAddress) -> Result<(), DialError> {
        self.shared.dial(peer).await
    }

    /// Asks a device for admission: a link of [`Protocol::Join`].
    ///
    /// # Errors
    /// When it cannot be reached or has no invitation open.
    pub async fn dial_to_join(&self, inviter: &PeerAddress) -> Result<Link, DialError> {
        self.shared.dial_to_join(inviter).await
    }

    /// Replaces the stored addresses. Peers that are known here or on the local network and stand on the allow-list are
    /// kept connected from now on: dialed at once, and again whenever their link is lost.
    pub async fn keep_connected(&self, addresses: Vec<PeerAddress>) {
        self.shared.notify(Notice::Known(addresses)).await;
    }

    /// Dials at once whoever is not connected: after an unlock, or because a person asks.
    pub async fn wake(&self) {
        self.shared.endpoint.network_change().await;
        self.shared.notify(Notice::Changed).await;
    }

    /// Switches announcing and searching on the local network.
    pub fn set_lan(&self, is_wanted: bool) {
        self.shared.is_lan_wanted.send_if_modified(|lan| std::mem::replace(lan, is_wanted) != is_wanted);
    }

    /// Adds relays of the committee's own to those in use; the set holds both.
    ///
    /// # Errors
    /// When there are too many, or one in use is not among them: [`ReachError::NeedsRebinding`].
    pub async fn set_relays(&self, relays: BTreeSet<RelayAddress>) -> Result<(), ReachError> {
        self.shared.set_relays(relays).await
    }

    /// Begins to use n0's relays and directory: see [`NetworkConfig::public_infrastructure`].
    ///
    /// # Errors
    /// When the endpoint is closed, or when they are in use and shall not be: [`ReachError::NeedsRebinding`].
    pub async fn set_public_infrastructure(&self, is_wanted: bool) -> Result<(), ReachError> {
        self.shared.set_public_infrastructure(is_wanted).await
    }

    /// Whether there is a link to this peer.
    pub fn is_linked(&self, peer: &EndpointKey) -> bool {
        self.shared.registry.is_linked(peer)
    }

    /// Handshakes and openings that strangers and members have under way now.
    pub fn handshake_count(&self) -> usize {
        self.shared.gate.handshake_count()
    }

    /// Ends all links, with a farewell to the peers. Takes up to a few seconds.
    pub async fn close(&self) {
        self.shared.endpoint.close().await;
    }
}

impl Shared {
    /// Tells the owner something that must not be missed; waits for room.
    pub(crate) async fn tell(&self, event: Event) {
        // The receiver lives as long as a handle does, and without one this task is aborted.
        drop(self.events.send(event).await);
    }

    /// Tells the owner something that may be missed.
    pub(crate) fn mention(&self, event: Event) {
        drop(self.events.try_send(event));
    }

    pub(crate) async fn notify(&self, notice: Notice) {
        drop(self.notices.send(notice).await);
    }

    /// The protocols that a dialer may ask for now.
    pub(crate) fn alpns(&self) -> Vec<Vec<u8>> {
        alpns(&self.allow)
    }

    pub(crate) fn addresses(&self) -> PeerAddress {
        let mut address = PeerAddress::new(self.us);
        address.sockets = self.sockets(interfaces::is_told);
        address.relays =
            self.endpoint.addr().relay_urls().filter_map(|url| url.as_str().parse().ok()).collect();
        address
    }

    /// The sockets of this endpoint that pass a rule; those that were bound to an address by choice always do.
    pub(crate) fn sockets(
        &self,
        is_told: impl Fn(&SocketAddr, &[interfaces::Interface]) -> bool,
    ) -> BTreeSet<SocketAddr> {
        let chosen: BTreeSet<_> = self.config.bind.iter().map(SocketAddr::ip).collect();
        let present = interfaces::current();
        let addr = self.endpoint.addr();
        addr.ip_addrs()
            .filter(|socket| {
                chosen.contains(&socket.ip()) || !self.config.is_filtered || is_told(socket, &present)
            })
            .copied()
            .collect()
    }

    /// Remembers where a member was found on the local network.
    pub(crate) fn note_found(&self, address: PeerAddress) {
        let mut found = lock(&self.found);
        if found.len() < DISCOVERED_MAX || found.contains_key(&address.endpoint) {
            found.insert(address.endpoint, address);
        }
    }

    pub(crate) fn forget_found(&self, peer: &EndpointKey) {
        lock(&self.found).remove(peer);
    }

    pub(crate) fn found(&self, peer: &EndpointKey) -> Option<PeerAddress> {
        lock(&self.found).get(peer).cloned()
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whatever stands in these is whole at each moment: a panic elsewhere leaves nothing half-done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn alpns(allow: &AllowList) -> Vec<Vec<u8>> {
    let join = allow.is_invitation_open().then_some(Protocol::Join);
    [Some(Protocol::Sync), join].into_iter().flatten().map(|protocol| protocol.alpn().to_vec()).collect()
}

async fn open(seed: [u8; 32], config: &NetworkConfig, allow: &AllowList) -> Result<Endpoint, BindError> {
    // iroh's default asks public resolvers when the system's fail.
    let dns = iroh::dns::DnsResolver::builder().with_system_defaults().disable_fallback().build();
    let silence_ms = u32::try_from(config.silence.as_millis()).unwrap_or(u32::MAX);
    let transport = QuicTransportConfig::builder()
        .max_concurrent_bidi_streams(VarInt::from(1_u32))
        .max_concurrent_uni_streams(VarInt::from(0_u32))
        .datagram_receive_buffer_size(None)
        .stream_receive_window(VarInt::from(RECEIVE_WINDOW))
        .receive_window(VarInt::from(OPENING_WINDOW))
        .send_window(SEND_WINDOW)
        .max_idle_timeout(Some(IdleTimeout::from(VarInt::from(silence_ms))))
        .build();
    // Which relay is near is measured where there is one; no check for captive portals.
    let mut probes = NetReportConfig::minimal();
    probes.https_probes = true;
    let mut builder = Endpoint::builder(presets::Minimal)
        .secret_key(SecretKey::from_bytes(&seed))
        .alpns(alpns(allow))
        // Without a relay in the map none is contacted; with the mode `Disabled` none could be added later.
        .relay_mode(RelayMode::Custom(RelayMap::empty()))
        .clear_address_lookup()
        .dns_resolver(dns)
        .portmapper_config(PortmapperConfig::Disabled)
        .net_report_config(probes)
        .transport_config(transport)
        .hooks(Doorkeeper { allow: allow.clone() });
    if !config.direct || !config.bind.is_empty() {
        builder = builder.clear_ip_transports();
    }
    for socket in config.bind.iter().filter(|_| config.direct) {
        builder = builder.bind_addr(*socket).map_err(|_| BindError::Address)?;
    }
    builder.bind().await.map_err(|error| BindError::Socket(Box::new(error)))
}
