//! Matching households with homes and people with jobs: one question in, one list with its proof and its reasons out.
//!
//! Start with [`instance::Instance`], the question. [`solve`] answers it with a [`Solution`]; [`Matching`] keeps the solved
//! question so that alternatives can be priced ([`Matching::alternatives`]) and every proposal explained
//! ([`Matching::proposals`], [`Matching::without_proposal`]). [`rules`] judges single pairs from what is known about both
//! sides, and [`generate`] invents instances.
//!
//! Inside, an instance is compiled to families, items and resources, split into independent components and solved level by
//! level of the lexicographic objective: `coverage` (augmenting paths), then `search` (Lagrangian prices, column generation
//! on the simplex method of `lp`, local search, branch and bound). Every bound is computed in integers.
//!
//! The crate knows no names, no documents, no clock, no randomness and no files. [`Options::work_max`] limits a run by
//! counted steps, so that the same data give the same list on every machine; [`Progress`] can stop it earlier.
//!
//! ```
//! use kyosei_match::instance::{Home, HomeId, HomePair, Household, HouseholdId, Instance, Tier, Verdict};
//! use kyosei_match::{Options, Status, Unwatched, solve};
//!
//! let household = HouseholdId::new("household-1")?;
//! let home = HomeId::new("home-1")?;
//! let mut instance = Instance::default();
//! instance.households.push(Household {
//!     id: household.clone(),
//!     tier: Tier::One,
//!     waiting_days: 30,
//!     size: Vec::new(),
//!     present_area: None,
//!     tags: Vec::new(),
//!     childcare_covered: true,
//!     persons: Vec::new(),
//! });
//! instance.homes.push(Home {
//!     id: home.clone(),
//!     area: None,
//!     capacity: Vec::new(),
//!     reserve: Vec::new(),
//!     shared: false,
//!     never_together: Vec::new(),
//!     only_with_job: None,
//! });
//! let verdict = Verdict::Fits { score: 700, parts: Vec::new(), offer_rank: None };
//! instance.home_pairs.push(HomePair { household, home, verdict });
//!
//! let solution = solve(&instance, &Options::default(), &mut Unwatched)?;
//! assert_eq!(solution.status, Status::Optimal);
//! assert_eq!(solution.placements.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod coverage;
mod engine;
pub mod explain;
pub mod generate;
pub mod instance;
mod local;
mod lp;
mod matching;
mod options;
mod plan;
mod problem;
mod relax;
mod report;
pub mod rules;
mod search;
mod solution;
mod solver;
mod stability;
mod stage;

pub use engine::{FLOOR_STEP, FLOOR_STEPS_MAX, solve};
pub use matching::{ALTERNATIVES_MAX, Alternative, Matching};
pub use options::{Options, Progress, RulesTable, Unwatched, WORK_DEFAULT};
pub use solution::{Coverage, Level, LevelReport, Served, ShadowPrice, Solution, Status};
pub use solver::SolverKind;
