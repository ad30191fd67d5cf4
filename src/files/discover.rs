//! Where OpenClaw looks for its config, from the same variables. One place is looked at, never a list of guesses:
//! the first variable that is set decides, as it does for the gateway itself (R1).

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{Env, set};
use crate::releases::Behaviour;

const FILE_NAME: &str = "openclaw.json";

/// A place where the config was looked for, and what named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigPlace {
    /// The path of the config file.
    pub path: PathBuf,
    /// The variable that decided, or `default`.
    pub origin: &'static str,
}

/// No config where OpenClaw would read one.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no gateway config found: {}", describe(.tried))]
pub struct NotFound {
    /// The places tried, in order; empty when not even a home directory is known.
    pub tried: Vec<ConfigPlace>,
}

fn describe(tried: &[ConfigPlace]) -> String {
    if tried.is_empty() {
        return "no home directory is known; set HOME or OPENCLAW_CONFIG_PATH".to_owned();
    }
    let places: Vec<String> =
        tried.iter().map(|place| format!("tried {} ({})", place.path.display(), place.origin)).collect();
    places.join(", ")
}

/// Finds the config that a gateway with this environment would read.
pub fn discover(env: Env<'_>, exists: &dyn Fn(&Path) -> bool) -> Result<ConfigPlace, NotFound> {
    match place(env) {
        Some(place) if exists(&place.path) => Ok(place),
        tried => Err(NotFound { tried: tried.into_iter().collect() }),
    }
}

/// The home directory as OpenClaw sees it.
pub fn home(env: Env<'_>) -> Option<PathBuf> {
    let system = set(env, "HOME").or_else(|| set(env, "USERPROFILE")).map(PathBuf::from);
    match set(env, "OPENCLAW_HOME") {
        Some(own) => Some(expand(&own, system.as_deref())),
        None => system,
    }
}

/// The further directories that `$include` may reach, from `OPENCLAW_INCLUDE_ROOTS`.
pub fn include_roots(env: Env<'_>) -> Vec<PathBuf> {
    let home = home(env);
    let Some(roots) = set(env, "OPENCLAW_INCLUDE_ROOTS") else { return Vec::new() };
    // The library of WebAssembly's system has no list of paths.
    let roots: Vec<PathBuf> = match cfg!(target_os = "wasi") {
        true => roots.split(':').map(PathBuf::from).collect(),
        false => std::env::split_paths(&roots).collect(),
    };
    roots
        .into_iter()
        .filter(|root| !root.as_os_str().is_empty())
        .map(|root| expand(&root.to_string_lossy(), home.as_deref()))
        .collect()
}

fn place(env: Env<'_>) -> Option<ConfigPlace> {
    const OWN_PATH: &str = "OPENCLAW_CONFIG_PATH";
    if let Some(path) = set(env, OWN_PATH) {
        return Some(ConfigPlace { path: expand(&path, home(env).as_deref()), origin: OWN_PATH });
    }
    let state = state_place(env)?;
    Some(ConfigPlace { path: state.path.join(FILE_NAME), ..state })
}

/// Where OpenClaw keeps the workspace of the agent that owns the gateway, if nothing names another folder (R13).
pub fn workspace(env: Env<'_>, behaviour: &Behaviour) -> Option<PathBuf> {
    let current = behaviour.workspace_from_environment;
    if let Some(own) = set(env, "OPENCLAW_WORKSPACE_DIR").filter(|_| current) {
        return Some(expand(&own, home(env).as_deref()));
    }
    if current && set(env, "OPENCLAW_STATE_DIR").is_some() {
        return Some(state_dir(env)?.join("workspace"));
    }
    let profile = set(env, "OPENCLAW_PROFILE").filter(|name| !name.eq_ignore_ascii_case("default"));
    let name = profile.map_or("workspace".to_owned(), |name| format!("workspace-{name}"));
    Some(home(env)?.join(".openclaw").join(name))
}

/// Where OpenClaw keeps its state.
pub fn state_dir(env: Env<'_>) -> Option<PathBuf> {
    Some(state_place(env)?.path)
}

fn state_place(env: Env<'_>) -> Option<ConfigPlace> {
    const STATE_DIR: &str = "OPENCLAW_STATE_DIR";
    const PROFILE: &str = "OPENCLAW_PROFILE";
    let home = home(env);
    if let Some(dir) = set(env, STATE_DIR) {
        return Some(ConfigPlace { path: expand(&dir, home.as_deref()), origin: STATE_DIR });
    }
    // OpenClaw takes the profile `default` for no profile.
    Some(match set(env, PROFILE).filter(|name| !name.eq_ignore_ascii_case("default")) {
        Some(name) => ConfigPlace { path: home?.join(format!(".openclaw-{name}")), origin: PROFILE },
        None => ConfigPlace { path: home?.join(".openclaw"), origin: "default" },
    })
}

/// A path as the gateway reads it: `~` is the home.
pub fn expand(path: &str, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) if rest.starts_with(['/', '\\']) => home.join(&rest[1..]),
        _ => PathBuf::from(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(vars: &[(&str, &str)]) -> String {
        let env = |name: &str| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        discover(&env, &|_| true).map_or_else(|e| e.to_string(), |place| place.path.display().to_string())
    }

    #[test]
    fn the_first_variable_that_is_set_decides() {
        for (vars, expected) in [
            (&[("HOME", "/h")][..], "/h/.openclaw/openclaw.json"),
            (&[("USERPROFILE", "/u")], "/u/.openclaw/openclaw.json"),
            (&[("HOME", "/h"), ("OPENCLAW_HOME", "/o")], "/o/.openclaw/openclaw.json"),
            (&[("HOME", "/h"), ("OPENCLAW_HOME", "~/o")], "/h/o/.openclaw/openclaw.json"),
            (&[("HOME", "/h"), ("OPENCLAW_PROFILE", "dev")], "/h/.openclaw-dev/openclaw.json"),
            (&[("HOME", "/h"), ("OPENCLAW_PROFILE", "Default")], "/h/.openclaw/openclaw.json"),
            (&[("HOME", "/h"), ("OPENCLAW_STATE_DIR", "~/s"), ("OPENCLAW_PROFILE", "dev")], "/h/s/openclaw.json"),
            (&[("HOME", "/h"), ("OPENCLAW_STATE_DIR", " undefined ")], "/h/.openclaw/openclaw.json"),
            (&[("HOME", "null"), ("USERPROFILE", "/u"), ("OPENCLAW_HOME", " ")], "/u/.openclaw/openclaw.json"),
            (&[("OPENCLAW_CONFIG_PATH", "/c/my.json5"), ("OPENCLAW_STATE_DIR", "/s")], "/c/my.json5"),
            (&[("HOME", "/h"), ("OPENCLAW_CONFIG_PATH", "~/c.json")], "/h/c.json"),
            (&[("HOME", "/h"), ("OPENCLAW_CONFIG_PATH", "~other/c.json")], "~other/c.json"),
        ] {
            assert_eq!(found(vars), expected, "{vars:?}");
        }
        assert!(found(&[]).contains("no home directory"));
    }

    #[test]
    fn a_missing_config_names_the_path_tried_and_why() {
        let env = |name: &str| (name == "OPENCLAW_STATE_DIR").then(|| "/srv/claw".to_owned());
        let error = discover(&env, &|_| false).unwrap_err();
        assert_eq!(error.to_string(), "no gateway config found: tried /srv/claw/openclaw.json (OPENCLAW_STATE_DIR)");
    }

    #[test]
    fn include_roots_are_a_path_list() {
        let env = |name: &str| match name {
            "HOME" => Some("/h".to_owned()),
            "OPENCLAW_INCLUDE_ROOTS" => Some("/a:~/b::".to_owned()),
            _ => None,
        };
        assert_eq!(include_roots(&env), [PathBuf::from("/a"), PathBuf::from("/h/b")]);
    }
}
