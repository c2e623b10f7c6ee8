//! The passphrase: wrong ones, changes, and the backup of the key file.

use kyosei_runtime::Vault;

use crate::laptop::{Laptop, add, found, names, quiet, words};

fn code(laptop: &Laptop, passphrase: &str) -> &'static str {
    let _quiet = quiet();
    let opened = Vault::unlock(&laptop.path, &words(passphrase), laptop.environment());
    opened.map(|_| "it opened").unwrap_or_else(|error| error.code())
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_changes_nothing() {
    let laptop = Laptop::new();
    laptop.create().vault.close().unwrap();
    let before = std::fs::read(laptop.database()).unwrap();
    for wrong in ["", "right word", "right words ", "RIGHT WORDS"] {
        assert_eq!(code(&laptop, wrong), "E-PASSPHRASE", "{wrong:?}");
    }
    assert!(std::fs::read(laptop.database()).unwrap() == before);
    assert_eq!(code(&laptop, "right words"), "it opened");
}

#[test]
fn after_a_change_the_new_passphrase_opens_and_the_old_one_does_not() {
    let laptop = Laptop::new();
    let mut vault = laptop.create().vault;
    add(&mut vault, "森 健一", "mori@example.jp");
    vault.close().unwrap();
    let change = |old: &str, new: &str| {
        let _quiet = quiet();
        Vault::change_passphrase(&laptop.path, &words(old), &words(new), &laptop.environment())
    };
    assert_eq!(change("wrong", "new words").unwrap_err().code(), "E-PASSPHRASE");
    assert!(!laptop.path.join("device.age.bak").exists());
    change("right words", "new words").unwrap();
    assert!(laptop.path.join("device.age.bak").exists(), "kept until the new file has proved itself");
    assert_eq!(code(&laptop, "right words"), "E-PASSPHRASE");
    assert!(laptop.path.join("device.age.bak").exists());
    let quiet_now = quiet();
    let vault = Vault::unlock(&laptop.path, &words("new words"), laptop.environment()).unwrap();
    drop(quiet_now);
    assert_eq!(found(&vault, "森"), names(["森 健一"]));
    assert!(!laptop.path.join("device.age.bak").exists());
    let in_use = change("new words", "third words").unwrap_err();
    assert_eq!(in_use.code(), "E-VAULT-IN-USE");
}

#[test]
fn a_changed_bit_in_any_byte_of_the_key_file_is_refused_with_a_code() {
    let laptop = Laptop::new();
    laptop.create().vault.close().unwrap();
    let good = std::fs::read(laptop.key_file()).unwrap();
    for at in 0..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1 << (at % 8);
        std::fs::write(laptop.key_file(), &changed).unwrap();
        let code = laptop.refusal();
        assert!(["E-PASSPHRASE", "E-KEY-FILE", "E-VAULT-NEWER"].contains(&code), "byte {at}: {code}");
    }
    for length in [0, 1, good.len() / 2, good.len() - 1] {
        std::fs::write(laptop.key_file(), &good[..length]).unwrap();
        assert_eq!(laptop.refusal(), "E-PASSPHRASE", "{length} bytes left");
    }
    std::fs::write(laptop.key_file(), vec![0; 1 << 20]).unwrap();
    assert_ne!(laptop.refusal(), "it opened");
    std::fs::write(laptop.key_file(), &good).unwrap();
    assert!(laptop.try_unlock().is_ok());
}

#[test]
fn there_is_no_vault_where_there_is_no_key_file() {
    let laptop = Laptop::new();
    assert_eq!(laptop.refusal(), "E-VAULT-MISSING");
    assert!(!laptop.path.exists(), "looking makes nothing");
}
