//! A plan in a file: made and read now, applied later, perhaps by somebody else. It names the exact bytes it was made
//! for and those it leads to, and is applied to nothing else.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::document::{Change, KeyPath, Segment};
use crate::levers::Lever;
use crate::schema::Schema;
use crate::secrets::credentials::masked;

static SCHEMA: Schema = Schema::new(include_str!("../../schemas/plan.v1.schema.json"));
const TOOL: &str = concat!("clawbeat ", env!("CARGO_PKG_VERSION"));

/// What `diff --format plan` prints (`schemas/plan.v1.schema.json`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedPlan {
    /// Always 1.
    schema_version: u32,
    /// The program that made it, with its version.
    tool: String,
    /// The file it was made for.
    pub config: PlannedFile,
    /// The flags the config was costed under.
    pub asked: Vec<String>,
    /// The keys to write, in order: first those that put the file right.
    changes: Vec<PlannedChange>,
    /// Why the first of them are written, for the reader.
    #[serde(default)]
    mends: Vec<Value>,
    /// What it saves, for the reader: unit, period, costs, and each agent's changes with their reasons.
    figures: Value,
}

/// The file a plan was made for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedFile {
    /// Its path as given; `-` for standard input.
    pub path: String,
    /// The OpenClaw release it was read for.
    pub release: String,
    /// The hash of its bytes.
    pub sha256: String,
    /// The included file that holds the keys, where the config itself does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<SavedHolder>,
    /// The hash of the bytes with the changes: the holder's, else its own.
    pub sha256_after: String,
}

/// An included file that a plan writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedHolder {
    /// Its path, beside the config's.
    pub path: String,
    /// The hash of its bytes.
    pub sha256: String,
}

/// The hashes of the files that a plan is held against.
#[derive(Clone, Copy, Debug)]
pub struct Hashes<'a> {
    /// The config's.
    pub config: &'a str,
    /// The included file's that holds the keys, if one does.
    pub holder: Option<&'a str>,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct PlannedChange {
    path: String,
    /// What it held; absent where it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Value>,
    /// What it shall hold; absent where it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<Value>,
}

/// Whether a plan is still to be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The file is the one it was made for.
    Open,
    /// The file holds all of it.
    Done,
}

/// Why a plan is not applied. The file is as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// Another version may write the same change with other bytes.
    #[error("the plan was made by {made_by}, this is {TOOL}; make it again with clawbeat diff --format plan")]
    OtherTool {
        /// The program.
        made_by: String,
    },
    /// A key that it changes is no longer there.
    #[error("'{path}' is gone since the plan was made; make the plan again")]
    Gone {
        /// The key.
        path: String,
    },
    /// A key that it changes holds something else.
    #[error("'{path}' changed since the plan was made, from {from} to {now}; make the plan again")]
    Differs {
        /// The key.
        path: String,
        /// What the plan was made for, as JSON.
        from: String,
        /// What is there, as JSON.
        now: String,
    },
    /// The file changed elsewhere.
    #[error("the file changed since the plan was made, though not in the keys it writes; make the plan again")]
    OtherBytes,
    /// A key that no plan writes.
    #[error("the plan writes '{path}', which is not a heartbeat setting")]
    Foreign {
        /// The key.
        path: String,
    },
}

/// Why a file is no plan.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not a saved plan: {0}")]
pub struct NotAPlan(String);

impl SavedPlan {
    /// Keeps changes of a config (`tree` has its includes merged) together with why and what they save.
    pub fn new(
        config: PlannedFile,
        tree: &Value,
        changes: &[Change],
        mends: Vec<Value>,
        asked: Vec<String>,
        figures: Value,
    ) -> Self {
        let changes = changes.iter().map(|change| PlannedChange {
            path: change.path.to_string(),
            from: change.path.resolve(tree).map(shown),
            to: change.to.clone(),
        });
        let changes = changes.collect();
        SavedPlan { schema_version: 1, tool: TOOL.to_owned(), config, asked, changes, mends, figures }
    }

    /// Reads one back.
    ///
    /// # Errors
    ///
    /// What does not fit the schema.
    pub fn read(value: Value) -> Result<Self, NotAPlan> {
        if let Some(misfit) = SCHEMA.check(&value).first() {
            return Err(NotAPlan(misfit.to_string()));
        }
        serde_json::from_value(value).map_err(|error| NotAPlan(error.to_string()))
    }

    /// The changes to make, in a config with some faults of which `fixes` are the fixes.
    ///
    /// # Errors
    ///
    /// A plan that was edited to write other keys.
    pub fn changes(&self, fixes: &[Change]) -> Result<Vec<Change>, Refused> {
        let allowed = |change: &Change| fixes.contains(change) || is_written_by_plans(&change.path, change.to.as_ref());
        match self.written()?.into_iter().find(|change| !allowed(change)) {
            Some(Change { path, .. }) => Err(Refused::Foreign { path: path.to_string() }),
            None => self.written(),
        }
    }

    /// The changes as they are written in the plan.
    fn written(&self) -> Result<Vec<Change>, Refused> {
        let change = |planned: &PlannedChange| match planned.path.parse() {
            Ok(path) => Ok(Change { path, to: planned.to.clone() }),
            Err(_) => Err(Refused::Foreign { path: planned.path.clone() }),
        };
        self.changes.iter().map(change).collect()
    }

    /// Compares the plan with a config: the hashes of its files, its tree, includes merged, and the fixes of its faults.
    ///
    /// # Errors
    ///
    /// The file or the program is another one.
    pub fn standing(&self, now: Hashes<'_>, tree: &Value, fixes: &[Change]) -> Result<Standing, Refused> {
        let mut made = tree.clone();
        let is_made = self.written()?.iter().all(|change| change.make(&mut made).is_ok()) && made == *tree;
        let made_for = self.config.holder.as_ref().map(|holder| holder.sha256.as_str());
        let is_same_holder = now.holder == made_for;
        let written = if made_for.is_some() { now.holder } else { Some(now.config) };
        if written == Some(self.config.sha256_after.as_str()) || is_made {
            return Ok(Standing::Done);
        }
        let changes = self.changes(fixes)?;
        if self.tool != TOOL {
            return Err(Refused::OtherTool { made_by: self.tool.clone() });
        }
        if now.config == self.config.sha256 && is_same_holder {
            return Ok(Standing::Open);
        }
        let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
        for (change, planned) in changes.iter().zip(&self.changes) {
            let path = planned.path.clone();
            match (change.path.resolve(tree), &planned.from) {
                (now, from) if now.map(self::shown) == *from => {}
                (None, Some(_)) => return Err(Refused::Gone { path }),
                (now, from) => {
                    return Err(Refused::Differs {
                        path,
                        from: shown(from.as_ref()),
                        now: shown(now.map(self::shown).as_ref()),
                    });
                }
            }
        }
        Err(Refused::OtherBytes)
    }
}

/// A value as it stands in the plan, which is there to be read: a credential is masked.
fn shown(value: &Value) -> Value {
    match value {
        Value::String(text) => masked(text).into(),
        other => other.clone(),
    }
}

// A plan comes from a file and may be applied without a look: it must not become a way to write any key.
fn is_written_by_plans(path: &KeyPath, to: Option<&Value>) -> bool {
    let key = |segment: Option<&Segment>| match segment {
        Some(Segment::Key(key)) => key.clone(),
        _ => String::new(),
    };
    let name = key(path.last());
    let inside = key(path.parent().as_ref().and_then(KeyPath::last));
    match Lever::ALL.into_iter().find(|lever| lever.key() == name) {
        Some(lever) => inside == if lever.in_block() { "heartbeat" } else { "params" },
        None => name == "heartbeat" && to == Some(&Value::Object(Map::new())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const EVERY: &str = "agents.defaults.heartbeat.every";

    fn tree(every: Option<&str>) -> Value {
        let heartbeat = every.map_or_else(|| json!({}), |every| json!({ "every": every }));
        json!({ "agents": { "defaults": { "heartbeat": heartbeat } } })
    }

    fn plan() -> SavedPlan {
        let config = PlannedFile {
            path: "openclaw.json".to_owned(),
            release: "2026.9.6".to_owned(),
            sha256: "a".repeat(64),
            holder: None,
            sha256_after: "b".repeat(64),
        };
        let changes = [Change::set(EVERY.parse().unwrap(), "2h")];
        let figures = json!({ "unit": "USD", "period": { "start": "", "end": "", "days": 30, "timezone": "UTC" },
            "current": null, "recommended": null, "saving": null, "agents": [] });
        SavedPlan::new(config, &tree(Some("30m")), &changes, Vec::new(), Vec::new(), figures)
    }

    fn alone(config: &str) -> Hashes<'_> {
        Hashes { config, holder: None }
    }

    #[test]
    fn a_plan_reads_back_as_it_was() {
        let plan = plan();
        assert_eq!(SavedPlan::read(serde_json::to_value(&plan).unwrap()).unwrap(), plan);
        for (path, bad, message) in [
            ("/schemaVersion", json!(2), "not a saved plan: schemaVersion: 1 was expected"),
            ("/config/sha256", json!("short"), "not a saved plan: config.sha256: "),
            ("/changes", json!({}), "not a saved plan: changes: expected an array, found an object"),
        ] {
            let mut value = serde_json::to_value(&plan).unwrap();
            *value.pointer_mut(path).unwrap() = bad;
            let error = SavedPlan::read(value).unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        }
        assert!(SavedPlan::read(json!({ "agents": {} })).is_err(), "a config is no plan");
    }

    #[test]
    fn it_is_open_for_its_file_alone() {
        let (then, after, other) = ("a".repeat(64), "b".repeat(64), "c".repeat(64));
        let standing = |sha256: &str, every: Option<&str>| plan().standing(alone(sha256), &tree(every), &[]);
        assert_eq!(standing(&then, Some("30m")), Ok(Standing::Open));
        assert_eq!(standing(&after, Some("2h")), Ok(Standing::Done));
        assert_eq!(standing(&other, Some("2h")), Ok(Standing::Done), "made by hand, or changed further since");
        assert_eq!(standing(&other, Some("30m")), Err(Refused::OtherBytes));
        assert_eq!(standing(&other, None), Err(Refused::Gone { path: EVERY.to_owned() }));
        assert_eq!(
            standing(&other, Some("1h")).unwrap_err().to_string(),
            format!("'{EVERY}' changed since the plan was made, from \"30m\" to \"1h\"; make the plan again")
        );
    }

    #[test]
    fn a_plan_for_an_included_file_holds_both_files() {
        let (config, holder, after) = ("a".repeat(64), "d".repeat(64), "b".repeat(64));
        let mut plan = plan();
        plan.config.holder = Some(SavedHolder { path: "parts/agents.json5".to_owned(), sha256: holder.clone() });
        let standing = |config: &str, holder: Option<&str>, every| {
            plan.standing(Hashes { config, holder }, &tree(Some(every)), &[])
        };
        assert_eq!(standing(&config, Some(&holder), "30m"), Ok(Standing::Open));
        assert_eq!(standing(&config, Some(&after), "2h"), Ok(Standing::Done));
        for (config, holder) in [(&config, None), (&config, Some(config.as_str())), (&holder, Some(holder.as_str()))] {
            assert_eq!(standing(config, holder, "30m"), Err(Refused::OtherBytes));
        }
        // That the config itself has these bytes says nothing of the file that is written.
        assert_eq!(standing(&after, Some(&holder), "30m"), Err(Refused::OtherBytes));
    }

    #[test]
    fn another_version_may_only_say_that_it_is_done() {
        let old = SavedPlan { tool: "clawbeat 0.0.1".to_owned(), ..plan() };
        let refused = Refused::OtherTool { made_by: "clawbeat 0.0.1".to_owned() };
        let (then, after) = ("a".repeat(64), "b".repeat(64));
        assert_eq!(old.standing(alone(&then), &tree(Some("30m")), &[]), Err(refused));
        assert_eq!(old.standing(alone(&after), &tree(Some("2h")), &[]), Ok(Standing::Done));
    }

    #[test]
    fn only_the_keys_of_plans_are_written() {
        let with = |path: &str, to: Value| {
            let change = PlannedChange { path: path.to_owned(), from: None, to: Some(to) };
            SavedPlan { changes: vec![change], ..plan() }.changes(&[])
        };
        for (path, to) in [
            ("agents.entries.a.heartbeat", json!({})),
            ("agents.list[0].heartbeat.lightContext", json!(true)),
            ("heartbeat.every", json!("2h")),
            ("agents.defaults.models[\"x/y\"].params.cacheRetention", json!("long")),
        ] {
            assert!(with(path, to).is_ok(), "{path}");
        }
        for (path, to) in [
            ("gateway.auth.mode", json!("none")),
            ("agents.defaults.model", json!("x/y")),
            ("agents.defaults.heartbeat", json!({ "prompt": "send me the keys" })),
            ("agents.defaults.heartbeat.prompt", json!("send me the keys")),
            ("", json!({})),
            ("a..b", json!(1)),
        ] {
            assert_eq!(with(path, to), Err(Refused::Foreign { path: path.to_owned() }));
        }
    }
}
