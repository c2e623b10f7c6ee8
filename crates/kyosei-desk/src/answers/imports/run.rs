//! Running an import, listing imports, and taking one back.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use kyosei_app::imports::{
    Decisions, ImportedFile, RowDecision as Decision, UpdatePolicy as Policy, import_registrations,
    undo_import,
};
use kyosei_contract::imports::{
    FateCounts, ImportDone, ImportRef, ImportRun, ImportSummary, ImportUndone, Imports, RowDecision,
    RowVerdict, UpdatePolicy,
};
use kyosei_contract::notice::{Notice, Topic};
use kyosei_contract::{Coded, Failure, Id};
use kyosei_model::{ImportBatch, ImportedRow, RowFate, Sensitive, Source};

use super::OpenedFile;
use crate::open::Open;
use crate::rows::count;

const TOPICS: [Topic; 3] = [Topic::Supporters, Topic::Imports, Topic::Audit];

pub(crate) fn run(open: &mut Open, request: &ImportRun) -> Result<ImportDone, Failure> {
    let file = open.files.take(&request.token)?;
    let outcome = run_on(open, &file, request);
    if outcome.is_err() {
        // Nothing was saved, so the wizard goes on with the same preview.
        open.files.put_back(&request.token, file);
    }
    outcome
}

fn run_on(open: &mut Open, file: &OpenedFile, request: &ImportRun) -> Result<ImportDone, Failure> {
    let preview = file.preview.as_ref().ok_or_else(super::closed)?;
    let imported_file = ImportedFile { name: Sensitive::new(file.name.clone()), source: Source::GoogleCsv };
    let decisions = Decisions {
        rows: request.decisions.iter().map(decision).collect(),
        updates: match request.updates {
            UpdatePolicy::Ask => Policy::Ask,
            UpdatePolicy::Update => Policy::Update,
            UpdatePolicy::Skip => Policy::Skip,
        },
    };
    let (cancelled, outside) = (open.cancelled(), std::sync::Arc::clone(&open.outside));
    let imported = open.write(&TOPICS, |writing| {
        import_registrations(writing, &imported_file, preview, &decisions, &mut |progress| {
            let (done, total) = (count(progress.done), count(progress.total));
            outside.tell(Notice::ImportProgress { done, total });
            if cancelled.is_set() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    })?;
    Ok(ImportDone {
        summary: summary(open, &imported.batch),
        still_closed_count: count(imported.still_closed.len()),
    })
}

pub(crate) fn all(open: &mut Open) -> Result<Imports, Failure> {
    let register = open.vault.register();
    let ids: Vec<_> = register.import_ids().collect();
    let batch = |id| register.import(id).map_err(|_| Failure::new("E-RECORD"));
    let batches = ids.into_iter().rev().map(batch).collect::<Result<Vec<_>, _>>()?;
    Ok(Imports { imports: batches.iter().flatten().map(|batch| summary(open, batch)).collect() })
}

pub(crate) fn undo(open: &mut Open, request: &ImportRef) -> Result<ImportUndone, Failure> {
    let undone = open.write(&TOPICS, |writing| undo_import(writing, request.id.0))?;
    Ok(ImportUndone { removed_count: count(undone.removed.len()), kept_count: count(undone.kept.len()) })
}

fn decision(decision: &RowDecision) -> (u64, Decision) {
    let verdict = match &decision.verdict {
        RowVerdict::New { values } => {
            let values = values.iter().map(|value| (value.field.0, value.value.clone()));
            Decision::New(values.collect::<BTreeMap<_, _>>())
        }
        RowVerdict::Update { id } => Decision::Update(id.0),
        RowVerdict::Skip => Decision::Skip,
    };
    (u64::from(decision.line), verdict)
}

fn summary(open: &Open, batch: &ImportBatch) -> ImportSummary {
    ImportSummary {
        id: Id(batch.id),
        file_name: batch.file_name.expose().clone(),
        at: batch.at.get(),
        by: open.member_name(batch.by),
        of_kind: Coded(batch.form),
        counts: fates(&batch.rows),
        undone_at: batch.undone.as_ref().map(|undone| undone.at.get()),
    }
}

fn fates(rows: &[ImportedRow]) -> FateCounts {
    let of = |wanted: fn(&RowFate) -> bool| count(rows.iter().filter(|row| wanted(&row.fate)).count());
    FateCounts {
        created: of(|fate| matches!(fate, RowFate::Created(_))),
        updated: of(|fate| matches!(fate, RowFate::Updated(_))),
        already_present: of(|fate| matches!(fate, RowFate::AlreadyPresent(_))),
        repeated: of(|fate| matches!(fate, RowFate::RepeatedLine(_))),
        review: of(|fate| matches!(fate, RowFate::Review)),
        suppressed: of(|fate| matches!(fate, RowFate::Suppressed)),
        rejected: of(|fate| matches!(fate, RowFate::Rejected(_))),
        unreadable: of(|fate| matches!(fate, RowFate::Unreadable(_))),
    }
}
