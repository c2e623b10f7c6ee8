//! The list, one record, adding, editing, withdrawing, erasing.

mod detail;
mod erase;

pub(crate) use detail::detail;
pub(crate) use erase::erase;

use kyosei_app::supporters::{Edit, NewSupporter, add_supporter, edit_supporter, withdraw_supporter};
use kyosei_contract::notice::Topic;
use kyosei_contract::supporters::{
    self as contract, FieldCheck, FieldChecked, FieldRule, Fields, FieldsRequest, Saved, SupporterEdit,
    SupporterPage, SupporterQuery, WithdrawRequest, Withdrawn,
};
use kyosei_contract::{Coded, Failure, Id};
use kyosei_model::{Field, Language, Sensitive, validate};
use kyosei_runtime::SearchQuery;

use crate::failures::{Refusal, coded, findings};
use crate::open::Open;
use crate::rows::{count, row};

/// Rows of a full page, as the runtime's search gives them.
const PAGE_SIZE: u32 = 50;
/// Longest search in characters; more is no search.
const QUERY_CHARS_MAX: usize = 200;
/// What a record's change may change elsewhere.
const TOPICS: [Topic; 2] = [Topic::Supporters, Topic::Audit];

pub(crate) fn page(open: &mut Open, query: &SupporterQuery) -> Result<SupporterPage, Failure> {
    let now = open.vault.now();
    let search = SearchQuery {
        text: query.text.chars().take(QUERY_CHARS_MAX).collect(),
        kind: query.of_kind.map(|kind| kind.0.code()),
        statuses: query.statuses.iter().map(|status| status.0.code()).collect(),
        page: query.page,
    };
    let (found, total) = open.vault.search(&search).map_err(Refusal::failure)?;
    let rows: Vec<_> = found.iter().map(|supporter| row(supporter, now)).collect();
    open.note_listing(rows.len())?;
    Ok(SupporterPage { rows, total: u32::try_from(total).unwrap_or(u32::MAX), page_size: PAGE_SIZE })
}

pub(crate) fn fields(request: &FieldsRequest) -> Fields {
    let (kind, source) = (request.of_kind.0, request.source.0);
    let rule = |field: &Field| FieldRule {
        field: Coded(*field),
        required: field.required_for(kind, source),
        length_max: count(field.graphemes_max()),
        multiline: field.is_multiline(),
    };
    Fields { fields: Field::ALL.iter().filter(|field| field.applies_to(kind)).map(rule).collect() }
}

pub(crate) fn check(request: &FieldCheck) -> FieldChecked {
    let field = request.field.0;
    match validate(field, &request.value) {
        Ok(accepted) => FieldChecked {
            stored: Some(accepted.value.into_exposed()),
            proposal: accepted.proposal.map(Sensitive::into_exposed),
            findings: accepted.warnings.iter().map(|warning| coded(field, warning.code())).collect(),
        },
        Err(rejection) => {
            FieldChecked { stored: None, proposal: None, findings: vec![coded(field, rejection.code())] }
        }
    }
}

pub(crate) fn add(open: &mut Open, request: contract::NewSupporter) -> Result<Saved, Failure> {
    let text = request.text.into_iter().filter(|value| !value.value.trim().is_empty());
    let new = NewSupporter {
        kind: request.of_kind.0,
        source: request.source.0,
        text: text.map(|value| (value.field.0, value.value)).collect(),
        interests: request.interests.into_iter().map(|interest| interest.0).collect(),
        org_type: request.org_type.map(|org_type| org_type.0),
        language: language(&request.language)?,
        decisions: request.decisions.into_iter().map(|made| (made.purpose.0, made.decision.0)).collect(),
    };
    let added = open.write(&TOPICS, |writing| add_supporter(writing, new))?;
    Ok(Saved {
        id: Id(added.id),
        changed: Vec::new(),
        findings: findings(&added.findings),
        is_suppressed: added.is_suppressed,
    })
}

pub(crate) fn edit(open: &mut Open, request: SupporterEdit) -> Result<Saved, Failure> {
    let id = request.id.0;
    let filled = |value: String| (!value.trim().is_empty()).then_some(value);
    let edit = Edit {
        text: request.text.into_iter().map(|value| (value.field.0, filled(value.value))).collect(),
        interests: request.interests.map(|all| all.into_iter().map(|interest| interest.0).collect()),
        language: request.language.as_deref().map(language).transpose()?,
        contact_preference: request.contact_preference.map(|chosen| chosen.0),
        public_name: request.public_name.map(|chosen| chosen.0),
        email_state: request.email_state.map(|state| state.0),
        tags: request.tags.map(|tags| tags.into_iter().map(Sensitive::new).collect()),
    };
    let edited = open.write(&TOPICS, |writing| edit_supporter(writing, id, edit))?;
    let is_suppressed = detail::is_suppressed(open, id);
    Ok(Saved {
        id: Id(id),
        changed: edited.changed.into_iter().map(Coded).collect(),
        findings: findings(&edited.findings),
        is_suppressed,
    })
}

pub(crate) fn withdraw(open: &mut Open, request: &WithdrawRequest) -> Result<Withdrawn, Failure> {
    let (id, channel) = (request.id.0, request.channel.0);
    let done = open.write(&TOPICS, |writing| withdraw_supporter(writing, id, channel))?;
    Ok(Withdrawn { withdrawn_count: count(done.withdrawn_count), is_suppressed: done.is_suppressed })
}

fn language(code: &str) -> Result<Language, Failure> {
    Language::from_code(code).map_err(|_| Failure::new("E-LANGUAGE"))
}
