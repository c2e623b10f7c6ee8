//! Digests as lower-case hexadecimal text, read back in exactly that form.

use kyosei_disclosure::publish::Sha;

/// Writes a digest.
#[must_use]
pub fn write(sha: &Sha) -> String {
    sha.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a digest; `None` unless it is sixty-four lower-case hexadecimal digits.
#[must_use]
pub fn read(text: &str) -> Option<Sha> {
    let mut sha = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    for (byte, pair) in sha.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(sha)
}
