//! `kyosei supporters`

use kyosei_app::supporters::{
    AddRefused, EditRefused, FieldFinding, KeepApartRefused, MergeRefused, ShowRefused, WithdrawRefused,
    add_supporter, edit_supporter, keep_apart, merge_supporters, show_supporter, withdraw_supporter,
};
use kyosei_model::{Channel, Choice, Field, Inconsistency, SupporterId};
use kyosei_runtime::{VaultError, WriteFailed};
use serde::Serialize;

use super::{code, forms, id};
use crate::args::{AddArguments, Arguments, MergeArguments, SupportersCommand};
use crate::locale::Lang;
use crate::outcome::{Done, Failure, no_undo, undo_by};
use crate::session::{from_write, with_vault};

pub mod erase;
mod export;
mod import;
pub mod list;
pub mod record;

pub use export::make as export_file;
pub use import::import_file;

#[derive(Serialize)]
struct AddReport {
    id: String,
    findings: Vec<FindingReport>,
    suppressed: bool,
}

#[derive(Serialize)]
struct EditReport {
    id: String,
    changed: Vec<&'static str>,
    findings: Vec<FindingReport>,
}

#[derive(Serialize)]
struct FindingReport {
    field: &'static str,
    code: &'static str,
}

#[derive(Serialize)]
struct MergeReport {
    kept: String,
    stays_closed: Vec<&'static str>,
}

#[derive(Serialize)]
struct WithdrawReport {
    id: String,
    withdrawn: usize,
    suppressed: bool,
}

#[derive(Serialize)]
struct ApartReport {
    first: String,
    second: String,
}

/// Runs a command of the group.
pub fn run(arguments: &Arguments, command: &SupportersCommand, lang: Lang) -> Result<Done, Failure> {
    match command {
        SupportersCommand::Import(import) => import::run(arguments, import, lang),
        SupportersCommand::List(list) => list::run(arguments, list, lang),
        SupportersCommand::Show { id: text } => show(arguments, id(text)?, lang),
        SupportersCommand::Add(add_arguments) => add(arguments, add_arguments, lang),
        SupportersCommand::Edit { id: text, from } => edit(arguments, id(text)?, forms::edit(from)?, lang),
        SupportersCommand::Merge(merge_arguments) => merge(arguments, merge_arguments, lang),
        SupportersCommand::Duplicates => list::duplicates(arguments, lang),
        SupportersCommand::KeepApart { first, second } => apart(arguments, id(first)?, id(second)?, lang),
        SupportersCommand::Withdraw { id: text, channel } => withdraw(arguments, id(text)?, *channel, lang),
        SupportersCommand::Erase(erase_arguments) => erase::run(arguments, erase_arguments, lang),
        SupportersCommand::Export(export_arguments) => export::run(arguments, export_arguments, lang),
    }
}

fn show(arguments: &Arguments, id: SupporterId, lang: Lang) -> Result<Done, Failure> {
    let (supporter, now) = with_vault(arguments, |vault| {
        let shown = match vault.write(|writing| show_supporter(writing, id)) {
            // A device that only reads cannot write into the audit trail, and may look all the same.
            Err(WriteFailed::Vault(VaultError::NotPermitted)) => {
                let found =
                    vault.register().supporter(id).filter(|one| kyosei_app::register::is_present(one));
                let found = found.cloned().ok_or_else(|| Failure::new("E-SUPPORTER-MISSING"))?;
                return Ok((found, vault.now()));
            }
            shown => shown,
        };
        let refused = |refused: ShowRefused| Failure::new(refused.code());
        Ok((shown.map_err(|failed| from_write(failed, refused))?, vault.now()))
    })?;
    let report = record::report(&supporter, now);
    let human = record::human(&supporter, now, lang);
    Done::new(&report, human)
}

fn add(arguments: &Arguments, add: &AddArguments, lang: Lang) -> Result<Done, Failure> {
    let Some(from) = add.from.as_deref().filter(|_| add.template.is_none()) else {
        let template = forms::template(add.template.unwrap_or(crate::args::Form::Individual));
        return Done::new(&serde_json::json!({ "template": template }), template);
    };
    let new = forms::new_supporter(from)?;
    let added = with_vault(arguments, |vault| {
        vault
            .write(|writing| add_supporter(writing, new))
            .map_err(|failed| from_write(failed, |refused| add_failure(&refused, lang)))
    })?;
    let report = AddReport {
        id: added.id.to_string(),
        findings: findings(&added.findings),
        suppressed: added.is_suppressed,
    };
    let said = lang.pick("登録しました", "登録（とうろく）しました", "Registered");
    let mut human = format!("{said}: {}\n{}", report.id, finding_lines(&added.findings, lang));
    if added.is_suppressed {
        human.push_str(lang.pick(
            "このアドレスは送信停止なので、案内は送られません。\n",
            "この アドレスには メールを 送（おく）りません。\n",
            "The address is suppressed: no notices are sent to it.\n",
        ));
    }
    human.push_str(&undo_by(&format!("kyosei supporters erase {} --recovery-sheet FILE", report.id), lang));
    Done::new(&report, human)
}

fn edit(
    arguments: &Arguments,
    id: SupporterId,
    edit: kyosei_app::supporters::Edit,
    lang: Lang,
) -> Result<Done, Failure> {
    let edited = with_vault(arguments, |vault| {
        vault
            .write(|writing| edit_supporter(writing, id, edit))
            .map_err(|failed| from_write(failed, |refused| edit_failure(&refused, lang)))
    })?;
    let report = EditReport {
        id: id.to_string(),
        changed: edited.changed.iter().map(|field| field.code()).collect(),
        findings: findings(&edited.findings),
    };
    let changed: Vec<&str> =
        edited.changed.iter().map(|field| lang.label(field.label_ja(), field.label_en())).collect();
    let human = edited_text(id, &changed, &finding_lines(&edited.findings, lang), lang);
    Done::new(&report, human)
}

fn edited_text(id: SupporterId, changed: &[&str], findings: &str, lang: Lang) -> String {
    if changed.is_empty() {
        let said = lang.pick(
            "保存しました（文の項目は同じです）。",
            "そのままです。",
            "Saved; no text field differs.",
        );
        return format!("{said}\n{findings}");
    }
    let said = lang.pick("変更しました", "かえました", "Changed");
    let undo = lang.pick(
        "元の値に戻すには、もう一度 kyosei supporters edit で入れてください",
        "もどす ときは、もう一度（いちど） kyosei supporters edit を して ください",
        "To bring the earlier values back, edit once more: kyosei supporters edit",
    );
    format!("{said}: {}\n{findings}{undo} {id} -\n", changed.join(", "))
}

fn merge(arguments: &Arguments, merge: &MergeArguments, lang: Lang) -> Result<Done, Failure> {
    let (kept, absorbed): (SupporterId, SupporterId) = (id(&merge.kept)?, id(&merge.absorbed)?);
    let mut choices = std::collections::BTreeMap::new();
    if merge.keep_rest {
        choices.extend(Field::ALL.iter().map(|field| (*field, Choice::Kept)));
    }
    for field in &merge.take {
        choices.insert(code(field, Field::from_code)?, Choice::Absorbed);
    }
    let merged = with_vault(arguments, |vault| {
        vault
            .write(|writing| merge_supporters(writing, kept, absorbed, &choices))
            .map_err(|failed| from_write(failed, |refused| merge_failure(&refused, lang)))
    })?;
    let report = MergeReport {
        kept: merged.kept.to_string(),
        stays_closed: merged.opted_out.iter().map(|one| one.purpose.code()).collect(),
    };
    let mut human =
        format!("{}: {}\n", lang.pick("統合しました", "ひとつに しました", "Merged"), report.kept);
    for one in &merged.opted_out {
        human.push_str(&format!(
            "  {}: {}\n",
            lang.label(one.purpose.label_ja(), one.purpose.label_en()),
            lang.pick(
                "どちらかの記録で断られているので、閉じたままです",
                "どちらかで「いいえ」と 言（い）っているので、とじたままです",
                "one of the two records said no, so it stays closed"
            )
        ));
    }
    human.push_str(no_undo(lang));
    Done::new(&report, human)
}

fn apart(
    arguments: &Arguments,
    first: SupporterId,
    second: SupporterId,
    lang: Lang,
) -> Result<Done, Failure> {
    with_vault(arguments, |vault| {
        vault
            .write(|writing| keep_apart(writing, first, second))
            .map_err(|failed| from_write(failed, |refused: KeepApartRefused| Failure::new(refused.code())))
    })?;
    let report = ApartReport { first: first.to_string(), second: second.to_string() };
    let said = lang.pick(
        "別の支援者として記録しました。もう候補に出ません。\n",
        "べつの 人（ひと）です。もう 出（で）ません。\n",
        "Remembered as two supporters. They will not be proposed again.\n",
    );
    let human = format!("{said}{}", undo_by(&format!("kyosei supporters merge {first} {second}"), lang));
    Done::new(&report, human)
}

fn withdraw(arguments: &Arguments, id: SupporterId, channel: Channel, lang: Lang) -> Result<Done, Failure> {
    let withdrawn = with_vault(arguments, |vault| {
        vault
            .write(|writing| withdraw_supporter(writing, id, channel))
            .map_err(|failed| from_write(failed, |refused: WithdrawRefused| Failure::new(refused.code())))
    })?;
    let report = WithdrawReport {
        id: id.to_string(),
        withdrawn: withdrawn.withdrawn_count,
        suppressed: withdrawn.is_suppressed,
    };
    let said = lang.pick(
        "退会を記録しました。案内は送られません。",
        "やめました。お知（し）らせは 送（おく）りません。",
        "The withdrawal was recorded. No more notices are sent.",
    );
    let withdrawn = lang.pick("撤回", "やめた もの", "agreements taken back");
    let human = format!("{said} ({withdrawn}: {})\n{}", report.withdrawn, no_undo(lang));
    Done::new(&report, human)
}

fn findings(found: &[FieldFinding]) -> Vec<FindingReport> {
    let report = |finding: &FieldFinding| match finding {
        FieldFinding::Rejected(field, rejection) => {
            FindingReport { field: field.code(), code: rejection.code() }
        }
        FieldFinding::Warned(field, warning) => FindingReport { field: field.code(), code: warning.code() },
    };
    found.iter().map(report).collect()
}

fn finding_lines(found: &[FieldFinding], lang: Lang) -> String {
    found.iter().map(|finding| format!("  {}\n", finding_text(finding, lang))).collect()
}

fn finding_text(finding: &FieldFinding, lang: Lang) -> String {
    let (field, code, said) = match finding {
        FieldFinding::Rejected(field, one) => (field, one.code(), lang.label(one.label_ja(), one.label_en())),
        FieldFinding::Warned(field, one) => (field, one.code(), lang.label(one.label_ja(), one.label_en())),
    };
    format!("{}: {said} ({code})", lang.label(field.label_ja(), field.label_en()))
}

fn add_failure(refused: &AddRefused, lang: Lang) -> Failure {
    let failure = Failure::new(refused.code());
    match refused {
        AddRefused::Values(found) => with_findings(failure, found, lang),
        AddRefused::Missing(fields) => with_fields(failure, fields, lang),
        AddRefused::Inconsistent(parts) => with_parts(failure, parts, lang),
        AddRefused::NoConsent | AddRefused::NoWording | AddRefused::Write(_) => failure,
    }
}

fn edit_failure(refused: &EditRefused, lang: Lang) -> Failure {
    let failure = Failure::new(refused.code());
    match refused {
        EditRefused::Values(found) => with_findings(failure, found, lang),
        EditRefused::Missing(fields) => with_fields(failure, fields, lang),
        EditRefused::Inconsistent(parts) => with_parts(failure, parts, lang),
        EditRefused::NoSupporter | EditRefused::Write(_) => failure,
    }
}

fn merge_failure(refused: &MergeRefused, lang: Lang) -> Failure {
    let failure = Failure::new(refused.code());
    match refused {
        MergeRefused::Undecided(fields) => with_fields(failure, fields, lang),
        MergeRefused::NoSupporter | MergeRefused::Impossible(_) | MergeRefused::Write(_) => failure,
    }
}

fn with_findings(failure: Failure, found: &[FieldFinding], lang: Lang) -> Failure {
    found.iter().fold(failure, |failure, finding| failure.with(finding_text(finding, lang)))
}

fn with_fields(failure: Failure, fields: &[Field], lang: Lang) -> Failure {
    fields.iter().fold(failure, |failure, field| {
        failure.with(format!("{} ({})", lang.label(field.label_ja(), field.label_en()), field.code()))
    })
}

fn with_parts(failure: Failure, parts: &[Inconsistency], lang: Lang) -> Failure {
    parts.iter().fold(failure, |failure, part| failure.with(part_text(part, lang)))
}

fn part_text(part: &Inconsistency, lang: Lang) -> String {
    let text = match part {
        Inconsistency::ForeignField(field) => {
            let said =
                lang.pick("この様式にない項目です", "この 紙（かみ）に ありません", "not on this form");
            return format!("{} ({}): {said}", lang.label(field.label_ja(), field.label_en()), field.code());
        }
        Inconsistency::OrgTypeOfIndividual => lang.pick(
            "個人に法人格があります",
            "人（ひと）に 法人格（ほうじんかく）が あります",
            "a person has a legal form",
        ),
        Inconsistency::EmailState => lang.pick(
            "メールアドレスとその状態が合いません",
            "メールアドレスが おかしいです",
            "the e-mail address and its state",
        ),
        Inconsistency::GuardianMissing => lang.pick(
            "未成年なのに保護者名がありません",
            "保護者（ほごしゃ）の 名前（なまえ）が ありません",
            "a minor without the guardian's name",
        ),
        Inconsistency::DisplayNameMissing => lang.pick(
            "公表する名前がありません",
            "見（み）せる 名前（なまえ）が ありません",
            "the name to show in public is missing",
        ),
        Inconsistency::SubmittedAfterReceived => lang.pick(
            "登録日時が受付日時より後です",
            "時間（じかん）が おかしいです",
            "submitted after it was received",
        ),
        Inconsistency::Tags => lang.pick(
            "タグが多すぎるか、長すぎます",
            "タグが おおすぎます。または ながすぎます",
            "too many tags, or too long ones",
        ),
    };
    text.to_owned()
}
