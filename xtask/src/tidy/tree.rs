//! The repository as a list of paths and texts.
//!
//! Read from disk once by [`Tree::read`], or made by a test from literals. Build output, dependencies
//! and dot-folders are left out, and so is every kind of file that no rule reads.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::source::Source;

/// Folders that hold no source of ours, wherever they stand.
const SKIPPED_FOLDERS: [&str; 4] = ["target", "node_modules", "dist", "gen"];
/// Kinds of file that some rule reads.
const READ_EXTENSIONS: [&str; 6] = ["rs", "toml", "md", "ts", "svelte", "sh"];
/// How deep folders may nest below the root.
const FOLDER_DEPTH_MAX: usize = 16;

/// Why the repository could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadTreeError {
    /// A folder or file could not be opened or is not UTF-8.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file or folder.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// Folders nest deeper than [`FOLDER_DEPTH_MAX`].
    #[error("{path} nests deeper than {FOLDER_DEPTH_MAX} folders")]
    TooDeep {
        /// The folder.
        path: String,
    },
}

/// One file that rules may read.
#[derive(Debug)]
pub struct File {
    /// Path from the root, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// The text as Rust, for `.rs` files.
    pub rust: Option<Source>,
}

impl File {
    fn new(path: String, text: String) -> Self {
        let rust = path.ends_with(".rs").then(|| Source::new(&path, &text));
        Self { path, text, rust }
    }

    /// The name of the package whose folder holds this file, as the folder names it.
    pub fn package(&self) -> &str {
        match self.path.split_once('/') {
            Some(("crates", rest)) => rest.split_once('/').map_or(rest, |(folder, _)| folder),
            Some((folder, _)) => folder,
            None => "",
        }
    }
}

/// Every file that rules may read, sorted by path.
#[derive(Debug)]
pub struct Tree {
    files: Vec<File>,
}

impl Tree {
    /// Reads the repository below `root`.
    ///
    /// # Errors
    /// A folder or file that cannot be read, or folders that nest too deep.
    pub fn read(root: &Path) -> Result<Self, ReadTreeError> {
        let mut paths = Vec::new();
        list(root, 0, &mut paths)?;
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            let text = fs::read_to_string(&path).map_err(|source| unreadable(&path, source))?;
            let relative = path.strip_prefix(root).unwrap_or(&path);
            files.push(File::new(relative.to_string_lossy().replace('\\', "/"), text));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// A tree made of literals, for tests of rules.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| File::new((*path).to_owned(), (*text).to_owned()));
        Self { files: files.collect() }
    }

    /// All files, by path.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// All Rust files, by path.
    pub fn rust(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.files.iter().filter_map(|file| file.rust.as_ref().map(|rust| (file, rust)))
    }

    /// The text of the file at `path`.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }
}

fn list(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<(), ReadTreeError> {
    if depth > FOLDER_DEPTH_MAX {
        return Err(ReadTreeError::TooDeep { path: folder.display().to_string() });
    }
    for entry in fs::read_dir(folder).map_err(|source| unreadable(folder, source))? {
        let entry = entry.map_err(|source| unreadable(folder, source))?;
        let kind = entry.file_type().map_err(|source| unreadable(&entry.path(), source))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if kind.is_dir() && !name.starts_with('.') && !SKIPPED_FOLDERS.contains(&name.as_str()) {
            list(&entry.path(), depth + 1, paths)?;
        } else if kind.is_file() && is_read(&name, depth) {
            paths.push(entry.path());
        }
    }
    Ok(())
}

fn is_read(name: &str, depth: usize) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| READ_EXTENSIONS.contains(&extension)) || (depth == 0 && name == "dev")
}

fn unreadable(path: &Path, source: io::Error) -> ReadTreeError {
    ReadTreeError::Unreadable { path: path.display().to_string(), source }
}
