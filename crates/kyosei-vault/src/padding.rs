//! Hides lengths: content is padded to a PADMÉ bucket before it is sealed.
//!
//! age does not hide the length of what it seals. With PADMÉ (Nikitin et al., "Reducing Metadata Leakage from Encrypted
//! Files and Communication with PURBs", PoPETs 2019, §4) a length leaks only `O(log log len)` bits at less than 12 %
//! overhead; below [`BUCKET_BYTES_MIN`] everything looks alike, so a case note and an empty form cannot be told apart.

/// The smallest bucket in bytes.
pub const BUCKET_BYTES_MIN: usize = 1024;

/// The length in bytes to which content of `len` bytes is padded: PADMÉ with a floor of [`BUCKET_BYTES_MIN`].
///
/// Lengths near `usize::MAX` are returned unchanged.
#[must_use]
pub fn padded_len(len: usize) -> usize {
    if len <= BUCKET_BYTES_MIN {
        return BUCKET_BYTES_MIN;
    }
    let exponent = len.ilog2();
    let significant = exponent.ilog2() + 1;
    let mask = (1_usize << exponent.saturating_sub(significant)) - 1;
    len.checked_add(mask).map_or(len, |sum| sum & !mask)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{BUCKET_BYTES_MIN, padded_len};

    #[test]
    fn small_content_shares_one_bucket() {
        for len in [0, 1, 500, 1023, 1024] {
            assert_eq!(padded_len(len), BUCKET_BYTES_MIN);
        }
    }

    #[test]
    fn padding_never_shrinks_and_costs_at_most_twelve_percent() {
        for len in (1025..2_000_000).step_by(97) {
            let padded = padded_len(len);
            assert!(padded >= len);
            assert!((padded - len) * 100 <= len * 12, "{len} -> {padded}");
            assert_eq!(padded_len(padded), padded, "a bucket is its own bucket");
        }
    }

    #[test]
    fn few_distinct_sizes_remain_below_one_mebibyte() {
        let buckets: BTreeSet<usize> = (1..=1 << 20).map(padded_len).collect();
        assert!(buckets.len() <= 281, "{}", buckets.len());
    }
}
