//! Seeded random instances and an exhaustive solver that shares no code with the engine.

pub mod exhaustive;
pub mod random;
