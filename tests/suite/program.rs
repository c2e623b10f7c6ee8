//! The program as a test drives it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// What a pipe of Linux holds.
pub const PIPE_BYTES: usize = 1 << 16;

/// The passphrase of the tests' vaults, of letters that no word list and no recovery sheet has in a row.
pub const PASSPHRASE: &str = "vqxzbk trmwpl gfdhsn kcvbzq";

/// The names in a folder, in order.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A place with a vault folder, a passphrase file and room for other files.
pub struct Place {
    _folder: Option<TempDir>,
    root: PathBuf,
}

/// What a run of the program gave.
pub struct Ran {
    /// Exit code; -1 if the program was killed.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Place {
    /// A fresh place.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        Self::prepared(root, Some(folder))
    }

    /// A place in a folder that the test owns.
    pub fn at(root: &Path) -> Self {
        Self::prepared(root.to_owned(), None)
    }

    fn prepared(root: PathBuf, folder: Option<TempDir>) -> Self {
        for name in ["home", "tmp", "files"] {
            std::fs::create_dir_all(root.join(name)).unwrap();
        }
        Self { _folder: folder, root }
    }

    /// The folder of the vault.
    pub fn vault(&self) -> PathBuf {
        self.root.join("vault")
    }

    /// A path for a file that the test makes or the program writes.
    pub fn file(&self, name: &str) -> PathBuf {
        self.root.join("files").join(name)
    }

    /// A file with this content, outside the vault.
    pub fn with(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.file(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// A command of the program on this place's vault. The passphrase lies outside of the place.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kyosei-testing"));
        command
            .args(arguments)
            .env_clear()
            .env("KYOSEI_VAULT", self.vault())
            .env("KYOSEI_PASSPHRASE_FILE", passphrase_file())
            .env("HOME", self.root.join("home"))
            .env("XDG_DATA_HOME", self.root.join("home/data"))
            .env("TMPDIR", self.root.join("tmp"))
            .env("LANG", "en_GB.UTF-8")
            .stdin(Stdio::null());
        command
    }

    /// Runs the program.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).output().unwrap())
    }

    /// Runs the program with text on its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        use std::io::Write;
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        ran(child.wait_with_output().unwrap())
    }

    /// Runs the program with `--json` and reads its one document.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[&["--json"], arguments].concat());
        assert!(matches!(ran.code, 0 | 4), "{arguments:?}: {} {}", ran.code, ran.err);
        serde_json::from_str(&ran.out).unwrap()
    }

    /// Makes the vault.
    pub fn init(&self) -> Value {
        let sheets = self.file("sheets");
        let sheets = sheets.to_str().unwrap();
        self.json(&[
            "init",
            "--committee",
            "見本の会",
            "--person",
            "見本 花子",
            "--device",
            "ノート",
            "--recovery-dir",
            sheets,
        ])
    }
}

impl Place {
    /// Invites with files alone and gives the place of the new member.
    pub fn join_by_files(&self, invite: &[&str], person: &str) -> Self {
        let ticket = self.ticket(invite);
        let other = Self::new();
        other.answer(&ticket, person);
        self.approve(&other);
        other.json(&["members", "join", "--welcome-file", self.welcome(&other).to_str().unwrap()]);
        other
    }

    /// An invitation as text.
    pub fn ticket(&self, invite: &[&str]) -> String {
        let invited = self.json(&[&["members", "invite"], invite].concat());
        invited["ticket"].as_str().unwrap().to_owned()
    }

    /// Answers an invitation with a file; the words lie in a file beside it.
    pub fn answer(&self, ticket: &str, person: &str) -> Value {
        let request = self.file("request");
        let arguments = ["--json", "members", "join", "-", "--person", person, "--device", "机"];
        let arguments = [&arguments[..], &["--request-file", request.to_str().unwrap()]].concat();
        let ran = self.run_with_input(&arguments, ticket);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let answered: Value = serde_json::from_str(&ran.out).unwrap();
        self.with("words", words(&answered).as_bytes());
        answered
    }

    /// Lets the one in who answered with a file.
    pub fn approve(&self, other: &Self) -> Value {
        let (request, words) = (other.file("request"), other.file("words"));
        let welcome = self.welcome(other);
        self.json(&[
            "members",
            "approve",
            "--request-file",
            request.to_str().unwrap(),
            "--words-file",
            words.to_str().unwrap(),
            "--welcome-out",
            welcome.to_str().unwrap(),
        ])
    }

    fn welcome(&self, other: &Self) -> PathBuf {
        other.file("welcome")
    }
}

/// The six words of an answer, in English.
pub fn words(answered: &Value) -> String {
    let words = answered["words_en"].as_array().unwrap();
    words.iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// A file with the passphrase, one for the whole run of the suite.
pub fn passphrase_file() -> &'static Path {
    static FILE: std::sync::OnceLock<(TempDir, PathBuf)> = std::sync::OnceLock::new();
    let (_, path) = FILE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        std::fs::write(&path, PASSPHRASE).unwrap();
        (folder, path)
    });
    path
}

/// Copies a folder with everything in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Waits for a condition of another process; a minute without it is a failure.
pub fn wait_until(mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "waited in vain");
        std::thread::yield_now();
    }
}

fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
