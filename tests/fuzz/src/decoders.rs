//! Decoders of single objects. What they accept must encode to the very bytes that were read. Each says whether it accepted.

use kyosei_access::{Draft, OpaqueOp, SignedOp};
use kyosei_sync::wire::frame::{self, Assembler, LaneLimits};
use kyosei_sync::wire::limits::{BULK_MESSAGE_BYTES_MAX, CONTROL_MESSAGE_BYTES_MAX};
use kyosei_sync::wire::{Lane, Message};
use kyosei_sync::{
    BundleError, BundleItem, BundleReader, BundleWriter, DropOrder, Inner, SignedHeader, Snapshot,
};

const LIMITS: LaneLimits = LaneLimits { control: CONTROL_MESSAGE_BYTES_MAX, bulk: BULK_MESSAGE_BYTES_MAX };

/// Frames in two different cuttings give the same messages, and each message cut again the same frames.
pub fn frames(bytes: &[u8]) -> bool {
    let whole = assemble(bytes, bytes.len());
    assert_eq!(whole, assemble(bytes, 7), "the cutting changes what is read");
    let (messages, is_well_formed) = whole;
    let is_accepted = is_well_formed && !messages.is_empty();
    for (lane, message) in messages {
        let mut again = Vec::new();
        let mut next = Some(0);
        while let Some(at) = next {
            next = frame::cut(lane, &message, at, &mut again);
        }
        assert_eq!(assemble(&again, again.len()), (vec![(lane, message)], true), "cut and read again");
    }
    is_accepted
}

/// The messages before the first error, and whether there was none.
fn assemble(bytes: &[u8], piece: usize) -> (Vec<(Lane, Vec<u8>)>, bool) {
    let mut assembler = Assembler::default();
    let mut messages = Vec::new();
    for mut piece in bytes.chunks(piece.max(1)) {
        while !piece.is_empty() {
            let Ok(taken) = assembler.push(piece, LIMITS) else { return (messages, false) };
            piece = piece.get(taken.byte_count..).unwrap_or_default();
            messages.extend(taken.message);
        }
    }
    (messages, true)
}

/// A message.
pub fn message(bytes: &[u8]) -> bool {
    let Ok(Some(message)) = Message::decode(bytes) else { return false };
    assert_eq!(message.encode(), bytes);
    true
}

/// A signed header.
pub fn header(bytes: &[u8]) -> bool {
    let Ok(header) = SignedHeader::decode(bytes) else { return false };
    assert_eq!(header.encode(), bytes);
    header.verify().is_ok()
}

/// The content of a data entry.
pub fn inner(bytes: &[u8]) -> bool {
    let Ok(inner) = Inner::decode(bytes) else { return false };
    assert_eq!(inner.encode(), bytes);
    true
}

/// The body of a snapshot part.
pub fn snapshot(bytes: &[u8]) -> bool {
    let Ok(snapshot) = Snapshot::decode(bytes) else { return false };
    assert_eq!(snapshot.encode(), bytes);
    true
}

/// A drop order.
pub fn drop_order(bytes: &[u8]) -> bool {
    let Ok(order) = DropOrder::decode(bytes) else { return false };
    assert_eq!(order.encode(), bytes);
    order.verified_signers().is_ok()
}

/// A bundle: what is read as a whole one is written again as the same bytes.
pub fn bundle(bytes: &[u8]) -> bool {
    let read = read_bundle(bytes, bytes.len());
    assert_eq!(read, read_bundle(bytes, 11), "the cutting changes what is read");
    let Ok(again) = read else { return false };
    assert_eq!(again, bytes);
    true
}

/// Reads a bundle in pieces and writes what it holds.
fn read_bundle(bytes: &[u8], piece: usize) -> Result<Vec<u8>, BundleError> {
    let mut reader = BundleReader::default();
    let mut writer: Option<BundleWriter> = None;
    let mut again = Vec::new();
    for mut piece in bytes.chunks(piece.max(1)) {
        while !piece.is_empty() {
            let (taken, item) = reader.read(piece)?;
            piece = piece.get(taken..).unwrap_or_default();
            match (item, &mut writer) {
                (None, _) => {}
                (Some(BundleItem::Opening { space, have }), writer) => {
                    let (opened, first) = BundleWriter::open(space, have);
                    *writer = Some(opened);
                    again.extend(first);
                }
                (Some(BundleItem::Entry(entry)), Some(writer)) => again.extend(writer.entry(entry)?),
                (Some(BundleItem::Closing), writer) => {
                    again.extend(writer.take().map(BundleWriter::close).unwrap_or_default())
                }
                (Some(BundleItem::Entry(_)), None) => unreachable!("an entry before the opening record"),
            }
        }
    }
    reader.finish()?;
    Ok(again)
}

/// A membership operation.
pub fn signed_op(bytes: &[u8]) -> bool {
    if let Ok(op) = OpaqueOp::decode(bytes) {
        assert_eq!(op.as_slice(), bytes, "one of a newer version is kept as it came");
    }
    let Ok(op) = SignedOp::decode(bytes) else { return false };
    assert_eq!(op.encode(), bytes);
    op.verify().is_ok()
}

/// A membership operation that still collects signatures. Reading drops those that do not verify, so only the second time
/// nothing may change any more.
pub fn draft(bytes: &[u8]) -> bool {
    let Ok(draft) = Draft::decode(bytes) else { return false };
    let kept = draft.encode();
    assert_eq!(Draft::decode(&kept).map(|again| again.encode()), Ok(kept));
    assert!(!draft.missing().is_empty() || draft.finish().is_ok());
    true
}
