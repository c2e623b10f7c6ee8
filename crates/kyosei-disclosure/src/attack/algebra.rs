//! A1: solving the published equations exactly, without bounds.
//!
//! Gaussian elimination modulo a large prime. A cell that is determined over the rationals is determined modulo the prime as
//! well; counts are far smaller than the prime, so the residue is the value.
#![expect(clippy::indexing_slicing, reason = "rows and columns are sized together")]

use crate::view::{Status, View};

/// The Mersenne prime 2^61 - 1.
const PRIME: u128 = (1 << 61) - 1;

/// The value of each cell that follows from the equations alone.
#[must_use]
pub fn solved(view: &View) -> Vec<Option<i64>> {
    let mut found: Vec<Option<i64>> = view
        .cells()
        .iter()
        .map(|cell| match cell.status {
            Status::Published(value) => Some(value),
            Status::Carried(_) | Status::Withheld | Status::Hidden => None,
        })
        .collect();
    let open: Vec<usize> = (0..found.len()).filter(|&cell| found[cell].is_none()).collect();
    let mut rows = equations(view, &found, &open);
    let mut pivots: Vec<(usize, usize)> = Vec::new();
    for column in 0..open.len() {
        let top = pivots.len();
        let Some(pivot) = (top..rows.len()).find(|&row| rows[row][column] != 0) else { continue };
        rows.swap(top, pivot);
        let scale = inverse(rows[top][column]);
        rows[top].iter_mut().for_each(|entry| *entry = *entry * scale % PRIME);
        let lead = rows[top].clone();
        for (index, row) in rows.iter_mut().enumerate() {
            let factor = row[column];
            if index != top && factor != 0 {
                for (entry, &above) in row.iter_mut().zip(&lead) {
                    *entry = (*entry + (PRIME - factor) * above) % PRIME;
                }
            }
        }
        pivots.push((top, column));
    }
    for (row, column) in pivots {
        let alone = (0..open.len()).all(|other| other == column || rows[row][other] == 0);
        if alone {
            found[open[column]] = small(rows[row][open.len()]);
        }
    }
    found
}

/// One row for each relation: the open cells, then the right side.
fn equations(view: &View, known: &[Option<i64>], open: &[usize]) -> Vec<Vec<u128>> {
    let column = |cell: usize| open.binary_search(&cell).ok();
    let row = |relation: &crate::view::Relation| {
        let mut row = vec![0; open.len() + 1];
        let signed = relation.parts.iter().map(|&part| (part, 1)).chain([(relation.total, PRIME - 1)]);
        for (cell, factor) in signed {
            match (column(cell), known[cell]) {
                (Some(column), _) => row[column] = factor,
                (None, value) => {
                    let value = u128::from(value.unwrap_or(0).unsigned_abs());
                    row[open.len()] = (row[open.len()] + (PRIME - factor) * value) % PRIME;
                }
            }
        }
        row
    };
    view.relations().iter().map(row).collect()
}

fn inverse(number: u128) -> u128 {
    let (mut result, mut base, mut exponent) = (1, number % PRIME, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent >>= 1;
    }
    result
}

fn small(residue: u128) -> Option<i64> {
    i64::try_from(residue).ok().filter(|&value| value <= crate::view::VALUE_MAX)
}
