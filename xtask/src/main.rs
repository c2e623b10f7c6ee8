//! Checks of the repository itself, run by `./dev test` and `./dev lint`.
//!
//! `cargo run -p xtask -- tidy` checks the promises of ARCHITECTURE.md that the compiler cannot check
//! (see [`tidy`]); `cargo run -p xtask -- limits` writes the table of every named limit into docs/limits.md.
//! Neither builds anything or asks the network.

mod tidy;

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use tidy::Tree;

const USAGE: &str = "usage: cargo run -p xtask -- tidy | limits";

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut arguments = std::env::args().skip(1);
    let (text, code) = match (arguments.next().as_deref(), arguments.next()) {
        (Some("tidy"), None) => on_tree(&root, tidy_report),
        (Some("limits"), None) => on_tree(&root, |tree| write_limits(&root, tree)),
        _ => (format!("{USAGE}\n"), ExitCode::from(2)),
    };
    match io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => code,
        Err(_) => ExitCode::FAILURE,
    }
}

fn on_tree(root: &Path, command: impl Fn(&Tree) -> (String, ExitCode)) -> (String, ExitCode) {
    match Tree::read(root) {
        Ok(tree) => command(&tree),
        Err(error) => (format!("tidy: {error}\n"), ExitCode::FAILURE),
    }
}

fn tidy_report(tree: &Tree) -> (String, ExitCode) {
    let findings = tidy::check(tree);
    let lines: String = findings.iter().map(|finding| format!("{finding}\n")).collect();
    let text = format!("{lines}tidy: {} files, {} findings\n", tree.files().count(), findings.len());
    (text, if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write_limits(root: &Path, tree: &Tree) -> (String, ExitCode) {
    let page = root.join(tidy::LIMITS_PAGE);
    let folder = page.parent().unwrap_or(root);
    match fs::create_dir_all(folder).and_then(|()| fs::write(&page, tidy::limits_page(tree))) {
        Ok(()) => (format!("{} is current\n", tidy::LIMITS_PAGE), ExitCode::SUCCESS),
        Err(error) => (format!("{}: {error}\n", tidy::LIMITS_PAGE), ExitCode::FAILURE),
    }
}
