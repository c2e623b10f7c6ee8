//! The use cases of kyosei, pure and synchronous.
//!
//! The tour:
//! - [`Register`] is the register in memory, a pure function of its documents; a [`Writing`] is one change to it.
//! - [`supporters`], [`consents`], [`imports`], [`suppress`] and [`committee`] are what people do, one file for each deed.
//!   A deed edits documents and notes itself in the audit trail, or is refused with a stable code and changes nothing.
//! - [`search`] makes rows for the index in memory.
//! - [`journal`] turns edits into signed, sealed entries and reads entries back, [`mod@replay`] applies them; [`state`] keeps
//!   what makes unlocking fast.
//!
//! Files, the clock and randomness belong to the runtime, which stores what a deed gives and only then lets the register
//! absorb it.

pub mod committee;
pub mod consents;
mod context;
pub mod imports;
pub mod journal;
pub mod register;
pub mod replay;
pub mod search;
pub mod state;
pub mod supporters;
pub mod suppress;
pub mod totals;
pub mod writing;

pub use context::Context;
pub use register::Register;
pub use writing::{DocumentEdit, WriteError, Writing};
