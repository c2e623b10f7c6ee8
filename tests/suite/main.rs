//! The whole program from outside: what it prints, what it leaves on the disk, what a kill at any moment leaves.

mod canary;
mod damage;
mod hostile;
mod kill;
mod program;
mod register;
mod schema;
mod transcripts;
mod words;
