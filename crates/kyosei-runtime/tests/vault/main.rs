//! An open vault on a real disk: what lasts, what is refused, what survives damage. All people are invented.

mod damage;
mod disks;
mod erasure;
mod laptop;
mod lasting;
mod passphrases;
mod states;
