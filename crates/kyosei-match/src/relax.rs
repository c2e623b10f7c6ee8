//! The Lagrangian relaxation: prices on resources turn the whole into one small question for each family.
//!
//! Any prices give a bound that no list can exceed, computed here in integers only. Floating point numbers choose the next
//! prices to try; they never decide what is proven.

#![expect(
    clippy::indexing_slicing,
    reason = "resources and families are indexed by the problem of the stage"
)]

use crate::options::Budget;
use crate::problem::{Plan, TIERS};
use crate::stage::Stage;

/// One point of value in fixed point.
pub(crate) const SCALE: i64 = 1 << 20;
/// No price times amount is larger, so that sums stay within 64 bits.
const PRICED_MAX: i64 = 1 << 52;
/// Steps of the subgradient method without progress after which the step length is halved.
const PATIENCE: u32 = 12;
/// The step length below which the method stops.
const STEP_MIN: f64 = 0.002;

/// Prices, scaled by [`SCALE`], never negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prices {
    pub resource: Vec<i64>,
    pub kept: Vec<i64>,
}

/// What the families would do at given prices.
pub(crate) struct Response {
    /// Scaled; no list is worth more.
    pub bound: i128,
    /// Best plan of each family, empty where serving it does not pay.
    pub plans: Vec<Plan>,
    /// The reduced value of that plan, scaled, at least 0.
    pub worth: Vec<i64>,
}

/// Reduced values: what an item or serving a family is worth after prices.
pub(crate) struct Reduced {
    pub item: Vec<i64>,
    pub served: [i64; TIERS],
}

impl Prices {
    pub(crate) fn zero(stage: &Stage<'_>) -> Self {
        Self { resource: vec![0; stage.problem.capacity.len()], kept: vec![0; stage.kept.len()] }
    }

    /// The nearest prices in fixed point.
    pub(crate) fn from_floats(stage: &Stage<'_>, resource: &[f64], kept: &[f64]) -> Self {
        let fixed = |price: f64, amount_max: i64| {
            let limit = PRICED_MAX / amount_max.max(1);
            // A cast from f64 saturates, and a NaN becomes 0: any result is a valid price.
            ((price * SCALE as f64).round() as i64).clamp(0, limit)
        };
        let mut amount_max = vec![1_i64; resource.len()];
        for used in stage.problem.items.iter().flat_map(|item| &item.uses) {
            let most = &mut amount_max[used.resource as usize];
            *most = used.amount.max(*most);
        }
        let kept_max = stage.kept.iter().map(|kept| {
            let items = kept.goal.item.iter().chain(&kept.goal.served).copied();
            items.max().unwrap_or(1)
        });
        Self {
            resource: resource.iter().zip(amount_max).map(|(price, most)| fixed(*price, most)).collect(),
            kept: kept.iter().zip(kept_max).map(|(price, most)| fixed(*price, most)).collect(),
        }
    }

    pub(crate) fn reduce(&self, stage: &Stage<'_>) -> Reduced {
        let mut item: Vec<i64> = stage.goal.item.iter().map(|value| value * SCALE).collect();
        let mut served = stage.goal.served.map(|value| value * SCALE);
        for (kept, price) in stage.kept.iter().zip(&self.kept).filter(|(_, price)| **price != 0) {
            for (value, points) in item.iter_mut().zip(&kept.goal.item) {
                *value += price * points;
            }
            for (value, points) in served.iter_mut().zip(&kept.goal.served) {
                *value += price * points;
            }
        }
        for (value, item) in item.iter_mut().zip(&stage.problem.items) {
            for used in &item.uses {
                *value -= self.resource[used.resource as usize] * used.amount;
            }
        }
        Reduced { item, served }
    }

    /// What the prices themselves are worth: capacities sold, promises kept.
    pub(crate) fn constant(&self, stage: &Stage<'_>) -> i128 {
        let sold = self.resource.iter().zip(&stage.problem.capacity);
        let sold: i128 = sold.map(|(price, capacity)| i128::from(*price) * i128::from(*capacity)).sum();
        let promised = self.kept.iter().zip(&stage.kept);
        let promised: i128 =
            promised.map(|(price, kept)| i128::from(*price) * i128::from(kept.at_least)).sum();
        sold - promised
    }

    /// What the families do at these prices.
    pub(crate) fn respond(&self, stage: &Stage<'_>, budget: &mut Budget<'_>) -> Response {
        let reduced = self.reduce(stage);
        budget.spend(2 * reduced.item.len() as u64);
        let families = stage.problem.families.len();
        let mut response =
            Response { bound: self.constant(stage), plans: Vec::with_capacity(families), worth: Vec::new() };
        for index in 0..families {
            let (best, steps) = best_of(stage, index, &reduced);
            budget.spend(steps);
            let (worth, plan) = best.filter(|(worth, _)| *worth > 0).unwrap_or((0, Plan::new()));
            response.bound += i128::from(worth);
            response.worth.push(worth);
            response.plans.push(plan);
        }
        response
    }
}

impl Reduced {
    pub(crate) fn of(&self, tier: usize, plan: &[u32]) -> i64 {
        if plan.is_empty() {
            return 0;
        }
        self.served[tier] + plan.iter().map(|item| self.item[*item as usize]).sum::<i64>()
    }
}

/// The best plan of a family at reduced values.
fn best_of(stage: &Stage<'_>, family: usize, reduced: &Reduced) -> (Option<(i64, Plan)>, u64) {
    let tier = stage.problem.families[family].tier;
    if let Some(candidates) = &stage.candidates {
        let mut best: Option<(i64, &Plan)> = None;
        for plan in &candidates[family] {
            let worth = reduced.of(tier, plan);
            if best.is_none_or(|(most, _)| worth > most) {
                best = Some((worth, plan));
            }
        }
        return (best.map(|(worth, plan)| (worth, plan.clone())), 4 * candidates[family].len() as u64);
    }
    let (best, steps) = stage.plans(family).best(&reduced.item);
    (best.map(|(worth, plan)| (worth + reduced.served[tier], plan)), steps)
}

/// The integer bound that follows from a scaled one.
pub(crate) fn whole(bound: i128) -> i64 {
    i64::try_from(bound.div_euclid(i128::from(SCALE))).unwrap_or(i64::MAX)
}

/// Good prices and the bound they give, by the subgradient method with Polyak's step length towards `target` (the value of
/// a known list).
pub(crate) fn approach(
    stage: &Stage<'_>,
    target: i64,
    start: Prices,
    rounds_max: u32,
    budget: &mut Budget<'_>,
) -> (Prices, Response) {
    let mut prices = start;
    let mut best_response = prices.respond(stage, budget);
    let mut best = prices.clone();
    let mut point = floats(&prices);
    let mut direction = vec![0.0; point.len()];
    let (mut step, mut idle) = (1.0, 0);
    let mut slope = slopes(stage, &best_response.plans);
    let mut bound = best_response.bound;
    let target = i128::from(target) * i128::from(SCALE);
    for _ in 0..rounds_max {
        if step < STEP_MIN || bound < target + i128::from(SCALE) || budget.is_spent() {
            break;
        }
        let mut norm = 0.0;
        for ((direction, slope), point) in direction.iter_mut().zip(&slope).zip(&point) {
            *direction = 0.3 * *direction + slope;
            if *point > 0.0 || *direction > 0.0 {
                norm += *direction * *direction;
            }
        }
        if norm <= 0.0 {
            break;
        }
        let length = step * ((bound - target) as f64 / SCALE as f64).max(1.0) / norm;
        for (point, direction) in point.iter_mut().zip(&direction) {
            *point = (*point + length * direction).max(0.0);
        }
        let (resource, kept) = point.split_at(stage.problem.capacity.len());
        prices = Prices::from_floats(stage, resource, kept);
        let response = prices.respond(stage, budget);
        slope = slopes(stage, &response.plans);
        bound = response.bound;
        if bound < best_response.bound {
            idle =
                if best_response.bound - bound > (best_response.bound - target) / 500 { 0 } else { idle + 1 };
            best = prices.clone();
            best_response = response;
        } else {
            idle += 1;
        }
        if idle > PATIENCE {
            step *= 0.6;
            idle = 0;
            point = floats(&best);
            slope = slopes(stage, &best_response.plans);
            bound = best_response.bound;
            direction.fill(0.0);
        }
    }
    (best, best_response)
}

fn floats(prices: &Prices) -> Vec<f64> {
    prices.resource.iter().chain(&prices.kept).map(|price| *price as f64 / SCALE as f64).collect()
}

/// Use beyond capacity of each resource, then what is missing from each promise.
fn slopes(stage: &Stage<'_>, plans: &[Plan]) -> Vec<f64> {
    let residual = stage.problem.residual(plans);
    let over = residual.iter().map(|left| -*left as f64);
    let missing =
        stage.kept.iter().map(|kept| (kept.at_least - kept.goal.total(stage.problem, plans)) as f64);
    over.chain(missing).collect()
}
