//! Tables as people send them: ragged, damaged, huge.

use super::*;
use crate::decode::decode;
use crate::export::{ExportFormat, TextTable, export};

fn read(text: &str) -> Result<Table, TableError> {
    read_table(&decode(text.as_bytes(), None).unwrap())
}

fn cells(table: &Table) -> Vec<Vec<&str>> {
    table.rows.iter().map(|row| row.cells.iter().map(String::as_str).collect()).collect()
}

fn lines_of(table: &Table) -> Vec<u64> {
    table.rows.iter().map(|row| row.line).collect()
}

#[test]
fn bad_input_07_mixed_line_ends_are_read_and_rows_keep_their_line_numbers() {
    let table = read("name,note\r\na,1\nb,\"two\r\nlines\"\rc,3\r\n\r\nd,\"x\ry\nz\"\r\ne,5").unwrap();
    assert_eq!(
        cells(&table),
        [vec!["a", "1"], vec!["b", "two\r\nlines"], vec!["c", "3"], vec!["d", "x\ry\nz"], vec!["e", "5"]]
    );
    assert_eq!(lines_of(&table), [2, 3, 5, 7, 10]);
    assert_eq!(table.blank_rows, 1);
}

#[test]
fn bad_input_04_tabs_and_semicolons_separate_too() {
    for text in [
        "名簿\nお名前\t備考\t\n山田,花子\tx;y\t\n",
        "お名前\t備考\n山田,花子\tx;y\n",
        "お名前;備考\n山田,花子;\"x;y\"\n",
    ] {
        assert_eq!(cells(&read(text).unwrap()), [vec!["山田,花子", "x;y"]]);
    }
}

#[test]
fn bad_input_08_a_quote_that_is_never_closed_stops_the_file_and_shows_its_line() {
    assert_eq!(read("a,b\n1,2\n3,\"4\n5,6\n"), Err(TableError::UnclosedQuote { line: 3 }));
    let swallowed = format!("a,b\n1,\"2\n{}", "3,4\n".repeat(CELL_LINES_MAX + 1));
    assert_eq!(read(&format!("{swallowed}5,\"6\n")), Err(TableError::UnclosedQuote { line: 2 }));
    let with_quotes = format!("a,b\n1,\"2\n{}", "say \"\"x\"\"\n".repeat(CELL_LINES_MAX + 1));
    assert_eq!(read(&with_quotes), Err(TableError::UnclosedQuote { line: 2 }));
    let long_message = format!("a,b\n1,\"{}\"\n", "x\n".repeat(CELL_LINES_MAX));
    assert_eq!(read(&long_message).unwrap().rows.len(), 1, "as many lines as allowed");
}

#[test]
fn bad_input_09_a_ragged_row_is_rejected_alone() {
    let table = read("a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3,,\n10,11,12\n").unwrap();
    assert_eq!(lines_of(&table), [2, 5, 6]);
    let wrong = |line, found| RowProblem { line, kind: RowProblemKind::CellCount { found, wanted: 3 } };
    assert_eq!(table.problems, [wrong(3, 2), wrong(4, 4)]);
}

#[test]
fn bad_input_10_a_row_with_a_nul_byte_is_rejected_alone() {
    let table = read("a,b\n1,2\n3,\0\n5,6\n").unwrap();
    assert_eq!(lines_of(&table), [2, 4]);
    assert_eq!(table.problems, [RowProblem { line: 3, kind: RowProblemKind::Nul }]);
    assert_eq!(read("a,\0\n1,2\n"), Err(TableError::HeadingUnusable));
}

#[test]
fn bad_input_11_headings_twice_missing_noted_above_or_in_two_lines() {
    assert_eq!(read("a,b,a\n1,2,3\n").unwrap().header, ["a", "b", "a (2)"]);
    assert_eq!(
        read("2026/09/14,user@example.org,山田\n2026/09/15,u@example.org,鈴木\n"),
        Err(TableError::HeaderMissing)
    );
    let noted = read("支援者名簿,,\n,,\nお名前,住所,電話\n山田,鎌倉,1\n").unwrap();
    assert_eq!((noted.header, noted.blank_rows), (vec!["お名前".into(), "住所".into(), "電話".into()], 1));
    let two = read("お名前,ご住所,,電話\n,市,町,\n山田,鎌倉市,大船,0467\n").unwrap();
    assert_eq!(two.header, ["お名前", "ご住所 市", "ご住所 町", "電話"]);
    assert_eq!(lines_of(&two), [3]);
}

#[test]
fn bad_input_12_headings_without_rows_are_said_to_be_so() {
    assert_eq!(read("お名前,住所\n"), Err(TableError::HeaderOnly));
    assert_eq!(read(",,\n,,\n"), Err(TableError::Empty));
}

#[test]
fn bad_input_13_too_many_rows_are_refused() {
    let rows = |count| format!("a,b\n{}", "1,2\n".repeat(count));
    assert_eq!(read(&rows(ROWS_MAX)).unwrap().rows.len(), ROWS_MAX);
    assert_eq!(read(&rows(ROWS_MAX + 1)), Err(TableError::TooManyRows));
    assert_eq!(read(&rows(200_000)), Err(TableError::TooManyRows));
}

#[test]
fn bad_input_14_huge_cells_and_rows_are_rejected_before_memory_is_taken() {
    let huge = "x".repeat(10_000_000);
    let table = read(&format!("a,b\n1,2\n3,{huge}\n5,\"{huge}\"\n7,8\n")).unwrap();
    assert_eq!(lines_of(&table), [2, 5]);
    assert!(table.problems.iter().all(|problem| problem.kind == RowProblemKind::CellTooLarge));
    assert_eq!(read(&format!("{}\n1\n", "a,".repeat(5_000))), Err(TableError::TooManyColumns));
    assert_eq!(read(&format!("{}\n1\n", "a,".repeat(1_000_000))), Err(TableError::TooManyColumns));
    let wide_row = read(&format!("a,b\n{}\n1,2\n", ",".repeat(1_000_000))).unwrap();
    assert_eq!((wide_row.rows.len(), wide_row.problems.len()), (1, 1));
}

fn table_of(rows: &[&[&str]]) -> TextTable {
    let owned = |row: &&[&str]| row.iter().map(|cell| String::from(*cell)).collect();
    TextTable {
        headings: vec![String::from("一"), String::from("二")],
        rows: rows.iter().map(owned).collect(),
    }
}

#[test]
fn bad_input_02_an_export_comes_back_byte_for_byte() {
    let rows: [&[&str]; 6] = [
        &["_x0041_", "<a>&amp;"],
        &["=1+1", "'quoted"],
        &["  x  ", "a\nb"],
        &["+81 90-1234-5678", "-2"],
        &["＝x", "\"q\""],
        &["髙﨑", "'=1"],
    ];
    for format in [ExportFormat::CsvUtf8, ExportFormat::CsvCp932, ExportFormat::Xlsx] {
        let file = export(&table_of(&rows), format).unwrap();
        let table = read_table(&decode(&file.bytes, None).unwrap()).unwrap();
        assert_eq!(table.header, ["一", "二"], "{format:?}");
        assert_eq!(cells(&table), rows.map(<[&str]>::to_vec), "{format:?}");
    }
}

#[test]
fn a_workbook_gives_text_numbers_and_dates() {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut workbook = Workbook::new();
    workbook.add_worksheet();
    let sheet = workbook.add_worksheet();
    for (column, heading) in ["日時", "番号", "はい", "空"].iter().enumerate() {
        sheet.write_string(0, column as u16, *heading).unwrap();
    }
    let time = ExcelDateTime::from_ymd(2023, 9, 18).unwrap().and_hms(6, 17, 21).unwrap();
    sheet.write_datetime_with_format(1, 0, &time, &Format::new().set_num_format("yyyy/m/d h:mm")).unwrap();
    sheet.write_number(1, 1, 2_480_001).unwrap();
    sheet.write_boolean(1, 2, true).unwrap();
    sheet.write_number(3, 1, 45_187.5).unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let table = read_table(&decode(&bytes, None).unwrap()).unwrap();
    assert_eq!(
        cells(&table),
        [vec!["2023-09-18 06:17:21", "2480001", "TRUE", ""], vec!["", "45187.5", "", ""]]
    );
    assert_eq!(lines_of(&table), [2, 4]);
}

#[test]
fn bad_input_14_a_workbook_with_a_cell_at_the_far_end_takes_no_memory() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "a").unwrap();
    sheet.write_string(1_048_575, 0, "far down").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    assert_eq!(read_table(&decode(&bytes, None).unwrap()).unwrap().rows[0].line, 1_048_576);
    sheet_at_the_right_end();
}

fn sheet_at_the_right_end() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook.add_worksheet().write_string(0, 16_383, "far right").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    assert_eq!(read_table(&decode(&bytes, None).unwrap()), Err(TableError::TooManyColumns));
}

#[test]
fn debug_output_of_a_table_holds_no_cells() {
    assert!(!format!("{:?}", read("山田花子,x\n山田花子,1\n").unwrap()).contains("山田"));
}

proptest::proptest! {
    // Each case writes and reads a workbook.
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    #[test]
    fn any_cells_survive_export_and_import(
        rows in proptest::collection::vec(
            proptest::collection::vec("[=+@'\" ,;\t\n\\-ａ-ｚ髙﨑あ-んa-z0-9＝😀]{0,12}", 2), 1..8),
    ) {
        // A row without any text is no row; every other comes back.
        let kept: Vec<Vec<String>> =
            rows.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).cloned().collect();
        proptest::prop_assume!(!kept.is_empty());
        let table = TextTable { headings: vec![String::from("一"), String::from("二")], rows };
        for format in [ExportFormat::CsvUtf8, ExportFormat::Xlsx] {
            let file = export(&table, format).unwrap();
            let back = read_table(&decode(&file.bytes, None).unwrap()).unwrap();
            let cells: Vec<Vec<String>> = back.rows.into_iter().map(|row| row.cells).collect();
            proptest::prop_assert_eq!(&cells, &kept, "{:?}", format);
        }
    }

    #[test]
    fn any_text_is_read_or_refused_without_panic(text in "[\"a,;\t\r\n\\x00あ]{0,60}") {
        if let Ok(table) = decode(text.as_bytes(), None).map(|content| read_table(&content)).unwrap_or(Err(TableError::Empty)) {
            for row in &table.rows {
                proptest::prop_assert_eq!(row.cells.len(), table.header.len());
            }
        }
    }
}
