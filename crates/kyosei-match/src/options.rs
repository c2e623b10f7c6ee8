//! What a caller may choose for a run, and how a run is watched and stopped.

use crate::solver::SolverKind;

/// Legal numbers that change with the law, with the day from which they hold. Never in code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesTable {
    /// The first day on which the table holds, as `YYYYMMDD`.
    pub valid_from: u32,
    /// Hours a week that the permission for activity outside the status allows (入管法施行規則19条5項1号).
    pub permit_weekly_hours_max: u16,
    /// Years of age below which night work is forbidden (労働基準法61条).
    pub night_work_age_min: u8,
    /// Years of age below which no work is proposed (労働基準法56条, end of the school year is checked by people).
    pub work_age_min: u8,
    /// Days after which a job offer that nobody confirmed counts as stale.
    pub job_fresh_days: u32,
    /// Days after which a housing offer that nobody confirmed counts as stale.
    pub home_fresh_days: u32,
}

impl RulesTable {
    /// The working assumptions of November 2026.
    pub const CURRENT: Self = Self {
        valid_from: 20_260_401,
        permit_weekly_hours_max: 28,
        night_work_age_min: 18,
        work_age_min: 15,
        job_fresh_days: 30,
        home_fresh_days: 14,
    };
}

/// The default of [`Options::work_max`]: about ten seconds on a laptop of 2026.
pub const WORK_DEFAULT: u64 = 10_000_000_000;

/// What a caller may choose for a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Legal numbers.
    pub rules: RulesTable,
    /// Elementary steps (about a nanosecond each) after which the engine returns the best it has, with its bound. The same
    /// number gives the same list on every machine, which a time limit cannot.
    pub work_max: u64,
    /// Which code solves the stages.
    pub solver: SolverKind,
}

impl Default for Options {
    fn default() -> Self {
        Self { rules: RulesTable::CURRENT, work_max: WORK_DEFAULT, solver: SolverKind::BranchAndBound }
    }
}

/// Watches a run. The engine has no clock: whoever calls it decides when it took too long.
///
/// A run that is stopped this way returns the best list it has, with its bound; the list then depends on the moment of
/// stopping, unlike one that ends by itself or by [`Options::work_max`].
pub trait Progress {
    /// Called now and then; true asks the engine to return.
    fn should_stop(&mut self) -> bool;

    /// Called when a stage of the objective is done, with its number (1 to 6) and the share of components done in
    /// thousandths.
    fn stage(&mut self, stage: u8, done_permille: u16);
}

/// Nobody watches; the run ends by itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn should_stop(&mut self) -> bool {
        false
    }

    fn stage(&mut self, _stage: u8, _done_permille: u16) {}
}

/// Steps counted against a limit, and the question whether to stop.
pub(crate) struct Budget<'a> {
    pub used: u64,
    pub limit: u64,
    next_ask: u64,
    stopped: bool,
    progress: &'a mut dyn Progress,
}

/// Steps between two questions to [`Progress::should_stop`].
const STEPS_PER_ASK: u64 = 5_000_000;

impl<'a> Budget<'a> {
    pub(crate) fn new(limit: u64, progress: &'a mut dyn Progress) -> Self {
        Self { used: 0, limit, next_ask: STEPS_PER_ASK, stopped: false, progress }
    }

    /// Counts steps; false when it is time to return.
    pub(crate) fn spend(&mut self, steps: u64) -> bool {
        self.used = self.used.saturating_add(steps);
        if self.used >= self.next_ask {
            self.next_ask = self.used.saturating_add(STEPS_PER_ASK);
            self.stopped |= self.progress.should_stop();
        }
        !self.stopped && self.used < self.limit
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.stopped || self.used >= self.limit
    }

    pub(crate) fn stage(&mut self, stage: u8, done_permille: u16) {
        self.progress.stage(stage, done_permille);
    }

    /// Runs `work` with at most `steps` more steps.
    pub(crate) fn within<T>(&mut self, steps: u64, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.limit;
        self.limit = outer.min(self.used.saturating_add(steps));
        let result = work(self);
        self.limit = outer;
        result
    }
}
