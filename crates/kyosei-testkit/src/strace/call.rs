//! The system calls that write, the errors they may give, and what strace's log says about them.

use std::collections::BTreeMap;
use std::fmt;

use super::Counts;

macro_rules! named_by_the_kernel {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $type { $($(#[$variant_doc])* $variant,)+ }

        impl $type {
            /// The kernel's name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The one that the kernel calls so.
            pub fn from_name(name: &str) -> Option<Self> {
                [$(Self::$variant,)+].into_iter().find(|known| known.name() == name)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

named_by_the_kernel! {
    /// A system call that changes what is stored, or makes it durable.
    Syscall {
        /// Writes at the file's position; output and sockets too.
        Write = "write",
        /// Writes at an offset: what SQLite does.
        Pwrite64 = "pwrite64",
        /// Writes several buffers at once.
        Writev = "writev",
        /// Writes several buffers at an offset.
        Pwritev = "pwritev",
        /// Makes a file durable.
        Fsync = "fsync",
        /// Makes a file's content durable.
        Fdatasync = "fdatasync",
        /// Cuts or grows an open file.
        Ftruncate = "ftruncate",
        /// Reserves space.
        Fallocate = "fallocate",
        /// Copies between files in the kernel.
        CopyFileRange = "copy_file_range",
        /// Renames.
        Rename = "rename",
        /// Renames, relative to folders.
        Renameat = "renameat",
        /// Renames, relative to folders, with flags.
        Renameat2 = "renameat2",
        /// Gives a file one more name, relative to folders.
        Linkat = "linkat",
        /// Removes a file.
        Unlink = "unlink",
        /// Removes a file or folder, relative to a folder.
        Unlinkat = "unlinkat",
    }
}

named_by_the_kernel! {
    /// An error that a call may give.
    Errno {
        /// The disk is full.
        NoSpace = "ENOSPC",
        /// The user's share of the disk is used up.
        Quota = "EDQUOT",
        /// The device fails.
        Io = "EIO",
        /// A signal came in between: the caller should try again.
        Interrupted = "EINTR",
        /// The file system can only be read.
        ReadOnly = "EROFS",
        /// The process has too many open files.
        TooManyFiles = "EMFILE",
    }
}

/// Every call of [`Syscall`].
pub const WRITE_CLASS: [Syscall; 15] = [
    Syscall::Write,
    Syscall::Pwrite64,
    Syscall::Writev,
    Syscall::Pwritev,
    Syscall::Fsync,
    Syscall::Fdatasync,
    Syscall::Ftruncate,
    Syscall::Fallocate,
    Syscall::CopyFileRange,
    Syscall::Rename,
    Syscall::Renameat,
    Syscall::Renameat2,
    Syscall::Linkat,
    Syscall::Unlink,
    Syscall::Unlinkat,
];

/// Counts the calls in a log of `strace -f`: of each kind, the most that one thread made.
pub fn counts(log: &str) -> Counts {
    let mut by_thread: BTreeMap<(Syscall, &str), u32> = BTreeMap::new();
    for (thread, event) in log.lines().filter_map(|line| line.split_once(char::is_whitespace)) {
        // A call that another thread interrupts in the log goes on as `<... write resumed>`: counted once.
        let name = event.trim_start().split('(').next().unwrap_or("");
        if let Some(syscall) = Syscall::from_name(name) {
            *by_thread.entry((syscall, thread)).or_default() += 1;
        }
    }
    let mut most = Counts::new();
    for ((syscall, _), count) in by_thread {
        let entry = most.entry(syscall).or_default();
        *entry = count.max(*entry);
    }
    most
}

/// Whether a log shows a call that was made to fail.
pub fn was_injected(log: &str) -> bool {
    log.lines().any(|line| line.ends_with("(INJECTED)"))
}

/// Whether a log shows a process that SIGKILL ended.
pub fn was_killed(log: &str) -> bool {
    log.lines().any(|line| line.ends_with("+++ killed by SIGKILL +++"))
}

#[cfg(test)]
mod tests {
    use super::{Counts, Syscall, WRITE_CLASS, counts, was_injected, was_killed};

    #[test]
    fn calls_are_counted_by_thread_and_the_largest_count_is_kept() {
        let log = "10 write(1, \"write(\", 6) = 6\n11 write(3, \"b\", 1 <unfinished ...>\n10 fsync(3) = 0\n\
                   11 <... write resumed>) = 1\n11 write(3, \"c\", 1) = 1\n11 openat(4) = 3\n";
        assert_eq!(counts(log), Counts::from([(Syscall::Write, 2), (Syscall::Fsync, 1)]));
    }

    #[test]
    fn a_log_tells_whether_a_fault_happened() {
        assert!(was_injected("7 fsync(1) = -1 ENOSPC (No space left on device) (INJECTED)\n"));
        assert!(!was_injected("7 fsync(1) = -1 ENOSPC (No space left on device)\n"));
        assert!(was_killed("7 fsync(1)                          = ?\n7 +++ killed by SIGKILL +++\n"));
        assert!(!was_killed("7 write(1, \"+++ killed by SIGKILL +++\", 25) = 25\n"));
    }

    #[test]
    fn every_call_that_writes_has_the_name_that_finds_it_again() {
        assert!(WRITE_CLASS.iter().all(|syscall| Syscall::from_name(syscall.name()) == Some(*syscall)));
    }
}
