//! `kyosei totals verify`: what any reader can do, with the published files alone.

use std::path::Path;

use kyosei_disclosure::{Status, Verdict};
use kyosei_disclosure_format::bundle::{self, Bundle};
use kyosei_disclosure_format::hex;
use kyosei_disclosure_format::release::{self, BUNDLE_NAME};
use kyosei_runtime::files::read_at_most;
use serde::Serialize;

use crate::locale::Lang;
use crate::outcome::{Done, Failure};

/// The most files of a release.
const FILES_MAX: usize = 64;
/// The largest published file, in bytes.
const FILE_BYTES_MAX: u64 = 256 << 20;

#[derive(Serialize)]
struct VerifyReport {
    release: u32,
    ledger_head: String,
    files: Vec<String>,
    cells: usize,
    withheld: usize,
    covered: usize,
    not_small: usize,
    harmless: usize,
    narrow: usize,
    fixed: usize,
}

/// Verifies a folder of published files.
pub fn run(folder: &Path, lang: Lang) -> Result<Done, Failure> {
    let files = read(folder)?;
    let borrowed: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let verdict = release::check(&borrowed)
        .map_err(|error| Failure::new("E-TOTALS-REFUSED").with(error.to_string()))?;
    let published = files.iter().find(|(name, _)| name == BUNDLE_NAME);
    let (_, bytes) = published.ok_or_else(|| Failure::new("E-TOTALS-REFUSED").with(BUNDLE_NAME))?;
    let published =
        bundle::read(bytes).map_err(|error| Failure::new("E-TOTALS-REFUSED").with(error.to_string()))?;
    let report = report(&published, &verdict, files.iter().map(|(name, _)| name.clone()).collect());
    let human = human(&report, lang);
    Done::new(&report, human)
}

/// Every file of the folder, by name. Anything that is no file is no part of a release.
fn read(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let failed = |path: &Path| Failure::new("E-FILE-READ").with(path.display().to_string());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|_| failed(folder))? {
        let path = entry.map_err(|_| failed(folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| failed(&path))?;
        let name = name.to_owned();
        if files.len() == FILES_MAX || !path.is_file() {
            return Err(Failure::new("E-TOTALS-REFUSED").with(path.display().to_string()));
        }
        let bytes = read_at_most(&path, FILE_BYTES_MAX).map_err(|_| failed(&path))?;
        files.push((name, bytes));
    }
    files.sort();
    Ok(files)
}

fn report(published: &Bundle, verdict: &Verdict, files: Vec<String>) -> VerifyReport {
    let (mut count, mut withheld) = (0, 0);
    for cell in published.view.shown(published.release) {
        count += 1;
        withheld += usize::from(cell.status == Status::Withheld);
    }
    VerifyReport {
        release: published.release,
        ledger_head: hex::write(&published.ledger_head),
        files,
        cells: count,
        withheld,
        covered: verdict.covered.len(),
        not_small: verdict.not_small.len(),
        harmless: verdict.harmless.len(),
        narrow: verdict.narrow.len(),
        fixed: verdict.fixed.len(),
    }
}

fn human(report: &VerifyReport, lang: Lang) -> String {
    let said = lang.pick(
        "確かめました。ファイルは変わっておらず、少ない人数を言い当てることはできません。",
        "だいじょうぶです。ファイルは そのままです。すくない 数（かず）は わかりません。",
        "Verified: the files are unchanged, and no small count can be worked out from them.",
    );
    let cells = lang.pick("数字", "数字（すうじ）", "Figures");
    let withheld = lang.pick("伏せたもの", "かくした もの", "withheld");
    format!("{said}\n{cells}: {}, {withheld}: {}\n", report.cells, report.withheld)
}
