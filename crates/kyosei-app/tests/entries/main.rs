//! The journal, the replay and the local state, on entries as they rest on the disk.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a step of a test that fails is the test's failure"
)]

mod committee;
mod compaction;
mod drops;
mod journal;
mod laptop;
mod replicas;
mod states;
