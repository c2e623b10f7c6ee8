//! The network from outside: real endpoints on the loopback interface, and no internet.
//!
//! Everything waits for what must happen, within [`peers::PATIENCE`]; nothing sleeps for a while and hopes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "a test may fail by panicking, and waits for one event of many"
)]

mod keeping;
mod lan;
mod links;
mod peers;
mod relays;
mod strangers;
