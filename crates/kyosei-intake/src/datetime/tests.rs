//! Times of forms, sheets, eras and people.

use super::*;

fn check(cell: &str, expect: Result<&str, TimeProblem>) {
    check_in(cell, None, expect);
}

fn check_in(cell: &str, order: Option<DayMonthOrder>, expect: Result<&str, TimeProblem>) {
    let found = parse_time(cell, order).map(|time| time.to_string());
    let expect = expect.map(|text| format!("{}+09:00", text.replace(' ', "T")));
    assert_eq!(found, expect, "{cell:?}");
}

#[test]
fn times_of_google_forms_are_read() {
    check("2026/09/14 6:17:21 午前 GMT+9", Ok("2026-09-14 06:17:21"));
    check("2024/01/07 7:41:40 午後 GMT+9", Ok("2024-01-07 19:41:40"));
    check("2026/06/16 12:44:06 午後 GMT+9", Ok("2026-06-16 12:44:06"));
    check("2026/06/16 12:05:00 午前 GMT+9", Ok("2026-06-16 00:05:00"));
    check("2026/09/14 18:17:21", Ok("2026-09-14 18:17:21"));
    check("2026/09/14 6:17:21 AM GMT-5", Ok("2026-09-14 20:17:21"));
}

#[test]
fn times_of_other_forms_are_read() {
    check("2026-09-14T06:17:21Z", Ok("2026-09-14 15:17:21"));
    check("2026-09-14T06:17:21.123+09:00", Ok("2026-09-14 06:17:21"));
    check("2026-09-14 06:17", Ok("2026-09-14 06:17:00"));
    check("2026年9月14日 午後3時5分", Ok("2026-09-14 15:05:00"));
    check("20260914", Ok("2026-09-14 00:00:00"));
    check("9/14/2026 6:17:21 PM", Ok("2026-09-14 18:17:21"));
}

#[test]
fn bad_input_26_dates_of_eras_and_serial_numbers_are_read() {
    check("令和5年9月18日", Ok("2023-09-18 00:00:00"));
    check("㋿5年9月18日", Ok("2023-09-18 00:00:00"));
    check("R5.9.18", Ok("2023-09-18 00:00:00"));
    check("Ｒ５．９．１８", Ok("2023-09-18 00:00:00"));
    check("令和元年5月1日", Ok("2019-05-01 00:00:00"));
    check("平成31年4月30日", Ok("2019-04-30 00:00:00"));
    check("2023/9/18", Ok("2023-09-18 00:00:00"));
    check("45187", Ok("2023-09-18 00:00:00"));
    check("45187.5", Ok("2023-09-18 12:00:00"));
    check("2026/9/14 午前12:05", Ok("2026-09-14 00:05:00"));
}

#[test]
fn bad_input_26_impossible_dates_are_not_bent() {
    check("2026年2月30日", Err(TimeProblem::Impossible));
    check("2026/13/01", Err(TimeProblem::Impossible));
    check("2026/09/14 25:00", Err(TimeProblem::Impossible));
    check("平成32年4月1日", Err(TimeProblem::EraEnded { year: 2020 }));
    check("令和元年4月30日", Err(TimeProblem::Impossible));
    check("きのう", Err(TimeProblem::Unknown));
    check("5.9.18", Err(TimeProblem::Ambiguous));
    check("0467555422", Err(TimeProblem::Unknown));
}

#[test]
fn bad_input_26_day_and_month_are_asked_about_once_per_column() {
    check("18/9/2023", Ok("2023-09-18 00:00:00"));
    check("3/4/2026", Err(TimeProblem::Ambiguous));
    check_in("3/4/2026", Some(DayMonthOrder::DayFirst), Ok("2026-04-03 00:00:00"));
    check_in("3/4/2026", Some(DayMonthOrder::MonthFirst), Ok("2026-03-04 00:00:00"));
    check("4/4/2026", Ok("2026-04-04 00:00:00"));
    assert_eq!(column_order(["3/4/2026", "18/9/2023 10:00"]), Some(DayMonthOrder::DayFirst));
    assert_eq!(column_order(["3/4/2026", "9/18/2023"]), Some(DayMonthOrder::MonthFirst));
    assert_eq!(column_order(["3/4/2026", "4/4/2026"]), None);
    assert_eq!(column_order(["18/9/2023", "9/18/2023"]), None);
}

proptest::proptest! {
    #[test]
    fn any_cell_is_read_or_refused_without_panic(cell in "[0-9/:.年月日午前後RHST元 +\\-GMTZ]{0,30}") {
        for order in [column_order([cell.as_str()]), Some(DayMonthOrder::DayFirst)] {
            if let Ok(time) = parse_time(&cell, order) {
                proptest::prop_assert!(time.day_in_japan().is_some(), "a time is a day of the calendar");
            }
        }
    }
}
