//! Laptops of one committee, each a vault of its own and a process of its own, on the loopback interface and with files.

use kyosei_testkit::registrations::{Faults, FileForm, Form, generate};
use kyosei_testkit::strace::{self, Errno, Fault, Point, WRITE_CLASS};
use serde_json::Value;

use crate::program::{Place, words};
use crate::running::Running;

const LOOPBACK: [&str; 2] = ["--listen", "127.0.0.1:0"];
const ADDRESS: &str = "Address of this";

fn import(place: &Place, seed: u64, people: usize) {
    let bytes = generate(seed, Form::Individual, people, &Faults::none(), FileForm::Utf8).unwrap();
    let file = place.with("people.csv", &bytes);
    place.json(&["supporters", "import", file.to_str().unwrap()]);
}

fn total(place: &Place) -> u64 {
    place.json(&["supporters", "list"])["total"].as_u64().unwrap()
}

/// A member with some people, and an editor who has joined with files and knows nobody yet.
fn two(people: usize) -> (Place, Place) {
    let admin = Place::new();
    admin.init();
    if people > 0 {
        import(&admin, 11, people);
    }
    let editor = admin.join_by_files(&[], "森 健一");
    (admin, editor)
}

/// Stays on the network; gives the address too.
fn watch(place: &Place) -> (Running, String) {
    let mut running = Running::start(place.command(&[&["sync", "--watch"], &LOOPBACK[..]].concat()));
    let address = running.last_word_of(ADDRESS);
    (running, address)
}

fn once(place: &Place, address: &str) -> (i32, Value) {
    let ran = place.run(&[&["--json", "sync", "--once", "--peer", address], &LOOPBACK[..]].concat());
    (ran.code, serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err)))
}

fn healthy(place: &Place) {
    let doctor = place.run(&["--json", "doctor", "--deep"]);
    assert_eq!(doctor.code, 0, "{} {}", doctor.out, doctor.err);
}

#[test]
fn two_laptops_sync_and_each_is_told_what_reached_the_other() {
    let (admin, editor) = two(30);
    let (mut watching, address) = watch(&admin);
    let (code, report) = once(&editor, &address);
    assert_eq!(code, 0, "{report}");
    assert_eq!(report["peers"][0]["is_level"], true, "{report}");
    assert_eq!(report["state"]["of"], 1);
    watching.until("Both have the same: 森 健一 / 机");
    watching.interrupt();
    let (code, said) = watching.ended();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Your changes have reached 1 of 1 devices."), "{said}");
    assert!(said.contains("last heard from just now"), "{said}");
    assert_eq!(admin.json(&["status"])["sync"]["reached"], 1);
    assert_eq!(total(&editor), total(&admin));
    healthy(&editor);
}

#[test]
fn a_laptop_that_is_not_reached_is_told_as_such_with_exit_code_4() {
    let (admin, editor) = two(3);
    let (watching, address) = watch(&admin);
    watching.kill();
    let gone =
        editor.run(&[&["sync", "--once", "--peer", &address, "--timeout", "2"], &LOOPBACK[..]].concat());
    assert_eq!(gone.code, 4, "{}{}", gone.out, gone.err);
    assert!(gone.out.contains("Devices that were not reached: 1"), "{}", gone.out);
    assert!(gone.out.contains("never heard from"), "{}", gone.out);
    let none = editor.run(&[&["sync", "--peer", "kyoseiat1nonsense"], &LOOPBACK[..]].concat());
    assert_eq!(none.code, 1);
    assert!(none.err.starts_with("E-ADDRESS"), "{}", none.err);
}

/// Invites and waits; gives the ticket.
fn inviting(admin: &Place) -> (Running, String) {
    let arguments = ["members", "invite", "--wait", "--words-file", "-"];
    let mut inviting = Running::start(admin.command(&[&arguments[..], &LOOPBACK].concat()));
    let ticket = inviting.until("kyosei-invite1");
    (inviting, ticket)
}

/// Joins over the network; gives the six words.
fn joining(place: &Place, ticket: &str) -> (Running, String) {
    let arguments = ["members", "join", "-", "--person", "森 健一", "--device", "机"];
    let mut joining = Running::start(place.command(&[&arguments[..], &LOOPBACK].concat()));
    joining.enter(ticket);
    joining.until("Six words");
    joining.until("  ");
    let words = joining.until("  ");
    (joining, words)
}

#[test]
fn a_new_laptop_joins_over_the_network_once_the_six_words_were_compared() {
    let (admin, editor) = (Place::new(), Place::new());
    admin.init();
    import(&admin, 12, 20);
    let (mut inviting, ticket) = inviting(&admin);
    let (mut joining, words) = joining(&editor, &ticket);
    joining.until("The request has arrived");
    inviting.enter(&words);
    let (code, said) = joining.ended();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("The first sync is complete."), "{said}");
    let (code, said) = inviting.ended();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("It holds no key, is good once and for 7 days"), "{said}");
    assert!(said.contains("Let in: 森 健一 / 机"), "{said}");
    assert_eq!(total(&editor), total(&admin));
    let listed = admin.run(&["members", "list"]).out;
    assert!(listed.contains("changed since you last looked"), "{listed}");
    assert!(!admin.run(&["members", "list"]).out.contains("changed since you last looked"));
    let of = |place: &Place, other: &Value| {
        let device = other["spaces"][0]["members"].as_array().unwrap();
        let this = device.iter().find(|one| one["is_this_device"] == true).unwrap();
        place.json(&["members", "verify", this["device"].as_str().unwrap()])["words_en"].clone()
    };
    let (ours, theirs) = (admin.json(&["members", "list"]), editor.json(&["members", "list"]));
    assert_eq!(of(&admin, &theirs), of(&editor, &ours), "both see the same words");
}

#[test]
fn a_member_enters_a_further_space_over_the_network_and_sees_it_from_then_on() {
    let (admin, editor) = two(2);
    admin.json(&["spaces", "found", "matching"]);
    let file = admin.file("all.kyosei");
    admin.json(&["bundle", "write", file.to_str().unwrap()]);
    editor.json(&["bundle", "read", file.to_str().unwrap()]);
    assert_eq!(editor.json(&["spaces", "list"])["spaces"].as_array().unwrap().len(), 1);
    let unseen = editor.run(&["spaces", "show", "matching"]);
    assert!(unseen.err.starts_with("E-SPACE-MISSING"), "{}", unseen.err);
    let arguments = ["members", "invite", "--space", "matching", "--wait", "--words-file", "-"];
    let mut inviting = Running::start(admin.command(&[&arguments[..], &LOOPBACK].concat()));
    let ticket = inviting.until("kyosei-invite1");
    let (mut joining, words) = joining(&editor, &ticket);
    joining.until("The request has arrived");
    inviting.enter(&words);
    let (code, said) = joining.ended();
    assert_eq!(code, 0, "{said}");
    let (code, said) = inviting.ended();
    assert_eq!(code, 0, "{said}");
    let listed = editor.json(&["spaces", "list"]);
    assert_eq!(listed["spaces"].as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(editor.json(&["spaces", "show", "matching"])["members"].as_array().unwrap().len(), 2);
    assert_eq!(editor.json(&["status"])["devices"], 2, "it is the same person's same device");
}

#[test]
fn words_that_differ_let_nobody_in() {
    let (admin, editor) = (Place::new(), Place::new());
    admin.init();
    let (mut inviting, ticket) = inviting(&admin);
    let (joining, words) = joining(&editor, &ticket);
    let mut other: Vec<&str> = words.split_whitespace().collect();
    other.swap(0, 5);
    let other = if other[0] == other[5] { "abandon ".repeat(6) } else { other.join(" ") };
    inviting.enter(&other);
    let (code, said) = inviting.ended();
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("E-WORDS-DIFFER"), "{said}");
    joining.kill();
    assert_eq!(admin.json(&["status"])["devices"], 1);
    let waiting = editor.run(&["status"]);
    assert!(waiting.err.starts_with("E-JOIN-PENDING"), "{}", waiting.err);
}

#[test]
fn a_stolen_a_cut_a_mistyped_or_an_expired_invitation_lets_nobody_in() {
    let admin = Place::new();
    admin.init();
    let ticket = admin.ticket(&[]);
    let refused = |ticket: &str, now: Option<&str>| {
        let place = Place::new();
        let mut command = place.command(&["members", "join", ticket, "--person", "人", "--device", "机"]);
        now.map(|now| command.env("KYOSEI_TEST_NOW", now));
        let request = place.file("request");
        let output = command.args(["--request-file", request.to_str().unwrap()]).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(!place.vault().exists(), "no vault is made");
        String::from_utf8(output.stderr).unwrap().split(':').next().unwrap().to_owned()
    };
    assert_eq!(refused(&ticket[..ticket.len() - 20], None), "E-TICKET-CUT");
    let mistyped = format!("{}{}", &ticket[..60], ticket[60..].replacen('q', "p", 1).replacen('z', "q", 1));
    assert_eq!(refused(&mistyped, None), "E-TICKET-MISTYPED");
    assert_eq!(refused("https://example.jp/", None), "E-TICKET");
    assert_eq!(refused(&ticket, Some("2099-01-01T00:00:00Z")), "E-INVITATION-EXPIRED");

    let (honest, thief) = (Place::new(), Place::new());
    honest.answer(&ticket, "森 健一");
    thief.answer(&ticket, "森 健一");
    admin.approve(&honest);
    let request = thief.file("request");
    let stolen = admin.run(&[
        "members",
        "approve",
        "--request-file",
        request.to_str().unwrap(),
        "--words-file",
        thief.file("words").to_str().unwrap(),
    ]);
    assert!(stolen.err.starts_with("E-INVITATION-USED"), "{}{}", stolen.out, stolen.err);
    let listed = admin.json(&["members", "invite", "--list"]);
    let id = listed["invitations"][0]["id"].as_str().unwrap();
    let again = admin.file("again");
    admin.json(&["members", "approve", "--again", id, "--welcome-out", again.to_str().unwrap()]);
    let refused = thief.run(&["members", "join", "--welcome-file", again.to_str().unwrap()]);
    assert_eq!(refused.code, 1, "{}", refused.out);
    honest.json(&["members", "join", "--welcome-file", again.to_str().unwrap()]);
    assert_eq!(admin.json(&["status"])["devices"], 2);

    let late = Place::new();
    late.answer(&admin.ticket(&[]), "林 二郎");
    let mut approve = admin.command(&["members", "approve", "--request-file"]);
    approve.arg(late.file("request")).arg("--words-file").arg(late.file("words"));
    let output = approve.env("KYOSEI_TEST_NOW", "2099-01-01T00:00:00Z").output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("E-INVITATION-EXPIRED"));
    assert_eq!(admin.json(&["status"])["devices"], 2);
}

#[test]
fn a_request_from_a_file_shows_the_same_words_when_it_is_taken_up_again() {
    let admin = Place::new();
    admin.init();
    let place = Place::new();
    let answered = place.answer(&admin.ticket(&[]), "森 健一");
    let again = place.file("again");
    let resumed = place.json(&["members", "join", "--request-file", again.to_str().unwrap()]);
    assert_eq!(words(&resumed), words(&answered));
    admin.approve(&place);
    let cut = std::fs::read(place.file("welcome")).unwrap();
    let cut = place.with("cut", &cut[..cut.len() / 2]);
    let refused = place.run(&["members", "join", "--welcome-file", cut.to_str().unwrap()]);
    assert!(refused.err.starts_with("E-JOIN-FILE"), "{}", refused.err);
    place.json(&["members", "join", "--welcome-file", place.file("welcome").to_str().unwrap()]);
}

#[test]
fn a_clock_that_is_wrong_by_years_changes_nothing_but_the_times_that_are_shown() {
    let (admin, editor) = two(5);
    let (watching, address) = watch(&admin);
    let mut sync = editor.command(&[&["--json", "sync", "--peer", &address], &LOOPBACK[..]].concat());
    let output = sync.env("KYOSEI_TEST_NOW", "2001-01-01T00:00:00Z").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    watching.interrupt();
    assert_eq!(watching.ended().0, 0);
    assert_eq!(total(&editor), total(&admin));
    let listed = editor.run(&["members", "list"]).out;
    assert!(listed.contains("d ago"), "{listed}");
}

#[test]
fn a_kill_in_the_middle_of_a_sync_loses_nothing_and_the_next_sync_completes_it() {
    let (admin, editor) = two(120);
    let (watching, address) = watch(&admin);
    let arguments = [&["sync", "--peer", &address], &LOOPBACK[..]].concat();
    let counted = Place::new();
    crate::program::copy(&editor.vault(), &counted.vault());
    let calls = strace::count(&mut counted.command(&arguments), &WRITE_CLASS).unwrap();
    let (syscall, count) = calls.iter().max_by_key(|(_, count)| **count).unwrap();
    for nth in [count / 4, count / 2, count * 3 / 4] {
        let place = Place::new();
        crate::program::copy(&editor.vault(), &place.vault());
        let point = Point { syscall: *syscall, nth: nth.max(1) };
        let killed = strace::inject(&mut place.command(&arguments), point, Fault::Kill).unwrap();
        assert!(killed.injected && killed.was_killed(), "{point}: {killed:?}");
        healthy(&place);
        let (code, report) = once(&place, &address);
        assert_eq!(code, 0, "{point}: {report}");
        assert_eq!(total(&place), 120, "{point}");
        healthy(&place);
    }
    watching.interrupt();
    assert_eq!(watching.ended().0, 0);
}

#[test]
fn a_disk_that_fills_up_in_the_middle_of_a_sync_is_told_and_loses_nothing() {
    let (admin, editor) = two(120);
    let (watching, address) = watch(&admin);
    let arguments = [&["sync", "--peer", &address], &LOOPBACK[..]].concat();
    let counted = Place::new();
    crate::program::copy(&editor.vault(), &counted.vault());
    let calls = strace::count(&mut counted.command(&arguments), &[strace::Syscall::Pwrite64]).unwrap();
    let count = calls[&strace::Syscall::Pwrite64];
    let point = Point { syscall: strace::Syscall::Pwrite64, nth: count / 2 };
    let full =
        strace::inject(&mut editor.command(&arguments), point, Fault::FailFromHere(Errno::NoSpace)).unwrap();
    assert!(full.injected);
    assert_eq!(full.status.code(), Some(1));
    assert!(String::from_utf8(full.stderr).unwrap().contains("E-DISK-FULL"));
    healthy(&editor);
    assert_eq!(once(&editor, &address).0, 0);
    assert_eq!(total(&editor), 120);
    watching.interrupt();
    assert_eq!(watching.ended().0, 0);
}

#[test]
fn a_mailbox_passes_on_what_it_cannot_read_and_stops_at_its_quota() {
    let admin = Place::new();
    admin.init();
    import(&admin, 11, 10);
    let mailbox = admin.join_by_files(&["--role", "relay"], "集会所");
    let editor = admin.join_by_files(&[], "森 健一");
    let folder = mailbox.vault();
    let serve = ["mailbox", "serve", "--dir", folder.to_str().unwrap()];
    let mut serving = Running::start(mailbox.command(&[&serve[..], &LOOPBACK].concat()));
    let address = serving.last_word_of(ADDRESS);
    for place in [&admin, &editor] {
        let (code, report) = once(place, &address);
        assert_eq!(code, 0, "{report}");
    }
    assert_eq!(total(&editor), 10, "it came through the mailbox");
    serving.interrupt();
    assert_eq!(serving.ended().0, 0);
    let space = &mailbox.json(&["spaces", "list"])["spaces"][0];
    assert_eq!(space["documents"], 0, "the mailbox reads nothing");
    assert_eq!(total(&mailbox), 0);
    let reads = admin.run(&["mailbox", "serve", "--dir", admin.vault().to_str().unwrap()]);
    assert!(reads.err.starts_with("E-NOT-A-MAILBOX"), "{}", reads.err);

    let little = [&serve[..], &["--quota", "2000"], &LOOPBACK].concat();
    let mut serving = Running::start(mailbox.command(&little));
    let address = serving.last_word_of(ADDRESS);
    import(&admin, 13, 30);
    let full = admin.run(&[&["sync", "--peer", &address, "--timeout", "3"], &LOOPBACK[..]].concat());
    assert_eq!(full.code, 4, "{}{}", full.out, full.err);
    serving.until("has used up its quota");
    serving.interrupt();
    assert_eq!(serving.ended().0, 4);

    let mut serving = Running::start(mailbox.command(&[&serve[..], &LOOPBACK].concat()));
    let address = serving.last_word_of(ADDRESS);
    let (code, report) = once(&admin, &address);
    assert_eq!(code, 0, "what was refused arrives under a larger quota: {report}");
    serving.interrupt();
    assert_eq!(serving.ended().0, 0);
}

#[test]
fn a_bundle_carries_changes_and_one_of_another_committee_or_a_part_is_refused() {
    let (admin, editor) = two(10);
    let file = admin.file("all.kyosei");
    let file = file.to_str().unwrap();
    admin.json(&["bundle", "write", file]);
    assert!(admin.run(&["bundle", "write", file]).err.starts_with("E-FILE-EXISTS"));
    let inspected = editor.json(&["bundle", "inspect", file]);
    assert!(inspected["new"].as_u64().unwrap() > 0 && total(&editor) == 0, "{inspected}");
    let bytes = std::fs::read(file).unwrap();
    for cut in [3, 100, bytes.len() / 2, bytes.len() - 1] {
        let part = editor.with("part.kyosei", &bytes[..cut]);
        let ran = editor.run(&["bundle", "read", part.to_str().unwrap()]);
        assert_eq!(ran.code, 1, "cut at {cut}");
        assert_eq!(total(&editor), 0, "nothing of a part is taken in, cut at {cut}");
    }
    editor.json(&["bundle", "read", file]);
    assert_eq!(total(&editor), 10);
    let stranger = Place::new();
    stranger.init();
    let foreign = stranger.run(&["bundle", "read", file]);
    assert!(foreign.err.starts_with("E-BUNDLE-FOREIGN"), "{}", foreign.err);
    healthy(&editor);
}

#[test]
fn values_written_apart_are_kept_with_person_and_time_until_one_is_chosen() {
    let (admin, editor) = two(1);
    let stick = |from: &Place, to: &Place| {
        let file = from.file(&format!("{}.kyosei", to.vault().display()).replace('/', "-"));
        let _old = std::fs::remove_file(&file);
        from.json(&["bundle", "write", file.to_str().unwrap()]);
        to.json(&["bundle", "read", file.to_str().unwrap()]);
    };
    stick(&admin, &editor);
    let id = admin.json(&["supporters", "list"])["supporters"][0]["id"].as_str().unwrap().to_owned();
    for (place, notes) in [(&admin, "電話は夜"), (&editor, "電話は朝")] {
        let form = format!("[fields]\nnotes = \"{notes}\"\n");
        assert_eq!(place.run_with_input(&["supporters", "edit", &id, "-"], &form).code, 0);
    }
    stick(&editor, &admin);
    let shown = admin.run(&["conflicts", "list"]).out;
    for part in ["電話は夜", "電話は朝", "見本 花子 / ノート", "森 健一 / 机", "shown now"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_eq!(admin.json(&["status"])["sync"]["conflicts"], 1);
    let listed = admin.json(&["conflicts", "list"]);
    let conflict = listed["conflicts"][0]["id"].as_str().unwrap();
    let third = admin.run_with_input(&["conflicts", "resolve", conflict, "--new", "-"], "電話は昼\n");
    assert_eq!(third.code, 0, "{}", third.err);
    let again = admin.run(&["conflicts", "resolve", conflict, "--value", "1"]);
    assert!(again.err.starts_with("E-CONFLICT-GONE"), "{}", again.err);
    stick(&admin, &editor);
    for place in [&admin, &editor] {
        assert_eq!(place.json(&["supporters", "show", &id])["fields"]["notes"], "電話は昼");
        assert_eq!(place.json(&["status"])["sync"]["conflicts"], 0);
    }
}

#[test]
fn a_removed_laptop_is_out_of_every_space_and_cannot_read_what_comes_after() {
    let (admin, editor) = two(5);
    let (watching, address) = watch(&admin);
    assert_eq!(once(&editor, &address).0, 0);
    watching.interrupt();
    watching.ended();
    let listed = admin.json(&["members", "list"]);
    let members = listed["spaces"][0]["members"].as_array().unwrap();
    let device = members.iter().find(|one| one["is_this_device"] == false).unwrap();
    let device = device["device"].as_str().unwrap();
    assert!(admin.run(&["members", "remove", device]).err.starts_with("E-CONFIRM"));
    let removed = admin.run(&["members", "remove", &device[..8], "--yes"]);
    assert!(removed.out.contains("What is written from now on it cannot read"), "{}", removed.err);
    import(&admin, 14, 7);
    let file = admin.file("later.kyosei");
    admin.json(&["bundle", "write", file.to_str().unwrap()]);
    let refused = editor.run(&["bundle", "read", file.to_str().unwrap()]);
    assert!(refused.err.starts_with("E-BUNDLE-FOREIGN"), "{}", refused.err);
    let (watching, address) = watch(&admin);
    let arguments = [&["sync", "--peer", &address, "--timeout", "3"], &LOOPBACK[..]].concat();
    assert_eq!(editor.run(&arguments).code, 4, "no session begins");
    watching.interrupt();
    watching.ended();
    assert_eq!((total(&admin), total(&editor)), (12, 5));
}

#[test]
fn a_device_that_only_reads_lists_and_shows_and_writes_nothing() {
    let admin = Place::new();
    admin.init();
    import(&admin, 15, 3);
    let reader = admin.join_by_files(&["--role", "read"], "森 健一");
    let file = admin.file("all.kyosei");
    admin.json(&["bundle", "write", file.to_str().unwrap()]);
    reader.json(&["bundle", "read", file.to_str().unwrap()]);
    let listed = reader.json(&["supporters", "list"]);
    assert_eq!(listed["total"], 3);
    let id = listed["supporters"][0]["id"].as_str().unwrap();
    assert_eq!(reader.json(&["supporters", "show", id])["id"], id);
    let refused = reader.run_with_input(&["supporters", "edit", id, "-"], "[fields]\nnotes = \"x\"\n");
    assert!(refused.err.starts_with("E-NOT-PERMITTED"), "{}", refused.err);
}

#[test]
fn public_infrastructure_is_used_only_after_a_person_agreed_to_what_it_reveals() {
    let place = Place::new();
    place.init();
    let ran = place.run(&[&["sync", "--public-infrastructure"], &LOOPBACK[..]].concat());
    assert!(ran.err.contains("shows a company abroad") && ran.err.contains("E-CONFIRM"), "{}", ran.err);
    let relay = place.run(&[&["sync", "--relay", "http://relay.example/"], &LOOPBACK[..]].concat());
    assert!(relay.err.starts_with("E-RELAY"), "{}", relay.err);
}
