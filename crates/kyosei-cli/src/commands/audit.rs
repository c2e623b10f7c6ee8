//! `kyosei audit`

use kyosei_model::{AuditEvent, AuditSubject};
use serde::Serialize;

use crate::args::{Arguments, AuditArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::with_vault;

#[derive(Serialize)]
struct AuditReport {
    total: usize,
    events: Vec<EventReport>,
}

#[derive(Serialize)]
struct EventReport {
    at: String,
    person: String,
    device: String,
    action: &'static str,
    subject: Option<String>,
    reason: Option<String>,
    count: Option<u64>,
}

/// Shows the newest events, oldest first.
pub fn run(arguments: &Arguments, audit: &AuditArguments, lang: Lang) -> Result<Done, Failure> {
    let (report, human) = with_vault(arguments, |vault| {
        let events = vault.register().audit_events().map_err(|_| Failure::new("E-RECORD"))?;
        let total = events.len();
        let newest = events.get(total.saturating_sub(audit.limit)..).unwrap_or_default();
        let name = |event: &AuditEvent| {
            let members = vault.register().lists().map(|lists| &lists.members);
            event
                .member
                .and_then(|id| members.and_then(|members| members.get(&id)).cloned())
                .unwrap_or_default()
        };
        let reports: Vec<EventReport> = newest.iter().map(|event| one(event, name(event))).collect();
        let lines: String = newest.iter().map(|event| line(event, &name(event), lang)).collect();
        Ok((AuditReport { total, events: reports }, lines))
    })?;
    let shown = report.events.len();
    let rest = lang.pick("件を表示", "けん", "shown");
    let last = if shown < report.total {
        format!("{shown} / {} {rest} (--limit)\n", report.total)
    } else {
        String::new()
    };
    Done::new(&report, format!("{human}{last}"))
}

fn one(event: &AuditEvent, person: String) -> EventReport {
    EventReport {
        at: event.at.to_string(),
        person,
        device: event.device.to_string(),
        action: event.action.code(),
        subject: event.subject.map(subject),
        reason: event.reason.clone(),
        count: event.count,
    }
}

fn line(event: &AuditEvent, person: &str, lang: Lang) -> String {
    let action = lang.label(event.action.label_ja(), event.action.label_en());
    let subject = event.subject.map(subject).unwrap_or_default();
    let count = event.count.map(|count| format!(" ({count})")).unwrap_or_default();
    let reason = event.reason.as_deref().unwrap_or_default();
    let line = format!("{}  {person}  {action}{count}  {subject}  {reason}", event.at);
    format!("{}\n", line.trim_end())
}

fn subject(subject: AuditSubject) -> String {
    match subject {
        AuditSubject::Supporter(id) => id.to_string(),
        AuditSubject::Consent(id) => id.to_string(),
        AuditSubject::Import(id) => id.to_string(),
        AuditSubject::Wording(id) => id.to_string(),
    }
}
