//! An open vault on a real disk: what lasts, what is refused, what survives damage. All people are invented.

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
mod damage;
mod disks;
mod drafts;
mod erasure;
mod laptop;
mod lasting;
mod online;
mod passphrases;
mod states;
