//! An import: one document for the file, and one for each [`ROWS_PER_DOCUMENT_MAX`] rows.
//!
//! Rows never change after the import, so each row document holds them as one immutable value; what can change (the
//! undo) stands in the import's own document.

use kyosei_model::{
    FileEncoding, ImportBatch, ImportId, ImportUndo, ImportedRow, MemberId, Rejection, RowFate, SupporterId,
    SupporterKind, UnixMillis,
};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use super::consent::VersionOnly;
use super::{RECORD_VERSION, RecordError, check_head, check_version, decode, encode, head, int, sensitive};
use crate::id::{DocId, DocKind};
use crate::node::Node;

/// Rows that one document holds at most; about 60 bytes each.
pub const ROWS_PER_DOCUMENT_MAX: usize = 4000;

const FILE: &str = "file";
const ROW_COUNT: &str = "row_count";
const UNDONE: &str = "undone";
const ROWS: &str = "rows";

#[derive(Encode, Decode)]
struct FileWire {
    #[n(0)]
    version: i64,
    #[n(1)]
    name: String,
    #[n(2)]
    sha256: ByteArray<32>,
    #[n(3)]
    encoding: String,
    #[n(4)]
    form: String,
    #[n(5)]
    header_map: Vec<(String, Option<String>)>,
    #[n(6)]
    at: i64,
    #[n(7)]
    by: ByteArray<16>,
}

#[derive(Encode, Decode)]
struct UndoWire {
    #[n(0)]
    version: i64,
    #[n(1)]
    at: i64,
    #[n(2)]
    by: ByteArray<16>,
    #[n(3)]
    kept: Vec<ByteArray<16>>,
}

#[derive(Encode, Decode)]
struct RowsWire {
    #[n(0)]
    version: i64,
    #[n(1)]
    rows: Vec<RowWire>,
}

#[derive(Encode, Decode)]
struct RowWire {
    #[n(0)]
    line: u64,
    #[n(1)]
    hash: ByteArray<32>,
    #[n(2)]
    fate: FateWire,
}

#[derive(Encode, Decode)]
enum FateWire {
    #[n(0)]
    Created(#[n(0)] ByteArray<16>),
    #[n(1)]
    Updated(#[n(0)] ByteArray<16>),
    #[n(2)]
    AlreadyPresent(#[n(0)] ByteArray<16>),
    #[n(3)]
    RepeatedLine(#[n(0)] u64),
    #[n(4)]
    Review,
    #[n(5)]
    Rejected(#[n(0)] Vec<String>),
    #[n(6)]
    Unreadable(#[n(0)] String),
    #[n(7)]
    Suppressed,
}

/// The document of an import has the import's id.
#[must_use]
pub const fn doc_id(id: ImportId) -> DocId {
    DocId::from_bytes(id.to_bytes())
}

/// The document of the `part`-th group of rows: the import's id with the part, counted from 1, added to its last bytes.
#[must_use]
pub fn rows_doc_id(id: ImportId, part: u32) -> DocId {
    let number = u128::from_be_bytes(id.to_bytes()).wrapping_add(u128::from(part)).wrapping_add(1);
    DocId::from_bytes(number.to_be_bytes())
}

/// Writes an import as the trees of its documents, the import's own first.
#[must_use]
pub fn to_nodes(batch: &ImportBatch) -> Vec<(DocId, Node)> {
    let mut documents = vec![(doc_id(batch.id), file_node(batch))];
    for (part, rows) in (0_u32..).zip(batch.rows.chunks(ROWS_PER_DOCUMENT_MAX)) {
        let wire = RowsWire { version: RECORD_VERSION, rows: rows.iter().map(row_wire).collect() };
        let node = head(DocKind::ImportRows)
            .into_iter()
            .chain([(ROWS.to_owned(), Node::Bytes(encode(&wire)))])
            .collect();
        documents.push((rows_doc_id(batch.id, part), node));
    }
    documents
}

/// Reads an import; `rows` gives the tree of a row document.
///
/// # Errors
/// See [`RecordError`].
pub fn from_nodes(
    id: ImportId,
    root: &Node,
    mut rows: impl FnMut(DocId) -> Option<Node>,
) -> Result<ImportBatch, RecordError> {
    check_head(root, DocKind::Import)?;
    let file: FileWire = decode(versioned(root, FILE)?, FILE)?;
    let count = usize::try_from(int(root, ROW_COUNT)?).map_err(|_| RecordError::Damaged(ROW_COUNT))?;
    let parts =
        u32::try_from(count.div_ceil(ROWS_PER_DOCUMENT_MAX)).map_err(|_| RecordError::Damaged(ROW_COUNT))?;
    let mut all = Vec::new();
    for part in 0..parts {
        let node = rows(rows_doc_id(id, part)).ok_or(RecordError::Damaged(ROWS))?;
        check_head(&node, DocKind::ImportRows)?;
        let wire: RowsWire = decode(versioned(&node, ROWS)?, ROWS)?;
        for row in wire.rows {
            all.push(ImportedRow { line: row.line, row_hash: *row.hash, fate: fate(row.fate)? });
        }
    }
    Ok(ImportBatch {
        id,
        file_name: sensitive(&file.name),
        sha256: *file.sha256,
        encoding: FileEncoding::from_code(&file.encoding)?,
        form: SupporterKind::from_code(&file.form)?,
        header_map: file.header_map,
        at: UnixMillis::new(file.at),
        by: MemberId::from_bytes(*file.by),
        rows: all,
        undone: undo(root)?,
    })
}

/// The tree of the import's own document with the undo written into it.
#[must_use]
pub fn file_node(batch: &ImportBatch) -> Node {
    let file = FileWire {
        version: RECORD_VERSION,
        name: batch.file_name.expose().clone(),
        sha256: batch.sha256.into(),
        encoding: batch.encoding.code().to_owned(),
        form: batch.form.code().to_owned(),
        header_map: batch.header_map.clone(),
        at: batch.at.get(),
        by: batch.by.to_bytes().into(),
    };
    let undone = batch.undone.as_ref().map(|undo| {
        Node::Bytes(encode(&UndoWire {
            version: RECORD_VERSION,
            at: undo.at.get(),
            by: undo.by.to_bytes().into(),
            kept: undo.kept.iter().map(|id| id.to_bytes().into()).collect(),
        }))
    });
    head(DocKind::Import)
        .into_iter()
        .chain([
            (FILE.to_owned(), Node::Bytes(encode(&file))),
            (ROW_COUNT.to_owned(), Node::Int(i64::try_from(batch.rows.len()).unwrap_or(i64::MAX))),
        ])
        .chain(undone.map(|node| (UNDONE.to_owned(), node)))
        .collect()
}

fn undo(root: &Node) -> Result<Option<ImportUndo>, RecordError> {
    if root.get(UNDONE).is_none() {
        return Ok(None);
    }
    let wire: UndoWire = decode(versioned(root, UNDONE)?, UNDONE)?;
    Ok(Some(ImportUndo {
        at: UnixMillis::new(wire.at),
        by: MemberId::from_bytes(*wire.by),
        kept: wire.kept.iter().map(|id| SupporterId::from_bytes(**id)).collect(),
    }))
}

fn versioned<'a>(root: &'a Node, key: &'static str) -> Result<&'a [u8], RecordError> {
    let bytes = root.get(key).and_then(Node::as_bytes).ok_or(RecordError::Damaged(key))?;
    check_version(decode::<VersionOnly>(bytes, key)?.0)?;
    Ok(bytes)
}

fn row_wire(row: &ImportedRow) -> RowWire {
    let fate = match &row.fate {
        RowFate::Created(id) => FateWire::Created(id.to_bytes().into()),
        RowFate::Updated(id) => FateWire::Updated(id.to_bytes().into()),
        RowFate::AlreadyPresent(id) => FateWire::AlreadyPresent(id.to_bytes().into()),
        RowFate::RepeatedLine(line) => FateWire::RepeatedLine(*line),
        RowFate::Review => FateWire::Review,
        RowFate::Suppressed => FateWire::Suppressed,
        RowFate::Rejected(codes) => {
            FateWire::Rejected(codes.iter().map(|one| one.code().to_owned()).collect())
        }
        RowFate::Unreadable(code) => FateWire::Unreadable(code.clone()),
    };
    RowWire { line: row.line, hash: row.row_hash.into(), fate }
}

fn fate(wire: FateWire) -> Result<RowFate, RecordError> {
    Ok(match wire {
        FateWire::Created(id) => RowFate::Created(SupporterId::from_bytes(*id)),
        FateWire::Updated(id) => RowFate::Updated(SupporterId::from_bytes(*id)),
        FateWire::AlreadyPresent(id) => RowFate::AlreadyPresent(SupporterId::from_bytes(*id)),
        FateWire::RepeatedLine(line) => RowFate::RepeatedLine(line),
        FateWire::Review => RowFate::Review,
        FateWire::Suppressed => RowFate::Suppressed,
        FateWire::Rejected(codes) => RowFate::Rejected(
            codes.iter().map(|code| Rejection::from_code(code)).collect::<Result<Vec<_>, _>>()?,
        ),
        FateWire::Unreadable(code) => RowFate::Unreadable(code),
    })
}
