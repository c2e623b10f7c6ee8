//! Large components, improved part by part: some hundred families that want each other's places are decided anew with the
//! linear program, while the others keep what they have.

#![expect(
    clippy::indexing_slicing,
    reason = "families and resources are indexed by the problem of the stage"
)]

use super::{PART_FAMILIES, PART_FAMILIES_MIN, solve_part};
use crate::options::Budget;
use crate::problem::{Plan, Restricted};
use crate::relax::{Prices, Reduced};
use crate::stage::{Goal, Kept, Stage};

/// Passes over all families.
const PASSES_MAX: usize = 8;
/// Steps spent on one part.
const STEPS_PER_PART: u64 = 1_000_000_000;

/// Improves a feasible list part by part until a pass finds nothing.
pub(super) fn improve_in_parts(
    stage: &Stage<'_>,
    plans: &mut [Plan],
    prices: &Prices,
    budget: &mut Budget<'_>,
) {
    let reduced = prices.reduce(stage);
    let wanted = prices.respond(stage, budget);
    for _ in 0..PASSES_MAX {
        let before = stage.value(plans);
        let mut done = vec![false; plans.len()];
        let mut order: Vec<(i64, usize)> = (0..plans.len())
            .map(|family| (wanted.worth[family] - worth(stage, &reduced, family, &plans[family]), family))
            .collect();
        order.sort_unstable_by_key(|(regret, family)| (-*regret, *family));
        for (regret, start) in order {
            if budget.is_spent() {
                return;
            }
            if regret <= 0 || done[start] {
                continue;
            }
            let families = neighbourhood(stage, plans, &wanted.plans, start);
            for family in &families {
                done[*family] = true;
            }
            budget.within(STEPS_PER_PART, |budget| decide(stage, plans, prices, &families, budget));
        }
        if stage.value(plans) <= before {
            return;
        }
    }
}

fn worth(stage: &Stage<'_>, reduced: &Reduced, family: usize, plan: &[u32]) -> i64 {
    reduced.of(stage.problem.families[family].tier, plan)
}

/// The families around one: those who hold what it wants, then those who hold what these want, and so on.
fn neighbourhood(stage: &Stage<'_>, plans: &[Plan], wanted: &[Plan], start: usize) -> Vec<usize> {
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); stage.problem.capacity.len()];
    for (family, plan) in plans.iter().enumerate() {
        for used in stage.problem.uses(plan) {
            holders[used.resource as usize].push(family);
        }
    }
    // A third of a small component, so that a part is much easier than the whole.
    let most = (plans.len() / 3).clamp(PART_FAMILIES_MIN, PART_FAMILIES);
    let mut families = vec![start];
    let mut seen = vec![false; plans.len()];
    seen[start] = true;
    let mut next = 0;
    while next < families.len() && families.len() < most {
        let family = families[next];
        next += 1;
        let items = stage.problem.families[family].groups.iter().flat_map(|group| group.items());
        let own = wanted[family].iter().copied().chain(items);
        for used in own.flat_map(|item| stage.problem.items[item as usize].uses.iter()) {
            for holder in &holders[used.resource as usize] {
                if !seen[*holder] && families.len() < most {
                    seen[*holder] = true;
                    families.push(*holder);
                }
            }
        }
    }
    families.sort_unstable();
    families
}

/// Decides some families anew.
fn decide(
    stage: &Stage<'_>,
    plans: &mut [Plan],
    prices: &Prices,
    families: &[usize],
    budget: &mut Budget<'_>,
) {
    let mut part = stage.problem.restricted(families);
    let mut residual = stage.problem.residual(plans);
    for family in families {
        stage.problem.release(&mut residual, &plans[*family]);
    }
    for (capacity, resource) in part.problem.capacity.iter_mut().zip(&part.resources) {
        *capacity = residual[*resource as usize];
    }
    let goal = |goal: &Goal| Goal {
        item: part.items.iter().map(|item| goal.item[*item as usize]).collect(),
        served: goal.served,
    };
    let mut kept = Vec::with_capacity(stage.kept.len());
    for promise in &stage.kept {
        let own = |family: &usize| promise.goal.of(stage.problem.families[*family].tier, &plans[*family]);
        let others = promise.goal.total(stage.problem, plans) - families.iter().map(own).sum::<i64>();
        kept.push(Kept { goal: goal(&promise.goal), at_least: promise.at_least - others });
    }
    let candidates = stage.candidates.as_ref().map(|all| {
        families
            .iter()
            .enumerate()
            .map(|(at, family)| into_part(&part, stage, (at, *family), &all[*family]))
            .collect()
    });
    let inner =
        Stage { problem: &part.problem, floor: stage.floor, goal: goal(&stage.goal), kept, candidates };
    let mut start = Vec::with_capacity(families.len());
    for (at, family) in families.iter().enumerate() {
        start.extend(into_part(&part, stage, (at, *family), std::slice::from_ref(&plans[*family])));
    }
    let resource = part.resources.iter().map(|resource| prices.resource[*resource as usize]).collect();
    let inner_prices = Prices { resource, kept: prices.kept.clone() };
    let before = inner.value(&start);
    let after = solve_part(&inner, start, inner_prices, budget);
    if inner.value(&after) > before {
        for (family, plan) in families.iter().zip(after) {
            plans[*family] = plan.into_iter().map(|item| part.items[item as usize]).collect();
        }
    }
}

/// Plans of a family of the whole as plans of the part.
fn into_part(
    part: &Restricted,
    stage: &Stage<'_>,
    (at, family): (usize, usize),
    plans: &[Plan],
) -> Vec<Plan> {
    let whole = &stage.problem.families[family].groups;
    let inner = &part.problem.families[at].groups;
    let translate = |item: &u32| {
        let groups = whole.iter().zip(inner).find(|(group, _)| group.items().contains(item));
        groups.map(|(group, own)| own.first + (item - group.first))
    };
    plans.iter().map(|plan| plan.iter().filter_map(translate).collect()).collect()
}
