//! `kyosei sync`: exchanging with the other devices, once or as long as the program runs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kyosei_runtime::Vault;
use kyosei_runtime::members::DeviceId;
use kyosei_runtime::online::{NetworkConfig, PeerAddress, Route};
use kyosei_runtime::online::{Online, Told};
use serde::Serialize;
use tokio::time::{Instant, timeout_at};

use super::network::{self, Narrator};
use super::who::device_text;
use crate::args::{Arguments, SyncArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::with_vault;
use state::{StateReport, state, state_text};

pub mod state;
mod told;

pub use told::told_text;

/// How long `sync` tries, unless chosen otherwise.
const ONCE_TIME_DEFAULT: Duration = Duration::from_secs(60);
/// How long the first sync after joining may take.
const FIRST_TIME_MAX: Duration = Duration::from_secs(120);

#[derive(Serialize)]
struct SyncReport {
    address: String,
    peers: Vec<PeerReport>,
    unreached: Vec<String>,
    entries_received: u64,
    state: StateReport,
}

#[derive(Serialize)]
struct PeerReport {
    device: String,
    is_level: bool,
    path: Option<&'static str>,
}

/// Whom an exchange is to reach, and how far it came.
struct Round {
    /// Everyone who is to be reached: the devices whose addresses are known and those that were given.
    wanted: BTreeSet<kyosei_runtime::members::EndpointKey>,
    met: BTreeMap<DeviceId, Met>,
}

#[derive(Clone, Copy, Default)]
struct Met {
    is_level: bool,
    path: Option<&'static str>,
}

/// Exchanges.
pub fn run(arguments: &Arguments, sync: &SyncArguments, lang: Lang) -> Result<Done, Failure> {
    let given = sync.peer.iter().map(|text| network::peer(text)).collect::<Result<Vec<_>, _>>()?;
    let narrator = Narrator::new(arguments.json);
    let (report, human) = with_vault(arguments, |vault| {
        let config = network::choose(vault, &sync.network, lang)?;
        let before = vault.status().entry_count;
        let (address, round) = network::block_on(exchange(vault, config, sync, &given, narrator, lang))?;
        let report = SyncReport {
            address,
            peers: round.reports(),
            unreached: round.unreached(vault),
            entries_received: vault.status().entry_count.saturating_sub(before),
            state: state(vault),
        };
        let human = text(vault, &report, &round, lang);
        Ok((report, human))
    })?;
    let is_part =
        !sync.watch && (!report.unreached.is_empty() || report.peers.iter().any(|peer| !peer.is_level));
    Ok(Done::new(&report, human)?.in_part(is_part))
}

/// The first exchange of a laptop that was just let in, with the one that invited it. Tells whether it is complete.
pub async fn first_sync(
    vault: &mut Vault,
    config: NetworkConfig,
    inviter: PeerAddress,
) -> Result<bool, Failure> {
    let given = [inviter];
    let mut online = network::start(vault, config, &given).await?;
    let mut round = Round::new(online.vault(), &given, false);
    let deadline = Instant::now() + FIRST_TIME_MAX;
    let outcome = until_level(&mut online, &mut round, deadline, |_, _| {}).await;
    close(online).await?;
    outcome.map(|()| round.is_complete())
}

async fn exchange(
    vault: &mut Vault,
    config: NetworkConfig,
    sync: &SyncArguments,
    given: &[PeerAddress],
    narrator: Narrator,
    lang: Lang,
) -> Result<(String, Round), Failure> {
    let mut online = network::start(vault, config, given).await?;
    let mut round = Round::new(online.vault(), given, true);
    let address = online.addresses().to_string();
    narrator.say(&format!(
        "{}: {address}",
        lang.pick("この端末の宛先", "この パソコンの あて先（さき）", "Address of this laptop")
    ));
    let deadline = network::deadline(&sync.network, (!sync.watch).then_some(ONCE_TIME_DEFAULT));
    let tell = |vault: &Vault, told: &Told| {
        if let Some(line) = told_text(vault, told, lang).filter(|_| sync.watch) {
            narrator.say(&line);
        }
    };
    let outcome = if sync.watch {
        watch(&mut online, &mut round, deadline, tell).await
    } else {
        until_level(&mut online, &mut round, deadline, tell).await
    };
    round.note_connected(&online);
    close(online).await?;
    outcome.map(|()| (address, round))
}

/// Runs until interrupted or the time is over.
async fn watch(
    online: &mut Online<'_>,
    round: &mut Round,
    deadline: Instant,
    tell: impl Fn(&Vault, &Told),
) -> Result<(), Failure> {
    while step(online, round, deadline, &tell).await? {}
    Ok(())
}

/// Runs until everyone who is to be reached has the same as this device, or the time is over.
async fn until_level(
    online: &mut Online<'_>,
    round: &mut Round,
    deadline: Instant,
    tell: impl Fn(&Vault, &Told),
) -> Result<(), Failure> {
    while !(round.is_reached(online.vault()) && online.is_level()) {
        if !step(online, round, deadline, &tell).await? {
            break;
        }
    }
    Ok(())
}

/// Deals with the next thing; tells whether to go on.
async fn step(
    online: &mut Online<'_>,
    round: &mut Round,
    deadline: Instant,
    tell: &impl Fn(&Vault, &Told),
) -> Result<bool, Failure> {
    let told = tokio::select! {
        told = timeout_at(deadline, online.step()) => told,
        () = network::interrupted() => return Ok(false),
    };
    let Ok(told) = told else { return Ok(false) };
    for one in &told.map_err(|error| Failure::new(error.code()))? {
        round.note(one);
        tell(online.vault(), one);
    }
    round.note_connected(online);
    Ok(true)
}

async fn close(online: Online<'_>) -> Result<(), Failure> {
    online.close().await.map_err(|error| Failure::new(error.code()))
}

impl Round {
    fn new(vault: &Vault, given: &[PeerAddress], with_known: bool) -> Self {
        let known = vault
            .known_addresses()
            .filter(|_| with_known)
            .filter_map(|(device, _)| vault.endpoint_of(device));
        let given = given
            .iter()
            .map(|one| kyosei_runtime::members::EndpointKey::from_bytes(*one.endpoint.as_bytes()));
        Self { wanted: known.chain(given).collect(), met: BTreeMap::new() }
    }

    fn note(&mut self, told: &Told) {
        match told {
            Told::Connected { device, .. } => {
                self.met.entry(*device).or_default().is_level = false;
            }
            Told::Level { device } => self.met.entry(*device).or_default().is_level = true,
            Told::Disconnected { .. }
            | Told::Received { .. }
            | Told::Applicant { .. }
            | Told::ApplicantRefused { .. }
            | Told::Welcomed { .. }
            | Told::MembersChanged { .. }
            | Told::Maintained { .. }
            | Told::AddressesChanged
            | Told::LanFailed => {}
        }
    }

    fn note_connected(&mut self, online: &Online<'_>) {
        for (device, path) in online.connected() {
            let way = match path.route {
                Route::Direct => Some("direct"),
                Route::Relayed(_) => Some("relay"),
                Route::Unknown => None,
            };
            let met = self.met.entry(device).or_default();
            met.path = way.or(met.path);
        }
    }

    /// Whether everyone who is to be reached was level. Who is no member any more is not to be reached.
    fn is_reached(&self, vault: &Vault) -> bool {
        self.unreached(vault).is_empty() && self.is_complete()
    }

    fn is_complete(&self) -> bool {
        !self.met.is_empty() && self.met.values().all(|met| met.is_level) || self.wanted.is_empty()
    }

    /// Endpoints of those who were not met, as text.
    fn unreached(&self, vault: &Vault) -> Vec<String> {
        let met: BTreeSet<_> = self.met.keys().filter_map(|device| vault.endpoint_of(*device)).collect();
        self.wanted.difference(&met).map(kyosei_runtime::members::EndpointKey::to_hex).collect()
    }

    fn reports(&self) -> Vec<PeerReport> {
        let report = |(device, met): (&DeviceId, &Met)| PeerReport {
            device: device.to_hex(),
            is_level: met.is_level,
            path: met.path,
        };
        self.met.iter().map(report).collect()
    }
}

fn text(vault: &Vault, report: &SyncReport, round: &Round, lang: Lang) -> String {
    let line = |(device, met): (&DeviceId, &Met)| {
        let how = if met.is_level {
            lang.pick("同じ内容になりました", "おなじに なりました", "has the same as this laptop")
        } else {
            lang.pick("まだ途中です", "まだ とちゅうです", "not complete yet")
        };
        format!("  {}: {how}\n", device_text(vault, *device))
    };
    let met: String = round.met.iter().map(line).collect();
    let unreached = match report.unreached.len() {
        0 => String::new(),
        count => format!(
            "{}: {count}\n",
            lang.pick("つながらなかった端末", "つながらない パソコン", "Devices that were not reached")
        ),
    };
    let received = lang.pick("受け取った記録", "もらった 記録（きろく）", "Entries received");
    format!(
        "{met}{unreached}{received}: {}\n{}",
        report.entries_received,
        state_text(vault, &report.state, lang)
    )
}
