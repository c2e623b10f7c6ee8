//! The checker: integer addition and comparison, nothing else.
//!
//! Every statement "this publication is safe" in this crate goes through this module. A *table* here is one complete list
//! of integers, one for each cell of a [`View`]; it *fits* when nobody who has read everything published can rule it out.
//! Two tables that fit and differ in a cell are a proof that the cell is not known. No solver, no floating point, no
//! search: a wrong proposal is refused here, so a solver's bug can cost quality, never safety.

use thiserror::Error;

use crate::cell::CellId;
use crate::openly::{Kind, Openly, Spoken};
use crate::view::{PublicRule, Status, View, ViewCell};

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
/// The low end is what the publication says openly ([`Openly`]); a published part counts with its value. The high end is the
/// threshold, or what a carried total says where that is less.
#[must_use]
pub fn rule_ranges(view: &View) -> Vec<Option<(i64, i64)>> {
    let spoken: Vec<Spoken> = view.cells().iter().map(|cell| spoken(view, cell)).collect();
    let openly = Openly::of(&spoken, view.relations());
    let range = |(index, cell): (usize, &ViewCell)| {
        let threshold = view.rule_of(cell).threshold();
        match cell.status {
            Status::Published(_) => None,
            Status::Carried(last) => Some((last, last + threshold - 1)),
            Status::Withheld | Status::Hidden => Some(openly.range(index, cell.known + threshold)),
        }
    };
    view.cells().iter().enumerate().map(range).collect()
}

/// Whether a range `found` leaves the reader everything that the rule asks for.
#[must_use]
pub fn covers(rule: PublicRule, found: (i64, i64), wanted: (i64, i64)) -> bool {
    match rule {
        PublicRule::Frequency { .. } => found.0 <= wanted.0 && found.1 >= wanted.1,
        PublicRule::NotExact { .. } | PublicRule::Magnitude => found.0 < found.1,
    }
}

fn spoken(view: &View, cell: &ViewCell) -> Spoken {
    let kind = match cell.status {
        Status::Published(value) if value <= cell.known => Kind::Nil,
        Status::Published(value) => Kind::Printed(value),
        Status::Carried(last) => Kind::Carried { last, most: last + view.rule_of(cell).threshold() - 1 },
        Status::Withheld | Status::Hidden => Kind::Open(view.bounds(cell).0),
    };
    Spoken { known: cell.known, kind }
}

fn adds_up(total: usize, parts: &[usize], table: &[i64]) -> bool {
    let mut sum = 0_i64;
    for &part in parts {
        let Some(next) = table.get(part).and_then(|&value| sum.checked_add(value)) else { return false };
        sum = next;
    }
    table.get(total) == Some(&sum)
}
