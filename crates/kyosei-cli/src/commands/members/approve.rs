//! `kyosei members approve`: comparing the six words and letting a device in.

use std::path::{Path, PathBuf};

use kyosei_app::joining::ENVELOPE_BYTES_MAX;
use kyosei_model::MemberId;
use kyosei_runtime::Vault;
use kyosei_runtime::members::{Applicant, InvitationState};
use kyosei_runtime::members::{DeviceId, InvitationId};
use serde::Serialize;

use super::super::id;
use super::super::supporters::erase::{approvals, sheets};
use super::super::who::{device_text, invitation, names, space_text};
use super::from_invite;
use crate::args::{ApproveArguments, Arguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure, undo_by};
use crate::session::{check_free, is_interactive, read_bytes, read_text, with_vault, write_new};

/// Bytes of a request's or welcome's file at most.
pub const JOIN_FILE_BYTES_MAX: u64 = ENVELOPE_BYTES_MAX as u64;

/// A device that was let in.
#[derive(Serialize)]
pub struct AdmittedReport {
    invitation: String,
    device: String,
    person: String,
    device_name: String,
    spaces: Vec<String>,
    welcome_file: Option<String>,
}

/// Lets an applicant in.
pub fn run(arguments: &Arguments, approve: &ApproveArguments, lang: Lang) -> Result<Done, Failure> {
    let sheets = sheets(&approve.recovery_sheet)?;
    let member = approve.member.as_deref().map(id::<MemberId>).transpose()?;
    let request = approve.request_file.as_ref();
    let request = request.map(|path| read_bytes(path, JOIN_FILE_BYTES_MAX)).transpose()?;
    let (report, human) = with_vault(arguments, |vault| {
        let keys = approvals(vault, &sheets)?;
        if let Some(text) = &approve.again {
            let (invitation, device) = let_in_before(vault, text)?;
            let report = admitted(vault, invitation, device, approve.welcome_out.as_ref())?;
            let human = admitted_text(vault, device, report.welcome_file.as_deref(), lang);
            return Ok((report, human));
        }
        approve.welcome_out.as_deref().map(check_free).transpose()?;
        let (id, applicant) = applicant(vault, request.as_deref())?;
        let words = match &approve.words {
            Some(words) => words.clone(),
            None => heard_words(approve.words_file.as_deref(), &applicant, lang)?,
        };
        let person = member.or_else(|| known_person(vault, applicant.device()));
        let device = vault.admit(id, &words, person, &keys).map_err(|error| from_invite(&error))?;
        let report = admitted(vault, id, device, approve.welcome_out.as_ref())?;
        let human = admitted_text(vault, device, report.welcome_file.as_deref(), lang);
        Ok((report, human))
    })?;
    Done::new(&report, human)
}

/// The device that a used invitation let in. Its welcome is sealed to that device, whoever has the file.
fn let_in_before(vault: &Vault, text: &str) -> Result<(InvitationId, DeviceId), Failure> {
    let id = invitation(vault, text)?;
    let used = vault.invitations().into_iter().find(|one| one.id == id).map(|one| one.state);
    match used {
        Some(InvitationState::Used { device }) => Ok((id, device)),
        Some(InvitationState::Open | InvitationState::Answered { .. } | InvitationState::Revoked) | None => {
            Err(Failure::new("E-REQUEST-MISSING"))
        }
    }
}

/// The applicant in the file, or the one that came over the network.
fn applicant(vault: &mut Vault, request: Option<&[u8]>) -> Result<(InvitationId, Applicant), Failure> {
    if let Some(bytes) = request {
        let device = vault.take_request(bytes).map_err(|error| from_invite(&error))?.device();
        let all = vault.applicants().into_iter();
        let found = all.into_iter().find(|(_, applicant)| applicant.device() == device);
        return found.ok_or_else(|| Failure::new("E-REQUEST-MISSING"));
    }
    let mut waiting = vault.applicants();
    match waiting.pop() {
        Some(one) if waiting.is_empty() => Ok(one),
        Some(_) => Err(Failure::new("E-REQUEST-SEVERAL")),
        None => Err(Failure::new("E-REQUEST-MISSING")),
    }
}

/// The person whose further space it is, if the device is a member of one already.
pub fn known_person(vault: &Vault, device: DeviceId) -> Option<MemberId> {
    vault.person_of(device).map(|person| MemberId::from_bytes(*person.as_bytes()))
}

/// The six words that the other person says: from a file, or typed. They are never shown here beforehand.
#[expect(clippy::print_stderr, reason = "a question to the person at the terminal")]
pub fn heard_words(file: Option<&Path>, applicant: &Applicant, lang: Lang) -> Result<String, Failure> {
    if let Some(file) = file {
        return read_text(file);
    }
    if !is_interactive() {
        return Err(Failure::new("E-WORDS-MISSING"));
    }
    eprintln!(
        "{} {} / {}\n{}",
        lang.pick("参加の申し込み:", "申（もう）しこみ:", "Somebody asks to join:"),
        applicant.person_name(),
        applicant.device_name(),
        lang.pick(
            "本人に電話などで、画面の六つの言葉を聞いて入力してください:",
            "電話（でんわ）で 六（むっ）つの ことばを 聞（き）いて、書（か）いて ください:",
            "Ask that person, by telephone or face to face, for the six words on their screen, and type them:"
        )
    );
    let mut typed = String::new();
    std::io::stdin().read_line(&mut typed).map_err(|_| Failure::new("E-WORDS-MISSING"))?;
    Ok(typed)
}

/// What there is to tell of a device that was let in; its welcome is written if a file is named.
pub fn admitted(
    vault: &Vault,
    invitation: InvitationId,
    device: DeviceId,
    welcome_out: Option<&PathBuf>,
) -> Result<AdmittedReport, Failure> {
    if let Some(path) = welcome_out {
        let welcome = vault.welcome(invitation).map_err(|error| from_invite(&error))?;
        write_new(path, &welcome)?;
    }
    let names = names(vault, device);
    Ok(AdmittedReport {
        invitation: invitation.to_hex(),
        device: device.to_hex(),
        person: names.person,
        device_name: names.device,
        spaces: spaces_of(vault, device).iter().map(kyosei_runtime::members::SpaceId::to_hex).collect(),
        welcome_file: welcome_out.map(|path| path.display().to_string()),
    })
}

/// The same for people.
pub fn admitted_text(vault: &Vault, device: DeviceId, welcome: Option<&str>, lang: Lang) -> String {
    let spaces: Vec<String> =
        spaces_of(vault, device).into_iter().map(|space| space_text(vault, space, lang)).collect();
    let next = match welcome {
        Some(file) => format!(
            "{}: {file}\n",
            lang.pick("本人に渡すファイル", "この ファイルを わたして ください", "Hand over this file")
        ),
        None => String::new(),
    };
    format!(
        "{}: {} — {}\n{next}{}",
        lang.pick("参加しました", "入（はい）りました", "Let in"),
        device_text(vault, device),
        spaces.join(", "),
        undo_by(&format!("kyosei members remove {device}"), lang)
    )
}

fn spaces_of(vault: &Vault, device: DeviceId) -> Vec<kyosei_runtime::members::SpaceId> {
    let is_in = |id: &kyosei_runtime::members::SpaceId| {
        vault.replica(*id).is_ok_and(|replica| replica.journal().membership().member(device).is_some())
    };
    vault.spaces().into_iter().filter(is_in).collect()
}
