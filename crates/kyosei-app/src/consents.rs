//! The consent ledger: recording decisions with the exact words that were shown.

use kyosei_model::{
    AgreedWording, AuditAction, AuditSubject, Channel, Consent, ConsentId, Decision, Evidence, Language,
    Purpose, Scope, Sensitive, Supporter, SupporterId, UnixMillis, Wording, WordingId,
};
use sha2::{Digest, Sha256};

use crate::context::fresh;
use crate::writing::{WriteError, Writing};

/// Version of wordings that are not the committee's own texts but questions of imported forms, as their headings say.
pub const FORM_QUESTION_VERSION: u32 = 0;

/// A decision as it reached the committee.
#[derive(Debug, Clone)]
pub struct DecisionMade {
    /// What the data may be used for.
    pub purpose: Purpose,
    /// What was decided.
    pub decision: Decision,
    /// How the decision came.
    pub channel: Channel,
    /// Where the proof is.
    pub evidence: Evidence,
    /// When the person decided.
    pub given_at: UnixMillis,
    /// What it is limited to.
    pub scope: Scope,
    /// First instant at which it no longer holds.
    pub expires: Option<UnixMillis>,
    /// The guardian who agreed for a person under age.
    pub guardian: Option<Sensitive<String>>,
    /// Why the entry was needed, when it answers a wrong one.
    pub reason: Option<Sensitive<String>>,
}

/// Why a decision was not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConsentRefused {
    /// No such supporter, or it was erased or merged.
    #[error("no such supporter")]
    NoSupporter,
    /// There is no wording to record the decision with.
    #[error("no wording in force")]
    NoWording,
    /// The time of the decision lies in the future or before the year 2000.
    #[error("the time of the decision is not plausible")]
    TimeNotPlausible,
    /// The record could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl ConsentRefused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSupporter => "E-SUPPORTER-MISSING",
            Self::NoWording => "E-WORDING-MISSING",
            Self::TimeNotPlausible => "E-TIME-IMPLAUSIBLE",
            Self::Write(_) => "E-RECORD",
        }
    }
}

/// Adds an entry to a supporter's ledger.
///
/// # Errors
/// See [`ConsentRefused`].
pub fn record_consent(
    writing: &mut Writing<'_, '_>,
    id: SupporterId,
    made: DecisionMade,
) -> Result<ConsentId, ConsentRefused> {
    if made.given_at.implausible_at(writing.context.now).is_some() {
        return Err(ConsentRefused::TimeNotPlausible);
    }
    let mut supporter = crate::supporters::present(writing, id)?.ok_or(ConsentRefused::NoSupporter)?;
    let wording = wording_for(writing, &supporter.language)?.ok_or(ConsentRefused::NoWording)?;
    let consent = add_entry(writing, &mut supporter, &wording, made);
    writing.put_supporter(&supporter)?;
    writing.audit(AuditAction::ConsentRecorded, Some(AuditSubject::Consent(consent)), None, None)?;
    Ok(consent)
}

/// The newest wording in force in a language, or else in Japanese. A clock that is behind the first of them takes that
/// first one: a withdrawal must never be refused because of a clock.
pub(crate) fn wording_for(
    writing: &Writing<'_, '_>,
    language: &Language,
) -> Result<Option<Wording>, WriteError> {
    let now = writing.context.now;
    let lists = writing.lists()?;
    let wording = |language: &Language| {
        let all = lists.wordings.values().filter(|wording| wording.version != FORM_QUESTION_VERSION);
        let all = all.filter(|wording| wording.language == *language);
        let age = |wording: &&Wording| (wording.valid_from, wording.version, wording.id);
        let in_force = all.clone().filter(|wording| wording.valid_from <= now).max_by_key(age);
        in_force.or_else(|| all.min_by_key(age)).cloned()
    };
    Ok(wording(language).or_else(|| wording(&Language::Ja)))
}

/// The wording of a question of an imported form: the very words that people answered. It is added to the register's
/// lists if it is not there.
pub(crate) fn form_question(writing: &mut Writing<'_, '_>, heading: &str) -> Result<Wording, WriteError> {
    let mut lists = writing.lists()?.clone();
    let known = lists.wordings.values();
    let same = |wording: &&Wording| wording.version == FORM_QUESTION_VERSION && wording.text == heading;
    if let Some(wording) = known.clone().find(same) {
        return Ok(wording.clone());
    }
    let id = fresh!(writing.context, WordingId);
    let wording = Wording {
        id,
        version: FORM_QUESTION_VERSION,
        language: Language::Ja,
        text: heading.to_owned(),
        valid_from: writing.context.now,
    };
    lists.wordings.insert(id, wording.clone());
    writing.put_lists(lists)?;
    Ok(wording)
}

/// A wording as it stands in a ledger entry.
#[must_use]
pub fn agreed(wording: &Wording) -> AgreedWording {
    AgreedWording {
        id: wording.id,
        sha256: Sha256::digest(wording.canonical_bytes()).into(),
        text: wording.text.clone(),
    }
}

/// Adds an entry after all entries of the same purpose that are there.
pub(crate) fn add_entry(
    writing: &mut Writing<'_, '_>,
    supporter: &mut Supporter,
    wording: &Wording,
    made: DecisionMade,
) -> ConsentId {
    let id = fresh!(writing.context, ConsentId);
    let entry = Consent {
        id,
        subject: supporter.id,
        purpose: made.purpose,
        decision: made.decision,
        wording: agreed(wording),
        channel: made.channel,
        evidence: made.evidence,
        given_at: made.given_at,
        recorded_at: writing.context.now,
        recorded_by: writing.context.member,
        scope: made.scope,
        expires: made.expires,
        guardian: made.guardian,
        reason: made.reason,
        after: supporter.consents_seen(made.purpose),
    };
    supporter.consents.insert(id, entry);
    id
}
