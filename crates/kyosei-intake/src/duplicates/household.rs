//! Households: people of one family name at one address, for one letter.
//!
//! A proposal only. Consent and e-mail stay each person's own, and names without a space between family and given
//! name, and without a reading that has one, are not compared.

use std::collections::BTreeMap;

use super::{Holder, Keys};

/// Most people of a proposed household; more at one address are an institution.
pub const HOUSEHOLD_MAX: usize = 12;

/// People who may be one household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdProposal {
    /// Who, in order.
    pub members: Vec<Holder>,
}

/// Proposes households among records.
pub fn propose_households<'a>(
    records: impl IntoIterator<Item = (Holder, &'a Keys)>,
) -> Vec<HouseholdProposal> {
    let mut groups: BTreeMap<(&str, &str), Vec<Holder>> = BTreeMap::new();
    for (holder, keys) in records {
        if let (Some(address), Some(family)) = (&keys.address, &keys.family) {
            groups.entry((address, family)).or_default().push(holder);
        }
    }
    groups
        .into_values()
        .filter(|members| (2..=HOUSEHOLD_MAX).contains(&members.len()))
        .map(|mut members| {
            members.sort_unstable();
            HouseholdProposal { members }
        })
        .collect()
}
