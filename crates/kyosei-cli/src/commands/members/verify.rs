//! `kyosei members verify`: words to compare by telephone, and whether anything about the members needs a look.

use kyosei_runtime::Vault;
use kyosei_runtime::members::device_words;
use serde::Serialize;

use super::super::who::{self, device_text, space_text};
use crate::args::Arguments;
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::{from_vault, with_vault};

#[derive(Serialize)]
struct VerifyReport {
    this_device: String,
    other_device: String,
    words_ja: Vec<String>,
    words_en: Vec<&'static str>,
    spaces: Vec<LogReport>,
}

/// The state of a space's membership.
#[derive(Serialize)]
struct LogReport {
    space: String,
    kind: Option<&'static str>,
    operations: usize,
    refused: usize,
    void: usize,
    waiting: usize,
    missing: usize,
    unknown: usize,
}

/// Shows the words of two devices.
pub fn run(arguments: &Arguments, other: &str, lang: Lang) -> Result<Done, Failure> {
    let (report, human) = with_vault(arguments, |vault| {
        let other = who::device(vault, other)?;
        let words = device_words(vault.device(), other);
        let spaces = vault.spaces().into_iter().map(|space| log(vault, space)).collect::<Result<_, _>>()?;
        let report = VerifyReport {
            this_device: vault.device().to_hex(),
            other_device: other.to_hex(),
            words_ja: words.japanese().collect(),
            words_en: words.english().collect(),
            spaces,
        };
        let human = text(vault, &report, &device_text(vault, other), lang);
        Ok((report, human))
    })?;
    Done::new(&report, human)
}

fn log(vault: &Vault, space: kyosei_runtime::members::SpaceId) -> Result<LogReport, Failure> {
    let journal = vault.replica(space).map_err(|error| from_vault(&error))?.journal();
    let membership = journal.membership();
    Ok(LogReport {
        space: space.to_hex(),
        kind: vault.kind_of(space).map(kyosei_model::SpaceKind::code),
        operations: journal.operations().len(),
        refused: membership.refused().len(),
        void: membership.void().len(),
        waiting: membership.waiting().len(),
        missing: membership.missing().len(),
        unknown: membership.unknown_count(),
    })
}

fn text(vault: &Vault, report: &VerifyReport, other: &str, lang: Lang) -> String {
    let compare = lang.pick(
        "電話などで、相手の画面の言葉と同じか確かめてください。違えば、どちらかの鍵がすり替えられています",
        "電話（でんわ）で、おなじ ことばか たしかめて ください",
        "Compare with what the other screen shows, by telephone or in person. If they differ, a key was exchanged",
    );
    let spaces = vault.spaces().into_iter();
    let lines: String = report
        .spaces
        .iter()
        .zip(spaces)
        .map(|(log, space)| {
            format!(
                "{}: {} {}, {} {}, {} {}, {} {}, {} {}\n",
                space_text(vault, space, lang),
                log.operations,
                lang.pick("件の操作", "けん", "operations"),
                log.refused,
                lang.pick("拒否", "だめ", "refused"),
                log.void,
                lang.pick("無効", "きえた", "void"),
                log.waiting.saturating_add(log.missing),
                lang.pick("未着", "まだ", "incomplete"),
                log.unknown,
                lang.pick("未知", "わからない", "of a newer version"),
            )
        })
        .collect();
    format!("{other}\n  {}\n  {}\n{compare}.\n{lines}", report.words_ja.join("　"), report.words_en.join(" "))
}
