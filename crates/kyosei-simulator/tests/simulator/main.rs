//! The scenarios of sync, each by name, and what must hold of any run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a step of a test that fails is the test's failure"
)]

mod carriers;
mod clocks;
mod committee;
mod copies;
mod erasure;
mod hostile;
mod joining;
mod lives;
mod paths;
mod power;
mod removals;
