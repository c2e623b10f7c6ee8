//! The attack suite: what a determined reader can do with a publication, ours or any other tool's.
//!
//! Attacks A1 to A6 work on a [`View`], which holds earlier releases (A7), other bodies' reports (A8) and overlapping or
//! recoded groups (A9) as cells and relations of its own. [`inverse`] reruns a tool on every table that fits (A12);
//! [`outside`] holds what is not a table: percentages (A10), redrawn figures (A11), revisions (A13), order (A14), public lists
//! (A15) and prose (A16). [`score`] counts: E exactly known primaries, R primaries whose range misses the rule's, F attacks
//! that succeed although the tool said safe. Attacks are measurements; nothing is made safe here.

mod algebra;
pub mod inverse;
pub mod outside;

use std::collections::BTreeMap;

use crate::audit::{Range, audit, audit_real};
use crate::cell::CellId;
use crate::check::covers;
use crate::propagate::Contradiction;
use crate::view::{PublicRule, Status, View, ViewCell, ViewError, Zeros};

pub use algebra::solved;

/// A way of attacking one view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attack {
    /// A1: solving the equations exactly.
    Elimination,
    /// A2: real-valued bounds.
    RealBounds,
    /// A3: integer bounds, without knowing the rule.
    IntegerBounds,
    /// A4: integer bounds, knowing the rule and the zero pattern.
    RuleAware,
    /// A4 with primary cells marked as such, as many tools publish them.
    MarkedPrimary,
    /// A6: a whole group shares one property.
    Group,
}

/// A primary cell, what a reader must be left with, and the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its index in the view.
    pub cell: usize,
    /// Both ends have to stay possible.
    pub wanted: (i64, i64),
    /// The true value; attacks use it only to tell whether they succeeded, and as an insider's knowledge.
    pub truth: i64,
}

/// What the attacks found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// E: primaries with one feasible value.
    pub exact: Vec<CellId>,
    /// R: primaries whose range misses what the rule leaves open.
    pub narrowed: Vec<CellId>,
    /// F: attack by attack, the primaries it lays open.
    pub found: BTreeMap<Attack, Vec<CellId>>,
}

impl Score {
    /// Whether no attack got through that works on every publication. Visible marks and shared properties count
    /// only where there are marks and sensitive properties; the caller looks at those in `found`.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let general = |attack: &Attack| !matches!(attack, Attack::MarkedPrimary | Attack::Group);
        self.exact.is_empty() && self.narrowed.is_empty() && !self.found.keys().any(general)
    }
}

/// Why a view cannot be attacked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttackError {
    /// No table fits it.
    #[error("the publication contradicts itself")]
    Contradiction,
    /// A changed copy of it is no view.
    #[error("the publication is malformed")]
    Malformed(#[from] ViewError),
}

impl From<Contradiction> for AttackError {
    fn from(_: Contradiction) -> Self {
        AttackError::Contradiction
    }
}

/// Runs A1 to A4 and A6 against a view; for A5 see [`insiders`].
///
/// # Errors
/// When the view contradicts itself.
pub fn score(view: &View, targets: &[Target], nodes_max: u64) -> Result<Score, AttackError> {
    let mut score = Score::default();
    let aware = audit(view, nodes_max)?;
    for target in targets {
        let (Some(range), Some(cell)) = (aware.get(target.cell), view.cells().get(target.cell)) else {
            continue;
        };
        if range.low == range.high {
            score.exact.push(cell.id.clone());
        }
        if !covers(view.rule_of(cell), (range.low, range.high), target.wanted) {
            score.narrowed.push(cell.id.clone());
        }
    }
    let exact = |ranges: &[Range]| -> Vec<usize> {
        let known = |target: &&Target| ranges.get(target.cell).is_some_and(|range| range.low == range.high);
        targets.iter().filter(known).map(|target| target.cell).collect()
    };
    let eliminated = solved(view);
    let open = |target: &&Target| eliminated.get(target.cell).copied().flatten() == Some(target.truth);
    score.note(view, Attack::Elimination, targets.iter().filter(open).map(|target| target.cell).collect());
    score.note(view, Attack::RealBounds, real_width(view, targets)?);
    score.note(view, Attack::IntegerBounds, exact(&audit(&forgetting_rule(view)?, nodes_max)?));
    score.note(view, Attack::RuleAware, exact(&aware));
    score.note(view, Attack::MarkedPrimary, marked(view, targets, &aware));
    score.note(view, Attack::Group, groups(view));
    Ok(score)
}

impl Score {
    fn note(&mut self, view: &View, attack: Attack, cells: Vec<usize>) {
        let ids: Vec<CellId> =
            cells.iter().filter_map(|&cell| view.cells().get(cell)).map(|cell| cell.id.clone()).collect();
        if !ids.is_empty() {
            self.found.insert(attack, ids);
        }
    }
}

fn real_width(view: &View, targets: &[Target]) -> Result<Vec<usize>, AttackError> {
    let ranges = audit_real(view)?;
    let narrow =
        |target: &&Target| ranges.get(target.cell).is_some_and(|(low, high)| (high - low).abs() < 1e-8);
    Ok(targets.iter().filter(narrow).map(|target| target.cell).collect())
}

/// The same publication read by somebody who does not know that shown zeros make withheld cells at least one.
fn forgetting_rule(view: &View) -> Result<View, ViewError> {
    let closed = |rule: &PublicRule| match *rule {
        PublicRule::Frequency { k, .. } => PublicRule::Frequency { k, zeros: Zeros::Closed },
        PublicRule::NotExact { k, .. } => PublicRule::NotExact { k, zeros: Zeros::Closed },
        PublicRule::Magnitude => PublicRule::Magnitude,
    };
    View::new(view.rules().iter().map(closed).collect(), view.cells().to_vec(), view.relations().to_vec())
}

/// A visible mark tells that the value is below the threshold; with a range of one value left it is exact.
fn marked(view: &View, targets: &[Target], aware: &[Range]) -> Vec<usize> {
    let known = |target: &&Target| {
        let (Some(cell), Some(range)) = (view.cells().get(target.cell), aware.get(target.cell)) else {
            return false;
        };
        let top = cell.known + view.rule_of(cell).threshold() - 1;
        cell.status == Status::Withheld && range.low == range.high.min(top)
    };
    targets.iter().filter(known).map(|target| target.cell).collect()
}

/// A5: somebody who knows one target from his own life; the other targets that he then knows exactly, as view indices.
///
/// # Errors
/// When the view contradicts itself.
pub fn insiders(view: &View, targets: &[Target], nodes_max: u64) -> Result<Vec<usize>, AttackError> {
    let mut found = Vec::new();
    for insider in targets {
        let mut cells = view.cells().to_vec();
        let Some(own) = cells.get_mut(insider.cell).filter(|cell| cell.status == Status::Withheld) else {
            continue;
        };
        own.status = Status::Published(insider.truth);
        let seen = View::new(view.rules().to_vec(), cells, view.relations().to_vec())?;
        let ranges = audit(&seen, nodes_max)?;
        let others = targets.iter().filter(|target| target.cell != insider.cell);
        let known = |target: &&Target| ranges.get(target.cell).is_some_and(|range| range.low == range.high);
        found.extend(others.filter(known).map(|target| target.cell));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Totals of which all members are shown to be in one part, or all but one person.
fn groups(view: &View) -> Vec<usize> {
    let value = |cell: &ViewCell| match cell.status {
        Status::Published(value) => Some(value),
        Status::Carried(_) | Status::Withheld | Status::Hidden => None,
    };
    let shared = |relation: &&crate::view::Relation| {
        let parts: Vec<&ViewCell> =
            relation.parts.iter().filter_map(|&part| view.cells().get(part)).collect();
        let total = view.cells().get(relation.total).and_then(value);
        parts.len() > 1
            && total.is_some_and(|total| total > 0 && parts.iter().any(|part| value(part) == Some(total)))
    };
    view.relations().iter().filter(shared).map(|relation| relation.total).collect()
}
