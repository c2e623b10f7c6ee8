//! Laptops with networks of their own on one machine, and a tap on all that they send (primitive P12).
//!
//! [`isolated`] runs a test again in network namespaces that vanish with it, apart from the machine's own network. In
//! there a [`Switch`] stands for the local network, each [`Laptop`] on it for a machine with one cable, and a [`Capture`]
//! at the switch sees every frame. A laptop runs programs ([`Laptop::command`]) or a thread of the test
//! ([`Laptop::enter`]); its cable can be pulled and put back.
//!
//! ```no_run
//! use kyosei_testkit::netns::{self, Capture, Switch};
//!
//! #[test]
//! fn a_program_sends_nothing() {
//!     netns::isolated("a_program_sends_nothing", || {
//!         let switch = Switch::new();
//!         let laptop = switch.plug_in("alice", "10.77.0.1".parse().unwrap());
//!         let capture = Capture::start();
//!         assert!(laptop.command("true").status().unwrap().success());
//!         assert!(capture.stop().is_empty());
//!     });
//! }
//! ```
//!
//! It needs the kernel's leave and the programs `unshare`, `nsenter` (Debian package util-linux) and `ip` (iproute2). Where
//! they refuse, the test says so and passes, unless `KYOSEI_NETNS=required` is set. A step that fails inside panics:
//! a test without its network can show nothing.

mod capture;
mod packet;
mod switch;

use std::env;
use std::io::{self, Write as _};
use std::process::Command;

pub use capture::Capture;
pub use packet::{Packet, Transport};
pub use switch::{Laptop, Switch};

/// The environment variable that turns a refusal into a failure when it says `required`.
pub const VARIABLE: &str = "KYOSEI_NETNS";

/// Names the test that runs inside.
const INSIDE: &str = "KYOSEI_NETNS_INSIDE";

/// The ways to a network of one's own: as root, and as anybody where the kernel lets everybody.
const WAYS: [&[&str]; 2] = [&["--net"], &["--user", "--map-root-user", "--net"]];

/// Runs `body` in namespaces of its own, by starting the test called `test` (its whole path in the binary) once more in them.
///
/// # Panics
/// When the test inside fails or there is none of this name, or when the kernel refuses and the environment requires it.
#[expect(clippy::panic, reason = "it stands for the test that it runs")]
pub fn isolated(test: &str, body: impl FnOnce()) {
    if env::var(INSIDE).is_ok_and(|inside| inside == test) {
        return body();
    }
    let Some(way) = WAYS.into_iter().find(|way| is_granted(way)) else {
        let reason = "the kernel grants no network namespace, or unshare, nsenter or ip is missing";
        assert!(env::var(VARIABLE).as_deref() != Ok("required"), "{test}: {reason}");
        // Not `eprintln!`, which the harness hides when a test passes. A closed stderr hears nothing.
        drop(writeln!(io::stderr().lock(), "{test}: skipped: {reason}"));
        return;
    };
    let program = env::current_exe().unwrap_or_else(|error| panic!("no path of the test: {error}"));
    let output = Command::new("unshare")
        .args(way)
        .arg(program)
        .args([test, "--exact", "--nocapture", "--test-threads", "1"])
        .env(INSIDE, test)
        .output()
        .unwrap_or_else(|error| panic!("unshare: {error}"));
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let is_run = output.status.success() && stdout.contains("1 passed");
    assert!(is_run, "{test} inside of namespaces:\n{stdout}\n{stderr}");
}

fn is_granted(way: &[&str]) -> bool {
    let tried =
        Command::new("unshare").args(way).args(["ip", "link", "add", "kyoseitry", "type", "bridge"]).output();
    let can_enter = Command::new("nsenter").arg("--version").output();
    tried.is_ok_and(|tried| tried.status.success()) && can_enter.is_ok_and(|tried| tried.status.success())
}

#[cfg(test)]
mod tests;
