//! A row of a table to a draft of a supporter, with what a person must decide.
//!
//! Each cell goes through [`kyosei_model::validate`], as a typed form does. A draft without doubts is *ready*; one
//! with open questions waits for *review* with the refused values beside it; a row that must not be stored is
//! *rejected*. Numbers that the register must not hold are dropped here and stand nowhere in the outcome. What a
//! draft becomes (new record, update, nothing) is decided in [`preview`](crate::preview) and by people.

use std::collections::{BTreeMap, BTreeSet};

use hmac::{Hmac, KeyInit, Mac};
use kyosei_model::{
    Decision, Field, Implausible, Interest, OrgType, PublicName, Purpose, Rejection, Sensitive, Source,
    SupporterKind, UnixMillis, Warning, validate,
};
use sha2::Sha256;

use crate::datetime::{DayMonthOrder, TimeProblem, parse_time};
use crate::mapping::{Answer, Mapping, Target};
use crate::table::Row;

mod choices;
mod split;

/// What a row says about a supporter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Person or organisation.
    pub kind: SupporterKind,
    /// When the form was sent; none when the file does not say or cannot be believed.
    pub submitted_at: Option<UnixMillis>,
    /// Accepted values.
    pub text: BTreeMap<Field, Sensitive<String>>,
    /// Values that were refused, for a person to mend. Never stored as they are.
    pub held: BTreeMap<Field, Sensitive<String>>,
    /// Values that the supporter may have meant.
    pub proposals: BTreeMap<Field, Sensitive<String>>,
    /// Activities of interest.
    pub interests: BTreeSet<Interest>,
    /// Legal form.
    pub org_type: Option<OrgType>,
    /// In which form the name may be published.
    pub public_name: PublicName,
    /// Answers to questions of consent; a blank cell is no answer.
    pub answers: BTreeMap<Purpose, Decision>,
}

/// Something to look at that does not keep a row back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowWarning {
    /// About a value.
    Value(Field, Warning),
    /// An activity that is not on the list; it is not stored.
    UnknownInterest,
    /// A legal form that is not on the list; it is not stored.
    UnknownOrgType,
    /// Title and name of the representative could not be told apart; both stand in the name.
    RepresentativeNotSplit,
}

/// Why a row waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReviewReason {
    /// A value was refused.
    Refused(Field, Rejection),
    /// A value has a warning that needs a decision.
    Warned(Field, Warning),
    /// A required value is missing.
    Missing(Field),
    /// The time cannot be read.
    Time(TimeProblem),
    /// The cell of the time is blank.
    TimeMissing,
    /// The time cannot be true.
    TimeImplausible(Implausible),
    /// An answer that is neither a listed yes nor a listed no.
    UnclearConsent(Purpose),
    /// No answer to whether the data may be kept at all.
    NoAnswerToRegister,
    /// The row seems to belong to the other form.
    KindProposed(SupporterKind),
}

/// Why a row is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowRejection {
    /// A value that no honest form has: control characters, disguised text, injected lines.
    Value(Field, Rejection),
    /// The supporter did not agree that the data is kept.
    NoConsent,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome {
    /// Can be taken as it is.
    Ready(Draft),
    /// Waits for a person.
    Review(Draft, Vec<ReviewReason>),
    /// Is not taken.
    Rejected(Vec<RowRejection>),
}

impl RowOutcome {
    /// The draft, unless the row was rejected.
    pub const fn draft(&self) -> Option<&Draft> {
        match self {
            Self::Ready(draft) | Self::Review(draft, _) => Some(draft),
            Self::Rejected(_) => None,
        }
    }
}

/// How the rows of one file are read.
pub(crate) struct RowReader<'a> {
    mapping: &'a Mapping,
    positions: BTreeMap<usize, Target>,
    order: Option<DayMonthOrder>,
    source: Source,
    now: UnixMillis,
}

/// What is collected while a row is read.
struct Reading {
    draft: Draft,
    warnings: Vec<RowWarning>,
    reasons: Vec<ReviewReason>,
    rejections: Vec<RowRejection>,
}

impl<'a> RowReader<'a> {
    /// Prepares reading rows with these headings.
    pub(crate) fn new(
        mapping: &'a Mapping,
        header: &[String],
        order: Option<DayMonthOrder>,
        source: Source,
        now: UnixMillis,
    ) -> Self {
        Self { mapping, positions: mapping.positions(header), order, source, now }
    }

    /// Reads one row.
    pub(crate) fn read(&self, row: &Row) -> (RowOutcome, Vec<RowWarning>) {
        let mut reading = Reading::new(self.mapping.form);
        for (index, target) in &self.positions {
            let cell = row.cells.get(*index).map_or("", String::as_str);
            self.read_cell(&mut reading, *target, cell);
        }
        self.check_whole(&mut reading);
        reading.finish()
    }

    fn read_cell(&self, reading: &mut Reading, target: Target, cell: &str) {
        match target {
            Target::Text(field) => reading.put(field, cell),
            Target::SubmittedAt => self.read_time(reading, cell),
            Target::Interests => {
                let (interests, unknown) = choices::interests(cell);
                reading.draft.interests.extend(interests);
                reading.warn_if(unknown, RowWarning::UnknownInterest);
            }
            Target::OrgType => {
                reading.draft.org_type = choices::org_type(cell);
                let unknown = !cell.trim().is_empty() && reading.draft.org_type.is_none();
                reading.warn_if(unknown, RowWarning::UnknownOrgType);
            }
            Target::Consent(purpose) => self.read_answer(reading, purpose, cell),
            Target::WholeAddress => {
                for (field, part) in split::address(cell) {
                    reading.put(field, part);
                }
            }
            Target::TitleAndRepresentative => match split::title_and_name(cell) {
                Some((title, name)) => {
                    reading.put(Field::RepresentativeTitle, title);
                    reading.put(Field::RepresentativeName, name);
                }
                None => {
                    reading.put(Field::RepresentativeName, cell);
                    reading.warn_if(!cell.trim().is_empty(), RowWarning::RepresentativeNotSplit);
                }
            },
        }
    }

    fn read_time(&self, reading: &mut Reading, cell: &str) {
        if cell.trim().is_empty() {
            reading.reasons.push(ReviewReason::TimeMissing);
            return;
        }
        match parse_time(cell, self.order) {
            Ok(time) => match time.implausible_at(self.now) {
                None => reading.draft.submitted_at = Some(time),
                Some(implausible) => reading.reasons.push(ReviewReason::TimeImplausible(implausible)),
            },
            Err(problem) => reading.reasons.push(ReviewReason::Time(problem)),
        }
    }

    fn read_answer(&self, reading: &mut Reading, purpose: Purpose, cell: &str) {
        match self.mapping.answer(cell) {
            Answer::Given => {
                reading.draft.answers.insert(purpose, Decision::Given);
                if purpose == Purpose::PublishName {
                    reading.draft.public_name = PublicName::Name;
                }
            }
            Answer::Refused if purpose == Purpose::Register => {
                reading.rejections.push(RowRejection::NoConsent)
            }
            Answer::Refused => {
                reading.draft.answers.insert(purpose, Decision::Refused);
            }
            Answer::Blank if purpose == Purpose::Register => {
                reading.reasons.push(ReviewReason::NoAnswerToRegister);
            }
            Answer::Blank => {}
            Answer::Unclear => reading.reasons.push(ReviewReason::UnclearConsent(purpose)),
        }
    }

    fn check_whole(&self, reading: &mut Reading) {
        let draft = &reading.draft;
        let missing = |field: &Field| {
            field.required_for(draft.kind, self.source)
                && !draft.text.contains_key(field)
                && !reading
                    .reasons
                    .iter()
                    .any(|r| matches!(r, ReviewReason::Refused(refused, _) if refused == field))
        };
        let missing: Vec<Field> = Field::ALL.iter().copied().filter(missing).collect();
        let proposed = choices::other_kind(draft);
        reading.reasons.extend(missing.into_iter().map(ReviewReason::Missing));
        reading.reasons.extend(proposed.map(ReviewReason::KindProposed));
    }
}

impl Reading {
    const fn new(kind: SupporterKind) -> Self {
        let draft = Draft {
            kind,
            submitted_at: None,
            text: BTreeMap::new(),
            held: BTreeMap::new(),
            proposals: BTreeMap::new(),
            interests: BTreeSet::new(),
            org_type: None,
            public_name: PublicName::No,
            answers: BTreeMap::new(),
        };
        Self { draft, warnings: Vec::new(), reasons: Vec::new(), rejections: Vec::new() }
    }

    fn warn_if(&mut self, holds: bool, warning: RowWarning) {
        if holds {
            self.warnings.push(warning);
        }
    }

    /// Takes a value, or notes why not. A blank cell is no value.
    fn put(&mut self, field: Field, cell: &str) {
        if cell.trim().is_empty() {
            return;
        }
        match validate(field, cell) {
            Ok(accepted) => {
                for warning in accepted.warnings {
                    if warning.needs_review() {
                        self.reasons.push(ReviewReason::Warned(field, warning));
                    } else {
                        self.warnings.push(RowWarning::Value(field, warning));
                    }
                }
                if let Some(proposal) = accepted.proposal {
                    self.draft.proposals.insert(field, proposal);
                }
                self.draft.text.insert(field, accepted.value);
            }
            Err(rejection) => self.refuse(field, cell, rejection),
        }
    }

    fn refuse(&mut self, field: Field, cell: &str, rejection: Rejection) {
        match rejection {
            Rejection::Control | Rejection::Bidi | Rejection::EmailLineBreak => {
                self.rejections.push(RowRejection::Value(field, rejection));
            }
            // The number itself is kept nowhere, not even for the review.
            Rejection::MyNumber | Rejection::CardNumber => {
                self.reasons.push(ReviewReason::Refused(field, rejection));
            }
            Rejection::Empty
            | Rejection::TooLong
            | Rejection::EmailTwo
            | Rejection::EmailAt
            | Rejection::EmailLocal
            | Rejection::EmailDomain
            | Rejection::EmailScheme
            | Rejection::TelScientific => {
                self.reasons.push(ReviewReason::Refused(field, rejection));
                self.draft.held.insert(field, Sensitive::new(String::from(cell)));
            }
        }
    }

    fn finish(self) -> (RowOutcome, Vec<RowWarning>) {
        let outcome = if !self.rejections.is_empty() {
            RowOutcome::Rejected(self.rejections)
        } else if !self.reasons.is_empty() {
            RowOutcome::Review(self.draft, self.reasons)
        } else {
            RowOutcome::Ready(self.draft)
        };
        (outcome, self.warnings)
    }
}

/// The hash by which the same row is known again: HMAC-SHA-256 (RFC 2104) over its decoded cells, empty ones at the end
/// left out, so that a column added later does not make every row a new one.
pub fn row_hash(key: &[u8; 32], cells: &[String]) -> [u8; 32] {
    // RFC 2104 §2 fills a short key with zeros up to the block of the hash.
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let used = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(b"kyosei row v1\n");
    for cell in cells.iter().take(used) {
        mac.update(&(cell.len() as u64).to_be_bytes());
        mac.update(cell.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;
