//! Fuzz targets: one function of bytes for each thing that reads what a stranger may have written.
//!
//! A target panics when something that must hold does not: a decoder gives back a value that encodes to other bytes, a
//! session holds more than it may, or anything panics underneath. `./dev fuzz TARGET` lets libFuzzer look for such bytes;
//! the corpora in `corpus/` are what it found so far (and the golden vectors), and `cargo test` runs every target on them.

mod decoders;
mod session;

/// A target by name.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, also that of its folder in `corpus/`.
    pub name: &'static str,
    /// Runs it on one input. Returns whether the input was accepted as valid.
    pub run: fn(&[u8]) -> bool,
}

/// All targets.
pub const TARGETS: [Target; 10] = [
    Target { name: "frames", run: decoders::frames },
    Target { name: "message", run: decoders::message },
    Target { name: "header", run: decoders::header },
    Target { name: "inner", run: decoders::inner },
    Target { name: "snapshot", run: decoders::snapshot },
    Target { name: "drop-order", run: decoders::drop_order },
    Target { name: "bundle", run: decoders::bundle },
    Target { name: "signed-op", run: decoders::signed_op },
    Target { name: "draft", run: decoders::draft },
    Target { name: "session", run: session::session },
];
