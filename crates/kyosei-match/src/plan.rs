//! The plans of one family: the best at given values, all within a margin, the least that serve it.
//!
//! A plan is admissible when the jobs are reached from the chosen home, one carer is free at every hour where children
//! need it, dormitories come with their job, pins are kept, and at least one placement reaches the floor (L3). The search
//! goes home by home, then person by person, and leaves a branch when the sum of the best items left cannot reach what is
//! already known.

#![expect(clippy::indexing_slicing, reason = "item indices come from the problem that the plans are made of")]

use crate::instance::Shifts;
use crate::problem::{Family, Group, Item, Plan, Problem};

/// The most plans looked at for one family when all minimal ones are wanted.
const MINIMAL_SEARCH_MAX: usize = 20_000;

/// The plans of one family.
#[derive(Clone, Copy)]
pub(crate) struct Plans<'a> {
    pub problem: &'a Problem,
    pub family: &'a Family,
    /// What a plan must reach (L3).
    pub floor: Floor,
}

/// What each plan must reach, in points as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Floor {
    /// One placement alone reaches it: how the floor is found.
    Single(i64),
    /// The placements of the household reach it together: how it is kept.
    Together(i64),
}

impl Floor {
    /// No floor.
    pub(crate) const NONE: Self = Self::Single(0);

    fn is_reached<'i>(self, mut items: impl Iterator<Item = &'i Item>) -> bool {
        match self {
            Self::Single(points) => items.any(|item| item.best_single >= points),
            Self::Together(points) => {
                items.map(|item| item.points).reduce(|a, b| a + b).is_some_and(|sum| sum >= points)
            }
        }
    }
}

/// A search in progress.
struct Search<'v, 'f> {
    values: &'v [i64],
    /// Plans must be worth at least this.
    at_least: i64,
    chosen: Plan,
    /// Receives a plan and its value; returns the new value that plans must reach, or `None` to stop.
    found: &'f mut dyn FnMut(&[u32], i64) -> Option<i64>,
    steps: u64,
    stopped: bool,
}

/// What is decided so far on one branch.
#[derive(Clone, Copy)]
struct Branch {
    home_bit: usize,
    needs_job: Option<u32>,
    value: i64,
    /// Hours at which every carer so far works; `None` before the first carer.
    all_working: Option<Shifts>,
}

impl Plans<'_> {
    /// The most valuable plan that serves the family, and the steps taken. Equal plans: the first in item order.
    pub(crate) fn best(&self, values: &[i64]) -> (Option<(i64, Plan)>, u64) {
        let mut best: Option<(i64, Plan)> = None;
        let steps = self.visit(values, i64::MIN / 4, &mut |plan, value| {
            best = Some((value, plan.to_vec()));
            Some(value + 1)
        });
        (best, steps)
    }

    /// All plans worth at least `at_least`, unless there are more than `count_max`.
    pub(crate) fn all(&self, values: &[i64], at_least: i64, count_max: usize) -> (Option<Vec<Plan>>, u64) {
        let mut plans = Vec::new();
        let mut overflow = false;
        let steps = self.visit(values, at_least, &mut |plan, _| {
            overflow = plans.len() >= count_max;
            plans.push(plan.to_vec());
            (!overflow).then_some(at_least)
        });
        ((!overflow).then_some(plans), steps)
    }

    /// The plans that serve the family and stop doing so when anything is taken away; `None` when there are too many.
    pub(crate) fn minimal(&self) -> Option<Vec<Plan>> {
        let zeros = vec![0; self.problem.items.len()];
        if !self.is_plain() {
            let (plans, _) = self.all(&zeros, 0, MINIMAL_SEARCH_MAX);
            let mut plans = plans?;
            plans.sort_by_key(Vec::len);
            let mut kept: Vec<Plan> = Vec::new();
            for plan in plans {
                if !kept.iter().any(|least| least.iter().all(|item| plan.contains(item))) {
                    kept.push(plan);
                }
            }
            return Some(kept);
        }
        let items = |group: &Group| group.items();
        let (Some(homes), persons) = (self.family.groups.first(), self.family.groups.iter().skip(1)) else {
            return Some(Vec::new());
        };
        let mut kept: Vec<Plan> = Vec::new();
        for item in self.family.groups.iter().flat_map(items) {
            if self.admits(&[item]) {
                kept.push(vec![item]);
            }
        }
        for bundle in persons.flat_map(items).filter(|item| !self.admits(&[*item])) {
            for home in items(homes).filter(|item| !self.admits(&[*item])) {
                if self.admits(&[home, bundle]) {
                    kept.push(vec![home, bundle]);
                }
            }
        }
        Some(kept)
    }

    /// No pins and no dormitories: every minimal plan has one item, or a home and one bundle.
    fn is_plain(&self) -> bool {
        let homes = self.family.groups.first().map_or(0..0, |group| group.items());
        self.family.groups.iter().all(|group| !group.required)
            && homes.into_iter().all(|item| self.problem.items[item as usize].needs_job.is_none())
    }

    /// True when the items, one of a group at most and in item order, are a plan that serves the family.
    pub(crate) fn admits(&self, plan: &[u32]) -> bool {
        let mut home_bit = 0;
        let mut needs_job = None;
        let mut working: Option<Shifts> = None;
        for (number, group) in self.family.groups.iter().enumerate() {
            let taken = plan.iter().find(|item| group.items().contains(item));
            if taken.is_none() && group.required {
                return false;
            }
            if number == 0 {
                home_bit = taken.map_or(0, |item| (*item - group.first) as usize + 1);
                needs_job = taken.and_then(|item| self.problem.items[*item as usize].needs_job);
            } else if let Some(item) = taken
                && !self.problem.items[*item as usize].reached_from(home_bit)
            {
                return false;
            }
            if group.carer {
                let shifts = taken.map_or(Shifts::NONE, |item| self.problem.items[*item as usize].shifts);
                working = Some(working.map_or(shifts, |all| all.intersection(&shifts)));
            }
        }
        let items = || plan.iter().map(|item| &self.problem.items[*item as usize]);
        let with_job = needs_job.is_none_or(|job| items().any(|item| item.has_job(job)));
        let childcare = !self.family.childcare || working.is_none_or(|all| all.is_empty());
        with_job && childcare && self.floor.is_reached(items())
    }

    /// Visits admissible plans worth at least what the visitor last returned.
    fn visit(&self, values: &[i64], at_least: i64, found: &mut dyn FnMut(&[u32], i64) -> Option<i64>) -> u64 {
        let mut search = Search { values, at_least, chosen: Vec::new(), found, steps: 0, stopped: false };
        let Some(homes) = self.family.groups.first() else { return 0 };
        let mut order: Vec<(i64, Option<u32>)> =
            homes.items().map(|item| (values[item as usize], Some(item))).collect();
        if !homes.required {
            order.push((0, None));
        }
        order.sort_by_key(|(value, item)| (-*value, *item));
        let mut best = vec![0; self.family.groups.len()];
        for (value, item) in order {
            let home_bit = item.map_or(0, |item| (item - homes.first) as usize + 1);
            if !self.best_of_persons(&mut search, home_bit, &mut best) {
                continue;
            }
            let needs_job = item.and_then(|item| self.problem.items[item as usize].needs_job);
            search.chosen.extend(item);
            let branch = Branch { home_bit, needs_job, value, all_working: None };
            self.persons(&mut search, 1, branch, &best);
            search.chosen.clear();
            if search.stopped {
                break;
            }
        }
        search.steps
    }

    /// For each person the best value within reach of a home, summed from the last person back; false when a pinned person
    /// has none.
    fn best_of_persons(&self, search: &mut Search<'_, '_>, home_bit: usize, best: &mut [i64]) -> bool {
        let mut sum = 0;
        for (number, group) in self.family.groups.iter().enumerate().skip(1).rev() {
            let mut most = if group.required { i64::MIN } else { 0 };
            for item in group.items() {
                let value = search.values[item as usize];
                if value > most && self.problem.items[item as usize].reached_from(home_bit) {
                    most = value;
                }
            }
            search.steps += u64::from(group.end - group.first) + 4;
            if most == i64::MIN {
                return false;
            }
            sum += most;
            best[number] = sum;
        }
        true
    }

    fn persons(&self, search: &mut Search<'_, '_>, number: usize, branch: Branch, best: &[i64]) {
        search.steps += 2;
        let Some(group) = self.family.groups.get(number) else {
            self.leaf(search, branch);
            return;
        };
        let after = best.get(number + 1).copied().unwrap_or(0);
        if branch.value + best[number] < search.at_least {
            return;
        }
        // The best item first, so that the bound cuts the rest.
        let mut order: Vec<(i64, Option<u32>)> = Vec::new();
        for item in group.items() {
            let value = search.values[item as usize];
            if branch.value + value + after >= search.at_least
                && self.problem.items[item as usize].reached_from(branch.home_bit)
            {
                order.push((value, Some(item)));
            }
        }
        if !group.required && branch.value + after >= search.at_least {
            order.push((0, None));
        }
        order.sort_by_key(|(value, item)| (-*value, *item));
        search.steps += 2 * order.len() as u64;
        for (value, item) in order {
            if search.stopped || branch.value + value + after < search.at_least {
                return;
            }
            let mut next = Branch { value: branch.value + value, ..branch };
            if group.carer {
                let shifts = item.map_or(Shifts::NONE, |item| self.problem.items[item as usize].shifts);
                next.all_working = Some(branch.all_working.map_or(shifts, |all| all.intersection(&shifts)));
            }
            search.chosen.extend(item);
            self.persons(search, number + 1, next, best);
            if item.is_some() {
                search.chosen.pop();
            }
        }
    }

    fn leaf(&self, search: &mut Search<'_, '_>, branch: Branch) {
        if branch.value < search.at_least
            || (self.family.childcare && branch.all_working.is_some_and(|all| !all.is_empty()))
        {
            return;
        }
        let items = || search.chosen.iter().map(|item| &self.problem.items[*item as usize]);
        let with_job = branch.needs_job.is_none_or(|job| items().any(|item| item.has_job(job)));
        if !with_job || !self.floor.is_reached(items()) {
            return;
        }
        match (search.found)(&search.chosen, branch.value) {
            Some(at_least) => search.at_least = at_least,
            None => search.stopped = true,
        }
    }
}
