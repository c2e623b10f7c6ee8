//! `kyosei totals list` and `hand-over`: the release ledger of the vault.

use kyosei_app::totals::Releases;
use kyosei_app::totals::release::hand_over as hand_over_deed;
use kyosei_disclosure::Status;
use kyosei_disclosure::ledger::{Entry, Kind};
use kyosei_disclosure_format::hex;
use kyosei_model::{SpaceKind, UnixMillis};
use serde::Serialize;

use super::preview::failure;
use super::printed;
use crate::args::Arguments;
use crate::locale::Lang;
use crate::outcome::{Done, Failure, lines_or_none};
use crate::session::{from_write, with_vault};

/// Digits of a device's id: 32 bytes.
const DEVICE_DIGITS: usize = 64;

#[derive(Serialize)]
struct ListReport {
    head: String,
    holder: Option<String>,
    releases: Vec<EntryReport>,
    frozen: Vec<String>,
}

#[derive(Serialize)]
struct EntryReport {
    release: u32,
    kind: &'static str,
    what: String,
    made_at: String,
    made_by: String,
    printed: usize,
    withheld: usize,
    carried: usize,
    hash: String,
}

#[derive(Serialize)]
struct HandOverReport {
    holder: String,
    ledger_head: String,
}

/// Lists the releases, oldest first.
pub fn run(arguments: &Arguments, printed_head: Option<&str>, lang: Lang) -> Result<Done, Failure> {
    let releases = with_vault(arguments, |vault| {
        Releases::of(vault.register())
            .map_err(|error| Failure::new("E-TOTALS-LEDGER").with(error.to_string()))
    })?;
    let ledger = releases.ledger();
    if let Some(head) = printed_head {
        printed::check(ledger, head)?;
    }
    let report = ListReport {
        head: hex::write(&ledger.head()),
        holder: ledger.holder().map(str::to_owned),
        releases: ledger.entries().iter().map(entry).collect(),
        frozen: ledger.frozen().iter().map(ToString::to_string).collect(),
    };
    let lines: String = report.releases.iter().map(|entry| line(entry, lang)).collect();
    let mut human = lines_or_none(lines, lang);
    if !report.frozen.is_empty() {
        let said = lang.pick(
            "別々の端末で公表されたため、これ以上は公表できない数字",
            "べつべつに 出（だ）した ので もう 出（だ）せない 数字（すうじ）",
            "Two releases were made apart; nothing more can be released on",
        );
        human.push_str(&format!("{said}: {}\n", report.frozen.join(", ")));
    }
    Done::new(&report, human)
}

/// Passes the right to make releases on.
pub fn hand_over(arguments: &Arguments, device: &str, lang: Lang) -> Result<Done, Failure> {
    let is_id = device.len() == DEVICE_DIGITS
        && device.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if !is_id {
        return Err(Failure::new("E-ID"));
    }
    let head = with_vault(arguments, |vault| {
        let present = vault.devices_of(SpaceKind::Register).iter().map(ToString::to_string).collect();
        vault
            .write(|writing| hand_over_deed(writing, device, &present))
            .map_err(|failed| from_write(failed, |refused| failure(&refused)))
    })?;
    let report = HandOverReport { holder: device.to_owned(), ledger_head: hex::write(&head) };
    let said = lang.pick(
        "次の公表は、この端末で行います。取り消すには、その端末から渡し直してもらいます",
        "つぎの 公表（こうひょう）は この 端末（たんまつ）で します。もどす ときは そこから わたします",
        "The next release is made on this device. To take it back, it has to hand over in turn",
    );
    Done::new(&report, format!("{said}: {device}\n"))
}

fn entry(entry: &Entry) -> EntryReport {
    let draft = &entry.draft;
    let count = |is: fn(Status) -> bool| draft.cells.iter().filter(|cell| is(cell.status)).count();
    let (kind, what) = match &draft.kind {
        Kind::Own => ("own", draft.profile.clone()),
        Kind::External(body) => ("external", body.clone()),
        Kind::Reunited(_) => ("made-apart", draft.profile.clone()),
        Kind::HandOver(to) => ("hand-over", to.clone()),
    };
    EntryReport {
        release: entry.seq,
        kind,
        what,
        made_at: UnixMillis::new(draft.made_at.saturating_mul(1_000)).to_string(),
        made_by: draft.made_by.clone(),
        printed: count(|status| matches!(status, Status::Published(_))),
        withheld: count(|status| status == Status::Withheld),
        carried: count(|status| matches!(status, Status::Carried(_))),
        hash: hex::write(&entry.hash()),
    }
}

fn line(entry: &EntryReport, lang: Lang) -> String {
    let kind = match entry.kind {
        "own" => "",
        "external" => lang.pick("（他団体の公表）", "（ほかの 団体（だんたい））", " (another body)"),
        "hand-over" => lang.pick("（公表の係の交代）", "（かかりの こうたい）", " (right handed over)"),
        _ => lang.pick("（別の端末で公表）", "（べつの 端末（たんまつ））", " (made apart)"),
    };
    format!("{}  {}  {}{kind}  {}\n", entry.release, entry.made_at, entry.what, entry.hash)
}
