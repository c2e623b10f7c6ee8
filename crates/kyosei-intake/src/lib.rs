//! Registration files in, drafts of supporters out; and tables back out again.

pub mod export;
pub mod fold;
