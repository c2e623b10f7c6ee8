//! Attacks on what stands around a table: percentages, redrawn figures, revisions, order, public lists and prose.

use std::collections::BTreeMap;

use crate::cell::CellId;
use crate::view::{PublicRule, Status, View};

/// A10: the count behind a percentage printed in tenths, when the whole is known; `None` when several fit.
#[must_use]
pub fn count_behind(tenths: i64, whole: i64) -> Option<i64> {
    let fits = |count: &i64| whole > 0 && (2_000 * count + whole).div_euclid(2 * whole) == tenths;
    let mut found = (0..=whole).filter(fits);
    match (found.next(), found.next()) {
        (Some(count), None) => Some(count),
        _ => None,
    }
}

/// A11: what the mean of redrawn figures rounds to, the attacker's guess of the truth.
#[must_use]
pub fn averaged(figures: &[i64]) -> Option<i64> {
    let count = i64::try_from(figures.len()).ok().filter(|&count| count > 0)?;
    Some((2 * figures.iter().sum::<i64>() + count).div_euclid(2 * count))
}

/// A13: cells printed in both with figures that differ by a small step.
#[must_use]
pub fn revised(earlier: &View, later: &View) -> Vec<CellId> {
    let before: BTreeMap<&CellId, i64> = earlier
        .cells()
        .iter()
        .filter_map(|cell| match cell.status {
            Status::Published(value) => Some((&cell.id, value)),
            Status::Carried(_) | Status::Withheld | Status::Hidden => None,
        })
        .collect();
    let small = |cell: &&crate::view::ViewCell| match (cell.status, before.get(&cell.id)) {
        (Status::Published(now), Some(&then)) => {
            (1..later.rule_of(cell).threshold()).contains(&(now - then).abs())
        }
        _ => false,
    };
    later.cells().iter().filter(small).map(|cell| cell.id.clone()).collect()
}

/// A14: whether withheld cells stand where their value would put them, so that the order gives a range away.
///
/// `order` is the order in which cells are shown. Withheld cells may only stand together at the end.
#[must_use]
pub fn order_tells(view: &View, order: &[usize]) -> bool {
    let withheld =
        |&&cell: &&usize| view.cells().get(cell).is_some_and(|cell| cell.status == Status::Withheld);
    let first = order.iter().position(|cell| withheld(&cell));
    let by_id = order.windows(2).all(|pair| pair.first() < pair.last());
    first.is_some_and(|first| !by_id && order.iter().skip(first).any(|cell| !withheld(&cell)))
}

/// A15: printed cells of which the publicly known contributors leave a small rest.
#[must_use]
pub fn subtracted(view: &View) -> Vec<CellId> {
    let small = |cell: &&crate::view::ViewCell| match (cell.status, view.rule_of(cell)) {
        (Status::Published(value), PublicRule::Frequency { k, .. } | PublicRule::NotExact { k, .. }) => {
            (1..k).contains(&(value - cell.known))
        }
        _ => false,
    };
    view.cells().iter().filter(small).map(|cell| cell.id.clone()).collect()
}

/// A16: numbers in a text that no table prints, counted from both ASCII and full-width digits.
#[must_use]
pub fn unexplained_numbers(text: &str, view: &View) -> Vec<i64> {
    let printed = |number: &i64| {
        view.cells().iter().any(|cell| matches!(cell.status, Status::Published(value) | Status::Carried(value) if value == *number))
    };
    numbers(text).into_iter().filter(|number| !printed(number)).collect()
}

fn numbers(text: &str) -> Vec<i64> {
    let digit = |letter: char| match letter {
        '０'..='９' => u32::from(letter).checked_sub(u32::from('０')),
        _ => letter.to_digit(10),
    };
    let mut found = Vec::new();
    let mut current: Option<i64> = None;
    for letter in text.chars().chain([' ']) {
        match digit(letter) {
            Some(digit) => {
                current = Some(current.unwrap_or(0).saturating_mul(10).saturating_add(i64::from(digit)))
            }
            None => found.extend(current.take()),
        }
    }
    found
}
