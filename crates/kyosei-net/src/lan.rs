//! The local network: announcing this device there, and finding members, by multicast DNS (RFC 6762, RFC 6763).
//!
//! mdns-sd does the protocol, not the lookup that comes with iroh: that one uses the interface of the default route
//! alone, so that on a hotspot without internet nobody finds anybody, and it announces the endpoint key itself in clear.
//!
//! Life-cycle: one task for each open network. While it is switched off there is no socket of multicast DNS. Each change of network
//! starts it anew with a new name and a new [`Beacon`]. It never dials: it tells where members are.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use mdns_sd::{IfKind, IfPredicate, Receiver, ResolvedService, ServiceDaemon, ServiceEvent, ServiceInfo};
use tokio::time::sleep;

use crate::address::PeerAddress;
use crate::beacon::Beacon;
use crate::event::Event;
use crate::interfaces;
use crate::keeper::Notice;
use crate::key::EndpointKey;
use crate::limits::{ADDRESS_SOCKETS_MAX, BEACONS_MAX};
use crate::network::Shared;

/// The name of the service. It does not say kyosei: a list of services on a café's network is seen by many.
const SERVICE: &str = "_lan-peer._udp.local.";

/// The key under which the beacon is announced.
const BEACON_KEY: &str = "b";

/// The key under which the port of the IPv6 socket is announced; the record of the service has that of IPv4.
const PORT_V6_KEY: &str = "p6";

/// How long to wait before searching again after a failure.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// How long addresses may settle after a change before the search starts anew.
const SETTLE: Duration = Duration::from_millis(300);

/// Why the local network cannot be searched.
#[derive(Debug, thiserror::Error)]
enum SearchError {
    #[error("the system gives no randomness")]
    Entropy,
    #[error("multicast DNS failed")]
    Mdns(#[from] mdns_sd::Error),
}

/// One run of announcing and searching.
struct Search {
    daemon: ServiceDaemon,
    announced: Option<String>,
    own: Beacon,
    found: Receiver<ServiceEvent>,
    sightings: BTreeMap<String, Sighting>,
}

/// Somebody who announces a beacon.
struct Sighting {
    beacon: Beacon,
    sockets: BTreeSet<SocketAddr>,
    member: Option<EndpointKey>,
}

/// Why a run ended.
enum Outcome {
    Again,
    Failed,
}

/// Announces and searches while it is wanted.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut wanted = shared.is_lan_wanted.subscribe();
    loop {
        if wanted.wait_for(|is_wanted| *is_wanted).await.is_err() {
            return;
        }
        let mut moves = shared.moves.subscribe();
        let outcome = match Search::start(&shared) {
            Ok(mut search) => {
                let outcome = tokio::select! {
                    outcome = search.run(&shared) => outcome,
                    _ = wanted.wait_for(|is_wanted| !is_wanted) => Outcome::Again,
                    _ = moves.changed() => Outcome::Again,
                };
                search.stop(&shared).await;
                outcome
            }
            Err(_) => Outcome::Failed,
        };
        match outcome {
            Outcome::Again => sleep(SETTLE).await,
            Outcome::Failed => {
                shared.mention(Event::LanFailed);
                tokio::select! { () = sleep(RETRY_AFTER) => {} _ = moves.changed() => {} }
            }
        }
    }
}

impl Search {
    fn start(shared: &Shared) -> Result<Self, SearchError> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|_| SearchError::Entropy)?;
        let (name, nonce) = random.split_at(16);
        let own = Beacon::new(shared.us, nonce.try_into().unwrap_or_default());
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        let daemon = ServiceDaemon::new()?;
        daemon.disable_interface(IfKind::All)?;
        daemon.enable_interface(outward())?;
        let service = service(&name, &own, &shared.sockets(interfaces::is_announced))?;
        let announced = service.as_ref().map(|service| service.get_fullname().to_owned());
        if let Some(service) = service {
            daemon.register(service)?;
        }
        let found = daemon.browse(SERVICE)?;
        Ok(Self { daemon, announced, own, found, sightings: BTreeMap::new() })
    }

    async fn run(&mut self, shared: &Shared) -> Outcome {
        let mut admission = shared.allow.watch();
        loop {
            tokio::select! {
                event = self.found.recv_async() => match event {
                    Ok(ServiceEvent::ServiceResolved(service)) => self.see(shared, &service).await,
                    Ok(ServiceEvent::ServiceRemoved(_, name)) => self.lose(shared, &name),
                    Ok(_) => {}
                    Err(_) => return Outcome::Failed,
                },
                changed = admission.changed() => match changed {
                    Ok(()) => self.look_again(shared).await,
                    Err(_) => return Outcome::Again,
                },
            }
        }
    }

    async fn see(&mut self, shared: &Shared, service: &ResolvedService) {
        let Some(beacon) = service.get_property_val_str(BEACON_KEY).and_then(Beacon::from_text) else {
            return;
        };
        if beacon == self.own || self.sightings.len() >= BEACONS_MAX {
            return;
        }
        let members = shared.allow.members();
        let member = members.iter().copied().find(|member| *member != shared.us && beacon.is_of(*member));
        let sighting = Sighting { beacon, sockets: sockets(service), member };
        self.sightings.insert(service.get_fullname().to_owned(), sighting);
        if let Some(member) = member {
            self.tell(shared, member).await;
        }
    }

    /// Tells where a member is: wherever its beacon is announced. Somebody may repeat a beacon with another address;
    /// that adds a place to try, where nobody has the key, and takes none away.
    async fn tell(&self, shared: &Shared, member: EndpointKey) {
        let its = self.sightings.values().filter(|sighting| sighting.member == Some(member));
        let sockets: BTreeSet<_> =
            its.flat_map(|sighting| sighting.sockets.iter().copied()).take(ADDRESS_SOCKETS_MAX).collect();
        if sockets.is_empty() {
            return;
        }
        let address = PeerAddress { sockets, ..PeerAddress::new(member) };
        shared.note_found(address.clone());
        shared.notify(Notice::Found(member)).await;
        shared.mention(Event::Discovered(address));
    }

    fn lose(&mut self, shared: &Shared, name: &str) {
        let Some(gone) = self.sightings.remove(name) else { return };
        let Some(member) = gone.member else { return };
        // A device that announced itself anew is still there under its new name.
        if !self.sightings.values().any(|sighting| sighting.member == Some(member)) {
            shared.forget_found(&member);
            shared.mention(Event::Vanished(member));
        }
    }

    /// Somebody who was seen before may be a member now.
    async fn look_again(&mut self, shared: &Shared) {
        let members = shared.allow.members();
        let mut new = BTreeSet::new();
        for sighting in self.sightings.values_mut().filter(|sighting| sighting.member.is_none()) {
            let found = |member: &EndpointKey| *member != shared.us && sighting.beacon.is_of(*member);
            sighting.member = members.iter().copied().find(found);
            new.extend(sighting.member);
        }
        for member in new {
            self.tell(shared, member).await;
        }
    }

    async fn stop(&mut self, shared: &Shared) {
        for member in self.sightings.values().filter_map(|sighting| sighting.member) {
            shared.forget_found(&member);
        }
        // The farewell is a courtesy: names run out by themselves.
        if let Some(name) = &self.announced
            && let Ok(done) = self.daemon.unregister(name)
        {
            drop(tokio::time::timeout(SETTLE, done.recv_async()).await);
        }
        drop(self.daemon.shutdown());
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        drop(self.daemon.shutdown());
    }
}

fn outward() -> IfKind {
    IfKind::Predicate(IfPredicate::new(|interface| {
        !interface.is_loopback() && interfaces::is_outward(&interface.name)
    }))
}

/// What is announced; nothing when this device has no address.
fn service(
    name: &str,
    own: &Beacon,
    sockets: &BTreeSet<SocketAddr>,
) -> Result<Option<ServiceInfo>, SearchError> {
    let port = |is_v4: bool| sockets.iter().find(|socket| socket.is_ipv4() == is_v4).map(SocketAddr::port);
    let Some(main_port) = port(true).or_else(|| port(false)) else { return Ok(None) };
    let port_v6 = port(false).unwrap_or(main_port).to_string();
    let ips = sockets.iter().map(|socket| socket.ip().to_string()).collect::<Vec<_>>().join(",");
    let texts = [(BEACON_KEY, own.to_text()), (PORT_V6_KEY, port_v6)];
    let mut service = ServiceInfo::new(SERVICE, name, &format!("{name}.local."), ips, main_port, &texts[..])?;
    service.set_interfaces(vec![outward()]);
    Ok(Some(service))
}

/// The announced sockets that are on this device's own networks: an announcement must not make it dial elsewhere.
fn sockets(service: &ResolvedService) -> BTreeSet<SocketAddr> {
    let present = interfaces::current();
    let port_v6 = service.get_property_val_str(PORT_V6_KEY).and_then(|port| port.parse().ok());
    let near = service.get_addresses().iter().map(mdns_sd::ScopedIp::to_ip_addr);
    near.filter(|ip| interfaces::is_near(*ip, &present))
        .map(|ip| match ip {
            IpAddr::V4(_) => SocketAddr::new(ip, service.get_port()),
            IpAddr::V6(_) => SocketAddr::new(ip, port_v6.unwrap_or_else(|| service.get_port())),
        })
        .take(ADDRESS_SOCKETS_MAX)
        .collect()
}
