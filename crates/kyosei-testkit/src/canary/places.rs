//! Where desktop programs leave traces outside their own folders.
//!
//! A test that gives a program its HOME, XDG folders and TMPDIR on a disk image sees those with the image. A
//! program, or a library in it, that ignores them writes here. Only looks up what exists; scanning is for
//! the caller, who must leave out what the test itself planted.

use std::path::{Path, PathBuf};

/// Places of the machine.
const OF_MACHINE: [&str; 8] = [
    "/tmp",
    "/var/tmp",
    "/dev/shm",
    "/run/user",
    "/var/log/journal",
    "/run/log/journal",
    "/var/lib/systemd/coredump",
    "/var/spool/cups",
];
/// Places below a home folder: thumbnails, recent files, input method histories, clipboards, trash.
const OF_HOME: [&str; 9] = [
    ".cache/thumbnails",
    ".local/share/recently-used.xbel",
    ".config/mozc",
    ".mozc",
    ".anthy",
    ".config/fcitx5",
    ".local/share/klipper",
    ".local/share/Trash",
    ".xsession-errors",
];

/// The places that exist on this machine and below `home`.
pub fn outside(home: &Path) -> Vec<PathBuf> {
    let of_machine = OF_MACHINE.iter().map(PathBuf::from);
    let of_home = OF_HOME.iter().map(|place| home.join(place));
    of_machine.chain(of_home).filter(|place| place.exists()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::outside;

    #[test]
    fn places_that_exist_are_listed_and_others_are_not() {
        let home = tempfile::tempdir().unwrap();
        let thumbnails = home.path().join(".cache/thumbnails");
        assert!(!outside(home.path()).contains(&thumbnails), "positive control");
        fs::create_dir_all(&thumbnails).unwrap();
        assert!(outside(home.path()).contains(&thumbnails));
        assert!(outside(home.path()).contains(&"/tmp".into()));
    }
}
