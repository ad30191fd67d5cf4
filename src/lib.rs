//! clawbeat: what OpenClaw's heartbeats cost a month, why, and the patch that makes them cheaper.

pub mod analysis;
pub mod catalogue;
pub mod document;
pub mod files;
pub mod gateway;
pub mod money;
pub mod patch;
pub mod plan;
pub mod report;
pub mod rules;
pub mod schema;
pub mod simulate;
pub mod workload;
