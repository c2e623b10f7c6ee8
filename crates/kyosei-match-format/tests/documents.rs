//! The documents: worked instances, schemas, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "what a test cannot do without must fail it"
)]

use std::fs;
use std::path::PathBuf;

use kyosei_match::generate::{Twist, Wanted, families_and_places, kamakura};
use kyosei_match::{Matching, Options, Unwatched};
use kyosei_match_format::{Answers, read_instance, write_instance, write_solution};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

fn docs(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

fn schema(name: &str) -> jsonschema::Validator {
    let text = fs::read(docs("formats").join(name)).unwrap();
    jsonschema::validator_for(&serde_json::from_slice(&text).unwrap()).unwrap()
}

/// Reads, checks, solves and writes a document; returns the solution document.
fn solve(bytes: &[u8]) -> serde_json::Value {
    let value: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    assert!(schema("match-instance.schema.json").is_valid(&value), "not of the schema");
    let instance = read_instance(bytes).unwrap();
    assert_eq!(
        instance,
        read_instance(write_instance(&instance).as_bytes()).unwrap(),
        "writing loses something"
    );
    let options = Options::default();
    let matching = Matching::solve(&instance, &options, &mut Unwatched).unwrap();
    let mut alternatives = Vec::new();
    for household in instance.households.iter().take(3) {
        alternatives.extend(matching.alternatives(&household.id, 3, &mut Unwatched));
    }
    let (proposals, without) = (matching.proposals(), matching.without_proposal());
    let answers = Answers {
        alternatives: &alternatives,
        proposals: &proposals,
        without_proposal: &without,
        milliseconds: None,
    };
    let solution: serde_json::Value =
        serde_json::from_str(&write_solution(matching.solution(), answers)).unwrap();
    let errors: Vec<String> =
        schema("match-solution.schema.json").iter_errors(&solution).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    solution
}

#[test]
fn the_worked_instances_have_the_answers_of_the_documentation() {
    for name in ["contested-flat", "late-shift", "shared-house"] {
        let solution = solve(&fs::read(docs("formats/examples").join(format!("{name}.json"))).unwrap());
        let golden = docs("formats/examples").join(format!("{name}.solution.json"));
        let text = serde_json::to_string_pretty(&solution).unwrap() + "\n";
        if std::env::var_os("KYOSEI_WRITE_GOLDEN").is_some() {
            fs::write(&golden, &text).unwrap();
        }
        assert_eq!(text, fs::read_to_string(&golden).unwrap(), "{name}");
    }
}

#[test]
fn generated_instances_are_of_the_schema_and_solved() {
    for twist in
        [Twist::None, Twist::Scarcity, Twist::Disconnected, Twist::NobodyMayWork, Twist::FamilyOfTwelve]
    {
        let mut random = ChaCha12Rng::seed_from_u64(11);
        let instance = kamakura(Wanted { households: 12, twist }, &mut || random.next_u64());
        let solution = solve(write_instance(&instance).as_bytes());
        assert_ne!(solution["status"], "best-found", "{}", twist.code());
        if twist == Twist::NobodyMayWork {
            let placements = solution["placements"].as_array().unwrap();
            assert!(placements.iter().all(|placement| placement.get("job").is_none()));
        }
    }
    let mut random = ChaCha12Rng::seed_from_u64(11);
    solve(write_instance(&families_and_places(12, 3, &mut || random.next_u64())).as_bytes());
}

#[test]
fn the_same_seed_generates_the_same_bytes() {
    let made = |seed| {
        let mut random = ChaCha12Rng::seed_from_u64(seed);
        write_instance(&kamakura(Wanted { households: 20, twist: Twist::None }, &mut || random.next_u64()))
    };
    assert_eq!(made(1), made(1));
    assert_ne!(made(1), made(2));
}

#[test]
fn documents_of_another_form_are_refused_with_the_place() {
    let check = |text: &str, code: &str, place: &str| {
        let error = read_instance(text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        assert!(format!("{error} {source}").contains(place), "{error} {source}");
    };
    let with = |rest: &str| format!("{{\"format\":\"kyosei-match-instance/1\",\"households\":[{rest}");
    check("{", "E-MATCH-FORM", "line 1");
    check(
        "{\"format\":\"kyosei-match-instance/2\",\"households\":[]}",
        "E-MATCH-FORMAT",
        "kyosei-match-instance/1",
    );
    check(&with("{\"id\":\"a\",\"tier\":1,\"waiting_days\":-3}]}"), "E-MATCH-FORM", "column");
    check(&with("{\"id\":\"a\",\"tier\":1,\"size\":[99999999999]}]}"), "E-MATCH-FORM", "column");
    check(&with("{\"id\":\"a\",\"tier\":1,\"name\":\"x\"}]}"), "E-MATCH-FORM", "unknown field");
    check(&with("{\"id\":\"a\",\"tier\":5}]}"), "E-MATCH-TIER", "households[0]");
    check(&with("{\"id\":\"\",\"tier\":1}]}"), "E-MATCH-ID", "households[0]");
    check(
        &with("],\"homes\":[],\"home_pairs\":[{\"household\":\"a\",\"home\":\"b\"}]}"),
        "E-MATCH-CHOICE",
        "home_pairs[0]",
    );
    let pair = "],\"home_pairs\":[{\"household\":\"a\",\"home\":\"b\",\"reasons\":[{\"rule\":\"mood\"}]}]}";
    check(&with(pair), "E-MATCH-CODE", "home_pairs[0]");
    let job = "],\"jobs\":[{\"id\":\"j\",\"places\":1,\"weekly_hours\":9,\"band\":\"day\",\"shifts\":[{\"day\":\"mon\",\"from\":\"25:00\",\"to\":\"26:00\"}]}]}";
    check(&with(job), "E-MATCH-SHIFT", "jobs[0]");
    check(&with("],\"pins\":[{\"household\":\"a\",\"job\":\"b\"}]}"), "E-MATCH-CHOICE", "pins[0]");
}
