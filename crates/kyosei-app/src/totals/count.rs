//! From counted rows and the ledger to cells and relations.
//!
//! A cumulative figure is what the ledger had plus the records that no release counted so far. So a figure never falls when
//! somebody leaves or is erased, nobody is counted twice after moving, and a record that arrives late from another laptop is
//! in the next release. All combinations of all dimensions become cells; those that the table does not publish stay hidden,
//! and are protected all the same.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_disclosure::cross::{CrossTable, FillError, Record};
use kyosei_disclosure::hierarchy::{Hierarchy, HierarchyError};
use kyosei_disclosure::ledger::{Step, StepRule};
use kyosei_disclosure::tables::TableError;
use kyosei_disclosure::{Cell, CellId, Offer, Rule, TableSet};
use kyosei_model::SupporterId;
use thiserror::Error;

use super::definition::{Counted, TableDefinition};
use super::ledger::CountedState;
use super::period::Period;

/// The code of the total of every dimension; it never stands in a cell id.
const TOTAL: &str = "all";

/// Cells of one period, ready to be protected.
#[derive(Debug, Clone)]
pub struct Counting {
    /// The cells.
    pub set: TableSet,
    /// Figures that grow from the release before.
    pub steps: Vec<Step>,
    /// The records that are counted for the first time.
    pub newly_counted: Vec<SupporterId>,
}

/// Why no cells could be made: an error in a definition, or figures beyond every limit.
#[derive(Debug, Error)]
pub enum CountError {
    /// The categories of a dimension form no hierarchy.
    #[error(transparent)]
    Hierarchy(#[from] HierarchyError),
    /// The cells could not be filled.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// The cells do not form a table set.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A figure that only grows is smaller than before.
    #[error("cell {0} fell although it only grows")]
    Fell(CellId),
}

/// Counts everything up to the end of a period.
///
/// # Errors
/// See [`CountError`].
pub fn cumulative(
    table: &TableDefinition,
    rows: &[Counted],
    before: Option<&CountedState>,
    period: Period,
) -> Result<Counting, CountError> {
    let counted = before.map(|state| &state.counted);
    let was_counted = |row: &Counted| counted.is_some_and(|ids| ids.contains(&row.id));
    let is_in_time = |row: &Counted| Period::month_of(row.received_at).is_some_and(|month| month <= period);
    let joins = |row: &Counted| row.may_join && !was_counted(row) && is_in_time(row);
    let new: Vec<&Counted> = rows.iter().filter(|row| joins(row)).collect();
    let cross = cross(table, period)?;
    let mut values: BTreeMap<Vec<&'static str>, i64> = BTreeMap::new();
    for codes in leaves(table) {
        values.insert(codes.clone(), said(table, before, &codes)?);
    }
    for row in &new {
        *values.entry(row.codes.clone()).or_insert(0) += 1;
    }
    let present: Vec<&Counted> = rows.iter().filter(|row| was_counted(row) || joins(row)).collect();
    let mut set = TableSet::new(vec![rule(table)]);
    fill(&mut set, table, &cross, &values, &present)?;
    let steps = match before {
        Some(state) => steps(&set, table, state.period, period)?,
        None => Vec::new(),
    };
    let mut newly_counted: Vec<SupporterId> = new.iter().map(|row| row.id).collect();
    newly_counted.sort_unstable();
    Ok(Counting { set, steps, newly_counted })
}

/// Counts what came new between two states of a cumulative table, and ties it to them by `later = earlier + new`.
///
/// # Errors
/// See [`CountError`].
pub fn new_between(
    table: &TableDefinition,
    cumulative: &TableDefinition,
    rows: &[Counted],
    (earlier, later): (Option<&CountedState>, &CountedState),
    year: Period,
) -> Result<Counting, CountError> {
    let mut values = BTreeMap::new();
    for codes in leaves(table) {
        let (from, to) = (said(cumulative, earlier, &codes)?, said(cumulative, Some(later), &codes)?);
        let new = to.checked_sub(from).filter(|new| *new >= 0);
        let new = new.ok_or(id(cumulative, later.period, &codes)).map_err(or_fell)?;
        values.insert(codes, new);
    }
    let before = |id: &SupporterId| earlier.is_some_and(|state| state.counted.contains(id));
    let is_new = |row: &&Counted| later.counted.contains(&row.id) && !before(&row.id);
    let present: Vec<&Counted> = rows.iter().filter(is_new).collect();
    let mut set = TableSet::new(vec![rule(table), rule(cumulative)]);
    let cells = fill(&mut set, table, &cross(table, year)?, &values, &present)?;
    let upper = cross(cumulative, later.period)?;
    let lower = earlier.map(|state| cross(cumulative, state.period)).transpose()?;
    for (combination, cell) in cells {
        let mut parts = vec![cell];
        let mut sum = set.cells().get(cell).map_or(0, |cell| cell.value);
        if let (Some(lower), Some(state)) = (&lower, earlier) {
            let id = lower.id(&combination).map_err(FillError::from)?;
            let value = state.values.get(&id).copied().unwrap_or(0);
            parts.push(set.add(hidden(id, value))?);
            sum += value;
        }
        let id = upper.id(&combination).map_err(FillError::from)?;
        let total = set.add(hidden(id, sum))?;
        set.relate(total, parts)?;
    }
    Ok(Counting { set, steps: Vec::new(), newly_counted: Vec::new() })
}

/// A cell of an earlier release, under the second rule. What was said of it then comes from the ledger.
fn hidden(id: CellId, value: i64) -> Cell {
    Cell { offer: Offer::Hidden { guarded: true }, ..Cell::count(id, 1, value) }
}

fn rule(table: &TableDefinition) -> Rule {
    Rule::frequency(table.k, table.zeros)
}

fn cross(table: &TableDefinition, period: Period) -> Result<CrossTable, CountError> {
    let hierarchy = |dimension: &super::definition::Dimension| {
        let codes: Vec<&str> = dimension.categories.iter().map(|category| category.code).collect();
        Hierarchy::flat(dimension.code, TOTAL, &codes)
    };
    Ok(CrossTable {
        unit: table.unit.to_owned(),
        period: period.to_string(),
        dimensions: table.dimensions.iter().map(hierarchy).collect::<Result<_, _>>()?,
        rule: 0,
    })
}

/// Every combination of categories.
fn leaves(table: &TableDefinition) -> Vec<Vec<&'static str>> {
    table.dimensions.iter().fold(vec![Vec::new()], |found, dimension| {
        let extend = |prefix: &Vec<&'static str>| {
            let prefix = prefix.clone();
            dimension.categories.iter().map(move |category| {
                prefix.iter().copied().chain([category.code]).collect::<Vec<&'static str>>()
            })
        };
        found.iter().flat_map(extend).collect()
    })
}

fn id(table: &TableDefinition, period: Period, codes: &[&'static str]) -> Result<CellId, FillError> {
    let pairs: Vec<(&str, &str)> =
        table.dimensions.iter().map(|dimension| dimension.code).zip(codes.iter().copied()).collect();
    Ok(CellId::query(table.unit, &period.to_string(), &pairs)?)
}

/// What a state had counted in a finest cell.
fn said(
    table: &TableDefinition,
    state: Option<&CountedState>,
    codes: &[&'static str],
) -> Result<i64, CountError> {
    let Some(state) = state else { return Ok(0) };
    Ok(state.values.get(&id(table, state.period, codes)?).copied().unwrap_or(0))
}

fn or_fell(id: Result<CellId, FillError>) -> CountError {
    match id {
        Ok(id) => CountError::Fell(id),
        Err(error) => CountError::Fill(error),
    }
}

/// Adds all cells; those that the table does not offer are hidden.
fn fill(
    set: &mut TableSet,
    table: &TableDefinition,
    cross: &CrossTable,
    values: &BTreeMap<Vec<&'static str>, i64>,
    present: &[&Counted],
) -> Result<BTreeMap<Vec<usize>, usize>, CountError> {
    let records: Vec<Record> =
        values.iter().flat_map(|(codes, &value)| records(codes, value, present)).collect();
    let cells = cross.fill(set, &records)?;
    for (combination, &cell) in &cells {
        let places = combination.iter().zip(&cross.dimensions).enumerate();
        let broken_down_by: Vec<usize> =
            places.filter(|(_, (code, dimension))| !dimension.is_total(**code)).map(|(at, _)| at).collect();
        if let Some(cell) = set.cell_mut(cell).filter(|_| !table.offers(&broken_down_by)) {
            cell.offer = Offer::Hidden { guarded: true };
        }
    }
    Ok(cells)
}

/// As many records as the finest cell counts: those that are still here, the publicly known first, then nameless ones for
/// who was counted and has left.
fn records(codes: &[&'static str], value: i64, present: &[&Counted]) -> Vec<Record> {
    let wanted = usize::try_from(value).unwrap_or(0);
    let here = |is_known: bool| {
        let matching = present.iter().filter(move |row| row.is_known == is_known && row.codes == codes);
        matching.map(|row| (row.is_known, row.holding.map(holding_name)))
    };
    let left = std::iter::repeat((false, None));
    let of = |(known, holding)| Record {
        codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        holding,
        known,
        amount: 1,
    };
    here(true).chain(here(false)).chain(left).take(wanted).map(of).collect()
}

fn holding_name(bytes: [u8; 16]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every cell grows from the same cell of the release before.
fn steps(
    set: &TableSet,
    table: &TableDefinition,
    earlier: Period,
    current: Period,
) -> Result<Vec<Step>, CountError> {
    let (from, to) = (format!("{}[{earlier}]", table.unit), format!("{}[{current}]", table.unit));
    let ids: BTreeSet<&CellId> = set.cells().iter().map(|cell| &cell.id).collect();
    let step = |id: &CellId| {
        let rest = id.as_str().strip_prefix(&to).unwrap_or_default();
        let earlier = CellId::parse(&format!("{from}{rest}")).map_err(FillError::from)?;
        Ok(Step { earlier, current: id.clone(), rule: StepRule::Carry })
    };
    ids.into_iter().map(step).collect()
}
