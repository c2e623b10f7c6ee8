//! Code page 932 and the letters that it lacks.
//!
//! The encoder of the library writes `&#128512;` for a letter that it cannot write, which then stands in
//! people's names. So every letter is tried first: look-alikes are written where Japanese programs write them
//! (〜 as ～), anything else becomes 〓, the printers' mark for a missing letter, and each changed cell is
//! listed. The list holds places and counts, not the text.

use encoding_rs::SHIFT_JIS;

use super::TextTable;

/// The printers' mark for a letter that is not at hand.
const MISSING: char = '〓';

/// How a cell changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LossKind {
    /// Only look-alikes were put in: the cell reads the same.
    LookAlike,
    /// At least one letter is lost and 〓 stands for it.
    Lost,
}

/// One cell that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellLoss {
    /// The row, counted from 1 without the headings; 0 is the headings.
    pub row: usize,
    /// The column, counted from 1.
    pub column: usize,
    /// How the cell changed.
    pub kind: LossKind,
    /// Letters that changed.
    pub letters: usize,
}

/// Puts writable letters in the place of the others and lists the cells that changed.
pub(super) fn writable(table: &TextTable) -> (TextTable, Vec<CellLoss>) {
    let mut result = table.clone();
    let mut losses = Vec::new();
    let lines = std::iter::once(&mut result.headings).chain(&mut result.rows);
    for (line, row) in lines.zip(0_usize..) {
        for (cell, column) in line.iter_mut().zip(1_usize..) {
            if let Some((text, kind, letters)) = changed(cell) {
                *cell = text;
                losses.push(CellLoss { row, column, kind, letters });
            }
        }
    }
    (result, losses)
}

/// Encodes a text whose letters are all writable.
pub(super) fn encode(utf8: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(utf8);
    SHIFT_JIS.encode(&text).0.into_owned()
}

fn changed(cell: &str) -> Option<(String, LossKind, usize)> {
    if cell.is_ascii() || survives(cell) {
        return None;
    }
    let mut kind = LossKind::LookAlike;
    let mut letters = 0;
    let mut text = String::with_capacity(cell.len());
    for c in cell.chars() {
        if survives(c.encode_utf8(&mut [0; 4])) {
            text.push(c);
            continue;
        }
        letters += 1;
        let written = look_alike(c).unwrap_or_else(|| {
            kind = LossKind::Lost;
            MISSING
        });
        text.push(written);
    }
    Some((text, kind, letters))
}

/// Whether a text comes back unchanged; `¥` is writable but comes back as `\`.
fn survives(text: &str) -> bool {
    let (bytes, _, unmappable) = SHIFT_JIS.encode(text);
    !unmappable && SHIFT_JIS.decode_without_bom_handling(&bytes).0 == text
}

const fn look_alike(c: char) -> Option<char> {
    match c {
        '〜' => Some('～'),
        '—' => Some('―'),
        '−' => Some('－'),
        '‖' => Some('∥'),
        '¥' => Some('￥'),
        '¢' => Some('￠'),
        '£' => Some('￡'),
        '¬' => Some('￢'),
        '‾' => Some('￣'),
        '\u{A0}' => Some(' '),
        _ => None,
    }
}
