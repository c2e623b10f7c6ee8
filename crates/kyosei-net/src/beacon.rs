//! What a device shows of itself on the local network: something that only its friends recognise.
//!
//! A beacon is a random number and a keyed hash of it under the endpoint key. Whoever knows the endpoint key, as
//! members do, finds the one that fits. Everybody else sees a new random string each time and can follow no
//! device from one network to the next. Life-cycle: made anew at each start and each change of network. It proves
//! nothing, since all members can make it: the handshake does.

use crate::key::EndpointKey;

/// A beacon as it is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beacon {
    nonce: [u8; 16],
    tag: [u8; 16],
}

impl Beacon {
    /// The beacon of a device for this random number.
    pub fn new(endpoint: EndpointKey, nonce: [u8; 16]) -> Self {
        Self { nonce, tag: tag(endpoint, &nonce) }
    }

    /// Whether it is that of this device.
    pub fn is_of(&self, endpoint: EndpointKey) -> bool {
        self.tag == tag(endpoint, &self.nonce)
    }

    /// The text that is announced: 64 hexadecimal digits.
    pub fn to_text(&self) -> String {
        self.nonce.iter().chain(&self.tag).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads an announced text; nothing when it is none.
    pub fn from_text(text: &str) -> Option<Self> {
        let bytes: [u8; 64] = text.as_bytes().try_into().ok()?;
        let digit = |byte: &u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut read = [0; 32];
        for (byte, pair) in read.iter_mut().zip(bytes.chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *byte = (digit(high)? << 4) | digit(low)?;
        }
        let (nonce, tag) = read.split_first_chunk::<16>()?;
        Some(Self { nonce: *nonce, tag: tag.try_into().ok()? })
    }
}

fn tag(endpoint: EndpointKey, nonce: &[u8; 16]) -> [u8; 16] {
    let key = blake3::derive_key("kyosei/v1/lan beacon", endpoint.as_bytes());
    let mut tag = [0; 16];
    blake3::Hasher::new_keyed(&key).update(nonce).finalize_xof().fill(&mut tag);
    tag
}

#[cfg(test)]
mod tests {
    use super::{Beacon, EndpointKey};

    const ALICE: EndpointKey = EndpointKey::from_bytes([1; 32]);

    #[test]
    fn a_beacon_fits_its_device_alone_and_comes_back_from_its_text() {
        let beacon = Beacon::new(ALICE, [5; 16]);
        assert!(beacon.is_of(ALICE));
        assert!(!beacon.is_of(EndpointKey::from_bytes([2; 32])));
        assert_eq!(Beacon::from_text(&beacon.to_text()), Some(beacon));
        assert_eq!(&beacon.to_text()[..32], "05".repeat(16));
    }

    #[test]
    fn two_beacons_of_one_device_have_nothing_in_common() {
        let [first, second] = [[5; 16], [6; 16]].map(|nonce| Beacon::new(ALICE, nonce).to_text());
        assert_ne!(first[32..], second[32..]);
        assert!(!first.contains("01010101"), "the key is not in it");
    }

    #[test]
    fn a_text_of_another_form_is_no_beacon() {
        let good = Beacon::new(ALICE, [5; 16]).to_text();
        for bad in ["", "05", &good[1..], &format!("{good}0"), &good.to_uppercase(), &good.replace('5', "é")]
        {
            assert_eq!(Beacon::from_text(bad), None, "{bad}");
        }
    }
}
