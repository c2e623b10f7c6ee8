//! The use cases of kyosei, pure and synchronous.

mod context;
pub mod register;
pub mod search;
pub mod writing;

pub use context::Context;
pub use register::Register;
pub use writing::{DocumentEdit, WriteError, Writing};
