//! Numbers that the register must not hold: Individual Numbers and payment cards.
//!
//! Every field is searched, since people write them where they like. A number counts when its check digit is
//! right, with or without the usual gaps. A telephone number that begins with a plus sign is passed over: with
//! the country code it often has twelve digits. What is found is refused, not stored and not shown again.

use super::number::{half_width, my_number_is_valid};
use crate::Rejection;

/// Fewest and most digits of a payment card number in use (ISO/IEC 7812-1).
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 14..=19;

/// Digits of each group when an Individual Number is written with gaps.
const MY_NUMBER_GROUPS: [usize; 3] = [4, 4, 4];
/// Digits of each group when a card number is written with gaps: most cards, American Express, Diners.
const CARD_GROUPS: [&[usize]; 3] = [&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4]];

/// One run of digit groups, each parted from the next by a single space or hyphen.
#[derive(Default)]
struct Run {
    groups: Vec<String>,
    after_plus: bool,
}

/// Refuses a text that contains such a number.
pub(super) fn refuse(text: &str) -> Result<(), Rejection> {
    if text.chars().filter(|c| c.is_numeric()).count() < crate::rules::newest_rules().my_number_digits {
        return Ok(());
    }
    for run in runs(&half_width(text)) {
        if has_card(&run.groups) {
            return Err(Rejection::CardNumber);
        }
        if !run.after_plus && has_my_number(&run.groups) {
            return Err(Rejection::MyNumber);
        }
    }
    Ok(())
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut run = Run::default();
    let mut before = None;
    for c in text.chars() {
        let digit_before = before.is_some_and(|b: char| b.is_ascii_digit());
        if c.is_ascii_digit() {
            if run.groups.is_empty() {
                run.after_plus = before == Some('+');
            }
            match run.groups.last_mut() {
                Some(group) if digit_before => group.push(c),
                _ => run.groups.push(String::from(c)),
            }
        } else {
            let goes_on = digit_before && matches!(c, ' ' | '-');
            if !goes_on && !run.groups.is_empty() {
                runs.push(std::mem::take(&mut run));
            }
        }
        before = Some(c);
    }
    runs.push(run);
    runs
}

fn has_my_number(groups: &[String]) -> bool {
    groups.iter().any(|group| my_number_is_valid(group))
        || joined_windows(groups, &MY_NUMBER_GROUPS).any(|digits| my_number_is_valid(&digits))
}

fn has_card(groups: &[String]) -> bool {
    groups.iter().any(|group| is_card(group))
        || CARD_GROUPS.iter().any(|sizes| joined_windows(groups, sizes).any(|digits| is_card(&digits)))
}

fn joined_windows<'a>(groups: &'a [String], sizes: &'a [usize]) -> impl Iterator<Item = String> + 'a {
    let fits = |window: &&[String]| window.iter().map(String::len).eq(sizes.iter().copied());
    groups.windows(sizes.len()).filter(fits).map(|window| window.concat())
}

/// A first digit of the card schemes and the check digit of Luhn (ISO/IEC 7812-1 Annex B).
fn is_card(digits: &str) -> bool {
    CARD_DIGITS.contains(&digits.len()) && digits.starts_with(['2', '3', '4', '5', '6']) && luhn_holds(digits)
}

fn luhn_holds(digits: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let values = digits.chars().rev().filter_map(|c| c.to_digit(10));
    let sum: u32 = values.enumerate().map(|(n, digit)| if n % 2 == 1 { doubled(digit) } else { digit }).sum();
    sum.is_multiple_of(10)
}
