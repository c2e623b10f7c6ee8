//! Who acts, when, and where fresh ids come from.

use kyosei_doc::Actor;
use kyosei_model::{DeviceId, MemberId, UnixMillis};
use rand::Rng;

/// What a use case needs to know of the world around it. Clock and randomness come from the runtime.
pub struct Context<'r> {
    /// The present.
    pub now: UnixMillis,
    /// The person who acts.
    pub member: MemberId,
    /// The device on which that happens.
    pub device: DeviceId,
    /// The Automerge actor of this run of the program.
    pub actor: Actor,
    /// Randomness for ids. Keys are drawn elsewhere.
    pub rng: &'r mut dyn Rng,
}

impl Context<'_> {
    /// The two parts of a fresh id: Unix milliseconds and 80 random bits.
    pub fn id_parts(&mut self) -> (u64, [u8; 10]) {
        let mut random = [0; 10];
        self.rng.fill_bytes(&mut random);
        (u64::try_from(self.now.get()).unwrap_or(0), random)
    }

    /// Unix seconds, as Automerge stores them.
    #[must_use]
    pub const fn unix_s(&self) -> i64 {
        self.now.get().div_euclid(1000)
    }
}

/// Draws a fresh id of one of the model's id types.
macro_rules! fresh {
    ($context:expr, $id:ty) => {{
        let (unix_ms, random) = $context.id_parts();
        <$id>::from_parts(unix_ms, random)
    }};
}
pub(crate) use fresh;
