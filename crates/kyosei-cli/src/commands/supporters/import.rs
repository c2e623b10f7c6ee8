//! `kyosei supporters import`: preview and import are one reading of the file.

use std::path::Path;

use kyosei_app::imports::{
    Decisions, Imported, ImportedFile, import_registrations, key_index, remembered_options,
};
use kyosei_intake::mapping::Mapping;
use kyosei_intake::preview::{Options, Presence, Preview, PreviewRow, ReadError, read_registrations};
use kyosei_intake::rows::{ReviewReason, RowOutcome, RowRejection};
use kyosei_model::{FileEncoding, RowFate, Sensitive, Source, SupporterKind};
use kyosei_runtime::Vault;
use serde::Serialize;

use super::super::{code, forms};
use crate::args::{Arguments, ImportArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::progress::Bar;
use crate::session::{from_write, read_registration_file, read_text, with_vault};

#[derive(Serialize)]
struct ImportReport {
    import: Option<String>,
    dry_run: bool,
    encoding: &'static str,
    form: &'static str,
    counts: CountsReport,
    saved: SavedReport,
    not_stored_columns: Vec<String>,
    purposes_not_asked: Vec<&'static str>,
    rows: Vec<RowReport>,
    still_closed: Vec<ClosedReport>,
    mapping: String,
}

#[derive(Serialize)]
struct CountsReport {
    new: usize,
    updates: usize,
    already_present: usize,
    repeated: usize,
    review: usize,
    rejected: usize,
    unreadable: usize,
}

#[derive(Serialize, Default)]
struct SavedReport {
    created: usize,
    updated: usize,
}

#[derive(Serialize)]
struct RowReport {
    line: u64,
    state: &'static str,
    codes: Vec<String>,
    candidates: Vec<String>,
}

#[derive(Serialize)]
struct ClosedReport {
    line: u64,
    purpose: &'static str,
}

/// Imports a file, or shows what would happen.
pub fn run(arguments: &Arguments, import: &ImportArguments, lang: Lang) -> Result<Done, Failure> {
    let bytes = read_registration_file(&import.file)?;
    let decisions = forms::decisions(import.decisions.as_deref(), import.updates)?;
    let map = import.map.as_deref().map(mapping).transpose()?;
    let encoding = import.encoding.as_deref().map(|text| code(text, FileEncoding::from_code)).transpose()?;
    let form = import.form.map(SupporterKind::from);
    let name = import.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let report = with_vault(arguments, |vault| {
        let set = |options: &mut Options| {
            options.mapping = map;
            options.encoding = encoding;
            options.form = form;
        };
        let preview = preview(vault, &bytes, set, lang)?;
        if import.dry_run {
            return Ok(report(&preview, None));
        }
        let imported = save(vault, &name, &preview, &decisions, lang)?;
        Ok(report(&preview, Some(&imported)))
    })?;
    let human = human(&report, lang);
    let is_part = report.counts.review + report.counts.rejected + report.counts.unreadable > 0;
    Ok(Done::new(&report, human)?.in_part(is_part))
}

/// Previews and imports bytes with default choices, and gives the preview.
pub fn import_file(
    vault: &mut Vault,
    name: &str,
    bytes: &[u8],
    decisions: &Decisions,
    lang: Lang,
) -> Result<Preview, Failure> {
    let preview = preview(vault, bytes, |_| {}, lang)?;
    save(vault, name, &preview, decisions, lang)?;
    Ok(preview)
}

fn preview(
    vault: &Vault,
    bytes: &[u8],
    set: impl FnOnce(&mut Options),
    lang: Lang,
) -> Result<Preview, Failure> {
    let lists = vault.register().lists().ok_or_else(|| Failure::new("E-RECORD"))?;
    let mut options = remembered_options(lists);
    set(&mut options);
    let existing = key_index(vault.register()).map_err(|_| Failure::new("E-RECORD"))?;
    let bar = Bar::new(lang.pick("読み込み", "よみこみ", "Reading"));
    read_registrations(bytes, &options, vault.now(), &existing, &mut |progress| bar.report(progress))
        .map_err(|error| read_failure(&error))
}

fn save(
    vault: &mut Vault,
    name: &str,
    preview: &Preview,
    decisions: &Decisions,
    lang: Lang,
) -> Result<Imported, Failure> {
    let file = ImportedFile { name: Sensitive::new(name.to_owned()), source: Source::GoogleCsv };
    let bar = Bar::new(lang.pick("取り込み", "とりこみ", "Importing"));
    vault
        .write(|writing| {
            import_registrations(writing, &file, preview, decisions, &mut |progress| bar.report(progress))
        })
        .map_err(|failed| {
            from_write(failed, |refused| Failure::new(refused.code()).with(refused.to_string()))
        })
}

fn mapping(path: &Path) -> Result<Mapping, Failure> {
    Mapping::from_toml(&read_text(path)?).map_err(|error| Failure::new("E-MAP").with(error.to_string()))
}

fn read_failure(error: &ReadError) -> Failure {
    let failure = Failure::new(error.code());
    match error {
        ReadError::MappingNeeded { missing, guess, .. } => {
            missing.iter().fold(failure, |failure, target| failure.with(target.code())).with(guess.to_toml())
        }
        ReadError::Table(error) => failure.with(error.to_string()),
        ReadError::Decode(error) => failure.with(error.to_string()),
        ReadError::Cancelled => failure,
    }
}

fn report(preview: &Preview, imported: Option<&Imported>) -> ImportReport {
    let counts = preview.counts;
    let problems = preview.problems.iter().map(|problem| RowReport {
        line: problem.line,
        state: "unreadable",
        codes: vec![problem.kind.code().to_owned()],
        candidates: Vec::new(),
    });
    let mut rows: Vec<RowReport> = preview.rows.iter().filter_map(row_report).chain(problems).collect();
    rows.sort_by_key(|row| row.line);
    ImportReport {
        import: imported.map(|imported| imported.batch.id.to_string()),
        dry_run: imported.is_none(),
        encoding: preview.encoding.code(),
        form: preview.mapping.form.code(),
        counts: CountsReport {
            new: counts.new,
            updates: counts.updates,
            already_present: counts.already_present,
            repeated: counts.repeated,
            review: counts.review,
            rejected: counts.rejected,
            unreadable: counts.unreadable,
        },
        saved: imported.map(saved).unwrap_or_default(),
        not_stored_columns: preview.mapping.not_stored().into_iter().map(str::to_owned).collect(),
        purposes_not_asked: preview.purposes_without_column.iter().map(|purpose| purpose.code()).collect(),
        rows,
        still_closed: imported
            .map(|imported| imported.still_closed.as_slice())
            .unwrap_or_default()
            .iter()
            .map(|closed| ClosedReport { line: closed.line, purpose: closed.purpose.code() })
            .collect(),
        mapping: preview.mapping.to_toml(),
    }
}

fn saved(imported: &Imported) -> SavedReport {
    let count =
        |wanted: fn(&RowFate) -> bool| imported.batch.rows.iter().filter(|row| wanted(&row.fate)).count();
    SavedReport {
        created: count(|fate| matches!(fate, RowFate::Created(_))),
        updated: count(|fate| matches!(fate, RowFate::Updated(_))),
    }
}

/// A row about which there is something to say.
fn row_report(row: &PreviewRow) -> Option<RowReport> {
    let candidates: Vec<String> = row
        .candidates
        .iter()
        .map(|candidate| match candidate.holder {
            kyosei_intake::duplicates::Holder::Supporter(id) => id.to_string(),
            kyosei_intake::duplicates::Holder::Line(line) => format!("line {line}"),
        })
        .collect();
    let (state, codes) = match (row.presence, &row.outcome) {
        (Presence::AlreadyPresent(_), _) => return None,
        (Presence::Repeated(line), _) => ("repeated", vec![format!("line {line}")]),
        (Presence::New, RowOutcome::Rejected(reasons)) => {
            ("rejected", reasons.iter().map(rejection).collect())
        }
        (Presence::New, RowOutcome::Review(_, reasons)) => ("review", reasons.iter().map(review).collect()),
        (Presence::New, RowOutcome::Ready(_)) if candidates.is_empty() => return None,
        (Presence::New, RowOutcome::Ready(_)) => ("like", Vec::new()),
    };
    Some(RowReport { line: row.line, state, codes, candidates })
}

fn rejection(reason: &RowRejection) -> String {
    match reason {
        RowRejection::Value(field, rejection) => format!("{} {}", field.code(), rejection.code()),
        RowRejection::NoConsent => String::from("E-CONSENT-MISSING"),
    }
}

fn review(reason: &ReviewReason) -> String {
    match reason {
        ReviewReason::Refused(field, rejection) => format!("{} {}", field.code(), rejection.code()),
        ReviewReason::Warned(field, warning) => format!("{} {}", field.code(), warning.code()),
        ReviewReason::Missing(field) => format!("{} E-FIELD-MISSING", field.code()),
        ReviewReason::Time(problem) => problem.code().to_owned(),
        ReviewReason::TimeMissing => String::from("E-TIME-MISSING"),
        ReviewReason::TimeImplausible(_) => String::from("E-TIME-IMPLAUSIBLE"),
        ReviewReason::UnclearConsent(purpose) => format!("{} E-CONSENT-UNCLEAR", purpose.code()),
        ReviewReason::NoAnswerToRegister => String::from("E-CONSENT-MISSING"),
        ReviewReason::KindProposed(kind) => format!("W-OTHER-FORM {}", kind.code()),
    }
}

fn human(report: &ImportReport, lang: Lang) -> String {
    let counts = &report.counts;
    let mut text = format!(
        "{}: {}  {}: {}\n",
        lang.pick("文字コード", "文字（もじ）コード", "Encoding"),
        report.encoding,
        lang.pick("様式", "ようし", "Form"),
        report.form
    );
    for (label, count) in [
        (lang.pick("新規", "あたらしい", "new"), counts.new),
        (lang.pick("更新候補", "なおす 候補（こうほ）", "known address"), counts.updates),
        (lang.pick("取り込み済み", "もう あります", "already present"), counts.already_present),
        (lang.pick("ファイル内の重複", "おなじ 行（ぎょう）", "repeated in the file"), counts.repeated),
        (lang.pick("要確認", "たしかめて ください", "to review"), counts.review),
        (lang.pick("受け付けない", "入（い）れません", "rejected"), counts.rejected),
        (lang.pick("読めない行", "読（よ）めない 行（ぎょう）", "unreadable"), counts.unreadable),
    ] {
        text.push_str(&format!("  {label}: {count}\n"));
    }
    for row in &report.rows {
        let candidates = if row.candidates.is_empty() {
            String::new()
        } else {
            format!(" ≈ {}", row.candidates.join(", "))
        };
        text.push_str(&format!(
            "  {} {}: {} {}{candidates}\n",
            lang.pick("行", "行（ぎょう）", "line"),
            row.line,
            row.state,
            row.codes.join(", ")
        ));
    }
    for closed in &report.still_closed {
        text.push_str(&format!(
            "  {} {}: {} {}\n",
            lang.pick("行", "行（ぎょう）", "line"),
            closed.line,
            closed.purpose,
            lang.pick(
                "以前の「いいえ」が優先されます",
                "まえの「いいえ」の ままです",
                "an earlier no stays in force"
            )
        ));
    }
    if !report.purposes_not_asked.is_empty() {
        text.push_str(&format!(
            "{}: {}\n",
            lang.pick(
                "この用紙では尋ねていないので、同意なしとして扱います",
                "この 紙（かみ）では 聞（き）いていません。「いいえ」に します",
                "Not asked by this file, so nobody in it agreed to"
            ),
            report.purposes_not_asked.join(", ")
        ));
    }
    text.push_str(&last_line(report, lang));
    text
}

fn last_line(report: &ImportReport, lang: Lang) -> String {
    match &report.import {
        None => lang
            .pick(
                "まだ何も保存していません。\n",
                "まだ 入（い）れて いません。\n",
                "Nothing was saved yet.\n",
            )
            .to_owned(),
        Some(id) => format!(
            "{}: +{} ~{}\n{}: kyosei imports undo {id}\n",
            lang.pick("保存しました", "入（い）れました", "Saved"),
            report.saved.created,
            report.saved.updated,
            lang.pick("取り消すには", "もどす ときは", "To take it back")
        ),
    }
}
