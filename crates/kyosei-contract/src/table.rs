//! The one table of commands.
//!
//! `for_each_command!` hands the table to a macro of the caller: the shell makes a handler for each line, the build
//! script a permission, the test of the bindings a line of TypeScript. A line reads
//! `name(Request) -> Response, windows`; the windows are those whose capability file must allow it, and no other.

/// A window of the program. Its label is the name of its capability file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Window {
    /// First start, unlocking.
    Gate,
    /// Everything else.
    Main,
}

impl Window {
    /// Every window.
    pub const ALL: [Self; 2] = [Self::Gate, Self::Main];

    /// The label.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Main => "main",
        }
    }
}

/// A command without its types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// Name.
    pub name: &'static str,
    /// Windows that may call it.
    pub windows: &'static [Window],
}

/// Calls `$with!` with the whole table.
#[macro_export]
macro_rules! for_each_command {
    ($with:ident) => {
        $with! {
            // The gate.
            gate_state(gate::Nothing) -> gate::GateState, Gate Main;
            settings(gate::Nothing) -> settings::Settings, Gate Main;
            settings_change(settings::Settings) -> settings::Settings, Gate Main;
            passphrase_propose(gate::ProposalRequest) -> gate::Proposal, Gate Main;
            passphrase_judge(gate::Typed) -> gate::Strength, Gate Main;
            create(gate::CreateRequest) -> gate::Sheets, Gate;
            create_confirm(gate::ConfirmRequest) -> gate::Nothing, Gate;
            create_cancel(gate::Nothing) -> gate::Nothing, Gate;
            unlock(gate::Typed) -> gate::Nothing, Gate;
            lock(gate::LockRequest) -> gate::Nothing, Gate Main;
            stay_awake(gate::Nothing) -> gate::Nothing, Main;
            passphrase_change(gate::PassphraseChange) -> gate::Nothing, Main;
            // Home and the committee.
            home(gate::Nothing) -> home::Home, Main;
            committee(gate::Nothing) -> home::Committee, Main;
            vault_check(home::CheckRequest) -> home::CheckReport, Main;
            vault_rebuild(gate::Nothing) -> gate::Nothing, Main;
            // Supporters.
            supporters_page(supporters::SupporterQuery) -> supporters::SupporterPage, Main;
            supporter_detail(supporters::SupporterRef) -> supporters::SupporterDetail, Main;
            supporter_fields(supporters::FieldsRequest) -> supporters::Fields, Main;
            supporter_add(supporters::NewSupporter) -> supporters::Saved, Main;
            supporter_edit(supporters::SupporterEdit) -> supporters::Saved, Main;
            field_check(supporters::FieldCheck) -> supporters::FieldChecked, Main;
            supporter_withdraw(supporters::WithdrawRequest) -> supporters::Withdrawn, Main;
            supporter_erase(supporters::EraseRequest) -> supporters::Erased, Main;
            consent_record(consents::ConsentRequest) -> consents::ConsentRecorded, Main;
            wordings(gate::Nothing) -> consents::Wordings, Main;
            duplicates(gate::Nothing) -> duplicates::Duplicates, Main;
            pair_compare(duplicates::PairRequest) -> duplicates::SideBySide, Main;
            pair_merge(duplicates::MergeRequest) -> duplicates::MergeDone, Main;
            pair_keep_apart(duplicates::KeepApartRequest) -> gate::Nothing, Main;
            // Import and export.
            import_choose(gate::Nothing) -> imports::ChosenFile, Main;
            import_inspect(imports::InspectRequest) -> imports::Inspection, Main;
            import_rows(imports::RowsRequest) -> imports::ImportRows, Main;
            import_compare(imports::RowPairRequest) -> imports::RowPair, Main;
            import_run(imports::ImportRun) -> imports::ImportDone, Main;
            import_cancel(gate::Nothing) -> gate::Nothing, Main;
            imports(gate::Nothing) -> imports::Imports, Main;
            import_undo(imports::ImportRef) -> imports::ImportUndone, Main;
            export(records::ExportRequest) -> records::ExportOutcome, Main;
            // The audit trail.
            audit_page(records::AuditQuery) -> records::AuditPage, Main;
            // Drafts.
            drafts(gate::Nothing) -> drafts::Drafts, Main;
            draft_save(drafts::Draft) -> gate::Nothing, Main;
            draft_discard(drafts::DraftRef) -> gate::Nothing, Main;
        }
    };
}

macro_rules! commands {
    ($($name:ident($request:path) -> $response:path, $($window:ident)+;)+) => {
        /// All commands, in the order of the table. `listen`, which hands over a channel instead of a request, is the only
        /// one beside them.
        pub const COMMANDS: &[Command] =
            &[$(Command { name: stringify!($name), windows: &[$(Window::$window),+] },)+];

        /// The commands as lines of a TypeScript interface.
        #[cfg(feature = "typescript")]
        pub(crate) fn declarations(config: &ts_rs::Config) -> Vec<String> {
            #[allow(unused_imports, reason = "the paths of the table start at the contract's modules")]
            use crate::{consents, drafts, duplicates, gate, home, imports, records, settings, supporters};
            vec![$(crate::typescript::command::<$request, $response>(config, stringify!($name)),)+]
        }
    };
}

for_each_command!(commands);

/// The command by which a window hears [`Notice`](crate::notice::Notice)s: it takes a channel.
pub const LISTEN: Command = Command { name: "listen", windows: &[Window::Gate, Window::Main] };
