//! What a running process holds in memory, by `gcore` of gdb (primitive P11).
//!
//! [`dump`] writes the whole memory of a process, pages marked as not to be dumped included, into a file
//! that a `canary` scan reads. It is both a check (after locking, nothing is left) and a positive control (of
//! an open vault, the canaries must be found, or the scan is blind). The process is stopped for the time of
//! the dump and then goes on. Needs root for a process that forbids dumps, as kyosei does.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Why there is no dump.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// gcore is missing.
    #[error("cannot run gcore (Debian package gdb): {0}")]
    Start(#[source] io::Error),
    /// gcore could not read the process.
    #[error("gcore could not dump process {pid}: {stderr}")]
    Refused {
        /// The process.
        pid: u32,
        /// What gcore said.
        stderr: String,
    },
}

/// Dumps the memory of process `pid` into a new file in `folder`, and gives its path.
///
/// # Errors
/// gcore is missing, the process does not exist, or this user may not read it.
pub fn dump(pid: u32, folder: &Path) -> Result<PathBuf, DumpError> {
    let output = Command::new("gcore")
        .args(["-a", "-o"])
        .arg(folder.join("memory"))
        .arg(pid.to_string())
        .output()
        .map_err(DumpError::Start)?;
    let path = folder.join(format!("memory.{pid}"));
    if output.status.success() && path.is_file() {
        return Ok(path);
    }
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(DumpError::Refused { pid, stderr })
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::process::{Command, Stdio};

    use super::{DumpError, dump};
    use crate::Seed;
    use crate::canary::{Canaries, Kind};

    #[test]
    fn a_dump_shows_what_a_process_holds_and_nothing_that_it_does_not() {
        let seed = Seed::of_test();
        let mut held = Canaries::new(&seed);
        let secret = held.plant("note", Kind::Kanji);
        let mut absent = Canaries::new(&seed.branch("absent"));
        absent.plant("note", Kind::Kanji);

        let mut child = Command::new("sh")
            .args(["-c", "read -r secret; echo held; read -r end"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        writeln!(stdin, "{secret}").unwrap();
        child.stdout.take().unwrap().read_exact(&mut [0; 4]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let dumped = dump(child.id(), folder.path()).unwrap();
        drop(stdin);
        child.wait().unwrap();

        assert!(!held.scanner().scan_file(&dumped).unwrap().hits.is_empty(), "positive control");
        assert_eq!(absent.scanner().scan_file(&dumped).unwrap().hits, []);
    }

    #[test]
    fn a_process_that_is_gone_is_an_error() {
        let mut child = Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(dump(child.id(), folder.path()), Err(DumpError::Refused { .. })));
    }
}
