//! What the tests share: small tables from matrices, and a key.
#![allow(dead_code, reason = "each test binary uses a part")]

use kyosei_disclosure::audit::{Range, audit};
use kyosei_disclosure::cell::CellId;
use kyosei_disclosure::cross::{CrossTable, Record};
use kyosei_disclosure::hierarchy::Hierarchy;
use kyosei_disclosure::ledger::Ledger;
use kyosei_disclosure::progress::{Budget, Unwatched};
use kyosei_disclosure::protect::{ProtectError, Protected, Spec, protect};
use kyosei_disclosure::publish::view_of;
use kyosei_disclosure::tables::{Cell, Rule, TableSet};
use kyosei_disclosure::tie::TieKey;
use kyosei_disclosure::view::{PublicRule, View};

pub const NODES: u64 = 1_000;

pub fn key() -> TieKey {
    TieKey::new([7; 32])
}

pub fn id(text: &str) -> CellId {
    CellId::parse(text).unwrap()
}

pub fn rule(public: PublicRule) -> Rule {
    Rule { public, concentration: None, group: false }
}

/// One total with parts; returns the set, cells named as given and `T`.
pub fn line(parts: &[(&str, i64)], public: PublicRule) -> TableSet {
    let mut set = TableSet::new(vec![rule(public)]);
    let cells: Vec<usize> =
        parts.iter().map(|&(name, value)| set.add(Cell::count(id(name), 0, value)).unwrap()).collect();
    let mut total = Cell::count(id("T"), 0, parts.iter().map(|part| part.1).sum());
    total.weight = 3;
    let total = set.add(total).unwrap();
    set.relate(total, cells).unwrap();
    set
}

/// A two-way table: rows by name with values, columns by name. Interior `row/column`, margins `row` and `column`, `T`.
pub fn matrix(columns: &[&str], rows: &[(&str, &[i64])], public: PublicRule) -> TableSet {
    let mut set = TableSet::new(vec![rule(public)]);
    let mut add = |name: &str, value: i64, weight: u32| {
        let mut cell = Cell::count(id(name), 0, value);
        cell.weight = weight;
        set.add(cell).unwrap()
    };
    let mut interior = Vec::new();
    for (row, values) in rows {
        interior.push(
            columns
                .iter()
                .zip(*values)
                .map(|(column, &value)| add(&format!("{row}/{column}"), value, 1))
                .collect::<Vec<_>>(),
        );
    }
    let row_totals: Vec<usize> = rows.iter().map(|(row, values)| add(row, values.iter().sum(), 3)).collect();
    let column_totals: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| add(column, rows.iter().map(|(_, values)| values[at]).sum(), 3))
        .collect();
    let total = add("T", rows.iter().flat_map(|(_, values)| values.iter()).sum(), 9);
    for (row, &sum) in interior.iter().zip(&row_totals) {
        set.relate(sum, row.clone()).unwrap();
    }
    for (at, &sum) in column_totals.iter().enumerate() {
        set.relate(sum, interior.iter().map(|row| row[at]).collect()).unwrap();
    }
    set.relate(total, row_totals).unwrap();
    set.relate(total, column_totals).unwrap();
    set
}

pub fn weigh(set: &mut TableSet, name: &str, weight: u32) {
    let at = set.find(&id(name)).unwrap();
    set.cell_mut(at).unwrap().weight = weight;
}

/// Weights equal to the values: what other tools do and we must not.
pub fn weigh_by_value(set: &mut TableSet) {
    for at in 0..set.cells().len() {
        let cell = set.cell_mut(at).unwrap();
        cell.weight = u32::try_from(cell.value).unwrap();
    }
}

pub fn protected(set: &TableSet) -> Protected {
    protected_after(set, &Spec::default(), &Ledger::default()).unwrap()
}

pub fn protected_after(set: &TableSet, spec: &Spec, ledger: &Ledger) -> Result<Protected, ProtectError> {
    let budget = Budget { exact_solves_max: 150, ..Budget::default() };
    protect(set, spec, ledger, &key(), &budget, &mut Unwatched)
}

/// The view with exactly the named cells withheld.
pub fn withholding(set: &TableSet, names: &[&str]) -> View {
    let mut pattern = vec![false; set.cells().len()];
    for name in names {
        pattern[set.find(&id(name)).unwrap()] = true;
    }
    view_of(set, &pattern).unwrap().0
}

pub fn ranges(view: &View) -> Vec<(String, i64, i64)> {
    let found: Vec<Range> = audit(view, NODES).unwrap();
    view.cells()
        .iter()
        .zip(found)
        .filter(|(cell, _)| !matches!(cell.status, kyosei_disclosure::view::Status::Published(_)))
        .map(|(cell, range)| (cell.id.as_str().to_owned(), range.low, range.high))
        .collect()
}

pub fn range(view: &View, name: &str) -> (i64, i64) {
    let (_, low, high) = ranges(view).into_iter().find(|(id, _, _)| id == name).unwrap();
    (low, high)
}

pub fn withheld(protected: &Protected) -> Vec<String> {
    let cells = protected.table.view().cells().iter();
    cells
        .filter(|cell| cell.status == kyosei_disclosure::view::Status::Withheld)
        .map(|cell| cell.id.as_str().to_owned())
        .collect()
}

/// A crossed table over records given as code lists.
pub fn crossed(dimensions: Vec<Hierarchy>, public: PublicRule, records: &[Record]) -> TableSet {
    let mut set = TableSet::new(vec![rule(public)]);
    let table = CrossTable { unit: "people".into(), period: "2026".into(), dimensions, rule: 0 };
    table.fill(&mut set, records).unwrap();
    set
}
