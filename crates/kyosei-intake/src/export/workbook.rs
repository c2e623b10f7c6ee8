//! A workbook of one sheet in which every cell is a string.
//!
//! Strings are never run as formulas, keep their leading zeros and are not turned into dates. The file is made in
//! memory; its creation date is fixed, so that the same table gives the same bytes.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use super::{ExportError, TextTable, WORKBOOK_CELL_UNITS_MAX};

/// Name of the only sheet.
const SHEET_NAME: &str = "kyosei";

/// Writes a table as a workbook.
pub(super) fn write(table: &TextTable) -> Result<Vec<u8>, ExportError> {
    let mut workbook = Workbook::new();
    let fixed = ExcelDateTime::from_ymd(2000, 1, 1).map_err(ExportError::Workbook)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&fixed));
    let sheet = workbook.add_worksheet();
    sheet.set_name(SHEET_NAME).map_err(ExportError::Workbook)?;
    for (line, row) in std::iter::once(&table.headings).chain(&table.rows).zip(0_u32..) {
        for (cell, column) in line.iter().zip(0_u16..) {
            if cell.encode_utf16().count() > WORKBOOK_CELL_UNITS_MAX {
                return Err(ExportError::Cell {
                    row: usize::try_from(row).unwrap_or(usize::MAX),
                    column: usize::from(column) + 1,
                });
            }
            sheet.write_string(row, column, cell).map_err(ExportError::Workbook)?;
        }
    }
    workbook.save_to_buffer().map_err(ExportError::Workbook)
}
