//! Tables of text out: CSV for spreadsheets and other programs, and workbooks.
//!
//! A caller hands in headings and rows of text and gets bytes back with a count of what was guarded or lost; who
//! may export which records is decided elsewhere. Spreadsheets run text that begins like a formula, so CSV guards
//! such cells with an apostrophe and says in a column of its own which cells it guarded; a workbook stores every
//! cell as a string and needs no guard. Nothing here writes to a disk.

use thiserror::Error;

mod cp932;
mod formula;
mod workbook;

pub use cp932::{CellLoss, LossKind};
pub use formula::{GUARD_HEADING, is_formula_like, unguard};

/// Most rows of one export.
pub const EXPORT_ROWS_MAX: usize = 200_000;
/// Most columns of one export, the guard column included.
pub const EXPORT_COLUMNS_MAX: usize = 500;
/// Most UTF-16 units of one cell of a workbook (limit of the file format as Excel reads it).
pub const WORKBOOK_CELL_UNITS_MAX: usize = 32_767;

/// A table of text.
#[derive(Clone, PartialEq, Eq)]
pub struct TextTable {
    /// The headings.
    pub headings: Vec<String>,
    /// The rows, each with one cell for each heading.
    pub rows: Vec<Vec<String>>,
}

impl std::fmt::Debug for TextTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TextTable({} columns, {} rows)", self.headings.len(), self.rows.len())
    }
}

/// The form of an exported file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// CSV in UTF-8 with a byte order mark and CRLF, as Excel opens it by a double click.
    CsvUtf8,
    /// CSV in code page 932 with CRLF, for old programs; some letters cannot be written.
    CsvCp932,
    /// An Excel workbook.
    Xlsx,
}

/// An exported file and what happened on the way.
#[derive(Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub bytes: Vec<u8>,
    /// Rows written, the headings not counted.
    pub rows: usize,
    /// Cells guarded against being run as a formula.
    pub guarded_cells: usize,
    /// Cells that changed since code page 932 lacks letters of theirs.
    pub losses: Vec<CellLoss>,
}

impl std::fmt::Debug for Exported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exported")
            .field("bytes", &self.bytes.len())
            .field("rows", &self.rows)
            .field("guarded_cells", &self.guarded_cells)
            .field("losses", &self.losses)
            .finish()
    }
}

/// Why a table cannot be exported.
#[derive(Debug, Error)]
pub enum ExportError {
    /// More rows than [`EXPORT_ROWS_MAX`].
    #[error("E-EXPORT-ROWS: {0} rows; at most {EXPORT_ROWS_MAX} can be exported at once")]
    Rows(usize),
    /// More columns than [`EXPORT_COLUMNS_MAX`].
    #[error("E-EXPORT-COLUMNS: {0} columns; at most {EXPORT_COLUMNS_MAX} can be exported")]
    Columns(usize),
    /// A row whose number of cells differs from the headings'.
    #[error("E-EXPORT-RAGGED: row {0} has another number of cells than the headings")]
    Ragged(usize),
    /// A cell longer than a workbook can hold.
    #[error("E-EXPORT-CELL: row {row}, column {column} is longer than a workbook cell can be")]
    Cell {
        /// The row, counted from 1 without the headings.
        row: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The CSV writer failed.
    #[error("E-EXPORT-CSV: the table could not be written as CSV")]
    Csv(#[source] csv::Error),
    /// The workbook writer failed.
    #[error("E-EXPORT-XLSX: the table could not be written as a workbook")]
    Workbook(#[source] rust_xlsxwriter::XlsxError),
}

/// Writes a table as a file.
///
/// # Errors
/// [`ExportError`] when the table is too large or uneven.
pub fn export(table: &TextTable, format: ExportFormat) -> Result<Exported, ExportError> {
    check_shape(table)?;
    match format {
        ExportFormat::Xlsx => {
            let bytes = workbook::write(table)?;
            Ok(Exported { bytes, rows: table.rows.len(), guarded_cells: 0, losses: Vec::new() })
        }
        ExportFormat::CsvUtf8 => {
            let (guarded, guarded_cells) = formula::guard(table);
            let mut bytes = String::from('\u{FEFF}').into_bytes();
            bytes.extend(write_csv(&guarded)?);
            Ok(Exported { bytes, rows: table.rows.len(), guarded_cells, losses: Vec::new() })
        }
        ExportFormat::CsvCp932 => {
            let (guarded, guarded_cells) = formula::guard(table);
            let (writable, losses) = cp932::writable(&guarded);
            let bytes = cp932::encode(&write_csv(&writable)?);
            Ok(Exported { bytes, rows: table.rows.len(), guarded_cells, losses })
        }
    }
}

fn check_shape(table: &TextTable) -> Result<(), ExportError> {
    if table.rows.len() > EXPORT_ROWS_MAX {
        return Err(ExportError::Rows(table.rows.len()));
    }
    if table.headings.len() >= EXPORT_COLUMNS_MAX {
        return Err(ExportError::Columns(table.headings.len()));
    }
    match table.rows.iter().position(|row| row.len() != table.headings.len()) {
        Some(index) => Err(ExportError::Ragged(index + 1)),
        None => Ok(()),
    }
}

/// Every cell is quoted, so that leading spaces and empty last cells survive every reader.
fn write_csv(table: &TextTable) -> Result<Vec<u8>, ExportError> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(Vec::new());
    writer.write_record(&table.headings).map_err(ExportError::Csv)?;
    for row in &table.rows {
        writer.write_record(row).map_err(ExportError::Csv)?;
    }
    writer.into_inner().map_err(|failed| ExportError::Csv(csv::Error::from(failed.into_error())))
}

#[cfg(test)]
mod tests;
