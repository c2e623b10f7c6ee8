//! What happens on the network, one line each.

use kyosei_runtime::Vault;
use kyosei_runtime::online::Told;
use kyosei_runtime::online::{PathState, Route};

use super::super::who::{device_text, space_text};
use crate::codes;
use crate::locale::Lang;

/// A line for people; none for what concerns nobody.
pub fn told_text(vault: &Vault, told: &Told, lang: Lang) -> Option<String> {
    let line = match told {
        Told::Connected { device, path, .. } => format!(
            "{}: {}{}",
            lang.pick("接続", "つながりました", "Connected"),
            device_text(vault, *device),
            way(path, lang)
        ),
        Told::Disconnected { device, code } => {
            let who = device.map(|device| device_text(vault, device)).unwrap_or_default();
            let why = code.map(|code| format!(" ({code}: {})", codes::explain(code, lang))).unwrap_or_default();
            format!("{}: {who}{why}", lang.pick("切断", "きれました", "Disconnected"))
        }
        Told::Received { space, device } => format!(
            "{}: {} — {}",
            lang.pick("受信", "もらいました", "Received"),
            device_text(vault, *device),
            space_text(vault, *space, lang)
        ),
        Told::Level { device } => format!(
            "{}: {}",
            lang.pick("同じ内容になりました", "おなじに なりました", "Both have the same"),
            device_text(vault, *device)
        ),
        Told::Applicant { .. } => lang
            .pick(
                "参加の申し込みがあります。終了してから kyosei members approve で言葉を確かめてください",
                "申（もう）しこみが あります。おわったら kyosei members approve を して ください",
                "Somebody asks to join. Stop this and compare the words with kyosei members approve",
            )
            .to_owned(),
        Told::ApplicantRefused { code } => format!("{code}: {}", codes::explain(code, lang)),
        Told::Welcomed { .. } => {
            lang.pick("新しい端末が返事を受け取りました", "返事（へんじ）を わたしました", "A new device fetched its welcome").to_owned()
        }
        Told::MembersChanged { space } => format!(
            "{}: {} (kyosei members list)",
            lang.pick("メンバーが変わりました", "メンバーが かわりました", "The members changed"),
            space_text(vault, *space, lang)
        ),
        Told::Maintained { space, .. } => format!(
            "{}: {}",
            lang.pick("鍵などを整えました", "かぎを なおしました", "Keys were brought up to date"),
            space_text(vault, *space, lang)
        ),
        Told::AddressesChanged => return None,
        Told::LanFailed => lang
            .pick(
                "同じネットワークの端末を探せません。宛先が分かる端末とは同期できます",
                "ちかくの パソコンを さがせません",
                "The local network cannot be searched. Devices whose addresses are known can still be reached",
            )
            .to_owned(),
    };
    Some(line)
}

fn way(path: &PathState, lang: Lang) -> &'static str {
    match path.route {
        Route::Direct | Route::Unknown => "",
        Route::Relayed(_) => lang.pick("（中継経由）", "（中継（ちゅうけい））", " (by relay)"),
    }
}
