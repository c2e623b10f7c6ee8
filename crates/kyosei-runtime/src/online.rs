//! An open vault on the network: the one loop that joins links, sessions and the vault.
//!
//! Life-cycle: [`Online::start`] binds the endpoint; [`Online::step`] waits for the next thing and deals with it, again
//! and again; [`Online::with_vault`] does something with the vault in between and tells the others; [`Online::close`]
//! ends all links. The vault is used by this loop alone, so nothing needs a lock. Each link has a task that reads and one
//! that writes; both are bounded, so that a slow peer slows only its own link.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kyosei_access::{DeviceId, EndpointKey, InvitationId, Role, SpaceId};
use kyosei_app::exchange::{ExchangeError, Happened};
use kyosei_net::{AllowList, Event, Link, Network};
use kyosei_sync::Have;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

mod config;
mod connection;
mod join;

pub use config::{BadRelay, network_config};
pub use join::{JoinFailed, ask_for_spaces, ask_to_join, inviter_address};
pub use kyosei_net::{NetworkConfig, PathState, PeerAddress, Route};

use crate::vault::{InviteError, Maintained, Vault, VaultError};
use connection::{Connection, Inbound, Number};

/// Messages from links that wait for the loop at most.
const INBOX_MAX: usize = 64;
/// How long the loop waits at most, after a membership changed, before it does what is due: not all devices are to
/// rotate at once.
const MAINTENANCE_DELAY_MAX: Duration = Duration::from_secs(30);
/// How often the local state is brought up to date while the vault is online.
const SAVE_INTERVAL: Duration = Duration::from_secs(60);

/// How long the endpoint may take to close, after its links were closed.
const CLOSE_TIME_MAX: Duration = Duration::from_millis(500);

/// The code of a peer that does not keep to the protocol.
const BAD_PEER: &str = "E-PEER";

/// A vault on the network.
pub struct Online<'v> {
    vault: &'v mut Vault,
    network: Network,
    allow: AllowList,
    connections: BTreeMap<EndpointKey, Connection>,
    inbox: mpsc::Receiver<Inbound>,
    to_inbox: mpsc::Sender<Inbound>,
    applicants: BTreeMap<InvitationId, Vec<Arc<Link>>>,
    next_number: Number,
    operations: BTreeMap<SpaceId, usize>,
    maintenance_at: Option<Instant>,
    maintenance_delay: Duration,
    save_at: Instant,
    /// What happened while the present state was handed around, for the next step to tell.
    untold: Vec<Told>,
    given: Vec<PeerAddress>,
}

/// Something to tell people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A device of the committee is connected and has proved who it is.
    Connected {
        /// The device.
        device: DeviceId,
        /// The spaces that are shared.
        spaces: Vec<(SpaceId, Role)>,
        /// The way that the bytes take.
        path: PathState,
    },
    /// A connection ended.
    Disconnected {
        /// The device, if it had proved who it is.
        device: Option<DeviceId>,
        /// A stable code if it did not end in order.
        code: Option<&'static str>,
    },
    /// Entries of a space came in.
    Received {
        /// The space.
        space: SpaceId,
        /// From which device.
        device: DeviceId,
    },
    /// Both sides have the same of everything that they share.
    Level {
        /// The device.
        device: DeviceId,
    },
    /// Somebody answered an invitation: a person must compare the words.
    Applicant {
        /// The invitation.
        invitation: InvitationId,
    },
    /// A request to join was not taken.
    ApplicantRefused {
        /// Why, as a stable code.
        code: &'static str,
    },
    /// A device that was let in has fetched its welcome.
    Welcomed {
        /// The invitation.
        invitation: InvitationId,
    },
    /// The members of a space changed.
    MembersChanged {
        /// The space.
        space: SpaceId,
    },
    /// Keys were minted or handed over by this device.
    Maintained {
        /// The space.
        space: SpaceId,
        /// What was done.
        done: Maintained,
    },
    /// The addresses of this device changed.
    AddressesChanged,
    /// The local network cannot be searched.
    LanFailed,
}

/// Why the vault is not on the network any more.
#[derive(Debug, thiserror::Error)]
pub enum OnlineError {
    /// The endpoint could not be opened.
    #[error(transparent)]
    Bind(#[from] kyosei_net::network::BindError),
    /// The vault failed. What was written before is safe.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The endpoint was closed.
    #[error("the endpoint was closed")]
    Closed,
}

impl OnlineError {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Bind(_) | Self::Closed => "E-NETWORK",
            Self::Vault(error) => error.code(),
        }
    }
}

impl<'v> Online<'v> {
    /// Goes online: members are let in, and those whose addresses are known are kept connected.
    ///
    /// # Errors
    /// See [`OnlineError`].
    pub async fn start(vault: &'v mut Vault, config: NetworkConfig) -> Result<Self, OnlineError> {
        Self::start_knowing(vault, config, &[]).await
    }

    /// Goes online, and also keeps those members connected whose addresses somebody gave: they are tried beside what is
    /// remembered, which may be of yesterday.
    ///
    /// # Errors
    /// See [`OnlineError`].
    pub async fn start_knowing(
        vault: &'v mut Vault,
        config: NetworkConfig,
        given: &[PeerAddress],
    ) -> Result<Self, OnlineError> {
        let allow = AllowList::new();
        allow.replace(vault.allowed_endpoints());
        allow.set_invitation_open(vault.is_invitation_open());
        let network = Network::bind(vault.endpoint_seed(), config, allow.clone()).await?;
        let (to_inbox, inbox) = mpsc::channel(INBOX_MAX);
        let operations = operation_counts(vault);
        let online = Self {
            vault,
            network,
            allow,
            connections: BTreeMap::new(),
            inbox,
            to_inbox,
            applicants: BTreeMap::new(),
            next_number: Number::default(),
            operations,
            maintenance_at: Some(Instant::now()),
            maintenance_delay: MAINTENANCE_DELAY_MAX,
            save_at: Instant::now() + SAVE_INTERVAL,
            untold: Vec::new(),
            given: given.to_vec(),
        };
        online.network.keep_connected(online.stored_addresses()).await;
        Ok(online)
    }

    /// Does what is due after a change of members within this time instead of the usual one.
    pub const fn set_maintenance_delay(&mut self, delay: Duration) {
        self.maintenance_delay = delay;
    }

    /// The vault.
    #[must_use]
    pub const fn vault(&self) -> &Vault {
        self.vault
    }

    /// Does something with the vault, and tells the connected devices what changed.
    ///
    /// # Errors
    /// The deed's own.
    pub async fn with_vault<T, E>(&mut self, deed: impl FnOnce(&mut Vault) -> Result<T, E>) -> Result<T, E> {
        let done = deed(self.vault);
        self.refresh().await;
        done
    }

    /// Where this device may be reached now.
    #[must_use]
    pub fn addresses(&self) -> PeerAddress {
        self.network.addresses()
    }

    /// Dials a device at an address that somebody gave.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn dial(&self, address: &PeerAddress) -> Result<(), kyosei_net::network::DialError> {
        self.network.dial(address).await
    }

    /// Dials at once whoever is not connected.
    pub async fn wake(&self) {
        self.network.wake().await;
    }

    /// Devices that are connected and have proved who they are, with the way that the bytes take.
    pub fn connected(&self) -> impl Iterator<Item = (DeviceId, PathState)> {
        self.connections.values().filter_map(|one| Some((one.exchange.device()?, one.link.path())))
    }

    /// Whether every connected device has what is here, and the other way round.
    #[must_use]
    pub fn is_level(&self) -> bool {
        self.connections.values().all(|one| one.exchange.is_level(&*self.vault))
    }

    /// Lets an applicant in and sends the welcome if the applicant waits on a link.
    ///
    /// # Errors
    /// See [`InviteError`].
    pub async fn admit(
        &mut self,
        invitation: InvitationId,
        words: &str,
        person: Option<kyosei_model::MemberId>,
        approvals: &[crate::SigningKey],
    ) -> Result<DeviceId, InviteError> {
        let device = self.vault.admit(invitation, words, person, approvals)?;
        for link in self.applicants.remove(&invitation).unwrap_or_default() {
            join::send_welcome(link, self.vault.welcome(invitation)?);
        }
        self.refresh().await;
        Ok(device)
    }

    /// Waits for the next thing, deals with it, and says what there is to tell. Dropping the future loses nothing.
    ///
    /// # Errors
    /// See [`OnlineError`].
    pub async fn step(&mut self) -> Result<Vec<Told>, OnlineError> {
        if !self.untold.is_empty() {
            return Ok(std::mem::take(&mut self.untold));
        }
        let mut told = Vec::new();
        let maintenance_at = self.maintenance_at.unwrap_or(self.save_at);
        tokio::select! {
            event = self.network.next_event() => {
                let event = event.ok_or(OnlineError::Closed)?;
                self.deal_with(event, &mut told).await?;
            }
            Some(inbound) = self.inbox.recv() => self.take(inbound, &mut told).await?,
            () = tokio::time::sleep_until(maintenance_at) => self.keep_house(&mut told).await?,
        }
        Ok(told)
    }

    /// Ends all links in order and brings the local state up to date.
    ///
    /// # Errors
    /// See [`OnlineError`].
    pub async fn close(mut self) -> Result<(), OnlineError> {
        // Nobody takes what the links still bring: their tasks must not wait for it.
        self.inbox.close();
        for (_, connection) in std::mem::take(&mut self.connections) {
            connection.finish().await;
        }
        // Every link has had its farewell; what is left are dials to devices that are not there.
        let _closed_in_time = timeout(CLOSE_TIME_MAX, self.network.close()).await;
        Ok(self.vault.save()?)
    }

    async fn deal_with(&mut self, event: Event, told: &mut Vec<Told>) -> Result<(), OnlineError> {
        match event {
            Event::Linked(link) => self.begin(link, told)?,
            Event::Unlinked { peer, .. } => self.drop_connection(peer, None, told)?,
            Event::Joining(link) => join::read_request(Arc::new(link), self.to_inbox.clone()),
            Event::NetworkChanged(_) => told.push(Told::AddressesChanged),
            Event::LanFailed => told.push(Told::LanFailed),
            Event::Discovered(_) | Event::Vanished(_) | Event::RelayChanged { .. } => {}
        }
        Ok(())
    }

    fn begin(&mut self, link: Link, told: &mut Vec<Told>) -> Result<(), OnlineError> {
        let peer = link.peer();
        self.drop_connection(peer, None, told)?;
        let number = self.next_number.take();
        let connection = Connection::begin(link, number, self.vault, self.to_inbox.clone());
        if let Some(connection) = connection {
            self.connections.insert(peer, connection);
            self.pump(peer, told)?;
        }
        Ok(())
    }

    async fn take(&mut self, inbound: Inbound, told: &mut Vec<Told>) -> Result<(), OnlineError> {
        match inbound {
            Inbound::Bytes { peer, number, bytes } => {
                if self.is_current(peer, number) {
                    self.take_bytes(peer, &bytes, told).await?;
                }
            }
            Inbound::Room { peer, number } => {
                if self.is_current(peer, number) {
                    self.pump(peer, told)?;
                }
            }
            Inbound::Gone { peer, number } => {
                if self.is_current(peer, number) {
                    self.drop_connection(peer, None, told)?;
                }
            }
            Inbound::Request { link, bytes } => self.take_request(link, &bytes, told)?,
        }
        Ok(())
    }

    async fn take_bytes(
        &mut self,
        peer: EndpointKey,
        bytes: &[u8],
        told: &mut Vec<Told>,
    ) -> Result<(), OnlineError> {
        let Some(connection) = self.connections.get_mut(&peer) else { return Ok(()) };
        let happened = match connection.exchange.take(bytes, self.vault) {
            Ok(happened) => happened,
            Err(ExchangeError::Violation(_)) => return self.drop_connection(peer, Some(BAD_PEER), told),
            Err(ExchangeError::Host(error)) => return Err(error.into()),
        };
        let mut has_received = false;
        for one in happened {
            has_received |= matches!(one, Happened::Received { .. });
            self.note(peer, one, told)?;
        }
        if has_received {
            self.refresh().await;
            self.tell_changes(told);
        }
        self.pump(peer, told)
    }

    fn note(
        &mut self,
        peer: EndpointKey,
        happened: Happened,
        told: &mut Vec<Told>,
    ) -> Result<(), OnlineError> {
        let Some(connection) = self.connections.get(&peer) else { return Ok(()) };
        match happened {
            Happened::Proven { device, spaces } => {
                let path = connection.link.path();
                self.vault.note_address(device, connection.link.address().to_bytes());
                told.push(Told::Connected { device, spaces: spaces.into_iter().collect(), path });
            }
            Happened::PeerHas { space } => {
                let have: Option<Have> = connection.exchange.peer_have(space).cloned();
                if let (Some(device), Some(have)) = (connection.exchange.device(), have) {
                    self.vault.note_met(device, space, &have);
                }
            }
            Happened::Received { space } => {
                let device = connection.exchange.device();
                told.extend(device.map(|device| Told::Received { space, device }));
            }
            Happened::Withdrawn { .. } => {}
            Happened::Ended { .. } => self.drop_connection(peer, None, told)?,
        }
        Ok(())
    }

    /// Sends what the exchange has to send, as far as the link takes it.
    fn pump(&mut self, peer: EndpointKey, told: &mut Vec<Told>) -> Result<(), OnlineError> {
        let Some(connection) = self.connections.get_mut(&peer) else { return Ok(()) };
        match connection.pump(self.vault) {
            Ok(()) => {}
            Err(ExchangeError::Violation(_)) => return self.drop_connection(peer, Some(BAD_PEER), told),
            Err(ExchangeError::Host(error)) => return Err(error.into()),
        }
        if connection.becomes_level(self.vault) {
            told.extend(connection.exchange.device().map(|device| Told::Level { device }));
        }
        Ok(())
    }

    fn take_request(
        &mut self,
        link: Arc<Link>,
        bytes: &[u8],
        told: &mut Vec<Told>,
    ) -> Result<(), OnlineError> {
        match join::answer(self.vault, &link, bytes) {
            join::Answer::Waits(invitation) => {
                let waiting = self.applicants.entry(invitation).or_default();
                waiting.retain(|other| other.peer() != link.peer());
                join::tell_to_wait(Arc::clone(&link));
                waiting.push(link);
                told.push(Told::Applicant { invitation });
            }
            join::Answer::Welcome(invitation, welcome) => {
                join::send_welcome(link, welcome);
                told.push(Told::Welcomed { invitation });
            }
            join::Answer::Refused(code) => {
                join::refuse(&link);
                told.push(Told::ApplicantRefused { code });
            }
        }
        Ok(())
    }

    /// Hands the present membership and heads to the network and to every connection.
    async fn refresh(&mut self) {
        self.allow.replace(self.vault.allowed_endpoints());
        self.allow.set_invitation_open(self.vault.is_invitation_open());
        let views = self.vault.views();
        let mut to_renew = Vec::new();
        for (peer, connection) in &mut self.connections {
            for view in &views {
                if connection.exchange.revise(view.clone()) == kyosei_sync::Revision::Addable {
                    to_renew.push(*peer);
                }
                // A vault that fails here fails again in the next step, which reports it.
                let _asked = connection.exchange.ask_again(view.space, &*self.vault);
            }
        }
        // A space that is newly shared is shared in a new session.
        for peer in to_renew {
            if let Some(connection) = self.connections.remove(&peer) {
                connection.close();
            }
        }
        let mut told = std::mem::take(&mut self.untold);
        for peer in self.connections.keys().copied().collect::<Vec<_>>() {
            // A vault that fails here fails again in the next step, which reports it.
            let _pumped = self.pump(peer, &mut told);
        }
        self.untold = told;
        self.network.keep_connected(self.stored_addresses()).await;
    }

    fn tell_changes(&mut self, told: &mut Vec<Told>) {
        let now = operation_counts(self.vault);
        for (space, count) in &now {
            if self.operations.get(space) != Some(count) {
                told.push(Told::MembersChanged { space: *space });
                let delay = self.maintenance_delay.mul_f64(self.vault.draw_fraction());
                self.maintenance_at.get_or_insert(Instant::now() + delay);
            }
        }
        self.operations = now;
    }

    async fn keep_house(&mut self, told: &mut Vec<Told>) -> Result<(), OnlineError> {
        let now = Instant::now();
        if self.maintenance_at.is_some_and(|at| at <= now) {
            self.maintenance_at = None;
            let mut has_done = false;
            for space in self.vault.spaces() {
                let done = self.vault.maintain(space)?;
                if !done.is_nothing() {
                    has_done = true;
                    told.push(Told::Maintained { space, done });
                }
            }
            if has_done {
                self.refresh().await;
            }
        }
        if self.save_at <= now {
            self.save_at = now + SAVE_INTERVAL;
            self.maintenance_at.get_or_insert(now + SAVE_INTERVAL);
            self.vault.save()?;
        }
        Ok(())
    }

    fn drop_connection(
        &mut self,
        peer: EndpointKey,
        code: Option<&'static str>,
        told: &mut Vec<Told>,
    ) -> Result<(), OnlineError> {
        if let Some(connection) = self.connections.remove(&peer) {
            let device = connection.exchange.device();
            connection.close();
            told.push(Told::Disconnected { device, code });
            self.vault.save()?;
        }
        Ok(())
    }

    fn is_current(&self, peer: EndpointKey, number: Number) -> bool {
        self.connections.get(&peer).is_some_and(|connection| connection.number == number)
    }

    fn stored_addresses(&self) -> Vec<PeerAddress> {
        let known = self.vault.known_addresses().filter_map(|(_, bytes)| PeerAddress::from_bytes(bytes).ok());
        let mut all: BTreeMap<kyosei_net::EndpointKey, PeerAddress> = BTreeMap::new();
        for address in known.chain(self.given.iter().cloned()) {
            let one = all.entry(address.endpoint).or_insert_with(|| PeerAddress::new(address.endpoint));
            one.sockets.extend(address.sockets);
            one.relays.extend(address.relays);
        }
        all.into_values().collect()
    }
}

fn operation_counts(vault: &Vault) -> BTreeMap<SpaceId, usize> {
    let count = |id: SpaceId| Some((id, vault.replica(id).ok()?.journal().operations().len()));
    vault.spaces().into_iter().filter_map(count).collect()
}
