//! Text or a workbook to a table of cells.
//!
//! [`read_table`] gives headings and rows, each with the line of the file at which it begins. A row that cannot
//! be used (too few or too many cells, a NUL byte, a huge cell) becomes a [`RowProblem`] and the others go on.
//! Only what makes every row doubtful stops the file: no headings, too many rows or columns, a quote that is
//! never closed. Cells are given as they stand, untrimmed.

use thiserror::Error;

use crate::decode::Content;
use crate::limits::{CELL_BYTES_MAX, CELL_LINES_MAX, COLUMNS_MAX, ROWS_MAX};

mod delimited;
mod header;
mod workbook;

/// A row of a table.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Line of the file at which the row begins, counted from 1; the row's number in a workbook.
    pub line: u64,
    /// One cell for each heading.
    pub cells: Vec<String>,
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Row(line {}, {} cells)", self.line, self.cells.len())
    }
}

/// A table as it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    /// The headings; two lines of headings are joined, repeated ones numbered.
    pub header: Vec<String>,
    /// The usable rows, in the order of the file.
    pub rows: Vec<Row>,
    /// Rows that cannot be used.
    pub problems: Vec<RowProblem>,
    /// Rows without any text, which are left out.
    pub blank_rows: usize,
}

impl std::fmt::Debug for Table {
    /// Shows counts only: a file without headings has a person in their place.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (columns, rows) = (self.header.len(), self.rows.len());
        write!(f, "Table({columns} columns, {rows} rows, {} blank, {:?})", self.blank_rows, self.problems)
    }
}

/// A row that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowProblem {
    /// Line of the file at which the row begins, counted from 1.
    pub line: u64,
    /// What is wrong.
    pub kind: RowProblemKind,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowProblemKind {
    /// Fewer or more cells than headings.
    CellCount {
        /// Cells of the row.
        found: usize,
        /// Headings.
        wanted: usize,
    },
    /// A NUL byte.
    Nul,
    /// A cell longer than [`CELL_BYTES_MAX`].
    CellTooLarge,
    /// An error value of a spreadsheet, such as `#REF!`.
    SpreadsheetError,
}

impl RowProblemKind {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CellCount { .. } => "E-ROW-CELLS",
            Self::Nul => "E-ROW-NUL",
            Self::CellTooLarge => "E-ROW-CELL-SIZE",
            Self::SpreadsheetError => "E-ROW-SHEET-ERROR",
        }
    }

    /// The words for a Japanese reader.
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::CellCount { .. } => "列の数が見出しと合いません",
            Self::Nul => "NUL文字が含まれています",
            Self::CellTooLarge => "大きすぎるセルがあります",
            Self::SpreadsheetError => "表計算のエラー値が含まれています",
        }
    }

    /// The words for an English reader.
    pub const fn label_en(self) -> &'static str {
        match self {
            Self::CellCount { .. } => "another number of cells than headings",
            Self::Nul => "contains a NUL byte",
            Self::CellTooLarge => "a cell is too large",
            Self::SpreadsheetError => "contains an error value of a spreadsheet",
        }
    }
}

/// Why a file gives no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TableError {
    /// Not even headings.
    #[error("the table is empty")]
    Empty,
    /// Headings, but no row.
    #[error("the table has headings but no rows")]
    HeaderOnly,
    /// The first line holds no headings but, it seems, already a row.
    #[error("the first line seems to be a row, not headings")]
    HeaderMissing,
    /// A quote that is never closed, or not within [`CELL_LINES_MAX`] lines.
    #[error("line {line}: a quoted cell does not end within {CELL_LINES_MAX} lines")]
    UnclosedQuote {
        /// Line at which the quoted cell begins.
        line: u64,
    },
    /// More rows than [`ROWS_MAX`].
    #[error("the table has more than {ROWS_MAX} rows")]
    TooManyRows,
    /// More columns than [`COLUMNS_MAX`].
    #[error("the table has more than {COLUMNS_MAX} columns")]
    TooManyColumns,
    /// A NUL byte or an error value among the headings, or a heading longer than [`CELL_BYTES_MAX`].
    #[error("the headings hold a NUL byte, an error value or more than {CELL_BYTES_MAX} bytes in one cell")]
    HeadingUnusable,
    /// The workbook has no sheet with cells.
    #[error("the workbook has no sheet with cells")]
    NoSheet,
    /// The workbook cannot be read.
    #[error("the workbook is damaged or of an unknown kind")]
    WorkbookDamaged,
}

impl TableError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "E-TABLE-EMPTY",
            Self::HeaderOnly => "E-TABLE-HEADER-ONLY",
            Self::HeaderMissing => "E-TABLE-NO-HEADER",
            Self::UnclosedQuote { .. } => "E-TABLE-QUOTE",
            Self::TooManyRows => "E-TABLE-ROWS",
            Self::TooManyColumns => "E-TABLE-COLUMNS",
            Self::HeadingUnusable => "E-TABLE-HEADING",
            Self::NoSheet => "E-TABLE-NO-SHEET",
            Self::WorkbookDamaged => "E-TABLE-WORKBOOK",
        }
    }
}

/// Reads the table of a decoded file.
///
/// # Errors
/// [`TableError`] when no row can be trusted.
pub fn read_table(content: &Content) -> Result<Table, TableError> {
    let lines = match content {
        Content::Text(decoded) => delimited::lines(&decoded.text)?,
        Content::Workbook(bytes) => workbook::lines(bytes)?,
    };
    header::assemble(lines)
}

/// A line of a file, before it is known whether it is a heading or a row.
pub(crate) struct Line {
    number: u64,
    cells: Result<Vec<String>, RowProblemKind>,
}

impl Line {
    fn is_blank(&self) -> bool {
        self.cells.as_ref().is_ok_and(|cells| cells.iter().all(|cell| cell.trim().is_empty()))
    }
}

#[cfg(test)]
mod tests;
