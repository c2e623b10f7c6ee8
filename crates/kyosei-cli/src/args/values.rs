//! Values of the closed lists of the model, as arguments: help and completions name them all.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use kyosei_model::{
    Channel, Decision, FileEncoding, Purpose, SpaceKind, Status, SuppressionReason, UnknownCode,
};
use kyosei_runtime::members::Role;

/// The way by which a decision came.
pub fn channel() -> impl TypedValueParser<Value = Channel> {
    let known = Channel::ALL.iter().map(|one| (one.code(), one.label_en()));
    one_of(known, Channel::from_code)
}

/// What was decided.
pub fn decision() -> impl TypedValueParser<Value = Decision> {
    let known = Decision::ALL.iter().map(|one| (one.code(), one.label_en()));
    one_of(known, Decision::from_code)
}

/// The encoding of a text file; a workbook has none to choose.
pub fn encoding() -> impl TypedValueParser<Value = FileEncoding> {
    let texts = FileEncoding::ALL.iter().filter(|one| !matches!(one, FileEncoding::Xlsx));
    one_of(texts.map(|one| (one.code(), one.label_en())), FileEncoding::from_code)
}

/// What data may be used for.
pub fn purpose() -> impl TypedValueParser<Value = Purpose> {
    let known = Purpose::ALL.iter().map(|one| (one.code(), one.label_en()));
    one_of(known, Purpose::from_code)
}

/// What a device may do in a space.
pub fn role() -> impl TypedValueParser<Value = Role> {
    let known = roles().map(|(code, label, _)| PossibleValue::new(code).help(label));
    PossibleValuesParser::new(known).map(|text| {
        roles().into_iter().find(|(code, ..)| *code == text).map_or(Role::Read, |(_, _, role)| role)
    })
}

/// What a space is for.
pub fn space() -> impl TypedValueParser<Value = SpaceKind> {
    one_of(SpaceKind::ALL.iter().map(|one| (one.code(), one.label_en())), SpaceKind::from_code)
}

/// Why an address is suppressed by hand. The reason of erased people is set by an erasure alone.
pub fn suppression_reason() -> impl TypedValueParser<Value = SuppressionReason> {
    let by_hand = SuppressionReason::ALL.iter().filter(|one| !matches!(one, SuppressionReason::Erased));
    one_of(by_hand.map(|one| (one.code(), one.label_en())), SuppressionReason::from_code)
}

/// The status of a record that can be listed.
pub fn status() -> impl TypedValueParser<Value = Status> {
    let listed = [Status::Inbox, Status::Active, Status::Withdrawn];
    one_of(listed.into_iter().map(|one| (one.code(), one.label_en())), Status::from_code)
}

/// The roles with their codes.
const fn roles() -> [(&'static str, &'static str, Role); 4] {
    [
        ("read", "reads, and writes nothing", Role::Read),
        ("edit", "reads and writes", Role::Edit),
        ("admin", "also invites and removes; takes two approvals", Role::Admin),
        ("relay", "passes on what it cannot read (a mailbox)", Role::Relay),
    ]
}

fn one_of<T: Clone + Send + Sync + 'static>(
    known: impl Iterator<Item = (&'static str, &'static str)>,
    read: fn(&str) -> Result<T, UnknownCode>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(known.map(|(code, label)| PossibleValue::new(code).help(label)))
        .try_map(move |text| read(&text))
}
