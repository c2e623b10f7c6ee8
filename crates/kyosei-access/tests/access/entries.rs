//! Which entries count: cuts, vouching, and what an accomplice cannot do.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::*;

use crate::committee::*;

/// Entry `seq` of the first log of a device; `branch` tells apart entries of a fork.
fn entry_id(n: u8, branch: u8, seq: u32) -> EntryId {
    let mut bytes = [n; 32];
    bytes[0] = branch;
    bytes[1] = u8::try_from(seq).unwrap();
    EntryId::from_bytes(bytes)
}

fn log(n: u8) -> LogId {
    LogId::from(&log_key(n, 0))
}

fn head(n: u8, seq: u32) -> CutHead {
    CutHead { seq, entry: entry_id(n, 0, seq) }
}

/// A log of `count` entries by a device that knew `mheads`.
fn write_log(entries: &mut BTreeMap<EntryId, EntryNode>, n: u8, count: u32, mheads: &[OpId]) {
    for seq in 0..count {
        let prev = seq.checked_sub(1).map(|before| entry_id(n, 0, before));
        let node = EntryNode {
            log: log(n),
            seq,
            prev,
            deps: BTreeSet::new(),
            mheads: mheads.iter().copied().collect(),
        };
        entries.insert(entry_id(n, 0, seq), node);
    }
}

/// Two admins and two editors (40, 50), all with open logs.
fn with_logs() -> (Committee, OpId) {
    let mut committee = Committee::found(&[10, 20, 30]);
    committee.say(10, committee.add(40, Role::Edit));
    committee.say(10, committee.add(50, Role::Edit));
    let mut last = committee.genesis;
    for n in [10, 20, 30, 40, 50] {
        last = committee.say(n, open_log(n, 0));
    }
    (committee, last)
}

fn held(verdicts: &BTreeMap<EntryId, Verdict>) -> Vec<EntryId> {
    verdicts.iter().filter(|(_, verdict)| **verdict == Verdict::Held).map(|(id, _)| *id).collect()
}

#[test]
fn scenario_1_entries_backdated_by_a_removed_device_are_held() {
    let (mut committee, base) = with_logs();
    let mut entries = BTreeMap::new();
    write_log(&mut entries, 40, 55, &[base]);
    write_log(&mut entries, 10, 3, &[base]);
    committee.say(10, remove_cut(&[40], &[(log(40), &[head(40, 4)])]));
    let verdicts = judge_entries(&committee.members(), &entries);
    assert_eq!(held(&verdicts).len(), 50);
    assert!((0..5).all(|seq| verdicts[&entry_id(40, 0, seq)] == Verdict::Counts));
}

#[test]
fn scenario_2_what_an_honest_entry_rests_on_is_vouched_for_and_the_rest_stays_held() {
    let (mut committee, base) = with_logs();
    let removal = committee.say(10, remove_cut(&[40], &[(log(40), &[head(40, 0)])]));
    let mut entries = BTreeMap::new();
    write_log(&mut entries, 40, 5, &[base]);
    write_log(&mut entries, 50, 2, &[base]);
    entries.get_mut(&entry_id(50, 0, 1)).unwrap().deps.insert(entry_id(40, 0, 2));
    let verdicts = judge_entries(&committee.members(), &entries);
    let of_40: Vec<Verdict> = (0..5).map(|seq| verdicts[&entry_id(40, 0, seq)]).collect();
    use Verdict::{Counts, Held, Vouched};
    assert_eq!(of_40, [Counts, Vouched, Vouched, Held, Held]);
    // An author who knew the removal vouches for nothing.
    entries.get_mut(&entry_id(50, 0, 1)).unwrap().mheads = BTreeSet::from([removal]);
    assert_eq!(held(&judge_entries(&committee.members(), &entries)).len(), 4);
}

#[test]
fn a_voucher_that_is_removed_later_still_vouches_within_its_cut() {
    let (mut committee, base) = with_logs();
    let mut entries = BTreeMap::new();
    write_log(&mut entries, 40, 2, &[base]);
    write_log(&mut entries, 50, 2, &[base]);
    entries.get_mut(&entry_id(50, 0, 1)).unwrap().deps.insert(entry_id(40, 0, 1));
    committee.say(10, remove_cut(&[40], &[]));
    let mut beyond = committee.clone();
    committee.say(20, remove_cut(&[50], &[(log(50), &[head(50, 1)])]));
    assert_eq!(judge_entries(&committee.members(), &entries)[&entry_id(40, 0, 1)], Verdict::Vouched);
    beyond.say(20, remove_cut(&[50], &[(log(50), &[head(50, 0)])]));
    assert_eq!(judge_entries(&beyond.members(), &entries)[&entry_id(40, 0, 1)], Verdict::Held);
}

#[test]
fn cuts_of_several_removals_are_joined_and_all_branches_of_a_fork_count() {
    let (mut committee, base) = with_logs();
    let mut entries = BTreeMap::new();
    write_log(&mut entries, 40, 6, &[base]);
    let fork = EntryNode {
        log: log(40),
        seq: 2,
        prev: Some(entry_id(40, 0, 1)),
        deps: BTreeSet::new(),
        mheads: BTreeSet::from([base]),
    };
    entries.insert(entry_id(40, 9, 2), fork);
    let fork_head = CutHead { seq: 2, entry: entry_id(40, 9, 2) };
    committee.say_on(&[base], 10, remove_cut(&[40], &[(log(40), &[fork_head])]));
    committee.say_on(&[base], 20, remove_cut(&[40], &[(log(40), &[head(40, 3)])]));
    let verdicts = judge_entries(&committee.members(), &entries);
    assert_eq!(held(&verdicts), [entry_id(40, 0, 4), entry_id(40, 0, 5)]);
}

#[test]
fn a_removed_admin_cannot_let_an_accomplices_entries_in_by_a_backdated_removal() {
    let (mut committee, base) = with_logs();
    let mut entries = BTreeMap::new();
    write_log(&mut entries, 40, 4, &[base]);
    committee.say_on(&[base], 10, remove_cut(&[40], &[(log(40), &[head(40, 0)])]));
    committee.say_on(&[base], (10, 20), remove(&[30]));
    committee.say_on(&[base], 30, remove_cut(&[40], &[(log(40), &[head(40, 3)])]));
    assert_eq!(held(&judge_entries(&committee.members(), &entries)).len(), 3);
}

#[test]
fn a_cut_names_only_logs_of_the_devices_it_removes_and_real_entries() {
    let (mut committee, base) = with_logs();
    let mut entries = BTreeMap::new();
    write_log(&mut entries, 40, 2, &[base]);
    write_log(&mut entries, 50, 2, &[base]);
    committee.say(10, remove_cut(&[50], &[]));
    let wrong_seq = CutHead { seq: 0, entry: entry_id(40, 0, 1) };
    let wrong_log = (log(50), &[head(50, 1)][..]);
    committee.say(10, remove_cut(&[40], &[wrong_log, (log(40), &[wrong_seq])]));
    assert_eq!(held(&judge_entries(&committee.members(), &entries)).len(), 4);
}

#[test]
fn entries_of_a_device_whose_addition_was_voided_are_held_unless_vouched_for() {
    let (mut committee, base) = with_logs();
    let add = committee.say_on(&[base], 30, committee.add(60, Role::Edit));
    let open = committee.say_on(&[add], 60, open_log(60, 0));
    let mut entries = BTreeMap::new();
    write_log(&mut entries, 60, 3, &[open]);
    write_log(&mut entries, 50, 1, &[open]);
    entries.get_mut(&entry_id(50, 0, 0)).unwrap().deps.insert(entry_id(60, 0, 0));
    assert!(held(&judge_entries(&committee.members(), &entries)).is_empty());
    committee.say_on(&[base], (10, 20), remove(&[30]));
    let verdicts = judge_entries(&committee.members(), &entries);
    assert_eq!(verdicts[&entry_id(60, 0, 0)], Verdict::Vouched);
    assert_eq!(held(&verdicts), [entry_id(60, 0, 1), entry_id(60, 0, 2)]);
}

#[test]
fn an_entry_of_a_log_that_nobody_opened_waits() {
    let (committee, base) = with_logs();
    let mut entries = BTreeMap::new();
    write_log(&mut entries, 70, 1, &[base]);
    let verdicts = judge_entries(&committee.members(), &entries);
    assert_eq!(verdicts[&entry_id(70, 0, 0)], Verdict::UnknownLog);
}

#[test]
fn no_way_of_cutting_and_vouching_lets_a_removed_device_write_on() {
    // Every pair of cuts by two removers, every dependency of an honest entry and every knowledge of its author.
    let (committee, base) = with_logs();
    let cut = |seq: u32| remove_cut(&[40], &[(log(40), &[head(40, seq)])]);
    for (first, second) in (0..4).flat_map(|a| (0..4).map(move |b| (a, b))) {
        let mut committee = committee.clone();
        let one = committee.say_on(&[base], 10, cut(first));
        let other = committee.say_on(&[base], 20, cut(second));
        let members = committee.members();
        for (dep, knew) in (0..5).flat_map(|dep| [false, true].map(move |knew| (dep, knew))) {
            let mut entries = BTreeMap::new();
            write_log(&mut entries, 40, 5, &[base]);
            let mheads = if knew { vec![one, other] } else { vec![base] };
            write_log(&mut entries, 50, 1, &mheads);
            entries.get_mut(&entry_id(50, 0, 0)).unwrap().deps.insert(entry_id(40, 0, dep));
            let verdicts = judge_entries(&members, &entries);
            for seq in 0..5 {
                let expected = if seq <= first.max(second) {
                    Verdict::Counts
                } else if seq <= dep && !knew {
                    Verdict::Vouched
                } else {
                    Verdict::Held
                };
                let context = format!("cuts {first} {second}, dependency {dep}, knew {knew}, entry {seq}");
                assert_eq!(verdicts[&entry_id(40, 0, seq)], expected, "{context}");
            }
        }
    }
}

#[test]
fn what_a_vouched_entry_rests_on_is_vouched_for_by_that_entrys_own_author() {
    let (mut committee, base) = with_logs();
    let mut entries = BTreeMap::new();
    write_log(&mut entries, 40, 2, &[base]);
    write_log(&mut entries, 50, 2, &[base]);
    entries.get_mut(&entry_id(50, 0, 1)).unwrap().deps.insert(entry_id(40, 0, 1));
    let first = committee.say(10, remove_cut(&[40], &[]));
    write_log(&mut entries, 20, 1, &[first]);
    entries.get_mut(&entry_id(20, 0, 0)).unwrap().deps.insert(entry_id(50, 0, 1));
    committee.say(10, remove_cut(&[50], &[]));
    let verdicts = judge_entries(&committee.members(), &entries);
    assert_eq!(verdicts[&entry_id(50, 0, 1)], Verdict::Vouched, "20 did not know its removal");
    assert_eq!(verdicts[&entry_id(40, 0, 1)], Verdict::Vouched, "and 50 did not know that of 40");
}

#[test]
fn what_was_within_the_cut_that_an_author_knew_stays_when_a_smaller_one_prevails() {
    let (mut committee, base) = with_logs();
    let mut entries = BTreeMap::new();
    write_log(&mut entries, 40, 4, &[base]);
    let wide = committee.say_on(&[base], 30, remove_cut(&[40], &[(log(40), &[head(40, 2)])]));
    write_log(&mut entries, 50, 1, &[wide]);
    entries.get_mut(&entry_id(50, 0, 0)).unwrap().deps.insert(entry_id(40, 0, 2));
    committee.say_on(&[base], 10, remove_cut(&[40], &[(log(40), &[head(40, 0)])]));
    committee.say_on(&[base], (10, 20), remove(&[30]));
    let verdicts = judge_entries(&committee.members(), &entries);
    use Verdict::{Counts, Held, Vouched};
    let of_40: Vec<Verdict> = (0..4).map(|seq| verdicts[&entry_id(40, 0, seq)]).collect();
    assert_eq!(of_40, [Counts, Vouched, Vouched, Held]);
}
