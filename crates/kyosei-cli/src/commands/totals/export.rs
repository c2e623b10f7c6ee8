//! `kyosei totals export`: a release from the register.

use kyosei_app::totals::release::shown_cells;
use kyosei_app::totals::{Dimension, Label, TableDefinition, prepare, record_release};
use kyosei_disclosure::Status;
use kyosei_disclosure_format::hex;
use kyosei_disclosure_format::release::Extras;
use kyosei_disclosure_format::report::{DimensionWords, Wording, Words};
use kyosei_runtime::Vault;
use serde::Serialize;

use super::preview::failure;
use super::publish;
use crate::args::{Arguments, TotalsExport};
use crate::locale::Lang;
use crate::outcome::{Done, Failure, no_undo};
use crate::session::{check_free, from_write, with_vault};

#[derive(Serialize)]
struct ExportReport {
    out: String,
    table: &'static str,
    period: String,
    release: u32,
    cells: usize,
    withheld: usize,
    carried: usize,
    files: Vec<String>,
    ledger_head: String,
}

/// Releases a table.
pub fn run(arguments: &Arguments, wanted: &TotalsExport, lang: Lang) -> Result<Done, Failure> {
    check_free(&wanted.out)?;
    let report = with_vault(arguments, |vault| release(vault, wanted, lang))?;
    let human = human(&report, lang);
    Done::new(&report, human)
}

fn release(vault: &mut Vault, wanted: &TotalsExport, lang: Lang) -> Result<ExportReport, Failure> {
    let (table, period) = super::wanted(&wanted.wanted)?;
    let prepared =
        prepare(vault.register(), table, period, vault.now()).map_err(|refused| failure(&refused))?;
    let protected = publish::protected(&prepared.set, &prepared.spec, &prepared.ledger, &prepared.key, lang)?;
    let publisher = vault.register().lists().map(|lists| lists.committee.clone()).unwrap_or_default();
    let report = (!wanted.no_report).then(|| wording(table, publisher));
    let files = publish::make(&protected, &prepared.ledger, &Extras { sdmx: wanted.sdmx, report }, lang)?;
    let staged = publish::stage(&wanted.out, &files)?;
    let digests = publish::digests(&files);
    let head = vault
        .write(|writing| record_release(writing, &prepared, &protected.record, digests, &wanted.purpose))
        .map_err(|failed| from_write(failed, |refused| failure(&refused)))?;
    publish::publish(staged, &wanted.out)?;
    let shown: Vec<Status> = shown_cells(&protected.table).map(|(_, status)| status).collect();
    Ok(ExportReport {
        out: wanted.out.display().to_string(),
        table: table.code,
        period: period.to_string(),
        release: protected.table.release(),
        cells: shown.len(),
        withheld: shown.iter().filter(|status| **status == Status::Withheld).count(),
        carried: shown.iter().filter(|status| matches!(status, Status::Carried(_))).count(),
        files: files.0.iter().map(|(name, _)| name.clone()).collect(),
        ledger_head: hex::write(&head),
    })
}

/// The declared words of a table for its report.
fn wording(table: &TableDefinition, publisher: String) -> Wording {
    let words = |label: &Label| Words { ja: label.ja.to_owned(), en: label.en.to_owned() };
    let dimension = |dimension: &Dimension| DimensionWords {
        code: dimension.code.to_owned(),
        name: words(&dimension.label),
        categories: dimension
            .categories
            .iter()
            .map(|category| (category.code.to_owned(), words(&category.label)))
            .collect(),
    };
    Wording {
        title: words(&table.title),
        publisher,
        dimensions: table.dimensions.iter().map(dimension).collect(),
    }
}

fn human(report: &ExportReport, lang: Lang) -> String {
    let written = lang.pick("公表用のファイルを書き出しました", "ファイルを つくりました", "Released");
    let cells = lang.pick("数字", "数字（すうじ）", "Figures");
    let withheld = lang.pick("伏せたもの", "かくした もの", "withheld");
    let carried = lang.pick("据え置き", "まえの まま", "carried");
    let head = lang.pick("公表台帳の先頭", "台帳（だいちょう）の しるし", "Ledger head");
    format!(
        "{written}: {}\n{cells}: {}, {withheld}: {}, {carried}: {}\n{head}: {}\n{}",
        report.out,
        report.cells,
        report.withheld,
        report.carried,
        report.ledger_head,
        no_undo(lang)
    )
}
