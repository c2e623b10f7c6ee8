//! The table file: records or cells in CSV, read under a [`TotalsSpec`].
//!
//! A row that stands at a leaf of every dimension is counted. A row at a total or a group, where one column or more is empty or
//! names a code with others below it, is a check: it must say what the counted rows add up to. Errors name the line and the
//! column and never repeat a cell, since a wrong column may hold anything.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_disclosure::cell::CellIdError;
use kyosei_disclosure::cross::{CrossTable, FillError, Record};
use kyosei_disclosure::hierarchy::Hierarchy;
use kyosei_disclosure::overlap::OverlapError;
use kyosei_disclosure::tables::{Offer, TableError};
use kyosei_disclosure::view::VALUE_MAX;
use kyosei_disclosure::{CellId, TableSet};
use thiserror::Error;

use crate::spec::{RESERVED, TotalsSpec};

mod overlapping;

/// The most rows that are read.
pub const ROWS_MAX: usize = 200_000;
/// The most cells that the tables of one release may have together, before those they share are counted once.
pub const CELLS_MAX: usize = 20_000;

/// Why a table file is refused.
#[derive(Debug, Error)]
pub enum TableFileError {
    /// Not CSV in UTF-8, or a row with another number of cells than the heading.
    #[error("line {line} is no row of the table")]
    Row {
        /// The line, from 1.
        line: u64,
    },
    /// A column is missing.
    #[error("the column {name} is missing")]
    MissingColumn {
        /// Its name.
        name: String,
    },
    /// A column that the specification does not know, or one twice.
    #[error("column {column} is not in the specification, or stands there twice")]
    UnknownColumn {
        /// The column, from 1.
        column: usize,
    },
    /// More rows than [`ROWS_MAX`].
    #[error("more than {ROWS_MAX} rows")]
    TooManyRows,
    /// More cells than [`CELLS_MAX`].
    #[error("more than {CELLS_MAX} cells")]
    TooManyCells,
    /// A code that is not in the hierarchy of its column.
    #[error("line {line}, column {column}: an unknown code")]
    UnknownCode {
        /// The line, from 1.
        line: u64,
        /// The column's name.
        column: String,
    },
    /// A number that is negative, too large or none.
    #[error("line {line}, column {column}: not a number from 0 to {VALUE_MAX}")]
    Number {
        /// The line, from 1.
        line: u64,
        /// The column's name.
        column: &'static str,
    },
    /// More publicly known ones than there are.
    #[error("line {line}: more publicly known ones than there are")]
    KnownExceedsValue {
        /// The line, from 1.
        line: u64,
    },
    /// A total or group that is not the sum of what is below it.
    #[error("line {line} is not the sum of the rows below it")]
    NotAdditive {
        /// The line, from 1.
        line: u64,
    },
    /// The specification names a cell that no table has.
    #[error("the specification names {0}, which is in no table")]
    UnknownCell(CellId),
    /// A name makes no valid cell id.
    #[error("bad cell id: {0}")]
    Id(#[from] CellIdError),
    /// The rows do not fill the tables.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// The rows do not fill a table of overlapping groups.
    #[error(transparent)]
    Overlap(#[from] OverlapError),
    /// An additional group cannot be added.
    #[error(transparent)]
    Grouping(#[from] TableError),
}

impl TableFileError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Row { .. } => "E-TOTALS-ROW",
            Self::MissingColumn { .. } | Self::UnknownColumn { .. } => "E-TOTALS-COLUMN",
            Self::TooManyRows | Self::TooManyCells => "E-TOTALS-TOO-LARGE",
            Self::UnknownCode { .. } => "E-TOTALS-CODE",
            Self::Number { .. } | Self::KnownExceedsValue { .. } => "E-TOTALS-NUMBER",
            Self::NotAdditive { .. } | Self::Fill(_) | Self::Overlap(_) | Self::Grouping(_) => "E-TOTALS-SUM",
            Self::UnknownCell(_) | Self::Id(_) => "E-TOTALS-CELL",
        }
    }
}

/// Where each column stands.
struct Columns {
    dimensions: Vec<usize>,
    overlaps: Vec<usize>,
    value: Option<usize>,
    known: Option<usize>,
    holding: Option<usize>,
}

/// One row: where it stands in each hierarchy, and its numbers.
struct Row {
    line: u64,
    codes: Vec<usize>,
    groups: Vec<BTreeSet<String>>,
    value: i64,
    known: i64,
    holding: Option<String>,
}

/// Reads a table file and makes the cells and relations of every table of the specification.
///
/// # Errors
/// Any [`TableFileError`]; it names the place.
pub fn read(bytes: &[u8], spec: &TotalsSpec) -> Result<TableSet, TableFileError> {
    let rows = rows(bytes, spec)?;
    let is_leaf = |row: &&Row| {
        let mut codes = row.codes.iter().zip(&spec.dimensions);
        codes.all(|(&code, dimension)| dimension.children(code).is_empty())
    };
    let (counted, checks): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(is_leaf);
    check_sums(&counted, &checks, spec)?;
    let mut set = TableSet::new(vec![spec.rule.clone()]);
    fill(&mut set, &counted, spec)?;
    overlapping::fill(&mut set, &counted, spec)?;
    overlapping::group(&mut set, spec)?;
    set_wishes(&mut set, spec)?;
    Ok(set)
}

fn rows(bytes: &[u8], spec: &TotalsSpec) -> Result<Vec<Row>, TableFileError> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let columns = columns(reader.headers().map_err(|error| bad_row(&error))?, spec)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| bad_row(&error))?;
        if rows.len() == ROWS_MAX {
            return Err(TableFileError::TooManyRows);
        }
        rows.push(row(&record, &columns, spec)?);
    }
    Ok(rows)
}

fn bad_row(error: &csv::Error) -> TableFileError {
    TableFileError::Row { line: error.position().map_or(1, csv::Position::line) }
}

fn columns(headings: &csv::StringRecord, spec: &TotalsSpec) -> Result<Columns, TableFileError> {
    let mut seen = BTreeSet::new();
    for (at, heading) in headings.iter().enumerate() {
        let is_dimension = spec.dimensions.iter().any(|dimension| dimension.name() == heading)
            || spec.overlaps.iter().any(|overlap| overlap.name == heading);
        if !(is_dimension || RESERVED.contains(&heading)) || !seen.insert(heading) {
            return Err(TableFileError::UnknownColumn { column: at + 1 });
        }
    }
    let find = |name: &str| headings.iter().position(|heading| heading == name);
    let [value, known, holding] = RESERVED.map(find);
    let present =
        |name: &str| find(name).ok_or_else(|| TableFileError::MissingColumn { name: name.to_owned() });
    let dimensions = spec.dimensions.iter().map(|dimension| present(dimension.name()));
    let overlaps = spec.overlaps.iter().map(|overlap| present(&overlap.name));
    let (dimensions, overlaps) = (dimensions.collect::<Result<_, _>>()?, overlaps.collect::<Result<_, _>>()?);
    Ok(Columns { dimensions, overlaps, value, known, holding })
}

fn row(record: &csv::StringRecord, columns: &Columns, spec: &TotalsSpec) -> Result<Row, TableFileError> {
    let line = record.position().map_or(1, csv::Position::line);
    let cell = |column: usize| record.get(column).unwrap_or_default();
    let mut codes = Vec::with_capacity(spec.dimensions.len());
    for (&column, dimension) in columns.dimensions.iter().zip(&spec.dimensions) {
        let found = match cell(column) {
            "" => (0..dimension.len()).find(|&code| dimension.is_total(code)),
            code => dimension.find(code),
        };
        let unknown = || TableFileError::UnknownCode { line, column: dimension.name().to_owned() };
        codes.push(found.ok_or_else(unknown)?);
    }
    let number = |column: Option<usize>, name: &'static str, absent: i64| {
        let Some(column) = column else { return Ok(absent) };
        let read = cell(column).parse().ok().filter(|number| (0..=VALUE_MAX).contains(number));
        read.ok_or(TableFileError::Number { line, column: name })
    };
    let (value, known) = (number(columns.value, "value", 1)?, number(columns.known, "known", 0)?);
    if known > value {
        return Err(TableFileError::KnownExceedsValue { line });
    }
    let holding = columns.holding.map(cell).filter(|holding| !holding.is_empty()).map(str::to_owned);
    let mut groups = Vec::with_capacity(spec.overlaps.len());
    for (&column, overlap) in columns.overlaps.iter().zip(&spec.overlaps) {
        let unknown = || TableFileError::UnknownCode { line, column: overlap.name.clone() };
        groups.push(overlapping::groups(cell(column), overlap).ok_or_else(unknown)?);
    }
    Ok(Row { line, codes, groups, value, known, holding })
}

/// Holds every row at a total or group against the sum of the counted rows below it.
fn check_sums(counted: &[&Row], checks: &[&Row], spec: &TotalsSpec) -> Result<(), TableFileError> {
    let mut leaves: BTreeMap<&[usize], (i64, i64)> = BTreeMap::new();
    for row in counted {
        let (value, known) = leaves.entry(&row.codes).or_default();
        *value += row.value;
        *known += row.known;
    }
    for check in checks {
        let is_below = |codes: &&[usize]| {
            let mut places = codes.iter().zip(&check.codes).zip(&spec.dimensions);
            places.all(|((&leaf, code), dimension)| dimension.upward(leaf).contains(code))
        };
        let below = leaves.iter().filter(|(codes, _)| is_below(codes)).map(|(_, sums)| sums);
        let (value, known) =
            below.fold((0, 0), |(value, known), (more, listed)| (value + more, known + listed));
        if (value, known) != (check.value, check.known) {
            return Err(TableFileError::NotAdditive { line: check.line });
        }
    }
    Ok(())
}

fn fill(set: &mut TableSet, counted: &[&Row], spec: &TotalsSpec) -> Result<(), TableFileError> {
    let cells = |table: &Vec<usize>| {
        let lengths = table.iter().filter_map(|&at| spec.dimensions.get(at)).map(Hierarchy::len);
        lengths.fold(1, usize::saturating_mul)
    };
    if spec.tables.iter().map(cells).fold(0, usize::saturating_add) > CELLS_MAX {
        return Err(TableFileError::TooManyCells);
    }
    for table in &spec.tables {
        let dimensions: Vec<Hierarchy> =
            table.iter().filter_map(|&at| spec.dimensions.get(at)).cloned().collect();
        let records: Vec<Record> = counted.iter().flat_map(|row| records(row, table, &dimensions)).collect();
        let (unit, period) = (spec.unit.clone(), spec.period.clone());
        CrossTable { unit, period, dimensions, rule: 0 }.fill(set, &records)?;
    }
    Ok(())
}

/// The records of a row in one table: those that are publicly known and the others.
fn records(row: &Row, table: &[usize], dimensions: &[Hierarchy]) -> Vec<Record> {
    let places =
        table.iter().zip(dimensions).filter_map(|(&at, dimension)| Some((row.codes.get(at)?, dimension)));
    let codes: Vec<String> = places.map(|(&code, dimension)| dimension.code(code).to_owned()).collect();
    let record = |known: bool, amount: i64| {
        let holding = row.holding.clone();
        (amount > 0).then(|| Record { codes: codes.clone(), holding, known, amount })
    };
    [record(true, row.known), record(false, row.value - row.known)].into_iter().flatten().collect()
}

/// Marks headline figures and sets costs.
fn set_wishes(set: &mut TableSet, spec: &TotalsSpec) -> Result<(), TableFileError> {
    let unknown = |id: &CellId| TableFileError::UnknownCell(id.clone());
    for id in &spec.required {
        let at = set.find(id).ok_or_else(|| unknown(id))?;
        let cell = set.cell_mut(at).ok_or_else(|| unknown(id))?;
        cell.offer = Offer::Required;
    }
    for (id, &cost) in &spec.costs {
        let at = set.find(id).ok_or_else(|| unknown(id))?;
        let cell = set.cell_mut(at).ok_or_else(|| unknown(id))?;
        cell.weight = cost;
    }
    Ok(())
}
