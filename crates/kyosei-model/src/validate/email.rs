//! The check of an e-mail address.
//!
//! Stricter than RFC 5321 where only errors and attacks use the difference (quoted local parts, address
//! literals), looser where Japanese carriers once were (`a..b@docomo.ne.jp`). It proposes a repair and never
//! guesses between two addresses. It sends nothing and asks no server.

use unicode_normalization::UnicodeNormalization;

use super::{Accepted, is_hyphen, is_zero_width};
use crate::{Rejection, Sensitive, Warning, field::EMAIL_CHARS_MAX};

/// Longest part before the `@` (RFC 5321 §4.5.3.1.1).
const LOCAL_BYTES_MAX: usize = 64;
/// Longest label of a domain (RFC 1035 §2.3.4).
const LABEL_BYTES_MAX: usize = 63;

/// Marks that people write between two addresses.
const SEPARATORS: [char; 8] = ['、', ',', ';', '，', '；', '/', '／', '・'];

/// Frequent typing errors of domains and what was meant.
const TYPING_ERRORS: [(&str, &str); 16] = [
    ("gmial.com", "gmail.com"),
    ("gmai.com", "gmail.com"),
    ("gmail.co", "gmail.com"),
    ("gmail.con", "gmail.com"),
    ("gmail.co.jp", "gmail.com"),
    ("gmail.ne.jp", "gmail.com"),
    ("gamil.com", "gmail.com"),
    ("yaho.co.jp", "yahoo.co.jp"),
    ("yahoo.cp.jp", "yahoo.co.jp"),
    ("yahoo.ne.jp", "yahoo.co.jp"),
    ("docomo.co.jp", "docomo.ne.jp"),
    ("docomo.jp", "docomo.ne.jp"),
    ("docomo.ne", "docomo.ne.jp"),
    ("ezweb.co.jp", "ezweb.ne.jp"),
    ("softbank.co.jp", "softbank.ne.jp"),
    ("iclould.com", "icloud.com"),
];

/// Checks an address that has no control characters.
pub(super) fn check(typed: &str) -> Result<Accepted, Rejection> {
    let (inner, from_angle) = take_from_angle(typed);
    let address = repaired(inner);
    let (local, domain) = split(&address)?;
    let dots = local.contains("..") || local.starts_with('.') || local.ends_with('.');
    check_local(local)?;
    check_domain(domain)?;
    if address.chars().count() > EMAIL_CHARS_MAX {
        return Err(Rejection::TooLong);
    }
    let mut accepted = Accepted::plain(&address);
    if from_angle {
        accepted.warn(Warning::EmailAngle);
    }
    if address != inner {
        accepted.warn(Warning::EmailRepaired);
    }
    if dots {
        accepted.warn(Warning::EmailDots);
    }
    if !domain.is_ascii() {
        accepted.warn(Warning::EmailIdn);
    }
    if let Some(meant) = meant_domain(domain) {
        accepted.warn(Warning::EmailTypo);
        accepted.proposal = Some(Sensitive::new(format!("{local}@{meant}")));
    }
    Ok(accepted)
}

/// `"name" <a@b>` gives `a@b`; only when nothing follows the bracket and there is one pair.
fn take_from_angle(typed: &str) -> (&str, bool) {
    let inner = typed
        .strip_suffix('>')
        .and_then(|rest| rest.rsplit_once('<'))
        .filter(|(name, inner)| !name.contains(['<', '@']) && !inner.contains('>'));
    match inner {
        Some((_, address)) => (address.trim(), true),
        None => (typed, false),
    }
}

/// Full-width letters become half-width, invisible letters go.
fn repaired(address: &str) -> String {
    let visible: String = address.chars().filter(|c| !is_zero_width(*c)).collect();
    let needs_folding = visible.chars().any(|c| matches!(c, '\u{FF01}'..='\u{FF5E}' | '\u{3000}'));
    if needs_folding { visible.nfkc().collect() } else { visible }
}

fn split(address: &str) -> Result<(&str, &str), Rejection> {
    if address.to_ascii_lowercase().starts_with("mailto:") {
        return Err(Rejection::EmailScheme);
    }
    if address.matches('@').count() > 1 {
        let several = address.contains(SEPARATORS) || address.contains(char::is_whitespace);
        return Err(if several { Rejection::EmailTwo } else { Rejection::EmailAt });
    }
    address.split_once('@').ok_or(Rejection::EmailAt)
}

fn check_local(local: &str) -> Result<(), Rejection> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    if local.is_empty() || local.len() > LOCAL_BYTES_MAX || !local.chars().all(allowed) {
        return Err(Rejection::EmailLocal);
    }
    Ok(())
}

fn check_domain(domain: &str) -> Result<(), Rejection> {
    let labels: Vec<&str> = domain.split('.').collect();
    let last_is_name = labels.last().is_some_and(|last| last.chars().any(char::is_alphabetic));
    if labels.len() < 2 || !last_is_name || !labels.iter().all(|label| is_label(label)) {
        return Err(Rejection::EmailDomain);
    }
    Ok(())
}

fn is_label(label: &str) -> bool {
    let allowed = |c: char| {
        c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && (c.is_alphanumeric() || is_hyphen(c)))
    };
    !label.is_empty()
        && label.len() <= LABEL_BYTES_MAX
        && label.chars().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn meant_domain(domain: &str) -> Option<&'static str> {
    let lower = domain.to_ascii_lowercase();
    TYPING_ERRORS.iter().find(|(wrong, _)| *wrong == lower).map(|(_, meant)| *meant)
}
