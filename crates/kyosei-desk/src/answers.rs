//! Answers about the open vault, one module for each group of the table.

pub(crate) mod consents;
pub(crate) mod drafts;
pub(crate) mod duplicates;
pub(crate) mod home;
pub(crate) mod imports;
pub(crate) mod passphrases;
pub(crate) mod records;
pub(crate) mod supporters;
