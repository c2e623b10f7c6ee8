//! The default solver of a stage: prices, local search, linear programming with plans made on demand, and branch and bound
//! on the plans that are left.
//!
//! Life-cycle of one call: (1) subgradient prices give a bound and guide a local search; (2) the linear program over plans
//! (column generation, Dantzig and Wolfe 1960) tightens the bound; (3) every plan that cannot be part of a better list is
//! ruled out by its reduced value; (4) if few enough are left, branch and bound decides exactly. It stops at the first step
//! that closes the gap, and when the budget ends it returns what it has.

mod branch;
mod master;

use branch::PoolSearch;
use master::Master;

use crate::local::improve;
use crate::options::Budget;
use crate::problem::Plan;
use crate::relax::{Prices, SCALE, approach, whole};
use crate::stage::{Outcome, Stage};

/// Rounds of the subgradient method.
const ROUNDS_MAX: u32 = 350;
/// Components with more families than this get no linear program.
const LP_FAMILIES_MAX: usize = 2_200;
/// Plans of all families together on which branch and bound is tried.
const POOL_MAX: usize = 60_000;

/// Solves a stage from a feasible list. At most `budget` is spent.
pub(crate) fn solve(stage: &Stage<'_>, start: Vec<Plan>, budget: &mut Budget<'_>) -> Outcome {
    let mut plans = start;
    let total = budget.limit.saturating_sub(budget.used);
    let zero = Prices::zero(stage);
    let free = zero.respond(stage, budget);
    let mut outcome = Outcome {
        value: stage.value(&plans),
        bound: whole(free.bound),
        plans: Vec::new(),
        pool: None,
        prices: zero.resource.clone(),
    };
    let (mut prices, response) =
        budget.within(total / 3, |budget| approach(stage, outcome.value, zero, ROUNDS_MAX, budget));
    outcome.bound = outcome.bound.min(whole(response.bound));
    budget.within(total / 3, |budget| improve(stage, &mut plans, &prices, budget));
    outcome.value = stage.value(&plans);
    if outcome.value < outcome.bound && stage.problem.families.len() <= LP_FAMILIES_MAX {
        let mut master = Master::new(stage, &plans, &prices, budget);
        prices = budget.within(total / 2, |budget| master.converge(&plans, prices, budget));
        outcome.bound = outcome.bound.min(whole(prices.respond(stage, budget).bound));
        if outcome.value < outcome.bound {
            for candidate in master.rounded(&plans) {
                if stage.value(&candidate) > stage.value(&plans) {
                    plans = candidate;
                }
            }
            budget.within(total / 4, |budget| improve(stage, &mut plans, &prices, budget));
            outcome.value = stage.value(&plans);
        }
    }
    if outcome.value < outcome.bound {
        if let Some(pool) = pool(stage, &prices, outcome.value + 1, budget) {
            let mut search = PoolSearch::new(stage, &pool, &plans, outcome.bound);
            search.run(budget);
            outcome.bound = outcome.bound.min(search.bound());
            plans = search.into_plans();
            outcome.value = stage.value(&plans);
        }
    }
    outcome.pool = pool(stage, &prices, outcome.value, budget);
    outcome.plans = plans;
    outcome.prices = prices.resource;
    outcome
}

/// Every plan of each family that can be part of a list worth `at_least`; `None` when there are too many.
fn pool(stage: &Stage<'_>, prices: &Prices, at_least: i64, budget: &mut Budget<'_>) -> Option<Vec<Vec<Plan>>> {
    let reduced = prices.reduce(stage);
    let response = prices.respond(stage, budget);
    let margin = response.bound - i128::from(at_least) * i128::from(SCALE);
    let margin = i64::try_from(margin).unwrap_or(i64::MAX / 8).clamp(0, i64::MAX / 8);
    let mut pool = Vec::with_capacity(response.plans.len());
    let mut left = POOL_MAX;
    for (index, worth) in response.worth.iter().enumerate() {
        let tier = stage.problem.families.get(index).map_or(0, |family| family.tier);
        let least = worth - margin;
        let plans = if let Some(candidates) = &stage.candidates {
            let all = candidates.get(index).map_or(&[][..], Vec::as_slice);
            budget.spend(4 * all.len() as u64);
            all.iter().filter(|plan| reduced.of(tier, plan) >= least).cloned().collect()
        } else {
            let served = reduced.served.get(tier).copied().unwrap_or(0);
            let (plans, steps) = stage.plans(index).all(&reduced.item, least - served, left);
            budget.spend(steps);
            plans?
        };
        left = left.checked_sub(plans.len())?;
        pool.push(plans);
    }
    Some(pool)
}
