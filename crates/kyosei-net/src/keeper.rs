//! Keeps members connected: applies [`Redial`] to everybody on the allow-list whose address is known.
//!
//! Life-cycle: one task for each open network. It hears of links, losses, addresses and changes as [`Notice`]s, reads both
//! clocks to notice a sleep, and dials. It decides nothing about who is allowed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep_until};

use crate::address::PeerAddress;
use crate::key::EndpointKey;
use crate::limits::{ALLOWED_MAX, DIALS_MAX};
use crate::network::{DialError, Shared};
use crate::redial::{Redial, SleepWatch};

/// How often both clocks are read.
const CLOCK_CADENCE: Duration = Duration::from_secs(5);

/// What the keeper hears.
#[derive(Debug)]
pub(crate) enum Notice {
    /// The stored addresses, replaced.
    Known(Vec<PeerAddress>),
    /// A member was found on the local network, or found elsewhere there.
    Found(EndpointKey),
    /// The allow-list changed.
    Allowed,
    /// A link is up.
    Linked(EndpointKey),
    /// A link is gone.
    Lost(EndpointKey),
    /// The network changed, or a person asks.
    Changed,
}

struct Keeper {
    shared: Arc<Shared>,
    started: Instant,
    known: BTreeMap<EndpointKey, PeerAddress>,
    kept: BTreeMap<EndpointKey, Redial>,
    dials: JoinSet<(EndpointKey, Result<(), DialError>)>,
}

/// Runs until the network is dropped.
pub(crate) async fn run(shared: Arc<Shared>, mut notices: mpsc::Receiver<Notice>) {
    let mut keeper = Keeper {
        shared,
        started: Instant::now(),
        known: BTreeMap::new(),
        kept: BTreeMap::new(),
        dials: JoinSet::new(),
    };
    let mut sleep_watch = SleepWatch::new(keeper.now(), wall_clock(), CLOCK_CADENCE);
    let mut clock = interval(CLOCK_CADENCE);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        keeper.dial_due();
        let next = keeper.next_due();
        tokio::select! {
            notice = notices.recv() => match notice {
                Some(notice) => keeper.hear(notice),
                None => return,
            },
            Some(dialed) = keeper.dials.join_next(), if !keeper.dials.is_empty() => {
                if let Ok((peer, outcome)) = dialed {
                    keeper.conclude(peer, outcome);
                }
            }
            () = sleep_until(next.into()) => {}
            _ = clock.tick() => {
                if sleep_watch.observe(keeper.now(), wall_clock()) {
                    keeper.shared.endpoint.network_change().await;
                    keeper.hear(Notice::Changed);
                }
            }
        }
    }
}

impl Keeper {
    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn hear(&mut self, notice: Notice) {
        let now = self.now();
        match notice {
            Notice::Known(addresses) => {
                let addresses = addresses.into_iter().take(ALLOWED_MAX);
                self.known = addresses.map(|address| (address.endpoint, address)).collect();
                self.revise();
                self.kept.values_mut().for_each(|redial| redial.handle_change(now));
            }
            Notice::Found(peer) => {
                self.revise();
                if let Some(redial) = self.kept.get_mut(&peer) {
                    redial.handle_change(now);
                }
            }
            Notice::Allowed => self.revise(),
            Notice::Linked(peer) => {
                // A member may have dialed whose address is not known here: its link is watched all the same.
                self.kept.entry(peer).or_insert_with(|| Redial::new(now)).handle_linked(now);
            }
            Notice::Lost(peer) => {
                if let Some(redial) = self.kept.get_mut(&peer) {
                    redial.handle_lost(now, jitter());
                }
                self.revise();
            }
            Notice::Changed => self.kept.values_mut().for_each(|redial| redial.handle_change(now)),
        }
    }

    /// Keeps exactly those who are allowed and linked, or allowed and somewhere to be found.
    fn revise(&mut self) {
        let now = self.now();
        let wanted: Vec<EndpointKey> = self
            .shared
            .allow
            .members()
            .iter()
            .copied()
            .filter(|peer| self.address(*peer).is_some())
            .collect();
        self.kept.retain(|peer, redial| wanted.binary_search(peer).is_ok() || redial.due().is_none());
        for peer in wanted {
            self.kept.entry(peer).or_insert_with(|| Redial::new(now));
        }
    }

    fn address(&self, peer: EndpointKey) -> Option<PeerAddress> {
        let known = self.known.get(&peer).cloned().or_else(|| self.shared.found(&peer));
        known.filter(|_| peer != self.shared.us)
    }

    fn dial_due(&mut self) {
        let now = self.now();
        let due: Vec<EndpointKey> = self
            .kept
            .iter()
            .filter(|(_, redial)| redial.due().is_some_and(|due| due <= now))
            .map(|(peer, _)| *peer)
            .take(DIALS_MAX.saturating_sub(self.dials.len()))
            .collect();
        for peer in due {
            let (Some(address), Some(redial)) = (self.address(peer), self.kept.get_mut(&peer)) else {
                continue;
            };
            redial.handle_dialing();
            let shared = Arc::clone(&self.shared);
            self.dials.spawn(async move { (peer, shared.dial(&address).await) });
        }
    }

    fn conclude(&mut self, peer: EndpointKey, outcome: Result<(), DialError>) {
        let now = self.now();
        let Some(redial) = self.kept.get_mut(&peer) else { return };
        match outcome {
            // The notice of the link has come before, or comes.
            Ok(()) if self.shared.registry.is_linked(&peer) => redial.handle_linked(now),
            Ok(()) | Err(_) => redial.handle_failure(now, jitter()),
        }
        self.revise();
    }

    /// When to look again; in the far future when no dial is due or no more may run.
    fn next_due(&self) -> Instant {
        let is_full = self.dials.len() >= DIALS_MAX;
        let due = self.kept.values().filter_map(Redial::due).min().filter(|_| !is_full);
        let wait = due.map_or(CLOCK_CADENCE, |due| due.saturating_sub(self.now()).min(CLOCK_CADENCE));
        Instant::now().checked_add(wait).unwrap_or_else(Instant::now)
    }
}

/// Without entropy there is no jitter, and dials are still right.
fn jitter() -> u32 {
    getrandom::u32().unwrap_or(u32::MAX)
}

fn wall_clock() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
