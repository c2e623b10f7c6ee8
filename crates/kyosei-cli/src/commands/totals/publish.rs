//! What every release goes through, whether its table comes from a file or from the register.
//!
//! Order: [`make`] computes everything and verifies it as a reader would; [`stage`] writes it into a hidden folder beside the
//! wished one; then the caller enters the release into its ledger; then [`publish`] gives the folder its name. A stop at any
//! point publishes nothing in part, and nothing is ever published that the ledger does not know.

use std::path::{Path, PathBuf};

use kyosei_disclosure::infeasible::Remedy;
use kyosei_disclosure::protect::{Protected, confirms};
use kyosei_disclosure::publish::{Sha, file_digest};
use kyosei_disclosure::{
    Action, Budget, Infeasible, Ledger, Progress, ProtectError, Spec, Stopped, TableSet, TieKey, Watch,
    protect,
};
use kyosei_disclosure_format::certificate;
use kyosei_disclosure_format::release::{self, CERTIFICATE_NAME, Extras, Files, WriteError};
use kyosei_disclosure_format::report::ReportError;
use kyosei_runtime::files::{sync_folder, write_new_durably};
use tempfile::TempDir;

use crate::locale::Lang;
use crate::outcome::Failure;
use crate::progress::Bar;

/// Protects a table.
pub fn protected(
    table: &TableSet,
    wish: &Spec,
    ledger: &Ledger,
    key: &TieKey,
    lang: Lang,
) -> Result<Protected, Failure> {
    protect(table, wish, ledger, key, &Budget::default(), &mut shown(lang)).map_err(refused)
}

/// The files of a release, verified as a reader would, and against what only we know.
pub fn make(protected: &Protected, ledger: &Ledger, extras: &Extras, lang: Lang) -> Result<Files, Failure> {
    let budget = Budget::default();
    let files = release::write(&protected.table, &ledger.head(), extras, &budget, &mut shown(lang))
        .map_err(|error| unwritten(&error))?;
    release::check(&borrowed(&files))
        .map_err(|error| Failure::new("E-TOTALS-PROOF").with(error.to_string()))?;
    let unproven = || Failure::new("E-TOTALS-PROOF");
    let proof = files.0.iter().find(|(name, _)| name == CERTIFICATE_NAME).ok_or_else(unproven)?;
    let proof = certificate::read(&proof.1).map_err(|_| unproven())?;
    if !confirms(&protected.record, protected.table.view(), &proof) {
        return Err(unproven());
    }
    Ok(files)
}

/// The digests of all files, for the ledger.
pub fn digests(files: &Files) -> Vec<(String, Sha)> {
    files.0.iter().map(|(name, bytes)| (name.clone(), file_digest(bytes))).collect()
}

/// Writes the files into a folder beside the wished one, which goes away again unless it is published.
pub fn stage(out: &Path, files: &Files) -> Result<TempDir, Failure> {
    let failed = |_| Failure::new("E-FILE-WRITE").with(out.display().to_string());
    let staged =
        tempfile::Builder::new().prefix(".kyosei-totals-").tempdir_in(beside(out)).map_err(failed)?;
    for (name, bytes) in &files.0 {
        write_new_durably(&staged.path().join(name), bytes).map_err(failed)?;
    }
    Ok(staged)
}

/// Gives a staged folder its name. The ledger has the release by now and will not make it again, so a folder that cannot get
/// its name stays, and the failure says where.
pub fn publish(staged: TempDir, out: &Path) -> Result<(), Failure> {
    let staged = staged.keep();
    std::fs::rename(&staged, out).and_then(|()| sync_folder(&beside(out))).map_err(|_| {
        Failure::new("E-FILE-WRITE").with(out.display().to_string()).with(staged.display().to_string())
    })
}

fn borrowed(files: &Files) -> Vec<(&str, &[u8])> {
    files.0.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
}

fn beside(out: &Path) -> PathBuf {
    match out.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        Some(_) | None => PathBuf::from("."),
    }
}

fn unwritten(error: &WriteError) -> Failure {
    match error {
        WriteError::Report(ReportError::Letter(letter)) => {
            Failure::new("E-TOTALS-LETTER").with(format!("U+{letter:04X}"))
        }
        WriteError::Report(ReportError::Document)
        | WriteError::Json(_)
        | WriteError::Csv(_)
        | WriteError::Bundle(_)
        | WriteError::Prove(_) => Failure::new("E-TOTALS-PROOF").with(error.to_string()),
    }
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

fn shown(lang: Lang) -> Shown {
    Shown(Bar::new(lang.pick("集計を守っています", "数字（すうじ）を 守（まも）って います", "Protecting")))
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
