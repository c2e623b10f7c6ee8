//! Ways out when a wish cannot be met: what to collapse or withhold, cheapest first.
//!
//! Each remedy is tried on a copy of the tables; only those after which everything can be protected are listed, with what
//! they cost. The committee chooses; nothing is chosen for it.
#![expect(
    clippy::indexing_slicing,
    reason = "every index was handed out by the joined set that sized the vectors"
)]

use std::collections::BTreeSet;

use crate::cell::CellId;
use crate::instance::Instance;
use crate::primary::disclosed_groups;
use crate::progress::{Budget, Stopped, Watch};
use crate::suppress::Suppression;
use crate::tables::{Offer, TableSet};
use crate::tie::TieKey;

/// The most remedies that are tried.
pub const REMEDIES_MAX: usize = 24;

/// Something the committee may decide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Print only the total of these parts, not the parts.
    Collapse {
        /// The total that stays.
        total: CellId,
        /// The parts that go.
        parts: Vec<CellId>,
    },
    /// Let go of a headline figure.
    Withhold {
        /// The figure.
        cell: CellId,
    },
    /// Publish nothing of this release.
    WithholdRelease,
}

/// An action and what is lost by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// What to do.
    pub action: Action,
    /// The weight of everything that would then not be published.
    pub cost: u64,
}

/// A wish that cannot be met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Infeasible {
    /// The cells that cannot be protected whatever is withheld.
    pub unprotectable: Vec<CellId>,
    /// Ways out, cheapest first; the last one always helps.
    pub remedies: Vec<Remedy>,
}

/// Tries remedies around the cells that cannot be protected.
///
/// # Errors
/// When the watcher stops the work.
pub fn remedies(
    set: &TableSet,
    unprotectable: &[CellId],
    key: &TieKey,
    budget: &Budget,
    watch: &mut dyn Watch,
) -> Result<Vec<Remedy>, Stopped> {
    let mut found = Vec::new();
    for (action, changed) in candidates(set, unprotectable).into_iter().take(REMEDIES_MAX) {
        if let Some(cost) = cost_after(&changed, set, key, budget, watch)? {
            found.push(Remedy { action, cost });
        }
    }
    found.sort_by(|left, right| (left.cost, &left.action).cmp(&(right.cost, &right.action)));
    let everything =
        set.cells().iter().filter(|cell| is_offered(cell.offer)).map(|cell| u64::from(cell.weight)).sum();
    found.push(Remedy { action: Action::WithholdRelease, cost: everything });
    Ok(found)
}

fn candidates(set: &TableSet, unprotectable: &[CellId]) -> Vec<(Action, TableSet)> {
    let mut found = Vec::new();
    for (index, cell) in set.cells().iter().enumerate().filter(|(_, cell)| cell.offer == Offer::Required) {
        let mut changed = set.clone();
        if let Some(cell) = changed.cell_mut(index) {
            cell.offer = Offer::Offered;
        }
        found.push((Action::Withhold { cell: cell.id.clone() }, changed));
    }
    let exposed: BTreeSet<usize> = unprotectable.iter().filter_map(|id| set.find(id)).collect();
    for relation in set.relations() {
        let near = relation.parts.iter().chain([&relation.total]).any(|cell| exposed.contains(cell));
        let shown = relation.parts.iter().any(|&part| is_offered(set.cells()[part].offer));
        if !near || !shown {
            continue;
        }
        let parts: Vec<usize> = below(set, &relation.parts);
        let mut changed = set.clone();
        for &part in &parts {
            if let Some(cell) = changed.cell_mut(part).filter(|cell| is_offered(cell.offer)) {
                cell.offer = Offer::Hidden { guarded: true };
            }
        }
        let name = |cell: usize| set.cells()[cell].id.clone();
        let action = Action::Collapse {
            total: name(relation.total),
            parts: relation.parts.iter().map(|&part| name(part)).collect(),
        };
        found.push((action, changed));
    }
    found
}

/// Cells and all their parts.
fn below(set: &TableSet, start: &[usize]) -> Vec<usize> {
    let mut found: BTreeSet<usize> = start.iter().copied().collect();
    let mut grown = true;
    while grown {
        let inside = |relation: &&crate::view::Relation| found.contains(&relation.total);
        let parts: Vec<usize> =
            set.relations().iter().filter(inside).flat_map(|relation| relation.parts.clone()).collect();
        let before = found.len();
        found.extend(parts);
        grown = found.len() > before;
    }
    found.into_iter().collect()
}

/// The weight that is lost after a remedy, or `None` when it does not help.
fn cost_after(
    changed: &TableSet,
    original: &TableSet,
    key: &TieKey,
    budget: &Budget,
    watch: &mut dyn Watch,
) -> Result<Option<u64>, Stopped> {
    let instance = Instance::of(changed, key);
    let required = instance.needs.iter().any(|need| changed.cells()[need.cell].offer == Offer::Required);
    if required || !disclosed_groups(changed).is_empty() {
        return Ok(None);
    }
    let mut search = Suppression::new(&instance, budget);
    if !search.grow(0, watch)?.is_empty() {
        return Ok(None);
    }
    let lost = |cell: &usize| {
        let was = is_offered(original.cells()[*cell].offer);
        let is = is_offered(changed.cells()[*cell].offer);
        was && (!is || search.pattern[*cell])
    };
    let weight = |cell: usize| u64::from(original.cells()[cell].weight);
    Ok(Some((0..search.pattern.len()).filter(lost).map(weight).sum()))
}

fn is_offered(offer: Offer) -> bool {
    matches!(offer, Offer::Offered | Offer::Required)
}
