//! Two devices over a wire: what they agree on, what a stranger learns, what a hostile peer can do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::wildcard_enum_match_arm,
    reason = "a step of a test that fails is the test's failure"
)]

mod asking;
mod bundles;
mod golden;
mod host;
mod hostile;
mod membership;
mod pieces;
mod proof;
mod size;
mod talk;
