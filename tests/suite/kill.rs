//! A kill at any system call that writes loses nothing that was said to be done, and leaves nothing half-done.

use std::path::{Path, PathBuf};

use kyosei_testkit::Seed;
use kyosei_testkit::registrations::{Faults, FileForm, Form, generate};
use kyosei_testkit::strace::{self, Errno, Fault, Sweep, WRITE_CLASS};

use crate::program::{Place, copy};

/// Points that `./dev test` tries of each workload; `./dev torture` tries all.
const POINTS: usize = 12;

/// What must hold before a workload, and the two states that may hold after it was cut short.
struct Workload {
    name: &'static str,
    arguments: Vec<String>,
}

/// What a vault says of itself: supporters by status.
fn state(place: &Place) -> String {
    place.json(&["status"])["supporters"].to_string()
}

fn healthy(place: &Place, point: &str) {
    let doctor = place.run(&["--json", "doctor", "--deep"]);
    assert_eq!(doctor.code, 0, "{point}: {} {}", doctor.out, doctor.err);
}

/// A vault with 30 people, and the path of a second file of 40.
fn prepared() -> (Place, PathBuf) {
    let place = Place::new();
    place.init();
    let first = generate(7, Form::Individual, 30, &Faults::none(), FileForm::Utf8Bom).unwrap();
    let second = generate(8, Form::Individual, 40, &Faults::none(), FileForm::Cp932).unwrap();
    let file = place.with("first.csv", &first);
    place.json(&["supporters", "import", file.to_str().unwrap()]);
    let second = place.with("second.csv", &second);
    (place, second)
}

/// Runs `workload` on fresh copies of `before`, once for each chosen point and fault.
fn sweep(before: &Place, workload: &Workload, fault: Fault, check: &dyn Fn(&Place, &str)) {
    let seed = Seed::of_test();
    let arguments: Vec<&str> = workload.arguments.iter().map(String::as_str).collect();
    let fresh = || {
        let place = Place::new();
        copy(&before.vault(), &place.vault());
        place
    };
    let counted = fresh();
    let calls = strace::count(&mut counted.command(&arguments), &WRITE_CLASS).unwrap();
    check(&counted, &format!("{} undisturbed", workload.name));
    assert!(calls.values().sum::<u32>() > 5, "positive control: {} writes: {calls:?}", workload.name);
    let program = Path::new(env!("CARGO_BIN_EXE_kyosei-testing"));
    let mut points = Sweep::new(workload.name, program, &calls, POINTS, &seed).unwrap();
    let (mut tried, mut met) = (0, 0);
    while let Some(point) = points.next() {
        let place = fresh();
        let outcome = strace::inject(&mut place.command(&arguments), point, fault).unwrap();
        tried += 1;
        met += usize::from(outcome.injected);
        check(&place, &format!("{} at {point}", workload.name));
        points.passed(point).unwrap();
    }
    // Sealed sizes differ a little from run to run (age adds random bytes to its header), so the last calls of a run may
    // not be there in the next.
    assert!(met * 10 >= tried * 8, "positive control: {}: {met} of {tried} points were met", workload.name);
}

#[test]
fn kill_sweep_over_an_import_leaves_all_of_it_or_nothing() {
    let (before, second) = prepared();
    let untouched = state(&before);
    let done = {
        let place = Place::new();
        copy(&before.vault(), &place.vault());
        place.json(&["supporters", "import", second.to_str().unwrap()]);
        state(&place)
    };
    assert_ne!(untouched, done, "positive control: the import changes the vault");
    let workload = Workload {
        name: "import-kill",
        arguments: vec!["supporters".into(), "import".into(), second.to_str().unwrap().into()],
    };
    sweep(&before, &workload, Fault::Kill, &|place, point| {
        let after = state(place);
        assert!(after == untouched || after == done, "{point}: {after}");
        healthy(place, point);
    });
}

#[test]
fn kill_sweep_over_an_edit_leaves_the_old_or_the_new_value() {
    let (before, _) = prepared();
    let id = before.json(&["supporters", "list"])["supporters"][0]["id"].as_str().unwrap().to_owned();
    let form = before.with("edit.toml", "[fields]\nnotes = \"新しい覚え書き\"\n".as_bytes());
    let workload = Workload {
        name: "edit-kill",
        arguments: vec!["supporters".into(), "edit".into(), id.clone(), form.to_str().unwrap().into()],
    };
    sweep(&before, &workload, Fault::Kill, &|place, point| {
        let notes = place.json(&["supporters", "show", &id])["fields"]["notes"].clone();
        assert!(notes.is_null() || notes == "新しい覚え書き", "{point}: {notes}");
        healthy(place, point);
    });
}

#[test]
fn kill_sweep_over_a_rebuild_loses_nothing() {
    let (before, _) = prepared();
    let untouched = state(&before);
    let workload = Workload { name: "rebuild-kill", arguments: vec!["doctor".into(), "--rebuild".into()] };
    sweep(&before, &workload, Fault::Kill, &|place, point| {
        assert_eq!(state(place), untouched, "{point}");
        healthy(place, point);
    });
}

#[test]
fn kill_sweep_over_a_change_of_passphrase_leaves_one_that_opens() {
    let (before, _) = prepared();
    let new = "gravel lantern saddle pepper window thirteen";
    let file = before.with("new", new.as_bytes());
    let workload = Workload {
        name: "passwd-kill",
        arguments: vec!["passwd".into(), "--new-passphrase-file".into(), file.to_str().unwrap().into()],
    };
    sweep(&before, &workload, Fault::Kill, &|place, point| {
        let with_old = place.run(&["status"]).code;
        let with_new = place.run(&["--passphrase-file", file.to_str().unwrap(), "status"]).code;
        assert!(
            matches!((with_old, with_new), (0, 3) | (3, 0)),
            "{point}: exactly one passphrase opens, not {with_old} and {with_new}"
        );
    });
}

#[test]
fn full_disk_sweep_over_an_import_names_the_disk_and_loses_nothing() {
    let (before, second) = prepared();
    let untouched = state(&before);
    let workload = Workload {
        name: "import-full",
        arguments: vec!["supporters".into(), "import".into(), second.to_str().unwrap().into()],
    };
    sweep(&before, &workload, Fault::FailFromHere(Errno::NoSpace), &|place, point| {
        let after = state(place);
        healthy(place, point);
        assert!(after == untouched || after.contains("70"), "{point}: {after}");
    });
}

/// A vault with 30 people, the id of one, its name, and a recovery sheet.
fn with_a_chosen_one() -> (Place, String, String, String) {
    let (place, _) = prepared();
    let list = place.json(&["supporters", "list"]);
    let chosen = &list["supporters"][0];
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let sheet = place.file("sheets").join("kyosei-recovery-sheet-1.txt").to_str().unwrap().to_owned();
    (place, text(&chosen["id"]), text(&chosen["name"]), sheet)
}

fn total(place: &Place) -> u64 {
    place.json(&["supporters", "list"])["total"].as_u64().unwrap()
}

/// After an erasure that was cut short, the record is there whole or gone whole, and what is written next is kept.
fn erased_or_not(place: &Place, id: &str, point: &str) {
    healthy(place, point);
    let shown = place.run(&["supporters", "show", id]);
    let expected = if shown.code == 0 { 30 } else { 29 };
    assert_eq!(total(place), expected, "{point}");
    let form = "kind = \"individual\"\n[consents]\nP1 = \"given\"\n[fields]\nname = \"次の 人\"\nemail = \"next@example.jp\"\nkana = \"つぎの ひと\"\n";
    let added = place.run_with_input(&["supporters", "add", "-"], form);
    assert_eq!(added.code, 0, "{point}: {}", added.err);
    assert_eq!(place.run(&["doctor", "--rebuild"]).code, 0, "{point}");
    assert_eq!(total(place), expected + 1, "{point}: what was written after it is kept");
}

#[test]
fn kill_sweep_over_an_erasure_leaves_all_of_the_record_or_nothing() {
    let (before, id, _, sheet) = with_a_chosen_one();
    let workload = Workload {
        name: "erase-kill",
        arguments: ["supporters", "erase", &id, "--yes", "--recovery-sheet", &sheet]
            .map(String::from)
            .to_vec(),
    };
    sweep(&before, &workload, Fault::Kill, &|place, point| erased_or_not(place, &id, point));
}

#[test]
fn failing_disk_sweep_over_an_erasure_never_lets_memory_run_ahead_of_the_disk() {
    let (before, id, _, sheet) = with_a_chosen_one();
    let workload = Workload {
        name: "erase-fail",
        arguments: ["supporters", "erase", &id, "--yes", "--recovery-sheet", &sheet]
            .map(String::from)
            .to_vec(),
    };
    sweep(&before, &workload, Fault::Fail(Errno::Io), &|place, point| erased_or_not(place, &id, point));
}

#[test]
fn kill_sweep_over_a_creation_leaves_a_vault_with_its_sheets_or_none() {
    let before = Place::new();
    std::fs::create_dir_all(before.vault()).unwrap();
    let sheets = before.file("sheets-of-init");
    let arguments = [
        "init",
        "--committee",
        "見本の会",
        "--person",
        "見本 花子",
        "--device",
        "ノート",
        "--recovery-dir",
        sheets.to_str().unwrap(),
    ];
    let workload = Workload { name: "init-kill", arguments: arguments.map(String::from).to_vec() };
    sweep(&before, &workload, Fault::Kill, &|place, point| {
        let status = place.run(&["status"]);
        if status.code == 0 {
            healthy(place, point);
            assert!(sheets.join("kyosei-recovery-sheet-3.txt").exists(), "{point}");
        } else {
            assert!(status.err.starts_with("E-VAULT-MISSING"), "{point}: {}", status.err);
            place.init();
        }
        // Each point starts without sheets, as a first start does.
        let _none_yet = std::fs::remove_dir_all(&sheets);
    });
}
