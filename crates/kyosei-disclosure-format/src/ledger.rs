//! `ledger.json`: the release ledger with its true values, for the vault or another private place. Never published.

use std::collections::BTreeSet;

use kyosei_disclosure::CellId;
use kyosei_disclosure::ledger::{Draft, Entry, EntryCell, Kind, Ledger, LedgerError};
use kyosei_disclosure::publish::Sha;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::bundle::{RuleText, StatusText, status_of, status_text};
use crate::hex;

/// The format name in the file.
pub const FORMAT: &str = "kyosei-totals-ledger";
/// The version written and read.
pub const VERSION: u32 = 1;

/// Why bytes are no ledger.
#[derive(Debug, Error)]
pub enum LedgerFileError {
    /// Not the JSON expected.
    #[error("the ledger is not well-formed")]
    Json(#[from] serde_json::Error),
    /// Another format or version.
    #[error("unknown format or version")]
    Version,
    /// A cell id, digest or status is malformed.
    #[error("malformed cell id, digest or status")]
    Text,
    /// The chain does not hold.
    #[error(transparent)]
    Chain(#[from] LedgerError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    version: u32,
    head: String,
    frozen: Vec<String>,
    entries: Vec<EntryText>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryText {
    seq: u32,
    previous: String,
    sealed: String,
    kind: KindText,
    made_at: i64,
    made_by: String,
    profile: String,
    attacker_model: u32,
    files: Vec<(String, String)>,
    cells: Vec<CellText>,
    relations: Vec<(String, Vec<String>)>,
    salt: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KindText {
    Own,
    External(String),
    Reunited(String),
    HandOver(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CellText {
    id: String,
    rule: RuleText,
    status: StatusText,
    printed: Option<i64>,
    known: i64,
    guarded: bool,
    value: Option<i64>,
}

/// Writes a ledger.
///
/// # Errors
/// Never for a ledger in memory; the serialiser's error is passed on rather than hidden.
pub fn write(ledger: &Ledger) -> Result<Vec<u8>, serde_json::Error> {
    let file = File {
        format: FORMAT.to_owned(),
        version: VERSION,
        head: hex::write(&ledger.head()),
        frozen: ledger.frozen().iter().map(ToString::to_string).collect(),
        entries: ledger.entries().iter().map(entry_text).collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&file)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reads a ledger and checks its chain; `head` is the one printed in the last report, where it is at hand.
///
/// # Errors
/// Any [`LedgerFileError`].
pub fn read(bytes: &[u8], head: Option<&Sha>) -> Result<Ledger, LedgerFileError> {
    let file: File = serde_json::from_slice(bytes)?;
    if file.format != FORMAT || file.version != VERSION {
        return Err(LedgerFileError::Version);
    }
    let written = hex::read(&file.head).ok_or(LedgerFileError::Text)?;
    let frozen: BTreeSet<CellId> = file.frozen.iter().map(|text| cell_id(text)).collect::<Result<_, _>>()?;
    let entries: Vec<Entry> = file.entries.iter().map(entry_of).collect::<Result<_, _>>()?;
    Ok(Ledger::open(entries, frozen, Some(head.unwrap_or(&written)))?)
}

/// The format name of one entry that is kept by itself.
pub const ENTRY_FORMAT: &str = "kyosei-totals-ledger-entry/1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFile {
    format: String,
    entry: EntryText,
}

/// Writes one entry by itself, for a place that keeps each entry as a document of its own.
///
/// # Errors
/// Never for an entry in memory; the serialiser's error is passed on rather than hidden.
pub fn write_entry(entry: &Entry) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&EntryFile { format: ENTRY_FORMAT.to_owned(), entry: entry_text(entry) })
}

/// Reads one entry. Whether it belongs to a chain is for [`Ledger::gather`].
///
/// # Errors
/// Any [`LedgerFileError`] but that of the chain.
pub fn read_entry(bytes: &[u8]) -> Result<Entry, LedgerFileError> {
    let file: EntryFile = serde_json::from_slice(bytes)?;
    if file.format != ENTRY_FORMAT {
        return Err(LedgerFileError::Version);
    }
    entry_of(&file.entry)
}

fn entry_text(entry: &Entry) -> EntryText {
    let draft = &entry.draft;
    let cell = |cell: &EntryCell| {
        let (status, printed) = status_text(cell.status);
        let (id, rule) = (cell.id.to_string(), RuleText::from(cell.rule));
        CellText { id, rule, status, printed, known: cell.known, guarded: cell.guarded, value: cell.value }
    };
    let relation = |(total, parts): &(CellId, Vec<CellId>)| {
        (total.to_string(), parts.iter().map(ToString::to_string).collect())
    };
    EntryText {
        seq: entry.seq,
        previous: hex::write(&entry.previous),
        sealed: hex::write(&entry.sealed),
        kind: match &draft.kind {
            Kind::Own => KindText::Own,
            Kind::External(body) => KindText::External(body.clone()),
            Kind::Reunited(original) => KindText::Reunited(hex::write(original)),
            Kind::HandOver(to) => KindText::HandOver(to.clone()),
        },
        made_at: draft.made_at,
        made_by: draft.made_by.clone(),
        profile: draft.profile.clone(),
        attacker_model: draft.attacker_model,
        files: draft.files.iter().map(|(name, sha)| (name.clone(), hex::write(sha))).collect(),
        cells: draft.cells.iter().map(cell).collect(),
        relations: draft.relations.iter().map(relation).collect(),
        salt: hex::write(&draft.salt),
    }
}

fn entry_of(text: &EntryText) -> Result<Entry, LedgerFileError> {
    let sha = |text: &str| hex::read(text).ok_or(LedgerFileError::Text);
    let mut files = Vec::new();
    for (name, digest) in &text.files {
        files.push((name.clone(), sha(digest)?));
    }
    let mut relations = Vec::new();
    for (total, parts) in &text.relations {
        let parts = parts.iter().map(|part| cell_id(part)).collect::<Result<_, _>>()?;
        relations.push((cell_id(total)?, parts));
    }
    let draft = Draft {
        kind: match &text.kind {
            KindText::Own => Kind::Own,
            KindText::External(body) => Kind::External(body.clone()),
            KindText::Reunited(original) => Kind::Reunited(sha(original)?),
            KindText::HandOver(to) => Kind::HandOver(to.clone()),
        },
        made_at: text.made_at,
        made_by: text.made_by.clone(),
        profile: text.profile.clone(),
        attacker_model: text.attacker_model,
        files,
        cells: text.cells.iter().map(cell_of).collect::<Result<_, _>>()?,
        relations,
        salt: sha(&text.salt)?,
    };
    Ok(Entry { seq: text.seq, previous: sha(&text.previous)?, draft, sealed: sha(&text.sealed)? })
}

fn cell_of(text: &CellText) -> Result<EntryCell, LedgerFileError> {
    Ok(EntryCell {
        id: cell_id(&text.id)?,
        rule: text.rule.clone().into(),
        status: status_of(text.status, text.printed).ok_or(LedgerFileError::Text)?,
        known: text.known,
        guarded: text.guarded,
        value: text.value,
    })
}

fn cell_id(text: &str) -> Result<CellId, LedgerFileError> {
    CellId::parse(text).map_err(|_| LedgerFileError::Text)
}
