//! Identifiers: 16 bytes, ordered by the time they were made, written as 26 letters and digits.
//!
//! Each kind of record has its own type, all made by one macro, so that a consent's id cannot be passed
//! where a supporter's is wanted. The form is a ULID: 48 bits of milliseconds since 1970, then 80 random
//! bits, in Crockford's base 32 (<https://github.com/ulid/spec>). Ids are pseudonymous: they may stand
//! in logs and errors. This module draws no randomness and reads no clock; the caller hands both in.

use std::fmt;

use thiserror::Error;

/// Length of an id in bytes.
pub const ID_BYTES: usize = 16;
/// Length of an id as text.
pub const ID_CHARS: usize = 26;
/// Greatest millisecond value that an id can carry (48 bits, the year 10889).
pub const ID_UNIX_MS_MAX: u64 = (1 << 48) - 1;

const ALPHABET: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BITS_PER_CHAR: u32 = 5;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ParseIdError {
    /// The text is not 26 characters long.
    #[error("an id has {ID_CHARS} characters, not {0}")]
    Length(usize),
    /// A character outside Crockford's base 32.
    #[error("character {0} of the id is not of Crockford's base 32")]
    Character(usize),
    /// The value needs more than 128 bits.
    #[error("the id is too large for 16 bytes")]
    Overflow,
}

/// Joins 48 bits of time and 80 bits of randomness. Times beyond the 48 bits are capped, not wrapped.
pub(crate) fn join_parts(unix_ms: u64, random: [u8; 10]) -> [u8; ID_BYTES] {
    let time = u128::from(unix_ms.min(ID_UNIX_MS_MAX)) << 80;
    let tail = random.iter().fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    (time | tail).to_be_bytes()
}

/// Gives back the milliseconds since 1970 inside an id.
pub(crate) fn time_part(bytes: [u8; ID_BYTES]) -> u64 {
    u64::try_from(u128::from_be_bytes(bytes) >> 80).unwrap_or(ID_UNIX_MS_MAX)
}

/// Writes an id as text.
pub(crate) fn write_text(bytes: [u8; ID_BYTES], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let value = u128::from_be_bytes(bytes);
    for position in (0..ID_CHARS as u32).rev() {
        let digit = (value >> (position * BITS_PER_CHAR)) & 31;
        let letter = usize::try_from(digit).ok().and_then(|index| ALPHABET.get(index)).copied();
        write!(f, "{}", char::from(letter.unwrap_or(b'0')))?;
    }
    Ok(())
}

/// Reads an id from text. Lower case is accepted, as are `I` and `L` for 1 and `O` for 0 (Crockford).
pub(crate) fn read_text(text: &str) -> Result<[u8; ID_BYTES], ParseIdError> {
    let length = text.chars().count();
    if length != ID_CHARS {
        return Err(ParseIdError::Length(length));
    }
    let mut value = 0_u128;
    for (index, letter) in text.chars().enumerate() {
        let digit = digit_of(letter).ok_or(ParseIdError::Character(index + 1))?;
        if value >> (u128::BITS - BITS_PER_CHAR) != 0 {
            return Err(ParseIdError::Overflow);
        }
        value = (value << BITS_PER_CHAR) | digit;
    }
    Ok(value.to_be_bytes())
}

fn digit_of(letter: char) -> Option<u128> {
    let plain = match letter.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    let index = ALPHABET.iter().position(|known| char::from(*known) == plain)?;
    u128::try_from(index).ok()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; ID_BYTES]);

        impl $name {
            /// Makes an id from milliseconds since 1970 (UTC) and ten random bytes.
            pub fn from_parts(unix_ms: u64, random: [u8; 10]) -> Self {
                Self(join_parts(unix_ms, random))
            }

            /// Takes the stored form.
            pub const fn from_bytes(bytes: [u8; ID_BYTES]) -> Self {
                Self(bytes)
            }

            /// Gives the stored form.
            pub const fn to_bytes(self) -> [u8; ID_BYTES] {
                self.0
            }

            /// Milliseconds since 1970 (UTC) at which the id says it was made. A claim, not a proof.
            pub fn unix_ms(self) -> u64 {
                time_part(self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_text(self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                read_text(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// One supporter, individual or organisation.
    SupporterId;
    /// One entry of a consent ledger.
    ConsentId;
    /// One published text that people were asked to agree to.
    WordingId;
    /// One import of a file.
    ImportId;
    /// One event (film evening, lecture, open day).
    EventId;
    /// One partner organisation that may receive records.
    PartnerId;
    /// One household: a proposal to send one letter, never a joint consent.
    HouseholdId;
    /// One edition of a form, on paper or on a page.
    EditionId;
    /// One registration as it was submitted; the same submission sent twice has the same id.
    SubmissionId;
    /// One line of the audit log.
    AuditId;
    /// One member of the committee.
    MemberId;
    /// One decision about a pair of records (merged, or not the same).
    PairDecisionId;
    /// One suppressed e-mail address.
    SuppressionId;
}

/// A device of a member, named by its public key. Single-use: a removed device never returns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId([u8; 32]);

impl DeviceId {
    /// Takes the public key's bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Gives the public key's bytes.
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceId({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_has_the_text_of_the_ulid_specification() {
        // The timestamp of the specification's example: 1469918176385 is "01ARYZ6S41".
        let id = SupporterId::from_parts(1_469_918_176_385, [0; 10]);
        assert_eq!(id.to_string(), "01ARYZ6S410000000000000000");
        assert_eq!(id.unix_ms(), 1_469_918_176_385);
        assert_eq!(format!("{id:?}"), "SupporterId(01ARYZ6S410000000000000000)");
    }

    #[test]
    fn the_greatest_id_is_read_and_one_more_is_refused() {
        let greatest = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ".parse::<ConsentId>().unwrap();
        assert_eq!(greatest.to_bytes(), [0xff; 16]);
        assert_eq!("80000000000000000000000000".parse::<ConsentId>(), Err(ParseIdError::Overflow));
    }

    #[test]
    fn wrong_texts_are_refused_with_the_place() {
        assert_eq!("".parse::<EventId>(), Err(ParseIdError::Length(0)));
        assert_eq!("01ARYZ6S41000000000000000U".parse::<EventId>(), Err(ParseIdError::Character(26)));
    }

    #[test]
    fn look_alike_letters_are_read_as_digits() {
        let typed = "oLaryz6s41OOOOOOOOOOOOOOOO".parse::<SupporterId>().unwrap();
        assert_eq!(typed.to_string(), "01ARYZ6S410000000000000000");
    }

    proptest! {
        #[test]
        fn any_id_survives_its_text(bytes in any::<[u8; 16]>()) {
            let id = SupporterId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<SupporterId>(), Ok(id));
        }

        #[test]
        fn text_order_is_time_order(a in 0..ID_UNIX_MS_MAX, b in 0..ID_UNIX_MS_MAX) {
            let (first, second) = (SupporterId::from_parts(a, [7; 10]), SupporterId::from_parts(b, [7; 10]));
            prop_assert_eq!(first.to_string().cmp(&second.to_string()), a.cmp(&b));
        }
    }
}
