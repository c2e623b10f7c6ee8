//! Which consent holds: one pure function of the entries.
//!
//! The rule errs towards "no". A purpose is allowed only when an agreement overrules every refusal and
//! withdrawal, and it overrules one only when its writer had seen it *and* it was given no earlier. So of
//! concurrent entries the "no" wins; a paper form from last week that is typed in after yesterday's withdrawal
//! changes nothing; and a withdrawal holds even if it was written on a device whose clock is years behind: it counts
//! as no earlier than the agreements that it takes back, so an old form does not overrule it either.

use std::collections::{BTreeMap, BTreeSet};

use super::{Consent, Decision, Purpose, Scope};
use crate::{ConsentId, UnixMillis};

/// What is asked of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// What the data is to be used for.
    pub purpose: Purpose,
    /// For which partner or event.
    pub scope: Scope,
    /// The instant for which the answer is wanted.
    pub now: UnixMillis,
    /// Whether the supporter said to be under age; then only a guardian can agree.
    pub declared_minor: bool,
}

/// The answer of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effective {
    /// Agreed, by this entry.
    Given(ConsentId),
    /// Not agreed.
    No(NotGiven),
}

/// Why a purpose is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotGiven {
    /// Nobody ever decided about it.
    Absent,
    /// This entry says no, and no later agreement overrules it.
    Refused(ConsentId),
    /// This entry takes the agreement back, and no later agreement overrules it.
    Withdrawn(ConsentId),
    /// This agreement has ended.
    Expired(ConsentId),
    /// This agreement of a person under age has no guardian.
    GuardianMissing(ConsentId),
    /// This agreement has a time that cannot be believed.
    ImplausibleTime(ConsentId),
}

impl Effective {
    /// Whether the purpose is allowed.
    pub const fn is_given(self) -> bool {
        matches!(self, Self::Given(_))
    }
}

/// Tells whether a purpose is allowed. The order of the entries plays no part.
///
/// Sharing with a partner needs an agreement that names the partner; every other agreement without a limit
/// covers each event and partner, as does every refusal and withdrawal without a limit.
pub fn effective_consent<'a>(
    entries: impl IntoIterator<Item = &'a Consent>,
    question: &Question,
) -> Effective {
    let entries: BTreeMap<ConsentId, &Consent> = entries
        .into_iter()
        .filter(|entry| entry.purpose == question.purpose)
        .map(|entry| (entry.id, entry))
        .collect();
    let pasts: BTreeMap<ConsentId, BTreeSet<ConsentId>> =
        entries.keys().map(|id| (*id, past_of(*id, &entries))).collect();
    let (given, negative): (Vec<&Consent>, Vec<&Consent>) = entries
        .values()
        .copied()
        .filter(|entry| covers(entry, question.scope))
        .partition(|entry| entry.decision == Decision::Given);
    let overrules = |yes: &Consent, no: &Consent| {
        precedes(no, yes, &pasts) && yes.given_at >= not_before(no, &entries, &pasts, question.now)
    };
    if let Some(no) = negative.iter().rev().find(|no| !given.iter().any(|yes| overrules(yes, no))) {
        return Effective::No(refusal(no));
    }
    let newest: Vec<&Consent> =
        given.iter().copied().filter(|yes| !given.iter().any(|later| precedes(yes, later, &pasts))).collect();
    let mut fault = NotGiven::Absent;
    for yes in newest.into_iter().rev() {
        let standing = negative.iter().rev().find(|no| !overrules(yes, no));
        match standing.map(|no| refusal(no)).or_else(|| fault_of(yes, question)) {
            None => return Effective::Given(yes.id),
            Some(found) => fault = found,
        }
    }
    Effective::No(fault)
}

/// Every entry that came before one, directly or through others. Entries that are not here yet are passed over.
fn past_of(id: ConsentId, entries: &BTreeMap<ConsentId, &Consent>) -> BTreeSet<ConsentId> {
    let mut past = BTreeSet::new();
    let mut open = vec![id];
    while let Some(next) = open.pop() {
        let Some(entry) = entries.get(&next) else { continue };
        open.extend(entry.after.iter().copied().filter(|earlier| past.insert(*earlier)));
    }
    past
}

/// Whether `a` came before `b`. Entries that name each other, which no honest device writes, are concurrent.
fn precedes(a: &Consent, b: &Consent, pasts: &BTreeMap<ConsentId, BTreeSet<ConsentId>>) -> bool {
    let in_past = |x: ConsentId, y: ConsentId| pasts.get(&y).is_some_and(|past| past.contains(&x));
    in_past(a.id, b.id) && !in_past(b.id, a.id)
}

/// When a "no" was said at the earliest: not before whatever its writer had seen, however slow the clock was. Times that
/// cannot be believed are passed over, or a single one would close the purpose for years.
fn not_before(
    no: &Consent,
    entries: &BTreeMap<ConsentId, &Consent>,
    pasts: &BTreeMap<ConsentId, BTreeSet<ConsentId>>,
    now: UnixMillis,
) -> UnixMillis {
    let seen = pasts.get(&no.id).into_iter().flatten().filter_map(|id| entries.get(id));
    let times = seen.map(|entry| entry.given_at).filter(|at| at.implausible_at(now).is_none());
    times.fold(no.given_at, UnixMillis::max)
}

fn covers(entry: &Consent, asked: Scope) -> bool {
    let must_name_a_partner = entry.purpose == Purpose::SharePartner && entry.decision == Decision::Given;
    match entry.scope {
        Scope::General => !must_name_a_partner,
        Scope::Partner(_) | Scope::Event(_) => entry.scope == asked,
    }
}

fn refusal(entry: &Consent) -> NotGiven {
    match entry.decision {
        Decision::Withdrawn => NotGiven::Withdrawn(entry.id),
        Decision::Refused | Decision::Given => NotGiven::Refused(entry.id),
    }
}

fn fault_of(yes: &Consent, question: &Question) -> Option<NotGiven> {
    if yes.given_at.implausible_at(question.now).is_some() {
        Some(NotGiven::ImplausibleTime(yes.id))
    } else if yes.expires.is_some_and(|end| end <= question.now) {
        Some(NotGiven::Expired(yes.id))
    } else if question.declared_minor && yes.guardian.is_none() {
        Some(NotGiven::GuardianMissing(yes.id))
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
