//! What a captured frame says about where it goes.
//!
//! Life-cycle: made from a frame, kept with it. It reads Ethernet, IPv4 (RFC 791), IPv6 (RFC 8200, without extension headers),
//! and the ports of UDP and TCP; anything else has no addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A frame and its reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// The whole frame.
    pub frame: Vec<u8>,
    /// From where to where, when it is UDP or TCP.
    pub transport: Option<Transport>,
}

/// The ends of a datagram or segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Transport {
    /// Whether it is TCP; UDP otherwise.
    pub is_tcp: bool,
    /// Who sent it.
    pub source: SocketAddr,
    /// Whom it is for.
    pub destination: SocketAddr,
}

impl Packet {
    /// Reads a frame.
    pub fn of(frame: &[u8]) -> Self {
        Self { frame: frame.to_vec(), transport: transport(frame) }
    }
}

fn transport(frame: &[u8]) -> Option<Transport> {
    let (ether_type, packet) = frame.get(12..)?.split_first_chunk::<2>()?;
    let (protocol, source, destination, rest) = match ether_type {
        [0x08, 0x00] => v4(packet)?,
        [0x86, 0xdd] => v6(packet)?,
        _ => return None,
    };
    let is_tcp = match protocol {
        6 => true,
        17 => false,
        _ => return None,
    };
    let (from, rest) = rest.split_first_chunk::<2>()?;
    let (to, _) = rest.split_first_chunk::<2>()?;
    let [source_port, destination_port] = [from, to].map(|port| u16::from_be_bytes(*port));
    Some(Transport {
        is_tcp,
        source: SocketAddr::new(source, source_port),
        destination: SocketAddr::new(destination, destination_port),
    })
}

type Layers<'a> = (u8, IpAddr, IpAddr, &'a [u8]);

fn v4(packet: &[u8]) -> Option<Layers<'_>> {
    let header = usize::from(packet.first()? & 0x0f).checked_mul(4)?;
    let address = |at: usize| packet.get(at..)?.first_chunk::<4>().map(|bytes| Ipv4Addr::from(*bytes).into());
    Some((*packet.get(9)?, address(12)?, address(16)?, packet.get(header..)?))
}

fn v6(packet: &[u8]) -> Option<Layers<'_>> {
    let address =
        |at: usize| packet.get(at..)?.first_chunk::<16>().map(|bytes| Ipv6Addr::from(*bytes).into());
    Some((*packet.get(6)?, address(8)?, address(24)?, packet.get(40..)?))
}

#[cfg(test)]
mod tests {
    use super::{Packet, Transport};

    #[test]
    fn a_datagram_and_a_segment_say_where_they_go_and_other_frames_say_nothing() {
        let mut v4 = vec![0; 12];
        v4.extend([
            0x08, 0x00, 0x46, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 1, 1, 1, 1,
        ]);
        v4.extend([0x14, 0xe9, 0x00, 0x35, 0, 0]);
        let expected = Transport {
            is_tcp: false,
            source: "10.0.0.1:5353".parse().unwrap(),
            destination: "10.0.0.2:53".parse().unwrap(),
        };
        assert_eq!(Packet::of(&v4).transport, Some(expected));
        let mut v6 = vec![0; 12];
        v6.extend([0x86, 0xdd, 0x60, 0, 0, 0, 0, 20, 6, 64]);
        v6.extend([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        v6.extend([0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfb]);
        v6.extend([0, 80, 0, 81]);
        let read = Packet::of(&v6).transport.unwrap();
        assert_eq!((read.is_tcp, read.source.port()), (true, 80));
        assert_eq!(read.destination, "[ff02::fb]:81".parse().unwrap());
        for length in 0..v6.len() {
            assert_eq!(Packet::of(&v6[..length]).transport, None, "{length}");
        }
        assert_eq!(Packet::of(&[0; 60]).transport, None);
    }
}
