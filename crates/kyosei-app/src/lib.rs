//! The use cases of kyosei, pure and synchronous.

mod context;
pub mod journal;
pub mod register;
pub mod search;
pub mod state;
pub mod writing;

pub use context::Context;
pub use register::Register;
pub use writing::{DocumentEdit, WriteError, Writing};
