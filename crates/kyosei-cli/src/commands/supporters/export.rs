//! `kyosei supporters export`

use kyosei_app::supporters::{ExportRefused, ExportRequest, export_supporters};
use kyosei_intake::export::{ExportFormat, Exported, LossKind};
use kyosei_model::SupporterKind;
use kyosei_runtime::Vault;
use serde::Serialize;

use crate::args::{Arguments, ExportArguments, Format};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::{check_free, from_write, with_vault};

#[derive(Serialize)]
struct ExportReport {
    file: String,
    rows: usize,
    guarded_cells: usize,
    losses: Vec<LossReport>,
}

#[derive(Serialize)]
struct LossReport {
    row: usize,
    column: usize,
    kind: &'static str,
}

/// Writes records to a new file.
pub fn run(arguments: &Arguments, export: &ExportArguments, lang: Lang) -> Result<Done, Failure> {
    check_free(&export.out)?;
    let request = ExportRequest {
        kind: SupporterKind::from(export.form),
        with_withdrawn: export.with_withdrawn,
        format: match export.format {
            Format::Csv => ExportFormat::CsvUtf8,
            Format::Cp932 => ExportFormat::CsvCp932,
            Format::Xlsx => ExportFormat::Xlsx,
        },
        purpose: export.purpose.clone(),
    };
    let exported = with_vault(arguments, |vault| make(vault, &request))?;
    kyosei_runtime::files::write_new_durably(&export.out, &exported.bytes)
        .map_err(|_| Failure::new("E-FILE-WRITE").with(export.out.display().to_string()))?;
    let report = ExportReport {
        file: export.out.display().to_string(),
        rows: exported.rows,
        guarded_cells: exported.guarded_cells,
        losses: exported
            .losses
            .iter()
            .map(|loss| LossReport { row: loss.row, column: loss.column, kind: loss_code(loss.kind) })
            .collect(),
    };
    let human = human(&report, lang);
    let is_part = !report.losses.is_empty();
    Ok(Done::new(&report, human)?.in_part(is_part))
}

/// Makes the file and notes the export.
pub fn make(vault: &mut Vault, request: &ExportRequest) -> Result<Exported, Failure> {
    vault
        .write(|writing| export_supporters(writing, request))
        .map_err(|failed| from_write(failed, |refused: ExportRefused| Failure::new(refused.code())))
}

fn human(report: &ExportReport, lang: Lang) -> String {
    let said = lang.pick("書き出しました", "ファイルを つくりました", "Exported");
    let mut text = format!("{said}: {} ({})\n", report.file, report.rows);
    if report.guarded_cells > 0 {
        text.push_str(&format!(
            "{}: {}\n",
            lang.pick(
                "数式に見えるセルを守りました",
                "数式（すうしき）の ような ところを 守（まも）りました",
                "Cells guarded against running as formulas"
            ),
            report.guarded_cells
        ));
    }
    for loss in &report.losses {
        text.push_str(&format!(
            "{} {} / {}\n",
            lang.pick(
                "この文字コードで書けない字:",
                "書（か）けない 字（じ）:",
                "Letters that this encoding lacks:"
            ),
            loss.row,
            loss.column
        ));
    }
    text.push_str(lang.pick(
        "このファイルは暗号化されていません。使い終わったら消してください。\n",
        "この ファイルは だれでも 読（よ）めます。つかったら けして ください。\n",
        "This file is not encrypted. Delete it when it has served its purpose.\n",
    ));
    text
}

const fn loss_code(kind: LossKind) -> &'static str {
    match kind {
        LossKind::LookAlike => "look-alike",
        LossKind::Lost => "lost",
    }
}
