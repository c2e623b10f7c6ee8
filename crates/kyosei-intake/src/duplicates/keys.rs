//! The keys of one record.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_model::{Field, Sensitive, SupporterKind};

use crate::fold::{address_key, email_key, fold, name_key, telephone_key};

/// Keys of a record by which others are found. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Keys {
    pub(super) email: Option<String>,
    /// The name of the person or the organisation.
    pub(super) names: BTreeSet<String>,
    /// The reading of that name.
    pub(super) readings: BTreeSet<String>,
    pub(super) telephone: Option<String>,
    pub(super) postcode: Option<String>,
    pub(super) address: Option<String>,
    /// The family name, by reading if there is one.
    pub(super) family: Option<String>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys([redacted])")
    }
}

impl Keys {
    /// Makes the keys of a record's text.
    pub fn of(kind: SupporterKind, text: &BTreeMap<Field, Sensitive<String>>) -> Self {
        let get = |field: Field| text.get(&field).map(|value| value.expose().as_str());
        let (name, reading) = match kind {
            SupporterKind::Individual => (Field::Name, Field::Kana),
            SupporterKind::Organization => (Field::OrgName, Field::OrgKana),
        };
        let filled = |key: String| Some(key).filter(|key| !key.is_empty());
        let names: BTreeSet<String> = get(name).map(name_key).and_then(filled).into_iter().collect();
        let readings = get(reading).map(name_key).and_then(filled).filter(|key| !names.contains(key));
        let parts: Vec<&str> = [Field::Prefecture, Field::City, Field::Street, Field::Building]
            .into_iter()
            .filter_map(get)
            .collect();
        let family = match kind {
            SupporterKind::Individual => family_of(get(reading)).or_else(|| family_of(get(name))),
            SupporterKind::Organization => None,
        };
        Self {
            email: get(Field::Email).map(email_key).and_then(filled),
            readings: readings.into_iter().collect(),
            names,
            telephone: get(Field::Tel).map(telephone_key).and_then(filled),
            postcode: get(Field::Postcode).map(telephone_key).and_then(filled),
            address: filled(address_key(&parts)).filter(|key| key.chars().any(|c| c.is_ascii_digit())),
            family,
        }
    }

    /// Whether two names can be one person's: a name or reading in common, or one in kana and one in kanji
    /// without a reading, which cannot be compared.
    pub(super) fn may_be_one_name(&self, other: &Self) -> bool {
        self.shares_name(other)
            || self.shares_reading(other)
            || self.names.is_empty()
            || other.names.is_empty()
            || (self.is_kana() != other.is_kana() && (self.readings.is_empty() && other.readings.is_empty()))
    }

    /// Whether two records are possibly one although their addresses differ.
    pub(super) fn is_possibly(&self, other: &Self) -> bool {
        self.shares_name(other) || (self.shares_reading(other) && self.shares_place(other))
    }

    fn shares_name(&self, other: &Self) -> bool {
        !self.names.is_disjoint(&other.names)
    }

    fn shares_reading(&self, other: &Self) -> bool {
        !self.readings.is_disjoint(&other.readings)
            || !self.readings.is_disjoint(&other.names)
            || !self.names.is_disjoint(&other.readings)
    }

    fn shares_place(&self, other: &Self) -> bool {
        let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        same(&self.telephone, &other.telephone)
            || same(&self.postcode, &other.postcode)
            || same(&self.address, &other.address)
    }

    fn is_kana(&self) -> bool {
        self.names.iter().all(|name| name.chars().all(|c| matches!(c, 'ぁ'..='ゟ' | 'ー')))
    }
}

/// The word before the first space, if there is a space.
fn family_of(name: Option<&str>) -> Option<String> {
    let folded = fold(name?);
    let (family, given) = folded.trim().split_once(char::is_whitespace)?;
    (!given.trim().is_empty()).then(|| name_key(family))
}
