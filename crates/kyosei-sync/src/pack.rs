//! Puts the parts of many documents into as few entries as the limits allow.
//!
//! An entry alone pays the floor of the padding (1 KiB) and the age header; an import of 10,000 people would pay it
//! 10,000 times. A pack holds up to [`PACK_DOCUMENT_COUNT_MAX`] documents or [`PACK_BYTES_MAX`] bytes.

use crate::inner::Part;
use crate::limits::{PACK_BYTES_MAX, PACK_DOCUMENT_COUNT_MAX};

/// Splits parts into packs, keeping their order. A part above [`PACK_BYTES_MAX`] stands alone in its pack.
#[must_use]
pub fn pack(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let mut packs = Vec::new();
    let mut open: Vec<Part> = Vec::new();
    let mut open_bytes = 0_usize;
    for part in parts {
        let bytes = part.body.len();
        let full = open.len() == PACK_DOCUMENT_COUNT_MAX || open_bytes.saturating_add(bytes) > PACK_BYTES_MAX;
        if full && !open.is_empty() {
            packs.push(std::mem::take(&mut open));
            open_bytes = 0;
        }
        open_bytes = open_bytes.saturating_add(bytes);
        open.push(part);
    }
    if !open.is_empty() {
        packs.push(open);
    }
    packs
}

#[cfg(test)]
mod tests {
    use kyosei_doc::DocId;

    use super::pack;
    use crate::inner::{Part, PartKind};

    fn parts(sizes: &[usize]) -> Vec<Part> {
        let part = |(n, size): (usize, &usize)| Part {
            doc: DocId::from_bytes([u8::try_from(n % 256).unwrap(); 16]),
            kind: PartKind::Changes,
            body: vec![1; *size],
        };
        sizes.iter().enumerate().map(part).collect()
    }

    fn shape(sizes: &[usize]) -> Vec<usize> {
        pack(parts(sizes)).iter().map(Vec::len).collect()
    }

    #[test]
    fn small_parts_share_packs_of_sixty_four() {
        assert_eq!(shape(&[100; 130]), [64, 64, 2]);
    }

    #[test]
    fn a_large_part_stands_alone_and_nothing_is_lost_or_reordered() {
        assert_eq!(shape(&[10, 300_000, 10]), [1, 1, 1]);
        assert_eq!(shape(&[200_000, 100_000, 50_000]), [1, 2]);
        let all = parts(&[10, 300_000, 10, 70_000, 200_000]);
        assert_eq!(pack(all.clone()).concat(), all);
        assert!(pack(Vec::new()).is_empty());
    }
}
