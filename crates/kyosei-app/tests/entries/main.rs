//! The journal, the replay and the local state, on entries as they rest on the disk.

mod drops;
mod journal;
mod laptop;
mod replays;
mod states;
