//! Exceptions to the rules: `xtask/allow.toml`, each with its reason, and only ever shrinking.
//!
//! An allowance names a rule, a path, an item where the finding is about one, a reason, and for rules about
//! length the length that is allowed at `most`. It must match a finding exactly: one that matches nothing is
//! itself a finding, and so is a `most` above the real length, so the list cannot outlive its need.
//!
//! ```toml
//! [[allow]]
//! rule = "function-length"
//! path = "crates/kyosei-intake/src/headers.rs"
//! item = "known_headers"
//! most = 84
//! reason = "One table of the headers that Google Forms writes; splitting it would hide a missing row."
//! ```

use toml::{Table, Value};

use super::{Finding, Tree};

const PAGE: &str = "xtask/allow.toml";
/// Keys that an allowance may have.
const KEYS: [&str; 5] = ["rule", "path", "item", "most", "reason"];
/// Characters that a reason must have, so that it says something.
const REASON_CHARS_MIN: usize = 20;

/// One exception.
struct Allowance {
    rule: String,
    path: String,
    item: String,
    most: Option<usize>,
    line: usize,
}

/// Takes away the findings that an allowance covers and adds a finding for each faulty allowance.
pub fn apply(tree: &Tree, found: Vec<Finding>) -> Vec<Finding> {
    let (allowances, mut left) = read(tree.text(PAGE).unwrap_or(""));
    let mut used = vec![false; allowances.len()];
    for finding in found {
        let covering = allowances.iter().position(|allowance| allowance.covers(&finding));
        let Some((index, allowance)) = covering.and_then(|index| Some((index, allowances.get(index)?)))
        else {
            left.push(finding);
            continue;
        };
        used.iter_mut().skip(index).take(1).for_each(|used| *used = true);
        if let Some(complaint) = allowance.complaint(&finding) {
            left.push(complaint);
        }
    }
    for (allowance, _) in allowances.iter().zip(used).filter(|(_, used)| !used) {
        let message =
            format!("nothing breaks `{}` in {} any more: remove this", allowance.rule, allowance.path);
        left.push(Finding::new(PAGE, allowance.line, "allowance", message));
    }
    left
}

impl Allowance {
    fn covers(&self, finding: &Finding) -> bool {
        self.rule == finding.rule && self.path == finding.path && self.item == finding.item
    }

    /// What is wrong with using this allowance for `finding`: it grew, or the allowance can shrink.
    fn complaint(&self, finding: &Finding) -> Option<Finding> {
        match (self.most, finding.length) {
            (Some(most), Some(length)) if length > most => {
                let message = format!("{}; {PAGE} allows {most}", finding.message);
                Some(Finding { message, ..finding.clone() })
            }
            (Some(most), Some(length)) if length < most => {
                Some(Finding::new(PAGE, self.line, "allowance", format!("lower `most` to {length}")))
            }
            (None, Some(length)) => {
                Some(Finding::new(PAGE, self.line, "allowance", format!("say `most = {length}`")))
            }
            (Some(_), None) => {
                Some(Finding::new(PAGE, self.line, "allowance", "`most` is for rules about length"))
            }
            _ => None,
        }
    }
}

fn read(text: &str) -> (Vec<Allowance>, Vec<Finding>) {
    let table = match text.parse::<Table>() {
        Ok(table) => table,
        Err(error) => return (Vec::new(), vec![Finding::new(PAGE, 1, "allowance", error.message())]),
    };
    let entries = table.get("allow").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let lines =
        text.lines().zip(1..).filter(|(line, _)| line.trim() == "[[allow]]").map(|(_, number)| number);
    let mut allowances = Vec::new();
    let mut findings: Vec<Finding> = table
        .keys()
        .filter(|key| *key != "allow")
        .map(|key| Finding::new(PAGE, 1, "allowance", format!("unknown key `{key}`")))
        .collect();
    for (entry, line) in entries.iter().zip(lines) {
        match allowance(entry, line) {
            Ok(allowance) => allowances.push(allowance),
            Err(message) => findings.push(Finding::new(PAGE, line, "allowance", message)),
        }
    }
    (allowances, findings)
}

fn allowance(entry: &Value, line: usize) -> Result<Allowance, String> {
    let table = entry.as_table().ok_or("an allowance is a table")?;
    if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("unknown key `{key}`"));
    }
    let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
    let needed = |key: &str| text(key).ok_or(format!("`{key}` is missing"));
    if needed("reason")?.chars().count() < REASON_CHARS_MIN {
        return Err(format!("give a reason of at least {REASON_CHARS_MIN} characters"));
    }
    let most = table.get("most").and_then(Value::as_integer).and_then(|most| usize::try_from(most).ok());
    let item = text("item").unwrap_or_default();
    Ok(Allowance { rule: needed("rule")?, path: needed("path")?, item, most, line })
}

#[cfg(test)]
mod tests {
    use super::super::{Finding, Tree};
    use super::apply;

    const REASON: &str = "reason = \"One table whose rows belong together.\"";

    fn left(allowances: &str, length: usize) -> Vec<String> {
        let found = Finding::new("a.rs", 7, "function-length", "too long").about("long").long(length);
        let tree = Tree::of(&[("xtask/allow.toml", allowances)]);
        apply(&tree, vec![found]).iter().map(ToString::to_string).collect()
    }

    fn allow(most: &str) -> String {
        format!("[[allow]]\nrule = \"function-length\"\npath = \"a.rs\"\nitem = \"long\"\n{most}\n{REASON}\n")
    }

    #[test]
    fn an_exact_allowance_covers_its_finding() {
        assert_eq!(left(&allow("most = 80"), 80), [] as [&str; 0]);
    }

    #[test]
    fn without_an_allowance_the_finding_stays() {
        assert_eq!(left("", 80), ["a.rs:7: function-length: too long"]);
    }

    #[test]
    fn a_longer_function_is_found_and_a_shorter_one_shrinks_the_allowance() {
        let longer = ["a.rs:7: function-length: too long; xtask/allow.toml allows 80"];
        assert_eq!(left(&allow("most = 80"), 81), longer);
        assert_eq!(left(&allow("most = 80"), 75), ["xtask/allow.toml:1: allowance: lower `most` to 75"]);
        assert_eq!(left(&allow(""), 75), ["xtask/allow.toml:1: allowance: say `most = 75`"]);
    }

    #[test]
    fn an_unused_allowance_is_found() {
        let other = allow("most = 80").replace("a.rs", "b.rs");
        let complaint =
            "xtask/allow.toml:1: allowance: nothing breaks `function-length` in b.rs any more: remove this";
        assert_eq!(
            left(&other, 80),
            [complaint, "a.rs:7: function-length: too long"]
                .map(String::from)
                .into_iter()
                .rev()
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn an_allowance_needs_a_reason_and_known_keys() {
        let hasty = "[[allow]]\nrule = \"name\"\npath = \"a.rs\"\nreason = \"because\"\n";
        assert!(left(hasty, 80)[0].contains("allowance: give a reason"));
        let misspelt = allow("mots = 80");
        assert!(left(&misspelt, 80)[0].contains("unknown key `mots`"));
        assert!(left("this is not toml", 80)[0].starts_with("xtask/allow.toml:1: allowance: "));
    }
}
