//! Crossed tables: from records or leaf counts to cells and relations.
//!
//! A [`CrossTable`] names a unit, a period and the dimensions to cross. [`CrossTable::fill`] adds every combination of codes
//! to a [`TableSet`], with one relation for each group in each dimension. Cells that stand at the total of a dimension leave
//! it out of their id, so tables over the same unit and period are linked by their shared margins without further ado.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::cell::{CellId, CellIdError};
use crate::hierarchy::Hierarchy;
use crate::tables::{Cell, TableError, TableSet};

/// The shape of a crossed table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossTable {
    /// What is counted, for example `supporters`.
    pub unit: String,
    /// The period, for example `2026-04` or `FY2026`.
    pub period: String,
    /// The dimensions.
    pub dimensions: Vec<Hierarchy>,
    /// The rule of its cells.
    pub rule: usize,
}

/// One counted record: which leaf it falls into, and whom it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// One code for each dimension, in their order.
    pub codes: Vec<String>,
    /// The family or company it belongs to; records of one holding count once for the rule.
    pub holding: Option<String>,
    /// Whether the person or organisation is publicly listed.
    pub known: bool,
    /// How much it adds: one for counts.
    pub amount: i64,
}

/// Why a table could not be filled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FillError {
    /// A record has another number of codes than there are dimensions.
    #[error("record {record} has {found} codes instead of {expected}")]
    Codes {
        /// The record, counted from zero.
        record: usize,
        /// Its codes.
        found: usize,
        /// The dimensions.
        expected: usize,
    },
    /// A code is not in its hierarchy, or is no leaf.
    #[error("record {record}: {code} is no leaf of {dimension}")]
    NotALeaf {
        /// The record, counted from zero.
        record: usize,
        /// The code.
        code: String,
        /// The dimension.
        dimension: String,
    },
    /// A count or amount is negative.
    #[error("record {record} is negative")]
    Negative {
        /// The record, counted from zero.
        record: usize,
    },
    /// A cell id could not be written.
    #[error("bad cell id")]
    Id(#[from] CellIdError),
    /// The cells do not form a table set.
    #[error("bad table")]
    Table(#[from] TableError),
}

#[derive(Default)]
struct Tally {
    value: i64,
    known: i64,
    contributions: BTreeMap<String, i64>,
    any_holding: bool,
}

impl CrossTable {
    /// Counts the records and adds all cells and relations; returns the cell of each combination of codes.
    ///
    /// # Errors
    /// Any [`FillError`]; the set should then be thrown away.
    pub fn fill(
        &self,
        set: &mut TableSet,
        records: &[Record],
    ) -> Result<BTreeMap<Vec<usize>, usize>, FillError> {
        let tallies = self.tally(records)?;
        let mut cells = BTreeMap::new();
        for combination in self.combinations() {
            let id = self.id(&combination)?;
            let tally = tallies.get(&combination);
            let weight = combination
                .iter()
                .zip(&self.dimensions)
                .map(|(&code, dimension)| dimension.level_weight(code))
                .product();
            let mut cell = Cell::count(id, self.rule, tally.map_or(0, |tally| tally.value));
            cell.weight = weight;
            if let Some(tally) = tally {
                cell.known = tally.known;
                cell.contributions = tally.contributions.values().copied().collect();
                let holdings = i64::try_from(tally.contributions.len()).unwrap_or(i64::MAX);
                cell.holdings = tally.any_holding.then_some(holdings);
            }
            cells.insert(combination, set.add(cell)?);
        }
        self.relate(set, &cells)?;
        Ok(cells)
    }

    /// The canonical id of a combination of codes.
    ///
    /// # Errors
    /// When a name makes no valid id.
    pub fn id(&self, combination: &[usize]) -> Result<CellId, CellIdError> {
        let codes: Vec<(&str, &str)> = combination
            .iter()
            .zip(&self.dimensions)
            .filter(|&(&code, dimension)| !dimension.is_total(code))
            .map(|(&code, dimension)| (dimension.name(), dimension.code(code)))
            .collect();
        CellId::query(&self.unit, &self.period, &codes)
    }

    fn tally(&self, records: &[Record]) -> Result<BTreeMap<Vec<usize>, Tally>, FillError> {
        let mut tallies: BTreeMap<Vec<usize>, Tally> = BTreeMap::new();
        for (number, record) in records.iter().enumerate() {
            if record.amount < 0 {
                return Err(FillError::Negative { record: number });
            }
            let paths = self.paths(number, record)?;
            for combination in product(&paths) {
                let tally = tallies.entry(combination).or_default();
                tally.value += record.amount;
                tally.known += if record.known { record.amount } else { 0 };
                tally.any_holding |= record.holding.is_some();
                let holder = record.holding.clone().unwrap_or_else(|| format!("\u{0}{number}"));
                *tally.contributions.entry(holder).or_default() += record.amount;
            }
        }
        Ok(tallies)
    }

    /// For each dimension, the codes that a record counts towards.
    fn paths(&self, number: usize, record: &Record) -> Result<Vec<Vec<usize>>, FillError> {
        if record.codes.len() != self.dimensions.len() {
            let (found, expected) = (record.codes.len(), self.dimensions.len());
            return Err(FillError::Codes { record: number, found, expected });
        }
        let path = |(code, dimension): (&String, &Hierarchy)| {
            let index = dimension.find(code).filter(|&index| dimension.children(index).is_empty());
            index.map(|index| dimension.upward(index)).ok_or_else(|| FillError::NotALeaf {
                record: number,
                code: code.clone(),
                dimension: dimension.name().to_owned(),
            })
        };
        record.codes.iter().zip(&self.dimensions).map(path).collect()
    }

    fn combinations(&self) -> Vec<Vec<usize>> {
        let all: Vec<Vec<usize>> =
            self.dimensions.iter().map(|dimension| (0..dimension.len()).collect()).collect();
        product(&all)
    }

    fn relate(&self, set: &mut TableSet, cells: &BTreeMap<Vec<usize>, usize>) -> Result<(), FillError> {
        let mut seen = BTreeSet::new();
        for (combination, &total) in cells {
            for (axis, dimension) in self.dimensions.iter().enumerate() {
                let Some(children) = combination.get(axis).map(|&code| dimension.children(code)) else {
                    continue;
                };
                let parts: Vec<usize> = children
                    .iter()
                    .filter_map(|&child| {
                        let mut below = combination.clone();
                        *below.get_mut(axis)? = child;
                        cells.get(&below).copied()
                    })
                    .collect();
                if !parts.is_empty() && seen.insert((total, parts.clone())) {
                    set.relate(total, parts)?;
                }
            }
        }
        Ok(())
    }
}

/// The combinations of one choice from each list, in lexicographic order.
fn product(lists: &[Vec<usize>]) -> Vec<Vec<usize>> {
    lists.iter().fold(vec![Vec::new()], |found, list| {
        let extend = |prefix: &Vec<usize>| {
            let prefix = prefix.clone();
            list.iter()
                .map(move |&choice| prefix.iter().copied().chain([choice]).collect::<Vec<usize>>())
                .collect::<Vec<_>>()
        };
        found.iter().flat_map(extend).collect()
    })
}
