//! Registration files in, drafts of supporters out; and tables back out again.
//!
//! [`preview::read_registrations`] is the whole way in: it [decodes](decode) the bytes of a file, reads its
//! [table], finds out through the [mapping] which column is what, makes [rows] into drafts, reads
//! [times](datetime) and looks for [duplicates]. The preview that a person sees and the import that follows are
//! the same value. [`export`] is the way out. [`fold`] makes the keys on which search, order and duplicates rest.
//! All [limits] of reading stand in one place.
//!
//! This crate is pure: bytes and `now` are arguments, nothing is written to a disk, and neither errors nor `Debug`
//! output hold a cell. Files are hostile until read: no bytes make it panic or take memory beyond the limits.

pub mod datetime;
pub mod decode;
pub mod duplicates;
pub mod export;
pub mod fold;
pub mod limits;
pub mod mapping;
pub mod preview;
pub mod rows;
pub mod table;
