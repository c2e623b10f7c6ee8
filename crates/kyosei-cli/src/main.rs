//! The `kyosei` program; everything is in the library, which a test build uses too.

use std::process::ExitCode;

fn main() -> ExitCode {
    kyosei_cli::main()
}
