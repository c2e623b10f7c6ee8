//! Which of this device's addresses others may use, and which addresses are on its own networks.
//!
//! Life-cycle: read anew for each question; interfaces come and go. The rules are pure functions; only
//! [`current`] asks the system.

use std::net::{IpAddr, SocketAddr};

/// An address of a network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interface {
    pub name: String,
    pub ip: IpAddr,
    /// Leading bits that all addresses of its network share.
    pub prefix: u8,
}

/// Beginnings of the names of interfaces that lead nowhere for others: containers, virtual machines, tunnels.
const INWARD: [&str; 24] = [
    "br-",
    "bridge",
    "cni",
    "docker",
    "flannel",
    "ipsec",
    "llw",
    "lxc",
    "lxd",
    "podman",
    "ppp",
    "tailscale",
    "tap",
    "tun",
    "utun",
    "vbox",
    "veth",
    "virbr",
    "vmnet",
    "vEthernet",
    "wg",
    "zt",
    "awdl",
    "nordlynx",
];

/// The interfaces that are up. None when the system does not say.
pub(crate) fn current() -> Vec<Interface> {
    let listed = if_addrs::get_if_addrs().unwrap_or_default();
    let up = listed.into_iter().filter(|interface| interface.is_oper_up());
    up.map(|interface| Interface {
        prefix: match &interface.addr {
            if_addrs::IfAddr::V4(v4) => v4.prefixlen,
            if_addrs::IfAddr::V6(v6) => v6.prefixlen,
        },
        ip: interface.ip(),
        name: interface.name,
    })
    .collect()
}

/// Whether an interface leads to people, by its name.
pub(crate) fn is_outward(name: &str) -> bool {
    !INWARD.iter().any(|inward| name.starts_with(inward))
}

/// Whether a socket of this device is worth telling others.
pub(crate) fn is_told(socket: &SocketAddr, interfaces: &[Interface]) -> bool {
    let ip = socket.ip();
    if ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() || is_link_local(ip) {
        return false;
    }
    // An address of no interface was seen from outside, through a translator.
    interfaces.iter().filter(|interface| interface.ip == ip).all(|interface| is_outward(&interface.name))
}

/// Whether a socket is worth telling those on the local network: two laptops on one cable have link-local addresses only.
pub(crate) fn is_announced(socket: &SocketAddr, interfaces: &[Interface]) -> bool {
    let is_self_assigned = matches!(socket.ip(), IpAddr::V4(ip) if ip.is_link_local());
    is_told(socket, interfaces) || is_self_assigned
}

/// Whether an address is on one of the networks that this device is connected to.
pub(crate) fn is_near(ip: IpAddr, interfaces: &[Interface]) -> bool {
    interfaces.iter().any(|interface| {
        is_outward(&interface.name)
            && !interface.ip.is_loopback()
            && shares(interface.ip, ip, interface.prefix)
    })
}

fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

/// Whether two addresses of one family agree in their first bits.
fn shares(a: IpAddr, b: IpAddr, prefix: u8) -> bool {
    let (a, b, width) = match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (u128::from(a.to_bits()), u128::from(b.to_bits()), 32_u32),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
        _ => return false,
    };
    let rest = width.saturating_sub(u32::from(prefix));
    prefix > 0 && a.checked_shr(rest).unwrap_or(0) == b.checked_shr(rest).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Interface, is_near, is_told};

    fn interface(name: &str, ip: &str, prefix: u8) -> Interface {
        Interface { name: name.to_owned(), ip: ip.parse().unwrap(), prefix }
    }

    fn laptop() -> Vec<Interface> {
        vec![
            interface("lo", "127.0.0.1", 8),
            interface("wlp3s0", "192.168.1.5", 24),
            interface("wlp3s0", "2001:db8::5", 64),
            interface("docker0", "172.17.0.1", 16),
            interface("wg0", "10.8.0.2", 24),
            interface("enp0s1", "169.254.7.7", 16),
        ]
    }

    #[test]
    fn others_are_told_the_wireless_and_the_outside_address_and_no_container_tunnel_or_loopback() {
        let told = |socket: &str| is_told(&socket.parse().unwrap(), &laptop());
        for socket in ["192.168.1.5:4", "[2001:db8::5]:4", "203.0.113.9:4"] {
            assert!(told(socket), "{socket}");
        }
        for socket in [
            "127.0.0.1:4",
            "172.17.0.1:4",
            "10.8.0.2:4",
            "169.254.7.7:4",
            "[fe80::1]:4",
            "[::1]:4",
            "0.0.0.0:4",
            "224.0.0.251:4",
        ] {
            assert!(!told(socket), "{socket}");
        }
    }

    #[test]
    fn only_addresses_of_a_network_that_the_device_is_on_are_near() {
        let near = |ip: &str| is_near(ip.parse().unwrap(), &laptop());
        for ip in ["192.168.1.77", "2001:db8::9", "169.254.1.1"] {
            assert!(near(ip), "{ip}");
        }
        for ip in ["192.168.2.5", "8.8.8.8", "2001:db8:1::9", "172.17.0.9", "10.8.0.1", "127.0.0.1", "::1"] {
            assert!(!near(ip), "{ip}");
        }
    }
}
