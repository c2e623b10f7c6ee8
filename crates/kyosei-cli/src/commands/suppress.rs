//! `kyosei suppress`

use std::collections::BTreeMap;

use kyosei_app::suppress::{suppress, suppressions_of};
use kyosei_model::SuppressionReason;
use serde::Serialize;

use crate::args::{Arguments, SuppressCommand};
use crate::locale::Lang;
use crate::outcome::{Done, Failure, lines_or_none, no_undo};
use crate::session::{from_write, read_text, with_vault};

#[derive(Serialize)]
struct AddReport {
    added: usize,
    known: usize,
}

#[derive(Serialize)]
struct ListReport {
    by_reason: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct CheckReport {
    checked: usize,
    suppressed: Vec<Suppressed>,
}

#[derive(Serialize)]
struct Suppressed {
    line: usize,
    reason: &'static str,
    #[serde(skip)]
    label: &'static str,
}

/// Runs a command of the group.
pub fn run(arguments: &Arguments, command: &SuppressCommand, lang: Lang) -> Result<Done, Failure> {
    match command {
        SuppressCommand::Add { file, reason } => {
            let text = read_text(file)?;
            let addresses: Vec<&str> = addresses(&text).map(|(_, address)| address).collect();
            let report = with_vault(arguments, |vault| add(vault, &addresses, *reason))?;
            Done::new(&report, added_text(&report, lang))
        }
        SuppressCommand::List => {
            let by_reason = with_vault(arguments, |vault| {
                let mut counts = BTreeMap::new();
                for one in vault.register().lists().iter().flat_map(|lists| lists.suppressions.values()) {
                    *counts.entry(one.reason).or_insert(0_usize) += 1;
                }
                Ok(counts)
            })?;
            let line = |(reason, count): (&SuppressionReason, &usize)| {
                format!("{}: {count}\n", lang.label(reason.label_ja(), reason.label_en()))
            };
            let human = lines_or_none(by_reason.iter().map(line).collect(), lang);
            let by_reason = by_reason.into_iter().map(|(reason, count)| (reason.code(), count)).collect();
            Done::new(&ListReport { by_reason }, human)
        }
        SuppressCommand::Check { file } => {
            let text = read_text(file)?;
            let report = with_vault(arguments, |vault| {
                let lists = vault.register().lists().ok_or_else(|| Failure::new("E-RECORD"))?;
                let found = addresses(&text).filter_map(|(line, address)| {
                    let reason = suppressions_of(lists, address).first()?.reason;
                    Some(Suppressed {
                        line,
                        reason: reason.code(),
                        label: lang.label(reason.label_ja(), reason.label_en()),
                    })
                });
                Ok(CheckReport { checked: addresses(&text).count(), suppressed: found.collect() })
            })?;
            Done::new(&report, checked_text(&report, lang))
        }
    }
}

fn added_text(report: &AddReport, lang: Lang) -> String {
    let added = lang.pick("送信停止に加えました", "メールを 送（おく）りません", "Addresses suppressed");
    let known = lang.pick("前からあったもの", "まえから", "known before");
    let last = if report.added > 0 { no_undo(lang) } else { "" };
    format!("{added}: {} ({known}: {})\n{last}", report.added, report.known)
}

fn checked_text(report: &CheckReport, lang: Lang) -> String {
    let line = lang.pick("行", "行（ぎょう）", "line");
    let said = lang.pick("送信停止のもの", "送（おく）らない もの", "suppressed");
    let lines: String =
        report.suppressed.iter().map(|one| format!("{line} {}: {}\n", one.line, one.label)).collect();
    format!("{lines}{said}: {} / {}\n", report.suppressed.len(), report.checked)
}

fn add(
    vault: &mut kyosei_runtime::Vault,
    addresses: &[&str],
    reason: SuppressionReason,
) -> Result<AddReport, Failure> {
    let added = vault.write(|writing| suppress(writing, addresses.iter().copied(), reason));
    let added =
        added.map_err(|failed| from_write(failed, |_: kyosei_app::WriteError| Failure::new("E-RECORD")))?;
    Ok(AddReport { added, known: addresses.len().saturating_sub(added) })
}

/// The addresses of a text with their lines, from 1.
fn addresses(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines()).map(|(line, text)| (line, text.trim())).filter(|(_, text)| !text.is_empty())
}
