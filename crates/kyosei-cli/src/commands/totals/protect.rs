//! `kyosei totals protect`: a release from a table file, without a vault.

use kyosei_disclosure::ledger::ReleaseRight;
use kyosei_disclosure::protect::Protected;
use kyosei_disclosure::tie::TIE_KEY_BYTES;
use kyosei_disclosure::{Ledger, Status, TableSet, TieKey};
use kyosei_disclosure_format::release::{Extras, Files};
use kyosei_disclosure_format::spec::{self, TotalsSpec};
use kyosei_disclosure_format::{hex, jj, table};
use kyosei_runtime::Environment;
use rand_chacha::rand_core::Rng;
use serde::Serialize;

use super::ledger_folder::LedgerFolder;
use super::{printed, publish};
use crate::args::ProtectArguments;
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::{check_free, environment, read_bytes, read_text, write_new};

/// The largest table file, in bytes.
const TABLE_BYTES_MAX: u64 = 64 << 20;
/// Who makes releases of a ledger that stands alone: whoever holds its lock.
pub const MAKER: &str = "ledger-folder";

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
    check_free(&wanted.out)?;
    let mut environment = environment()?;
    let spec = spec::read(&read_text(&wanted.spec)?)
        .map_err(|error| Failure::new(error.code()).with(error.to_string()))?;
    let table = read(wanted, &spec)?;
    if let Some(file) = &wanted.jj_out {
        write_new(file, jj::write(&table).as_bytes())?;
    }
    let fresh_key = random(&mut environment);
    let mut folder = wanted.ledger.as_deref().map(|path| LedgerFolder::open(path, fresh_key)).transpose()?;
    let (ledger, key) = match &folder {
        Some(folder) => (folder.ledger.clone(), folder.key.clone()),
        None => (Ledger::default(), TieKey::new(fresh_key)),
    };
    if let Some(head) = &wanted.printed_head {
        printed::check(&ledger, head)?;
    }
    let protected = publish::protected(&table, &spec.wish, &ledger, &key, lang)?;
    let extras = Extras { sdmx: wanted.sdmx, report: wanted.report.then(|| spec.wording.clone()) };
    let files = publish::make(&protected, &ledger, &extras, lang)?;
    let staged = publish::stage(&wanted.out, &files)?;
    let head = match &mut folder {
        Some(folder) => Some(enter(folder, &protected, &files, &spec, &mut environment)?),
        None => None,
    };
    publish::publish(staged, &wanted.out)?;
    let report = report(wanted, &protected, &files, head);
    let human = human(&report, lang);
    Done::new(&report, human)
}

/// The table as CSV under its specification, or in JJ format under its rule.
fn read(wanted: &ProtectArguments, spec: &TotalsSpec) -> Result<TableSet, Failure> {
    let bytes = read_bytes(&wanted.table, TABLE_BYTES_MAX)?;
    if !wanted.jj {
        return table::read(&bytes, spec).map_err(|error| Failure::new(error.code()).with(error.to_string()));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::new("E-FILE-ENCODING").with(wanted.table.display().to_string()))?;
    let set =
        jj::read(&text, &spec.rule).map_err(|error| Failure::new("E-TOTALS-JJ").with(error.to_string()))?;
    Ok(set)
}

/// Thirty-two random bytes: a key of ties, or the salt of an entry.
pub fn random(environment: &mut Environment) -> [u8; TIE_KEY_BYTES] {
    let mut bytes = [0; TIE_KEY_BYTES];
    environment.rng().fill_bytes(&mut bytes);
    bytes
}

/// Puts the release into the ledger; returns the new head.
fn enter(
    folder: &mut LedgerFolder,
    protected: &Protected,
    files: &Files,
    spec: &TotalsSpec,
    environment: &mut Environment,
) -> Result<String, Failure> {
    let now = environment.now().get().div_euclid(1000);
    let draft = protected.record.draft(now, MAKER, &spec.unit, publish::digests(files), random(environment));
    let right = ReleaseRight::Lease { holder: MAKER.to_owned(), until: i64::MAX };
    let mut longer = folder.ledger.clone();
    let head = longer
        .append(draft, &right, now)
        .map_err(|error| Failure::new("E-TOTALS-LEDGER").with(error.to_string()))?;
    folder.save(longer)?;
    Ok(hex::write(&head))
}

fn report(
    wanted: &ProtectArguments,
    protected: &Protected,
    files: &Files,
    ledger_head: Option<String>,
) -> ProtectReport {
    let release = protected.table.release();
    let shown: Vec<Status> = protected.table.view().shown(release).map(|cell| cell.status).collect();
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
    let cost = lang.pick("失われる重み", "なくなる おもさ", "Weight withheld");
    let least = lang.pick("これより軽い案がないと言える重み", "いちばん かるくて", "no safe choice is below");
    text.push_str(&format!("{cost}: {}, {least}: {}\n", report.cost, report.cost_at_least));
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
