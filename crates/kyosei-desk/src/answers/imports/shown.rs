//! Rows of a preview as the window sees them.

use kyosei_contract::Finding;
use kyosei_contract::imports::{ImportRow, RowCandidate, RowGroup};
use kyosei_intake::datetime::TimeProblem;
use kyosei_intake::duplicates::{Candidate, Holder, Likeness};
use kyosei_intake::preview::{Presence, Preview, PreviewRow};
use kyosei_intake::rows::{ReviewReason, RowOutcome, RowRejection, RowWarning};
use kyosei_intake::table::RowProblem;
use kyosei_model::Implausible;

use crate::answers::duplicates::shown as likeness;
use crate::failures::coded;
use crate::open::Open;
use crate::rows::{row, text_values};

/// A row of the file: one that was read, or one that could not be.
pub(super) enum AnyRow<'p> {
    Read(&'p PreviewRow),
    Problem(&'p RowProblem),
}

/// All rows with their groups, in the order of the file.
pub(super) fn groups(preview: &Preview) -> impl Iterator<Item = (RowGroup, AnyRow<'_>)> {
    let read = preview.rows.iter().map(|row| (row.line, group(row), AnyRow::Read(row)));
    let problems = preview.problems.iter().map(|row| (row.line, RowGroup::Unreadable, AnyRow::Problem(row)));
    let mut all: Vec<_> = read.chain(problems).collect();
    all.sort_by_key(|(line, _, _)| *line);
    all.into_iter().map(|(_, group, row)| (group, row))
}

/// The window's form of a row.
pub(super) fn row_of(open: &Open, group: RowGroup, any: &AnyRow<'_>) -> ImportRow {
    match any {
        AnyRow::Read(row) => read_row(open, group, row),
        AnyRow::Problem(problem) => {
            ImportRow { codes: vec![problem.kind.code().to_owned()], ..empty_row(problem.line, group) }
        }
    }
}

/// What would become of a row if nobody decided; the same order as the sums of the preview.
fn group(row: &PreviewRow) -> RowGroup {
    let is_update = row.candidates.iter().any(|candidate| candidate.likeness == Likeness::SameEmail);
    match (row.presence, &row.outcome) {
        (Presence::AlreadyPresent(_), _) => RowGroup::AlreadyPresent,
        (Presence::Repeated(_), _) => RowGroup::Repeated,
        (Presence::New, RowOutcome::Rejected(_)) => RowGroup::Rejected,
        (Presence::New, RowOutcome::Review(..)) => RowGroup::Review,
        (Presence::New, RowOutcome::Ready(_)) if is_update => RowGroup::Update,
        (Presence::New, RowOutcome::Ready(_)) => RowGroup::New,
    }
}

fn read_row(open: &Open, group: RowGroup, row: &PreviewRow) -> ImportRow {
    let mut shown = empty_row(row.line, group);
    if let Some(draft) = row.outcome.draft() {
        shown.text = text_values(&draft.text);
        shown.held = text_values(&draft.held);
        shown.proposals = text_values(&draft.proposals);
    }
    match &row.outcome {
        RowOutcome::Ready(_) => {}
        RowOutcome::Review(_, reasons) => reasons.iter().for_each(|reason| tell_reason(&mut shown, *reason)),
        RowOutcome::Rejected(reasons) => reasons.iter().for_each(|reason| match reason {
            RowRejection::Value(field, rejection) => shown.findings.push(coded(*field, rejection.code())),
            RowRejection::NoConsent => shown.codes.push("E-NO-CONSENT".to_owned()),
        }),
    }
    row.warnings.iter().for_each(|warning| match warning {
        RowWarning::Value(field, warning) => shown.findings.push(coded(*field, warning.code())),
        RowWarning::UnknownInterest => shown.codes.push("W-INTEREST".to_owned()),
        RowWarning::UnknownOrgType => shown.codes.push("W-ORG-TYPE".to_owned()),
        RowWarning::RepresentativeNotSplit => shown.codes.push("W-REPRESENTATIVE".to_owned()),
    });
    shown.candidates = row.candidates.iter().filter_map(|one| candidate(open, one)).collect();
    shown
}

fn tell_reason(shown: &mut ImportRow, reason: ReviewReason) {
    let code: &str = match reason {
        ReviewReason::Refused(field, rejection) => return tell(shown, coded(field, rejection.code())),
        ReviewReason::Warned(field, warning) => return tell(shown, coded(field, warning.code())),
        ReviewReason::Missing(field) => return tell(shown, coded(field, "E-FIELD-MISSING")),
        ReviewReason::Time(TimeProblem::Unknown) => "E-TIME-UNKNOWN",
        ReviewReason::Time(TimeProblem::Impossible) => "E-TIME-IMPOSSIBLE",
        ReviewReason::Time(TimeProblem::EraEnded { .. }) => "E-TIME-ERA",
        ReviewReason::Time(TimeProblem::Ambiguous) => "E-TIME-AMBIGUOUS",
        ReviewReason::TimeMissing => "E-TIME-MISSING",
        ReviewReason::TimeImplausible(Implausible::Future) => "E-TIME-FUTURE",
        ReviewReason::TimeImplausible(Implausible::TooOld) => "E-TIME-OLD",
        ReviewReason::UnclearConsent(_) => "E-CONSENT-UNCLEAR",
        ReviewReason::NoAnswerToRegister => "E-NO-ANSWER",
        ReviewReason::KindProposed(_) => "W-OTHER-FORM",
    };
    shown.codes.push(code.to_owned());
}

fn tell(shown: &mut ImportRow, finding: Finding) {
    shown.findings.push(finding);
}

fn candidate(open: &Open, candidate: &Candidate) -> Option<RowCandidate> {
    let likeness = likeness(candidate.likeness);
    match candidate.holder {
        Holder::Supporter(id) => {
            let record = open.vault.register().supporter(id)?;
            Some(RowCandidate::Record { row: row(record, open.vault.now()), likeness })
        }
        Holder::Line(line) => Some(RowCandidate::Line { line: line_number(line), likeness }),
    }
}

const fn empty_row(line: u64, group: RowGroup) -> ImportRow {
    ImportRow {
        line: line_number(line),
        group,
        text: Vec::new(),
        held: Vec::new(),
        proposals: Vec::new(),
        findings: Vec::new(),
        codes: Vec::new(),
        candidates: Vec::new(),
    }
}

/// Files have far fewer lines than this type holds: the reader's limits see to it.
const fn line_number(line: u64) -> u32 {
    if line > u32::MAX as u64 { u32::MAX } else { line as u32 }
}
