//! Keeps what is in memory out of places where it would outlive the program.
//!
//! [`harden_process`] runs first thing in every shell. It does not protect against someone who controls the account
//! while a vault is open; SECURITY.md says so.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Why the process could not be hardened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system refused to switch core dumps off")]
pub struct HardeningError;

/// Switches core dumps off for this process and its children, refuses other processes of the same user a look into
/// memory, and makes panics say where they happened and nothing else.
///
/// # Errors
/// [`HardeningError`]; the shell must not go on then.
pub fn harden_process() -> Result<(), HardeningError> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).map_err(|_| HardeningError)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|_| HardeningError)?;
    std::panic::set_hook(Box::new(|info| report_panic(info.location())));
    Ok(())
}

/// A panic's message may quote personal data, so only its place is printed.
#[expect(clippy::print_stderr, reason = "the last words of a failing program have no other way out")]
fn report_panic(location: Option<&std::panic::Location<'_>>) {
    match location {
        Some(at) => eprintln!("E-INTERNAL: {}:{}", at.file(), at.line()),
        None => eprintln!("E-INTERNAL"),
    }
}
