//! Which lines are headings, and rows that fit them.
//!
//! Notes above the headings (a title in the first cell only) are passed over; two lines of headings, as merged
//! cells give them, are joined. A first line that looks like a row is refused, since columns can then only be
//! guessed.

use super::{Line, Row, RowProblem, RowProblemKind, Table, TableError};
use crate::export::{GUARD_HEADING, unguard};
use crate::limits::{CELL_BYTES_MAX, COLUMNS_MAX, ROW_PROBLEMS_MAX, ROWS_MAX};

/// Most lines of notes above the headings.
const NOTE_LINES_MAX: usize = 5;
/// Joins the two lines of a heading.
const HEADING_JOIN: &str = " ";

/// Makes a table of lines.
pub(super) fn assemble(lines: Vec<Line>) -> Result<Table, TableError> {
    let blank_rows = lines.iter().filter(|line| line.is_blank()).count();
    let mut lines: std::collections::VecDeque<Line> =
        lines.into_iter().filter(|line| !line.is_blank()).collect();
    drop_notes(&mut lines);
    let mut header = match lines.pop_front() {
        None => return Err(TableError::Empty),
        Some(first) => first.cells.map_err(|_| TableError::HeadingUnusable)?,
    };
    trim_header(&mut header);
    check_header(&header)?;
    if let Some(second) = lines.front().and_then(|line| second_header(&header, line)) {
        header = second;
        lines.pop_front();
    }
    if lines.is_empty() {
        return Err(TableError::HeaderOnly);
    }
    if lines.len() > ROWS_MAX {
        return Err(TableError::TooManyRows);
    }
    let guard_column = header.iter().position(|heading| heading == GUARD_HEADING);
    number_repeated(&mut header);
    let mut table = Table { header, rows: Vec::with_capacity(lines.len()), problems: Vec::new(), blank_rows };
    for line in lines {
        add_line(&mut table, line, guard_column);
    }
    if let Some(column) = guard_column {
        table.header.remove(column);
    }
    Ok(table)
}

/// A line with text in its first cell only, above a line with more, is a note and no heading.
fn drop_notes(lines: &mut std::collections::VecDeque<Line>) {
    let filled = |line: &Line| {
        line.cells.as_ref().map_or(0, |cells| cells.iter().filter(|cell| !cell.trim().is_empty()).count())
    };
    for _ in 0..NOTE_LINES_MAX {
        let is_note = lines.len() > 2
            && lines.front().is_some_and(|line| filled(line) == 1)
            && lines.iter().take(NOTE_LINES_MAX + 1).any(|line| filled(line) > 1);
        if !is_note {
            return;
        }
        lines.pop_front();
    }
}

fn trim_header(header: &mut Vec<String>) {
    while header.last().is_some_and(|heading| heading.trim().is_empty()) {
        header.pop();
    }
    for heading in header {
        *heading = heading.trim().trim_start_matches('\u{FEFF}').replace(['\r', '\n', '\t'], " ");
    }
}

fn check_header(header: &[String]) -> Result<(), TableError> {
    if header.is_empty() {
        return Err(TableError::Empty);
    }
    if header.len() > COLUMNS_MAX {
        return Err(TableError::TooManyColumns);
    }
    if header.iter().any(|heading| heading.len() > CELL_BYTES_MAX) {
        return Err(TableError::HeadingUnusable);
    }
    if header.iter().any(|heading| looks_like_a_value(heading)) {
        return Err(TableError::HeaderMissing);
    }
    Ok(())
}

/// Headings hold neither addresses nor bare numbers and times; rows nearly always do.
fn looks_like_a_value(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let is_address = cell.split_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    let is_number = digits >= 6 && cell.chars().all(|c| c.is_ascii_digit() || "-/:. ".contains(c));
    is_address || is_number
}

/// The joined headings, when the line below holds headings too: the upper line has gaps, and each gap but none
/// of the other cells is filled by words of the lower.
fn second_header(upper: &[String], line: &Line) -> Option<Vec<String>> {
    let lower = line.cells.as_ref().ok()?;
    let gaps = upper.iter().filter(|heading| heading.is_empty()).count();
    let fits = gaps > 0 && lower.len() == upper.len() && !lower.iter().any(|cell| looks_like_a_value(cell));
    let fills = upper.iter().zip(lower).all(|(above, below)| !(above.is_empty() && below.trim().is_empty()));
    if !fits || !fills {
        return None;
    }
    let mut group = String::new();
    let joined = upper.iter().zip(lower).map(|(above, below)| {
        if !above.is_empty() {
            group.clone_from(above);
        }
        let below = below.trim();
        if below.is_empty() { group.clone() } else { format!("{group}{HEADING_JOIN}{below}") }
    });
    Some(joined.collect())
}

/// A heading that stands twice gets a number, so that each column can be named.
fn number_repeated(header: &mut [String]) {
    let mut seen: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for heading in header {
        let count = seen.entry(heading.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            *heading = format!("{heading} ({count})");
        }
    }
}

fn add_line(table: &mut Table, line: Line, guard_column: Option<usize>) {
    let wanted = table.header.len();
    let cells = line.cells.and_then(|mut cells| {
        // Spreadsheets leave out empty cells at the end, and some add empty ones.
        while cells.len() > wanted && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.len() == wanted {
            Ok(cells)
        } else {
            Err(RowProblemKind::CellCount { found: cells.len(), wanted })
        }
    });
    match cells {
        Ok(mut cells) => {
            if let Some(column) = guard_column {
                let mark = cells.remove(column);
                unguard(&mark, &mut cells);
            }
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                table.blank_rows += 1;
                return;
            }
            table.rows.push(Row { line: line.number, cells });
        }
        Err(kind) if table.problems.len() < ROW_PROBLEMS_MAX => {
            table.problems.push(RowProblem { line: line.number, kind });
        }
        Err(_) => {}
    }
}
