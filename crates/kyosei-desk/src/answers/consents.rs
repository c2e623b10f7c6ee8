//! The consent ledger of a record.

use kyosei_app::consents::{DecisionMade, record_consent};
use kyosei_contract::consents::{
    ConsentEntry, ConsentReason, ConsentRecorded, ConsentRequest, ConsentState, WordingText, Wordings,
};
use kyosei_contract::notice::Topic;
use kyosei_contract::{Coded, Failure, Id};
use kyosei_model::{
    Effective, Evidence, Language, NotGiven, Purpose, Scope, Sensitive, Supporter, UnixMillis, Wording,
};

use crate::open::Open;

/// What each purpose allows now.
pub(crate) fn states(record: &Supporter, now: UnixMillis) -> Vec<ConsentState> {
    let state = |purpose: &Purpose| {
        let effective = record.consent(*purpose, Scope::General, now);
        ConsentState { purpose: Coded(*purpose), allowed: effective.is_given(), reason: reason(effective) }
    };
    Purpose::ALL.iter().map(state).collect()
}

/// The ledger, newest first.
pub(crate) fn entries(open: &Open, record: &Supporter) -> Vec<ConsentEntry> {
    let exposed = |text: &Option<Sensitive<String>>| text.as_ref().map(|text| text.expose().clone());
    let entry = |entry: &kyosei_model::Consent| ConsentEntry {
        id: Id(entry.id),
        purpose: Coded(entry.purpose),
        decision: Coded(entry.decision),
        channel: Coded(entry.channel),
        given_at: entry.given_at.get(),
        recorded_at: entry.recorded_at.get(),
        recorded_by: open.member_name(entry.recorded_by),
        wording: entry.wording.text.clone(),
        guardian: exposed(&entry.guardian),
        reason: exposed(&entry.reason),
        expires: entry.expires.map(UnixMillis::get),
    };
    let mut entries: Vec<_> = record.consents.values().map(entry).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.recorded_at, entry.id)));
    entries
}

pub(crate) fn record(open: &mut Open, request: ConsentRequest) -> Result<ConsentRecorded, Failure> {
    let now = open.vault.now();
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty()).map(Sensitive::new);
    let id = open.write(&[Topic::Supporters, Topic::Audit], |writing| {
        let made = DecisionMade {
            purpose: request.purpose.0,
            decision: request.decision.0,
            channel: request.channel.0,
            evidence: Evidence::Heard(writing.context.member),
            given_at: request.given_at.map_or(now, UnixMillis::new),
            scope: Scope::General,
            expires: None,
            guardian: filled(request.guardian),
            reason: filled(request.reason),
        };
        record_consent(writing, request.id.0, made)
    })?;
    Ok(ConsentRecorded { id: Id(id) })
}

/// The newest wording in force of each language.
pub(crate) fn wordings(open: &mut Open) -> Result<Wordings, Failure> {
    let now = open.vault.now();
    let lists = open.vault.register().lists().ok_or_else(|| Failure::new("E-RECORD"))?;
    let newest = |language: Language| {
        let in_force = lists.wordings.values().filter(|wording| wording.version > 0);
        let of_language =
            in_force.filter(|wording| wording.language == language && wording.valid_from <= now);
        of_language.max_by_key(|wording| (wording.valid_from, wording.version, wording.id))
    };
    let text = |wording: &Wording| WordingText {
        version: wording.version,
        language: wording.language.code().to_owned(),
        text: wording.text.clone(),
        valid_from: wording.valid_from.get(),
    };
    let languages = [Language::Ja, Language::EasyJa, Language::En];
    Ok(Wordings { wordings: languages.into_iter().filter_map(newest).map(text).collect() })
}

const fn reason(effective: Effective) -> ConsentReason {
    match effective {
        Effective::Given(_) => ConsentReason::Given,
        Effective::No(NotGiven::Absent) => ConsentReason::Absent,
        Effective::No(NotGiven::Refused(_)) => ConsentReason::Refused,
        Effective::No(NotGiven::Withdrawn(_)) => ConsentReason::Withdrawn,
        Effective::No(NotGiven::Expired(_)) => ConsentReason::Expired,
        Effective::No(NotGiven::GuardianMissing(_)) => ConsentReason::GuardianMissing,
        Effective::No(NotGiven::ImplausibleTime(_)) => ConsentReason::ImplausibleTime,
    }
}
