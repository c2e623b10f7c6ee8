//! Every limit of reading a file, in one place.
//!
//! They are checked before memory is taken for what they limit. A register of a volunteer network has some
//! hundreds of people; the limits leave room for a hundred times that and stop what can only be an attack or
//! a mistake.

/// Most bytes of a file, and of what a zip file holds (50 MB).
pub const FILE_BYTES_MAX: usize = 50_000_000;
/// Most rows of a table, headings not counted.
pub const ROWS_MAX: usize = 50_000;
/// Most columns of a table.
pub const COLUMNS_MAX: usize = 500;
/// Most bytes of one cell in UTF-8. The longest field has 4,000 grapheme clusters.
pub const CELL_BYTES_MAX: usize = 64 * 1024;
/// Most line breaks within one quoted cell; more mean that a closing quote is missing.
pub const CELL_LINES_MAX: usize = 20;
/// Most entries of a zip file or a workbook.
pub const ZIP_ENTRIES_MAX: usize = 1_000;
/// Most bytes that all parts of a workbook may have together when inflated (100 MB).
pub const WORKBOOK_INFLATED_BYTES_MAX: u64 = 100_000_000;
/// Most damaged places that are reported one by one.
pub const DAMAGE_PLACES_MAX: usize = 1_000;
/// Most problems of single rows that are reported one by one; further ones are counted.
pub const ROW_PROBLEMS_MAX: usize = 10_000;
