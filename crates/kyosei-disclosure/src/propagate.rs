//! Integer interval propagation: bounds that follow from the relations by addition alone.
//!
//! Used twice: the search drops implied cells with it before any solver runs, and the verifier uses it to show that a
//! cell is fixed or certainly not small. The bounds are always sound; they need not be tight.

use crate::view::{Relation, View};

/// The most passes over all relations; bounds are sound after any number of passes.
const PASSES_MAX: usize = 200;

/// Sound bounds for each cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intervals {
    /// Lower bounds.
    pub low: Vec<i64>,
    /// Upper bounds; [`Intervals::cap`] stands for "none".
    pub high: Vec<i64>,
    /// The stand-in for "no upper bound".
    pub cap: i64,
}

/// The publication contradicts itself: no table fits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The relation at which it showed.
    pub relation: usize,
}

/// Tightens the bounds of every cell until nothing changes.
///
/// # Errors
/// When no table can fit.
pub fn propagate(view: &View) -> Result<Intervals, Contradiction> {
    let cap = cap_of(view);
    let bounds: Vec<(i64, Option<i64>)> = view.cells().iter().map(|cell| view.bounds(cell)).collect();
    let mut found = Intervals {
        low: bounds.iter().map(|bound| bound.0).collect(),
        high: bounds.iter().map(|bound| bound.1.unwrap_or(cap)).collect(),
        cap,
    };
    for _ in 0..PASSES_MAX {
        let mut changed = false;
        for (index, relation) in view.relations().iter().enumerate() {
            while tighten(&mut found, relation).ok_or(Contradiction { relation: index })? {
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    Ok(found)
}

/// A value no cell needs to exceed: more than all that is printed together, plus room for the rules.
fn cap_of(view: &View) -> i64 {
    let printed: i64 =
        view.cells().iter().map(|cell| view.bounds(cell)).map(|(low, high)| high.unwrap_or(low)).sum();
    let threshold = view.rules().iter().map(|rule| rule.threshold()).max().unwrap_or(1);
    2 * printed + 16 * threshold
}

/// Tightens one relation once; says whether anything changed, `None` when it became impossible.
fn tighten(found: &mut Intervals, relation: &Relation) -> Option<bool> {
    let cap = found.cap;
    let low_sum: i64 = relation.parts.iter().filter_map(|&part| found.low.get(part)).sum();
    let high_sum: i64 = relation.parts.iter().filter_map(|&part| found.high.get(part)).sum();
    let unbounded = relation.parts.iter().filter(|&&part| found.high.get(part) >= Some(&cap)).count();
    if narrow(found, relation.total, low_sum, if unbounded > 0 { cap } else { high_sum })? {
        return Some(true);
    }
    let (total_low, total_high) = (*found.low.get(relation.total)?, *found.high.get(relation.total)?);
    for &part in &relation.parts {
        let (low, high) = (*found.low.get(part)?, *found.high.get(part)?);
        let others_unbounded = unbounded > usize::from(high >= cap);
        let new_low = if others_unbounded { low } else { total_low - (high_sum - high) };
        let new_high = if total_high >= cap { high } else { total_high - (low_sum - low) };
        if narrow(found, part, new_low, new_high)? {
            return Some(true);
        }
    }
    Some(false)
}

fn narrow(found: &mut Intervals, cell: usize, low: i64, high: i64) -> Option<bool> {
    let low_slot = found.low.get_mut(cell)?;
    let high_slot = found.high.get_mut(cell)?;
    let changed = low > *low_slot || high < *high_slot;
    *low_slot = low.max(*low_slot);
    *high_slot = high.min(*high_slot);
    (*low_slot <= *high_slot).then_some(changed)
}
