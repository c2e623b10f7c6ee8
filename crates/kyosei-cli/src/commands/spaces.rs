//! `kyosei spaces`

use kyosei_model::SpaceKind;
use kyosei_runtime::Vault;
use kyosei_runtime::members::SpaceId;
use serde::Serialize;

use super::members::list::{SpaceReport, space_lines, space_report};
use super::who::{self, role_code, role_text, space_text};
use crate::args::{Arguments, SpacesCommand};
use crate::locale::Lang;
use crate::outcome::{Done, Failure, no_undo};
use crate::session::{from_vault, with_vault};

#[derive(Serialize)]
struct ListReport {
    spaces: Vec<OneReport>,
}

#[derive(Serialize)]
struct OneReport {
    space: String,
    kind: Option<&'static str>,
    role: Option<&'static str>,
    devices: usize,
    documents: usize,
}

#[derive(Serialize)]
struct FoundReport {
    space: String,
    kind: &'static str,
}

/// Runs a command of the group.
pub fn run(arguments: &Arguments, command: &SpacesCommand, lang: Lang) -> Result<Done, Failure> {
    match command {
        SpacesCommand::List => list(arguments, lang),
        SpacesCommand::Show { kind } => show(arguments, *kind, lang),
        SpacesCommand::Found { kind } => found(arguments, *kind, lang),
    }
}

fn list(arguments: &Arguments, lang: Lang) -> Result<Done, Failure> {
    let (report, human) = with_vault(arguments, |vault| {
        let (mut spaces, mut human) = (Vec::new(), String::new());
        for space in vault.spaces() {
            let (one, line) = one(vault, space, lang)?;
            spaces.push(one);
            human.push_str(&line);
        }
        Ok((ListReport { spaces }, human))
    })?;
    Done::new(&report, human)
}

fn one(vault: &Vault, space: SpaceId, lang: Lang) -> Result<(OneReport, String), Failure> {
    let replica = vault.replica(space).map_err(|error| from_vault(&error))?;
    let membership = replica.journal().membership();
    let role = membership.role(vault.device());
    let report = OneReport {
        space: space.to_hex(),
        kind: vault.kind_of(space).map(SpaceKind::code),
        role: role.map(role_code),
        devices: membership.members().count(),
        documents: replica.register().document_count(),
    };
    let line = format!(
        "{}  {}: {}  {}: {}  ({})\n",
        space_text(vault, space, lang),
        lang.pick("端末", "パソコン", "devices"),
        report.devices,
        lang.pick("文書", "文書（ぶんしょ）", "documents"),
        report.documents,
        role.map_or(lang.pick("外れています", "いません", "removed"), |role| role_text(role, lang)),
    );
    Ok((report, line))
}

fn show(arguments: &Arguments, kind: SpaceKind, lang: Lang) -> Result<Done, Failure> {
    let (report, human): (SpaceReport, String) = with_vault(arguments, |vault| {
        let space = who::space(vault, kind)?;
        Ok((space_report(vault, space)?, space_lines(vault, space, lang)?))
    })?;
    Done::new(&report, human)
}

fn found(arguments: &Arguments, kind: SpaceKind, lang: Lang) -> Result<Done, Failure> {
    let space = with_vault(arguments, |vault| vault.found_space(kind).map_err(|error| from_vault(&error)))?;
    let said = lang.pick(
        "区画を作りました。入っているのはこの端末だけです",
        "スペースを つくりました。いまは この パソコンだけです",
        "The space was founded. Only this laptop is in it",
    );
    let invite = format!("kyosei members invite --space {}", kind.code());
    let human =
        format!("{said}: {}\n{invite}\n{}", lang.label(kind.label_ja(), kind.label_en()), no_undo(lang));
    Done::new(&FoundReport { space: space.to_hex(), kind: kind.code() }, human)
}
