//! What crosses between the window of the desktop app and the program.
//!
//! - [`table`] is the one table of commands: name, request, response, and the windows that may call it. The shell makes
//!   its handlers from it, the build script its permissions, and a test the TypeScript of `ui/src/lib/bindings.ts`.
//! - The types stand beside their screens: [`gate`], [`home`], [`supporters`], [`consents`], [`duplicates`], [`imports`],
//!   [`records`], [`settings`], [`drafts`]; [`notice`] is what the program says unasked.
//! - A [`Failure`] is a code with parameters. The window words it; no text crosses.
//! - [`coded`] carries the closed lists and ids of the model by their stable codes.
//!
//! Personal data crosses in responses only, and none of these types has a `Debug` form that could show it. No rule of
//! the domain lives here, and nothing of this is stored.

pub mod coded;
pub mod consents;
mod crossing;
pub mod drafts;
pub mod duplicates;
pub mod failure;
pub mod gate;
pub mod home;
pub mod imports;
pub mod notice;
pub mod records;
pub mod settings;
pub mod supporters;
pub mod table;
#[cfg(feature = "typescript")]
pub mod typescript;

pub use coded::{Coded, Id, Secret};
pub use failure::{Failure, Finding};
