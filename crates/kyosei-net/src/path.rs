//! Which way a link's bytes go, for people to see.
//!
//! Life-cycle: read at any time, and followed for as long as the link lives. It decides nothing: iroh chooses.

use std::time::Duration;

use iroh::endpoint::{Connection, PathEventStream, WeakConnectionHandle};
use tokio::sync::watch;
use tokio_stream::StreamExt;

use crate::address::RelayAddress;

/// The way and how long a round trip takes on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathState {
    /// The way.
    pub route: Route,
    /// The smoothed time of one round trip.
    pub rtt: Option<Duration>,
}

/// The way that bytes take now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// From device to device.
    Direct,
    /// Through this relay.
    Relayed(RelayAddress),
    /// Not chosen yet, or no longer.
    Unknown,
}

impl PathState {
    /// The state before anything is known.
    pub(crate) const UNKNOWN: Self = Self { route: Route::Unknown, rtt: None };

    /// Reads it from a connection.
    pub(crate) fn of(connection: &Connection) -> Self {
        let paths = connection.paths();
        let Some(path) = paths.iter().find(|path| path.is_selected()) else {
            return Self::UNKNOWN;
        };
        let route = match path.remote_addr() {
            iroh::TransportAddr::Ip(_) => Route::Direct,
            iroh::TransportAddr::Relay(url) => url.as_str().parse().map_or(Route::Unknown, Route::Relayed),
            iroh::TransportAddr::Custom(_) | _ => Route::Unknown,
        };
        Self { route, rtt: Some(path.rtt()) }
    }
}

/// Follows the changes until the connection or every reader is gone.
pub(crate) async fn follow(
    connection: WeakConnectionHandle,
    mut changes: PathEventStream,
    state: watch::Sender<PathState>,
) {
    loop {
        let Some(open) = connection.upgrade() else { return };
        state.send_replace(PathState::of(&open));
        drop(open);
        tokio::select! {
            change = changes.next() => if change.is_none() { return },
            () = state.closed() => return,
        }
    }
}
