//! SECURITY.md promises; each promise names tests, and each of them exists.

use std::path::Path;

/// Underscores that tell the name of a test from a short name of the program.
const UNDERSCORES_OF_A_TEST: usize = 4;

#[test]
fn every_test_that_security_md_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = std::fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let mut sources = String::new();
    for folder in ["crates", "tests", "xtask"] {
        read_sources(&root.join(folder), &mut sources);
    }
    let exists = |name: &str| sources.contains(&format!("fn {name}("));
    let named: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|name| name.matches('_').count() >= UNDERSCORES_OF_A_TEST)
        .collect();
    assert!(named.len() > 20, "the table of promises is there: {}", named.len());
    let missing: Vec<&&str> = named.iter().filter(|name| !exists(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(!exists("a_test_that_nobody_wrote_so_far"), "positive control");
}

fn read_sources(folder: &Path, sources: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            // This file speaks of a test that must not exist.
            let is_this = path.ends_with("suite/promises.rs");
            sources.push_str(&if is_this { String::new() } else { std::fs::read_to_string(path).unwrap() });
        }
    }
}
