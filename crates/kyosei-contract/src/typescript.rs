//! The contract as TypeScript: one text, made from the same types that the program reads and writes.
//!
//! Only for the test that keeps `ui/src/lib/bindings.ts` true. The text holds types and one table, and no code that runs
//! beyond handing a command's name to whoever carries it.

use ts_rs::{Config, TS};

use crate::coded::{Closed, Coded, Id, Secret};
use crate::{
    coded, consents, drafts, duplicates, failure, gate, home, imports, notice, records, settings, supporters,
    table,
};

const HEAD: &str = "\
// Generated from crates/kyosei-contract by its test; do not edit.
// UPDATE_BINDINGS=1 cargo test -p kyosei-contract --test bindings
//
// A command is called by its name with `{ request }`; `listen` takes `{ channel }`, a channel of `Notice`. A refusal is a
// `Failure`. Codes of fields and lists are stable; the words for them are in the catalogues.
";

/// The whole file.
#[must_use]
pub fn bindings() -> String {
    let config = Config::new().with_large_int("number");
    let types = [
        coded::declarations(),
        failure::declarations(&config),
        gate::declarations(&config),
        settings::declarations(&config),
        home::declarations(&config),
        consents::declarations(&config),
        supporters::declarations(&config),
        duplicates::declarations(&config),
        imports::declarations(&config),
        records::declarations(&config),
        drafts::declarations(&config),
        notice::declarations(&config),
    ]
    .concat();
    let commands = table::declarations(&config);
    format!(
        "{HEAD}\n{}\n/** Every command: what it takes and what it gives. */\nexport interface Commands {{\n{}}}\n",
        types.join("\n"),
        commands.concat(),
    )
}

/// A type with its documentation.
pub(crate) fn declaration<T: TS>(config: &Config) -> String {
    format!("{}export {}\n", T::docs().unwrap_or_default(), T::decl(config))
}

/// A closed list as a union of its codes, and the list itself.
pub(crate) fn closed_list<T: Closed>() -> String {
    let codes: Vec<String> = T::VALUES.iter().map(|value| format!("\"{}\"", value.stable_code())).collect();
    let (name, list) = (T::NAME, codes.join(", "));
    let plural = constant_name(name);
    format!("export const {plural} = [{list}] as const;\nexport type {name} = (typeof {plural})[number];\n")
}

/// A line of the table of commands.
pub(crate) fn command<Request: TS, Response: TS>(config: &Config, name: &str) -> String {
    format!("  {name}: {{ request: {}; response: {} }};\n", Request::name(config), Response::name(config))
}

/// `AuditAction` becomes `AUDIT_ACTION_CODES`.
fn constant_name(name: &str) -> String {
    let mut constant = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !constant.is_empty() {
            constant.push('_');
        }
        constant.extend(letter.to_uppercase());
    }
    constant.push_str("_CODES");
    constant
}

macro_rules! named {
    ($([$($bound:tt)*] $type:ty => $name:expr;)+) => {$(
        impl<$($bound)*> TS for $type {
            type OptionInnerType = Self;
            type WithoutGenerics = Self;

            fn name(_: &Config) -> String {
                $name
            }

            fn inline(config: &Config) -> String {
                Self::name(config)
            }
        }
    )+};
}

named! {
    [T: Closed] Coded<T> => T::NAME.to_owned();
    [T: 'static] Id<T> => String::from("string");
    [] Secret => String::from("string");
}
