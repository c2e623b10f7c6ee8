//! Homes, jobs and the ways between them.

use super::{AreaId, HomeId, JobId, Shifts, Tag};

/// A home, a room or a shelter that households can be placed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Code of the offer.
    pub id: HomeId,
    /// Where it is; `None` when every job can be reached from it.
    pub area: Option<AreaId>,
    /// Free capacity in each dimension.
    pub capacity: Vec<u32>,
    /// Capacity kept free for emergencies, in each dimension; empty for none.
    pub reserve: Vec<u32>,
    /// True when several households may live in it at once; otherwise one household at most.
    pub shared: bool,
    /// House rules: a household with the first tag and one with the second do not live here together.
    pub never_together: Vec<(Tag, Tag)>,
    /// A dormitory that may be lived in only while a member of the household holds this job.
    pub only_with_job: Option<JobId>,
}

/// A job that persons can be placed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Code of the offer.
    pub id: JobId,
    /// Where it is; `None` when it can be reached from everywhere.
    pub area: Option<AreaId>,
    /// How many persons it takes.
    pub places: u32,
    /// Hours a week.
    pub weekly_hours: u16,
    /// When the work is done; empty when unknown, which never overlaps.
    pub shifts: Shifts,
    /// Which timetable the way home follows.
    pub band: TravelBand,
    /// A side job can be held beside a main job or another side job; a person holds at most one main job.
    pub side: bool,
    /// A job that comes only together with this dormitory.
    pub only_with_home: Option<HomeId>,
}

/// Which timetable counts for the way to and from a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TravelBand {
    /// Trains and buses run.
    Day,
    /// The shift ends late: only the last trains count.
    Late,
    /// The shift ends when no train runs.
    Night,
}

/// Minutes between two areas, in both directions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Travel {
    /// One end.
    pub from: AreaId,
    /// The other end.
    pub to: AreaId,
    /// The timetable.
    pub band: TravelBand,
    /// Minutes from door to door.
    pub minutes: u16,
}

/// A home or a job.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offer {
    /// A home.
    Home(HomeId),
    /// A job.
    Job(JobId),
}
