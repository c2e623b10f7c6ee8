//! Everything the engine promises, tested at its boundary.

mod oracle;
mod support;
