//! The check of one text value against the rules of its field.
//!
//! [`validate`] is called when a form is typed in, when a file is imported and when a sealed item is opened: the
//! same rules everywhere. A value is trimmed and otherwise kept as it was written, byte for byte; in particular
//! it is not normalised, since Unicode NFC already turns 神 (U+FA19) into another letter. Only numbers
//! (postcode, corporate number), addresses of e-mail and the line ends of messages get one written form.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::{Field, Rejection, Sensitive, Warning};

mod characters;
mod email;
mod number;
mod secret_number;

pub use characters::{is_bidi_control, is_hyphen, is_private_use, is_zero_width};
pub use number::{corporate_number_is_valid, my_number_is_valid};

/// A value that may be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// What is stored.
    pub value: Sensitive<String>,
    /// What a person should look at, each once, in order.
    pub warnings: Vec<Warning>,
    /// Another value that the person may have meant; never put in place of the value by itself.
    pub proposal: Option<Sensitive<String>>,
}

impl Accepted {
    fn plain(value: &str) -> Self {
        Self { value: Sensitive::new(String::from(value)), warnings: Vec::new(), proposal: None }
    }

    fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

/// Checks a value for a field.
///
/// ```
/// use kyosei_model::{Field, Rejection, Warning, validate};
///
/// let postcode = validate(Field::Postcode, " 〒２４８０００１ ").unwrap();
/// assert_eq!(postcode.value.expose(), "248-0001");
/// let mobile = validate(Field::Tel, "9012345678").unwrap();
/// assert_eq!(mobile.warnings, [Warning::TelZero]);
/// assert_eq!(validate(Field::Email, "a@example.org、b@example.org"), Err(Rejection::EmailTwo));
/// ```
///
/// # Errors
/// The [`Rejection`] that keeps the value out of the register.
pub fn validate(field: Field, raw: &str) -> Result<Accepted, Rejection> {
    let text = in_one_line_form(field, raw.trim());
    if text.is_empty() {
        return Err(Rejection::Empty);
    }
    // Before any costly work: a grapheme has at least one byte, and no human text needs 64 bytes for each.
    if text.len() > field.graphemes_max().saturating_mul(characters::GRAPHEME_BYTES_MAX) {
        return Err(Rejection::TooLong);
    }
    characters::refuse_controls(field, &text)?;
    if is_longer_than(&text, field.graphemes_max()) {
        return Err(Rejection::TooLong);
    }
    secret_number::refuse(&text)?;
    let mut accepted = check_form(field, &text)?;
    characters::warn_about(field, &text, &mut accepted);
    if field.is_free_text() && mentions_sensitive_matter(&text) {
        accepted.warn(Warning::SensitiveMatter);
    }
    Ok(accepted)
}

/// A text has at most as many grapheme clusters as characters, and characters are counted faster.
fn is_longer_than(text: &str, graphemes_max: usize) -> bool {
    text.chars().count() > graphemes_max
        && text.graphemes(true).take(graphemes_max + 1).count() > graphemes_max
}

/// The checks of addresses and numbers; every other field takes what it is given.
fn check_form(field: Field, text: &str) -> Result<Accepted, Rejection> {
    if field == Field::Email {
        email::check(text)
    } else if matches!(field, Field::Tel | Field::Fax) {
        number::check_telephone(text)
    } else if field == Field::Postcode {
        Ok(number::check_postcode(text))
    } else if field == Field::CorporateNo {
        Ok(number::check_corporate(text))
    } else if field == Field::Url {
        Ok(check_url(text))
    } else {
        Ok(Accepted::plain(text))
    }
}

/// Line ends of fields with several lines become `\n`, so that a message is the same on every system.
fn in_one_line_form(field: Field, text: &str) -> String {
    if field.is_multiline() { text.replace("\r\n", "\n").replace('\r', "\n") } else { String::from(text) }
}

fn check_url(text: &str) -> Accepted {
    let mut accepted = Accepted::plain(text);
    let host = text.strip_prefix("https://").and_then(|rest| rest.split('/').next());
    if !host.is_some_and(|host| host.contains('.')) || text.contains(char::is_whitespace) {
        accepted.warn(Warning::UrlForm);
    }
    accepted
}

/// Whether a text contains one of the words that hint at sensitive personal information.
pub fn mentions_sensitive_matter(text: &str) -> bool {
    let folded: String = text.nfkc().flat_map(char::to_uppercase).filter(|c| !is_zero_width(*c)).collect();
    crate::rules::newest_rules().sensitive_words.iter().any(|word| folded.contains(word))
}

#[cfg(test)]
mod tests;
