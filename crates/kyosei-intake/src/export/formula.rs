//! Cells that a spreadsheet would run, and the mark that makes them plain text.
//!
//! Quoting alone is no defence: Excel runs `"=1+1"` from a CSV file all the same. An apostrophe before the cell
//! is; but read back it would stay for ever, so the file says in its last column which columns of a row were
//! guarded, and only those lose the apostrophe again. A telephone number such as `+81 90-1234-5678` is left
//! alone when it is nothing but one.

use unicode_normalization::UnicodeNormalization;

use super::TextTable;

/// Heading of the column that names the guarded columns of each row, by their numbers from 1.
pub const GUARD_HEADING: &str = "kyosei:guarded";

const GUARD: char = '\'';
/// Digits of an international telephone number after the plus sign (ITU-T E.164 §6.2).
const TELEPHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// Whether a spreadsheet might run a cell as a formula. Full-width signs count, since some programs narrow them.
pub fn is_formula_like(cell: &str) -> bool {
    let visible = cell.chars().filter(|c| !kyosei_model::is_zero_width(*c));
    let mut folded = visible.nfkc().skip_while(|c| *c == ' ' || *c == '\u{3000}');
    match folded.next() {
        Some('=' | '@' | '-' | '\t' | '\r' | '\n' | '\u{2212}') => true,
        Some('+') => !is_telephone(cell),
        _ => false,
    }
}

/// A plus sign, then digits in groups of at least two, parted by single spaces or hyphens.
fn is_telephone(cell: &str) -> bool {
    let Some(body) = cell.strip_prefix('+') else { return false };
    let groups: Vec<&str> = body.split([' ', '-']).collect();
    let digits: usize = groups.iter().map(|group| group.len()).sum();
    let all_digits =
        groups.iter().all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    all_digits && !body.starts_with('0') && TELEPHONE_DIGITS.contains(&digits)
}

/// Guards a table for CSV; the guard column is added only when a cell needed it.
pub(super) fn guard(table: &TextTable) -> (TextTable, usize) {
    let mut guarded = table.clone();
    let mut guarded_cells = 0;
    let mut marks = Vec::with_capacity(guarded.rows.len());
    for row in &mut guarded.rows {
        let mut columns: Vec<String> = Vec::new();
        for (cell, column) in row.iter_mut().zip(1_usize..) {
            if is_formula_like(cell) {
                cell.insert(0, GUARD);
                columns.push(column.to_string());
            }
        }
        guarded_cells += columns.len();
        marks.push(columns.join(" "));
    }
    for heading in &mut guarded.headings {
        if is_formula_like(heading) {
            heading.insert(0, GUARD);
        }
    }
    if guarded_cells > 0 {
        guarded.headings.push(String::from(GUARD_HEADING));
        for (row, mark) in guarded.rows.iter_mut().zip(marks) {
            row.push(mark);
        }
    }
    (guarded, guarded_cells)
}

/// Reads a cell of the guard column and takes the apostrophes off the cells that it names.
pub fn unguard(mark: &str, cells: &mut [String]) {
    for column in mark.split(' ').filter_map(|number| number.parse::<usize>().ok()) {
        let cell = column.checked_sub(1).and_then(|index| cells.get_mut(index));
        if let Some(cell) = cell
            && let Some(plain) = cell.strip_prefix(GUARD)
        {
            *cell = String::from(plain);
        }
    }
}
