//! Serving as many families as possible, tier by tier (L1 and L2), by augmenting paths.
//!
//! Where each family can be served by one unit of one resource, the sets of families that can be served together form a
//! transversal matroid (Edmonds and Fulkerson 1965): adding families greedily in tier order, re-placing but never dropping
//! those served before, reaches the lexicographic optimum. Where sizes or house rules play a part the same method gives a
//! list, and on capacities counted generously an upper bound; if they differ, the general search decides.

#![expect(
    clippy::indexing_slicing,
    reason = "families and resources are indexed by the problem of this module's caller"
)]

use std::collections::VecDeque;

use crate::options::Budget;
use crate::problem::{Plan, Problem, TIERS, Use};

/// Families served in each tier, and how.
#[derive(Debug, Clone)]
pub(crate) struct Cover {
    pub plans: Vec<Plan>,
    pub served: [i64; TIERS],
}

/// One way to serve a family.
#[derive(Debug, Clone)]
struct Way {
    uses: Vec<Use>,
    serves: bool,
}

/// Families looking for a way.
struct Augmenting<'a> {
    ways: &'a [Vec<Way>],
    residual: Vec<i64>,
    taken: Vec<Option<usize>>,
    holders: Vec<Vec<usize>>,
}

/// Serves families along augmenting paths with their minimal plans, the first tier first.
pub(crate) fn cover(problem: &Problem, minimal: &[Vec<Plan>], budget: &mut Budget<'_>) -> Cover {
    let ways: Vec<Vec<Way>> =
        minimal.iter().map(|plans| plans.iter().map(|plan| way(problem, plan)).collect()).collect();
    let taken = augment_all(problem, &ways, problem.capacity.clone(), budget);
    let mut cover = Cover { plans: vec![Plan::new(); problem.families.len()], served: [0; TIERS] };
    for (index, taken) in taken.iter().enumerate() {
        if let Some(way) = taken {
            cover.plans[index].clone_from(&minimal[index][*way]);
            cover.served[problem.families[index].tier] += 1;
        }
    }
    cover
}

/// Serves families that a list left out, re-placing but never dropping those it serves.
pub(crate) fn repair(
    problem: &Problem,
    minimal: &[Vec<Plan>],
    plans: &[Plan],
    budget: &mut Budget<'_>,
) -> Vec<Plan> {
    let known: Vec<Vec<Plan>> = plans
        .iter()
        .zip(minimal)
        .map(|(plan, minimal)| [std::slice::from_ref(plan), minimal.as_slice()].concat())
        .collect();
    let ways: Vec<Vec<Way>> =
        known.iter().map(|plans| plans.iter().map(|plan| way(problem, plan)).collect()).collect();
    let holders = vec![Vec::new(); problem.capacity.len()];
    let residual = problem.capacity.clone();
    let mut augmenting = Augmenting { ways: &ways, residual, taken: vec![None; plans.len()], holders };
    let served = |family: usize| !plans[family].is_empty();
    for family in (0..plans.len()).filter(|family| served(*family)) {
        augmenting.set(family, Some(0));
    }
    // The empty plan of a family that was left out is no way to serve it.
    let mut order: Vec<usize> = (0..plans.len()).filter(|family| !served(*family)).collect();
    order.sort_by_key(|family| problem.families[*family].tier);
    for family in order {
        budget.spend(augmenting.augment(family));
    }
    let taken = augmenting.taken.clone();
    taken
        .iter()
        .zip(&known)
        .map(|(taken, plans)| taken.map_or_else(Plan::new, |way| plans[way].clone()))
        .collect()
}

/// For each tier, no list that serves as many families of the earlier tiers as counted here serves more of this one.
pub(crate) fn cover_bound(problem: &Problem, minimal: &[Vec<Plan>], budget: &mut Budget<'_>) -> [i64; TIERS] {
    let mut least: Vec<Vec<i64>> = vec![Vec::new(); problem.capacity.len()];
    let mut ways: Vec<Vec<Way>> = Vec::with_capacity(minimal.len());
    for plans in minimal {
        let mut of_family: Vec<Way> = Vec::new();
        let mut smallest: Vec<Use> = Vec::new();
        for plan in plans {
            // One resource of the plan stands for all; the first is the home or the main job.
            let uses: Vec<Use> = problem.uses(plan).take(1).collect();
            for used in &uses {
                match smallest.iter_mut().find(|known| known.resource == used.resource) {
                    Some(known) => known.amount = known.amount.min(used.amount),
                    None => smallest.push(*used),
                }
            }
            let uses = uses.into_iter().map(|used| Use { amount: 1, ..used }).collect();
            of_family.push(Way { uses, serves: true });
        }
        for used in smallest {
            least[used.resource as usize].push(used.amount);
        }
        ways.push(of_family);
    }
    let capacity =
        problem.capacity.iter().zip(&mut least).map(|(capacity, least)| how_many(*capacity, least)).collect();
    let mut served = [0; TIERS];
    for (family, taken) in problem.families.iter().zip(augment_all(problem, &ways, capacity, budget)) {
        served[family.tier] += i64::from(taken.is_some());
    }
    served
}

/// What a plan takes of each resource.
fn way(problem: &Problem, plan: &[u32]) -> Way {
    let mut uses: Vec<Use> = Vec::new();
    for used in problem.uses(plan) {
        match uses.iter_mut().find(|known| known.resource == used.resource) {
            Some(known) => known.amount += used.amount,
            None => uses.push(used),
        }
    }
    Way { uses, serves: !plan.is_empty() }
}

/// How many of the smallest amounts fit.
fn how_many(capacity: i64, amounts: &mut [i64]) -> i64 {
    amounts.sort_unstable();
    let mut left = capacity;
    let mut count = 0;
    for amount in amounts.iter() {
        left -= amount;
        if left < 0 {
            break;
        }
        count += 1;
    }
    count
}

fn augment_all(
    problem: &Problem,
    ways: &[Vec<Way>],
    residual: Vec<i64>,
    budget: &mut Budget<'_>,
) -> Vec<Option<usize>> {
    let holders = vec![Vec::new(); residual.len()];
    let mut augmenting = Augmenting { ways, residual, taken: vec![None; ways.len()], holders };
    for tier in 0..TIERS {
        for (index, family) in problem.families.iter().enumerate() {
            if family.tier == tier {
                budget.spend(augmenting.augment(index));
            }
        }
    }
    augmenting.taken
}

impl Augmenting<'_> {
    /// Serves one family more, if re-placing others one after another makes room.
    fn augment(&mut self, start: usize) -> u64 {
        let mut steps = 1;
        // Who made a family look for a new way, and by which way of its own.
        let mut asked_by: Vec<Option<(usize, usize)>> = vec![None; self.ways.len()];
        let mut seen = vec![false; self.ways.len()];
        let mut crossed = vec![false; self.residual.len()];
        let mut queue = VecDeque::from([start]);
        seen[start] = true;
        while let Some(family) = queue.pop_front() {
            for (way, needs) in self.ways[family].iter().enumerate() {
                steps += 2;
                if Some(way) == self.taken[family] || !needs.serves {
                    continue;
                }
                if self.fits(&needs.uses, self.freed(family)) {
                    if self.shift(family, way, &asked_by) {
                        return steps;
                    }
                    continue;
                }
                let single = needs.uses.len() == 1 && needs.uses[0].amount == 1;
                for used in &needs.uses {
                    if crossed[used.resource as usize] {
                        continue;
                    }
                    crossed[used.resource as usize] |= single;
                    for holder in &self.holders[used.resource as usize] {
                        steps += 1;
                        if !seen[*holder] && (single || self.fits(&needs.uses, self.freed(*holder))) {
                            seen[*holder] = true;
                            asked_by[*holder] = Some((family, way));
                            queue.push_back(*holder);
                        }
                    }
                }
            }
        }
        steps
    }

    fn freed(&self, family: usize) -> &[Use] {
        self.taken[family].map_or(&[], |way| &self.ways[family][way].uses)
    }

    fn fits(&self, needs: &[Use], freed: &[Use]) -> bool {
        needs.iter().all(|need| {
            let back: i64 =
                freed.iter().filter(|used| used.resource == need.resource).map(|used| used.amount).sum();
            self.residual[need.resource as usize] + back >= need.amount
        })
    }

    /// Re-places the families of a path from its end; undoes everything when sizes do not work out.
    fn shift(&mut self, family: usize, way: usize, asked_by: &[Option<(usize, usize)>]) -> bool {
        let mut path = vec![(family, way)];
        while let Some((asking, way)) = path.last().and_then(|(family, _)| asked_by[*family]) {
            path.push((asking, way));
        }
        let before: Vec<(usize, Option<usize>)> =
            path.iter().map(|(family, _)| (*family, self.taken[*family])).collect();
        for (done, (family, way)) in path.iter().enumerate() {
            if !self.fits(&self.ways[*family][*way].uses, self.freed(*family)) {
                for (family, way) in before.iter().take(done).rev() {
                    self.set(*family, *way);
                }
                return false;
            }
            self.set(*family, Some(*way));
        }
        true
    }

    fn set(&mut self, family: usize, way: Option<usize>) {
        let ways = self.ways;
        if let Some(old) = self.taken[family] {
            for used in &ways[family][old].uses {
                self.residual[used.resource as usize] += used.amount;
                self.holders[used.resource as usize].retain(|holder| *holder != family);
            }
        }
        if let Some(new) = way {
            for used in &ways[family][new].uses {
                self.residual[used.resource as usize] -= used.amount;
                self.holders[used.resource as usize].push(family);
            }
        }
        self.taken[family] = way;
    }
}
