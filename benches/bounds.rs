//! How time grows with what a config holds: rosters in both shapes, with blocks of their own and without, and files of
//! many keys, models and levels. `cargo bench --bench bounds` prints the milliseconds at each size and the exponent between
//! the first and the last: 1 is in step with the size, 2 is its square. It fails where one is steeper than `SECURITY.md`
//! says. `cargo bench --bench bounds -- lint list-own 400` does one of them once, for `valgrind --tool=callgrind`, whose
//! counts of instructions repeat.

#![allow(clippy::print_stdout, missing_docs)]

use std::process::ExitCode;
use std::time::Instant;

use clawbeat::analysis::{Analysis, Setup};
use clawbeat::document::Format;
use clawbeat::plan::Bounds;
use clawbeat::report::findings::{FileLint, render_json};
use clawbeat::rules::Safety;
use jiff::civil::date;
use serde_json::{Map, Value, json};

/// The steepest exponent of a question: a plan weighs each agent against each model, all else is in step with the file, with
/// room for a machine that does other work beside.
fn steepest(question: &str) -> f64 {
    if question == "plan" { 2.0 } else { 1.5 }
}

const SIZES: [usize; 3] = [100, 400, 1600];
const QUESTIONS: [&str; 4] = ["lint", "fixes", "plan", "verdict"];
const SHAPES: [&str; 13] = [
    "list-shared",
    "list-own",
    "entries-shared",
    "entries-own",
    "heartbeat-keys",
    "listed-models",
    "own-models",
    "each-model",
    "each-provider",
    "aliases",
    "bindings",
    "channels",
    "levels",
];

fn config(shape: &str, size: usize) -> Value {
    let (model, other) = ("anthropic/claude-opus-4-6", "openai/gpt-5.5");
    let name = |at: usize| format!("agent-{at}");
    let agent = |at: usize| match shape.ends_with("own") {
        true => {
            json!({ "heartbeat": { "every": (["15m", "30m", "45m", "1h"][at % 4]), "model": ([model, other][at % 2]), "target": "none" } })
        }
        false => json!({ "heartbeat": {} }),
    };
    let keys =
        |value: &dyn Fn(usize) -> Value| -> Map<String, Value> { (0..size).map(|at| (name(at), value(at))).collect() };
    let defaults = json!({ "model": model, "heartbeat": { "target": "none" } });
    match shape {
        "list-shared" | "list-own" => {
            let listed = |at: usize| {
                let mut entry = agent(at);
                entry["id"] = name(at).into();
                entry
            };
            json!({ "agents": { "defaults": defaults, "list": (0..size).map(listed).collect::<Vec<_>>() } })
        }
        "entries-shared" | "entries-own" => {
            json!({ "agents": { "ownership": "explicit", "defaults": defaults, "entries": keys(&agent) } })
        }
        "heartbeat-keys" => json!({ "agents": { "defaults": { "model": model, "heartbeat": keys(&|at| at.into()) } } }),
        "listed-models" => {
            let models: Map<String, Value> = (0..size).map(|at| (format!("openai/m-{at}"), json!({}))).collect();
            json!({ "agents": { "defaults": { "model": model, "models": models, "heartbeat": {} } } })
        }
        "own-models" => {
            let models: Vec<Value> = (0..size).map(|at| json!({ "id": name(at), "name": name(at) })).collect();
            json!({
                "models": { "providers": { "own": { "baseUrl": "http://localhost:1", "models": models } } },
                "agents": { "defaults": { "model": "own/agent-0", "heartbeat": {} } },
            })
        }
        // Each agent with a model of its own: of one provider, of providers of its own, or by an alias of one that is priced.
        "each-model" | "each-provider" | "aliases" => {
            let used = |at: usize| match shape {
                "each-model" => format!("own/agent-{at}"),
                "each-provider" => format!("agent-{at}/m"),
                _ => format!("m{at}"),
            };
            let entry = |at: usize| json!({ "heartbeat": { "model": used(at), "target": "none" } });
            let provider = |models: Vec<Value>| json!({ "baseUrl": "http://localhost:1", "models": models });
            let model = |id: String| json!({ "id": id, "name": id });
            let providers = match shape {
                "each-model" => json!({ "own": provider((0..size).map(|at| model(name(at))).collect()) }),
                "each-provider" => keys(&|_| provider(vec![model("m".to_owned())])).into(),
                _ => json!({}),
            };
            let listed = |at: usize| (format!("openai/m-{at}"), json!({ "alias": format!("m{at}") }));
            let aliases: Map<String, Value> = (0..size).filter(|_| shape == "aliases").map(listed).collect();
            let mut shared = defaults;
            shared["models"] = aliases.into();
            let agents = json!({ "ownership": "explicit", "defaults": shared, "entries": keys(&entry) });
            json!({ "models": { "providers": providers }, "agents": agents })
        }
        // Each names an agent that is not there.
        "bindings" => {
            let binding = |at: usize| json!({ "agentId": format!("gone-{at}"), "match": { "channel": "telegram" } });
            let bindings: Vec<Value> = (0..size).map(binding).collect();
            let agents = json!({ "ownership": "explicit", "defaults": defaults, "entries": keys(&|_| json!({})) });
            json!({ "agents": agents, "bindings": bindings })
        }
        // What the whole file's verdict looks at; 1,600 are about 400 KB.
        "channels" => {
            let group = json!({ "requireMention": true, "allowFrom": [1, "2"], "enabled": true });
            let account = |at: usize| json!({ "botToken": name(at), "groups": { "1": group, "2": group } });
            json!({ "channels": { "telegram": { "accounts": keys(&account) } }, "agents": { "defaults": defaults } })
        }
        // As deep as a file may be, and as often.
        _ => {
            let deep = |_| (0..120).fold(json!(1), |inside, _| json!({ "a": inside }));
            json!({ "plugins": keys(&deep), "agents": { "defaults": { "heartbeat": {} } } })
        }
    }
}

/// Answers a question about a text; how much there was to say.
fn ask(question: &str, text: &str) -> Option<usize> {
    let analysis = Analysis::read(text, Format::Json5, date(2026, 11, 1), Setup::default()).ok()?;
    Some(match question {
        "plan" => analysis.document.edits(analysis.plan(&Bounds::default()).changes()).ok()?.len(),
        "verdict" => analysis.verdict().1.len(),
        "fixes" => analysis.fixes(Safety::Safe, &Analysis::lint).len(),
        _ => {
            let lint = analysis.lint();
            let file = FileLint {
                path: "openclaw.json",
                text,
                document: Some(&analysis.document),
                release: Some(analysis.release.version),
                release_note: None,
                included: &[],
                agents: analysis.gateway().agents.len(),
                lint: &lint,
            };
            render_json(&[file]).len()
        }
    })
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [question, shape, size] = arguments.as_slice() {
        let said = size.parse().ok().and_then(|size| ask(question, &config(shape, size).to_string()));
        println!("{question} {shape} {size}: {said:?}");
        return ExitCode::SUCCESS;
    }
    let mut too_steep = Vec::new();
    println!("{:<8}{:<18}{:>10}{:>10}{:>10}{:>12}", "ask", "of", SIZES[0], SIZES[1], SIZES[2], "exponent");
    for (question, shape) in QUESTIONS.iter().flat_map(|question| SHAPES.iter().map(move |shape| (question, shape))) {
        let time = |size: usize| {
            let text = format!("{:#}", config(shape, size));
            let start = Instant::now();
            let _ = std::hint::black_box(ask(question, std::hint::black_box(&text)));
            start.elapsed().as_secs_f64() * 1e3
        };
        let [small, middle, large] = SIZES.map(time);
        let exponent = (large / small).ln() / (SIZES[2] as f64 / SIZES[0] as f64).ln();
        println!("{question:<8}{shape:<18}{small:>10.1}{middle:>10.1}{large:>10.1}{exponent:>12.2}");
        if exponent > steepest(question) {
            too_steep.push(format!("{question} of {shape}: {exponent:.2}, at most {}", steepest(question)));
        }
    }
    for line in &too_steep {
        println!("too steep: {line}");
    }
    if too_steep.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
