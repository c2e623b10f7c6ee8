//! What the program says: exit codes, what changed and how to take it back, help, and the flows that need files.

use serde_json::Value;

use crate::program::{Place, Ran, names};

const HEADINGS: &str = "タイムスタンプ,メールアドレス,お名前,ふりがな,個人情報の取り扱いに同意しますか\n";

fn csv(rows: &[&str]) -> String {
    let rows = rows.iter().map(|row| format!("2026/09/14 10:00:00,{row}\n"));
    format!("{HEADINGS}{}", rows.collect::<String>())
}

fn add(place: &Place, fields: &str) -> String {
    let form = format!("kind = \"individual\"\n[consents]\nP1 = \"given\"\n[fields]\n{fields}");
    let ran = place.run_with_input(&["--json", "supporters", "add", "-"], &form);
    assert_eq!(ran.code, 0, "{}", ran.err);
    text(&serde_json::from_str(&ran.out).unwrap(), "/id")
}

fn text(document: &Value, pointer: &str) -> String {
    let found = document.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("{pointer} of {document}")).to_owned()
}

fn assert_says(ran: &Ran, code: i32, parts: &[&str]) {
    assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
    for part in parts {
        assert!(ran.out.contains(part) || ran.err.contains(part), "{part:?} in\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn exit_codes_tell_done_refused_usage_locked_and_in_part() {
    let place = Place::new();
    assert_says(&place.run(&["status"]), 1, &["E-VAULT-MISSING: ", "kyosei init"]);
    place.init();
    assert_says(&place.run(&["status"]), 0, &["見本の会 — 見本 花子"]);
    for wrong in [&["supporters", "list", "--page", "0"][..], &["supporters", "show"], &["no-such"]] {
        let ran = place.run(wrong);
        assert_says(&ran, 2, &["error: "]);
        assert_eq!(ran.out, "", "usage is told on standard error");
    }
    let wrong = place.with("wrong", b"correct horse battery staple gravel lamp");
    assert_says(
        &place.run(&["--passphrase-file", wrong.to_str().unwrap(), "status"]),
        3,
        &["E-PASSPHRASE: "],
    );
    let mut without = place.command(&["status"]);
    let output = without.env_remove("KYOSEI_PASSPHRASE_FILE").output().unwrap();
    assert_eq!(output.status.code(), Some(3), "no passphrase and no terminal");
    let file =
        place.with("part.csv", csv(&["a@example.jp,甲,こう,はい", "b@@example.jp,乙,おつ,はい"]).as_bytes());
    let ran = place.run(&["supporters", "import", file.to_str().unwrap()]);
    assert_says(&ran, 4, &["line 3: to review, not saved; e-mail: ", "(E-EMAIL-AT)", "Saved: 1 new"]);
}

#[test]
fn lists_without_anything_in_them_say_so() {
    let place = Place::new();
    place.init();
    for list in [["imports", "list"], ["suppress", "list"]] {
        assert_says(&place.run(&list), 0, &["None."]);
    }
    assert_says(&place.run(&["supporters", "list"]), 0, &["0 found"]);
}

#[test]
fn failures_are_told_in_the_language_of_the_option_or_the_locale() {
    let place = Place::new();
    let in_lang = |lang: &str| place.run(&["--lang", lang, "status"]).err;
    assert!(in_lang("ja").starts_with("E-VAULT-MISSING: ここに保管庫はありません。"));
    assert!(in_lang("ja-easy").starts_with("E-VAULT-MISSING: ここには ありません。"));
    assert!(in_lang("en").starts_with("E-VAULT-MISSING: There is no vault here."));
    let by_locale = place.command(&["status"]).env("LANG", "ja_JP.UTF-8").output().unwrap();
    assert!(String::from_utf8(by_locale.stderr).unwrap().contains("ここに保管庫はありません。"));
}

#[test]
fn every_change_says_what_changed_and_how_to_take_it_back() {
    let place = Place::new();
    place.init();
    let form = "kind = \"individual\"\n[consents]\nP1 = \"given\"\n[fields]\nname = \"甲 一\"\nemail = \"a@example.jp\"\n";
    let added = place.run_with_input(&["supporters", "add", "-"], form);
    assert_says(&added, 0, &["Registered: ", "To take it back: kyosei supporters erase "]);
    let one = text(&place.json(&["supporters", "list"]), "/supporters/0/id");
    let two = add(&place, "name = \"乙 二\"\nemail = \"b@example.jp\"\n");
    let three = add(&place, "name = \"乙 二\"\nemail = \"b@example.jp\"\n");

    let edited =
        place.run_with_input(&["supporters", "edit", &one, "-"], "[fields]\ntel = \"0467-00-0000\"\n");
    assert_says(&edited, 0, &["Changed: telephone", "To bring the earlier values back", &one]);
    let apart = place.run(&["supporters", "keep-apart", &one, &two]);
    assert_says(&apart, 0, &["two supporters", &format!("kyosei supporters merge {one} {two}")]);
    let merged = place.run(&["supporters", "merge", &two, &three]);
    assert_says(&merged, 0, &[&format!("Merged: {two}"), "This cannot be taken back."]);
    let given = ["--purpose", "P3", "--decision", "given", "--channel", "paper"];
    let recorded = place.run(&[&["consents", "record", &one], &given[..]].concat());
    assert_says(&recorded, 0, &["Recorded: ", &format!("kyosei consents withdraw {one} --purpose P3")]);
    let withdrawn = place.run(&["consents", "withdraw", &one, "--purpose", "P3"]);
    assert_says(&withdrawn, 0, &["withdrawn", &format!("kyosei consents record {one} --purpose P3")]);
    let suppressed = place.run_with_input(&["suppress", "add", "-"], "c@example.jp\n\n  d@example.jp \n");
    assert_says(&suppressed, 0, &["Addresses suppressed: 2", "This cannot be taken back."]);
    let left = place.run(&["supporters", "withdraw", &one]);
    assert_says(&left, 0, &["The withdrawal was recorded", "This cannot be taken back."]);
    let sheet = place.file("sheets/kyosei-recovery-sheet-3.txt");
    let erased =
        place.run(&["supporters", "erase", &two, "--yes", "--recovery-sheet", sheet.to_str().unwrap()]);
    assert_says(&erased, 0, &["Erased. Nothing of it is left in this vault."]);
    let new = place.with("new", b"gravel lantern saddle pepper window thirteen");
    let passwd = place.run(&["passwd", "--new-passphrase-file", new.to_str().unwrap()]);
    assert_says(&passwd, 0, &["The passphrase was changed."]);
}

#[test]
fn an_import_can_be_taken_back_and_names_what_stays() {
    let place = Place::new();
    place.init();
    let file = place
        .with("two.csv", csv(&["a@example.jp,甲 一,こう,はい", "b@example.jp,乙 二,おつ,はい"]).as_bytes());
    let file = file.to_str().unwrap();
    let imported = place.run(&["supporters", "import", file]);
    let id = text(&place.json(&["imports", "list"]), "/imports/0/id");
    assert_says(
        &imported,
        0,
        &["Saved: 2 new, 0 updated", &format!("To take it back: kyosei imports undo {id}")],
    );
    let kept = text(&place.json(&["supporters", "list"]), "/supporters/0/id");
    place.run_with_input(&["supporters", "edit", &kept, "-"], "[fields]\nnotes = \"電話あり\"\n");
    let undone = place.run(&["imports", "undo", &id]);
    assert_says(
        &undone,
        4,
        &["Taken back: 1", "Records that were edited since", &kept, "can be imported again"],
    );
    assert_says(&place.run(&["imports", "undo", &id]), 1, &["E-IMPORT-UNDONE"]);
    assert_says(&place.run(&["imports", "list"]), 0, &["two.csv  created: 2  (taken back)"]);
    assert_says(&place.run(&["supporters", "import", file]), 4, &["known address: 1"]);
}

#[test]
fn columns_are_mapped_once_and_remembered() {
    let place = Place::new();
    place.init();
    let rows = "いつ,どこへ,だれ,同意しますか\n2026/09/14 10:00:00,a@example.jp,甲 一,はい\n";
    let file = place.with("own.csv", rows.as_bytes());
    let file = file.to_str().unwrap();
    let unknown = place.run(&["supporters", "import", file, "--form", "individual"]);
    assert_says(&unknown, 1, &["E-MAP-NEEDED: ", "heading = \"だれ\""]);
    let (_, guess) = unknown.err.split_once("\n\n").unwrap();
    let targets =
        [("いつ", "submitted_at"), ("だれ", "name"), ("どこへ", "email"), ("同意しますか", "consent:P1")];
    let corrected = targets.iter().fold(guess.to_owned(), |map, (heading, target)| {
        let line = format!("heading = \"{heading}\"");
        map.replace(&line, &format!("{line}\ntarget = \"{target}\""))
    });
    let map = place.with("map.toml", corrected.as_bytes());
    let with_map = ["supporters", "import", file, "--map", map.to_str().unwrap()];
    let preview = place.run(&[&with_map[..], &["--dry-run"]].concat());
    assert_says(&preview, 0, &["new: 1", "target = \"consent:P1\"", "Nothing was saved yet."]);
    assert_says(&place.run(&with_map), 0, &["Saved: 1 new"]);
    let next = rows.replace("a@example.jp,甲 一", "b@example.jp,乙 二");
    let next = place.with("next.csv", next.as_bytes());
    let again = place.run(&["supporters", "import", next.to_str().unwrap()]);
    assert_says(&again, 0, &["Saved: 1 new"]);
    let broken = place.with("broken.toml", b"version = 1\nform = \"individual\"\nsurprise = true\n");
    let refused = place.run(&["supporters", "import", file, "--map", broken.to_str().unwrap()]);
    assert_says(&refused, 1, &["E-MAP: ", "E-MAP-"]);
}

#[test]
fn rows_that_wait_are_decided_in_a_file() {
    let place = Place::new();
    place.init();
    let known = add(&place, "name = \"丙 三\"\nemail = \"c@example.jp\"\n");
    let rows = [
        "a@@example.jp,甲 一,こう,はい",
        "b@@example.jp,乙 二,おつ,はい",
        "c@example.jp,丙 三,へい さん,はい",
    ];
    let file = place.with("form.csv", csv(&rows).as_bytes());
    let file = file.to_str().unwrap();
    let waiting = place.run(&["supporters", "import", file]);
    let what_to_do = "Rows to review are not saved until someone decides";
    assert_says(&waiting, 4, &["line 4: to review, not saved; same e-mail address", &known, what_to_do]);
    let decisions = format!(
        "[[row]]\nline = 2\ndo = \"new\"\nset.email = \"a@example.jp\"\n[[row]]\nline = 3\ndo = \"skip\"\n\
         [[row]]\nline = 4\ndo = \"update\"\nrecord = \"{known}\"\n"
    );
    let decided = place.with("decisions.toml", decisions.as_bytes());
    let decided = place.run(&["supporters", "import", file, "--decisions", decided.to_str().unwrap()]);
    assert_says(&decided, 0, &["Saved: 1 new, 1 updated"]);
    let record = place.json(&["supporters", "show", &known]);
    assert_eq!(record["fields"]["kana"], "へい さん");
    assert_eq!(place.json(&["supporters", "list"])["total"], 2);
    let unclear = place.with("unclear.toml", b"[[row]]\nline = 7\ndo = \"burn\"\n");
    let refused = place.run(&["supporters", "import", file, "--decisions", unclear.to_str().unwrap()]);
    assert_says(&refused, 1, &["E-FORM: ", "line 7"]);
}

#[test]
fn rows_that_may_be_the_same_are_saved_and_say_what_to_do() {
    let place = Place::new();
    place.init();
    let rows = ["a@example.jp,甲 一,こう いち,はい", "z@example.jp,甲 一,こう いち,はい"];
    let file = place.with("like.csv", csv(&rows).as_bytes());
    let imported = place.run(&["supporters", "import", file.to_str().unwrap()]);
    let words = ["line 3: created; possibly the same line 2", "kyosei supporters duplicates", "keep-apart"];
    assert_says(&imported, 0, &words);
    let pairs = place.json(&["supporters", "duplicates"]);
    let (first, second) = (text(&pairs, "/pairs/0/first"), text(&pairs, "/pairs/0/second"));
    assert_says(&place.run(&["supporters", "duplicates"]), 0, &["possibly the same\n", "1 pairs", "merge"]);
    place.json(&["supporters", "keep-apart", &first, &second]);
    assert_says(&place.run(&["supporters", "duplicates"]), 0, &["No pairs."]);
    assert_says(&place.run(&["supporters", "keep-apart", &first, &first]), 1, &["E-PAIR"]);
}

#[test]
fn the_empty_form_can_be_filled_in_and_added() {
    let place = Place::new();
    place.init();
    for (form, name) in [("individual", "name = \""), ("organisation", "org_name = \"")] {
        let template = place.run(&["supporters", "add", "--template", form]).out;
        let empty = place.run_with_input(&["supporters", "add", "-"], &template);
        assert_says(&empty, 1, &["E-FIELD-MISSING: "]);
        let line = format!("\n{name}");
        assert!(template.contains(&line), "{template}");
        let filled = template.replacen(&line, &format!("{line}甲"), 1);
        let filled = filled.replace("\nemail = \"", "\nemail = \"a@example.jp");
        let filled = filled.replace("\ncontact_name = \"", "\ncontact_name = \"乙");
        assert_says(&place.run_with_input(&["supporters", "add", "-"], &filled), 0, &["Registered: "]);
    }
    let unread =
        place.run_with_input(&["supporters", "add", "-"], "kind = \"individual\"\n[fields]\nname = 3\n");
    assert_says(&unread, 1, &["E-FORM: ", "line 3"]);
    let no_consent = "kind = \"individual\"\n[consents]\nP1 = \"refused\"\n[fields]\nname = \"甲\"\n";
    assert_says(&place.run_with_input(&["supporters", "add", "-"], no_consent), 1, &["E-CONSENT-MISSING"]);
}

#[test]
fn a_merge_waits_for_a_choice_about_every_field_that_differs() {
    let place = Place::new();
    place.init();
    let kept = add(
        &place,
        "name = \"甲 一\"\nemail = \"a@example.jp\"\ntel = \"0467-11-1111\"\ncity = \"鎌倉市\"\n",
    );
    let gone = add(
        &place,
        "name = \"甲 一\"\nemail = \"z@example.jp\"\ntel = \"0467-22-2222\"\nstreet = \"大船1\"\n",
    );
    let undecided = place.run(&["supporters", "merge", &kept, &gone]);
    assert_says(&undecided, 1, &["E-MERGE-UNDECIDED: ", "e-mail (email)", "telephone (tel)"]);
    assert_says(&place.run(&["supporters", "merge", &kept, &gone, "--take", "colour"]), 1, &["E-CODE"]);
    let merged = place.run(&["supporters", "merge", &kept, &gone, "--take", "tel", "--keep-rest"]);
    assert_says(&merged, 0, &[&format!("Merged: {kept}")]);
    let fields = &place.json(&["supporters", "show", &kept])["fields"];
    let values = ["email", "tel", "city", "street"].map(|name| fields[name].as_str().unwrap().to_owned());
    assert_eq!(values, ["a@example.jp", "0467-22-2222", "鎌倉市", "大船1"]);
    assert_says(&place.run(&["supporters", "show", &gone]), 1, &["E-SUPPORTER-MISSING"]);
}

#[test]
fn the_audit_trail_tells_who_did_what_when_and_shows_no_record() {
    let place = Place::new();
    place.init();
    let id = add(&place, "name = \"甲 一\"\nemail = \"a@example.jp\"\n");
    place.json(&["supporters", "show", &id]);
    place.json(&["supporters", "list"]);
    let searched = place.run_with_input(&["supporters", "list", "--search", "-"], "居ない人");
    assert_eq!(searched.code, 0, "{}", searched.err);
    let out = place.file("out.csv");
    place.json(&["supporters", "export", "--purpose", "総会の名札", "--out", out.to_str().unwrap()]);
    let audit = place.run(&["audit"]);
    let shown = format!("  見本 花子  supporter shown  {id}");
    assert_says(&audit, 0, &["見本 花子  supporter added", &shown, "records exported (1)", "総会の名札"]);
    assert_eq!(
        audit.out.matches("supporters listed (1)").count(),
        1,
        "a list without names is not noted: {}",
        audit.out
    );
    assert!(!audit.out.contains("居ない人"), "what was searched for is not noted");
    assert!(!audit.out.contains("甲 一") && !audit.out.contains("a@example.jp"), "{}", audit.out);
    let at = audit.out.lines().next().unwrap().split("  ").next().unwrap();
    assert!(at.contains('T') && at.ends_with("+09:00"), "{at}");
    let newest = place.run(&["audit", "--lang", "ja", "--limit", "1"]);
    assert_says(&newest, 0, &["書き出し (1)", "1 / 5 件を表示 (--limit)"]);
}

#[test]
fn an_export_says_that_its_file_is_in_the_clear_and_overwrites_nothing() {
    let place = Place::new();
    place.init();
    add(&place, "name = \"=甲 一\"\nemail = \"a@example.jp\"\n");
    let out = place.file("out.csv");
    let export = ["supporters", "export", "--purpose", "名札", "--out", out.to_str().unwrap()];
    assert_says(&place.run(&export), 0, &["Exported: ", "(1)", "Cells guarded", "not encrypted"]);
    assert_says(&place.run(&export), 1, &["E-FILE-EXISTS: "]);
    let blank = place.file("blank.csv");
    let blank = ["supporters", "export", "--purpose", " ", "--out", blank.to_str().unwrap()];
    assert_says(&place.run(&blank), 1, &["E-PURPOSE-MISSING: "]);
    let nowhere = ["supporters", "export", "--purpose", "名札", "--out", "/nonexistent/out.csv"];
    assert_says(&place.run(&nowhere), 1, &["E-FILE-WRITE: "]);
}

#[test]
fn every_command_and_every_argument_has_words_of_help() {
    fn walk(command: &clap::Command, path: &str) {
        assert!(command.get_about().is_some(), "{path} says what it does");
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{path} {} says what it is", argument.get_id());
        }
        for below in command.get_subcommands() {
            walk(below, &format!("{path} {}", below.get_name()));
        }
    }
    walk(&kyosei_cli::command(), "kyosei");
    let place = Place::new();
    let import = place.run(&["help", "supporters", "import"]);
    assert_says(&import, 0, &["--dry-run", "do = \"skip\"", "kyosei imports undo"]);
    assert_says(&place.run(&["--help"]), 0, &["Exit codes:", "4  done in part", "supporters", "audit"]);
    assert_says(&place.run(&["supporters", "list", "--help"]), 0, &["shell's history"]);
}

#[test]
fn completions_and_manual_pages_are_made_from_the_same_definitions() {
    let place = Place::new();
    for (shell, mark) in [("bash", "complete -F"), ("zsh", "#compdef kyosei"), ("fish", "complete -c kyosei")]
    {
        assert_says(&place.run(&["completions", shell]), 0, &[mark, "keep-apart", "recovery-sheet"]);
    }
    let bash = place.with("kyosei.bash", place.run(&["completions", "bash"]).out.as_bytes());
    let checked = std::process::Command::new("bash").arg("-n").arg(bash).output().unwrap();
    assert!(checked.status.success(), "bash reads its completions");

    let folder = place.file("man/man1");
    let written = place.json(&["man", folder.to_str().unwrap()]);
    let names = names(&folder);
    assert_eq!(written["pages"], names.len());
    assert!(names.contains(&"kyosei-supporters-import.1".to_owned()), "{names:?}");
    for name in names {
        let page = std::fs::read_to_string(folder.join(&name)).unwrap();
        assert!(page.contains(".TH kyosei") && page.contains(".SH NAME"), "{name}");
    }
    let taken = place.with("taken", b"");
    assert_says(&place.run(&["man", taken.to_str().unwrap()]), 1, &["E-FILE-WRITE: "]);
}
