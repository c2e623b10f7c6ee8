//! Arguments of the commands that exchange entries with other laptops, and of the choice between values written apart.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use kyosei_model::SpaceKind;

use super::values;

/// What the network may be used for. The choices are remembered, but for the socket and the time.
#[derive(Debug, Args)]
pub struct NetworkArguments {
    /// Announce this laptop on the local network and look for members there, from now on
    #[arg(long, conflicts_with = "no_lan")]
    pub lan: bool,
    /// Do so no more
    #[arg(long)]
    pub no_lan: bool,
    /// Use a relay of the committee's own at this https URL, from now on (may be repeated)
    #[arg(long, value_name = "URL", conflicts_with = "no_relay")]
    pub relay: Vec<String>,
    /// Use no relay any more
    #[arg(long)]
    pub no_relay: bool,
    /// Use the public relays and directory of iroh's makers, from now on; asks first and says what this reveals
    #[arg(long, conflicts_with = "no_public_infrastructure")]
    pub public_infrastructure: bool,
    /// Use them no more
    #[arg(long)]
    pub no_public_infrastructure: bool,
    /// Do not ask before using public infrastructure
    #[arg(long)]
    pub yes: bool,
    /// Listen at this address and port only [default: every interface, at ports that the system gives]
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    /// Give up after this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: Option<u64>,
}

#[derive(Debug, Args)]
pub struct SyncArguments {
    /// Exchange with every known device once, then end (as without --watch)
    #[arg(long, conflicts_with = "watch")]
    pub once: bool,
    /// Stay on the network until interrupted, and say what happens
    #[arg(long)]
    pub watch: bool,
    /// Reach a member here: the address that its "kyosei sync" prints, or its invitation (may be repeated)
    #[arg(long, value_name = "ADDRESS")]
    pub peer: Vec<String>,
    #[command(flatten)]
    pub network: NetworkArguments,
}

#[derive(Debug, Subcommand)]
pub enum ConflictsCommand {
    /// List the fields with several values, written apart from each other
    List,
    /// Show one with its values
    Show {
        /// Id of the conflict
        id: String,
    },
    /// Choose a value
    Resolve(ResolveArguments),
}

#[derive(Debug, Args)]
#[group(id = "choice", required = true, args = ["value", "new"])]
pub struct ResolveArguments {
    /// Id of the conflict, as it was shown
    pub id: String,
    /// Take the value with this number of the list, from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub value: Option<u64>,
    /// Take another value from this file; "-" reads standard input
    #[arg(long, value_name = "FILE")]
    pub new: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum MailboxCommand {
    /// Stay on the network and pass on what this device cannot read
    ///
    /// For a vault with the role "relay" in every space: one of the committee's own machines that is always on. It is
    /// invited like any device.
    Serve(ServeArguments),
}

#[derive(Debug, Args)]
pub struct ServeArguments {
    /// The vault of the mailbox
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// Take at most this many bytes for each log of each device
    #[arg(long, value_name = "BYTES", default_value_t = kyosei_runtime::LOG_QUOTA_BYTES_DEFAULT, value_parser = clap::value_parser!(u64).range(1..))]
    pub quota: u64,
    #[command(flatten)]
    pub network: NetworkArguments,
}

#[derive(Debug, Subcommand)]
pub enum BundleCommand {
    /// Write what others lack into a sealed file, for a USB stick
    Write(BundleWriteArguments),
    /// Take in a sealed file
    Read {
        /// The file
        file: PathBuf,
    },
    /// Tell what is in a sealed file, without taking it in
    Inspect {
        /// The file
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct BundleWriteArguments {
    /// The new file
    pub file: PathBuf,
    /// The space
    #[arg(long, value_parser = values::space(), default_value = "register")]
    pub space: SpaceKind,
    /// Seal it to this device alone, by its id or its first 6 or more characters (may be repeated)
    #[arg(long, value_name = "DEVICE")]
    pub device: Vec<String>,
}
