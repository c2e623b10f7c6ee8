//! Damaged, newer and unwritable vaults: a clear code, no panic, nothing lost.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kyosei_testkit::disk_image::DiskImage;
use kyosei_testkit::registrations::{Faults, FileForm, Form, generate};

use crate::program::{PASSPHRASE, Place, copy};

/// Where the version of a SQLite database stands (SQLite file format §1.3.12), four bytes with the high byte first.
const USER_VERSION_AT: usize = 60;
/// The user who owns nothing.
const NOBODY: &str = "65534";

/// A vault with twenty people, closed.
fn prepared() -> Place {
    let place = Place::new();
    place.init();
    import(&place, 1, 20);
    place
}

fn people(place: &Place, seed: u64, count: usize) -> PathBuf {
    let bytes = generate(seed, Form::Individual, count, &Faults::none(), FileForm::Utf8Bom).unwrap();
    place.with("people.csv", &bytes)
}

fn import(place: &Place, seed: u64, count: usize) {
    let file = people(place, seed, count);
    place.json(&["supporters", "import", file.to_str().unwrap()]);
}

fn copy_of(before: &Place) -> Place {
    let place = Place::new();
    copy(&before.vault(), &place.vault());
    place
}

fn change(path: &Path, edit: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    edit(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

/// Runs `status` on a vault that was meddled with and gives its exit code and code of failure.
fn status(place: &Place, what: &str) -> (i32, String) {
    let ran = place.run(&["status"]);
    assert!(matches!(ran.code, 0 | 1 | 3), "{what}: {} {}", ran.code, ran.err);
    assert!(!ran.err.contains("E-INTERNAL"), "{what}: {}", ran.err);
    (ran.code, ran.err.split(':').next().unwrap_or_default().to_owned())
}

#[test]
fn a_vault_of_a_newer_version_is_left_alone() {
    let place = prepared();
    let database = place.vault().join("vault.db");
    let before = std::fs::read(&database).unwrap();
    change(&database, |bytes| bytes[USER_VERSION_AT..USER_VERSION_AT + 4].copy_from_slice(&[0, 0, 1, 0]));
    let newer = std::fs::read(&database).unwrap();
    for command in [&["status"][..], &["doctor", "--rebuild"], &["supporters", "list"]] {
        let ran = place.run(command);
        assert!(ran.code == 1 && ran.err.starts_with("E-VAULT-NEWER: "), "{}", ran.err);
    }
    assert_eq!(std::fs::read(&database).unwrap(), newer, "not a byte was changed");
    std::fs::write(&database, before).unwrap();
    assert_eq!(place.json(&["supporters", "list"])["total"], 20, "positive control");
}

#[test]
fn a_truncated_or_garbled_database_is_named_and_the_copy_still_opens() {
    let before = prepared();
    let whole = std::fs::read(before.vault().join("vault.db")).unwrap().len();
    let mut refused = 0;
    for part in 0..8 {
        let place = copy_of(&before);
        let database = place.vault().join("vault.db");
        change(&database, |bytes| bytes.truncate(whole * part / 8 + 1));
        let (code, failure) = status(&place, &format!("truncated to {part}/8"));
        refused += usize::from(code == 1);
        let is_named = matches!(failure.as_str(), "E-VAULT-DAMAGED" | "E-DATABASE" | "E-DISK");
        assert!(is_named || code == 0, "truncated to {part}/8: {failure}");
        let doctor = place.run(&["doctor", "--deep"]);
        assert_eq!(doctor.code, 1, "truncated to {part}/8: {}{}", doctor.out, doctor.err);
    }
    assert!(refused >= 4, "a truncated database seldom opens: {refused}");
    for page in 0..whole / 4096 {
        let place = copy_of(&before);
        change(&place.vault().join("vault.db"), |bytes| {
            let at = page * 4096;
            bytes[at..at + 64].iter_mut().for_each(|byte| *byte ^= 0x5A);
        });
        let (code, failure) = status(&place, &format!("page {page} garbled"));
        assert!(code == 0 || !failure.is_empty(), "page {page}");
    }
    assert_eq!(before.json(&["supporters", "list"])["total"], 20, "the copy of the user still opens");
}

#[test]
fn a_garbled_local_state_is_rebuilt_from_the_entries() {
    let place = prepared();
    let script = "UPDATE state SET bytes = zeroblob(length(bytes)) WHERE slot >= 0;";
    let Ok(meddled) = Command::new("sqlite3").arg(place.vault().join("vault.db")).arg(script).output() else {
        eprintln!("skipped: a garbled local state (needs the sqlite3 program)");
        return;
    };
    assert!(meddled.status.success(), "{}", String::from_utf8_lossy(&meddled.stderr));
    let healed = place.json(&["status"]);
    assert_eq!(healed["local_state_rebuilt"], true, "{healed}");
    assert_eq!(place.json(&["supporters", "list"])["total"], 20);
    assert_eq!(place.json(&["doctor", "--rebuild"])["rebuilt"], true);
    assert_eq!(place.json(&["doctor", "--deep"])["findings"].as_array().unwrap().len(), 0);
    assert_eq!(place.json(&["status"])["local_state_rebuilt"], false, "it was stored");
}

#[test]
fn a_damaged_or_missing_key_file_opens_nothing_and_loses_nothing() {
    let before = prepared();
    let whole = std::fs::read(before.vault().join("device.age")).unwrap().len();
    for at in (0..whole).step_by(whole / 12) {
        let place = copy_of(&before);
        change(&place.vault().join("device.age"), |bytes| bytes.truncate(at));
        let (code, failure) = status(&place, &format!("key file truncated to {at}"));
        assert!(code == 3 && failure == "E-PASSPHRASE", "truncated to {at}: {code} {failure}");
        let place = copy_of(&before);
        change(&place.vault().join("device.age"), |bytes| bytes[at] ^= 0x10);
        let (code, failure) = status(&place, &format!("key file garbled at {at}"));
        assert!(code != 0 && matches!(failure.as_str(), "E-PASSPHRASE" | "E-KEY-FILE"), "at {at}: {failure}");
    }
    let place = copy_of(&before);
    std::fs::remove_file(place.vault().join("device.age")).unwrap();
    assert_eq!(status(&place, "no key file"), (1, String::from("E-KEY-FILE-MISSING")));
    let place = copy_of(&before);
    std::fs::remove_file(place.vault().join("vault.db")).unwrap();
    assert_eq!(status(&place, "no database"), (1, String::from("E-VAULT-DAMAGED")));
    std::fs::copy(before.vault().join("vault.db"), place.vault().join("vault.db")).unwrap();
    assert_eq!(place.json(&["supporters", "list"])["total"], 20, "with the database back, all is there");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let place = prepared();
    let passphrase = place.with("passphrase", PASSPHRASE.as_bytes());
    for folder in [place.vault().parent().unwrap(), &place.vault(), &place.file("")] {
        std::fs::set_permissions(folder, PermissionsExt::from_mode(0o555)).unwrap();
    }
    for entry in std::fs::read_dir(place.vault()).unwrap() {
        std::fs::set_permissions(entry.unwrap().path(), PermissionsExt::from_mode(0o444)).unwrap();
    }
    let Some(output) = as_nobody(&place, &["--passphrase-file", passphrase.to_str().unwrap(), "status"])
    else {
        return;
    };
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.starts_with("E-READ-ONLY: "), "{said}");
}

/// Runs the program as a user without rights, if this user may do so and that user can reach the program.
fn as_nobody(place: &Place, arguments: &[&str]) -> Option<Output> {
    let bare = place.command(arguments);
    let mut command = Command::new("setpriv");
    command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]);
    let usable = Command::new("setpriv")
        .args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "test", "-x"])
        .arg(bare.get_program())
        .status();
    if !usable.is_ok_and(|status| status.success()) {
        eprintln!(
            "skipped: a folder that cannot be written (needs root, and a program that everybody may run)"
        );
        return None;
    }
    command.arg(bare.get_program()).args(bare.get_args()).env_clear();
    command.envs(bare.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Some(command.output().unwrap())
}

#[test]
fn a_disk_that_is_mounted_read_only_is_named() {
    let name = "a disk that is mounted read-only";
    let Some(disk) = DiskImage::mount(16).unwrap().or_say(name) else { return };
    let place = Place::at(disk.path());
    place.init();
    disk.set_read_only().unwrap();
    let ran = place.run(&["supporters", "list"]);
    assert!(ran.code == 1 && ran.err.starts_with("E-READ-ONLY: "), "{}", ran.err);
}

#[test]
fn a_full_disk_is_named_and_nothing_of_the_import_stays() {
    let Some(disk) = DiskImage::mount(8).unwrap().or_say("a full disk") else { return };
    let (place, outside) = (Place::at(disk.path()), Place::new());
    place.init();
    import(&place, 1, 5);
    let filler = disk.path().join("filler");
    fill(&filler);
    let file = people(&outside, 2, 100);
    let ran = place.run(&["supporters", "import", file.to_str().unwrap()]);
    assert!(ran.code == 1 && ran.err.starts_with("E-DISK-FULL: "), "{}{}", ran.out, ran.err);
    let out = disk.path().join("out.csv");
    let export = ["supporters", "export", "--purpose", "見本", "--out", out.to_str().unwrap()];
    let ran = place.run(&export);
    assert!(ran.code == 1 && ran.err.starts_with("E-DISK-FULL: "), "{}", ran.err);
    assert!(!out.exists(), "no half-written export stays");
    let second = Place::at(disk.path());
    let ran = second.run(&[
        "--vault",
        disk.path().join("other").to_str().unwrap(),
        "init",
        "--committee",
        "見本",
        "--person",
        "甲",
        "--device",
        "乙",
        "--recovery-dir",
        outside.file("sheets").to_str().unwrap(),
    ]);
    assert!(ran.code == 1 && ran.err.starts_with("E-DISK-FULL: "), "{}", ran.err);
    std::fs::remove_file(&filler).unwrap();
    assert_eq!(place.json(&["supporters", "list"])["total"], 5, "what was there is there");
    let imported = place.json(&["supporters", "import", file.to_str().unwrap()]);
    assert_eq!(imported["saved"]["created"], 100, "with room again, the import works");
}

/// Fills the disk to the last block.
fn fill(path: &Path) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).unwrap();
    for block in [vec![0_u8; 1 << 16], vec![0; 1 << 10], vec![0; 1]] {
        while file.write_all(&block).is_ok() {}
    }
}
