//! HiGHS on the compact model of matching.md 4.1: one variable for each item and one for each family that is served.
//!
//! It shares nothing with the default solver but the compiled items, so that each can be checked against the other. It uses
//! floating point; its list is checked in integers before it is returned.

#![expect(
    clippy::indexing_slicing,
    reason = "items, families and resources are indexed by the problem of the stage"
)]

use highs::{Col, HighsModelStatus, RowProblem, Sense};

use super::Solver;
use crate::options::Budget;
use crate::plan::Floor;
use crate::problem::{Family, Item, Plan, Problem};
use crate::relax::{Prices, approach, whole};
use crate::stage::{Goal, Outcome, Stage};

/// Steps that stand for one second of HiGHS.
const STEPS_PER_SECOND: f64 = 1e9;
/// Rounds of the subgradient method that give prices for explanations, which HiGHS is not asked for.
const PRICE_ROUNDS: u32 = 100;

/// See [`super::SolverKind::Highs`].
pub(super) struct Highs;

/// The variables of a stage.
struct Columns {
    item: Vec<Col>,
    served: Vec<Col>,
}

impl Solver for Highs {
    fn solve(&self, stage: &Stage<'_>, start: Vec<Plan>, budget: &mut Budget<'_>) -> Outcome {
        let value = stage.value(&start);
        let (prices, response) = approach(stage, value, Prices::zero(stage), PRICE_ROUNDS, budget);
        let bound = whole(response.bound);
        let mut outcome = Outcome { plans: start, value, bound, pool: None, prices: prices.resource };
        if outcome.value >= outcome.bound {
            return outcome;
        }
        let seconds = budget.limit.saturating_sub(budget.used) as f64 / STEPS_PER_SECOND;
        let (model, columns) = model(stage);
        let mut model = model.optimise(Sense::Maximise);
        model.make_quiet();
        model.set_option("threads", 1);
        model.set_option("mip_rel_gap", 0.0);
        model.set_option("mip_abs_gap", 0.5);
        model.set_option("time_limit", seconds.max(0.1));
        let Ok(solved) = model.try_solve() else { return outcome };
        let optimal = solved.status() == HighsModelStatus::Optimal;
        let plans = lists(stage.problem, &columns, solved.get_solution().columns());
        let admissible = |(family, plan): (usize, &Plan)| plan.is_empty() || stage.plans(family).admits(plan);
        if stage.is_feasible(&plans)
            && plans.iter().enumerate().all(admissible)
            && stage.value(&plans) >= value
        {
            outcome.value = stage.value(&plans);
            outcome.plans = plans;
            if optimal {
                outcome.bound = outcome.value;
            }
        }
        outcome
    }
}

fn model(stage: &Stage<'_>) -> (RowProblem, Columns) {
    let problem = stage.problem;
    let mut model = RowProblem::default();
    let item = stage.goal.item.iter().map(|value| model.add_integer_column(*value as f64, 0..=1)).collect();
    let value = |family: &Family| stage.goal.served[family.tier] as f64;
    let served =
        problem.families.iter().map(|family| model.add_integer_column(value(family), 0..=1)).collect();
    let columns = Columns { item, served };
    for (index, family) in problem.families.iter().enumerate() {
        add_family(&mut model, stage, &columns, index, family);
    }
    let mut used: Vec<Vec<(Col, f64)>> = vec![Vec::new(); problem.capacity.len()];
    for (number, item) in problem.items.iter().enumerate() {
        for one in &item.uses {
            used[one.resource as usize].push((columns.item[number], one.amount as f64));
        }
    }
    for (terms, capacity) in used.into_iter().zip(&problem.capacity).filter(|(terms, _)| !terms.is_empty()) {
        model.add_row(..=*capacity as f64, terms);
    }
    for kept in &stage.kept {
        model.add_row(kept.at_least as f64.., terms(problem, &columns, &kept.goal));
    }
    (model, columns)
}

fn terms(problem: &Problem, columns: &Columns, goal: &Goal) -> Vec<(Col, f64)> {
    let items = columns.item.iter().zip(&goal.item).map(|(column, value)| (*column, *value as f64));
    let served = columns.served.iter().zip(&problem.families);
    let served = served.map(|(column, family)| (*column, goal.served[family.tier] as f64));
    items.chain(served).filter(|(_, value)| *value != 0.0).collect()
}

/// One item of a group; jobs within reach; dormitories with their job; one carer free; the floor; pins.
fn add_family(model: &mut RowProblem, stage: &Stage<'_>, columns: &Columns, index: usize, family: &Family) {
    let items = &stage.problem.items;
    let served = columns.served[index];
    let floor = stage.plans(index).floor;
    let least = match floor {
        Floor::Single(_) => 1.0,
        Floor::Together(points) => points.max(1) as f64,
    };
    let mut reaching = vec![(served, -least)];
    for group in &family.groups {
        let mut row: Vec<(Col, f64)> = group.items().map(|item| (columns.item[item as usize], 1.0)).collect();
        row.push((served, -1.0));
        // At most one, none when not served; exactly one of a pinned group when served.
        if group.required {
            model.add_row(0.0..=0.0, row);
        } else {
            model.add_row(..=0.0, row);
        }
        for number in group.items() {
            let item = &items[number as usize];
            let reached = match floor {
                Floor::Single(points) => f64::from(u8::from(item.best_single >= points)),
                // Any item serves; together they reach the floor.
                Floor::Together(0) => 1.0,
                Floor::Together(_) => item.points as f64,
            };
            reaching.push((columns.item[number as usize], reached));
        }
    }
    model.add_row(0.0.., reaching);
    let Some(homes) = family.groups.first() else { return };
    let homes: Vec<(usize, u32)> = homes.items().enumerate().map(|(at, item)| (at + 1, item)).collect();
    let bundles = || family.groups.iter().skip(1).flat_map(|group| group.items());
    for bundle in bundles() {
        add_reach(model, columns, &items[bundle as usize], columns.item[bundle as usize], &homes);
    }
    for (_, home) in &homes {
        if let Some(job) = items[*home as usize].needs_job {
            let holders = bundles().filter(|item| items[*item as usize].has_job(job));
            let mut row: Vec<(Col, f64)> = holders.map(|item| (columns.item[item as usize], -1.0)).collect();
            row.push((columns.item[*home as usize], 1.0));
            model.add_row(..=0.0, row);
        }
    }
    add_childcare(model, items, columns, family);
}

/// With the present home in reach: none of the homes out of reach. Otherwise: one of the homes in reach.
fn add_reach(model: &mut RowProblem, columns: &Columns, bundle: &Item, column: Col, homes: &[(usize, u32)]) {
    let stays = bundle.reached_from(0);
    let (sign, limit) = if stays { (1.0, 1.0) } else { (-1.0, 0.0) };
    let concerned = homes.iter().filter(|(at, _)| bundle.reached_from(*at) != stays);
    let mut row: Vec<(Col, f64)> = concerned.map(|(_, item)| (columns.item[*item as usize], sign)).collect();
    row.push((column, 1.0));
    model.add_row(..=limit, row);
}

/// For each combination of bundles of all carers with a common hour: not all of them.
fn add_childcare(model: &mut RowProblem, items: &[Item], columns: &Columns, family: &Family) {
    if !family.childcare {
        return;
    }
    let carers: Vec<Vec<u32>> =
        family.groups.iter().filter(|group| group.carer).map(|group| group.items().collect()).collect();
    let mut combinations: Vec<Vec<u32>> = vec![Vec::new()];
    for bundles in &carers {
        combinations = combinations
            .iter()
            .flat_map(|before| bundles.iter().map(move |item| [before.as_slice(), &[*item]].concat()))
            .filter(|combination| common_hours(items, combination))
            .collect();
    }
    for combination in combinations.into_iter().filter(|combination| combination.len() == carers.len()) {
        let row: Vec<(Col, f64)> =
            combination.iter().map(|item| (columns.item[*item as usize], 1.0)).collect();
        model.add_row(..=(carers.len() as f64 - 1.0), row);
    }
}

fn common_hours(items: &[Item], combination: &[u32]) -> bool {
    let mut shifts = combination.iter().map(|item| items[*item as usize].shifts);
    let Some(first) = shifts.next() else { return false };
    !shifts.fold(first, |all, own| all.intersection(&own)).is_empty()
}

fn lists(problem: &Problem, columns: &Columns, levels: &[f64]) -> Vec<Plan> {
    let first = columns.item.len();
    let mut plans = Vec::with_capacity(problem.families.len());
    for (index, family) in problem.families.iter().enumerate() {
        let served = levels.get(first + index).is_some_and(|level| *level > 0.5);
        let items = family.groups.iter().flat_map(|group| group.items());
        let taken =
            items.filter(|item| served && levels.get(*item as usize).is_some_and(|level| *level > 0.5));
        plans.push(taken.collect());
    }
    plans
}
