//! The one way from a file to drafts, used for the preview and for the import alike.
//!
//! [`read_registrations`] decodes, reads the table, maps its columns, reads each row and looks for duplicates. What
//! the preview shows is what the import takes, since both are this value. It changes nothing and keeps nothing;
//! the caller shows progress, may stop it between rows, and saves what people chose.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::ControlFlow;

use kyosei_model::{FileEncoding, Purpose, Source, SupporterId, SupporterKind, UnixMillis};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::datetime::column_order;
use crate::decode::{Content, Damage, DecodeError, decode};
use crate::duplicates::{Candidate, Holder, HouseholdProposal, KeyIndex, Keys, Likeness, propose_households};
use crate::mapping::{Mapping, Target};
use crate::rows::{RowOutcome, RowReader, RowWarning, row_hash};
use crate::table::{RowProblem, Table, TableError, read_table};

mod damage;

/// Rows between two reports of progress.
pub const PROGRESS_ROWS: usize = 100;

/// What the user chose about a file.
#[derive(Clone, Default)]
pub struct Options {
    /// The form, if it is not to be guessed from the headings.
    pub form: Option<SupporterKind>,
    /// The mapping, chosen now or remembered under the fingerprint of the headings.
    pub mapping: Option<Mapping>,
    /// Mappings remembered from earlier files, by the fingerprint of their headings.
    pub remembered: BTreeMap<[u8; 32], Mapping>,
    /// The encoding, if it is not to be found out.
    pub encoding: Option<FileEncoding>,
    /// How the registrations reached the committee; a Google form when not said.
    pub source: Option<Source>,
    /// Rows and records that a person declared to be two supporters.
    pub kept_apart: BTreeSet<([u8; 32], SupporterId)>,
    /// Key of the row hashes: without it nobody can tell from a hash whether a guessed row was in a file.
    pub row_key: [u8; 32],
}

impl fmt::Debug for Options {
    /// Shows no key and no headings.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("form", &self.form)
            .field("mapping", &self.mapping)
            .field("encoding", &self.encoding)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// How far the reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows read.
    pub done: usize,
    /// Rows of the file.
    pub total: usize,
}

/// Whether a row is known already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Not known.
    New,
    /// The very same row was imported before; the record it became.
    AlreadyPresent(SupporterId),
    /// The very same row stands above in this file; its line.
    Repeated(u64),
}

/// One row of the preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRow {
    /// Line of the file at which the row begins.
    pub line: u64,
    /// The key by which the row is known again.
    pub row_hash: [u8; 32],
    /// Whether it is known.
    pub presence: Presence,
    /// The draft and what to decide.
    pub outcome: RowOutcome,
    /// What to look at.
    pub warnings: Vec<RowWarning>,
    /// Records and rows above that may be the same supporter, the likeliest first.
    pub candidates: Vec<Candidate>,
    /// Offset in the file of the first damaged letter of the row, in bytes.
    pub damaged_at: Option<usize>,
}

/// How many rows came to what. Every row is counted once, in the first that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows that cannot be read at all.
    pub unreadable: usize,
    /// Rows of an earlier import.
    pub already_present: usize,
    /// Rows that stand twice in the file.
    pub repeated: usize,
    /// Rows that are not taken.
    pub rejected: usize,
    /// Rows that wait for a person.
    pub review: usize,
    /// Rows that look like an update of a record, or of a row above.
    pub updates: usize,
    /// Rows that become new records.
    pub new: usize,
}

/// What a file would bring.
#[derive(Clone, PartialEq, Eq)]
pub struct Preview {
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// How it was read.
    pub encoding: FileEncoding,
    /// The headings.
    pub header: Vec<String>,
    /// Fingerprint of the headings, under which the mapping is remembered.
    pub fingerprint: [u8; 32],
    /// The mapping that was used.
    pub mapping: Mapping,
    /// The rows, in the order of the file.
    pub rows: Vec<PreviewRow>,
    /// Rows that cannot be read, with their lines.
    pub problems: Vec<RowProblem>,
    /// Blank rows, which count for nothing.
    pub blank_rows: usize,
    /// Purposes that the file does not ask about: nobody in it has agreed to them.
    pub purposes_without_column: Vec<Purpose>,
    /// People who may be one household.
    pub households: Vec<HouseholdProposal>,
    /// The sums.
    pub counts: Counts,
}

impl fmt::Debug for Preview {
    /// Shows no headings: a file without them has a person in their place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preview")
            .field("encoding", &self.encoding)
            .field("mapping", &self.mapping)
            .field("counts", &self.counts)
            .field("rows", &self.rows)
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

/// Why a file gives no preview.
#[derive(Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// Not a readable file.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Not a readable table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The columns must be mapped by a person first.
    #[error("the columns of the file must be mapped first")]
    MappingNeeded {
        /// The headings.
        header: Vec<String>,
        /// What could be guessed.
        guess: Box<Mapping>,
        /// What is missing.
        missing: Vec<Target>,
    },
    /// The caller stopped the reading.
    #[error("the reading was stopped")]
    Cancelled,
}

impl fmt::Debug for ReadError {
    /// Shows the code and what is missing, and no headings.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(failed) => fmt::Debug::fmt(failed, f),
            Self::Table(failed) => fmt::Debug::fmt(failed, f),
            Self::MappingNeeded { missing, .. } => write!(f, "MappingNeeded({missing:?})"),
            Self::Cancelled => f.write_str("Cancelled"),
        }
    }
}

impl ReadError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Decode(failed) => failed.code(),
            Self::Table(failed) => failed.code(),
            Self::MappingNeeded { .. } => "E-MAP-NEEDED",
            Self::Cancelled => "E-CANCELLED",
        }
    }
}

/// Reads a file of registrations. `existing` holds the keys of the register; `progress` is called every
/// [`PROGRESS_ROWS`] rows and may stop the reading.
///
/// # Errors
/// [`ReadError`] when the file as a whole cannot be used. A bad row is no error.
pub fn read_registrations(
    bytes: &[u8],
    options: &Options,
    now: UnixMillis,
    existing: &KeyIndex,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Preview, ReadError> {
    let content = decode(bytes, options.encoding)?;
    let table = read_table(&content)?;
    let fingerprint = Mapping::fingerprint(&table.header);
    let mapping = chosen_mapping(options, &table, fingerprint)?;
    let order = mapping.day_month.or_else(|| column_order(time_cells(&table, &mapping)));
    let source = options.source.unwrap_or(Source::GoogleCsv);
    let reader = RowReader::new(&mapping, &table.header, order, source, now);
    let (rows, households) = read_rows(&table, &reader, options, existing, progress)?;
    let (encoding, damage) = encoding_and_damage(&content);
    let mut preview = Preview {
        sha256: Sha256::digest(bytes).into(),
        encoding,
        purposes_without_column: mapping.purposes_without_column(&table.header),
        counts: count(&rows, &table),
        header: table.header,
        fingerprint,
        mapping,
        rows,
        problems: table.problems,
        blank_rows: table.blank_rows,
        households,
    };
    if let Content::Text(decoded) = &content {
        damage::locate(&mut preview.rows, &decoded.text, damage);
    }
    Ok(preview)
}

fn chosen_mapping(options: &Options, table: &Table, fingerprint: [u8; 32]) -> Result<Mapping, ReadError> {
    let known = options.mapping.as_ref().or_else(|| options.remembered.get(&fingerprint));
    let mapping = known.cloned().unwrap_or_else(|| Mapping::guess(&table.header, options.form));
    let missing = mapping.missing(&table.header);
    if missing.is_empty() {
        return Ok(mapping);
    }
    Err(ReadError::MappingNeeded { header: table.header.clone(), guess: Box::new(mapping), missing })
}

fn time_cells<'a>(table: &'a Table, mapping: &Mapping) -> impl Iterator<Item = &'a str> {
    let positions = mapping.positions(&table.header);
    let column =
        positions.iter().find(|(_, target)| **target == Target::SubmittedAt).map(|(index, _)| *index);
    table.rows.iter().filter_map(move |row| row.cells.get(column?)).map(String::as_str)
}

fn read_rows(
    table: &Table,
    reader: &RowReader<'_>,
    options: &Options,
    existing: &KeyIndex,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<(Vec<PreviewRow>, Vec<HouseholdProposal>), ReadError> {
    let total = table.rows.len();
    let mut rows = Vec::with_capacity(total);
    let mut first_lines: BTreeMap<[u8; 32], u64> = BTreeMap::new();
    let mut above = KeyIndex::new();
    let mut keys_of_rows: Vec<(Holder, Keys)> = Vec::new();
    for (row, done) in table.rows.iter().zip(0_usize..) {
        if done % PROGRESS_ROWS == 0 && progress(Progress { done, total }).is_break() {
            return Err(ReadError::Cancelled);
        }
        let hash = row_hash(&options.row_key, &row.cells);
        let presence = presence_of(hash, row.line, existing, &mut first_lines);
        let (outcome, warnings) = reader.read(row);
        let mut candidates = Vec::new();
        if let (Presence::New, Some(draft)) = (presence, outcome.draft()) {
            let keys = Keys::of(draft.kind, &draft.text);
            candidates
                .extend(existing.candidates(&keys).into_iter().filter(|c| !is_kept_apart(c, hash, options)));
            candidates.extend(above.candidates(&keys));
            candidates.sort_unstable();
            above.add(Holder::Line(row.line), keys.clone());
            keys_of_rows.push((Holder::Line(row.line), keys));
        }
        let line = row.line;
        rows.push(PreviewRow {
            line,
            row_hash: hash,
            presence,
            outcome,
            warnings,
            candidates,
            damaged_at: None,
        });
    }
    if progress(Progress { done: total, total }).is_break() {
        return Err(ReadError::Cancelled);
    }
    let households = propose_households(keys_of_rows.iter().map(|(holder, keys)| (*holder, keys)));
    Ok((rows, households))
}

fn presence_of(
    hash: [u8; 32],
    line: u64,
    existing: &KeyIndex,
    first_lines: &mut BTreeMap<[u8; 32], u64>,
) -> Presence {
    if let Some(supporter) = existing.row(&hash) {
        return Presence::AlreadyPresent(supporter);
    }
    let first = *first_lines.entry(hash).or_insert(line);
    if first == line { Presence::New } else { Presence::Repeated(first) }
}

fn is_kept_apart(candidate: &Candidate, hash: [u8; 32], options: &Options) -> bool {
    match candidate.holder {
        Holder::Supporter(id) => options.kept_apart.contains(&(hash, id)),
        Holder::Line(_) => false,
    }
}

const fn encoding_and_damage(content: &Content) -> (FileEncoding, &[Damage]) {
    match content {
        Content::Text(decoded) => (decoded.encoding, decoded.damage.as_slice()),
        Content::Workbook(_) => (FileEncoding::Xlsx, &[]),
    }
}

fn count(rows: &[PreviewRow], table: &Table) -> Counts {
    let mut counts = Counts { unreadable: table.problems.len(), ..Counts::default() };
    for row in rows {
        let is_update = row.candidates.iter().any(|candidate| candidate.likeness == Likeness::SameEmail);
        let counter = match (row.presence, &row.outcome) {
            (Presence::AlreadyPresent(_), _) => &mut counts.already_present,
            (Presence::Repeated(_), _) => &mut counts.repeated,
            (Presence::New, RowOutcome::Rejected(_)) => &mut counts.rejected,
            (Presence::New, RowOutcome::Review(..)) => &mut counts.review,
            (Presence::New, RowOutcome::Ready(_)) if is_update => &mut counts.updates,
            (Presence::New, RowOutcome::Ready(_)) => &mut counts.new,
        };
        *counter += 1;
    }
    counts
}
