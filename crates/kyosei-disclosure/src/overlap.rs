//! Overlapping groups: people with several needs, counted once for each need.
//!
//! Columns that overlap are not independent, and treating them as such is how other tools certify exact disclosures (the
//! example with `a + b + h`, `a + c + j`). So each combination of groups is an atom of its own: hidden, guarded like a count of
//! people, and part of every group it belongs to. All combinations take part, since readers do not know which occur.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::cell::{CellId, CellIdError};
use crate::tables::{Cell, Offer, TableError, TableSet};

/// The most groups that may overlap; the number of atoms doubles with each.
pub const GROUPS_MAX: usize = 8;

/// A one-way table whose groups overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlapTable {
    /// What is counted.
    pub unit: String,
    /// The period.
    pub period: String,
    /// The dimension, for example `need`.
    pub dimension: String,
    /// The groups.
    pub groups: Vec<String>,
    /// The rule of its cells.
    pub rule: usize,
}

/// Some people with the groups that all of them belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouped {
    /// The groups.
    pub groups: BTreeSet<String>,
    /// How many people.
    pub value: i64,
    /// How many of them are publicly known.
    pub known: i64,
}

/// Why an overlapping table could not be filled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OverlapError {
    /// More than [`GROUPS_MAX`] groups, or one named twice.
    #[error("{count} groups; at most {GROUPS_MAX} different ones are taken")]
    Groups {
        /// How many were named.
        count: usize,
    },
    /// A record names an unknown group.
    #[error("record {record} names the unknown group {group}")]
    UnknownGroup {
        /// The record, counted from zero.
        record: usize,
        /// The group.
        group: String,
    },
    /// A cell id could not be written.
    #[error("bad cell id")]
    Id(#[from] CellIdError),
    /// The cells do not form a table set.
    #[error("bad table")]
    Table(#[from] TableError),
}

impl OverlapTable {
    /// Adds total, groups and atoms of all people; returns the groups' cells.
    ///
    /// # Errors
    /// Any [`OverlapError`]; the set should then be thrown away.
    pub fn fill(&self, set: &mut TableSet, people: &[Grouped]) -> Result<Vec<usize>, OverlapError> {
        let distinct: BTreeSet<&String> = self.groups.iter().collect();
        if self.groups.len() > GROUPS_MAX || distinct.len() != self.groups.len() {
            return Err(OverlapError::Groups { count: self.groups.len() });
        }
        let counts = self.count(people)?;
        let sum = |wanted: &dyn Fn(usize) -> bool| {
            let matching = counts.iter().filter(|(combination, _)| wanted(**combination));
            matching.fold((0, 0), |(value, known), (_, count)| (value + count.0, known + count.1))
        };
        let cell =
            |id: CellId, (value, known): (i64, i64)| Cell { known, ..Cell::count(id, self.rule, value) };
        let mut atoms = Vec::new();
        for combination in 0..1_usize << self.groups.len() {
            let count = counts.get(&combination).copied().unwrap_or((0, 0));
            let offer = Offer::Hidden { guarded: true };
            atoms.push(set.add(Cell { offer, ..cell(self.atom_id(combination)?, count) })?);
        }
        let total = cell(CellId::query(&self.unit, &self.period, &[])?, sum(&|_| true));
        let total = set.add(Cell { weight: 9, ..total })?;
        set.relate(total, atoms.clone())?;
        let mut groups = Vec::new();
        for (at, group) in self.groups.iter().enumerate() {
            let id = CellId::query(&self.unit, &self.period, &[(&self.dimension, group)])?;
            let cell = set.add(cell(id, sum(&|combination| combination >> at & 1 == 1)))?;
            let inside = atoms.iter().enumerate().filter(|(combination, _)| combination >> at & 1 == 1);
            set.relate(cell, inside.map(|(_, &atom)| atom).collect())?;
            groups.push(cell);
        }
        Ok(groups)
    }

    /// How many people, and publicly known ones, belong to exactly each combination, as a bit set of groups.
    fn count(&self, people: &[Grouped]) -> Result<BTreeMap<usize, (i64, i64)>, OverlapError> {
        let mut counts = BTreeMap::new();
        for (record, some) in people.iter().enumerate() {
            let mut combination = 0;
            for group in &some.groups {
                let at = self.groups.iter().position(|known| known == group);
                let at = at.ok_or_else(|| OverlapError::UnknownGroup { record, group: group.clone() })?;
                combination |= 1 << at;
            }
            let (value, known) = counts.entry(combination).or_insert((0, 0));
            *value += some.value;
            *known += some.known;
        }
        Ok(counts)
    }

    fn atom_id(&self, combination: usize) -> Result<CellId, CellIdError> {
        let members: Vec<&str> = self
            .groups
            .iter()
            .enumerate()
            .filter(|(at, _)| combination >> at & 1 == 1)
            .map(|(_, name)| name.as_str())
            .collect();
        let exactly = format!("exactly {}", members.join("+"));
        CellId::query(&self.unit, &self.period, &[(&self.dimension, exactly.trim_end())])
    }
}
