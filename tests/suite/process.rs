//! What the operating system can tell of the program: files of the owner alone, no network, memory that is closed.

use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};

use kyosei_testkit::registrations::{Faults, FileForm, Form, generate};

use crate::program::{PIPE_BYTES, Place, wait_until};
use crate::running::Running;

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

/// The network calls of a command, as strace lists them.
fn network_calls(place: &Place, command: &Command, options: &[&str]) -> String {
    let log = place.file("network.log");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", "trace=%network"]).args(options).arg("-o").arg(&log);
    strace.arg(command.get_program()).args(command.get_args()).stdout(Stdio::null()).stderr(Stdio::null());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            strace.env(name, value);
        }
    }
    strace.status().unwrap();
    std::fs::read_to_string(log).unwrap()
}

#[test]
fn the_program_opens_a_socket_only_in_commands_that_are_for_the_network() {
    let place = Place::new();
    place.init();
    let bytes = generate(3, Form::Individual, 20, &Faults::none(), FileForm::Utf8).unwrap();
    let file = place.with("people.csv", &bytes);
    let bundle = place.file("all.kyosei");
    let (file, bundle) = (file.to_str().unwrap(), bundle.to_str().unwrap());
    for arguments in [
        &["supporters", "import", file][..],
        &["supporters", "list"],
        &["doctor"],
        &["status"],
        &["members", "invite"],
        &["members", "list"],
        &["spaces", "list"],
        &["conflicts", "list"],
        &["bundle", "write", bundle],
        &["bundle", "inspect", bundle],
    ] {
        assert_eq!(network_calls(&place, &place.command(arguments), &[]), "", "{arguments:?}");
    }
    let sync = place.command(&["sync", "--listen", "127.0.0.1:0"]);
    assert!(network_calls(&place, &sync, &[]).contains("socket("), "positive control");
}

#[test]
fn what_a_sync_sends_holds_no_name_in_clear_and_goes_to_the_loopback_interface_alone() {
    const NAME: &str = "KITAKAMAKURA-HANAKO";
    let admin = Place::new();
    admin.init();
    let form = format!(
        "kind = \"individual\"\n[consents]\nP1 = \"given\"\n[fields]\nname = \"{NAME}\"\nemail = \"k@example.jp\"\n"
    );
    assert_eq!(admin.run_with_input(&["supporters", "add", "-"], &form).code, 0);
    let editor = admin.join_by_files(&[], NAME);
    let watch = admin.command(&["sync", "--watch", "--listen", "127.0.0.1:0"]);
    let mut watching = Running::start(watch);
    let address = watching.last_word_of("Address of this");
    let sync = editor.command(&["sync", "--peer", &address, "--listen", "127.0.0.1:0"]);
    let sent = network_calls(&editor, &sync, &["-s", "65536"]);
    watching.interrupt();
    assert_eq!(watching.ended().0, 0);
    assert_eq!(editor.json(&["supporters", "list"])["supporters"][0]["name"], NAME, "it came over the wire");
    assert!(sent.contains("sendmsg(") || sent.contains("sendto("), "positive control");
    assert!(!sent.contains(NAME), "in clear on the wire");
    let elsewhere: Vec<&str> = sent
        .lines()
        .filter(|line| line.contains("sin_addr") && line.contains("send"))
        .filter(|line| !line.contains("127.0.0.1"))
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    let control = format!("echo {NAME} > /dev/udp/127.0.0.1/9");
    let mut bash = Command::new("bash");
    bash.args(["-c", &control]);
    let plain = network_calls(&editor, &bash, &["-e", "trace=network,write", "-s", "65536"]);
    assert!(plain.contains(NAME), "positive control: a name that is sent is found");
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
