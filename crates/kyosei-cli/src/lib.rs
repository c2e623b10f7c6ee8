//! The `kyosei` program: the same use cases as the desktop app, for terminals, scripts and tests.
//!
//! [`main`] hardens the process, reads the arguments, runs one command and turns its outcome into text or JSON and an exit
//! code. Human text and JSON go to standard output, progress and failures to standard error. [`command`] and
//! [`explain`] show the definitions to tests: what can be asked of the program, and the words of each failure.

mod args;
mod codes;
mod commands;
mod locale;
mod outcome;
mod progress;
mod session;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::args::Arguments;
use crate::locale::Lang;
use crate::outcome::{Done, Failure};

/// Runs the program with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    if kyosei_runtime::hardening::harden_process().is_err() {
        return fail(&Failure::new("E-HARDENING"), Lang::En);
    }
    let arguments = Arguments::parse();
    let lang = Lang::choose(arguments.lang.as_deref());
    // Refused for every command, also those that need no clock: a released program has no test mode at all.
    if let Err(failure) = session::environment() {
        return fail(&failure, lang);
    }
    match commands::run(&arguments, lang) {
        Ok(done) => show(&done, arguments.json, lang),
        Err(failure) => fail(&failure, lang),
    }
}

/// The definition of the program's arguments.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

/// The words of a code in Japanese, easy Japanese and English, if it has any of its own.
#[must_use]
pub fn explain(code: &str) -> Option<[&'static str; 3]> {
    Some([codes::known(code, Lang::Ja)?, codes::known(code, Lang::JaEasy)?, codes::known(code, Lang::En)?])
}

fn show(done: &Done, json: bool, lang: Lang) -> ExitCode {
    let text = if json { format!("{}\n", done.json) } else { done.human.clone() };
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::from(done.exit),
        // The reader went away (`kyosei … | head`): what was to be done is done.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::from(done.exit),
        Err(_) => fail(&Failure::new("E-OUTPUT"), lang),
    }
}

#[expect(clippy::print_stderr, reason = "failures of a terminal program go to standard error")]
fn fail(failure: &Failure, lang: Lang) -> ExitCode {
    eprintln!("{}", failure.text(lang));
    ExitCode::from(failure.exit())
}
