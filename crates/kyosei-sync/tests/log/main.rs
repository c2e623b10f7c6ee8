//! The entry log from outside: golden vectors, what is refused, what survives.

mod drops;
mod golden;
mod headers;
mod inner;
mod logs;
mod samples;
