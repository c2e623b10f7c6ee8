//! Telephone numbers, postcodes, and numbers with a check digit.
//!
//! Numbers are read with full-width digits and any kind of hyphen. A telephone number stays as typed; a
//! postcode and a corporate number get one written form.

use unicode_normalization::UnicodeNormalization;

use super::{Accepted, is_hyphen, is_zero_width};
use crate::{Rejection, Sensitive, Warning};

/// Digits of a domestic telephone number, the leading zero included.
const DOMESTIC_DIGITS: std::ops::RangeInclusive<usize> = 10..=11;
/// Digits of an international telephone number after the plus sign (ITU-T E.164 §6.2: at most 15).
const INTERNATIONAL_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// Digits of a corporate number.
const CORPORATE_DIGITS: usize = 13;

/// Checks a telephone or fax number.
pub(super) fn check_telephone(typed: &str) -> Result<Accepted, Rejection> {
    let folded = half_width(typed);
    if is_power_of_ten(&folded) {
        return Err(Rejection::TelScientific);
    }
    let mut accepted = Accepted::plain(typed);
    let written = |c: char| c.is_ascii_digit() || "-() .".contains(c);
    let (body, international) = match folded.strip_prefix('+') {
        Some(rest) => (rest, true),
        None => (folded.as_str(), false),
    };
    let digits: String = body.chars().filter(char::is_ascii_digit).collect();
    let count = digits.len();
    if !body.chars().all(written) {
        accepted.warn(Warning::TelForm);
    } else if !international && !digits.starts_with('0') && (count == 9 || count == 10) {
        accepted.warn(Warning::TelZero);
        accepted.proposal = Some(Sensitive::new(format!("0{body}")));
    } else {
        let fits = if international {
            INTERNATIONAL_DIGITS.contains(&count)
        } else {
            digits.starts_with('0') && DOMESTIC_DIGITS.contains(&count)
        };
        if !fits {
            accepted.warn(Warning::TelForm);
        }
    }
    Ok(accepted)
}

/// Checks a postcode; seven digits are written as `248-0001`.
pub(super) fn check_postcode(typed: &str) -> Accepted {
    let folded = half_width(typed);
    let body = folded.trim_start_matches('〒').trim();
    let digits: String = body.chars().filter(char::is_ascii_digit).collect();
    let only_number = body.chars().all(|c| c.is_ascii_digit() || c == '-' || c == ' ');
    match digits.split_at_checked(3) {
        Some((area, place)) if only_number && place.len() == 4 => Accepted::plain(&format!("{area}-{place}")),
        _ => {
            let mut accepted = Accepted::plain(typed);
            accepted.warn(Warning::PostcodeForm);
            accepted
        }
    }
}

/// Checks a corporate number; a valid one is written as thirteen digits.
pub(super) fn check_corporate(typed: &str) -> Accepted {
    let digits: String = half_width(typed).chars().filter(|c| *c != '-' && *c != ' ').collect();
    if corporate_number_is_valid(&digits) {
        return Accepted::plain(&digits);
    }
    let mut accepted = Accepted::plain(typed);
    accepted.warn(Warning::CorporateNumber);
    accepted
}

/// Whether thirteen digits are a corporate number: the first is 9 − (Σ Pn·Qn mod 9) over the other twelve from
/// the right, Qn being 1 and 2 in turn (Ministry of Finance Order 70/2014 Art. 2).
pub fn corporate_number_is_valid(digits: &str) -> bool {
    let Some(values) = values_of(digits, CORPORATE_DIGITS) else { return false };
    let Some((check, body)) = values.split_first() else { return false };
    let sum: u32 =
        body.iter().rev().zip([1_u32, 2].iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    *check == 9 - sum % 9
}

/// Whether twelve digits have the check digit of an Individual Number: 11 − (Σ Pn·Qn mod 11) over the first
/// eleven from the right, Qn being n + 1 up to the sixth and n − 5 from the seventh; 0 when the remainder is 0
/// or 1 (Order of the Ministry of Internal Affairs 85/2014 Art. 5).
pub fn my_number_is_valid(digits: &str) -> bool {
    let Some(values) = values_of(digits, crate::rules::newest_rules().my_number_digits) else { return false };
    let Some((check, body)) = values.split_last() else { return false };
    let weight = |n: u32| if n <= 6 { n + 1 } else { n - 5 };
    let sum: u32 = body.iter().rev().zip(1_u32..).map(|(digit, n)| digit * weight(n)).sum();
    let remainder = sum % 11;
    *check == if remainder <= 1 { 0 } else { 11 - remainder }
}

/// Full-width digits and every hyphen in the form of ASCII; invisible characters go.
pub(super) fn half_width(text: &str) -> String {
    let narrow = |c: char| if is_hyphen(c) { '-' } else { c };
    let visible = text.chars().filter(|c| !is_zero_width(*c)).map(narrow);
    visible.collect::<String>().nfkc().map(narrow).collect::<String>().trim().to_owned()
}

fn is_power_of_ten(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let Some((mantissa, exponent)) = upper.split_once('E') else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(&mantissa.replacen('.', "", 1)) && all_digits(exponent)
}

fn values_of(digits: &str, count: usize) -> Option<Vec<u32>> {
    let values: Option<Vec<u32>> = digits.chars().map(|c| c.to_digit(10)).collect();
    values.filter(|values| values.len() == count)
}
