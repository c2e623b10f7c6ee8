//! The invariants of the repository, each a rule that reads text and gives findings.
//!
//! A [`Tree`] is read once; each rule is a pure function from it to [`Finding`]s; [`check`] runs them all
//! and takes away what `xtask/allow.toml` allows. The rules scan text, with comments and literals blanked
//! out by [`source`]: they do not expand macros and do not resolve names, so they catch the honest
//! mistake, not a determined one.
//!
//! | module | rules |
//! |---|---|
//! | [`layers`] | `layer`, `gated-dependency`, `workspace-dependency`, `manifest` |
//! | [`purity`] | `pure`, `clock` |
//! | [`shape`] | `file-length`, `function-length`, `module-doc`, `no-mod-rs` |
//! | [`names`] | `name` |
//! | [`limits`] | `limit` |
//! | [`allowances`] | `allowance` |

mod allowances;
mod layers;
mod limits;
mod names;
mod purity;
mod shape;
mod source;
mod tree;

use std::fmt;

pub use limits::{PAGE as LIMITS_PAGE, page as limits_page};
pub use tree::Tree;

/// One place where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path from the root of the repository, with `/`.
    pub path: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Name of the rule, as `xtask/allow.toml` writes it.
    pub rule: &'static str,
    /// What is wrong and what to do.
    pub message: String,
    /// The function, type or constant that the finding is about; empty for a whole file.
    pub item: String,
    /// How long the thing is, for rules about length.
    pub length: Option<usize>,
}

impl Finding {
    fn new(path: &str, line: usize, rule: &'static str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, message: message.into(), item: String::new(), length: None }
    }

    fn about(self, item: &str) -> Self {
        Self { item: item.to_owned(), ..self }
    }

    fn long(self, length: usize) -> Self {
        Self { length: Some(length), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.message)
    }
}

/// Runs every rule and gives what no allowance covers, sorted by path and line.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let rules: [fn(&Tree) -> Vec<Finding>; 5] =
        [layers::check, purity::check, shape::check, names::check, limits::check];
    let found = rules.iter().flat_map(|rule| rule(tree)).collect();
    let mut left = allowances::apply(tree, found);
    left.sort();
    left
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Tree, check};

    #[test]
    fn a_finding_reads_as_path_line_rule_message() {
        let tree = Tree::of(&[("xtask/src/mod.rs", "//! Doc.\n")]);
        let lines: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["xtask/src/mod.rs:1: no-mod-rs: write `foo.rs` beside `foo/`, not `foo/mod.rs`"]);
    }

    #[test]
    fn reading_the_repository_finds_this_very_file_and_no_build_output() {
        let tree = Tree::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap();
        assert!(tree.text("xtask/src/tidy.rs").is_some_and(|text| text.contains("fn check")));
        assert!(tree.files().all(|file| !file.path.starts_with("target/")));
    }
}
