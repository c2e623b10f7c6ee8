//! `kyosei supporters erase`

use std::path::{Path, PathBuf};

use kyosei_app::supporters::EraseRefused;
use kyosei_model::SupporterId;
use kyosei_runtime::{SigningKey, Vault};
use kyosei_vault::recovery::{Sheet, SheetError};
use serde::Serialize;

use super::super::id;
use crate::args::{Arguments, EraseArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure, no_undo};
use crate::session::{from_write, is_interactive, read_text, with_vault};

#[derive(Serialize)]
struct EraseReport {
    records: Vec<String>,
    payloads_dropped: usize,
}

/// Erases a record for good.
pub fn run(arguments: &Arguments, erase: &EraseArguments, lang: Lang) -> Result<Done, Failure> {
    let supporter: SupporterId = id(&erase.id)?;
    let sheets: Vec<Sheet> = erase.recovery_sheet.iter().map(|path| sheet(path)).collect::<Result<_, _>>()?;
    confirm(erase, lang)?;
    let erased = with_vault(arguments, |vault| {
        if vault.register().supporter(supporter).is_none() {
            return Err(Failure::new("E-SUPPORTER-MISSING"));
        }
        let approvals = approvals(vault, &sheets)?;
        vault
            .erase([supporter], &approvals)
            .map_err(|failed| from_write(failed, |refused: EraseRefused| Failure::new(refused.code())))
    })?;
    let said = lang.pick(
        "消去しました。この保管庫のどこにも残っていません。古い写し（バックアップ、USB）がある場合は、それも消してください。\n",
        "けしました。この パソコンには もう ありません。コピー（バックアップ、USB）が あったら、それも けして ください。\n",
        "Erased. Nothing of it is left in this vault. If there are old copies (backups, USB sticks), destroy those too.\n",
    );
    let report = EraseReport {
        records: erased.records.iter().map(ToString::to_string).collect(),
        payloads_dropped: erased.payload_count,
    };
    let human = format!("{said}{}{}", lines(&report.records), no_undo(lang));
    Done::new(&report, human)
}

fn lines(records: &[String]) -> String {
    records.iter().map(|id| format!("  {id}\n")).collect()
}

/// The approval keys of recovery sheets.
pub fn approvals(vault: &Vault, sheets: &[Sheet]) -> Result<Vec<SigningKey>, Failure> {
    sheets.iter().map(|sheet| vault.approval_key(sheet).map_err(|_| Failure::new("E-SHEET"))).collect()
}

/// Reads recovery sheets.
pub fn sheets(paths: &[PathBuf]) -> Result<Vec<Sheet>, Failure> {
    paths.iter().map(|path| sheet(path)).collect()
}

/// Reads a recovery sheet: the numbered lines of words, whatever text stands around them.
pub fn sheet(path: &Path) -> Result<Sheet, Failure> {
    let text = read_text(path)?;
    let words = text
        .lines()
        .filter(|line| line.trim_start().starts_with(|first: char| first.is_ascii_digit()))
        .filter(|line| !line.contains('/'))
        .flat_map(str::split_whitespace)
        .filter(|word| word.chars().all(|letter| letter.is_ascii_alphabetic()));
    Sheet::from_words(words).map_err(|error| match error {
        SheetError::UnknownWord { at } => Failure::new("E-SHEET").with(format!("word {at}")),
        SheetError::WordCount { found } => Failure::new("E-SHEET").with(format!("{found} words")),
        SheetError::Checksum
        | SheetError::NewerVersion
        | SheetError::TooFew
        | SheetError::DifferentSets
        | SheetError::WrongKey
        | SheetError::Sharing => Failure::new("E-SHEET"),
    })
}

#[expect(clippy::print_stderr, reason = "a question to the person at the terminal")]
fn confirm(erase: &EraseArguments, lang: Lang) -> Result<(), Failure> {
    if erase.yes {
        return Ok(());
    }
    if !is_interactive() {
        return Err(Failure::new("E-CONFIRM"));
    }
    eprintln!(
        "{}\n{}",
        lang.pick(
            "消去すると、元に戻せません。続けるには、番号をもう一度入力してください:",
            "けすと、もとに もどりません。つづけるなら、番号（ばんごう）を もう一度（いちど） 書（か）いて ください:",
            "An erasure cannot be undone. To go on, type the id once more:"
        ),
        erase.id
    );
    let mut typed = String::new();
    let read = std::io::stdin().read_line(&mut typed);
    if read.is_ok() && typed.trim() == erase.id { Ok(()) } else { Err(Failure::new("E-CONFIRM")) }
}
