//! The whole program from outside: what it prints, what it leaves on the disk, what a kill at any moment leaves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a step of a test that fails is the test's failure"
)]

mod canary;
mod damage;
mod engines;
mod hostile;
mod kill;
mod process;
mod program;
mod promises;
mod register;
mod running;
mod schema;
mod sync;
mod totals;
mod transcripts;
mod verifier;
mod words;
