//! Arguments of the groups about who is in: members and spaces.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kyosei_model::SpaceKind;
use kyosei_runtime::members::Role;

use super::exchange::NetworkArguments;
use super::values;

#[derive(Debug, Subcommand)]
pub enum MembersCommand {
    /// Invite somebody, or look after invitations
    ///
    /// Prints an invitation as text and as QR code. It holds no key, is good once and for 7 days, and must reach only the
    /// person whom it is for. With --wait this laptop stays on the network until the answer comes; without it, the answer
    /// comes as a file, see "members join --request-file" and "members approve".
    Invite(InviteArguments),
    /// Join a committee with an invitation
    ///
    /// Makes a vault on a new laptop and asks to be let in. Shows six words, which the person who invited you asks for.
    /// Run it again to go on where it stopped. On a member's laptop it asks for more spaces.
    Join(JoinArguments),
    /// Let somebody in whose six words are right
    Approve(ApproveArguments),
    /// List the members of each space, and first what changed since they were last listed
    List,
    /// Change what a device may do in a space
    Role(RoleArguments),
    /// Remove devices for good, from every space of this laptop
    ///
    /// What they hold they keep. What is written from now on they cannot read. A removed device never comes back; its
    /// owner can be invited with a new vault.
    Remove(RemoveArguments),
    /// Show words to compare with another device by telephone, and the state of the list of members
    Verify {
        /// Id of the other device, or its first 6 or more characters
        device: String,
    },
}

#[derive(Debug, Args)]
pub struct InviteArguments {
    /// What the new device may do
    #[arg(long, value_parser = values::role(), default_value = "edit")]
    pub role: Role,
    /// The spaces to invite to, separated by commas
    #[arg(long, value_parser = values::space(), value_delimiter = ',', default_value = "register", value_name = "SPACE")]
    pub space: Vec<SpaceKind>,
    /// Also write the invitation into this new file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Stay on the network until somebody answers, then ask for the six words
    #[arg(long)]
    pub wait: bool,
    /// With --wait: read the six words from this file instead of the terminal; "-" reads standard input
    #[arg(long, value_name = "FILE", requires = "wait")]
    pub words_file: Option<PathBuf>,
    /// With --wait: a recovery sheet as the approval of a second person (may be repeated)
    #[arg(long, value_name = "FILE", requires = "wait")]
    pub recovery_sheet: Vec<PathBuf>,
    /// List the invitations of this laptop
    #[arg(long, conflicts_with_all = ["wait", "out", "revoke"])]
    pub list: bool,
    /// Call an invitation back
    #[arg(long, value_name = "ID", conflicts_with_all = ["wait", "out"])]
    pub revoke: Option<String>,
    #[command(flatten)]
    pub network: NetworkArguments,
}

#[derive(Debug, Args)]
pub struct JoinArguments {
    /// The invitation, or a file with it; "-" reads standard input. Not needed to go on
    pub ticket: Option<String>,
    /// Your name, as the others will see it
    #[arg(long, value_name = "NAME")]
    pub person: Option<String>,
    /// Name of this laptop
    #[arg(long, value_name = "NAME")]
    pub device: Option<String>,
    /// Write the request into this new file instead of asking over the network
    #[arg(long, value_name = "FILE", conflicts_with = "welcome_file")]
    pub request_file: Option<PathBuf>,
    /// Take the welcome from this file
    #[arg(long, value_name = "FILE", conflicts_with = "ticket")]
    pub welcome_file: Option<PathBuf>,
    #[command(flatten)]
    pub network: NetworkArguments,
}

#[derive(Debug, Args)]
pub struct ApproveArguments {
    /// The file with the request; without it, the request that came over the network
    #[arg(long, value_name = "FILE")]
    pub request_file: Option<PathBuf>,
    /// The six words in one argument, as the person said them
    #[arg(long, value_name = "WORDS", conflicts_with = "words_file")]
    pub words: Option<String>,
    /// Read the six words from this file; "-" reads standard input
    #[arg(long, value_name = "FILE")]
    pub words_file: Option<PathBuf>,
    /// Write the welcome into this new file; without it, the device fetches it over the network
    #[arg(long, value_name = "FILE")]
    pub welcome_out: Option<PathBuf>,
    /// Let nobody in, but write the welcome of this used invitation once more, if its file was lost
    #[arg(long, value_name = "ID", requires = "welcome_out", conflicts_with_all = ["request_file", "words", "words_file"])]
    pub again: Option<String>,
    /// A recovery sheet as the approval of a second person (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub recovery_sheet: Vec<PathBuf>,
    /// Id of the person whose further device it is; a new person if not given
    #[arg(long, value_name = "ID")]
    pub member: Option<String>,
}

#[derive(Debug, Args)]
pub struct RoleArguments {
    /// Id of the device, or its first 6 or more characters
    pub device: String,
    /// What it may do from now on
    #[arg(value_parser = values::role())]
    pub role: Role,
    /// The space
    #[arg(long, value_parser = values::space(), default_value = "register")]
    pub space: SpaceKind,
    /// A recovery sheet as the approval of a second person (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub recovery_sheet: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct RemoveArguments {
    /// Ids of the devices, or their first 6 or more characters
    #[arg(required = true)]
    pub device: Vec<String>,
    /// A recovery sheet as the approval of a second person (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub recovery_sheet: Vec<PathBuf>,
    /// Do not ask again
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Subcommand)]
pub enum SpacesCommand {
    /// List the spaces of this laptop
    List,
    /// Show a space
    Show {
        /// What the space is for
        #[arg(value_parser = values::space(), default_value = "register")]
        kind: SpaceKind,
    },
    /// Found a space with members of its own
    ///
    /// The recovery sheets of the register hold for it too. Nobody else is in it until invited.
    Found {
        /// What the space is for
        #[arg(value_parser = values::space())]
        kind: SpaceKind,
    },
}
