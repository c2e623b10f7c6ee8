//! One stage of the lexicographic objective: what is maximised, and what earlier stages reached and must be kept.

#![expect(
    clippy::indexing_slicing,
    reason = "items and families are indexed by the problem that the stage is made of"
)]

use crate::plan::{Floor, Plans};
use crate::problem::{Plan, Problem, TIERS};

/// A value for each item and for serving a family of each tier.
#[derive(Debug, Clone)]
pub(crate) struct Goal {
    pub item: Vec<i64>,
    pub served: [i64; TIERS],
}

impl Goal {
    /// One for each served family of a tier.
    pub(crate) fn served(problem: &Problem, tier: usize) -> Self {
        let mut served = [0; TIERS];
        served[tier] = 1;
        Self { item: vec![0; problem.items.len()], served }
    }

    /// A value for each item, nothing for serving.
    pub(crate) fn items(item: Vec<i64>) -> Self {
        Self { item, served: [0; TIERS] }
    }

    /// The value of a plan for a family of this tier.
    pub(crate) fn of(&self, tier: usize, plan: &[u32]) -> i64 {
        if plan.is_empty() {
            return 0;
        }
        self.served[tier] + plan.iter().map(|item| self.item[*item as usize]).sum::<i64>()
    }

    /// The value of a whole list.
    pub(crate) fn total(&self, problem: &Problem, plans: &[Plan]) -> i64 {
        problem.families.iter().zip(plans).map(|(family, plan)| self.of(family.tier, plan)).sum()
    }
}

/// What an earlier stage reached.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub goal: Goal,
    pub at_least: i64,
}

/// One stage.
#[derive(Debug, Clone)]
pub(crate) struct Stage<'a> {
    pub problem: &'a Problem,
    /// What each served family must reach (L3).
    pub floor: Floor,
    pub goal: Goal,
    pub kept: Vec<Kept>,
    /// The only plans to consider for each family, where a stage needs no others.
    pub candidates: Option<Vec<Vec<Plan>>>,
}

/// What a stage reached.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// A plan for each family; empty for none.
    pub plans: Vec<Plan>,
    pub value: i64,
    /// No list is worth more than this.
    pub bound: i64,
    /// Every optimal plan of each family is in here, where the search got so far.
    pub pool: Option<Vec<Vec<Plan>>>,
    /// Prices of the resources, scaled by [`crate::relax::SCALE`].
    pub prices: Vec<i64>,
}

impl Outcome {
    pub(crate) fn is_proven(&self) -> bool {
        self.value >= self.bound
    }
}

impl<'a> Stage<'a> {
    pub(crate) fn plans(&self, family: usize) -> Plans<'a> {
        let family = &self.problem.families[family];
        // What people pinned is not measured: a pinned household takes no part in L3.
        let floor = if family.tier == 0 { Floor::NONE } else { self.floor };
        Plans { problem: self.problem, family, floor }
    }

    pub(crate) fn value(&self, plans: &[Plan]) -> i64 {
        self.goal.total(self.problem, plans)
    }

    /// True when the list is within the capacities and keeps what earlier stages reached.
    pub(crate) fn is_feasible(&self, plans: &[Plan]) -> bool {
        self.problem.residual(plans).iter().all(|left| *left >= 0)
            && self.kept.iter().all(|kept| kept.goal.total(self.problem, plans) >= kept.at_least)
    }
}
