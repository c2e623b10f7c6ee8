//! The listening side: from an attempt to connect to a link.
//!
//! Life-cycle: one loop for the endpoint, one short task for each handshake, one waiting task for each link. A stranger is
//! turned away before iroh takes the connection in: from then on iroh would tell the other side all of this
//! device's addresses, to find a direct way.

use std::sync::Arc;
use std::time::Duration;

use iroh::endpoint::{Connection, Incoming, IncomingZeroRttConnection, VarInt};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::Shared;
use super::settle::{Entry, Fresh, Party};
use crate::arbiter::{Dialer, Standing};
use crate::gate::{Admission, may_enter};
use crate::key::key_of;
use crate::limits::{OPENING_TIME_MAX, RECEIVE_WINDOW};
use crate::link::{Protocol, code};
use crate::opening::{self, Opening};
use crate::registry::OpeningPlace;

/// How often to look whether a dialer has shown its key. iroh tells of it only once it has taken the connection in.
const KEY_CADENCE: Duration = Duration::from_millis(2);

/// Listens until the endpoint is closed.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut openings = JoinSet::new();
    loop {
        tokio::select! {
            incoming = shared.endpoint.accept() => {
                let Some(incoming) = incoming else { return };
                match shared.gate.judge(&incoming) {
                    Admission::Handshake(permit) => {
                        openings.spawn(open(Arc::clone(&shared), incoming, permit));
                    }
                    Admission::ProveAddress => {
                        if let Err(refused) = incoming.retry() {
                            refused.into_incoming().ignore();
                        }
                    }
                    Admission::Ignore => incoming.ignore(),
                }
            }
            Some(_) = openings.join_next(), if !openings.is_empty() => {}
        }
    }
}

/// Takes one dialer through handshake and opening, within a time, and hands the link to the owner.
async fn open(shared: Arc<Shared>, incoming: Incoming, permit: OwnedSemaphorePermit) {
    let welcomed = timeout(OPENING_TIME_MAX, welcome(&shared, incoming)).await.ok().flatten();
    drop(permit);
    if let Some((fresh, place)) = welcomed {
        fresh.hand_over(&shared).await;
        drop(place);
    }
}

/// Nothing when the dialer is a stranger, when another link stays, or when the connection failed.
async fn welcome(shared: &Arc<Shared>, incoming: Incoming) -> Option<(Fresh, OpeningPlace)> {
    let early = incoming.accept().ok()?.into_0rtt();
    let (connection, protocol) = identify(shared, &early).await?;
    let (mut sender, mut receiver) = connection.accept_bi().await.ok()?;
    let peer = key_of(connection.remote_id());
    let Some(place) = shared.registry.open(peer) else {
        connection.close(VarInt::from(code::BUSY), b"");
        return None;
    };
    let Ok(opening) = Opening::receive(&mut receiver).await else {
        connection.close(VarInt::from(code::NO_OPENING), b"");
        return None;
    };
    let (id, binding) = opening::names(&connection)?;
    let standing = Standing { id, dialer: Dialer::Peer, incarnation: opening.incarnation };
    let party = Party { peer, protocol, standing, binding };
    let entry = Entry::of(shared, &party, &connection, opening.lost)?;
    opening::send_answer(shared.incarnation, &mut sender).await.ok()?;
    Some((Fresh::new(party, entry, connection, sender, receiver), place))
}

/// Says who it is and what it wants, if it may; otherwise turns it away.
async fn identify(shared: &Shared, early: &IncomingZeroRttConnection) -> Option<(Connection, Protocol)> {
    let mut looks = interval(KEY_CADENCE);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while early.peer_identity().is_none() {
        if early.close_reason().is_some() {
            return None;
        }
        looks.tick().await;
    }
    let protocol = early.alpn().and_then(|alpn| Protocol::of_alpn(&alpn))?;
    let is_welcome = early.remote_id().is_ok_and(|id| may_enter(&shared.allow, protocol, &key_of(id)));
    if !is_welcome {
        early.close(VarInt::from(code::STRANGER), b"");
        return None;
    }
    let connection = early.handshake_completed().await.ok()?;
    connection.set_receive_window(VarInt::from(RECEIVE_WINDOW));
    Some((connection, protocol))
}
