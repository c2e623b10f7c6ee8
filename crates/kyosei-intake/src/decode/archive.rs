//! Zip files: a workbook, or one CSV file as Google's download wraps it.
//!
//! Sizes written in a zip file are claims. Every part is inflated once with a counter before a library gets to
//! see the file, so that a bomb is met with a fixed buffer. Nothing is unpacked to a disk and no path is used.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::DecodeError;
use crate::limits::{FILE_BYTES_MAX, WORKBOOK_INFLATED_BYTES_MAX, ZIP_ENTRIES_MAX};

/// First bytes of each entry of a zip file's directory (APPNOTE.TXT §4.3.12).
const DIRECTORY_ENTRY: &[u8] = b"PK\x01\x02";

/// What a zip file is.
pub(super) enum Archive {
    /// A workbook within the limits.
    Workbook,
    /// The only CSV file in it.
    Csv(Vec<u8>),
}

/// Opens a zip file in memory.
pub(super) fn open(bytes: &[u8]) -> Result<Archive, DecodeError> {
    // The library takes memory for every entry of the directory before it says how many there are.
    let entries = bytes.windows(DIRECTORY_ENTRY.len()).filter(|window| *window == DIRECTORY_ENTRY).count();
    if entries > ZIP_ENTRIES_MAX {
        return Err(DecodeError::ArchiveTooLarge);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|failed| error_of(&failed))?;
    if archive.len() > ZIP_ENTRIES_MAX {
        return Err(DecodeError::ArchiveTooLarge);
    }
    // The raw names: Windows writes Japanese ones in code page 932, and only their endings matter here.
    let lower = |name: &[u8]| String::from_utf8_lossy(name).to_ascii_lowercase();
    let names: Vec<String> = archive.file_names_raw().map(lower).collect();
    if names.iter().any(|name| name == "xl/workbook.xml") {
        check_inflated_size(&mut archive)?;
        return Ok(Archive::Workbook);
    }
    if names.iter().any(|name| name == "word/document.xml" || name == "content.xml") {
        return Err(DecodeError::Kind("an office document that is not an Excel workbook"));
    }
    let tables: Vec<usize> =
        names.iter().enumerate().filter(|(_, name)| is_table(name)).map(|(index, _)| index).collect();
    match tables.as_slice() {
        [only] => inflate(&mut archive, *only).map(Archive::Csv),
        several => Err(DecodeError::ArchiveCsvCount(several.len())),
    }
}

fn is_table(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let hidden = name.starts_with("__macosx/") || file.starts_with('.');
    !hidden && [".csv", ".tsv", ".txt"].iter().any(|ending| file.ends_with(ending))
}

fn inflate(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize) -> Result<Vec<u8>, DecodeError> {
    let entry = archive.by_index(index).map_err(|failed| error_of(&failed))?;
    let mut inflated = Vec::new();
    let limit = FILE_BYTES_MAX as u64 + 1;
    entry.take(limit).read_to_end(&mut inflated).map_err(|_| DecodeError::ArchiveDamaged)?;
    if inflated.len() > FILE_BYTES_MAX { Err(DecodeError::TooLarge) } else { Ok(inflated) }
}

fn check_inflated_size(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), DecodeError> {
    let mut left = WORKBOOK_INFLATED_BYTES_MAX;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|failed| error_of(&failed))?;
        let inflated = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink())
            .map_err(|_| DecodeError::ArchiveDamaged)?;
        left = left.checked_sub(inflated).ok_or(DecodeError::ArchiveTooLarge)?;
    }
    Ok(())
}

fn error_of(failed: &ZipError) -> DecodeError {
    if matches!(failed, ZipError::UnsupportedArchive(reason) if *reason == ZipError::PASSWORD_REQUIRED) {
        DecodeError::ArchiveEncrypted
    } else {
        DecodeError::ArchiveDamaged
    }
}
