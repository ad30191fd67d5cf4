//! What a gateway runs by itself beside heartbeats: jobs of its scheduler, promotion of memories, review of skills, calls
//! from outside. Jobs are read from what a store holds of them and from what the config implies; their texts are measured
//! and dropped.

mod due;
mod implied;
mod job;
mod rarer;
mod schedule;

pub use due::{Clock, DueMemory, HowOften, Scheduler};
pub use implied::implied;
pub use job::{Job, JobDelivery, JobKind, JobSource, NoJob, Payload, Target, Wake, jobs_of};
pub use schedule::{BadSchedule, Moments, Schedule, every};

/// The jobs of a gateway's stores, and what is to be said of reading them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Jobs {
    /// In the order of the stores.
    pub jobs: Vec<Job>,
    /// What could not be read, each with its place.
    pub notes: Vec<String>,
    /// Where they were read; `None` where no store of jobs was found.
    pub store: Option<String>,
}
