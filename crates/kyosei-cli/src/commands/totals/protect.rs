//! `kyosei totals protect`
//!
//! Order: everything is computed, written into a hidden folder beside the wished one and verified there; then the ledger takes
//! the release; then the folder gets its name. A stop at any point publishes nothing in part, and nothing is ever published
//! that the ledger does not know.

use std::path::{Path, PathBuf};

use kyosei_disclosure::infeasible::Remedy;
use kyosei_disclosure::ledger::ReleaseRight;
use kyosei_disclosure::protect::{Protected, confirms};
use kyosei_disclosure::publish::file_digest;
use kyosei_disclosure::tie::TIE_KEY_BYTES;
use kyosei_disclosure::{
    Action, Budget, Infeasible, Ledger, Progress, ProtectError, Status, Stopped, TableSet, TieKey, Watch,
    protect,
};
use kyosei_disclosure_format::release::{self, CERTIFICATE_NAME, Files, WriteError};
use kyosei_disclosure_format::spec::{self, TotalsSpec};
use kyosei_disclosure_format::{certificate, hex, table};
use kyosei_runtime::Environment;
use kyosei_runtime::files::{sync_folder, write_new_durably};
use rand_chacha::rand_core::Rng;
use serde::Serialize;
use tempfile::TempDir;

use super::ledger_folder::LedgerFolder;
use crate::args::ProtectArguments;
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::progress::Bar;
use crate::session::{environment, read_bytes, read_text};

/// The largest table file, in bytes.
const TABLE_BYTES_MAX: u64 = 64 << 20;
/// Who makes releases of a ledger that stands alone: whoever holds its lock.
const MAKER: &str = "ledger-folder";

#[derive(Serialize)]
struct ProtectReport {
    out: String,
    release: u32,
    cells: usize,
    withheld: usize,
    carried: usize,
    cost: u64,
    cost_at_least: u64,
    files: Vec<String>,
    ledger_head: Option<String>,
}

/// Protects a table and writes the published files.
pub fn run(wanted: &ProtectArguments, lang: Lang) -> Result<Done, Failure> {
    if wanted.out.exists() {
        return Err(Failure::new("E-FILE-EXISTS").with(wanted.out.display().to_string()));
    }
    let mut environment = environment()?;
    let spec = spec::read(&read_text(&wanted.spec)?)
        .map_err(|error| Failure::new(error.code()).with(error.to_string()))?;
    let table = table::read(&read_bytes(&wanted.table, TABLE_BYTES_MAX)?, &spec)
        .map_err(|error| Failure::new(error.code()).with(error.to_string()))?;
    let fresh_key = random(&mut environment);
    let mut folder = wanted.ledger.as_deref().map(|path| LedgerFolder::open(path, fresh_key)).transpose()?;
    let (ledger, key) = match &folder {
        Some(folder) => (folder.ledger.clone(), folder.key.clone()),
        None => (Ledger::default(), TieKey::new(fresh_key)),
    };
    let (protected, files) = made(&table, &spec, &ledger, &key, lang)?;
    let staged = stage(&wanted.out, &files)?;
    let head = match &mut folder {
        Some(folder) => Some(enter(folder, &protected, &files, &spec, &mut environment)?),
        None => None,
    };
    publish(staged, &wanted.out)?;
    let report = report(wanted, &protected, &files, head);
    let human = human(&report, lang);
    Done::new(&report, human)
}

fn random(environment: &mut Environment) -> [u8; TIE_KEY_BYTES] {
    let mut bytes = [0; TIE_KEY_BYTES];
    environment.rng().fill_bytes(&mut bytes);
    bytes
}

/// The publication and its files, verified as a reader would, and against what only we know.
fn made(
    table: &TableSet,
    spec: &TotalsSpec,
    ledger: &Ledger,
    key: &TieKey,
    lang: Lang,
) -> Result<(Protected, Files), Failure> {
    let title = lang.pick("集計を守っています", "数字（すうじ）を 守（まも）って います", "Protecting");
    let (budget, mut watch) = (Budget::default(), Shown(Bar::new(title)));
    let protected = protect(table, &spec.wish, ledger, key, &budget, &mut watch).map_err(refused)?;
    let files = release::write(&protected.table, &ledger.head(), &budget, &mut watch)
        .map_err(|error| unproven(&error))?;
    release::check(&borrowed(&files))
        .map_err(|error| Failure::new("E-TOTALS-PROOF").with(error.to_string()))?;
    let unproven = || Failure::new("E-TOTALS-PROOF");
    let proof = files.0.iter().find(|(name, _)| name == CERTIFICATE_NAME).ok_or_else(unproven)?;
    let proof = certificate::read(&proof.1).map_err(|_| unproven())?;
    if !confirms(&protected.record, protected.table.view(), &proof) {
        return Err(unproven());
    }
    Ok((protected, files))
}

fn refused(error: ProtectError) -> Failure {
    match error {
        ProtectError::Join(join) => Failure::new("E-TOTALS-PAST").with(join.to_string()),
        ProtectError::Infeasible(wish) => infeasible(&wish),
        ProtectError::View(view) => Failure::new("E-TOTALS-SUM").with(view.to_string()),
        ProtectError::Check(_) => Failure::new("E-TOTALS-PROOF"),
        ProtectError::Stopped(_) => Failure::new("E-CANCELLED"),
    }
}

fn unproven(error: &WriteError) -> Failure {
    Failure::new("E-TOTALS-PROOF").with(error.to_string())
}

/// What cannot be protected, and the ways out, cheapest first.
fn infeasible(wish: &Infeasible) -> Failure {
    let exposed = wish.unprotectable.iter().map(ToString::to_string);
    let remedy = |remedy: &Remedy| {
        let action = match &remedy.action {
            Action::Collapse { total, parts } => {
                let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
                format!("collapse {} into {total}", parts.join(", "))
            }
            Action::Withhold { cell } => format!("withhold {cell}"),
            Action::WithholdRelease => "withhold-release".to_owned(),
        };
        format!("-> {action} (cost {})", remedy.cost)
    };
    let lines = exposed.chain(wish.remedies.iter().map(remedy));
    lines.fold(Failure::new("E-TOTALS-INFEASIBLE"), Failure::with)
}

fn borrowed(files: &Files) -> Vec<(&str, &[u8])> {
    files.0.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
}

/// Writes the files into a folder beside the wished one, which goes away again unless it is published.
fn stage(out: &Path, files: &Files) -> Result<TempDir, Failure> {
    let failed = |_| Failure::new("E-FILE-WRITE").with(out.display().to_string());
    let staged =
        tempfile::Builder::new().prefix(".kyosei-totals-").tempdir_in(beside(out)).map_err(failed)?;
    for (name, bytes) in &files.0 {
        write_new_durably(&staged.path().join(name), bytes).map_err(failed)?;
    }
    Ok(staged)
}

/// Puts the release into the ledger; returns the new head.
fn enter(
    folder: &mut LedgerFolder,
    protected: &Protected,
    files: &Files,
    spec: &TotalsSpec,
    environment: &mut Environment,
) -> Result<String, Failure> {
    let digests = files.0.iter().map(|(name, bytes)| (name.clone(), file_digest(bytes))).collect();
    let now = environment.now().get().div_euclid(1000);
    let draft = protected.record.draft(now, MAKER, &spec.unit, digests, random(environment));
    let right = ReleaseRight::Lease { holder: MAKER.to_owned(), until: i64::MAX };
    let mut longer = folder.ledger.clone();
    let head = longer
        .append(draft, &right, now)
        .map_err(|error| Failure::new("E-TOTALS-LEDGER").with(error.to_string()))?;
    folder.save(longer)?;
    Ok(hex::write(&head))
}

fn publish(staged: TempDir, out: &Path) -> Result<(), Failure> {
    std::fs::rename(staged.path(), out)
        .and_then(|()| sync_folder(&beside(out)))
        .map_err(|_| Failure::new("E-FILE-WRITE").with(out.display().to_string()))?;
    // The folder has its name now; nothing is left to clean up.
    let _renamed = staged.keep();
    Ok(())
}

fn beside(out: &Path) -> PathBuf {
    match out.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        Some(_) | None => PathBuf::from("."),
    }
}

fn report(
    wanted: &ProtectArguments,
    protected: &Protected,
    files: &Files,
    ledger_head: Option<String>,
) -> ProtectReport {
    let release = protected.table.release();
    let own = protected.table.view().cells().iter().filter(|cell| cell.release == release);
    let shown: Vec<Status> = own.map(|cell| cell.status).filter(|status| *status != Status::Hidden).collect();
    ProtectReport {
        out: wanted.out.display().to_string(),
        release,
        cells: shown.len(),
        withheld: shown.iter().filter(|status| **status == Status::Withheld).count(),
        carried: shown.iter().filter(|status| matches!(status, Status::Carried(_))).count(),
        cost: protected.record.cost,
        cost_at_least: protected.record.cost_at_least,
        files: files.0.iter().map(|(name, _)| name.clone()).collect(),
        ledger_head,
    }
}

fn human(report: &ProtectReport, lang: Lang) -> String {
    let written = lang.pick("書き出しました", "ファイルを つくりました", "Written");
    let cells = lang.pick("数字", "数字（すうじ）", "Figures");
    let withheld = lang.pick("伏せたもの", "かくした もの", "withheld");
    let mut text =
        format!("{written}: {}\n{cells}: {}, {withheld}: {}\n", report.out, report.cells, report.withheld);
    match &report.ledger_head {
        Some(head) => {
            let said = lang.pick("公表台帳の先頭", "台帳（だいちょう）の しるし", "Ledger head");
            text.push_str(&format!("{said}: {head}\n"));
        }
        None => text.push_str(lang.pick(
            "台帳なし: 以前の公表との差は調べていません。続けて公表するときは --ledger を使ってください。\n",
            "まえに 出（だ）した 数字（すうじ）とは くらべて いません。つづけて 出（だ）す ときは --ledger を つかって ください。\n",
            "No ledger: earlier releases were not considered. Use --ledger for figures that are published again.\n",
        )),
    }
    text
}

/// Shows how far the work is; an interrupt ends the program, and nothing is published.
struct Shown(Bar);

impl Watch for Shown {
    fn report(&mut self, progress: Progress) -> Result<(), Stopped> {
        match progress {
            Progress::Suppressing { done, all }
            | Progress::Shrinking { done, all }
            | Progress::Comparing { done, all }
            | Progress::Proving { done, all } => self.0.set(done, all),
        }
        Ok(())
    }
}
