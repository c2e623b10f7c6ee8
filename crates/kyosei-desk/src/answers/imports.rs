//! The import wizard: files that were opened, their previews, running and undoing.
//!
//! A file is read into memory once and known by a token; its path stays here. Files and previews are gone when the vault
//! locks.

mod inspect;
mod run;
mod shown;

pub(crate) use inspect::{compare, inspect, page};
pub(crate) use run::{all, run, undo};

use std::collections::BTreeMap;
use std::path::Path;

use kyosei_contract::Failure;
use kyosei_contract::imports::FileToken;
use kyosei_intake::limits::FILE_BYTES_MAX;
use kyosei_intake::preview::Preview;
use kyosei_runtime::files::read_at_most;
use zeroize::Zeroizing;

/// Files that are open at once; opening one more closes the oldest.
const OPEN_FILES_MAX: usize = 2;

/// A file of registrations in memory.
pub(crate) struct OpenedFile {
    pub(crate) name: String,
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    pub(crate) preview: Option<Preview>,
}

/// The files that were opened since the unlock.
#[derive(Default)]
pub(crate) struct OpenedFiles {
    files: BTreeMap<u64, OpenedFile>,
    last: u64,
}

impl OpenedFiles {
    /// Reads a file.
    pub(crate) fn open(&mut self, path: &Path) -> Result<FileToken, Failure> {
        let limit = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX);
        let bytes = read_at_most(path, limit).map_err(|error| {
            let is_large = error.kind() == std::io::ErrorKind::FileTooLarge;
            Failure::new(if is_large { "E-FILE-LARGE" } else { "E-FILE-READ" })
        })?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        while self.files.len() >= OPEN_FILES_MAX {
            self.files.pop_first();
        }
        self.last = self.last.saturating_add(1);
        let file = OpenedFile { name: name.clone(), bytes: Zeroizing::new(bytes), preview: None };
        self.files.insert(self.last, file);
        Ok(FileToken { token: self.last.to_string(), name })
    }

    fn get(&self, token: &str) -> Result<&OpenedFile, Failure> {
        token.parse().ok().and_then(|number: u64| self.files.get(&number)).ok_or_else(closed)
    }

    fn get_mut(&mut self, token: &str) -> Result<&mut OpenedFile, Failure> {
        token.parse().ok().and_then(|number: u64| self.files.get_mut(&number)).ok_or_else(closed)
    }

    /// Takes a file away.
    fn take(&mut self, token: &str) -> Result<OpenedFile, Failure> {
        token.parse().ok().and_then(|number: u64| self.files.remove(&number)).ok_or_else(closed)
    }

    /// Puts a file back that was taken away.
    fn put_back(&mut self, token: &str, file: OpenedFile) {
        if let Ok(number) = token.parse() {
            self.files.insert(number, file);
        }
    }
}

fn closed() -> Failure {
    Failure::new("E-FILE-CLOSED")
}
