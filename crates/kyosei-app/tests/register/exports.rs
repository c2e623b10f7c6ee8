//! Records leave the register only for a purpose that is noted, and only as text (bad inputs 1 and 19).

use kyosei_app::supporters::{
    EXPORT_PURPOSE_CHARS_MAX, ExportRefused, ExportRequest, export_supporters, withdraw_supporter,
};
use kyosei_intake::export::{ExportFormat, Exported};
use kyosei_model::{AuditAction, Channel, Field, SupporterKind};

use crate::world::World;

fn request(purpose: &str, format: ExportFormat) -> ExportRequest {
    ExportRequest {
        kind: SupporterKind::Individual,
        with_withdrawn: false,
        format,
        purpose: purpose.to_owned(),
    }
}

fn export(world: &mut World, format: ExportFormat) -> Exported {
    world.write(|writing| export_supporters(writing, &request("名簿の印刷", format))).unwrap()
}

fn csv(world: &mut World) -> String {
    String::from_utf8(export(world, ExportFormat::CsvUtf8).bytes).unwrap()
}

#[test]
fn an_export_without_a_purpose_is_refused() {
    let mut world = World::new();
    for purpose in ["", " \u{3000}\n"] {
        let refused =
            world.write(|writing| export_supporters(writing, &request(purpose, ExportFormat::CsvUtf8)));
        assert!(matches!(refused, Err(ExportRefused::NoPurpose)));
    }
    let long = "あ".repeat(EXPORT_PURPOSE_CHARS_MAX + 1);
    let refused = world.write(|writing| export_supporters(writing, &request(&long, ExportFormat::CsvUtf8)));
    assert!(matches!(refused, Err(ExportRefused::PurposeTooLong)));
}

#[test]
fn an_export_stands_in_the_trail_with_its_purpose_and_count() {
    let mut world = World::new();
    world.add(&[(Field::Name, "森 健一")]);
    world.add(&[(Field::Name, "髙橋 恵")]);
    assert_eq!(export(&mut world, ExportFormat::Xlsx).rows, 2);
    let event = world.register.audit_events().unwrap().pop().unwrap();
    assert_eq!(event.action, AuditAction::Exported);
    assert_eq!((event.reason.as_deref(), event.count), (Some("名簿の印刷"), Some(2)));
}

#[test]
fn bad_input_1_no_cell_of_an_export_can_run_as_a_formula() {
    let mut world = World::new();
    for (n, name) in ["=HYPERLINK(\"http://example.com\")", "@SUM(1)", "+1-1", "＝1", "-2"].iter().enumerate()
    {
        let email = format!("n{n}@example.jp");
        world.add(&[(Field::Name, name), (Field::Email, &email)]);
    }
    let exported = export(&mut world, ExportFormat::CsvUtf8);
    assert_eq!(exported.guarded_cells, 5);
    let text = String::from_utf8(exported.bytes).unwrap();
    assert!(text.starts_with('\u{feff}'));
    for cell in ["'=HYPERLINK", "'@SUM", "'+1-1", "'＝1", "'-2"] {
        assert!(text.contains(cell), "{cell}");
    }
}

#[test]
fn a_telephone_number_with_a_country_code_stays_one() {
    let mut world = World::new();
    world.add(&[(Field::Name, "森 健一"), (Field::Tel, "+81467221111")]);
    let text = csv(&mut world);
    assert!(text.contains(",\"+81467221111\","));
}

#[test]
fn bad_input_19_letters_that_code_page_932_lacks_are_listed_and_never_become_entities() {
    let mut world = World::new();
    world.add(&[(Field::Name, "𠮷野 😀")]);
    world.add(&[(Field::Name, "髙橋 恵")]);
    let exported = export(&mut world, ExportFormat::CsvCp932);
    assert_eq!(exported.losses.len(), 1, "髙 is in code page 932, 𠮷 and 😀 are not");
    assert_eq!(exported.losses[0].letters, 2);
    assert!(exported.bytes.windows(2).all(|window| window != b"&#"));
    assert!(export(&mut world, ExportFormat::CsvUtf8).losses.is_empty());
}

#[test]
fn withdrawn_supporters_are_left_out_unless_asked_for() {
    let mut world = World::new();
    world.add(&[(Field::Name, "森 健一")]);
    let gone = world.add(&[(Field::Name, "髙橋 恵")]).id;
    world.write(|writing| withdraw_supporter(writing, gone, Channel::Email)).unwrap();
    assert!(!csv(&mut world).contains("髙橋"));
    let with = ExportRequest { with_withdrawn: true, ..request("保管", ExportFormat::CsvUtf8) };
    let text =
        String::from_utf8(world.write(|writing| export_supporters(writing, &with)).unwrap().bytes).unwrap();
    let line = text.lines().find(|line| line.contains("髙橋")).unwrap();
    assert!(line.contains("退会") && !line.contains("はい"), "{line}");
}

#[test]
fn lines_come_in_the_order_of_readings_with_what_was_agreed() {
    let mut world = World::new();
    for (name, kana) in
        [("渡辺 直樹", "わたなべ なおき"), ("阿部 恵", "あべ めぐみ"), ("森 健一", "もり けんいち")]
    {
        world.add(&[(Field::Name, name), (Field::Kana, kana)]);
    }
    let text = csv(&mut world);
    let names: Vec<&str> = text.lines().skip(1).map(|line| line.split(',').nth(3).unwrap()).collect();
    assert_eq!(names, ["\"阿部 恵\"", "\"森 健一\"", "\"渡辺 直樹\""]);
    assert!(text.lines().nth(1).unwrap().ends_with("\"はい\",\"いいえ\""), "mail yes, publishing no");
}
