//! The list of supporters, one record, adding, editing, erasing.

use kyosei_model::{
    Channel, ContactPreference, EmailState, Field, Interest, OrgType, PublicName, Source, Status,
    SupporterId, SupporterKind,
};

use crate::coded::{Coded, Id, Secret};
use crate::consents::{ConsentEntry, ConsentState, FirstDecision};
use crate::crossing::crossing;
use crate::failure::Finding;

crossing! {
    /// Which supporters to list.
    struct SupporterQuery {
        /// Words as typed; all must occur. Kana, width and variants of characters do not matter.
        pub text: String,
        /// Only this kind.
        pub of_kind: Option<Coded<SupporterKind>>,
        /// Only these statuses; all if empty.
        pub statuses: Vec<Coded<Status>>,
        /// Page, from 0.
        pub page: u32,
    }

    /// One line of the list.
    struct SupporterRow {
        /// Id.
        pub id: Id<SupporterId>,
        /// Person or organisation.
        pub of_kind: Coded<SupporterKind>,
        /// Status.
        pub status: Coded<Status>,
        /// Name.
        pub name: String,
        /// Reading; empty if unknown.
        pub reading: String,
        /// Prefecture; empty if unknown.
        pub prefecture: String,
        /// City; empty if unknown.
        pub city: String,
        /// E-mail address; empty if none.
        pub email: String,
        /// Whether notices by mail are allowed now.
        pub may_mail: bool,
        /// Words of the committee.
        pub tags: Vec<String>,
        /// When the registration was sent, Unix milliseconds.
        pub submitted_at: i64,
    }

    /// A page of the list.
    struct SupporterPage {
        /// The rows, in order of their readings.
        pub rows: Vec<SupporterRow>,
        /// How many match in all.
        pub total: u32,
        /// Rows of a full page.
        pub page_size: u32,
    }

    /// Which supporter.
    struct SupporterRef {
        /// Id.
        pub id: Id<SupporterId>,
    }

    /// A text field with its value.
    struct TextValue {
        /// The field.
        pub field: Coded<Field>,
        /// The value.
        pub value: String,
    }

    /// A text field of a kind of supporters: what to show and what to keep within.
    struct FieldRule {
        /// The field.
        pub field: Coded<Field>,
        /// Whether a complete record that came on paper must have it.
        pub required: bool,
        /// Longest value, in characters as people count them.
        pub length_max: u32,
        /// Whether the value may have several lines.
        pub multiline: bool,
    }

    /// Asks for the fields of a kind.
    struct FieldsRequest {
        /// The kind.
        pub of_kind: Coded<SupporterKind>,
        /// How the registration comes; paper needs no e-mail address.
        pub source: Coded<Source>,
    }

    /// The fields, in the order of the form.
    struct Fields {
        /// The fields.
        pub fields: Vec<FieldRule>,
    }

    /// One record, whole.
    struct SupporterDetail {
        /// Id.
        pub id: Id<SupporterId>,
        /// Person or organisation.
        pub of_kind: Coded<SupporterKind>,
        /// Status.
        pub status: Coded<Status>,
        /// How the registration came.
        pub source: Coded<Source>,
        /// When it was sent, Unix milliseconds.
        pub submitted_at: i64,
        /// When it reached the register, Unix milliseconds.
        pub received_at: i64,
        /// Name of the member who entered it.
        pub entered_by: Option<String>,
        /// Language in which the supporter wants to be addressed, as a code or a BCP 47 tag.
        pub language: String,
        /// The text fields that are filled in.
        pub text: Vec<TextValue>,
        /// What is known about the address.
        pub email_state: Coded<EmailState>,
        /// Preferred way of contact.
        pub contact_preference: Coded<ContactPreference>,
        /// Interests.
        pub interests: Vec<Coded<Interest>>,
        /// In which form the name may be published.
        pub public_name: Coded<PublicName>,
        /// Legal form, of organisations.
        pub org_type: Option<Coded<OrgType>>,
        /// Words of the committee.
        pub tags: Vec<String>,
        /// Whether the supporter said to be under age.
        pub declared_minor: bool,
        /// Whether the address must not be written to.
        pub is_suppressed: bool,
        /// What each purpose allows now.
        pub consent_states: Vec<ConsentState>,
        /// The consent ledger, newest first.
        pub consents: Vec<ConsentEntry>,
        /// Records that may be the same supporter.
        pub look_alikes: Vec<SupporterRow>,
    }

    /// A new supporter, entered by hand.
    struct NewSupporter {
        /// Person or organisation.
        pub of_kind: Coded<SupporterKind>,
        /// How the registration came.
        pub source: Coded<Source>,
        /// Text fields as typed; empty ones are left out.
        pub text: Vec<TextValue>,
        /// Interests.
        pub interests: Vec<Coded<Interest>>,
        /// Legal form, of organisations.
        pub org_type: Option<Coded<OrgType>>,
        /// Language code or BCP 47 tag.
        pub language: String,
        /// Decisions; a purpose that is not named was not asked. The first purpose must be given.
        pub decisions: Vec<FirstDecision>,
    }

    /// A record was saved.
    struct Saved {
        /// Id.
        pub id: Id<SupporterId>,
        /// The fields that changed.
        pub changed: Vec<Coded<Field>>,
        /// What to look at; nothing of it kept the record from being saved.
        pub findings: Vec<Finding>,
        /// Whether the address is suppressed.
        pub is_suppressed: bool,
    }

    /// Changes to a record; what is absent stays.
    struct SupporterEdit {
        /// Id.
        pub id: Id<SupporterId>,
        /// Fields with new values; an empty value empties the field.
        pub text: Vec<TextValue>,
        /// New interests, all of them.
        pub interests: Option<Vec<Coded<Interest>>>,
        /// New language.
        pub language: Option<String>,
        /// New way of contact.
        pub contact_preference: Option<Coded<ContactPreference>>,
        /// New form of publishing the name.
        pub public_name: Option<Coded<PublicName>>,
        /// What is known about the address now.
        pub email_state: Option<Coded<EmailState>>,
        /// New tags, all of them.
        pub tags: Option<Vec<String>>,
    }

    /// A value to check while it is typed.
    struct FieldCheck {
        /// The field.
        pub field: Coded<Field>,
        /// The value as typed.
        pub value: String,
    }

    /// What a check found.
    struct FieldChecked {
        /// The value as it would be stored; absent if it cannot be.
        pub stored: Option<String>,
        /// What the person may have meant.
        pub proposal: Option<String>,
        /// Findings.
        pub findings: Vec<Finding>,
    }

    /// A supporter leaves.
    struct WithdrawRequest {
        /// Id.
        pub id: Id<SupporterId>,
        /// How the wish came.
        pub channel: Coded<Channel>,
    }

    /// The withdrawal is recorded.
    struct Withdrawn {
        /// Agreements that were taken back.
        pub withdrawn_count: u32,
        /// Whether the address is suppressed now.
        pub is_suppressed: bool,
    }

    /// Erases a record for good, with those that were merged with it.
    struct EraseRequest {
        /// Id.
        pub id: Id<SupporterId>,
        /// Words of recovery sheets, one text for each sheet, as approvals beside this laptop's own.
        pub sheets: Vec<Secret>,
    }

    /// The record is gone.
    struct Erased {
        /// Records that are gone.
        pub record_count: u32,
        /// Entries whose payloads were wiped.
        pub payload_count: u32,
    }

}
