//! The first content of a register: its lists and the wordings of the registration forms.

use std::collections::BTreeMap;

use kyosei_doc::record::register::RegisterLists;
use kyosei_model::{AuditAction, Language, MemberId, Wording, WordingId};

use crate::context::fresh;
use crate::writing::{WriteError, Writing};

/// The promise of the network's registration forms, in the three languages of the program.
const WORDINGS: [(Language, &str); 3] = [
    (
        Language::Ja,
        "ご登録いただいた情報は、支援者の名簿の管理と、イベント等のご案内にのみ使用し、それ以外の目的には使用いたしません。登録は無料で、義務は生じません。ご案内の停止、登録内容の開示・訂正・消去は、いつでもお申し出いただけます。",
    ),
    (
        Language::EasyJa,
        "あなたが書（か）いたことは、名簿（めいぼ）とイベントのお知（し）らせだけに使（つか）います。ほかのことには使（つか）いません。お金（かね）はいりません。やめたいときは、いつでも言（い）ってください。",
    ),
    (
        Language::En,
        "What you tell us is used only to keep the list of supporters and to send notices of events, and for nothing else. Registration is free and brings no duty. You may stop the notices, see, correct or erase your data at any time.",
    ),
];

/// Writes the lists of a newly founded committee. `tag_key` is the key of address tags, drawn by the caller.
///
/// # Errors
/// See [`WriteError`].
pub fn found_committee(
    writing: &mut Writing<'_, '_>,
    committee: &str,
    members: BTreeMap<MemberId, String>,
    tag_key: [u8; 32],
) -> Result<(), WriteError> {
    let now = writing.context.now;
    let mut wordings = BTreeMap::new();
    for (language, text) in WORDINGS {
        let id = fresh!(writing.context, WordingId);
        wordings.insert(id, Wording { id, version: 1, language, text: text.to_owned(), valid_from: now });
    }
    writing.put_lists(RegisterLists {
        committee: committee.to_owned(),
        tag_key,
        wordings,
        suppressions: BTreeMap::new(),
        pairs: BTreeMap::new(),
        mappings: BTreeMap::new(),
        members,
    })?;
    writing.audit(AuditAction::VaultCreated, None, None, None)
}

/// Notes the name of a person who was let in, for showing who did what. A person who has a name keeps it.
///
/// # Errors
/// See [`WriteError`].
pub fn add_member(writing: &mut Writing<'_, '_>, member: MemberId, name: &str) -> Result<(), WriteError> {
    let mut lists = writing.lists()?.clone();
    lists.members.entry(member).or_insert_with(|| name.to_owned());
    writing.put_lists(lists)?;
    writing.audit(AuditAction::DeviceAdded, None, None, None)
}
