//! The commands of the table, one method each: to the worker, to the outside, or answered at once.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Instant;

use kyosei_contract::Failure;
use kyosei_contract::gate::{
    ConfirmRequest, CreateRequest, GateState, LockReason, LockRequest, Nothing, PassphraseChange, Proposal,
    ProposalRequest, Sheets, Strength, Typed,
};
use kyosei_contract::imports::ChosenFile;
use kyosei_contract::notice::Notice;
use kyosei_contract::records::{ExportOutcome, ExportRequest};
use kyosei_contract::settings::Settings;
use kyosei_contract::supporters::{FieldCheck, FieldChecked, Fields, FieldsRequest};

use crate::answers::{consents, drafts, duplicates, home, imports, passphrases, records, supporters};
use crate::desk::Desk;
use crate::worker::Message;

/// The commands. Each blocks until it is answered; errors are failures with codes, see [`Failure`].
#[expect(
    clippy::missing_errors_doc,
    reason = "every failure is a code for the window, listed in its catalogues"
)]
impl Desk {
    /// What the gate shows.
    pub fn gate_state(&self, _: Nothing) -> Result<GateState, Failure> {
        Ok(self.shared.gate().state(Instant::now()))
    }

    /// The settings.
    pub fn settings(&self, _: Nothing) -> Result<Settings, Failure> {
        Ok(self.settings.read())
    }

    /// Replaces the settings.
    pub fn settings_change(&self, settings: Settings) -> Result<Settings, Failure> {
        self.settings.write(&settings)?;
        Ok(settings)
    }

    /// Proposes a passphrase.
    pub fn passphrase_propose(&self, request: ProposalRequest) -> Result<Proposal, Failure> {
        passphrases::propose(&request)
    }

    /// Judges a chosen passphrase.
    pub fn passphrase_judge(&self, typed: Typed) -> Result<Strength, Failure> {
        Ok(passphrases::judge(&typed))
    }

    /// Creates a committee up to its sheets.
    pub fn create(&self, request: CreateRequest) -> Result<Sheets, Failure> {
        self.ask(|reply| Message::Create { request, reply })
    }

    /// Confirms the sheets and opens the vault.
    pub fn create_confirm(&self, request: ConfirmRequest) -> Result<Nothing, Failure> {
        self.ask(|reply| Message::Confirm { request, reply }).map(|()| Nothing {})
    }

    /// Cancels the creation.
    pub fn create_cancel(&self, _: Nothing) -> Result<Nothing, Failure> {
        self.ask(Message::CancelCreation).map(|()| Nothing {})
    }

    /// Opens the vault.
    pub fn unlock(&self, typed: Typed) -> Result<Nothing, Failure> {
        self.may_try_passphrase()?;
        self.ask(|reply| Message::Unlock { typed, reply }).map(|()| Nothing {})
    }

    /// Locks the vault.
    pub fn lock(&self, request: LockRequest) -> Result<Nothing, Failure> {
        self.lock_for(if request.panic { LockReason::Panic } else { LockReason::Asked });
        Ok(Nothing {})
    }

    /// Puts the lock by idleness off.
    pub fn stay_awake(&self, _: Nothing) -> Result<Nothing, Failure> {
        self.outside.person_is_there();
        Ok(Nothing {})
    }

    /// Changes the passphrase.
    pub fn passphrase_change(&self, change: PassphraseChange) -> Result<Nothing, Failure> {
        self.may_try_passphrase()?;
        self.ask(|reply| Message::Change { change, reply }).map(|()| Nothing {})
    }

    /// The fields of a kind.
    pub fn supporter_fields(&self, request: FieldsRequest) -> Result<Fields, Failure> {
        Ok(supporters::fields(&request))
    }

    /// Checks a value while it is typed.
    pub fn field_check(&self, request: FieldCheck) -> Result<FieldChecked, Failure> {
        Ok(supporters::check(&request))
    }

    /// Asks for a file and opens it.
    pub fn import_choose(&self, _: Nothing) -> Result<ChosenFile, Failure> {
        self.with_open(|_| Ok(()))?;
        let Some(path) = self.outside.choose_file() else { return Ok(ChosenFile { file: None }) };
        self.with_open(move |open| open.files.open(&path)).map(|file| ChosenFile { file: Some(file) })
    }

    /// Opens a file that was dropped on the window, and tells the window.
    pub fn drop_file(&self, path: PathBuf) -> Result<(), Failure> {
        let file = self.with_open(move |open| open.files.open(&path))?;
        self.outside.tell(Notice::FileDropped { file });
        Ok(())
    }

    /// Runs an import.
    pub fn import_run(
        &self,
        request: kyosei_contract::imports::ImportRun,
    ) -> Result<kyosei_contract::imports::ImportDone, Failure> {
        self.shared.cancelled.store(false, Ordering::Release);
        self.with_open(move |open| imports::run(open, &request))
    }

    /// Stops the import that runs; nothing of it is saved.
    pub fn import_cancel(&self, _: Nothing) -> Result<Nothing, Failure> {
        self.shared.cancelled.store(true, Ordering::Release);
        Ok(Nothing {})
    }

    /// Exports records to a place that the person chooses.
    pub fn export(&self, request: ExportRequest) -> Result<ExportOutcome, Failure> {
        self.with_open(|_| Ok(()))?;
        let Some(place) = self.outside.choose_place(records::suggested_name(&request.format)) else {
            return Ok(ExportOutcome::Cancelled);
        };
        self.with_open(move |open| records::export(open, &request, &place))
    }
}

macro_rules! about_the_open_vault {
    ($($(#[$doc:meta])* $name:ident($request:path) -> $response:path = $answer:expr;)+) => {
        /// The commands that are answered from the open vault.
        #[expect(clippy::missing_errors_doc, reason = "every failure is a code for the window, listed in its catalogues")]
        impl Desk {$(
            $(#[$doc])*
            pub fn $name(&self, request: $request) -> Result<$response, Failure> {
                self.with_open(move |open| $answer(open, request))
            }
        )+}
    };
}

use kyosei_contract::{
    consents as consent, drafts as draft, duplicates as pair, home as house, imports as import,
    records as record, supporters as supporter,
};

about_the_open_vault! {
    /// What home shows.
    home(Nothing) -> house::Home = |open, _| home::home(open);
    /// The committee.
    committee(Nothing) -> house::Committee = |open, _| home::committee(open);
    /// Checks the vault.
    vault_check(house::CheckRequest) -> house::CheckReport = |open, request| home::check(open, &request);
    /// Rebuilds the local state.
    vault_rebuild(Nothing) -> Nothing = |open, _| home::rebuild(open);
    /// A page of the list.
    supporters_page(supporter::SupporterQuery) -> supporter::SupporterPage =
        |open, request| supporters::page(open, &request);
    /// One record.
    supporter_detail(supporter::SupporterRef) -> supporter::SupporterDetail =
        |open, request| supporters::detail(open, &request);
    /// Adds a record.
    supporter_add(supporter::NewSupporter) -> supporter::Saved = supporters::add;
    /// Changes a record.
    supporter_edit(supporter::SupporterEdit) -> supporter::Saved = supporters::edit;
    /// Records that a supporter leaves.
    supporter_withdraw(supporter::WithdrawRequest) -> supporter::Withdrawn =
        |open, request| supporters::withdraw(open, &request);
    /// Erases a record.
    supporter_erase(supporter::EraseRequest) -> supporter::Erased = |open, request| supporters::erase(open, &request);
    /// Writes a decision down.
    consent_record(consent::ConsentRequest) -> consent::ConsentRecorded =
        consents::record;
    /// The wordings in force.
    wordings(Nothing) -> consent::Wordings = |open, _| consents::wordings(open);
    /// Pairs that may be one supporter.
    duplicates(Nothing) -> pair::Duplicates = |open, _| duplicates::all(open);
    /// Two records side by side.
    pair_compare(pair::PairRequest) -> pair::SideBySide = |open, request| duplicates::compare(open, &request);
    /// Merges two records.
    pair_merge(pair::MergeRequest) -> pair::MergeDone = |open, request| duplicates::merge_pair(open, &request);
    /// Keeps two records apart.
    pair_keep_apart(pair::KeepApartRequest) -> Nothing = |open, request| duplicates::apart(open, &request);
    /// Reads a file.
    import_inspect(import::InspectRequest) -> import::Inspection = |open, request| imports::inspect(open, &request);
    /// A page of the preview.
    import_rows(import::RowsRequest) -> import::ImportRows = |open, request| imports::page(open, &request);
    /// A row and a record side by side.
    import_compare(import::RowPairRequest) -> import::RowPair = |open, request| imports::compare(open, &request);
    /// All imports.
    imports(Nothing) -> import::Imports = |open, _| imports::all(open);
    /// Takes an import back.
    import_undo(import::ImportRef) -> import::ImportUndone = |open, request| imports::undo(open, &request);
    /// A page of the audit trail.
    audit_page(record::AuditQuery) -> record::AuditPage = |open, request| records::audit(open, &request);
    /// The drafts.
    drafts(Nothing) -> draft::Drafts = |open, _| drafts::all(open);
    /// Keeps a draft.
    draft_save(draft::Draft) -> Nothing = |open, request| drafts::save(open, &request);
    /// Drops a draft.
    draft_discard(draft::DraftRef) -> Nothing = |open, request| drafts::discard(open, &request);
}
