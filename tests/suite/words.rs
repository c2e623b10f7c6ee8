//! Every code that can end a command or keep a row out of an import is explained, in three languages.

use std::collections::BTreeSet;
use std::path::Path;

/// The crates whose codes reach a person.
const CRATES: [&str; 7] = [
    "kyosei-cli",
    "kyosei-app",
    "kyosei-runtime",
    "kyosei-intake",
    "kyosei-match",
    "kyosei-match-format",
    "kyosei-disclosure-format",
];

/// The source files of a crate: path and text.
fn sources(name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates").join(name).join("src"), &mut found);
    assert!(!found.is_empty(), "{name} has sources");
    found
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The codes that stand as whole literals in a source text.
fn codes(text: &str) -> BTreeSet<String> {
    let is_code = |part: &&str| {
        let letters = part.strip_prefix("E-").unwrap_or_default();
        !letters.is_empty() && letters.chars().all(|one| one.is_ascii_uppercase() || one == '-')
    };
    text.split('"').filter(is_code).map(str::to_owned).collect()
}

fn produced() -> BTreeSet<String> {
    let files = CRATES.iter().flat_map(|name| sources(name));
    files
        .filter(|(path, _)| !path.contains("kyosei-cli/src/codes"))
        .flat_map(|(_, text)| codes(&text))
        .collect()
}

#[test]
fn every_code_of_the_program_has_words_that_differ_from_language_to_language() {
    let produced = produced();
    assert!(produced.len() > 80 && produced.contains("E-HARDENING"), "positive control: {produced:?}");
    let dumb: Vec<&String> = produced.iter().filter(|code| kyosei_cli::explain(code).is_none()).collect();
    assert!(dumb.is_empty(), "without words: {dumb:?}");
    for code in &produced {
        let words = kyosei_cli::explain(code).unwrap();
        assert!(words.iter().all(|text| text.chars().count() > 5), "{code}: {words:?}");
        assert_eq!(BTreeSet::from(words).len(), 3, "{code}: {words:?}");
    }
}

#[test]
fn no_words_are_kept_for_a_code_that_nothing_produces() {
    let tables = sources("kyosei-cli");
    let explained: BTreeSet<String> = tables
        .iter()
        .filter(|(path, _)| path.contains("kyosei-cli/src/codes/"))
        .flat_map(|(_, text)| codes(text))
        .collect();
    assert!(explained.len() > 80, "positive control");
    // A panic prints its code itself, with the place after it.
    let produced: BTreeSet<String> = produced().into_iter().chain([String::from("E-INTERNAL")]).collect();
    let idle: Vec<&String> = explained.difference(&produced).collect();
    assert!(idle.is_empty(), "{idle:?}");
}
