//! `match-solution` documents, version 1.

use kyosei_match::explain::{Language, NoProposal, Opening, Proposal};
use kyosei_match::{Alternative, LevelReport, Served, Solution};
use serde::Serialize;

use crate::instance::{
    Amount, LearntPrice, Placement, ScorePart, amount, learnt_price, placement, score_part,
};

/// The value of `format` in a document.
pub const SOLUTION_FORMAT: &str = "kyosei-match-solution/1";

/// What goes into a document beside the solution.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answers<'a> {
    /// Alternatives of the households that were asked for.
    pub alternatives: &'a [Alternative],
    /// Why each placement is proposed.
    pub proposals: &'a [Proposal],
    /// Why some households get nothing.
    pub without_proposal: &'a [NoProposal],
    /// How long the run took, measured by the caller; it is no part of the hash.
    pub milliseconds: Option<u64>,
}

#[derive(Serialize)]
struct Document {
    format: &'static str,
    status: &'static str,
    hash: String,
    score: u64,
    least_score: Option<u32>,
    levels: Vec<Level>,
    coverage: Coverage,
    placements: Vec<Placement>,
    unserved: Vec<String>,
    shadow_prices: Vec<LearntPrice>,
    blocking_pairs: Option<u32>,
    components: Vec<u32>,
    work: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    milliseconds: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<AlternativeEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    proposals: Vec<ProposalEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    without_proposal: Vec<NoProposalEntry>,
}

#[derive(Serialize)]
struct Level {
    level: &'static str,
    value: i64,
    bound: i64,
    proven: bool,
    gap_ppm: u64,
}

#[derive(Serialize)]
struct Coverage {
    by_tier: Vec<TierEntry>,
    by_size: Vec<SizeEntry>,
}

#[derive(Serialize)]
struct TierEntry {
    tier: u8,
    served: u32,
    all: u32,
}

#[derive(Serialize)]
struct SizeEntry {
    size: u32,
    served: u32,
    all: u32,
}

#[derive(Serialize)]
struct Sentences {
    ja: String,
    #[serde(rename = "ja-easy")]
    ja_easy: String,
    en: String,
}

#[derive(Serialize)]
struct AlternativeEntry {
    placement: Placement,
    own_change: i64,
    total_change: i64,
    left_without: Vec<String>,
    newly_served: Vec<String>,
    changed: Vec<String>,
    sentence: Sentences,
}

#[derive(Serialize)]
struct ProposalEntry {
    placement: Placement,
    score: u32,
    served: Vec<ScorePart>,
    missed: Vec<ScorePart>,
    also_fitting: u32,
    sentence: Sentences,
}

#[derive(Serialize)]
struct NoProposalEntry {
    household: String,
    excluded_by: Vec<ExcludedBy>,
    taken_by_others: u32,
    openings: Vec<OpeningEntry>,
    sentence: Sentences,
}

#[derive(Serialize)]
struct ExcludedBy {
    rule: &'static str,
    offers: u32,
}

#[derive(Serialize)]
struct OpeningEntry {
    rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Amount>,
    opens: u32,
}

/// Writes a document.
#[must_use]
pub fn write_solution(solution: &Solution, answers: Answers<'_>) -> String {
    let size =
        |(size, served): &(u32, Served)| SizeEntry { size: *size, served: served.served, all: served.all };
    let tier =
        |(tier, served): &(u8, Served)| TierEntry { tier: *tier, served: served.served, all: served.all };
    let document = Document {
        format: SOLUTION_FORMAT,
        status: solution.status.code(),
        hash: hex(&solution.hash()),
        score: solution.score,
        least_score: solution.least_score,
        levels: solution.levels.iter().map(level).collect(),
        coverage: Coverage {
            by_tier: solution.coverage.by_tier.iter().map(tier).collect(),
            by_size: solution.coverage.by_size.iter().map(size).collect(),
        },
        placements: solution.placements.iter().map(placement).collect(),
        unserved: solution.unserved.iter().map(ToString::to_string).collect(),
        shadow_prices: solution
            .shadow_prices
            .iter()
            .map(|price| learnt_price(&price.offer, price.points))
            .collect(),
        blocking_pairs: solution.blocking_pairs,
        components: solution.components.clone(),
        work: solution.work,
        milliseconds: answers.milliseconds,
        alternatives: answers.alternatives.iter().map(alternative).collect(),
        proposals: answers.proposals.iter().map(proposal).collect(),
        without_proposal: answers.without_proposal.iter().map(no_proposal).collect(),
    };
    // Strings, numbers and lists only: writing to memory cannot fail.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn level(report: &LevelReport) -> Level {
    Level {
        level: report.level.code(),
        value: report.value,
        bound: report.bound,
        proven: report.is_proven(),
        gap_ppm: report.gap_ppm(),
    }
}

fn sentences(of: impl Fn(Language) -> String) -> Sentences {
    Sentences { ja: of(Language::Ja), ja_easy: of(Language::JaEasy), en: of(Language::En) }
}

fn alternative(alternative: &Alternative) -> AlternativeEntry {
    AlternativeEntry {
        placement: placement(&alternative.placement),
        own_change: alternative.own_change,
        total_change: alternative.total_change,
        left_without: alternative.left_without.iter().map(ToString::to_string).collect(),
        newly_served: alternative.newly_served.iter().map(ToString::to_string).collect(),
        changed: alternative.changed.iter().map(ToString::to_string).collect(),
        sentence: sentences(|language| alternative.sentence(language)),
    }
}

fn proposal(proposal: &Proposal) -> ProposalEntry {
    ProposalEntry {
        placement: placement(&proposal.placement),
        score: proposal.score,
        served: proposal.served.iter().map(score_part).collect(),
        missed: proposal.missed.iter().map(score_part).collect(),
        also_fitting: proposal.also_fitting,
        sentence: sentences(|language| proposal.sentence(language)),
    }
}

fn no_proposal(without: &NoProposal) -> NoProposalEntry {
    let opening = |opening: &Opening| OpeningEntry {
        rule: opening.rule.code(),
        amount: opening.amount.map(amount),
        opens: opening.opens,
    };
    NoProposalEntry {
        household: without.household.to_string(),
        excluded_by: without
            .excluded_by
            .iter()
            .map(|(rule, offers)| ExcludedBy { rule: rule.code(), offers: *offers })
            .collect(),
        taken_by_others: without.taken_by_others,
        openings: without.openings.iter().map(opening).collect(),
        sentence: sentences(|language| without.sentence(language)),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
