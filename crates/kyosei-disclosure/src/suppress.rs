//! Secondary suppression: growing a pattern until every need has an integer proof, then shrinking it.
//!
//! The life of a [`Suppression`]: it starts with the primary pattern; [`Suppression::grow`] answers each unmet need with the
//! cheapest move and withholds its support; every move is tried for all needs it touches, in both directions, so that one
//! search serves many cells. [`Suppression::shrink`] publishes again what turns out not to be needed. Moves stay valid while
//! the pattern grows, so a need once proven stays proven. When a need cannot be met with everything withheld it is reported,
//! never relaxed.
#![expect(
    clippy::indexing_slicing,
    reason = "every index was handed out by the instance that sized the vectors"
)]

use std::collections::VecDeque;

use crate::instance::{Freedom, Instance, Move};
use crate::moves::{Wish, find_move};
use crate::primary::Need;
use crate::progress::{Budget, Progress, Stopped, Watch};

/// How many cells around a cell are searched first, and then, before all of a large table.
const NEAR_CELLS_MAX: [usize; 2] = [240, 800];
/// Cells above which a table is large.
const LARGE_CELLS: usize = 800;

/// One half of a need: get at most `low`, or at least `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The low end.
    Low,
    /// The high end.
    High,
}

/// A pattern with the proofs that it protects.
#[derive(Clone, Debug)]
pub struct Suppression<'a> {
    instance: &'a Instance,
    budget: &'a Budget,
    /// Which cells are withheld.
    pub pattern: Vec<bool>,
    /// The proofs.
    pub moves: Vec<Move>,
    /// For each need, the moves that prove its low and its high side.
    pub proof: Vec<[Option<usize>; 2]>,
    needs_of: Vec<Vec<usize>>,
}

impl<'a> Suppression<'a> {
    /// Starts with the primary pattern and no proof.
    #[must_use]
    pub fn new(instance: &'a Instance, budget: &'a Budget) -> Self {
        let mut needs_of = vec![Vec::new(); instance.truth.len()];
        for (index, need) in instance.needs.iter().enumerate() {
            needs_of[need.cell].push(index);
        }
        Suppression {
            instance,
            budget,
            pattern: instance.primary_pattern(),
            moves: Vec::new(),
            proof: vec![[None; 2]; instance.needs.len()],
            needs_of,
        }
    }

    /// Starts with a pattern found elsewhere.
    #[must_use]
    pub fn with_pattern(instance: &'a Instance, budget: &'a Budget, pattern: Vec<bool>) -> Self {
        Suppression { pattern, ..Suppression::new(instance, budget) }
    }

    /// Whether a side of a need is met by the truth itself or by a proof.
    #[must_use]
    pub fn met(&self, need: usize, side: Side) -> bool {
        let wanted = &self.instance.needs[need];
        let truth = self.instance.truth[wanted.cell];
        let proof = self.proof[need];
        if wanted.any_other {
            return proof[0].is_some() || proof[1].is_some();
        }
        match side {
            Side::Low => truth <= wanted.low || proof[0].is_some(),
            Side::High => truth >= wanted.high || proof[1].is_some(),
        }
    }

    /// Every side that has no proof yet.
    #[must_use]
    pub fn unmet(&self) -> Vec<(usize, Side)> {
        let sides = (0..self.instance.needs.len()).flat_map(|need| [(need, Side::Low), (need, Side::High)]);
        sides.filter(|&(need, side)| !self.met(need, side)).collect()
    }

    /// Withholds more until every need is proven; returns the needs that cannot be, with everything withheld.
    ///
    /// `start` picks one of several orders: the largest gaps first, the smallest, or a fixed shuffle.
    ///
    /// # Errors
    /// When the watcher stops the work.
    pub fn grow(&mut self, start: u32, watch: &mut dyn Watch) -> Result<Vec<usize>, Stopped> {
        let everything: Vec<bool> =
            self.instance.freedom.iter().map(|&freedom| freedom != Freedom::Fixed).collect();
        let mut order = self.unmet();
        order.sort_by_key(|&(need, side)| {
            let gap = self.gap(need, side).abs();
            let rank = match start {
                0 => -gap,
                1 => gap,
                _ => shuffled(need, start),
            };
            (rank, need, side)
        });
        let mut hopeless = Vec::new();
        let all = order.len();
        for (done, (need, side)) in order.into_iter().enumerate() {
            watch.report(Progress::Suppressing { done, all })?;
            if self.met(need, side) || hopeless.contains(&need) {
                continue;
            }
            if !self.answer(need, side, &everything) {
                hopeless.push(need);
            }
        }
        Ok(hopeless)
    }

    /// Publishes again, most costly first, every secondary cell whose loss leaves all needs proven.
    ///
    /// # Errors
    /// When the watcher stops the work.
    pub fn shrink(&mut self, watch: &mut dyn Watch) -> Result<(), Stopped> {
        let mut secondary: Vec<usize> = (0..self.pattern.len())
            .filter(|&cell| self.pattern[cell] && self.instance.freedom[cell] == Freedom::Candidate)
            .collect();
        secondary.sort_by(|&left, &right| self.instance.weight[right].total_cmp(&self.instance.weight[left]));
        let all = secondary.len();
        let mut tries_left = self.budget.shrink_solves_max;
        for (done, cell) in secondary.into_iter().enumerate() {
            watch.report(Progress::Shrinking { done, all })?;
            let mut trial = self.clone();
            if trial.publish(cell, &mut tries_left) {
                *self = trial;
            }
            if tries_left == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Meets every need within the present pattern, withholding nothing more; says whether it worked.
    #[must_use]
    pub fn prove(&mut self) -> bool {
        let pattern = self.pattern.clone();
        self.unmet().into_iter().all(|(need, side)| self.met(need, side) || self.answer(need, side, &pattern))
    }

    /// Moves a cell as far as its need asks, or at least to some other value; what could not be reached stays unproven.
    pub fn stretch(&mut self, need: usize) {
        let pattern = self.pattern.clone();
        for side in [Side::Low, Side::High] {
            if !self.met(need, side) {
                self.answer(need, side, &pattern);
            }
        }
        if self.proof[need] != [None, None] {
            return;
        }
        let cell = self.instance.needs[need].cell;
        for change in [-1, 1] {
            let wish = Wish { pattern: &pattern, scope: &pattern, fixed: &[(cell, change)], rewards: &[] };
            if let Some(step) = find_move(self.instance, &wish, self.budget.nodes_max) {
                self.moves.push(step);
                self.proof[need][usize::from(change > 0)] = Some(self.moves.len() - 1);
                return;
            }
        }
    }

    /// The weight of the secondary cells.
    #[must_use]
    pub fn cost(&self) -> f64 {
        let secondary =
            |&cell: &usize| self.pattern[cell] && self.instance.freedom[cell] == Freedom::Candidate;
        (0..self.pattern.len()).filter(secondary).map(|cell| self.instance.weight[cell]).sum()
    }

    /// Branch-and-bound nodes allowed for one search.
    #[must_use]
    pub fn nodes_max(&self) -> u64 {
        self.budget.nodes_max
    }

    /// Withholds the support of a move found elsewhere and keeps it as a proof.
    pub fn adopt(&mut self, step: Move) {
        for &(cell, _) in &step {
            self.pattern[cell] = true;
        }
        self.harvest(&step);
        self.moves.push(step);
    }

    /// Makes a cell known again and proves anew what rested on it.
    fn publish(&mut self, cell: usize, tries_left: &mut usize) -> bool {
        self.pattern[cell] = false;
        for step in self.drop_moves_through(cell) {
            self.harvest(&step);
        }
        let pattern = self.pattern.clone();
        for (need, side) in self.unmet() {
            if self.met(need, side) {
                continue;
            }
            if *tries_left == 0 || !self.reachable(cell) {
                return false;
            }
            *tries_left -= 1;
            if !self.answer_near(need, side, &pattern) {
                return false;
            }
        }
        true
    }

    /// Forgets every move that changes `cell` and the proofs that rest on it; returns the moves that stay.
    fn drop_moves_through(&mut self, cell: usize) -> Vec<Move> {
        let mut number = vec![None; self.moves.len()];
        let mut kept: Vec<Move> = Vec::new();
        for (old, step) in self.moves.iter().enumerate() {
            if step.binary_search_by_key(&cell, |&(cell, _)| cell).is_err() {
                number[old] = Some(kept.len());
                kept.push(step.clone());
            }
        }
        for side in self.proof.iter_mut().flatten() {
            *side = side.and_then(|index| number[index]);
        }
        self.moves.clone_from(&kept);
        kept
    }

    /// A cheap look before a search: no relation may be left with a single unknown primary cell.
    fn reachable(&self, published: usize) -> bool {
        self.instance.touching[published].iter().all(|&index| {
            let (total, parts) = &self.instance.relations[index];
            let mut open = parts.iter().chain([total]).filter(|&&cell| self.pattern[cell]);
            match (open.next(), open.next()) {
                (Some(&only), None) => self.needs_of[only].is_empty(),
                _ => true,
            }
        })
    }

    fn gap(&self, need: usize, side: Side) -> i64 {
        let Need { cell, low, high, any_other, .. } = self.instance.needs[need];
        let truth = self.instance.truth[cell];
        match side {
            Side::Low if any_other => -1,
            Side::High if any_other => 1,
            Side::Low => low - truth,
            Side::High => high - truth,
        }
    }

    /// Searches a move for one side of a need and takes over all that it proves.
    fn answer(&mut self, need: usize, side: Side, scope: &[bool]) -> bool {
        let cell = self.instance.needs[need].cell;
        let gap = self.gap(need, side);
        let mut found = None;
        if self.instance.truth.len() > LARGE_CELLS {
            found = self.search_near(cell, scope, gap);
        }
        found = found.or_else(|| self.search(scope, cell, gap));
        if found.is_none() && self.instance.needs[need].any_other && side == Side::Low {
            found = self.search(scope, cell, 1);
        }
        self.take_over(found, need, side)
    }

    /// As [`Self::answer`], but on a large table only looks around the cell: good enough for a trial that may fail.
    fn answer_near(&mut self, need: usize, side: Side, scope: &[bool]) -> bool {
        if self.instance.truth.len() <= LARGE_CELLS {
            return self.answer(need, side, scope);
        }
        let cell = self.instance.needs[need].cell;
        let found = self.search_near(cell, scope, self.gap(need, side));
        self.take_over(found, need, side)
    }

    fn take_over(&mut self, found: Option<Move>, need: usize, side: Side) -> bool {
        let Some(step) = found else { return false };
        for &(cell, _) in &step {
            self.pattern[cell] = true;
        }
        self.harvest(&step);
        self.met(need, side)
    }

    fn search(&self, scope: &[bool], cell: usize, change: i64) -> Option<Move> {
        let wish = Wish { pattern: &self.pattern, scope, fixed: &[(cell, change)], rewards: &[] };
        find_move(self.instance, &wish, self.budget.nodes_max)
    }

    fn search_near(&self, cell: usize, scope: &[bool], change: i64) -> Option<Move> {
        NEAR_CELLS_MAX.iter().find_map(|&cells| self.search(&self.near(cell, scope, cells), cell, change))
    }

    /// The cells of `scope` that are closest to a cell by relations, at most so many.
    fn near(&self, cell: usize, scope: &[bool], cells_max: usize) -> Vec<bool> {
        let mut near = vec![false; scope.len()];
        near[cell] = true;
        let mut queue = VecDeque::from([cell]);
        let mut left = cells_max;
        while let Some(at) = queue.pop_front() {
            for &index in &self.instance.touching[at] {
                let (total, parts) = &self.instance.relations[index];
                for &next in parts.iter().chain([total]) {
                    if left > 0 && scope[next] && !near[next] {
                        near[next] = true;
                        left -= 1;
                        queue.push_back(next);
                    }
                }
            }
        }
        near
    }

    /// Takes a move and its multiples as proofs for every need they meet.
    pub fn harvest(&mut self, step: &Move) {
        let unit = step.iter().fold(0, |gcd, &(_, change)| divisor(gcd, change.abs()));
        let unit_step: Move = step.iter().map(|&(cell, change)| (cell, change / unit.max(1))).collect();
        let (back, forth) = self.instance.reach(&unit_step);
        let mut taken: Vec<(i64, usize)> = Vec::new();
        for &(cell, change) in &unit_step {
            for need in self.needs_of[cell].clone() {
                for side in [Side::Low, Side::High] {
                    if self.met(need, side) {
                        continue;
                    }
                    let gap = self.gap(need, side);
                    let times = if (gap > 0) == (change > 0) {
                        ceil(gap.abs(), change.abs())
                    } else {
                        -ceil(gap.abs(), change.abs())
                    };
                    if times == 0 || times > forth || -times > back {
                        continue;
                    }
                    self.take(&unit_step, times, need, side, &mut taken);
                }
            }
        }
    }

    fn take(&mut self, unit: &Move, times: i64, need: usize, side: Side, taken: &mut Vec<(i64, usize)>) {
        let index = match taken.iter().find(|(factor, _)| *factor == times) {
            Some(&(_, index)) => index,
            None => {
                let step: Move = unit.iter().map(|&(cell, change)| (cell, change * times)).collect();
                if !self.instance.accepts(&self.pattern, &step) {
                    return;
                }
                self.moves.push(step);
                taken.push((times, self.moves.len() - 1));
                self.moves.len() - 1
            }
        };
        self.proof[need][usize::from(side == Side::High)] = Some(index);
    }
}

/// A fixed spread of needs for a start.
fn shuffled(need: usize, start: u32) -> i64 {
    let seed = u32::try_from(need % 1_000_003).unwrap_or(0).wrapping_add(start.wrapping_mul(7_919));
    i64::from(seed.wrapping_mul(2_654_435_761).rotate_left(11) % 65_536)
}

fn ceil(number: i64, by: i64) -> i64 {
    (number + by - 1) / by.max(1)
}

fn divisor(left: i64, right: i64) -> i64 {
    if right == 0 { left } else { divisor(right, left % right) }
}
