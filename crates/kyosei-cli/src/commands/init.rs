//! `kyosei init`

use std::path::Path;

use kyosei_runtime::{NewCommittee, Vault};
use kyosei_vault::passphrase::{WordList, propose};
use kyosei_vault::recovery::{SHEETS_COUNT, SHEETS_THRESHOLD, Sheet};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::args::{Arguments, InitArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::{environment, from_vault, is_interactive, new_passphrase, vault_folder};

/// Words on one line of a sheet.
const WORDS_PER_LINE: usize = 6;

#[derive(Serialize)]
struct InitReport {
    vault: String,
    space: String,
    device: String,
    recovery_sheets: Vec<String>,
}

/// Makes a vault.
pub fn run(arguments: &Arguments, init: &InitArguments, lang: Lang) -> Result<Done, Failure> {
    let folder = vault_folder(arguments)?;
    if init.recovery_dir.is_none() && !is_interactive() {
        return Err(Failure::new("E-RECOVERY-DIR"));
    }
    let mut environment = environment()?;
    let passphrase = chosen_passphrase(arguments, environment.rng(), lang)?;
    if let Some(folder) = &init.recovery_dir {
        std::fs::create_dir_all(folder)
            .map_err(|_| Failure::new("E-FILE-WRITE").with(folder.display().to_string()))?;
    }
    let new = NewCommittee {
        committee: init.committee.clone(),
        person: init.person.clone(),
        device: init.device.clone(),
    };
    let mut files = Vec::new();
    let vault =
        Vault::create_with(&folder, &new, &passphrase, environment, |sheets| match &init.recovery_dir {
            Some(folder) => {
                files = write_sheets(folder, sheets, lang)?;
                Ok(())
            }
            None => {
                show_sheets(sheets, lang);
                Ok(())
            }
        })
        .map_err(|error| Failure::new(error.code()).with(folder.display().to_string()))?;
    let report = InitReport {
        vault: folder.display().to_string(),
        space: vault.journal().space().to_hex(),
        device: vault.device().to_hex(),
        recovery_sheets: files,
    };
    vault.close().map_err(|error| from_vault(&error))?;
    let human = human(&report, lang);
    Done::new(&report, human)
}

/// The passphrase: from the file, or proposed by the program and typed once more, or chosen.
pub fn chosen_passphrase(
    arguments: &Arguments,
    rng: &mut impl rand::Rng,
    lang: Lang,
) -> Result<SecretString, Failure> {
    if arguments.passphrase_file.is_some() || !is_interactive() {
        return new_passphrase(arguments.passphrase_file.as_deref(), "");
    }
    ask_new_passphrase(rng, lang)
}

/// Proposes a passphrase on the terminal and asks to type it (or another one) twice.
#[expect(
    clippy::print_stderr,
    reason = "the proposal is for the person at the terminal, not for standard output"
)]
pub fn ask_new_passphrase(rng: &mut impl rand::Rng, lang: Lang) -> Result<SecretString, Failure> {
    let list = if lang == Lang::En { WordList::English } else { WordList::Japanese };
    let proposal = propose(list, rng);
    eprintln!(
        "{}\n\n    {}",
        lang.pick(
            "合言葉の案です。紙に書いて、安全な所にしまってください。",
            "これは あいことばの 案（あん）です。紙（かみ）に 書（か）いて、安全（あんぜん）な ところに おいてください。",
            "A proposed passphrase. Write it on paper and keep it in a safe place."
        ),
        proposal.passphrase.expose_secret()
    );
    if let Some(kana) = &proposal.kana {
        eprintln!("    （{}）", kana.expose_secret());
    }
    let first = lang.pick("\n新しい合言葉: ", "\nあたらしい あいことば: ", "\nNew passphrase: ");
    let again = lang.pick("もう一度: ", "もういちど: ", "Once more: ");
    let chosen = new_passphrase(None, first)?;
    let repeated = new_passphrase(None, again)?;
    if chosen.expose_secret() == repeated.expose_secret() {
        Ok(chosen)
    } else {
        Err(Failure::new("E-PASSPHRASE-DIFFERS"))
    }
}

fn write_sheets(folder: &Path, sheets: &[Sheet], lang: Lang) -> std::io::Result<Vec<String>> {
    let mut files = Vec::new();
    for sheet in sheets {
        let path = folder.join(format!("kyosei-recovery-sheet-{}.txt", sheet.index));
        let text = sheet_text(sheet, lang);
        kyosei_runtime::files::write_new_durably(&path, text.as_bytes())?;
        files.push(path.display().to_string());
    }
    Ok(files)
}

#[expect(clippy::print_stderr, reason = "secrets for the person at the terminal must not land in a pipe")]
fn show_sheets(sheets: &[Sheet], lang: Lang) {
    for sheet in sheets {
        eprintln!("{}", sheet_text(sheet, lang));
    }
}

/// A sheet to print: what it is in the chosen language and in English, and the numbered words.
pub fn sheet_text(sheet: &Sheet, lang: Lang) -> String {
    let what = lang.pick(
        "kyosei 復元シート。印刷したら、このファイルは消してください。3枚は別々の人が保管します。2枚そろうと、全データを復元できます。人に見せないでください。",
        "kyosei の 復元（ふくげん）シートです。印刷（いんさつ）したら、この ファイルは 消（け）してください。3まいは べつべつの 人（ひと）が もちます。2まいで データが もどります。ほかの人（ひと）に 見（み）せないで ください。",
        "kyosei recovery sheet. Print it, then delete this file. The three sheets are kept by different people. Two of them restore everything. Show it to nobody.",
    );
    let words = sheet.to_words();
    let lines: String = words
        .chunks(WORDS_PER_LINE)
        .enumerate()
        .map(|(line, chunk)| format!("{:>3}  {}\n", line * WORDS_PER_LINE + 1, chunk.join(" ")))
        .collect();
    format!(
        "{what}\n\n  {} / {SHEETS_COUNT}  ({SHEETS_THRESHOLD} needed)  set {}\n\n{lines}\n",
        sheet.index,
        sheet.set.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
    )
}

fn human(report: &InitReport, lang: Lang) -> String {
    let done = lang.pick("保管庫を作りました", "保管庫（ほかんこ）を つくりました", "The vault was made");
    let sheets = lang.pick(
        "復元シートを印刷し、別々の人が保管して、ファイルは消してください",
        "復元（ふくげん）シートを 印刷（いんさつ）して、べつべつの 人（ひと）が もって、ファイルは 消（け）してください",
        "Print the recovery sheets, give them to different people, then delete the files",
    );
    let files: String = report.recovery_sheets.iter().map(|file| format!("  {file}\n")).collect();
    if files.is_empty() {
        let once = lang.pick(
            "上の復元シートは二度と表示されません。紙に写して、別々の人が保管してください",
            "上（うえ）の 復元（ふくげん）シートは もう 出（で）ません。紙（かみ）に 書（か）いて、べつべつの 人（ひと）が もって ください",
            "The recovery sheets above are not shown again. Write them on paper and give them to different people",
        );
        format!("{done}: {}\n{once}.\n", report.vault)
    } else {
        format!("{done}: {}\n{sheets}:\n{files}", report.vault)
    }
}
