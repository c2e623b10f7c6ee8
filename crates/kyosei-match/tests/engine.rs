//! Everything the engine promises, tested at its boundary.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "what a test cannot do without must fail it"
)]

mod bad_input;
#[cfg(feature = "highs")]
mod highs;
mod metamorphic;
mod oracle;
mod stories;
mod support;
