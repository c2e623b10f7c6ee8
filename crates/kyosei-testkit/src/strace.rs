//! Kills a program, or fails it, at any system call that writes (primitives P3 and P5), by strace.
//!
//! [`count`] runs a command and counts its write-class calls; [`inject`] runs it again with one [`Fault`] at
//! one [`Point`]; a [`Sweep`] goes through the points, a seeded choice of them in `./dev test`, all of
//! them in `./dev torture`. The program needs no hook and no special build.
//!
//! ```no_run
//! use std::{path::Path, process::Command};
//! use kyosei_testkit::{Seed, strace::{self, Fault, Sweep, WRITE_CLASS}};
//!
//! const PROGRAM: &str = "/bin/true"; // env!("CARGO_BIN_EXE_kyosei")
//! # fn command_on_a_fresh_copy() -> Command { Command::new(PROGRAM) }
//! # fn nothing_acknowledged_is_lost() {}
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let seed = Seed::of_test();
//! let calls = strace::count(&mut command_on_a_fresh_copy(), &WRITE_CLASS)?;
//! let mut sweep = Sweep::new("import-kill", Path::new(PROGRAM), &calls, 40, &seed)?;
//! while let Some(point) = sweep.next() {
//!     let outcome = strace::inject(&mut command_on_a_fresh_copy(), point, Fault::Kill)?;
//!     assert!(outcome.injected, "{point} was not reached");
//!     nothing_acknowledged_is_lost();
//!     sweep.passed(point)?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What it does not do: SIGKILL keeps the page cache, so a kill sweep shows the order of writes, not their
//! durability. strace counts calls of each thread apart: a point is met by the first thread that makes its
//! `nth` call, so a program that writes from several threads is not swept call by call.

mod call;
mod sweep;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

pub use call::{Errno, Syscall, WRITE_CLASS};
pub use sweep::{Sweep, SweepError};

/// SIGKILL, the same on all of Linux.
const SIGKILL: i32 = 9;
/// How long one run may take, in seconds: a program that waits for ever after a fault has failed.
const RUN_SECONDS_MAX: u64 = 300;

/// How many calls of each kind a run made, in the thread that made most of them.
pub type Counts = BTreeMap<Syscall, u32>;

/// One call of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// Which call.
    pub syscall: Syscall,
    /// Which of them, counted from 1.
    pub nth: u32,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.syscall, self.nth)
    }
}

/// What happens at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The process dies at the call, which does not happen.
    Kill,
    /// The call does not happen and gives an error, this one time.
    Fail(Errno),
    /// This call and all later ones of its kind give an error, as on a disk that stays full.
    FailFromHere(Errno),
}

/// How a run with a fault ended.
#[derive(Debug)]
pub struct Outcome {
    /// The exit status of the program.
    pub status: ExitStatus,
    /// Whether the point was reached, so that the fault happened.
    pub injected: bool,
    /// What the program printed.
    pub stdout: Vec<u8>,
    /// What the program printed as errors.
    pub stderr: Vec<u8>,
}

impl Outcome {
    /// Whether SIGKILL ended the program.
    pub fn was_killed(&self) -> bool {
        self.status.signal() == Some(SIGKILL)
    }
}

/// Why a run under strace gave nothing to judge.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// strace is missing or may not trace.
    #[error("cannot run strace (Debian package strace): {0}")]
    Start(#[source] io::Error),
    /// The log of the calls could not be written or read.
    #[error("cannot keep the log of the calls: {0}")]
    Log(#[source] io::Error),
    /// The program did not end.
    #[error("the program was still running after {RUN_SECONDS_MAX} seconds")]
    Hangs,
    /// The program failed without any fault: there is nothing to count.
    #[error("the program fails without any fault, {status}: {stderr}")]
    Fails {
        /// How it ended.
        status: ExitStatus,
        /// What it, or strace, said.
        stderr: String,
    },
}

/// Runs `command`, which must succeed, and counts its calls of the given kinds. Its output is dropped;
/// it has no input, here and in [`inject`].
///
/// # Errors
/// strace cannot run, or the command itself fails.
pub fn count(command: &mut Command, syscalls: &[Syscall]) -> Result<Counts, TraceError> {
    let names: Vec<&str> = syscalls.iter().map(|syscall| syscall.name()).collect();
    let (outcome, log) = trace(command, &[format!("trace={}", names.join(","))])?;
    if !outcome.status.success() {
        let stderr = String::from_utf8_lossy(&outcome.stderr).into_owned();
        return Err(TraceError::Fails { status: outcome.status, stderr });
    }
    Ok(call::counts(&log))
}

/// Runs `command` with `fault` at `point`. How the command ends is for the caller to judge.
///
/// # Errors
/// strace cannot run.
pub fn inject(command: &mut Command, point: Point, fault: Fault) -> Result<Outcome, TraceError> {
    let Point { syscall, nth } = point;
    let effect = match fault {
        Fault::Kill => format!("signal=SIGKILL:when={nth}"),
        Fault::Fail(errno) => format!("error={}:when={nth}", errno.name()),
        Fault::FailFromHere(errno) => format!("error={}:when={nth}+", errno.name()),
    };
    let rules = [format!("trace={syscall}"), format!("inject={syscall}:{effect}")];
    let (mut outcome, log) = trace(command, &rules)?;
    outcome.injected = match fault {
        Fault::Kill => call::was_killed(&log),
        Fault::Fail(_) | Fault::FailFromHere(_) => call::was_injected(&log),
    };
    Ok(outcome)
}

/// Runs `command` below strace with `-e` rules; gives its outcome, not yet judged, and strace's log.
fn trace(command: &Command, rules: &[String]) -> Result<(Outcome, String), TraceError> {
    let folder = tempfile::tempdir().map_err(TraceError::Log)?;
    let log = folder.path().join("calls");
    let mut traced = Command::new("timeout");
    traced.args(["--signal=KILL", &RUN_SECONDS_MAX.to_string(), "strace"]);
    traced.args(["-f", "-qq", "-e", "signal=SIGKILL", "-o"]).arg(&log);
    traced.args(rules.iter().flat_map(|rule| ["-e", rule]));
    traced.arg("--").arg(command.get_program()).args(command.get_args());
    if let Some(directory) = command.get_current_dir() {
        traced.current_dir(directory);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    let start = Instant::now();
    let output = traced.output().map_err(TraceError::Start)?;
    if start.elapsed() >= Duration::from_secs(RUN_SECONDS_MAX) {
        return Err(TraceError::Hangs);
    }
    let log = std::fs::read(&log).map_err(|source| {
        // strace makes its log before anything else.
        let never_ran = source.kind() == io::ErrorKind::NotFound;
        if never_ran { TraceError::Start(source) } else { TraceError::Log(source) }
    })?;
    let outcome =
        Outcome { status: output.status, injected: false, stdout: output.stdout, stderr: output.stderr };
    Ok((outcome, String::from_utf8_lossy(&log).into_owned()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    use super::{Errno, Fault, Point, Sweep, Syscall, TraceError, WRITE_CLASS, count, inject};
    use crate::Seed;

    /// Writes `new` three times into `new.tmp`, syncs it and renames it over `file`.
    fn replace(folder: &Path) -> Command {
        fs::write(folder.join("file"), "old").unwrap();
        let mut command = Command::new("sh");
        let script =
            "printf 'new new new ' | dd of=new.tmp bs=4 conv=fsync status=none && exec mv new.tmp file";
        command.args(["-c", script]).current_dir(folder).stdin(std::process::Stdio::null());
        command
    }

    fn content(folder: &Path) -> String {
        fs::read_to_string(folder.join("file")).unwrap()
    }

    fn point(syscall: Syscall, nth: u32) -> Point {
        Point { syscall, nth }
    }

    #[test]
    fn counts_the_calls_that_write() {
        let folder = tempfile::tempdir().unwrap();
        let counts = count(&mut replace(folder.path()), &WRITE_CLASS).unwrap();
        assert_eq!(counts.get(&Syscall::Write), Some(&3), "{counts:?}");
        assert_eq!(counts.get(&Syscall::Fsync), Some(&1), "{counts:?}");
        assert_eq!(counts.get(&Syscall::Pwrite64), None, "{counts:?}");
        assert_eq!(content(folder.path()), "new new new ");
    }

    #[test]
    fn a_program_that_fails_by_itself_is_not_counted() {
        let failed = count(&mut Command::new("false"), &WRITE_CLASS);
        assert!(matches!(failed, Err(TraceError::Fails { status, .. }) if status.code() == Some(1)));
    }

    #[test]
    fn a_machine_without_strace_is_an_error() {
        let mut command = Command::new("/bin/true");
        command.env("PATH", "/nonexistent");
        assert!(matches!(count(&mut command, &WRITE_CLASS), Err(TraceError::Start(_))));
    }

    #[test]
    fn a_kill_stops_the_program_before_the_call_happens() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("dd");
        command
            .args(["if=/dev/zero", "of=file", "bs=4", "count=3", "status=none"])
            .current_dir(folder.path());
        let outcome = inject(&mut command, point(Syscall::Write, 3), Fault::Kill).unwrap();
        assert!(outcome.injected && outcome.was_killed(), "{outcome:?}");
        assert_eq!(content(folder.path()).len(), 8, "two of three writes happened");
    }

    #[test]
    fn a_failing_call_shows_in_what_the_program_says() {
        let folder = tempfile::tempdir().unwrap();
        let fault = Fault::Fail(Errno::NoSpace);
        let outcome = inject(&mut replace(folder.path()), point(Syscall::Fsync, 1), fault).unwrap();
        assert!(outcome.injected && !outcome.was_killed() && !outcome.status.success(), "{outcome:?}");
        assert!(String::from_utf8_lossy(&outcome.stderr).contains("No space left on device"));
        assert_eq!(content(folder.path()), "old");
    }

    #[test]
    fn a_point_beyond_the_last_call_is_reported_as_not_reached() {
        let folder = tempfile::tempdir().unwrap();
        let outcome = inject(&mut replace(folder.path()), point(Syscall::Fsync, 2), Fault::Kill).unwrap();
        assert!(!outcome.injected && outcome.status.success(), "{outcome:?}");
    }

    #[test]
    fn replacing_by_rename_is_shown_to_be_safe_at_each_call() {
        let folder = tempfile::tempdir().unwrap();
        let counts = count(&mut replace(folder.path()), &WRITE_CLASS).unwrap();
        let seed = Seed::of_test();
        let mut sweep =
            Sweep::new("testkit-rename", Path::new("/bin/sh"), &counts, usize::MAX, &seed).unwrap();
        let mut runs = 0;
        while let Some(point) = sweep.next() {
            let outcome = inject(&mut replace(folder.path()), point, Fault::Kill).unwrap();
            assert!(outcome.injected, "{point}");
            assert!(["old", "new new new "].contains(&content(folder.path()).as_str()), "{point}");
            sweep.passed(point).unwrap();
            runs += 1;
        }
        assert_eq!(runs, counts.values().sum::<u32>());
    }

    #[test]
    fn writing_in_place_is_shown_to_be_unsafe() {
        let folder = tempfile::tempdir().unwrap();
        let torn = (1..=3).filter(|nth| {
            fs::write(folder.path().join("file"), "old").unwrap();
            let mut command = Command::new("sh");
            command
                .args(["-c", "printf 'new new new ' | dd of=file bs=4 status=none"])
                .current_dir(folder.path());
            inject(&mut command, point(Syscall::Write, *nth), Fault::Kill).unwrap();
            !["old", "new new new "].contains(&content(folder.path()).as_str())
        });
        assert!(torn.count() > 0, "positive control: writing in place leaves half a file");
    }
}
