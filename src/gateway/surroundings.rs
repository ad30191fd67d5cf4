//! What the meaning of a config depends on outside the file: variables, a sign-in, the machine's zone.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::anthropic::AnthropicAuth;

/// What lies outside the file: named here so that the same call gives the same answer on any machine.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Environment variables that `${NAME}` may name.
    pub variables: BTreeMap<String, String>,
    /// How texts are read whose variables may be private: as they are written, or as what means the same.
    pub stand_ins: BTreeMap<String, String>,
    /// The Anthropic sign-in of the environment (`--anthropic-auth`), if any.
    pub anthropic_auth: Option<AnthropicAuth>,
    /// The zone of the machine the gateway runs on (`--timezone`).
    pub host_zone: TimeZone,
}

impl Default for Surroundings {
    fn default() -> Self {
        Surroundings {
            variables: BTreeMap::new(),
            stand_ins: BTreeMap::new(),
            anthropic_auth: None,
            host_zone: TimeZone::UTC,
        }
    }
}
