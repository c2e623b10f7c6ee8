//! How far the changes of this device have come, and what waits for a person: told by `status` and after `sync`.

use kyosei_app::conflicts::conflict_counts;
use kyosei_runtime::Vault;
use serde::Serialize;

use super::super::members::list::heard_text;
use super::super::who::{device_text, names, time};
use crate::locale::Lang;

/// The state of the exchange.
#[derive(Serialize)]
pub struct StateReport {
    /// Other devices that have every change of this one.
    reached: usize,
    /// Other devices that read the register.
    of: usize,
    devices: Vec<DeviceReport>,
    conflicts: usize,
    membership_changes: usize,
}

#[derive(Serialize)]
struct DeviceReport {
    device: String,
    person: String,
    device_name: String,
    heard_at: Option<String>,
    has_all: bool,
}

/// The state now.
pub fn state(vault: &Vault) -> StateReport {
    let reach = vault.reach().devices;
    let devices: Vec<DeviceReport> = reach
        .iter()
        .map(|one| {
            let names = names(vault, one.device);
            DeviceReport {
                device: one.device.to_hex(),
                person: names.person,
                device_name: names.device,
                heard_at: one.heard_ms.map(time),
                has_all: one.has_all,
            }
        })
        .collect();
    let changes = vault.spaces().into_iter().map(|space| vault.unseen_changes(space));
    StateReport {
        reached: devices.iter().filter(|one| one.has_all).count(),
        of: devices.len(),
        devices,
        conflicts: conflict_counts(vault.register()).values().sum(),
        membership_changes: changes
            .map(|all| all.into_keys().filter(|one| *one != vault.device()).count())
            .sum(),
    }
}

/// The same for people: two facts apart from each other, how far the changes came and who was heard from when.
pub fn state_text(vault: &Vault, state: &StateReport, lang: Lang) -> String {
    let reached = match (state.reached, state.of) {
        (_, 0) => lang
            .pick(
                "ほかの端末はまだありません。\n",
                "ほかの パソコンは まだ ありません。\n",
                "There is no other device yet.\n",
            )
            .to_owned(),
        (reached, of) if lang == Lang::En => {
            format!("Your changes have reached {reached} of {of} devices.\n")
        }
        (reached, of) => format!(
            "{}: {of}{} {reached}\n",
            lang.pick("あなたの変更が届いた端末", "あなたの 書（か）いた ものが とどいた パソコン", ""),
            lang.pick("台のうち", "の うち", "")
        ),
    };
    let devices = vault.reach().devices.into_iter();
    let devices: String = devices
        .map(|one| format!("  {}: {}\n", device_text(vault, one.device), heard_text(vault, one.device, lang)))
        .collect();
    let mut text = format!("{reached}{devices}");
    if state.conflicts > 0 {
        text.push_str(&format!(
            "{}: {} (kyosei conflicts list)\n",
            lang.pick("値が複数ある項目", "えらぶ ところ", "Fields with several values"),
            state.conflicts
        ));
    }
    if state.membership_changes > 0 {
        text.push_str(&format!(
            "{}: {} (kyosei members list)\n",
            lang.pick("メンバーの変更", "メンバーが かわりました", "Changes of the members"),
            state.membership_changes
        ));
    }
    text
}
