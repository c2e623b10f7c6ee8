//! `kyosei members role` and `kyosei members remove`

use std::collections::BTreeSet;

use kyosei_runtime::Vault;
use kyosei_runtime::members::{DeviceId, SpaceId};
use kyosei_vault::recovery::Sheet;
use serde::Serialize;

use super::super::supporters::erase::{approvals, sheets};
use super::super::who::{self, device_text, role_code, role_text, space_text};
use crate::args::{Arguments, RemoveArguments, RoleArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure, no_undo, undo_by};
use crate::session::{from_vault, is_interactive, with_vault};

#[derive(Serialize)]
struct RoleReport {
    space: String,
    device: String,
    role: &'static str,
    role_before: &'static str,
}

#[derive(Serialize)]
struct RemoveReport {
    removed: Vec<RemovedReport>,
    failed: Vec<FailedReport>,
}

#[derive(Serialize)]
struct RemovedReport {
    space: String,
    kind: Option<&'static str>,
    devices: Vec<String>,
}

#[derive(Serialize)]
struct FailedReport {
    space: String,
    kind: Option<&'static str>,
    code: &'static str,
}

/// Changes a role.
pub fn role(arguments: &Arguments, change: &RoleArguments, lang: Lang) -> Result<Done, Failure> {
    let sheets = sheets(&change.recovery_sheet)?;
    let (report, human) = with_vault(arguments, |vault| {
        let (space, device) = (who::space(vault, change.space)?, who::device(vault, &change.device)?);
        let membership = vault.replica(space).map_err(|error| from_vault(&error))?.journal().membership();
        let before = membership.role(device).ok_or_else(|| Failure::new("E-DEVICE-MISSING"))?;
        let keys = approvals(vault, &sheets)?;
        vault.set_role(space, device, change.role, &keys).map_err(|error| from_vault(&error))?;
        let report = RoleReport {
            space: space.to_hex(),
            device: device.to_hex(),
            role: role_code(change.role),
            role_before: role_code(before),
        };
        let named = device_text(vault, device);
        let (old, new) = (role_text(before, lang), role_text(change.role, lang));
        let undo =
            format!("kyosei members role {device} {} --space {}", report.role_before, change.space.code());
        Ok((report, format!("{named}: {old} → {new}\n{}", undo_by(&undo, lang))))
    })?;
    Done::new(&report, human)
}

/// Removes devices from every space of this vault.
pub fn remove(arguments: &Arguments, remove: &RemoveArguments, lang: Lang) -> Result<Done, Failure> {
    let sheets = sheets(&remove.recovery_sheet)?;
    let (report, human) = with_vault(arguments, |vault| {
        let devices: BTreeSet<DeviceId> =
            remove.device.iter().map(|text| who::device(vault, text)).collect::<Result<_, _>>()?;
        let named: String = devices.iter().map(|one| format!("  {}\n", device_text(vault, *one))).collect();
        confirm(&named, remove.yes, lang)?;
        let report = remove_everywhere(vault, &devices, &sheets)?;
        if report.removed.is_empty() {
            let code = report.failed.first().map_or("E-DEVICE-MISSING", |failed| failed.code);
            return Err(Failure::new(code));
        }
        let human = removed_text(vault, &report, &named, lang);
        Ok((report, human))
    })?;
    let is_part = !report.failed.is_empty();
    Ok(Done::new(&report, human)?.in_part(is_part))
}

fn remove_everywhere(
    vault: &mut Vault,
    devices: &BTreeSet<DeviceId>,
    sheets: &[Sheet],
) -> Result<RemoveReport, Failure> {
    let keys = approvals(vault, sheets)?;
    let mut report = RemoveReport { removed: Vec::new(), failed: Vec::new() };
    for space in vault.spaces() {
        let members = members_among(vault, space, devices)?;
        if members.is_empty() {
            continue;
        }
        let kind = vault.kind_of(space).map(kyosei_model::SpaceKind::code);
        let names = members.iter().map(DeviceId::to_hex).collect();
        match vault.remove_devices(space, members, &keys) {
            Ok(()) => report.removed.push(RemovedReport { space: space.to_hex(), kind, devices: names }),
            Err(error) => {
                report.failed.push(FailedReport { space: space.to_hex(), kind, code: error.code() });
            }
        }
    }
    Ok(report)
}

fn members_among(
    vault: &Vault,
    space: SpaceId,
    devices: &BTreeSet<DeviceId>,
) -> Result<BTreeSet<DeviceId>, Failure> {
    let membership = vault.replica(space).map_err(|error| from_vault(&error))?.journal().membership();
    Ok(devices.iter().copied().filter(|device| membership.member(*device).is_some()).collect())
}

fn removed_text(vault: &Vault, report: &RemoveReport, named: &str, lang: Lang) -> String {
    let spaces = vault.spaces().into_iter();
    let of = |hex: &str| spaces.clone().find(|id| id.to_hex() == hex).map(|id| space_text(vault, id, lang));
    let removed: Vec<String> = report.removed.iter().filter_map(|one| of(&one.space)).collect();
    let failed: String = report
        .failed
        .iter()
        .map(|one| {
            let failed = lang.pick("外せませんでした", "まだ います", "still in");
            format!("{failed}: {} ({})\n", of(&one.space).unwrap_or_default(), one.code)
        })
        .collect();
    let said = lang.pick("外しました", "出（だ）しました", "Removed from");
    let keeps = lang.pick(
        "その端末は、今までに受け取ったものを持ち続けます。これから書くものは読めません。ほかの端末は、次に同期したときにこれを知ります。それまでに書いたものは、まだ読まれるおそれがあります。\n",
        "その パソコンは いままでの ものを もって います。これからの ものは 読（よ）めません。ほかの パソコンは つぎに つながった ときに わかります。\n",
        "It keeps what it has received so far. What is written from now on it cannot read. The other devices learn of this at their next sync; what they write until then it may still read.\n",
    );
    format!("{said}: {}\n{named}{keeps}{failed}{}", removed.join(", "), no_undo(lang))
}

#[expect(clippy::print_stderr, reason = "a question to the person at the terminal")]
fn confirm(named: &str, is_confirmed: bool, lang: Lang) -> Result<(), Failure> {
    if is_confirmed {
        return Ok(());
    }
    if !is_interactive() {
        return Err(Failure::new("E-CONFIRM"));
    }
    eprintln!(
        "{}\n{named}{}",
        lang.pick(
            "次の端末を永久に外します。元に戻せません。",
            "つぎの パソコンを ずっと 出（だ）します。もとに もどりません。",
            "These devices will be removed for good. This cannot be undone.",
        ),
        lang.pick(
            "続けるなら yes と入力:",
            "つづけるなら yes と 書（か）いて ください:",
            "To go on, type yes:"
        )
    );
    let mut typed = String::new();
    let read = std::io::stdin().read_line(&mut typed);
    if read.is_ok() && typed.trim() == "yes" { Ok(()) } else { Err(Failure::new("E-CONFIRM")) }
}
