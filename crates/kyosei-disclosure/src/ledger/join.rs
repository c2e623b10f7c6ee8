//! Putting the past under a new release.
//!
//! [`join`] returns one table set: every cell of every entry as it was said, the new cells, and the steps between growing
//! figures. A new cell that was spoken of before keeps what was said then; a changed figure is refused, since the difference
//! of the two would be a new statement about a few people.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::audit::cheap_table;
use crate::cell::{CellId, CellIdError};
use crate::ledger::{Entry, Ledger};
use crate::progress::Budget;
use crate::series::{Figure, next_figure};
use crate::tables::{Cell, Offer, Rule, TableError, TableSet};
use crate::unknown::Unknowns;
use crate::view::{PublicRule, Relation, Status, View, ViewCell, ViewError};

/// How a growing figure is protected against subtraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepRule {
    /// The k-increment rule: fewer than `k` new ones, and the old figure is printed again.
    Carry,
    /// The increment is protected like a count of its own.
    Guard,
}

/// A figure that only grows from an earlier cell to a current one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The earlier cell.
    pub earlier: CellId,
    /// The current cell.
    pub current: CellId,
    /// How the step is protected.
    pub rule: StepRule,
}

/// Why the past and the new tables do not go together.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JoinError {
    /// A figure said before would now be another.
    #[error("cell {0} was published before with another figure")]
    Revised(CellId),
    /// The ledger was written apart and nothing more may be said of this cell.
    #[error("cell {0} is frozen since two releases were made apart")]
    Frozen(CellId),
    /// A growing figure fell.
    #[error("cell {0} fell although it only grows")]
    Decreased(CellId),
    /// A step names a cell that nobody gave.
    #[error("a step names the unknown cell {0}")]
    UnknownCell(CellId),
    /// What others published contradicts our figures.
    #[error("the reports in the ledger contradict each other or the new figures")]
    Contradiction,
    /// A cell id could not be written.
    #[error("bad cell id")]
    Id(#[from] CellIdError),
    /// The cells do not form a table set.
    #[error("bad table")]
    Table(#[from] TableError),
    /// The cells do not form a view.
    #[error("bad view")]
    View(#[from] ViewError),
}

/// Joins the ledger, the new tables and the steps between them.
///
/// # Errors
/// Any [`JoinError`]; nothing may be released then.
pub fn join(set: &TableSet, steps: &[Step], ledger: &Ledger, budget: &Budget) -> Result<TableSet, JoinError> {
    let mut past = Past::of(ledger);
    past.learn(set)?;
    let completed = past.complete(set, budget)?;
    let mut joined =
        TableSet::new(set.rules().iter().cloned().chain(past.rules.iter().copied().map(rule)).collect());
    for cell in set.cells() {
        joined.add(past.now(cell, ledger)?)?;
    }
    for (offset, (entry_seq, cell)) in past.cells.iter().enumerate() {
        if set.find(&cell.id).is_none() {
            let value = completed.get(&cell.id).copied().unwrap_or(0);
            let rule = set.rules().len() + past.rule_index.get(offset).copied().unwrap_or(0);
            let offer = match cell.status {
                Status::Hidden => Offer::Hidden { guarded: cell.guarded },
                Status::Published(_) | Status::Carried(_) | Status::Withheld => Offer::Earlier(cell.status),
            };
            let known = cell.known.min(value);
            joined.add(Cell {
                release: *entry_seq,
                offer,
                known,
                ..Cell::count(cell.id.clone(), rule, value)
            })?;
        }
    }
    relate_all(&mut joined, set, ledger)?;
    let mut increments = BTreeMap::new();
    for step in steps {
        let (current, increment) = add_step(&mut joined, step, ledger.next_seq())?;
        increments.insert(current, increment);
    }
    relate_increments(&mut joined, &increments)?;
    Ok(joined)
}

/// Pairs of published figures, ours and another body's, whose unexplained difference is small: (ours, theirs).
#[must_use]
pub fn near_differences(ours: &[(CellId, i64)], theirs: &[(CellId, i64)], k: i64) -> Vec<(CellId, CellId)> {
    let near = |left: i64, right: i64| (1..k).contains(&(left - right).abs());
    ours.iter()
        .flat_map(|(our, left)| theirs.iter().map(move |(their, right)| (our, *left, their, *right)))
        .filter(|&(our, left, their, right)| our != their && near(left, right))
        .map(|(our, _, their, _)| (our.clone(), their.clone()))
        .collect()
}

/// What the ledger says, one record for each cell.
struct Past {
    cells: Vec<(u32, ViewCell)>,
    values: BTreeMap<CellId, Option<i64>>,
    rules: Vec<PublicRule>,
    rule_index: Vec<usize>,
    relations: Vec<(CellId, Vec<CellId>)>,
}

impl Past {
    fn of(ledger: &Ledger) -> Self {
        let mut past = Past {
            cells: vec![],
            values: BTreeMap::new(),
            rules: vec![],
            rule_index: vec![],
            relations: vec![],
        };
        for entry in ledger.entries() {
            past.take(entry);
        }
        past
    }

    fn take(&mut self, entry: &Entry) {
        for cell in &entry.draft.cells {
            let said = match cell.status {
                Status::Published(value) => Some(value),
                Status::Carried(_) | Status::Withheld | Status::Hidden => cell.value,
            };
            if self.values.contains_key(&cell.id)
                && let Some(place) = self.cells.iter().position(|(_, known)| known.id == cell.id)
            {
                // Released again: what was only hidden or withheld may have been said since, here or on another laptop.
                self.values.entry(cell.id.clone()).and_modify(|value| *value = value.or(said));
                if let Some((seq, known)) =
                    self.cells.get_mut(place).filter(|(_, known)| says_more(cell.status, known.status))
                {
                    (*seq, known.release) = (entry.seq, entry.seq);
                    (known.status, known.known, known.guarded) = (cell.status, cell.known, cell.guarded);
                }
                continue;
            }
            let known_rule = self.rules.iter().position(|&rule| rule == cell.rule);
            let rule = known_rule.unwrap_or_else(|| {
                self.rules.push(cell.rule);
                self.rules.len() - 1
            });
            self.values.insert(cell.id.clone(), said);
            self.rule_index.push(rule);
            let (id, status) = (cell.id.clone(), cell.status);
            let (known, guarded) = (cell.known, cell.guarded);
            self.cells.push((entry.seq, ViewCell { id, release: entry.seq, rule, status, known, guarded }));
        }
        self.relations.extend(entry.draft.relations.iter().cloned());
    }

    /// The present tables may tell us a true value that the ledger lacks; they must not contradict one that it has.
    fn learn(&mut self, set: &TableSet) -> Result<(), JoinError> {
        for cell in set.cells() {
            if let Some(value) = self.values.get_mut(&cell.id) {
                if value.is_some_and(|value| value != cell.value) {
                    return Err(JoinError::Revised(cell.id.clone()));
                }
                *value = Some(cell.value);
            }
        }
        Ok(())
    }

    /// A true value for every past cell; cells of others that they withheld get one that fits.
    fn complete(&self, set: &TableSet, budget: &Budget) -> Result<BTreeMap<CellId, i64>, JoinError> {
        let mut cells: Vec<ViewCell> = Vec::new();
        for (_, cell) in &self.cells {
            let status = match self.values.get(&cell.id).copied().flatten() {
                Some(value) => Status::Published(value),
                None => cell.status,
            };
            cells.push(ViewCell { status, ..cell.clone() });
        }
        for cell in set.cells().iter().filter(|cell| !self.values.contains_key(&cell.id)) {
            let status = Status::Published(cell.value);
            cells.push(ViewCell {
                id: cell.id.clone(),
                release: 0,
                rule: 0,
                status,
                known: 0,
                guarded: false,
            });
        }
        let place: BTreeMap<CellId, usize> =
            cells.iter().enumerate().map(|(place, cell)| (cell.id.clone(), place)).collect();
        let mut relations: Vec<Relation> = Vec::new();
        for (total, parts) in self.relations.iter().cloned().chain(named(set)) {
            let find = |id: &CellId| place.get(id).copied().ok_or_else(|| JoinError::UnknownCell(id.clone()));
            let mut parts: Vec<usize> = parts.iter().map(find).collect::<Result<_, _>>()?;
            parts.sort_unstable();
            relations.push(Relation { total: find(&total)?, parts });
        }
        let rules = if self.rules.is_empty() { vec![PublicRule::Magnitude] } else { self.rules.clone() };
        let view = View::new(rules, cells, relations)?;
        let table = fitting_table(&view, budget).ok_or(JoinError::Contradiction)?;
        Ok(view.cells().iter().map(|cell| cell.id.clone()).zip(table).collect())
    }

    /// A new cell as it may be said now.
    fn now(&self, cell: &Cell, ledger: &Ledger) -> Result<Cell, JoinError> {
        let earlier = self.cells.iter().find(|(_, earlier)| earlier.id == cell.id);
        let mut now = Cell { release: ledger.next_seq(), ..cell.clone() };
        match earlier {
            Some((seq, earlier)) if earlier.status != Status::Hidden => {
                now.release = *seq;
                now.offer = Offer::Earlier(earlier.status);
                now.known = earlier.known.min(now.value);
            }
            Some(_) | None => {
                let says_something = !matches!(cell.offer, Offer::Hidden { .. });
                if says_something && ledger.frozen().contains(&cell.id) {
                    return Err(JoinError::Frozen(cell.id.clone()));
                }
            }
        }
        Ok(now)
    }
}

/// Whether a status tells a reader more of a cell than another.
fn says_more(now: Status, before: Status) -> bool {
    let rank = |status: Status| match status {
        Status::Hidden => 0,
        Status::Withheld => 1,
        Status::Carried(_) => 2,
        Status::Published(_) => 3,
    };
    rank(now) > rank(before)
}

fn rule(public: PublicRule) -> Rule {
    Rule { public, concentration: None, group: false }
}

/// The relations of a set by cell id.
fn named(set: &TableSet) -> impl Iterator<Item = (CellId, Vec<CellId>)> + '_ {
    let name = |index: usize| set.cells().get(index).map(|cell| cell.id.clone());
    set.relations().iter().filter_map(move |relation| {
        let parts: Option<Vec<CellId>> = relation.parts.iter().map(|&part| name(part)).collect();
        Some((name(relation.total)?, parts?))
    })
}

fn relate_all(joined: &mut TableSet, set: &TableSet, ledger: &Ledger) -> Result<(), JoinError> {
    let past = ledger.entries().iter().flat_map(|entry| entry.draft.relations.iter().cloned());
    let all: Vec<(CellId, Vec<CellId>)> = past.chain(named(set)).collect();
    for (total, parts) in all {
        let find = |id: &CellId| joined.find(id).ok_or_else(|| JoinError::UnknownCell(id.clone()));
        let places: Vec<usize> = parts.iter().map(find).collect::<Result<_, _>>()?;
        let total = find(&total)?;
        joined.relate(total, places)?;
    }
    Ok(())
}

fn fitting_table(view: &View, budget: &Budget) -> Option<Vec<i64>> {
    let unknowns = Unknowns::of(view).ok()?;
    let parts: Option<Vec<Vec<i64>>> = unknowns
        .components
        .iter()
        .map(|component| Some(cheap_table(component, &vec![1.0; component.cells.len()], budget.nodes_max)?.0))
        .collect();
    let parts = parts?;
    Some(unknowns.whole(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

/// Adds the hidden increment between two cells, and carries the old figure where the rule says so. Gives the current cell
/// and its increment.
fn add_step(joined: &mut TableSet, step: &Step, release: u32) -> Result<(usize, usize), JoinError> {
    let find = |id: &CellId| joined.find(id).ok_or_else(|| JoinError::UnknownCell(id.clone()));
    let (earlier, current) = (find(&step.earlier)?, find(&step.current)?);
    let (Some(before), Some(after)) =
        (joined.cells().get(earlier).cloned(), joined.cells().get(current).cloned())
    else {
        return Err(JoinError::UnknownCell(step.current.clone()));
    };
    let grown = after.value - before.value;
    if grown < 0 {
        return Err(JoinError::Decreased(step.current.clone()));
    }
    let k = joined.rule_of(&after).map_or(1, |rule| rule.public.threshold());
    let figure = match before.offer {
        Offer::Earlier(Status::Published(value) | Status::Carried(value)) => Some(value),
        Offer::Earlier(Status::Withheld | Status::Hidden)
        | Offer::Offered
        | Offer::Required
        | Offer::Hidden { .. }
        | Offer::Carried(_) => None,
    };
    let carries = step.rule == StepRule::Carry && figure.is_some();
    if let (true, Some(last), Some(cell)) = (carries, figure, joined.cell_mut(current)) {
        let open = matches!(cell.offer, Offer::Offered | Offer::Required);
        if let (true, Figure::Carried(last)) = (open, next_figure(Some(last), after.value, k)) {
            cell.offer = Offer::Carried(last);
        }
    }
    let id = CellId::parse(&format!("increment of {} since {}", step.current, step.earlier))?;
    let offer = Offer::Hidden { guarded: !carries };
    let increment = joined.add(Cell { release, offer, ..Cell::count(id, after.rule, grown) })?;
    joined.relate(current, vec![earlier, increment])?;
    Ok((current, increment))
}

/// What came to a total is what came to its parts. It follows from the rest, and is written down so that nobody needs to
/// search for it.
fn relate_increments(joined: &mut TableSet, increments: &BTreeMap<usize, usize>) -> Result<(), JoinError> {
    let of = |cell: &usize| increments.get(cell).copied();
    let value = |cell: usize| joined.cells().get(cell).map_or(0, |cell| cell.value);
    let all: Vec<(usize, Vec<usize>)> = joined
        .relations()
        .iter()
        .filter_map(|relation| {
            Some((of(&relation.total)?, relation.parts.iter().map(of).collect::<Option<_>>()?))
        })
        // The parts of an earlier release may have been others.
        .filter(|(total, parts): &(usize, Vec<usize>)| {
            parts.iter().map(|&part| value(part)).sum::<i64>() == value(*total)
        })
        .collect();
    for (total, parts) in all {
        joined.relate(total, parts)?;
    }
    Ok(())
}
