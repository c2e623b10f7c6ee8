//! Times as forms and people write them.
//!
//! Google's download (`2026/09/14 6:17:21 午前 GMT+9`), its sheets (24 hours, no zone), Microsoft's forms, Japanese eras
//! (令和5年9月18日, R5.9.18, 元年) and serial numbers of spreadsheets. A time without a zone is Japan's. A date that
//! does not exist is never bent into another one, and 3/4/2026 is asked about once per column.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use kyosei_model::{JAPAN_OFFSET_SECONDS, UnixMillis};
use unicode_normalization::UnicodeNormalization;

mod era;
mod serial;

/// The order of day and month in dates such as 3/4/2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayMonthOrder {
    /// 3 April.
    DayFirst,
    /// 4 March.
    MonthFirst,
}

/// Why a cell gives no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeProblem {
    /// No known form.
    Unknown,
    /// A known form, but there is no such day or hour.
    Impossible,
    /// A year that its era did not have; the same year counted in the era that had it is proposed.
    EraEnded {
        /// The year in the Western calendar.
        year: i32,
    },
    /// Day and month could be the other way round.
    Ambiguous,
}

impl TimeProblem {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "E-TIME-UNKNOWN",
            Self::Impossible => "E-TIME-IMPOSSIBLE",
            Self::EraEnded { .. } => "E-TIME-ERA",
            Self::Ambiguous => "E-TIME-AMBIGUOUS",
        }
    }
}

/// Reads a cell as an instant. `order` settles dates such as 3/4/2026 if someone said how the column is written.
///
/// ```
/// use kyosei_intake::datetime::parse_time;
/// let time = parse_time("2026/09/14 12:05:00 午前 GMT+9", None).unwrap();
/// assert_eq!(time.to_string(), "2026-09-14T00:05:00+09:00");
/// ```
///
/// # Errors
/// [`TimeProblem`] when the cell must be looked at by a person.
pub fn parse_time(cell: &str, order: Option<DayMonthOrder>) -> Result<UnixMillis, TimeProblem> {
    let folded: String = cell.nfkc().collect::<String>().trim().to_uppercase();
    if let Some(moment) = serial::from_serial(&folded) {
        return to_instant(moment, JAPAN_OFFSET_SECONDS).ok_or(TimeProblem::Impossible);
    }
    let (local, offset_seconds) = take_zone(&folded);
    let (date_text, rest) = split_date(local);
    let date = parse_date(date_text, order)?;
    let time = parse_clock(rest)?;
    to_instant(NaiveDateTime::new(date, time), offset_seconds).ok_or(TimeProblem::Impossible)
}

/// Finds out how a column writes its dates: a first number over 12 can only be a day, a second one likewise.
/// `None` when no cell tells, or when they contradict each other.
pub fn column_order<'a>(cells: impl IntoIterator<Item = &'a str>) -> Option<DayMonthOrder> {
    let (mut day_first, mut month_first) = (false, false);
    for cell in cells {
        let folded: String = cell.nfkc().collect::<String>().trim().to_uppercase();
        let (date_text, _) = split_date(take_zone(&folded).0);
        if let Some([first, second, year]) = three_numbers(date_text)
            && year > 31
        {
            day_first |= first > 12;
            month_first |= second > 12;
        }
    }
    match (day_first, month_first) {
        (true, false) => Some(DayMonthOrder::DayFirst),
        (false, true) => Some(DayMonthOrder::MonthFirst),
        _ => None,
    }
}

fn to_instant(local: NaiveDateTime, offset_seconds: i32) -> Option<UnixMillis> {
    let ms = local.and_utc().timestamp_millis().checked_sub(i64::from(offset_seconds) * 1000)?;
    Some(UnixMillis::new(ms))
}

/// Takes `GMT+9`, `UTC`, `Z`, `+09:00` or `JST` off the end.
fn take_zone(text: &str) -> (&str, i32) {
    let text = text.trim();
    if let Some(rest) = text.strip_suffix("JST") {
        return (rest, JAPAN_OFFSET_SECONDS);
    }
    for name in ["GMT", "UTC"] {
        if let Some((rest, offset)) = text.rsplit_once(name) {
            return (rest, offset_seconds(offset).unwrap_or(0));
        }
    }
    if let Some(rest) = text.strip_suffix('Z') {
        return (rest, 0);
    }
    match text.rfind('+').and_then(|index| text.split_at_checked(index)) {
        Some((rest, offset)) => offset_seconds(offset).map_or((text, JAPAN_OFFSET_SECONDS), |o| (rest, o)),
        None => (text, JAPAN_OFFSET_SECONDS),
    }
}

fn offset_seconds(text: &str) -> Option<i32> {
    let text = text.trim();
    let (sign, body) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(body), _) => (1, body),
        (None, Some(body)) => (-1, body),
        (None, None) => return None,
    };
    let (hours, minutes) = match body.split_once(':') {
        Some(parts) => parts,
        None if body.len() == 4 => body.split_at_checked(2)?,
        None => (body, "0"),
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// The date ends at the first space or `T` after it, or at 日.
fn split_date(text: &str) -> (&str, &str) {
    if let Some(index) = text.find('日') {
        let end = index + '日'.len_utf8();
        return text.split_at_checked(end).unwrap_or((text, ""));
    }
    let end = text.find([' ', 'T', '\u{3000}']).unwrap_or(text.len());
    let (date, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (date, rest.trim_start_matches('T'))
}

fn parse_date(text: &str, order: Option<DayMonthOrder>) -> Result<NaiveDate, TimeProblem> {
    if let Some(found) = era::parse(text) {
        return found;
    }
    if let Some(compact) = compact_date(text) {
        return compact.ok_or(TimeProblem::Impossible);
    }
    let [first, second, third] = three_numbers(text).ok_or(TimeProblem::Unknown)?;
    let (year, month, day) = if first > 31 {
        (first, second, third)
    } else if third > 31 {
        match order {
            _ if first > 12 => (third, second, first),
            _ if second > 12 => (third, first, second),
            _ if first == second => (third, first, second),
            Some(DayMonthOrder::DayFirst) => (third, second, first),
            Some(DayMonthOrder::MonthFirst) => (third, first, second),
            None => return Err(TimeProblem::Ambiguous),
        }
    } else {
        return Err(TimeProblem::Ambiguous);
    };
    let year = i32::try_from(year).map_err(|_| TimeProblem::Impossible)?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or(TimeProblem::Impossible)
}

/// `20260914`.
fn compact_date(text: &str) -> Option<Option<NaiveDate>> {
    let all_digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| NaiveDate::parse_from_str(text, "%Y%m%d").ok())
}

/// Three numbers parted by `/`, `-`, `.` or 年月日.
fn three_numbers(text: &str) -> Option<[u32; 3]> {
    let trimmed = text.trim().trim_end_matches('日');
    let numbers: Option<Vec<u32>> =
        trimmed.split(['/', '-', '.', '年', '月']).map(|part| part.trim().parse().ok()).collect();
    numbers?.try_into().ok()
}

/// A clock of 24 hours, or of 12 with 午前, 午後, AM or PM on either side. 午後12時 is noon, 午前12時 midnight.
fn parse_clock(text: &str) -> Result<NaiveTime, TimeProblem> {
    let afternoon = text.contains("午後") || text.contains("PM");
    let morning = text.contains("午前") || text.contains("AM");
    let bare =
        ["午前", "午後", "AM", "PM"].iter().fold(String::from(text), |left, mark| left.replace(mark, ""));
    let bare = bare.trim().trim_end_matches(['秒', '分']).trim_end_matches('時');
    if bare.is_empty() && !afternoon && !morning {
        return Ok(NaiveTime::MIN);
    }
    let whole = bare.split_once('.').map_or(bare, |(seconds, _)| seconds);
    let parts: Option<Vec<u32>> =
        whole.split([':', '時', '分']).map(|part| part.trim().parse().ok()).collect();
    let (hour, minute, second) = match parts.as_deref() {
        Some([hour]) => (*hour, 0, 0),
        Some([hour, minute]) => (*hour, *minute, 0),
        Some([hour, minute, second]) => (*hour, *minute, *second),
        _ => return Err(TimeProblem::Unknown),
    };
    let hour = match (morning, afternoon) {
        (true, true) => return Err(TimeProblem::Unknown),
        (true, false) if hour == 12 => 0,
        (false, true) if hour < 12 => hour + 12,
        _ => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, second).ok_or(TimeProblem::Impossible)
}

#[cfg(test)]
mod tests;
