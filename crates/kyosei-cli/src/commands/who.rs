//! Names of devices and spaces, and finding them by what a person types. Ids stand in arguments, never names.

use kyosei_model::{MemberId, SpaceKind};
use kyosei_runtime::Vault;
use kyosei_runtime::members::{DeviceId, InvitationId, Role, SpaceId};

use crate::locale::Lang;
use crate::outcome::Failure;

/// Fewest characters of an id that name it.
const PREFIX_CHARS_MIN: usize = 6;
const MILLIS_PER_MINUTE: i64 = 60_000;
const MINUTES_PER_HOUR: i64 = 60;
const HOURS_PER_DAY: i64 = 24;

/// Whose device it is and what it is called; empty where this device may not or cannot yet read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    pub person: String,
    pub device: String,
}

/// The names of a device, from any space of this vault.
pub fn names(vault: &Vault, device: DeviceId) -> Names {
    let journals =
        vault.spaces().into_iter().filter_map(|id| vault.replica(id).ok()).map(|one| one.journal());
    let known = journals.into_iter().find_map(|journal| journal.names_of(device));
    let from_lists = || {
        let person = MemberId::from_bytes(*vault.person_of(device)?.as_bytes());
        vault.register().lists()?.members.get(&person).cloned()
    };
    match known {
        Some(names) => Names { person: names.person, device: names.device },
        None => Names { person: from_lists().unwrap_or_default(), device: String::new() },
    }
}

/// A device for people: person, device name and the short id.
pub fn device_text(vault: &Vault, device: DeviceId) -> String {
    let names = names(vault, device);
    let named = [names.person.as_str(), names.device.as_str()];
    let named: Vec<&str> = named.into_iter().filter(|one| !one.is_empty()).collect();
    if named.is_empty() { device.to_string() } else { format!("{} ({device})", named.join(" / ")) }
}

/// The one device among the members whose id begins like this.
pub fn device(vault: &Vault, text: &str) -> Result<DeviceId, Failure> {
    let all = vault.spaces().into_iter().filter_map(|id| vault.replica(id).ok());
    let all = all.flat_map(|replica| replica.journal().membership().members().map(|member| member.device));
    one_with(all, text, DeviceId::to_hex, "E-DEVICE-MISSING")
}

/// The one invitation whose id begins like this.
pub fn invitation(vault: &Vault, text: &str) -> Result<InvitationId, Failure> {
    let all = vault.invitations().into_iter().map(|one| one.id);
    one_with(all, text, InvitationId::to_hex, "E-INVITATION-MISSING")
}

/// The space for a purpose.
pub fn space(vault: &Vault, kind: SpaceKind) -> Result<SpaceId, Failure> {
    vault.space_of(kind).ok_or_else(|| Failure::new("E-SPACE-MISSING").with(kind.code()))
}

/// What a space is for, in words.
pub fn space_text(vault: &Vault, space: SpaceId, lang: Lang) -> String {
    match vault.kind_of(space) {
        Some(kind) => lang.label(kind.label_ja(), kind.label_en()).to_owned(),
        None => space.to_string(),
    }
}

/// The stable code of a role.
pub const fn role_code(role: Role) -> &'static str {
    match role {
        Role::Relay => "relay",
        Role::Read => "read",
        Role::Edit => "edit",
        Role::Admin => "admin",
    }
}

/// A role in words.
pub const fn role_text(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Relay => lang.pick("中継のみ", "わたすだけ", "passes on only"),
        Role::Read => lang.pick("閲覧", "見（み）る", "reads"),
        Role::Edit => lang.pick("編集", "書（か）く", "edits"),
        Role::Admin => lang.pick("管理", "管理（かんり）", "administers"),
    }
}

/// A time in RFC 3339.
pub fn time(millis: i64) -> String {
    kyosei_model::UnixMillis::new(millis).to_string()
}

/// How long ago something was, roughly; the time itself if a clock was wrong.
pub fn ago(then: i64, now: i64, lang: Lang) -> String {
    let minutes = now.saturating_sub(then) / MILLIS_PER_MINUTE;
    let hours = minutes / MINUTES_PER_HOUR;
    match (minutes, hours) {
        _ if then > now => time(then),
        (0, _) => lang.pick("たった今", "いま", "just now").to_owned(),
        (minutes, 0) => format!("{minutes}{}", lang.pick("分前", "ふん まえ", " min ago")),
        (_, hours) if hours < HOURS_PER_DAY => {
            format!("{hours}{}", lang.pick("時間前", "じかん まえ", " h ago"))
        }
        (_, hours) => format!("{}{}", hours / HOURS_PER_DAY, lang.pick("日前", "にち まえ", " d ago")),
    }
}

fn one_with<T: Copy + Ord>(
    all: impl Iterator<Item = T>,
    text: &str,
    hex: impl Fn(&T) -> String,
    code: &'static str,
) -> Result<T, Failure> {
    let wanted = text.trim().to_ascii_lowercase();
    let fitting: std::collections::BTreeSet<T> = all.filter(|id| hex(id).starts_with(&wanted)).collect();
    match fitting.first() {
        Some(found) if fitting.len() == 1 && wanted.len() >= PREFIX_CHARS_MIN => Ok(*found),
        Some(_) | None => Err(Failure::new(code).with(text)),
    }
}
