//! What the config cannot say: how long conversations are, what a heartbeat writes, how large the files are. A workload
//! is a preset, or a file with the same fields; what a file leaves out it takes from the preset `typical`.

mod digest;
pub mod measured;
mod profile;
pub mod tasks;
pub mod workspace;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use measured::Provenance;
use workspace::Workspace;

pub use profile::{History, Profile};

use crate::catalogue::plans::{FlatPlan, Plans};
use crate::certain;
use crate::schema::{Schema, whole};

/// The low, typical and high load of a report's range.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// Its name, as in `typical`.
    pub name: String,
    /// Where it comes from, for the list of assumptions.
    pub source: String,
    /// The tier of a flat plan that the user has, which no config says.
    pub plan: Option<Arc<FlatPlan>>,
    load: Spread,
    agents: BTreeMap<String, Spread>,
    workspace: Option<Workspace>,
    own: BTreeMap<String, FoundWorkspace>,
    measured: BTreeMap<String, Provenance>,
    tokenizer: BTreeMap<String, u64>,
}

/// A workspace that was looked up for an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundWorkspace {
    /// Its files.
    pub workspace: Workspace,
    /// Its folder as the config names it.
    pub folder: String,
    /// What names it.
    pub named_by: String,
}

/// The load along the range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    /// The low end, the other one where nobody talks to the agent: without chat nobody starts a new session either, so at
    /// short intervals the traces of heartbeats make this one the larger of the two.
    pub idle: Arc<Profile>,
    /// The low end.
    pub low: Arc<Profile>,
    /// The typical figure.
    pub typical: Arc<Profile>,
    /// The high end.
    pub high: Arc<Profile>,
}

/// The names of the presets, from light to heavy load.
pub const PRESETS: [&str; 4] = ["idle", "light", "typical", "heavy"];

static SCHEMA: Schema = Schema::new(include_str!("../../schemas/workload.v1.schema.json"));
const IDLE: &str = include_str!("../../fixtures/workloads/idle.json");
const LIGHT: &str = include_str!("../../fixtures/workloads/light.json");
const TYPICAL: &str = include_str!("../../fixtures/workloads/typical.json");
const HEAVY: &str = include_str!("../../fixtures/workloads/heavy.json");
const LEVELS: [&str; 6] = ["low", "high", "agents", "plan", "tokenizer", "measured"];
const OWN: [&str; 3] = ["low", "high", "measured"];

/// A workload that cannot be used, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidWorkload(String);

/// The preset `typical`.
impl Default for Workload {
    fn default() -> Self {
        let levels = [("idle", IDLE), ("light", LIGHT), ("typical", TYPICAL), ("heavy", HEAVY)];
        Workload::of_levels("typical", &levels.map(|(name, text)| certain::read(name, text)))
    }
}

impl Workload {
    /// A preset by name. `typical` ranges from the lower of `idle` and `light` to `heavy`, where published bills lie
    /// (`docs/accuracy.md`); the others are a single level.
    pub fn preset(name: &str) -> Option<Self> {
        if name == "typical" {
            return Some(Workload::default());
        }
        let level = preset(name)?;
        Some(Workload::of_levels(name, &[(); 4].map(|()| level.clone())))
    }

    fn of_levels(name: &str, levels: &[Value; 4]) -> Self {
        Workload {
            name: name.to_owned(),
            source: format!("preset, see fixtures/workloads/{name}.json"),
            plan: None,
            load: certain::made(name, Spread::read(levels)),
            agents: BTreeMap::new(),
            workspace: None,
            own: BTreeMap::new(),
            measured: BTreeMap::new(),
            tokenizer: BTreeMap::new(),
        }
    }

    /// The ids of the agents of which it says something of their own, in lower case.
    pub fn agents(&self) -> impl Iterator<Item = &str> {
        self.agents.keys().map(String::as_str)
    }

    /// Reads a workload file that is already parsed. `file` names it in messages.
    ///
    /// # Errors
    ///
    /// A field that is unknown, of another type or out of its range.
    pub fn read(value: &Value, file: &str) -> Result<Self, InvalidWorkload> {
        Workload::read_knowing(value, file, &Plans::default())
    }

    /// The same where it may name one of these plans.
    ///
    /// # Errors
    ///
    /// As for [`Workload::read`].
    pub fn read_knowing(value: &Value, file: &str, plans: &Plans) -> Result<Self, InvalidWorkload> {
        let problems = SCHEMA.check(value);
        if let Some(problem) = problems.first() {
            return Err(InvalidWorkload(format!("workload '{file}': {problem}")));
        }
        let refused = |error: serde_json::Error| InvalidWorkload(format!("workload '{file}': {error}"));
        let plan = value["plan"].as_str().map(|id| {
            let unknown = || InvalidWorkload(format!("workload '{file}': plan: {}", plans.unknown(id)));
            plans.named(id).ok_or_else(unknown)
        });
        let plan = plan.transpose()?;
        let value = &whole(value);
        let base: Value = certain::read("typical", TYPICAL);
        let typical = merged(&base, &without(value, &LEVELS));
        let level = |key: &str| value.get(key).map_or_else(|| typical.clone(), |over| merged(&typical, over));
        let (low, high) = (level("low"), level("high"));
        let levels = [low.clone(), low, typical, high];
        let own = |(id, over): (&String, &Value)| {
            let [idle, low, typical, high] = levels.each_ref().map(|level| merged(level, &without(over, &OWN)));
            let end = |level: Value, key: &str| over.get(key).map_or_else(|| level.clone(), |own| merged(&level, own));
            let own = [end(idle, "low"), end(low, "low"), typical, end(high, "high")];
            Ok((id.to_lowercase(), Spread::read(&own).map_err(refused)?))
        };
        let agents = value["agents"].as_object().into_iter().flatten();
        let measured = agents.clone().filter_map(|(id, over)| Some((id.to_lowercase(), over.get("measured")?)));
        let measured = measured.map(|(id, own)| Ok((id, Provenance::deserialize(own).map_err(refused)?)));
        let measured = measured.collect::<Result<_, InvalidWorkload>>()?;
        let agents = agents.map(own);
        Ok(Workload {
            name: value["name"].as_str().unwrap_or(file).to_owned(),
            source: format!("workload file {file}"),
            plan: plan.cloned(),
            agents: agents.collect::<Result<_, _>>()?,
            load: Spread::read(&levels).map_err(refused)?,
            workspace: None,
            own: BTreeMap::new(),
            measured,
            tokenizer: value
                .get("tokenizer")
                .map(BTreeMap::deserialize)
                .transpose()
                .map_err(refused)?
                .unwrap_or_default(),
        })
    }

    /// What the records of a gateway say of an agent, where the load was measured from them.
    pub fn measured(&self, agent: &str) -> Option<&Provenance> {
        self.measured.get(agent)
    }

    /// Tokens that a model was measured to make of a thousand times four characters, by its full name.
    pub fn tokens_per_mille(&self, model: &str) -> Option<u64> {
        self.tokenizer.get(model).copied()
    }

    /// The same load from a gateway's records, which `source` names.
    pub fn from_records(self, source: String) -> Self {
        Workload { source, ..self }
    }

    /// The same load on the files of a real workspace.
    pub fn with_workspace(self, workspace: Workspace) -> Self {
        Workload { workspace: Some(workspace), ..self }
    }

    /// The same load with some agents on the files of their own workspaces, by id.
    pub fn with_own_workspaces(self, own: BTreeMap<String, FoundWorkspace>) -> Self {
        Workload { own, ..self }
    }

    /// The workspaces that were looked up, by agent.
    pub fn own_workspaces(&self) -> impl Iterator<Item = (&str, &FoundWorkspace)> {
        self.own.iter().map(|(agent, found)| (agent.as_str(), found))
    }

    /// The real workspaces: the one that was given, and those that were looked up.
    pub fn workspaces(&self) -> impl Iterator<Item = &Workspace> {
        self.workspace.iter().chain(self.own.values().map(|found| &found.workspace))
    }

    /// The load of one agent.
    pub fn of(&self, agent: &str) -> Spread {
        let workspace = self.own.get(agent).map(|found| &found.workspace).or(self.workspace.as_ref());
        let mut load = self.agents.get(agent).unwrap_or(&self.load).clone();
        if let Some(workspace) = workspace {
            let Spread { idle, low, typical, high } = &mut load;
            for profile in [idle, low, typical, high] {
                Arc::make_mut(profile).workspace = Some(workspace.clone());
            }
        }
        load
    }
}

impl Spread {
    fn read([idle, low, typical, high]: &[Value; 4]) -> serde_json::Result<Self> {
        let read = |level| Profile::deserialize(level).map(Arc::new);
        Ok(Spread { idle: read(idle)?, low: read(low)?, typical: read(typical)?, high: read(high)? })
    }
}

fn preset(name: &str) -> Option<Value> {
    PRESETS.contains(&name).then(|| certain::read(name, preset_text(name)))
}

/// The file of a preset; of a name that is none, that of `typical`.
pub(crate) fn preset_text(name: &str) -> &'static str {
    match name {
        "idle" => IDLE,
        "light" => LIGHT,
        "heavy" => HEAVY,
        _ => TYPICAL,
    }
}

fn without(value: &Value, keys: &[&str]) -> Value {
    let mut fields: Map<String, Value> = value.as_object().cloned().unwrap_or_default();
    fields.retain(|key, _| !keys.contains(&key.as_str()));
    Value::Object(fields)
}

/// `base` with the fields of `over`; the fields of `history` one by one.
fn merged(base: &Value, over: &Value) -> Value {
    let mut result = base.clone();
    for (key, value) in over.as_object().into_iter().flatten() {
        match (result.get_mut(key), value) {
            (Some(Value::Object(present)), Value::Object(fields)) => present.extend(fields.clone()),
            _ => result[key] = value.clone(),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_presets_keep_their_own_schema() {
        for name in PRESETS {
            let workload = Workload::read(&preset(name).unwrap(), name).unwrap();
            assert_eq!(workload.of("main").typical, Workload::preset(name).unwrap().of("main").typical);
        }
        let spread = Workload::preset("typical").unwrap().of("main");
        assert_eq!(
            [spread.idle, spread.low, spread.typical, spread.high].map(|p| p.history.start_tokens),
            [0, 13_000, 43_000, 120_000]
        );
    }

    #[test]
    fn a_file_overrides_the_typical_preset_field_by_field_and_agent_by_agent() {
        let file = json!({ "schemaVersion": 1, "history": { "startTokens": 1 }, "high": { "outputTokens": 900 },
            "agents": { "Ops": { "history": { "chatTurnsPerDay": 0 }, "skillsChars": null } } });
        let workload = Workload::read(&file, "w.json").unwrap();
        let main = workload.of("main");
        assert_eq!((main.typical.history.start_tokens, main.typical.history.tokens_per_turn), (1, 450));
        assert_eq!((main.low.output_tokens, main.high.output_tokens), (200, 900));
        let ops = workload.of("ops").high;
        assert_eq!((ops.history.chat_turns_per_day, ops.skills_chars, ops.output_tokens), (0, None, 900));
    }

    #[test]
    fn turns_fall_by_the_hours_on_record() {
        let history = |by_hour: &[(usize, u64)]| {
            let mut hours = vec![0; 24];
            by_hour.iter().for_each(|(hour, count)| hours[*hour] = *count);
            let mut history = Workload::default().of("main").typical.history.clone();
            (history.chat_turns_per_day, history.chat_by_hour) = (4, hours);
            (0..4).map(|turn| history.minute_of(turn)).collect::<Vec<u64>>()
        };
        assert_eq!(history(&[]), [540, 720, 900, 1080]);
        // Four turns: three share the hour from 08:00, each in the middle of its third.
        assert_eq!(history(&[(8, 3), (20, 1)]), [490, 510, 530, 1230]);
    }

    /// JSON Schema takes both for integers, and so do the numbers that are read.
    #[test]
    fn whole_numbers_count_however_they_are_written() {
        let load = |number: Value| {
            let own = json!({ "chatTurnsPerDay": number });
            let file = json!({ "schemaVersion": 1, "outputTokens": number, "agents": { "a": { "history": own } } });
            let workload = Workload::read(&file, "w.json").unwrap();
            (workload.of("main"), workload.of("a"))
        };
        assert_eq!(load(json!(5.0)), load(json!(5)));
        assert_eq!(load(json!(1e3)), load(json!(1000)));
        assert_eq!(load(json!(5)).1.high.history.chat_turns_per_day, 5);
    }

    #[test]
    fn absurd_files_are_refused_by_field() {
        let refused = |file: Value| Workload::read(&file, "w.json").unwrap_err().to_string();
        let text = refused(json!({ "schemaVersion": 1, "outputTokens": -5 }));
        assert!(text.contains("outputTokens") && text.contains("-5"), "{text}");
        let text = refused(json!({ "schemaVersion": 1, "outputToken": 5 }));
        assert!(text.contains("'outputToken'") && text.contains("'outputTokens'"), "{text}");
        refused(json!({ "outputTokens": 5 }));
        refused(json!({ "schemaVersion": 2 }));
        refused(json!([]));
    }
}
