//! Better lists from a known one: again and again a few families that want each other's places are decided anew, all
//! together and exactly, while the others stay (large neighbourhood search, Shaw 1998).

#![expect(
    clippy::indexing_slicing,
    reason = "families and resources are indexed by the problem of the stage"
)]

use crate::options::Budget;
use crate::problem::Plan;
use crate::relax::{Prices, Reduced, SCALE};
use crate::stage::Stage;

/// Plans considered for one family.
const SHORTLIST_MAX: usize = 16;
/// Families decided together.
const NEIGHBOURS_MAX: usize = 8;
/// Holders of one resource that are asked to move.
const HOLDERS_ASKED_MAX: usize = 4;
/// Plans of a family that may call neighbours in.
const CALLING_PLANS: usize = 5;
/// Branches of one decision.
const BRANCHES_MAX: u32 = 2_500;
/// Passes over all families.
const PASSES_MAX: usize = 40;

/// The state of an improvement.
struct Improvement<'a, 'b> {
    stage: &'a Stage<'a>,
    prices: &'b Prices,
    reduced: Reduced,
    shortlists: Vec<Vec<(i64, Plan)>>,
    plans: &'b mut [Plan],
    residual: Vec<i64>,
    /// What each promise has above its least.
    slack: Vec<i64>,
    holders: Vec<Vec<usize>>,
}

/// A decision for a few families in progress.
struct Decision<'d> {
    families: &'d [usize],
    options: Vec<Vec<(i64, &'d [u32])>>,
    /// The best reduced values of the families from here on, summed.
    rest: Vec<i64>,
    chosen: Vec<usize>,
    best: Option<Vec<usize>>,
    /// Value of the best so far, and its reduced value, which decides between equals.
    best_value: i64,
    best_worth: i64,
    /// Reduced value that a decision worth one point more must have at least.
    at_least: i64,
    branches: u32,
}

/// Improves a feasible list at given prices; true when something changed.
pub(crate) fn improve(
    stage: &Stage<'_>,
    plans: &mut [Plan],
    prices: &Prices,
    budget: &mut Budget<'_>,
) -> bool {
    let reduced = prices.reduce(stage);
    let shortlists = (0..plans.len()).map(|family| shortlist(stage, family, &reduced, budget)).collect();
    let residual = stage.problem.residual(plans);
    let slack = stage.kept.iter().map(|kept| kept.goal.total(stage.problem, plans) - kept.at_least).collect();
    let mut holders = vec![Vec::new(); residual.len()];
    for (family, plan) in plans.iter().enumerate() {
        for used in stage.problem.uses(plan) {
            holders[used.resource as usize].push(family);
        }
    }
    let mut improvement = Improvement { stage, prices, reduced, shortlists, plans, residual, slack, holders };
    let mut changed = false;
    let mut since_change = 0;
    for pass in 0..PASSES_MAX {
        let found = improvement.pass(pass, budget);
        changed |= found;
        since_change = if found { 0 } else { since_change + 1 };
        if since_change == 3 || budget.is_spent() {
            break;
        }
    }
    changed
}

/// The plans of a family with the best reduced values, best first.
fn shortlist(
    stage: &Stage<'_>,
    family: usize,
    reduced: &Reduced,
    budget: &mut Budget<'_>,
) -> Vec<(i64, Plan)> {
    let tier = stage.problem.families[family].tier;
    let mut plans = match &stage.candidates {
        Some(candidates) => candidates[family].clone(),
        None => near_best(stage, family, reduced, budget),
    };
    budget.spend(4 * plans.len() as u64);
    let mut valued: Vec<(i64, Plan)> = plans.drain(..).map(|plan| (reduced.of(tier, &plan), plan)).collect();
    valued.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    valued.truncate(SHORTLIST_MAX);
    valued
}

fn near_best(stage: &Stage<'_>, family: usize, reduced: &Reduced, budget: &mut Budget<'_>) -> Vec<Plan> {
    let plans = stage.plans(family);
    let (best, steps) = plans.best(&reduced.item);
    budget.spend(steps);
    let Some((best, plan)) = best else { return Vec::new() };
    let mut known = vec![plan];
    let mut margin = 8 * SCALE;
    for _ in 0..8 {
        let (found, steps) = plans.all(&reduced.item, best.saturating_sub(margin), 20 * SHORTLIST_MAX);
        budget.spend(steps);
        let Some(found) = found else { break };
        known = found;
        if known.len() >= SHORTLIST_MAX {
            break;
        }
        margin = margin.saturating_mul(3);
    }
    known
}

impl Improvement<'_, '_> {
    /// Lets every family that could be better off call its neighbours once.
    fn pass(&mut self, pass: usize, budget: &mut Budget<'_>) -> bool {
        let mut order: Vec<(i64, usize)> = (0..self.plans.len())
            .map(|family| (self.regret(family), family))
            .filter(|(regret, _)| *regret > 0)
            .collect();
        order.sort_unstable_by_key(|(regret, family)| (-*regret, *family));
        let mut changed = false;
        for (_, family) in order {
            if budget.is_spent() {
                break;
            }
            let families = self.neighbours(family, pass);
            changed |= self.decide(&families, budget);
        }
        changed
    }

    /// What the best plan is worth more than the present one.
    fn regret(&self, family: usize) -> i64 {
        let tier = self.stage.problem.families[family].tier;
        let best = self.shortlists[family].first().map_or(0, |(worth, _)| (*worth).max(0));
        best - self.reduced.of(tier, &self.plans[family])
    }

    fn neighbours(&self, start: usize, pass: usize) -> Vec<usize> {
        let mut families = vec![start];
        let mut next = 0;
        while next < families.len() && families.len() < NEIGHBOURS_MAX {
            let family = families[next];
            next += 1;
            for (_, plan) in self.shortlists[family].iter().take(CALLING_PLANS) {
                for used in self.stage.problem.uses(plan) {
                    if self.residual[used.resource as usize] >= used.amount {
                        continue;
                    }
                    let holders = &self.holders[used.resource as usize];
                    for offset in 0..holders.len().min(HOLDERS_ASKED_MAX) {
                        // Another pass asks other holders of a large shared place.
                        let holder = holders[(offset + pass * HOLDERS_ASKED_MAX + start) % holders.len()];
                        if families.len() < NEIGHBOURS_MAX && !families.contains(&holder) {
                            families.push(holder);
                        }
                    }
                }
            }
        }
        families
    }

    /// Decides the families together; true when the list is worth more than before.
    fn decide(&mut self, families: &[usize], budget: &mut Budget<'_>) -> bool {
        let problem = self.stage.problem;
        let tier = |family: usize| problem.families[family].tier;
        let shortlists = std::mem::take(&mut self.shortlists);
        let before: Vec<Plan> = families.iter().map(|family| self.plans[*family].clone()).collect();
        let mut now = 0;
        let mut options = Vec::with_capacity(families.len());
        for (family, present) in families.iter().zip(&before) {
            let worth = self.reduced.of(tier(*family), present);
            now += worth;
            let mut of_family: Vec<(i64, &[u32])> =
                shortlists[*family].iter().map(|(worth, plan)| (*worth, plan.as_slice())).collect();
            of_family.push((0, &[]));
            if !present.is_empty() && !of_family.iter().any(|(_, plan)| *plan == present.as_slice()) {
                of_family.push((worth, present));
            }
            of_family.sort_by_key(|(worth, _)| -*worth);
            options.push(of_family);
        }
        let mut rest = vec![0; families.len() + 1];
        for (position, options) in options.iter().enumerate().rev() {
            rest[position] = rest[position + 1] + options.first().map_or(0, |(worth, _)| *worth);
        }
        let at_least = now + SCALE - self.idle_worth(&options);
        let chosen = Vec::with_capacity(families.len());
        let value =
            families.iter().zip(&before).map(|(family, plan)| self.stage.goal.of(tier(*family), plan)).sum();
        let (best_value, best_worth) = (value, now);
        let mut decision = Decision {
            families,
            options,
            rest,
            chosen,
            best: None,
            best_value,
            best_worth,
            at_least,
            branches: 0,
        };
        for plan in &before {
            problem.release(&mut self.residual, plan);
        }
        let mut slack = self.slack.clone();
        for (kept, slack) in self.stage.kept.iter().zip(&mut slack) {
            *slack -= families
                .iter()
                .zip(&before)
                .map(|(family, plan)| kept.goal.of(tier(*family), plan))
                .sum::<i64>();
        }
        self.branch(&mut decision, 0, &mut slack);
        budget.spend(u64::from(decision.branches) * 40 + 400);
        let after: Vec<Plan> = match &decision.best {
            Some(best) => {
                best.iter().zip(&decision.options).map(|(at, options)| options[*at].1.to_vec()).collect()
            }
            None => before.clone(),
        };
        let improved = decision.best.is_some();
        for plan in &after {
            problem.take(&mut self.residual, plan);
        }
        self.shortlists = shortlists;
        if improved {
            self.adopt(families, &before, after);
        }
        improved
    }

    /// What unused capacity and promises more than kept are worth at the prices: the room between both sides of the bound.
    fn idle_worth(&self, options: &[Vec<(i64, &[u32])>]) -> i64 {
        let mut touched: Vec<u32> = Vec::new();
        for (_, plan) in options.iter().flatten() {
            touched.extend(self.stage.problem.uses(plan).map(|used| used.resource));
        }
        touched.sort_unstable();
        touched.dedup();
        let capacity = touched
            .iter()
            .map(|at| self.prices.resource[*at as usize].saturating_mul(self.residual[*at as usize]));
        let promises =
            self.prices.kept.iter().zip(&self.slack).map(|(price, slack)| price.saturating_mul(*slack));
        capacity.chain(promises).fold(0, i64::saturating_add).min(i64::MAX / 4)
    }

    fn branch(&mut self, decision: &mut Decision<'_>, worth: i64, slack: &mut [i64]) {
        let depth = decision.chosen.len();
        if depth == decision.families.len() {
            self.leaf(decision, worth, slack);
            return;
        }
        let tier = self.stage.problem.families[decision.families[depth]].tier;
        for at in 0..decision.options[depth].len() {
            let (own, plan) = decision.options[depth][at];
            decision.branches += 1;
            let least = decision.at_least.min(decision.best_worth + 1);
            if worth + own + decision.rest[depth + 1] < least || decision.branches > BRANCHES_MAX {
                return;
            }
            if !self.stage.problem.fits(&self.residual, plan) {
                continue;
            }
            self.stage.problem.take(&mut self.residual, plan);
            for (slack, kept) in slack.iter_mut().zip(&self.stage.kept) {
                *slack += kept.goal.of(tier, plan);
            }
            decision.chosen.push(at);
            self.branch(decision, worth + own, slack);
            decision.chosen.pop();
            for (slack, kept) in slack.iter_mut().zip(&self.stage.kept) {
                *slack -= kept.goal.of(tier, plan);
            }
            self.stage.problem.release(&mut self.residual, plan);
        }
    }

    fn leaf(&self, decision: &mut Decision<'_>, worth: i64, slack: &[i64]) {
        if slack.iter().any(|slack| *slack < 0) {
            return;
        }
        let mut value = 0;
        for ((family, at), options) in decision.families.iter().zip(&decision.chosen).zip(&decision.options) {
            value += self.stage.goal.of(self.stage.problem.families[*family].tier, options[*at].1);
        }
        if (value, worth) > (decision.best_value, decision.best_worth) {
            let more = (value - decision.best_value).saturating_mul(SCALE);
            decision.at_least = decision.at_least.saturating_add(more);
            (decision.best_value, decision.best_worth) = (value, worth);
            decision.best = Some(decision.chosen.clone());
        }
    }

    fn adopt(&mut self, families: &[usize], before: &[Plan], after: Vec<Plan>) {
        let problem = self.stage.problem;
        for ((family, before), after) in families.iter().zip(before).zip(after) {
            let tier = problem.families[*family].tier;
            for used in problem.uses(before) {
                self.holders[used.resource as usize].retain(|holder| holder != family);
            }
            for used in problem.uses(&after) {
                self.holders[used.resource as usize].push(*family);
            }
            for (slack, kept) in self.slack.iter_mut().zip(&self.stage.kept) {
                *slack += kept.goal.of(tier, &after) - kept.goal.of(tier, before);
            }
            self.plans[*family] = after;
        }
    }
}
