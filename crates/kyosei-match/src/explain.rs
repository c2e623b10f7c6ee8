//! Why: for each proposal the wishes it serves, for each household without one the rules that stand in the way and the small
//! change that would open most. As data; `wording` makes one sentence of each.

mod wording;

use std::collections::{BTreeMap, BTreeSet};

pub use wording::Language;

use crate::instance::{Amount, HouseholdId, PersonId, Placement, Rule, ScorePart, Unit, Verdict};
use crate::matching::Matching;

/// Why a household or person gets a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What is proposed.
    pub placement: Placement,
    /// Points.
    pub score: u32,
    /// Wishes served in full.
    pub served: Vec<ScorePart>,
    /// Wishes served in part or not at all.
    pub missed: Vec<ScorePart>,
    /// Others for whom the same offer would also have fitted.
    pub also_fitting: u32,
}

/// A small change that would open offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// The rule to give way.
    pub rule: Rule,
    /// By how much; `None` when the rule has no number.
    pub amount: Option<Amount>,
    /// Offers that this one change would open.
    pub opens: u32,
}

/// Why a household gets nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoProposal {
    /// Who.
    pub household: HouseholdId,
    /// Rules that exclude offers, with how many, most first.
    pub excluded_by: Vec<(Rule, u32)>,
    /// Offers that fit and went to others.
    pub taken_by_others: u32,
    /// The change that opens most, smallest amount first; empty when no single change opens any.
    pub openings: Vec<Opening>,
}

impl Matching<'_> {
    /// Why each placement of the list is proposed, in the order of the list.
    #[must_use]
    pub fn proposals(&self) -> Vec<Proposal> {
        let mut fitting: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut verdicts: BTreeMap<Placement, &Verdict> = BTreeMap::new();
        for pair in &self.instance.home_pairs {
            if matches!(pair.verdict, Verdict::Fits { .. }) {
                fitting.entry(pair.home.as_str()).or_default().insert(pair.household.as_str());
            }
            let placement = Placement::Home { household: pair.household.clone(), home: pair.home.clone() };
            verdicts.insert(placement, &pair.verdict);
        }
        for pair in &self.instance.job_pairs {
            if matches!(pair.verdict, Verdict::Fits { .. }) {
                fitting.entry(pair.job.as_str()).or_default().insert(pair.person.as_str());
            }
            verdicts
                .insert(Placement::Job { person: pair.person.clone(), job: pair.job.clone() }, &pair.verdict);
        }
        let mut proposals = Vec::new();
        for placement in &self.solution().placements {
            let Some(Verdict::Fits { score, parts, .. }) = verdicts.get(placement) else { continue };
            let offer = match placement {
                Placement::Home { home, .. } => home.as_str(),
                Placement::Job { job, .. } => job.as_str(),
            };
            let (served, missed) = parts.iter().partition(|part| part.points >= part.points_max);
            let others = fitting.get(offer).map_or(0, |who| who.len().saturating_sub(1));
            let also_fitting = u32::try_from(others).unwrap_or(u32::MAX);
            proposals.push(Proposal {
                placement: placement.clone(),
                score: *score,
                served,
                missed,
                also_fitting,
            });
        }
        proposals
    }

    /// Why each household without a proposal has none.
    #[must_use]
    pub fn without_proposal(&self) -> Vec<NoProposal> {
        let dropped: BTreeMap<Placement, Rule> = self.dropped().into_iter().collect();
        let mut broken: BTreeMap<&HouseholdId, Vec<BrokenRules>> = BTreeMap::new();
        let persons: BTreeMap<&PersonId, &HouseholdId> = self
            .instance
            .households
            .iter()
            .flat_map(|own| own.persons.iter().map(|person| (&person.id, &own.id)))
            .collect();
        let rules = |verdict: &Verdict, placement: Placement| match verdict {
            Verdict::Fits { .. } => dropped.get(&placement).map(|rule| (*rule, None)).into_iter().collect(),
            Verdict::Excluded { reasons } => {
                reasons.iter().map(|reason| (reason.rule, reason.short_by)).collect()
            }
        };
        for pair in &self.instance.home_pairs {
            let placement = Placement::Home { household: pair.household.clone(), home: pair.home.clone() };
            broken.entry(&pair.household).or_default().push(rules(&pair.verdict, placement));
        }
        for pair in &self.instance.job_pairs {
            let placement = Placement::Job { person: pair.person.clone(), job: pair.job.clone() };
            if let Some(household) = persons.get(&pair.person) {
                broken.entry(household).or_default().push(rules(&pair.verdict, placement));
            }
        }
        let none = Vec::new();
        let of = |household: &HouseholdId| no_proposal(household, broken.get(household).unwrap_or(&none));
        self.solution().unserved.iter().map(of).collect()
    }
}

/// The rules broken by one offer; none when it fits.
type BrokenRules = Vec<(Rule, Option<Amount>)>;

fn no_proposal(household: &HouseholdId, offers: &[BrokenRules]) -> NoProposal {
    let mut counts: BTreeMap<Rule, u32> = BTreeMap::new();
    let mut single: BTreeMap<(Rule, Option<Unit>), Vec<u32>> = BTreeMap::new();
    for broken in offers {
        for rule in broken.iter().map(|(rule, _)| *rule).collect::<BTreeSet<_>>() {
            *counts.entry(rule).or_insert(0) += 1;
        }
        // A sealed exclusion or a veto is nothing to bargain about.
        if let [(rule, amount)] = broken.as_slice()
            && !matches!(rule, Rule::NotAvailable | Rule::Veto)
        {
            let (unit, number) = amount.map_or((None, 0), |amount| (Some(amount.unit), amount.number));
            single.entry((*rule, unit)).or_default().push(number);
        }
    }
    let mut excluded_by: Vec<(Rule, u32)> = counts.into_iter().collect();
    excluded_by.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut openings = Vec::new();
    for ((rule, unit), mut numbers) in single {
        numbers.sort_unstable();
        // The least amount that opens at least half of what giving way entirely would open.
        let half = numbers.len().div_ceil(2);
        let number = numbers.get(half - 1).copied().unwrap_or(0);
        let opens = u32::try_from(numbers.iter().filter(|own| **own <= number).count()).unwrap_or(u32::MAX);
        openings.push(Opening { rule, amount: unit.map(|unit| Amount { number, unit }), opens });
    }
    openings.sort_by(|a, b| b.opens.cmp(&a.opens).then(a.rule.cmp(&b.rule)));
    let taken = offers.iter().filter(|broken| broken.is_empty()).count();
    NoProposal {
        household: household.clone(),
        excluded_by,
        taken_by_others: u32::try_from(taken).unwrap_or(u32::MAX),
        openings,
    }
}
