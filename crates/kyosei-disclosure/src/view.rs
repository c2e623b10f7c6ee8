//! What the public sees: cells with their status, the relations between them, and the rule text.
//!
//! A [`View`] holds no withheld value. It is the whole input of the prover and of the verifier, so nothing they say can
//! leak more than the publication itself. A view covers the current release, every earlier one and the hidden cells (for
//! example increments between two months) that nobody publishes but everybody can reason about. It is built once and
//! never changed. It does not decide what is withheld.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::cell::CellId;

/// The largest count or amount that is read; keeps every sum far inside `i64`.
pub const VALUE_MAX: i64 = 1_000_000_000_000;
/// The most cells in a view.
pub const CELLS_MAX: usize = 200_000;

/// Whether the publication shows true zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Zeros {
    /// Zeros are printed, so a withheld cell is known to be at least one.
    Open,
    /// Zeros are withheld like other small counts, so a withheld cell may be zero.
    Closed,
}

/// The part of a rule that every reader knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PublicRule {
    /// Minimum frequency: counts below `k` are withheld (threshold rule, Handbook on Statistical Disclosure Control ch. 5).
    Frequency {
        /// The smallest count that may be published.
        k: i64,
        /// Whether zeros are published.
        zeros: Zeros,
    },
    /// The weaker wish that no withheld cell is exactly known; `k` still bounds what is small.
    NotExact {
        /// The smallest count that may be published.
        k: i64,
        /// Whether zeros are published.
        zeros: Zeros,
    },
    /// Amounts of money: the concentration rule and its parameters stay secret, so readers know only non-negativity.
    Magnitude,
}

impl PublicRule {
    /// The threshold, one for amounts.
    #[must_use]
    pub fn threshold(self) -> i64 {
        match self {
            PublicRule::Frequency { k, .. } | PublicRule::NotExact { k, .. } => k,
            PublicRule::Magnitude => 1,
        }
    }

    /// The least remainder a reader must grant a withheld cell.
    #[must_use]
    pub fn withheld_floor(self) -> i64 {
        match self {
            PublicRule::Frequency { zeros: Zeros::Open, .. }
            | PublicRule::NotExact { zeros: Zeros::Open, .. } => 1,
            PublicRule::Frequency { zeros: Zeros::Closed, .. }
            | PublicRule::NotExact { zeros: Zeros::Closed, .. }
            | PublicRule::Magnitude => 0,
        }
    }
}

/// What the publication says of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The value is printed.
    Published(i64),
    /// An older figure is printed again since fewer than `k` came after it (k-increment rule).
    Carried(i64),
    /// The value is withheld; primary and secondary look alike.
    Withheld,
    /// The cell is not part of any table, but follows from what is.
    Hidden,
}

/// One cell as the public sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewCell {
    /// The query it answers.
    pub id: CellId,
    /// The release that first spoke of it, by ledger sequence number.
    pub release: u32,
    /// The index of its rule in [`View::rules`].
    pub rule: usize,
    /// What is said of it.
    pub status: Status,
    /// How many of those counted are publicly known to be in it (waivers, public lists).
    pub known: i64,
    /// Whether a hidden cell counts people, so that its range is protected as well.
    pub guarded: bool,
}

/// `total = sum of parts`, by cell index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// The cell on the left.
    pub total: usize,
    /// The cells that add up to it, sorted, each once.
    pub parts: Vec<usize>,
}

/// Why a set of cells and relations is no view.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ViewError {
    /// Too many cells.
    #[error("{count} cells, more than {CELLS_MAX}")]
    TooManyCells {
        /// How many.
        count: usize,
    },
    /// Two cells have one id.
    #[error("cell {0} appears twice")]
    Duplicate(CellId),
    /// A rule index is unknown.
    #[error("cell {0} names a rule that does not exist")]
    UnknownRule(CellId),
    /// A value is negative or larger than [`VALUE_MAX`].
    #[error("cell {0} has a value outside 0..={VALUE_MAX}")]
    ValueOutside(CellId),
    /// A threshold is below one or larger than [`VALUE_MAX`].
    #[error("rule {0} has a threshold outside 1..={VALUE_MAX}")]
    ThresholdOutside(usize),
    /// A relation names an unknown cell, repeats one or has no parts.
    #[error("relation {0} is malformed")]
    MalformedRelation(usize),
    /// A cell is, through relations, a part of itself.
    #[error("cell {0} is a part of itself")]
    Cycle(CellId),
}

/// The published knowledge, complete: what the prover and the verifier read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    rules: Vec<PublicRule>,
    cells: Vec<ViewCell>,
    relations: Vec<Relation>,
    order: Vec<usize>,
}

impl View {
    /// Checks and takes the parts of a view.
    ///
    /// # Errors
    /// Any [`ViewError`]; nothing is repaired.
    pub fn new(
        rules: Vec<PublicRule>,
        cells: Vec<ViewCell>,
        relations: Vec<Relation>,
    ) -> Result<Self, ViewError> {
        if cells.len() > CELLS_MAX {
            return Err(ViewError::TooManyCells { count: cells.len() });
        }
        check_rules(&rules)?;
        check_cells(&rules, &cells)?;
        for (index, relation) in relations.iter().enumerate() {
            check_relation(index, relation, cells.len())?;
        }
        let order = total_order(&cells, &relations)?;
        Ok(View { rules, cells, relations, order })
    }

    /// The rules, as every reader knows them.
    #[must_use]
    pub fn rules(&self) -> &[PublicRule] {
        &self.rules
    }

    /// All cells.
    #[must_use]
    pub fn cells(&self) -> &[ViewCell] {
        &self.cells
    }

    /// The cells of one release that a reader sees, in the order of the view.
    pub fn shown(&self, release: u32) -> impl Iterator<Item = &ViewCell> {
        let own = self.cells.iter().filter(move |cell| cell.release == release);
        own.filter(|cell| cell.status != Status::Hidden)
    }

    /// All relations.
    #[must_use]
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// Relations ordered so that a cell's parts are settled before the cell itself is a part.
    pub fn relations_upward(&self) -> impl Iterator<Item = &Relation> {
        self.order.iter().filter_map(|&index| self.relations.get(index))
    }

    /// The rule of a cell of this view.
    #[must_use]
    pub fn rule_of(&self, cell: &ViewCell) -> PublicRule {
        self.rules.get(cell.rule).copied().unwrap_or(PublicRule::Magnitude)
    }

    /// The bounds every reader grants a cell before looking at relations; `None` is no upper bound.
    #[must_use]
    pub fn bounds(&self, cell: &ViewCell) -> (i64, Option<i64>) {
        let rule = self.rule_of(cell);
        match cell.status {
            Status::Published(value) => (value, Some(value)),
            Status::Carried(last) => (last, Some(last + rule.threshold() - 1)),
            Status::Withheld => (cell.known + rule.withheld_floor(), None),
            Status::Hidden => (cell.known, None),
        }
    }
}

fn check_rules(rules: &[PublicRule]) -> Result<(), ViewError> {
    match rules.iter().position(|rule| !(1..=VALUE_MAX).contains(&rule.threshold())) {
        Some(index) => Err(ViewError::ThresholdOutside(index)),
        None => Ok(()),
    }
}

fn check_cells(rules: &[PublicRule], cells: &[ViewCell]) -> Result<(), ViewError> {
    let mut seen = BTreeMap::new();
    for cell in cells {
        if seen.insert(&cell.id, ()).is_some() {
            return Err(ViewError::Duplicate(cell.id.clone()));
        }
        if cell.rule >= rules.len() {
            return Err(ViewError::UnknownRule(cell.id.clone()));
        }
        let value = match cell.status {
            Status::Published(value) | Status::Carried(value) => value,
            Status::Withheld | Status::Hidden => 0,
        };
        if !(0..=VALUE_MAX).contains(&value) || !(0..=VALUE_MAX).contains(&cell.known) {
            return Err(ViewError::ValueOutside(cell.id.clone()));
        }
    }
    Ok(())
}

fn check_relation(index: usize, relation: &Relation, cells: usize) -> Result<(), ViewError> {
    let sorted = relation.parts.windows(2).all(|pair| pair.first() < pair.last());
    let inside = relation.total < cells && relation.parts.iter().all(|&part| part < cells);
    let foreign = !relation.parts.contains(&relation.total);
    if sorted && inside && foreign && !relation.parts.is_empty() {
        Ok(())
    } else {
        Err(ViewError::MalformedRelation(index))
    }
}

/// Sorts relations so that parts come before totals (Kahn's algorithm over cells).
fn total_order(cells: &[ViewCell], relations: &[Relation]) -> Result<Vec<usize>, ViewError> {
    let mut waits = vec![0_usize; cells.len()];
    let mut part_of: Vec<Vec<usize>> = vec![Vec::new(); cells.len()];
    for (index, relation) in relations.iter().enumerate() {
        if let Some(count) = waits.get_mut(relation.total) {
            *count += relation.parts.len();
        }
        for &part in &relation.parts {
            if let Some(list) = part_of.get_mut(part) {
                list.push(index);
            }
        }
    }
    let mut ready: Vec<usize> = (0..cells.len()).filter(|&cell| waits.get(cell) == Some(&0)).collect();
    let mut open: Vec<usize> = relations.iter().map(|relation| relation.parts.len()).collect();
    let mut order = Vec::with_capacity(relations.len());
    while let Some(cell) = ready.pop() {
        for &index in part_of.get(cell).into_iter().flatten() {
            let (Some(left), Some(relation)) = (open.get_mut(index), relations.get(index)) else { continue };
            *left -= 1;
            if *left == 0 {
                order.push(index);
            }
            if let Some(count) = waits.get_mut(relation.total) {
                *count -= 1;
                if *count == 0 {
                    ready.push(relation.total);
                }
            }
        }
    }
    match waits.iter().position(|&count| count > 0).and_then(|cell| cells.get(cell)) {
        Some(cell) => Err(ViewError::Cycle(cell.id.clone())),
        None => Ok(order),
    }
}
