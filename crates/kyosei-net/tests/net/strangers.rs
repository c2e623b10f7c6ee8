//! Whoever is not on the list: one, ten thousand, and those who ask to join.

use std::env;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use iroh::endpoint::{ConnectError, ConnectingError, ConnectionError, Endpoint, TransportErrorCode, presets};
use iroh::{EndpointAddr, PublicKey, RelayMode, SecretKey};
use kyosei_net::limits::{HANDSHAKES_MAX, JOIN_BYTES_MAX, JOINS_MAX};
use kyosei_net::link::{RecvError, SendError, code};
use kyosei_net::network::DialError;
use kyosei_net::{Ending, Event, PeerAddress, Protocol};
use kyosei_testkit::torture;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::peers::{Device, PATIENCE, linked, pair, read};

/// Makes the test below the crowd that dials the address that it holds.
const CROWD: &str = "KYOSEI_CROWD";

/// What a device may grow by under any number of strangers: the handshakes and the throttle, and slack for the allocator.
const GROWTH_KIB_MAX: u64 = 24 * 1024;

/// A plain iroh endpoint at one of the many loopback addresses.
async fn stranger(n: u8) -> Endpoint {
    let bound = Endpoint::builder(presets::Minimal)
        .secret_key(SecretKey::from_bytes(&[100 + n; 32]))
        .relay_mode(RelayMode::Disabled)
        .clear_ip_transports()
        .bind_addr(format!("127.0.0.{}:0", 2 + n))
        .unwrap();
    bound.bind().await.unwrap()
}

fn target(address: &PeerAddress) -> EndpointAddr {
    let id = PublicKey::from_bytes(address.endpoint.as_bytes()).unwrap();
    address.sockets.iter().fold(EndpointAddr::new(id), |target, socket| target.with_ip_addr(*socket))
}

/// What a stranger gets who does all that a member would do; nothing when nobody answers.
async fn attempt(from: &Endpoint, to: EndpointAddr, alpn: &[u8]) -> Option<ConnectionError> {
    let connection = match from.connect(to, alpn).await {
        Ok(connection) => connection,
        Err(ConnectError::Connection { source, .. }) => return Some(source),
        Err(ConnectError::Connecting { source: ConnectingError::ConnectionError { source, .. }, .. }) => {
            return Some(source);
        }
        Err(_) => return None,
    };
    if let Ok((mut sender, mut receiver)) = connection.open_bi().await {
        sender.write_all(&[1; 4096]).await.ok();
        assert!(!matches!(receiver.read_chunk(1).await, Ok(Some(_))), "a stranger got an answer");
    }
    Some(connection.closed().await)
}

/// Whether this end is the one for strangers: its code, or what QUIC makes of a code during the handshake
/// (RFC 9000 §10.2.3).
fn is_refusal(end: Option<&ConnectionError>) -> bool {
    match end {
        Some(ConnectionError::ApplicationClosed(close)) => close.error_code == code::STRANGER.into(),
        Some(ConnectionError::ConnectionClosed(close)) => {
            close.error_code == TransportErrorCode::APPLICATION_ERROR
        }
        _ => false,
    }
}

/// Tries, as a stranger, all that a member would do, and is turned away.
pub async fn knock(address: &PeerAddress) {
    let outsider = Endpoint::builder(presets::Minimal).bind().await.unwrap();
    let end = timeout(PATIENCE, attempt(&outsider, target(address), Protocol::Sync.alpn())).await.unwrap();
    assert!(is_refusal(end.as_ref()), "{end:?}");
    outsider.close().await;
}

#[tokio::test]
async fn a_stranger_gets_the_code_and_not_one_byte_and_the_owner_does_not_even_hear_of_it() {
    let (a, b) = pair(1, 2).await;
    let outsider = stranger(0).await;
    let end =
        timeout(PATIENCE, attempt(&outsider, target(&a.address()), Protocol::Sync.alpn())).await.unwrap();
    assert!(is_refusal(end.as_ref()), "{end:?}");
    // The first thing that the owner hears of is the member.
    b.network.dial(&a.address()).await.unwrap();
    assert!(matches!(a.network.next_event().await, Some(Event::Linked(link)) if link.peer() == b.key()));
}

#[tokio::test]
async fn nobody_is_dialed_who_is_not_on_the_own_list() {
    let (a, b) = (Device::new(1).await, Device::new(2).await);
    b.allow.replace([a.key()]);
    assert_eq!(a.network.dial(&b.address()).await, Err(DialError::NotAllowed));
    a.allow.replace([a.key()]);
    assert_eq!(a.network.dial(&a.address()).await, Err(DialError::Own));
}

/// Its name has the word that makes `./dev torture` run it whole. The crowd is a process of its own, this test once more,
/// so that what grows here is the device's alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweep_of_strangers_costs_little_and_a_member_works_all_the_while() {
    const NAME: &str = "strangers::a_sweep_of_strangers_costs_little_and_a_member_works_all_the_while";
    if let Ok(victim) = env::var(CROWD) {
        return crowd(&victim.parse().unwrap()).await;
    }
    let (a, b) = pair(1, 2).await;
    let (here, there) = linked(&a, &b).await;
    let before = resident_kib();
    let program = env::current_exe().unwrap();
    let mut command = Command::new(program);
    command.args([NAME, "--exact", "--nocapture"]).env(CROWD, a.address().to_string()).stdout(Stdio::piped());
    let mut crowd = command.spawn().unwrap();
    while crowd.try_wait().unwrap().is_none() {
        here.send(b"still here").await.unwrap();
        assert_eq!(timeout(PATIENCE, read(&there, 10)).await.unwrap(), b"still here");
        assert!(a.network.handshake_count() <= HANDSHAKES_MAX);
    }
    let output = crowd.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    let grown = resident_kib().saturating_sub(before);
    println!("{said}{grown} KiB grown");
    assert!(grown < GROWTH_KIB_MAX, "{grown} KiB grown");
    // And a member who comes now is let in.
    drop(here);
    for device in [&a, &b] {
        device.event(|event| matches!(event, Event::Unlinked { .. }).then_some(())).await;
    }
    b.network.dial(&a.address()).await.unwrap();
    assert_eq!(a.link().await.peer(), b.key());
}

/// Many strangers at eight addresses, who give up after a moment and try again.
async fn crowd(victim: &PeerAddress) {
    const ADDRESSES: usize = 8;
    const AT_ONCE: usize = 16;
    let dials = if torture::folder().is_some() { 10_000 } else { 640 };
    let refused = Arc::new(AtomicUsize::new(0));
    let mut crowd = JoinSet::new();
    for n in 0..ADDRESSES {
        let from = stranger(u8::try_from(n).unwrap()).await;
        for _ in 0..AT_ONCE {
            let (from, target, refused) = (from.clone(), target(victim), Arc::clone(&refused));
            crowd.spawn(async move {
                for _ in 0..dials / ADDRESSES / AT_ONCE {
                    let dial = attempt(&from, target.clone(), Protocol::Sync.alpn());
                    if let Ok(Some(_)) = timeout(Duration::from_millis(200), dial).await {
                        refused.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    }
    while let Some(done) = crowd.join_next().await {
        done.unwrap();
    }
    let refused = refused.load(Ordering::Relaxed);
    println!("{dials} dials, {refused} answered with a refusal");
    assert!(refused > 0, "the crowd never reached the door");
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn nobody_can_ask_to_join_unless_an_invitation_is_open_and_closing_it_cuts_them() {
    let (inviter, joiner) = (Device::new(1).await, Device::new(2).await);
    let address = inviter.address();
    assert!(joiner.network.dial_to_join(&address).await.is_err());

    inviter.allow.set_invitation_open(true);
    let (here, there) = joined(&joiner, &inviter).await;
    assert_eq!((here.protocol(), there.protocol()), (Protocol::Join, Protocol::Join));
    assert_eq!((there.peer(), here.binding()), (joiner.key(), there.binding()));
    here.send(b"words").await.unwrap();
    assert_eq!(read(&there, 5).await, b"words");
    assert_eq!(
        inviter.network.dial(&joiner.address()).await,
        Err(DialError::NotAllowed),
        "joining allows nothing else"
    );

    inviter.allow.set_invitation_open(false);
    assert_eq!(timeout(PATIENCE, here.ended()).await.unwrap(), Ending::Refused);
    assert_eq!(there.ended().await, Ending::Removed);
    assert!(joiner.network.dial_to_join(&address).await.is_err());
}

#[tokio::test]
async fn a_stranger_who_joins_may_send_little_and_only_a_few_may_at_one_time() {
    let inviter = Device::new(1).await;
    inviter.allow.set_invitation_open(true);
    let mut joiners = Vec::new();
    for n in 0..=u8::try_from(JOINS_MAX).unwrap() {
        joiners.push(Device::new(10 + n).await);
    }
    let mut ends = Vec::new();
    for joiner in &joiners[..JOINS_MAX] {
        ends.push(joined(joiner, &inviter).await);
    }
    let one_more = joiners[JOINS_MAX].network.dial_to_join(&inviter.address()).await;
    assert_eq!(one_more.unwrap_err(), DialError::Ended(Ending::Peer { code: code::BUSY }));

    let (here, there) = ends.pop().unwrap();
    here.send(&vec![7; JOIN_BYTES_MAX]).await.unwrap();
    assert_eq!(read(&there, JOIN_BYTES_MAX).await.len(), JOIN_BYTES_MAX);
    assert_eq!(here.send(b"x").await, Err(SendError::TooMuch), "an honest joiner stops");
    drop((here, there));
    // The place is free again for one who is not honest.
    let rude = stranger(0).await;
    let connection = rude.connect(target(&inviter.address()), Protocol::Join.alpn()).await.unwrap();
    let (mut sender, _receiver) = connection.open_bi().await.unwrap();
    let opening = [[1; 17].as_slice(), &[0; 17]].concat();
    sender.write_all(&opening).await.unwrap();
    let there = inviter.event(joining).await;
    let flooding = tokio::spawn(async move { while sender.write_all(&[7; 4096]).await.is_ok() {} });
    let outcome = loop {
        match there.recv().await {
            Ok(Some(_)) => {}
            other => break other,
        }
    };
    assert_eq!(outcome, Err(RecvError::TooMuch));
    flooding.await.unwrap();
}

async fn joined(joiner: &Device, inviter: &Device) -> (kyosei_net::Link, kyosei_net::Link) {
    let here = joiner.network.dial_to_join(&inviter.address()).await.unwrap();
    (here, inviter.event(joining).await)
}

fn joining(event: Event) -> Option<kyosei_net::Link> {
    match event {
        Event::Joining(link) => Some(link),
        _ => None,
    }
}
