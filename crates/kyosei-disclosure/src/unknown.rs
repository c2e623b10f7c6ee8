//! What a reader does not know: the open cells of a view, split into connected components.
//!
//! Cells whose value follows by interval propagation are put into the rows as numbers; what is left falls apart into
//! components that can be searched one by one. Built once from a view, read by the audit, the prover and the attacks.
#![expect(clippy::indexing_slicing, reason = "every index was handed out by the view that sized the vectors")]

use std::collections::BTreeMap;

use crate::propagate::{Contradiction, Intervals, propagate};
use crate::view::View;

/// `sum of factor * cell = right`, over the cells of one component.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// (place in the component, factor) pairs.
    pub terms: Vec<(usize, i64)>,
    /// The right side.
    pub right: i64,
}

/// A connected set of open cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// View indices of its cells.
    pub cells: Vec<usize>,
    /// Lower bounds, in the order of `cells`.
    pub low: Vec<i64>,
    /// Upper bounds, in the order of `cells`.
    pub high: Vec<i64>,
    /// The rows that bind the cells.
    pub rows: Vec<Row>,
}

/// All open cells of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknowns {
    /// Sound bounds of every cell, open or not.
    pub intervals: Intervals,
    /// The components, in the order of their first cell.
    pub components: Vec<Component>,
    /// Where an open cell is: view index to (component, place).
    pub place: BTreeMap<usize, (usize, usize)>,
}

impl Unknowns {
    /// Splits what is open in `view`.
    ///
    /// # Errors
    /// When no table fits the view.
    pub fn of(view: &View) -> Result<Self, Contradiction> {
        let intervals = propagate(view)?;
        let open = |cell: usize| intervals.low[cell] < intervals.high[cell];
        let mut leader: Vec<usize> = (0..view.cells().len()).collect();
        for relation in view.relations() {
            let mut members =
                relation.parts.iter().copied().chain([relation.total]).filter(|&cell| open(cell));
            if let Some(first) = members.next() {
                for other in members {
                    let (left, right) = (root(&mut leader, first), root(&mut leader, other));
                    leader[left.max(right)] = left.min(right);
                }
            }
        }
        let mut components: Vec<Component> = Vec::new();
        let mut number = BTreeMap::new();
        let mut place = BTreeMap::new();
        for cell in (0..view.cells().len()).filter(|&cell| open(cell)) {
            let index = *number.entry(root(&mut leader, cell)).or_insert_with(|| {
                components.push(Component { cells: vec![], low: vec![], high: vec![], rows: vec![] });
                components.len() - 1
            });
            let component = &mut components[index];
            place.insert(cell, (index, component.cells.len()));
            component.cells.push(cell);
            component.low.push(intervals.low[cell]);
            component.high.push(intervals.high[cell]);
        }
        let mut unknowns = Unknowns { intervals, components, place };
        unknowns.fill_rows(view);
        Ok(unknowns)
    }

    fn fill_rows(&mut self, view: &View) {
        for relation in view.relations() {
            let mut terms = Vec::new();
            let mut right = 0;
            let mut home = None;
            let signed = relation.parts.iter().map(|&part| (part, 1)).chain([(relation.total, -1)]);
            for (cell, factor) in signed {
                match self.place.get(&cell) {
                    Some(&(component, local)) => {
                        home = Some(component);
                        terms.push((local, factor));
                    }
                    None => right -= factor * self.intervals.low[cell],
                }
            }
            if let Some(home) = home {
                terms.sort_unstable();
                self.components[home].rows.push(Row { terms, right });
            }
        }
        for component in &mut self.components {
            component.rows.sort();
            component.rows.dedup();
        }
    }

    /// Completes component tables to a table of the whole view: fixed cells take their value.
    #[must_use]
    pub fn whole(&self, parts: &[&[i64]]) -> Vec<i64> {
        let mut table = self.intervals.low.clone();
        for (component, values) in self.components.iter().zip(parts) {
            for (&cell, &value) in component.cells.iter().zip(*values) {
                table[cell] = value;
            }
        }
        table
    }
}

impl Component {
    /// Whether integer values meet every bound and row: the checker, restricted to a component.
    #[must_use]
    pub fn holds(&self, values: &[i64]) -> bool {
        values.len() == self.cells.len()
            && values
                .iter()
                .enumerate()
                .all(|(local, &value)| self.low[local] <= value && value <= self.high[local])
            && self.rows.iter().all(|row| row.sum(values) == Some(row.right))
    }
}

impl Row {
    fn sum(&self, values: &[i64]) -> Option<i64> {
        self.terms.iter().try_fold(0_i64, |sum, &(local, factor)| {
            sum.checked_add(factor.checked_mul(*values.get(local)?)?)
        })
    }
}

fn root(leader: &mut [usize], mut cell: usize) -> usize {
    while leader[cell] != cell {
        leader[cell] = leader[leader[cell]];
        cell = leader[cell];
    }
    cell
}
