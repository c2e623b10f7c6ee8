//! What one replica asks another one for.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{CutHead, EntryId, LogId};
use kyosei_sync::wire::limits::{HAVE_LOG_COUNT_MAX, HAVE_TIP_COUNT_MAX};
use kyosei_sync::{Asking, BRANCH_COUNT_MAX, Have, HaveAboveLimit};

use crate::host::key;

/// Entry `seq` of branch `branch`.
fn head(seq: u32, branch: u8) -> CutHead {
    let mut id = [branch; 32];
    id[..4].copy_from_slice(&seq.to_be_bytes());
    CutHead { seq, entry: EntryId::from_bytes(id) }
}

fn log() -> LogId {
    LogId::from(&key(1))
}

fn have(tips: &[CutHead]) -> Have {
    let tips: BTreeSet<CutHead> = tips.iter().copied().collect();
    Have::from_tips(if tips.is_empty() { BTreeMap::new() } else { [(log(), tips)].into() }).unwrap()
}

/// The places of the questions, until nothing is asked any more, when no answer brings anything.
fn questions(own: &[CutHead], peer: &[CutHead]) -> Vec<u32> {
    let mut asking = Asking::default();
    let known: BTreeSet<EntryId> = own.iter().map(|tip| tip.entry).collect();
    let mut next = || asking.next(&have(own), &have(peer), |id| known.contains(&id)).get(&log()).copied();
    let all: Vec<u32> = std::iter::from_fn(&mut next).take(64).collect();
    assert!(all.len() < 64, "it goes on for ever");
    all
}

#[test]
fn a_log_that_only_grew_is_asked_for_behind_its_tip_and_an_unknown_one_from_its_start() {
    assert_eq!(questions(&[head(5, 0)], &[head(9, 0)])[0], 6);
    assert_eq!(questions(&[], &[head(9, 0)]), [0]);
}

#[test]
fn nothing_is_asked_when_everything_is_known() {
    assert_eq!(questions(&[head(5, 0)], &[head(5, 0)]), [0; 0]);
    assert_eq!(questions(&[head(5, 0)], &[]), [0; 0]);
    // The peer is behind: its tip is known, though it is no tip here.
    let mut asking = Asking::default();
    assert_eq!(asking.next(&have(&[head(9, 0)]), &have(&[head(5, 0)]), |_| true), BTreeMap::new());
}

#[test]
fn an_unknown_branch_is_asked_for_further_and_further_back_and_not_for_ever() {
    assert_eq!(questions(&[head(100, 0)], &[head(100, 1)]), [100, 99, 97, 93, 85, 69, 37, 0]);
    assert_eq!(questions(&[head(5, 0)], &[head(9, 1)]), [6, 5, 3, 0]);
    assert_eq!(questions(&[head(u32::MAX, 0)], &[head(u32::MAX, 1)]).len(), 33);
}

#[test]
fn of_several_branches_the_nearest_below_is_taken_for_the_one_that_grew() {
    assert_eq!(questions(&[head(100, 0), head(8, 1)], &[head(100, 0), head(12, 1)])[0], 9);
    assert_eq!(questions(&[head(100, 0), head(8, 1)], &[head(130, 0), head(12, 1)])[0], 9);
    assert_eq!(questions(&[head(100, 0), head(8, 1)], &[head(130, 0), head(8, 1)])[0], 101);
}

#[test]
fn an_answer_that_brought_something_starts_the_search_anew() {
    let mut asking = Asking::default();
    let peer = have(&[head(50, 1)]);
    let mut next = |own: &[CutHead]| asking.next(&have(own), &peer, |_| false)[&log()];
    assert_eq!([next(&[head(60, 0)]), next(&[head(60, 0)])], [50, 49]);
    assert_eq!(next(&[head(60, 0), head(20, 1)]), 21);
}

#[test]
fn a_search_goes_on_while_the_other_side_keeps_writing() {
    let mut asking = Asking::default();
    let own = have(&[head(60, 0)]);
    let mut next = |seq| asking.next(&own, &have(&[head(seq, 1)]), |_| false).get(&log()).copied();
    let places: Vec<_> = (70..78).map_while(&mut next).collect();
    assert_eq!(places, [61, 60, 58, 54, 46, 30, 0, 61]);
    assert_eq!(next(77), Some(60));
}

#[test]
fn tips_above_a_limit_are_no_have_and_change_none() {
    let log = |n: usize| {
        let mut id = [0; 32];
        id[..8].copy_from_slice(&n.to_be_bytes());
        LogId::from_bytes(id)
    };
    let tips = |count: usize| -> BTreeSet<CutHead> {
        (0..count).map(|n| head(u32::try_from(n).unwrap(), 0)).collect()
    };
    let of = |logs: usize, each: usize| Have::from_tips((0..logs).map(|n| (log(n), tips(each))).collect());
    assert!(of(HAVE_LOG_COUNT_MAX, 1).is_ok() && of(1, BRANCH_COUNT_MAX).is_ok());
    assert_eq!(of(HAVE_LOG_COUNT_MAX + 1, 1), Err(HaveAboveLimit));
    assert_eq!(of(1, BRANCH_COUNT_MAX + 1), Err(HaveAboveLimit));
    assert_eq!(of(HAVE_TIP_COUNT_MAX / BRANCH_COUNT_MAX + 1, BRANCH_COUNT_MAX), Err(HaveAboveLimit));
    assert_eq!(of(1, 0), Err(HaveAboveLimit));

    let mut full = of(HAVE_LOG_COUNT_MAX, 1).unwrap();
    let before = full.clone();
    let one_more = Have::from_tips([(log(HAVE_LOG_COUNT_MAX), tips(1))].into()).unwrap();
    assert_eq!(full.update(&one_more), Err(HaveAboveLimit));
    assert_eq!(full, before);
    assert_eq!(full.update(&of(1, 2).unwrap()), Ok(()), "a known log may change");
}
