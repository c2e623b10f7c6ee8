//! Nothing personal in clear on the disk: planted texts go through every command, then the raw disk image is searched.

use std::io::Write;
use std::process::Command;

use kyosei_testkit::Seed;
use kyosei_testkit::canary::{Canaries, Kind, Scanner};
use kyosei_testkit::disk_image::DiskImage;
use kyosei_testkit::memory;

use crate::program::{PASSPHRASE, PIPE_BYTES, Place, wait_until};

/// The planted texts of one person, and a registration file with them.
struct Planted {
    canaries: Canaries,
    csv: String,
    name: String,
    street: String,
}

fn planted(seed: &Seed) -> Planted {
    let mut canaries = Canaries::new(seed);
    let name = canaries.plant("name", Kind::Kanji);
    let reading = canaries.plant("reading", Kind::Kana);
    let local = canaries.plant("email", Kind::Latin);
    let telephone = canaries.plant("telephone", Kind::Phone);
    let street = canaries.plant("street", Kind::Address);
    let message = canaries.plant("message", Kind::Kanji);
    canaries.adopt("passphrase", PASSPHRASE).unwrap();
    let csv = format!(
        "タイムスタンプ,メールアドレス,お名前,ふりがな,郵便番号,ご住所,お電話番号,関心のある活動,イベント等のご案内メールを希望しますか,個人情報の取り扱いに同意しますか,メッセージ\r\n\
         2026/09/14 6:17:21 午前 GMT+9,{local}@example.jp,{name},{reading},248-0001,{street},{telephone},難民映画会,はい,同意する,{message}\r\n"
    );
    Planted { canaries, csv, name, street }
}

/// Every command that touches a person's record, with its input from outside of the disk image.
fn work(place: &Place, planted: &Planted, outside: &Place) {
    let expect = |ran: crate::program::Ran| {
        assert!(matches!(ran.code, 0 | 4), "{}", ran.err);
        ran.out
    };
    let sheets = outside.file("sheets");
    expect(place.run(&[
        "init",
        "--committee",
        "見本の会",
        "--person",
        "見本 花子",
        "--device",
        "ノート",
        "--recovery-dir",
        sheets.to_str().unwrap(),
    ]));
    let file = outside.with("people.csv", planted.csv.as_bytes());
    expect(place.run(&["supporters", "import", file.to_str().unwrap(), "--dry-run"]));
    expect(place.run(&["supporters", "import", file.to_str().unwrap()]));
    let listed =
        expect(place.run_with_input(&["--json", "supporters", "list", "--search", "-"], &planted.name));
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed["total"], 1, "the planted person is found");
    let id = listed["supporters"][0]["id"].as_str().unwrap().to_owned();
    let shown = expect(place.run(&["supporters", "show", &id]));
    assert!(shown.contains(&planted.street), "the planted address is there to be found");
    expect(place.run_with_input(
        &["supporters", "edit", &id, "-"],
        &format!("[fields]\nnotes = \"{}\"\n", planted.name),
    ));
    let export = outside.file("out.xlsx");
    expect(place.run(&[
        "supporters",
        "export",
        "--purpose",
        "見本",
        "--format",
        "xlsx",
        "--out",
        export.to_str().unwrap(),
    ]));
    expect(place.run(&["doctor", "--rebuild"]));
    expect(place.run(&["audit"]));
    expect(place.run(&["supporters", "withdraw", &id]));
    let sheet = sheets.join("kyosei-recovery-sheet-2.txt");
    expect(place.run(&["supporters", "erase", &id, "--yes", "--recovery-sheet", sheet.to_str().unwrap()]));
}

#[test]
fn no_planted_text_reaches_the_disk_in_any_command_from_import_to_erasure() {
    let seed = Seed::of_test();
    let planted = planted(&seed);
    let Some(disk) = DiskImage::mount(64).unwrap().or_say("canary on a disk image") else { return };
    let outside = Place::new();
    work(&Place::at(disk.path()), &planted, &outside);
    let raw = disk.unmount().unwrap();
    let report = planted.canaries.scanner().scan_file(&raw.path()).unwrap();
    assert!(report.is_clean(), "{:?}", report.hits);

    let Some(disk) = DiskImage::mount(64).unwrap().or_say("positive control") else { return };
    std::fs::write(disk.path().join("etilqs_leak"), planted.csv.as_bytes()).unwrap();
    std::fs::remove_file(disk.path().join("etilqs_leak")).unwrap();
    let raw = disk.unmount().unwrap();
    let found = planted.canaries.scanner().scan_file(&raw.path()).unwrap();
    assert!(!found.is_clean(), "positive control: a deleted temporary file is found");
}

#[test]
fn a_kill_in_the_middle_of_an_import_leaves_no_planted_text_on_the_disk() {
    let seed = Seed::of_test();
    let planted = planted(&seed);
    let Some(disk) = DiskImage::mount(64).unwrap().or_say("canary after a kill") else { return };
    let (place, outside) = (Place::at(disk.path()), Place::new());
    place.init();
    let file = outside.with("people.csv", planted.csv.as_bytes());
    let mut child = place.command(&["supporters", "import", file.to_str().unwrap()]).spawn().unwrap();
    wait_until(|| wal_is_growing(&place) || child.try_wait().unwrap().is_some());
    child.kill().unwrap();
    child.wait().unwrap();
    let raw = disk.unmount().unwrap();
    let report = planted.canaries.scanner().scan_file(&raw.path()).unwrap();
    assert!(report.is_clean(), "{:?}", report.hits);
}

#[test]
fn errors_and_progress_say_nothing_of_the_person() {
    let seed = Seed::of_test();
    let planted = planted(&seed);
    let place = Place::new();
    place.init();
    let scanner = planted.canaries.scanner();
    let broken = planted.csv.replace("@example.jp", "\u{202E}@example.jp").replace("難民映画会", "\u{0}");
    let file = place.with("broken.csv", broken.as_bytes());
    let ran = place.run(&["supporters", "import", file.to_str().unwrap()]);
    assert!(ran.out.contains("rejected: 1") || ran.out.contains("unreadable: 1"), "{}", ran.out);
    refuse_leak(&scanner, &ran.out, &ran.err);
    let form = format!("kind = \"individual\"\n[fields]\nname = \"{}\nemail = 3\n", planted.name);
    let ran = place.run_with_input(&["supporters", "add", "-"], &form);
    assert_eq!(ran.code, 1, "{}", ran.out);
    refuse_leak(&scanner, &ran.out, &ran.err);
    assert!(!scanner.scan_bytes(planted.csv.as_bytes()).is_clean(), "positive control");
}

#[test]
fn the_process_forbids_core_dumps_and_a_scan_of_its_memory_is_not_blind() {
    let seed = Seed::of_test();
    let planted = planted(&seed);
    let place = Place::new();
    place.init();
    let file = place.with("people.csv", planted.csv.as_bytes());
    place.json(&["supporters", "import", file.to_str().unwrap()]);
    // A full pipe holds the program at its last step, with the person's name in its memory.
    let fifo = place.file("full");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let mut pipe = std::fs::OpenOptions::new().read(true).write(true).open(&fifo).unwrap();
    pipe.write_all(&vec![b'.'; PIPE_BYTES]).unwrap();
    let mut child = place.command(&["supporters", "list"]).stdout(pipe.try_clone().unwrap()).spawn().unwrap();
    let about =
        |name: &str| std::fs::read_to_string(format!("/proc/{}/{name}", child.id())).unwrap_or_default();
    wait_until(|| about("syscall").starts_with("1 0x1 "));
    let limits = about("limits");
    let folder = tempfile::tempdir().unwrap();
    let dumped = memory::dump(child.id(), folder.path());
    child.kill().unwrap();
    child.wait().unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert!(is_zero(core), "{core}");
    let report = planted.canaries.scanner().scan_file(&dumped.unwrap()).unwrap();
    assert!(report.hits.iter().any(|hit| hit.field == "name"), "positive control: the name is in memory");
    assert!(
        report.hits.iter().all(|hit| hit.field != "passphrase"),
        "the passphrase is not: {:?}",
        report.hits
    );
}

fn refuse_leak(scanner: &Scanner, out: &str, err: &str) {
    for text in [out, err] {
        let report = scanner.scan_bytes(text.as_bytes());
        assert!(report.is_clean(), "{:?}", report.hits);
    }
}

fn is_zero(line: &str) -> bool {
    line.trim_start_matches("Max core file size").split_whitespace().take(2).all(|limit| limit == "0")
}

fn wal_is_growing(place: &Place) -> bool {
    std::fs::metadata(place.vault().join("vault.db-wal")).is_ok_and(|file| file.len() > 0)
}
