//! Which row a damaged place belongs to.

use super::PreviewRow;
use crate::decode::Damage;

/// Notes for each row the first damaged place within its lines. Rows and places are both in order.
pub(super) fn locate(rows: &mut [PreviewRow], text: &str, damage: &[Damage]) {
    let mut line = 1_u64;
    let mut offset = 0;
    for place in damage {
        let passed = text.get(offset..place.text_offset).unwrap_or_default();
        line += line_ends(passed);
        offset = place.text_offset;
        let row = rows.partition_point(|row| row.line <= line).checked_sub(1);
        if let Some(row) = row.and_then(|index| rows.get_mut(index)) {
            row.damaged_at.get_or_insert(place.file_offset);
        }
    }
}

/// Line ends as the table counts them: `\r\n`, `\n` and `\r` are one each.
fn line_ends(text: &str) -> u64 {
    let both = text.matches("\r\n").count();
    let single = text.bytes().filter(|byte| matches!(byte, b'\r' | b'\n')).count();
    u64::try_from(single - both).unwrap_or(u64::MAX)
}
