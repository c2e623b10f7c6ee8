//! A disk that is full or cannot be written: said by its code, nothing lost, and it goes on afterwards.

use std::io::Write as _;
use std::path::Path;

use kyosei_app::supporters::add_supporter;
use kyosei_runtime::{Created, WriteFailed};
use kyosei_testkit::disk_image::{Attempt, DiskImage};

use crate::laptop::{Laptop, add, found, heads, names, person, quiet};

const IMAGE_MIB: u64 = 16;

fn mount() -> Attempt {
    let _starting = quiet();
    DiskImage::mount(IMAGE_MIB).unwrap()
}

/// Unmounts, which starts a process.
fn unmount(image: DiskImage) {
    let _starting = quiet();
    drop(image);
}

/// Fills a disk to the last byte.
fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).unwrap();
    for size in [64 << 10, 1 << 10, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    drop(file);
}

#[test]
fn on_a_full_disk_a_deed_is_refused_whole_and_works_once_there_is_room() {
    let Some(image) = mount().or_say("full disk") else { return };
    let laptop = Laptop::at(image.path().join("vault"));
    let Created { mut vault, sheets } = laptop.create();
    let mori = add(&mut vault, "森 健一", "mori@example.jp");
    let filler = image.path().join("filler");
    fill(&filler);
    let before = heads(&vault);
    let mut refused = None;
    // The log of the database may have room left for a few more pages.
    for n in 0..200 {
        let new = person(&format!("髙橋 {n}"), &format!("n{n}@example.jp"));
        if let Err(WriteFailed::Vault(error)) = vault.write(|writing| add_supporter(writing, new)) {
            refused = Some(error.code());
            break;
        }
    }
    assert_eq!(refused, Some("E-DISK-FULL"));
    let (held, shown) = (heads(&vault), found(&vault, ""));
    assert!(held.len() >= before.len());
    let approval = vault.approval_key(&sheets[0]).unwrap();
    assert!(vault.erase([mori], std::slice::from_ref(&approval)).is_err());
    assert_eq!((heads(&vault), found(&vault, "")), (held, shown), "memory is as the disk is");
    std::fs::remove_file(&filler).unwrap();
    add(&mut vault, "山﨑 直樹", "naoki@example.jp");
    vault.erase([mori], &[approval]).unwrap();
    let expect = heads(&vault);
    assert_eq!(vault.check(true).unwrap().findings, []);
    vault.close().unwrap();
    let vault = laptop.unlock();
    assert_eq!(heads(&vault), expect);
    assert_eq!(found(&vault, "山崎"), names(["山﨑 直樹"]));
    vault.close().unwrap();
    unmount(image);
}

#[test]
fn on_a_disk_that_cannot_be_written_nothing_is_begun() {
    let Some(image) = mount().or_say("read-only disk") else { return };
    let laptop = Laptop::at(image.path().join("vault"));
    laptop.create().vault.close().unwrap();
    let starting = quiet();
    image.set_read_only().unwrap();
    drop(starting);
    assert_eq!(laptop.refusal(), "E-READ-ONLY");
    let other = Laptop::at(image.path().join("other"));
    let new = kyosei_runtime::NewCommittee { committee: "x".into(), person: "x".into(), device: "x".into() };
    let words = crate::laptop::words("x");
    let refused =
        kyosei_runtime::Vault::create(&other.path, &new, &words, other.environment()).err().unwrap();
    assert_eq!(refused.code(), "E-READ-ONLY");
    unmount(image);
}
