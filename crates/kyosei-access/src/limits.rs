//! Named limits of everything that a membership operation may carry.
//!
//! A limit is checked before anything is kept, on encoded input and again on decoded fields. They bound what a hostile
//! member can make the others store and compute; none of them is a target.

/// Largest encoded operation, in bytes. An entry's payload may hold 1 MiB; membership needs far less.
pub const OP_BYTES_MAX: usize = 256 * 1024;
/// Most heads that an operation may name as its causal past.
pub const PREV_COUNT_MAX: usize = 64;
/// Most approvers besides the author.
pub const APPROVER_COUNT_MAX: usize = 16;
/// Most founders of a space.
pub const FOUNDER_COUNT_MAX: usize = 16;
/// Most recovery signing keys of a space.
pub const RECOVERY_KEY_COUNT_MAX: usize = 8;
/// Most devices that one `Remove` or `Recover` may name.
pub const DEVICE_COUNT_MAX: usize = 256;
/// Most logs that the cuts of one `Remove` may name.
pub const CUT_LOG_COUNT_MAX: usize = 1024;
/// Most heads for one log in a cut. A log has more than one head only after a fork (a restored backup).
pub const CUT_HEAD_COUNT_MAX: usize = 16;
/// Most wraps of one epoch in one operation.
pub const WRAP_COUNT_MAX: usize = 512;
/// Largest single wrap in bytes: a one-recipient age file holding one age identity, with its grease stanza.
pub const WRAP_BYTES_MAX: usize = 2 * 1024;
/// Largest sealed chain of older epoch identities, in bytes.
pub const CHAIN_BYTES_MAX: usize = 64 * 1024;
/// Largest sealed display name, in bytes.
pub const SEALED_NAME_BYTES_MAX: usize = 4 * 1024;
/// Most signatures in the frame of an operation of an unknown format.
pub const OPAQUE_SIGNATURE_COUNT_MAX: usize = 64;
/// Largest signature in the frame of an operation of an unknown format, in bytes (ML-DSA-87 has 4,627).
pub const OPAQUE_SIGNATURE_BYTES_MAX: usize = 8 * 1024;
/// Most spaces that one invitation may offer.
pub const OFFER_COUNT_MAX: usize = 8;
/// Most addresses and relays of the inviter in a ticket, taken together.
pub const ADDRESS_COUNT_MAX: usize = 8;
/// Longest address or relay URL in a ticket, in bytes.
pub const ADDRESS_BYTES_MAX: usize = 128;
/// Largest content of a ticket, in bytes: as text it stays below 1,023 characters, where Bech32m finds any single error.
pub const TICKET_BYTES_MAX: usize = 600;
/// Longest text that is looked at as a ticket, in bytes, line breaks included.
pub const TICKET_TEXT_BYTES_MAX: usize = 4 * 1024;
/// Largest request to join, in bytes.
pub const REQUEST_BYTES_MAX: usize = 16 * 1024;
/// Longest name of a person or a device in a request to join, in bytes.
pub const JOIN_NAME_BYTES_MAX: usize = 256;
/// Largest welcome, in bytes.
pub const WELCOME_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most operations of one space in a welcome.
pub const WELCOME_OP_COUNT_MAX: usize = 8 * 1024;
/// Longest label for the kind of a space, in bytes.
pub const SPACE_KIND_BYTES_MAX: usize = 64;
