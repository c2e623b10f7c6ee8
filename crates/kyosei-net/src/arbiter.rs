//! Which of two links to one peer stays: a pure decision that both sides make alike.
//!
//! Two devices that find each other often dial at the same moment. Each then sees two links, in any order.
//! Closing "the second" would close a different one on each side. It keeps no state and closes nothing itself.

use crate::key::EndpointKey;

/// A name of one link that both sides compute from the handshake (RFC 8446 §7.5) and nobody else can.
pub type LinkId = [u8; 16];

/// A random name of one run of a program, new at each start.
pub type Incarnation = [u8; 16];

/// Who dialed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialer {
    /// This device.
    Us,
    /// The peer.
    Peer,
}

/// A link that is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub id: LinkId,
    /// Who dialed it.
    pub dialer: Dialer,
    /// The run of the peer's program that it leads to.
    pub incarnation: Incarnation,
}

/// A link that was just opened beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// Who dialed it.
    pub dialer: Dialer,
    /// The run of the peer's program that it leads to.
    pub incarnation: Incarnation,
    /// The last link with the other side that its dialer had and lost, as the dialer said.
    pub lost: Option<LinkId>,
}

/// The decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Close the newcomer.
    KeepStanding,
    /// Close the standing link.
    TakeNewcomer,
}

/// Decides between a standing link and a newcomer.
///
/// The newcomer is taken when the peer's program was started anew, when the same side dialed twice (it dials
/// only when it has no link), or when its dialer says that it lost the standing one. Otherwise the two dials
/// crossed, and the one of the lower key stays.
pub fn arbitrate(us: EndpointKey, peer: EndpointKey, standing: &Standing, newcomer: &Newcomer) -> Verdict {
    let is_lost = standing.incarnation != newcomer.incarnation
        || standing.dialer == newcomer.dialer
        || newcomer.lost == Some(standing.id);
    if is_lost {
        return Verdict::TakeNewcomer;
    }
    let lower = if us < peer { Dialer::Us } else { Dialer::Peer };
    if newcomer.dialer == lower { Verdict::TakeNewcomer } else { Verdict::KeepStanding }
}

#[cfg(test)]
mod tests {
    use super::{Dialer, EndpointKey, Newcomer, Standing, Verdict, arbitrate};

    const LOW: EndpointKey = EndpointKey::from_bytes([1; 32]);
    const HIGH: EndpointKey = EndpointKey::from_bytes([2; 32]);

    /// One side's view of two links, of which `first` came up before the other.
    fn survivor(us: EndpointKey, peer: EndpointKey, first: Dialer) -> Dialer {
        let second = if first == Dialer::Us { Dialer::Peer } else { Dialer::Us };
        let standing = Standing { id: [1; 16], dialer: first, incarnation: [7; 16] };
        let newcomer = Newcomer { dialer: second, incarnation: [7; 16], lost: None };
        match arbitrate(us, peer, &standing, &newcomer) {
            Verdict::KeepStanding => first,
            Verdict::TakeNewcomer => second,
        }
    }

    #[test]
    fn of_crossing_dials_both_sides_keep_the_same_whatever_order_they_see() {
        for seen_by_low in [Dialer::Us, Dialer::Peer] {
            for seen_by_high in [Dialer::Us, Dialer::Peer] {
                assert_eq!(survivor(LOW, HIGH, seen_by_low), Dialer::Us);
                assert_eq!(survivor(HIGH, LOW, seen_by_high), Dialer::Peer);
            }
        }
    }

    #[test]
    fn a_peer_that_started_anew_or_lost_the_link_gets_a_new_one_against_the_order_of_keys() {
        let standing = Standing { id: [1; 16], dialer: Dialer::Us, incarnation: [7; 16] };
        let crossing = Newcomer { dialer: Dialer::Peer, incarnation: [7; 16], lost: None };
        assert_eq!(arbitrate(LOW, HIGH, &standing, &crossing), Verdict::KeepStanding);
        for newcomer in [
            Newcomer { incarnation: [8; 16], ..crossing },
            Newcomer { lost: Some([1; 16]), ..crossing },
            Newcomer { dialer: Dialer::Us, ..crossing },
        ] {
            assert_eq!(arbitrate(LOW, HIGH, &standing, &newcomer), Verdict::TakeNewcomer);
        }
        let older = Newcomer { lost: Some([9; 16]), ..crossing };
        assert_eq!(arbitrate(LOW, HIGH, &standing, &older), Verdict::KeepStanding, "it lost another one");
    }
}
