//! A file system of its own for a program under test, whose raw bytes can be scanned afterwards (primitive P1).
//!
//! [`DiskImage::mount`] makes an ext4 file system in a file and mounts it; the test puts HOME, XDG folders,
//! TMPDIR and the vault there and runs the program; [`DiskImage::unmount`] gives the raw image, where
//! deleted temporary files are still to be found. A small image is also a disk that fills up, and
//! [`DiskImage::set_read_only`] makes one that cannot be written to. The mount is synchronous, so that a file that lives for a
//! millisecond reaches the image too; what a program writes through a memory map is not covered by that.
//! Dropping it at any stage unmounts and deletes everything.
//!
//! Mounting needs root. Without it there is nothing to check, and the test must say so rather than pass in
//! silence: that is what [`Attempt::Skipped`] is for.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Smallest image that holds an ext4 file system with a journal, in MiB.
const IMAGE_MIB_MIN: u64 = 8;
const MIB: u64 = 1024 * 1024;

/// A mounted image, or the reason why there is none.
#[derive(Debug)]
#[must_use = "a test that cannot mount must say so"]
pub enum Attempt {
    /// The image is mounted.
    Mounted(DiskImage),
    /// This user may not mount: print the reason and end the test.
    Skipped(&'static str),
}

impl Attempt {
    /// The mounted image; prints `skipped: …` for the test called `test` when there is none.
    pub fn or_say(self, test: &str) -> Option<DiskImage> {
        match self {
            Self::Mounted(image) => Some(image),
            Self::Skipped(reason) => {
                // Not `eprintln!`, which the harness hides when a test passes. A closed stderr hears nothing.
                drop(writeln!(io::stderr().lock(), "{test}: skipped: {reason}"));
                None
            }
        }
    }
}

/// A step that failed.
#[derive(Debug, thiserror::Error)]
pub enum DiskImageError {
    /// The image or its folder could not be made.
    #[error("cannot make the image: {0}")]
    Make(#[source] io::Error),
    /// A program of the system could not be started.
    #[error("cannot run {program} (Debian packages e2fsprogs, mount): {source}")]
    Start {
        /// Its name.
        program: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A program of the system failed.
    #[error("{program} failed: {stderr}")]
    Failed {
        /// Its name.
        program: &'static str,
        /// What it said.
        stderr: String,
    },
}

/// A mounted ext4 image.
#[derive(Debug)]
pub struct DiskImage {
    // Dropped first: the image can only be deleted once it is unmounted.
    mount: Mount,
    image: RawImage,
}

/// An image that is not mounted.
#[derive(Debug)]
pub struct RawImage {
    folder: TempDir,
}

impl DiskImage {
    /// Makes an image of `size_mib` MiB (at least 8) and mounts it. It takes no room until it is written to.
    ///
    /// # Errors
    /// The image cannot be made, or mounting fails for another reason than missing rights.
    pub fn mount(size_mib: u64) -> Result<Attempt, DiskImageError> {
        if !is_root()? {
            return Ok(Attempt::Skipped("needs root to mount a file system"));
        }
        let image = RawImage { folder: tempfile::tempdir().map_err(DiskImageError::Make)? };
        let file = File::create(image.path()).map_err(DiskImageError::Make)?;
        file.set_len(size_mib.max(IMAGE_MIB_MIN) * MIB).map_err(DiskImageError::Make)?;
        fs::create_dir(image.mount_point()).map_err(DiskImageError::Make)?;
        run("mkfs.ext4", Command::new("mkfs.ext4").args(["-q", "-F"]).arg(image.path()))?;
        // Without barriers, since the image only has to be complete after unmounting, not after a power cut.
        let options = ["-o", "loop,sync,dirsync,nodiscard,barrier=0"];
        let point = image.mount_point();
        match run("mount", Command::new("mount").args(options).arg(image.path()).arg(&point)) {
            Err(DiskImageError::Failed { stderr, .. }) if is_forbidden(&stderr) => {
                return Ok(Attempt::Skipped("needs the right to mount, which this container's root lacks"));
            }
            mounted => mounted?,
        };
        Ok(Attempt::Mounted(Self { mount: Mount { point, is_mounted: true }, image }))
    }

    /// The folder that the file system is mounted on.
    pub fn path(&self) -> &Path {
        &self.mount.point
    }

    /// Makes the file system read-only, for programs that start from now on.
    ///
    /// # Errors
    /// A process has a file there open for writing.
    pub fn set_read_only(&self) -> Result<(), DiskImageError> {
        run("mount", Command::new("mount").args(["-o", "remount,ro"]).arg(self.path())).map(drop)
    }

    /// Unmounts, and gives the raw image.
    ///
    /// # Errors
    /// A process still has a file or its working folder there.
    pub fn unmount(self) -> Result<RawImage, DiskImageError> {
        let Self { mut mount, image } = self;
        run("umount", Command::new("umount").arg(&mount.point))?;
        mount.is_mounted = false;
        Ok(image)
    }
}

/// A mount that ends with its owner.
#[derive(Debug)]
struct Mount {
    point: PathBuf,
    is_mounted: bool,
}

impl Drop for Mount {
    fn drop(&mut self) {
        if self.is_mounted {
            // A lazy unmount works even while a process is inside. A failure leaves a mount behind that no
            // later test sees, and there is nobody to tell.
            drop(Command::new("umount").arg("--lazy").arg(&self.point).output());
        }
    }
}

impl RawImage {
    /// The file with the raw bytes of the file system.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    fn mount_point(&self) -> PathBuf {
        self.folder.path().join("mounted")
    }
}

fn is_root() -> Result<bool, DiskImageError> {
    let id = run("id", Command::new("id").arg("-u"))?;
    Ok(id.trim() == "0")
}

/// Whether mount says that even this root may not mount or has no loop device.
fn is_forbidden(stderr: &str) -> bool {
    ["ermission denied", "not permitted", "loop device"].iter().any(|reason| stderr.contains(reason))
}

fn run(program: &'static str, command: &mut Command) -> Result<String, DiskImageError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // File system tools stand in sbin, which is not on everybody's PATH.
    let with_sbin = std::env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from));
    if let Ok(path) = std::env::join_paths(with_sbin) {
        command.env("PATH", path);
    }
    let output = command.output().map_err(|source| DiskImageError::Start { program, source })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(DiskImageError::Failed { program, stderr: String::from_utf8_lossy(&output.stderr).into_owned() })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::DiskImage;
    use crate::Seed;
    use crate::canary::{Canaries, Kind};

    fn is_mount_point(path: &Path) -> bool {
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap();
        mounts.contains(&format!(" {} ", path.display()))
    }

    #[test]
    fn a_temporary_file_that_was_removed_at_once_is_found_in_the_raw_image() {
        let seed = Seed::of_test();
        let mut canaries = Canaries::new(&seed);
        let secret = canaries.plant("note", Kind::Kanji);
        let mut never_written = Canaries::new(&seed.branch("never written"));
        never_written.plant("note", Kind::Kanji);
        let Some(image) = DiskImage::mount(16).unwrap().or_say("disk_image") else { return };

        let path = image.path().join("draft.tmp");
        fs::write(&path, &secret).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(canaries.scanner().scan_dir(image.path()).unwrap().hits, [], "the file is gone");
        let raw = image.unmount().unwrap();

        assert!(!canaries.scanner().scan_file(&raw.path()).unwrap().hits.is_empty(), "positive control");
        assert_eq!(never_written.scanner().scan_file(&raw.path()).unwrap().hits, []);
    }

    #[test]
    fn dropping_an_image_unmounts_and_deletes_it() {
        let Some(image) = DiskImage::mount(8).unwrap().or_say("disk_image") else { return };
        let path = image.path().to_owned();
        assert!(is_mount_point(&path), "positive control");
        drop(image);
        assert!(!is_mount_point(&path) && !path.exists());
    }

    #[test]
    fn an_image_fills_up_and_can_be_made_read_only() {
        let Some(image) = DiskImage::mount(8).unwrap().or_say("disk_image") else { return };
        let path = image.path().join("file");
        fs::write(&path, "fits").unwrap();
        let full = fs::write(image.path().join("large"), vec![1; 9_000_000]).unwrap_err();
        assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
        image.set_read_only().unwrap();
        let read_only = fs::write(&path, "changed").unwrap_err();
        assert_eq!(read_only.kind(), std::io::ErrorKind::ReadOnlyFilesystem);
        assert_eq!(fs::read_to_string(&path).unwrap(), "fits");
    }

    #[test]
    fn an_image_in_use_is_not_unmounted() {
        let Some(image) = DiskImage::mount(8).unwrap().or_say("disk_image") else { return };
        let open = fs::File::create(image.path().join("open")).unwrap();
        assert!(image.unmount().unwrap_err().to_string().contains("umount failed"));
        drop(open);
    }
}
