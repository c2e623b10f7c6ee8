//! The bytes that travel. Ed25519 signatures are deterministic (RFC 8032 §5.1.6), so a whole conversation has a vector.

use kyosei_access::{CutHead, EntryId, LogId, SpaceId};
use kyosei_sync::wire::limits::SPACE_COUNT_MAX;
use kyosei_sync::wire::{Message, Nonce, Tag};
use kyosei_sync::{BundleItem, BundleReader, BundleWriter, Have};
use kyosei_testkit::golden;

use crate::host::{Entries, framed, key, pair, sent, space, start};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/session/golden");

fn all_messages() -> Vec<(&'static str, Message)> {
    let space = SpaceId::from_bytes([1; 32]);
    let log = LogId::from(&key(7));
    let head = CutHead { seq: 300, entry: EntryId::from_bytes([2; 32]) };
    let tags = (0..u8::try_from(SPACE_COUNT_MAX).unwrap()).map(|n| Tag([n; 16])).collect();
    vec![
        ("hello", Message::Hello { versions: [1, 2].into(), nonce: Nonce([3; 32]) }),
        ("proof", Message::Proof { device: (&key(8)).into(), tags, signature: [4; 64] }),
        ("digest", Message::Digest { space, digest: [5; 32] }),
        ("have", Message::Have { space, tips: [(log, [head].into())].into(), is_last: true }),
        (
            "need",
            Message::Need { request: 9, space, from: [(log, 301)].into(), payloads: [head.entry].into() },
        ),
        ("withdraw", Message::Withdraw { space }),
        ("entry", Message::Entry { request: 9, header: vec![6; 3], payload: Some(vec![7; 2]) }),
        ("entry-dropped", Message::Entry { request: 9, header: vec![6; 3], payload: None }),
        ("end", Message::End { request: 9 }),
    ]
}

#[test]
fn every_message_keeps_its_bytes_in_its_frame() {
    for (name, message) in all_messages() {
        let bytes = golden::check(FOLDER, &format!("message-{name}"), &framed(&message));
        assert_eq!(Message::decode(&bytes[3..]), Ok(Some(message)), "{name}");
    }
}

#[test]
fn a_digest_of_heads_keeps_its_domain() {
    let head = CutHead { seq: 300, entry: EntryId::from_bytes([2; 32]) };
    let have = Have::from_tips([(LogId::from(&key(7)), [head].into())].into()).unwrap();
    golden::check(FOLDER, "have-digest", &have.digest(SpaceId::from_bytes([1; 32])));
}

#[test]
fn a_whole_conversation_keeps_its_bytes() {
    let [mut a, mut b] = pair(&[space(1)]);
    a.spaces.get_mut(&space(1)).unwrap().append(space(1), 11, b"from a");
    b.spaces.get_mut(&space(1)).unwrap().append(space(1), 12, b"from b");
    start(&mut a, &mut b);
    let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
    loop {
        let (from_a, from_b) = (sent(&mut a), sent(&mut b));
        a.receive(&from_b).unwrap();
        b.receive(&from_a).unwrap();
        if from_a.is_empty() && from_b.is_empty() {
            break;
        }
        of_a.extend(from_a);
        of_b.extend(from_b);
    }
    golden::check(FOLDER, "conversation-dialer", &of_a);
    golden::check(FOLDER, "conversation-listener", &of_b);
}

#[test]
fn a_bundle_keeps_its_bytes() {
    let mut entries = Entries::default();
    let first = entries.append(space(1), 11, b"first");
    entries.append(space(1), 11, b"second");
    entries.drop_payload(first);
    let (mut writer, mut bytes) = BundleWriter::open(space(1), entries.have());
    for entry in entries.in_order() {
        bytes.extend(writer.entry(entry).unwrap());
    }
    bytes.extend(writer.close());
    let bytes = golden::check(FOLDER, "bundle", &bytes);

    let mut reader = BundleReader::default();
    let (mut rest, mut items) = (&bytes[..], Vec::new());
    while !rest.is_empty() {
        let (taken, item) = reader.read(rest).unwrap();
        rest = &rest[taken..];
        items.extend(item);
    }
    assert_eq!(reader.finish(), Ok(()));
    assert_eq!(items[0], BundleItem::Opening { space: space(1), have: entries.have() });
    assert_eq!(items.len(), 4);
}
