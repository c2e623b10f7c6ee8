//! The desk as a window sees it: commands in, answers out, and nothing at all while it is locked.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a step of a test that fails is the test's failure"
)]

mod gate;
mod imports;
mod register;
mod seat;
