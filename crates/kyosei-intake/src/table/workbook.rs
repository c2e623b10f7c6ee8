//! Excel workbooks.
//!
//! Cells are read one after the other and kept sparsely: a workbook with one cell in its last row and column would
//! otherwise take memory for a billion cells. The first sheet that has cells is read. Dates come as serial
//! numbers and are written out as date and time, so that they go the same way as those of a CSV file.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};

use super::{Line, RowProblemKind, TableError};
use crate::limits::{CELL_BYTES_MAX, COLUMNS_MAX, ROWS_MAX};

type SheetRow = Result<BTreeMap<usize, String>, RowProblemKind>;

/// Reads the lines of the first sheet that has cells.
///
/// The reader of workbooks is a large library that meets hostile files here; a panic in it is a damaged file.
pub(super) fn lines(bytes: &[u8]) -> Result<Vec<Line>, TableError> {
    std::panic::catch_unwind(|| lines_of_first_sheet(bytes)).unwrap_or(Err(TableError::WorkbookDamaged))
}

fn lines_of_first_sheet(bytes: &[u8]) -> Result<Vec<Line>, TableError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| TableError::WorkbookDamaged)?;
    for name in workbook.sheet_names() {
        let rows = sheet_rows(&mut workbook, &name)?;
        if !rows.is_empty() {
            let width =
                rows.values().flatten().filter_map(|cells| cells.last_key_value()).map(|(last, _)| last + 1);
            let width = width.max().unwrap_or(0);
            return Ok(rows.into_iter().map(|(number, cells)| line_of(number, cells, width)).collect());
        }
    }
    Err(TableError::NoSheet)
}

fn sheet_rows(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<BTreeMap<u64, SheetRow>, TableError> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|_| TableError::WorkbookDamaged)?;
    let mut rows: BTreeMap<u64, SheetRow> = BTreeMap::new();
    while let Some(cell) = reader.next_cell().map_err(|_| TableError::WorkbookDamaged)? {
        let (row, column) = cell.get_position();
        let text = text_of(cell.get_value());
        if text.as_ref().is_ok_and(String::is_empty) {
            continue;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= COLUMNS_MAX {
            return Err(TableError::TooManyColumns);
        }
        let cells = rows.entry(u64::from(row) + 1).or_insert_with(|| Ok(BTreeMap::new()));
        match text {
            Ok(text) => {
                if let Ok(cells) = cells {
                    cells.insert(column, text);
                }
            }
            Err(problem) => *cells = Err(problem),
        }
        if rows.len() > ROWS_MAX + 1 {
            return Err(TableError::TooManyRows);
        }
    }
    Ok(rows)
}

/// A row of a sheet has no end; it is filled up to the last column of the sheet.
fn line_of(number: u64, cells: SheetRow, width: usize) -> Line {
    let cells =
        cells.map(|mut cells| (0..width).map(|column| cells.remove(&column).unwrap_or_default()).collect());
    Line { number, cells }
}

fn text_of(value: &DataRef<'_>) -> Result<String, RowProblemKind> {
    let text = match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => String::from(*text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(true) => String::from("TRUE"),
        DataRef::Bool(false) => String::from("FALSE"),
        DataRef::DateTime(date) => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) => return Err(RowProblemKind::SpreadsheetError),
    };
    if text.len() > CELL_BYTES_MAX {
        Err(RowProblemKind::CellTooLarge)
    } else if text.contains('\0') {
        Err(RowProblemKind::Nul)
    } else {
        Ok(text)
    }
}
