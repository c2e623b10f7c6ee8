//! The exact pattern for small problems, and a lower bound for large ones.
//!
//! The compact integer program of secondary suppression: a binary variable for each cell that may be withheld and, for each
//! side of each need, one copy of the table that reaches it using withheld cells only. Its copies are integer, so unlike the
//! usual linear attacker it cannot be deceived by fractional tables. For large problems [`cover_bound`] relaxes it to single
//! relations: what a relation lacks to let its primary cell move has to be bought from that relation.
#![expect(
    clippy::indexing_slicing,
    reason = "every index was handed out by the instance that sized the vectors"
)]

use crate::instance::{Freedom, Instance};
use crate::primary::Need;
use crate::progress::Budget;
use crate::propose::{Program, Proposal, Sense, real};
use crate::suppress::Side;

/// What the exact search found.
#[derive(Clone, Debug, PartialEq)]
pub enum Exact {
    /// A pattern cheaper than the one known; `optimal` when the solver claims that nothing is cheaper.
    Better {
        /// The pattern.
        pattern: Vec<bool>,
        /// Whether it is claimed optimal.
        optimal: bool,
    },
    /// Nothing is cheaper than the known pattern.
    NothingBetter,
    /// The problem is too large or the node limit was reached.
    GaveUp,
}

/// Looks for a pattern at least one unit cheaper than `known`.
#[must_use]
pub fn cheaper_pattern(instance: &Instance, known: &[bool], budget: &Budget) -> Exact {
    let open: Vec<usize> =
        (0..instance.truth.len()).filter(|&cell| instance.freedom[cell] != Freedom::Fixed).collect();
    let copies = copies(instance);
    if open.len() * (copies.len() + 1) > budget.exact_variables_max {
        return Exact::GaveUp;
    }
    let candidates: Vec<usize> =
        open.iter().copied().filter(|&cell| instance.freedom[cell] == Freedom::Candidate).collect();
    let mut program = Program::minimise();
    let mut choice = vec![usize::MAX; instance.truth.len()];
    for &cell in &candidates {
        choice[cell] = program.integer(instance.weight[cell], 0, 1);
    }
    for group in &copies {
        add_copies(&mut program, instance, &open, &choice, group);
    }
    let known_cost: f64 =
        candidates.iter().filter(|&&cell| known[cell]).map(|&cell| instance.weight[cell]).sum();
    let costs: Vec<(usize, f64)> =
        candidates.iter().map(|&cell| (choice[cell], instance.weight[cell])).collect();
    if costs.is_empty() {
        return Exact::NothingBetter;
    }
    program.row(&costs, Sense::AtMost, known_cost - 0.5);
    match program.solve(budget.exact_nodes_max) {
        Proposal::Values { values, optimal } => {
            let mut pattern = instance.primary_pattern();
            for &cell in &candidates {
                pattern[cell] = values[choice[cell]] > 0.5;
            }
            Exact::Better { pattern, optimal }
        }
        Proposal::Infeasible => Exact::NothingBetter,
        Proposal::GaveUp => Exact::GaveUp,
    }
}

/// A cost that no protecting pattern can beat, for secondary cells alone; zero when the solver fails.
#[must_use]
pub fn cover_bound(instance: &Instance) -> f64 {
    let mut program = Program::minimise();
    let mut choice = vec![usize::MAX; instance.truth.len()];
    for (cell, slot) in choice.iter_mut().enumerate() {
        if instance.freedom[cell] == Freedom::Candidate {
            *slot = program.real(instance.weight[cell], 0.0, 1.0);
        }
    }
    for need in &instance.needs {
        for &index in &instance.touching[need.cell] {
            for (side, gap) in gaps(instance, need) {
                cover_row(&mut program, instance, &choice, need, index, side, gap);
            }
        }
    }
    match program.solve(1) {
        Proposal::Values { values, .. } => (0..instance.truth.len())
            .filter(|&cell| choice[cell] != usize::MAX)
            .map(|cell| values[choice[cell]] * instance.weight[cell])
            .sum(),
        Proposal::Infeasible | Proposal::GaveUp => 0.0,
    }
}

/// The copies of the table that each need asks for: one for a side, two differing ones for "any other value".
fn copies(instance: &Instance) -> Vec<Vec<(usize, i64)>> {
    let mut groups = Vec::new();
    for need in &instance.needs {
        if need.any_other {
            groups.push(vec![(need.cell, 0), (need.cell, 0)]);
        } else {
            groups.extend(gaps(instance, need).into_iter().map(|(_, gap)| vec![(need.cell, gap)]));
        }
    }
    groups
}

/// The changes that the truth itself does not meet yet.
fn gaps(instance: &Instance, need: &Need) -> Vec<(Side, i64)> {
    if need.any_other {
        return Vec::new();
    }
    let truth = instance.truth[need.cell];
    let sides = [(Side::Low, need.low - truth), (Side::High, need.high - truth)];
    sides
        .into_iter()
        .filter(|&(side, gap)| (side == Side::Low && gap < 0) || (side == Side::High && gap > 0))
        .collect()
}

fn add_copies(
    program: &mut Program,
    instance: &Instance,
    open: &[usize],
    choice: &[usize],
    group: &[(usize, i64)],
) {
    let mut firsts = Vec::new();
    for &(needed, gap) in group {
        let mut place = vec![usize::MAX; instance.truth.len()];
        for &cell in open {
            let (mut down, mut up) =
                (instance.low[cell] - instance.truth[cell], instance.high[cell] - instance.truth[cell]);
            if cell == needed && gap > 0 {
                down = gap;
            } else if cell == needed && gap < 0 {
                up = gap;
            }
            place[cell] = program.integer(0.0, down, up);
            if choice[cell] != usize::MAX {
                program.row(&[(place[cell], 1.0), (choice[cell], -real(up))], Sense::AtMost, 0.0);
                program.row(&[(place[cell], 1.0), (choice[cell], -real(down))], Sense::AtLeast, 0.0);
            }
        }
        for (total, parts) in &instance.relations {
            let signed = parts.iter().map(|&part| (part, 1.0)).chain([(*total, -1.0)]);
            let terms: Vec<(usize, f64)> = signed
                .filter(|&(cell, _)| place[cell] != usize::MAX)
                .map(|(cell, sign)| (place[cell], sign))
                .collect();
            if !terms.is_empty() {
                program.row(&terms, Sense::Equal, 0.0);
            }
        }
        firsts.push(place[needed]);
    }
    if let [left, right] = firsts[..] {
        program.row(&[(right, 1.0), (left, -1.0)], Sense::AtLeast, 1.0);
    }
}

/// In one relation, the other cells must be able to answer the change of the needed cell.
fn cover_row(
    program: &mut Program,
    instance: &Instance,
    choice: &[usize],
    need: &Need,
    relation: usize,
    side: Side,
    gap: i64,
) {
    let (total, parts) = &instance.relations[relation];
    let is_total = *total == need.cell;
    let mut lacking = gap.abs();
    let mut terms = Vec::new();
    for &cell in parts.iter().chain([total]).filter(|&&cell| cell != need.cell) {
        // The total moves with a part, two parts move against each other.
        let together = is_total || cell == *total;
        let upwards = (side == Side::High) == together;
        let room = if upwards {
            instance.high[cell] - instance.truth[cell]
        } else {
            instance.truth[cell] - instance.low[cell]
        };
        match instance.freedom[cell] {
            Freedom::Fixed => {}
            Freedom::Free => lacking -= room,
            Freedom::Candidate => terms.push((choice[cell], room)),
        }
    }
    if lacking > 0 && !terms.is_empty() {
        let terms: Vec<(usize, f64)> =
            terms.into_iter().map(|(place, room)| (place, real(room.min(lacking)))).collect();
        program.row(&terms, Sense::AtLeast, real(lacking));
    }
}
