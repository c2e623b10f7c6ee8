//! Records that are one supporter, after merges that people did apart from each other.
//!
//! A merge points the absorbed record at the one that stays. Two people may merge in opposite directions, or one record
//! into two, and somebody may edit the absorbed record at the same time. The rules:
//! - a pointer to a record that is not here is none: nobody vanishes because the other one was erased;
//! - of records that point at each other in a circle the one with the smallest id stays, on every device;
//! - a record that stays has all entries of the consent ledgers of the records that lead to it, so a withdrawal that was
//!   noted on either of them holds whenever it arrives;
//! - a status, an interest or a tag that was written to an absorbed record apart from the merge counts for the one that
//!   stays. Other late edits are shown to people; see [`crate::conflicts`].

use std::collections::{BTreeMap, BTreeSet};

use kyosei_doc::{Conflict, Node};
use kyosei_model::{Interest, Sensitive, Status, Supporter, SupporterId};

use super::reading::{INTERESTS, STATUS, TAGS};

type Ids = BTreeSet<SupporterId>;

/// Who was merged into whom.
#[derive(Debug, Clone, Default)]
pub(super) struct Merges {
    into: BTreeMap<SupporterId, Ids>,
    from: BTreeMap<SupporterId, Ids>,
}

impl Merges {
    /// Replaces what a record points at.
    pub(super) fn set(&mut self, id: SupporterId, into: Ids) {
        let new = into.clone();
        let old = if into.is_empty() { self.into.remove(&id) } else { self.into.insert(id, into) };
        for target in old.unwrap_or_default() {
            if let Some(sources) = self.from.get_mut(&target) {
                sources.remove(&id);
                if sources.is_empty() {
                    self.from.remove(&target);
                }
            }
        }
        for target in new {
            self.from.entry(target).or_default().insert(id);
        }
    }

    /// All records that merges connect with one, itself included.
    pub(super) fn group(&self, id: SupporterId) -> Ids {
        self.reached(id, |one| {
            let (into, from) = (self.into.get(&one), self.from.get(&one));
            into.into_iter().chain(from).flatten().copied().collect()
        })
    }

    /// The records that lead to one, itself included.
    pub(super) fn leading_to(&self, id: SupporterId) -> Ids {
        self.reached(id, |one| self.from.get(&one).cloned().unwrap_or_default())
    }

    /// The records that stay for one that was merged: where its pointers end.
    pub(super) fn stays_for(&self, id: SupporterId, is_here: &impl Fn(SupporterId) -> bool) -> Ids {
        let follow = |one| {
            let into = self.into.get(&one).into_iter().flatten().copied();
            into.filter(|target| is_here(*target)).collect::<Ids>()
        };
        let reached = self.reached(id, follow);
        reached.iter().copied().filter(|end| stays(*end, &|one| self.reached(one, follow))).collect()
    }

    /// Whether a record stays.
    pub(super) fn stays(&self, id: SupporterId, is_here: &impl Fn(SupporterId) -> bool) -> bool {
        self.stays_for(id, is_here).contains(&id)
    }

    fn reached(&self, from: SupporterId, follow: impl Fn(SupporterId) -> Ids) -> Ids {
        let mut reached = Ids::from([from]);
        let mut open = vec![from];
        while let Some(one) = open.pop() {
            open.extend(follow(one).into_iter().filter(|next| reached.insert(*next)));
        }
        reached
    }
}

/// Pointers from this record end here: everything that it leads to leads back, and it is the first of them.
fn stays(id: SupporterId, reached: &impl Fn(SupporterId) -> Ids) -> bool {
    let ring = reached(id);
    ring.first() == Some(&id) && ring.iter().all(|one| reached(*one).contains(&id))
}

/// The record that stays, with what the others that lead to it bring along. `late` are the late edits of each.
pub(super) fn joined<'r>(
    record: &Supporter,
    others: impl Iterator<Item = (&'r Supporter, &'r [Conflict])>,
) -> Supporter {
    let mut joined = record.clone();
    joined.merged_into = None;
    for (other, late) in others {
        joined.consents.extend(other.consents.iter().map(|(id, entry)| (*id, entry.clone())));
        for edit in late {
            take_late(&mut joined, other, edit);
        }
    }
    joined
}

fn take_late(joined: &mut Supporter, other: &Supporter, edit: &Conflict) {
    let was_put = edit.values.iter().any(|one| one.value == Some(Node::Bool(true)));
    match edit.path.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [STATUS] if other.status == Status::Withdrawn => joined.status = joined.status.joined(other.status),
        [INTERESTS, code] if was_put => joined.interests.extend(Interest::from_code(code).ok()),
        [TAGS, tag] if was_put => {
            joined.tags.insert(Sensitive::new(tag.to_owned()));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Ids, Merges, SupporterId};

    fn id(n: u8) -> SupporterId {
        SupporterId::from_bytes([n; 16])
    }

    fn ids(list: &[u8]) -> Ids {
        list.iter().copied().map(id).collect()
    }

    #[test]
    fn somebody_stays_of_every_group_and_in_a_circle_it_is_the_first() {
        let check = |pointers: &[(u8, &[u8])], here: &[u8], stay: &[u8]| {
            let mut merges = Merges::default();
            pointers.iter().for_each(|(from, into)| merges.set(id(*from), ids(into)));
            let is_here = |one| ids(here).contains(&one);
            let found: Ids = ids(here).into_iter().filter(|one| merges.stays(*one, &is_here)).collect();
            assert_eq!(found, ids(stay), "{pointers:?}");
        };
        check(&[], &[1, 2], &[1, 2]);
        check(&[(1, &[2])], &[1, 2], &[2]);
        check(&[(1, &[2]), (2, &[1])], &[1, 2], &[1]);
        check(&[(1, &[2]), (2, &[3]), (3, &[1])], &[1, 2, 3], &[1]);
        check(&[(1, &[2]), (2, &[3]), (3, &[2])], &[1, 2, 3], &[2]);
        check(&[(1, &[2]), (2, &[1, 3])], &[1, 2, 3], &[3]);
        check(&[(1, &[2, 3])], &[1, 2, 3], &[2, 3]);
        check(&[(1, &[1])], &[1], &[1]);
        check(&[(1, &[2]), (3, &[1])], &[1, 3], &[1]);
    }

    #[test]
    fn a_pointer_that_is_taken_back_leaves_no_trace() {
        let mut merges = Merges::default();
        merges.set(id(1), ids(&[2, 3]));
        merges.set(id(4), ids(&[1]));
        assert_eq!((merges.group(id(3)), merges.leading_to(id(2))), (ids(&[1, 2, 3, 4]), ids(&[1, 2, 4])));
        merges.set(id(1), ids(&[]));
        merges.set(id(4), ids(&[]));
        assert!(merges.into.is_empty() && merges.from.is_empty());
        assert_eq!(merges.group(id(1)), ids(&[1]));
    }
}
