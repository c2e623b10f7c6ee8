//! `kyosei demo`: the main job on invented data, with what it did and how long each step took.

use std::path::Path;
use std::time::Instant;

use kyosei_app::imports::Decisions;
use kyosei_app::supporters::{Edit, ExportRequest, edit_supporter, withdraw_supporter};
use kyosei_intake::export::ExportFormat;
use kyosei_model::{Channel, Field, Status, SupporterKind};
use kyosei_runtime::{NewCommittee, SearchQuery, Vault};
use kyosei_testkit::registrations::{Faults, FileForm, Form, generate};
use kyosei_vault::passphrase::{WordList, propose};
use kyosei_vault::recovery::Sheet;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::supporters::{export_file, import_file};
use crate::args::DemoArguments;
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::progress::Bar;
use crate::session::{environment, from_vault, from_write};

mod committee;

/// Seed of the invented registrations.
const SEED: u64 = 20_261_124;

#[derive(Serialize)]
struct DemoReport {
    vault: Option<String>,
    passphrase: Option<String>,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    step: &'static str,
    said: String,
    ms: u128,
}

struct Demo {
    lang: Lang,
    steps: Vec<Step>,
    started: Instant,
}

/// Runs the demonstration.
pub fn run(arguments: &DemoArguments, lang: Lang) -> Result<Done, Failure> {
    let temporary = tempfile::tempdir().map_err(|_| Failure::new("E-FILE-WRITE"))?;
    let folder = arguments.dir.clone().unwrap_or_else(|| temporary.path().join("vault"));
    let mut demo = Demo { lang, steps: Vec::new(), started: Instant::now() };
    let passphrase = demo.play(&folder, arguments.people)?;
    demo.committee(&temporary.path().join("committee"), &passphrase)?;
    let kept = arguments.dir.is_some();
    let report = DemoReport {
        vault: kept.then(|| folder.display().to_string()),
        passphrase: kept.then(|| passphrase.expose_secret().to_owned()),
        steps: demo.steps,
    };
    let human = human(&report, &folder, kept, lang);
    Done::new(&report, human)
}

impl Demo {
    fn play(&mut self, folder: &Path, people: u32) -> Result<SecretString, Failure> {
        let (mut vault, sheets, passphrase) = self.found(folder)?;
        self.import(&mut vault, people)?;
        self.search(&vault)?;
        self.edit_and_withdraw(&mut vault)?;
        self.export(&mut vault)?;
        self.erase(&mut vault, &sheets)?;
        vault.close().map_err(|error| from_vault(&error))?;
        self.unlock_and_check(folder, &passphrase)?;
        Ok(passphrase)
    }

    fn found(&mut self, folder: &Path) -> Result<(Vault, Vec<Sheet>, SecretString), Failure> {
        let mut environment = environment()?;
        let passphrase = propose(WordList::English, environment.rng()).passphrase;
        let new = NewCommittee {
            committee: String::from("鎌倉なんみん共生フォーラム（見本）"),
            person: String::from("見本 花子"),
            device: String::from("見本のノート"),
        };
        let created = Vault::create(folder, &new, &passphrase, environment)
            .map_err(|error| Failure::new(error.code()).with(folder.display().to_string()))?;
        let said = self.lang.pick(
            "保管庫を作り、合言葉の案と復元シート3枚を用意しました",
            "保管庫（ほかんこ）と 復元（ふくげん）シート 3まいを つくりました",
            "made a vault with a proposed passphrase and three recovery sheets",
        );
        self.note("init", said.to_owned());
        Ok((created.vault, created.sheets, passphrase))
    }

    fn import(&mut self, vault: &mut Vault, people: u32) -> Result<(), Failure> {
        let people = usize::try_from(people).unwrap_or(usize::MAX);
        let files = [
            ("個人.csv", Form::Individual, people, FileForm::Cp932),
            ("団体.xlsx", Form::Organisation, people.div_ceil(16), FileForm::Xlsx),
        ];
        for (name, form, rows, file_form) in files {
            let bytes = generate(SEED, form, rows, &Faults::as_seen(), file_form)
                .map_err(|_| Failure::new("E-DEMO"))?;
            self.restart();
            let preview = import_file(vault, name, &bytes, &Decisions::default(), self.lang)?;
            let counts = preview.counts;
            let said = format!(
                "{name} ({}): {} {}, {} {}, {} {}, {} {}",
                preview.encoding.code(),
                counts.new,
                self.lang.pick("新規", "あたらしい", "new"),
                counts.updates + counts.repeated,
                self.lang.pick("重複", "おなじ", "duplicates"),
                counts.review,
                self.lang.pick("要確認", "たしかめる", "to review"),
                counts.rejected + counts.unreadable,
                self.lang.pick("受け付けない", "入（い）れない", "rejected"),
            );
            self.note("import", said);
            let again = import_file(vault, name, &bytes, &Decisions::default(), self.lang)?;
            let said = self.lang.pick(
                "同じファイルをもう一度",
                "おなじ ファイルを もう一度（いちど）",
                "the same file again",
            );
            self.note(
                "import-again",
                format!("{said}: {} {}", again.counts.new, self.lang.pick("新規", "あたらしい", "new")),
            );
        }
        Ok(())
    }

    fn search(&mut self, vault: &Vault) -> Result<(), Failure> {
        for text in ["高橋", "山崎", "やまだ", "大船"] {
            self.restart();
            let query = SearchQuery { text: String::from(text), ..SearchQuery::default() };
            let (found, total) = vault.search(&query).map_err(|error| from_vault(&error))?;
            let first =
                found.first().and_then(|supporter| supporter.get(supporter.name_field())).unwrap_or("–");
            self.note("search", format!("「{text}」: {total} ({first} …)"));
        }
        Ok(())
    }

    fn edit_and_withdraw(&mut self, vault: &mut Vault) -> Result<(), Failure> {
        let mut active =
            vault.register().supporters().filter(|one| one.status == Status::Active).map(|one| one.id);
        let (Some(first), Some(second)) = (active.next(), active.next()) else {
            return Err(Failure::new("E-DEMO"));
        };
        drop(active);
        self.restart();
        let edit = Edit {
            text: vec![
                (Field::City, Some(String::from("鎌倉市"))),
                (Field::Tel, Some(String::from("0467-00-0000"))),
            ],
            ..Edit::default()
        };
        vault
            .write(|writing| edit_supporter(writing, first, edit))
            .map_err(|failed| from_write(failed, |refused| Failure::new(refused.code())))?;
        self.note(
            "edit",
            self.lang.pick("1件を変更しました", "1けん かえました", "changed one record").to_owned(),
        );
        vault
            .write(|writing| withdraw_supporter(writing, second, Channel::Email))
            .map_err(|failed| from_write(failed, |refused| Failure::new(refused.code())))?;
        let said = self.lang.pick(
            "1人の退会を記録し、宛先を送信停止にしました",
            "ひとり やめました。もう メールを 送（おく）りません",
            "recorded one withdrawal and suppressed the address",
        );
        self.note("withdraw", said.to_owned());
        Ok(())
    }

    fn export(&mut self, vault: &mut Vault) -> Result<(), Failure> {
        self.restart();
        let request = ExportRequest {
            kind: SupporterKind::Individual,
            with_withdrawn: false,
            format: ExportFormat::CsvCp932,
            purpose: String::from("見本"),
        };
        let exported = export_file(vault, &request)?;
        let said = format!(
            "CP932: {} {}, {} {}, {} {}",
            exported.rows,
            self.lang.pick("件", "けん", "rows"),
            exported.guarded_cells,
            self.lang.pick("数式よけ", "数式（すうしき）よけ", "cells guarded"),
            exported.losses.len(),
            self.lang.pick("書けない字", "書（か）けない 字（じ）", "cells with letters that it lacks"),
        );
        self.note("export", said);
        Ok(())
    }

    fn erase(&mut self, vault: &mut Vault, sheets: &[Sheet]) -> Result<(), Failure> {
        let chosen = vault.register().supporters().find(|one| one.status == Status::Active).map(|one| one.id);
        let (Some(id), Some(sheet)) = (chosen, sheets.first()) else { return Err(Failure::new("E-DEMO")) };
        self.restart();
        let approval = vault.approval_key(sheet).map_err(|_| Failure::new("E-SHEET"))?;
        let erased = vault
            .erase([id], &[approval])
            .map_err(|failed| from_write(failed, |refused| Failure::new(refused.code())))?;
        let said = self.lang.pick(
            "1件を復元シートの承認で消去しました。消した封",
            "復元（ふくげん）シートで 1けん けしました",
            "erased one record with a recovery sheet as approval; payloads dropped",
        );
        self.note("erase", format!("{said}: {}", erased.payload_count));
        Ok(())
    }

    fn unlock_and_check(&mut self, folder: &Path, passphrase: &SecretString) -> Result<(), Failure> {
        self.restart();
        let bar = Bar::new(self.lang.pick("解錠", "あけています", "Unlocking"));
        let vault =
            Vault::unlock(folder, passphrase, environment()?).map_err(|error| Failure::new(error.code()))?;
        drop(bar);
        let status = vault.status();
        let said = self.lang.pick("開き直しました", "また 開（ひら）きました", "unlocked again");
        self.note("unlock", format!("{said}: {} / {}", status.document_count, status.entry_count));
        let report = vault.check(true).map_err(|error| from_vault(&error))?;
        if !report.findings.is_empty() {
            return Err(Failure::new("E-VAULT-DAMAGED"));
        }
        let said = self.lang.pick(
            "全記録の署名と内容を確かめました。異常はありません",
            "ぜんぶ たしかめました。だいじょうぶです",
            "verified every entry and rebuilt the register from them: equal",
        );
        self.note("doctor", format!("{said}: {}", report.entry_count));
        vault.close().map_err(|error| from_vault(&error))
    }

    fn restart(&mut self) {
        self.started = Instant::now();
    }

    fn note(&mut self, step: &'static str, said: String) {
        self.steps.push(Step { step, said, ms: self.started.elapsed().as_millis() });
        self.restart();
    }
}

fn human(report: &DemoReport, folder: &Path, kept: bool, lang: Lang) -> String {
    let lines: String = report
        .steps
        .iter()
        .map(|step| format!("{:>7} ms  {:<13} {}\n", step.ms, step.step, step.said))
        .collect();
    let last = if kept {
        format!(
            "{}: {}\n{}: {}\n",
            lang.pick("保管庫", "保管庫（ほかんこ）", "Vault"),
            folder.display(),
            lang.pick("合言葉", "あいことば", "Passphrase"),
            report.passphrase.as_deref().unwrap_or_default()
        )
    } else {
        lang.pick(
            "見本の保管庫は消しました。人物はすべて架空です。\n",
            "見本（みほん）は けしました。ほんとうの 人（ひと）では ありません。\n",
            "The demonstration vault was removed. All people are invented.\n",
        )
        .to_owned()
    };
    format!("{lines}{last}")
}
