//! `kyosei imports`

use std::collections::BTreeMap;

use kyosei_app::imports::{UndoRefused, undo_import};
use kyosei_app::supporters::EraseRefused;
use kyosei_model::{ImportBatch, ImportId, RowFate};
use kyosei_vault::recovery::Sheet;
use serde::Serialize;

use super::id;
use super::supporters::erase;
use crate::args::{Arguments, ImportsCommand};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::{from_write, with_vault};

#[derive(Serialize)]
struct ListReport {
    imports: Vec<BatchReport>,
}

#[derive(Serialize)]
struct BatchReport {
    id: String,
    at: String,
    file: String,
    encoding: &'static str,
    form: &'static str,
    rows: usize,
    by_fate: BTreeMap<&'static str, usize>,
    undone: bool,
}

#[derive(Serialize)]
struct ShowReport {
    import: BatchReport,
    rows: Vec<RowReport>,
}

#[derive(Serialize)]
struct RowReport {
    line: u64,
    fate: &'static str,
    record: Option<String>,
    codes: Vec<String>,
}

#[derive(Serialize)]
struct UndoReport {
    import: String,
    removed: usize,
    kept: Vec<String>,
    payloads_dropped: usize,
}

/// Runs a command of the group.
pub fn run(arguments: &Arguments, command: &ImportsCommand, lang: Lang) -> Result<Done, Failure> {
    match command {
        ImportsCommand::List => list(arguments),
        ImportsCommand::Show { id: text } => show(arguments, id(text)?),
        ImportsCommand::Undo { id: text, recovery_sheet } => {
            let sheets =
                recovery_sheet.iter().map(|path| erase::sheet(path)).collect::<Result<Vec<_>, _>>()?;
            undo(arguments, id(text)?, &sheets, lang)
        }
    }
}

fn list(arguments: &Arguments) -> Result<Done, Failure> {
    let imports = with_vault(arguments, |vault| {
        let ids: Vec<ImportId> = vault.register().import_ids().collect();
        let batches = ids.into_iter().map(|id| batch(vault, id));
        batches.map(|batch| batch.map(|batch| batch_report(&batch))).collect::<Result<Vec<_>, _>>()
    })?;
    let human = imports.iter().map(line).collect();
    Done::new(&ListReport { imports }, human)
}

fn show(arguments: &Arguments, id: ImportId) -> Result<Done, Failure> {
    let batch = with_vault(arguments, |vault| batch(vault, id))?;
    let report = ShowReport {
        import: batch_report(&batch),
        rows: batch.rows.iter().map(|row| row_report(row.line, &row.fate)).collect(),
    };
    let lines = report.rows.iter().map(|row| {
        format!(
            "  {}  {}  {}  {}\n",
            row.line,
            row.fate,
            row.record.as_deref().unwrap_or_default(),
            row.codes.join(", ")
        )
    });
    let human = format!("{}{}", line(&report.import), lines.collect::<String>());
    Done::new(&report, human)
}

fn undo(arguments: &Arguments, id: ImportId, sheets: &[Sheet], lang: Lang) -> Result<Done, Failure> {
    let (undone, payloads_dropped) = with_vault(arguments, |vault| {
        let approvals = erase::approvals(vault, sheets)?;
        let undone = vault
            .write(|writing| undo_import(writing, id))
            .map_err(|failed| from_write(failed, |refused: UndoRefused| Failure::new(refused.code())))?;
        if sheets.is_empty() {
            return Ok((undone, 0));
        }
        let erased = vault
            .erase(undone.removed.iter().copied(), &approvals)
            .map_err(|failed| from_write(failed, |refused: EraseRefused| Failure::new(refused.code())))?;
        Ok((undone, erased.payload_count))
    })?;
    let report = UndoReport {
        import: id.to_string(),
        removed: undone.removed.len(),
        kept: undone.kept.iter().map(ToString::to_string).collect(),
        payloads_dropped,
    };
    let mut human =
        format!("{}: {}\n", lang.pick("取り消しました", "もどしました", "Taken back"), report.removed);
    if !report.kept.is_empty() {
        human.push_str(lang.pick(
            "後で編集されたか、以前からあった記録は残しました:\n",
            "あとで かえた もの、まえから あった ものは そのままです:\n",
            "Records that were edited since, or existed before, stay:\n",
        ));
        human.extend(report.kept.iter().map(|id| format!("  {id}\n")));
    }
    if sheets.is_empty() && report.removed > 0 {
        human.push_str(lang.pick(
            "取り消した人の情報は、暗号化されたまま履歴に残っています。完全に消すには --recovery-sheet を使ってください。\n",
            "もどした 人（ひと）の ことは、あんごうに なって のこって います。ぜんぶ けすには --recovery-sheet を つかって ください。\n",
            "The sealed history still holds what those people wrote. To erase it for good, use --recovery-sheet.\n",
        ));
    }
    Done::new(&report, human)
}

fn batch(vault: &kyosei_runtime::Vault, id: ImportId) -> Result<ImportBatch, Failure> {
    vault
        .register()
        .import(id)
        .map_err(|_| Failure::new("E-RECORD"))?
        .ok_or_else(|| Failure::new("E-IMPORT-MISSING"))
}

fn batch_report(batch: &ImportBatch) -> BatchReport {
    let mut by_fate = BTreeMap::new();
    for row in &batch.rows {
        *by_fate.entry(row_report(row.line, &row.fate).fate).or_insert(0) += 1;
    }
    BatchReport {
        id: batch.id.to_string(),
        at: batch.at.to_string(),
        file: batch.file_name.expose().clone(),
        encoding: batch.encoding.code(),
        form: batch.form.code(),
        rows: batch.rows.len(),
        by_fate,
        undone: batch.undone.is_some(),
    }
}

fn line(batch: &BatchReport) -> String {
    let fates: Vec<String> = batch.by_fate.iter().map(|(fate, count)| format!("{fate} {count}")).collect();
    let undone = if batch.undone { "  (undone)" } else { "" };
    format!("{}  {}  {}  {}{undone}\n", batch.id, batch.at, batch.file, fates.join(", "))
}

fn row_report(line: u64, fate: &RowFate) -> RowReport {
    let (fate, record, codes) = match fate {
        RowFate::Created(id) => ("created", Some(id.to_string()), Vec::new()),
        RowFate::Updated(id) => ("updated", Some(id.to_string()), Vec::new()),
        RowFate::AlreadyPresent(id) => ("already-present", Some(id.to_string()), Vec::new()),
        RowFate::RepeatedLine(line) => ("repeated", None, vec![format!("line {line}")]),
        RowFate::Review => ("review", None, Vec::new()),
        RowFate::Suppressed => ("suppressed", None, Vec::new()),
        RowFate::Rejected(codes) => {
            ("rejected", None, codes.iter().map(|one| one.code().to_owned()).collect())
        }
        RowFate::Unreadable(code) => ("unreadable", None, vec![code.clone()]),
    };
    RowReport { line, fate, record, codes }
}
