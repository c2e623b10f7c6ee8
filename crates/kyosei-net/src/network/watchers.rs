//! The tasks that watch what others change: the allow-list, the addresses, the relays.
//!
//! Life-cycle: each runs as long as the endpoint is open. They pass on what they see and decide nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use iroh::Watcher;

use super::Shared;
use crate::address::RelayAddress;
use crate::event::Event;
use crate::keeper::Notice;

/// Cuts whoever falls off the list, at once.
pub(super) async fn follow_allow_list(shared: Arc<Shared>) {
    let mut admission = shared.allow.watch();
    loop {
        shared.endpoint.set_alpns(shared.alpns());
        shared.registry.cut(|peer| shared.allow.contains(peer));
        shared.notify(Notice::Allowed).await;
        if admission.changed().await.is_err() {
            return;
        }
    }
}

/// Tells of other addresses of this device.
pub(super) async fn follow_addresses(shared: Arc<Shared>) {
    let mut watcher = shared.endpoint.watch_addr();
    let mut before = shared.addresses();
    let mut sockets_before = shared.endpoint.addr().ip_addrs().copied().collect::<Vec<_>>();
    while watcher.updated().await.is_ok() {
        let sockets = shared.endpoint.addr().ip_addrs().copied().collect::<Vec<_>>();
        if sockets != sockets_before {
            sockets_before = sockets;
            shared.moves.send_modify(|moves| *moves = moves.wrapping_add(1));
            shared.notify(Notice::Changed).await;
        }
        let now = shared.addresses();
        if now != before {
            before = now.clone();
            shared.tell(Event::NetworkChanged(now)).await;
        }
    }
}

/// Tells of the connection to the relay that this device is reachable at.
pub(super) async fn follow_relays(shared: Arc<Shared>) {
    let mut watcher = shared.endpoint.home_relay_status();
    let mut before: BTreeMap<RelayAddress, bool> = BTreeMap::new();
    let mut statuses = watcher.get();
    loop {
        let now: BTreeMap<RelayAddress, bool> = statuses
            .iter()
            .filter_map(|status| Some((status.url().as_str().parse().ok()?, status.is_connected())))
            .collect();
        let gone = before.keys().filter(|relay| !now.contains_key(relay)).map(|relay| (relay.clone(), false));
        let new =
            now.iter().filter(|(relay, up)| before.get(*relay) != Some(up)).map(|(r, up)| (r.clone(), *up));
        for (relay, is_connected) in gone.chain(new).collect::<Vec<_>>() {
            if is_connected {
                shared.notify(Notice::Changed).await;
            }
            shared.tell(Event::RelayChanged { relay, is_connected }).await;
        }
        before = now;
        statuses = match watcher.updated().await {
            Ok(statuses) => statuses,
            Err(_) => return,
        };
    }
}
