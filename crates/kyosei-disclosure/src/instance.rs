//! The search problem behind secondary suppression, in plain numbers.
//!
//! An [`Instance`] is taken from a [`TableSet`] once; the pattern (which cells are withheld) then only grows or shrinks on
//! top of it. A *move* is a sparse integer vector that leaves every relation intact: truth plus move is a table the reader
//! cannot tell from the truth. [`Instance::accepts`] checks moves by integer addition.
#![expect(
    clippy::indexing_slicing,
    reason = "every index was handed out by the table set that sized the vectors"
)]

use crate::primary::{Need, needs};
use crate::tables::{Cell, Offer, TableSet};
use crate::tie::TieKey;
use crate::view::{Status, Zeros};

/// A sparse change of the true table: (cell, difference) pairs in the order of the cells.
pub type Move = Vec<(usize, i64)>;

/// What may happen to a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freedom {
    /// Known to the reader whatever we do.
    Fixed,
    /// Unknown to the reader whatever we do: primary, hidden, carried or withheld before.
    Free,
    /// Published unless the pattern withholds it.
    Candidate,
}

/// Truth, bounds, freedom and needs.
#[derive(Clone, Debug)]
pub struct Instance {
    /// True values.
    pub truth: Vec<i64>,
    /// The least value a reader grants a cell that is not printed.
    pub low: Vec<i64>,
    /// The largest.
    pub high: Vec<i64>,
    /// What may happen to each cell.
    pub freedom: Vec<Freedom>,
    /// Costs of withholding.
    pub weight: Vec<f64>,
    /// (total, parts) of each relation.
    pub relations: Vec<(usize, Vec<usize>)>,
    /// The relations of each cell.
    pub touching: Vec<Vec<usize>>,
    /// What has to be protected.
    pub needs: Vec<Need>,
    /// A value no cell needs to exceed.
    pub cap: i64,
}

/// The share of a weight by which the secret key may shift it, so that ties fall by key and never by value.
const TIE_SHARE: f64 = 1e-4;

impl Instance {
    /// Takes the numbers of a table set.
    #[must_use]
    pub fn of(set: &TableSet, key: &TieKey) -> Self {
        let needs = needs(set);
        let threshold = set.rules().iter().map(|rule| rule.public.threshold()).max().unwrap_or(1);
        let spread = needs.iter().map(|need| need.high).max().unwrap_or(0);
        let cap = 2 * set.cells().iter().map(|cell| cell.value).sum::<i64>() + 16 * threshold + spread;
        let mut instance = Instance {
            truth: set.cells().iter().map(|cell| cell.value).collect(),
            low: Vec::new(),
            high: Vec::new(),
            freedom: set.cells().iter().map(|cell| freedom(set, cell)).collect(),
            weight: set.cells().iter().map(|cell| weight(cell, key)).collect(),
            relations: set
                .relations()
                .iter()
                .map(|relation| (relation.total, relation.parts.clone()))
                .collect(),
            touching: vec![Vec::new(); set.cells().len()],
            needs,
            cap,
        };
        for cell in set.cells() {
            let (low, high) = bounds(set, cell, cap);
            instance.low.push(low);
            instance.high.push(high);
        }
        for need in &instance.needs {
            instance.freedom[need.cell] = Freedom::Free;
        }
        for (index, (total, parts)) in instance.relations.iter().enumerate() {
            for &cell in parts.iter().chain([total]) {
                instance.touching[cell].push(index);
            }
        }
        instance
    }

    /// The pattern before any secondary suppression.
    #[must_use]
    pub fn primary_pattern(&self) -> Vec<bool> {
        self.freedom.iter().map(|&freedom| freedom == Freedom::Free).collect()
    }

    /// Whether truth plus `step` fits the pattern: integer addition only.
    #[must_use]
    pub fn accepts(&self, pattern: &[bool], step: &Move) -> bool {
        let inside = step.iter().all(|&(cell, change)| {
            let value = self.truth[cell] + change;
            pattern[cell]
                && self.freedom[cell] != Freedom::Fixed
                && self.low[cell] <= value
                && value <= self.high[cell]
        });
        inside && self.balanced(step)
    }

    /// Whether `step` changes no relation.
    fn balanced(&self, step: &Move) -> bool {
        let change = |cell: usize| match step.binary_search_by_key(&cell, |&(cell, _)| cell) {
            Ok(place) => step[place].1,
            Err(_) => 0,
        };
        step.iter().flat_map(|&(cell, _)| &self.touching[cell]).all(|&index| {
            let (total, parts) = &self.relations[index];
            parts.iter().map(|&part| change(part)).sum::<i64>() == change(*total)
        })
    }

    /// How far `step` can be repeated, backwards and forwards, without leaving the bounds.
    #[must_use]
    pub fn reach(&self, step: &Move) -> (i64, i64) {
        let (mut back, mut forth) = (i64::MAX, i64::MAX);
        for &(cell, change) in step {
            let (down, up) = (self.truth[cell] - self.low[cell], self.high[cell] - self.truth[cell]);
            let (with, against) = if change > 0 { (up, down) } else { (down, up) };
            forth = forth.min(with / change.abs());
            back = back.min(against / change.abs());
        }
        (back, forth)
    }
}

fn freedom(set: &TableSet, cell: &Cell) -> Freedom {
    let shown_zero = cell.value == cell.known
        && set.rule_of(cell).is_some_and(|rule| matches!(zeros(rule.public), Some(Zeros::Open)));
    match cell.offer {
        Offer::Hidden { .. } | Offer::Carried(_) => Freedom::Free,
        Offer::Earlier(Status::Withheld | Status::Carried(_) | Status::Hidden) => Freedom::Free,
        Offer::Earlier(Status::Published(_)) | Offer::Required => Freedom::Fixed,
        Offer::Offered if shown_zero => Freedom::Fixed,
        Offer::Offered => Freedom::Candidate,
    }
}

fn zeros(rule: crate::view::PublicRule) -> Option<Zeros> {
    match rule {
        crate::view::PublicRule::Frequency { zeros, .. }
        | crate::view::PublicRule::NotExact { zeros, .. } => Some(zeros),
        crate::view::PublicRule::Magnitude => None,
    }
}

fn bounds(set: &TableSet, cell: &Cell, cap: i64) -> (i64, i64) {
    let rule = set.rule_of(cell).map(|rule| rule.public);
    let floor = rule.map_or(0, crate::view::PublicRule::withheld_floor);
    let k = rule.map_or(1, crate::view::PublicRule::threshold);
    match cell.offer {
        Offer::Carried(last) | Offer::Earlier(Status::Carried(last)) => (last, last + k - 1),
        Offer::Earlier(Status::Published(value)) => (value, value),
        Offer::Hidden { .. } | Offer::Earlier(Status::Hidden) => (cell.known, cap),
        Offer::Offered | Offer::Required | Offer::Earlier(Status::Withheld) => (cell.known + floor, cap),
    }
}

fn weight(cell: &Cell, key: &TieKey) -> f64 {
    f64::from(cell.weight) * (1.0 + TIE_SHARE * key.share(&cell.id))
}
