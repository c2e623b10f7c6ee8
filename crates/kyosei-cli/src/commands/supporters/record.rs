//! One record in full.

use std::collections::BTreeMap;

use kyosei_model::{Consent, Effective, NotGiven, Purpose, Scope, Supporter, UnixMillis};
use serde::Serialize;

use crate::locale::Lang;

#[derive(Serialize)]
pub struct RecordReport {
    id: String,
    kind: &'static str,
    status: &'static str,
    source: &'static str,
    language: String,
    submitted_at: String,
    received_at: String,
    email_state: &'static str,
    contact_preference: &'static str,
    public_name: &'static str,
    org_type: Option<&'static str>,
    interests: Vec<&'static str>,
    tags: Vec<String>,
    fields: BTreeMap<&'static str, String>,
    allowed: BTreeMap<&'static str, bool>,
    consents: Vec<ConsentReport>,
}

#[derive(Serialize)]
pub struct ConsentReport {
    id: String,
    purpose: &'static str,
    decision: &'static str,
    channel: &'static str,
    given_at: String,
    recorded_at: String,
    wording: String,
    wording_sha256: String,
}

/// The record for programs.
pub fn report(supporter: &Supporter, now: UnixMillis) -> RecordReport {
    RecordReport {
        id: supporter.id.to_string(),
        kind: supporter.kind.code(),
        status: supporter.status.code(),
        source: supporter.source.code(),
        language: supporter.language.code().to_owned(),
        submitted_at: supporter.submitted_at.to_string(),
        received_at: supporter.received_at.to_string(),
        email_state: supporter.email_state.code(),
        contact_preference: supporter.contact_preference.code(),
        public_name: supporter.public_name.code(),
        org_type: supporter.org_type.map(|kind| kind.code()),
        interests: supporter.interests.iter().map(|one| one.code()).collect(),
        tags: supporter.tags.iter().map(|tag| tag.expose().clone()).collect(),
        fields: supporter.text.iter().map(|(field, value)| (field.code(), value.expose().clone())).collect(),
        allowed: allowed(supporter, now).into_iter().map(|(purpose, yes)| (purpose.code(), yes)).collect(),
        consents: supporter.consents.values().map(consent).collect(),
    }
}

/// An entry of the ledger for programs.
pub fn consent(entry: &Consent) -> ConsentReport {
    ConsentReport {
        id: entry.id.to_string(),
        purpose: entry.purpose.code(),
        decision: entry.decision.code(),
        channel: entry.channel.code(),
        given_at: entry.given_at.to_string(),
        recorded_at: entry.recorded_at.to_string(),
        wording: entry.wording.text.clone(),
        wording_sha256: entry.wording.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

/// The record for people.
pub fn human(supporter: &Supporter, now: UnixMillis, lang: Lang) -> String {
    let mut text = format!(
        "{}  {}  {}\n",
        supporter.id,
        lang.label(supporter.kind.label_ja(), supporter.kind.label_en()),
        lang.label(supporter.status.label_ja(), supporter.status.label_en()),
    );
    for (field, value) in &supporter.text {
        let label = lang.label(field.label_ja(), field.label_en());
        text.push_str(&format!("  {label}: {}\n", value.expose().replace('\n', "\n    ")));
    }
    let interests: Vec<&str> =
        supporter.interests.iter().map(|one| lang.label(one.label_ja(), one.label_en())).collect();
    if !interests.is_empty() {
        let label = lang.pick("関心", "きょうみ", "Interests");
        text.push_str(&format!("  {label}: {}\n", interests.join("、")));
    }
    for (purpose, yes) in allowed(supporter, now) {
        let label = lang.label(purpose.label_ja(), purpose.label_en());
        text.push_str(&format!("  {} {label}\n", if yes { "○" } else { "×" }));
    }
    text
}

/// The ledger for people.
pub fn ledger(supporter: &Supporter, lang: Lang) -> String {
    let mut entries: Vec<&Consent> = supporter.consents.values().collect();
    entries.sort_by_key(|entry| (entry.given_at, entry.id));
    let line = |entry: &&Consent| {
        format!(
            "{}  {}  {}  {}\n    {}\n",
            entry.given_at,
            lang.label(entry.purpose.label_ja(), entry.purpose.label_en()),
            lang.label(entry.decision.label_ja(), entry.decision.label_en()),
            lang.label(entry.channel.label_ja(), entry.channel.label_en()),
            entry.wording.text,
        )
    };
    entries.iter().map(line).collect()
}

/// The purposes that were ever decided about, and whether each is allowed now.
fn allowed(supporter: &Supporter, now: UnixMillis) -> Vec<(Purpose, bool)> {
    let decided = |purpose: &Purpose| match supporter.consent(*purpose, Scope::General, now) {
        Effective::Given(_) => Some((*purpose, true)),
        Effective::No(NotGiven::Absent) => None,
        Effective::No(_) => Some((*purpose, false)),
    };
    Purpose::ALL.iter().filter_map(decided).collect()
}
