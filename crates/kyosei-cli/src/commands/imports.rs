//! `kyosei imports`

use std::collections::BTreeMap;

use kyosei_app::imports::{UndoRefused, undo_import};
use kyosei_app::supporters::EraseRefused;
use kyosei_model::{ImportBatch, ImportId, ImportedRow, RowFate};
use kyosei_vault::recovery::Sheet;
use serde::Serialize;

use super::id;
use super::supporters::erase;
use crate::args::{Arguments, ImportsCommand};
use crate::locale::Lang;
use crate::outcome::{Done, Failure, lines_or_none};
use crate::session::{from_write, with_vault};

/// What became of a row, without the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// A new record.
    Created,
    /// A record got new values.
    Updated,
    /// The row was in the register before.
    AlreadyPresent,
    /// The row stands twice in the file.
    Repeated,
    /// Waits for a person.
    Review,
    /// Of someone who was erased; not taken.
    Suppressed,
    /// Not taken.
    Rejected,
    /// Not a row of the table.
    Unreadable,
}

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
    by_fate: BTreeMap<Fate, usize>,
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
    fate: Fate,
    record: Option<String>,
    repeats_line: Option<u64>,
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
        ImportsCommand::List => list(arguments, lang),
        ImportsCommand::Show { id: text } => show(arguments, id(text)?, lang),
        ImportsCommand::Undo { id: text, recovery_sheet } => {
            let sheets =
                recovery_sheet.iter().map(|path| erase::sheet(path)).collect::<Result<Vec<_>, _>>()?;
            undo(arguments, id(text)?, &sheets, lang)
        }
    }
}

fn list(arguments: &Arguments, lang: Lang) -> Result<Done, Failure> {
    let imports = with_vault(arguments, |vault| {
        let ids: Vec<ImportId> = vault.register().import_ids().collect();
        let batches = ids.into_iter().map(|id| batch(vault, id));
        batches.map(|batch| batch.map(|batch| batch_report(&batch))).collect::<Result<Vec<_>, _>>()
    })?;
    let human = lines_or_none(imports.iter().map(|batch| line(batch, lang)).collect(), lang);
    Done::new(&ListReport { imports }, human)
}

fn show(arguments: &Arguments, id: ImportId, lang: Lang) -> Result<Done, Failure> {
    let batch = with_vault(arguments, |vault| batch(vault, id))?;
    let report =
        ShowReport { import: batch_report(&batch), rows: batch.rows.iter().map(row_report).collect() };
    let lines = report.rows.iter().map(|row| {
        format!(
            "  {} {}: {}{}  {}{}\n",
            lang.pick("行", "行（ぎょう）", "line"),
            row.line,
            row.fate.label(lang),
            row.repeats_line.map(|line| format!(" ({line})")).unwrap_or_default(),
            row.record.as_deref().unwrap_or_default(),
            row.codes.join(", ")
        )
    });
    let human = format!("{}{}", line(&report.import, lang), lines.collect::<String>());
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
    let human = undo_text(&report, !sheets.is_empty(), lang);
    let is_part = !report.kept.is_empty();
    Ok(Done::new(&report, human)?.in_part(is_part))
}

fn undo_text(report: &UndoReport, is_erased: bool, lang: Lang) -> String {
    let mut text =
        format!("{}: {}\n", lang.pick("取り消しました", "もどしました", "Taken back"), report.removed);
    if !report.kept.is_empty() {
        text.push_str(lang.pick(
            "後で編集されたか、以前からあった記録は残しました:\n",
            "あとで かえた もの、まえから あった ものは そのままです:\n",
            "Records that were edited since, or existed before, stay:\n",
        ));
        text.extend(report.kept.iter().map(|id| format!("  {id}\n")));
    }
    text.push_str(lang.pick(
        "同じファイルは、もう一度取り込めます。\n",
        "おなじ ファイルを また 入（い）れる ことが できます。\n",
        "The same file can be imported again.\n",
    ));
    if !is_erased && report.removed > 0 {
        text.push_str(lang.pick(
            "取り消した人の情報は、暗号化されたまま履歴に残っています。完全に消すには --recovery-sheet を使ってください。\n",
            "もどした 人（ひと）の ことは、あんごうに なって のこって います。ぜんぶ けすには --recovery-sheet を つかって ください。\n",
            "The sealed history still holds what those people wrote. To erase it for good, use --recovery-sheet.\n",
        ));
    }
    text
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
        *by_fate.entry(Fate::of(&row.fate)).or_insert(0) += 1;
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

fn line(batch: &BatchReport, lang: Lang) -> String {
    let fates: Vec<String> =
        batch.by_fate.iter().map(|(fate, count)| format!("{}: {count}", fate.label(lang))).collect();
    let undone = if batch.undone {
        lang.pick("  （取り消し済み）", "  （もどしました）", "  (taken back)")
    } else {
        ""
    };
    format!("{}  {}  {}  {}{undone}\n", batch.id, batch.at, batch.file, fates.join("; "))
}

impl Fate {
    /// What became of a row.
    pub const fn of(fate: &RowFate) -> Self {
        match fate {
            RowFate::Created(_) => Self::Created,
            RowFate::Updated(_) => Self::Updated,
            RowFate::AlreadyPresent(_) => Self::AlreadyPresent,
            RowFate::RepeatedLine(_) => Self::Repeated,
            RowFate::Review => Self::Review,
            RowFate::Suppressed => Self::Suppressed,
            RowFate::Rejected(_) => Self::Rejected,
            RowFate::Unreadable(_) => Self::Unreadable,
        }
    }

    /// The words for people.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Created => lang.pick("新規", "あたらしい", "created"),
            Self::Updated => lang.pick("更新", "なおしました", "updated"),
            Self::AlreadyPresent => lang.pick("取り込み済み", "もう あります", "already present"),
            Self::Repeated => lang.pick("ファイル内の重複", "おなじ 行（ぎょう）", "repeated in the file"),
            Self::Review => lang.pick("要確認（未保存）", "たしかめて ください", "to review, not saved"),
            Self::Suppressed => {
                lang.pick("消去した人（未保存）", "けした 人（ひと）", "erased before, not saved")
            }
            Self::Rejected => lang.pick("受け付けない", "入（い）れません", "rejected"),
            Self::Unreadable => lang.pick("読めない行", "読（よ）めない 行（ぎょう）", "unreadable"),
        }
    }
}

fn row_report(row: &ImportedRow) -> RowReport {
    let mut repeats_line = None;
    let (record, codes) = match &row.fate {
        RowFate::Created(id) | RowFate::Updated(id) | RowFate::AlreadyPresent(id) => {
            (Some(id.to_string()), Vec::new())
        }
        RowFate::RepeatedLine(line) => {
            repeats_line = Some(*line);
            (None, Vec::new())
        }
        RowFate::Review | RowFate::Suppressed => (None, Vec::new()),
        // A row is rejected without a refused value when the person did not agree to be registered.
        RowFate::Rejected(codes) if codes.is_empty() => (None, vec![String::from("E-CONSENT-MISSING")]),
        RowFate::Rejected(codes) => (None, codes.iter().map(|one| one.code().to_owned()).collect()),
        RowFate::Unreadable(code) => (None, vec![code.clone()]),
    };
    RowReport { line: row.line, fate: Fate::of(&row.fate), record, repeats_line, codes }
}
