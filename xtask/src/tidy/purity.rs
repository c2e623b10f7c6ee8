//! Words that must not stand in crates that are pure logic.
//!
//! Rule `pure`: no files, network, processes, threads or async in the crates of [`PURE_CRATES`]. Rule
//! `clock`: no clock and no source of randomness there and in the crates of [`CLOCKLESS_CRATES`]; both are
//! handed in as arguments. Tests are not looked at.

use super::source::{line_of, whole_words};
use super::{Finding, Tree};

/// Crates that are pure logic: bytes and values in, bytes and values out.
const PURE_CRATES: [&str; 9] = [
    "kyosei-model",
    "kyosei-access",
    "kyosei-match",
    "kyosei-disclosure",
    "kyosei-disclosure-format",
    "kyosei-intake",
    "kyosei-doc",
    "kyosei-sync",
    "kyosei-app",
];

/// The other crates below the runtime: now and randomness are arguments there too. Only `kyosei-net` reads a
/// clock, for its time limits.
const CLOCKLESS_CRATES: [&str; 2] = ["kyosei-vault", "kyosei-store"];

const IMPURE_PATHS: [&str; 11] = [
    "tokio",
    "iroh",
    "rusqlite",
    "tauri",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::env",
    "async",
    "await",
];

const CLOCK_PATHS: [&str; 8] = [
    "std::time::SystemTime",
    "std::time::Instant",
    "SystemTime::now",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "getrandom",
    "OsRng",
];

/// Looks for impure words in pure crates, and for clocks and randomness below the runtime.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let clockless = [PURE_CRATES.as_slice(), &CLOCKLESS_CRATES].concat();
    let mut findings = scan(tree, "pure", &PURE_CRATES, &IMPURE_PATHS, "pure logic must not know");
    findings.extend(scan(tree, "clock", &clockless, &CLOCK_PATHS, "hand it in as an argument:"));
    findings
}

fn scan(tree: &Tree, rule: &'static str, crates: &[&str], paths: &[&str], reason: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, rust) in tree.rust().filter(|(file, _)| crates.contains(&file.package())) {
        for path in paths {
            let written = whole_words(rust.shipped(), path).map(|at| line_of(rust.shipped(), at));
            let imported = rust.imports().into_iter().filter(|import| begins_with(&import.name, path));
            let mut lines: Vec<usize> = written.chain(imported.map(|import| import.line)).collect();
            lines.sort_unstable();
            lines.dedup();
            let found = |line| Finding::new(&file.path, line, rule, format!("{reason} `{path}`")).about(path);
            findings.extend(lines.into_iter().map(found));
        }
    }
    findings
}

/// Whether the imported `path` is `forbidden` or something below it.
fn begins_with(path: &str, forbidden: &str) -> bool {
    path.strip_prefix(forbidden).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::super::Tree;
    use super::check;

    fn rules_broken(path: &str, text: &str) -> Vec<(&'static str, String, usize)> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|f| (f.rule, f.item, f.line)).collect()
    }

    #[test]
    fn a_pure_crate_may_not_touch_files_however_it_is_written() {
        for text in
            ["use std::fs;", "use std::{fs, io};", "use std::fs::File;", "fn f() { std::fs::read(p); }"]
        {
            let broken = rules_broken("crates/kyosei-model/src/lib.rs", text);
            assert_eq!(broken, [("pure", "std::fs".to_owned(), 1)], "{text}");
        }
    }

    #[test]
    fn a_pure_crate_has_no_async() {
        let broken = rules_broken("crates/kyosei-sync/src/lib.rs", "async fn f() { g().await }");
        assert_eq!(broken, [("pure", "async".to_owned(), 1), ("pure", "await".to_owned(), 1)]);
    }

    #[test]
    fn a_crate_below_the_runtime_may_not_read_a_clock() {
        let text = "//! Doc.\nuse std::time::Instant;\nfn f() { chrono::Utc::now(); }";
        let broken = rules_broken("crates/kyosei-app/src/lib.rs", text);
        let expected = [("clock", "std::time::Instant".to_owned(), 2), ("clock", "Utc::now".to_owned(), 3)];
        assert_eq!(broken, expected);
    }

    #[test]
    fn comments_tests_and_other_crates_are_free() {
        let allowed =
            "//! Never touches std::fs.\nuse std::time::Duration;\n#[cfg(test)]\nmod tests { use std::fs; }";
        assert_eq!(rules_broken("crates/kyosei-model/src/lib.rs", allowed), []);
        assert_eq!(rules_broken("crates/kyosei-model/tests/a.rs", "use std::fs;"), []);
        assert_eq!(
            rules_broken("crates/kyosei-runtime/src/lib.rs", "use std::fs; use std::time::Instant;"),
            []
        );
    }
}
