//! The desk as a window sees it: commands in, answers out, and nothing at all while it is locked.

mod gate;
mod imports;
mod register;
mod seat;
