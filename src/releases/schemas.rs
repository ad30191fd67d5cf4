//! The schemas of the heartbeat part that come with the program, one for each generation of releases, and between which
//! releases the older one's dated keys came and went.

use super::behaviour::Behaviour;
use super::version::{Generation, NEWEST_LEGACY, Version, v};
use crate::schema::Schema;

/// That of the releases up to the rework.
pub static LEGACY: Schema = Schema::new(include_str!("../../schemas/heartbeat.legacy.schema.json"));
/// That of the releases since.
pub static CURRENT: Schema = Schema::new(include_str!("../../schemas/heartbeat.current.schema.json"));

/// The first and the last release whose own schema the older one was read from: between them, both answers are accepted.
pub const READ: [Version; 2] = [v(4, 15), NEWEST_LEGACY];

impl Behaviour {
    /// The schema of the heartbeat part.
    pub fn schema(&self) -> &'static Schema {
        match self.generation {
            Generation::Legacy => &LEGACY,
            Generation::Current => &CURRENT,
        }
    }
}
