//! `kyosei members list`: what changed, then who is in.

use std::collections::BTreeMap;

use kyosei_runtime::members::{DeviceId, SpaceId};
use kyosei_runtime::online::PeerAddress;
use kyosei_runtime::{ShownChange, Vault};
use serde::Serialize;

use super::super::who::{ago, device_text, names, role_code, role_text, space_text, time};
use crate::args::Arguments;
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::{from_vault, with_vault};

#[derive(Serialize)]
struct ListReport {
    changes: Vec<ChangeReport>,
    spaces: Vec<SpaceReport>,
}

/// A change of the members since they were last shown.
#[derive(Serialize)]
struct ChangeReport {
    space: String,
    device: String,
    person: String,
    device_name: String,
    change: &'static str,
    role: Option<&'static str>,
    role_before: Option<&'static str>,
}

/// A space with its members.
#[derive(Serialize)]
pub struct SpaceReport {
    pub space: String,
    pub kind: Option<&'static str>,
    pub members: Vec<MemberReport>,
}

#[derive(Serialize)]
pub struct MemberReport {
    device: String,
    member: String,
    person: String,
    device_name: String,
    role: &'static str,
    is_this_device: bool,
    heard_at: Option<String>,
    address: Option<&'static str>,
}

/// Lists the members of every space and notes that they were shown.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Done, Failure> {
    let (report, human) = with_vault(arguments, |vault| {
        let mut report = ListReport { changes: Vec::new(), spaces: Vec::new() };
        let mut human = String::new();
        for space in vault.spaces() {
            human.push_str(&changes_text(vault, space, lang));
            report.changes.extend(changes(vault, space));
        }
        for space in vault.spaces() {
            human.push_str(&space_lines(vault, space, lang)?);
            report.spaces.push(space_report(vault, space)?);
            vault.mark_shown(space).map_err(|error| from_vault(&error))?;
        }
        Ok((report, human))
    })?;
    Done::new(&report, human)
}

/// A space with its members.
pub fn space_report(vault: &Vault, space: SpaceId) -> Result<SpaceReport, Failure> {
    let addresses = addresses(vault);
    let membership = vault.replica(space).map_err(|error| from_vault(&error))?.journal().membership();
    let members = membership.members().map(|member| {
        let names = names(vault, member.device);
        MemberReport {
            device: member.device.to_hex(),
            member: kyosei_model::MemberId::from_bytes(*member.person.as_bytes()).to_string(),
            person: names.person,
            device_name: names.device,
            role: role_code(member.role),
            is_this_device: member.device == vault.device(),
            heard_at: vault.heard_ms(member.device).map(time),
            address: addresses.get(&member.device).copied(),
        }
    });
    Ok(SpaceReport {
        space: space.to_hex(),
        kind: vault.kind_of(space).map(kyosei_model::SpaceKind::code),
        members: members.collect(),
    })
}

/// A space with its members, for people.
pub fn space_lines(vault: &Vault, space: SpaceId, lang: Lang) -> Result<String, Failure> {
    let addresses = addresses(vault);
    let membership = vault.replica(space).map_err(|error| from_vault(&error))?.journal().membership();
    let lines = membership.members().map(|member| {
        let heard = if member.device == vault.device() {
            lang.pick("この端末", "この パソコン", "this laptop").to_owned()
        } else {
            heard_text(vault, member.device, lang)
        };
        let way = match addresses.get(&member.device) {
            Some(&"relay") => lang.pick("、中継経由", "、中継（ちゅうけい）", ", by relay"),
            Some(_) | None => "",
        };
        let role = role_text(member.role, lang);
        format!("  {} — {role}; {heard}{way}\n", device_text(vault, member.device))
    });
    Ok(format!("{}:\n{}", space_text(vault, space, lang), lines.collect::<String>()))
}

/// When a device was last heard from, in words.
pub fn heard_text(vault: &Vault, device: DeviceId, lang: Lang) -> String {
    match vault.heard_ms(device) {
        Some(heard) => format!(
            "{} {}",
            lang.pick("最後に通信", "さいごは", "last heard from"),
            ago(heard, vault.now().get(), lang)
        ),
        None => lang.pick("まだ通信していません", "まだ つながって いません", "never heard from").to_owned(),
    }
}

/// How devices were last reached.
fn addresses(vault: &Vault) -> BTreeMap<DeviceId, &'static str> {
    let kind = |bytes: &[u8]| {
        let address = PeerAddress::from_bytes(bytes).ok()?;
        Some(if address.sockets.is_empty() { "relay" } else { "direct" })
    };
    vault.known_addresses().filter_map(|(device, bytes)| Some((device, kind(bytes)?))).collect()
}

fn changes(vault: &Vault, space: SpaceId) -> Vec<ChangeReport> {
    let one = |(device, change): (DeviceId, ShownChange)| {
        let names = names(vault, device);
        let (change, role, role_before) = match change {
            ShownChange::Added { role } => ("added", Some(role), None),
            ShownChange::Gone => ("gone", None, None),
            ShownChange::Role { old, new } => ("role", Some(new), Some(old)),
        };
        ChangeReport {
            space: space.to_hex(),
            device: device.to_hex(),
            person: names.person,
            device_name: names.device,
            change,
            role: role.map(role_code),
            role_before: role_before.map(role_code),
        }
    };
    vault.unseen_changes(space).into_iter().map(one).collect()
}

/// What changed in a space since its members were last shown; nothing if nothing did.
pub fn changes_text(vault: &Vault, space: SpaceId, lang: Lang) -> String {
    let line = |(device, change): (DeviceId, ShownChange)| {
        let said = match change {
            ShownChange::Added { role } => format!(
                "{} ({})",
                lang.pick("加わりました", "入（はい）りました", "came in"),
                role_text(role, lang)
            ),
            ShownChange::Gone => lang.pick("外れました", "出（で）ました", "is out").to_owned(),
            ShownChange::Role { old, new } => format!("{} → {}", role_text(old, lang), role_text(new, lang)),
        };
        format!("  ! {}: {said}\n", device_text(vault, device))
    };
    let lines: String = vault.unseen_changes(space).into_iter().map(line).collect();
    if lines.is_empty() {
        return lines;
    }
    let since = lang.pick("前に見た後の変更", "まえと ちがう ところ", "changed since you last looked");
    format!("{} — {since}:\n{lines}", space_text(vault, space, lang))
}
