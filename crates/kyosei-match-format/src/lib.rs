//! The JSON documents of the matching engine.
//!
//! [`read_instance`] and [`write_instance`] turn `match-instance` documents (docs/formats/match-instance.md) into an
//! [`Instance`](kyosei_match::instance::Instance) and back; [`write_solution`] makes a `match-solution` document
//! (docs/formats/match-solution.md). The engine itself knows no wire format. Reading checks form and ids; what the numbers
//! mean together is checked by the engine when it solves. No files here: bytes in, bytes out.

mod instance;
mod solution;

pub use instance::{DOCUMENT_BYTES_MAX, INSTANCE_FORMAT, ReadInstanceError, read_instance, write_instance};
pub use solution::{Answers, SOLUTION_FORMAT, write_solution};
