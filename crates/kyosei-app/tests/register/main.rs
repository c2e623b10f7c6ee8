//! What people do with the register, deed by deed. All people are invented.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed step of a test shall panic, in its helpers too"
)]

mod consents;
mod exports;
mod import_rules;
mod imports;
mod merging;
mod newer;
mod searches;
mod supporters;
mod undo;
mod world;
