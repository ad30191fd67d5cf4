//! All that a new OpenClaw release brings: the table of releases with what each does, the keys it accepts, the shape of
//! its whole config, the sizes it was measured to send. The rest of the program asks a [`Behaviour`] for what is done,
//! and no release for its name.

pub mod agent_id;
mod behaviour;
pub mod channels;
mod chosen;
pub mod duration;
mod keys;
pub mod measured;
mod rows;
pub mod schemas;
pub mod shape;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod version;

pub use behaviour::{
    Behaviour, Instructions, JobRetries, MOST_TIMER_MS, RootHeartbeat, STILL_WAKES, SessionReset, TriggerScripts,
};
pub use chosen::{Release, ReleaseSource};
pub use keys::{HEARTBEAT_KEYS, HeartbeatKey};
pub use rows::{newest_of_each_schema, stable};
pub use version::{Generation, NEWEST, NotAVersion, Version};
