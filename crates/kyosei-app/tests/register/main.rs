//! What people do with the register, deed by deed. All people are invented.

mod consents;
mod exports;
mod import_rules;
mod imports;
mod merging;
mod newer;
mod searches;
mod supporters;
mod undo;
mod world;
