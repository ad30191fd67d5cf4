//! When a shared session starts anew by itself: `session.reset`, else the release's habit (R34). It happens at the
//! user's next message, never at a heartbeat.

use serde_json::Value;

use super::behaviour::{Behaviour, SessionReset};

/// When a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reset {
    /// Never.
    Never,
    /// Each day at an hour.
    Daily {
        /// 0 to 23.
        hour: u8,
    },
    /// When nobody wrote for so long.
    Idle {
        /// Milliseconds.
        ms: i64,
    },
}

/// The hour of a daily reset that names none (R34).
const USUAL_HOUR: u8 = 4;

impl Reset {
    /// What a config asks for; what cannot be read is as if not written.
    pub fn read(config: &Value, behaviour: &Behaviour) -> Self {
        let asked = config.pointer("/session/reset").unwrap_or(&Value::Null);
        let hour = asked["atHour"].as_u64().and_then(|hour| u8::try_from(hour).ok()).filter(|hour| *hour < 24);
        let daily = Reset::Daily { hour: hour.unwrap_or(USUAL_HOUR) };
        let usual = match behaviour.session_reset {
            SessionReset::Daily => daily,
            SessionReset::None => Reset::Never,
        };
        match asked["mode"].as_str() {
            Some("daily") => daily,
            Some("none") => Reset::Never,
            Some("idle") => match asked["idleMinutes"].as_i64().filter(|minutes| *minutes > 0) {
                Some(minutes) => Reset::Idle { ms: minutes.saturating_mul(60_000) },
                None => usual,
            },
            _ => usual,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_config_comes_before_the_release() {
        let reset = |version: &str, reset: Value| {
            Reset::read(&json!({ "session": { "reset": reset } }), &Behaviour::of(version.parse().unwrap()))
        };
        assert_eq!(reset("2026.9.6", Value::Null), Reset::Never);
        assert_eq!(reset("2026.4.15", Value::Null), Reset::Daily { hour: 4 });
        assert_eq!(reset("2026.9.6", json!({ "mode": "daily", "atHour": 6 })), Reset::Daily { hour: 6 });
        assert_eq!(reset("2026.9.6", json!({ "mode": "idle", "idleMinutes": 90 })), Reset::Idle { ms: 5_400_000 });
        assert_eq!(reset("2026.9.6", json!({ "mode": "idle", "idleMinutes": -1 })), Reset::Never);
        assert_eq!(reset("2026.9.6", json!({ "mode": "daily", "atHour": 99 })), Reset::Daily { hour: 4 });
    }
}
