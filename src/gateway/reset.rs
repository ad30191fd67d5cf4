//! When a shared session starts anew by itself: `session.reset`, else the release's habit (R34). It happens at the
//! user's next message, never at a heartbeat.

use crate::document::Named;
use serde_json::Value;

use crate::releases::{Behaviour, SessionReset};

/// When a session is over: each day at an hour, after so long without a message, at whichever comes first, or never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reset {
    /// The hour of the day, 0 to 23.
    pub daily: Option<u8>,
    /// Milliseconds in which nobody wrote.
    pub idle: Option<i64>,
}

/// The hour of a daily reset that names none (R34).
const USUAL_HOUR: u8 = 4;

impl Reset {
    /// What a config asks for, with the word for direct chats before the general one.
    pub fn read(config: &Value, behaviour: &Behaviour) -> Self {
        let session = config.at("session").unwrap_or(&Value::Null);
        let direct = ["direct", "dm"].into_iter().find_map(|kind| session["resetByType"].get(kind));
        let asked: Vec<&Value> = direct.into_iter().chain(session.at("reset")).collect();
        let old_idle = session.at("idleMinutes").filter(|_| behaviour.session_idle_minutes);
        let find = |key: &str| asked.iter().find_map(|reset| reset.get(key));
        let mode = match (find("mode").and_then(Value::as_str), old_idle) {
            (Some(mode), _) => mode,
            (None, Some(_)) if asked.is_empty() => "idle",
            (None, _) if asked.is_empty() && behaviour.session_reset == SessionReset::None => "none",
            (None, _) => "daily",
        };
        let hour = find("atHour").and_then(Value::as_u64).map_or(USUAL_HOUR, |hour| hour.min(23) as u8);
        let minutes = find("idleMinutes").or(old_idle).and_then(Value::as_i64).filter(|minutes| *minutes > 0);
        Reset {
            daily: (mode == "daily").then_some(hour),
            idle: minutes.filter(|_| mode != "none").map(|minutes| minutes.saturating_mul(60_000)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// As `resolveSessionResetPolicy` of 2026.9.6 and 2026.4.15 says.
    #[test]
    fn the_config_comes_before_the_release() {
        let reset = |version: &str, session: Value| {
            let reset = Reset::read(&json!({ "session": session }), &Behaviour::of(version.parse().unwrap()));
            (reset.daily, reset.idle.map(|ms| ms / 60_000))
        };
        let (new, old) = ("2026.9.6", "2026.4.15");
        assert_eq!(reset(new, json!({})), (None, None));
        assert_eq!(reset(old, json!({})), (Some(4), None));
        assert_eq!(reset(old, json!({ "idleMinutes": 30 })), (None, Some(30)));
        assert_eq!(reset(new, json!({ "reset": { "atHour": 6 } })), (Some(6), None));
        assert_eq!(reset(new, json!({ "reset": { "mode": "daily", "idleMinutes": 90 } })), (Some(4), Some(90)));
        assert_eq!(reset(new, json!({ "reset": { "mode": "idle", "idleMinutes": 90 } })), (None, Some(90)));
        assert_eq!(reset(old, json!({ "reset": { "mode": "idle" } })), (None, None));
        assert_eq!(reset(old, json!({ "reset": { "mode": "none", "idleMinutes": 5 } })), (None, None));
        assert_eq!(reset(new, json!({ "reset": { "mode": "daily", "atHour": 99 } })), (Some(23), None));
        let by_type =
            json!({ "reset": { "mode": "idle", "idleMinutes": 9 }, "resetByType": { "direct": { "mode": "daily" } } });
        assert_eq!(reset(new, by_type), (Some(4), Some(9)));
    }
}
