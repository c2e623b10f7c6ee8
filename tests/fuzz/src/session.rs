//! A whole session that is fed with bytes in one of its states, by a peer that has proved itself or not.
//!
//! The first byte of an input chooses the state and how the rest is cut into pieces.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::{CutHead, DeviceId, EndpointKey, EntryId, LogId, Role, SpaceId};
use kyosei_sync::{Event, Have, Local, Peer, Session, Side, SpaceView};

/// Bytes that a session may hold beside twice what it was fed: tips, its own messages, buffers that grew.
const HELD_BYTES_BASE: usize = 64 << 10;

const SPACE: SpaceId = SpaceId::from_bytes([1; 32]);

/// Feeds the rest of `bytes` to a session of two devices. Says whether the session still goes on.
pub fn session(bytes: &[u8]) -> bool {
    let Some((choice, rest)) = bytes.split_first() else { return false };
    let mut session = in_state(choice & 3);
    let piece = match choice >> 2 {
        0 => rest.len().max(1),
        size => usize::from(size),
    };
    for mut piece in rest.chunks(piece) {
        while !piece.is_empty() {
            let Ok(taken) = session.handle_bytes(piece) else {
                assert_eq!(
                    (session.poll_event(), session.poll_transmit()),
                    (None, None),
                    "it goes on after a violation"
                );
                return false;
            };
            piece = piece.get(taken..).unwrap_or_default();
            assert!(session.held_bytes() <= HELD_BYTES_BASE.saturating_add(rest.len().saturating_mul(12)));
            act(&mut session);
        }
    }
    true
}

/// What a host without any entry does.
fn act(session: &mut Session) {
    while let Some(event) = session.poll_event() {
        match event {
            Event::PeerNeeds { request, space, .. } => {
                assert_eq!(space, SPACE);
                assert_eq!(session.provide(request, Vec::new(), true), Ok(()));
            }
            Event::PeerHas { space, .. } | Event::Entries { space, .. } | Event::Withdrawn { space } => {
                assert_eq!(space, SPACE);
            }
            Event::WantsMore { .. } => unreachable!("each answer was given at once"),
            Event::Proven { .. } | Event::Ended { .. } => {}
        }
    }
    while session.poll_transmit().is_some() {}
}

/// 0: nothing has arrived. 1: the peer's Hello. 2: everything until both proved themselves. 3: that, and a question of this
/// side is open.
fn in_state(state: u8) -> Session {
    let (mut own, mut peer) = (begin(1, 2, Side::Listener), begin(2, 1, Side::Dialer));
    if state > 0 {
        hand_over(&mut peer, &mut own);
    }
    if state > 1 {
        hand_over(&mut own, &mut peer);
        hand_over(&mut peer, &mut own);
        act(&mut own);
    }
    if state > 2 {
        let asked = session_need(&mut own);
        assert!(asked, "a proven session takes a question");
    }
    own
}

fn session_need(session: &mut Session) -> bool {
    let log = LogId::from(&SigningKey::from_bytes(&[11; 32]));
    session.need(SPACE, [(log, 0)].into(), BTreeSet::new()).is_ok()
}

fn hand_over(from: &mut Session, to: &mut Session) {
    while let Some(bytes) = from.poll_transmit() {
        assert_eq!(to.handle_bytes(&bytes), Ok(bytes.len()), "an honest peer is understood");
    }
}

/// A session of device `own` with device `peer`; both share one space, in which the first has one entry.
fn begin(own: u8, peer: u8, side: Side) -> Session {
    let device_key = |n: u8| SigningKey::from_bytes(&[n; 32]);
    let endpoint = |n: u8| EndpointKey::from_bytes([n; 32]);
    let member = |n: u8| (DeviceId::from(&device_key(n)), Peer { endpoint: endpoint(n), role: Role::Edit });
    let head = CutHead { seq: 0, entry: EntryId::from_bytes([own; 32]) };
    let have = Have::from_tips(BTreeMap::from([(LogId::from(&device_key(own)), [head].into())]));
    let view =
        SpaceView { space: SPACE, peers: [member(own), member(peer)].into(), have: have.unwrap_or_default() };
    let local = Local { device_key: device_key(own), endpoint: endpoint(own) };
    match Session::new(side, local, endpoint(peer), vec![view], &[own; 32]) {
        Ok(session) => session,
        Err(error) => unreachable!("two members: {error}"),
    }
}
