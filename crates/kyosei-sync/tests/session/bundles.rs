//! A bundle brings what a session brings, and says when it is cut, damaged or of another kind.

use kyosei_sync::bundle::BUNDLE_RECORD_BYTES_MAX;
use kyosei_sync::{BundleError, BundleItem, BundleReader, BundleWriter, Have, PAYLOAD_BYTES_MAX, WireEntry};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::host::{Entries, space};

/// A bundle of three entries, and where its records end.
fn bundle(entries: &Entries) -> (Vec<u8>, Vec<usize>) {
    let (mut writer, mut bytes) = BundleWriter::open(space(1), entries.have());
    let mut ends = vec![bytes.len()];
    for entry in entries.in_order() {
        bytes.extend(writer.entry(entry).unwrap());
        ends.push(bytes.len());
    }
    bytes.extend(writer.close());
    (bytes, ends)
}

fn three_entries() -> Entries {
    let mut entries = Entries::default();
    let dropped = entries.append(space(1), 11, b"dropped later");
    entries.append(space(1), 11, b"sealed");
    entries.append(space(1), 12, &[7; 300]);
    entries.drop_payload(dropped);
    entries
}

/// All items of a bundle that arrives in pieces.
fn read(bytes: &[u8], piece: impl Fn(usize) -> usize) -> Result<Vec<BundleItem>, BundleError> {
    let mut reader = BundleReader::default();
    let mut items = Vec::new();
    let (mut at, mut end) = (0, 0);
    while at < bytes.len() {
        end = (at.max(end) + piece(at).max(1)).min(bytes.len());
        while at < end {
            let (taken, item) = reader.read(&bytes[at..end])?;
            at += taken;
            items.extend(item);
        }
    }
    reader.finish()?;
    Ok(items)
}

#[test]
fn what_was_written_is_read_and_taken_in_like_from_a_session() {
    let entries = three_entries();
    let items = read(&bundle(&entries).0, |_| usize::MAX / 2).unwrap();
    let mut taken = Entries::default();
    for item in &items {
        if let BundleItem::Entry(entry) = item {
            assert!(taken.take(entry));
        }
    }
    assert_eq!(items[0], BundleItem::Opening { space: space(1), have: entries.have() });
    assert_eq!(items.last(), Some(&BundleItem::Closing));
    assert_eq!((taken.ids(), taken.payloads()), (entries.ids(), entries.payloads()));
}

#[test]
fn a_bundle_cut_after_any_byte_is_named_as_cut_with_the_number_of_whole_entries() {
    let (bytes, ends) = bundle(&three_entries());
    for length in 0..bytes.len() {
        let whole = ends.iter().filter(|end| **end <= length).count().saturating_sub(1);
        let expect = BundleError::Cut { entry_count: whole as u64 };
        assert_eq!(read(&bytes[..length], |_| usize::MAX / 2), Err(expect), "{length} bytes left");
    }
    assert!(read(&bytes, |_| usize::MAX / 2).is_ok(), "positive control");
}

#[test]
fn bytes_behind_the_end_a_record_left_out_and_a_length_above_the_limit_are_refused() {
    let (bytes, ends) = bundle(&three_entries());
    let all = |bytes: &[u8]| read(bytes, |_| usize::MAX / 2);
    assert_eq!(all(&[&bytes[..], &[0]].concat()), Err(BundleError::Malformed));
    assert_eq!(all(&[&bytes[..ends[1]], &bytes[ends[2]..]].concat()), Err(BundleError::Malformed));
    assert_eq!(all(&bytes[ends[0]..]), Err(BundleError::Malformed), "without its opening record");
    let long = u32::try_from(BUNDLE_RECORD_BYTES_MAX + 1).unwrap().to_be_bytes();
    assert_eq!(all(&long), Err(BundleError::AboveLimit));
    assert_eq!(all(&[&bytes[..ends[0]], &[0xff; 4]].concat()), Err(BundleError::AboveLimit));
}

#[test]
fn a_bundle_of_a_newer_version_is_told_from_damage() {
    let (mut bytes, _) = bundle(&three_entries());
    assert_eq!(bytes[4..6], [0x83, 1], "an array of three fields, the first of them the version");
    bytes[5] = 2;
    assert_eq!(read(&bytes, |_| 100), Err(BundleError::NewerVersion));
}

#[test]
fn an_entry_of_another_space_in_a_bundle_is_refused() {
    let mut other = Entries::default();
    let id = other.append(space(2), 11, b"x");
    let (mut writer, mut bytes) = BundleWriter::open(space(1), Have::new());
    bytes.extend(writer.entry(other.wire(id)).unwrap());
    assert_eq!(read(&bytes, |_| 100), Err(BundleError::OtherSpace));
}

#[test]
fn the_largest_entry_fits_and_one_above_the_limit_is_not_written() {
    let mut entries = Entries::default();
    let id = entries.append(space(1), 11, &vec![1; PAYLOAD_BYTES_MAX]);
    assert!(read(&bundle(&entries).0, |_| 9999).is_ok());
    let mut above = entries.wire(id);
    above.payload.as_mut().unwrap().push(0);
    let (mut writer, _) = BundleWriter::open(space(1), Have::new());
    assert_eq!(writer.entry(above), Err(BundleError::AboveLimit));
    assert_eq!(
        writer.entry(WireEntry { header: vec![0; 5000], payload: None }),
        Err(BundleError::AboveLimit)
    );
}

proptest! {
    #[test]
    fn any_cutting_into_pieces_reads_the_same(sizes in vec(1_usize..200, 1..30)) {
        let (bytes, _) = bundle(&three_entries());
        let whole = read(&bytes, |_| usize::MAX / 2);
        prop_assert!(whole.is_ok());
        prop_assert_eq!(read(&bytes, |at| sizes[at % sizes.len()]), whole);
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in vec(any::<u8>(), 0..300)) {
        prop_assert!(read(&bytes, |_| 50).is_err());
    }

    #[test]
    fn a_changed_byte_never_gives_another_whole_bundle_of_valid_entries(at in any::<prop::sample::Index>(), to: u8) {
        let (mut bytes, ends) = bundle(&three_entries());
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != to && at >= ends[0]);
        bytes[at] = to;
        if let Ok(items) = read(&bytes, |_| 100) {
            let mut taken = Entries::default();
            let mut all = items.iter().filter_map(|item| match item {
                BundleItem::Entry(entry) => Some(entry),
                BundleItem::Opening { .. } | BundleItem::Closing => None,
            });
            prop_assert!(!all.all(|entry| taken.take(entry)));
        }
    }
}
