//! A secretary's day with the program, told as transcripts.

use kyosei_testkit::registrations::{Faults, FileForm, Form, generate};

use crate::program::Place;

fn people(place: &Place, name: &str, rows: usize, form: FileForm) -> String {
    let bytes = generate(11, Form::Individual, rows, &Faults::as_seen(), form).unwrap();
    place.with(name, &bytes).to_str().unwrap().to_owned()
}

#[test]
fn a_file_of_registrations_is_previewed_imported_found_already_present_and_taken_back() {
    let place = Place::new();
    place.init();
    let file = people(&place, "form.csv", 120, FileForm::Cp932);
    let preview = place.json(&["supporters", "import", &file, "--dry-run"]);
    assert_eq!(preview["encoding"], "cp932");
    assert_eq!(place.json(&["supporters", "list"])["total"], 0, "a preview saves nothing");
    let counts = &preview["counts"];
    let sum: u64 = counts.as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(sum, 120, "every row is counted once: {counts}");

    let imported = place.json(&["supporters", "import", &file]);
    assert_eq!(imported["counts"], *counts, "the import reads the file as the preview did");
    let created = imported["saved"]["created"].as_u64().unwrap();
    assert!(created > 80 && created == place.json(&["supporters", "list"])["total"].as_u64().unwrap());

    let again = place.json(&["supporters", "import", &file]);
    assert_eq!(again["counts"]["new"], 0);
    assert_eq!(again["saved"]["created"], 0);

    let list = place.json(&["supporters", "list"]);
    let id = list["supporters"][0]["id"].as_str().unwrap();
    assert_eq!(
        place.run_with_input(&["supporters", "edit", id, "-"], "[fields]\nnotes = \"電話あり\"\n").code,
        0
    );
    let undone = place.json(&["imports", "undo", imported["import"].as_str().unwrap()]);
    assert_eq!(undone["removed"].as_u64().unwrap(), created - 1);
    assert_eq!(undone["kept"][0], id, "a record that was edited since stays");
    assert_eq!(place.json(&["supporters", "list"])["total"], 1);
}

#[test]
fn search_finds_names_by_their_usual_letters_and_lists_them_by_reading() {
    let place = Place::new();
    place.init();
    let forms = [
        ("髙橋 恵", "たかはし めぐみ", "大船1-2-3"),
        ("山﨑 葵", "ﾔﾏｻﾞｷ ｱｵｲ", "腰越4-5"),
        ("阿部 蓮", "あべ れん", "大船9-9"),
    ];
    for (name, kana, street) in forms {
        let form = format!(
            "kind = \"individual\"\n[consents]\nP1 = \"given\"\n[fields]\nname = \"{name}\"\nkana = \"{kana}\"\nstreet = \"{street}\"\n"
        );
        let ran = place.run_with_input(&["supporters", "add", "-"], &form);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    let names = |query: &str| -> Vec<String> {
        let ran = place.run_with_input(&["--json", "supporters", "list", "--search", "-"], query);
        let found: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let found = found["supporters"].as_array().unwrap().iter();
        found.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("高橋"), ["髙橋 恵"]);
    assert_eq!(names("山崎"), ["山﨑 葵"]);
    assert_eq!(names("やまざき"), ["山﨑 葵"]);
    assert_eq!(names("恵"), ["髙橋 恵"]);
    assert_eq!(names("大船"), ["阿部 蓮", "髙橋 恵"]);
    assert_eq!(names(""), ["阿部 蓮", "髙橋 恵", "山﨑 葵"]);
}

#[test]
fn an_opt_out_survives_a_new_file_and_an_erased_person_does_not_come_back() {
    let place = Place::new();
    let init = place.init();
    let file = people(&place, "form.csv", 40, FileForm::Utf8Bom);
    place.json(&["supporters", "import", &file]);
    let list = place.json(&["supporters", "list"]);
    let id_of = |at: usize| list["supporters"][at]["id"].as_str().unwrap().to_owned();
    let (leaver, erased) = (id_of(0), id_of(1));
    let email_of =
        |id: &str| place.json(&["supporters", "show", id])["fields"]["email"].as_str().unwrap().to_owned();
    let (leaver_email, erased_email) = (email_of(&leaver), email_of(&erased));
    place.json(&["supporters", "withdraw", &leaver]);
    let refused = place.run(&["supporters", "erase", &erased, "--yes"]);
    assert!(refused.err.starts_with("E-APPROVAL-MISSING"), "{}", refused.err);
    let sheet = init["recovery_sheets"][0].as_str().unwrap();
    place.json(&["supporters", "erase", &erased, "--yes", "--recovery-sheet", sheet]);
    assert!(place.run(&["supporters", "show", &erased]).err.starts_with("E-SUPPORTER-MISSING"));

    let again = format!(
        "タイムスタンプ,メールアドレス,お名前,イベント等のご案内メールを希望しますか,個人情報の取り扱いに同意しますか\n\
         2026/10/01 10:00:00,{leaver_email},新しい 名前,はい,同意する\n2026/10/01 10:00:00,{erased_email},別の 名前,はい,同意する\n"
    );
    let file = place.with("again.csv", again.as_bytes());
    let imported = place.json(&["supporters", "import", file.to_str().unwrap(), "--form", "individual"]);
    let shown = place.json(&["imports", "show", imported["import"].as_str().unwrap()]);
    let fates: Vec<&str> =
        shown["rows"].as_array().unwrap().iter().map(|row| row["fate"].as_str().unwrap()).collect();
    assert_eq!(fates, ["created", "suppressed"], "{shown}");
    assert_eq!(imported["still_closed"][0]["purpose"], "P2", "{imported}");
}

#[test]
fn a_second_program_is_refused_while_the_vault_is_open() {
    let place = Place::new();
    place.init();
    let holder = std::fs::File::open(place.vault().join("lock")).unwrap();
    holder.lock().unwrap();
    let refused = place.run(&["status"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.starts_with("E-VAULT-IN-USE"), "{}", refused.err);
    holder.unlock().unwrap();
    assert_eq!(place.run(&["status"]).code, 0, "positive control");
}

#[test]
fn a_wrong_passphrase_and_a_missing_vault_have_their_own_exit_codes() {
    let place = Place::new();
    assert!(place.run(&["status"]).err.starts_with("E-VAULT-MISSING"));
    place.init();
    let wrong = place.with("wrong", b"vqxzbk trmwpl gfdhsn kcvbzx");
    let ran = place.run(&["--passphrase-file", wrong.to_str().unwrap(), "status"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.starts_with("E-PASSPHRASE:"), "{}", ran.err);
    assert_eq!(place.run(&["no-such-command"]).code, 2);
}
