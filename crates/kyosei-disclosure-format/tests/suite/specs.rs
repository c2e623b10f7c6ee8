//! Specifications: overlapping groups, additional groups, and what is refused.

use kyosei_disclosure::{CellId, Status, TableSet};
use kyosei_disclosure_format::{jj, spec, table};

const HEAD: &str = "format = \"kyosei-totals-spec/1\"\nunit = \"people\"\nperiod = \"2026\"\n\
    [rule]\nkind = \"frequency\"\nk = 3\nzeros = \"closed\"\n";
const AREAS: &str = "[[dimensions]]\nname = \"area\"\ntotal = \"all\"\n[dimensions.codes]\n\
    a = \"all\"\nb = \"all\"\nc = \"all\"\n";

fn read(spec: &str, rows: &str) -> TableSet {
    table::read(rows.as_bytes(), &spec::read(&format!("{HEAD}{spec}")).unwrap()).unwrap()
}

fn value(set: &TableSet, id: &str) -> i64 {
    set.cells()[set.find(&CellId::parse(id).unwrap()).unwrap()].value
}

fn code(spec: &str) -> &'static str {
    spec::read(&format!("{HEAD}{spec}")).unwrap_err().code()
}

#[test]
fn people_with_several_needs_count_in_each_and_are_tied_by_hidden_atoms() {
    let needs = "[[overlaps]]\nname = \"need\"\ngroups = [\"home\", \"job\", \"legal\"]\n";
    let set = read(needs, "need,value\nhome,6\nhome; job,4\n,2\nlegal,5\n");
    assert_eq!(value(&set, "people[2026]"), 17);
    assert_eq!((value(&set, "people[2026]|need=home"), value(&set, "people[2026]|need=job")), (10, 4));
    assert_eq!(value(&set, "people[2026]|need=exactly home+job"), 4);
    assert_eq!(set.relations().len(), 4, "the total and three groups over the same atoms");
    let unknown = table::read(b"need\nfood\n", &spec::read(&format!("{HEAD}{needs}")).unwrap());
    assert_eq!(unknown.unwrap_err().code(), "E-TOTALS-CODE");
}

#[test]
fn groups_that_overlap_a_hierarchy_share_its_cells() {
    let groupings = "[[groupings]]\ndimension = \"area\"\ncode = \"coast\"\nof = [\"a\", \"b\"]\n\
        [[groupings]]\ndimension = \"area\"\ncode = \"hills\"\nof = [\"b\", \"c\"]\n";
    let set = read(&format!("{AREAS}{groupings}"), "area,value\na,9\nb,1\nc,8\n");
    assert_eq!((value(&set, "people[2026]|area=coast"), value(&set, "people[2026]|area=hills")), (10, 9));
    // coast + hills - total is b: all three printed would give it away.
    let key = kyosei_disclosure::TieKey::new([1; 32]);
    let budget = kyosei_disclosure::Budget::default();
    let wish = kyosei_disclosure::Spec::default();
    let ledger = kyosei_disclosure::Ledger::default();
    let made =
        kyosei_disclosure::protect(&set, &wish, &ledger, &key, &budget, &mut kyosei_disclosure::Unwatched)
            .unwrap();
    let printed = |id: &str| {
        let cells = made.table.view().cells().iter();
        cells.filter(|cell| cell.id.as_str() == id).any(|cell| matches!(cell.status, Status::Published(_)))
    };
    let all = ["people[2026]", "people[2026]|area=coast", "people[2026]|area=hills"].map(printed);
    assert!(all.contains(&false), "{all:?}");
}

#[test]
fn groups_that_do_not_fit_are_named() {
    let group = |name: &str, of: &str| {
        code(&format!("{AREAS}[[groupings]]\ndimension = \"area\"\ncode = \"{name}\"\nof = [{of}]\n"))
    };
    assert_eq!(group("x", "\"a\", \"nowhere\""), "E-TOTALS-DIMENSION");
    assert_eq!(group("x", ""), "E-TOTALS-DIMENSION");
    assert_eq!(group("a", "\"b\""), "E-TOTALS-DIMENSION", "a code of the dimension already");
    assert_eq!(group("x", "\"all\", \"a\""), "E-TOTALS-DIMENSION", "one holds the other");
    let twice = "[[overlaps]]\nname = \"area\"\ngroups = [\"x\"]\n";
    assert_eq!(code(&format!("{AREAS}{twice}")), "E-TOTALS-DIMENSION");
}

#[test]
fn labels_and_titles_become_the_words_of_a_report() {
    let spec = format!(
        "{HEAD}{AREAS}[title]\nja = \"人数\"\nen = \"People\"\n[labels]\narea = {{ ja = \"地域\", en = \"Area\" }}\n\
         \"area=a\" = {{ ja = \"甲\", en = \"A\" }}\n"
    );
    let wording = spec::read(&spec).unwrap().wording;
    assert_eq!((wording.title.ja.as_str(), wording.dimensions.len()), ("人数", 1));
    assert_eq!(wording.dimensions[0].name.en, "Area");
    assert_eq!(wording.dimensions[0].categories[0].1.ja, "甲");
}

#[test]
fn a_jj_file_has_no_rule_for_amounts() {
    let spec = spec::read(
        &format!("{HEAD}{AREAS}").replace("frequency\"\nk = 3\nzeros = \"closed\"", "p-percent\"\np = 10"),
    );
    let refused = jj::read("0\n1\n0 1 1 s 0 2 0 0 0\n0\n", &spec.unwrap().rule);
    assert_eq!(refused, Err(jj::JjError::Amounts));
}
