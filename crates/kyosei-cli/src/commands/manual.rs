//! `kyosei completions` and `kyosei man`: made from the same definitions as the arguments.

use std::path::Path;

use clap::CommandFactory;
use serde::Serialize;

use crate::args::Arguments;
use crate::locale::Lang;
use crate::outcome::{Done, Failure};

#[derive(Serialize)]
struct CompletionsReport {
    shell: String,
    script: String,
}

#[derive(Serialize)]
struct ManReport {
    folder: String,
    pages: usize,
}

/// The completion script of a shell.
pub fn completions(shell: clap_complete::Shell) -> Result<Done, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "kyosei", &mut script);
    let script = String::from_utf8(script).map_err(|_| Failure::new("E-OUTPUT"))?;
    Done::new(&CompletionsReport { shell: shell.to_string(), script: script.clone() }, script)
}

/// Manual pages for the program and each of its commands.
pub fn pages(folder: &Path, lang: Lang) -> Result<Done, Failure> {
    let failed = |_| Failure::new("E-FILE-WRITE").with(folder.display().to_string());
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Arguments::command(), folder).map_err(failed)?;
    let pages = count(&Arguments::command());
    let text = lang.pick("マニュアルを書きました", "マニュアルを 書（か）きました", "Manual pages written");
    let shown = folder.display();
    let human = format!("{text}: {pages} ({shown})\n");
    Done::new(&ManReport { folder: shown.to_string(), pages }, human)
}

/// Pages of a command and of all commands below it.
fn count(command: &clap::Command) -> usize {
    command.get_subcommands().map(count).sum::<usize>().saturating_add(1)
}
