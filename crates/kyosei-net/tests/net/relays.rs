//! Two devices that meet at a relay alone, and what the relay sees.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use iroh_relay::server::{RelayConfig, Server, ServerConfig};
use kyosei_net::{Event, NetworkConfig, RelayAddress, Route};
use kyosei_testkit::Seed;
use kyosei_testkit::canary::{Canaries, Kind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::peers::{Device, read};

/// A relay in this process, and a wire tap on the way to it.
struct TappedRelay {
    url: RelayAddress,
    seen: Arc<Mutex<Vec<u8>>>,
    _server: Server,
    _tap: JoinSet<()>,
}

impl TappedRelay {
    async fn new() -> Self {
        let mut config = ServerConfig::default();
        config.relay = Some(RelayConfig::new((Ipv4Addr::LOCALHOST, 0)));
        let server = Server::spawn(config).await.unwrap();
        let relay = server.http_addr().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut tap = JoinSet::new();
        let record = Arc::clone(&seen);
        tap.spawn(async move {
            let mut wires = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(relay).await.unwrap();
                let ((from_client, to_client), (from_server, to_server)) =
                    (client.into_split(), server.into_split());
                wires.spawn(copy(from_client, to_server, Arc::clone(&record)));
                wires.spawn(copy(from_server, to_client, Arc::clone(&record)));
            }
        });
        Self { url, seen, _server: server, _tap: tap }
    }

    fn seen(&self) -> Vec<u8> {
        self.seen.lock().unwrap().clone()
    }
}

async fn copy(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    seen: Arc<Mutex<Vec<u8>>>,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        seen.lock().unwrap().extend(&buffer[..length]);
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

/// A device that talks through this relay alone.
async fn behind(relay: &RelayAddress, n: u8) -> Device {
    let config = NetworkConfig { direct: false, relays: [relay.clone()].into(), ..NetworkConfig::default() };
    let device = Device::with(n, config).await;
    let connected = device.event(|event| match event {
        Event::RelayChanged { relay, is_connected: true } => Some(relay),
        _ => None,
    });
    assert_eq!(connected.await, *relay);
    device
}

#[tokio::test]
async fn two_devices_without_a_direct_way_meet_at_the_relay_and_it_reads_nothing() {
    let relay = TappedRelay::new().await;
    let (a, b) = (behind(&relay.url, 1).await, behind(&relay.url, 2).await);
    a.allow.replace([b.key()]);
    b.allow.replace([a.key()]);
    assert_eq!(b.address().relays, [relay.url.clone()].into(), "its ticket names the relay");
    assert!(b.address().sockets.is_empty());
    a.network.dial(&b.address()).await.unwrap();
    let (here, there) = (a.link().await, b.link().await);
    assert_eq!(here.path().route, Route::Relayed(relay.url.clone()));
    assert_eq!(there.path().route, Route::Relayed(relay.url.clone()));
    assert!(here.path().rtt.is_some());

    let mut canaries = Canaries::new(&Seed::of_test());
    let text = canaries.plant("name", Kind::Kanji);
    here.send(text.as_bytes()).await.unwrap();
    assert_eq!(read(&there, text.len()).await, text.as_bytes());
    let seen = relay.seen();
    let report = canaries.scanner().scan_bytes(&seen);
    assert!(report.is_clean(), "the relay read {:?}", report.hits);
    assert!(
        seen.windows(32).any(|bytes| bytes == b.key().as_bytes()),
        "the tap is blind: no key of a receiver in it"
    );
}

#[tokio::test]
async fn a_stranger_at_the_relay_gets_no_answer_at_all() {
    let relay = TappedRelay::new().await;
    let (member, stranger) = (behind(&relay.url, 1).await, behind(&relay.url, 3).await);
    stranger.allow.replace([member.key()]);
    let outcome = stranger.network.dial(&member.address()).await;
    assert_eq!(outcome, Err(kyosei_net::network::DialError::NoAnswer));
    assert_eq!(member.network.handshake_count(), 0);
}

#[tokio::test]
async fn a_relay_is_added_while_the_endpoint_is_open_and_given_up_by_a_new_one_alone() {
    let relay = TappedRelay::new().await;
    let device = Device::with(1, NetworkConfig::default()).await;
    assert!(device.address().relays.is_empty());
    assert!(relay.seen().is_empty(), "nobody went to a relay that was not chosen");
    device.network.set_relays([relay.url.clone()].into()).await.unwrap();
    let connected =
        device.event(|event| matches!(event, Event::RelayChanged { is_connected: true, .. }).then_some(()));
    connected.await;
    assert_eq!(device.address().relays, [relay.url.clone()].into());
    let given_up = device.network.set_relays([].into()).await;
    assert_eq!(given_up, Err(kyosei_net::network::ReachError::NeedsRebinding));
}
