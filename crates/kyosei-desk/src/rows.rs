//! Records as lines of a list.

use kyosei_contract::supporters::{SupporterRow, TextValue};
use kyosei_contract::{Coded, Id};
use kyosei_model::{Field, Purpose, Scope, Sensitive, Supporter, UnixMillis};

/// One line of a list.
pub(crate) fn row(supporter: &Supporter, now: UnixMillis) -> SupporterRow {
    let text = |field: Field| supporter.get(field).unwrap_or_default().to_owned();
    SupporterRow {
        id: Id(supporter.id),
        of_kind: Coded(supporter.kind),
        status: Coded(supporter.status),
        name: text(supporter.name_field()),
        reading: text(supporter.reading_field()),
        prefecture: text(Field::Prefecture),
        city: text(Field::City),
        email: text(Field::Email),
        may_mail: supporter.consent(Purpose::EventMail, Scope::General, now).is_given(),
        tags: supporter.tags.iter().map(|tag| tag.expose().clone()).collect(),
        submitted_at: supporter.submitted_at.get(),
    }
}

/// Fields with their values.
pub(crate) fn text_values<'a>(
    text: impl IntoIterator<Item = (&'a Field, &'a Sensitive<String>)>,
) -> Vec<TextValue> {
    let value = |(field, value): (&Field, &Sensitive<String>)| TextValue {
        field: Coded(*field),
        value: value.expose().clone(),
    };
    text.into_iter().map(value).collect()
}

/// A count as it crosses.
pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
