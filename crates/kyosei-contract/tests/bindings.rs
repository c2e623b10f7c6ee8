//! The TypeScript that the window is written against is the one that these types give.

use std::path::Path;

const PATH: &str = "../../ui/src/lib/bindings.ts";

#[test]
fn the_bindings_of_the_window_are_those_of_the_contract() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PATH);
    let expected = kyosei_contract::typescript::bindings();
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "ui/src/lib/bindings.ts is stale: UPDATE_BINDINGS=1 cargo test -p kyosei-contract --test bindings"
    );
}
