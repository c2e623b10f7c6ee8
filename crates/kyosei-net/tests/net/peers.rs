//! Devices on the loopback interface.

use std::time::Duration;

use kyosei_net::{AllowList, EndpointKey, Event, Link, Network, NetworkConfig, PeerAddress};
use tokio::time::timeout;

/// How long a test waits for what must happen before it fails.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// A device: its network and its list.
pub struct Device {
    pub network: Network,
    pub allow: AllowList,
}

/// The seed of the n-th device's endpoint key. Tests know who is who; nothing depends on the values.
pub const fn seed(n: u8) -> [u8; 32] {
    [n; 32]
}

/// The choices of the tests: loopback alone.
pub fn loopback() -> NetworkConfig {
    NetworkConfig { bind: vec!["127.0.0.1:0".parse().unwrap()], ..NetworkConfig::default() }
}

impl Device {
    pub async fn new(n: u8) -> Self {
        Self::with(n, loopback()).await
    }

    pub async fn with(n: u8, config: NetworkConfig) -> Self {
        let allow = AllowList::new();
        let network = Network::bind(seed(n), config, allow.clone()).await.unwrap();
        Self { network, allow }
    }

    pub fn key(&self) -> EndpointKey {
        self.network.endpoint()
    }

    pub fn address(&self) -> PeerAddress {
        self.network.addresses()
    }

    /// The first event that fits; others before it are passed over.
    pub async fn event<T>(&self, mut pick: impl FnMut(Event) -> Option<T>) -> T {
        let found = timeout(PATIENCE, async {
            loop {
                let event = self.network.next_event().await.expect("the network closed");
                if let Some(found) = pick(event) {
                    return found;
                }
            }
        });
        found.await.expect("the event did not come in time")
    }

    pub async fn link(&self) -> Link {
        self.event(|event| match event {
            Event::Linked(link) => Some(link),
            _ => None,
        })
        .await
    }
}

/// Two members who allow each other.
pub async fn pair(first: u8, second: u8) -> (Device, Device) {
    let (a, b) = (Device::new(first).await, Device::new(second).await);
    a.allow.replace([b.key()]);
    b.allow.replace([a.key()]);
    (a, b)
}

/// The two ends of a link that the first dialed.
pub async fn linked(a: &Device, b: &Device) -> (Link, Link) {
    a.network.dial(&b.address()).await.unwrap();
    (a.link().await, b.link().await)
}

/// Reads until this many bytes have come.
pub async fn read(link: &Link, length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < length {
        bytes.extend(link.recv().await.unwrap().expect("the peer finished early"));
    }
    bytes
}
