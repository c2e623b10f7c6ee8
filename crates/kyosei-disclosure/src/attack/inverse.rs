//! A12: running the tool backwards, and the enumeration that serves as the oracle of the tests.
//!
//! Every table that fits a publication is a candidate for the truth. An attacker who has the program can run it on each
//! candidate and drop those for which it would have published something else. Small publications only.
#![expect(clippy::indexing_slicing, reason = "every index was handed out by the view that sized the vectors")]

use std::collections::BTreeSet;

use crate::propagate::propagate;
use crate::view::View;

/// Lists every table that fits, or `None` when there are more than `tables_max` or an open cell has no upper bound.
#[must_use]
pub fn tables(view: &View, tables_max: usize) -> Option<Vec<Vec<i64>>> {
    let intervals = propagate(view).ok()?;
    if intervals.high.iter().any(|&high| high >= intervals.cap) {
        return None;
    }
    let mut touching = vec![Vec::new(); view.cells().len()];
    for (index, relation) in view.relations().iter().enumerate() {
        for &cell in relation.parts.iter().chain([&relation.total]) {
            touching[cell].push(index);
        }
    }
    let mut search = Search {
        touching,
        view,
        low: intervals.low.clone(),
        high: intervals.high.clone(),
        open: (0..view.cells().len()).filter(|&cell| intervals.low[cell] < intervals.high[cell]).collect(),
        found: Vec::new(),
        steps_left: tables_max.saturating_mul(STEPS_PER_TABLE),
        tables_max,
    };
    search.descend(0).then_some(search.found)
}

/// The candidates for which `tool` would have published the same; `tool` gets a complete table.
#[must_use]
pub fn survivors(
    view: &View,
    tables_max: usize,
    tool: impl Fn(&[i64]) -> Option<View>,
) -> Option<Vec<Vec<i64>>> {
    let candidates = tables(view, tables_max)?;
    Some(candidates.into_iter().filter(|table| tool(table).as_ref() == Some(view)).collect())
}

/// P, the score of A12: among the candidates that survive, the least number of different values that any of `cells` can
/// still have; `None` when there are too many candidates to list. One means that running the tool backwards tells a value.
#[must_use]
pub fn spread(
    view: &View,
    cells: &[usize],
    tables_max: usize,
    tool: impl Fn(&[i64]) -> Option<View>,
) -> Option<usize> {
    let candidates = survivors(view, tables_max, tool)?;
    let values = |&cell: &usize| candidates.iter().map(|table| table[cell]).collect::<BTreeSet<i64>>().len();
    cells.iter().map(values).min()
}

/// How many dead ends are allowed for each table that may be listed.
const STEPS_PER_TABLE: usize = 20;

struct Search<'a> {
    view: &'a View,
    low: Vec<i64>,
    high: Vec<i64>,
    open: Vec<usize>,
    touching: Vec<Vec<usize>>,
    found: Vec<Vec<i64>>,
    steps_left: usize,
    tables_max: usize,
}

impl Search<'_> {
    /// Fixes the next open cell to each of its values; false when a limit was reached.
    fn descend(&mut self, depth: usize) -> bool {
        let Some(&cell) = self.open.get(depth) else {
            self.found.push(self.low.clone());
            return self.found.len() <= self.tables_max;
        };
        let (low, high) = (self.low[cell], self.high[cell]);
        for value in low..=high {
            if self.steps_left == 0 {
                return false;
            }
            self.steps_left -= 1;
            (self.low[cell], self.high[cell]) = (value, value);
            let fine = !self.possible(cell) || self.descend(depth + 1);
            if !fine {
                return false;
            }
        }
        (self.low[cell], self.high[cell]) = (low, high);
        true
    }

    /// Whether every relation of a cell can still add up.
    fn possible(&self, cell: usize) -> bool {
        self.touching[cell].iter().map(|&index| &self.view.relations()[index]).all(|relation| {
            let least: i64 = relation.parts.iter().map(|&part| self.low[part]).sum();
            let most: i64 = relation.parts.iter().map(|&part| self.high[part]).sum();
            least <= self.high[relation.total] && most >= self.low[relation.total]
        })
    }
}
