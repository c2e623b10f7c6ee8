//! The store as one caller sees it, and what stays of it on the disk.

use super::{Batch, CheckFinding, EntryRow, OpenError, Store, StoreError, following};

fn entry(seq: u32, payload: &[u8]) -> EntryRow {
    EntryRow {
        id: [u8::try_from(seq).unwrap(); 32],
        space: [1; 32],
        log: [2; 32],
        seq,
        header: vec![seq as u8; 5],
        payload: Some(payload.to_vec()),
    }
}

fn fresh() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("v.db");
    (folder, path)
}

#[test]
fn a_committed_batch_is_there_after_the_file_is_opened_again() {
    let (_folder, path) = fresh();
    let mut store = Store::create(&path).unwrap();
    let batch = Batch {
        entries: vec![entry(0, b"a"), entry(1, b"b")],
        state_put: vec![(0, b"state".to_vec())],
        ..Batch::default()
    };
    store.commit(&batch).unwrap();
    store.commit(&batch).unwrap();
    drop(store);
    let store = Store::open(&path).unwrap();
    let rows = store.page(&[1; 32], 0).unwrap();
    let stored: Vec<_> = rows.iter().map(|row| (row.header.clone(), row.payload.clone())).collect();
    assert_eq!(stored, [(vec![0; 5], Some(b"a".to_vec())), (vec![1; 5], Some(b"b".to_vec()))]);
    assert_eq!(store.page(&[1; 32], rows[0].number).unwrap(), rows[1..]);
    assert_eq!(store.numbers_from(&[1; 32], &[2; 32], 1).unwrap(), [rows[1].number]);
    assert_eq!(store.entry(&[1; 32]).unwrap().as_ref(), Some(&rows[1]));
    assert_eq!(store.entry_at(rows[0].number).unwrap().as_ref(), Some(&rows[0]));
    assert_eq!(store.last_number(&[1; 32]).unwrap(), rows[1].number);
    assert_eq!(store.state(0).unwrap().unwrap(), b"state");
    assert_eq!(store.spaces().unwrap(), [[1; 32]]);
    assert_eq!(store.check(true).unwrap(), Vec::<CheckFinding>::new());
}

#[test]
fn a_dropped_payload_leaves_no_byte_in_the_files_and_its_header_stays() {
    let (folder, path) = fresh();
    let secret = b"0123456789abcdefSECRETPAYLOAD";
    let mut store = Store::create(&path).unwrap();
    store.commit(&Batch { entries: vec![entry(0, secret)], ..Batch::default() }).unwrap();
    assert!(on_disk(folder.path(), secret), "positive control: the payload is on the disk");
    store.commit(&Batch { payload_delete: vec![[0; 32]], ..Batch::default() }).unwrap();
    store.close().unwrap();
    assert!(!on_disk(folder.path(), secret));
    let store = Store::open(&path).unwrap();
    assert_eq!(store.page(&[1; 32], 0).unwrap()[0].payload, None);
    assert!(store.awaiting(&[1; 32], 9).unwrap().is_empty(), "it is dropped, not awaited");
}

#[test]
fn a_payload_that_arrives_later_is_put_once_and_one_that_was_dropped_never_again() {
    let (_folder, path) = fresh();
    let mut store = Store::create(&path).unwrap();
    let bare = EntryRow { payload: None, ..entry(0, b"") };
    store.commit(&Batch { entries: vec![bare], ..Batch::default() }).unwrap();
    assert_eq!(store.awaiting(&[1; 32], 9).unwrap(), [[0; 32]]);
    assert_eq!(
        (store.awaiting_count(&[1; 32], 0).unwrap(), store.awaiting_count(&[1; 32], 1).unwrap()),
        (0, 1)
    );
    let put = |bytes: &[u8]| Batch { payload_put: vec![([0; 32], bytes.to_vec())], ..Batch::default() };
    store.commit(&put(b"right")).unwrap();
    assert_eq!(store.awaiting_count(&[1; 32], 1).unwrap(), 0);
    store.commit(&put(b"again")).unwrap();
    assert_eq!(store.entry(&[0; 32]).unwrap().unwrap().payload.unwrap(), b"right");
    store.commit(&Batch { payload_delete: vec![[0; 32]], ..Batch::default() }).unwrap();
    store.commit(&put(b"back")).unwrap();
    assert_eq!(store.entry(&[0; 32]).unwrap().unwrap().payload, None);
}

#[test]
fn places_that_do_not_ascend_are_damage_and_no_endless_row_of_pages() {
    assert!(matches!(following(3, 4), Ok(4)));
    for number in [3, 2, 0, -1] {
        assert!(matches!(following(3, number), Err(StoreError::Damaged)), "{number}");
    }
}

#[test]
fn other_files_and_newer_vaults_are_told_apart() {
    let (folder, path) = fresh();
    assert!(matches!(Store::open(&path), Err(OpenError::Missing)));
    std::fs::write(&path, b"not a database, but long enough to be looked at as one".repeat(100)).unwrap();
    assert!(matches!(Store::open(&path), Err(OpenError::NotAVault)));
    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(matches!(Store::open(&other), Err(OpenError::NotAVault)));
    let newer = folder.path().join("newer.db");
    Store::create(&newer).unwrap().close().unwrap();
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 2).unwrap();
    assert!(matches!(Store::open(&newer), Err(OpenError::NewerVersion)));
}

#[test]
fn a_file_with_overwritten_pages_is_reported_as_damaged_and_not_as_an_empty_vault() {
    let (_folder, path) = fresh();
    let mut store = Store::create(&path).unwrap();
    let entries = (0..200).map(|seq| entry(seq, &vec![7; 900])).collect();
    store.commit(&Batch { entries, ..Batch::default() }).unwrap();
    store.close().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let len = bytes.len();
    bytes[4096..len].fill(0xAA);
    std::fs::write(&path, bytes).unwrap();
    let found = Store::open(&path).map_err(|_| ()).and_then(|store| store.check(true).map_err(|_| ()));
    assert!(found.is_err() || !found.unwrap().is_empty());
}

#[test]
fn a_full_disk_is_named_and_nothing_of_the_batch_is_stored() {
    let (_folder, path) = fresh();
    let mut store = Store::create(&path).unwrap();
    store.connection.pragma_update(None, "max_page_count", 20).unwrap();
    let entries = (0..200).map(|seq| entry(seq, &vec![7; 900])).collect();
    assert!(matches!(store.commit(&Batch { entries, ..Batch::default() }), Err(StoreError::DiskFull)));
    assert!(store.page(&[1; 32], 0).unwrap().is_empty());
}

fn on_disk(folder: &std::path::Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}
