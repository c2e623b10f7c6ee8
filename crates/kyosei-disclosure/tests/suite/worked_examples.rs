//! The worked examples of the design page, with their exact answers.

use crate::support::*;
use kyosei_disclosure::audit::{audit, audit_real};
use kyosei_disclosure::ledger::{Draft, EntryCell, Kind, Ledger, ReleaseRight, Step, StepRule};
use kyosei_disclosure::protect::{ProtectError, Spec};
use kyosei_disclosure::series::{Figure, figures};
use kyosei_disclosure::tables::{Cell, Offer, TableSet};
use kyosei_disclosure::view::{PublicRule, Status, Zeros};

const OPEN3: PublicRule = PublicRule::Frequency { k: 3, zeros: Zeros::Open };
const CLOSED3: PublicRule = PublicRule::Frequency { k: 3, zeros: Zeros::Closed };
const CLOSED5: PublicRule = PublicRule::Frequency { k: 5, zeros: Zeros::Closed };

#[test]
fn e1_a_single_withheld_part_is_exact_and_the_cheapest_partner_protects_it() {
    let mut set = line(&[("A", 2), ("B", 3), ("C", 5)], OPEN3);
    assert_eq!(range(&withholding(&set, &["A"]), "A"), (2, 2));
    weigh_by_value(&mut set);
    let protected = protected(&set);
    assert_eq!(withheld(&protected), ["A", "B"]);
    assert_eq!(protected.record.cost, 5);
    assert_eq!(protected.record.cost_at_least, 5);
    assert_eq!(ranges(protected.table.view()), [("A".into(), 1, 4), ("B".into(), 1, 4)]);
}

fn e3(rule: PublicRule) -> TableSet {
    matrix(&["A", "B", "H", "M", "W"], &[("1", &[1, 1, 7, 1, 0]), ("2", &[1, 0, 0, 2, 8])], rule)
}

const E3_PRIMARY: [&str; 7] = ["1/A", "1/B", "1/M", "2/A", "2/M", "A", "B"];

#[test]
fn e3_primary_cells_alone_are_all_exact_to_a_reader_who_knows_the_rule() {
    let exact = [("1/A", 1), ("1/B", 1), ("1/M", 1), ("2/A", 1), ("2/M", 2), ("A", 2), ("B", 1)];
    let expected: Vec<(String, i64, i64)> =
        exact.iter().map(|&(name, value)| (name.into(), value, value)).collect();
    assert_eq!(ranges(&withholding(&e3(OPEN3), &E3_PRIMARY)), expected);
}

#[test]
fn e3_primary_cells_alone_look_safe_to_an_audit_that_forgets_the_rule() {
    let ranges = ranges(&withholding(&e3(CLOSED3), &E3_PRIMARY));
    assert!(ranges.iter().all(|(_, low, high)| (*low, *high) == (0, 3)), "{ranges:?}");
}

#[test]
fn e3_i_not_exact_with_open_zeros_adds_two_cells() {
    let set = e3(PublicRule::NotExact { k: 3, zeros: Zeros::Open });
    let protected = protected(&set);
    assert_eq!(protected.record.cost, 15);
    assert_eq!(protected.record.cost_at_least, 15);
    let view = protected.table.view();
    assert_eq!((range(view, "1/A"), range(view, "1/B")), ((1, 7), (1, 7)));
    assert_eq!((range(view, "1/M"), range(view, "2/A"), range(view, "2/M")), ((1, 2), (1, 2), (1, 2)));
    assert_eq!(range(view, "A"), (2, 8));
    assert_eq!(protected.record.secondary, [id("1/H"), id("H")]);
}

#[test]
fn e3_ii_the_whole_rule_range_with_open_zeros_costs_22() {
    let protected = protected(&e3(OPEN3));
    assert_eq!(protected.record.cost, 22);
    assert_eq!(protected.record.cost_at_least, 22);
    let mut secondary: Vec<String> = protected.record.secondary.iter().map(ToString::to_string).collect();
    secondary.sort();
    assert_eq!(secondary, ["1/H", "2/W", "H", "M", "W"]);
}

#[test]
fn e3_iii_closed_zeros_make_ten_primaries_and_cost_16() {
    let protected = protected(&e3(CLOSED3));
    assert_eq!(protected.record.primary.len(), 10);
    assert_eq!(protected.record.cost, 16);
    for (id, _) in &protected.record.primary {
        let (low, high) = range(protected.table.view(), id.as_str());
        assert!(low == 0 && high >= 3, "{id}: {low} {high}");
    }
}

#[test]
fn e4_a_zeros_of_a_zero_total_stay_zero_until_the_total_is_withheld() {
    let set = line(&[("a", 0), ("b", 0), ("c", 0)], CLOSED3);
    assert_eq!(range(&withholding(&set, &["a", "b"]), "a"), (0, 0));
    assert_eq!(range(&withholding(&set, &["a", "b", "c"]), "a"), (0, 0));
    let view = withholding(&set, &["a", "b", "c", "T"]);
    assert!(range(&view, "a").1 >= 3);
}

#[test]
fn e4_b_two_withheld_zeros_need_a_larger_partner() {
    let mut set = line(&[("1", 10), ("2", 5), ("3", 0), ("4", 0)], CLOSED3);
    assert_eq!(ranges(&withholding(&set, &["3", "4"])), [("3".into(), 0, 0), ("4".into(), 0, 0)]);
    weigh_by_value(&mut set);
    let protected = protected(&set);
    assert_eq!(withheld(&protected), ["2", "3", "4"]);
    assert_eq!(protected.record.cost, 5);
}

#[test]
fn e4_c_two_ones_are_exact_to_a_reader_who_knows_that_zeros_are_shown() {
    let parts = [("10", 10), ("3", 3), ("a", 1), ("b", 1)];
    assert_eq!(range(&withholding(&line(&parts, CLOSED3), &["a", "b"]), "a"), (0, 2));
    let mut set = line(&parts, OPEN3);
    assert_eq!(range(&withholding(&set, &["a", "b"]), "a"), (1, 1));
    weigh_by_value(&mut set);
    let protected = protected(&set);
    assert_eq!(withheld(&protected), ["3", "a", "b"]);
    assert!(ranges(protected.table.view()).iter().all(|(_, low, high)| (*low, *high) == (1, 3)));
}

fn e7() -> TableSet {
    let mut set = TableSet::new(vec![rule(PublicRule::Frequency { k: 2, zeros: Zeros::Closed })]);
    let values = [("a", 1), ("b", 0), ("c", 0), ("e", 1), ("h", 9), ("j", 11), ("l", 7)];
    let cells: Vec<usize> =
        values.iter().map(|&(name, value)| set.add(Cell::count(id(name), 0, value)).unwrap()).collect();
    let [a, b, c, e, h, j, l] = cells[..] else { panic!() };
    for (name, parts, value) in
        [("G1", vec![a, b, h], 10), ("G2", vec![a, c, j], 12), ("G3", vec![b, c, e, l], 8)]
    {
        let group = set.add(Cell::count(id(name), 0, value)).unwrap();
        set.relate(group, parts).unwrap();
    }
    set
}

#[test]
fn e7_overlapping_groups_are_exact_in_integers_though_the_real_audit_shows_width() {
    let view = withholding(&e7(), &["a", "b", "c", "e"]);
    let real = audit_real(&view).unwrap();
    let expected = [(0.5, 1.0), (0.0, 0.5), (0.0, 0.5), (0.0, 1.0)];
    for (name, ends) in ["a", "b", "c", "e"].iter().zip(expected) {
        let at = view.cells().iter().position(|cell| cell.id.as_str() == *name).unwrap();
        assert!(
            (real[at].0 - ends.0).abs() < 1e-6 && (real[at].1 - ends.1).abs() < 1e-6,
            "{name}: {:?}",
            real[at]
        );
    }
    let exact: Vec<(String, i64, i64)> = [("a", 1), ("b", 0), ("c", 0), ("e", 1)]
        .iter()
        .map(|&(name, value)| (name.into(), value, value))
        .collect();
    assert_eq!(ranges(&view), exact);
}

#[test]
fn e8_a_group_that_shares_one_property_is_protected_by_closing_zeros() {
    let rows: [(&str, &[i64]); 3] = [("Myanmar", &[6, 0, 0]), ("Afghan", &[3, 5, 4]), ("Other", &[2, 3, 6])];
    let protected = protected(&matrix(&["housing", "job", "legal"], &rows, CLOSED5));
    assert_eq!(protected.record.primary.len(), 6);
    assert_eq!(protected.record.cost, 9);
    let view = protected.table.view();
    for column in ["housing", "job", "legal"] {
        assert_eq!(range(view, &format!("Myanmar/{column}")), (0, 6));
    }
    for row in ["Afghan", "Other"] {
        let found: Vec<(i64, i64)> = ["housing", "job", "legal"]
            .iter()
            .map(|column| range(view, &format!("{row}/{column}")))
            .collect();
        assert_eq!(found, [(0, 11), (0, 8), (0, 10)]);
    }
}

#[test]
fn e8_a_shared_property_with_open_zeros_is_refused_with_collapses_to_choose_from() {
    let rows: [(&str, &[i64]); 3] = [("Myanmar", &[6, 0]), ("Afghan", &[7, 8]), ("Other", &[5, 9])];
    let mut set = TableSet::new(vec![kyosei_disclosure::tables::Rule {
        public: PublicRule::Frequency { k: 5, zeros: Zeros::Open },
        concentration: None,
        group: true,
    }]);
    let source = matrix(&["housing", "job"], &rows, OPEN3);
    for cell in source.cells() {
        set.add(cell.clone()).unwrap();
    }
    for relation in source.relations() {
        set.relate(relation.total, relation.parts.clone()).unwrap();
    }
    let Err(ProtectError::Infeasible(found)) = protected_after(&set, &Spec::default(), &Ledger::default())
    else {
        panic!("a disclosed group was published")
    };
    assert_eq!(found.unprotectable, [id("Myanmar")]);
    assert!(found.remedies.len() > 1, "{found:?}");
}

#[test]
fn e9_seventeen_people_in_a_cross_lose_sixteen_of_twenty_cells() {
    let rows: [(&str, &[i64]); 4] =
        [("MM", &[1, 3, 1]), ("AF", &[2, 2, 1]), ("UA", &[0, 3, 1]), ("Oth", &[1, 2, 0])];
    let protected = protected(&matrix(&["0-17", "18-39", "40+"], &rows, CLOSED5));
    assert_eq!(protected.record.primary.len(), 16);
    assert!(protected.record.secondary.is_empty());
    let view = protected.table.view();
    let shown: Vec<(&str, Status)> = view
        .cells()
        .iter()
        .filter(|cell| cell.status != Status::Withheld)
        .map(|cell| (cell.id.as_str(), cell.status))
        .collect();
    let expected = [("18-39", 10), ("AF", 5), ("MM", 5), ("T", 17)];
    assert_eq!(shown, expected.map(|(name, value)| (name, Status::Published(value))));
    for (name, low, high) in ranges(view) {
        let top = if name.starts_with("MM") || name.starts_with("AF") { 5 } else { 7 };
        assert_eq!((low, high), (0, top), "{name}");
    }
}

/// April and May as two columns of stock figures joined by hidden increments.
fn e10(may: [(&str, i64, Offer); 4], april: [(&str, i64, Offer); 4]) -> TableSet {
    let mut set = TableSet::new(vec![rule(CLOSED5)]);
    let mut ends = Vec::new();
    for (month, figures) in [("April", april), ("May", may)] {
        let cells: Vec<usize> = figures
            .iter()
            .map(|&(name, value, offer)| {
                set.add(Cell { offer, ..Cell::count(id(&format!("{month} {name}")), 0, value) }).unwrap()
            })
            .collect();
        set.relate(cells[3], cells[..3].to_vec()).unwrap();
        ends.push(cells);
    }
    for at in 0..4 {
        let grown = set.cells()[ends[1][at]].value - set.cells()[ends[0][at]].value;
        let name = ["dM", "dA", "dO", "dT"][at];
        let offer = Offer::Hidden { guarded: true };
        let step = set.add(Cell { offer, ..Cell::count(id(name), 0, grown) }).unwrap();
        set.relate(ends[1][at], vec![ends[0][at], step]).unwrap();
    }
    set
}

const SHOWN: Offer = Offer::Required;
const AWAY: Offer = Offer::Hidden { guarded: false };

fn steps_of(april: [Offer; 4], may: [Offer; 4]) -> Vec<(String, i64, i64)> {
    let names = ["M", "A", "O", "T"];
    let april: Vec<(&str, i64, Offer)> = names
        .iter()
        .zip([6, 5, 6, 17])
        .zip(april)
        .map(|((name, value), offer)| (*name, value, offer))
        .collect();
    let may: Vec<(&str, i64, Offer)> = names
        .iter()
        .zip([6, 6, 6, 18])
        .zip(may)
        .map(|((name, value), offer)| (*name, value, offer))
        .collect();
    let set = e10(may.try_into().unwrap(), april.try_into().unwrap());
    let view = withholding(&set, &[]);
    ranges(&view).into_iter().filter(|(name, _, _)| name.starts_with('d')).collect()
}

#[test]
fn e10_two_months_give_the_newcomer_away_and_only_carrying_the_total_helps() {
    let all = steps_of([SHOWN; 4], [SHOWN; 4]);
    assert_eq!(all, [("dA".into(), 1, 1), ("dM".into(), 0, 0), ("dO".into(), 0, 0), ("dT".into(), 1, 1)]);
    let total = steps_of([SHOWN; 4], [AWAY, AWAY, AWAY, SHOWN]);
    assert_eq!(total, [("dA".into(), 0, 1), ("dM".into(), 0, 1), ("dO".into(), 0, 1), ("dT".into(), 1, 1)]);
    let totals = steps_of([AWAY, AWAY, AWAY, SHOWN], [AWAY, AWAY, AWAY, SHOWN]);
    assert!(totals.contains(&("dT".into(), 1, 1)));
    let carried = steps_of([SHOWN; 4], [AWAY, AWAY, AWAY, Offer::Carried(17)]);
    assert!(carried.iter().all(|(_, low, high)| (*low, *high) == (0, 4)), "{carried:?}");
}

#[test]
fn e10_series_prints_a_figure_only_after_five_more() {
    let found = figures(&[3, 4, 9, 12, 13, 21, 21, 24, 26], 5);
    let expected = [
        Figure::Below,
        Figure::Below,
        Figure::Fresh(9),
        Figure::Carried(9),
        Figure::Carried(9),
        Figure::Fresh(21),
        Figure::Carried(21),
        Figure::Carried(21),
        Figure::Fresh(26),
    ];
    assert_eq!(found, expected);
}

fn external(cells: &[(&str, i64)]) -> Draft {
    Draft {
        kind: Kind::External("partner".into()),
        made_at: 0,
        made_by: "m1".into(),
        profile: "default".into(),
        attacker_model: 1,
        files: vec![],
        cells: cells
            .iter()
            .map(|&(name, value)| EntryCell {
                id: id(name),
                rule: CLOSED5,
                status: Status::Published(value),
                known: 0,
                guarded: false,
                value: None,
            })
            .collect(),
        relations: vec![],
        salt: [1; 32],
    }
}

fn e10b(offer: Offer) -> TableSet {
    let mut set = TableSet::new(vec![rule(CLOSED5)]);
    let partner = set.add(Cell::count(id("partner supported"), 0, 12)).unwrap();
    let own =
        set.add(Cell { offer: Offer::Hidden { guarded: true }, ..Cell::count(id("own"), 0, 1) }).unwrap();
    let forum = set.add(Cell { offer, ..Cell::count(id("forum supported"), 0, 13) }).unwrap();
    set.relate(forum, vec![partner, own]).unwrap();
    set
}

#[test]
fn e10b_a_partner_report_blocks_the_figure_from_which_it_could_be_subtracted() {
    let mut ledger = Ledger::default();
    ledger.note_external(external(&[("partner supported", 12)]));
    let required = protected_after(&e10b(Offer::Required), &Spec::default(), &ledger);
    let Err(ProtectError::Infeasible(found)) = required else { panic!("the difference was published") };
    assert!(found.unprotectable.contains(&id("own")), "{found:?}");
    let offered = protected_after(&e10b(Offer::Offered), &Spec::default(), &ledger).unwrap();
    assert_eq!(withheld(&offered), ["forum supported"]);
    let step =
        Step { earlier: id("partner supported"), current: id("forum supported"), rule: StepRule::Carry };
    let carried =
        protected_after(&e10b(Offer::Offered), &Spec { steps: vec![step], ..Spec::default() }, &ledger);
    let carried = carried.unwrap();
    let forum = carried.table.view().cells().iter().find(|cell| cell.id == id("forum supported")).unwrap();
    assert_eq!(forum.status, Status::Carried(12));
}

#[test]
fn e14_recoded_bands_give_the_difference_exactly() {
    let mut set = TableSet::new(vec![rule(CLOSED5)]);
    let away = Offer::Hidden { guarded: true };
    let mut add = |name: &str, value: i64, offer: Offer| {
        set.add(Cell { offer, ..Cell::count(id(name), 0, value) }).unwrap()
    };
    let (young, between, old) = (add("<20", 6, SHOWN), add("20-24", 1, away), add("25-39", 8, SHOWN));
    let (wide, rest) = (add("<25", 7, SHOWN), add("20-39", 9, SHOWN));
    set.relate(wide, vec![young, between]).unwrap();
    set.relate(rest, vec![between, old]).unwrap();
    assert_eq!(range(&withholding(&set, &[]), "20-24"), (1, 1));
    assert!(matches!(
        protected_after(&set, &Spec::default(), &Ledger::default()),
        Err(ProtectError::Infeasible(found)) if found.unprotectable.contains(&id("20-24"))
    ));
}

#[test]
fn a_lease_is_needed_to_append_an_own_release() {
    let mut ledger = Ledger::default();
    let draft = Draft { kind: Kind::Own, ..external(&[]) };
    let lease = ReleaseRight::Lease { holder: "m2".into(), until: 100 };
    assert!(ledger.append(draft.clone(), &lease, 5).is_err());
    let lease = ReleaseRight::Lease { holder: "m1".into(), until: 100 };
    assert!(ledger.append(draft.clone(), &lease, 100).is_err());
    assert!(ledger.append(draft, &lease, 99).is_ok());
    assert_eq!(audit(&withholding(&e7(), &[]), 10).unwrap().len(), 10);
}
