//! The document as it is written, field by field.

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub format: String,
    #[serde(default)]
    pub dimensions: Vec<String>,
    #[serde(default)]
    pub tier_step_days: u32,
    #[serde(default)]
    pub learnt_price_permille: u16,
    pub households: Vec<Household>,
    #[serde(default)]
    pub homes: Vec<Home>,
    #[serde(default)]
    pub jobs: Vec<Job>,
    #[serde(default)]
    pub home_pairs: Vec<HomePair>,
    #[serde(default)]
    pub job_pairs: Vec<JobPair>,
    #[serde(default)]
    pub travel: Vec<Travel>,
    #[serde(default)]
    pub apart: Vec<(String, String)>,
    #[serde(default)]
    pub pins: Vec<Placement>,
    #[serde(default)]
    pub vetoes: Vec<Placement>,
    #[serde(default)]
    pub previous: Vec<Placement>,
    #[serde(default)]
    pub learnt_prices: Vec<LearntPrice>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Household {
    pub id: String,
    pub tier: u8,
    #[serde(default)]
    pub waiting_days: u32,
    #[serde(default)]
    pub size: Vec<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub present_area: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default = "yes")]
    pub childcare_covered: bool,
    #[serde(default)]
    pub persons: Vec<Person>,
}

fn yes() -> bool {
    true
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub id: String,
    pub permission: String,
    pub weekly_hours_max: u16,
    pub commute_minutes_max: u16,
    #[serde(default)]
    pub carer: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Home {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    #[serde(default)]
    pub capacity: Vec<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reserve: Vec<u32>,
    #[serde(default)]
    pub shared: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub never_together: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_with_job: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Job {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    pub places: u32,
    pub weekly_hours: u16,
    #[serde(default)]
    pub shifts: Vec<Shift>,
    pub band: String,
    #[serde(default)]
    pub side: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_with_home: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shift {
    pub day: String,
    pub from: String,
    pub to: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HomePair {
    pub household: String,
    pub home: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<ScorePart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer_rank: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<Reason>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JobPair {
    pub person: String,
    pub job: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<ScorePart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer_rank: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<Reason>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScorePart {
    pub wish: String,
    pub points: u32,
    pub points_max: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    pub rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_by: Option<Amount>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Amount {
    pub number: u32,
    pub unit: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Travel {
    pub from: String,
    pub to: String,
    pub band: String,
    pub minutes: u16,
}

/// A household and a home, or a person and a job.
#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Placement {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LearntPrice {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    pub points: u32,
}
