//! Branch and bound on a fixed pool of plans.
//!
//! Depth first. A branch says that a family takes an item or does not. The linear program is one and the same for all
//! branches: a plan that a branch forbids gets a cost so low that it leaves the basis, a family that must be served gets a
//! premium, so the basis stays feasible everywhere. What a branch can reach is computed from the rounded dual prices in
//! integers, over the plans that the branch allows.

#![expect(clippy::indexing_slicing, reason = "columns are laid out by this module, family by family")]

use super::master::{column, prices_of, right_hand_sides};
use crate::lp::Lp;
use crate::options::Budget;
use crate::problem::Plan;
use crate::relax::whole;
use crate::stage::Stage;

/// Steps of the simplex method at one node.
const STEPS_PER_NODE: u64 = 2_000_000_000;
/// How many times the largest value of a plan a forbidden plan costs and a demanded family brings.
const PENALTY: f64 = 64.0;

/// A family takes an item, or does not.
#[derive(Debug, Clone, Copy)]
struct Decision {
    family: usize,
    item: u32,
    taken: bool,
}

/// A part of the question still open.
struct Node {
    decisions: Vec<Decision>,
    bound: i64,
}

/// A search in progress.
pub(super) struct PoolSearch<'a> {
    stage: &'a Stage<'a>,
    pool: &'a [Vec<Plan>],
    lp: Lp,
    /// Number of the first column of each family.
    first: Vec<usize>,
    costs: Vec<f64>,
    penalty: f64,
    best: Vec<Plan>,
    value: i64,
    open: Vec<Node>,
    /// The largest bound of parts that were given up.
    given_up: i64,
}

impl<'a> PoolSearch<'a> {
    pub(super) fn new(stage: &'a Stage<'a>, pool: &'a [Vec<Plan>], best: &[Plan], bound: i64) -> Self {
        let mut lp = Lp::new(&right_hand_sides(stage));
        let mut first = Vec::with_capacity(pool.len());
        let mut costs = Vec::new();
        let mut extra = Vec::new();
        for (family, plans) in pool.iter().enumerate() {
            first.push(costs.len());
            for plan in plans {
                let column = column(stage, family, plan);
                costs.push(column.cost);
                let number = lp.add(column);
                if *plan == best[family] {
                    lp.start_with(family, number);
                }
            }
            if !best[family].is_empty() && !plans.contains(&best[family]) {
                extra.push(family);
            }
        }
        // The known list is where the program starts, also with plans outside the pool; those leave at the first node.
        let penalty = PENALTY * costs.iter().fold(1.0, |most: f64, cost| most.max(cost.abs()));
        for family in extra {
            let mut column = column(stage, family, &best[family]);
            column.cost = -penalty;
            let number = lp.add(column);
            lp.start_with(family, number);
        }
        let value = stage.value(best);
        let open = vec![Node { decisions: Vec::new(), bound }];
        Self { stage, pool, lp, first, costs, penalty, best: best.to_vec(), value, open, given_up: i64::MIN }
    }

    /// Searches until everything is decided or the budget ends.
    pub(super) fn run(&mut self, nodes_max: u32, budget: &mut Budget<'_>) {
        let mut nodes = 0;
        while let Some(node) = self.open.pop() {
            if node.bound <= self.value {
                continue;
            }
            nodes += 1;
            if nodes > nodes_max || budget.is_spent() {
                self.open.push(node);
                return;
            }
            self.visit(&node, budget);
        }
    }

    /// No list is worth more than this.
    pub(super) fn bound(&self) -> i64 {
        self.open.iter().map(|node| node.bound).fold(self.value.max(self.given_up), i64::max)
    }

    pub(super) fn into_plans(self) -> Vec<Plan> {
        self.best
    }

    fn visit(&mut self, node: &Node, budget: &mut Budget<'_>) {
        let (allowed, demanded) = self.apply(&node.decisions);
        let steps = self.lp.steps;
        let left = budget.limit.saturating_sub(budget.used);
        self.lp.optimise(STEPS_PER_NODE.min(left));
        let duals = self.lp.duals();
        budget.spend(self.lp.steps - steps + 6 * self.costs.len() as u64);
        let bound = node.bound.min(self.reach(&duals, &allowed, &demanded));
        if bound <= self.value {
            return;
        }
        let levels = self.lp.levels();
        let levels = &levels
            [self.stage.kept.len() + self.stage.problem.families.len() + self.stage.problem.capacity.len()..];
        self.round(levels, &allowed);
        if bound <= self.value {
            return;
        }
        let Some((family, item)) = self.most_divided(levels, &allowed) else {
            // Whole levels whose value does not meet the bound: rounding kept the proof from closing.
            self.given_up = self.given_up.max(bound);
            return;
        };
        // The last pushed is searched first: dive along the program.
        for taken in [false, true] {
            let mut decisions = node.decisions.clone();
            decisions.push(Decision { family, item, taken });
            self.open.push(Node { decisions, bound });
        }
    }

    /// Sets the costs of a branch; returns which columns it allows and which families it demands.
    fn apply(&mut self, decisions: &[Decision]) -> (Vec<bool>, Vec<bool>) {
        let mut allowed = vec![true; self.costs.len()];
        let mut demanded = vec![false; self.pool.len()];
        for decision in decisions {
            demanded[decision.family] |= decision.taken;
            for (offset, plan) in self.pool[decision.family].iter().enumerate() {
                allowed[self.first[decision.family] + offset] &=
                    plan.contains(&decision.item) == decision.taken;
            }
        }
        let slacks =
            self.stage.kept.len() + self.stage.problem.families.len() + self.stage.problem.capacity.len();
        for (family, plans) in self.pool.iter().enumerate() {
            let premium = if demanded[family] { self.penalty } else { 0.0 };
            for at in (0..plans.len()).map(|offset| self.first[family] + offset) {
                let cost = if allowed[at] { self.costs[at] + premium } else { -self.penalty };
                self.lp.set_cost(slacks + at, cost);
            }
        }
        (allowed, demanded)
    }

    /// What a branch can reach at most.
    fn reach(&self, duals: &[f64], allowed: &[bool], demanded: &[bool]) -> i64 {
        let prices = prices_of(self.stage, duals);
        let reduced = prices.reduce(self.stage);
        let mut bound = prices.constant(self.stage);
        for (family, plans) in self.pool.iter().enumerate() {
            let tier = self.stage.problem.families[family].tier;
            let mut most = if demanded[family] { None } else { Some(0) };
            for (offset, plan) in plans.iter().enumerate() {
                if allowed[self.first[family] + offset] {
                    most = most.max(Some(reduced.of(tier, plan)));
                }
            }
            let Some(most) = most else { return i64::MIN };
            bound += i128::from(most);
        }
        whole(bound)
    }

    /// The list nearest to the levels, kept when it is feasible and better.
    fn round(&mut self, levels: &[f64], allowed: &[bool]) {
        let mut order: Vec<(f64, usize, usize)> = Vec::new();
        for (family, plans) in self.pool.iter().enumerate() {
            for offset in 0..plans.len() {
                let at = self.first[family] + offset;
                if levels[at] > 1e-3 && allowed[at] {
                    order.push((levels[at], family, offset));
                }
            }
        }
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut plans = vec![Plan::new(); self.pool.len()];
        let mut residual = self.stage.problem.capacity.clone();
        for (_, family, offset) in order {
            let plan = &self.pool[family][offset];
            if plans[family].is_empty() && self.stage.problem.fits(&residual, plan) {
                self.stage.problem.take(&mut residual, plan);
                plans[family].clone_from(plan);
            }
        }
        // Families left out take the best plan for which there is room.
        for (family, plan) in plans.iter_mut().enumerate().filter(|(_, plan)| plan.is_empty()) {
            let tier = self.stage.problem.families[family].tier;
            let fitting = self.pool[family].iter().filter(|plan| self.stage.problem.fits(&residual, plan));
            if let Some(best) = fitting.max_by_key(|plan| self.stage.goal.of(tier, plan)) {
                self.stage.problem.take(&mut residual, best);
                plan.clone_from(best);
            }
        }
        let value = self.stage.value(&plans);
        if value > self.value && self.stage.is_feasible(&plans) {
            self.best = plans;
            self.value = value;
        }
    }

    /// The divided item of a family that is most nearly taken whole.
    fn most_divided(&self, levels: &[f64], allowed: &[bool]) -> Option<(usize, u32)> {
        let mut best: Option<(f64, usize, u32)> = None;
        for (family, plans) in self.pool.iter().enumerate() {
            let mut taken: Vec<(u32, f64)> = Vec::new();
            for (offset, plan) in plans.iter().enumerate() {
                let at = self.first[family] + offset;
                if levels[at] <= 1e-3 || levels[at] >= 1.0 - 1e-3 || !allowed[at] {
                    continue;
                }
                for item in plan {
                    match taken.iter_mut().find(|(known, _)| known == item) {
                        Some((_, level)) => *level += levels[at],
                        None => taken.push((*item, levels[at])),
                    }
                }
            }
            for (item, level) in taken {
                let distance = 1.0 - level;
                if level > 1e-3 && level < 1.0 - 1e-3 && best.is_none_or(|(least, ..)| distance < least) {
                    best = Some((distance, family, item));
                }
            }
        }
        best.map(|(_, family, item)| (family, item))
    }
}
