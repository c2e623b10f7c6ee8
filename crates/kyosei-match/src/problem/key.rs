//! The fixed tie order: keys made from ids alone, so that every peer computes the same.

/// Tie weights are below this number, so that the sum over a whole list stays exact.
const TIE_WEIGHT_END: u64 = 1 << 12;

/// A key that sorts ids in an order that nobody can choose by naming.
pub(crate) fn tie_key(kind: &str, ids: &[&str]) -> u64 {
    let mut hasher = blake3::Hasher::new_derive_key("kyosei-match tie order v1");
    hasher.update(kind.as_bytes());
    for id in ids {
        hasher.update(&(id.len() as u64).to_le_bytes());
        hasher.update(id.as_bytes());
    }
    let mut bytes = [0; 8];
    hasher.finalize_xof().fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// The weight of a placement in the fixed tie order, from its key.
pub(crate) fn tie_weight(key: u64) -> i64 {
    i64::try_from(key % TIE_WEIGHT_END).unwrap_or(0)
}
