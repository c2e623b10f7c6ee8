//! The stages of the lexicographic objective (matching.md 4.2), component by component.
//!
//! Life-cycle of a run: validate, compile, split into components; serve as many as possible tier by tier (L1, L2); raise the
//! floor (L3); then in each component the total (L4), the last list (L5) and the fixed tie order (L6), each keeping what the
//! levels before reached.

#![expect(
    clippy::indexing_slicing,
    reason = "components and families are indexed by lists of this module's own making"
)]

use crate::coverage::{cover, cover_bound};
use crate::instance::{Instance, InvalidInstance};
use crate::options::{Budget, Options, Progress};
use crate::plan::Floor;
use crate::problem::{Plan, Problem, TIERS};
use crate::report::report;
use crate::solution::Solution;
use crate::solver::Solver;
use crate::stage::{Goal, Kept, Outcome, Stage};

/// The floor (L3) is raised in steps of so many points.
pub const FLOOR_STEP: u32 = 50;
/// Steps spent on each of the last two levels: they decide between lists of the same worth.
const REFINE_STEPS_MAX: u64 = 300_000_000;
/// The most steps of the floor.
pub const FLOOR_STEPS_MAX: u32 = 20;

/// One component with what is known about it.
pub(crate) struct Component {
    pub problem: Problem,
    pub plans: Vec<Plan>,
    pub served: [i64; TIERS],
    pub served_bound: [i64; TIERS],
    pub total: Option<Outcome>,
    pub kept: (i64, i64),
    pub ties: (i64, i64),
    /// Scaled prices of the total, for alternatives.
    pub prices: Vec<i64>,
}

/// A finished run with what explanations need.
pub(crate) struct Run {
    pub problem: Problem,
    pub components: Vec<Component>,
    pub floor: i64,
    pub floor_bound: i64,
    pub work: u64,
}

/// Solves an instance.
///
/// # Errors
/// When the instance is not valid or its pins cannot be kept.
pub fn solve(
    instance: &Instance,
    options: &Options,
    progress: &mut dyn Progress,
) -> Result<Solution, InvalidInstance> {
    instance.validate()?;
    let run = run(instance, options, progress)?;
    Ok(report(instance, &run))
}

/// Solves a valid instance and keeps what explanations need.
pub(crate) fn run(
    instance: &Instance,
    options: &Options,
    progress: &mut dyn Progress,
) -> Result<Run, InvalidInstance> {
    let problem = Problem::compile(instance, &options.rules)?;
    let mut budget = Budget::new(options.work_max, progress);
    let solver = options.solver.solver();
    let mut components: Vec<Component> = Vec::new();
    for families in problem.components() {
        components.push(Component::of(problem.restricted(&families).problem));
    }
    serve(&mut components, solver.as_ref(), &mut budget);
    for component in &components {
        component.check_pins(instance)?;
    }
    let (floor, floor_bound) = raise_floor(&mut components, solver.as_ref(), &mut budget);
    let all = components.len().max(1);
    let mut left: u64 = components.iter().map(Component::weight).sum();
    for (done, component) in components.iter_mut().enumerate() {
        let share = budget.limit.saturating_sub(budget.used) / left.max(1) * component.weight();
        left -= component.weight();
        budget.within(share, |budget| component.finish(floor, solver.as_ref(), budget));
        budget.stage(6, u16::try_from((done + 1) * 1000 / all).unwrap_or(1000));
    }
    let work = budget.used;
    Ok(Run { problem, components, floor, floor_bound, work })
}

fn serve(components: &mut [Component], solver: &dyn Solver, budget: &mut Budget<'_>) {
    let all = components.len().max(1);
    let mut left: u64 = components.iter().map(Component::weight).sum();
    for (done, component) in components.iter_mut().enumerate() {
        let share = budget.limit.saturating_sub(budget.used) / 3 / left.max(1) * component.weight();
        left -= component.weight();
        budget.within(share, |budget| {
            (component.plans, component.served, component.served_bound) = component.cover(0, solver, budget);
        });
        budget.stage(2, u16::try_from((done + 1) * 1000 / all).unwrap_or(1000));
    }
}

/// The highest floor that costs no coverage, and the lowest that was not proven to cost some, less one step.
fn raise_floor(components: &mut [Component], solver: &dyn Solver, budget: &mut Budget<'_>) -> (i64, i64) {
    let step = i64::from(FLOOR_STEP);
    let (mut reached, mut lost, mut proven_lost) =
        (0, i64::from(FLOOR_STEPS_MAX) + 1, i64::from(FLOOR_STEPS_MAX) + 1);
    while lost - reached > 1 {
        let middle = (reached + lost) / 2;
        let mut covers = Vec::with_capacity(components.len());
        let (mut kept, mut refuted) = (true, false);
        for component in components.iter() {
            let limit = budget.limit.saturating_sub(budget.used) / 20;
            let (plans, served, bound) =
                budget.within(limit, |budget| component.cover(middle * step, solver, budget));
            if served != component.served {
                kept = false;
                refuted = bound.iter().zip(&component.served).any(|(bound, served)| bound < served);
                break;
            }
            covers.push(plans);
        }
        if kept {
            reached = middle;
            for (component, plans) in components.iter_mut().zip(covers) {
                component.plans = plans;
            }
        } else {
            lost = middle;
            if refuted {
                proven_lost = proven_lost.min(middle);
            }
        }
    }
    budget.stage(3, 1000);
    (reached * step, (proven_lost - 1) * step)
}

impl Component {
    fn of(problem: Problem) -> Self {
        let plans = vec![Plan::new(); problem.families.len()];
        Self {
            problem,
            plans,
            served: [0; TIERS],
            served_bound: [0; TIERS],
            total: None,
            kept: (0, 0),
            ties: (0, 0),
            prices: Vec::new(),
        }
    }

    /// Share of the work limit.
    fn weight(&self) -> u64 {
        self.problem.families.len() as u64 + 1
    }

    fn check_pins(&self, instance: &Instance) -> Result<(), InvalidInstance> {
        for (family, plan) in self.problem.families.iter().zip(&self.plans) {
            if family.tier == 0
                && plan.is_empty()
                && let Some(household) = instance.households.get(family.household as usize)
            {
                return Err(InvalidInstance::PinsDoNotFit { household: household.id.clone() });
            }
        }
        Ok(())
    }

    /// Serves as many as possible, tier by tier, each with a placement of at least `floor`.
    fn cover(
        &self,
        floor: i64,
        solver: &dyn Solver,
        budget: &mut Budget<'_>,
    ) -> (Vec<Plan>, [i64; TIERS], [i64; TIERS]) {
        let problem = &self.problem;
        let mut stage = Stage {
            problem,
            floor: Floor::Single(floor),
            goal: Goal::served(problem, 0),
            kept: Vec::new(),
            candidates: None,
        };
        let minimal: Option<Vec<Vec<Plan>>> =
            (0..problem.families.len()).map(|family| stage.plans(family).minimal()).collect();
        let Some(minimal) = minimal else {
            return self.cover_stages(&mut stage, vec![Plan::new(); problem.families.len()], solver, budget);
        };
        let found = cover(problem, &minimal, budget);
        let bound = cover_bound(problem, &minimal, budget);
        if found.served == bound {
            return (found.plans, found.served, bound);
        }
        stage.candidates = Some(minimal);
        self.cover_stages(&mut stage, found.plans, solver, budget)
    }

    fn cover_stages(
        &self,
        stage: &mut Stage<'_>,
        start: Vec<Plan>,
        solver: &dyn Solver,
        budget: &mut Budget<'_>,
    ) -> (Vec<Plan>, [i64; TIERS], [i64; TIERS]) {
        let (mut plans, mut served, mut bounds) = (start, [0; TIERS], [0; TIERS]);
        for tier in 0..TIERS {
            stage.goal = Goal::served(stage.problem, tier);
            let limit = budget.limit.saturating_sub(budget.used) / 2;
            let outcome = budget.within(limit, |budget| solver.solve(stage, plans, budget));
            plans = outcome.plans;
            served[tier] = outcome.value;
            bounds[tier] = outcome.bound.max(outcome.value);
            if outcome.value > 0 {
                stage.kept.push(Kept { goal: stage.goal.clone(), at_least: outcome.value });
            }
        }
        (plans, served, bounds)
    }

    /// The total (L4), the last list (L5) and the tie order (L6).
    fn finish(&mut self, floor: i64, solver: &dyn Solver, budget: &mut Budget<'_>) {
        let problem = &self.problem;
        let items =
            |of: fn(&crate::problem::Item) -> i64| Goal::items(problem.items.iter().map(of).collect());
        let mut kept = Vec::new();
        for (tier, served) in self.served.iter().enumerate().filter(|(_, served)| **served > 0) {
            kept.push(Kept { goal: Goal::served(problem, tier), at_least: *served });
        }
        let mut stage = Stage {
            problem,
            floor: Floor::Together(floor),
            goal: items(|item| item.score),
            kept,
            candidates: None,
        };
        let limit = budget.limit.saturating_sub(budget.used);
        let start = std::mem::take(&mut self.plans);
        let mut outcome = budget.within(limit / 4 * 3, |budget| solver.solve(&stage, start, budget));
        let mut plans = std::mem::take(&mut outcome.plans);
        let proven = outcome.is_proven();
        stage.kept.push(Kept { goal: stage.goal.clone(), at_least: outcome.value });
        stage.candidates = outcome.pool.take();
        let refine = |stage: &mut Stage<'_>, plans: &mut Vec<Plan>, goal: Goal, budget: &mut Budget<'_>| {
            stage.goal = goal;
            let most = stage.value(plans);
            if !proven || stage.goal.item.iter().all(|value| *value == 0) {
                return (most, most);
            }
            let limit = (budget.limit.saturating_sub(budget.used) / 2).min(REFINE_STEPS_MAX);
            let mut refined =
                budget.within(limit, |budget| solver.solve(stage, std::mem::take(plans), budget));
            *plans = refined.plans;
            stage.kept.push(Kept { goal: stage.goal.clone(), at_least: refined.value });
            if let Some(pool) = refined.pool.take() {
                stage.candidates = Some(pool);
            }
            (refined.value, refined.bound)
        };
        self.kept = refine(&mut stage, &mut plans, items(|item| item.kept), budget);
        self.ties = refine(&mut stage, &mut plans, items(|item| item.tie), budget);
        self.prices = std::mem::take(&mut outcome.prices);
        self.total = Some(outcome);
        self.plans = plans;
    }
}
