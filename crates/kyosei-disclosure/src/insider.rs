//! Insiders: readers who know a part of the tables from their own lives.
//!
//! An employer knows its row, a family knows its own cell. For each group of cells that somebody may know, every *other*
//! primary cell must keep at least two possible values. Where it does not, [`defend`] withholds more, as cheaply as it can.
#![expect(
    clippy::indexing_slicing,
    reason = "every index was handed out by the joined set that sized the vectors"
)]

use std::collections::BTreeSet;

use crate::cell::CellId;
use crate::instance::{Freedom, Instance, Move};
use crate::moves::{Wish, find_move};
use crate::progress::{Progress, Stopped, Watch};
use crate::suppress::Suppression;
use crate::tables::TableSet;

/// Who may know what besides the publication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Insiders {
    /// Whether the contributors of each withheld cell are taken to know it.
    pub every_withheld: bool,
    /// Groups of cells known together, for example the row of one employer.
    pub groups: Vec<Vec<CellId>>,
}

/// Withholds more until no insider knows a primary cell that is not his own; returns the cells that stay exposed.
///
/// # Errors
/// When the watcher stops the work.
pub fn defend(
    set: &TableSet,
    instance: &Instance,
    search: &mut Suppression<'_>,
    insiders: &Insiders,
    watch: &mut dyn Watch,
) -> Result<Vec<CellId>, Stopped> {
    let everything: Vec<bool> = instance.freedom.iter().map(|&freedom| freedom != Freedom::Fixed).collect();
    let mut done: BTreeSet<Vec<usize>> = BTreeSet::new();
    let mut open = BTreeSet::new();
    loop {
        let next = groups(set, search, insiders).into_iter().find(|group| !done.contains(group));
        let Some(group) = next else { break };
        watch.report(Progress::Suppressing { done: done.len(), all: done.len() + 1 })?;
        for need in 0..instance.needs.len() {
            let cell = instance.needs[need].cell;
            if !group.contains(&cell) && !blind(instance, search, &group, cell, &everything) {
                open.insert(set.cells()[cell].id.clone());
            }
        }
        done.insert(group);
    }
    Ok(open.into_iter().collect())
}

fn groups(set: &TableSet, search: &Suppression<'_>, insiders: &Insiders) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = insiders
        .groups
        .iter()
        .map(|group| group.iter().filter_map(|id| set.find(id)).collect::<Vec<usize>>())
        .collect();
    if insiders.every_withheld {
        let withheld = |&cell: &usize| {
            search.pattern[cell] && !matches!(set.cells()[cell].offer, crate::tables::Offer::Hidden { .. })
        };
        groups.extend((0..search.pattern.len()).filter(withheld).map(|cell| vec![cell]));
    }
    for group in &mut groups {
        group.sort_unstable();
    }
    groups
}

/// Whether somebody who knows `group` cannot tell `cell`; withholds more if that helps.
fn blind(
    instance: &Instance,
    search: &mut Suppression<'_>,
    group: &[usize],
    cell: usize,
    everything: &[bool],
) -> bool {
    let leaves = |step: &Move, at: usize| step.binary_search_by_key(&at, |&(cell, _)| cell).is_err();
    let helps = |step: &Move| !leaves(step, cell) && group.iter().all(|&known| leaves(step, known));
    if search.moves.iter().any(helps) {
        return true;
    }
    let pattern = search.pattern.clone();
    for scope in [pattern.as_slice(), everything] {
        for change in [1, -1] {
            let fixed: Vec<(usize, i64)> =
                group.iter().map(|&known| (known, 0)).chain([(cell, change)]).collect();
            let wish = Wish { pattern: &pattern, scope, fixed: &fixed, rewards: &[] };
            if let Some(step) = find_move(instance, &wish, search.nodes_max()) {
                search.adopt(step);
                return true;
            }
        }
    }
    false
}
