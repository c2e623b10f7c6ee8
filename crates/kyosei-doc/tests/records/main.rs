//! The stored form of every record: golden vectors, round trips, hostile and newer input.

mod arbitrary;
mod golden;
mod hostile;
mod round_trip;
mod samples;
