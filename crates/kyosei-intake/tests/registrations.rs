//! Whole files through the one way in. Every person in them is invented by the testkit's generator.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use kyosei_intake::duplicates::{Holder, KeyIndex, Keys, Likeness};
use kyosei_intake::mapping::{Mapping, Target};
use kyosei_intake::preview::{Options, Presence, Preview, Progress, ReadError, read_registrations};
use kyosei_intake::rows::{ReviewReason, RowOutcome};
use kyosei_model::{Decision, Field, FileEncoding, Purpose, SupporterId, SupporterKind, UnixMillis, Warning};
use kyosei_testkit::registrations::{Faults, FileForm, Form, generate, table};

const NOW: UnixMillis = UnixMillis::new(1_795_000_000_000);

fn go_on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn read(bytes: &[u8]) -> Preview {
    read_with(bytes, &Options::default(), &KeyIndex::new())
}

fn read_with(bytes: &[u8], options: &Options, existing: &KeyIndex) -> Preview {
    read_registrations(bytes, options, NOW, existing, &mut go_on).unwrap()
}

fn file(seed: u64, form: Form, rows: usize, faults: &Faults, file_form: FileForm) -> Vec<u8> {
    generate(seed, form, rows, faults, file_form).unwrap()
}

fn id(n: u64) -> SupporterId {
    SupporterId::from_parts(n, [0; 10])
}

/// The register after every ready row of a preview was taken.
fn register_of(preview: &Preview) -> KeyIndex {
    let mut index = KeyIndex::new();
    for row in &preview.rows {
        if let (Presence::New, Some(draft)) = (row.presence, row.outcome.draft()) {
            index.add(Holder::Supporter(id(row.line)), Keys::of(draft.kind, &draft.text));
            index.add_row(row.row_hash, id(row.line));
        }
    }
    index
}

#[test]
fn every_form_of_file_gives_the_same_rows() {
    let expect = read(&file(11, Form::Organisation, 40, &Faults::none(), FileForm::Utf8));
    assert_eq!(expect.counts.new, 40);
    let encodings = [
        (FileForm::Utf8Bom, FileEncoding::Utf8Bom),
        (FileForm::Utf16Le, FileEncoding::Utf16Le),
        (FileForm::Utf16Be, FileEncoding::Utf16Be),
        (FileForm::Utf16LeBare, FileEncoding::Utf16Le),
        (FileForm::Cp932, FileEncoding::Cp932),
        (FileForm::EucJp, FileEncoding::EucJp),
        (FileForm::Iso2022Jp, FileEncoding::Iso2022Jp),
        (FileForm::Xlsx, FileEncoding::Xlsx),
        (FileForm::ZipCsv, FileEncoding::Utf8),
    ];
    for (file_form, encoding) in encodings {
        let found = read(&file(11, Form::Organisation, 40, &Faults::none(), file_form));
        assert_eq!(found.encoding, encoding);
        assert_eq!(found.rows, expect.rows, "{file_form:?}");
    }
}

#[test]
fn files_of_both_forms_are_mapped_without_asking() {
    for form in [Form::Individual, Form::Organisation] {
        let preview = read(&file(12, form, 30, &Faults::none(), FileForm::Cp932));
        assert_eq!(preview.mapping.not_stored(), Vec::<&str>::new());
        assert_eq!(preview.counts.new, 30);
        let kind = match form {
            Form::Individual => SupporterKind::Individual,
            Form::Organisation => SupporterKind::Organization,
        };
        assert_eq!(preview.mapping.form, kind);
    }
}

#[test]
fn faults_as_seen_leave_every_row_accounted_for() {
    for seed in 20..24 {
        for faults in [Faults::as_seen(), Faults::hostile()] {
            let preview = read(&file(seed, Form::Individual, 300, &faults, FileForm::Utf8Bom));
            let counts = preview.counts;
            let sum = counts.unreadable
                + counts.already_present
                + counts.repeated
                + counts.rejected
                + counts.review
                + counts.updates
                + counts.new;
            assert_eq!(sum + preview.blank_rows, 300, "seed {seed}: {counts:?}");
            assert!(counts.new > 100 && counts.review > 0, "seed {seed}: {counts:?}");
            assert_eq!(counts.rejected > 0, faults == Faults::hostile(), "seed {seed}: {counts:?}");
        }
    }
}

#[test]
fn the_same_file_again_brings_nothing_new() {
    let bytes = file(31, Form::Individual, 200, &Faults::as_seen(), FileForm::Cp932);
    let first = read(&bytes);
    let again = read_with(&bytes, &Options::default(), &register_of(&first));
    let taken = first.counts.new + first.counts.updates + first.counts.review;
    assert_eq!(again.counts.already_present, taken + first.counts.repeated);
    assert_eq!((again.counts.new, again.counts.updates, again.counts.review), (0, 0, 0));
}

#[test]
fn bad_input_15_rows_that_stand_twice_are_taken_once() {
    let faults = Faults { exact_duplicate: 300, ..Faults::none() };
    let rows = table(32, Form::Individual, 100, &faults);
    let distinct: std::collections::BTreeSet<_> = rows.iter().skip(1).collect();
    let preview = read(&file(32, Form::Individual, 100, &faults, FileForm::Utf8));
    assert_eq!(preview.counts.repeated, 100 - distinct.len());
    for row in &preview.rows {
        if let Presence::Repeated(first) = row.presence {
            assert!(first < row.line, "the line of the first one is shown");
        }
    }
}

#[test]
fn bad_input_15_and_16_the_same_address_is_an_update_or_a_family() {
    let rows = [
        "タイムスタンプ,メールアドレス,お名前,ふりがな",
        "2026/09/14,yamada@example.org,山田花子,やまだ はなこ",
        "2026/09/15,YAMADA@example.org,ヤマダ ハナコ,",
        "2026/09/16,yamada@example.org,山田太郎,やまだ たろう",
    ];
    let preview = read(rows.join("\n").as_bytes());
    let likeness =
        |index: usize| preview.rows[index].candidates.iter().map(|c| (c.holder, c.likeness)).collect();
    let expect: Vec<Vec<(Holder, Likeness)>> = vec![
        vec![],
        vec![(Holder::Line(2), Likeness::SameEmail)],
        vec![(Holder::Line(2), Likeness::SharedEmail), (Holder::Line(3), Likeness::SharedEmail)],
    ];
    assert_eq!((0..3).map(likeness).collect::<Vec<Vec<_>>>(), expect);
    assert_eq!((preview.counts.updates, preview.counts.new), (1, 2));
}

#[test]
fn a_row_kept_apart_from_a_record_is_not_proposed_again() {
    let known = read("お名前,メールアドレス\n髙橋 陽子,a@example.org\n".as_bytes());
    let register = register_of(&known);
    let other = "お名前,メールアドレス\n高橋陽子,b@example.org\n".as_bytes();
    let first = read_with(other, &Options::default(), &register);
    assert_eq!(first.rows[0].candidates.len(), 1);
    let mut options = Options::default();
    options.kept_apart.insert((first.rows[0].row_hash, id(known.rows[0].line)));
    assert_eq!(read_with(other, &options, &register).rows[0].candidates, []);
}

#[test]
fn a_mapping_made_once_is_used_for_the_next_file_of_the_form() {
    let bytes = "呼び名,連絡先,国籍\n山田花子,hanako@example.org,日本\n".as_bytes();
    let stopped = read_registrations(bytes, &Options::default(), NOW, &KeyIndex::new(), &mut go_on);
    assert!(
        !format!("{stopped:?}").contains("呼び名"),
        "headings may be a person in a file without headings"
    );
    let Err(ReadError::MappingNeeded { header, guess, missing }) = stopped else { panic!("{stopped:?}") };
    assert_eq!(missing, [Target::Text(Field::Name)]);
    let mut mapping = *guess;
    mapping.columns[0].1 = Some(Target::Text(Field::Name));
    mapping.columns[1].1 = Some(Target::Text(Field::Email));
    let options = Options {
        remembered: BTreeMap::from([(Mapping::fingerprint(&header), mapping)]),
        ..Options::default()
    };
    let preview = read_with(bytes, &options, &KeyIndex::new());
    assert_eq!(preview.counts.new, 1);
    assert_eq!(preview.mapping.not_stored(), ["国籍"]);
    let draft = preview.rows[0].outcome.draft().unwrap();
    assert_eq!(draft.text.len(), 2, "bad input 11: a column that nobody chose is not stored");
}

#[test]
fn bad_input_22_a_damaged_letter_keeps_its_row_for_review_with_the_place() {
    let mut bytes = file(41, Form::Individual, 5, &Faults::none(), FileForm::Cp932);
    let lines: Vec<usize> =
        (0..bytes.len()).filter(|index| bytes[*index..].starts_with(b"\r\n2026/")).collect();
    // After the comma behind the address of the third row: the first byte of its name.
    let third = lines[2] + 2;
    let comma = bytes[third..].windows(1).enumerate().filter(|(_, byte)| *byte == b",").nth(1).unwrap().0;
    let place = third + comma + 1;
    bytes.splice(place..place, *b"\x85\x40");
    let preview = read(&bytes);
    assert_eq!(preview.counts.review, 1);
    let row = &preview.rows[2];
    assert_eq!(row.damaged_at, Some(place));
    let RowOutcome::Review(_, reasons) = &row.outcome else { panic!("{:?}", row.outcome) };
    assert_eq!(*reasons, [ReviewReason::Warned(Field::Name, Warning::ReplacementCharacter)]);
    assert!(
        preview.rows.iter().filter(|other| other.line != row.line).all(|other| other.damaged_at.is_none())
    );
}

#[test]
fn bad_input_29_a_file_without_a_column_of_consent_gives_none() {
    let preview = read("お名前,メールアドレス\n山田花子,hanako@example.org\n".as_bytes());
    assert_eq!(preview.purposes_without_column, [Purpose::Register, Purpose::EventMail]);
    assert!(preview.rows[0].outcome.draft().unwrap().answers.is_empty());
    let organisations = read(&file(42, Form::Organisation, 3, &Faults::none(), FileForm::Utf8));
    assert_eq!(organisations.purposes_without_column, [Purpose::EventMail]);
}

#[test]
fn bad_input_28_answers_become_decisions_only_when_listed() {
    let rows = table(43, Form::Individual, 60, &Faults::none());
    let preview = read(&file(43, Form::Individual, 60, &Faults::none(), FileForm::Utf16Le));
    for (row, cells) in preview.rows.iter().zip(rows.iter().skip(1)) {
        let decision = row.outcome.draft().unwrap().answers[&Purpose::EventMail];
        assert_eq!(decision == Decision::Given, cells[8] == "はい");
    }
}

#[test]
fn bad_input_32_markup_and_templates_come_through_as_plain_text() {
    let preview =
        read("お名前,メールアドレス,メッセージ\n{{name}}<b>,a@example.org,<script>x</script>\n".as_bytes());
    let draft = preview.rows[0].outcome.draft().unwrap();
    assert_eq!(draft.text[&Field::Message].expose(), "<script>x</script>");
    assert_eq!(draft.text[&Field::Name].expose(), "{{name}}<b>");
}

#[test]
fn bad_input_13_a_large_file_reports_progress_and_can_be_stopped() {
    let bytes = file(51, Form::Individual, 3_000, &Faults::as_seen(), FileForm::Utf8);
    let mut seen = Vec::new();
    let mut note = |progress: Progress| {
        seen.push(progress.done);
        ControlFlow::Continue(())
    };
    read_registrations(&bytes, &Options::default(), NOW, &KeyIndex::new(), &mut note).unwrap();
    assert!(seen.is_sorted() && seen.first() == Some(&0) && seen.last() == Some(&3_000) && seen.len() == 31);
    let mut reports = 0;
    let mut stop = |_: Progress| {
        reports += 1;
        if reports == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let stopped = read_registrations(&bytes, &Options::default(), NOW, &KeyIndex::new(), &mut stop);
    assert_eq!((stopped.unwrap_err().code(), reports), ("E-CANCELLED", 3));
}

#[test]
fn the_preview_shows_no_personal_data_in_debug_output() {
    let preview = read(&file(61, Form::Individual, 50, &Faults::hostile(), FileForm::Utf8));
    let shown = format!("{preview:?}");
    for row in table(61, Form::Individual, 50, &Faults::hostile()).iter().skip(1) {
        for cell in [&row[1], &row[2], &row[3], &row[6]].into_iter().filter(|cell| cell.chars().count() > 3) {
            assert!(!shown.contains(cell.as_str()), "a cell of the file is shown");
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    #[test]
    fn any_damage_to_a_file_is_met_without_panic(
        file_form in 0..FileForm::ALL.len(),
        changes in proptest::collection::vec((proptest::prelude::any::<u16>(), proptest::prelude::any::<u8>()), 1..12),
        cut in proptest::prelude::any::<u16>(),
    ) {
        let mut bytes = file(71, Form::Individual, 6, &Faults::hostile(), FileForm::ALL[file_form]);
        for (place, value) in changes {
            let index = usize::from(place) % bytes.len();
            bytes[index] = value;
        }
        bytes.truncate(bytes.len() - usize::from(cut) % (bytes.len() / 4));
        if let Err(failed) = read_registrations(&bytes, &Options::default(), NOW, &KeyIndex::new(), &mut go_on) {
            proptest::prop_assert!(failed.code().starts_with("E-"));
        }
    }
}
