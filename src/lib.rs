//! clawbeat: what OpenClaw's heartbeats cost a month, why, and the patch that makes them cheaper.

pub mod document;
pub mod gateway;
pub mod money;
