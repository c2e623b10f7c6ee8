//! Arguments of `kyosei match`, which needs no vault.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum MatchCommand {
    /// Solve an instance: one file in, one list of proposals out; no vault is needed
    Solve(SolveArguments),
    /// Invent an instance in the manner of Kamakura; nobody in it exists
    Generate(GenerateArguments),
}

/// Who solves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SolverChoice {
    /// The program's own solver
    Default,
    /// HiGHS, for comparison; only in a build with the feature `highs`
    Highs,
}

/// What makes an invented instance hard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// Households, homes and jobs along railway lines
    Plain,
    /// Far fewer homes and jobs than households
    Scarcity,
    /// Areas that cannot be reached from each other
    Disconnected,
    /// Nobody may work
    NobodyMayWork,
    /// One family of twelve among small ones
    FamilyOfTwelve,
    /// Families into few places with three capacity dimensions, one place for 25 families
    Places,
}

#[derive(Debug, Args)]
pub struct SolveArguments {
    /// The instance ("-" reads standard input); docs/formats/match-instance.md describes it
    #[arg(value_name = "INSTANCE")]
    pub instance: PathBuf,
    /// Write the solution document into this file; it must not exist
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Stop after so many seconds with the best list found and its bound
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub time_limit: Option<u32>,
    /// For each household, up to N alternatives with what each costs others
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=3))]
    pub top_k: u8,
    /// Say why: for each proposal, and for each household without one
    #[arg(long)]
    pub explain: bool,
    /// Who solves
    #[arg(long, default_value = "default")]
    pub solver: SolverChoice,
}

#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// The same seed gives the same instance on every machine
    #[arg(long)]
    pub seed: u64,
    /// How many households
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub households: u32,
    /// What makes it hard
    #[arg(long, default_value = "plain")]
    pub shape: Shape,
    /// Write the instance into this file, which must not exist; otherwise to standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}
