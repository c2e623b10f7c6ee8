//! The checker: integer addition and comparison, nothing else.
//!
//! Every statement "this publication is safe" in this crate goes through this module. A *table* here is one complete list
//! of integers, one for each cell of a [`View`]; it *fits* when nobody who has read everything published can rule it out.
//! Two tables that fit and differ in a cell are a proof that the cell is not known. No solver, no floating point, no
//! search: a wrong proposal is refused here, so a solver's bug can cost quality, never safety.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::cell::CellId;
use crate::view::{PublicRule, Relation, Status, View, ViewCell};

/// Why a table contradicts the publication.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Misfit {
    /// The table has another number of cells.
    #[error("the table has {found} cells, the publication {expected}")]
    Length {
        /// Cells in the table.
        found: usize,
        /// Cells in the publication.
        expected: usize,
    },
    /// A value lies outside what the publication allows for its cell.
    #[error("cell {0} lies outside its bounds")]
    Bounds(CellId),
    /// A relation does not add up.
    #[error("relation {0} does not add up")]
    Sum(usize),
}

/// Checks that `table` could be the truth behind the publication.
///
/// # Errors
/// The first contradiction found.
pub fn fits(view: &View, table: &[i64]) -> Result<(), Misfit> {
    if table.len() != view.cells().len() {
        return Err(Misfit::Length { found: table.len(), expected: view.cells().len() });
    }
    for (cell, &value) in view.cells().iter().zip(table) {
        let (low, high) = view.bounds(cell);
        if value < low || high.is_some_and(|high| value > high) {
            return Err(Misfit::Bounds(cell.id.clone()));
        }
    }
    match view.relations().iter().position(|relation| !adds_up(relation.total, &relation.parts, table)) {
        Some(index) => Err(Misfit::Sum(index)),
        None => Ok(()),
    }
}

/// For each cell that is not printed, the range a reader must be left with: both ends have to be possible.
///
/// The low end is what the rule itself says, the number of leaves not shown as zero; a published part counts with its
/// value, since that is said openly. The high end is the threshold, or one less where a carried total says "fewer than".
#[must_use]
pub fn rule_ranges(view: &View) -> Vec<Option<(i64, i64)>> {
    let lows = natural_lows(view);
    let carried = under_carried_totals(view);
    let range = |((index, cell), &low): ((usize, &ViewCell), &i64)| {
        let threshold = view.rule_of(cell).threshold();
        let high = |threshold: i64| (cell.known + threshold).max(low + 1);
        match cell.status {
            Status::Published(_) => None,
            Status::Carried(last) => Some((last, last + threshold - 1)),
            Status::Hidden if carried.contains(&index) => Some((low, high(threshold - 1))),
            Status::Withheld | Status::Hidden => Some((low, high(threshold))),
        }
    };
    view.cells().iter().enumerate().zip(&lows).map(range).collect()
}

/// Whether a range `found` leaves the reader everything that the rule asks for.
#[must_use]
pub fn covers(rule: PublicRule, found: (i64, i64), wanted: (i64, i64)) -> bool {
    match rule {
        PublicRule::Frequency { .. } => found.0 <= wanted.0 && found.1 >= wanted.1,
        PublicRule::NotExact { .. } | PublicRule::Magnitude => found.0 < found.1,
    }
}

fn natural_lows(view: &View) -> Vec<i64> {
    let mut lows: Vec<i64> = view.cells().iter().map(|cell| view.bounds(cell).0).collect();
    for relation in view.relations_upward() {
        let sum: i64 = relation.parts.iter().filter_map(|&part| lows.get(part)).sum();
        let open =
            view.cells().get(relation.total).is_some_and(|cell| !matches!(cell.status, Status::Published(_)));
        if let Some(low) = lows.get_mut(relation.total).filter(|low| open && **low < sum) {
            *low = sum;
        }
    }
    lows
}

fn under_carried_totals(view: &View) -> BTreeSet<usize> {
    let carried = |relation: &&Relation| {
        view.cells().get(relation.total).is_some_and(|cell| matches!(cell.status, Status::Carried(_)))
    };
    view.relations().iter().filter(carried).flat_map(|relation| relation.parts.iter().copied()).collect()
}

fn adds_up(total: usize, parts: &[usize], table: &[i64]) -> bool {
    let mut sum = 0_i64;
    for &part in parts {
        let Some(next) = table.get(part).and_then(|&value| sum.checked_add(value)) else { return false };
        sum = next;
    }
    table.get(total) == Some(&sum)
}
