//! The stored form of every record: golden vectors, round trips, hostile and newer input.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a step of a test that fails is the test's failure"
)]

mod arbitrary;
mod golden;
mod hostile;
mod round_trip;
mod samples;
