//! Replacing a file so that after a power cut either the old or the new one is there, whole.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Readable and writable by the owner alone.
const OWNER_ONLY: u32 = 0o600;

/// Writes `bytes` to `path`: into a new file beside it, to the disk, then in its place.
///
/// # Errors
/// Any error of the disk. The old file is untouched then.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = parent(path)?;
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let result = write_new(Path::new(&temporary), bytes)
        .and_then(|()| std::fs::rename(&temporary, path))
        .and_then(|()| sync_folder(folder));
    if result.is_err() {
        // The half-written file is of no use; if it cannot be removed, the next attempt replaces it.
        let _removed = std::fs::remove_file(&temporary);
    }
    result
}

/// Writes `bytes` to a file that must not exist yet, readable by the owner alone.
///
/// # Errors
/// Any error of the disk; the file is not left half-written.
pub fn write_new_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_new_with(path, |file| file.write_all(bytes))
}

/// Lets `fill` write a file that must not exist yet, readable by the owner alone.
///
/// # Errors
/// Those of `fill`, and any error of the disk; the file is not left half-written.
pub fn write_new_with<T, E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&mut File) -> Result<T, E>,
) -> Result<T, E> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(path)?;
    let filled = fill(&mut file).and_then(|filled| {
        file.sync_all()?;
        sync_folder(parent(path)?)?;
        Ok(filled)
    });
    if filled.is_err() {
        // What could not be written whole is of no use to anyone.
        let _removed = std::fs::remove_file(path);
    }
    filled
}

/// Makes the names in a folder durable.
///
/// # Errors
/// Any error of the disk.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Reads a file of at most `bytes_max` bytes.
///
/// # Errors
/// Any error of the disk; [`io::ErrorKind::FileTooLarge`] above the limit, before the file is read whole.
pub fn read_at_most(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > bytes_max {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(OWNER_ONLY).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn parent(path: &Path) -> io::Result<&Path> {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Ok(Path::new(".")),
        Some(folder) => Ok(folder),
        None => Err(io::ErrorKind::InvalidInput.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::{read_at_most, write_atomically};

    #[test]
    fn a_file_is_replaced_whole_and_is_the_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("device.age");
        write_atomically(&path, b"old").unwrap();
        write_atomically(&path, b"new content").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new content");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_file_above_the_limit_is_not_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large");
        std::fs::write(&path, [1; 11]).unwrap();
        assert_eq!(read_at_most(&path, 10).unwrap_err().kind(), std::io::ErrorKind::FileTooLarge);
        assert_eq!(read_at_most(&path, 11).unwrap().len(), 11);
    }
}
