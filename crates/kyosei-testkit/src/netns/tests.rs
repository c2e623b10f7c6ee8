//! The primitive's own controls: that the tap is not blind and the cable is real.

use std::net::{Ipv4Addr, UdpSocket};
use std::time::Duration;
use std::{panic, thread};

use super::{Capture, Packet, Switch, Transport, WAYS, is_granted, isolated};

const ALICE: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);
const BOB: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);

#[test]
fn a_datagram_crosses_the_switch_in_sight_of_the_tap_and_not_without_a_cable() {
    isolated(
        "netns::tests::a_datagram_crosses_the_switch_in_sight_of_the_tap_and_not_without_a_cable",
        || {
            let switch = Switch::new();
            let (alice, bob) = (switch.plug_in("alice", ALICE), switch.plug_in("bob", BOB));
            let capture = Capture::start();
            thread::scope(|scope| {
                let receiver = scope.spawn(|| {
                    bob.enter();
                    UdpSocket::bind((BOB, 4000)).unwrap()
                });
                let receiver = receiver.join().unwrap();
                let sender = scope.spawn(|| {
                    alice.enter();
                    UdpSocket::bind((ALICE, 4001)).unwrap()
                });
                let sender = sender.join().unwrap();
                let mut heard = [0; 64];
                sender.send_to(b"planted", (BOB, 4000)).unwrap();
                assert_eq!(receiver.recv(&mut heard).unwrap(), 7);
                let is_there = |packet: &Packet| packet.frame.windows(7).any(|bytes| bytes == b"planted");
                assert!(capture.wait_for(Duration::from_secs(30), is_there));
                assert!(!capture.wait_for(Duration::from_millis(100), |packet| packet.frame.is_empty()));
                bob.pull_cable();
                receiver.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
                // The kernel may say at once that there is no way, or let the datagram go nowhere.
                drop(sender.send_to(b"into the void", (BOB, 4000)));
                assert!(receiver.recv(&mut heard).is_err(), "the cable was pulled");
            });
            let packets = capture.stop();
            let seen = packets
                .iter()
                .find(|packet| packet.frame.windows(7).any(|bytes| bytes == b"planted"))
                .unwrap();
            let expected =
                Transport { is_tcp: false, source: (ALICE, 4001).into(), destination: (BOB, 4000).into() };
            assert_eq!(seen.transport, Some(expected));
        },
    );
}

#[test]
fn a_program_runs_on_its_laptop_and_sees_no_other_network() {
    isolated("netns::tests::a_program_runs_on_its_laptop_and_sees_no_other_network", || {
        let switch = Switch::new();
        let alice = switch.plug_in("alice", ALICE);
        let output = alice.command("ip").args(["-brief", "-4", "addr"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let interfaces: Vec<&str> = text.lines().filter_map(|line| line.split(['@', ' ']).next()).collect();
        assert_eq!(interfaces, ["lo", "lan0"], "{text}");
        assert!(text.contains("10.77.0.1/24"));
    });
}

#[test]
fn a_test_that_does_not_exist_is_not_taken_for_one_that_passed() {
    if !WAYS.into_iter().any(is_granted) {
        return isolated("a_test_that_does_not_exist_is_not_taken_for_one_that_passed", || {});
    }
    assert!(panic::catch_unwind(|| isolated("no_such_test", || {})).is_err());
}
