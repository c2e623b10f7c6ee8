//! What was written is there again, however the program ended; and only one program has a vault open.

use std::process::{Command, Stdio};

use kyosei_app::supporters::{AddRefused, NewSupporter, add_supporter};
use kyosei_runtime::{CreateError, NewCommittee, Vault, WriteFailed};

use crate::laptop::{Laptop, add, copy, found, heads, names, person, quiet, words};

#[test]
fn everything_is_there_after_closing_and_after_a_crash() {
    let laptop = Laptop::new();
    let mut vault = laptop.create().vault;
    add(&mut vault, "髙橋 恵", "megumi@example.jp");
    let before = heads(&vault);
    vault.close().unwrap();
    let mut vault = laptop.unlock();
    assert_eq!((heads(&vault), found(&vault, "高橋")), (before, names(["髙橋 恵"])));
    assert!(!vault.status().was_rebuilt);
    add(&mut vault, "森 健一", "mori@example.jp");
    let (before, trail) = (heads(&vault), vault.register().audit_events().unwrap());
    // No closing: the local state on the disk does not know the last entry.
    drop(vault);
    let vault = laptop.unlock();
    assert_eq!(heads(&vault), before);
    assert_eq!(vault.register().audit_events().unwrap(), trail);
    assert_eq!(found(&vault, ""), names(["髙橋 恵", "森 健一"]));
    assert_eq!(vault.check(true).unwrap().findings, []);
}

#[test]
fn a_refused_deed_leaves_no_trace_on_the_disk() {
    let laptop = Laptop::new();
    let mut vault = laptop.create().vault;
    let (before, entries) = (heads(&vault), vault.status().entry_count);
    let new = NewSupporter { decisions: Vec::new(), ..person("森 健一", "mori@example.jp") };
    let refused = vault.write(|writing| add_supporter(writing, new));
    assert!(matches!(refused, Err(WriteFailed::Refused(AddRefused::NoConsent))));
    assert_eq!((heads(&vault), vault.status().entry_count), (before, entries));
    vault.close().unwrap();
    assert!(!laptop.holds("mori@"));
}

#[test]
fn a_second_opening_is_refused_while_the_first_is_open() {
    let laptop = Laptop::new();
    let vault = laptop.create().vault;
    assert_eq!(laptop.refusal(), "E-VAULT-IN-USE");
    let again = Vault::create(&laptop.path, &committee(), &words("x"), laptop.environment()).err().unwrap();
    assert_eq!(again.code(), "E-VAULT-IN-USE");
    vault.close().unwrap();
    assert!(laptop.try_unlock().is_ok());
}

/// Does nothing unless the next test runs it as a process of its own.
#[test]
fn tries_to_open_when_told_to() {
    let Ok(path) = std::env::var("KYOSEI_RUNTIME_TEST_VAULT") else { return };
    assert_eq!(Laptop::at(path.into()).refusal(), "E-VAULT-IN-USE");
}

#[test]
fn a_second_process_is_refused_while_the_first_has_the_vault_open() {
    let laptop = Laptop::new();
    let open = laptop.create().vault;
    let try_it = || {
        let mut process = Command::new(std::env::current_exe().unwrap());
        process.args(["lasting::tries_to_open_when_told_to", "--exact"]);
        process.env("KYOSEI_RUNTIME_TEST_VAULT", &laptop.path).stdout(Stdio::null()).stderr(Stdio::null());
        let starting = quiet();
        let mut child = process.spawn().unwrap();
        drop(starting);
        child.wait().unwrap().success()
    };
    assert!(try_it(), "it is refused");
    open.close().unwrap();
    assert!(!try_it(), "positive control: it opens");
}

fn committee() -> NewCommittee {
    NewCommittee { committee: "あおの会".into(), person: "森 健一".into(), device: "机".into() }
}

fn create_again(laptop: &Laptop) -> Result<Vault, CreateError> {
    let _quiet = quiet();
    Vault::create(&laptop.path, &committee(), &words("right words"), laptop.environment())
        .map(|new| new.vault)
}

#[test]
fn an_interrupted_creation_is_made_anew() {
    let laptop = Laptop::new();
    laptop.create().vault.close().unwrap();
    // Until the recovery sheets are delivered this mark lies in the folder, whatever else is there already.
    std::fs::write(laptop.path.join("creating"), "").unwrap();
    assert_eq!(laptop.refusal(), "E-VAULT-MISSING");
    let vault = create_again(&laptop).unwrap();
    assert_eq!(vault.status().committee, "あおの会");
    vault.close().unwrap();
    assert_eq!(laptop.unlock().status().committee, "あおの会");
}

#[test]
fn a_vault_without_its_key_file_is_refused_and_never_created_over() {
    let laptop = Laptop::new();
    laptop.create().vault.close().unwrap();
    let aside = laptop.path.with_extension("aside");
    std::fs::rename(laptop.key_file(), &aside).unwrap();
    assert_eq!(laptop.refusal(), "E-KEY-FILE-MISSING");
    assert_eq!(create_again(&laptop).err().unwrap().code(), "E-KEY-FILE-MISSING");
    std::fs::rename(&aside, laptop.key_file()).unwrap();
    laptop.unlock().close().unwrap();
}

#[test]
fn sheets_that_are_not_delivered_leave_no_vault() {
    let laptop = Laptop::new();
    let refused =
        Vault::create_with(&laptop.path, &committee(), &words("right words"), laptop.environment(), |_| {
            Err(std::io::ErrorKind::StorageFull.into())
        });
    assert_eq!(refused.err().unwrap().code(), "E-RECOVERY-SHEETS");
    assert_eq!(laptop.refusal(), "E-VAULT-MISSING");
    create_again(&laptop).unwrap().close().unwrap();
}

#[test]
fn a_folder_with_a_vault_or_with_other_files_is_not_taken() {
    let laptop = Laptop::new();
    laptop.create().vault.close().unwrap();
    assert_eq!(create_again(&laptop).err().unwrap().code(), "E-VAULT-EXISTS");
    // A lost key file whose backup is there is no interrupted creation either.
    std::fs::rename(laptop.key_file(), laptop.path.join("device.age.bak")).unwrap();
    assert_eq!(create_again(&laptop).err().unwrap().code(), "E-VAULT-EXISTS");
    assert!(laptop.database().exists());
    let other = Laptop::new();
    std::fs::create_dir_all(&other.path).unwrap();
    std::fs::write(other.path.join("letter.txt"), "dear").unwrap();
    assert_eq!(create_again(&other).err().unwrap().code(), "E-FOLDER-NOT-EMPTY");
    assert_eq!(std::fs::read(other.path.join("letter.txt")).unwrap(), b"dear");
}

#[test]
fn a_copy_of_a_vault_opens_like_the_vault() {
    let laptop = Laptop::new();
    let mut vault = laptop.create().vault;
    add(&mut vault, "森 健一", "mori@example.jp");
    let before = heads(&vault);
    vault.close().unwrap();
    let other = Laptop::new();
    copy(&laptop.path, &other.path);
    assert_eq!(heads(&other.unlock()), before);
}
