//! The journal, the replay and the local state, on entries as they rest on the disk.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed step of a test shall panic, in its helpers too"
)]

mod drops;
mod journal;
mod laptop;
mod replays;
mod states;
