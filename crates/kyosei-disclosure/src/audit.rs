//! The audit: which values can a reader still believe in?
//!
//! For each open cell the smallest and the largest integer that some fitting table gives it. The solver proposes tables,
//! [`Component::holds`] accepts them; a range can therefore be reported too narrow after a solver failure, never too wide.
//! [`audit_real`] is the weaker audit of other tools (linear programming over real numbers), kept as an attack to compare with.
#![expect(
    clippy::indexing_slicing,
    reason = "every index was handed out by the component that sized the vectors"
)]

use crate::propagate::Contradiction;
use crate::propose::{Program, Proposal, Sense, Solver, near_integer, real, rounded};
use crate::unknown::{Component, Unknowns};
use crate::view::View;

/// The range of one cell, with what the solver says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The smallest value found in a fitting table.
    pub low: i64,
    /// The largest value found in a fitting table.
    pub high: i64,
    /// Whether `high` is only the stand-in for "no bound".
    pub unbounded: bool,
    /// Whether the solver claims that no wider range exists.
    pub tight: bool,
}

/// The integer ranges of all cells of a view; cells fixed by propagation have one value.
///
/// # Errors
/// When no table fits the view.
pub fn audit(view: &View, nodes_max: u64) -> Result<Vec<Range>, Contradiction> {
    audit_by(Solver::default(), view, nodes_max)
}

/// As [`audit`], by the given solver.
///
/// # Errors
/// When no table fits the view.
pub fn audit_by(solver: Solver, view: &View, nodes_max: u64) -> Result<Vec<Range>, Contradiction> {
    let unknowns = Unknowns::of(view)?;
    let fixed = |cell: usize| {
        let value = unknowns.intervals.low[cell];
        Range { low: value, high: value, unbounded: false, tight: true }
    };
    let mut ranges: Vec<Range> = (0..view.cells().len()).map(fixed).collect();
    for component in &unknowns.components {
        for (local, range) in component_ranges(solver, component, nodes_max).into_iter().enumerate() {
            let unbounded = range.high >= unknowns.intervals.cap;
            ranges[component.cells[local]] = Range { unbounded, ..range };
        }
    }
    Ok(ranges)
}

/// The real-valued ranges, as linear programming tools report them.
///
/// # Errors
/// When no table fits the view.
pub fn audit_real(view: &View) -> Result<Vec<(f64, f64)>, Contradiction> {
    let unknowns = Unknowns::of(view)?;
    let mut ranges: Vec<(f64, f64)> =
        unknowns.intervals.low.iter().map(|&value| (real(value), real(value))).collect();
    for component in &unknowns.components {
        for local in 0..component.cells.len() {
            let mut ends = [f64::NAN; 2];
            for (end, sign) in ends.iter_mut().zip([1.0, -1.0]) {
                let costs = unit_costs(component, local, sign);
                if let Proposal::Values { values, .. } = program(component, &costs, false).solve(1) {
                    *end = values[local];
                }
            }
            ranges[component.cells[local]] = (ends[0], ends[1]);
        }
    }
    Ok(ranges)
}

/// A fitting table of the component with small cost, integer-checked; the second value says whether it is claimed best.
#[must_use]
pub fn cheap_table(component: &Component, costs: &[f64], nodes_max: u64) -> Option<(Vec<i64>, bool)> {
    let Proposal::Values { values, .. } = program(component, costs, false).solve(1) else {
        return None;
    };
    if let Some(table) = rounded(&values).filter(|table| component.holds(table)) {
        return Some((table, true));
    }
    if let Some(table) = settle(component, costs, &values, nodes_max) {
        return Some((table, false));
    }
    match program(component, costs, true).solve(nodes_max) {
        Proposal::Values { values, optimal } => {
            rounded(&values).filter(|table| component.holds(table)).map(|table| (table, optimal))
        }
        Proposal::Infeasible | Proposal::GaveUp => None,
    }
}

/// The best table for `costs`, integer-checked, or `None` when there is none or the search gave up.
fn best_table(
    solver: Solver,
    component: &Component,
    costs: &[f64],
    nodes_max: u64,
) -> Option<(Vec<i64>, bool)> {
    match program(component, costs, true).solve_by(solver, nodes_max) {
        Proposal::Values { values, optimal } => {
            rounded(&values).filter(|table| component.holds(table)).map(|table| (table, optimal))
        }
        Proposal::Infeasible | Proposal::GaveUp => None,
    }
}

fn component_ranges(solver: Solver, component: &Component, nodes_max: u64) -> Vec<Range> {
    let count = component.cells.len();
    let mut low: Vec<Option<(i64, bool)>> = vec![None; count];
    let mut high = low.clone();
    for local in 0..count {
        for sign in [1.0, -1.0] {
            let (found, bound) = if sign > 0.0 {
                (low[local], component.low[local])
            } else {
                (high[local], component.high[local])
            };
            if let Some((value, _)) = found.filter(|&(value, _)| value == bound) {
                // A table already reaches what propagation allows; nothing can lie beyond.
                let side = if sign > 0.0 { &mut low } else { &mut high };
                side[local] = Some((value, true));
                continue;
            }
            let costs = unit_costs(component, local, sign);
            let Some((table, tight)) = best_table(solver, component, &costs, nodes_max) else { continue };
            let side = if sign > 0.0 { &mut low } else { &mut high };
            side[local] = Some((table[local], tight));
            for (place, &value) in table.iter().enumerate() {
                low[place] = Some(
                    low[place].map_or((value, false), |old| if value < old.0 { (value, false) } else { old }),
                );
                high[place] = Some(
                    high[place]
                        .map_or((value, false), |old| if value > old.0 { (value, false) } else { old }),
                );
            }
        }
    }
    let middle = |local: usize| (component.low[local], false);
    (0..count)
        .map(|local| {
            let (low, low_tight) = low[local].unwrap_or(middle(local));
            let (high, high_tight) = high[local].unwrap_or((low, false));
            Range { low, high, unbounded: false, tight: low_tight && high_tight }
        })
        .collect()
}

/// Keeps what is already whole in a real-valued table and searches only the rest.
fn settle(component: &Component, costs: &[f64], values: &[f64], nodes_max: u64) -> Option<Vec<i64>> {
    let mut smaller = component.clone();
    for (local, &value) in values.iter().enumerate() {
        if let Some(whole) = near_integer(value) {
            smaller.low[local] = whole.max(component.low[local]);
            smaller.high[local] = whole.min(component.high[local]);
        }
    }
    for _ in 0..2 {
        if let Proposal::Values { values, .. } = program(&smaller, costs, true).solve(nodes_max) {
            return rounded(&values).filter(|table| component.holds(table));
        }
        free_neighbours(component, &mut smaller);
    }
    None
}

/// Gives every cell that shares a row with an open one its bounds back.
fn free_neighbours(component: &Component, smaller: &mut Component) {
    let open: Vec<bool> = smaller.low.iter().zip(&smaller.high).map(|(low, high)| low < high).collect();
    for row in &component.rows {
        if row.terms.iter().any(|&(local, _)| open[local]) {
            for &(local, _) in &row.terms {
                smaller.low[local] = component.low[local];
                smaller.high[local] = component.high[local];
            }
        }
    }
}

fn unit_costs(component: &Component, local: usize, sign: f64) -> Vec<f64> {
    let mut costs = vec![0.0; component.cells.len()];
    costs[local] = sign;
    costs
}

/// The rows and bounds of a component, over whole or over real numbers.
fn program(component: &Component, costs: &[f64], whole: bool) -> Program {
    let mut program = Program::minimise();
    for (local, &cost) in costs.iter().enumerate() {
        let (low, high) = (component.low[local], component.high[local]);
        if whole {
            program.integer(cost, low, high);
        } else {
            program.real(cost, real(low), real(high));
        }
    }
    for row in &component.rows {
        let terms: Vec<(usize, f64)> =
            row.terms.iter().map(|&(local, factor)| (local, real(factor))).collect();
        program.row(&terms, Sense::Equal, real(row.right));
    }
    program
}
