//! The tests of disclosure control, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "the support module is test code outside of test functions"
)]

mod certificates;
mod gate;
mod outside;
mod support;
mod wishes;
mod worked_examples;
