//! What the operating system can tell of the program: files of the owner alone, no network, memory that is closed.

use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};

use kyosei_testkit::registrations::{Faults, FileForm, Form, generate};

use crate::program::{PIPE_BYTES, Place, wait_until};

/// The user and group "nobody" of Debian.
const NOBODY: &str = "65534";

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_folder_of_a_vault_and_every_file_in_it_are_the_owners_alone() {
    let place = Place::new();
    std::fs::create_dir_all(place.vault()).unwrap();
    std::fs::set_permissions(place.vault(), PermissionsExt::from_mode(0o755)).unwrap();
    let init = place.init();
    assert_eq!(mode(&place.vault()), 0o700);
    let files: Vec<_> = std::fs::read_dir(place.vault()).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.len() >= 3, "positive control: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    let sheet = init["recovery_sheets"][0].as_str().unwrap();
    assert_eq!(mode(Path::new(sheet)), 0o600);
}

#[test]
fn the_program_makes_no_network_call() {
    let place = Place::new();
    place.init();
    let bytes = generate(3, Form::Individual, 20, &Faults::none(), FileForm::Utf8).unwrap();
    let file = place.with("people.csv", &bytes);
    let calls = |command: &Command| {
        let log = place.file("network.log");
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-e", "trace=%network", "-o"]).arg(&log);
        strace
            .arg(command.get_program())
            .args(command.get_args())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                strace.env(name, value);
            }
        }
        strace.status().unwrap();
        std::fs::read_to_string(log).unwrap()
    };
    for arguments in
        [&["supporters", "import", file.to_str().unwrap()][..], &["supporters", "list"], &["doctor"]]
    {
        assert_eq!(calls(&place.command(arguments)), "", "{arguments:?}");
    }
    let mut control = Command::new("bash");
    control.args(["-c", "exec 3<>/dev/udp/127.0.0.1/9"]);
    assert!(calls(&control).contains("socket("), "positive control");
}

#[test]
fn other_processes_of_the_same_user_cannot_look_into_its_memory() {
    // The kernel gives the /proc entries of a process that forbids dumps to root, whoever runs it.
    let owner_of = |command: &[&str]| {
        let place = Place::new();
        let fifo = place.file("full");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let mut pipe = std::fs::OpenOptions::new().read(true).write(true).open(&fifo).unwrap();
        pipe.write_all(&vec![b'.'; PIPE_BYTES]).unwrap();
        let mut child = Command::new("setpriv")
            .args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"])
            .args(command)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(pipe.try_clone().unwrap())
            .spawn()
            .unwrap();
        let of = |name: &str| format!("/proc/{}/{name}", child.id());
        wait_until(|| std::fs::read_to_string(of("syscall")).unwrap_or_default().starts_with("1 0x1 "));
        let owner = std::fs::metadata(of("environ")).unwrap().uid();
        child.kill().unwrap();
        child.wait().unwrap();
        owner
    };
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        println!("skipped: needs root to run the program as another user");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("kyosei");
    std::fs::copy(env!("CARGO_BIN_EXE_kyosei-testing"), &program).unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(owner_of(&[program.to_str().unwrap(), "completions", "bash"]), 0);
    assert_eq!(owner_of(&["echo", "control"]).to_string(), NOBODY, "positive control");
}
