//! `kyosei members invite`: the ticket as text and QR code, and waiting for the answer.

use std::collections::BTreeMap;
use std::time::Duration;

use kyosei_runtime::members::{InvitationId, Role, SpaceId, Standing};
use kyosei_runtime::members::{InvitationState, Offer, Ticket};
use kyosei_runtime::online::PeerAddress;
use kyosei_runtime::online::{Online, Told};
use kyosei_runtime::{SigningKey, Vault};
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use serde::Serialize;
use tokio::time::{Instant, timeout_at};

use super::super::network::{self, Narrator};
use super::super::supporters::erase::{approvals, sheets};
use super::super::who::{self, role_code, time};
use super::approve::{AdmittedReport, admitted, admitted_text, heard_words, known_person};
use super::from_invite;
use crate::args::{Arguments, InviteArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure, lines_or_none, undo_by};
use crate::session::{with_vault, write_new};

/// How long the first sync of a device that was let in is waited for.
const FIRST_SYNC_TIME_MAX: Duration = Duration::from_secs(120);
/// How often words that differ may be typed anew at a terminal.
const WORDS_TRIES_MAX: usize = 3;

#[derive(Serialize)]
struct InviteReport {
    ticket: Option<String>,
    file: Option<String>,
    invitations: Vec<InvitationReport>,
    admitted: Option<AdmittedReport>,
    has_synced: bool,
}

#[derive(Serialize)]
struct InvitationReport {
    id: String,
    state: &'static str,
    expires_at: String,
    offers: Vec<OfferReport>,
}

#[derive(Serialize)]
struct OfferReport {
    space: String,
    kind: Option<&'static str>,
    role: &'static str,
}

/// What came of waiting.
struct Outcome {
    ticket: Ticket,
    admitted: Option<(AdmittedReport, String)>,
    has_synced: bool,
}

/// Invites, lists or revokes.
pub fn run(arguments: &Arguments, invite: &InviteArguments, lang: Lang) -> Result<Done, Failure> {
    if invite.list || invite.revoke.is_some() {
        return list_or_revoke(arguments, invite, lang);
    }
    let sheets = sheets(&invite.recovery_sheet)?;
    let narrator = Narrator::new(arguments.json);
    let (report, human) = with_vault(arguments, |vault| {
        let keys = approvals(vault, &sheets)?;
        let config = network::choose(vault, &invite.network, lang)?;
        let offers = offers(vault, invite)?;
        let outcome = if invite.wait {
            network::block_on(wait(vault, config, invite, offers, &keys, narrator, lang))?
        } else {
            let reach = network::reach(vault, None);
            let ticket = vault.invite(offers, reach).map_err(|error| from_invite(&error))?;
            write_out(invite, &ticket)?;
            Outcome { ticket, admitted: None, has_synced: false }
        };
        let human = match &outcome.admitted {
            Some((_, text)) => format!("{text}{}", synced_text(outcome.has_synced, lang)),
            None => ticket_text(vault, &outcome.ticket, lang),
        };
        let id = outcome.ticket.invitation();
        let report = InviteReport {
            ticket: Some(outcome.ticket.to_text().to_string()),
            file: invite.out.as_ref().map(|path| path.display().to_string()),
            invitations: reports(vault).into_iter().filter(|one| one.id == id.to_hex()).collect(),
            admitted: outcome.admitted.map(|(report, _)| report),
            has_synced: outcome.has_synced,
        };
        Ok((report, human))
    })?;
    Done::new(&report, human)
}

fn list_or_revoke(arguments: &Arguments, invite: &InviteArguments, lang: Lang) -> Result<Done, Failure> {
    let (report, human) = with_vault(arguments, |vault| {
        let mut human = String::new();
        if let Some(text) = &invite.revoke {
            let id = who::invitation(vault, text)?;
            vault.revoke_invitation(id).map_err(|error| from_invite(&error))?;
            human = format!("{}: {id}\n", lang.pick("取り消しました", "とりけしました", "Called back"));
        }
        let invitations = reports(vault);
        let lines = invitations.iter().map(|one| line(one, lang)).collect();
        human.push_str(&lines_or_none(lines, lang));
        Ok((InviteReport { ticket: None, file: None, invitations, admitted: None, has_synced: false }, human))
    })?;
    Done::new(&report, human)
}

fn line(one: &InvitationReport, lang: Lang) -> String {
    let state = match one.state {
        "open" => lang.pick("未回答", "まだ", "open"),
        "answered" => {
            lang.pick("回答あり、確認待ち", "こたえが きました", "answered, waits for the six words")
        }
        "used" => lang.pick("参加済み", "入（はい）りました", "used"),
        _ => lang.pick("取り消し済み", "とりけしました", "called back"),
    };
    let short: String = one.id.chars().take(10).collect();
    let offers: Vec<String> = one
        .offers
        .iter()
        .map(|offer| format!("{} {}", offer.kind.unwrap_or(&offer.space), offer.role))
        .collect();
    format!("{short}  {state}  {}  {}\n", one.expires_at, offers.join(", "))
}

fn offers(vault: &Vault, invite: &InviteArguments) -> Result<BTreeMap<SpaceId, Offer>, Failure> {
    let standing = if invite.role == Role::Admin { Standing::AdminEligible } else { Standing::Ordinary };
    let offer = Offer::new(invite.role, standing).map_err(|_| Failure::new("E-TICKET"))?;
    invite.space.iter().map(|kind| Ok((who::space(vault, *kind)?, offer))).collect()
}

async fn wait(
    vault: &mut Vault,
    config: kyosei_runtime::online::NetworkConfig,
    invite: &InviteArguments,
    offers: BTreeMap<SpaceId, Offer>,
    keys: &[SigningKey],
    narrator: Narrator,
    lang: Lang,
) -> Result<Outcome, Failure> {
    let mut online = network::start(vault, config, &[]).await?;
    let address: PeerAddress = online.addresses();
    let ticket = online
        .with_vault(|vault| {
            let reach = network::reach(vault, Some(&address));
            vault.invite(offers, reach)
        })
        .await
        .map_err(|error| from_invite(&error))?;
    write_out(invite, &ticket)?;
    narrator.say(&ticket_text(online.vault(), &ticket, lang));
    narrator.say(lang.pick("回答を待っています…", "まって います…", "Waiting for the answer …"));
    let deadline = network::deadline(&invite.network, None);
    let waited = until_admitted(&mut online, &ticket, invite, keys, deadline, lang).await;
    let outcome = match waited {
        Ok(Some((report, text, device))) => {
            narrator.say(lang.pick(
                "許可しました。最初の同期中…",
                "入（はい）りました…",
                "Let in; first sync …",
            ));
            let has_synced = until_level(&mut online, device).await?;
            Ok(Outcome { ticket, admitted: Some((report, text)), has_synced })
        }
        Ok(None) => Err(Failure::new("E-NO-ANSWER")),
        Err(failure) => Err(failure),
    };
    let closed = online.close().await.map_err(|error| Failure::new(error.code()));
    outcome.and_then(|outcome| closed.map(|()| outcome))
}

/// Waits for the answer and compares the words; none if nobody answered in time.
async fn until_admitted(
    online: &mut Online<'_>,
    ticket: &Ticket,
    invite: &InviteArguments,
    keys: &[SigningKey],
    deadline: Instant,
    lang: Lang,
) -> Result<Option<(AdmittedReport, String, kyosei_runtime::members::DeviceId)>, Failure> {
    let id = ticket.invitation();
    loop {
        let told = tokio::select! {
            told = timeout_at(deadline, online.step()) => told,
            () = network::interrupted() => return Ok(None),
        };
        let Ok(told) = told else { return Ok(None) };
        let told = told.map_err(|error| Failure::new(error.code()))?;
        if !told.contains(&Told::Applicant { invitation: id }) {
            continue;
        }
        let device = compare(online, id, invite, keys, lang).await?;
        let report = admitted(online.vault(), id, device, None)?;
        let text = admitted_text(online.vault(), device, None, lang);
        return Ok(Some((report, text, device)));
    }
}

async fn compare(
    online: &mut Online<'_>,
    id: InvitationId,
    invite: &InviteArguments,
    keys: &[SigningKey],
    lang: Lang,
) -> Result<kyosei_runtime::members::DeviceId, Failure> {
    let waiting = online.vault().applicants().into_iter().find(|(other, _)| *other == id);
    let (_, applicant) = waiting.ok_or_else(|| Failure::new("E-REQUEST-MISSING"))?;
    let person = known_person(online.vault(), applicant.device());
    let mut tries = 1;
    loop {
        let words = heard_words(invite.words_file.as_deref(), &applicant, lang)?;
        match online.admit(id, &words, person, keys).await {
            Err(error) if error.code() == "E-WORDS-DIFFER" && invite.words_file.is_none() => {
                if tries == WORDS_TRIES_MAX {
                    return Err(from_invite(&error));
                }
                tries += 1;
            }
            outcome => return outcome.map_err(|error| from_invite(&error)),
        }
    }
}

/// Stays until the new device has what it is to have, or the time is over.
async fn until_level(
    online: &mut Online<'_>,
    device: kyosei_runtime::members::DeviceId,
) -> Result<bool, Failure> {
    let deadline = Instant::now() + FIRST_SYNC_TIME_MAX;
    loop {
        let told = tokio::select! {
            told = timeout_at(deadline, online.step()) => told,
            () = network::interrupted() => return Ok(false),
        };
        let Ok(told) = told else { return Ok(false) };
        let told = told.map_err(|error| Failure::new(error.code()))?;
        if told.contains(&Told::Level { device }) {
            return Ok(true);
        }
    }
}

fn write_out(invite: &InviteArguments, ticket: &Ticket) -> Result<(), Failure> {
    let Some(path) = &invite.out else { return Ok(()) };
    write_new(path, format!("{}\n", &*ticket.to_text()).as_bytes())
}

/// The ticket with what to do with it.
fn ticket_text(vault: &Vault, ticket: &Ticket, lang: Lang) -> String {
    let text = ticket.to_text();
    let id = ticket.invitation();
    let expires = vault.invitations().into_iter().find(|one| one.id == id).map(|one| one.expires_ms);
    let expires = time(i64::try_from(expires.unwrap_or(0)).unwrap_or(i64::MAX));
    format!(
        "{}\n{}\n\n{}\n{}\n{}: {expires}\n{}",
        &*text,
        qr(&text),
        lang.pick(
            "招待です。鍵は入っていません。1回だけ、7日間使えます。招待する本人だけに渡してください。",
            "招待（しょうたい）です。1かいだけ、7日（なのか）つかえます。本人（ほんにん）だけに わたして ください。",
            "This is an invitation. It holds no key, is good once and for 7 days. Give it to that person and to nobody else."
        ),
        lang.pick(
            "相手が申し込んだら、電話か対面で六つの言葉を聞いて確かめます。",
            "電話（でんわ）で 六（むっ）つの ことばを 聞（き）いて ください。",
            "Once they ask to join, ask them for their six words, by telephone or face to face."
        ),
        lang.pick("期限", "いつまで", "Valid until"),
        undo_by(&format!("kyosei members invite --revoke {id}"), lang)
    )
}

/// The ticket as QR code, in capitals: QR's alphanumeric mode takes less room. Nothing if it would not fit.
fn qr(text: &str) -> String {
    QrCode::with_error_correction_level(text.to_ascii_uppercase(), EcLevel::L)
        .map(|code| code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
        .unwrap_or_default()
}

fn synced_text(has_synced: bool, lang: Lang) -> &'static str {
    if has_synced {
        lang.pick("最初の同期が終わりました。\n", "ぜんぶ わたしました。\n", "The first sync is complete.\n")
    } else {
        lang.pick(
            "最初の同期はまだです。次に両方がつながったときに行われます。\n",
            "データは まだです。つぎに つながった ときに わたします。\n",
            "The first sync has not taken place; it will when both are connected.\n",
        )
    }
}

fn reports(vault: &Vault) -> Vec<InvitationReport> {
    let all = vault.invitations().into_iter();
    all.map(|one| InvitationReport {
        id: one.id.to_hex(),
        state: match one.state {
            InvitationState::Open => "open",
            InvitationState::Answered { .. } => "answered",
            InvitationState::Used { .. } => "used",
            InvitationState::Revoked => "revoked",
        },
        expires_at: time(i64::try_from(one.expires_ms).unwrap_or(i64::MAX)),
        offers: one
            .offers
            .iter()
            .map(|(space, offer)| OfferReport {
                space: space.to_hex(),
                kind: vault.kind_of(*space).map(kyosei_model::SpaceKind::code),
                role: role_code(offer.role()),
            })
            .collect(),
    })
    .collect()
}
