//! An open vault on a real disk: what lasts, what is refused, what survives damage. All people are invented.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed step of a test shall panic, in its helpers too"
)]

mod damage;
mod disks;
mod erasure;
mod laptop;
mod lasting;
mod passphrases;
mod states;
