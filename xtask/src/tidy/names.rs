//! Words that say nothing, at the end of a type's or a module's name.
//!
//! `SupporterManager`, `util.rs` and `FormData` could hold anything. `Database` and `Information` are whole
//! other words and pass.

use super::source::Named;
use super::{Finding, Tree};

/// Last words that a type or module may not have, without plural s.
const EMPTY_WORDS: [&str; 6] = ["manager", "service", "helper", "util", "data", "info"];

/// Runs `name`.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, rust) in tree.rust() {
        let module = file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs")).unwrap_or("");
        let module = Named { name: module.to_owned(), line: 1 };
        for named in rust.types().into_iter().chain([module]) {
            let Some(word) = empty_word(&named.name) else { continue };
            let message = format!("`{}` ends in `{word}`, which says nothing: name what it is", named.name);
            findings.push(Finding::new(&file.path, named.line, "name", message).about(&named.name));
        }
    }
    findings
}

/// The empty last word of a `CamelCase` or `snake_case` name.
fn empty_word(name: &str) -> Option<&'static str> {
    let start = name.rfind(|c: char| c.is_uppercase() || c == '_').unwrap_or(0);
    let last = name.get(start..)?.trim_start_matches('_').to_lowercase();
    EMPTY_WORDS.into_iter().find(|word| last == *word || last.strip_suffix('s') == Some(*word))
}

#[cfg(test)]
mod tests {
    use super::super::Tree;
    use super::check;

    fn broken(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|finding| finding.item).collect()
    }

    #[test]
    fn empty_last_words_fail_in_types_and_modules() {
        let text = "struct VaultManager; enum Helpers {} trait MailService {} type FormData = u8;";
        assert_eq!(broken("crates/a/src/b.rs", text), ["VaultManager", "Helpers", "MailService", "FormData"]);
        assert_eq!(broken("crates/a/src/csv_utils.rs", ""), ["csv_utils"]);
        assert_eq!(broken("crates/a/src/info.rs", ""), ["info"]);
    }

    #[test]
    fn whole_other_words_pass() {
        let text = "struct Database; struct DataSubject; struct Recipient; enum InfoHash {} // a Manager";
        assert_eq!(broken("crates/a/src/b.rs", text), [] as [String; 0]);
    }
}
