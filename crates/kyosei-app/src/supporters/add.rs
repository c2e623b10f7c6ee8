//! Registering a supporter by hand: from paper, telephone or a partner.

use std::collections::BTreeSet;

use kyosei_model::{
    AuditAction, AuditSubject, Channel, Decision, EmailState, Evidence, Field, Inconsistency, Interest,
    Language, OrgType, Purpose, Scope, Source, Status, Supporter, SupporterId, SupporterKind,
};

use super::edit::{FieldFinding, put_text};
use crate::consents::{DecisionMade, add_entry, wording_for};
use crate::context::fresh;
use crate::suppress::suppressions_of;
use crate::writing::{WriteError, Writing};

/// What is known of a new supporter.
#[derive(Debug, Clone)]
pub struct NewSupporter {
    /// Person or organisation.
    pub kind: SupporterKind,
    /// How the registration came.
    pub source: Source,
    /// Text fields as typed.
    pub text: Vec<(Field, String)>,
    /// What the supporter cares about.
    pub interests: BTreeSet<Interest>,
    /// Legal form, of organisations.
    pub org_type: Option<OrgType>,
    /// Language in which the supporter wants to be addressed.
    pub language: Language,
    /// Decisions, purpose by purpose; a purpose that is not named was not asked.
    pub decisions: Vec<(Purpose, Decision)>,
}

/// A new record.
#[derive(Debug, Clone)]
pub struct Added {
    /// Its id.
    pub id: SupporterId,
    /// What to look at; nothing of it kept the record from being saved.
    pub findings: Vec<FieldFinding>,
    /// Whether the address is suppressed: the record is kept, but gets no mail.
    pub is_suppressed: bool,
}

/// Why a record was not saved. Nothing of it was stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddRefused {
    /// Values that cannot be stored.
    #[error("some values cannot be stored")]
    Values(Vec<FieldFinding>),
    /// Required fields are missing.
    #[error("required fields are missing")]
    Missing(Vec<Field>),
    /// Parts do not fit together.
    #[error("parts of the record do not fit together")]
    Inconsistent(Vec<Inconsistency>),
    /// The person did not agree to be registered (purpose P1).
    #[error("no consent to be registered")]
    NoConsent,
    /// No wording to record the decisions with.
    #[error("no wording in force")]
    NoWording,
    /// The record could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl AddRefused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Values(_) => "E-VALUES",
            Self::Missing(_) => "E-FIELD-MISSING",
            Self::Inconsistent(_) => "E-INCONSISTENT",
            Self::NoConsent => "E-CONSENT-MISSING",
            Self::NoWording => "E-WORDING-MISSING",
            Self::Write(_) => "E-RECORD",
        }
    }
}

/// Saves a new supporter.
///
/// # Errors
/// See [`AddRefused`].
pub fn add_supporter(writing: &mut Writing<'_, '_>, new: NewSupporter) -> Result<Added, AddRefused> {
    if !new.decisions.contains(&(Purpose::Register, Decision::Given)) {
        return Err(AddRefused::NoConsent);
    }
    let now = writing.context.now;
    let id = fresh!(writing.context, SupporterId);
    let mut supporter = Supporter::new(id, new.kind, new.source, now);
    supporter.status = Status::Active;
    supporter.entered_by = Some(writing.context.member);
    supporter.language = new.language;
    supporter.interests = new.interests;
    supporter.org_type = new.org_type;
    let findings = fill(&mut supporter, new.text)?;
    check(&supporter)?;
    let is_suppressed = match supporter.get(Field::Email) {
        Some(email) => !suppressions_of(writing.lists()?, email).is_empty(),
        None => false,
    };
    let wording = wording_for(writing, &supporter.language)?.ok_or(AddRefused::NoWording)?;
    for (purpose, decision) in new.decisions {
        let made = DecisionMade {
            purpose,
            decision,
            channel: channel_of(new.source),
            evidence: Evidence::Heard(writing.context.member),
            given_at: now,
            scope: Scope::General,
            expires: None,
            guardian: None,
            reason: None,
        };
        add_entry(writing, &mut supporter, &wording, made);
    }
    writing.put_supporter(&supporter)?;
    writing.audit(AuditAction::SupporterAdded, Some(AuditSubject::Supporter(id)), None, None)?;
    Ok(Added { id, findings, is_suppressed })
}

/// Whether required fields are there and the parts fit together.
pub(super) fn check(supporter: &Supporter) -> Result<(), AddRefused> {
    let missing = supporter.missing_required();
    if !missing.is_empty() {
        return Err(AddRefused::Missing(missing));
    }
    let inconsistencies = supporter.inconsistencies();
    if inconsistencies.is_empty() { Ok(()) } else { Err(AddRefused::Inconsistent(inconsistencies)) }
}

fn fill(supporter: &mut Supporter, text: Vec<(Field, String)>) -> Result<Vec<FieldFinding>, AddRefused> {
    let mut findings = Vec::new();
    let mut refused = Vec::new();
    for (field, value) in text {
        match put_text(supporter, field, &value) {
            Ok(found) => findings.extend(found),
            Err(finding) => refused.push(finding),
        }
    }
    if supporter.text.contains_key(&Field::Email) {
        supporter.email_state = EmailState::Unconfirmed;
    }
    if refused.is_empty() { Ok(findings) } else { Err(AddRefused::Values(refused)) }
}

/// The way of a decision that came together with a registration from this source.
pub(crate) const fn channel_of(source: Source) -> Channel {
    match source {
        Source::Page => Channel::Page,
        Source::Kiosk => Channel::Kiosk,
        Source::Qr => Channel::Qr,
        Source::Paper => Channel::Paper,
        Source::GoogleCsv | Source::Csv => Channel::Import,
        Source::Phone => Channel::Phone,
        Source::Partner => Channel::Partner,
    }
}
