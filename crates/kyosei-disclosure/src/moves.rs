//! Finding moves: cheap integer changes of the truth that make a primary cell smaller or larger.
//!
//! The attacker's own linear program with costs (Fischetti and Salazar 2000): among all changes that keep every relation,
//! the one with the least weight on cells that are still published. Its support is what has to be withheld. The program is
//! real-valued; a fractional answer is settled by a small integer program around it. Whatever comes out has passed
//! [`Instance::accepts`].
#![expect(
    clippy::indexing_slicing,
    reason = "every index was handed out by the instance that sized the vectors"
)]

use std::collections::BTreeMap;

use crate::instance::{Freedom, Instance, Move};
use crate::propose::{Program, Proposal, Sense, near_integer, real};

/// The cost of changing a cell that is withheld anyway; keeps moves short.
const WITHHELD_COST: f64 = 0.01;

/// Where a move may go and what it must reach.
#[derive(Clone, Debug)]
pub struct Wish<'a> {
    /// Cells withheld so far.
    pub pattern: &'a [bool],
    /// Cells the move may touch; those outside the pattern at their weight.
    pub scope: &'a [bool],
    /// Exact changes asked of single cells.
    pub fixed: &'a [(usize, i64)],
    /// Rewards for changing cells upwards (positive) or downwards (negative), and up to how much.
    pub rewards: &'a [(usize, f64, i64)],
}

/// Answers a wish with a move that the pattern plus its own support accepts, or `None`.
#[must_use]
pub fn find_move(instance: &Instance, wish: &Wish<'_>, nodes_max: u64) -> Option<Move> {
    let layout = Layout::of(instance, wish);
    let Proposal::Values { values, .. } = layout.program(instance, wish, false).solve(1) else { return None };
    let changes = layout.changes(&values);
    if let Some(step) = whole(&changes).filter(|step| fits(instance, wish, step)) {
        return Some(step);
    }
    let mut near = support(instance, &changes);
    for _ in 0..2 {
        let narrow = Wish { scope: &near, ..wish.clone() };
        let layout = Layout::of(instance, &narrow);
        if let Proposal::Values { values, .. } = layout.program(instance, &narrow, true).solve(nodes_max) {
            return whole(&layout.changes(&values)).filter(|step| fits(instance, wish, step));
        }
        near = widened(instance, wish, &near);
    }
    None
}

/// The variables of a program: an upward and a downward change for each cell in scope.
struct Layout {
    cells: Vec<usize>,
    place: BTreeMap<usize, usize>,
}

impl Layout {
    fn of(instance: &Instance, wish: &Wish<'_>) -> Self {
        let cells: Vec<usize> = (0..instance.truth.len())
            .filter(|&cell| wish.scope[cell] && instance.freedom[cell] != Freedom::Fixed)
            .collect();
        let place = cells.iter().enumerate().map(|(place, &cell)| (cell, place)).collect();
        Layout { cells, place }
    }

    fn program(&self, instance: &Instance, wish: &Wish<'_>, whole: bool) -> Program {
        let fixed: BTreeMap<usize, i64> = wish.fixed.iter().copied().collect();
        let rewards: BTreeMap<usize, (f64, i64)> =
            wish.rewards.iter().map(|&(cell, reward, gap)| (cell, (reward, gap))).collect();
        let mut program = Program::minimise();
        for &cell in &self.cells {
            let cost = if wish.pattern[cell] { WITHHELD_COST } else { instance.weight[cell] };
            let mut up = (cost, 0, instance.high[cell] - instance.truth[cell]);
            let mut down = (cost, 0, instance.truth[cell] - instance.low[cell]);
            if let Some(&change) = fixed.get(&cell) {
                (up.1, up.2) = (change.max(0), change.max(0));
                (down.1, down.2) = ((-change).max(0), (-change).max(0));
            }
            match rewards.get(&cell) {
                Some(&(reward, gap)) if reward > 0.0 => (up.0, up.2) = (cost - reward, up.2.min(gap)),
                Some(&(reward, gap)) => (down.0, down.2) = (cost + reward, down.2.min(gap)),
                None => {}
            }
            for (cost, low, high) in [up, down] {
                if whole {
                    program.integer(cost, low, high);
                } else {
                    program.real(cost, real(low), real(high));
                }
            }
        }
        for (total, parts) in &instance.relations {
            let mut terms = Vec::new();
            let signed = parts.iter().map(|&part| (part, 1.0)).chain([(*total, -1.0)]);
            for (cell, sign) in signed {
                if let Some(&place) = self.place.get(&cell) {
                    terms.extend([(2 * place, sign), (2 * place + 1, -sign)]);
                }
            }
            if !terms.is_empty() {
                program.row(&terms, Sense::Equal, 0.0);
            }
        }
        program
    }

    fn changes(&self, values: &[f64]) -> Vec<(usize, f64)> {
        let change = |(place, &cell): (usize, &usize)| (cell, values[2 * place] - values[2 * place + 1]);
        self.cells.iter().enumerate().map(change).filter(|&(_, change)| change.abs() > 1e-6).collect()
    }
}

fn fits(instance: &Instance, wish: &Wish<'_>, step: &Move) -> bool {
    let met = wish.fixed.iter().all(|&(cell, change)| {
        step.binary_search_by_key(&cell, |&(cell, _)| cell).map_or(0, |place| step[place].1) == change
    });
    met && !step.is_empty() && instance.accepts(wish.scope, step)
}

fn whole(changes: &[(usize, f64)]) -> Option<Move> {
    let step: Option<Move> =
        changes.iter().map(|&(cell, change)| Some((cell, near_integer(change)?))).collect();
    step.map(|step| step.into_iter().filter(|&(_, change)| change != 0).collect())
}

fn support(instance: &Instance, changes: &[(usize, f64)]) -> Vec<bool> {
    let mut near = vec![false; instance.truth.len()];
    for &(cell, _) in changes {
        near[cell] = true;
    }
    near
}

/// Adds the withheld cells of every relation that the support touches.
fn widened(instance: &Instance, wish: &Wish<'_>, near: &[bool]) -> Vec<bool> {
    let mut wider = near.to_vec();
    for (total, parts) in &instance.relations {
        if parts.iter().chain([total]).any(|&cell| near[cell]) {
            for &cell in parts.iter().chain([total]) {
                wider[cell] |= wish.scope[cell] && wish.pattern[cell];
            }
        }
    }
    wider
}
