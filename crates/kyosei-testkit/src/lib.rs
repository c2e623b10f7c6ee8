//! Tools of the tests, seeded and replayable.
//!
//! Start with [`Seed`]: every test that draws anything draws it from a seed, which is printed when the test
//! fails and replays it. [`golden`] holds formats to their committed bytes. The feature `promises` adds the primitives that show kyosei's promises from
//! outside, without a hook in the program, each with a positive control that proves it can fail:
//!
//! | module | shows |
//! |---|---|
//! | `canary` | planted text left no trace, in twenty encodings, inside compressed streams too |
//! | `disk_image` | nothing reached the disk, deleted temporary files included |
//! | `memory` | what a running process holds in memory |
//! | `strace` | a kill or an I/O error at each system call that writes loses nothing |
//! | `netns` | what programs on laptops of their own send to each other, and to whom else |
//! | `faults` | any damage to stored bytes is noticed |
//! | `torture` | (whether the long ones run in part or whole) |
//!
//! The feature `registrations` adds files of invented people in the shape of the committee's forms, faults
//! included.
//!
//! For development only: nothing here may reach a user's records. It holds no rule of the domain.

pub mod golden;
pub mod seed;

#[cfg(feature = "promises")]
pub mod canary;
#[cfg(feature = "promises")]
pub mod disk_image;
#[cfg(feature = "promises")]
pub mod faults;
#[cfg(feature = "promises")]
pub mod memory;
#[cfg(all(feature = "promises", target_os = "linux"))]
pub mod netns;
#[cfg(feature = "registrations")]
pub mod registrations;
#[cfg(feature = "promises")]
pub mod strace;
#[cfg(feature = "promises")]
pub mod torture;

pub use seed::Seed;
