//! `kyosei bundle`: changes in a sealed file, for a USB stick.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use kyosei_runtime::members::SpaceId;
use kyosei_runtime::{BundleFailed, BundleFor, BundleSummary, Vault};
use serde::Serialize;

use super::who::{self, space_text};
use crate::args::{Arguments, BundleCommand, BundleWriteArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure, no_undo};
use crate::session::{check_free, with_vault};

#[derive(Serialize)]
struct BundleReport {
    file: String,
    space: String,
    kind: Option<&'static str>,
    entries: usize,
    new: usize,
}

/// Runs a command of the group.
pub fn run(arguments: &Arguments, command: &BundleCommand, lang: Lang) -> Result<Done, Failure> {
    match command {
        BundleCommand::Write(write) => self::write(arguments, write, lang),
        BundleCommand::Read { file } => {
            let said = lang.pick("取り込みました", "入（い）れました", "Taken in");
            through(arguments, file, said, no_undo(lang), lang, |vault| {
                vault.read_bundle(|| Ok(BufReader::new(File::open(file)?)))
            })
        }
        BundleCommand::Inspect { file } => {
            let said = lang.pick("中身", "なかみ", "Holds");
            through(arguments, file, said, "", lang, |vault| {
                let input = File::open(file).map_err(BundleFailed::Io)?;
                vault.inspect_bundle(BufReader::new(input))
            })
        }
    }
}

fn write(arguments: &Arguments, write: &BundleWriteArguments, lang: Lang) -> Result<Done, Failure> {
    check_free(&write.file)?;
    let said = lang.pick("書き出しました", "書（か）きました", "Written");
    let next = lang.pick(
        "封がしてあり、受け取る端末だけが開けます。相手の端末で kyosei bundle read を使います。\n",
        "あいての パソコンで kyosei bundle read を して ください。\n",
        "It is sealed and only the devices that it is for can open it: kyosei bundle read on the other laptop.\n",
    );
    through(arguments, &write.file, said, next, lang, |vault| {
        let missing = |_: Failure| BundleFailed::NoDevice;
        let space =
            vault.space_of(write.space).ok_or(BundleFailed::Vault(kyosei_runtime::VaultError::NoSpace))?;
        let devices = write.device.iter().map(|text| who::device(vault, text).map_err(missing));
        let chosen = devices.collect::<Result<BTreeSet<_>, _>>()?;
        let to = if chosen.is_empty() { readers(vault, space)? } else { BundleFor::Devices(chosen) };
        kyosei_runtime::files::write_new_with(&write.file, |file| {
            vault.write_bundle(space, &Default::default(), &to, file)
        })
    })
}

/// Every device that reads the space, each by its own key: one that was away while keys were changed can open the bundle
/// and learns of the change from it.
pub fn readers(vault: &Vault, space: SpaceId) -> Result<BundleFor, BundleFailed> {
    let membership = vault.replica(space)?.journal().membership();
    Ok(BundleFor::Devices(membership.readers().map(|member| member.device).collect()))
}

fn through(
    arguments: &Arguments,
    file: &Path,
    said: &str,
    last: &str,
    lang: Lang,
    work: impl FnOnce(&mut Vault) -> Result<BundleSummary, BundleFailed>,
) -> Result<Done, Failure> {
    let (report, human) = with_vault(arguments, |vault| {
        let shown = file.display().to_string();
        let summary = work(vault).map_err(|error| Failure::new(error.code()).with(&*shown))?;
        let named = space_text(vault, summary.space, lang);
        let human = format!(
            "{said}: {shown} — {named}, {} {}, {} {}\n{last}",
            summary.entry_count,
            lang.pick("件の記録", "の 記録（きろく）", "entries"),
            summary.new_count,
            lang.pick("件が新しい", "が あたらしい", "new here"),
        );
        let report = BundleReport {
            file: shown,
            space: summary.space.to_hex(),
            kind: vault.kind_of(summary.space).map(kyosei_model::SpaceKind::code),
            entries: summary.entry_count,
            new: summary.new_count,
        };
        Ok((report, human))
    })?;
    Done::new(&report, human)
}
