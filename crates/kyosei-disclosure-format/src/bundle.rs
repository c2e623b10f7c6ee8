//! `totals.json`: the published bundle, version 1.
//!
//! It holds everything the public may know: rules, cells of this and all earlier releases with their status, relations, and
//! the ledger head. [`write()`] is canonical: equal views give equal bytes, and [`read`] refuses bytes that [`write()`] would not
//! have written, so a file cannot be changed in any byte without being refused.

use kyosei_disclosure::publish::Sha;
use kyosei_disclosure::view::{Relation, ViewCell, ViewError};
use kyosei_disclosure::{CellId, PublicRule, Status, View, Zeros};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::hex;

/// The format name in the file.
pub const FORMAT: &str = "kyosei-totals";
/// The version written and read.
pub const VERSION: u32 = 1;

/// A published bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The release, by ledger number.
    pub release: u32,
    /// The ledger head before this release.
    pub ledger_head: Sha,
    /// What the public may know.
    pub view: View,
}

/// Why bytes are no bundle.
#[derive(Debug, Error)]
pub enum BundleError {
    /// Not the JSON expected.
    #[error("the bundle is not well-formed")]
    Json(#[from] serde_json::Error),
    /// Another format or version.
    #[error("unknown format or version")]
    Version,
    /// A cell id or digest is malformed.
    #[error("malformed cell id or digest")]
    Text,
    /// The parts do not form a view.
    #[error("the bundle contradicts itself")]
    View(#[from] ViewError),
    /// The bytes are not in the one form that is written.
    #[error("the bundle is not in canonical form")]
    NotCanonical,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    version: u32,
    release: u32,
    ledger_head: String,
    rules: Vec<RuleText>,
    cells: Vec<CellText>,
    relations: Vec<RelationText>,
}

/// A rule as written in files.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(tag = "rule", rename_all = "kebab-case", deny_unknown_fields)]
pub enum RuleText {
    /// Minimum frequency.
    Frequency {
        /// The threshold.
        k: i64,
        /// Whether zeros are shown.
        zeros_shown: bool,
    },
    /// No withheld cell exactly known.
    NotExact {
        /// The threshold.
        k: i64,
        /// Whether zeros are shown.
        zeros_shown: bool,
    },
    /// Amounts of money.
    Magnitude,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CellText {
    id: String,
    release: u32,
    rule: usize,
    status: StatusText,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    value: Option<i64>,
    #[serde(skip_serializing_if = "is_zero", default)]
    known: i64,
    #[serde(skip_serializing_if = "is_false", default)]
    guarded: bool,
}

/// A status as written in files.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum StatusText {
    /// Printed.
    Ok,
    /// An older figure is printed.
    Carried,
    /// Withheld.
    Withheld,
    /// Not part of any table.
    Hidden,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RelationText {
    total: usize,
    parts: Vec<usize>,
}

/// Writes a bundle.
///
/// # Errors
/// Never for a bundle in memory; the serialiser's error is passed on rather than hidden.
pub fn write(bundle: &Bundle) -> Result<Vec<u8>, serde_json::Error> {
    let view = &bundle.view;
    let file = File {
        format: FORMAT.to_owned(),
        version: VERSION,
        release: bundle.release,
        ledger_head: hex::write(&bundle.ledger_head),
        rules: view.rules().iter().map(|&rule| RuleText::from(rule)).collect(),
        cells: view.cells().iter().map(cell_text).collect(),
        relations: view
            .relations()
            .iter()
            .map(|relation| RelationText { total: relation.total, parts: relation.parts.clone() })
            .collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&file)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reads a bundle.
///
/// # Errors
/// Any [`BundleError`].
pub fn read(bytes: &[u8]) -> Result<Bundle, BundleError> {
    let file: File = serde_json::from_slice(bytes)?;
    if file.format != FORMAT || file.version != VERSION {
        return Err(BundleError::Version);
    }
    let cells: Vec<ViewCell> = file.cells.iter().map(view_cell).collect::<Result<_, _>>()?;
    let rules = file.rules.into_iter().map(PublicRule::from).collect();
    let relations =
        file.relations.into_iter().map(|text| Relation { total: text.total, parts: text.parts }).collect();
    let ledger_head = hex::read(&file.ledger_head).ok_or(BundleError::Text)?;
    let bundle = Bundle { release: file.release, ledger_head, view: View::new(rules, cells, relations)? };
    if write(&bundle)? != bytes { Err(BundleError::NotCanonical) } else { Ok(bundle) }
}

impl From<PublicRule> for RuleText {
    fn from(rule: PublicRule) -> Self {
        match rule {
            PublicRule::Frequency { k, zeros } => {
                RuleText::Frequency { k, zeros_shown: zeros == Zeros::Open }
            }
            PublicRule::NotExact { k, zeros } => RuleText::NotExact { k, zeros_shown: zeros == Zeros::Open },
            PublicRule::Magnitude => RuleText::Magnitude,
        }
    }
}

impl From<RuleText> for PublicRule {
    fn from(text: RuleText) -> Self {
        let zeros = |shown: bool| if shown { Zeros::Open } else { Zeros::Closed };
        match text {
            RuleText::Frequency { k, zeros_shown } => PublicRule::Frequency { k, zeros: zeros(zeros_shown) },
            RuleText::NotExact { k, zeros_shown } => PublicRule::NotExact { k, zeros: zeros(zeros_shown) },
            RuleText::Magnitude => PublicRule::Magnitude,
        }
    }
}

/// A status and its figure as written in files.
#[must_use]
pub fn status_text(status: Status) -> (StatusText, Option<i64>) {
    match status {
        Status::Published(value) => (StatusText::Ok, Some(value)),
        Status::Carried(value) => (StatusText::Carried, Some(value)),
        Status::Withheld => (StatusText::Withheld, None),
        Status::Hidden => (StatusText::Hidden, None),
    }
}

/// Reads a status; `None` when the figure is missing or too much.
#[must_use]
pub fn status_of(text: StatusText, value: Option<i64>) -> Option<Status> {
    match (text, value) {
        (StatusText::Ok, Some(value)) => Some(Status::Published(value)),
        (StatusText::Carried, Some(value)) => Some(Status::Carried(value)),
        (StatusText::Withheld, None) => Some(Status::Withheld),
        (StatusText::Hidden, None) => Some(Status::Hidden),
        (StatusText::Ok | StatusText::Carried, None)
        | (StatusText::Withheld | StatusText::Hidden, Some(_)) => None,
    }
}

fn cell_text(cell: &ViewCell) -> CellText {
    let (status, value) = status_text(cell.status);
    let (id, release, rule) = (cell.id.as_str().to_owned(), cell.release, cell.rule);
    CellText { id, release, rule, status, value, known: cell.known, guarded: cell.guarded }
}

fn view_cell(text: &CellText) -> Result<ViewCell, BundleError> {
    let id = CellId::parse(&text.id).map_err(|_| BundleError::Text)?;
    let status = status_of(text.status, text.value).ok_or(BundleError::Text)?;
    let (release, rule) = (text.release, text.rule);
    Ok(ViewCell { id, release, rule, status, known: text.known, guarded: text.guarded })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_false(flag: &bool) -> bool {
    !flag
}
