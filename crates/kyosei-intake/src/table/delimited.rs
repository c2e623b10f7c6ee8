//! Comma-, tab- and semicolon-separated text.
//!
//! The `csv` crate takes the rest of a file for one cell when a closing quote is missing, and takes memory for a
//! row of any length. So the records are found first, by a scan that takes no memory, and each record within the
//! limits is then parsed by the crate by itself. The scan follows the crate's rules of quoting.

use csv::{ReaderBuilder, StringRecord};

use super::{Line, RowProblemKind, TableError};
use crate::limits::{CELL_BYTES_MAX, CELL_LINES_MAX, COLUMNS_MAX, ROWS_MAX};

/// Lines of headings and notes that may stand besides the rows.
const EXTRA_LINES_MAX: usize = 16;

/// One record of the text, found by the scan.
struct Record<'a> {
    line: u64,
    text: &'a str,
    columns: usize,
    cell_bytes_max: usize,
}

/// Finds the lines of a text.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, TableError> {
    let delimiter = delimiter_of(text);
    let mut records = Vec::new();
    let mut scan = Scan { text, delimiter, offset: 0, line: 1 };
    while let Some(record) = scan.next_record()? {
        if records.len() >= ROWS_MAX + EXTRA_LINES_MAX {
            return Err(TableError::TooManyRows);
        }
        if records.is_empty() && record.columns > COLUMNS_MAX {
            return Err(TableError::TooManyColumns);
        }
        records.push(record);
    }
    let line = |record: &Record<'_>| Line { number: record.line, cells: parse(record, delimiter) };
    Ok(records.iter().map(line).collect())
}

/// The separator that stands most often in the first line that has any, outside quotes; else a comma.
fn delimiter_of(text: &str) -> u8 {
    let mut counts = [(b',', 0_usize), (b'\t', 0), (b';', 0)];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted && counts.iter().any(|(_, count)| *count > 0) => break,
            _ if quoted => {}
            other => counts.iter_mut().filter(|(sign, _)| *sign == other).for_each(|(_, count)| *count += 1),
        }
    }
    let [comma, rest @ ..] = counts;
    rest.into_iter().fold(comma, |best, next| if next.1 > best.1 { next } else { best }).0
}

fn parse(record: &Record<'_>, delimiter: u8) -> Result<Vec<String>, RowProblemKind> {
    if record.cell_bytes_max > CELL_BYTES_MAX {
        return Err(RowProblemKind::CellTooLarge);
    }
    if record.columns > COLUMNS_MAX {
        return Err(RowProblemKind::CellCount { found: record.columns, wanted: COLUMNS_MAX });
    }
    if record.text.contains('\0') {
        return Err(RowProblemKind::Nul);
    }
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(record.text.len() + 1)
        .from_reader(record.text.as_bytes());
    let mut cells = StringRecord::new();
    // Reading text from memory that is valid UTF-8 and may be ragged cannot fail; a blank line has no record.
    match reader.read_record(&mut cells) {
        Ok(_) => Ok(cells.iter().map(String::from).collect()),
        Err(_) => Err(RowProblemKind::Nul),
    }
}

/// The scan for records.
struct Scan<'a> {
    text: &'a str,
    delimiter: u8,
    offset: usize,
    line: u64,
}

/// Where the scan stands within a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted { line: u64, breaks: usize },
    QuoteInQuoted { line: u64, breaks: usize },
}

impl<'a> Scan<'a> {
    fn next_record(&mut self) -> Result<Option<Record<'a>>, TableError> {
        let rest = self.text.get(self.offset..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(None);
        }
        let begin = self.line;
        let (mut state, mut columns, mut cell_start, mut cell_bytes_max) = (State::CellStart, 1, 0, 0);
        let mut bytes = rest.bytes().enumerate().peekable();
        let mut end = rest.len();
        while let Some((index, byte)) = bytes.next() {
            let breaks_line =
                byte == b'\n' || (byte == b'\r' && bytes.peek().is_none_or(|(_, next)| *next != b'\n'));
            self.line += u64::from(breaks_line);
            state = match (state, byte) {
                (State::Quoted { line, breaks }, b'"') => State::QuoteInQuoted { line, breaks },
                (State::Quoted { line, breaks }, _) => {
                    let breaks = breaks + usize::from(breaks_line);
                    if breaks > CELL_LINES_MAX {
                        return Err(TableError::UnclosedQuote { line });
                    }
                    State::Quoted { line, breaks }
                }
                (State::QuoteInQuoted { line, breaks }, b'"') => State::Quoted { line, breaks },
                (State::CellStart, b'"') => State::Quoted { line: self.line, breaks: 0 },
                (_, b'\r' | b'\n') => {
                    let wide = byte == b'\r' && bytes.peek().is_some_and(|(_, next)| *next == b'\n');
                    self.line += u64::from(wide);
                    end = index + 1 + usize::from(wide);
                    cell_bytes_max = cell_bytes_max.max(index - cell_start);
                    cell_start = end;
                    break;
                }
                (_, other) if other == self.delimiter => {
                    cell_bytes_max = cell_bytes_max.max(index - cell_start);
                    cell_start = index + 1;
                    columns += 1;
                    State::CellStart
                }
                (_, _) => State::Plain,
            };
        }
        if let State::Quoted { line, .. } = state {
            return Err(TableError::UnclosedQuote { line });
        }
        cell_bytes_max = cell_bytes_max.max(end.saturating_sub(cell_start));
        self.offset += end;
        let text = rest.get(..end).unwrap_or_default();
        Ok(Some(Record { line: begin, text, columns, cell_bytes_max }))
    }
}
