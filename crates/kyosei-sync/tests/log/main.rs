//! The entry log from outside: golden vectors, what is refused, what survives.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed step of a test shall panic, in its helpers too"
)]

mod drops;
mod golden;
mod headers;
mod inner;
mod logs;
mod samples;
