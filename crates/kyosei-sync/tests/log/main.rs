//! The entry log from outside: golden vectors, what is refused, what survives.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a step of a test that fails is the test's failure"
)]

mod drops;
mod golden;
mod headers;
mod inner;
mod logs;
mod samples;
