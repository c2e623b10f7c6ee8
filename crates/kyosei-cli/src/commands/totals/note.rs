//! `kyosei totals note`: another body's report enters the ledger.

use kyosei_app::totals::Releases;
use kyosei_app::totals::external::note_external;
use kyosei_disclosure::publish::Sha;
use kyosei_disclosure::{CellId, Ledger};
use kyosei_disclosure_format::external::{self, ExternalReport};
use kyosei_disclosure_format::hex;
use kyosei_runtime::Vault;
use serde::Serialize;
use std::path::Path;

use super::ledger_folder::LedgerFolder;
use super::preview::failure;
use super::protect::{MAKER, random};
use crate::args::{Arguments, TotalsNote};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::{environment, from_write, read_bytes, read_text, with_vault};

/// The largest report, in bytes.
const REPORT_BYTES_MAX: u64 = 16 << 20;

#[derive(Serialize)]
struct NoteReport {
    body: String,
    cells: usize,
    /// Figures of ours and theirs that nobody mapped and that differ by a few.
    near: Vec<Near>,
    ledger_head: String,
}

#[derive(Serialize)]
struct Near {
    ours: String,
    theirs: String,
}

/// Takes note of a report.
pub fn run(arguments: &Arguments, wanted: &TotalsNote, lang: Lang) -> Result<Done, Failure> {
    let table = read_bytes(&wanted.report, REPORT_BYTES_MAX)?;
    let report = external::read(&table, &read_text(&wanted.map)?)
        .map_err(|error| Failure::new("E-TOTALS-EXTERNAL").with(error.to_string()))?;
    let (near, head) = match &wanted.ledger {
        Some(folder) => into_folder(folder, &report)?,
        None => with_vault(arguments, |vault| into_vault(vault, &report))?,
    };
    let pair =
        |(ours, theirs): &(CellId, CellId)| Near { ours: ours.to_string(), theirs: theirs.to_string() };
    let note = NoteReport {
        body: report.body.clone(),
        cells: report.said(),
        near: near.iter().map(pair).collect(),
        ledger_head: hex::write(&head),
    };
    let human = human(&note, lang);
    Done::new(&note, human)
}

/// The near figures, and the new head.
type Noted = (Vec<(CellId, CellId)>, Sha);

fn into_folder(path: &Path, report: &ExternalReport) -> Result<Noted, Failure> {
    let mut environment = environment()?;
    let mut folder = LedgerFolder::open(path, random(&mut environment))?;
    let near = report.near(&folder.ledger);
    let salt = random(&mut environment);
    let now_s = environment.now().get().div_euclid(1000);
    let mut longer: Ledger = folder.ledger.clone();
    let head = longer.note_external(report.draft(now_s, MAKER, salt));
    folder.save(longer)?;
    Ok((near, head))
}

fn into_vault(vault: &mut Vault, report: &ExternalReport) -> Result<Noted, Failure> {
    let releases = Releases::of(vault.register())
        .map_err(|error| Failure::new("E-TOTALS-LEDGER").with(error.to_string()))?;
    let near = report.near(releases.ledger());
    let head = vault
        .write(|writing| note_external(writing, report))
        .map_err(|failed| from_write(failed, |refused| failure(&refused)))?;
    Ok((near, head))
}

fn human(note: &NoteReport, lang: Lang) -> String {
    let noted = lang.pick("台帳に記しました", "台帳（だいちょう）に かきました", "Noted in the ledger");
    let close = lang.pick(
        "似た数字があります。違いの理由が分かる人には、少ない人数が分かるかもしれません",
        "にた 数字（すうじ）が あります。すくない 数（かず）が わかるかも しれません",
        "Figures that are close: whoever knows why they differ may learn of a few people",
    );
    let mut text = format!("{noted}: {} ({})\n", note.body, note.cells);
    for near in &note.near {
        text.push_str(&format!("{close}: {} ~ {}\n", near.ours, near.theirs));
    }
    text
}
