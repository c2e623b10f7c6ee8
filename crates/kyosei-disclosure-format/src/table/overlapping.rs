//! Groups that overlap: columns in which a row names several, and additional totals over the codes of a dimension.
//!
//! Both are tied to the atoms they share ([`kyosei_disclosure::overlap`]): treated as independent columns they would let
//! small counts be worked out.

use std::collections::BTreeSet;

use kyosei_disclosure::cross::CrossTable;
use kyosei_disclosure::hierarchy::Hierarchy;
use kyosei_disclosure::overlap::{Grouped, OverlapTable};
use kyosei_disclosure::{Cell, CellId, TableSet};

use super::{Row, TableFileError};
use crate::spec::{Grouping, Overlap, TotalsSpec};

/// Between the groups that one row names.
const SEPARATOR: char = ';';

/// The groups that a cell of the file names; `None` if one is unknown.
pub(super) fn groups(text: &str, overlap: &Overlap) -> Option<BTreeSet<String>> {
    let named = text.split(SEPARATOR).map(str::trim).filter(|group| !group.is_empty());
    named.map(|group| overlap.groups.iter().any(|known| known == group).then(|| group.to_owned())).collect()
}

/// Adds one table for each overlapping column.
pub(super) fn fill(set: &mut TableSet, rows: &[&Row], spec: &TotalsSpec) -> Result<(), TableFileError> {
    for (at, overlap) in spec.overlaps.iter().enumerate() {
        let grouped = |row: &&Row| Grouped {
            groups: row.groups.get(at).cloned().unwrap_or_default(),
            value: row.value,
            known: row.known,
        };
        let table = OverlapTable {
            unit: spec.unit.clone(),
            period: spec.period.clone(),
            dimension: overlap.name.clone(),
            groups: overlap.groups.clone(),
            rule: 0,
        };
        table.fill(set, &rows.iter().map(grouped).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// Adds the additional groups to every table that has their dimension.
pub(super) fn group(set: &mut TableSet, spec: &TotalsSpec) -> Result<(), TableFileError> {
    for grouping in &spec.groupings {
        for table in &spec.tables {
            let dimensions: Vec<Hierarchy> =
                table.iter().filter_map(|&at| spec.dimensions.get(at)).cloned().collect();
            if let Some(axis) = dimensions.iter().position(|one| one.name() == grouping.dimension) {
                let cross =
                    CrossTable { unit: spec.unit.clone(), period: spec.period.clone(), dimensions, rule: 0 };
                add(set, &cross, axis, grouping)?;
            }
        }
    }
    Ok(())
}

/// One more cell for each combination of the other dimensions, the sum of the cells of its codes.
fn add(
    set: &mut TableSet,
    cross: &CrossTable,
    axis: usize,
    grouping: &Grouping,
) -> Result<(), TableFileError> {
    let Some(dimension) = cross.dimensions.get(axis) else { return Ok(()) };
    let codes: Vec<usize> = grouping.of.iter().filter_map(|code| dimension.find(code)).collect();
    for others in combinations(&cross.dimensions, axis) {
        let mut parts = Vec::new();
        for &code in &codes {
            let mut combination = others.clone();
            combination.insert(axis, code);
            let id = cross.id(&combination)?;
            parts.push(set.find(&id).ok_or(TableFileError::UnknownCell(id))?);
        }
        let id = id(cross, axis, &others, &grouping.code)?;
        let sum = |of: fn(&Cell) -> i64| parts.iter().filter_map(|&part| set.cells().get(part)).map(of).sum();
        let (value, known) = (sum(|cell| cell.value), sum(|cell| cell.known));
        let weight = parts.iter().filter_map(|&part| set.cells().get(part)).map(|cell| cell.weight).max();
        let cell = Cell { known, weight: weight.unwrap_or(1), ..Cell::count(id, cross.rule, value) };
        let total = set.add(cell)?;
        set.relate(total, parts)?;
    }
    Ok(())
}

/// The id of a group's cell: the group in place of a code of its dimension.
fn id(cross: &CrossTable, axis: usize, others: &[usize], group: &str) -> Result<CellId, TableFileError> {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    let mut others = others.iter();
    for (at, dimension) in cross.dimensions.iter().enumerate() {
        if at == axis {
            pairs.push((dimension.name(), group));
        } else if let Some(&code) = others.next().filter(|code| !dimension.is_total(**code)) {
            pairs.push((dimension.name(), dimension.code(code)));
        }
    }
    Ok(CellId::query(&cross.unit, &cross.period, &pairs)?)
}

/// Every combination of codes of all dimensions but one.
fn combinations(dimensions: &[Hierarchy], but: usize) -> Vec<Vec<usize>> {
    let others = dimensions.iter().enumerate().filter(|(at, _)| *at != but);
    others.fold(vec![Vec::new()], |found, (_, dimension)| {
        let extend = |prefix: &Vec<usize>| {
            let prefix = prefix.clone();
            (0..dimension.len()).map(move |code| prefix.iter().copied().chain([code]).collect::<Vec<usize>>())
        };
        found.iter().flat_map(extend).collect()
    })
}
