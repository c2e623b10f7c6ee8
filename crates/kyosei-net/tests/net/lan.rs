//! Laptops on a local network of their own: what goes over the wire, and what happens when it is cut.
//!
//! Each laptop is a network namespace with one cable to a switch, and a tap at the switch sees every frame.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kyosei_net::network::{DialError, ReachError};
use kyosei_net::{Ending, EndpointKey, Event, Link, NetworkConfig, PeerAddress, Route};
use kyosei_testkit::Seed;
use kyosei_testkit::canary::{Canaries, Kind};
use kyosei_testkit::netns::{self, Capture, Packet, Switch};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::peers::{Device, PATIENCE, read};
use crate::strangers;

const ALICE: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);
const BOB: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);

/// A device on a laptop: its whole network lives on a thread that has entered the laptop's namespace.
struct Seat {
    laptop: netns::Laptop,
    device: Arc<Device>,
    runtime: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Seat {
    fn new(laptop: netns::Laptop, n: u8, config: NetworkConfig) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, seated) = std::sync::mpsc::channel();
        let laptop = Arc::new(laptop);
        let on = Arc::clone(&laptop);
        let thread = thread::spawn(move || {
            on.enter();
            drop(on);
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            let device = Arc::new(runtime.block_on(Device::with(n, config)));
            ready.send((device, runtime.handle().clone())).unwrap();
            drop(runtime.block_on(stopped));
        });
        let (device, runtime) = seated.recv().unwrap();
        let laptop = Arc::into_inner(laptop).unwrap();
        Self { laptop, device, runtime, stop: Some(stop), thread: Some(thread) }
    }

    /// Runs something on the laptop and waits for it.
    fn run<T, F>(&self, work: impl FnOnce(Arc<Device>) -> F) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let (sender, receiver) = std::sync::mpsc::channel();
        let work = work(Arc::clone(&self.device));
        self.runtime.spawn(async move { drop(sender.send(work.await)) });
        receiver.recv().expect("the laptop's work failed")
    }

    fn key(&self) -> EndpointKey {
        self.device.key()
    }

    fn address(&self) -> PeerAddress {
        self.run(|device| async move { device.address() })
    }

    fn link(&self) -> Arc<Link> {
        self.run(|device| async move { Arc::new(device.link().await) })
    }

    fn send(&self, link: &Arc<Link>, bytes: Vec<u8>) {
        let link = Arc::clone(link);
        self.run(|_| async move { link.send(&bytes).await.unwrap() });
    }

    fn read(&self, link: &Arc<Link>, length: usize) -> Vec<u8> {
        let link = Arc::clone(link);
        self.run(move |_| async move { read(&link, length).await })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have failed already.
            stop.send(()).ok();
        }
        drop(self.thread.take().map(thread::JoinHandle::join));
    }
}

/// Alice and Bob on one switch, who allow each other.
fn two(config: &NetworkConfig) -> (Switch, Seat, Seat) {
    let switch = Switch::new();
    let alice = Seat::new(switch.plug_in("alice", ALICE), 1, config.clone());
    let bob = Seat::new(switch.plug_in("bob", BOB), 2, config.clone());
    alice.device.allow.replace([bob.key()]);
    bob.device.allow.replace([alice.key()]);
    (switch, alice, bob)
}

/// Whom the datagrams and segments were for.
fn destinations(packets: &[Packet]) -> BTreeSet<SocketAddr> {
    packets.iter().filter_map(|packet| packet.transport).map(|transport| transport.destination).collect()
}

fn whole(packets: &[Packet]) -> Vec<u8> {
    packets.iter().flat_map(|packet| packet.frame.iter().copied()).collect()
}

#[test]
fn two_laptops_talk_to_each_other_and_to_nobody_else_and_the_wire_shows_nothing() {
    netns::isolated(
        "lan::two_laptops_talk_to_each_other_and_to_nobody_else_and_the_wire_shows_nothing",
        || {
            let capture = Capture::start();
            let (_switch, alice, bob) = two(&NetworkConfig::default());
            let to_bob = bob.address();
            let [socket] = to_bob.sockets.iter().collect::<Vec<_>>()[..] else { panic!("{to_bob:?}") };
            assert_eq!(socket.ip(), IpAddr::V4(BOB), "the ticket names the one address of the cable");
            let dialed = to_bob.clone();
            alice.run(|device| async move { device.network.dial(&dialed).await.unwrap() });
            let (here, there) = (alice.link(), bob.link());
            let mut canaries = Canaries::new(&Seed::of_test());
            let text = canaries.plant("name", Kind::Kanji);
            alice.send(&here, text.as_bytes().to_vec());
            assert_eq!(bob.read(&there, text.len()), text.as_bytes());
            let sender = Arc::clone(&here);
            let sending = alice.runtime.spawn(async move { sender.send(&vec![7; 3 << 20]).await });
            assert_eq!(bob.read(&there, 3 << 20).len(), 3 << 20);
            alice.run(|_| async move { sending.await.unwrap().unwrap() });
            assert_eq!(here.path().route, Route::Direct);
            let (alice_key, bob_key) = (alice.key(), bob.key());
            drop((alice, bob));

            let packets = capture.stop();
            assert!(whole(&packets).len() > 3 << 20, "the tap is blind");
            let contacted: BTreeSet<IpAddr> = destinations(&packets).iter().map(SocketAddr::ip).collect();
            assert_eq!(
                contacted,
                [ALICE.into(), BOB.into()].into(),
                "no multicast, no name server, nobody else"
            );
            assert!(packets.iter().filter_map(|packet| packet.transport).all(|transport| !transport.is_tcp));
            let bytes = whole(&packets);
            assert!(canaries.scanner().scan_bytes(&bytes).is_clean());
            for key in [alice_key, bob_key] {
                assert!(
                    !bytes.windows(32).any(|window| window == key.as_bytes()),
                    "who talks is not on the wire"
                );
            }
        },
    );
}

#[test]
fn members_find_each_other_by_multicast_and_the_announcement_names_nobody() {
    netns::isolated("lan::members_find_each_other_by_multicast_and_the_announcement_names_nobody", || {
        let capture = Capture::start();
        let (switch, alice, bob) = two(&NetworkConfig { lan: true, ..NetworkConfig::default() });
        let (here, there) = (alice.link(), bob.link());
        alice.send(&here, b"found".to_vec());
        assert_eq!(bob.read(&there, 5), b"found");

        // Somebody who comes later is found when she becomes a member.
        let chie = Seat::new(
            switch.plug_in("chie", Ipv4Addr::new(10, 77, 0, 3)),
            3,
            NetworkConfig { lan: true, ..NetworkConfig::default() },
        );
        chie.device.allow.replace([alice.key()]);
        alice.device.allow.replace([bob.key(), chie.key()]);
        assert_eq!(chie.link().peer(), alice.key());

        // Switched off, Bob says farewell.
        bob.device.network.set_lan(false);
        let (gone, bob_key) = (bob.key(), bob.key());
        alice.run(move |device| async move {
            device
                .event(move |event| matches!(event, Event::Vanished(peer) if peer == gone).then_some(()))
                .await;
        });

        let keys = [alice.key(), bob_key, chie.key()];
        drop((alice, bob, chie));
        let packets = capture.stop();
        let strange: BTreeSet<SocketAddr> = destinations(&packets)
            .into_iter()
            .filter(|to| !matches!(to.ip(), IpAddr::V4(ip) if ip.octets()[..3] == [10, 77, 0]))
            .collect();
        let groups: BTreeSet<SocketAddr> =
            ["224.0.0.251:5353", "[ff02::fb]:5353"].map(|group| group.parse().unwrap()).into();
        assert!(strange.is_subset(&groups), "{strange:?}");
        assert!(!strange.is_empty(), "the tap is blind");
        let bytes = whole(&packets);
        for key in keys {
            let hex: String = key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(!bytes.windows(16).any(|window| window == &key.as_bytes()[..16]), "a key in clear");
            assert!(!bytes.windows(32).any(|window| window == &hex.as_bytes()[..32]), "a key in hexadecimal");
        }
        assert!(!bytes.windows(6).any(|window| window.eq_ignore_ascii_case(b"kyosei")), "the program's name");
    });
}

#[test]
fn a_member_that_moves_to_another_address_is_announced_anew() {
    netns::isolated("lan::a_member_that_moves_to_another_address_is_announced_anew", || {
        let (_switch, alice, bob) = two(&NetworkConfig { lan: true, ..NetworkConfig::default() });
        let _ends = (alice.link(), bob.link());
        let new = Ipv4Addr::new(10, 77, 0, 9);
        bob.laptop.add_address(new);
        let key = bob.key();
        alice.run(move |device| async move {
            let found = device.event(move |event| match event {
                Event::Discovered(at) => {
                    at.sockets.iter().any(|socket| socket.ip() == new).then_some(at.endpoint)
                }
                _ => None,
            });
            assert_eq!(found.await, key);
        });
    });
}

#[test]
fn after_a_cable_was_pulled_in_the_middle_the_keeper_connects_again() {
    netns::isolated("lan::after_a_cable_was_pulled_in_the_middle_the_keeper_connects_again", || {
        let config = NetworkConfig { silence: Duration::from_secs(3), ..NetworkConfig::default() };
        let (_switch, alice, bob) = two(&config);
        let to_bob = bob.address();
        alice.run(|device| async move { device.network.keep_connected(vec![to_bob]).await });
        let (here, there) = (alice.link(), bob.link());
        assert_eq!(bob_hears(&alice, &bob, &here, &there, b"before"), b"before");

        let flood = Arc::clone(&here);
        let flooding = alice.runtime.spawn(async move { while flood.send(&[7; 4096]).await.is_ok() {} });
        assert_eq!(bob.read(&there, 64 * 1024)[..4], [7; 4]);
        bob.laptop.pull_cable();
        for (seat, peer) in [(&alice, bob.key()), (&bob, alice.key())] {
            let ending = seat.run(move |device| async move {
                let ended = device.event(move |event| match event {
                    Event::Unlinked { peer: gone, ending } if gone == peer => Some(ending),
                    _ => None,
                });
                ended.await
            });
            assert_eq!(ending, Ending::Silent);
        }
        drop((here, there));
        bob.laptop.put_cable_back();
        let (here, there) = (alice.link(), bob.link());
        assert_eq!(bob_hears(&alice, &bob, &here, &there, b"after"), b"after");
        alice.run(|_| async move { flooding.await.unwrap() });
    });
}

/// In a namespace without a way out, so that nothing is contacted in fact.
#[test]
fn the_public_infrastructure_is_used_when_chosen_and_given_up_by_a_new_endpoint_alone() {
    netns::isolated(
        "lan::the_public_infrastructure_is_used_when_chosen_and_given_up_by_a_new_endpoint_alone",
        || {
            let (_switch, alice, bob) = two(&NetworkConfig::default());
            let nowhere = PeerAddress::new(bob.key());
            let dial = |address: PeerAddress| {
                alice.run(move |device| async move { device.network.dial(&address).await })
            };
            assert_eq!(dial(nowhere.clone()), Err(DialError::NoAddress), "nobody is asked where a member is");
            let choose = |is_wanted| {
                alice.run(
                    move |device| async move { device.network.set_public_infrastructure(is_wanted).await },
                )
            };
            assert_eq!([choose(false), choose(true), choose(true)], [Ok(()); 3]);
            assert_eq!(choose(false), Err(ReachError::NeedsRebinding));
        },
    );
}

fn bob_hears(alice: &Seat, bob: &Seat, here: &Arc<Link>, there: &Arc<Link>, bytes: &[u8]) -> Vec<u8> {
    alice.send(here, bytes.to_vec());
    bob.read(there, bytes.len())
}

#[test]
fn a_stranger_does_not_learn_at_which_other_addresses_a_device_is() {
    netns::isolated("lan::a_stranger_does_not_learn_at_which_other_addresses_a_device_is", || {
        let office = Ipv4Addr::new(10, 88, 0, 1);
        let to_office = |laptop: &netns::Laptop| {
            let mut command = laptop.command("ip");
            command.args(["route", "add", "10.88.0.0/24", "dev", "lan0"]);
            assert!(command.status().unwrap().success());
        };
        let switch = Switch::new();
        let laptop = switch.plug_in("alice", ALICE);
        laptop.add_address(office);
        let alice = Seat::new(laptop, 1, NetworkConfig::default());
        let port = alice.address().sockets.first().unwrap().port();
        let target = PeerAddress {
            sockets: [SocketAddr::new(ALICE.into(), port)].into(),
            ..PeerAddress::new(alice.key())
        };
        let mallory = switch.plug_in("mallory", Ipv4Addr::new(10, 77, 0, 66));
        to_office(&mallory);
        let capture = Capture::start();
        let stranger = target.clone();
        let tried = thread::spawn(move || {
            mallory.enter();
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(strangers::knock(&stranger));
        });
        tried.join().unwrap();
        let at_office = SocketAddr::new(office.into(), port);
        let packets = capture.stop();
        assert!(!packets.is_empty(), "the tap is blind");
        assert!(!destinations(&packets).contains(&at_office), "the stranger was told of the office");

        // A member is told, for a better way: so the stranger could have been.
        let laptop = switch.plug_in("bob", BOB);
        to_office(&laptop);
        let bob = Seat::new(laptop, 2, NetworkConfig::default());
        alice.device.allow.replace([bob.key()]);
        bob.device.allow.replace([alice.key()]);
        let capture = Capture::start();
        bob.run(|device| async move { device.network.dial(&target).await.unwrap() });
        let _ends = (bob.link(), alice.link());
        let is_told = |packet: &Packet| packet.transport.is_some_and(|way| way.destination == at_office);
        assert!(capture.wait_for(PATIENCE, is_told), "the control shows nothing");
    });
}
