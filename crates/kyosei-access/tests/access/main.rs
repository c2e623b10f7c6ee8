//! The behaviour of `kyosei-access`, at its boundary.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a failed step of a test shall panic, and figures are printed"
)]

mod committee;
mod cost;
mod decoding;
mod endpoints;
mod entries;
mod epochs;
mod invite;
mod leaving;
mod scenarios;
mod vectors;
mod wire;
