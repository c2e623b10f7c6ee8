//! `kyosei supporters`

use kyosei_app::supporters::{
    AddRefused, EditRefused, FieldFinding, KeepApartRefused, MergeRefused, ShowRefused, WithdrawRefused,
    add_supporter, edit_supporter, keep_apart, merge_supporters, show_supporter, withdraw_supporter,
};
use kyosei_model::{Channel, Choice, Field, Inconsistency, SupporterId};
use serde::Serialize;

use super::{code, forms, id};
use crate::args::{AddArguments, Arguments, MergeArguments, SupportersCommand};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::{from_write, with_vault};

pub mod erase;
mod export;
mod import;
mod list;
pub mod record;

pub use export::make as export_file;
pub use import::import_file;

#[derive(Serialize)]
struct ChangeReport {
    id: String,
    changed: Vec<&'static str>,
    findings: Vec<FindingReport>,
    suppressed: bool,
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
        SupportersCommand::Withdraw { id: text, channel } => {
            withdraw(arguments, id(text)?, code(channel, Channel::from_code)?, lang)
        }
        SupportersCommand::Erase(erase_arguments) => erase::run(arguments, erase_arguments, lang),
        SupportersCommand::Export(export_arguments) => export::run(arguments, export_arguments, lang),
    }
}

fn show(arguments: &Arguments, id: SupporterId, lang: Lang) -> Result<Done, Failure> {
    let (supporter, now) = with_vault(arguments, |vault| {
        let shown = vault.write(|writing| show_supporter(writing, id));
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
    let report = ChangeReport {
        id: added.id.to_string(),
        changed: Vec::new(),
        findings: findings(&added.findings),
        suppressed: added.is_suppressed,
    };
    let said = lang.pick("登録しました", "登録（とうろく）しました", "Registered");
    let human = format!("{said}: {}\n{}", report.id, finding_lines(&added.findings, lang));
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
    let report = ChangeReport {
        id: id.to_string(),
        changed: edited.changed.iter().map(|field| field.code()).collect(),
        findings: findings(&edited.findings),
        suppressed: false,
    };
    let changed: Vec<&str> =
        edited.changed.iter().map(|field| lang.label(field.label_ja(), field.label_en())).collect();
    let said = lang.pick("変更しました", "かえました", "Changed");
    let human = format!("{said}: {}\n{}", changed.join(", "), finding_lines(&edited.findings, lang));
    Done::new(&report, human)
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
    let human = lang.pick(
        "別人として記録しました。もう候補に出ません。\n",
        "べつの 人（ひと）です。もう 出（で）ません。\n",
        "Remembered as two supporters. They will not be proposed again.\n",
    );
    Done::new(&report, human.to_owned())
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
    let human = lang.pick(
        "退会を記録しました。案内は送られません。\n",
        "やめました。お知（し）らせは 送（おく）りません。\n",
        "The withdrawal was recorded. No more notices are sent.\n",
    );
    Done::new(&report, human.to_owned())
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
        AddRefused::Inconsistent(parts) => with_parts(failure, parts),
        AddRefused::NoConsent | AddRefused::NoWording | AddRefused::Write(_) => failure,
    }
}

fn edit_failure(refused: &EditRefused, lang: Lang) -> Failure {
    let failure = Failure::new(refused.code());
    match refused {
        EditRefused::Values(found) => with_findings(failure, found, lang),
        EditRefused::Missing(fields) => with_fields(failure, fields, lang),
        EditRefused::Inconsistent(parts) => with_parts(failure, parts),
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

fn with_parts(failure: Failure, parts: &[Inconsistency]) -> Failure {
    parts.iter().fold(failure, |failure, part| failure.with(format!("{part:?}")))
}
