//! The local network: a bridge, and a namespace for each laptop on it.
//!
//! Life-cycle: made inside of [`isolated`](super::isolated), gone with its process. A laptop's namespace lives as long as a
//! small process that waits in it.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::Ipv4Addr;
use std::os::fd::AsFd as _;
use std::process::{Child, Command, Stdio};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// The name of every laptop's one interface.
const INTERFACE: &str = "lan0";

/// A local network without a router and without internet.
#[derive(Debug)]
pub struct Switch {
    /// Where the namespace of the switch can be entered.
    namespace: String,
}

/// A machine with one cable to the switch. Dropping it takes it away.
#[derive(Debug)]
pub struct Laptop {
    /// Waits in the namespace and keeps it alive.
    keeper: Child,
    switch: String,
    port: String,
    address: Ipv4Addr,
}

impl Switch {
    /// A switch with nothing plugged in.
    ///
    /// # Panics
    /// When the system refuses.
    #[expect(clippy::new_without_default, reason = "it changes the system")]
    pub fn new() -> Self {
        let switch = Self { namespace: format!("/proc/{}/ns/net", std::process::id()) };
        switch.ip("link set lo up");
        // Without snooping every port gets every multicast frame, as on a simple switch.
        switch.ip("link add br0 type bridge mcast_snooping 0 forward_delay 0");
        switch.ip("link set br0 up");
        switch
    }

    /// Plugs a laptop in, with one IPv4 address of a network of 24 bits. The name has at most ten letters.
    ///
    /// # Panics
    /// When the system refuses.
    pub fn plug_in(&self, name: &str, address: Ipv4Addr) -> Laptop {
        let keeper = keep_namespace();
        let laptop = Laptop { switch: self.namespace.clone(), port: format!("port-{name}"), address, keeper };
        let (port, pid) = (&laptop.port, laptop.keeper.id());
        self.ip(&format!("link add name {port} type veth peer name {INTERFACE}"));
        self.ip(&format!("link set {INTERFACE} netns {pid}"));
        self.ip(&format!("link set {port} master br0 up"));
        laptop.ip("link set lo up");
        laptop.add_address(address);
        laptop.ip(&format!("link set {INTERFACE} up"));
        laptop
    }

    fn ip(&self, arguments: &str) {
        ip(&self.namespace, arguments);
    }
}

impl Laptop {
    /// Its address.
    pub const fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// Gives it one more address, of a network of 24 bits.
    ///
    /// # Panics
    /// When the system refuses.
    pub fn add_address(&self, address: Ipv4Addr) {
        self.ip(&format!("addr add {address}/24 dev {INTERFACE}"));
    }

    /// Pulls the cable: the interface stays, with its addresses and without a carrier.
    ///
    /// # Panics
    /// When the system refuses.
    pub fn pull_cable(&self) {
        ip(&self.switch, &format!("link set {} down", self.port));
    }

    /// Puts the cable back.
    ///
    /// # Panics
    /// When the system refuses.
    pub fn put_cable_back(&self) {
        ip(&self.switch, &format!("link set {} up", self.port));
    }

    /// A program that will run on this laptop.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net={}", self.namespace())).arg("--").arg(program);
        command
    }

    /// Moves the calling thread to this laptop, for good: its sockets, and the threads that it starts from now on, are there.
    ///
    /// # Panics
    /// When the system refuses.
    #[expect(clippy::panic, reason = "a test without its network can show nothing")]
    pub fn enter(&self) {
        let namespace = File::open(self.namespace()).unwrap_or_else(|error| panic!("namespace: {error}"));
        move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))
            .unwrap_or_else(|error| panic!("entering the namespace: {error}"));
    }

    fn namespace(&self) -> String {
        format!("/proc/{}/ns/net", self.keeper.id())
    }

    fn ip(&self, arguments: &str) {
        ip(&self.namespace(), arguments);
    }
}

impl Drop for Laptop {
    fn drop(&mut self) {
        // It may have ended already; the namespace goes with the last process of the test in any case.
        drop(self.keeper.kill());
        drop(self.keeper.wait());
    }
}

/// Starts the process that waits in a new namespace, and waits until it is there.
#[expect(clippy::panic, reason = "a test without its network can show nothing")]
fn keep_namespace() -> Child {
    let mut keeper = Command::new("unshare")
        .args(["--net", "sh", "-c", "echo ready; exec cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("unshare: {error}"));
    let mut said = String::new();
    if let Some(stdout) = keeper.stdout.take() {
        drop(BufReader::new(stdout).read_line(&mut said));
    }
    assert_eq!(said, "ready\n", "no namespace for a laptop");
    keeper
}

#[expect(clippy::panic, reason = "a test without its network can show nothing")]
fn ip(namespace: &str, arguments: &str) {
    let output = Command::new("nsenter")
        .arg(format!("--net={namespace}"))
        .args(["--", "ip"])
        .args(arguments.split(' '))
        .output()
        .unwrap_or_else(|error| panic!("nsenter: {error}"));
    assert!(output.status.success(), "ip {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}
