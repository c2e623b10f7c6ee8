//! The private side: cells with their true values, as the register hands them in.
//!
//! A [`TableSet`] is the input of [`crate::protect()`]: every cell somebody wishes to publish, hidden cells that follow from
//! them, the relations between them all, and the rule each cell falls under. Adding up is checked on entry. Nothing here can be
//! exported: only a [`crate::ProtectedTable`] can.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::cell::CellId;
use crate::view::{PublicRule, Relation, Status, VALUE_MAX, ViewError};

/// A rule with its secret part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What readers know of it.
    pub public: PublicRule,
    /// Concentration rule for amounts; its parameters are never published (Handbook ch. 4).
    pub concentration: Option<Concentration>,
    /// Whether learning that a whole group shares one property is a disclosure, even without small counts.
    pub group: bool,
}

impl Rule {
    /// The threshold rule with nothing secret.
    #[must_use]
    pub fn frequency(k: i64, zeros: crate::view::Zeros) -> Self {
        Rule { public: PublicRule::Frequency { k, zeros }, concentration: None, group: false }
    }
}

/// Concentration rules for amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concentration {
    /// Sensitive when `X - x2 - x1 < p/100 * x1`: the second contributor can estimate the first within p percent.
    PPercent {
        /// The percentage.
        p: i64,
    },
    /// Sensitive when the `n` largest contributors hold more than `share` percent of the cell.
    Dominance {
        /// How many contributors are looked at.
        n: usize,
        /// The percentage.
        share: i64,
    },
}

/// Whether and how a cell takes part in the publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Wished for; may be withheld.
    Offered,
    /// Wished for and not to be withheld as secondary (a headline figure).
    Required,
    /// Never published; `guarded` when it counts people.
    Hidden {
        /// Whether its range is protected.
        guarded: bool,
    },
    /// The k-increment rule prints this older figure instead.
    Carried(i64),
    /// Said in an earlier release; nobody can take it back.
    Earlier(Status),
}

/// One cell with its truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The query it answers.
    pub id: CellId,
    /// The release that speaks of it first.
    pub release: u32,
    /// The index of its rule.
    pub rule: usize,
    /// What it costs to withhold it: structural, never derived from the value (a value cost leaks through the pattern).
    pub weight: u32,
    /// The true value.
    pub value: i64,
    /// How many independent units stand behind it, where several records belong to one family or company.
    pub holdings: Option<i64>,
    /// How many of those counted are publicly known.
    pub known: i64,
    /// The contributions, for amounts.
    pub contributions: Vec<i64>,
    /// How it takes part.
    pub offer: Offer,
}

impl Cell {
    /// A wished-for count with weight one and nobody publicly known.
    #[must_use]
    pub fn count(id: CellId, rule: usize, value: i64) -> Self {
        Cell {
            id,
            release: 0,
            rule,
            weight: 1,
            value,
            holdings: None,
            known: 0,
            contributions: Vec::new(),
            offer: Offer::Offered,
        }
    }
}

/// Why cells and relations are no table set.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TableError {
    /// Two cells have one id but disagree.
    #[error("cell {0} is given twice with different contents")]
    Conflict(CellId),
    /// A value is negative or too large.
    #[error("cell {0} has a value outside 0..={VALUE_MAX}")]
    ValueOutside(CellId),
    /// More publicly known contributors than contributors.
    #[error("cell {0} has more publicly known contributors than its count")]
    KnownExceedsValue(CellId),
    /// A total is not the sum of its parts.
    #[error("the parts of {0} do not add up to it")]
    NotAdditive(CellId),
    /// The cells have no valid public side.
    #[error("malformed table set")]
    Malformed(#[from] ViewError),
    /// A relation speaks of a cell that was not given.
    #[error("a relation names the unknown cell {0}")]
    UnknownCell(CellId),
}

/// Everything that is to be protected together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableSet {
    rules: Vec<Rule>,
    cells: Vec<Cell>,
    relations: Vec<Relation>,
    index: BTreeMap<CellId, usize>,
    known_relations: BTreeSet<Relation>,
}

impl TableSet {
    /// Starts with the given rules.
    #[must_use]
    pub fn new(rules: Vec<Rule>) -> Self {
        TableSet { rules, ..TableSet::default() }
    }

    /// Adds a cell, or finds it again: linked tables share cells by id.
    ///
    /// # Errors
    /// When the id is there with other contents, or the numbers are impossible.
    pub fn add(&mut self, cell: Cell) -> Result<usize, TableError> {
        if !(0..=VALUE_MAX).contains(&cell.value) {
            return Err(TableError::ValueOutside(cell.id));
        }
        if cell.known < 0 || cell.known > cell.value {
            return Err(TableError::KnownExceedsValue(cell.id));
        }
        if cell.rule >= self.rules.len() {
            return Err(TableError::Malformed(ViewError::UnknownRule(cell.id)));
        }
        if let Some(&index) = self.index.get(&cell.id) {
            return match self.cells.get(index) {
                Some(old) if old.value == cell.value && old.rule == cell.rule => Ok(index),
                _ => Err(TableError::Conflict(cell.id)),
            };
        }
        self.index.insert(cell.id.clone(), self.cells.len());
        self.cells.push(cell);
        Ok(self.cells.len() - 1)
    }

    /// States `total = sum of parts`; the true values have to agree.
    ///
    /// # Errors
    /// When the values do not add up or an index is unknown.
    pub fn relate(&mut self, total: usize, mut parts: Vec<usize>) -> Result<(), TableError> {
        parts.sort_unstable();
        parts.dedup();
        let malformed = TableError::Malformed(ViewError::MalformedRelation(self.relations.len()));
        let value = |index: usize| self.cells.get(index).map(|cell| cell.value);
        let sum: Option<i64> = parts.iter().map(|&part| value(part)).sum();
        let (Some(sum), Some(cell)) = (sum, self.cells.get(total)) else { return Err(malformed) };
        if parts.is_empty() || parts.contains(&total) {
            return Err(malformed);
        }
        if sum != cell.value {
            return Err(TableError::NotAdditive(cell.id.clone()));
        }
        let relation = Relation { total, parts };
        if self.known_relations.insert(relation.clone()) {
            self.relations.push(relation);
        }
        Ok(())
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The cells.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// A cell to be changed before protection, for example to make it required.
    pub fn cell_mut(&mut self, index: usize) -> Option<&mut Cell> {
        self.cells.get_mut(index)
    }

    /// The relations.
    #[must_use]
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// The index of a cell.
    #[must_use]
    pub fn find(&self, id: &CellId) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// The rule of a cell of this set.
    #[must_use]
    pub fn rule_of(&self, cell: &Cell) -> Option<&Rule> {
        self.rules.get(cell.rule)
    }
}
