//! What each window may call is what the table says, and no more; and the page may load nothing from elsewhere.

#![allow(clippy::unwrap_used, reason = "a step of a test that fails is the test's failure")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kyosei_contract::table::{COMMANDS, LISTEN, Window};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn json(path: &str) -> Value {
    serde_json::from_slice(&std::fs::read(root().join(path)).unwrap()).unwrap()
}

#[test]
fn each_window_may_call_the_commands_of_the_table_one_by_one_and_nothing_else() {
    for window in Window::ALL {
        let capability = json(&format!("src-tauri/capabilities/{}.json", window.label()));
        let listed: BTreeSet<&str> =
            capability["permissions"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        let of_table: BTreeSet<String> = COMMANDS
            .iter()
            .chain([&LISTEN])
            .filter(|command| command.windows.contains(&window))
            .map(|command| format!("allow-{}", command.name.replace('_', "-")))
            .collect();
        assert_eq!(listed, of_table.iter().map(String::as_str).collect());
        assert_eq!(capability["windows"], serde_json::json!([window.label()]));
        assert!(capability.get("remote").is_none(), "no remote content");
    }
    let files = std::fs::read_dir(root().join("src-tauri/capabilities")).unwrap().count();
    assert_eq!(files, Window::ALL.len(), "a capability file without a window");
}

#[test]
fn the_gate_may_read_nothing_of_the_register() {
    let open_to_the_gate: Vec<&str> =
        COMMANDS.iter().filter(|one| one.windows.contains(&Window::Gate)).map(|one| one.name).collect();
    let known = [
        "gate_state",
        "settings",
        "settings_change",
        "passphrase_propose",
        "passphrase_judge",
        "create",
        "create_confirm",
        "create_cancel",
        "unlock",
        "lock",
    ];
    assert_eq!(open_to_the_gate, known);
}

#[test]
fn the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline() {
    let config = json("tauri.conf.json");
    let app = &config["app"];
    let security = &app["security"];
    assert_eq!(app["withGlobalTauri"], false);
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(security["assetProtocol"]["enable"], false);
    assert_eq!(security["capabilities"], serde_json::json!(["gate", "main"]));
    assert!(security.get("dangerousDisableAssetCspModification").is_none());
    let csp = security["csp"].as_object().unwrap();
    assert_eq!(csp["default-src"], "'none'");
    for (directive, sources) in csp {
        let sources: Vec<&str> = sources.as_str().unwrap().split_whitespace().collect();
        let is_known = |source: &&str| {
            matches!(*source, "'none'" | "'self'" | "data:" | "blob:" | "ipc:" | "http://ipc.localhost")
        };
        assert!(sources.iter().all(is_known), "{directive}");
        let is_code = matches!(directive.as_str(), "script-src" | "style-src" | "default-src");
        assert!(!is_code || sources.iter().all(|one| one.starts_with('\'')), "{directive}");
    }
}
