//! Failures of the layers below as codes for the window. Nothing of a value, a path or a message crosses.

use kyosei_app::WriteError;
use kyosei_app::consents::ConsentRefused;
use kyosei_app::imports::{ImportRefused, UndoRefused};
use kyosei_app::state::DraftRefused;
use kyosei_app::supporters::{
    AddRefused, EditRefused, EraseRefused, ExportRefused, FieldFinding, KeepApartRefused, MergeRefused,
    ShowRefused, WithdrawRefused,
};
use kyosei_contract::{Coded, Failure, Finding};
use kyosei_intake::preview::ReadError;
use kyosei_intake::table::TableError;
use kyosei_model::{Field, Inconsistency};
use kyosei_runtime::{EnvironmentError, VaultError, WriteFailed};

/// The window's form of a failure of a layer below.
pub(crate) trait Refusal {
    /// The failure.
    fn failure(self) -> Failure;
}

impl<E: Refusal> Refusal for WriteFailed<E> {
    fn failure(self) -> Failure {
        match self {
            Self::Refused(error) => error.failure(),
            Self::Vault(error) => error.failure(),
        }
    }
}

impl Refusal for VaultError {
    fn failure(self) -> Failure {
        Failure::new(self.code())
    }
}

impl Refusal for WriteError {
    fn failure(self) -> Failure {
        Failure::new("E-RECORD")
    }
}

macro_rules! by_code {
    ($($error:ty),+) => {$(
        impl Refusal for $error {
            fn failure(self) -> Failure {
                Failure::new(self.code())
            }
        }
    )+};
}

by_code!(
    ConsentRefused,
    EraseRefused,
    ExportRefused,
    KeepApartRefused,
    ShowRefused,
    UndoRefused,
    WithdrawRefused
);

impl Refusal for AddRefused {
    fn failure(self) -> Failure {
        let failure = Failure::new(self.code());
        match self {
            Self::Values(found) => failure.with_fields(findings(&found)),
            Self::Missing(fields) => failure.with_fields(missing(&fields)),
            Self::Inconsistent(parts) => inconsistent(failure, &parts),
            Self::NoConsent | Self::NoWording | Self::Write(_) => failure,
        }
    }
}

impl Refusal for EditRefused {
    fn failure(self) -> Failure {
        let failure = Failure::new(self.code());
        match self {
            Self::Values(found) => failure.with_fields(findings(&found)),
            Self::Missing(fields) => failure.with_fields(missing(&fields)),
            Self::Inconsistent(parts) => inconsistent(failure, &parts),
            Self::NoSupporter | Self::Write(_) => failure,
        }
    }
}

impl Refusal for MergeRefused {
    fn failure(self) -> Failure {
        let failure = Failure::new(self.code());
        match self {
            Self::Undecided(fields) => failure.with_fields(coded_fields(&fields, "E-MERGE-UNDECIDED")),
            Self::NoSupporter | Self::Impossible(_) | Self::Write(_) => failure,
        }
    }
}

impl Refusal for ImportRefused {
    fn failure(self) -> Failure {
        let failure = Failure::new(self.code());
        match self {
            Self::NoSupporter { line } => failure.with("line", line),
            Self::Cancelled | Self::Write(_) => failure,
        }
    }
}

impl Refusal for DraftRefused {
    fn failure(self) -> Failure {
        Failure::new(match self {
            Self::TooLarge => "E-DRAFT-LARGE",
            Self::TooMany => "E-DRAFT-MANY",
        })
    }
}

impl Refusal for ReadError {
    fn failure(self) -> Failure {
        let failure = Failure::new(self.code());
        match self {
            Self::Table(TableError::UnclosedQuote { line }) => failure.with("line", line),
            Self::Table(_) | Self::Decode(_) | Self::MappingNeeded { .. } | Self::Cancelled => failure,
        }
    }
}

impl Refusal for EnvironmentError {
    fn failure(self) -> Failure {
        Failure::new(match self {
            Self::NoEntropy => "E-ENTROPY",
            Self::TestVariable | Self::BadTestVariable => "E-TEST-VARIABLE",
        })
    }
}

/// What a check found, for the window.
pub(crate) fn findings(found: &[FieldFinding]) -> Vec<Finding> {
    let finding = |one: &FieldFinding| match one {
        FieldFinding::Rejected(field, rejection) => coded(*field, rejection.code()),
        FieldFinding::Warned(field, warning) => coded(*field, warning.code()),
    };
    found.iter().map(finding).collect()
}

/// A code about a field.
pub(crate) fn coded(field: Field, code: &str) -> Finding {
    Finding { field: Coded(field), code: code.to_owned() }
}

fn missing(fields: &[Field]) -> Vec<Finding> {
    coded_fields(fields, "E-FIELD-MISSING")
}

fn coded_fields(fields: &[Field], code: &str) -> Vec<Finding> {
    fields.iter().map(|field| coded(*field, code)).collect()
}

/// Parts that do not fit: those about a field beside it, the first of the others as a parameter.
fn inconsistent(failure: Failure, parts: &[Inconsistency]) -> Failure {
    let code = |part: &Inconsistency| match part {
        Inconsistency::ForeignField(_) => "foreignField",
        Inconsistency::OrgTypeOfIndividual => "orgTypeOfIndividual",
        Inconsistency::EmailState => "emailState",
        Inconsistency::GuardianMissing => "guardianMissing",
        Inconsistency::DisplayNameMissing => "displayNameMissing",
        Inconsistency::SubmittedAfterReceived => "submittedAfterReceived",
        Inconsistency::Tags => "tags",
    };
    let fields = parts.iter().filter_map(|part| match part {
        Inconsistency::ForeignField(field) => Some(coded(*field, "E-INCONSISTENT")),
        Inconsistency::DisplayNameMissing => Some(coded(Field::DisplayName, "E-FIELD-MISSING")),
        Inconsistency::GuardianMissing => Some(coded(Field::GuardianName, "E-FIELD-MISSING")),
        Inconsistency::OrgTypeOfIndividual
        | Inconsistency::EmailState
        | Inconsistency::SubmittedAfterReceived
        | Inconsistency::Tags => None,
    });
    let fields = fields.collect();
    let failure =
        parts.first().map(code).into_iter().fold(failure, |failure, part| failure.with("part", part));
    failure.with_fields(fields)
}
