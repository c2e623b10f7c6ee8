//! The tests of the file formats, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers are test code outside of test functions"
)]

mod reports;
mod specs;

use kyosei_disclosure::ledger::{Ledger, ReleaseRight};
use kyosei_disclosure::publish::file_digest;
use kyosei_disclosure::{
    Budget, Cell, CellId, Protected, Rule, Spec, TableSet, TieKey, Unwatched, Zeros, protect,
};
use kyosei_disclosure_format::bundle::{self, Bundle};
use kyosei_disclosure_format::release::{self, Extras, Files, VerifyError};
use kyosei_disclosure_format::{csv_long, hex, jj, ledger, sdmx};

fn cell(set: &mut TableSet, codes: &[(&str, &str)], value: i64) -> usize {
    let mut cell = Cell::count(CellId::query("supporters", "2026-04", codes).unwrap(), 0, value);
    cell.weight = [9, 3, 1][codes.len()];
    set.add(cell).unwrap()
}

/// Two kinds by two areas, with one small cell.
fn tables() -> TableSet {
    let mut set = TableSet::new(vec![Rule::frequency(3, Zeros::Open)]);
    let kinds = [("kind", "individual"), ("kind", "organisation")];
    let areas = [("area", "east"), ("area", "west")];
    let values = [[2, 11], [9, 14]];
    let inner: Vec<Vec<usize>> = (0..2)
        .map(|kind| {
            (0..2).map(|area| cell(&mut set, &[kinds[kind], areas[area]], values[kind][area])).collect()
        })
        .collect();
    let rows: Vec<usize> =
        (0..2).map(|kind| cell(&mut set, &[kinds[kind]], values[kind].iter().sum())).collect();
    let columns: Vec<usize> =
        (0..2).map(|area| cell(&mut set, &[areas[area]], values.iter().map(|row| row[area]).sum())).collect();
    let total = cell(&mut set, &[], 36);
    for at in 0..2 {
        set.relate(rows[at], inner[at].clone()).unwrap();
        set.relate(columns[at], vec![inner[0][at], inner[1][at]]).unwrap();
    }
    set.relate(total, rows).unwrap();
    set.relate(total, columns).unwrap();
    set
}

fn protected() -> Protected {
    let (key, budget) = (TieKey::new([7; 32]), Budget::default());
    protect(&tables(), &Spec::default(), &Ledger::default(), &key, &budget, &mut Unwatched).unwrap()
}

fn files() -> Files {
    written(&Extras::default())
}

fn written(extras: &Extras) -> Files {
    let head = Ledger::default().head();
    release::write(&protected().table, &head, extras, &Budget::default(), &mut Unwatched).unwrap()
}

fn borrowed(files: &Files) -> Vec<(&str, &[u8])> {
    files.0.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
}

#[test]
fn a_release_verifies_and_shows_no_withheld_figure() {
    let files = files();
    let verdict = release::check(&borrowed(&files)).unwrap();
    assert_eq!(verdict.covered.len() + verdict.not_small.len() + verdict.narrow.len(), 4);
    let table = String::from_utf8(files.0[0].1.clone()).unwrap();
    assert_eq!(
        table,
        "release_id,unit,period,dimensions,value,status\n\
         0,supporters,2026-04,,36,ok\n\
         0,supporters,2026-04,area=east,11,ok\n\
         0,supporters,2026-04,area=east|kind=individual,,x\n\
         0,supporters,2026-04,area=east|kind=organisation,,x\n\
         0,supporters,2026-04,area=west,25,ok\n\
         0,supporters,2026-04,area=west|kind=individual,,x\n\
         0,supporters,2026-04,area=west|kind=organisation,,x\n\
         0,supporters,2026-04,kind=individual,13,ok\n\
         0,supporters,2026-04,kind=organisation,23,ok\n"
    );
}

#[test]
fn a_change_of_any_byte_of_any_file_is_refused() {
    let files = files();
    for at in 0..files.0.len() {
        for byte in 0..files.0[at].1.len() {
            let mut changed = files.clone();
            changed.0[at].1[byte] ^= 1;
            assert!(release::check(&borrowed(&changed)).is_err(), "{} byte {byte}", files.0[at].0);
        }
    }
}

#[test]
fn the_offline_page_loads_nothing_and_sends_nothing() {
    let page = release::VERIFIER_PAGE;
    assert!(page.contains("default-src 'none'"));
    for forbidden in ["http:", "https:", "fetch(", "XMLHttpRequest", "src=", "import "] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn a_missing_or_added_file_is_refused() {
    let files = files();
    for at in 0..files.0.len() {
        let mut fewer = files.clone();
        fewer.0.remove(at);
        assert!(matches!(release::check(&borrowed(&fewer)), Err(VerifyError::Missing(_))));
    }
    let mut more = files;
    more.0.push(("chart.svg".into(), vec![1]));
    assert!(matches!(release::check(&borrowed(&more)), Err(VerifyError::Refused(_))));
}

/// Golden vector of version 1: a change here needs a new version and a reader for the old one.
#[test]
fn version_one_of_bundle_and_certificate_is_as_recorded() {
    let files = files();
    let digests: Vec<String> = files.0.iter().map(|(_, bytes)| hex::write(&file_digest(bytes))).collect();
    assert_eq!(digests[1], "ad2bc0b91ec976d7dfaee4c099e2b7b4c2f8537f4ba952114d3efeaffa0a378f");
    assert_eq!(digests[2], "239181e3d1c05d2bf1f53a728a5e0b43b19a8ed5c65bde65fbf5e79e9a9edfd3");
}

#[test]
fn the_bundle_is_read_back_and_refused_in_any_other_spelling() {
    let made = Bundle { release: 0, ledger_head: [3; 32], view: protected().table.view().clone() };
    let bytes = bundle::write(&made).unwrap();
    assert_eq!(bundle::read(&bytes).unwrap(), made);
    let spaced = String::from_utf8(bytes).unwrap().replace(": ", ":  ");
    assert!(bundle::read(spaced.as_bytes()).is_err());
}

#[test]
fn sdmx_has_one_code_for_every_withheld_cell() {
    let made = Bundle { release: 0, ledger_head: [0; 32], view: protected().table.view().clone() };
    let text = String::from_utf8(sdmx::write(&made).unwrap()).unwrap();
    let withheld: Vec<&str> = text.lines().filter(|line| line.contains(",L,")).collect();
    assert_eq!(withheld.len(), 4);
    assert!(withheld.iter().all(|line| line.ends_with(",,L,N")), "{text}");
}

#[test]
fn a_ledger_file_is_read_back_and_refused_when_edited_or_cut() {
    let protected = protected();
    let mut made = Ledger::default();
    let right = ReleaseRight::Lease { holder: "m1".into(), until: 10 };
    let draft = protected.record.draft(5, "m1", "supporters", vec![("a.csv".into(), [1; 32])], [2; 32]);
    made.append(draft, &right, 5).unwrap();
    let bytes = ledger::write(&made).unwrap();
    assert_eq!(ledger::read(&bytes, Some(&made.head())).unwrap(), made);
    assert!(ledger::read(&bytes, Some(&[0; 32])).is_err());
    let text = String::from_utf8(bytes).unwrap();
    let edited = text.replacen("\"value\": 36", "\"value\": 35", 1);
    assert_ne!(edited, text);
    assert!(ledger::read(edited.as_bytes(), None).is_err());
    let published = text.replacen("\"printed\": 36", "\"printed\": 35", 1);
    assert!(ledger::read(published.as_bytes(), None).is_err());
}

#[test]
fn a_jj_file_keeps_values_costs_and_relations() {
    let set = tables();
    let text = jj::write(&set);
    let back = jj::read(&text, &Rule::frequency(3, Zeros::Open)).unwrap();
    assert_eq!(back.relations(), set.relations());
    let numbers =
        |set: &TableSet| set.cells().iter().map(|cell| (cell.value, cell.weight)).collect::<Vec<_>>();
    assert_eq!(numbers(&back), numbers(&set));
    assert_eq!(jj::write(&back), text);
    assert!(jj::read(&text.replacen("\n0 2 1 u", "\n0 3 1 u", 1), &Rule::frequency(3, Zeros::Open)).is_err());
}

#[test]
fn ids_split_into_unit_period_and_dimensions() {
    assert_eq!(csv_long::split_id("n[2026]|a=b|c=d"), ("n", "2026", "a=b|c=d"));
    assert_eq!(csv_long::split_id("increment of x"), ("increment of x", "", ""));
}

#[test]
fn an_entry_kept_by_itself_is_read_back_and_refused_in_another_version() {
    let protected = protected();
    let mut made = Ledger::default();
    let right = ReleaseRight::Lease { holder: "m1".into(), until: 10 };
    made.append(protected.record.draft(5, "m1", "supporters", vec![], [2; 32]), &right, 5).unwrap();
    let passed = kyosei_disclosure::ledger::Draft {
        kind: kyosei_disclosure::ledger::Kind::HandOver("m2".into()),
        cells: vec![],
        relations: vec![],
        ..protected.record.draft(6, "m1", "hand-over", vec![], [2; 32])
    };
    made.append(passed, &right, 6).unwrap();
    for entry in made.entries() {
        let bytes = ledger::write_entry(entry).unwrap();
        assert_eq!(&ledger::read_entry(&bytes).unwrap(), entry);
        let text = String::from_utf8(bytes).unwrap();
        assert!(ledger::read_entry(text.replace("entry/1", "entry/2").as_bytes()).is_err());
    }
    assert_eq!(Ledger::gather(made.entries().to_vec()).unwrap(), made);
}
