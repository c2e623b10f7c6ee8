//! What the network may contact: explicit choices, all of them off but direct addresses.
//!
//! Life-cycle: the owner makes a configuration from the vault's settings before [`Network::bind`] and may switch
//! `lan` and add `relays` and `public_infrastructure` later without binding anew. `docs/footprint.md` lists every
//! endpoint that each choice adds.
//!
//! [`Network::bind`]: crate::Network::bind

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use crate::address::RelayAddress;

/// How long a peer may be silent before its link counts as gone, unless chosen otherwise.
pub const SILENCE_DEFAULT: Duration = Duration::from_secs(30);

/// The choices. The default listens on all interfaces at a port that the system gives, contacts nobody by
/// itself, and dials only the addresses that it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkConfig {
    /// Talk to other devices directly. Without it everything goes through a relay, which then hides the devices' IP
    /// addresses from each other, and nothing works without a relay. On by default.
    pub direct: bool,
    /// Announce this device on the local network and look for members there, by multicast DNS (RFC 6762).
    ///
    /// Everybody on that network sees that some device speaks this protocol, its IP addresses and its port. Who
    /// it is shows only to those who know its endpoint key already: see [`beacon`](crate::beacon).
    pub lan: bool,
    /// The committee's own relays. A relay sees the endpoint keys and IP addresses of both sides, the sizes and
    /// the times, and no content.
    pub relays: BTreeSet<RelayAddress>,
    /// Use the relays and the address directory of n0, the makers of iroh.
    ///
    /// A company abroad then sees which endpoint keys talk to each other, when, how much, and from which IP
    /// addresses; and it publishes under the endpoint key, for anybody who knows the key, which relay serves it.
    /// Off unless people decided that meeting through strangers is better than not meeting.
    pub public_infrastructure: bool,
    /// The sockets to bind, at most one for each of IPv4 and IPv6; none means every interface at ports that the system
    /// gives. A fixed port lets stored
    /// addresses survive a restart.
    pub bind: Vec<SocketAddr>,
    /// Leave out addresses that lead nowhere for others (containers, virtual machines, tunnels, link-local) in
    /// tickets and announcements. A member to whom there is a link is told all of them, by iroh, to find a better way.
    pub is_filtered: bool,
    /// How long a peer may be silent before its link counts as gone.
    pub silence: Duration,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            direct: true,
            lan: false,
            relays: BTreeSet::new(),
            public_infrastructure: false,
            bind: Vec::new(),
            is_filtered: true,
            silence: SILENCE_DEFAULT,
        }
    }
}
