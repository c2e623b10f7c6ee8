//! Every limit of the network, by name.
//!
//! What a peer or a stranger can make this device hold or do is bounded here. `docs/limits.md` lists them.

use std::time::Duration;

/// Devices that may be on an allow-list. A committee has a few dozen.
pub const ALLOWED_MAX: usize = 1024;

/// Handshakes that run at one time, from anybody. Further ones are ignored; the dialer tries again.
pub const HANDSHAKES_MAX: usize = 64;

/// From this many running handshakes on, a dialer must first prove that its address is its own
/// (a Retry packet, RFC 9000 §8.1.2).
pub const HANDSHAKES_UNPROVEN_MAX: usize = 16;

/// Handshakes that one network address may start at once, before [`HANDSHAKE_REFILL`] counts.
pub const HANDSHAKE_BURST: u32 = 8;

/// How often one network address may start one more handshake.
pub const HANDSHAKE_REFILL: Duration = Duration::from_secs(1);

/// Network addresses whose handshakes are counted one by one. Beyond, the one quiet for the longest is forgotten.
pub const THROTTLED_ADDRESSES_MAX: usize = 4096;

/// How long a dialer may take for the handshake and the opening of its stream.
pub const OPENING_TIME_MAX: Duration = Duration::from_secs(5);

/// How long one dial may take in all. A stored address that no longer answers costs this much.
pub const DIAL_TIME_MAX: Duration = Duration::from_secs(15);

/// Streams that were accepted and are being opened, of one allowed peer, at one time.
pub const OPENINGS_PER_PEER_MAX: usize = 4;

/// Strangers that are talked to at one time while an invitation is open.
pub const JOINS_MAX: usize = 4;

/// Bytes that a link for joining carries to the inviter, in all.
pub const JOIN_BYTES_MAX: usize = 64 * 1024;

/// Bytes that a link for joining carries to the device that asked, in all.
pub const WELCOME_BYTES_MAX: usize = 17 << 20;

/// How long a link for joining lives: two people compare words meanwhile.
pub const JOIN_TIME_MAX: Duration = Duration::from_secs(15 * 60);

/// Bytes that a peer may send ahead of their being read (QUIC flow control).
pub const RECEIVE_WINDOW: u32 = 1024 * 1024;

/// Bytes that wait to be acknowledged before [`Link::send`](crate::Link::send) waits.
pub const SEND_WINDOW: u64 = 1024 * 1024;

/// The largest piece that [`Link::recv`](crate::Link::recv) gives.
pub const CHUNK_MAX: usize = 64 * 1024;

/// Events that wait for the owner. A full queue holds new links back and drops nothing but news of discovery.
pub const EVENTS_MAX: usize = 256;

/// Sockets in one address.
pub const ADDRESS_SOCKETS_MAX: usize = 8;

/// Relays in one address, and in a configuration.
pub const RELAYS_MAX: usize = 3;

/// Bytes of a relay's URL.
pub const RELAY_URL_BYTES_MAX: usize = 120;

/// Members found on the local network that are remembered.
pub const DISCOVERED_MAX: usize = 1024;

/// Announcements on the local network that are remembered, of members and others; further ones are passed over.
pub const BEACONS_MAX: usize = 1024;

/// Dials of the keeper that run at one time.
pub const DIALS_MAX: usize = 16;

/// Bytes that a dialer may send before it is known who it is.
pub const OPENING_WINDOW: u32 = 16 * 1024;
