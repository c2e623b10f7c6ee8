//! `kyosei match`: the matching engine on instance files, without a vault.
//!
//! The engine counts its work and knows no clock; the time limit lives here, in the watcher that the engine asks now and
//! then. Instances and solutions hold ids and codes only.

use std::path::Path;
use std::time::{Duration, Instant};

use kyosei_match::explain::{Language, NoProposal, Proposal};
use kyosei_match::generate::{Twist, Wanted, families_and_places, kamakura};
use kyosei_match::instance::{HouseholdId, Instance, Placement};
use kyosei_match::{Alternative, Matching, Options, Progress, Solution, SolverKind};
use kyosei_match_format::{
    Answers, DOCUMENT_BYTES_MAX, ReadInstanceError, read_instance, write_instance, write_solution,
};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::args::{GenerateArguments, MatchCommand, Shape, SolveArguments, SolverChoice};
use crate::locale::Lang;
use crate::outcome::{Done, EXIT_DONE, Failure};
use crate::progress::Bar;
use crate::session::{check_free, read_bytes, write_new};

/// Steps of the engine that a second of the time limit allows; a step takes about a nanosecond. A run that ends by this
/// count gives the same list on every machine, one that the clock stops may not.
const STEPS_PER_SECOND: u64 = 1_000_000_000;
/// Families to one place in generated instances of this shape.
const FAMILIES_PER_PLACE: u32 = 25;
/// Stages of the objective, each told in thousandths.
const STAGES: u64 = 6;

/// Runs a command.
pub fn run(command: &MatchCommand, lang: Lang) -> Result<Done, Failure> {
    match command {
        MatchCommand::Solve(solve) => run_solve(solve, lang),
        MatchCommand::Generate(wanted) => run_generate(wanted, lang),
    }
}

/// What a run found, with the answers that were asked for.
struct Answered {
    alternatives: Vec<Alternative>,
    /// Households whose alternatives the time limit cut off.
    unpriced: usize,
    proposals: Vec<Proposal>,
    without_proposal: Vec<NoProposal>,
}

fn run_solve(solve: &SolveArguments, lang: Lang) -> Result<Done, Failure> {
    let options = options(solve)?;
    solve.out.as_deref().map(check_free).transpose()?;
    let started = Instant::now();
    let limit = u64::try_from(DOCUMENT_BYTES_MAX).unwrap_or(u64::MAX);
    let instance = read_instance(&read_bytes(&solve.instance, limit)?).map_err(|error| unreadable(&error))?;
    let mut watch = Watch::new(solve.time_limit, started, lang);
    let matching = Matching::solve(&instance, &options, &mut watch)
        .map_err(|invalid| Failure::new(invalid.code()).with(invalid.to_string()))?;
    let answered = answer(&matching, &instance, solve, &mut watch);
    let document = write_solution(
        matching.solution(),
        Answers {
            alternatives: &answered.alternatives,
            proposals: &answered.proposals,
            without_proposal: &answered.without_proposal,
            milliseconds: u64::try_from(started.elapsed().as_millis()).ok(),
        },
    );
    drop(watch);
    save(solve.out.as_deref(), &document)?;
    let mut human = summary(matching.solution(), lang);
    human.push_str(&reasons(&answered, lang));
    human.push_str(&saved(solve.out.as_deref(), lang));
    Ok(done(&document, human)?.in_part(answered.unpriced > 0))
}

fn run_generate(wanted: &GenerateArguments, lang: Lang) -> Result<Done, Failure> {
    wanted.out.as_deref().map(check_free).transpose()?;
    let document = write_instance(&generated(wanted));
    save(wanted.out.as_deref(), &document)?;
    let human = if wanted.out.is_some() { saved(wanted.out.as_deref(), lang) } else { document.clone() };
    done(&document, human)
}

fn options(solve: &SolveArguments) -> Result<Options, Failure> {
    let default = Options::default();
    let work_max = solve.time_limit.map_or(default.work_max, |seconds| u64::from(seconds) * STEPS_PER_SECOND);
    Ok(Options { work_max, solver: solver(solve.solver)?, ..default })
}

fn solver(choice: SolverChoice) -> Result<SolverKind, Failure> {
    match choice {
        SolverChoice::Default => Ok(SolverKind::BranchAndBound),
        #[cfg(feature = "highs")]
        SolverChoice::Highs => Ok(SolverKind::Highs),
        #[cfg(not(feature = "highs"))]
        SolverChoice::Highs => Err(Failure::new("E-SOLVER").with("highs")),
    }
}

fn generated(wanted: &GenerateArguments) -> Instance {
    let mut random = ChaCha12Rng::seed_from_u64(wanted.seed);
    let mut bits = || random.next_u64();
    let households = wanted.households;
    let twist = match wanted.shape {
        Shape::Plain => Twist::None,
        Shape::Scarcity => Twist::Scarcity,
        Shape::Disconnected => Twist::Disconnected,
        Shape::NobodyMayWork => Twist::NobodyMayWork,
        Shape::FamilyOfTwelve => Twist::FamilyOfTwelve,
        Shape::Places => {
            return families_and_places(households, households.div_ceil(FAMILIES_PER_PLACE), &mut bits);
        }
    };
    kamakura(Wanted { households, twist }, &mut bits)
}

/// Where it went wrong; what the document says there is not repeated.
fn unreadable(error: &ReadInstanceError) -> Failure {
    let place = match error {
        ReadInstanceError::Form(form) => format!("{}:{}", form.line(), form.column()),
        ReadInstanceError::TooLarge { .. }
        | ReadInstanceError::Format
        | ReadInstanceError::Id { .. }
        | ReadInstanceError::Code { .. }
        | ReadInstanceError::Tier { .. }
        | ReadInstanceError::Time { .. }
        | ReadInstanceError::Shift { .. }
        | ReadInstanceError::Choice { .. } => error.to_string(),
    };
    Failure::new(error.code()).with(place)
}

/// Asks for the alternatives and reasons that were wished for. Alternatives that the time limit cut short are left out,
/// since what they cost others would be overstated.
fn answer(
    matching: &Matching<'_>,
    instance: &Instance,
    solve: &SolveArguments,
    watch: &mut Watch,
) -> Answered {
    let (mut alternatives, mut unpriced) = (Vec::new(), 0);
    let mut households: Vec<&HouseholdId> =
        instance.households.iter().map(|household| &household.id).collect();
    // The document must not depend on the order of the instance.
    households.sort();
    if solve.top_k == 0 {
        households.clear();
    }
    watch.counts_stages = false;
    for (done, household) in households.iter().copied().enumerate() {
        watch.bar.set(done, households.len());
        let found = if watch.is_over() {
            Vec::new()
        } else {
            matching.alternatives(household, usize::from(solve.top_k), watch)
        };
        if watch.is_over() { unpriced += 1 } else { alternatives.extend(found) }
    }
    let (proposals, without_proposal) = if solve.explain {
        (matching.proposals(), matching.without_proposal())
    } else {
        (Vec::new(), Vec::new())
    };
    Answered { alternatives, unpriced, proposals, without_proposal }
}

/// Shows how far the run is, and stops it when its time is over.
struct Watch {
    bar: Bar,
    deadline: Option<Instant>,
    counts_stages: bool,
}

impl Watch {
    fn new(time_limit_seconds: Option<u32>, started: Instant, lang: Lang) -> Self {
        let limit = time_limit_seconds.map(|seconds| Duration::from_secs(u64::from(seconds)));
        let title = lang.pick("組み合わせています", "えらんで います", "Matching");
        Self {
            bar: Bar::new(title),
            deadline: limit.and_then(|limit| started.checked_add(limit)),
            counts_stages: true,
        }
    }

    fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

impl Progress for Watch {
    fn should_stop(&mut self) -> bool {
        self.is_over()
    }

    fn stage(&mut self, stage: u8, done_permille: u16) {
        if self.counts_stages {
            let done = u64::from(stage).saturating_sub(1) * 1000 + u64::from(done_permille);
            self.bar.set(usize::try_from(done).unwrap_or(usize::MAX), (STAGES * 1000) as usize);
        }
    }
}

fn save(out: Option<&Path>, document: &str) -> Result<(), Failure> {
    let Some(out) = out else { return Ok(()) };
    write_new(out, document.as_bytes())
}

fn done(document: &str, human: String) -> Result<Done, Failure> {
    let json = serde_json::from_str(document).map_err(|_| Failure::new("E-OUTPUT"))?;
    Ok(Done { json, human, exit: EXIT_DONE })
}

fn summary(solution: &Solution, lang: Lang) -> String {
    let (served, all) = solution
        .coverage
        .by_tier
        .iter()
        .fold((0, 0), |(served, all), (_, tier)| (served + tier.served, all + tier.all));
    let proposed = lang.pick("提案のある世帯", "みつかった 家族（かぞく）", "Households with a proposal");
    let score = lang.pick("点の合計", "ぜんぶの 点（てん）", "Total score");
    let status = lang.pick("証明", "たしかめ", "Status");
    let mut text = format!(
        "{proposed}: {served}/{all}\n{score}: {}\n{status}: {}\n",
        solution.score,
        solution.status.code()
    );
    for level in solution.levels.iter().filter(|level| !level.is_proven()) {
        let bound = lang.pick("上限", "これより よくは ならない", "bound");
        text.push_str(&format!("  {}: {} ({bound} {})\n", level.level.code(), level.value, level.bound));
    }
    for placement in &solution.placements {
        let (who, what) = named(placement);
        text.push_str(&format!("  {who} -> {what}\n"));
    }
    for household in &solution.unserved {
        let nothing = lang.pick("提案なし", "まだ ありません", "no proposal");
        text.push_str(&format!("  {household}: {nothing}\n"));
    }
    text
}

fn named(placement: &Placement) -> (&str, &str) {
    match placement {
        Placement::Home { household, home } => (household.as_str(), home.as_str()),
        Placement::Job { person, job } => (person.as_str(), job.as_str()),
    }
}

fn reasons(answered: &Answered, lang: Lang) -> String {
    let language = match lang {
        Lang::Ja => Language::Ja,
        Lang::JaEasy => Language::JaEasy,
        Lang::En => Language::En,
    };
    let sentences = (answered.proposals.iter().map(|one| one.sentence(language)))
        .chain(answered.without_proposal.iter().map(|one| one.sentence(language)))
        .chain(answered.alternatives.iter().map(|one| one.sentence(language)));
    let mut text: String = sentences.map(|sentence| format!("{sentence}\n")).collect();
    if answered.unpriced > 0 {
        let cut = lang.pick(
            "時間切れで別案のない世帯",
            "時間（じかん）が たりなくて ほかの 案（あん）が ない 家族（かぞく）",
            "Households without alternatives, since the time was over",
        );
        text.push_str(&format!("{cut}: {}\n", answered.unpriced));
    }
    text
}

fn saved(out: Option<&Path>, lang: Lang) -> String {
    let Some(out) = out else { return String::new() };
    let said = lang.pick("書き出しました", "ファイルを つくりました", "Written");
    format!("{said}: {}\n", out.display())
}
