//! Which crate may know which: the arrows of ARCHITECTURE.md, read from each `Cargo.toml`.
//!
//! Rule `layer`: a crate of ours may depend only on the crates that [`LAYERS`] lists for it. Rule
//! `gated-dependency`: a library in [`GATED`] may be named only by the crates listed there, in any kind of
//! dependency. Rule `workspace-dependency`: versions stand in the root `Cargo.toml` alone. Rule `manifest`:
//! each crate takes its lints and edition from the workspace, and its folder has its name. Reads manifests,
//! not cargo's resolved graph, so it works without network and sees what a person wrote.

use toml::{Table, Value};

use super::tree::File;
use super::{Finding, Tree};

/// A crate and the crates of ours that it may depend on.
struct Layer {
    name: &'static str,
    may_use: &'static [&'static str],
}

const fn layer(name: &'static str, may_use: &'static [&'static str]) -> Layer {
    Layer { name, may_use }
}

/// Everything below the runtime.
const BELOW_RUNTIME: &[&str] = &[
    "kyosei-access",
    "kyosei-app",
    "kyosei-disclosure",
    "kyosei-disclosure-format",
    "kyosei-doc",
    "kyosei-intake",
    "kyosei-match",
    "kyosei-match-format",
    "kyosei-model",
    "kyosei-net",
    "kyosei-store",
    "kyosei-sync",
    "kyosei-vault",
];

/// What a shell may use: the runtime and, for commands that need no vault, the pure engines. The testkit's
/// generator invents the people of `kyosei demo`.
const SHELL: &[&str] = &[
    "kyosei-app",
    "kyosei-disclosure",
    "kyosei-disclosure-format",
    "kyosei-intake",
    "kyosei-match",
    "kyosei-match-format",
    "kyosei-model",
    "kyosei-runtime",
    "kyosei-testkit",
    // Passphrases and recovery sheets are typed and shown at a shell.
    "kyosei-vault",
];

/// What answers the commands of the desktop app uses: the runtime and the use cases, and roles by their names.
const DESK: &[&str] = &[
    "kyosei-access",
    "kyosei-app",
    "kyosei-contract",
    "kyosei-intake",
    "kyosei-model",
    "kyosei-runtime",
    "kyosei-vault",
];

/// The arrows, all pointing down. A new one needs a line of reason in ARCHITECTURE.md.
const LAYERS: &[Layer] = &[
    layer("kyosei-model", &[]),
    layer("kyosei-access", &["kyosei-model"]),
    layer("kyosei-contract", &["kyosei-model"]),
    layer("kyosei-disclosure", &["kyosei-model"]),
    layer("kyosei-disclosure-format", &["kyosei-disclosure", "kyosei-model"]),
    layer("kyosei-intake", &["kyosei-model"]),
    layer("kyosei-match", &["kyosei-model"]),
    layer("kyosei-match-format", &["kyosei-match", "kyosei-model"]),
    layer("kyosei-doc", &["kyosei-model"]),
    layer("kyosei-vault", &["kyosei-access", "kyosei-model"]),
    layer("kyosei-sync", &["kyosei-access", "kyosei-doc", "kyosei-model", "kyosei-vault"]),
    layer(
        "kyosei-app",
        &[
            "kyosei-access",
            "kyosei-disclosure",
            "kyosei-disclosure-format",
            "kyosei-doc",
            "kyosei-intake",
            "kyosei-match",
            "kyosei-model",
            "kyosei-sync",
            "kyosei-vault",
        ],
    ),
    layer("kyosei-store", &["kyosei-access", "kyosei-app", "kyosei-model", "kyosei-sync", "kyosei-vault"]),
    layer("kyosei-net", &["kyosei-access", "kyosei-model", "kyosei-sync", "kyosei-vault"]),
    layer("kyosei-runtime", BELOW_RUNTIME),
    layer("kyosei-cli", SHELL),
    layer("kyosei-desk", DESK),
    layer("kyosei-desktop", &["kyosei-contract", "kyosei-desk", "kyosei-runtime"]),
];

/// Packages for development only: they may use everything, and nothing that ships may use them unless
/// [`LAYERS`] says so.
const DEVELOPMENT: [&str; 6] =
    ["xtask", "kyosei-bench", "kyosei-fuzz", "kyosei-simulator", "kyosei-testkit", "kyosei-tests"];

/// A library and the crates that may name it. A name that ends in `*` stands for its whole family.
const GATED: &[(&str, &[&str])] = &[
    ("age*", &["kyosei-vault"]),
    ("automerge*", &["kyosei-doc", "kyosei-sync"]),
    ("rusqlite*", &["kyosei-store"]),
    ("libsqlite3-sys", &["kyosei-store"]),
    ("iroh*", &["kyosei-net"]),
    ("tokio*", &["kyosei-runtime", "kyosei-net", "kyosei-cli", "kyosei-desktop"]),
    ("tauri*", &["kyosei-desktop"]),
    ("getrandom", &["kyosei-runtime", "kyosei-net", "kyosei-cli", "kyosei-desktop"]),
    ("anyhow", &["kyosei-runtime", "kyosei-cli", "kyosei-desktop"]),
];

/// What every manifest takes from the workspace.
const INHERITED: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];

/// Runs the four rules on every manifest.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files().filter(|file| file.path.rsplit('/').next() == Some("Cargo.toml")) {
        match file.text.parse::<Table>() {
            // The root may be a package as well as the workspace.
            Ok(manifest) if !manifest.contains_key("package") => {}
            Ok(manifest) => findings.extend(Manifest::new(file, &manifest).check()),
            Err(error) => findings.push(Finding::new(&file.path, 1, "manifest", error.message())),
        }
    }
    findings
}

/// A parsed manifest and where it was read.
struct Manifest<'a> {
    file: &'a File,
    table: &'a Table,
    name: &'a str,
}

/// One line of a dependency table.
struct Dependency<'a> {
    /// The key of the table: the name that the code uses.
    key: &'a str,
    /// The package, which `package = "…"` may rename.
    package: &'a str,
    value: &'a Value,
    for_tests: bool,
}

impl<'a> Manifest<'a> {
    fn new(file: &'a File, table: &'a Table) -> Self {
        let package = table.get("package").and_then(Value::as_table);
        let name = package.and_then(|package| package.get("name")).and_then(Value::as_str).unwrap_or("");
        Self { file, table, name }
    }

    fn check(&self) -> Vec<Finding> {
        let mut findings = self.check_inheritance();
        let is_development = DEVELOPMENT.contains(&self.name);
        let layer = LAYERS.iter().find(|layer| layer.name == self.name);
        if layer.is_none() && !is_development {
            findings.push(self.finding(
                "layer",
                "name",
                "is in no layer: add it to xtask/src/tidy/layers.rs",
            ));
        }
        for dependency in self.dependencies() {
            if !is_development {
                findings.extend(layer.and_then(|layer| self.check_arrow(layer, &dependency)));
                findings.extend(self.check_gate(&dependency));
            }
            findings.extend(self.check_version(&dependency));
        }
        findings
    }

    fn check_arrow(&self, layer: &Layer, dependency: &Dependency<'_>) -> Option<Finding> {
        let ours = dependency.package.starts_with("kyosei-") || dependency.package == "xtask";
        // A crate's tests may switch on a feature of the crate itself.
        let is_itself = dependency.package == self.name;
        let as_test = dependency.for_tests && (is_itself || DEVELOPMENT.contains(&dependency.package));
        if !ours || as_test || layer.may_use.contains(&dependency.package) {
            return None;
        }
        Some(self.finding("layer", dependency.key, &format!("may not depend on `{}`", dependency.package)))
    }

    fn check_gate(&self, dependency: &Dependency<'_>) -> Option<Finding> {
        let (_, allowed) = GATED.iter().find(|(pattern, _)| is_of_family(pattern, dependency.package))?;
        if allowed.contains(&self.name) {
            return None;
        }
        let message = format!("may not name `{}`: only {} may", dependency.package, allowed.join(", "));
        Some(self.finding("gated-dependency", dependency.key, &message))
    }

    fn check_version(&self, dependency: &Dependency<'_>) -> Option<Finding> {
        let inherited = dependency.value.get("workspace").and_then(Value::as_bool) == Some(true);
        (!inherited).then(|| {
            let message = format!("takes `{}` past the workspace: `workspace = true`", dependency.key);
            self.finding("workspace-dependency", dependency.key, &message)
        })
    }

    fn check_inheritance(&self) -> Vec<Finding> {
        let package = self.table.get("package");
        let mut findings = Vec::new();
        for key in INHERITED {
            if !is_inherited(package.and_then(|package| package.get(key))) {
                findings.push(self.finding("manifest", key, &format!("needs `{key}.workspace = true`")));
            }
        }
        if !is_inherited(self.table.get("lints")) {
            findings.push(self.finding("manifest", "lints", "needs `[lints]` with `workspace = true`"));
        }
        let folder = self.file.path.strip_prefix("crates/").and_then(|path| path.strip_suffix("/Cargo.toml"));
        if folder.is_some_and(|folder| folder != self.name) {
            findings.push(self.finding("manifest", "name", "must have the name of its folder"));
        }
        findings
    }

    fn dependencies(&self) -> Vec<Dependency<'a>> {
        let targets = self.table.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
        let tables = std::iter::once(self.table).chain(targets.filter_map(Value::as_table));
        let mut found = Vec::new();
        for table in tables {
            for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
                let entries = table.get(kind).and_then(Value::as_table).into_iter().flatten();
                found.extend(entries.map(|(key, value)| Dependency {
                    key,
                    package: value.get("package").and_then(Value::as_str).unwrap_or(key),
                    value,
                    for_tests: kind == "dev-dependencies",
                }));
            }
        }
        found
    }

    fn finding(&self, rule: &'static str, key: &str, message: &str) -> Finding {
        let line = self.file.text.lines().position(|line| line.trim_start().starts_with(key));
        let message = format!("`{}` {message}", self.name);
        Finding::new(&self.file.path, line.map_or(1, |index| index + 1), rule, message).about(key)
    }
}

fn is_inherited(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
}

/// `tokio*` is `tokio` and `tokio-util`, but not `tokio2`.
fn is_of_family(pattern: &str, package: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(stem) => package.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')),
        None => package == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Tree;
    use super::{DEVELOPMENT, GATED, LAYERS, check};

    const HEAD: &str = "version.workspace = true\nedition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n\n[lints]\nworkspace = true\n";

    fn broken(name: &str, tables: &str) -> Vec<(&'static str, String)> {
        let manifest = format!("[package]\nname = \"{name}\"\n{HEAD}\n{tables}");
        let path = format!("crates/{name}/Cargo.toml");
        check(&Tree::of(&[(path.as_str(), manifest.as_str())]))
            .into_iter()
            .map(|f| (f.rule, f.item))
            .collect()
    }

    fn rule(rule: &'static str, item: &str) -> Vec<(&'static str, String)> {
        vec![(rule, item.to_owned())]
    }

    #[test]
    fn an_arrow_that_points_up_fails_in_any_kind_of_table() {
        let up = "kyosei-app.workspace = true\n";
        for table in
            ["dependencies", "dev-dependencies", "build-dependencies", "target.'cfg(unix)'.dependencies"]
        {
            let broken = broken("kyosei-doc", &format!("[{table}]\n{up}"));
            assert_eq!(broken, rule("layer", "kyosei-app"), "{table}");
        }
        assert_eq!(broken("kyosei-runtime", &format!("[dependencies]\n{up}")), []);
    }

    #[test]
    fn the_testkit_is_for_tests_and_for_the_shells_only() {
        let testkit = "kyosei-testkit.workspace = true\n";
        assert_eq!(broken("kyosei-vault", &format!("[dev-dependencies]\n{testkit}")), []);
        let shipped = broken("kyosei-vault", &format!("[dependencies]\n{testkit}"));
        assert_eq!(shipped, rule("layer", "kyosei-testkit"));
    }

    #[test]
    fn a_gated_library_fails_outside_its_crates_under_any_name() {
        assert_eq!(broken("kyosei-vault", "[dependencies]\nage.workspace = true\n"), []);
        let gate = |key: &str| rule("gated-dependency", key);
        assert_eq!(broken("kyosei-sync", "[dependencies]\nage.workspace = true\n"), gate("age"));
        let renamed = "[dependencies]\nwire = { workspace = true, package = \"iroh-base\" }\n";
        assert_eq!(broken("kyosei-sync", renamed), gate("wire"));
        assert_eq!(broken("kyosei-app", "[dependencies]\ntokio-util.workspace = true\n"), gate("tokio-util"));
        assert_eq!(broken("kyosei-app", "[dependencies]\nagenda.workspace = true\n"), []);
    }

    #[test]
    fn a_version_outside_the_workspace_fails() {
        let own = "[dependencies]\nserde = \"1\"\n";
        assert_eq!(broken("kyosei-model", own), rule("workspace-dependency", "serde"));
    }

    #[test]
    fn a_crate_needs_a_layer_a_matching_folder_and_the_workspace_lints() {
        assert_eq!(broken("kyosei-new", ""), rule("layer", "name"));
        let manifest = format!("[package]\nname = \"kyosei-doc\"\n{HEAD}");
        let elsewhere = check(&Tree::of(&[("crates/kyosei-model/Cargo.toml", &manifest)]));
        assert_eq!(elsewhere.first().map(|finding| finding.rule), Some("manifest"));
        let careless = manifest.replace("[lints]\nworkspace = true\n", "");
        let careless = check(&Tree::of(&[("crates/kyosei-doc/Cargo.toml", &careless)]));
        assert_eq!(careless.first().map(|finding| finding.item.as_str()), Some("lints"));
    }

    #[test]
    fn a_package_at_the_root_is_checked_and_a_mere_workspace_is_not() {
        let root = |text: &str| check(&Tree::of(&[("Cargo.toml", text)])).len();
        assert_eq!(root("[workspace]\nmembers = []\n"), 0);
        let careless = format!("[package]\nname = \"kyosei-desktop\"\n{HEAD}\n[dependencies]\nage = \"1\"\n");
        assert_eq!(root(&careless), 2, "age is gated, and its version stands outside the workspace's");
    }

    #[test]
    fn the_tables_agree_with_themselves_and_have_no_cycle() {
        let mut known: Vec<&str> = DEVELOPMENT.to_vec();
        for layer in LAYERS.iter().filter(|layer| layer.name != "kyosei-runtime") {
            for used in layer.may_use.iter().filter(|used| **used != "kyosei-runtime") {
                assert!(known.contains(used), "{} may use {used}, which stands below it", layer.name);
            }
            known.push(layer.name);
        }
        let crates: Vec<&str> = LAYERS.iter().map(|layer| layer.name).collect();
        assert!(GATED.iter().all(|(_, allowed)| allowed.iter().all(|name| crates.contains(name))));
    }
}
