//! `kyosei members`

use crate::args::{Arguments, MembersCommand};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};

mod approve;
mod change;
mod invite;
mod join;
pub mod list;
mod verify;

/// Runs a command of the group.
pub fn run(arguments: &Arguments, command: &MembersCommand, lang: Lang) -> Result<Done, Failure> {
    match command {
        MembersCommand::Invite(invite) => invite::run(arguments, invite, lang),
        MembersCommand::Join(join) => join::run(arguments, join, lang),
        MembersCommand::Approve(approve) => approve::run(arguments, approve, lang),
        MembersCommand::List => list::run(arguments, lang),
        MembersCommand::Role(role) => change::role(arguments, role, lang),
        MembersCommand::Remove(remove) => change::remove(arguments, remove, lang),
        MembersCommand::Verify { device } => verify::run(arguments, device, lang),
    }
}

/// A failure about an invitation.
fn from_invite(error: &kyosei_runtime::InviteError) -> Failure {
    Failure::new(error.code())
}
