//! Everything the engine promises, tested at its boundary.

mod bad_input;
#[cfg(feature = "highs")]
mod highs;
mod metamorphic;
mod oracle;
mod stories;
mod support;
