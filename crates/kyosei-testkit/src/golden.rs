//! Golden vectors: bytes of stored and sent formats, committed as hexadecimal text.
//!
//! [`check`] compares what the program writes today with what was committed and gives the committed bytes back, so that
//! the test can also read them. A difference is a change of a format: laptops in use would no longer understand each
//! other. It needs a new version and a migration, never just a new vector.

use std::fs;
use std::path::Path;

/// Bytes on one line of a vector.
const LINE_BYTES: usize = 64;

/// Gives back the bytes of `<folder>/<name>.hex` after comparing them with `now`.
///
/// # Panics
/// When the vector is missing or differs. The bytes of today are put into the folder for temporary files, and the
/// message says where.
#[expect(clippy::panic, reason = "a changed format must fail its test")]
pub fn check(folder: &str, name: &str, now: &[u8]) -> Vec<u8> {
    let path = Path::new(folder).join(name).with_extension("hex");
    let committed = fs::read_to_string(&path).ok().and_then(|text| from_hex(&text));
    match committed {
        Some(committed) if committed == now => committed,
        other => {
            let kept = std::env::temp_dir().join(format!("{name}.hex"));
            let written = fs::write(&kept, to_hex(now)).is_ok();
            panic!(
                "the format of {} {}: a change needs a new version and a migration (today's bytes {} {})",
                path.display(),
                if other.is_some() { "changed" } else { "has no vector" },
                if written { "are in" } else { "could not be written to" },
                kept.display(),
            )
        }
    }
}

/// The committed bytes alone, for what cannot be written twice the same (sealed files).
///
/// # Panics
/// When there is no such vector.
#[expect(clippy::panic, reason = "a missing vector must fail its test")]
pub fn committed(folder: &str, name: &str) -> Vec<u8> {
    let path = Path::new(folder).join(name).with_extension("hex");
    let bytes = fs::read_to_string(&path).ok().and_then(|text| from_hex(&text));
    bytes.unwrap_or_else(|| panic!("no vector {}", path.display()))
}

/// Hexadecimal text, in lines.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    let line =
        |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).chain(["\n".to_owned()]).collect();
    bytes.chunks(LINE_BYTES).map(line).collect::<Vec<String>>().concat()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16)?.try_into().ok())
        .collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    pairs
        .remainder()
        .is_empty()
        .then(|| pairs.map(|pair| pair.iter().fold(0, |sum, digit| sum << 4 | digit)).collect())
}

#[cfg(test)]
mod tests {
    use super::{check, from_hex, to_hex};

    #[test]
    fn hexadecimal_text_comes_back_as_the_same_bytes() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(from_hex(&to_hex(&bytes)), Some(bytes));
        assert_eq!([from_hex("0"), from_hex("xy")], [None, None]);
    }

    #[test]
    fn a_changed_format_and_a_missing_vector_fail_loudly() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("header.hex"), "0102\n").unwrap();
        let folder = folder.path().to_str().unwrap().to_owned();
        assert_eq!(check(&folder, "header", &[1, 2]), [1, 2]);
        for (name, now) in [("header", [1, 3]), ("absent", [1, 2])] {
            let failed = std::panic::catch_unwind(|| check(&folder, name, &now)).unwrap_err();
            let message = failed.downcast_ref::<String>().unwrap();
            assert!(message.contains("new version and a migration"), "{message}");
        }
    }
}
