//! Addresses: one form, no other accepted.

use super::{AddressError, EndpointKey, PeerAddress, RelayAddress};
use crate::limits::{ADDRESS_SOCKETS_MAX, RELAY_URL_BYTES_MAX, RELAYS_MAX};

fn address() -> PeerAddress {
    PeerAddress {
        endpoint: EndpointKey::from_bytes([0xab; 32]),
        sockets: ["192.0.2.7:4433", "[2001:db8::7]:4434"].map(|socket| socket.parse().unwrap()).into(),
        relays: ["https://relay.example/".parse().unwrap()].into(),
    }
}

#[test]
fn the_stored_form_and_the_text_are_these() {
    let hex: String = address().to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let expected = format!(
        "01{}0204c0000207115106{}115201{}{}",
        "ab".repeat(32),
        "20010db8000000000000000000000007",
        "16",
        "68747470733a2f2f72656c61792e6578616d706c652f"
    );
    assert_eq!(hex, expected);
    assert_eq!(address().to_string(), GOLDEN_TEXT);
}

const GOLDEN_TEXT: &str = "kyoseiat1qx46h2at4w46h2at4w46h2at4w46h2at4w46h2at4w46h2at4w46kqsycqqqypc32yrzqqgdhqqqqqqqqqqqqqqqqqqqwy2jqytxsar5wpen5te0wfjkccte9ejhsctdwpkx2tcju8qpy";

#[test]
fn an_address_comes_back_from_bytes_and_text_in_either_case() {
    assert_eq!(PeerAddress::from_bytes(&address().to_bytes()).unwrap(), address());
    assert_eq!(address().to_string().parse(), Ok(address()));
    assert_eq!(address().to_string().to_uppercase().parse(), Ok(address()));
    let empty = PeerAddress::new(EndpointKey::from_bytes([0; 32]));
    assert_eq!(PeerAddress::from_bytes(&empty.to_bytes()), Ok(empty));
}

#[test]
fn the_largest_address_fits_and_what_is_beyond_is_left_out() {
    let mut large = address();
    large.sockets = (0..99).map(|port| format!("[2001:db8::ffff:ffff]:{port}").parse().unwrap()).collect();
    large.relays = (0..9)
        .map(|n| {
            let host = format!("https://{n}.{}.example/", "r".repeat(60));
            format!("{host}{}", "x".repeat(RELAY_URL_BYTES_MAX - host.len())).parse().unwrap()
        })
        .collect();
    let read: PeerAddress = large.to_string().parse().unwrap();
    assert_eq!((read.sockets.len(), read.relays.len()), (ADDRESS_SOCKETS_MAX, RELAYS_MAX));
}

#[test]
fn every_cut_and_every_other_form_is_refused() {
    let good = address().to_bytes();
    for length in 0..good.len() {
        assert!(PeerAddress::from_bytes(&good[..length]).is_err(), "{length}");
    }
    let mut newer = good.clone();
    newer[0] = 2;
    assert_eq!(PeerAddress::from_bytes(&newer), Err(AddressError::UnknownVersion));
    let longer = [good.as_slice(), &[0]].concat();
    assert_eq!(PeerAddress::from_bytes(&longer), Err(AddressError::Malformed));
    let text = address().to_string();
    let typo = text.replacen(text.chars().nth(20).unwrap(), "b", 1);
    assert_eq!(typo.parse::<PeerAddress>(), Err(AddressError::Mistyped));
}

#[test]
fn a_relay_is_reached_by_https_or_on_loopback_and_its_url_holds_no_password() {
    let relay = |url: &str| url.parse::<RelayAddress>();
    for url in ["https://relay.example", "http://127.0.0.1:3340", "http://[::1]:3340", "http://localhost:1"] {
        assert!(relay(url).is_ok(), "{url}");
    }
    for url in ["http://relay.example", "http://192.0.2.1", "ftp://localhost", "http://localhost.example"] {
        assert_eq!(relay(url), Err(AddressError::RelayInClear), "{url}");
    }
    assert_eq!(relay("https://user:secret@relay.example"), Err(AddressError::RelayUrl));
    assert_eq!(relay("relay"), Err(AddressError::RelayUrl));
}
