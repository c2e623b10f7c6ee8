//! Which changes of a document were written apart from each other.
//!
//! A change is *in line* if every other change comes before it or after it. Only changes that are not can be in conflict
//! with anything, and a document that one person after another edited has none: that is found without looking at a
//! single value.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{Automerge, ChangeHash};

/// Most changes whose past is worked out for one question. Bounds the memory that a hostile document can cost; a
/// committee that edits one field on all its laptops at once needs a handful.
pub const PASTS_MAX: usize = 512;

/// The graph of changes of one document that has branches.
pub(super) struct Branches {
    hashes: Vec<ChangeHash>,
    earlier: Vec<Vec<usize>>,
    first_apart: usize,
    pasts: BTreeMap<usize, Vec<bool>>,
}

impl Branches {
    /// The graph, or none if no two changes were ever written apart from each other.
    pub(super) fn of(doc: &Automerge) -> Option<Self> {
        let changes = doc.get_changes_meta(&[]);
        let mut at: BTreeMap<ChangeHash, usize> = BTreeMap::new();
        let mut earlier: Vec<Vec<usize>> = Vec::with_capacity(changes.len());
        for (index, change) in changes.iter().enumerate() {
            earlier.push(change.deps.iter().filter_map(|hash| at.get(hash).copied()).collect());
            at.insert(change.hash, index);
        }
        let first_apart = first_apart(&earlier)?;
        let hashes = changes.iter().map(|change| change.hash).collect();
        Some(Self { hashes, earlier, first_apart, pasts: BTreeMap::new() })
    }

    /// The last change that all others from the first branch on come after.
    pub(super) fn trunk(&self) -> Vec<ChangeHash> {
        let last = self.first_apart.checked_sub(1).and_then(|index| self.hashes.get(index));
        last.copied().into_iter().collect()
    }

    /// The place of a change in the graph.
    pub(super) fn index_of(&self) -> BTreeMap<ChangeHash, usize> {
        self.hashes.iter().copied().zip(0..).collect()
    }

    /// Whether change `a` came before change `b`. None when [`PASTS_MAX`] is used up.
    pub(super) fn precedes(&mut self, a: usize, b: usize) -> Option<bool> {
        if a >= b {
            return Some(false);
        }
        if !self.pasts.contains_key(&b) {
            if self.pasts.len() >= PASTS_MAX {
                return None;
            }
            let past = past_of(&self.earlier, b);
            self.pasts.insert(b, past);
        }
        Some(self.pasts.get(&b).and_then(|past| past.get(a)).copied().unwrap_or(false))
    }
}

/// The first change that some other change is concurrent with. Changes come after all that they depend on.
fn first_apart(earlier: &[Vec<usize>]) -> Option<usize> {
    // For each change: if every later one builds directly on it or on something later, all of them come after it. A
    // change names its writer's change before as well as the ends that it builds on, so only the latest counts. A second
    // beginning builds on nothing.
    let mut built_on: Vec<usize> = Vec::with_capacity(earlier.len());
    let mut least = usize::MAX;
    for deps in earlier.iter().rev() {
        built_on.push(least);
        least = least.min(deps.iter().max().map_or(0, |dep| dep.saturating_add(1)));
    }
    let mut ends: BTreeSet<usize> = BTreeSet::new();
    for (index, (deps, built_on)) in earlier.iter().zip(built_on.into_iter().rev()).enumerate() {
        for dep in deps {
            ends.remove(dep);
        }
        if !ends.is_empty() || built_on <= index {
            return Some(index);
        }
        ends.insert(index);
    }
    None
}

fn past_of(earlier: &[Vec<usize>], change: usize) -> Vec<bool> {
    let mut past = vec![false; change];
    let mut open: Vec<usize> = earlier.get(change).cloned().unwrap_or_default();
    while let Some(index) = open.pop() {
        if let Some(seen) = past.get_mut(index)
            && !*seen
        {
            *seen = true;
            open.extend(earlier.get(index).into_iter().flatten());
        }
    }
    past
}

#[cfg(test)]
mod tests {
    use super::first_apart;

    #[test]
    fn a_line_has_no_branch_and_a_branch_is_found_where_it_begins() {
        let check = |graph: &[&[usize]], expect| {
            let graph: Vec<Vec<usize>> = graph.iter().map(|deps| deps.to_vec()).collect();
            assert_eq!(first_apart(&graph), expect, "{graph:?}");
        };
        check(&[], None);
        check(&[&[]], None);
        check(&[&[], &[0], &[1]], None);
        check(&[&[], &[0], &[0]], Some(1));
        check(&[&[], &[0], &[0], &[1, 2], &[3]], Some(1));
        check(&[&[], &[0], &[1, 0], &[2, 0], &[3, 1]], None);
        check(&[&[], &[0], &[1], &[2], &[2], &[3], &[4, 5]], Some(3));
        check(&[&[], &[0], &[1], &[0]], Some(1));
        check(&[&[], &[]], Some(0));
        check(&[&[], &[0], &[], &[1, 2]], Some(0));
    }
}
