//! What the endpoint may contact besides its peers, switched while it is open.
//!
//! Life-cycle: put into effect when the endpoint opens and whenever the owner changes a choice. Each choice adds or takes away
//! exactly its own endpoints.

use std::collections::BTreeSet;
use std::sync::Arc;

use iroh::address_lookup::{AddressLookupBuilder, DnsAddressLookup, PkarrPublisher, PkarrResolver};
use iroh::{RelayConfig, RelayMode, RelayUrl};

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
    /// The endpoint is closed.
    #[error("the endpoint is closed")]
    Closed,
}

impl Shared {
    pub(crate) async fn set_relays(&self, relays: BTreeSet<RelayAddress>) -> Result<(), ReachError> {
        if relays.len() > RELAYS_MAX {
            return Err(ReachError::TooManyRelays);
        }
        let before = std::mem::replace(&mut lock(&self.reach).relays, relays.clone());
        for gone in before.difference(&relays) {
            self.endpoint.remove_relay(&gone.to_iroh()).await;
        }
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
        if std::mem::replace(&mut lock(&self.reach).is_public, is_wanted) == is_wanted {
            return Ok(());
        }
        let map = RelayMode::Default.relay_map();
        let lookups = self.endpoint.address_lookup().map_err(|_| ReachError::Closed)?;
        if !is_wanted {
            lookups.clear();
            for url in map.urls::<Vec<RelayUrl>>() {
                self.endpoint.remove_relay(&url).await;
            }
            return Ok(());
        }
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
