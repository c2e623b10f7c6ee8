//! What people do with the register, deed by deed. All people are invented.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a step of a test that fails is the test's failure"
)]

mod consents;
mod exports;
mod import_rules;
mod imports;
mod merging;
mod newer;
mod searches;
mod supporters;
mod totals;
mod undo;
mod world;
