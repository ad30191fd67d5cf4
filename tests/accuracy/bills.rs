//! What users published about their bills (`fixtures/bills`) against the simulator. A claim that can be right is
//! predicted; one that can't is contradicted by a figure, not by opinion.

use clawbeat::simulate::Tokens;
use serde::Deserialize;
use serde_json::Value;

use super::case::{Case, Ticked};

/// One published case.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Bill {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) title: String,
    pub(crate) release: String,
    anchor: Option<String>,
    config: Value,
    workload: Option<Value>,
    preset: Option<String>,
    prompt_tokens: Option<u64>,
    pub(crate) asks: Vec<Ask>,
}

/// One published figure and what is asked of the simulator for it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Ask {
    /// `usd`, `runs`, `skipped`, or tokens: `prompt`, `written`, `grown`.
    pub(crate) what: String,
    /// Over so many days …
    days: Option<i64>,
    /// … or of one run, counted from 0, …
    run: Option<usize>,
    /// … or of one of its requests.
    request: Option<usize>,
    /// With another model.
    model: Option<String>,
    /// With a conversation that makes the first prompt so long.
    prompt_tokens: Option<u64>,
    /// As the share of this that is saved.
    saved_of: Option<f64>,
    /// As a multiple of the same under another `cacheRetention`.
    over_retention: Option<String>,
    pub(crate) published: f64,
    /// The most that the prediction may be off, in percent.
    pub(crate) within: Option<f64>,
    /// The least factor between prediction and claim, in either direction.
    pub(crate) contradicts: Option<f64>,
    /// Why the claim cannot be right.
    pub(crate) why: Option<String>,
    pub(crate) note: Option<String>,
}

/// Every bill, by name.
pub(crate) fn all() -> Vec<Bill> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/bills");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path| serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    files.into_iter().map(read).collect()
}

impl Bill {
    fn case(&self, ask: &Ask) -> Case {
        let mut case = Case::idle(&self.release, self.config.clone());
        case.anchor = self.anchor.as_ref().map(|anchor| anchor.parse().unwrap());
        if let Some(model) = &ask.model {
            case.config["agents"]["defaults"]["model"] = Value::from(model.as_str());
        }
        if let Some(preset) = &self.preset {
            let path = format!("{}/fixtures/workloads/{preset}.json", env!("CARGO_MANIFEST_DIR"));
            case.workload = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        }
        if let Some(Value::Object(fields)) = &self.workload {
            case.workload.as_object_mut().unwrap().extend(fields.clone());
        }
        match ask.prompt_tokens.or(self.prompt_tokens) {
            Some(prompt) => {
                let fixed = case.ask(1).ticks[0].requests[0].tokens.prompt();
                case.with_history((prompt - fixed) * 4)
            }
            None => case,
        }
    }

    /// What the simulator says.
    pub(crate) fn predict(&self, ask: &Ask) -> f64 {
        let case = self.case(ask);
        let figure = figure(&case, ask);
        let figure = ask.saved_of.map_or(figure, |before| 1.0 - figure / before);
        let Some(retention) = &ask.over_retention else { return figure };
        let mut other = case;
        other.config["agents"]["defaults"]["params"] = serde_json::json!({ "cacheRetention": retention });
        figure / self::figure(&other, ask)
    }
}

fn figure(case: &Case, ask: &Ask) -> f64 {
    let all = case.ask(usize::MAX).ticks;
    let end = all[0].at + ask.days.unwrap_or(0) * 86_400_000;
    let ticks: Vec<&Ticked> = match ask.run {
        Some(run) => vec![&all[run]],
        None => all.iter().filter(|tick| tick.at < end).collect(),
    };
    let is_asked = |at: usize| ask.request.is_none_or(|request| request == at);
    let sum = |count: fn(&Tokens) -> u64| -> f64 {
        let requests = ticks.iter().flat_map(|tick| tick.requests.iter().enumerate());
        requests.filter(|(at, _)| is_asked(*at)).map(|(_, request)| count(&request.tokens)).sum::<u64>() as f64
    };
    match ask.what.as_str() {
        "usd" => {
            let costs = ticks.iter().flat_map(|tick| tick.costs.iter().enumerate());
            costs.filter(|(at, _)| is_asked(*at)).map(|(_, cost)| cost.unwrap().pico() as f64 / 1e12).sum()
        }
        "runs" => ticks.iter().filter(|tick| tick.skip.is_none()).count() as f64,
        "skipped" => ticks.iter().filter(|tick| tick.skip.is_some()).count() as f64,
        "prompt" => sum(Tokens::prompt),
        "written" => sum(|tokens| tokens.cache_write_5m),
        "grown" => sum(Tokens::prompt) - all[0].requests[0].tokens.prompt() as f64,
        other => panic!("no figure '{other}'"),
    }
}

impl Ask {
    /// In words.
    pub(crate) fn what(&self) -> String {
        let what = match self.what.as_str() {
            "usd" if self.over_retention.is_some() => "cost, relative",
            "usd" => "US dollars",
            "prompt" if self.saved_of.is_some() => "share saved",
            "prompt" => "prompt tokens",
            "written" => "tokens written to the cache",
            "grown" => "tokens added",
            other => other,
        };
        let span = match (self.days, self.run) {
            (Some(1), _) => "a day".to_owned(),
            (Some(days), _) => format!("in {days} days"),
            _ => "a run".to_owned(),
        };
        let model = self.model.as_ref().map_or(String::new(), |model| format!(", {model}"));
        format!("{what} {span}{model}")
    }
}

/// How far a prediction is off, in percent.
pub(crate) fn error(predicted: f64, published: f64) -> f64 {
    (predicted / published - 1.0) * 100.0
}

#[test]
fn bills_are_predicted_or_contradicted() {
    let bills = all();
    assert_eq!(bills.len(), 15);
    let mut wrong = Vec::new();
    for bill in &bills {
        for ask in &bill.asks {
            let predicted = bill.predict(ask);
            let factor = (predicted / ask.published).max(ask.published / predicted);
            let off = error(predicted, ask.published);
            let is_right = ask.within.is_none_or(|within| off.abs() <= within)
                && ask.contradicts.is_none_or(|contradicts| factor >= contradicts);
            if !is_right {
                wrong.push(format!("{} {}: {predicted} for {}, {off:.1} %", bill.id, ask.what, ask.published));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
