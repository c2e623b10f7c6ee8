//! What a publication says openly: the part of a cell's range that no withholding could hide.
//!
//! A reader who knows the rule learns some bounds from it alone: a withheld count is not zero where zeros are shown, a sum
//! is at least its parts, the only part that is not shown as zero is the whole of its total, and under a figure that is
//! printed again fewer than `k` came, in all and in every part. What has to be kept open starts from there. No printed
//! figure that is not zero enters, except through carried totals: whatever else follows from figures is a disclosure and
//! never excused here.
#![expect(clippy::indexing_slicing, reason = "relations were checked against the cells they index")]

use crate::view::Relation;

/// A cell as its rule describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// How many of those counted are publicly known.
    pub known: i64,
    /// What is said.
    pub kind: Kind,
}

/// What is said of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Shown to hold nobody but the publicly known.
    Nil,
    /// Printed with this figure.
    Printed(i64),
    /// An older figure is printed again; the largest value it may stand for.
    Carried {
        /// The older figure.
        last: i64,
        /// The largest value.
        most: i64,
    },
    /// Not printed; at least this.
    Open(i64),
}

/// For each cell the least and, where it is said, the largest value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Openly {
    /// The least values.
    pub low: Vec<i64>,
    /// The largest values.
    pub most: Vec<Option<i64>>,
    nil: Vec<bool>,
    open: Vec<bool>,
}

impl Openly {
    /// Works out what is said openly.
    #[must_use]
    pub fn of(cells: &[Spoken], relations: &[Relation]) -> Self {
        let low = |cell: &Spoken| match cell.kind {
            Kind::Nil => cell.known,
            Kind::Printed(value) | Kind::Carried { last: value, .. } | Kind::Open(value) => value,
        };
        let mut found = Openly {
            low: cells.iter().map(low).collect(),
            most: vec![None; cells.len()],
            nil: cells.iter().map(|cell| cell.kind == Kind::Nil).collect(),
            open: cells.iter().map(|cell| matches!(cell.kind, Kind::Open(_))).collect(),
        };
        // Each pass settles at least one more level of the hierarchies; relations come in any order.
        for _ in 0..=relations.len() {
            let changed = relations.iter().filter(|relation| found.learn(cells, relation)).count();
            if changed == 0 {
                break;
            }
        }
        found
    }

    /// Takes in one relation; says whether anything new was said.
    fn learn(&mut self, cells: &[Spoken], relation: &Relation) -> bool {
        let (total, parts) = (relation.total, &relation.parts);
        let mut changed = false;
        if self.nil[total] {
            for &part in parts {
                if self.open[part] && !self.nil[part] {
                    (self.nil[part], self.low[part], changed) = (true, cells[part].known, true);
                }
            }
        }
        let sum: i64 = parts.iter().map(|&part| self.low[part]).sum();
        let printed = matches!(cells[total].kind, Kind::Printed(_) | Kind::Nil);
        if !printed && self.low[total] < sum {
            (self.low[total], changed) = (sum, true);
        }
        let mut rest = parts.iter().copied().filter(|&part| !self.nil[part]);
        if let (Some(only), None, true) = (rest.next(), rest.next(), self.open[total]) {
            let others: i64 = parts.iter().filter(|&&part| part != only).map(|&part| self.low[part]).sum();
            let whole = self.low[total] - others;
            if self.open[only] && self.low[only] < whole {
                (self.low[only], changed) = (whole, true);
            }
        }
        changed | self.learn_most(cells, relation)
    }

    /// A carried figure says how much it stands for at most, and no part is more than its whole.
    fn learn_most(&mut self, cells: &[Spoken], relation: &Relation) -> bool {
        let ceiling = match cells[relation.total].kind {
            Kind::Carried { most, .. } => Some(most - self.said_beside(cells, relation)),
            Kind::Nil | Kind::Printed(_) | Kind::Open(_) => self.most[relation.total],
        };
        let Some(ceiling) = ceiling else { return false };
        let mut changed = false;
        for &part in relation.parts.iter().filter(|&&part| self.open[part]) {
            if self.most[part].is_none_or(|most| most > ceiling) {
                (self.most[part], changed) = (Some(ceiling), true);
            }
        }
        changed
    }

    /// What a carried total holds besides its increment: the figure that was printed before. In any other relation a printed
    /// part was printed together with the rest, and what follows from it is no excuse.
    fn said_beside(&self, cells: &[Spoken], relation: &Relation) -> i64 {
        let is_open = |part: usize| self.open[part];
        match relation.parts[..] {
            [before, increment] if is_open(increment) && !is_open(before) => self.low[before],
            [increment, before] if is_open(increment) && !is_open(before) => self.low[before],
            _ => relation.parts.iter().map(|&part| cells[part].known).sum(),
        }
    }

    /// The range that has to stay open for a cell under a threshold: from what is said to the threshold, or to what a
    /// carried total says.
    #[must_use]
    pub fn range(&self, cell: usize, threshold: i64) -> (i64, i64) {
        let low = self.low[cell];
        let high = self.most[cell].map_or(threshold, |most| most.min(threshold));
        (low, high.max(low + 1))
    }
}
