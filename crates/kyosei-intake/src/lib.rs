//! Registration files in, drafts of supporters out; and tables back out again.

pub mod decode;
pub mod export;
pub mod fold;
pub mod limits;
pub mod table;
