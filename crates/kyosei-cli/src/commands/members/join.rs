//! `kyosei members join`: from an invitation to a vault, over the network or with files; and asking for more spaces.

use std::path::Path;
use std::time::Duration;

use kyosei_app::book::NetworkChoices;
use kyosei_runtime::members::{Ticket, VerificationWords};
use kyosei_runtime::online::NetworkConfig;
use kyosei_runtime::online::{JoinFailed, ask_for_spaces, ask_to_join, inviter_address};
use kyosei_runtime::{FolderError, JoinError, Joining, Vault};
use serde::Serialize;
use tokio::time::{Instant, sleep};

use super::super::init::chosen_passphrase;
use super::super::network::{self, Narrator};
use super::super::sync::first_sync;
use super::super::who::space_text;
use super::approve::JOIN_FILE_BYTES_MAX;
use crate::args::{Arguments, JoinArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::{
    environment, from_vault, present_passphrase, read_bytes, read_text, unlock, vault_folder, write_new,
};

/// How long the inviter is waited for, unless chosen otherwise.
const WAIT_DEFAULT: Duration = Duration::from_secs(30 * 60);
/// How long to rest before the inviter is dialed again.
const REST: Duration = Duration::from_secs(2);

#[derive(Serialize)]
struct JoinReport {
    vault: String,
    state: &'static str,
    words_ja: Vec<String>,
    words_en: Vec<&'static str>,
    request_file: Option<String>,
    spaces: Vec<String>,
    has_synced: bool,
}

/// What became of it.
struct Outcome {
    report: JoinReport,
    human: String,
}

/// Joins, goes on joining, or asks for more spaces.
pub fn run(arguments: &Arguments, join: &JoinArguments, lang: Lang) -> Result<Done, Failure> {
    let ticket = join.ticket.as_deref().map(ticket_text).transpose()?;
    let folder = vault_folder(arguments)?;
    let outcome = match open(arguments, &folder) {
        Ok(joining) => enter(arguments, join, joining, lang)?,
        Err(JoinError::Folder(FolderError::Missing)) => {
            let joining = begin(arguments, join, ticket.as_deref(), lang)?;
            enter(arguments, join, joining, lang)?
        }
        Err(JoinError::NotJoining) => further(arguments, join, ticket.as_deref(), lang)?,
        Err(error) => return Err(Failure::new(error.code()).with(folder.display().to_string())),
    };
    Done::new(&outcome.report, outcome.human)
}

/// The invitation as typed, in a file, or on standard input.
fn ticket_text(argument: &str) -> Result<String, Failure> {
    let is_path = argument == "-" || Path::new(argument).is_file();
    if is_path { read_text(Path::new(argument)) } else { Ok(argument.to_owned()) }
}

fn open(arguments: &Arguments, folder: &Path) -> Result<Joining, JoinError> {
    if !folder.exists() {
        return Err(FolderError::Missing.into());
    }
    let (Ok(passphrase), Ok(environment)) = (present_passphrase(arguments), environment()) else {
        return Err(FolderError::Missing.into());
    };
    Joining::open(folder, &passphrase, environment)
}

fn begin(
    arguments: &Arguments,
    join: &JoinArguments,
    ticket: Option<&str>,
    lang: Lang,
) -> Result<Joining, Failure> {
    let (Some(ticket), Some(person), Some(device)) = (ticket, &join.person, &join.device) else {
        return Err(Failure::new("E-JOIN-NAMES"));
    };
    // A ticket that is no good makes no vault.
    Ticket::from_text(ticket).map_err(|error| Failure::new(JoinError::from(error).code()))?;
    let mut environment = environment()?;
    let passphrase = chosen_passphrase(arguments, environment.rng(), lang)?;
    let folder = vault_folder(arguments)?;
    Joining::begin(&folder, ticket, person, device, &passphrase, environment)
        .map_err(|error| Failure::new(error.code()).with(folder.display().to_string()))
}

/// Takes a joining as far as it goes now.
fn enter(
    arguments: &Arguments,
    join: &JoinArguments,
    joining: Joining,
    lang: Lang,
) -> Result<Outcome, Failure> {
    let words = joining.words();
    let folder = vault_folder(arguments)?.display().to_string();
    if let Some(path) = &join.request_file {
        write_new(path, &joining.sealed_request().map_err(|error| Failure::new(error.code()))?)?;
        return Ok(waiting(folder, words, path, lang));
    }
    let (mut vault, inviter) = match &join.welcome_file {
        Some(path) => {
            let welcome = read_bytes(path, JOIN_FILE_BYTES_MAX)?;
            (joining.complete(&welcome).map_err(|error| Failure::new(error.code()))?, None)
        }
        None => {
            let (choices, config) = network::configured(NetworkChoices::default(), &join.network, lang)?;
            let inviter = inviter_address(joining.ticket());
            let narrator = Narrator::new(arguments.json);
            narrator.say(&words_text(&words, lang));
            let welcome = network::block_on(ask(&joining, config.clone(), join, narrator, lang))?;
            let mut vault = joining.complete(&welcome).map_err(|error| Failure::new(error.code()))?;
            vault.choose_network(choices).map_err(|error| from_vault(&error))?;
            (vault, Some((inviter, config)))
        }
    };
    let has_synced = match inviter {
        Some((inviter, config)) => network::block_on(first_sync(&mut vault, config, inviter))?,
        None => false,
    };
    let outcome = joined(folder, &vault, words, "joined", has_synced, lang);
    vault.close().map_err(|error| from_vault(&error))?;
    Ok(outcome)
}

/// Asks for more spaces on a laptop that is a member, or takes the welcome to them.
fn further(
    arguments: &Arguments,
    join: &JoinArguments,
    ticket: Option<&str>,
    lang: Lang,
) -> Result<Outcome, Failure> {
    let folder = vault_folder(arguments)?.display().to_string();
    let mut vault = unlock(arguments)?;
    let kept = vault.awaited_ticket().map(|ticket| ticket.to_text().to_string());
    let text =
        ticket.map(str::to_owned).or(kept).ok_or_else(|| Failure::new("E-VAULT-EXISTS").with(&*folder))?;
    let failed = |error: JoinError| Failure::new(error.code());
    if let Some(path) = &join.welcome_file {
        let words = vault.ask_for_spaces(&text).map_err(failed)?.1;
        let welcome = read_bytes(path, JOIN_FILE_BYTES_MAX)?;
        vault.enter_spaces(&welcome).map_err(failed)?;
        let outcome = joined(folder, &vault, words, "entered", false, lang);
        vault.close().map_err(|error| from_vault(&error))?;
        return Ok(outcome);
    }
    let (sealed, words) = vault.ask_for_spaces(&text).map_err(failed)?;
    if let Some(path) = &join.request_file {
        write_new(path, &sealed)?;
        vault.close().map_err(|error| from_vault(&error))?;
        return Ok(waiting(folder, words, path, lang));
    }
    let config = network::choose(&mut vault, &join.network, lang)?;
    let ticket = vault.awaited_ticket().ok_or_else(|| Failure::new("E-NOT-JOINING"))?;
    let narrator = Narrator::new(arguments.json);
    narrator.say(&words_text(&words, lang));
    let has_synced = network::block_on(async {
        let seed = vault.endpoint_seed();
        let asked = asked_again(join, || {
            ask_for_spaces(seed, &ticket, &sealed, config.clone(), || waits(narrator, lang))
        });
        let welcome = asked.await?;
        vault.enter_spaces(&welcome).map_err(failed)?;
        first_sync(&mut vault, config.clone(), inviter_address(&ticket)).await
    })?;
    let outcome = joined(folder, &vault, words, "entered", has_synced, lang);
    vault.close().map_err(|error| from_vault(&error))?;
    Ok(outcome)
}

async fn ask(
    joining: &Joining,
    config: NetworkConfig,
    join: &JoinArguments,
    narrator: Narrator,
    lang: Lang,
) -> Result<Vec<u8>, Failure> {
    asked_again(join, || ask_to_join(joining, config.clone(), || waits(narrator, lang))).await
}

/// Asks until there is an answer or the time is over: the inviter may come later, and a link may be lost.
async fn asked_again<F>(join: &JoinArguments, mut once: impl FnMut() -> F) -> Result<Vec<u8>, Failure>
where
    F: Future<Output = Result<Vec<u8>, JoinFailed>>,
{
    let deadline = network::deadline(&join.network, Some(WAIT_DEFAULT));
    loop {
        let answer = tokio::select! {
            answer = tokio::time::timeout_at(deadline, once()) => answer,
            () = network::interrupted() => return Err(Failure::new("E-NO-ANSWER")),
        };
        match answer {
            Ok(Ok(welcome)) => return Ok(welcome),
            Ok(Err(JoinFailed::Dial(_) | JoinFailed::Lost)) if Instant::now() + REST < deadline => {
                sleep(REST).await
            }
            Ok(Err(error)) => return Err(Failure::new(error.code())),
            Err(_) => return Err(Failure::new("E-NO-ANSWER")),
        }
    }
}

fn waits(narrator: Narrator, lang: Lang) {
    narrator.say(lang.pick(
        "申し込みが届きました。招待した人が言葉を確かめるのを待っています…",
        "申（もう）しこみが とどきました。まって ください…",
        "The request has arrived. Waiting until the words were compared …",
    ));
}

fn waiting(vault: String, words: VerificationWords, path: &Path, lang: Lang) -> Outcome {
    let file = path.display().to_string();
    let next = lang.pick(
        "このファイルを招待した人に渡し、言葉は電話か対面で伝えてください。返事のファイルは kyosei members join --welcome-file で受け取ります",
        "この ファイルを わたして、ことばは 電話（でんわ）で 言（い）って ください。つぎは kyosei members join --welcome-file です",
        "Give this file to the person who invited you, and tell the words by telephone or face to face. Their answer goes into kyosei members join --welcome-file",
    );
    let human = format!("{}\n{next}:\n  {file}\n", words_text(&words, lang));
    Outcome { report: report(vault, &words, "waiting", Some(file), Vec::new(), false), human }
}

fn joined(
    folder: String,
    vault: &Vault,
    words: VerificationWords,
    state: &'static str,
    has_synced: bool,
    lang: Lang,
) -> Outcome {
    let spaces = vault.spaces();
    let named: Vec<String> = spaces.iter().map(|space| space_text(vault, *space, lang)).collect();
    let said = lang.pick("参加しました", "入（はい）りました", "You are in");
    let next = if has_synced {
        lang.pick(
            "最初の同期が終わりました。\n",
            "データを ぜんぶ もらいました。\n",
            "The first sync is complete.\n",
        )
    } else {
        lang.pick(
            "記録は、kyosei sync か kyosei bundle read で届きます。\n",
            "データは kyosei sync か kyosei bundle read で もらいます。\n",
            "The records come with kyosei sync or kyosei bundle read.\n",
        )
    };
    let hex = spaces.iter().map(kyosei_runtime::members::SpaceId::to_hex).collect();
    let human = format!("{said}: {}\n{next}", named.join(", "));
    Outcome { report: report(folder, &words, state, None, hex, has_synced), human }
}

fn report(
    vault: String,
    words: &VerificationWords,
    state: &'static str,
    request_file: Option<String>,
    spaces: Vec<String>,
    has_synced: bool,
) -> JoinReport {
    let (words_ja, words_en) = (words.japanese().collect(), words.english().collect());
    JoinReport { vault, state, words_ja, words_en, request_file, spaces, has_synced }
}

fn words_text(words: &VerificationWords, lang: Lang) -> String {
    let said = lang.pick(
        "六つの言葉（招待した人に、電話か対面で伝えます）",
        "六（むっ）つの ことば（電話（でんわ）で 言（い）って ください）",
        "Six words (tell them to the person who invited you, by telephone or face to face)",
    );
    let (ja, en): (Vec<String>, Vec<&str>) = (words.japanese().collect(), words.english().collect());
    format!("{said}:\n  {}\n  {}", ja.join("　"), en.join(" "))
}
