//! Benchmarks of the whole ground floor, apart from the crates they measure: tests need the feature `testing` of the
//! runtime, which must never be part of an optimised build.
