//! What leaves the program is safe to open, and complete or listed.

use super::*;

fn table(cells: &[&str]) -> TextTable {
    let rows = cells.iter().map(|cell| vec![String::from(*cell), String::from("x")]).collect();
    TextTable { headings: vec![String::from("メッセージ"), String::from("二")], rows }
}

fn csv_text(cells: &[&str]) -> String {
    let exported = export(&table(cells), ExportFormat::CsvUtf8).unwrap();
    String::from_utf8(exported.bytes).unwrap()
}

#[test]
fn bad_input_01_cells_that_a_spreadsheet_would_run_are_guarded_and_counted() {
    let dangerous = [
        "=HYPERLINK(\"http://example.com\",\"見て\")",
        "+1-1",
        "-2",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        " =1",
        "\u{200B}=1",
        "+810467",
        "+81-90-1234-5678+1",
        "+0312345678",
    ];
    for cell in dangerous {
        assert!(is_formula_like(cell), "{cell:?}");
        assert!(csv_text(&[cell]).contains(&format!("\"'{}", cell.replace('"', "\"\""))), "{cell:?}");
    }
    let exported = export(&table(&dangerous), ExportFormat::CsvUtf8).unwrap();
    assert_eq!(exported.guarded_cells, dangerous.len());
}

#[test]
fn bad_input_01_telephone_numbers_and_plain_text_are_left_alone() {
    for cell in ["+81 90-1234-5678", "+819012345678", "090-1234-5678", "山田", "a=b", "'x", "", "ー"] {
        assert!(!is_formula_like(cell), "{cell:?}");
    }
    assert!(!csv_text(&["山田"]).contains(GUARD_HEADING), "no guard, no guard column");
}

#[test]
fn csv_is_utf8_with_a_mark_and_crlf() {
    assert_eq!(csv_text(&["一\n二"]), "\u{FEFF}\"メッセージ\",\"二\"\r\n\"一\n二\",\"x\"\r\n");
    assert_eq!(
        csv_text(&["=1"]),
        "\u{FEFF}\"メッセージ\",\"二\",\"kyosei:guarded\"\r\n\"'=1\",\"x\",\"1\"\r\n"
    );
}

#[test]
fn bad_input_19_cp932_lists_what_it_cannot_write_and_never_writes_entities() {
    let cells = ["😀さん", "𠮷野", "髙﨑㈱", "é", "1〜2", "—", "¥100", "神\u{FA19}", "ﾔﾏﾀﾞ"];
    let exported = export(&table(&cells), ExportFormat::CsvCp932).unwrap();
    let (text, _, damaged) = encoding_rs::SHIFT_JIS.decode(&exported.bytes);
    assert!(!damaged && !text.contains("&#"), "{text}");
    assert!(
        text.contains("〓さん") && text.contains("〓野") && text.contains("髙﨑㈱") && text.contains("1～2")
    );
    let kinds: Vec<(usize, LossKind)> = exported.losses.iter().map(|loss| (loss.row, loss.kind)).collect();
    assert_eq!(
        kinds,
        [
            (1, LossKind::Lost),
            (2, LossKind::Lost),
            (4, LossKind::Lost),
            (5, LossKind::LookAlike),
            (6, LossKind::LookAlike),
            (7, LossKind::LookAlike),
        ]
    );
}

#[test]
fn private_letters_are_listed_as_lost_in_cp932() {
    let exported = export(&table(&["\u{E000}田"]), ExportFormat::CsvCp932).unwrap();
    let loss = CellLoss { row: 1, column: 1, kind: LossKind::Lost, letters: 1 };
    assert_eq!(exported.losses, [loss], "another computer would show another letter or none");
}

#[test]
fn the_same_table_gives_the_same_workbook() {
    let first = export(&table(&["=1", "0467"]), ExportFormat::Xlsx).unwrap();
    assert_eq!(first.bytes, export(&table(&["=1", "0467"]), ExportFormat::Xlsx).unwrap().bytes);
    assert_eq!(first.guarded_cells, 0);
}

#[test]
fn uneven_and_oversized_tables_are_refused() {
    let mut uneven = table(&["a"]);
    uneven.rows[0].pop();
    assert!(matches!(export(&uneven, ExportFormat::CsvUtf8), Err(ExportError::Ragged(1))));
    let wide = TextTable { headings: vec![String::new(); EXPORT_COLUMNS_MAX], rows: vec![] };
    assert!(matches!(export(&wide, ExportFormat::CsvUtf8), Err(ExportError::Columns(_))));
    let long = "a".repeat(WORKBOOK_CELL_UNITS_MAX + 1);
    let refused = export(&table(&[&long]), ExportFormat::Xlsx);
    assert!(matches!(refused, Err(ExportError::Cell { row: 1, column: 1 })));
}

#[test]
fn debug_output_of_an_export_holds_no_cells() {
    let exported = export(&table(&["山田花子"]), ExportFormat::CsvUtf8).unwrap();
    assert!(!format!("{exported:?} {:?}", table(&["山田花子"])).contains("山田"));
}
