//! The nouns of kyosei and their rules.
//!
//! Start with [`Sensitive`], the wrapper that keeps personal data out of logs and errors.
//! This crate knows no clock, no randomness, no files and no wire formats: whoever builds a
//! value hands in everything that it is made of.

mod sensitive;

pub use sensitive::Sensitive;
