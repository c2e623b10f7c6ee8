//! What the endpoint may contact besides its peers, added while it is open.
//!
//! Life-cycle: put into effect when the endpoint opens and whenever the owner adds a choice. Each choice adds exactly its own
//! endpoints. It takes none away: iroh does not let go of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use iroh::address_lookup::{AddressLookupBuilder, DnsAddressLookup, PkarrPublisher, PkarrResolver};
use iroh::{RelayConfig, RelayMode};

use super::{Shared, lock};
use crate::address::RelayAddress;
use crate::limits::RELAYS_MAX;

/// The choices in effect.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    relays: BTreeSet<RelayAddress>,
    is_public: bool,
}

/// Why a choice could not be put into effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReachError {
    /// More than [`RELAYS_MAX`] relays.
    #[error("at most {RELAYS_MAX} relays can be used")]
    TooManyRelays,
    /// Something is to be given up. iroh 1.4.1 stays connected to a relay that was removed, so only a new endpoint
    /// gives it up: close this one and bind again. Nothing was changed.
    #[error("to give up a relay or the public infrastructure the endpoint must be opened anew")]
    NeedsRebinding,
    /// The endpoint is closed.
    #[error("the endpoint is closed")]
    Closed,
}

impl Shared {
    pub(crate) async fn set_relays(&self, relays: BTreeSet<RelayAddress>) -> Result<(), ReachError> {
        if relays.len() > RELAYS_MAX {
            return Err(ReachError::TooManyRelays);
        }
        let before = lock(&self.reach).relays.clone();
        if !before.is_subset(&relays) {
            return Err(ReachError::NeedsRebinding);
        }
        lock(&self.reach).relays = relays.clone();
        for new in relays.difference(&before) {
            let mut config = RelayConfig::from(new.to_iroh());
            if !new.is_encrypted() {
                // A relay for tests has no certificate, so no QUIC.
                config.quic = None;
            }
            self.endpoint.insert_relay(new.to_iroh(), Arc::new(config)).await;
        }
        Ok(())
    }

    pub(crate) async fn set_public_infrastructure(&self, is_wanted: bool) -> Result<(), ReachError> {
        if lock(&self.reach).is_public == is_wanted {
            return Ok(());
        }
        if !is_wanted {
            return Err(ReachError::NeedsRebinding);
        }
        let lookups = self.endpoint.address_lookup().map_err(|_| ReachError::Closed)?;
        lock(&self.reach).is_public = true;
        let map = RelayMode::Default.relay_map();
        for config in map.relays::<Vec<Arc<RelayConfig>>>() {
            self.endpoint.insert_relay(config.url.clone(), config).await;
        }
        // The publisher leaves IP addresses out: relays alone go into the directory.
        let closed = |_| ReachError::Closed;
        lookups.add(PkarrPublisher::n0_dns().into_address_lookup(&self.endpoint).map_err(closed)?);
        lookups.add(PkarrResolver::n0_dns().into_address_lookup(&self.endpoint).map_err(closed)?);
        lookups.add(DnsAddressLookup::n0_dns().into_address_lookup(&self.endpoint).map_err(closed)?);
        Ok(())
    }

    /// Whether a peer can be found by its key alone.
    pub(super) fn may_look_up(&self) -> bool {
        lock(&self.reach).is_public
    }
}
