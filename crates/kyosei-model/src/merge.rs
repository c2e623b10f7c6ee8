//! Joining two records of the same supporter.
//!
//! A person decides that two records are one; this module only computes the result, so that it can be shown
//! before it is saved. No consent is lost and none is gained: the ledgers are united as they are, and since
//! entries of two records were written without sight of each other, a refusal or withdrawal in either of them
//! wins. The merged record stays closed until a new decision of the supporter comes after both.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::{
    ConsentId, Effective, EmailState, Field, NotGiven, Purpose, Scope, Status, Supporter, SupporterId,
    UnixMillis,
};

/// Whose value of a field the merged record takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Choice {
    /// That of the record that stays.
    Kept,
    /// That of the record that goes into it.
    Absorbed,
}

/// A purpose that stays closed after the merge because one of the records said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OptedOut {
    /// The purpose.
    pub purpose: Purpose,
    /// For which partner or event.
    pub scope: Scope,
    /// The entry that says no.
    pub by: ConsentId,
    /// The record in which it was made.
    pub from: SupporterId,
}

/// The outcome of a merge, for showing and for saving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The record that stays.
    pub kept: Supporter,
    /// The record that went into it, pointing at it. Its texts and its ledger stay for undoing the merge.
    pub absorbed: Supporter,
    /// Fields that differ and for which nothing was chosen; the kept record's value stands in them.
    pub undecided: Vec<Field>,
    /// Purposes that are closed because of either record, and why.
    pub opted_out: Vec<OptedOut>,
}

/// Why two records cannot be joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MergeError {
    /// Both are the same record.
    #[error("{0} cannot be merged with itself")]
    Same(SupporterId),
    /// One is a person, the other an organisation.
    #[error("{0} and {1} are of different kinds")]
    Kind(SupporterId, SupporterId),
    /// A record that is erased or was merged before.
    #[error("{0} is erased or was merged before")]
    Gone(SupporterId),
}

/// Fields that both records fill in, differently.
pub fn conflicting_fields(a: &Supporter, b: &Supporter) -> Vec<Field> {
    let differs =
        |field: &&Field| matches!((a.text.get(field), b.text.get(field)), (Some(x), Some(y)) if x != y);
    Field::ALL.iter().filter(differs).copied().collect()
}

/// Joins `absorbed` into `kept`.
///
/// # Errors
/// [`MergeError`] when the two can never be one record.
pub fn merge(
    kept: &Supporter,
    absorbed: &Supporter,
    choices: &BTreeMap<Field, Choice>,
    now: UnixMillis,
) -> Result<Merged, MergeError> {
    refuse_impossible(kept, absorbed)?;
    let conflicts = conflicting_fields(kept, absorbed);
    let mut result = kept.clone();
    for (field, value) in &absorbed.text {
        let takes_absorbed = choices.get(field) == Some(&Choice::Absorbed);
        if takes_absorbed || !result.text.contains_key(field) {
            result.text.insert(*field, value.clone());
        }
    }
    join_states(&mut result, kept, absorbed);
    result.consents.extend(absorbed.consents.iter().map(|(id, entry)| (*id, entry.clone())));
    let opted_out = opted_out(&result, kept, now);
    let mut pointer = absorbed.clone();
    pointer.merged_into = Some(kept.id);
    let undecided = conflicts.into_iter().filter(|field| !choices.contains_key(field)).collect();
    Ok(Merged { kept: result, absorbed: pointer, undecided, opted_out })
}

fn refuse_impossible(kept: &Supporter, absorbed: &Supporter) -> Result<(), MergeError> {
    if kept.id == absorbed.id {
        return Err(MergeError::Same(kept.id));
    }
    if kept.kind != absorbed.kind {
        return Err(MergeError::Kind(kept.id, absorbed.id));
    }
    for record in [kept, absorbed] {
        if record.status == Status::Erased || record.merged_into.is_some() {
            return Err(MergeError::Gone(record.id));
        }
    }
    Ok(())
}

/// Everything that is neither text nor consent. Where the records differ, the one that allows less wins.
fn join_states(result: &mut Supporter, kept: &Supporter, absorbed: &Supporter) {
    result.status = kept.status.joined(absorbed.status);
    result.submitted_at = kept.submitted_at.min(absorbed.submitted_at);
    result.received_at = kept.received_at.min(absorbed.received_at);
    result.email_state = joined_email_state(result, kept, absorbed);
    result.contact_preference = kept.contact_preference.joined(absorbed.contact_preference);
    result.public_name = kept.public_name.joined(absorbed.public_name);
    result.interests.extend(&absorbed.interests);
    result.tags.extend(absorbed.tags.iter().cloned());
    result.org_type = kept.org_type.or(absorbed.org_type);
    result.household = kept.household.or(absorbed.household);
    result.edition = kept.edition.or(absorbed.edition);
    result.declared_minor |= absorbed.declared_minor;
    result.retention_until = match (kept.retention_until, absorbed.retention_until) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    };
}

fn joined_email_state(result: &Supporter, kept: &Supporter, absorbed: &Supporter) -> EmailState {
    let Some(address) = result.get(Field::Email) else { return EmailState::None };
    let known: BTreeSet<EmailState> = [kept, absorbed]
        .into_iter()
        .filter(|record| record.get(Field::Email) == Some(address))
        .map(|record| record.email_state)
        .collect();
    [EmailState::Bounced, EmailState::Ok]
        .into_iter()
        .find(|state| known.contains(state))
        .unwrap_or(EmailState::Unconfirmed)
}

fn opted_out(result: &Supporter, kept: &Supporter, now: UnixMillis) -> Vec<OptedOut> {
    let asked: BTreeSet<(Purpose, Scope)> =
        result.consents.values().map(|entry| (entry.purpose, entry.scope)).collect();
    asked
        .into_iter()
        .filter_map(|(purpose, scope)| {
            let by = match result.consent(purpose, scope, now) {
                Effective::No(NotGiven::Refused(by) | NotGiven::Withdrawn(by)) => by,
                Effective::Given(_)
                | Effective::No(
                    NotGiven::Absent
                    | NotGiven::Expired(_)
                    | NotGiven::GuardianMissing(_)
                    | NotGiven::ImplausibleTime(_),
                ) => return None,
            };
            let from = if kept.consents.contains_key(&by) {
                kept.id
            } else {
                result.consents.get(&by).map_or(kept.id, |entry| entry.subject)
            };
            Some(OptedOut { purpose, scope, by, from })
        })
        .collect()
}

#[cfg(test)]
mod tests;
