//! `kyosei doctor`

use kyosei_runtime::Finding;
use serde::Serialize;

use crate::args::{Arguments, DoctorArguments};
use crate::locale::Lang;
use crate::outcome::{Done, EXIT_FAILED, Failure};
use crate::session::{from_vault, with_vault};

#[derive(Serialize)]
struct DoctorReport {
    entries: usize,
    documents: usize,
    findings: Vec<FindingReport>,
    rebuilt: bool,
}

#[derive(Serialize)]
struct FindingReport {
    kind: &'static str,
    detail: String,
}

/// Looks for damage, and rebuilds the local state if asked.
pub fn run(arguments: &Arguments, doctor: &DoctorArguments, lang: Lang) -> Result<Done, Failure> {
    let checked = with_vault(arguments, |vault| {
        if doctor.rebuild {
            vault.rebuild().map_err(|error| Failure::new(error.code()))?;
        }
        vault.check(doctor.deep || doctor.rebuild).map_err(|error| from_vault(&error))
    })?;
    let report = DoctorReport {
        entries: checked.entry_count,
        documents: checked.document_count,
        findings: checked.findings.iter().map(finding).collect(),
        rebuilt: doctor.rebuild,
    };
    let human = human(&report, lang);
    let healthy = report.findings.is_empty();
    let mut done = Done::new(&report, human)?;
    if !healthy {
        done.exit = EXIT_FAILED;
    }
    Ok(done)
}

fn finding(finding: &Finding) -> FindingReport {
    let (kind, detail) = match finding {
        Finding::Database => ("database", String::new()),
        Finding::Entry(reason) => ("entry", reason.clone()),
        Finding::Document(reason) => ("document", reason.clone()),
        Finding::Snapshot => ("snapshot", String::new()),
        Finding::State => ("state", String::new()),
    };
    FindingReport { kind, detail }
}

fn human(report: &DoctorReport, lang: Lang) -> String {
    let counts = format!(
        "{}: {}  {}: {}\n",
        lang.pick("記録", "記録（きろく）", "Entries"),
        report.entries,
        lang.pick("文書", "文書（ぶんしょ）", "Documents"),
        report.documents
    );
    if report.findings.is_empty() {
        let healthy = lang.pick("異常はありません。\n", "だいじょうぶです。\n", "All is well.\n");
        return format!("{counts}{healthy}");
    }
    let lines: String =
        report.findings.iter().map(|one| format!("  {} {}\n", one.kind, one.detail)).collect();
    let todo = lang.pick(
        "異常があります。まず保管庫のフォルダを丸ごと写してから、kyosei doctor --rebuild を試してください。",
        "こわれた ところが あります。まず フォルダを コピーして、それから kyosei doctor --rebuild を してください。",
        "Something is wrong. First copy the vault's whole folder, then try kyosei doctor --rebuild.",
    );
    format!("{counts}{todo}\n{lines}")
}
