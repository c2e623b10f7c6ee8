//! The import itself.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use kyosei_intake::mapping::Target;
use kyosei_intake::preview::{Preview, PreviewRow, Progress};
use kyosei_intake::rows::Draft;
use kyosei_model::{
    AddressTag, AuditAction, AuditSubject, Channel, Decision, Effective, EmailState, Evidence, Field,
    ImportBatch, ImportId, ImportedRow, NotGiven, Purpose, RowFate, Scope, Sensitive, Source, Status,
    Supporter, SupporterId, SuppressionReason, Wording, validate,
};

use super::decide::{Decisions, Deed};
use super::fingerprint_text;
use crate::consents::{DecisionMade, add_entry, form_question};
use crate::context::fresh;
use crate::supporters::present;
use crate::suppress::{address_tag, suppressed_tags};
use crate::writing::{WriteError, Writing};

/// Rows between two reports of progress.
const PROGRESS_ROWS: usize = 50;

/// The file that is imported.
#[derive(Debug, Clone)]
pub struct ImportedFile {
    /// Its name, without folders.
    pub name: Sensitive<String>,
    /// How the registrations reached the committee.
    pub source: Source,
}

/// A row of someone who had said no: the row was taken, the no stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StillClosed {
    /// Line of the file.
    pub line: u64,
    /// What stays closed.
    pub purpose: Purpose,
}

/// The outcome of an import.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The import, with what became of each row.
    pub batch: ImportBatch,
    /// Rows whose agreement was not taken over.
    pub still_closed: Vec<StillClosed>,
}

/// Why nothing was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImportRefused {
    /// A decision names a record that does not exist.
    #[error("the decision about line {line} names no supporter of this kind")]
    NoSupporter {
        /// Line of the file.
        line: u64,
    },
    /// The import was stopped; nothing was saved.
    #[error("the import was stopped")]
    Cancelled,
    /// A record could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl ImportRefused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSupporter { .. } => "E-SUPPORTER-MISSING",
            Self::Cancelled => "E-CANCELLED",
            Self::Write(_) => "E-RECORD",
        }
    }
}

struct Importing<'p> {
    id: ImportId,
    file: &'p ImportedFile,
    questions: BTreeMap<Purpose, Wording>,
    suppressed: BTreeMap<AddressTag, SuppressionReason>,
    still_closed: Vec<StillClosed>,
}

/// Imports a preview as it was decided.
///
/// # Errors
/// See [`ImportRefused`].
pub fn import_registrations(
    writing: &mut Writing<'_, '_>,
    file: &ImportedFile,
    preview: &Preview,
    decisions: &Decisions,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Imported, ImportRefused> {
    let mut importing = Importing {
        id: fresh!(writing.context, ImportId),
        file,
        questions: questions(writing, preview)?,
        suppressed: suppressed_tags(writing.lists()?),
        still_closed: Vec::new(),
    };
    let total = preview.rows.len();
    let mut rows = Vec::with_capacity(total);
    for (done, row) in preview.rows.iter().enumerate() {
        if done % PROGRESS_ROWS == 0 && progress(Progress { done, total }).is_break() {
            return Err(ImportRefused::Cancelled);
        }
        let fate = importing.take(writing, row, &decisions.deed(row))?;
        rows.push(ImportedRow { line: row.line, row_hash: row.row_hash, fate });
    }
    rows.extend(preview.problems.iter().map(|problem| ImportedRow {
        line: problem.line,
        row_hash: [0; 32],
        fate: RowFate::Unreadable(problem.kind.code().to_owned()),
    }));
    rows.sort_by_key(|row| row.line);
    let batch = ImportBatch {
        id: importing.id,
        file_name: file.name.clone(),
        sha256: preview.sha256,
        encoding: preview.encoding,
        form: preview.mapping.form,
        header_map: header_map(preview),
        at: writing.context.now,
        by: writing.context.member,
        rows,
        undone: None,
    };
    writing.put_import(&batch)?;
    remember_mapping(writing, preview)?;
    let count = u64::try_from(batch.created().count()).unwrap_or(u64::MAX);
    writing.audit(AuditAction::Imported, Some(AuditSubject::Import(batch.id)), None, Some(count))?;
    Ok(Imported { batch, still_closed: importing.still_closed })
}

impl Importing<'_> {
    fn take(
        &mut self,
        writing: &mut Writing<'_, '_>,
        row: &PreviewRow,
        deed: &Deed,
    ) -> Result<RowFate, ImportRefused> {
        Ok(match (deed, row.outcome.draft()) {
            (Deed::AlreadyPresent(id), _) => RowFate::AlreadyPresent(*id),
            (Deed::Repeated(line), _) => RowFate::RepeatedLine(*line),
            (Deed::Rejected(codes), _) => RowFate::Rejected(codes.clone()),
            (Deed::NoConsent, _) => RowFate::Rejected(Vec::new()),
            (Deed::Create(values), Some(draft)) => self.create(writing, row, draft, values)?,
            (Deed::Update(id), Some(draft)) => self.update(writing, row, draft, *id)?,
            (Deed::Review | Deed::Skip | Deed::Create(_) | Deed::Update(_), _) => RowFate::Review,
        })
    }

    fn create(
        &mut self,
        writing: &mut Writing<'_, '_>,
        row: &PreviewRow,
        draft: &Draft,
        values: &BTreeMap<Field, String>,
    ) -> Result<RowFate, ImportRefused> {
        let now = writing.context.now;
        let id = fresh!(writing.context, SupporterId);
        let submitted_at = draft.submitted_at.unwrap_or(now);
        let mut supporter = Supporter::new(id, draft.kind, self.file.source, submitted_at);
        supporter.status = Status::Active;
        supporter.received_at = now.max(submitted_at);
        supporter.entered_by = Some(writing.context.member);
        supporter.text = draft.text.clone();
        for (field, value) in values {
            let Ok(accepted) = validate(*field, value) else { return Ok(RowFate::Review) };
            supporter.text.insert(*field, accepted.value);
        }
        supporter.interests = draft.interests.clone();
        supporter.org_type = draft.org_type;
        supporter.public_name = draft.public_name;
        if supporter.text.contains_key(&Field::Email) {
            supporter.email_state = EmailState::Unconfirmed;
        }
        let suppression = self.suppression(writing, &supporter)?;
        if suppression == Some(SuppressionReason::Erased) {
            return Ok(RowFate::Suppressed);
        }
        if !supporter.missing_required().is_empty() || !supporter.inconsistencies().is_empty() {
            return Ok(RowFate::Review);
        }
        self.record_answers(writing, &mut supporter, row, draft, suppression.is_some());
        writing.put_supporter(&supporter)?;
        Ok(RowFate::Created(id))
    }

    fn update(
        &mut self,
        writing: &mut Writing<'_, '_>,
        row: &PreviewRow,
        draft: &Draft,
        id: SupporterId,
    ) -> Result<RowFate, ImportRefused> {
        let missing = ImportRefused::NoSupporter { line: row.line };
        let before = present(writing, id)?.filter(|record| record.kind == draft.kind).ok_or(missing)?;
        let mut supporter = before.clone();
        supporter.text.extend(draft.text.iter().map(|(field, value)| (*field, value.clone())));
        supporter.interests.extend(draft.interests.iter().copied());
        if supporter.get(Field::Email) != before.get(Field::Email) {
            supporter.email_state = EmailState::Unconfirmed;
        }
        let suppressed = self.suppression(writing, &supporter)?.is_some();
        self.record_answers(writing, &mut supporter, row, draft, suppressed);
        writing.put_supporter(&supporter)?;
        Ok(RowFate::Updated(id))
    }

    fn suppression(
        &self,
        writing: &Writing<'_, '_>,
        supporter: &Supporter,
    ) -> Result<Option<SuppressionReason>, WriteError> {
        let Some(email) = supporter.get(Field::Email) else { return Ok(None) };
        Ok(self.suppressed.get(&address_tag(&writing.lists()?.tag_key, email)).copied())
    }

    /// Records the row's answers; an agreement does not overrule an earlier no or a suppression.
    fn record_answers(
        &mut self,
        writing: &mut Writing<'_, '_>,
        supporter: &mut Supporter,
        row: &PreviewRow,
        draft: &Draft,
        is_suppressed: bool,
    ) {
        let now = writing.context.now;
        for (purpose, decision) in &draft.answers {
            let earlier = supporter.consent(*purpose, Scope::General, now);
            let said_no = matches!(earlier, Effective::No(reason) if reason != NotGiven::Absent);
            let mail_is_stopped = is_suppressed && *purpose == Purpose::EventMail;
            if *decision == Decision::Given && (said_no || mail_is_stopped) {
                self.still_closed.push(StillClosed { line: row.line, purpose: *purpose });
                continue;
            }
            let made = DecisionMade {
                purpose: *purpose,
                decision: *decision,
                channel: Channel::Import,
                evidence: Evidence::Row { import: self.id, line: row.line, row_hash: row.row_hash },
                given_at: draft.submitted_at.unwrap_or(now),
                scope: Scope::General,
                expires: None,
                guardian: None,
                reason: None,
            };
            // An answer comes from a column, and each column of consent has its question.
            if let Some(question) = self.questions.get(purpose) {
                add_entry(writing, supporter, question, made);
            }
        }
    }
}

/// The questions of consent that the file asks, in its own words.
fn questions(
    writing: &mut Writing<'_, '_>,
    preview: &Preview,
) -> Result<BTreeMap<Purpose, Wording>, WriteError> {
    let mut questions = BTreeMap::new();
    for (heading, target) in &preview.mapping.columns {
        if let Some(Target::Consent(purpose)) = target {
            questions.insert(*purpose, form_question(writing, heading)?);
        }
    }
    Ok(questions)
}

fn header_map(preview: &Preview) -> Vec<(String, Option<String>)> {
    let columns = preview.mapping.columns.iter();
    columns.map(|(heading, target)| (heading.clone(), target.map(|target| target.code()))).collect()
}

fn remember_mapping(writing: &mut Writing<'_, '_>, preview: &Preview) -> Result<(), WriteError> {
    let key = fingerprint_text(preview.fingerprint);
    let text = preview.mapping.to_toml();
    if writing.lists()?.mappings.get(&key) == Some(&text) {
        return Ok(());
    }
    let mut lists = writing.lists()?.clone();
    lists.mappings.insert(key, text);
    writing.put_lists(lists)
}
