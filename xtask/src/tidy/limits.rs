//! Every named limit of the program stands in docs/limits.md.
//!
//! A limit is a constant that ships and has `MAX` or `LIMIT` as a word of its name, in the crates and
//! the shell (development tools aside). The page names it in code ticks, with its type when it belongs to
//! one: `` `ROWS_MAX` ``, `` `PersonName::CHARS_MAX` ``. A limit missing from the page fails, a limit on the
//! page that no code has fails, and so do two limits of one name: the page could not tell them apart.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, Tree};

const PAGE: &str = "docs/limits.md";
/// Words that make a constant a limit.
const LIMIT_WORDS: [&str; 2] = ["MAX", "LIMIT"];
/// Packages that are tools of development, not of the program.
const TOOLS: [&str; 4] = ["xtask", "kyosei-testkit", "tests", "fuzz"];

/// A limit as the code declares it.
struct Limit<'a> {
    name: String,
    path: &'a str,
    line: usize,
    text: &'a str,
}

/// Runs `limit`.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let limits = declared(tree);
    let listed = tree.text(PAGE).map(listed).unwrap_or_default();
    let mut findings = Vec::new();
    let mut first: BTreeMap<&str, &Limit<'_>> = BTreeMap::new();
    for limit in &limits {
        if !listed.contains_key(limit.name.as_str()) {
            let message = format!("`{}` is a limit: list it in {PAGE}", limit.name);
            findings.push(Finding::new(limit.path, limit.line, "limit", message).about(&limit.name));
        }
        if let Some(other) = first.insert(&limit.name, limit) {
            let message = format!("`{}` is also declared in {}:{}", limit.name, other.path, other.line);
            findings.push(Finding::new(limit.path, limit.line, "limit", message).about(&limit.name));
        }
    }
    let known: BTreeSet<&str> = limits.iter().map(|limit| limit.name.as_str()).collect();
    for (name, line) in listed.iter().filter(|(name, _)| !known.contains(*name)) {
        let message = format!("no constant `{name}` in the code");
        findings.push(Finding::new(PAGE, *line, "limit", message).about(name));
    }
    findings
}

/// Every limit as a row of a Markdown table: name, value, first sentence of its doc comment, crate.
pub fn limit_rows(tree: &Tree) -> String {
    declared(tree).iter().map(row).collect()
}

fn row(limit: &Limit<'_>) -> String {
    let crate_name = limit.path.split('/').nth(1).unwrap_or("");
    format!("| `{}` | {} | {} | {crate_name} |\n", limit.name, value_of(limit), doc_of(limit))
}

fn declared(tree: &Tree) -> Vec<Limit<'_>> {
    let mut limits = Vec::new();
    for (file, rust) in tree.rust().filter(|(file, _)| !TOOLS.contains(&file.package())) {
        for constant in rust.constants().into_iter().filter(|constant| is_limit(&constant.name)) {
            let (name, line) = (constant.name, constant.line);
            limits.push(Limit { name, path: &file.path, line, text: &file.text });
        }
    }
    limits
}

fn is_limit(name: &str) -> bool {
    let own = name.rsplit("::").next().unwrap_or(name);
    own.split('_').any(|word| LIMIT_WORDS.contains(&word))
}

/// Limits that the page names in code ticks, each with its first line.
fn listed(page: &str) -> BTreeMap<&str, usize> {
    let mut names = BTreeMap::new();
    for (number, line) in (1..).zip(page.lines()) {
        for name in line.split('`').skip(1).step_by(2) {
            let own = name.rsplit("::").next().unwrap_or(name);
            let is_constant = own.chars().all(|c| c == '_' || c.is_ascii_uppercase() || c.is_ascii_digit());
            if is_constant && is_limit(name) {
                names.entry(name).or_insert(number);
            }
        }
    }
    names
}

fn value_of(limit: &Limit<'_>) -> String {
    let from = limit.text.lines().skip(limit.line.saturating_sub(1));
    let declaration: String = from.take(4).collect::<Vec<_>>().join(" ");
    let value = declaration.split_once('=').map_or("", |(_, value)| value);
    value.split(';').next().unwrap_or("").trim().to_owned()
}

fn doc_of(limit: &Limit<'_>) -> String {
    let above: Vec<&str> = limit.text.lines().take(limit.line.saturating_sub(1)).collect();
    let doc: Vec<&str> =
        above.iter().rev().map_while(|line| line.trim_start().strip_prefix("///")).map(str::trim).collect();
    let doc = doc.into_iter().rev().collect::<Vec<_>>().join(" ");
    doc.split_once(". ").map_or(doc.clone(), |(first, _)| format!("{first}."))
}

#[cfg(test)]
mod tests {
    use super::super::Tree;
    use super::{check, limit_rows};

    const CODE: &str = "//! Doc.\n\n/// Rows of one page. More is refused.\npub const ROWS_MAX: usize = 50;\nimpl PersonName {\n    const CHARS_MAX: usize = 64;\n}\n";

    fn messages(page: &str, code: &str) -> Vec<String> {
        let tree = Tree::of(&[("crates/kyosei-model/src/lib.rs", code), ("docs/limits.md", page)]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn listed_limits_pass() {
        assert_eq!(messages("| `ROWS_MAX` | 50 |\n| `PersonName::CHARS_MAX` | 64 |", CODE), [] as [&str; 0]);
    }

    #[test]
    fn a_limit_that_is_not_listed_fails() {
        let expected =
            "crates/kyosei-model/src/lib.rs:4: limit: `ROWS_MAX` is a limit: list it in docs/limits.md";
        assert_eq!(messages("`PersonName::CHARS_MAX`, ROWS_MAX without ticks", CODE), [expected]);
    }

    #[test]
    fn a_listed_limit_that_no_code_has_fails() {
        let page = "`ROWS_MAX` `PersonName::CHARS_MAX`\n`GONE_MAX` and `KYOSEI_VAULT`";
        assert_eq!(messages(page, CODE), ["docs/limits.md:2: limit: no constant `GONE_MAX` in the code"]);
    }

    #[test]
    fn two_limits_of_one_name_fail() {
        let twice = format!("{CODE}mod other {{ const ROWS_MAX: u8 = 1; }}\n");
        let page = "`ROWS_MAX` `PersonName::CHARS_MAX`";
        assert_eq!(messages(page, &twice).len(), 1);
        assert!(messages(page, &twice)[0].contains("also declared in crates/kyosei-model/src/lib.rs:4"));
    }

    #[test]
    fn limits_print_as_table_rows() {
        let rows = limit_rows(&Tree::of(&[("crates/kyosei-model/src/lib.rs", CODE)]));
        assert!(rows.starts_with("| `ROWS_MAX` | 50 | Rows of one page. | kyosei-model |\n"), "{rows}");
    }
}
