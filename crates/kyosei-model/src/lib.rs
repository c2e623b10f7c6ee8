//! The nouns of kyosei and their rules.
//!
//! Start with [`Sensitive`], the wrapper that keeps personal data out of logs and errors, and with the ids
//! ([`SupporterId`] and its sisters). A [`Supporter`] is made of text fields ([`Field`]), each accepted by
//! [`validate`], of choices from closed lists, and of a ledger of [`Consent`] entries; what those entries allow
//! is answered by [`effective_consent`] alone. [`merge`] joins two records without losing a refusal.
//! [`Wording`], [`Suppression`], [`ImportBatch`], [`PairDecision`] and [`AuditEvent`] are what the register keeps
//! beside its supporters. Numbers and words that the law may change stand in [`rules_on`]'s dated table.
//!
//! This crate knows no clock, no randomness, no files and no wire formats: whoever builds a value hands in
//! everything that it is made of. Closed lists carry stable codes, which is what documents and files hold.

mod audit;
mod code;
mod consent;
mod field;
mod finding;
mod id;
mod import_batch;
mod language;
mod merge;
mod pair;
mod rules;
mod sensitive;
mod supporter;
mod suppression;
mod time;
mod validate;
mod vocabulary;
mod wording;

pub use audit::{AuditAction, AuditEvent, AuditSubject};
pub use code::UnknownCode;
pub use consent::{
    AgreedWording, Channel, Consent, Decision, Effective, Evidence, NotGiven, Purpose, Question, Scope,
    effective_consent,
};
pub use field::{
    ADDRESS_GRAPHEMES_MAX, DISPLAY_NAME_GRAPHEMES_MAX, EMAIL_CHARS_MAX, Field, MESSAGE_GRAPHEMES_MAX,
    NAME_GRAPHEMES_MAX, NOTES_GRAPHEMES_MAX, NUMBER_GRAPHEMES_MAX, ORG_NAME_GRAPHEMES_MAX, URL_CHARS_MAX,
};
pub use finding::{Rejection, Warning};
pub use id::{
    AuditId, ConsentId, DeviceId, EditionId, EventId, HouseholdId, ID_BYTES, ID_CHARS, ID_UNIX_MS_MAX,
    ImportId, MemberId, PairDecisionId, ParseIdError, PartnerId, SubmissionId, SupporterId, SuppressionId,
    WordingId,
};
pub use import_batch::{FileEncoding, ImportBatch, ImportUndo, ImportedRow, RowFate};
pub use language::{LANGUAGE_TAG_CHARS_MAX, Language, LanguageTag, ParseLanguageError};
pub use merge::{Choice, MergeError, Merged, OptedOut, conflicting_fields, merge};
pub use pair::{PairDecision, PairVerdict, SupporterPair};
pub use rules::{Rules, newest_rules, rules_on};
pub use sensitive::Sensitive;
pub use supporter::{Inconsistency, Supporter, TAG_GRAPHEMES_MAX, TAGS_MAX};
pub use suppression::{AddressTag, Suppression};
pub use time::{CLOCK_SKEW_MS_MAX, Implausible, JAPAN_OFFSET_SECONDS, PLAUSIBLE_MIN, UnixMillis};
pub use validate::{
    Accepted, corporate_number_is_valid, is_bidi_control, is_hyphen, is_private_use, is_zero_width,
    mentions_sensitive_matter, my_number_is_valid, validate,
};
pub use vocabulary::{
    ContactPreference, EmailState, Interest, OrgType, PublicName, Source, SpaceKind, Status, SupporterKind,
    SuppressionReason,
};
pub use wording::Wording;
