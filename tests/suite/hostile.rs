//! Hostile and broken files: a clear code, bounded memory, nothing saved by halves, the good rows taken.

use std::io::{Cursor, Write};
use std::process::{Command, Stdio};

use kyosei_testkit::registrations::{Faults, FileForm, Form, generate};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::program::{Place, Ran};

/// Most address space that the program may take for any file, in KiB: 700 MB.
const MEMORY_KIB_MAX: u64 = 700_000;
/// Bytes of the line that no reader should hold.
const HUGE_LINE_BYTES: usize = 200_000_000;
/// Bytes that an archive unpacks to, above the limits of a file and of a workbook.
const BOMB_BYTES: usize = 110_000_000;

const HEADINGS: &str = "タイムスタンプ,メールアドレス,お名前,個人情報の取り扱いに同意しますか\n";

/// Runs the program with a limit of its address space, which is stricter than one of its resident memory.
fn run_within(place: &Place, kib_max: u64, arguments: &[&str], input: impl FnOnce(&mut dyn Write)) -> Ran {
    let bare = place.command(arguments);
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("ulimit -v {kib_max} && exec \"$0\" \"$@\"")]);
    limited.arg(bare.get_program()).args(bare.get_args()).env_clear();
    limited.envs(bare.get_envs().filter_map(|(name, value)| Some((name, value?))));
    limited.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = limited.spawn().unwrap();
    input(&mut child.stdin.take().unwrap());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn import_within(place: &Place, bytes: &[u8]) -> Ran {
    let file = place.with("hostile.csv", bytes);
    run_within(place, MEMORY_KIB_MAX, &["supporters", "import", file.to_str().unwrap()], |_| {})
}

/// Imports a file that must be refused as a whole.
fn refuse(place: &Place, bytes: &[u8], code: &str) {
    let ran = import_within(place, bytes);
    assert_eq!(ran.code, 1, "{code}: {}{}", ran.out, ran.err);
    assert!(ran.err.starts_with(&format!("{code}: ")), "{code}: {}", ran.err);
    assert!(ran.err.len() < 2_000, "{code}: a failure does not quote the file");
}

fn row(name: &str) -> String {
    format!("2026/09/14 10:00:00,{name}@example.jp,{name},はい\n")
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_line_of_200_megabytes_is_refused_in_bounded_memory() {
    let place = Place::new();
    place.init();
    let sparse = place.file("sparse.csv");
    std::fs::File::create(&sparse).unwrap().set_len(HUGE_LINE_BYTES as u64).unwrap();
    let import = ["supporters", "import", sparse.to_str().unwrap()];
    let ran = run_within(&place, MEMORY_KIB_MAX, &import, |_| {});
    assert!(ran.code == 1 && ran.err.starts_with("E-FILE-LARGE: "), "{}", ran.err);

    let block = vec![b'x'; 1 << 20];
    let ran = run_within(&place, MEMORY_KIB_MAX, &["supporters", "import", "-"], |input| {
        // The program stops reading at its limit; the rest of the line finds nobody.
        let _closed = (0..HUGE_LINE_BYTES / block.len()).try_for_each(|_| input.write_all(&block));
    });
    assert!(ran.code == 1 && ran.err.starts_with("E-FILE-LARGE: "), "{}", ran.err);

    refuse(&place, &vec![b'x'; 1_000_000], "E-TABLE-HEADING");
    refuse(&place, &vec![b'x'; 50_000_001], "E-FILE-SIZE");
    let just_below = vec![b'x'; 49_000_000];
    let cell = [HEADINGS.as_bytes(), &just_below, b"\n", row("good").as_bytes()].concat();
    let ran = import_within(&place, &cell);
    assert!(ran.code == 4 && ran.out.contains("Saved: 1 new"), "{}{}", ran.out, ran.err);

    let ran = run_within(&place, 30_000, &import, |_| {});
    assert!(!ran.err.starts_with("E-FILE-LARGE"), "positive control: a tight limit is felt: {}", ran.err);
}

#[test]
fn tables_that_cannot_be_trusted_are_refused_whole() {
    let place = Place::new();
    place.init();
    refuse(&place, format!("{}\n", "a,".repeat(1_000_000)).as_bytes(), "E-TABLE-COLUMNS");
    refuse(&place, b"", "E-FILE-EMPTY");
    refuse(&place, HEADINGS.as_bytes(), "E-TABLE-HEADER-ONLY");
    refuse(&place, row("甲").repeat(3).as_bytes(), "E-TABLE-NO-HEADER");
    refuse(&place, format!("{HEADINGS}{}", row("甲").repeat(50_001)).as_bytes(), "E-TABLE-ROWS");
    refuse(&place, b"%PDF-1.7\n1 0 obj\n", "E-FILE-KIND");
    let wrong_encoding = format!("{HEADINGS}{}", row("山田 花子")).into_bytes();
    let mojibake: String = wrong_encoding.iter().map(|byte| char::from(*byte)).collect();
    refuse(&place, mojibake.as_bytes(), "E-MOJIBAKE");
    let open_quote = format!(
        "{HEADINGS}{}2026/09/14 10:00:00,\"a@example.jp,甲,はい\n{}",
        row("乙"),
        row("丙").repeat(30)
    );
    let file = place.with("quote.csv", open_quote.as_bytes());
    let ran = place.run(&["supporters", "import", file.to_str().unwrap()]);
    assert!(ran.err.starts_with("E-TABLE-QUOTE: ") && ran.err.contains("line 3"), "{}", ran.err);
    assert_eq!(place.json(&["supporters", "list"])["total"], 0, "nothing was saved");
}

#[test]
fn archives_that_lie_about_themselves_are_refused_in_bounded_memory() {
    let place = Place::new();
    place.init();
    let zeros = vec![b'0'; BOMB_BYTES];
    refuse(&place, &zipped(&[("form.csv", &zeros)]), "E-FILE-SIZE");
    refuse(&place, &zipped(&[("xl/workbook.xml", b"<workbook/>"), ("xl/a.xml", &zeros)]), "E-ZIP-SIZE");
    drop(zeros);
    refuse(&place, &zipped(&[("a.csv", b"a"), ("b.csv", b"b")]), "E-ZIP-COUNT");
    refuse(&place, &zipped(&[("xl/workbook.xml", b"<workbook/>")]), "E-TABLE-WORKBOOK");
    let whole = zipped(&[("form.csv", HEADINGS.as_bytes())]);
    refuse(&place, &whole[..whole.len() / 2], "E-ZIP-DAMAGED");
}

#[test]
fn a_workbook_named_csv_is_read_as_what_it_is() {
    let place = Place::new();
    place.init();
    let workbook = generate(3, Form::Individual, 5, &Faults::none(), FileForm::Xlsx).unwrap();
    let file = place.with("form.csv", &workbook);
    let imported = place.json(&["supporters", "import", file.to_str().unwrap()]);
    assert_eq!((&imported["encoding"], &imported["saved"]["created"]), (&"xlsx".into(), &5.into()));
}

#[test]
fn bad_rows_are_listed_and_the_good_ones_taken() {
    let place = Place::new();
    place.init();
    let rows = [
        row("good"),
        row("nul\0"),
        row("bidi\u{202E}cod"),
        String::from("2026/09/14 10:00:00,too,few\n"),
        String::from("2026/09/14 10:00:00,a,b,c,d,e\n"),
        row("last"),
    ];
    let ran = import_within(&place, format!("{HEADINGS}{}", rows.concat()).as_bytes());
    assert_eq!(ran.code, 4, "{}{}", ran.out, ran.err);
    for said in [
        "line 3: unreadable; ",
        "E-ROW-NUL",
        "line 4: rejected",
        "E-BIDI",
        "line 5: unreadable",
        "Saved: 2 new",
    ] {
        assert!(ran.out.contains(said), "{said} in {}", ran.out);
    }
    assert!(!ran.out.contains('\u{202E}') && !ran.out.contains('\0'), "hostile letters are not printed");
}

#[test]
fn files_that_are_no_forms_are_refused_with_their_line_and_without_their_words() {
    let place = Place::new();
    place.init();
    let missing = place.run(&["supporters", "import", "/nonexistent.csv"]);
    assert!(missing.err.starts_with("E-FILE-READ: "), "{}", missing.err);
    let latin = place.with("latin.toml", b"kind = \"\xE9\"\n");
    let latin = place.run(&["supporters", "add", latin.to_str().unwrap()]);
    assert!(latin.err.starts_with("E-FILE-ENCODING: "), "{}", latin.err);
    let large = place.with("large.toml", &vec![b'#'; (1 << 20) + 1]);
    let large = place.run(&["supporters", "add", large.to_str().unwrap()]);
    assert!(large.err.starts_with("E-FILE-LARGE: "), "{}", large.err);
    let secret =
        place.run_with_input(&["supporters", "add", "-"], "kind = \"individual\"\nname = 秘密の名前\n");
    assert!(secret.err.starts_with("E-FORM: ") && secret.err.contains("line 2"), "{}", secret.err);
    assert!(!secret.err.contains("秘密"), "{}", secret.err);
}
