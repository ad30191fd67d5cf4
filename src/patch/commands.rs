//! The change as `openclaw config set` and `unset` lines for a POSIX shell. Values are written as JSON, which the
//! real command reads back as exactly that value, whatever it looks like.

use serde_json::Value;
use thiserror::Error;

use crate::words::{is_hidden, json_escaped, quoted};

/// One setting to change.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingToWrite {
    /// The key path as OpenClaw writes it: `agents.defaults.heartbeat.every`, `agents.list[0].heartbeat.every`.
    pub path: String,
    /// The new value; `None` removes the key.
    pub value: Option<Value>,
}

/// Why a change cannot be said as a command.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum CommandError {
    /// The path would put control characters on the terminal or break the line.
    #[error("the key path {path:?} holds a control character and cannot be given to a shell; edit the file instead")]
    ControlCharacter {
        /// The path.
        path: String,
    },
}

/// One line a setting, each ending in a line feed.
pub fn commands(settings: &[SettingToWrite]) -> Result<String, CommandError> {
    settings.iter().map(|setting| command(setting).map(|line| line + "\n")).collect()
}

/// The line that sets a key, up to its value.
///
/// # Errors
///
/// A path that no shell can be given.
pub fn setter(path: &str) -> Result<String, CommandError> {
    let line = command(&SettingToWrite { path: path.to_owned(), value: Some(Value::Null) })?;
    Ok(line.strip_suffix("null").unwrap_or(&line).to_owned())
}

/// A value as the end of such a line.
pub fn argument(value: &Value) -> String {
    quoted(&json_escaped(&value.to_string()))
}

fn command(setting: &SettingToWrite) -> Result<String, CommandError> {
    let SettingToWrite { path, value } = setting;
    if path.chars().any(is_hidden) {
        return Err(CommandError::ControlCharacter { path: path.clone() });
    }
    let value = value.as_ref().map(|value| json_escaped(&value.to_string()));
    let verb = if value.is_some() { "set" } else { "unset" };
    let arguments: Vec<&str> = std::iter::once(path.as_str()).chain(value.as_deref()).collect();
    let mut line = format!("openclaw config {verb}");
    // Else a value such as -1 would be read as an option.
    if arguments.iter().any(|argument| argument.starts_with('-')) {
        line.push_str(" --");
    }
    for argument in arguments {
        line.push(' ');
        line.push_str(&quoted(argument));
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::words::HOSTILE;

    fn line(path: &str, value: Option<Value>) -> String {
        commands(&[SettingToWrite { path: path.to_owned(), value }]).unwrap()
    }

    #[test]
    fn lines_read_like_what_a_person_would_type() {
        let every = "agents.defaults.heartbeat.every";
        assert_eq!(line(every, Some(json!("2h"))), format!("openclaw config set {every} '\"2h\"'\n"));
        assert_eq!(line(every, None), format!("openclaw config unset {every}\n"));
        assert_eq!(line("a[0].b", Some(json!(true))), "openclaw config set 'a[0].b' true\n");
        assert_eq!(line("a", Some(json!(-1))), "openclaw config set -- a -1\n");
        for value in [json!("2h"), json!(true), json!("it's")] {
            let parts = setter("a[0].b").unwrap() + &argument(&value) + "\n";
            assert_eq!(parts, line("a[0].b", Some(value)));
        }
        assert_eq!(
            line("a", Some(json!("\u{1b}[2J\u{9b}\u{202e}"))),
            "openclaw config set a '\"\\u001b[2J\\u009b\\u202e\"'\n"
        );
        let hostile = SettingToWrite { path: "agents.entries.\u{1b}[2J".to_owned(), value: None };
        let error = commands(&[hostile]).unwrap_err().to_string();
        assert!(!error.contains('\u{1b}'), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_hands_over_exactly_path_and_value() {
        for text in HOSTILE {
            let path = if text.chars().any(is_hidden) { "plain" } else { text };
            let script = format!(
                "openclaw() {{ shift 2; [ \"$1\" = -- ] && shift; printf '%s\\0' \"$@\"; }}\n{}",
                line(path, Some(json!(text)))
            );
            let output = std::process::Command::new("sh").arg("-c").arg(script).output().unwrap();
            let stdout = String::from_utf8(output.stdout).unwrap();
            let arguments: Vec<&str> = stdout.trim_end_matches('\0').split('\0').collect();
            assert_eq!(arguments.len(), 2, "{text:?}: {arguments:?}");
            assert_eq!(arguments[0], path);
            assert_eq!(serde_json::from_str::<Value>(arguments[1]).unwrap(), json!(text));
        }
    }
}
