//! What running gateways made of rosters, release by release: whose workspace is whose, and which faults their start mends.

use clawbeat::gateway::folder::WorkspaceFolder;
use serde_json::{Map, Value};

use super::linted::{Linted, judged};

fn rows(facts: &str) -> Vec<Value> {
    let facts: Value = serde_json::from_str(facts).unwrap();
    facts["rows"].as_array().unwrap().clone()
}

/// The folder of each agent, as the fixture writes it.
fn folders(config: &Value, release: &str) -> Value {
    let gateway = Linted::new(&config.to_string(), Some(release)).gateway.unwrap();
    let folder = |WorkspaceFolder { key, part }| match (key, part) {
        (Some(key), part) => {
            let text = key.resolve(config).and_then(Value::as_str).unwrap();
            part.map_or(text.to_owned(), |part| format!("{text}/{part}"))
        }
        (None, Some(part)) => format!("workspace-{part}"),
        (None, None) => "workspace".to_owned(),
    };
    let of = |agent| folder(gateway.folder_of(agent)).into();
    Value::Object(gateway.agents.iter().map(|agent| (agent.id.clone(), of(agent))).collect::<Map<_, _>>())
}

#[test]
fn an_agent_works_where_its_gateway_has_it_work() {
    for row in rows(include_str!("../../fixtures/oracle/workspace-owner.json")) {
        let (release, config) = (row["release"].as_str().unwrap(), &row["config"]);
        let (verdict, _) = judged(&config.to_string(), release);
        assert_eq!(verdict.name(), row["verdict"], "{release} {config}");
        if row["folders"].is_object() {
            assert_eq!(folders(config, release), row["folders"], "{release} {config}");
        }
    }
}

#[test]
fn what_is_retired_in_an_agent_is_mended_since_the_release_that_does() {
    let mut problems = Vec::new();
    for row in rows(include_str!("../../fixtures/oracle/mends.json")) {
        for (release, said) in row["verdicts"].as_object().unwrap() {
            let (verdict, _) = judged(&row["config"].to_string(), release);
            if verdict.name() != *said {
                problems.push(format!("{release}: {}, recorded {said}: {}", verdict.name(), row["config"]));
            }
        }
    }
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}
