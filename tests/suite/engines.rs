//! The two engines from outside: matching and protected totals on published files, without a vault.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::program::{Place, Ran, names};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/formats/examples").join(name)
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Holds a document against the schema of its format.
fn keeps_to(schema: &str, document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/formats").join(schema);
    let errors: Vec<String> = jsonschema::validator_for(&read(&path))
        .unwrap()
        .iter_errors(document)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{schema}: {errors:?}");
}

/// The document without the one field that depends on the machine.
fn timeless(mut document: Value) -> Value {
    let time = document.as_object_mut().unwrap().remove("milliseconds");
    assert!(time.is_some_and(|time| time.is_u64()));
    document
}

fn solve(place: &Place, instance: &Path, more: &[&str]) -> Value {
    let document = place.json(&[&["match", "solve", text(instance)], more].concat());
    keeps_to("match-solution.schema.json", &document);
    timeless(document)
}

fn refused(ran: &Ran, code: &str) {
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    assert!(ran.err.starts_with(&format!("{code}: ")), "{}", ran.err);
}

/// An instance with every list turned around.
fn reversed(mut instance: Value) -> Value {
    let lists = instance.as_object_mut().unwrap();
    for name in ["households", "homes", "jobs", "home_pairs", "job_pairs", "travel", "vetoes", "pins"] {
        if let Some(list) = lists.get_mut(name).and_then(Value::as_array_mut) {
            list.reverse();
        }
    }
    instance
}

#[test]
fn the_worked_instances_are_solved_as_documented() {
    let place = Place::new();
    for name in ["contested-flat", "late-shift", "shared-house"] {
        let instance = example(&format!("{name}.json"));
        let documented = read(&example(&format!("{name}.solution.json")));
        let solved = solve(&place, &instance, &["--explain"]);
        for field in ["status", "hash", "levels", "placements", "unserved", "proposals", "without_proposal"] {
            assert_eq!(solved.get(field), documented.get(field), "{name}: {field}");
        }
    }
}

#[test]
fn an_instance_in_another_order_gives_the_same_document() {
    let place = Place::new();
    for name in ["contested-flat", "late-shift", "shared-house"] {
        let instance = example(&format!("{name}.json"));
        let turned = serde_json::to_vec(&reversed(read(&instance))).unwrap();
        let turned = place.with(&format!("{name}-turned.json"), &turned);
        let asked = ["--explain", "--top-k", "3"];
        let (straight, turned) = (solve(&place, &instance, &asked), solve(&place, &turned, &asked));
        assert_eq!(straight.to_string(), turned.to_string(), "{name}");
    }
}

#[test]
fn alternatives_are_priced_by_what_they_cost_others() {
    let solved = solve(&Place::new(), &example("contested-flat.json"), &["--top-k", "3"]);
    let alternatives = solved["alternatives"].as_array().unwrap();
    assert!(alternatives.iter().any(|one| one["left_without"] != json!([])), "{solved:#}");
}

#[test]
fn a_generated_instance_is_the_same_for_its_seed_and_is_solved_within_its_time() {
    let place = Place::new();
    for shape in ["plain", "scarcity", "disconnected", "nobody-may-work", "family-of-twelve", "places"] {
        let wanted = ["match", "generate", "--seed", "7", "--households", "12", "--shape", shape];
        let out = place.file(&format!("{shape}.json"));
        let ran = place.run(&[&wanted[..], &["--out", text(&out)]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!(place.run(&wanted).out, std::fs::read_to_string(&out).unwrap(), "{shape}");
        keeps_to("match-instance.schema.json", &read(&out));
        let solved = solve(&place, &out, &["--time-limit", "30"]);
        let served: u64 = levels(&solved).iter().map(|level| level["value"].as_u64().unwrap()).sum();
        let unserved = solved["unserved"].as_array().unwrap().len() as u64;
        assert_eq!(served + unserved, 12, "{shape}");
    }
}

fn levels(solved: &Value) -> Vec<&Value> {
    let is_tier = |level: &&Value| level["level"].as_str().unwrap().starts_with("tier-");
    solved["levels"].as_array().unwrap().iter().filter(is_tier).collect()
}

#[test]
fn the_solution_file_is_the_document_and_is_never_overwritten() {
    let place = Place::new();
    let (instance, out) = (example("late-shift.json"), place.file("solution.json"));
    let asked = ["match", "solve", text(&instance), "--out", text(&out)];
    let printed = place.json(&asked);
    assert_eq!(read(&out), printed);
    refused(&place.run(&asked), "E-FILE-EXISTS");
    assert_eq!(read(&out), printed);
}

#[test]
fn a_bad_instance_is_refused_with_its_place_and_writes_nothing() {
    let place = Place::new();
    let good = read(&example("contested-flat.json"));
    let mut twice = good.clone();
    let first = twice["households"][0].clone();
    twice["households"].as_array_mut().unwrap().push(first);
    let mut unknown = good.clone();
    unknown["home_pairs"][0]["home"] = json!("no-such-home");
    let mut newer = good.clone();
    newer["format"] = json!("kyosei-match-instance/2");
    let mut tier = good;
    tier["households"][0]["tier"] = json!(9);
    let cases = [
        ("E-MATCH-FORM", "{\n  \"secret name\"".to_owned()),
        ("E-MATCH-DUPLICATE-ID", twice.to_string()),
        ("E-MATCH-UNKNOWN-ID", unknown.to_string()),
        ("E-MATCH-FORMAT", newer.to_string()),
        ("E-MATCH-TIER", tier.to_string()),
    ];
    for (code, instance) in cases {
        let out = place.file("never.json");
        let ran = place.run_with_input(&["match", "solve", "-", "--out", text(&out)], &instance);
        refused(&ran, code);
        assert!(!ran.err.contains("secret"), "{}", ran.err);
        assert!(!out.exists(), "{code}");
    }
}

#[test]
fn a_solver_that_was_not_built_in_is_refused_by_name() {
    let instance = example("late-shift.json");
    refused(&Place::new().run(&["match", "solve", text(&instance), "--solver", "highs"]), "E-SOLVER");
}

/// Protects a table given as text under the worked specification, changed as told.
fn protect(place: &Place, table: &str, change: impl Fn(String) -> String, more: &[&str]) -> (Ran, PathBuf) {
    let spec = std::fs::read_to_string(example("totals-supporters.toml")).unwrap();
    let spec = place.with("spec.toml", change(spec).as_bytes());
    let table = place.with("table.csv", table.as_bytes());
    let out = place.file("release");
    let asked = ["--json", "totals", "protect", text(&table), "--spec", text(&spec), "--out", text(&out)];
    (place.run(&[&asked[..], more].concat()), out)
}

/// A change of the worked specification.
type Change<'a> = &'a dyn Fn(String) -> String;

fn worked_table() -> String {
    std::fs::read_to_string(example("totals-supporters.csv")).unwrap()
}

#[test]
fn the_worked_totals_are_protected_and_verify_from_their_files_alone() {
    let place = Place::new();
    let (ran, out) = protect(&place, &worked_table(), |spec| spec, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(names(&out), ["release.cert.json", "totals.csv", "totals.json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let verified = place.json(&["totals", "verify", text(&out)]);
    assert_eq!((&verified["cells"], &verified["withheld"]), (&report["cells"], &report["withheld"]));
    let published = std::fs::read_to_string(out.join("totals.csv")).unwrap();
    assert!(published.contains("0,supporters,2026-04,,137,ok\n"), "{published}");
    assert!(published.contains("0,supporters,2026-04,area=ofuna|kind=organisation,,x\n"), "{published}");
    assert!(
        published.matches(",x\n").count() >= 4,
        "one withheld figure alone could be worked out: {published}"
    );
}

#[test]
fn a_release_with_one_bit_changed_or_a_file_more_or_less_is_refused() {
    let place = Place::new();
    let (ran, out) = protect(&place, &worked_table(), |spec| spec, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let verify = || place.run(&["totals", "verify", text(&out)]);
    for name in names(&out) {
        let path = out.join(&name);
        let bytes = std::fs::read(&path).unwrap();
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            std::fs::write(&path, &changed).unwrap();
            refused(&verify(), "E-TOTALS-REFUSED");
        }
        std::fs::remove_file(&path).unwrap();
        refused(&verify(), "E-TOTALS-REFUSED");
        std::fs::write(&path, &bytes).unwrap();
    }
    std::fs::write(out.join("more.svg"), "x").unwrap();
    refused(&verify(), "E-TOTALS-REFUSED");
    std::fs::remove_file(out.join("more.svg")).unwrap();
    assert_eq!(verify().code, 0);
}

#[test]
fn bad_totals_are_named_and_nothing_is_published_in_part() {
    let place = Place::new();
    let same = |spec: String| spec;
    let cyclic = |spec: String| spec.replace("kamakura = \"all\"", "kamakura = \"ofuna\"");
    let good = worked_table();
    let ledger = place.file("ledger");
    let cases: [(&str, String, Change<'_>); 9] = [
        ("E-TOTALS-SUM", good.replace(",,137,", ",,138,"), &same),
        ("E-TOTALS-NUMBER", good.replace(",41,", ",-41,"), &same),
        ("E-TOTALS-NUMBER", good.replace("9,4\n", "9,10\n"), &same),
        ("E-TOTALS-CODE", good.replace("zushi,individual", "secret,individual"), &same),
        ("E-TOTALS-COLUMN", good.replace("known\n", "secret\n"), &same),
        ("E-TOTALS-ROW", good.replace("23,0\n", "23,0,secret\n"), &same),
        ("E-TOTALS-HIERARCHY", good.clone(), &cyclic),
        ("E-TOTALS-HIERARCHY", good.clone(), &|spec| spec.replace("zushi = \"all\"", "zushi = \"nowhere\"")),
        ("E-TOTALS-SPEC", good.clone(), &|spec| spec.replace("k = 3", "k = \"three\"")),
    ];
    for (code, table, change) in cases {
        let (ran, out) = protect(&place, &table, change, &["--ledger", text(&ledger)]);
        refused(&ran, code);
        assert!(!ran.err.contains("secret"), "{}", ran.err);
        assert!(!out.exists() && !ledger.join("ledger.json").exists(), "{code}");
        let left = names(&place.file("."));
        assert!(left.iter().all(|name| !name.starts_with('.')), "{code}: {left:?}");
    }
}

#[test]
fn a_wish_that_cannot_be_met_lists_ways_out_and_publishes_nothing() {
    let place = Place::new();
    let headline = |spec: String| {
        spec.replace("\"supporters[2026-04]\"]", "\"supporters[2026-04]|area=ofuna|kind=organisation\"]")
    };
    let (ran, out) = protect(&place, &worked_table(), headline, &[]);
    refused(&ran, "E-TOTALS-INFEASIBLE");
    assert!(ran.err.contains("-> withhold"), "{}", ran.err);
    assert!(!out.exists());
}

#[test]
fn a_ledger_binds_the_next_release_and_is_refused_when_edited() {
    let place = Place::new();
    let ledger = place.file("ledger");
    let with = ["--ledger", text(&ledger)];
    let (ran, out) = protect(&place, &worked_table(), |spec| spec, &with);
    assert_eq!(ran.code, 0, "{}", ran.err);
    std::fs::remove_dir_all(&out).unwrap();
    let revised = worked_table().replace("zushi,individual,23", "zushi,individual,24");
    let revised = revised.replace(",individual,121", ",individual,122").replace(",,137", ",,138");
    let (ran, out) = protect(&place, &revised, |spec| spec, &with);
    refused(&ran, "E-TOTALS-PAST");
    assert!(!out.exists());
    let next_month = |spec: String| spec.replace("2026-04", "2026-05");
    let (ran, out) = protect(&place, &revised, next_month, &with);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap()["release"], 1);
    assert_eq!(place.run(&["totals", "verify", text(&out)]).code, 0);
    let file = ledger.join("ledger.json");
    let edited = std::fs::read_to_string(&file).unwrap().replacen("\"value\": 137", "\"value\": 136", 1);
    std::fs::write(&file, edited).unwrap();
    std::fs::remove_dir_all(&out).unwrap();
    let (ran, out) = protect(&place, &revised, |spec| spec.replace("2026-04", "2026-06"), &with);
    refused(&ran, "E-TOTALS-LEDGER");
    assert!(!out.exists());
}

#[test]
fn a_table_comes_and_goes_in_jj_format_and_is_protected_alike() {
    let place = Place::new();
    let exchange = place.file("table.jj");
    let (ran, out) = protect(&place, &worked_table(), |spec| spec, &["--jj-out", text(&exchange)]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let first: Value = serde_json::from_str(&ran.out).unwrap();
    std::fs::remove_dir_all(&out).unwrap();
    let jj = std::fs::read_to_string(&exchange).unwrap();
    let plain = |spec: String| spec.replace("required = [\"supporters[2026-04]\"]\n", "");
    let (ran, out) = protect(&place, &jj, plain, &["--jj"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let second: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(first["cells"], second["cells"]);
    assert_eq!(place.run(&["totals", "verify", text(&out)]).code, 0);
    std::fs::remove_dir_all(&out).unwrap();
    let (ran, out) = protect(&place, "0\nnot a number\n", plain, &["--jj"]);
    refused(&ran, "E-TOTALS-JJ");
    assert!(!out.exists());
}

#[test]
fn reports_and_sdmx_come_on_request_and_are_verified_with_the_rest() {
    let place = Place::new();
    let (ran, out) = protect(&place, &worked_table(), |spec| spec, &["--report", "--sdmx"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let published = names(&out);
    for name in ["totals.sdmx.csv", "report.ja.html", "report.en.pdf", "chart-kind.en.svg"] {
        assert!(published.contains(&name.to_owned()), "{name} in {published:?}");
    }
    assert_eq!(place.run(&["totals", "verify", text(&out)]).code, 0);
    std::fs::remove_file(out.join("report.ja.html")).unwrap();
    refused(&place.run(&["totals", "verify", text(&out)]), "E-TOTALS-REFUSED");
}

#[test]
fn a_letter_that_the_font_lacks_stops_a_report_by_name() {
    let place = Place::new();
    let smiling = |spec: String| spec.replace("[rule]", "[title]\nja = \"\u{1F600}\"\nen = \"x\"\n\n[rule]");
    let (ran, out) = protect(&place, &worked_table(), smiling, &["--report"]);
    refused(&ran, "E-TOTALS-LETTER");
    assert!(ran.err.contains("U+1F600") && !out.exists(), "{}", ran.err);
}

#[test]
fn a_ledger_without_the_printed_head_is_refused() {
    let place = Place::new();
    let ledger = place.file("ledger");
    let with = ["--ledger", text(&ledger)];
    let (ran, out) = protect(&place, &worked_table(), |spec| spec, &with);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let head = serde_json::from_str::<Value>(&ran.out).unwrap()["ledger_head"].as_str().unwrap().to_owned();
    std::fs::remove_dir_all(&out).unwrap();
    let next_month = |spec: String| spec.replace("2026-04", "2026-05");
    let heads = [("E-TOTALS-HEAD", "f".repeat(64)), ("E-TOTALS-HEAD", "short".to_owned()), ("", head)];
    for (code, head) in heads {
        let (ran, out) =
            protect(&place, &worked_table(), next_month, &[&with[..], &["--printed-head", &head]].concat());
        match code {
            "" => assert_eq!(ran.code, 0, "{}", ran.err),
            code => {
                refused(&ran, code);
                assert!(!out.exists());
            }
        }
    }
}

#[test]
fn a_report_of_another_body_binds_the_next_release_and_a_bad_one_is_named() {
    let place = Place::new();
    let ledger = place.file("ledger");
    let map = std::fs::read_to_string(example("totals-external.toml")).unwrap();
    let table = std::fs::read_to_string(example("totals-external.csv")).unwrap();
    let note = |table: &str, map: &str| {
        let (table, map) =
            (place.with("theirs.csv", table.as_bytes()), place.with("map.toml", map.as_bytes()));
        place.run(&["--json", "totals", "note", text(&table), "--map", text(&map), "--ledger", text(&ledger)])
    };
    let bad = [
        (table.replace(",12,ok", ",-12,ok"), map.clone()),
        (table.replace(",12,ok", ",,ok"), map.clone()),
        (table.replace("sort=home,8", "sort=job,8"), map.clone()),
        (table.replace("unit,", "name,"), map.clone()),
        (table.clone(), map.replace("external/1", "external/2")),
        (table.clone(), map.replace("\"harbour-church\"", "\"Secret Church\"")),
        (table.clone(), map.replace("helped[2026-05]\",", "secret[2026-05]\",")),
        (table.clone(), map.replace("k = 5", "k = 0")),
    ];
    for (table, map) in bad {
        let ran = note(&table, &map);
        refused(&ran, "E-TOTALS-EXTERNAL");
        assert!(!ran.err.contains("ecret") && !ledger.join("ledger.json").exists(), "{}", ran.err);
    }
    let ran = note(&table, &map);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let noted: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&noted["body"], &noted["cells"]), (&json!("harbour-church"), &json!(3)));
    // Thirteen guests, twelve of them helped by the partner: one is left, and thirteen would say so.
    let guests = |_: String| {
        "format = \"kyosei-totals-spec/1\"\nunit = \"guests\"\nperiod = \"2026-05\"\n\
         [rule]\nkind = \"frequency\"\nk = 5\nzeros = \"closed\"\n\
         [[dimensions]]\nname = \"house\"\ntotal = \"all\"\n[dimensions.codes]\nred = \"all\"\nblue = \"all\"\n"
            .to_owned()
    };
    let table = "house,value\nred,7\nblue,6\n";
    let (ran, out) = protect(&place, table, guests, &["--ledger", text(&ledger)]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let published = std::fs::read_to_string(out.join("totals.csv")).unwrap();
    assert!(published.contains(",guests,2026-05,,,x\n"), "{published}");
    assert_eq!(place.run(&["totals", "verify", text(&out)]).code, 0);
    std::fs::remove_dir_all(&out).unwrap();
    let (ran, out) = protect(&place, table, guests, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let alone = std::fs::read_to_string(out.join("totals.csv")).unwrap();
    assert!(alone.contains(",guests,2026-05,,13,ok\n"), "without the ledger nobody would know: {alone}");
}

#[test]
fn a_ledger_that_was_copied_and_written_to_apart_is_refused_by_the_printed_head() {
    let place = Place::new();
    let (ledger, copy) = (place.file("ledger"), place.file("copy"));
    let (ran, out) = protect(&place, &worked_table(), |spec| spec, &["--ledger", text(&ledger)]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    std::fs::remove_dir_all(&out).unwrap();
    std::fs::create_dir(&copy).unwrap();
    for name in ["ledger.json", "tie.key"] {
        std::fs::copy(ledger.join(name), copy.join(name)).unwrap();
    }
    let month = |month: &'static str| move |spec: String| spec.replace("2026-04", month);
    let (ran, out) = protect(&place, &worked_table(), month("2026-05"), &["--ledger", text(&copy)]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let apart = serde_json::from_str::<Value>(&ran.out).unwrap()["ledger_head"].as_str().unwrap().to_owned();
    std::fs::remove_dir_all(&out).unwrap();
    let asked = ["--ledger", text(&ledger), "--printed-head", &apart];
    let (ran, out) = protect(&place, &worked_table(), month("2026-06"), &asked);
    refused(&ran, "E-TOTALS-HEAD");
    assert!(!out.exists());
}
