//! A tap on the switch: every frame that any laptop sends.
//!
//! Life-cycle: started before what it shall see, stopped after it; then it gives the frames. A frame that crosses the
//! switch is seen once at each port. It sees nothing that stays within one laptop.

use std::num::NonZero;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::sockopt::{
    Timeout, set_socket_recv_buffer_size, set_socket_recv_buffer_size_force, set_socket_timeout,
};
use rustix::net::{AddressFamily, Protocol, RecvFlags, SocketFlags, SocketType, recv, socket_with};

use super::packet::Packet;

/// All protocols of Ethernet (`ETH_P_ALL`), in network order as the system call wants it.
const ALL_PROTOCOLS: NonZero<u32> = NonZero::new((0x0003_u16.to_be()) as u32).unwrap();

/// Bytes that may wait in the kernel.
const BUFFER_BYTES: usize = 64 * 1024 * 1024;

/// Larger than any frame, also one that the kernel has put together.
const FRAME_BYTES_MAX: usize = 256 * 1024;

/// How often the tap looks whether it shall stop.
const LOOK: Duration = Duration::from_millis(50);

/// A running tap.
#[derive(Debug)]
pub struct Capture {
    seen: Arc<Seen>,
    tap: JoinHandle<()>,
}

/// What the tap and its owner share.
#[derive(Debug, Default)]
struct Seen {
    is_stopping: AtomicBool,
    packets: Mutex<Vec<Packet>>,
    grown: Condvar,
}

impl Capture {
    /// Starts at the switch: to be called by a thread that has not entered a laptop.
    ///
    /// # Panics
    /// When the system refuses.
    #[expect(clippy::panic, reason = "a blind capture must not look like a clean one")]
    pub fn start() -> Self {
        let socket = open().unwrap_or_else(|error| panic!("capture: {error}"));
        let seen = Arc::new(Seen::default());
        let tapped = Arc::clone(&seen);
        Self { seen, tap: thread::spawn(move || listen(&socket, &tapped)) }
    }

    /// Waits until a frame that fits was seen, and gives whether it came within this time.
    ///
    /// # Panics
    /// When the tap failed.
    pub fn wait_for(&self, patience: Duration, mut fits: impl FnMut(&Packet) -> bool) -> bool {
        let mut looked_at = 0;
        let waited = self.seen.grown.wait_timeout_while(self.packets(), patience, |packets| {
            let is_there = packets.iter().skip(looked_at).any(&mut fits);
            looked_at = packets.len();
            !is_there
        });
        waited.is_ok_and(|(_, timeout)| !timeout.timed_out())
    }

    /// Stops, and gives all that was seen.
    ///
    /// # Panics
    /// When the tap failed.
    #[expect(clippy::panic, reason = "a blind capture must not look like a clean one")]
    pub fn stop(self) -> Vec<Packet> {
        self.seen.is_stopping.store(true, Ordering::Relaxed);
        self.tap.join().unwrap_or_else(|_| panic!("the tap failed"));
        std::mem::take(&mut *self.seen.packets.lock().unwrap_or_else(|_| panic!("the tap failed")))
    }

    #[expect(clippy::panic, reason = "a blind capture must not look like a clean one")]
    fn packets(&self) -> MutexGuard<'_, Vec<Packet>> {
        self.seen.packets.lock().unwrap_or_else(|_| panic!("the tap failed"))
    }
}

fn open() -> rustix::io::Result<OwnedFd> {
    let all = Protocol::from_raw(ALL_PROTOCOLS);
    let socket = socket_with(AddressFamily::PACKET, SocketType::RAW, SocketFlags::CLOEXEC, Some(all))?;
    // Root of the machine may go beyond the system's limit; others get as much as it allows.
    if set_socket_recv_buffer_size_force(&socket, BUFFER_BYTES).is_err() {
        set_socket_recv_buffer_size(&socket, BUFFER_BYTES)?;
    }
    set_socket_timeout(&socket, Timeout::Recv, Some(LOOK))?;
    Ok(socket)
}

#[expect(clippy::panic, reason = "a blind capture must not look like a clean one")]
fn listen(socket: &OwnedFd, seen: &Seen) {
    let mut frame = vec![0; FRAME_BYTES_MAX];
    loop {
        match recv(socket, frame.as_mut_slice(), RecvFlags::empty()) {
            Ok((length, _)) => {
                let packet = frame.get(..length).map(Packet::of);
                seen.packets.lock().unwrap_or_else(|_| panic!("the owner failed")).extend(packet);
                seen.grown.notify_all();
            }
            // What was sent before the stop has been read when nothing more waits.
            Err(Errno::AGAIN) if seen.is_stopping.load(Ordering::Relaxed) => return,
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(error) => panic!("capture: {error}"),
        }
    }
}
