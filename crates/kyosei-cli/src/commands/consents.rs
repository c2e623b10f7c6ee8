//! `kyosei consents`

use kyosei_app::consents::{ConsentRefused, DecisionMade, record_consent};
use kyosei_app::supporters::{ShowRefused, show_supporter};
use kyosei_model::{Channel, Decision, Evidence, Purpose, Scope, SupporterId, UnixMillis};
use serde::Serialize;

use super::id;
use super::supporters::record;
use crate::args::{Arguments, ConsentsCommand};
use crate::locale::Lang;
use crate::outcome::{Done, Failure, undo_by};
use crate::session::{from_write, with_vault};

#[derive(Serialize)]
struct LedgerReport {
    supporter: String,
    entries: Vec<record::ConsentReport>,
}

#[derive(Serialize)]
struct RecordedReport {
    supporter: String,
    consent: String,
}

struct Asked {
    supporter: SupporterId,
    purpose: Purpose,
    decision: Decision,
    channel: Channel,
    at: Option<UnixMillis>,
}

/// Runs a command of the group.
pub fn run(arguments: &Arguments, command: &ConsentsCommand, lang: Lang) -> Result<Done, Failure> {
    match command {
        ConsentsCommand::List { supporter } => list(arguments, id(supporter)?, lang),
        ConsentsCommand::Record(asked) => {
            let asked = Asked {
                supporter: id(&asked.supporter)?,
                purpose: asked.purpose,
                decision: asked.decision,
                channel: asked.channel,
                at: asked.at.as_deref().map(time).transpose()?,
            };
            record_one(arguments, &asked, lang)
        }
        ConsentsCommand::Withdraw { supporter, purpose, channel } => {
            let asked = Asked {
                supporter: id(supporter)?,
                purpose: *purpose,
                decision: Decision::Withdrawn,
                channel: *channel,
                at: None,
            };
            record_one(arguments, &asked, lang)
        }
    }
}

fn list(arguments: &Arguments, id: SupporterId, lang: Lang) -> Result<Done, Failure> {
    let supporter = with_vault(arguments, |vault| {
        vault
            .write(|writing| show_supporter(writing, id))
            .map_err(|failed| from_write(failed, |refused: ShowRefused| Failure::new(refused.code())))
    })?;
    let report = LedgerReport {
        supporter: id.to_string(),
        entries: supporter.consents.values().map(record::consent).collect(),
    };
    let human = record::ledger(&supporter, lang);
    Done::new(&report, human)
}

fn record_one(arguments: &Arguments, asked: &Asked, lang: Lang) -> Result<Done, Failure> {
    let consent = with_vault(arguments, |vault| {
        let now = vault.now();
        vault
            .write(|writing| {
                let made = DecisionMade {
                    purpose: asked.purpose,
                    decision: asked.decision,
                    channel: asked.channel,
                    evidence: Evidence::Heard(writing.context.member),
                    given_at: asked.at.unwrap_or(now),
                    scope: Scope::General,
                    expires: None,
                    guardian: None,
                    reason: None,
                };
                record_consent(writing, asked.supporter, made)
            })
            .map_err(|failed| from_write(failed, |refused: ConsentRefused| Failure::new(refused.code())))
    })?;
    let report = RecordedReport { supporter: asked.supporter.to_string(), consent: consent.to_string() };
    let said = lang.pick("記録しました", "書（か）きました", "Recorded");
    let purpose = lang.label(asked.purpose.label_ja(), asked.purpose.label_en());
    let decision = lang.label(asked.decision.label_ja(), asked.decision.label_en());
    let human = format!("{said}: {purpose}: {decision}\n{}", answer(asked, lang));
    Done::new(&report, human)
}

/// An entry stays for ever; a later one answers it.
fn answer(asked: &Asked, lang: Lang) -> String {
    let (supporter, purpose, channel) = (asked.supporter, asked.purpose.code(), asked.channel.code());
    match asked.decision {
        Decision::Given => undo_by(
            &format!("kyosei consents withdraw {supporter} --purpose {purpose} --channel {channel}"),
            lang,
        ),
        Decision::Refused | Decision::Withdrawn => undo_by(
            &format!(
                "kyosei consents record {supporter} --purpose {purpose} --decision given --channel {channel}"
            ),
            lang,
        ),
    }
}

fn time(text: &str) -> Result<UnixMillis, Failure> {
    chrono::DateTime::parse_from_rfc3339(text)
        .map(|time| UnixMillis::new(time.timestamp_millis()))
        .map_err(|_| Failure::new("E-TIME"))
}
