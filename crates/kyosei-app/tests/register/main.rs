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

mod conflicts;
mod consents;
mod converging;
mod exports;
mod import_rules;
mod imports;
mod laptops;
mod merging;
mod merging_apart;
mod newer;
mod rules;
mod searches;
mod supporters;
mod totals;
mod undo;
mod world;
