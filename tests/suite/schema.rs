//! Every command's `--json` output has a schema in docs/schema/, and keeps to it on a real vault.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jsonschema::Validator;
use kyosei_testkit::registrations::{Faults, FileForm, Form, generate};
use serde_json::Value;

use crate::program::Place;

/// The schemas, and the commands whose output was held against theirs.
struct Schemas {
    validators: BTreeMap<String, Validator>,
    seen: BTreeSet<String>,
}

impl Schemas {
    fn load() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema");
        let mut validators = BTreeMap::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let Some(command) = name.strip_suffix(".schema.json") else { panic!("{name} is no schema") };
            let schema: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
            assert!(jsonschema::meta::is_valid(&schema), "{name}");
            assert_closed(&schema, name);
            validators.insert(command.to_owned(), jsonschema::validator_for(&schema).unwrap());
        }
        Self { validators, seen: BTreeSet::new() }
    }

    /// Holds a document against the schema of a command such as `supporters-list`.
    fn check(&mut self, command: &str, document: &Value) {
        let errors = errors(&self.validators[command], document);
        assert!(errors.is_empty(), "{command}: {errors:?}\n{document:#}");
        self.seen.insert(command.to_owned());
    }

    /// Runs a command and holds its output against its schema.
    fn run(&mut self, place: &Place, command: &str, arguments: &[&str]) -> Value {
        let document = place.json(&[&command_words(command)[..], arguments].concat());
        self.check(command, &document);
        document
    }

    fn run_with_input(&mut self, place: &Place, command: &str, arguments: &[&str], input: &str) -> Value {
        let words = [&["--json"], &command_words(command)[..], arguments].concat();
        let ran = place.run_with_input(&words, input);
        assert!(matches!(ran.code, 0 | 4), "{command}: {} {}", ran.code, ran.err);
        let document = serde_json::from_str(&ran.out).unwrap();
        self.check(command, &document);
        document
    }
}

/// The words of a command in the name of its schema.
fn command_words(name: &str) -> Vec<&str> {
    match name.split_once('-') {
        Some((group, command)) => vec![group, command],
        None => vec![name],
    }
}

fn errors(validator: &Validator, document: &Value) -> Vec<String> {
    validator.iter_errors(document).map(|error| format!("{} at {}", error, error.instance_path())).collect()
}

/// Every object of a schema that lists properties admits no others and requires all: no field comes or goes unseen.
fn assert_closed(schema: &Value, name: &str) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        assert_eq!(schema["additionalProperties"], false, "{name}: {schema}");
        let required: BTreeSet<&str> =
            schema["required"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        assert_eq!(required, properties.keys().map(String::as_str).collect(), "{name}");
    }
    match schema {
        Value::Object(parts) => parts.values().for_each(|part| assert_closed(part, name)),
        Value::Array(parts) => parts.iter().for_each(|part| assert_closed(part, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The names of all commands that do something, such as `status` and `supporters-import`.
fn command_names(command: &clap::Command, prefix: &str, names: &mut BTreeSet<String>) {
    for below in command.get_subcommands() {
        let name = format!("{prefix}{}", below.get_name());
        if below.has_subcommands() {
            command_names(below, &format!("{name}-"), names);
        } else {
            names.insert(name);
        }
    }
}

fn text<'a>(document: &'a Value, pointer: &str) -> &'a str {
    document.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} of {document}"))
}

#[test]
fn every_command_keeps_to_its_schema_and_none_is_without_one() {
    let mut names = BTreeSet::new();
    command_names(&kyosei_cli::command(), "", &mut names);
    let mut schemas = Schemas::load();
    assert_eq!(schemas.validators.keys().cloned().collect::<BTreeSet<_>>(), names);

    let place = Place::new();
    the_program(&mut schemas, &place);
    let (first, second) = the_intake(&mut schemas, &place);
    the_records(&mut schemas, &place, &first, &second);
    the_ledgers(&mut schemas, &place, &first);
    the_engines(&mut schemas, &place);
    the_committee(&mut schemas, &place, &first);
    the_totals(&mut schemas, &place);
    the_end(&mut schemas, &place, &first);
    assert_eq!(schemas.seen, names, "every command was run");
}

fn the_program(schemas: &mut Schemas, place: &Place) {
    let init = place.init();
    schemas.check("init", &init);
    schemas.run(place, "status", &[]);
    schemas.run(place, "demo", &["--people", "20"]);
    schemas.run(place, "doctor", &["--deep"]);
    schemas.run(place, "completions", &["bash"]);
    let pages = place.file("man");
    schemas.run(place, "man", &[pages.to_str().unwrap()]);
}

/// Imports with every fault, and gives the ids of two records that look like one.
fn the_intake(schemas: &mut Schemas, place: &Place) -> (String, String) {
    for (name, form) in [("people.csv", Form::Individual), ("groups.csv", Form::Organisation)] {
        let bytes = generate(5, form, 60, &Faults::as_seen(), FileForm::Cp932).unwrap();
        let file = place.with(name, &bytes);
        let file = file.to_str().unwrap();
        schemas.run(place, "supporters-import", &[file, "--dry-run"]);
        let imported = schemas.run(place, "supporters-import", &[file]);
        let shown = schemas.run(place, "imports-show", &[text(&imported, "/import")]);
        assert!(shown["rows"].as_array().unwrap().len() >= 60, "the import is shown row by row");
    }
    schemas.run(place, "imports-list", &[]);
    schemas.run(place, "supporters-add", &["--template", "organisation"]);
    let form = "kind = \"individual\"\n[consents]\nP1 = \"given\"\nP2 = \"refused\"\n[fields]\nname = \"双子 一\"\nemail = \"futago@example.jp\"\n";
    let first = schemas.run_with_input(place, "supporters-add", &["-"], form);
    let second = schemas.run_with_input(place, "supporters-add", &["-"], form);
    (text(&first, "/id").to_owned(), text(&second, "/id").to_owned())
}

fn the_records(schemas: &mut Schemas, place: &Place, first: &str, second: &str) {
    schemas.run(place, "supporters-list", &["--form", "individual", "--page", "2"]);
    schemas.run_with_input(place, "supporters-list", &["--search", "-"], "双子");
    let edit = "tags = [\"翻訳\"]\n[fields]\ncity = \"鎌倉市\"\n";
    let edited = schemas.run_with_input(place, "supporters-edit", &[first, "-"], edit);
    assert_eq!(edited["changed"][0], "city");
    schemas.run(place, "supporters-show", &[first]);
    let pairs = schemas.run(place, "supporters-duplicates", &[]);
    assert!(!pairs["pairs"].as_array().unwrap().is_empty(), "two records look alike");
    schemas.run(place, "supporters-keep-apart", &[first, second]);
    let merged = schemas.run(place, "supporters-merge", &[first, second, "--keep-rest"]);
    assert_eq!(merged["stays_closed"][0], "P2", "{merged}");
    let out = place.file("out.csv");
    let out = out.to_str().unwrap();
    schemas.run(place, "supporters-export", &["--purpose", "見本", "--out", out, "--format", "cp932"]);
}

fn the_ledgers(schemas: &mut Schemas, place: &Place, id: &str) {
    let given = ["--purpose", "P3", "--decision", "given", "--channel", "paper"];
    schemas.run(place, "consents-record", &[&[id], &given[..]].concat());
    schemas.run(place, "consents-withdraw", &[id, "--purpose", "P3"]);
    let ledger = schemas.run(place, "consents-list", &[id]);
    assert!(ledger["entries"].as_array().unwrap().len() >= 4, "{ledger}");
    let addresses = "stop@example.jp\nother@example.jp\n";
    schemas.run_with_input(place, "suppress-add", &["-"], "stop@example.jp\n");
    let checked = schemas.run_with_input(place, "suppress-check", &["-"], addresses);
    assert_eq!(checked["suppressed"].as_array().unwrap().len(), 1);
    schemas.run(place, "suppress-list", &[]);
}

/// A second laptop and a mailbox; what is exchanged goes through files.
fn the_committee(schemas: &mut Schemas, place: &Place, id: &str) {
    schemas.run(place, "spaces-found", &["matching"]);
    schemas.run(place, "spaces-list", &[]);
    schemas.run(place, "spaces-show", &["matching"]);
    schemas.run(place, "members-invite", &["--list"]);
    let invited = schemas.run(place, "members-invite", &["--space", "register,matching"]);
    let other = Place::new();
    schemas.check("members-join", &other.answer(text(&invited, "/ticket"), "森 健一"));
    schemas.check("members-approve", &place.approve(&other));
    let welcome = other.file("welcome");
    schemas.run(&other, "members-join", &["--welcome-file", welcome.to_str().unwrap()]);
    let listed = schemas.run(place, "members-list", &[]);
    assert_eq!(listed["changes"].as_array().unwrap().len(), 4, "{listed}");
    let device = text(&schemas.run(&other, "members-list", &[]), "/spaces/0/space").to_owned();
    assert_eq!(device.len(), 64);
    let first = place.file("first.kyosei");
    schemas.run(place, "bundle-write", &[first.to_str().unwrap()]);
    schemas.run(&other, "bundle-inspect", &[first.to_str().unwrap()]);
    schemas.run(&other, "bundle-read", &[first.to_str().unwrap()]);
    the_conflict(schemas, place, &other, id);
    let listed = place.json(&["members", "list"]);
    let members = listed["spaces"][0]["members"].as_array().unwrap();
    let device = members.iter().find(|one| one["is_this_device"] == false).unwrap();
    let device = device["device"].as_str().unwrap();
    schemas.run(place, "members-verify", &[device]);
    schemas.run(place, "members-role", &[device, "read"]);
    schemas.run(place, "members-remove", &[device, "--yes"]);
    schemas.run(place, "sync", &["--listen", "127.0.0.1:0"]);
    let mailbox = place.join_by_files(&["--role", "relay"], "集会所");
    let folder = mailbox.vault();
    let folder = folder.to_str().unwrap();
    schemas.run(&mailbox, "mailbox-serve", &["--dir", folder, "--listen", "127.0.0.1:0", "--timeout", "1"]);
}

fn the_conflict(schemas: &mut Schemas, place: &Place, other: &Place, id: &str) {
    for (place, city) in [(place, "鎌倉市"), (other, "逗子市")] {
        let form = format!("[fields]\ncity = \"{city}\"\nnotes = \"{city}\"\n");
        assert_eq!(place.run_with_input(&["supporters", "edit", id, "-"], &form).code, 0);
    }
    let second = other.file("second.kyosei");
    schemas.run(other, "bundle-write", &[second.to_str().unwrap()]);
    schemas.run(place, "bundle-read", &[second.to_str().unwrap()]);
    let listed = schemas.run(place, "conflicts-list", &[]);
    let conflict = text(&listed, "/conflicts/0/id");
    schemas.run(place, "conflicts-show", &[conflict]);
    schemas.run(place, "conflicts-resolve", &[conflict, "--value", "2"]);
}

fn the_engines(schemas: &mut Schemas, place: &Place) {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/formats/examples");
    let example = |name: &str| examples.join(name).to_str().unwrap().to_owned();
    schemas.run(place, "match-generate", &["--seed", "1", "--households", "5"]);
    let contested = example("contested-flat.json");
    schemas.run(place, "match-solve", &[&contested, "--explain", "--top-k", "3"]);
    let (table, spec) = (example("totals-supporters.csv"), example("totals-supporters.toml"));
    let (out, ledger) = (place.file("release"), place.file("ledger"));
    let (out, ledger) = (out.to_str().unwrap(), ledger.to_str().unwrap());
    schemas.run(place, "totals-protect", &[&table, "--spec", &spec, "--out", out, "--ledger", ledger]);
    schemas.run(place, "totals-verify", &[out]);
}

fn the_totals(schemas: &mut Schemas, place: &Place) {
    let month = this_month(place);
    schemas.run(place, "totals-preview", &["supporters", "--period", &month]);
    let out = place.file("totals");
    let wanted = ["supporters", "--period", &month, "--purpose", "見本", "--out", out.to_str().unwrap()];
    let exported = schemas.run(place, "totals-export", &wanted);
    let listed = schemas.run(place, "totals-list", &["--printed-head", text(&exported, "/ledger_head")]);
    let example = |name: &str| format!("{}/../docs/formats/examples/{name}", env!("CARGO_MANIFEST_DIR"));
    let (report, map) = (example("totals-external.csv"), example("totals-external.toml"));
    schemas.run(place, "totals-note", &[&report, "--map", &map]);
    let device = text(&listed, "/holder").to_owned();
    schemas.run(place, "totals-hand-over", &[&device]);
}

/// The month of the newest event of the audit trail, in Japan.
fn this_month(place: &Place) -> String {
    let audit = place.json(&["audit", "--limit", "1"]);
    text(&audit, "/events/0/at").chars().take("2026-04".len()).collect()
}

fn the_end(schemas: &mut Schemas, place: &Place, id: &str) {
    schemas.run(place, "supporters-withdraw", &[id]);
    let sheet = place.file("sheets/kyosei-recovery-sheet-1.txt");
    schemas.run(place, "supporters-erase", &[id, "--yes", "--recovery-sheet", sheet.to_str().unwrap()]);
    let imports = place.json(&["imports", "list"]);
    schemas.run(place, "imports-undo", &[text(&imports, "/imports/0/id")]);
    let audit = schemas.run(place, "audit", &["--limit", "1000"]);
    assert!(audit["events"].as_array().unwrap().len() > 10);
    let new = place.with("new-passphrase", b"gravel lantern saddle pepper window thirteen");
    schemas.run(place, "passwd", &["--new-passphrase-file", new.to_str().unwrap()]);
}

#[test]
fn a_schema_refuses_a_document_with_a_foreign_a_missing_or_a_wrong_field() {
    let schemas = Schemas::load();
    let good = serde_json::json!({ "added": 1, "known": 0 });
    let refuses = |document: Value| !errors(&schemas.validators["suppress-add"], &document).is_empty();
    assert!(!refuses(good));
    assert!(refuses(serde_json::json!({ "added": 1, "known": 0, "address": "a@example.jp" })));
    assert!(refuses(serde_json::json!({ "added": 1 })));
    assert!(refuses(serde_json::json!({ "added": -1, "known": 0 })));
    assert!(refuses(serde_json::json!({ "added": "1", "known": 0 })));
}

#[test]
fn a_failure_prints_no_document() {
    let ran = Place::new().run(&["--json", "status"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.starts_with("E-VAULT-MISSING"), "{}", ran.err);
}
