//! One record, whole. Opening it is noted in the audit trail.

use kyosei_app::supporters::show_supporter;
use kyosei_app::suppress::suppressions_of;
use kyosei_contract::notice::Topic;
use kyosei_contract::supporters::{SupporterDetail, SupporterRef, SupporterRow};
use kyosei_contract::{Coded, Failure, Id};
use kyosei_intake::duplicates::Holder;
use kyosei_model::{Field, SupporterId, UnixMillis};

use crate::answers::consents;
use crate::open::Open;
use crate::rows::{row, text_values};

pub(crate) fn detail(open: &mut Open, request: &SupporterRef) -> Result<SupporterDetail, Failure> {
    let record = open.write(&[Topic::Audit], |writing| show_supporter(writing, request.id.0))?;
    let now = open.vault.now();
    let entered_by = record.entered_by.map(|member| open.member_name(member));
    Ok(SupporterDetail {
        id: Id(record.id),
        of_kind: Coded(record.kind),
        status: Coded(record.status),
        source: Coded(record.source),
        submitted_at: record.submitted_at.get(),
        received_at: record.received_at.get(),
        entered_by: entered_by.filter(|name| !name.is_empty()),
        language: record.language.code().to_owned(),
        text: text_values(&record.text),
        email_state: Coded(record.email_state),
        contact_preference: Coded(record.contact_preference),
        interests: record.interests.iter().map(|interest| Coded(*interest)).collect(),
        public_name: Coded(record.public_name),
        org_type: record.org_type.map(Coded),
        tags: record.tags.iter().map(|tag| tag.expose().clone()).collect(),
        declared_minor: record.declared_minor,
        is_suppressed: is_suppressed(open, record.id),
        consent_states: consents::states(&record, now),
        consents: consents::entries(open, &record),
        look_alikes: look_alikes(open, record.id, now)?,
    })
}

/// Whether the address of a record must not be written to.
pub(super) fn is_suppressed(open: &Open, id: SupporterId) -> bool {
    let register = open.vault.register();
    let email = register.supporter(id).and_then(|record| record.get(Field::Email));
    register.lists().zip(email).is_some_and(|(lists, email)| !suppressions_of(lists, email).is_empty())
}

fn look_alikes(open: &mut Open, id: SupporterId, now: UnixMillis) -> Result<Vec<SupporterRow>, Failure> {
    let keys = open.keys()?;
    let register = open.vault.register();
    let found = keys.candidates_of(id).into_iter().filter_map(|candidate| match candidate.holder {
        Holder::Supporter(other) if other != id => register.supporter(other).map(|one| row(one, now)),
        Holder::Supporter(_) | Holder::Line(_) => None,
    });
    Ok(found.collect())
}
