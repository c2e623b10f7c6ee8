//! How long files and functions may be, how a file opens, and where a module stands.
//!
//! Aim for 100-300 lines a file and 5-40 a function: the limits here are where it fails.

use super::{Finding, Tree};

/// Lines a source file may have.
const FILE_LINES_MAX: usize = 600;
/// Lines a function may have, from `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;

/// Runs `file-length`, `function-length`, `module-doc` and `no-mod-rs`.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = file_lengths(tree);
    findings.extend(function_lengths(tree));
    findings.extend(module_docs(tree));
    findings.extend(mod_files(tree));
    findings
}

fn file_lengths(tree: &Tree) -> Vec<Finding> {
    tree.files()
        .filter(|file| is_code(&file.path) && !is_generated(&file.path, &file.text))
        .map(|file| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines > FILE_LINES_MAX)
        .map(|(file, lines)| {
            let message = format!("{lines} lines, at most {FILE_LINES_MAX}: split it by concept");
            Finding::new(&file.path, 1, "file-length", message).long(lines)
        })
        .collect()
}

fn function_lengths(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, rust) in tree.rust() {
        for function in rust.functions().into_iter().filter(|f| f.length > FUNCTION_LINES_MAX) {
            let message =
                format!("`{}` has {} lines, at most {FUNCTION_LINES_MAX}", function.name, function.length);
            let finding = Finding::new(&file.path, function.line, "function-length", message);
            findings.push(finding.about(&function.name).long(function.length));
        }
    }
    findings
}

fn module_docs(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter(|(file, _)| !file.text.trim_start().starts_with("//!"))
        .map(|(file, _)| {
            let message = "open with `//!`: what it is, its life-cycle, what it does not do";
            Finding::new(&file.path, 1, "module-doc", message)
        })
        .collect()
}

fn mod_files(tree: &Tree) -> Vec<Finding> {
    tree.files()
        .filter(|file| file.path.ends_with("/mod.rs"))
        .map(|file| {
            Finding::new(&file.path, 1, "no-mod-rs", "write `foo.rs` beside `foo/`, not `foo/mod.rs`")
        })
        .collect()
}

fn is_code(path: &str) -> bool {
    path == "dev" || [".rs", ".ts", ".svelte", ".sh"].iter().any(|ending| path.ends_with(ending))
}

/// TypeScript that a program wrote and a test or a build keeps true; it says so in its first lines.
fn is_generated(path: &str, text: &str) -> bool {
    let head: String = text.lines().take(2).collect();
    path.ends_with(".ts") && head.contains("Generated") && head.contains("do not edit")
}

#[cfg(test)]
mod tests {
    use super::super::Tree;
    use super::check;

    fn broken(path: &str, text: &str) -> Vec<(&'static str, usize, Option<usize>)> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|f| (f.rule, f.line, f.length)).collect()
    }

    #[test]
    fn a_file_of_600_lines_passes_and_one_of_601_fails() {
        let text = |lines: usize| format!("//! Doc.\n{}", "// line\n".repeat(lines - 1));
        assert_eq!(broken("crates/a/src/b.rs", &text(600)), []);
        assert_eq!(broken("crates/a/src/b.rs", &text(601)), [("file-length", 1, Some(601))]);
        assert_eq!(broken("ui/a.ts", &text(601)), [("file-length", 1, Some(601))]);
        assert_eq!(broken("docs/a.md", &text(601)), []);
    }

    #[test]
    fn only_typescript_may_be_generated_and_as_long_as_it_is() {
        let text = format!("// Generated; do not edit.\n{}", "// line\n".repeat(601));
        assert_eq!(broken("ui/a.ts", &text), []);
        assert_eq!(broken("crates/a/src/b.rs", &format!("//! Generated; do not edit.\n{text}")).len(), 1);
    }

    #[test]
    fn a_function_of_70_lines_passes_and_one_of_71_fails() {
        let text =
            |lines: usize| format!("//! Doc.\n\nfn long() {{\n{}}}\n", "    step();\n".repeat(lines - 2));
        assert_eq!(broken("crates/a/src/b.rs", &text(70)), []);
        assert_eq!(broken("crates/a/src/b.rs", &text(71)), [("function-length", 3, Some(71))]);
    }

    #[test]
    fn a_file_without_a_module_doc_fails() {
        assert_eq!(broken("crates/a/src/b.rs", "// Not a module doc.\n"), [("module-doc", 1, None)]);
        assert_eq!(broken("crates/a/src/b.rs", "\n//! Doc.\n"), []);
    }

    #[test]
    fn a_mod_rs_fails() {
        assert_eq!(broken("crates/a/src/b/mod.rs", "//! Doc.\n"), [("no-mod-rs", 1, None)]);
    }
}
