//! Whatever bytes and texts come: no panic, and what is read is the one encoding of what was read.

use proptest::prelude::*;

use super::*;
use crate::decoding::config;

fn samples() -> [Vec<u8>; 3] {
    let mut committee = Committee::found(&[10]);
    let invitation = invite(&committee);
    let request = answer(invitation.ticket(), 40).encode();
    committee.say(10, committee.add(40, Role::Edit));
    let welcome = Welcome::new(invitation.id()).with_space(&committee.set, "register").unwrap();
    [request, invitation.encode().to_vec(), welcome.encode()]
}

fn check_identity(bytes: &[u8]) {
    if let Ok(request) = JoinRequest::decode(bytes) {
        assert_eq!(request.encode(), bytes);
    }
    if let Ok(invitation) = Invitation::decode(bytes) {
        assert_eq!(*invitation.encode(), bytes);
    }
    if let Ok(welcome) = Welcome::decode(bytes) {
        assert_eq!(welcome.encode(), bytes);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn arbitrary_bytes_are_read_canonically_or_not_at_all(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check_identity(&bytes);
        let mut invitation = invite(&Committee::found(&[10]));
        prop_assert!(invitation.receive(&bytes, NOW_MS).is_err());
        prop_assert!(Welcomed::open(&bytes, invitation.ticket(), device(40)).is_err());
    }

    #[test]
    fn damaged_records_are_read_canonically_or_not_at_all(
        sample in 0..3_usize,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = samples()[sample].clone();
        for (index, value) in damage {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        check_identity(&bytes);
    }

    #[test]
    fn arbitrary_text_is_no_ticket_and_no_words(text in any::<String>(), tail in "[a-z0-9]{0,80}") {
        prop_assert!(Ticket::from_text(&text).is_err());
        let begun = ["kyosei-invite1", &tail].concat();
        prop_assert!(Ticket::from_text(&begun).is_err());
        let words = verification_words(InvitationId::from_bytes([1; 32]), endpoint(10, 0), b"request");
        prop_assert!(words.compare(&text).is_err());
    }
}
