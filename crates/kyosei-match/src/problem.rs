//! The compiled question: families with groups of items, and resources that run out.
//!
//! Life-cycle: built once from an [`Instance`](crate::instance::Instance) by [`Problem::compile`], read by every stage,
//! never changed. Each household becomes a [`Family`]; its homes are one group of items and the job bundles of each of its
//! persons are one group more. A *plan* takes at most one item of each group. Everything that couples two households is a
//! resource with a capacity: a home, a dimension of a shared home, the places of a job, a house rule.
//!
//! The order of families, items and resources follows a hash of their ids, so that neither the order of the input nor the
//! alphabet decides between equals.

#![expect(clippy::indexing_slicing, reason = "indices are made by this module for vectors of its own")]

mod bundle;
mod compile;
mod component;
mod key;

pub(crate) use compile::Dropped;
pub(crate) use component::Restricted;

use crate::instance::Shifts;

/// Number of tiers the engine tells apart: pinned households first, then tiers 1 to 4.
pub(crate) const TIERS: usize = 5;

/// So much of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Use {
    pub resource: u32,
    pub amount: i64,
}

/// One placement of an item, by positions in the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Home { household: u32, home: u32 },
    Job { household: u32, person: u32, job: u32 },
}

/// What a resource is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Home(u32),
    Job(u32),
    HouseRule,
}

/// Something a family can take: a home, or a bundle of jobs for one person.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// Points after learnt prices.
    pub score: i64,
    /// The best raw score of its placements, and the sum.
    pub best_single: i64,
    pub points: i64,
    /// How many of its placements were in the last list.
    pub kept: i64,
    /// Weight in the fixed tie order.
    pub tie: i64,
    pub uses: Vec<Use>,
    pub parts: Vec<Part>,
    pub shifts: Shifts,
    /// From which homes of the family the jobs are reached: bit 0 is the present home, bit `1 + k` the family's k-th home.
    pub reach: Vec<u64>,
    /// For a dormitory: the job that must be in the plan.
    pub needs_job: Option<u32>,
}

impl Item {
    pub(crate) fn reached_from(&self, home_bit: usize) -> bool {
        self.reach.get(home_bit / 64).is_some_and(|word| (word >> (home_bit % 64)) & 1 == 1)
    }

    pub(crate) fn has_job(&self, wanted: u32) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Job { job, .. } if *job == wanted))
    }
}

/// A range of items of which a plan takes at most one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    pub first: u32,
    pub end: u32,
    /// True when a pin demands one of these items.
    pub required: bool,
    /// True when this person's hours count for childcare.
    pub carer: bool,
}

impl Group {
    pub(crate) fn items(self) -> std::ops::Range<u32> {
        self.first..self.end
    }
}

/// A household as the engine sees it.
#[derive(Debug, Clone)]
pub(crate) struct Family {
    /// Position in the instance.
    pub household: u32,
    /// 0 when pinned, else the number of the tier after waiting.
    pub tier: usize,
    /// The homes, then each person.
    pub groups: Vec<Group>,
    /// True when at least one carer must be free at every hour.
    pub childcare: bool,
}

/// Items a family takes, ascending; empty when it gets nothing.
pub(crate) type Plan = Vec<u32>;

/// The compiled question.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problem {
    pub families: Vec<Family>,
    pub items: Vec<Item>,
    pub capacity: Vec<i64>,
    /// What each resource is a part of.
    pub source: Vec<Source>,
    /// Pairs that fit by themselves but that the engine had to leave out, with the rule.
    pub dropped: Vec<Dropped>,
    /// True when combinations of jobs were left out because there were too many.
    pub bundles_cut: bool,
}

impl Problem {
    pub(crate) fn uses<'a>(&'a self, plan: &'a [u32]) -> impl Iterator<Item = Use> + 'a {
        plan.iter().flat_map(|item| self.items[*item as usize].uses.iter().copied())
    }

    /// Capacity left when the families take these plans.
    pub(crate) fn residual(&self, plans: &[Plan]) -> Vec<i64> {
        let mut residual = self.capacity.clone();
        for used in plans.iter().flat_map(|plan| self.uses(plan)) {
            residual[used.resource as usize] -= used.amount;
        }
        residual
    }

    pub(crate) fn fits(&self, residual: &[i64], plan: &[u32]) -> bool {
        let mut taken: [(u32, i64); 16] = [(u32::MAX, 0); 16];
        let mut count = 0;
        for used in self.uses(plan) {
            let slot = taken[..count].iter().position(|(resource, _)| *resource == used.resource);
            let amount = match slot {
                Some(at) => {
                    taken[at].1 += used.amount;
                    taken[at].1
                }
                None => {
                    if count < taken.len() {
                        taken[count] = (used.resource, used.amount);
                        count += 1;
                    }
                    used.amount
                }
            };
            if residual[used.resource as usize] < amount {
                return false;
            }
        }
        count < taken.len() || self.fits_slowly(residual, plan)
    }

    fn fits_slowly(&self, residual: &[i64], plan: &[u32]) -> bool {
        let mut left = residual.to_vec();
        self.uses(plan).all(|used| {
            left[used.resource as usize] -= used.amount;
            left[used.resource as usize] >= 0
        })
    }

    pub(crate) fn take(&self, residual: &mut [i64], plan: &[u32]) {
        for used in self.uses(plan) {
            residual[used.resource as usize] -= used.amount;
        }
    }

    pub(crate) fn release(&self, residual: &mut [i64], plan: &[u32]) {
        for used in self.uses(plan) {
            residual[used.resource as usize] += used.amount;
        }
    }
}
