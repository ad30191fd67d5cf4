//! Which file a change belongs in, where a config includes others: the one that holds the key. OpenClaw's own
//! `config set` writes to a single included file too, and refuses every other layout (`COST-MODEL.md` R52); here changes
//! of several keys may fall into several files.

use std::sync::Arc;

use serde_json::Value;

use super::include::{Loader, MAX_DEPTH, expand};
use crate::document::{Change, KeyPath, Segment};

/// The place of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The included file as written, and the directory of the file that includes it; `None` for the main file.
    pub file: Option<(String, String)>,
    /// The place in that file.
    pub path: KeyPath,
}

/// The changes that belong in one file.
#[derive(Clone, Debug, PartialEq)]
pub struct FileChanges {
    /// The file, as in [`Holder`].
    pub file: Option<(String, String)>,
    /// In paths of the config.
    pub whole: Vec<Change>,
    /// In paths of the file.
    pub inside: Vec<Change>,
}

/// Why no single file is the home of a change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoHolder {
    /// Several files, or a file and the keys beside its `$include`, make up the value.
    #[error("{path} is put together from {files} and what stands beside the $include, so no single file holds it")]
    Merged {
        /// The place in the merged tree.
        path: KeyPath,
        /// The files as written.
        files: String,
    },
    /// A file on the way cannot be read.
    #[error("{path} may be in the included file '{file}', which cannot be read: {problem}")]
    Unreadable {
        /// The place in the merged tree.
        path: KeyPath,
        /// The file as written.
        file: String,
        /// Why.
        problem: String,
    },
    /// What the file holds stands in several places of the config.
    #[error("'{file}' is included in more than one place, so a change would reach others")]
    Shared {
        /// The file as written.
        file: String,
    },
}

/// The file that holds a place of the merged tree. A key that is new goes where its neighbours are.
pub fn holder(config: &Value, path: &KeyPath, loader: &Loader<'_>) -> Result<Holder, NoHolder> {
    let main = VisitedFile { tree: config, directory: "", name: None, depth: 0 };
    HolderSearch { wanted: path, loader }.within(main, path.segments())
}

/// Changes of a config by the file that holds their keys. Files that only lose keys come last: what moves from one to
/// another is then never in neither.
pub fn parts(config: &Arc<Value>, changes: &[Change], loader: &Loader<'_>) -> Result<Vec<FileChanges>, NoHolder> {
    let mut parts: Vec<FileChanges> = Vec::new();
    for change in changes {
        let Holder { file, path } = holder(config, &change.path, loader)?;
        let inside = Change { path, to: change.to.clone() };
        match parts.iter_mut().find(|part| part.file == file) {
            Some(part) => {
                part.whole.push(change.clone());
                part.inside.push(inside);
            }
            None => parts.push(FileChanges { file, whole: vec![change.clone()], inside: vec![inside] }),
        }
    }
    match parts.iter().find_map(|part| part.reaching_others(config, loader)) {
        Some(file) => Err(NoHolder::Shared { file: file.to_owned() }),
        None => {
            parts.sort_by_key(|part| part.whole.iter().all(|change| change.to.is_none()));
            Ok(parts)
        }
    }
}

impl FileChanges {
    /// The included file, if its changes make others of the config, too.
    fn reaching_others(&self, config: &Arc<Value>, loader: &Loader<'_>) -> Option<&str> {
        let (file, from) = self.file.as_ref()?;
        let (mut tree, expanded) = (loader(file, from).ok()?.0, |loader: &Loader<'_>| expand(config, loader).value);
        let mut wanted = Value::clone(&expanded(loader));
        let make = |changes: &[Change], tree: &mut Value| changes.iter().all(|change| change.make(tree).is_ok());
        if !make(&self.inside, &mut tree) || !make(&self.whole, &mut wanted) {
            return None;
        }
        let changed = |name: &str, directory: &str| {
            let (value, inside) = loader(name, directory)?;
            Ok((if (name, directory) == (file, from) { tree.clone() } else { value }, inside))
        };
        (*expanded(&changed) != wanted).then_some(file)
    }
}

/// The file in which a reader finds a place of the merged tree, or the nearest place around it that is in a file at all:
/// the main one first, then the files it includes, of which later ones win (R2).
pub fn seen_in(config: &Value, path: &KeyPath, loader: &Loader<'_>) -> Holder {
    let main = || VisitedFile { tree: config, directory: "", name: None, depth: 0 };
    let segments = path.segments();
    let longest_first = (0..=segments.len()).rev();
    let found = longest_first
        .clone()
        .find_map(|upto| written_in(&main(), &segments[..upto], loader).map(|holder| (upto, holder)));
    match found {
        Some((upto, holder)) => {
            let inside = holder.path.segments().iter().chain(&segments[upto..]).cloned().collect();
            Holder { path: inside, ..holder }
        }
        None => Holder { file: None, path: path.clone() },
    }
}

fn written_in(file: &VisitedFile<'_>, path: &[Segment], loader: &Loader<'_>) -> Option<Holder> {
    let mut nodes = vec![file.tree];
    for segment in path {
        let Some(next) = nodes.last().and_then(|here| child(here, segment)) else { break };
        nodes.push(next);
    }
    if nodes.len() > path.len() {
        return Some(Holder { file: file.name.clone(), path: path.iter().cloned().collect() });
    }
    if file.depth == MAX_DEPTH {
        return None;
    }
    nodes.iter().enumerate().rev().find_map(|(at, here)| {
        included(here).into_iter().rev().find_map(|name| {
            let (tree, directory) = loader(name, file.directory).ok()?;
            let name = Some((name.to_owned(), file.directory.to_owned()));
            let inner = VisitedFile { tree: &tree, directory: &directory, name, depth: file.depth + 1 };
            written_in(&inner, &path[at..], loader)
        })
    })
}

/// Whether the main file itself has or would get a key, so that an edit of it makes the change.
pub fn is_in_main(config: &Value, path: &KeyPath) -> bool {
    let mut here = Some(config);
    path.segments().iter().all(|segment| {
        let includes = here.is_some_and(|here| here.get("$include").is_some());
        here = here.and_then(|here| child(here, segment));
        !includes || here.is_some()
    })
}

struct HolderSearch<'a> {
    wanted: &'a KeyPath,
    loader: &'a Loader<'a>,
}

/// A file on the way: its tree, its directory, and how deep its includes nest.
struct VisitedFile<'v> {
    tree: &'v Value,
    directory: &'v str,
    name: Option<(String, String)>,
    depth: usize,
}

impl HolderSearch<'_> {
    fn within(&self, file: VisitedFile<'_>, path: &[Segment]) -> Result<Holder, NoHolder> {
        let mut here = Some(file.tree);
        for (step, segment) in path.iter().enumerate() {
            let names = here.map(included).unwrap_or_default();
            let has_neighbours = here.and_then(Value::as_object).is_some_and(|fields| fields.len() > 1);
            here = here.and_then(|here| child(here, segment));
            if names.is_empty() {
                continue;
            }
            let mut loaded = Vec::new();
            for name in &names {
                let (tree, directory) = (self.loader)(name, file.directory).map_err(|problem| {
                    NoHolder::Unreadable { path: self.wanted.clone(), file: (*name).to_owned(), problem }
                })?;
                loaded.push((*name, tree, directory));
            }
            let holding: Vec<_> =
                loaded.iter().filter(|(_, tree, directory)| self.has(tree, directory, segment)).collect();
            let (name, tree, directory) = match (here.is_some(), holding.as_slice(), loaded.as_slice()) {
                (true, [], _) => continue,
                (false, [], _) if has_neighbours => continue,
                (false, [one], [_]) => one,
                (false, [], [only]) if file.depth < MAX_DEPTH => only,
                _ => return Err(self.merged(&names)),
            };
            let name = Some(((*name).to_owned(), file.directory.to_owned()));
            return self.within(VisitedFile { tree, directory, name, depth: file.depth + 1 }, &path[step..]);
        }
        match here.map(included_anywhere) {
            Some(names) if !names.is_empty() => Err(self.merged(&names)),
            _ => Ok(Holder { file: file.name, path: path.iter().cloned().collect() }),
        }
    }

    /// Whether a file has a key, be it through files of its own.
    fn has(&self, tree: &Value, directory: &str, key: &Segment) -> bool {
        let from = |name: &str, from: &str| (self.loader)(name, if from.is_empty() { directory } else { from });
        child(&expand(&Arc::new(tree.clone()), &from).value, key).is_some()
    }

    fn merged(&self, files: &[&str]) -> NoHolder {
        NoHolder::Merged { path: self.wanted.clone(), files: format!("'{}'", files.join("', '")) }
    }
}

fn child<'v>(value: &'v Value, segment: &Segment) -> Option<&'v Value> {
    match segment {
        Segment::Key(key) => value.get(key),
        Segment::Index(index) => value.get(index),
    }
}

/// The files that an object includes.
fn included(value: &Value) -> Vec<&str> {
    match value.get("$include") {
        Some(Value::String(file)) => vec![file],
        Some(Value::Array(files)) => files.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn included_anywhere(value: &Value) -> Vec<&str> {
    let deeper: Vec<&str> = match value {
        Value::Object(fields) => fields.values().flat_map(included_anywhere).collect(),
        Value::Array(items) => items.iter().flat_map(included_anywhere).collect(),
        _ => Vec::new(),
    };
    included(value).into_iter().chain(deeper).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn loader(file: &str, from: &str) -> Result<(Value, String), String> {
        match (file, from) {
            ("agents.json5", "") => {
                Ok((json!({ "defaults": { "$include": "beat.json5" }, "list": [{ "id": "a" }] }), "sub".to_owned()))
            }
            ("beat.json5", "sub") => Ok((json!({ "heartbeat": { "every": "5m" } }), "sub".to_owned())),
            ("base.json5", "") => Ok((json!({ "agents": { "defaults": { "x": 1 } } }), String::new())),
            ("loop.json5", _) => Ok((json!({ "$include": "loop.json5" }), String::new())),
            _ => Err("no such file".to_owned()),
        }
    }

    fn seek(config: Value, path: &str) -> String {
        match holder(&config, &path.parse().unwrap(), &loader) {
            Ok(Holder { file: None, path }) => format!("main {path}"),
            Ok(Holder { file: Some((name, from)), path }) => format!("{from}/{name} {path}"),
            Err(homeless) => homeless.to_string(),
        }
    }

    #[test]
    fn a_reader_is_sent_to_the_file_that_says_it() {
        let loader = |name: &str, _: &str| match name {
            "base.json5" => Ok((
                json!({ "agents": { "defaults": { "heartbeat": { "every": "30 m" }, "model": "a/b" } } }),
                String::new(),
            )),
            "beat.json5" => Ok((json!({ "every": "1h" }), String::new())),
            "loop.json5" => Ok((json!({ "$include": "loop.json5" }), String::new())),
            _ => Err("no such file".to_owned()),
        };
        let seen = |config: Value, path: &str| {
            let holder = seen_in(&config, &path.parse().unwrap(), &loader);
            (holder.file.map_or(String::new(), |(file, _)| file), holder.path.to_string())
        };
        let at = |file: &str, path: &str| (file.to_owned(), path.to_owned());
        let merged = || json!({ "$include": "base.json5", "agents": { "defaults": { "model": "c/d" } } });
        let every = "agents.defaults.heartbeat.every";
        assert_eq!(seen(merged(), every), at("base.json5", every));
        // What stands beside the include wins, and a key that is nowhere is missed where its block is.
        assert_eq!(seen(merged(), "agents.defaults.model"), at("", "agents.defaults.model"));
        let target = "agents.defaults.heartbeat.target";
        assert_eq!(seen(merged(), target), at("base.json5", target));
        let deep = json!({ "agents": { "defaults": { "heartbeat": { "$include": ["gone.json5", "beat.json5"] } } } });
        assert_eq!(seen(deep, every), at("beat.json5", "every"));
        assert_eq!(seen(json!({ "$include": "loop.json5" }), every), at("", every));
    }

    #[test]
    fn a_change_goes_to_the_file_that_holds_the_key() {
        let config = json!({ "agents": { "$include": "agents.json5" }, "cron": {} });
        for (path, place) in [
            ("cron.enabled", "main cron.enabled"),
            ("agents.list[0].heartbeat", "/agents.json5 list[0].heartbeat"),
            ("agents.new.key", "/agents.json5 new.key"),
            ("agents.defaults.heartbeat.every", "sub/beat.json5 heartbeat.every"),
            ("agents.defaults.models", "sub/beat.json5 models"),
        ] {
            assert_eq!(seek(config.clone(), path), place);
            assert_eq!(is_in_main(&config, &path.parse().unwrap()), place.starts_with("main"), "{path}");
        }
    }

    #[test]
    fn keys_beside_an_include_are_the_main_file_s() {
        let config = json!({ "$include": "base.json5", "agents": { "list": [] }, "cron": {} });
        assert_eq!(seek(config.clone(), "cron.enabled"), "main cron.enabled");
        assert_eq!(seek(config.clone(), "channels"), "main channels");
        assert_eq!(
            seek(config, "agents.defaults.heartbeat"),
            "agents.defaults.heartbeat is put together from 'base.json5' and what stands beside the $include, so no \
             single file holds it"
        );
        let several = json!({ "agents": { "$include": ["agents.json5", "agents.json5"] } });
        assert!(seek(several, "agents.list").contains("put together from 'agents.json5', 'agents.json5'"));
        let whole = json!({ "agents": { "$include": "agents.json5" } });
        assert!(seek(whole, "agents").contains("put together from 'agents.json5'"));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        assert_eq!(
            seek(json!({ "agents": { "$include": "gone.json5" } }), "agents.defaults"),
            "agents.defaults may be in the included file 'gone.json5', which cannot be read: no such file"
        );
        let looping = json!({ "agents": { "$include": "loop.json5" } });
        assert!(seek(looping, "agents.x").contains("put together from 'loop.json5'"));
    }
}
