//! Passphrases before there is a vault: proposals, and whether a chosen one is good enough.

use kyosei_contract::gate::{Proposal, ProposalRequest, Strength, Typed, WordList};
use kyosei_contract::{Failure, Secret};
use kyosei_runtime::Environment;
use kyosei_vault::passphrase;

use crate::failures::Refusal;
use crate::worker::chosen;

pub(crate) fn propose(request: &ProposalRequest) -> Result<Proposal, Failure> {
    let mut environment = Environment::new().map_err(Refusal::failure)?;
    let list = match request.list {
        WordList::English => passphrase::WordList::English,
        WordList::Japanese => passphrase::WordList::Japanese,
    };
    let proposal = passphrase::propose(list, environment.rng());
    Ok(Proposal { passphrase: Secret(proposal.passphrase), kana: proposal.kana.map(Secret) })
}

pub(crate) fn judge(typed: &Typed) -> Strength {
    let refused = chosen(&typed.passphrase.0).err().map(|failure| failure.code);
    Strength { accepted: refused.is_none(), code: refused }
}
