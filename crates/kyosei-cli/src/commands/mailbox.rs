//! `kyosei mailbox serve`: a machine of the committee that is always on and reads nothing.

use kyosei_runtime::Vault;
use kyosei_runtime::members::Role;
use serde::Serialize;
use tokio::time::timeout_at;

use super::network::{self, Narrator};
use super::sync::told_text;
use crate::args::{Arguments, MailboxCommand, ServeArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::{environment, from_vault, present_passphrase};

#[derive(Serialize)]
struct ServeReport {
    address: String,
    entries: u64,
    entries_received: u64,
    logs_over_quota: Vec<String>,
    quota: u64,
}

/// Runs a command of the group.
pub fn run(arguments: &Arguments, command: &MailboxCommand, lang: Lang) -> Result<Done, Failure> {
    match command {
        MailboxCommand::Serve(serve) => self::serve(arguments, serve, lang),
    }
}

fn serve(arguments: &Arguments, serve: &ServeArguments, lang: Lang) -> Result<Done, Failure> {
    let passphrase = present_passphrase(arguments)?;
    let mut vault =
        Vault::unlock(&serve.dir, &passphrase, environment()?).map_err(|error| Failure::new(error.code()))?;
    let outcome = check_role(&vault).and_then(|()| {
        vault.set_log_quota(Some(serve.quota)).map_err(|error| from_vault(&error))?;
        let config = network::choose(&mut vault, &serve.network, lang)?;
        let before = entries(&vault);
        let address =
            network::block_on(stay(&mut vault, config, serve, Narrator::new(arguments.json), lang))?;
        Ok(ServeReport {
            address,
            entries: entries(&vault),
            entries_received: entries(&vault).saturating_sub(before),
            logs_over_quota: vault
                .logs_over_quota()
                .iter()
                .map(kyosei_runtime::members::LogId::to_hex)
                .collect(),
            quota: serve.quota,
        })
    });
    let closed = vault.close().map_err(|error| from_vault(&error));
    let report = outcome.and_then(|report| closed.map(|()| report))?;
    let is_part = !report.logs_over_quota.is_empty();
    let human = text(&report, lang);
    Ok(Done::new(&report, human)?.in_part(is_part))
}

/// A device that reads is no mailbox: whoever seized the machine could read with it.
fn check_role(vault: &Vault) -> Result<(), Failure> {
    let role = |id| vault.replica(id).ok()?.journal().membership().role(vault.device());
    let is_relay = vault.spaces().into_iter().all(|id| role(id) == Some(Role::Relay));
    if is_relay { Ok(()) } else { Err(Failure::new("E-NOT-A-MAILBOX")) }
}

async fn stay(
    vault: &mut Vault,
    config: kyosei_runtime::online::NetworkConfig,
    serve: &ServeArguments,
    narrator: Narrator,
    lang: Lang,
) -> Result<String, Failure> {
    let deadline = network::deadline(&serve.network, None);
    let mut online = network::start(vault, config, &[]).await?;
    let address = online.addresses().to_string();
    let said = lang.pick("この中継箱の宛先", "あて先（さき）", "Address of this mailbox");
    narrator.say(&format!("{said}: {address}"));
    let mut over_count = 0;
    loop {
        let told = tokio::select! {
            told = timeout_at(deadline, online.step()) => told,
            () = network::interrupted() => break,
        };
        let Ok(told) = told else { break };
        for one in &told.map_err(|error| Failure::new(error.code()))? {
            told_text(online.vault(), one, lang).into_iter().for_each(|line| narrator.say(&line));
        }
        let over = online.vault().logs_over_quota().len();
        if over > over_count {
            narrator.say(over_text(lang));
        }
        over_count = over;
    }
    online.close().await.map_err(|error| Failure::new(error.code()))?;
    Ok(address)
}

fn entries(vault: &Vault) -> u64 {
    let logs = vault.spaces().into_iter().filter_map(|id| vault.replica(id).ok());
    logs.flat_map(|replica| replica.journal().logs().tips()).map(|(_, tip)| u64::from(tip.seq) + 1).sum()
}

fn over_text(lang: Lang) -> &'static str {
    lang.pick(
        "割り当てを超えた端末があります。その続きは受け取りません（--quota）",
        "いっぱいに なりました（--quota）",
        "A device has used up its quota; nothing more of it is taken (--quota)",
    )
}

fn text(report: &ServeReport, lang: Lang) -> String {
    let over =
        if report.logs_over_quota.is_empty() { String::new() } else { format!("{}\n", over_text(lang)) };
    let held = lang.pick("預かっている記録", "あずかって いる 記録（きろく）", "Entries held");
    let new = lang.pick("新規", "あたらしい", "new");
    format!("{held}: {} ({new}: {})\n{over}", report.entries, report.entries_received)
}
