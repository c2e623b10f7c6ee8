//! The text form of a ticket: Bech32m around `head || content`.
//!
//! The head is version (1 byte), length of the content (2 bytes, big-endian) and check (2 bytes): with 40 bits it is
//! exactly the first eight characters after the separator. Bech32m finds every single wrong character in texts of at most
//! 1,023 characters, the longest that are read.

use bech32::primitives::decode::CheckedHrpstring;
use bech32::primitives::gf32::Fe32;
use bech32::primitives::iter::Fe32IterExt as _;
use bech32::{Bech32m, Hrp};
use zeroize::Zeroizing;

use super::{Ticket, TicketError};
use crate::codec::{from_canonical, to_canonical};
use crate::limits;

/// The human-readable part.
const PREFIX: Hrp = Hrp::parse_unchecked("kyosei-invite");
/// The human-readable part with the separator.
const PREFIX_TEXT: &str = "kyosei-invite1";
/// Version of the ticket in the head.
const TICKET_VERSION: u8 = 1;
/// Bytes of the head.
const HEAD_BYTES: usize = 5;
/// Characters of the head.
const HEAD_CHARS: usize = 8;
/// Characters of the checksum at the end (BIP 173).
const CHECKSUM_CHARS: usize = 6;
/// Bits of one character.
const CHAR_BITS: usize = 5;

impl Ticket {
    /// The ticket as text, in lower case. In capitals it takes the least room in a QR code, and is read as well.
    ///
    /// # Panics
    /// Never: a ticket is within [`limits::TICKET_BYTES_MAX`], which fits.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the size of a ticket was checked when it was made")]
    pub fn to_text(&self) -> Zeroizing<String> {
        let content = Zeroizing::new(to_canonical(self));
        let length = u16::try_from(content.len()).expect("a ticket is small");
        let mut bytes = Zeroizing::new(Vec::with_capacity(HEAD_BYTES.saturating_add(content.len())));
        bytes.extend(head(TICKET_VERSION, length));
        bytes.extend(content.iter());
        Zeroizing::new(bech32::encode::<Bech32m>(PREFIX, &bytes).expect("a ticket fits"))
    }

    /// Reads a ticket that was typed, scanned or pasted. Case, white space and line breaks do not matter.
    ///
    /// # Errors
    /// [`TicketError`] tells other texts, parts of a ticket and wrong characters apart.
    pub fn from_text(text: &str) -> Result<Self, TicketError> {
        if text.len() > limits::TICKET_TEXT_BYTES_MAX {
            return Err(TicketError::NotATicket);
        }
        let text: Zeroizing<String> = Zeroizing::new(text.chars().filter_map(significant).collect());
        let Some(data) = text.strip_prefix(PREFIX_TEXT) else {
            let is_part = !text.is_empty() && PREFIX_TEXT.starts_with(text.as_str());
            return Err(if is_part { TicketError::CutOff } else { TicketError::NotATicket });
        };
        check_length(data)?;
        let checked = CheckedHrpstring::new::<Bech32m>(&text).map_err(|_| TicketError::Mistyped)?;
        let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(checked.byte_iter().collect());
        let content = bytes.get(HEAD_BYTES..).ok_or(TicketError::Malformed)?;
        let ticket: Self = from_canonical(content).map_err(|_| TicketError::Malformed)?;
        // One ticket has one text: the bits that fill the last character are zeros.
        let is_right = ticket.is_well_formed() && *ticket.to_text() == *text;
        if is_right { Ok(ticket) } else { Err(TicketError::Malformed) }
    }
}

/// Compares the length that the head tells with the length of the text.
fn check_length(data: &str) -> Result<(), TicketError> {
    if !data.is_ascii() {
        return Err(TicketError::Mistyped);
    }
    let Some(start) = data.get(..HEAD_CHARS) else { return Err(TicketError::CutOff) };
    let values: Vec<Fe32> =
        start.chars().map(Fe32::from_char).collect::<Result<_, _>>().map_err(|_| TicketError::Mistyped)?;
    let found: Vec<u8> = values.into_iter().fes_to_bytes().collect();
    let &[version, high, low, ..] = found.as_slice() else { return Err(TicketError::Malformed) };
    let length = u16::from_be_bytes([high, low]);
    if found != head(version, length) {
        return Err(TicketError::Mistyped);
    }
    if version != TICKET_VERSION {
        return Err(TicketError::NewerVersion { version });
    }
    let bits = HEAD_BYTES.saturating_add(usize::from(length)).saturating_mul(8);
    let expected = bits.div_ceil(CHAR_BITS).saturating_add(CHECKSUM_CHARS);
    match data.len().cmp(&expected) {
        std::cmp::Ordering::Less => Err(TicketError::CutOff),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(TicketError::Mistyped),
    }
}

fn head(version: u8, length: u16) -> [u8; HEAD_BYTES] {
    let [high, low] = length.to_be_bytes();
    let [first, second, ..] = blake3::derive_key("kyosei/v1/ticket-head", &[version, high, low]);
    [version, high, low, first, second]
}

/// The character without case, or none if it is only layout (a line break of a mail, a zero-width space of a web page).
fn significant(c: char) -> Option<char> {
    let is_layout = c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}');
    (!is_layout).then_some(c.to_ascii_lowercase())
}
