//! One module for each group of commands.

use std::str::FromStr;

use kyosei_model::UnknownCode;

use crate::args::{Arguments, Command};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};

mod audit;
mod bundle;
mod conflicts;
mod consents;
mod demo;
mod doctor;
mod forms;
pub mod imports;
mod init;
mod mailbox;
mod manual;
mod matching;
mod members;
mod network;
mod passwd;
mod spaces;
mod status;
mod supporters;
mod suppress;
mod sync;
mod totals;
mod who;

/// Runs the command.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Done, Failure> {
    match &arguments.command {
        Command::Demo(demo) => demo::run(demo, lang),
        Command::Init(init) => init::run(arguments, init, lang),
        Command::Status => status::run(arguments, lang),
        Command::Passwd(passwd) => passwd::run(arguments, passwd, lang),
        Command::Doctor(doctor) => doctor::run(arguments, doctor, lang),
        Command::Audit(audit) => audit::run(arguments, audit, lang),
        Command::Supporters(command) => supporters::run(arguments, command, lang),
        Command::Imports(command) => imports::run(arguments, command, lang),
        Command::Consents(command) => consents::run(arguments, command, lang),
        Command::Suppress(command) => suppress::run(arguments, command, lang),
        Command::Members(command) => members::run(arguments, command, lang),
        Command::Spaces(command) => spaces::run(arguments, command, lang),
        Command::Sync(sync) => sync::run(arguments, sync, lang),
        Command::Conflicts(command) => conflicts::run(arguments, command, lang),
        Command::Mailbox(command) => mailbox::run(arguments, command, lang),
        Command::Bundle(command) => bundle::run(arguments, command, lang),
        Command::Match(command) => matching::run(command, lang),
        Command::Totals(command) => totals::run(arguments, command, lang),
        Command::Completions { shell } => manual::completions(*shell),
        Command::Man { folder } => manual::pages(folder, lang),
    }
}

/// Reads an id.
fn id<T: FromStr>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| Failure::new("E-ID"))
}

/// Reads a code of one of the closed lists.
fn code<T>(text: &str, read: impl FnOnce(&str) -> Result<T, UnknownCode>) -> Result<T, Failure> {
    read(text).map_err(|unknown| Failure::new("E-CODE").with(unknown.kind))
}
