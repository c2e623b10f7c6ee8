//! `kyosei status`

use serde::Serialize;

use super::sync::state::{StateReport, state, state_text};
use crate::args::Arguments;
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::with_vault;

#[derive(Serialize)]
struct StatusReport {
    committee: String,
    person: String,
    space: String,
    supporters: Vec<Count>,
    devices: usize,
    entries: u64,
    documents: usize,
    unreadable_documents: usize,
    local_state_rebuilt: bool,
    damaged_entries: usize,
    sync: StateReport,
}

#[derive(Serialize)]
struct Count {
    status: &'static str,
    count: u64,
}

/// Tells what the vault holds.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Done, Failure> {
    let (status, sync, sync_text) = with_vault(arguments, |vault| {
        let sync = state(vault);
        let text = state_text(vault, &sync, lang);
        Ok((vault.status(), sync, text))
    })?;
    let report = StatusReport {
        committee: status.committee,
        person: status.person,
        space: status.space.to_hex(),
        supporters: status
            .supporters_by_status
            .iter()
            .map(|(status, count)| Count { status, count: *count })
            .collect(),
        devices: status.device_count,
        entries: status.entry_count,
        documents: status.document_count,
        unreadable_documents: status.unreadable_count,
        local_state_rebuilt: status.was_rebuilt,
        damaged_entries: status.damaged_entry_count,
        sync,
    };
    let human = format!("{}{sync_text}", human(&report, lang));
    Done::new(&report, human)
}

fn human(report: &StatusReport, lang: Lang) -> String {
    let label = |code: &str| {
        kyosei_model::Status::from_code(code)
            .map(|status| lang.label(status.label_ja(), status.label_en()))
            .unwrap_or_default()
    };
    let counts: String =
        report.supporters.iter().map(|one| format!("  {}: {}\n", label(one.status), one.count)).collect();
    let mut text = format!(
        "{} — {}\n{}:\n{counts}{}: {}  {}: {}  {}: {}\n",
        report.committee,
        report.person,
        lang.pick("支援者", "支援者（しえんしゃ）", "Supporters"),
        lang.pick("端末", "パソコン", "Devices"),
        report.devices,
        lang.pick("記録", "記録（きろく）", "Entries"),
        report.entries,
        lang.pick("文書", "文書（ぶんしょ）", "Documents"),
        report.documents,
    );
    if report.unreadable_documents > 0 {
        text.push_str(&format!(
            "{}: {}\n",
            lang.pick(
                "この版では読めない文書があります。消えてはいません。更新してください",
                "この プログラムで 読（よ）めない 文書（ぶんしょ）が あります。あたらしい プログラムに してください",
                "Documents that this version cannot read. Nothing is lost; please update"
            ),
            report.unreadable_documents
        ));
    }
    if report.damaged_entries > 0 {
        text.push_str(&format!(
            "{}: {}\n",
            lang.pick(
                "読めない記録があります。ほかの記録は無事です。控えから戻すか、kyosei doctor で詳しく見てください",
                "読（よ）めない 記録（きろく）が あります。ほかは だいじょうぶです。kyosei doctor を して ください",
                "Entries that cannot be read. The others are unharmed. Restore a backup, or see kyosei doctor"
            ),
            report.damaged_entries
        ));
    } else if report.local_state_rebuilt {
        text.push_str(lang.pick(
            "手元の状態が壊れていたので、記録から作り直しました。失われたものはありません。\n",
            "こわれた ところを なおしました。なくなった ものは ありません。\n",
            "The local state was damaged and was rebuilt from the entries. Nothing is lost.\n",
        ));
    }
    text
}
