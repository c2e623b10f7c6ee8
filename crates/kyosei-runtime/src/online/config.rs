//! From the choices in the vault's book to the configuration of the network.

use kyosei_app::book::NetworkChoices;
use kyosei_net::NetworkConfig;

/// A relay's URL is not one that is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the https URL of a relay")]
pub struct BadRelay;

/// The configuration for these choices.
///
/// # Errors
/// [`BadRelay`].
pub fn network_config(choices: &NetworkChoices) -> Result<NetworkConfig, BadRelay> {
    let relays = choices.relays.iter().map(|url| url.parse().map_err(|_| BadRelay));
    Ok(NetworkConfig {
        lan: choices.lan,
        relays: relays.collect::<Result<_, _>>()?,
        public_infrastructure: choices.public_infrastructure,
        ..NetworkConfig::default()
    })
}
