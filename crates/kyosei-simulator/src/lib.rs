//! A committee of simulated laptops under virtual time. Whatever happens in a run is drawn from one seed.
//!
//! The tour:
//! - A [`Node`] is a laptop: keys, a [`Disk`] that survives a loss of power, and a memory that does not. It reads, writes,
//!   judges and answers with the code of kyosei-app, in the order in which the vault does; a mailbox is a node of role
//!   Relay.
//! - A [`World`] holds the nodes, the clock, and the [`contact`]s between them: byte pipes that deliver in pieces, late, or
//!   are cut anywhere.
//! - [`forge`] makes what no honest node would: entries and operations of a device whose keys someone misuses.
//! - [`check`] says what must hold of a settled world.
//! - [`random`] lets a committee live through days of a drawn life.
//!
//! What is drawn does not depend on ciphertext: age draws randomness of its own for each envelope, so the bytes and ids
//! of entries differ between two runs of a seed. What is done, who is a member and what the documents hold does not.
//!
//! For development only: nothing here ships. It does not test disks (SQLite and the file system have tests that pull the
//! power for real) and no real network.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a step of the simulation that fails is the test's failure"
)]

pub mod check;
pub mod contact;
pub mod disk;
pub mod forge;
pub mod node;
pub mod random;
pub mod table;
pub mod world;

pub use disk::{Batch, Disk, Fuse};
pub use node::{Node, NodeError};
pub use table::Table;
pub use world::World;
