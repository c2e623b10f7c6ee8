//! What one laptop keeps for itself beside the spaces: whom it met and when, its invitations, its choices for the network.
//!
//! It lies in one sealed slot of the store and is shared with nobody. A book that is lost costs convenience: addresses are
//! found again, invitations are written anew.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{DeviceId, EpochId, InvitationId, Role, SpaceId};
use kyosei_sync::Heads;
use kyosei_vault::SealError;
use minicbor::{Decode, Encode};

use crate::journal::DeviceKeys;
use crate::state::{StateError, open_slot, seal_slot};

/// Slot of the book.
pub const BOOK_SLOT: i64 = 2;

const VERSION: u8 = 1;

/// The book.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Book {
    #[n(0)]
    version: u8,
    /// Choices for the network.
    #[n(1)]
    pub network: NetworkChoices,
    /// Devices that this laptop met.
    #[n(2)]
    pub met: BTreeMap<DeviceId, Acquaintance>,
    /// Invitations of this laptop, encoded.
    #[n(3)]
    pub invitations: BTreeMap<InvitationId, Secret>,
    /// Requests that wait for a person to compare the words.
    #[n(4)]
    pub requests: BTreeMap<InvitationId, Secret>,
    /// The invitation that this laptop answered and is not yet welcomed on.
    #[n(5)]
    pub joining: Option<Joining>,
    /// The members of each space as a person was last shown them: the list never changes silently (rule M8).
    #[n(6)]
    pub shown: BTreeMap<SpaceId, BTreeMap<DeviceId, Role>>,
    /// Since when this laptop knows each epoch, in Unix milliseconds: operations carry no time (rule E4).
    #[n(7)]
    pub epochs_known_ms: BTreeMap<EpochId, i64>,
}

/// What may be contacted. Everything is off at first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct NetworkChoices {
    /// Announce this laptop on the local network and look for members there.
    #[n(0)]
    pub lan: bool,
    /// URLs of the committee's own relays.
    #[n(1)]
    pub relays: BTreeSet<String>,
    /// Use the public relays and directory of iroh's makers.
    #[n(2)]
    pub public_infrastructure: bool,
}

/// A device that this laptop met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Acquaintance {
    /// Where it was reached, as the network layer writes it.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub address: Vec<u8>,
    /// When it was last heard from, in Unix milliseconds; none before the first time.
    #[n(1)]
    pub heard_ms: Option<i64>,
    /// What it had of each space then.
    #[n(2)]
    pub have: BTreeMap<SpaceId, Heads>,
}

/// An invitation that this laptop answered.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Joining {
    /// The ticket's text.
    #[n(0)]
    pub ticket: Secret,
    /// The request, encoded and not sealed.
    #[n(1)]
    pub request: Secret,
}

/// Bytes that are never shown.
#[derive(Clone, PartialEq, Eq, Encode, Decode, zeroize::ZeroizeOnDrop)]
#[cbor(transparent)]
pub struct Secret(#[cbor(with = "minicbor::bytes")] pub Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

impl Book {
    /// Reads the book's slot.
    ///
    /// # Errors
    /// See [`StateError`].
    pub fn open(keys: &DeviceKeys, slot: &[u8]) -> Result<Self, StateError> {
        open_slot(keys, slot)
    }

    /// The book's slot.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn seal(&self, keys: &DeviceKeys) -> Result<(i64, Vec<u8>), SealError> {
        let book = Self { version: VERSION, ..self.clone() };
        Ok((BOOK_SLOT, seal_slot(keys, &book)?))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use kyosei_access::{
        CutHead, DeviceId, EntryId, EpochId, InvitationId, LogId, Role, SpaceId, to_canonical,
    };
    use kyosei_testkit::golden;

    use super::{Acquaintance, Book, Joining, NetworkChoices, Secret, VERSION};

    fn book() -> Book {
        let head = CutHead { seq: 7, entry: EntryId::from_bytes([4; 32]) };
        let have = BTreeMap::from([(LogId::from_bytes([3; 32]), BTreeSet::from([head]))]);
        let space = SpaceId::from_bytes([2; 32]);
        let met = Acquaintance {
            address: b"address".to_vec(),
            heard_ms: Some(1_790_000_000_000),
            have: BTreeMap::from([(space, have)]),
        };
        Book {
            version: VERSION,
            network: NetworkChoices {
                lan: true,
                relays: BTreeSet::from(["https://relay.example/".to_owned()]),
                public_infrastructure: false,
            },
            met: BTreeMap::from([(DeviceId::from_bytes([1; 32]), met)]),
            invitations: BTreeMap::from([(
                InvitationId::from_bytes([5; 32]),
                Secret(b"invitation".to_vec()),
            )]),
            requests: BTreeMap::from([(InvitationId::from_bytes([5; 32]), Secret(b"request".to_vec()))]),
            joining: Some(Joining { ticket: Secret(b"ticket".to_vec()), request: Secret(b"asked".to_vec()) }),
            shown: BTreeMap::from([(space, BTreeMap::from([(DeviceId::from_bytes([1; 32]), Role::Edit)]))]),
            epochs_known_ms: BTreeMap::from([(EpochId::from_bytes([6; 32]), 1_790_000_000_000)]),
        }
    }

    #[test]
    fn the_book_keeps_its_bytes_and_shows_no_secret() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");
        let bytes = golden::check(folder, "book", &to_canonical(&book()));
        assert_eq!(minicbor::decode::<Book>(&bytes).unwrap(), book());
        let shown = format!("{:?}", book());
        assert!(shown.contains("redacted") && !shown.contains("ticket\""));
    }
}
