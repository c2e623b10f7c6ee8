//! The offline page that verifies published totals, run by Node.js on real releases.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::program::Place;

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// What the page says of a folder, after it has refused every changed copy of it; `None` without Node.js.
fn page_says(folder: &Path) -> Option<Value> {
    let page = here("../crates/kyosei-disclosure-format/verifier/index.html");
    let ran = match Command::new("node").arg(here("verifier/drive.js")).arg(page).arg(folder).output() {
        Ok(ran) => ran,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => panic!("{error}"),
    };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    Some(serde_json::from_slice(&ran.stdout).unwrap())
}

#[test]
fn the_offline_page_agrees_with_the_program_and_refuses_changed_files_and_a_hundred_resealed_certificates() {
    let place = Place::new();
    let example = |name: &str| here("../docs/formats/examples").join(name);
    let (table, spec) = (example("totals-supporters.csv"), example("totals-supporters.toml"));
    let (ledger, out) = (place.file("ledger"), place.file("release"));
    let table = table.to_str().unwrap();
    let protect = |spec: &Path| {
        let asked = ["totals", "protect", table, "--spec", spec.to_str().unwrap(), "--report", "--sdmx"];
        let more = ["--out", out.to_str().unwrap(), "--ledger", ledger.to_str().unwrap()];
        let ran = place.run(&[&asked[..], &more].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
    };
    protect(&spec);
    let may = std::fs::read_to_string(&spec).unwrap().replace("2026-04", "2026-05");
    std::fs::remove_dir_all(&out).unwrap();
    protect(&place.with("may.toml", may.as_bytes()));
    let program = place.json(&["totals", "verify", out.to_str().unwrap()]);
    let Some(page) = page_says(&out) else {
        eprintln!("skipped: the script of the offline page (needs node)");
        return;
    };
    // What follows exactly from the publication is no open cell, so the page does not count it.
    for (claim, name) in [("covered", "covered"), ("narrow", "narrow"), ("harmless", "harmless")] {
        assert_eq!(
            page.get(claim).and_then(Value::as_u64).unwrap_or(0),
            program[name].as_u64().unwrap(),
            "{claim}"
        );
    }
    assert!(page["covered"].as_u64().unwrap() > 0, "{page}");
}
