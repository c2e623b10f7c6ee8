//! The stored form of every record: golden vectors, round trips, hostile and newer input.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed step of a test shall panic, in its helpers too"
)]

mod arbitrary;
mod golden;
mod hostile;
mod round_trip;
mod samples;
