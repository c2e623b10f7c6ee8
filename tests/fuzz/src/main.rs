//! The program that libFuzzer drives. `KYOSEI_FUZZ_TARGET` names the target; `./dev fuzz` sets it.

#![no_main]

use std::sync::OnceLock;

use kyosei_fuzz::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;

/// The environment variable that names the target.
const VARIABLE: &str = "KYOSEI_FUZZ_TARGET";

fuzz_target!(|bytes: &[u8]| {
    static TARGET: OnceLock<Target> = OnceLock::new();
    (TARGET.get_or_init(chosen).run)(bytes);
});

#[expect(clippy::panic, reason = "without a target there is nothing to do")]
fn chosen() -> Target {
    let name = std::env::var(VARIABLE).unwrap_or_default();
    let names = TARGETS.map(|target| target.name).join(", ");
    let found = TARGETS.into_iter().find(|target| target.name == name);
    found.unwrap_or_else(|| panic!("{VARIABLE} must be one of: {names}"))
}
