//! The network of kyosei: one authenticated link to each member's device, and nothing else.
//!
//! A tour, from outside in:
//!
//! - [`Network`] is an open endpoint. [`Network::bind`] takes the seed of the device's endpoint key, a
//!   [`NetworkConfig`] in which everything that reveals something is off, and the [`AllowList`]: the endpoint
//!   keys of the members. Whoever is not on it gets no link and learns nothing but that an endpoint is there.
//! - [`Network::next_event`] tells what happens: a [`Link`] that came up, one that went, a member found on the
//!   local network, a change of addresses, the state of a relay.
//! - [`Link`] is one bidirectional stream of bytes to one [`EndpointKey`], encrypted and authenticated from
//!   end to end by QUIC, also through a relay. There is at most one for each member: of two simultaneous
//!   dials [`arbitrate`](arbiter::arbitrate) lets the same one survive on both sides.
//! - [`PeerAddress`] is where a peer may be reached, as bytes and as text for tickets.
//! - [`Network::keep_connected`] hands over the stored addresses; from then on the keeper dials, and dials
//!   again after a failure, a change of network or a sleep, as [`Redial`](redial::Redial) says.
//!
//! The modules [`arbiter`], [`beacon`], [`redial`] and [`throttle`] are pure; the others do the input and
//! output with tokio and iroh. No other crate names iroh. The crate knows no documents, no roles, and no keys
//! but that of the endpoint.

pub mod address;
pub mod allow;
pub mod arbiter;
pub mod beacon;
pub mod config;
pub mod event;
mod gate;
mod interfaces;
mod keeper;
mod key;
mod lan;
pub mod limits;
pub mod link;
pub mod network;
mod opening;
pub mod path;
pub mod redial;
mod registry;
pub mod throttle;

pub use address::{PeerAddress, RelayAddress};
pub use allow::AllowList;
pub use config::NetworkConfig;
pub use event::{Ending, Event};
pub use key::EndpointKey;
pub use link::{Link, Protocol};
pub use network::Network;
pub use path::{PathState, Route};
