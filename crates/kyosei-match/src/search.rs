//! The default solver of a stage: prices, local search, linear programming with plans made on demand, and branch and bound
//! on the plans that are left.
//!
//! Life-cycle of one call: (1) subgradient prices give a bound and guide a local search; (2) the linear program over plans
//! (column generation, Dantzig and Wolfe 1960) tightens the bound; (3) every plan that cannot be part of a better list is
//! ruled out by its reduced value; (4) if few enough are left, branch and bound decides exactly. It stops at the first step
//! that closes the gap, and when the budget ends it returns what it has.

mod branch;
mod master;
mod parts;

use branch::PoolSearch;
use master::Master;
use parts::improve_in_parts;

use crate::local::improve;
use crate::options::Budget;
use crate::problem::Plan;
use crate::relax::{Prices, SCALE, approach, whole};
use crate::stage::{Outcome, Stage};

/// Rounds of the subgradient method.
const ROUNDS_MAX: u32 = 350;
/// Components with more families than this get no linear program.
const LP_FAMILIES_MAX: usize = 2_200;
/// Families decided together when a large component is improved part by part.
const PART_FAMILIES: usize = 400;
/// Components with fewer families are not improved part by part.
const PART_FAMILIES_MIN: usize = 40;
/// Nodes of branch and bound on a whole component.
const NODES_MAX: u32 = 20_000;
/// Which parts of the gap the probes cover.
const PROBE_SHARES: [i64; 3] = [16, 6, 3];
/// Nodes of branch and bound of one probe.
const PROBE_NODES_MAX: u32 = 150;
/// Nodes of branch and bound on a part.
const PART_NODES_MAX: u32 = 60;
/// Plans of all families together on which branch and bound is tried.
const POOL_MAX: usize = 60_000;

/// Solves a stage from a feasible list. At most `budget` is spent.
pub(crate) fn solve(stage: &Stage<'_>, start: Vec<Plan>, budget: &mut Budget<'_>) -> Outcome {
    let total = budget.limit.saturating_sub(budget.used);
    let zero = Prices::zero(stage);
    let bound = whole(zero.respond(stage, budget).bound);
    let value = stage.value(&start);
    let mut state = State { stage, plans: start, value, bound, prices: zero };
    budget.within(total / 5, |budget| state.sharpen(budget));
    budget.within(total / 5, |budget| state.improve(budget));
    if state.is_open() && stage.problem.families.len() > LP_FAMILIES_MAX {
        budget.within(total / 3, |budget| improve_in_parts(stage, &mut state.plans, &state.prices, budget));
        state.value = stage.value(&state.plans);
        budget.within(total / 5, |budget| state.sharpen(budget));
    }
    if state.is_open() && stage.problem.families.len() <= LP_FAMILIES_MAX {
        budget.within(total / 5 * 4, |budget| state.program(budget));
    }
    if state.is_open() && stage.problem.families.len() > PART_FAMILIES_MIN {
        budget.within(total / 4, |budget| improve_in_parts(stage, &mut state.plans, &state.prices, budget));
        state.value = stage.value(&state.plans);
    }
    if state.is_open() {
        budget.within(total / 4, |budget| state.probe(budget));
        state.branch(NODES_MAX, budget);
    }
    let pool = pool(stage, &state.prices, state.value, budget);
    Outcome {
        value: state.value,
        bound: state.bound,
        plans: state.plans,
        pool,
        prices: state.prices.resource,
    }
}

/// Improves a part of a larger list: the program and a short search, without the bound.
fn solve_part(stage: &Stage<'_>, start: Vec<Plan>, prices: Prices, budget: &mut Budget<'_>) -> Vec<Plan> {
    let bound = whole(prices.respond(stage, budget).bound);
    let value = stage.value(&start);
    let mut state = State { stage, plans: start, value, bound, prices };
    state.sharpen(budget);
    if state.is_open() {
        state.program(budget);
    }
    if state.is_open() {
        state.branch(PART_NODES_MAX, budget);
    }
    state.plans
}

/// What is known about a stage.
struct State<'a> {
    stage: &'a Stage<'a>,
    plans: Vec<Plan>,
    value: i64,
    bound: i64,
    prices: Prices,
}

impl State<'_> {
    fn is_open(&self) -> bool {
        self.value < self.bound
    }

    /// Better prices by the subgradient method.
    fn sharpen(&mut self, budget: &mut Budget<'_>) {
        let (prices, response) = approach(self.stage, self.value, self.prices.clone(), ROUNDS_MAX, budget);
        self.bound = self.bound.min(whole(response.bound));
        self.prices = prices;
    }

    /// A better list by local search.
    fn improve(&mut self, budget: &mut Budget<'_>) {
        improve(self.stage, &mut self.plans, &self.prices, budget);
        self.value = self.stage.value(&self.plans);
    }

    /// Better prices and a better list from the linear program.
    fn program(&mut self, budget: &mut Budget<'_>) {
        let total = budget.limit.saturating_sub(budget.used);
        let mut master = Master::new(self.stage, &self.plans, &self.prices, budget);
        let start = self.prices.clone();
        self.prices = budget.within(total / 3 * 2, |budget| master.converge(&self.plans, start, budget));
        self.bound = self.bound.min(whole(self.prices.respond(self.stage, budget).bound));
        if !self.is_open() {
            return;
        }
        let dived = budget.within(total / 4, |budget| master.dive(&self.plans, budget));
        if let Some(dived) = dived.filter(|dived| self.stage.value(dived) > self.value) {
            self.plans = dived;
        }
        budget.within(total / 8, |budget| self.improve(budget));
        budget.within(total / 8, |budget| self.sharpen(budget));
    }

    /// Short searches among the plans with the best reduced values only, for a better list and with it a smaller pool.
    fn probe(&mut self, budget: &mut Budget<'_>) {
        for share in PROBE_SHARES {
            if !self.is_open() || budget.is_spent() {
                return;
            }
            let at_least = self.bound - (self.bound - self.value) / share;
            let Some(pool) = pool(self.stage, &self.prices, at_least, budget) else { continue };
            let mut search = PoolSearch::new(self.stage, &pool, &self.plans, self.bound);
            search.run(PROBE_NODES_MAX, budget);
            self.plans = search.into_plans();
            self.value = self.stage.value(&self.plans);
        }
    }

    /// Branch and bound on what the prices leave.
    fn branch(&mut self, nodes_max: u32, budget: &mut Budget<'_>) {
        let Some(pool) = pool(self.stage, &self.prices, self.value + 1, budget) else { return };
        let mut search = PoolSearch::new(self.stage, &pool, &self.plans, self.bound);
        search.run(nodes_max, budget);
        self.bound = self.bound.min(search.bound());
        self.plans = search.into_plans();
        self.value = self.stage.value(&self.plans);
    }
}

/// Every plan of each family that can be part of a list worth `at_least`; `None` when there are too many.
fn pool(
    stage: &Stage<'_>,
    prices: &Prices,
    at_least: i64,
    budget: &mut Budget<'_>,
) -> Option<Vec<Vec<Plan>>> {
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
