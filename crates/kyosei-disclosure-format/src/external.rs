//! What another body has published, on its way into our release ledger. Version 1.
//!
//! Its table comes in the long form of [`crate::csv_long`], which is also what one types from a printed report; a map in TOML
//! says which rule the body follows and what its figures mean to us: the same people as one of our cells, or a part of a
//! sum. [`read`] checks both; [`ExternalReport::draft`] makes the entry, after which every reader of that report is a reader
//! whom our releases have to withstand. What is not mapped cannot be reasoned about; [`ExternalReport::near`] points out
//! where it comes close to a figure of ours. The layout is described in `docs/formats/totals-ledger.md`.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_disclosure::cell::CellIdError;
use kyosei_disclosure::certificate::ATTACKER_MODEL;
use kyosei_disclosure::ledger::{Draft, EntryCell, Kind, near_differences};
use kyosei_disclosure::publish::{Sha, file_digest};
use kyosei_disclosure::view::VALUE_MAX;
use kyosei_disclosure::{CellId, Ledger, PublicRule, Status};
use serde::Deserialize;
use thiserror::Error;

use crate::spec::{RuleText, SpecError, rule};

/// The format name in the map.
pub const FORMAT: &str = "kyosei-totals-external/1";
/// The most rows of a report that are read.
pub const ROWS_MAX: usize = 20_000;
/// The longest code of a body, in letters.
pub const BODY_LETTERS_MAX: usize = 40;
/// The columns that are read; `release_id` may stand there as well and means nothing to us.
const COLUMNS: [&str; 5] = ["unit", "period", "dimensions", "value", "status"];

/// A report of another body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalReport {
    /// The body, by its code.
    pub body: String,
    /// Its rule, as every reader knows it.
    pub rule: PublicRule,
    cells: Vec<EntryCell>,
    relations: Vec<(CellId, Vec<CellId>)>,
    file: Sha,
}

/// Why a report or its map is refused. Nothing of the input is quoted.
#[derive(Debug, Error)]
pub enum ExternalError {
    /// The map is not TOML of the documented form.
    #[error("the map does not have the documented form")]
    Map(#[source] Box<toml::de::Error>),
    /// Another format or version.
    #[error("the format of the map is not {FORMAT}")]
    Format,
    /// A code of the body that is not of small letters, digits and hyphens.
    #[error("the code of the body is not 1 to {BODY_LETTERS_MAX} of a-z, 0-9 and -")]
    Body,
    /// A rule outside its limits.
    #[error(transparent)]
    Rule(#[from] SpecError),
    /// The heading lacks a column or has an unknown one.
    #[error("the heading is not release_id,unit,period,dimensions,value,status")]
    Heading,
    /// A row that is no row of the table, or says something that its status does not allow.
    #[error("line {line} is no row of a published table")]
    Row {
        /// The line, from 1.
        line: u64,
    },
    /// A cell that stands there twice.
    #[error("line {line} names a cell that was named before")]
    Duplicate {
        /// The line, from 1.
        line: u64,
    },
    /// More rows than [`ROWS_MAX`].
    #[error("more than {ROWS_MAX} rows")]
    TooManyRows,
    /// The map names a cell of the body that its table does not have.
    #[error("entry {at} of `{list}` names a cell that the table does not have")]
    Unknown {
        /// The list of the map.
        list: &'static str,
        /// Position in it, from 0.
        at: usize,
    },
    /// A sum without parts, with one twice, or of a cell with itself.
    #[error("entry {at} of `sums` is no sum")]
    Sum {
        /// Position in the list, from 0.
        at: usize,
    },
    /// A text that is no cell id.
    #[error("bad cell id")]
    Id(#[from] CellIdError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MapText {
    format: String,
    body: String,
    rule: RuleText,
    /// A cell of theirs, as their table has it, and the cell of ours that counts the same people.
    #[serde(default)]
    same: BTreeMap<String, String>,
    #[serde(default)]
    sums: Vec<SumText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SumText {
    total: String,
    parts: Vec<String>,
}

/// Reads a report under its map.
///
/// # Errors
/// Any [`ExternalError`]; it names the place and nothing is taken in part.
pub fn read(table: &[u8], map: &str) -> Result<ExternalReport, ExternalError> {
    let map: MapText = toml::from_str(map).map_err(|error| ExternalError::Map(Box::new(error)))?;
    if map.format != FORMAT {
        return Err(ExternalError::Format);
    }
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=BODY_LETTERS_MAX).contains(&map.body.len()) || !map.body.bytes().all(letter) {
        return Err(ExternalError::Body);
    }
    let public = rule(&map.rule)?.public;
    let mut cells = rows(table, &map.body, public)?;
    let relations = relations(&map, &cells)?;
    let theirs: BTreeSet<CellId> = cells.iter().map(|cell| cell.id.clone()).collect();
    let named = relations.iter().flat_map(|(total, parts)| parts.iter().chain([total]));
    let ours: BTreeSet<&CellId> = named.filter(|id| !theirs.contains(*id)).collect();
    // Cells of ours and remainders: nobody prints them here, but a reader can reason about them.
    let hidden = |id: &CellId| EntryCell {
        id: id.clone(),
        rule: public,
        status: Status::Hidden,
        known: 0,
        guarded: true,
        value: None,
    };
    cells.extend(ours.into_iter().map(hidden));
    Ok(ExternalReport { body: map.body, rule: public, cells, relations, file: file_digest(table) })
}

impl ExternalReport {
    /// How many cells the report prints or withholds.
    #[must_use]
    pub fn said(&self) -> usize {
        self.cells.iter().filter(|cell| cell.status != Status::Hidden).count()
    }

    /// The ledger entry; `salt` are thirty-two random bytes, `made_at` seconds since 1970-01-01 UTC.
    #[must_use]
    pub fn draft(&self, made_at: i64, made_by: &str, salt: Sha) -> Draft {
        Draft {
            kind: Kind::External(self.body.clone()),
            made_at,
            made_by: made_by.to_owned(),
            profile: self.body.clone(),
            attacker_model: ATTACKER_MODEL,
            files: vec![("report".to_owned(), self.file)],
            cells: self.cells.clone(),
            relations: self.relations.clone(),
            salt,
        }
    }

    /// Figures of ours and unmapped figures of theirs that differ by less than the threshold: (ours, theirs). Whoever knows
    /// why they are close may learn of a few people.
    #[must_use]
    pub fn near(&self, ledger: &Ledger) -> Vec<(CellId, CellId)> {
        let mapped: BTreeSet<&CellId> =
            self.relations.iter().flat_map(|(total, parts)| parts.iter().chain([total])).collect();
        let theirs = printed(self.cells.iter().filter(|cell| !mapped.contains(&cell.id)));
        let own = ledger.entries().iter().filter(|entry| !matches!(entry.draft.kind, Kind::External(_)));
        let ours = printed(own.flat_map(|entry| &entry.draft.cells));
        near_differences(&ours, &theirs, self.rule.threshold())
    }
}

fn printed<'a>(cells: impl Iterator<Item = &'a EntryCell>) -> Vec<(CellId, i64)> {
    let figure = |cell: &EntryCell| match cell.status {
        Status::Published(value) | Status::Carried(value) => Some((cell.id.clone(), value)),
        Status::Withheld | Status::Hidden => None,
    };
    cells.filter_map(figure).collect()
}

/// The rows of the table as cells under the name of the body.
fn rows(table: &[u8], body: &str, rule: PublicRule) -> Result<Vec<EntryCell>, ExternalError> {
    let mut reader = csv::ReaderBuilder::new().from_reader(table);
    let heading = reader.headers().map_err(|_| ExternalError::Heading)?.clone();
    let is_known = |name: &str| name == "release_id" || COLUMNS.contains(&name);
    let places: Option<Vec<usize>> =
        COLUMNS.iter().map(|name| heading.iter().position(|found| found == *name)).collect();
    let places = places.filter(|_| heading.iter().all(is_known)).ok_or(ExternalError::Heading)?;
    let mut seen = BTreeSet::new();
    let mut cells = Vec::new();
    for record in reader.records() {
        let record = record
            .map_err(|error| ExternalError::Row { line: error.position().map_or(1, csv::Position::line) })?;
        let line = record.position().map_or(1, csv::Position::line);
        if cells.len() == ROWS_MAX {
            return Err(ExternalError::TooManyRows);
        }
        let fields: Vec<&str> = places.iter().filter_map(|&at| record.get(at)).collect();
        let [unit, period, dimensions, value, status] = fields[..] else {
            return Err(ExternalError::Row { line });
        };
        let status = said(value, status).ok_or(ExternalError::Row { line })?;
        let Some(status) = status else { continue };
        let id = CellId::parse(&theirs(body, &written(unit, period, dimensions)))?;
        if !seen.insert(id.clone()) {
            return Err(ExternalError::Duplicate { line });
        }
        cells.push(EntryCell { id, rule, status, known: 0, guarded: false, value: None });
    }
    Ok(cells)
}

/// What a row says; the inner `None` is a figure that was not collected.
fn said(value: &str, status: &str) -> Option<Option<Status>> {
    let number = || value.parse::<i64>().ok().filter(|value| (0..=VALUE_MAX).contains(value));
    match (status, value) {
        ("ok", _) => Some(Some(Status::Published(number()?))),
        ("carried", _) => Some(Some(Status::Carried(number()?))),
        ("-", "" | "0") => Some(Some(Status::Published(0))),
        ("x", "") => Some(Some(Status::Withheld)),
        ("...", "") => Some(None),
        _ => None,
    }
}

/// The id of a cell in the body's own table.
fn written(unit: &str, period: &str, dimensions: &str) -> String {
    let head = if period.is_empty() { unit.to_owned() } else { format!("{unit}[{period}]") };
    if dimensions.is_empty() { head } else { format!("{head}|{dimensions}") }
}

/// The id of a cell of theirs in our ledger. No cell of ours begins with the code of a body and a colon.
fn theirs(body: &str, id: &str) -> String {
    format!("{body}: {id}")
}

fn relations(map: &MapText, cells: &[EntryCell]) -> Result<Vec<(CellId, Vec<CellId>)>, ExternalError> {
    let known: BTreeSet<&str> = cells.iter().map(|cell| cell.id.as_str()).collect();
    let prefix = theirs(&map.body, "");
    let check = |id: &str, list, at| {
        if id.starts_with(&prefix) && !known.contains(id) {
            return Err(ExternalError::Unknown { list, at });
        }
        Ok(CellId::parse(id)?)
    };
    let mut found = Vec::new();
    for (at, (their, our)) in map.same.iter().enumerate() {
        let part = check(&theirs(&map.body, their), "same", at)?;
        found.push((check(our, "same", at)?, vec![part]));
    }
    for (at, sum) in map.sums.iter().enumerate() {
        let total = check(&sum.total, "sums", at)?;
        let parts: Vec<CellId> =
            sum.parts.iter().map(|part| check(part, "sums", at)).collect::<Result<_, _>>()?;
        let distinct: BTreeSet<&CellId> = parts.iter().collect();
        if parts.is_empty() || distinct.len() < parts.len() || distinct.contains(&total) {
            return Err(ExternalError::Sum { at });
        }
        found.push((total, parts));
    }
    Ok(found)
}
