//! The conversation that an agent's shared heartbeats continue (R30), as `resolveHeartbeatSession` of 2026.4.15, 2026.7.35
//! and 2026.9.6 finds it.

use crate::secrets::credentials::masked;

/// Whose conversation it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Session {
    /// The agent's main one.
    Main,
    /// One of that name, in which only heartbeats stand.
    Own(String),
    /// One that a channel or a job keeps; nothing here knows its history.
    Elsewhere,
}

impl Session {
    /// What `heartbeat.session` names for an agent, by the scope of sessions and the name of the main one.
    pub fn find(named: Option<&str>, agent: &str, scope: Option<&str>, main_key: Option<&str>) -> Self {
        let named = named.map(|name| masked(name).trim().to_lowercase()).unwrap_or_default();
        if scope == Some("global") || ["", "main", "global"].contains(&named.as_str()) {
            return Session::Main;
        }
        // Empty segments do not count.
        let segments: Vec<&str> = named.split(':').filter(|segment| !segment.is_empty()).collect();
        let key = match segments.as_slice() {
            ["agent", of, rest @ ..] if !rest.is_empty() => {
                if *of != agent {
                    return Session::Main;
                }
                rest.join(":")
            }
            // Not the form of a key; 2026.9.6 stops the run with an error.
            _ if named.starts_with("agent:") => return Session::Main,
            _ => named,
        };
        match key {
            key if is_main(&key, main_key) || key.starts_with("subagent:") => Session::Main,
            key if key.contains(':') => Session::Elsewhere,
            key => Session::Own(key),
        }
    }
}

fn is_main(key: &str, main_key: Option<&str>) -> bool {
    let main_key = main_key.map(|key| key.trim().to_lowercase()).filter(|key| !key.is_empty());
    key == "main" || Some(key) == main_key.as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys that `resolveHeartbeatSession` gave for agent `ops` with `session.mainKey: "home"`.
    #[test]
    fn names_of_the_main_session_are_told_from_others() {
        let find = |named: &str| Session::find(Some(named), "ops", None, Some("Home"));
        for main in [
            "",
            " ",
            "main",
            "MAIN",
            "global",
            "home",
            "agent:ops:main",
            "agent:ops:home",
            "Agent:Ops:Main",
            "agent:main:main",
            "agent:main:home",
            "agent:other:main",
            "agent:other:hb",
            "subagent:x",
            "agent:ops:subagent:x",
            "agent:ops",
            "agent:",
        ] {
            assert_eq!(find(main), Session::Main, "{main}");
        }
        for own in ["hb", "HB", "agent:ops:hb", " hb "] {
            assert_eq!(find(own), Session::Own("hb".to_owned()), "{own}");
        }
        for elsewhere in ["telegram:group:-1001", "agent:ops:discord:channel:1", "direct:7"] {
            assert_eq!(find(elsewhere), Session::Elsewhere, "{elsewhere}");
        }
        assert_eq!(Session::find(Some("hb"), "ops", Some("global"), None), Session::Main);
        assert_eq!(Session::find(None, "ops", None, None), Session::Main);
        assert_eq!(Session::find(Some("home"), "ops", None, None), Session::Own("home".to_owned()));
    }
}
