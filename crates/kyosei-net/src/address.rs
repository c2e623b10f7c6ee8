//! Where a peer may be reached, in a form that can be stored, printed and typed.
//!
//! Life-cycle: [`Network::addresses`](crate::Network::addresses) gives this device's own for a ticket; the owner
//! stores those of the others and hands them to the keeper or to a dial. An address is a hint and proves
//! nothing: whoever answers there must have the key.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use bech32::{Bech32m, Hrp};
use iroh::{EndpointAddr, PublicKey, RelayUrl};

use crate::key::EndpointKey;
use crate::limits::{ADDRESS_SOCKETS_MAX, RELAY_URL_BYTES_MAX, RELAYS_MAX};

/// The version of the stored form.
const VERSION: u8 = 1;

/// What the text form begins with.
const TEXT_PREFIX: Hrp = Hrp::parse_unchecked("kyoseiat");

/// An endpoint and where to look for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerAddress {
    /// Who must answer.
    pub endpoint: EndpointKey,
    /// Sockets at which it was seen.
    pub sockets: BTreeSet<SocketAddr>,
    /// Relays through which it can be reached.
    pub relays: BTreeSet<RelayAddress>,
}

impl PeerAddress {
    /// An endpoint of which no address is known.
    pub const fn new(endpoint: EndpointKey) -> Self {
        Self { endpoint, sockets: BTreeSet::new(), relays: BTreeSet::new() }
    }

    /// Whether there is nowhere to look.
    pub fn is_empty(&self) -> bool {
        self.sockets.is_empty() && self.relays.is_empty()
    }

    /// The stored form: version, key, sockets, relays. Sockets and relays beyond the limits are left out.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.endpoint.as_bytes());
        let sockets: Vec<&SocketAddr> = self.sockets.iter().take(ADDRESS_SOCKETS_MAX).collect();
        bytes.push(count(sockets.len()));
        for socket in sockets {
            match socket.ip() {
                IpAddr::V4(ip) => {
                    bytes.push(4);
                    bytes.extend(ip.octets());
                }
                IpAddr::V6(ip) => {
                    bytes.push(6);
                    bytes.extend(ip.octets());
                }
            }
            bytes.extend(socket.port().to_be_bytes());
        }
        let relays: Vec<&RelayAddress> = self.relays.iter().take(RELAYS_MAX).collect();
        bytes.push(count(relays.len()));
        for relay in relays {
            bytes.push(count(relay.as_str().len()));
            bytes.extend(relay.as_str().as_bytes());
        }
        bytes
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// When it is of another version, cut, too long, or not what [`PeerAddress::to_bytes`] would write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AddressError> {
        let mut reader = Reader(bytes);
        if reader.byte()? != VERSION {
            return Err(AddressError::UnknownVersion);
        }
        let mut address = Self::new(EndpointKey::from_bytes(reader.array()?));
        for _ in 0..reader.count(ADDRESS_SOCKETS_MAX)? {
            let ip = match reader.byte()? {
                4 => IpAddr::V4(Ipv4Addr::from(reader.array::<4>()?)),
                6 => IpAddr::V6(Ipv6Addr::from(reader.array::<16>()?)),
                _ => return Err(AddressError::Malformed),
            };
            address.sockets.insert(SocketAddr::new(ip, u16::from_be_bytes(reader.array()?)));
        }
        for _ in 0..reader.count(RELAYS_MAX)? {
            let length = reader.count(RELAY_URL_BYTES_MAX)?;
            let text = std::str::from_utf8(reader.take(length)?).map_err(|_| AddressError::Malformed)?;
            address.relays.insert(text.parse()?);
        }
        // One address has one form: doubles and another order are refused.
        if reader.0.is_empty() && address.to_bytes() == bytes {
            Ok(address)
        } else {
            Err(AddressError::Malformed)
        }
    }

    /// What iroh needs to dial.
    pub(crate) fn to_iroh(&self) -> Result<EndpointAddr, AddressError> {
        let id = PublicKey::from_bytes(self.endpoint.as_bytes()).map_err(|_| AddressError::NoPoint)?;
        let direct =
            self.sockets.iter().fold(EndpointAddr::new(id), |addr, socket| addr.with_ip_addr(*socket));
        Ok(self.relays.iter().fold(direct, |addr, relay| addr.with_relay_url(relay.to_iroh())))
    }
}

/// Bech32m text (BIP 350) that survives a QR code, a telephone and a typing mistake.
impl fmt::Display for PeerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = bech32::encode::<Bech32m>(TEXT_PREFIX, &self.to_bytes()).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl FromStr for PeerAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let checked = bech32::primitives::decode::CheckedHrpstring::new::<Bech32m>(text.trim())
            .map_err(|_| AddressError::Mistyped)?;
        if checked.hrp() != TEXT_PREFIX {
            return Err(AddressError::Malformed);
        }
        Self::from_bytes(&checked.byte_iter().collect::<Vec<u8>>())
    }
}

/// The URL of a relay: `https`, or `http` on the loopback interface for tests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelayAddress(String);

impl RelayAddress {
    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn to_iroh(&self) -> RelayUrl {
        self.0.parse().unwrap_or_else(|_| unreachable!("it was parsed when it was made"))
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.0.starts_with("https:")
    }
}

impl FromStr for RelayAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.len() > RELAY_URL_BYTES_MAX {
            return Err(AddressError::RelayTooLong);
        }
        let url: RelayUrl = text.parse().map_err(|_| AddressError::RelayUrl)?;
        let is_loopback = url.host_str().is_some_and(|host| {
            host == "localhost"
                || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        });
        let has_secret = !url.username().is_empty() || url.password().is_some();
        match url.scheme() {
            _ if has_secret => Err(AddressError::RelayUrl),
            "https" => Ok(Self(url.to_string())),
            "http" if is_loopback => Ok(Self(url.to_string())),
            _ => Err(AddressError::RelayInClear),
        }
    }
}

impl fmt::Display for RelayAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why an address was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// A newer program wrote it.
    #[error("the address has a version that this program does not know")]
    UnknownVersion,
    /// The bytes are not an address.
    #[error("the address is malformed")]
    Malformed,
    /// The checksum of the text is wrong.
    #[error("the address was mistyped or cut")]
    Mistyped,
    /// The key is no point of the curve.
    #[error("the key in the address is none")]
    NoPoint,
    /// Not the URL of a relay.
    #[error("the URL of the relay cannot be read")]
    RelayUrl,
    /// The URL is longer than a relay's may be.
    #[error("the URL of the relay is too long")]
    RelayTooLong,
    /// Not `https`.
    #[error("a relay must be reached by https")]
    RelayInClear,
}

/// Takes a form apart from its beginning.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], AddressError> {
        let (head, rest) = self.0.split_at_checked(length).ok_or(AddressError::Malformed)?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], AddressError> {
        self.take(N)?.try_into().map_err(|_| AddressError::Malformed)
    }

    fn byte(&mut self) -> Result<u8, AddressError> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn count(&mut self, max: usize) -> Result<usize, AddressError> {
        Some(usize::from(self.byte()?)).filter(|count| *count <= max).ok_or(AddressError::Malformed)
    }
}

/// Lengths that the limits keep below 256.
fn count(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests;
