//! The import wizard from the file to the undo.

use kyosei_contract::gate::Nothing;
use kyosei_contract::imports::{
    ColumnChoice, ImportRef, ImportRun, InspectRequest, Inspection, RowDecision, RowGroup, RowVerdict,
    RowsRequest, UpdatePolicy,
};
use kyosei_contract::notice::Notice;
use kyosei_testkit::registrations::{Faults, FileForm, Form, generate};

use crate::seat::{Seat, Told};

const ROWS: usize = 120;

fn chosen(seat: &Seat, bytes: &[u8]) -> String {
    std::fs::write(seat.path("個人.csv"), bytes).unwrap();
    *seat.outside.file.lock().unwrap() = Some(seat.path("個人.csv"));
    let file = seat.desk.import_choose(Nothing {}).done().file.unwrap_or_else(|| panic!("no file"));
    assert_eq!(file.name, "個人.csv");
    file.token
}

fn registrations() -> Vec<u8> {
    generate(7, Form::Individual, ROWS, &Faults::none(), FileForm::Cp932).unwrap()
}

const fn look(token: String) -> InspectRequest {
    InspectRequest { token, of_kind: None, columns: None, encoding: None }
}

const fn run(token: String) -> ImportRun {
    ImportRun { token, decisions: Vec::new(), updates: UpdatePolicy::Ask }
}

#[test]
fn a_file_is_previewed_imported_shown_and_taken_back() {
    let seat = Seat::open();
    let token = chosen(&seat, &registrations());
    let Inspection::Ready { counts, encoding, sample, .. } =
        seat.desk.import_inspect(look(token.clone())).done()
    else {
        panic!("the columns of the committee's form are known")
    };
    assert_eq!((encoding.0.code(), sample.len()), ("cp932", 3));
    let new = RowsRequest { token: token.clone(), group: Some(RowGroup::New), page: 0 };
    let rows = seat.desk.import_rows(new).done();
    assert_eq!((rows.total, rows.rows.len()), (counts.new, 50));
    let done = seat.desk.import_run(run(token.clone())).done();
    assert_eq!(done.summary.counts.created, counts.new);
    assert_eq!(seat.search("").total, counts.new);
    let heard = seat.outside.heard.lock().unwrap().clone();
    assert!(heard.iter().any(|notice| matches!(notice, Notice::ImportProgress { total: 120, .. })));
    assert_eq!(seat.desk.import_run(run(token)).code(), "E-FILE-CLOSED", "a file is imported once");
    let imports = seat.desk.imports(Nothing {}).done().imports;
    assert_eq!((imports.len(), imports[0].file_name.as_str()), (1, "個人.csv"));
    let undone = seat.desk.import_undo(ImportRef { id: imports[0].id }).done();
    assert_eq!((undone.removed_count, undone.kept_count), (counts.new, 0));
    assert_eq!(seat.search("").total, 0);
}

#[test]
fn a_row_that_someone_left_out_is_not_in_the_register() {
    let seat = Seat::open();
    let token = chosen(&seat, &registrations());
    let Inspection::Ready { counts, sample, .. } = seat.desk.import_inspect(look(token.clone())).done()
    else {
        panic!("the columns of the committee's form are known")
    };
    let skip = RowDecision { line: sample[0].line, verdict: RowVerdict::Skip };
    let done = seat.desk.import_run(ImportRun { decisions: vec![skip], ..run(token) }).done();
    assert_eq!(done.summary.counts.created, counts.new - 1);
}

#[test]
fn unknown_columns_are_asked_for_and_remembered() {
    let seat = Seat::open();
    let bytes = "a,b,c\n山田 花子,hanako@example.jp,はい\n".as_bytes();
    let token = chosen(&seat, bytes);
    let Inspection::ColumnsNeeded { columns, targets, .. } =
        seat.desk.import_inspect(look(token.clone())).done()
    else {
        panic!("these headings say nothing")
    };
    assert!(columns.iter().all(|column| column.target.is_none()));
    assert!(targets.iter().any(|target| target == "consent:P1"));
    let choice = |(heading, target): (&str, &str)| ColumnChoice {
        heading: heading.to_owned(),
        target: Some(target.to_owned()),
    };
    let choices = [("a", "name"), ("b", "email"), ("c", "consent:P1")].map(choice);
    let chosen_columns = InspectRequest { columns: Some(choices.to_vec()), ..look(token.clone()) };
    assert!(matches!(seat.desk.import_inspect(chosen_columns).done(), Inspection::Ready { .. }));
    seat.desk.import_run(run(token)).done();
    let again = chosen(&seat, "a,b,c\n森 健,mori@example.jp,はい\n".as_bytes());
    assert!(matches!(seat.desk.import_inspect(look(again)).done(), Inspection::Ready { .. }));
}

#[test]
fn a_file_that_is_none_is_refused_and_no_preview_outlives_a_lock() {
    let seat = Seat::open();
    let token = chosen(&seat, &[0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]);
    assert!(!seat.desk.import_inspect(look(token)).code().is_empty());
    let token = chosen(&seat, &registrations());
    seat.desk.lock_for(kyosei_contract::gate::LockReason::Suspended);
    seat.unlock(crate::seat::PASSPHRASE).done();
    assert_eq!(seat.desk.import_inspect(look(token)).code(), "E-FILE-CLOSED");
    assert_eq!(seat.desk.import_inspect(look("no token".to_owned())).code(), "E-FILE-CLOSED");
}
