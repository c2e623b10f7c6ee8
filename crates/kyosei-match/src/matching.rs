//! A solved instance that can be asked questions: alternatives with what they cost others, and reasons.
//!
//! Life-cycle: [`Matching::solve`] once, then any number of questions. A question about an alternative solves the part of
//! the instance that the household belongs to again, with the alternative pinned; the instance itself never changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Run, run};
use crate::instance::{HouseholdId, Instance, InvalidInstance, Placement, Verdict};
use crate::options::{Options, Progress};
use crate::problem::Part;
use crate::report::{placement, report};
use crate::solution::Solution;

/// The most alternatives shown for one household.
pub const ALTERNATIVES_MAX: usize = 3;

/// A solved instance.
pub struct Matching<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) options: &'a Options,
    pub(crate) run: Run,
    solution: Solution,
}

/// Something else that a household or one of its members could get, and what that would cost the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// What would be given.
    pub placement: Placement,
    /// Change of the household's own score.
    pub own_change: i64,
    /// Change of the score of the whole list.
    pub total_change: i64,
    /// Households that would be left without any proposal.
    pub left_without: Vec<HouseholdId>,
    /// Households that would get a proposal and have none now.
    pub newly_served: Vec<HouseholdId>,
    /// Other households whose proposals would change.
    pub changed: Vec<HouseholdId>,
}

impl<'a> Matching<'a> {
    /// Solves an instance and keeps what questions need.
    ///
    /// # Errors
    /// When the instance is not valid or its pins cannot be kept.
    pub fn solve(
        instance: &'a Instance,
        options: &'a Options,
        progress: &mut dyn Progress,
    ) -> Result<Self, InvalidInstance> {
        instance.validate()?;
        let run = run(instance, options, progress)?;
        let solution = report(instance, &run);
        Ok(Self { instance, options, run, solution })
    }

    /// The answer.
    #[must_use]
    pub fn solution(&self) -> &Solution {
        &self.solution
    }

    /// Up to `count` alternatives for a household, the cheapest for others first. Candidates are chosen by prices; the cost
    /// of each is found by solving again with the alternative pinned. An alternative that no list allows is left out.
    pub fn alternatives(
        &self,
        household: &HouseholdId,
        count: usize,
        progress: &mut dyn Progress,
    ) -> Vec<Alternative> {
        let mut found = Vec::new();
        for candidate in self.candidates(household) {
            if found.len() >= count.min(ALTERNATIVES_MAX) {
                break;
            }
            found.extend(self.cost_of(&candidate, progress));
        }
        let harm = |alternative: &Alternative| {
            (alternative.left_without.len(), -alternative.total_change, alternative.placement.clone())
        };
        found.sort_by_key(harm);
        found
    }

    /// What giving this placement would cost others; `None` when no list allows it.
    pub fn cost_of(&self, placement: &Placement, progress: &mut dyn Progress) -> Option<Alternative> {
        let owner = owner(self.instance, placement)?;
        let mut part = self.part_of(&owner);
        part.pins.retain(|pin| !replaces(pin, placement));
        part.pins.push(placement.clone());
        let other = run(&part, self.options, progress).ok()?;
        let other = report(&part, &other);
        let before = by_household(&part, &self.solution.placements);
        let after = by_household(&part, &other.placements);
        let (mut left_without, mut newly_served, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        for household in &part.households {
            let (had, has) = (before.get(&household.id), after.get(&household.id));
            match (had, has) {
                (Some(_), None) => left_without.push(household.id.clone()),
                (None, Some(_)) if household.id != owner => newly_served.push(household.id.clone()),
                (Some(had), Some(has)) if had != has && household.id != owner => {
                    changed.push(household.id.clone())
                }
                (None, None | Some(_)) | (Some(_), Some(_)) => {}
            }
        }
        let scores = scores(&part);
        let sum = |list: &BTreeMap<HouseholdId, BTreeSet<Placement>>, only: Option<&HouseholdId>| -> i64 {
            let own = list.iter().filter(|(household, _)| only.is_none_or(|only| *household == only));
            own.flat_map(|(_, placements)| placements).filter_map(|placement| scores.get(placement)).sum()
        };
        Some(Alternative {
            placement: placement.clone(),
            own_change: sum(&after, Some(&owner)) - sum(&before, Some(&owner)),
            total_change: sum(&after, None) - sum(&before, None),
            left_without,
            newly_served,
            changed,
        })
    }

    /// Placements the household could have and has not, in order of what the prices say they cost.
    fn candidates(&self, household: &HouseholdId) -> Vec<Placement> {
        let given: BTreeSet<&Placement> = self.solution.placements.iter().collect();
        let mut found: Vec<(i64, Placement)> = Vec::new();
        for component in &self.run.components {
            let problem = &component.problem;
            for family in &problem.families {
                let Some(own) = self.instance.households.get(family.household as usize) else { continue };
                if own.id != *household {
                    continue;
                }
                for item in family.groups.iter().flat_map(|group| group.items()) {
                    let Some(item) = problem.items.get(item as usize) else { continue };
                    let [part] = item.parts.as_slice() else { continue };
                    let price = |used: &crate::problem::Use| {
                        component
                            .prices
                            .get(used.resource as usize)
                            .map_or(0, |price| price.saturating_mul(used.amount))
                    };
                    let paid: i64 = item.uses.iter().map(price).fold(0, i64::saturating_add);
                    let worth = item.score.saturating_mul(crate::relax::SCALE).saturating_sub(paid);
                    found.extend(placement(self.instance, *part).map(|placement| (worth, placement)));
                }
            }
        }
        found.retain(|(_, placement)| !given.contains(placement));
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        found.into_iter().map(|(_, placement)| placement).collect()
    }

    /// The instance with only the households that are decided together with this one.
    fn part_of(&self, household: &HouseholdId) -> Instance {
        let mut members: BTreeSet<&HouseholdId> = BTreeSet::new();
        for component in &self.run.components {
            let of_component = component.problem.families.iter().filter_map(|family| {
                self.instance.households.get(family.household as usize).map(|own| &own.id)
            });
            let ids: BTreeSet<&HouseholdId> = of_component.collect();
            if ids.contains(household) {
                members = ids;
            }
        }
        let mut part = self.instance.clone();
        part.households.retain(|own| members.contains(&own.id));
        let persons: BTreeSet<_> = part
            .households
            .iter()
            .flat_map(|own| own.persons.iter().map(|person| person.id.clone()))
            .collect();
        part.home_pairs.retain(|pair| members.contains(&pair.household));
        part.job_pairs.retain(|pair| persons.contains(&pair.person));
        part.apart.retain(|(one, other)| members.contains(one) && members.contains(other));
        let inside = |placement: &Placement| match placement {
            Placement::Home { household, .. } => members.contains(household),
            Placement::Job { person, .. } => persons.contains(person),
        };
        part.pins.retain(inside);
        part.vetoes.retain(inside);
        // What others have now counts as the last list, so that as few as possible change.
        part.previous =
            self.solution.placements.iter().filter(|placement| inside(placement)).cloned().collect();
        part
    }

    /// Rules that the engine itself found broken for pairs that fit by themselves.
    pub(crate) fn dropped(&self) -> Vec<(Placement, crate::instance::Rule)> {
        let named = |part: Part| placement(self.instance, part);
        self.run
            .problem
            .dropped
            .iter()
            .filter_map(|dropped| Some((named(dropped.part)?, dropped.rule)))
            .collect()
    }
}

/// The household that a placement belongs to.
fn owner(instance: &Instance, placement: &Placement) -> Option<HouseholdId> {
    match placement {
        Placement::Home { household, .. } => Some(household.clone()),
        Placement::Job { person, .. } => {
            let mut households = instance.households.iter();
            households.find(|own| own.persons.iter().any(|own| own.id == *person)).map(|own| own.id.clone())
        }
    }
}

/// A household has one home: pinning another one replaces the pin.
fn replaces(pin: &Placement, by: &Placement) -> bool {
    matches!((pin, by), (Placement::Home { household: one, .. }, Placement::Home { household: other, .. }) if one == other)
}

fn by_household(instance: &Instance, placements: &[Placement]) -> BTreeMap<HouseholdId, BTreeSet<Placement>> {
    let mut lists: BTreeMap<HouseholdId, BTreeSet<Placement>> = BTreeMap::new();
    let mut homes: BTreeMap<&str, &HouseholdId> = BTreeMap::new();
    for household in &instance.households {
        homes.insert(household.id.as_str(), &household.id);
    }
    let persons: BTreeMap<&str, &HouseholdId> = instance
        .households
        .iter()
        .flat_map(|own| own.persons.iter().map(|person| (person.id.as_str(), &own.id)))
        .collect();
    for placement in placements {
        let household = match placement {
            Placement::Home { household, .. } => homes.get(household.as_str()),
            Placement::Job { person, .. } => persons.get(person.as_str()),
        };
        if let Some(household) = household {
            lists.entry((*household).clone()).or_default().insert(placement.clone());
        }
    }
    lists
}

fn scores(instance: &Instance) -> BTreeMap<Placement, i64> {
    let mut scores = BTreeMap::new();
    for pair in &instance.home_pairs {
        if let Verdict::Fits { score, .. } = &pair.verdict {
            let placement = Placement::Home { household: pair.household.clone(), home: pair.home.clone() };
            scores.insert(placement, i64::from(*score));
        }
    }
    for pair in &instance.job_pairs {
        if let Verdict::Fits { score, .. } = &pair.verdict {
            let placement = Placement::Job { person: pair.person.clone(), job: pair.job.clone() };
            scores.insert(placement, i64::from(*score));
        }
    }
    scores
}
