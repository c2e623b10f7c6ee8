//! The linear program over plans, to which plans are added as long as they improve it.

#![expect(
    clippy::indexing_slicing,
    reason = "rows are laid out by this module: families, resources, promises"
)]

use std::collections::BTreeSet;

use crate::coverage::repair;
use crate::lp::{Column, Finish, Lp};
use crate::options::Budget;
use crate::problem::Plan;
use crate::relax::{Prices, SCALE};
use crate::stage::Stage;

/// Rounds of adding plans.
const ROUNDS_MAX: usize = 60;
/// Steps of one run of the simplex method.
const STEPS_PER_RUN: u64 = 6_000_000_000;
/// Times that families are settled on the way to a whole list.
const DIVES_MAX: usize = 60;
/// A level from which a plan counts as taken.
const WHOLE: f64 = 0.99;
/// How many times the largest value of a plan a settled plan brings and a ruled-out one costs.
const PENALTY: f64 = 64.0;
/// Plans of one family that start the linear program.
const START_MAX: usize = 6;

/// The program with the plans it knows.
pub(super) struct Master<'a> {
    stage: &'a Stage<'a>,
    lp: Lp,
    /// Family and plan of each column after the slacks.
    columns: Vec<(usize, Plan)>,
    known: BTreeSet<(usize, Plan)>,
}

/// The rows of a stage: one for each family, each resource, each promise.
pub(super) fn right_hand_sides(stage: &Stage<'_>) -> Vec<f64> {
    let families = stage.problem.families.iter().map(|_| 1.0);
    let resources = stage.problem.capacity.iter().map(|capacity| *capacity as f64);
    let promises = stage.kept.iter().map(|kept| -(kept.at_least as f64));
    families.chain(resources).chain(promises).collect()
}

/// The column of a plan.
pub(super) fn column(stage: &Stage<'_>, family: usize, plan: &[u32]) -> Column {
    let first_resource = stage.problem.families.len();
    let first_promise = first_resource + stage.problem.capacity.len();
    let row = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let tier = stage.problem.families[family].tier;
    let mut entries = vec![(row(family), 1.0)];
    for used in stage.problem.uses(plan) {
        let at = row(first_resource + used.resource as usize);
        match entries.iter_mut().find(|(known, _)| *known == at) {
            Some((_, amount)) => *amount += used.amount as f64,
            None => entries.push((at, used.amount as f64)),
        }
    }
    for (position, kept) in stage.kept.iter().enumerate() {
        let value = kept.goal.of(tier, plan);
        if value != 0 {
            entries.push((row(first_promise + position), -(value as f64)));
        }
    }
    Column { cost: stage.goal.of(tier, plan) as f64, entries }
}

/// Prices from dual values; families' own duals are left out.
pub(super) fn prices_of(stage: &Stage<'_>, duals: &[f64]) -> Prices {
    let (_, rest) = duals.split_at(stage.problem.families.len());
    let (resource, kept) = rest.split_at(stage.problem.capacity.len());
    Prices::from_floats(stage, resource, kept)
}

impl<'a> Master<'a> {
    /// Starts from a feasible list and the plans that look best at given prices.
    pub(super) fn new(
        stage: &'a Stage<'a>,
        plans: &[Plan],
        prices: &Prices,
        budget: &mut Budget<'_>,
    ) -> Self {
        let lp = Lp::new(&right_hand_sides(stage));
        let mut master = Self { stage, lp, columns: Vec::new(), known: BTreeSet::new() };
        for (family, plan) in plans.iter().enumerate() {
            if !plan.is_empty()
                && let Some(column) = master.add(family, plan.clone())
            {
                master.lp.start_with(family, column);
            }
        }
        let reduced = prices.reduce(stage);
        for family in 0..plans.len() {
            for plan in start_plans(stage, family, &reduced, budget) {
                master.add(family, plan);
            }
        }
        master
    }

    fn add(&mut self, family: usize, plan: Plan) -> Option<usize> {
        if !self.known.insert((family, plan.clone())) {
            return None;
        }
        self.columns.push((family, plan.clone()));
        Some(self.lp.add(column(self.stage, family, &plan)))
    }

    /// Adds plans until none improves or the bound meets the list; returns the prices with the best bound.
    pub(super) fn converge(&mut self, plans: &[Plan], start: Prices, budget: &mut Budget<'_>) -> Prices {
        let target = i128::from(self.stage.value(plans) + 1) * i128::from(SCALE);
        let mut best_bound = start.respond(self.stage, budget).bound;
        let mut best = start;
        for _ in 0..ROUNDS_MAX {
            let steps = self.lp.steps;
            let left = budget.limit.saturating_sub(budget.used);
            let finish = self.lp.optimise(STEPS_PER_RUN.min(left));
            budget.spend(self.lp.steps - steps);
            let duals = self.lp.duals();
            let prices = prices_of(self.stage, &duals);
            let response = prices.respond(self.stage, budget);
            if response.bound < best_bound {
                best_bound = response.bound;
                best = prices;
            }
            let mut added = false;
            for (family, (plan, worth)) in response.plans.into_iter().zip(&response.worth).enumerate() {
                if *worth as f64 > (duals[family] + 1e-6) * SCALE as f64 && !plan.is_empty() {
                    added |= self.add(family, plan).is_some();
                }
            }
            if !added || best_bound < target || budget.is_spent() || finish == Finish::Early {
                break;
            }
        }
        best
    }

    /// A list near the optimum of the program: again and again the families that are nearly settled are settled, and the
    /// rest is optimised anew. Where no plan is left for a family it keeps what it has in `fallback`, if there is room.
    pub(super) fn dive(&mut self, fallback: &[Plan], budget: &mut Budget<'_>) -> Option<Vec<Plan>> {
        let first = self.first_column();
        let penalty = PENALTY
            * self.columns.iter().fold(1.0, |most: f64, (family, plan)| {
                most.max((self.stage.goal.of(self.stage.problem.families[*family].tier, plan) as f64).abs())
            });
        let mut settled = vec![false; fallback.len()];
        for _ in 0..DIVES_MAX {
            let levels = self.lp.levels();
            let mut open: Vec<(f64, usize)> = Vec::new();
            for (family, top) in self.top_levels(&levels).into_iter().enumerate() {
                if let Some((level, at)) = top.filter(|(level, _)| !settled[family] && *level < WHOLE) {
                    open.push((level, at));
                }
            }
            if open.is_empty() || budget.is_spent() {
                break;
            }
            open.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let count = open.iter().take_while(|(level, _)| *level > 0.8).count().max(open.len() / 12).max(1);
            for (_, chosen) in open.into_iter().take(count) {
                let family = self.columns[chosen].0;
                settled[family] = true;
                for at in 0..self.columns.len() {
                    if self.columns[at].0 == family {
                        let own =
                            self.stage.goal.of(self.stage.problem.families[family].tier, &self.columns[at].1)
                                as f64;
                        self.lp.set_cost(first + at, if at == chosen { own + penalty } else { -penalty });
                    }
                }
            }
            let steps = self.lp.steps;
            let left = budget.limit.saturating_sub(budget.used);
            self.lp.optimise(left);
            budget.spend(self.lp.steps - steps);
        }
        let plans = self.rounded(fallback);
        self.repaired(plans, budget)
    }

    fn first_column(&self) -> usize {
        self.stage.problem.families.len() + self.stage.problem.capacity.len() + self.stage.kept.len()
    }

    /// The largest level of a plan of each family.
    fn top_levels(&self, levels: &[f64]) -> Vec<Option<(f64, usize)>> {
        let mut top: Vec<Option<(f64, usize)>> = vec![None; self.stage.problem.families.len()];
        for (at, (family, _)) in self.columns.iter().enumerate() {
            let level = levels[self.first_column() + at];
            if level > 1e-3 && top[*family].is_none_or(|(most, _)| level > most) {
                top[*family] = Some((level, at));
            }
        }
        top
    }

    /// The list nearest to the levels of the program: families in order of how settled they are.
    fn rounded(&self, fallback: &[Plan]) -> Vec<Plan> {
        let levels = self.lp.levels();
        let first = self.first_column();
        let mut order: Vec<usize> = (0..self.columns.len()).filter(|at| levels[first + at] > 1e-3).collect();
        order.sort_by(|a, b| levels[first + b].total_cmp(&levels[first + a]).then(a.cmp(b)));
        let mut plans = vec![Plan::new(); self.stage.problem.families.len()];
        let mut residual = self.stage.problem.capacity.clone();
        for (family, plan) in order.into_iter().map(|at| &self.columns[at]) {
            if plans[*family].is_empty() && self.stage.problem.fits(&residual, plan) {
                self.stage.problem.take(&mut residual, plan);
                plans[*family].clone_from(plan);
            }
        }
        for (plan, fallback) in plans.iter_mut().zip(fallback) {
            if plan.is_empty() && self.stage.problem.fits(&residual, fallback) {
                self.stage.problem.take(&mut residual, fallback);
                plan.clone_from(fallback);
            }
        }
        plans
    }

    /// The list itself, or one that keeps the promises about served families by re-placing others.
    fn repaired(&self, plans: Vec<Plan>, budget: &mut Budget<'_>) -> Option<Vec<Plan>> {
        if self.stage.is_feasible(&plans) {
            return Some(plans);
        }
        let families = 0..plans.len();
        let minimal: Option<Vec<Vec<Plan>>> = match &self.stage.candidates {
            Some(candidates) => Some(candidates.clone()),
            None => families.map(|family| self.stage.plans(family).minimal()).collect(),
        };
        let plans = repair(self.stage.problem, &minimal?, &plans, budget);
        self.stage.is_feasible(&plans).then_some(plans)
    }
}

fn start_plans(
    stage: &Stage<'_>,
    family: usize,
    reduced: &crate::relax::Reduced,
    budget: &mut Budget<'_>,
) -> Vec<Plan> {
    if let Some(candidates) = &stage.candidates {
        return candidates[family].clone();
    }
    let plans = stage.plans(family);
    let (best, steps) = plans.best(&reduced.item);
    budget.spend(steps);
    let Some((best, plan)) = best else { return Vec::new() };
    let mut margin = 64 * SCALE;
    for _ in 0..5 {
        let (found, steps) = plans.all(&reduced.item, best.saturating_sub(margin), START_MAX);
        budget.spend(steps);
        if let Some(found) = found {
            return found;
        }
        margin /= 4;
    }
    vec![plan]
}
