//! What is known about one household and one home, or one person and one job: a score with its parts, or the rules
//! that stand against it.

use super::{HomeId, HouseholdId, JobId, PersonId};

/// A household and a home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomePair {
    /// Who.
    pub household: HouseholdId,
    /// What.
    pub home: HomeId,
    /// Whether it fits.
    pub verdict: Verdict,
}

/// A person and a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPair {
    /// Who.
    pub person: PersonId,
    /// What.
    pub job: JobId,
    /// Whether it fits.
    pub verdict: Verdict,
}

/// Whether a pair fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every hard rule is met.
    Fits {
        /// Points, 0 to [`super::SCORE_MAX`].
        score: u32,
        /// What the points are made of; empty, or adding up to `score`.
        parts: Vec<ScorePart>,
        /// The place of this pair in the offer side's own ranking, 1 for the first; `None` when it has none.
        offer_rank: Option<u32>,
    },
    /// At least one hard rule is broken.
    Excluded {
        /// Every broken rule.
        reasons: Vec<Reason>,
    },
}

/// The points one wish brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScorePart {
    /// The wish.
    pub wish: Wish,
    /// Points given.
    pub points: u32,
    /// Points that could have been given.
    pub points_max: u32,
}

/// A broken hard rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// The rule.
    pub rule: Rule,
    /// By how much it is broken, where that can be counted.
    pub short_by: Option<Amount>,
}

/// A counted amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount {
    /// How many.
    pub number: u32,
    /// Of what.
    pub unit: Unit,
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable code used in files.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The value with this code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

codes!(
    /// What an amount counts.
    Unit {
        /// Yen a month (rent) or once (deposit).
        Yen = "yen",
        /// Minutes of travel.
        Minutes = "minutes",
        /// Hours a week.
        Hours = "hours",
        /// Days (term, move-in date, freshness).
        Days = "days",
        /// Persons (beds, people allowed).
        Persons = "persons",
        /// Steps on a language scale.
        Levels = "levels",
    }
);

codes!(
    /// The hard rules (matching.md 3 and 4.1).
    Rule {
        /// May not do paid work, or nobody has seen that they may.
        Permission = "permission",
        /// The permission names another activity or employer.
        PermissionScope = "permission-scope",
        /// The hours are above the weekly cap.
        Hours = "hours",
        /// The card or the stay ends before the offer's term.
        Term = "term",
        /// The law protects this age (child labour, night work under 18).
        Age = "age",
        /// A licence is missing.
        Licence = "licence",
        /// Japanese or another language is below what is required.
        Language = "language",
        /// Work the person does not want.
        NotWanted = "not-wanted",
        /// Days or shifts do not fit.
        Shifts = "shifts",
        /// No way to get there within the limit, at the hour of the shift.
        Reach = "reach",
        /// Children would be without a carer.
        Childcare = "childcare",
        /// The rent is above the cap.
        Rent = "rent",
        /// The initial cost is above the cap.
        Deposit = "deposit",
        /// More people than allowed, or not enough room.
        Capacity = "capacity",
        /// A guarantor is asked for and there is none.
        Guarantor = "guarantor",
        /// An emergency contact is asked for and there is none.
        EmergencyContact = "emergency-contact",
        /// Pets are not allowed.
        Pets = "pets",
        /// A must-need (access, health, faith) is not met.
        Need = "need",
        /// Women only, families only, room privacy.
        Household = "household",
        /// Dates of moving in, stay or start do not fit.
        Dates = "dates",
        /// The offer was not confirmed recently enough.
        Stale = "stale",
        /// Not yet visited by two people, though this kind of offer needs it.
        Unvetted = "unvetted",
        /// No valid consent to be matched.
        Consent = "consent",
        /// Vetoed by a person; the reason is kept elsewhere.
        Veto = "veto",
        /// Not available. Also stands for every sealed exclusion, so that it reveals none.
        NotAvailable = "not-available",
    }
);

codes!(
    /// The soft wishes (matching.md 4.1).
    Wish {
        /// Rank in the own list of wishes.
        WishRank = "wish-rank",
        /// Skills and experience.
        Skill = "skill",
        /// Language on site.
        Language = "language",
        /// Short way.
        Commute = "commute",
        /// Room between rent and cap.
        RentSlack = "rent-slack",
        /// Children stay in their school.
        School = "school",
        /// Wished length of stay.
        Stay = "stay",
        /// Someone on site helps.
        Support = "support",
        /// Variety of offers.
        Variety = "variety",
        /// A preference that is not a must.
        Preference = "preference",
    }
);
