//! Certificates: nothing but the publication goes in, and nothing false comes through.

use kyosei_disclosure::attack::{Target, inverse, score};
use kyosei_disclosure::certificate::{Certificate, Claim};
use kyosei_disclosure::check::rule_ranges;
use kyosei_disclosure::progress::{Budget, Unwatched};
use kyosei_disclosure::verify::keeps_history;
use kyosei_disclosure::view::{PublicRule, Relation, Status, View, Zeros};
use kyosei_disclosure::{Ledger, ProveError, Refusal, Spec, TableSet, TieKey, protect, prove, verify};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::support::*;

const HEAD: [u8; 32] = [9; 32];
const FILE: (&str, &[u8]) = ("totals.csv", b"release_id,table_id\n");

fn table(values: [i64; 6]) -> TableSet {
    let [a, b, c, d, e, f] = values;
    let rule = PublicRule::Frequency { k: 3, zeros: Zeros::Closed };
    matrix(&["x", "y", "z"], &[("1", &[a, b, c]), ("2", &[d, e, f])], rule)
}

fn certified(view: &View) -> Certificate {
    prove(view, &[FILE], &HEAD, &Budget::default(), &mut Unwatched).unwrap()
}

fn published() -> (View, Certificate) {
    let view = protected(&table([1, 20, 9, 12, 2, 30])).table.view().clone();
    let certificate = certified(&view);
    (view, certificate)
}

#[test]
fn a_certificate_verifies_and_covers_the_primary_cells() {
    let (view, certificate) = published();
    let verdict = verify(&view, &[FILE], &HEAD, &certificate).unwrap();
    assert!(verdict.covered.contains(&id("1/x")) && verdict.covered.contains(&id("2/y")), "{verdict:?}");
}

#[test]
fn two_truths_with_one_publication_have_one_certificate() {
    let withheld = ["1/x", "1/y", "2/x", "2/y"];
    let left = withholding(&table([1, 20, 9, 12, 2, 30]), &withheld);
    let right = withholding(&table([2, 19, 9, 11, 3, 30]), &withheld);
    assert_eq!(left, right);
    assert_eq!(certified(&left), certified(&right));
}

#[test]
fn a_changed_missing_or_added_file_is_refused() {
    let (view, certificate) = published();
    let changed: (&str, &[u8]) = ("totals.csv", b"release_id,table_ie\n");
    for files in [vec![changed], vec![], vec![FILE, ("more.csv", b"")]] {
        assert!(matches!(verify(&view, &files, &HEAD, &certificate), Err(Refusal::File(_))));
    }
    assert_eq!(verify(&view, &[FILE], &[8; 32], &certificate), Err(Refusal::OtherLedger));
}

/// Changes one thing in a certificate.
fn mutate(certificate: &mut Certificate, rng: &mut ChaCha8Rng) {
    let entry = rng.random_range(0..certificate.evidence.len());
    match rng.random_range(0..12) {
        0 => certificate.version += 1,
        1 => certificate.attacker_model += 1,
        2 => certificate.publication[rng.random_range(0..32)] ^= 1 << rng.random_range(0..8),
        3 => certificate.ledger_head[rng.random_range(0..32)] ^= 1 << rng.random_range(0..8),
        4 => certificate.files[0].1[rng.random_range(0..32)] ^= 1 << rng.random_range(0..8),
        5 => {
            let cell = rng.random_range(0..certificate.base.len());
            certificate.base[cell] += if rng.random_bool(0.5) { 1 } else { -1 };
        }
        6 => {
            let step = rng.random_range(0..certificate.moves.len());
            let place = rng.random_range(0..certificate.moves[step].len());
            certificate.moves[step][place].1 += 1;
        }
        7 => {
            let step = rng.random_range(0..certificate.moves.len());
            certificate.moves.remove(step);
        }
        8 => {
            certificate.evidence.remove(entry);
        }
        9 => {
            let entry = &mut certificate.evidence[entry];
            entry.claim = if entry.claim == Claim::Covered { Claim::Narrow } else { Claim::Covered };
        }
        10 => certificate.evidence[entry].cell += 1,
        _ => {
            let entry = &mut certificate.evidence[entry];
            entry.lowest = certificate.moves.len() + 1 + rng.random_range(0..3);
        }
    }
}

#[test]
fn a_hundred_mutated_certificates_are_refused() {
    let (view, certificate) = published();
    for seed in 0..100 {
        let mut mutated = certificate.clone();
        mutate(&mut mutated, &mut ChaCha8Rng::seed_from_u64(seed));
        assert_ne!(mutated, certificate, "seed {seed} changed nothing");
        assert!(verify(&view, &[FILE], &HEAD, &mutated).is_err(), "seed {seed} was accepted: {mutated:?}");
    }
}

#[test]
fn an_unsafe_publication_gets_no_certificate() {
    let view = withholding(&table([1, 20, 9, 12, 2, 30]), &["1/x", "2/y"]);
    let found = prove(&view, &[], &HEAD, &Budget::default(), &mut Unwatched);
    assert!(matches!(found, Err(ProveError::Exact(_))), "{found:?}");
}

#[test]
fn a_flipped_relation_is_refused_by_the_verifier() {
    let (view, mut certificate) = published();
    let mut relations = view.relations().to_vec();
    let parts = relations[0].parts.split_last().unwrap().1.to_vec();
    relations[0] = Relation { total: relations[0].total, parts };
    let flipped = View::new(view.rules().to_vec(), view.cells().to_vec(), relations).unwrap();
    assert_eq!(verify(&flipped, &[FILE], &HEAD, &certificate), Err(Refusal::OtherPublication));
    certificate.publication = kyosei_disclosure::publish::digest(&flipped);
    assert!(matches!(
        verify(&flipped, &[FILE], &HEAD, &certificate),
        Err(Refusal::Witness { .. } | Refusal::Contradiction)
    ));
}

#[test]
fn a_later_publication_must_repeat_what_was_said() {
    let (view, _) = published();
    let mut cells = view.cells().to_vec();
    assert_eq!(keeps_history(&view, &view), Ok(()));
    let place = cells.iter().position(|cell| cell.status == Status::Withheld).unwrap();
    cells[place].status = Status::Published(7);
    let id = cells[place].id.clone();
    let later = View::new(view.rules().to_vec(), cells, view.relations().to_vec()).unwrap();
    assert_eq!(keeps_history(&later, &view), Err(id));
}

fn targets(view: &View, set: &TableSet, k: i64) -> Vec<Target> {
    let wanted = rule_ranges(view);
    let small = |cell: &usize| {
        let at = set.find(&view.cells()[*cell].id).unwrap();
        view.cells()[*cell].status == Status::Withheld && set.cells()[at].value < k
    };
    (0..view.cells().len())
        .filter(small)
        .map(|cell| {
            let at = set.find(&view.cells()[cell].id).unwrap();
            Target { cell, wanted: wanted[cell].unwrap(), truth: set.cells()[at].value }
        })
        .collect()
}

#[test]
fn protecting_as_if_zeros_were_closed_fails_against_a_reader_who_sees_them() {
    let rows: [(&str, &[i64]); 2] = [("1", &[1, 1, 7, 1, 0]), ("2", &[1, 0, 0, 2, 8])];
    let open = matrix(&["A", "B", "H", "M", "W"], &rows, PublicRule::Frequency { k: 3, zeros: Zeros::Open });
    let view = withholding(&open, &["1/A", "1/B", "1/M", "2/A", "2/M", "A", "B"]);
    let score = score(&view, &targets(&view, &open, 3), NODES).unwrap();
    assert_eq!(score.exact.len(), 7);
    assert!(!score.found.contains_key(&kyosei_disclosure::attack::Attack::IntegerBounds));
}

#[test]
fn withholding_no_zeros_shows_what_a_whole_group_shares() {
    let rows: [(&str, &[i64]); 3] = [("Myanmar", &[6, 0, 0]), ("Afghan", &[3, 5, 4]), ("Other", &[2, 3, 6])];
    let rule = PublicRule::Frequency { k: 5, zeros: Zeros::Closed };
    let set = matrix(&["housing", "job", "legal"], &rows, rule);
    let shared = |view: &View| {
        let score = score(view, &targets(view, &set, 5), NODES).unwrap();
        score.found.get(&kyosei_disclosure::attack::Attack::Group).cloned().unwrap_or_default()
    };
    let forgetful =
        ["Afghan/housing", "Afghan/legal", "Other/housing", "Other/job", "Other/legal", "Afghan/job"];
    assert_eq!(shared(&withholding(&set, &forgetful)), [id("Myanmar")]);
    assert!(shared(protected(&set).table.view()).is_empty());
}

/// A line protected with value weights or with structural ones, as a tool that A12 can rerun.
fn rerun(by_value: bool) -> impl Fn(&[i64]) -> Option<View> {
    let key = key_where(by_value);
    move |table: &[i64]| {
        // In the view the cells are sorted by id: T, then a, b, c.
        let [_, a, b, c] = table else { return None };
        let mut set =
            line(&[("a", *a), ("b", *b), ("c", *c)], PublicRule::Frequency { k: 5, zeros: Zeros::Open });
        if by_value {
            weigh_by_value(&mut set);
        }
        let (spec, ledger, budget) = (Spec::default(), Ledger::default(), Budget::default());
        Some(protect(&set, &spec, &ledger, &key, &budget, &mut Unwatched).ok()?.table.view().clone())
    }
}

/// A key that breaks ties as the example has them: `c` last among equal structures, first among equal values.
fn key_where(c_first: bool) -> TieKey {
    let orders = |key: &TieKey| {
        let share = |name: &str| key.share(&id(name));
        let last = share("c") > share("a") && share("c") > share("b");
        let first = share("c") < share("a") && share("c") < share("b");
        if c_first { first } else { last }
    };
    (0..=255).map(|byte| TieKey::new([byte; 32])).find(orders).unwrap()
}

fn surviving(by_value: bool) -> Vec<(i64, i64)> {
    let tool = rerun(by_value);
    let view = tool(&[20, 3, 8, 9]).unwrap();
    let survivors = inverse::survivors(&view, 10_000, tool).unwrap();
    let open: Vec<usize> =
        (0..view.cells().len()).filter(|&cell| view.cells()[cell].status == Status::Withheld).collect();
    survivors.into_iter().map(|table| (table[open[0]], table[open[1]])).collect()
}

#[test]
fn e11_value_costs_let_the_pattern_rule_out_one_and_two() {
    assert_eq!(surviving(true), [(3, 8), (4, 7), (7, 4), (8, 3)]);
}

#[test]
fn e11_structural_costs_leave_the_whole_rule_range() {
    let expected = [(1, 10), (2, 9), (3, 8), (4, 7), (7, 4), (8, 3), (9, 2), (10, 1)];
    assert_eq!(surviving(false), expected);
}
