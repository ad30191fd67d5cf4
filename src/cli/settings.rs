//! `clawbeat.toml`: what a team agreed on, found upwards from the config. Its keys are the names of flags and are read as
//! such, so that nothing can be said in it that a command line cannot say; a flag that is given comes before it.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clap::parser::ValueSource;
use clap::{ArgMatches, Command};
use clawbeat::schema::Schema;
use globset::GlobBuilder;
use serde_json::{Map, Value};

use super::load::config_path;

/// The name of the file.
const NAME: &str = "clawbeat.toml";

static SCHEMA: Schema = Schema::new(include_str!("../../schemas/settings.v1.schema.json"));

/// Keys whose value is a file beside the settings.
const FILES: [&str; 5] = ["baseline", "plans", "prices", "workload", "workspace"];

/// Flags that mean something only beside another one.
const ONLY_WITH: [(&str, &str); 1] = [("max-increase", "against")];

/// Keys that are about what other commands read, and commands that are nothing without it.
const NOT_FOR: [(&str, &[&str]); 1] = [("no-records", &["calibrate", "verify"])];

/// The settings of a folder.
struct FolderSettings {
    path: PathBuf,
    keys: Map<String, Value>,
}

impl FolderSettings {
    /// The settings file that was named, or the nearest one above a config.
    ///
    /// # Errors
    ///
    /// It cannot be read, is no TOML or holds what is no setting; the message says where.
    fn of(config: &Path, named: Option<&Path>) -> anyhow::Result<Option<Self>> {
        let Some(path) = named.map(Path::to_owned).or_else(|| above(config)) else { return Ok(None) };
        let shown = path.display();
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {shown}"))?;
        let keys: Map<String, Value> = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let before = text.get(..at).unwrap_or_default();
            let line = before.lines().count().max(1) + usize::from(before.ends_with('\n'));
            anyhow!("{shown}:{line}: {}", error.message())
        })?;
        let value = Value::Object(keys);
        if let Some(misfit) = SCHEMA.check(&value).first() {
            bail!("{shown}: {misfit}");
        }
        let Value::Object(keys) = value else { return Ok(None) };
        Ok(Some(FolderSettings { path, keys }))
    }

    /// What they say for a config, as words of a command line; what was given there already is left out.
    ///
    /// # Errors
    ///
    /// A pattern that is none, or a file that lies elsewhere.
    fn words(&self, config: &Path, command: &Command, given: &ArgMatches) -> anyhow::Result<Vec<OsString>> {
        let is_given = |name: &str| {
            let argument = command.get_arguments().find(|argument| argument.get_long() == Some(name));
            argument.is_some_and(|argument| {
                given.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine)
            })
        };
        let mut words = Vec::new();
        for (key, value) in self.keys_for(config)? {
            let Some(argument) = command.get_arguments().find(|argument| argument.get_long() == Some(&key)) else {
                continue;
            };
            let rivals = command.get_arg_conflicts_with(argument);
            let mut taken = rivals.iter().filter_map(|rival| rival.get_long()).chain([key.as_str()]);
            let lacks = ONLY_WITH.iter().any(|(flag, other)| *flag == key && !is_given(other));
            let is_foreign = NOT_FOR.iter().any(|(flag, others)| *flag == key && others.contains(&command.get_name()));
            if taken.any(is_given) || lacks || is_foreign {
                continue;
            }
            for text in self.values(&key, &value)? {
                words.push(format!("--{key}").into());
                words.extend(text);
            }
        }
        Ok(words)
    }

    /// The keys for a config: those of all files, and over them those of each `[[files]]` that means it, in order.
    fn keys_for(&self, config: &Path) -> anyhow::Result<Map<String, Value>> {
        let mut keys = self.keys.clone();
        let groups = keys.remove("files");
        let name = std::path::absolute(config)?;
        let folder = std::path::absolute(&self.path)?;
        let name = folder.parent().and_then(|folder| name.strip_prefix(folder).ok()).unwrap_or(config);
        for group in groups.iter().filter_map(Value::as_array).flatten().filter_map(Value::as_object) {
            let patterns = group
                .get("match")
                .map_or(&[][..], |given| given.as_array().map_or(std::slice::from_ref(given), Vec::as_slice));
            let mut fits = false;
            for pattern in patterns.iter().filter_map(Value::as_str) {
                let glob = GlobBuilder::new(pattern).literal_separator(true).build();
                let glob = glob.map_err(|error| anyhow!("{}: files.match: {error}", self.path.display()))?;
                fits |= glob.compile_matcher().is_match(name);
            }
            let own = group.iter().filter(|(key, _)| fits && *key != "match");
            for (key, value) in own {
                match (keys.get_mut(key).and_then(Value::as_object_mut), value.as_object()) {
                    (Some(rules), Some(own)) => rules.extend(own.clone()),
                    _ => {
                        keys.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        if let Some(Value::Object(rules)) = keys.remove("rules") {
            let levels = rules.iter().filter_map(|(rule, level)| Some(format!("{rule}={}", level.as_str()?).into()));
            keys.insert("level".to_owned(), Value::Array(levels.collect()));
        }
        Ok(keys)
    }

    /// The values of a flag: none for a switch.
    fn values(&self, key: &str, value: &Value) -> anyhow::Result<Vec<Option<OsString>>> {
        Ok(match value {
            Value::Bool(on) => vec![None; usize::from(*on)],
            Value::Array(items) => items.iter().filter_map(text).map(|text| Some(text.into())).collect(),
            _ => match text(value) {
                Some(name) if FILES.contains(&key) => vec![Some(self.beside(key, &name)?)],
                Some(text) => vec![Some(text.into())],
                None => Vec::new(),
            },
        })
    }

    /// A file that the settings name. It may not lie outside of their folder: whoever may write them may not read the rest.
    fn beside(&self, key: &str, name: &str) -> anyhow::Result<OsString> {
        if key == "workload" && clawbeat::workload::Workload::preset(name).is_some() {
            return Ok(name.into());
        }
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let path = folder.join(name);
        let inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let real = |path: &Path| {
            path.canonicalize().with_context(|| format!("{}: {key}: {}", self.path.display(), path.display()))
        };
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if !inside || !real(&path)?.starts_with(real(here)?) {
            bail!("{}: {key}: '{name}' lies outside the folder of the settings", self.path.display());
        }
        Ok(path.into())
    }
}

/// A command line with the settings of a config in it. They are those of the config that it names, where none is given.
///
/// # Errors
///
/// Settings that cannot be used; the message names the file.
pub(super) fn applied(
    parser: &Command,
    mut words: Vec<OsString>,
    matches: ArgMatches,
    config: Option<&Path>,
) -> anyhow::Result<ArgMatches> {
    let (name, given) = matches.subcommand().unwrap_or(("", &matches));
    let command = parser.find_subcommand(name).unwrap_or(parser);
    let is_asked = command.get_arguments().any(|argument| argument.get_id() == "settings");
    // What is done with the plans of a fleet is asked under what these were made under.
    if !is_asked || given.subcommand().is_some() || given.get_flag("no_config") {
        return Ok(matches);
    }
    let named = |id| given.try_get_many::<PathBuf>(id).ok().flatten().and_then(|mut paths| paths.next());
    let config = match config.or(named("config").or(named("configs")).map(PathBuf::as_path)) {
        Some(path) => path.to_owned(),
        // One file for all of them: the settings of a host, not of whoever may write one of its configs.
        None if name == "fleet" => PathBuf::from("-"),
        None => config_path(None, given.get_flag("no_env")).unwrap_or_else(|_| PathBuf::from("-")),
    };
    let Some(settings) = FolderSettings::of(&config, named("settings").map(PathBuf::as_path))? else {
        return Ok(matches);
    };
    let said = settings.words(&config, command, given)?;
    let at = words.iter().position(|word| !name.is_empty() && word == name).map_or(1, |at| at + 1);
    words.splice(at..at, said);
    parser.clone().try_get_matches_from(words).map_err(|error| {
        let told = error.render().to_string();
        let first = told.split("\n\n").next().unwrap_or_default();
        anyhow!("{}: {}", settings.path.display(), first.trim_start_matches("error: "))
    })
}

/// The nearest settings file above a config, named from here where it lies below.
fn above(config: &Path) -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let absolute = std::path::absolute(config).ok()?;
    let folder = match config {
        _ if config == Path::new("-") => here.as_path(),
        _ if config.is_dir() => absolute.as_path(),
        _ => absolute.parent()?,
    };
    let found = folder.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file())?;
    Some(found.strip_prefix(&here).map_or(found.clone(), Path::to_owned))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
