//! The use cases of kyosei, pure and synchronous.
//!
//! The tour:
//! - [`Register`] is the register in memory, a pure function of its documents; a [`Writing`] is one change to it.
//! - [`supporters`], [`consents`], [`imports`], [`suppress`] and [`committee`] are what people do, one file for each deed.
//!   [`spaces`] has the deeds of the other spaces. A deed edits documents and notes itself in the audit trail, or is
//!   refused with a stable code and changes nothing.
//! - [`conflicts`] lists what people wrote apart from each other and takes their choices.
//! - [`Exchange`] is one connection to another device: it gives entries and takes entries in.
//! - [`joining`] seals what travels between an inviting laptop and one that joins; [`book`] is what a laptop keeps for
//!   itself.
//! - [`search`] makes rows for the index in memory.
//! - [`journal`] turns edits into signed, sealed entries and takes entries in; a [`Replica`] joins it with the documents:
//!   it judges which entries count and applies them; [`state`] keeps what makes unlocking fast. [`compaction`] plans how
//!   snapshots take the place of old payloads.
//!
//! Files, the clock and randomness belong to the runtime, which stores what a deed gives and only then lets the register
//! absorb it.

pub mod book;
pub mod committee;
pub mod compaction;
pub mod conflicts;
pub mod consents;
mod context;
pub mod exchange;
pub mod imports;
pub mod joining;
pub mod journal;
pub mod register;
pub mod replica;
pub mod search;
pub mod spaces;
pub mod state;
pub mod supporters;
pub mod suppress;
pub mod totals;
pub mod writing;

pub use context::Context;
pub use exchange::Exchange;
pub use register::Register;
pub use replica::Replica;
pub use writing::{DocumentEdit, WriteError, Writing};
