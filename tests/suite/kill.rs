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
