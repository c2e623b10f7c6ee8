//! How many handshakes one network address may start: a pure rate limit with a bounded memory.
//!
//! The generic cell rate algorithm (ITU-T I.371): for each source one time, up to which its share is used. Life-cycle:
//! one for each open network. It knows no peer: before a handshake nobody is
//! known. So a member behind the same address as a flood waits with it, unless this device dials the member.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use crate::key::EndpointKey;
use crate::limits::{HANDSHAKE_BURST, HANDSHAKE_REFILL, THROTTLED_ADDRESSES_MAX};

/// Where a handshake comes from, as far as the network says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// One IPv4 address.
    V4([u8; 4]),
    /// One IPv6 network of 64 bits: a host has as many addresses in it as it likes.
    V6([u8; 8]),
    /// A client of a relay, by the key that it proved to the relay.
    Relayed(EndpointKey),
}

impl From<IpAddr> for Source {
    fn from(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self::V4(ip.octets()),
            IpAddr::V6(ip) => {
                let [a, b, c, d, e, f, g, h, ..] = ip.octets();
                Self::V6([a, b, c, d, e, f, g, h])
            }
        }
    }
}

/// The handshakes counted by source.
#[derive(Debug, Default)]
pub struct Throttle {
    /// Up to when the share of each source is used.
    used_up_to: BTreeMap<Source, Duration>,
    /// The same by time: the first is the one that may be forgotten.
    by_time: BTreeSet<(Duration, Source)>,
}

impl Throttle {
    /// Whether this source may start one more handshake at `now` (on any clock that never goes back).
    pub fn admit(&mut self, source: Source, now: Duration) -> bool {
        let used = self.used_up_to.get(&source).copied();
        let next = used.map_or(now, |used| used.max(now)).saturating_add(HANDSHAKE_REFILL);
        if next.saturating_sub(now) > HANDSHAKE_REFILL.saturating_mul(HANDSHAKE_BURST) {
            return false;
        }
        if let Some(used) = used {
            self.by_time.remove(&(used, source));
        } else if self.used_up_to.len() >= THROTTLED_ADDRESSES_MAX
            && let Some((_, forgotten)) = self.by_time.pop_first()
        {
            self.used_up_to.remove(&forgotten);
        }
        self.used_up_to.insert(source, next);
        self.by_time.insert((next, source));
        true
    }

    /// Sources that are remembered.
    pub fn source_count(&self) -> usize {
        self.used_up_to.len()
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, HANDSHAKE_BURST, HANDSHAKE_REFILL, Source, THROTTLED_ADDRESSES_MAX, Throttle};

    #[test]
    fn a_source_gets_a_burst_and_then_one_at_a_time_and_others_are_not_touched() {
        let (mut throttle, now) = (Throttle::default(), Duration::from_secs(9));
        let noisy = Source::from(std::net::IpAddr::from([192, 0, 2, 1]));
        let admitted = (0..1000).filter(|_| throttle.admit(noisy, now)).count();
        assert_eq!(admitted, HANDSHAKE_BURST as usize);
        assert!(throttle.admit(Source::V4([192, 0, 2, 2]), now));
        assert!(throttle.admit(noisy, now + HANDSHAKE_REFILL));
        assert!(!throttle.admit(noisy, now + HANDSHAKE_REFILL));
    }

    #[test]
    fn ipv6_addresses_of_one_host_share_one_allowance() {
        let mut throttle = Throttle::default();
        let admitted = (0..1000_u16)
            .filter(|host| {
                let ip = std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, *host);
                throttle.admit(Source::from(std::net::IpAddr::from(ip)), Duration::ZERO)
            })
            .count();
        assert_eq!(admitted, HANDSHAKE_BURST as usize);
    }

    #[test]
    fn a_hundred_thousand_sources_do_not_fill_the_memory_nor_free_the_noisy_one() {
        let mut throttle = Throttle::default();
        let noisy = Source::V4([10, 0, 0, 1]);
        while throttle.admit(noisy, Duration::ZERO) {}
        for source in 0..100_000_u32 {
            throttle.admit(Source::V6(u64::from(source).to_be_bytes()), Duration::ZERO);
        }
        assert_eq!(throttle.source_count(), THROTTLED_ADDRESSES_MAX);
        assert!(!throttle.admit(noisy, Duration::ZERO), "the one that asked most is forgotten last");
    }
}
