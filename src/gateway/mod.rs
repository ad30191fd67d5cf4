//! The meaning of a gateway config: who heartbeats, how often, with which model and settings, and which key or
//! default of which release says so.

pub mod active_hours;
pub mod behaviour;
pub mod duration;
pub mod providers;
pub mod release;
