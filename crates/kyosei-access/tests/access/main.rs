//! The behaviour of `kyosei-access`, at its boundary.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed step of a test shall panic"
)]

mod committee;
mod decoding;
mod entries;
mod scenarios;
mod vectors;
mod wire;
