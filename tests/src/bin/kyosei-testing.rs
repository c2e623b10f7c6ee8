//! The `kyosei` program as a test build.

use std::process::ExitCode;

fn main() -> ExitCode {
    kyosei_cli::main()
}
