//! A supporter: one person or one organisation in the register.
//!
//! A supporter is built field by field from values that [`validate`](crate::validate) accepted, and is one
//! document of its own, so that erasing it can drop the whole document. Refugees' data never belongs here.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Consent, ConsentId, ContactPreference, EditionId, Effective, EmailState, Field, HouseholdId, Interest,
    Language, MemberId, OrgType, PublicName, Purpose, Question, Scope, Sensitive, Source, Status,
    SupporterId, SupporterKind, UnixMillis, effective_consent,
};

/// Most tags of one supporter.
pub const TAGS_MAX: usize = 50;
/// Longest tag, in grapheme clusters.
pub const TAG_GRAPHEMES_MAX: usize = 40;

/// One supporter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supporter {
    /// Its id.
    pub id: SupporterId,
    /// Person or organisation.
    pub kind: SupporterKind,
    /// Where the record stands.
    pub status: Status,
    /// How the registration came.
    pub source: Source,
    /// The form edition that was filled in.
    pub edition: Option<EditionId>,
    /// When the supporter sent the registration.
    pub submitted_at: UnixMillis,
    /// When it reached the register.
    pub received_at: UnixMillis,
    /// Who entered it; none when nobody stood between the supporter and the register.
    pub entered_by: Option<MemberId>,
    /// The language in which the supporter wants to be addressed.
    pub language: Language,
    /// The text fields that are filled in.
    pub text: BTreeMap<Field, Sensitive<String>>,
    /// What is known about the e-mail address.
    pub email_state: EmailState,
    /// How the supporter prefers to be reached.
    pub contact_preference: ContactPreference,
    /// What the supporter cares about.
    pub interests: BTreeSet<Interest>,
    /// In which form the name may be published; publishing needs P3 besides.
    pub public_name: PublicName,
    /// Legal form, of organisations only.
    pub org_type: Option<OrgType>,
    /// Words of the committee for finding records.
    pub tags: BTreeSet<Sensitive<String>>,
    /// The household, for one letter to several people.
    pub household: Option<HouseholdId>,
    /// When the record is to be erased at the latest.
    pub retention_until: Option<UnixMillis>,
    /// Whether the supporter said to be under age. Birth dates are not collected.
    pub declared_minor: bool,
    /// The record that took this one in.
    pub merged_into: Option<SupporterId>,
    /// The consent ledger.
    pub consents: BTreeMap<ConsentId, Consent>,
}

/// Why parts of a supporter do not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Inconsistency {
    /// A field that the kind does not have.
    ForeignField(Field),
    /// A legal form on a person.
    OrgTypeOfIndividual,
    /// The e-mail state says "none" beside an address, or something else without one.
    EmailState,
    /// A minor without the guardian's name.
    GuardianMissing,
    /// The chosen public name is not written down.
    DisplayNameMissing,
    /// Submitted after it was received.
    SubmittedAfterReceived,
    /// More tags, or longer ones, than allowed.
    Tags,
}

impl Supporter {
    /// A new record without any text, in the inbox, publishing nothing.
    pub fn new(id: SupporterId, kind: SupporterKind, source: Source, submitted_at: UnixMillis) -> Self {
        Self {
            id,
            kind,
            status: Status::Inbox,
            source,
            edition: None,
            submitted_at,
            received_at: submitted_at,
            entered_by: None,
            language: Language::Ja,
            text: BTreeMap::new(),
            email_state: EmailState::None,
            contact_preference: ContactPreference::Email,
            interests: BTreeSet::new(),
            public_name: PublicName::No,
            org_type: None,
            tags: BTreeSet::new(),
            household: None,
            retention_until: None,
            declared_minor: false,
            merged_into: None,
            consents: BTreeMap::new(),
        }
    }

    /// The value of a text field, if filled in.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.text.get(&field).map(|value| value.expose().as_str())
    }

    /// The field that names the supporter: the person's or the organisation's name.
    pub const fn name_field(&self) -> Field {
        match self.kind {
            SupporterKind::Individual => Field::Name,
            SupporterKind::Organization => Field::OrgName,
        }
    }

    /// The field that holds the reading of that name.
    pub const fn reading_field(&self) -> Field {
        match self.kind {
            SupporterKind::Individual => Field::Kana,
            SupporterKind::Organization => Field::OrgKana,
        }
    }

    /// The required fields that are not filled in. An erased record misses nothing.
    pub fn missing_required(&self) -> Vec<Field> {
        let missing = |field: &Field| {
            field.required_for(self.kind, self.source) && self.get(*field).is_none_or(str::is_empty)
        };
        match self.status {
            Status::Erased => Vec::new(),
            Status::Inbox | Status::Active | Status::Withdrawn => {
                Field::ALL.iter().copied().filter(missing).collect()
            }
        }
    }

    /// What does not fit together, in a fixed order.
    pub fn inconsistencies(&self) -> Vec<Inconsistency> {
        let mut found: Vec<Inconsistency> = self
            .text
            .keys()
            .filter(|field| !field.applies_to(self.kind))
            .map(|field| Inconsistency::ForeignField(*field))
            .collect();
        let has = |field: Field| self.text.contains_key(&field);
        let checks = [
            (
                self.org_type.is_some() && self.kind == SupporterKind::Individual,
                Inconsistency::OrgTypeOfIndividual,
            ),
            (has(Field::Email) == (self.email_state == EmailState::None), Inconsistency::EmailState),
            (self.declared_minor && !has(Field::GuardianName), Inconsistency::GuardianMissing),
            (
                self.public_name == PublicName::Pseudonym && !has(Field::DisplayName),
                Inconsistency::DisplayNameMissing,
            ),
            (self.submitted_at > self.received_at, Inconsistency::SubmittedAfterReceived),
            (!tags_fit(&self.tags), Inconsistency::Tags),
        ];
        found.extend(checks.into_iter().filter(|(holds, _)| *holds).map(|(_, inconsistency)| inconsistency));
        found
    }

    /// Whether a purpose is allowed at `now`; see [`effective_consent`].
    pub fn consent(&self, purpose: Purpose, scope: Scope, now: UnixMillis) -> Effective {
        let question = Question { purpose, scope, now, declared_minor: self.declared_minor };
        effective_consent(self.consents.values(), &question)
    }

    /// The entries of a purpose that a new entry comes after: what its writer has before him.
    pub fn consents_seen(&self, purpose: Purpose) -> BTreeSet<ConsentId> {
        self.consents.values().filter(|entry| entry.purpose == purpose).map(|entry| entry.id).collect()
    }
}

fn tags_fit(tags: &BTreeSet<Sensitive<String>>) -> bool {
    use unicode_segmentation::UnicodeSegmentation;
    let fits = |tag: &Sensitive<String>| {
        let count = tag.expose().graphemes(true).take(TAG_GRAPHEMES_MAX + 1).count();
        (1..=TAG_GRAPHEMES_MAX).contains(&count)
    };
    tags.len() <= TAGS_MAX && tags.iter().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: SupporterKind, source: Source, fields: &[(Field, &str)]) -> Supporter {
        let id = SupporterId::from_bytes([1; 16]);
        let mut supporter = Supporter::new(id, kind, source, UnixMillis::new(1_790_000_000_000));
        for (field, value) in fields {
            supporter.text.insert(*field, Sensitive::new(String::from(*value)));
        }
        if supporter.text.contains_key(&Field::Email) {
            supporter.email_state = EmailState::Unconfirmed;
        }
        supporter
    }

    #[test]
    fn missing_fields_are_listed_and_paper_needs_no_address() {
        let page = record(SupporterKind::Individual, Source::Page, &[(Field::Name, "山田花子")]);
        assert_eq!(page.missing_required(), [Field::Email]);
        let paper = record(SupporterKind::Individual, Source::Paper, &[(Field::Name, "山田花子")]);
        assert_eq!(paper.missing_required(), []);
        assert_eq!(paper.inconsistencies(), []);
    }

    #[test]
    fn an_organisation_may_have_one_person_as_representative_and_contact() {
        let both = [
            (Field::OrgName, "みどりの居場所"),
            (Field::RepresentativeName, "石川 恵"),
            (Field::ContactName, "石川 恵"),
            (Field::Email, "info@example.org"),
        ];
        let organisation = record(SupporterKind::Organization, Source::GoogleCsv, &both);
        assert_eq!(organisation.missing_required(), []);
        assert_eq!(organisation.inconsistencies(), []);
    }

    #[test]
    fn parts_that_do_not_fit_are_listed() {
        let mut wrong = record(SupporterKind::Individual, Source::Page, &[(Field::OrgName, "会")]);
        wrong.org_type = Some(OrgType::Npo);
        wrong.declared_minor = true;
        wrong.public_name = PublicName::Pseudonym;
        wrong.email_state = EmailState::Ok;
        wrong.received_at = wrong.submitted_at.plus_ms(-1);
        wrong.tags.insert(Sensitive::new(String::new()));
        assert_eq!(
            wrong.inconsistencies(),
            [
                Inconsistency::ForeignField(Field::OrgName),
                Inconsistency::OrgTypeOfIndividual,
                Inconsistency::EmailState,
                Inconsistency::GuardianMissing,
                Inconsistency::DisplayNameMissing,
                Inconsistency::SubmittedAfterReceived,
                Inconsistency::Tags,
            ]
        );
    }

    #[test]
    fn debug_output_of_a_supporter_holds_no_personal_data() {
        let person = record(SupporterKind::Individual, Source::Page, &[(Field::Name, "山田花子")]);
        let shown = format!("{person:?}");
        assert!(!shown.contains("山田") && shown.contains("[redacted]"), "{shown}");
    }
}
