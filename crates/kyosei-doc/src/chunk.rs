//! Splits the body of a `changes` part into Automerge change chunks, before Automerge sees them.
//!
//! Automerge inflates compressed chunks without any limit, so only uncompressed change chunks are let through: the
//! envelope around them is compressed already, with a limit. A chunk is: magic (4 bytes), checksum (4 bytes), type
//! (1 byte), length (unsigned LEB128), content (<https://automerge.org/automerge-binary-format-spec/>).

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHECKSUM_BYTES: usize = 4;
const TYPE_CHANGE: u8 = 1;
/// Bytes of a change hash.
const HASH_BYTES: usize = 32;
/// Longest length field in bytes: 35 bits, far above what a chunk may hold.
const LEB128_BYTES_MAX: usize = 5;

/// Iterates over the chunks of a body.
#[derive(Debug, Clone)]
pub struct ChangeChunks<'a> {
    rest: &'a [u8],
}

/// Why a body is not a row of uncompressed change chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// The bytes end within a chunk or do not begin with the magic.
    #[error("malformed change chunk")]
    Malformed,
    /// The chunk is a document, a compressed change or something unknown.
    #[error("not an uncompressed change")]
    NotAPlainChange,
}

impl<'a> ChangeChunks<'a> {
    /// Iterates over `body`.
    #[must_use]
    pub const fn new(body: &'a [u8]) -> Self {
        Self { rest: body }
    }

    fn split(&mut self) -> Result<&'a [u8], ChunkError> {
        let whole = self.rest;
        let (magic, rest) = whole.split_first_chunk::<4>().ok_or(ChunkError::Malformed)?;
        if *magic != MAGIC {
            return Err(ChunkError::Malformed);
        }
        let (_, rest) = rest.split_at_checked(CHECKSUM_BYTES).ok_or(ChunkError::Malformed)?;
        let (kind, rest) = rest.split_first().ok_or(ChunkError::Malformed)?;
        if *kind != TYPE_CHANGE {
            return Err(ChunkError::NotAPlainChange);
        }
        let (len, rest) = leb128(rest)?;
        let after = rest.get(len..).ok_or(ChunkError::Malformed)?;
        self.rest = after;
        whole.get(..whole.len().saturating_sub(after.len())).ok_or(ChunkError::Malformed)
    }
}

impl<'a> Iterator for ChangeChunks<'a> {
    type Item = Result<&'a [u8], ChunkError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let chunk = self.split();
        if chunk.is_err() {
            self.rest = &[];
        }
        Some(chunk)
    }
}

/// The Automerge actor who made the change in a chunk: content begins with the dependencies (count, 32 bytes each), then
/// the actor (length, bytes).
///
/// # Errors
/// [`ChunkError::Malformed`].
pub fn actor_of(chunk: &[u8]) -> Result<&[u8], ChunkError> {
    let head_bytes = MAGIC.len().saturating_add(CHECKSUM_BYTES).saturating_add(1);
    let (_, content) = leb128(chunk.get(head_bytes..).ok_or(ChunkError::Malformed)?)?;
    let (dep_count, rest) = leb128(content)?;
    let deps_bytes = dep_count.checked_mul(HASH_BYTES).ok_or(ChunkError::Malformed)?;
    let (actor_bytes, rest) = leb128(rest.get(deps_bytes..).ok_or(ChunkError::Malformed)?)?;
    rest.get(..actor_bytes).ok_or(ChunkError::Malformed)
}

fn leb128(bytes: &[u8]) -> Result<(usize, &[u8]), ChunkError> {
    let mut value = 0_usize;
    for (at, byte) in bytes.iter().take(LEB128_BYTES_MAX).enumerate() {
        value |= usize::from(byte & 0x7f) << (at * 7);
        if byte & 0x80 == 0 {
            return Ok((value, bytes.get(at + 1..).unwrap_or_default()));
        }
    }
    Err(ChunkError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::{ChangeChunks, ChunkError};

    fn chunk(kind: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x85, 0x6f, 0x4a, 0x83, 9, 9, 9, 9, kind, u8::try_from(content.len()).unwrap()];
        bytes.extend_from_slice(content);
        bytes
    }

    #[test]
    fn chunks_come_back_one_by_one() {
        let body = [chunk(1, b"first"), chunk(1, b"")].concat();
        let found: Vec<_> = ChangeChunks::new(&body).map(Result::unwrap).collect();
        assert_eq!(found, [chunk(1, b"first"), chunk(1, b"")]);
    }

    #[test]
    fn compressed_changes_documents_and_cut_bytes_are_refused() {
        for kind in [0, 2, 3, 255] {
            let body = chunk(kind, b"x");
            assert_eq!(ChangeChunks::new(&body).next(), Some(Err(ChunkError::NotAPlainChange)));
        }
        let whole = chunk(1, b"content");
        for cut in 1..whole.len() {
            assert_eq!(
                ChangeChunks::new(&whole[..cut]).next(),
                Some(Err(ChunkError::Malformed)),
                "cut at {cut}"
            );
        }
        let endless = [&chunk(1, b"")[..9], &[0xff; 20]].concat();
        assert_eq!(ChangeChunks::new(&endless).next(), Some(Err(ChunkError::Malformed)));
    }
}
