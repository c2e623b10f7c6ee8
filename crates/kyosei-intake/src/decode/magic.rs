//! What the first bytes of a file say about its kind.
//!
//! Only kinds that people hand in by mistake are named; anything unknown is tried as text.

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A zip file; a workbook is one too.
    Zip,
    /// Something that is no table.
    Foreign(&'static str),
    /// Text, or nothing known.
    PerhapsText,
}

const SIGNATURES: [(&[u8], &str); 11] = [
    (b"%PDF", "a PDF document"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Excel (.xls) or Word file; save it as .xlsx or CSV"),
    (b"\x1F\x8B", "a gzip file"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z file"),
    (b"Rar!", "a RAR file"),
    (b"\x89PNG", "a picture"),
    (b"\xFF\xD8\xFF", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3\0", "a database"),
    (b"age-encryption.org/", "an encrypted file"),
];

/// Judges a file by its first bytes.
pub(super) fn kind_of(bytes: &[u8]) -> Kind {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Kind::Zip;
    }
    if let Some((_, name)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Kind::Foreign(name);
    }
    let start: Vec<u8> = bytes.iter().copied().skip_while(u8::is_ascii_whitespace).take(14).collect();
    let markup: [&[u8]; 3] = [b"<!doctype html", b"<html", b"<?xml"];
    if markup.iter().any(|tag| start.to_ascii_lowercase().starts_with(tag)) {
        return Kind::Foreign("a web page or XML file");
    }
    Kind::PerhapsText
}
