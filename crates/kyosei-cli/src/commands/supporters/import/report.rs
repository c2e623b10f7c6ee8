//! What there is to say of an import, for programs.

use std::collections::BTreeMap;

use kyosei_app::imports::{Decisions, Imported, RowDecision};
use kyosei_intake::duplicates::{Candidate, Holder, Likeness};
use kyosei_intake::preview::{Counts, Presence, Preview, PreviewRow};
use kyosei_intake::rows::{ReviewReason, RowOutcome, RowRejection};
use kyosei_intake::table::RowProblem;
use serde::Serialize;

use super::super::super::imports::Fate;
use super::super::list::likeness_code;

/// An import, or its preview.
#[derive(Serialize)]
pub struct ImportReport {
    /// Its id, unless it was a dry run.
    pub import: Option<String>,
    /// Whether nothing was saved.
    pub dry_run: bool,
    /// How the file was read.
    pub encoding: &'static str,
    /// For which form.
    pub form: &'static str,
    /// What the file holds; every row is counted once.
    pub counts: CountsReport,
    /// What was saved.
    pub saved: SavedReport,
    /// Headings of columns that are not stored.
    pub not_stored_columns: Vec<String>,
    /// Purposes that the file does not ask about.
    pub purposes_not_asked: Vec<&'static str>,
    /// Rows about which there is something to say.
    pub rows: Vec<RowReport>,
    /// Agreements that an earlier no overrules.
    pub still_closed: Vec<ClosedReport>,
    /// The column mapping in use, as TOML.
    pub mapping: String,
}

/// How many rows came to what.
#[derive(Serialize)]
pub struct CountsReport {
    /// Become new records.
    pub new: usize,
    /// Have the address of a record, or of a row above.
    pub updates: usize,
    /// Are known from an earlier import.
    pub already_present: usize,
    /// Stand twice in the file.
    pub repeated: usize,
    /// Wait for a person.
    pub review: usize,
    /// Are not taken.
    pub rejected: usize,
    /// Cannot be read at all.
    pub unreadable: usize,
}

/// How many records were written.
#[derive(Serialize, Default)]
pub struct SavedReport {
    /// New ones.
    pub created: usize,
    /// Changed ones.
    pub updated: usize,
}

/// One row.
#[derive(Serialize)]
pub struct RowReport {
    /// Its line in the file.
    pub line: u64,
    /// What the reading found.
    pub state: State,
    /// What became of it, unless nothing was saved.
    pub fate: Option<Fate>,
    /// Why, as codes.
    pub reasons: Vec<Reason>,
    /// What it looks like.
    pub candidates: Vec<CandidateReport>,
}

/// What the reading found about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Can be taken, and may be the same as a record or a row above.
    Like,
    /// Has the address of a record or of a row above: an update is proposed.
    KnownAddress,
    /// Stands above in the file.
    Repeated,
    /// Waits for a person.
    Review,
    /// Is not taken.
    Rejected,
    /// Is not a row of the table.
    Unreadable,
    /// Can be taken as it is.
    Ready,
}

/// Why a row is not simply taken.
#[derive(Serialize)]
pub struct Reason {
    /// What it is about: a field, a purpose, a form.
    pub about: Option<&'static str>,
    /// The code.
    pub code: &'static str,
    /// Words of the model in Japanese and English, for codes of values.
    #[serde(skip)]
    pub words: Option<(&'static str, &'static str)>,
    /// Words for what it is about.
    #[serde(skip)]
    pub about_words: Option<(&'static str, &'static str)>,
}

/// A record or row that may be the same supporter.
#[derive(Serialize)]
pub struct CandidateReport {
    /// Id of the record.
    pub record: Option<String>,
    /// Line of the row.
    pub line: Option<u64>,
    /// How strongly.
    pub likeness: &'static str,
    /// The likeness itself, for its words.
    #[serde(skip)]
    pub kind: Likeness,
}

/// An agreement that was not taken over.
#[derive(Serialize)]
pub struct ClosedReport {
    /// Line of the file.
    pub line: u64,
    /// What stays closed.
    pub purpose: &'static str,
}

impl ImportReport {
    /// The report of a dry run.
    pub fn of_preview(preview: &Preview) -> Self {
        Self::of(preview, &BTreeMap::new())
    }

    /// The report of an import.
    pub fn of_import(preview: &Preview, imported: &Imported) -> Self {
        let fates: BTreeMap<u64, Fate> =
            imported.batch.rows.iter().map(|row| (row.line, Fate::of(&row.fate))).collect();
        let count = |wanted: Fate| fates.values().filter(|fate| **fate == wanted).count();
        let saved = SavedReport { created: count(Fate::Created), updated: count(Fate::Updated) };
        let closed = imported.still_closed.iter();
        Self {
            import: Some(imported.batch.id.to_string()),
            dry_run: false,
            saved,
            still_closed: closed
                .map(|closed| ClosedReport { line: closed.line, purpose: closed.purpose.code() })
                .collect(),
            ..Self::of(preview, &fates)
        }
    }

    /// Whether rows of the file were left out, or would be, without anyone having decided so.
    pub fn is_part(&self, decisions: &Decisions) -> bool {
        let skipped = |row: &RowReport| decisions.rows.get(&row.line) == Some(&RowDecision::Skip);
        self.rows.iter().filter(|row| !skipped(row)).any(|row| match row.fate {
            Some(fate) => {
                matches!(fate, Fate::Review | Fate::Rejected | Fate::Unreadable | Fate::Suppressed)
            }
            None => matches!(row.state, State::Review | State::Rejected | State::Unreadable),
        })
    }

    fn of(preview: &Preview, fates: &BTreeMap<u64, Fate>) -> Self {
        let rows = preview.rows.iter().filter_map(|row| row_report(row, fates.get(&row.line).copied()));
        let problems = preview.problems.iter().map(|one| problem(one, fates.get(&one.line).copied()));
        let mut rows: Vec<RowReport> = rows.chain(problems).collect();
        rows.sort_by_key(|row| row.line);
        Self {
            import: None,
            dry_run: true,
            encoding: preview.encoding.code(),
            form: preview.mapping.form.code(),
            counts: CountsReport::from(preview.counts),
            saved: SavedReport::default(),
            not_stored_columns: preview.mapping.not_stored().into_iter().map(str::to_owned).collect(),
            purposes_not_asked: preview.purposes_without_column.iter().map(|one| one.code()).collect(),
            rows,
            still_closed: Vec::new(),
            mapping: preview.mapping.to_toml(),
        }
    }
}

impl From<Counts> for CountsReport {
    fn from(counts: Counts) -> Self {
        Self {
            new: counts.new,
            updates: counts.updates,
            already_present: counts.already_present,
            repeated: counts.repeated,
            review: counts.review,
            rejected: counts.rejected,
            unreadable: counts.unreadable,
        }
    }
}

fn problem(problem: &RowProblem, fate: Option<Fate>) -> RowReport {
    let reason = Reason::of(problem.kind.code());
    RowReport {
        line: problem.line,
        state: State::Unreadable,
        fate,
        reasons: vec![reason],
        candidates: Vec::new(),
    }
}

/// A row about which there is something to say.
fn row_report(row: &PreviewRow, fate: Option<Fate>) -> Option<RowReport> {
    let candidates: Vec<CandidateReport> = row.candidates.iter().map(candidate).collect();
    let (state, reasons) = match (row.presence, &row.outcome) {
        (Presence::AlreadyPresent(_), _) => return None,
        (Presence::Repeated(_), _) => (State::Repeated, Vec::new()),
        (Presence::New, RowOutcome::Rejected(reasons)) => {
            (State::Rejected, reasons.iter().map(rejection).collect())
        }
        (Presence::New, RowOutcome::Review(_, reasons)) => {
            (State::Review, reasons.iter().map(review).collect())
        }
        (Presence::New, RowOutcome::Ready(_)) => (state_of_ready(row), Vec::new()),
    };
    let is_plain = state == State::Ready && matches!(fate, None | Some(Fate::Created));
    (!is_plain).then_some(RowReport { line: row.line, state, fate, reasons, candidates })
}

fn state_of_ready(row: &PreviewRow) -> State {
    if row.candidates.iter().any(|candidate| candidate.likeness == Likeness::SameEmail) {
        State::KnownAddress
    } else if row.candidates.is_empty() {
        State::Ready
    } else {
        State::Like
    }
}

fn candidate(candidate: &Candidate) -> CandidateReport {
    let (record, line) = match candidate.holder {
        Holder::Supporter(id) => (Some(id.to_string()), None),
        Holder::Line(line) => (None, Some(line)),
    };
    CandidateReport { record, line, likeness: likeness_code(candidate.likeness), kind: candidate.likeness }
}

impl Reason {
    const fn of(code: &'static str) -> Self {
        Self { about: None, code, words: None, about_words: None }
    }

    const fn about(mut self, code: &'static str, ja: &'static str, en: &'static str) -> Self {
        self.about = Some(code);
        self.about_words = Some((ja, en));
        self
    }

    const fn said(mut self, ja: &'static str, en: &'static str) -> Self {
        self.words = Some((ja, en));
        self
    }
}

fn rejection(reason: &RowRejection) -> Reason {
    match reason {
        RowRejection::Value(field, why) => Reason::of(why.code())
            .about(field.code(), field.label_ja(), field.label_en())
            .said(why.label_ja(), why.label_en()),
        RowRejection::NoConsent => Reason::of("E-CONSENT-MISSING"),
    }
}

fn review(reason: &ReviewReason) -> Reason {
    match reason {
        ReviewReason::Refused(field, why) => Reason::of(why.code())
            .about(field.code(), field.label_ja(), field.label_en())
            .said(why.label_ja(), why.label_en()),
        ReviewReason::Warned(field, why) => Reason::of(why.code())
            .about(field.code(), field.label_ja(), field.label_en())
            .said(why.label_ja(), why.label_en()),
        ReviewReason::Missing(field) => Reason::of("E-FIELD-MISSING")
            .about(field.code(), field.label_ja(), field.label_en())
            .said("ありません", "missing"),
        ReviewReason::Time(problem) => Reason::of(problem.code()),
        ReviewReason::TimeMissing => Reason::of("E-TIME-MISSING"),
        ReviewReason::TimeImplausible(_) => Reason::of("E-TIME-IMPLAUSIBLE")
            .said("日時が未来か、古すぎます", "the time lies in the future or is too old"),
        ReviewReason::UnclearConsent(purpose) => {
            Reason::of("E-CONSENT-UNCLEAR").about(purpose.code(), purpose.label_ja(), purpose.label_en())
        }
        ReviewReason::NoAnswerToRegister => Reason::of("E-CONSENT-MISSING"),
        ReviewReason::KindProposed(kind) => {
            Reason::of("W-OTHER-FORM").about(kind.code(), kind.label_ja(), kind.label_en())
        }
    }
}
