//! Addresses that must never be written to again, kept without the addresses.

use std::collections::{BTreeMap, BTreeSet};

use hmac::{Hmac, KeyInit, Mac};
use kyosei_doc::record::register::RegisterLists;
use kyosei_intake::fold::email_key;
use kyosei_model::{
    AddressTag, AuditAction, Field, Purpose, Scope, Supporter, Suppression, SuppressionId, SuppressionReason,
    UnixMillis,
};
use sha2::Sha256;

use crate::context::fresh;
use crate::register::is_present;
use crate::writing::{WriteError, Writing};

/// The tag of an address: HMAC-SHA-256 (RFC 2104) of its folded form under the committee's key.
#[must_use]
pub fn address_tag(tag_key: &[u8; 32], email: &str) -> AddressTag {
    AddressTag::from_bytes(keyed(tag_key, b"address", email_key(email).as_bytes()))
}

/// A keyed hash for one purpose: what is hashed cannot be guessed at without the committee's key.
pub(crate) fn keyed(key: &[u8; 32], purpose: &[u8], value: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        // HMAC takes keys of any length; the type only allows for others that do not.
        return [0; 32];
    };
    mac.update(purpose);
    mac.update(&[0]);
    mac.update(value);
    mac.finalize().into_bytes().into()
}

/// The suppressions of an address.
#[must_use]
pub fn suppressions_of(lists: &RegisterLists, email: &str) -> Vec<Suppression> {
    let tag = address_tag(&lists.tag_key, email);
    lists.suppressions.values().filter(|one| one.address == tag).copied().collect()
}

/// Whether a supporter may be sent notices of events: the ledger says yes, and the address is not suppressed. A
/// suppression wins over any agreement, whichever of the two reached this device first.
#[must_use]
pub fn may_be_mailed(lists: &RegisterLists, supporter: &Supporter, now: UnixMillis) -> bool {
    let Some(email) = supporter.get(Field::Email) else { return false };
    is_present(supporter)
        && supporter.consent(Purpose::EventMail, Scope::General, now).is_given()
        && suppressions_of(lists, email).is_empty()
}

/// All suppressed tags, for checking many addresses, each with its first reason, or with an erasure if there is one:
/// whoever opted out first and was erased later must not come back.
#[must_use]
pub fn suppressed_tags(lists: &RegisterLists) -> BTreeMap<AddressTag, SuppressionReason> {
    let mut tags = BTreeMap::new();
    for one in lists.suppressions.values() {
        let reason = tags.entry(one.address).or_insert(one.reason);
        if one.reason == SuppressionReason::Erased {
            *reason = SuppressionReason::Erased;
        }
    }
    tags
}

/// Suppresses addresses for ever and gives how many were not suppressed before for this reason.
///
/// # Errors
/// See [`WriteError`].
pub fn suppress<'e>(
    writing: &mut Writing<'_, '_>,
    emails: impl IntoIterator<Item = &'e str>,
    reason: SuppressionReason,
) -> Result<usize, WriteError> {
    let mut lists = writing.lists()?.clone();
    let known = lists.suppressions.values().filter(|one| one.reason == reason).map(|one| one.address);
    let mut known: BTreeSet<AddressTag> = known.collect();
    let since = writing.context.now;
    let mut added = 0_usize;
    for email in emails {
        let address = address_tag(&lists.tag_key, email);
        if known.insert(address) {
            let id = fresh!(writing.context, SuppressionId);
            lists.suppressions.insert(id, Suppression { id, address, reason, since });
            added = added.saturating_add(1);
        }
    }
    if added > 0 {
        writing.put_lists(lists)?;
        let count = u64::try_from(added).unwrap_or(u64::MAX);
        writing.audit(AuditAction::AddressSuppressed, None, Some(reason.code()), Some(count))?;
    }
    Ok(added)
}
