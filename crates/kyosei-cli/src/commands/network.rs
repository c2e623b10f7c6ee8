//! What the commands that use the network have in common: the choices, the socket, what is said while they run.

use std::future::Future;
use std::io::Write;
use std::sync::LazyLock;
use std::time::Duration;

use kyosei_app::book::NetworkChoices;
use kyosei_runtime::Vault;
use kyosei_runtime::members::{Address, Reach, Ticket};
use kyosei_runtime::online::{NetworkConfig, PeerAddress};
use kyosei_runtime::online::{Online, inviter_address, network_config};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::args::NetworkArguments;
use crate::locale::Lang;
use crate::outcome::Failure;
use crate::session::{from_vault, is_interactive};

/// Whether somebody asked the program to end.
static INTERRUPTED: LazyLock<watch::Sender<bool>> = LazyLock::new(|| watch::Sender::new(false));

/// Threads that move bytes; the loop itself runs on the thread that calls.
const WORKER_COUNT: usize = 2;
/// A time that no command outlasts, for those without a limit of their own.
const NEVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Says what happens while a command runs: on standard output, or on standard error if that is for one JSON document.
#[derive(Debug, Clone, Copy)]
pub struct Narrator {
    is_json: bool,
}

impl Narrator {
    pub const fn new(is_json: bool) -> Self {
        Self { is_json }
    }

    /// Says a line.
    pub fn say(self, line: &str) {
        // A reader that went away does not stop the exchange.
        let _written = if self.is_json {
            writeln!(std::io::stderr().lock(), "{line}")
        } else {
            let mut out = std::io::stdout().lock();
            writeln!(out, "{line}").and_then(|()| out.flush())
        };
    }
}

/// The time after which a command gives up.
pub fn deadline(arguments: &NetworkArguments, default: Option<Duration>) -> Instant {
    let asked = arguments.timeout.map(Duration::from_secs);
    Instant::now() + asked.or(default).unwrap_or(NEVER)
}

/// Runs a future, with the sockets on threads of their own.
pub fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime: Runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKER_COUNT)
        .enable_all()
        .build()
        .map_err(|_| Failure::new("E-NETWORK"))?;
    runtime.spawn(listen_for_interruption());
    runtime.block_on(work)
}

/// Waits until the person or the system asks the program to end, or has asked before.
pub async fn interrupted() {
    let mut asked = INTERRUPTED.subscribe();
    // The sender is static, so this ends when somebody asks and not before.
    let _asked = asked.wait_for(|is_asked| *is_asked).await;
}

/// Listens from the start on: a signal that comes while nobody waits must not be lost.
async fn listen_for_interruption() {
    let Ok(mut term) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = term.recv() => {}
    }
    INTERRUPTED.send_replace(true);
}

/// Remembers the choices of this call and gives what they make of the network.
pub fn choose(vault: &mut Vault, arguments: &NetworkArguments, lang: Lang) -> Result<NetworkConfig, Failure> {
    let before = vault.network_choices().clone();
    let (choices, config) = configured(before.clone(), arguments, lang)?;
    if choices != before {
        vault.choose_network(choices).map_err(|error| from_vault(&error))?;
    }
    Ok(config)
}

/// The choices of this call upon earlier ones, and what they make of the network.
pub fn configured(
    before: NetworkChoices,
    arguments: &NetworkArguments,
    lang: Lang,
) -> Result<(NetworkChoices, NetworkConfig), Failure> {
    if arguments.public_infrastructure && !before.public_infrastructure {
        confirm_public(arguments.yes, lang)?;
    }
    let mut choices = before;
    choices.lan = (choices.lan || arguments.lan) && !arguments.no_lan;
    choices.public_infrastructure = (choices.public_infrastructure || arguments.public_infrastructure)
        && !arguments.no_public_infrastructure;
    choices.relays.extend(arguments.relay.iter().cloned());
    if arguments.no_relay {
        choices.relays.clear();
    }
    let config = network_config(&choices).map_err(|_| Failure::new("E-RELAY"))?;
    Ok((choices, NetworkConfig { bind: arguments.listen.into_iter().collect(), ..config }))
}

/// Where a member answers: an address, or the one in an invitation.
pub fn peer(text: &str) -> Result<PeerAddress, Failure> {
    let text = text.trim();
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let ticket = Ticket::from_text(text).map_err(|_| Failure::new("E-ADDRESS"))?;
    Ok(inviter_address(&ticket))
}

/// Where this device answers, for a ticket; as much as a ticket holds.
pub fn reach(vault: &Vault, address: Option<&PeerAddress>) -> Reach {
    let text = |text: String| Address::new(&text).ok();
    let relays = vault.network_choices().relays.iter();
    let relays: std::collections::BTreeSet<Address> = relays.filter_map(|url| text(url.clone())).collect();
    let room = kyosei_runtime::members::ADDRESS_COUNT_MAX.saturating_sub(relays.len());
    let sockets = address.into_iter().flat_map(|address| &address.sockets);
    Reach {
        endpoint: vault.local().endpoint,
        addresses: sockets.filter_map(|socket| text(socket.to_string())).take(room).collect(),
        relays,
    }
}

/// Goes online; those whose addresses are given are kept connected too.
pub async fn start<'v>(
    vault: &'v mut Vault,
    config: NetworkConfig,
    given: &[PeerAddress],
) -> Result<Online<'v>, Failure> {
    Online::start_knowing(vault, config, given).await.map_err(|error| Failure::new(error.code()))
}

#[expect(clippy::print_stderr, reason = "a question to the person at the terminal")]
fn confirm_public(is_confirmed: bool, lang: Lang) -> Result<(), Failure> {
    eprintln!(
        "{}",
        lang.pick(
            "公開の中継を使うと、iroh を作る外国の会社（n0）に、どの端末どうしが、いつ、どれだけ、どのIPアドレスから通信するかが分かります。また、この端末の鍵を知る人はだれでも、どの中継にいるかを調べられます。内容は読めません。",
            "外国（がいこく）の 会社（かいしゃ）（n0）の コンピューターを つかいます。会社（かいしゃ）は、どの パソコンが、いつ、どこから つながるかが わかります。なかみは 読（よ）めません。",
            "Public infrastructure shows a company abroad (n0, the makers of iroh) which devices talk to each other, when, how much, and from which IP addresses. Anybody who knows this device's key can look up which relay serves it. Nobody there can read what is sent.",
        )
    );
    if is_confirmed {
        return Ok(());
    }
    if !is_interactive() {
        return Err(Failure::new("E-CONFIRM"));
    }
    eprintln!(
        "{}",
        lang.pick("使うなら yes と入力:", "つかうなら yes と 書（か）いて ください:", "To use it, type yes:")
    );
    let mut typed = String::new();
    let read = std::io::stdin().read_line(&mut typed);
    if read.is_ok() && typed.trim() == "yes" { Ok(()) } else { Err(Failure::new("E-CONFIRM")) }
}

#[cfg(test)]
mod tests {
    use super::{INTERRUPTED, interrupted};

    #[test]
    fn an_interruption_that_came_while_nobody_waited_is_not_lost() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        INTERRUPTED.send_replace(true);
        runtime.block_on(async {
            interrupted().await;
            interrupted().await;
        });
    }
}
