//! A damaged database: a clear code or the old content, never a panic, and never a destroyed file.

use std::collections::BTreeMap;

use kyosei_doc::DocId;
use kyosei_testkit::{Seed, faults};

use crate::laptop::{Laptop, add, heads};

const CODES: [&str; 3] = ["E-VAULT-DAMAGED", "E-DATABASE", "E-VAULT-NEWER"];

type Heads = BTreeMap<DocId, Vec<[u8; 32]>>;

fn closed() -> (Laptop, Heads) {
    let laptop = Laptop::new();
    let mut vault = laptop.create().vault;
    for n in 0..5 {
        add(&mut vault, &format!("森 健{n}"), &format!("mori{n}@example.jp"));
    }
    let heads = heads(&vault);
    vault.close().unwrap();
    (laptop, heads)
}

/// Opens the vault with these bytes as its database: refused by a code, or some damage is found, or all is as it was.
fn open_with(laptop: &Laptop, bytes: &[u8], good: &Heads, what: &str) {
    for beside in ["vault.db-wal", "vault.db-shm"] {
        // Of an earlier opening; whether they are there does not matter.
        let _answer = std::fs::remove_file(laptop.path.join(beside));
    }
    std::fs::write(laptop.database(), bytes).unwrap();
    match laptop.try_unlock() {
        Err(error) => {
            assert!(CODES.contains(&error.code()), "{what}: {}", error.code());
            assert!(
                std::fs::read(laptop.database()).unwrap() == bytes,
                "{what}: a refused file stays as it is"
            );
        }
        Ok(vault) => {
            let is_clean = vault.check(true).is_ok_and(|report| report.findings.is_empty());
            assert!(!is_clean || heads(&vault) == *good, "{what}: something is missing and nobody says so");
        }
    }
}

#[test]
fn a_database_cut_at_any_length_gives_a_clear_code_and_is_not_touched() {
    let (laptop, heads) = closed();
    let good = std::fs::read(laptop.database()).unwrap();
    for length in (0..good.len()).step_by(good.len() / 40 + 1).chain([1, 99, 100, 101, good.len() - 1]) {
        open_with(&laptop, &good[..length], &heads, &format!("{length} bytes left"));
    }
}

#[test]
fn a_database_with_any_damage_gives_a_clear_code_or_opens() {
    let (laptop, heads) = closed();
    let good = std::fs::read(laptop.database()).unwrap();
    let seed = Seed::of_test();
    for mutation in faults::of_test(good.len(), 60, &seed) {
        if let Some(bytes) = mutation.apply(&good) {
            open_with(&laptop, &bytes, &heads, &format!("{mutation:?}"));
        }
    }
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_not_touched() {
    let (laptop, _) = closed();
    let mut bytes = std::fs::read(laptop.database()).unwrap();
    // The user version of an SQLite file, big-endian (sqlite.org/fileformat2.html §1.3).
    bytes[63] += 1;
    std::fs::write(laptop.database(), &bytes).unwrap();
    assert_eq!(laptop.refusal(), "E-VAULT-NEWER");
    assert!(std::fs::read(laptop.database()).unwrap() == bytes);
}

#[test]
fn a_missing_or_foreign_database_is_refused_and_nothing_is_made_in_its_place() {
    let (laptop, _) = closed();
    std::fs::remove_file(laptop.database()).unwrap();
    assert_eq!(laptop.refusal(), "E-VAULT-DAMAGED");
    assert!(!laptop.database().exists());
    std::fs::write(laptop.database(), b"dear diary").unwrap();
    assert_eq!(laptop.refusal(), "E-VAULT-DAMAGED");
    assert_eq!(std::fs::read(laptop.database()).unwrap(), b"dear diary");
}

#[test]
fn the_database_of_another_vault_does_not_open_with_these_keys() {
    let ((laptop, _), (other, _)) = (closed(), closed());
    std::fs::copy(other.database(), laptop.database()).unwrap();
    let opened = laptop.try_unlock();
    assert!(opened.is_err() || opened.is_ok_and(|vault| vault.register().supporters().next().is_none()));
}
