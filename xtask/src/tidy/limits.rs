//! Every named limit of the program stands in docs/limits.md, in a table written from the code.
//!
//! A limit is a constant that ships and has `MAX` or `LIMIT` as a word of its name (development tools aside).
//! Its doc comment is the one place that says what it means: `cargo run -p xtask -- limits` copies name,
//! value and first sentence into the table between [`BEGIN`] and [`END`]; the rest of the page is written by
//! hand. Rule `limit` fails for a limit without a doc comment and for a table that is not current.

use std::collections::BTreeMap;

use super::{Finding, Tree};

/// The page.
pub const PAGE: &str = "docs/limits.md";
const BEGIN: &str = "<!-- begin: written by `cargo run -p xtask -- limits` -->";
const END: &str = "<!-- end -->";
/// Words that make a constant a limit.
const LIMIT_WORDS: [&str; 2] = ["MAX", "LIMIT"];
/// Packages that are tools of development, not of the program.
const TOOLS: [&str; 4] = ["xtask", "kyosei-testkit", "tests", "fuzz"];

/// A limit as the code declares it.
struct Limit<'a> {
    name: String,
    value: String,
    /// First sentence of the doc comment.
    meaning: String,
    package: &'a str,
    path: &'a str,
    line: usize,
}

/// Runs `limit`.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let limits = declared(tree);
    let mut findings: Vec<Finding> = limits
        .iter()
        .filter(|limit| limit.meaning.is_empty())
        .map(|limit| {
            let message = format!("`{}` is a limit: say with `///` what it limits, and its unit", limit.name);
            Finding::new(limit.path, limit.line, "limit", message).about(&limit.name)
        })
        .collect();
    if !limits.is_empty() && tree.text(PAGE) != Some(page(tree).as_str()) {
        findings.push(Finding::new(PAGE, 1, "limit", "is not current: `cargo run -p xtask -- limits`"));
    }
    findings
}

/// The page with a current table.
pub fn page(tree: &Tree) -> String {
    let old = tree.text(PAGE).unwrap_or("# Limits\n\n");
    let (before, rest) = old.split_once(BEGIN).unwrap_or((old, ""));
    let after = rest.split_once(END).map_or("\n", |(_, after)| after);
    format!("{before}{BEGIN}\n{}\n{END}{after}", table(&declared(tree)))
}

fn table(limits: &[Limit<'_>]) -> String {
    let mut by_package: BTreeMap<&str, String> = BTreeMap::new();
    for limit in limits {
        let rows = by_package.entry(limit.package).or_default();
        let (name, value) = (&limit.name, &limit.value);
        rows.push_str(&format!("| `{name}` | `{value}` | {} |\n", limit.meaning));
    }
    by_package
        .iter()
        .map(|(package, rows)| {
            format!("\n## {package}\n\n| limit | value | meaning |\n|---|---|---|\n{rows}")
        })
        .collect()
}

fn declared(tree: &Tree) -> Vec<Limit<'_>> {
    let mut limits = Vec::new();
    for (file, rust) in tree.rust().filter(|(file, _)| !TOOLS.contains(&file.package())) {
        for constant in rust.constants().into_iter().filter(|constant| is_limit(&constant.name)) {
            limits.push(Limit {
                value: value_of(&file.text, constant.line),
                meaning: meaning_of(&file.text, constant.line),
                name: constant.name,
                package: file.package(),
                path: &file.path,
                line: constant.line,
            });
        }
    }
    limits
}

fn is_limit(name: &str) -> bool {
    let own = name.rsplit("::").next().unwrap_or(name);
    own.split('_').any(|word| LIMIT_WORDS.contains(&word))
}

/// What stands between `=` and `;` from `line` on, in one line.
fn value_of(text: &str, line: usize) -> String {
    let from = text.lines().skip(line.saturating_sub(1)).collect::<Vec<_>>().join(" ");
    let value =
        from.split_once('=').and_then(|(_, rest)| rest.split_once(';')).map_or("", |(value, _)| value);
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first sentence of the doc comment above `line`, without links, fit for a table.
fn meaning_of(text: &str, line: usize) -> String {
    let above: Vec<&str> = text.lines().take(line.saturating_sub(1)).map(str::trim).collect();
    let mut doc: Vec<&str> = above
        .iter()
        .rev()
        .skip_while(|line| line.starts_with("#["))
        .map_while(|line| line.strip_prefix("///"))
        .map(str::trim)
        .collect();
    doc.reverse();
    let doc = doc.join(" ").replace("[`", "`").replace("`]", "`").replace('|', "\\|");
    doc.split_once(". ").map_or(doc.clone(), |(first, _)| format!("{first}."))
}

#[cfg(test)]
mod tests {
    use super::super::Tree;
    use super::{check, page};

    const CODE: &str = "//! Doc.\n\n/// Rows of one [`Page`], by\n/// default. More is refused.\n\
                        #[rustfmt::skip]\npub const ROWS_MAX: usize =\n    5 * 10;\n\
                        impl PersonName {\n    /// Characters.\n    const CHARS_MAX: usize = 64;\n}\n";

    fn tree<'a>(code: &'a str, page: &'a str) -> Tree {
        Tree::of(&[("crates/kyosei-model/src/lib.rs", code), ("docs/limits.md", page)])
    }

    fn messages(code: &str, page: &str) -> Vec<String> {
        check(&tree(code, page)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_table_holds_name_value_and_first_sentence_and_then_passes() {
        let written = page(&tree(CODE, "# Limits\n\nBy hand.\n\n"));
        assert!(written.starts_with("# Limits\n\nBy hand.\n\n<!-- begin"), "{written}");
        assert!(written.contains("\n## kyosei-model\n"), "{written}");
        assert!(
            written.contains("| `ROWS_MAX` | `5 * 10` | Rows of one `Page`, by default. |\n"),
            "{written}"
        );
        assert!(written.contains("| `PersonName::CHARS_MAX` | `64` | Characters. |\n"), "{written}");
        assert_eq!(messages(CODE, &written), [] as [&str; 0]);
        assert_eq!(page(&tree(CODE, &written)), written, "writing twice changes nothing");
    }

    #[test]
    fn a_changed_added_or_removed_limit_makes_the_page_old() {
        let written = page(&tree(CODE, ""));
        let old = ["docs/limits.md:1: limit: is not current: `cargo run -p xtask -- limits`"];
        assert_eq!(messages(&CODE.replace("64", "65"), &written), old);
        assert_eq!(messages(&CODE.replace("ROWS_MAX", "ROWS"), &written), old);
        let more = format!("{CODE}/// Pages.\nconst PAGES_LIMIT: u8 = 1;\n");
        assert_eq!(messages(&more, &written), old);
    }

    #[test]
    fn what_is_written_by_hand_around_the_table_stays() {
        let around = page(&tree(CODE, "above\n")).replace("<!-- end -->", "<!-- end -->\nbelow");
        let renewed = page(&tree(&CODE.replace("64", "65"), &around));
        assert!(renewed.starts_with("above\n") && renewed.ends_with("<!-- end -->\nbelow\n"), "{renewed}");
        assert!(renewed.contains("`65`") && !renewed.contains("`64`"));
    }

    #[test]
    fn a_limit_without_a_doc_comment_fails() {
        let bare = "//! Doc.\nconst ROWS_MAX: u8 = 1;\n";
        let written = page(&tree(bare, ""));
        let expected = "crates/kyosei-model/src/lib.rs:2: limit: `ROWS_MAX` is a limit: say with `///` what it limits, and its unit";
        assert_eq!(messages(bare, &written), [expected]);
    }

    #[test]
    fn constants_that_are_no_limits_or_belong_to_tools_are_left_alone() {
        assert_eq!(messages("//! Doc.\nconst MAXIMAL: u8 = 1;\n", ""), [] as [&str; 0]);
        let tool = Tree::of(&[("xtask/src/main.rs", "//! Doc.\nconst ROWS_MAX: u8 = 1;\n")]);
        assert_eq!(check(&tool), []);
    }
}
