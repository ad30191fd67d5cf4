//! The report as metrics, for the textfile collector of Prometheus' node_exporter. The names are a contract
//! (`docs/formats.md`); what is unknown has no sample, so that nobody adds it up as 0.

use std::fmt::{Display, Write as _};

use super::{AgentReport, Report};
use crate::money::Unit;
use crate::releases::NEWEST;
use crate::rules::Verdict;
use crate::simulate::estimate::Estimate;

/// A metric under construction: its head, then a line a sample.
struct Metric {
    name: String,
    text: String,
}

impl Metric {
    fn new(name: impl Into<String>, help: &str) -> Self {
        let name = name.into();
        Metric { text: format!("# HELP {name} {help}\n# TYPE {name} gauge\n"), name }
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{}{{{}}} {value}", self.name, labels.join(","));
    }

    /// The range of a month's cost, where it is known.
    fn cost(&mut self, labels: &[(&str, &str)], month: &Estimate) {
        let Some(cost) = month.cost else { return };
        for (bound, amount) in [("low", cost.low), ("typical", cost.typical), ("high", cost.high)] {
            self.sample(&[labels, &[("bound", bound)]].concat(), amount);
        }
    }
}

/// Puts the samples of one agent into a metric, with these labels.
type Put<'a> = &'a dyn Fn(&mut Metric, &[(&str, &str)], &AgentReport);

/// A label's value: the format knows three escapes, and has no other rule for what may stand there.
fn escaped(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}

/// Renders the metrics of configs. A sample of an agent whose price is in another unit than its report's is left out.
pub fn render(reports: &[Report]) -> String {
    let each = |metric: &mut Metric, put: Put<'_>, unit: Option<Unit>| {
        for report in reports.iter().filter(|report| unit.is_none_or(|unit| report.unit == unit)) {
            for agent in report.enrolled() {
                let model = model(agent);
                put(metric, &[("config", &report.config.path), ("agent", &agent.id), ("model", &model)], agent);
            }
        }
    };
    let mut metrics = Vec::new();
    for (unit, name) in [(Unit::Usd, "usd"), (Unit::Credits, "credits"), (Unit::Tokens, "tokens")] {
        if !reports.iter().any(|report| report.unit == unit) {
            continue;
        }
        let mut current =
            Metric::new(format!("clawbeat_monthly_cost_{name}"), "What an agent's heartbeats cost a month.");
        each(&mut current, &|metric, labels, agent| metric.cost(labels, &agent.current), Some(unit));
        let name = format!("clawbeat_recommended_monthly_cost_{name}");
        let mut recommended = Metric::new(name, "The same after the changes that clawbeat apply makes.");
        each(&mut recommended, &|metric, labels, agent| metric.cost(labels, &agent.recommended), Some(unit));
        metrics.extend([current, recommended]);
    }
    let mut runs = Metric::new("clawbeat_runs_per_day", "Heartbeats that call a model, on a mean day.");
    each(&mut runs, &|metric, labels, agent| metric.sample(labels, agent.usage.runs_per_day), None);
    let mut requests = Metric::new("clawbeat_requests_per_day", "Requests of heartbeats to models, on a mean day.");
    each(&mut requests, &|metric, labels, agent| metric.sample(labels, agent.usage.requests_per_day), None);
    let mut tokens = Metric::new("clawbeat_tokens_per_day", "Tokens that heartbeats read and write, on a mean day.");
    each(&mut tokens, &|metric, labels, agent| metric.sample(labels, agent.usage.tokens_per_day), None);

    let mut accepted =
        Metric::new("clawbeat_config_accepted", "1 where OpenClaw takes the config, 0 where it refuses it.");
    for report in reports {
        let (release, verdict) = (report.config.release.to_string(), report.config.verdict);
        let labels = [("config", report.config.path.as_str()), ("release", &release), ("verdict", verdict.name())];
        accepted.sample(&labels, u8::from(verdict != Verdict::Refused));
    }
    let mut build = Metric::new("clawbeat_build_info", "The program, and the newest OpenClaw release that it knows.");
    build.sample(&[("version", env!("CARGO_PKG_VERSION")), ("newest_release", &NEWEST.to_string())], 1);

    metrics.extend([runs, requests, tokens, accepted, build]);
    metrics.into_iter().map(|metric| metric.text).collect()
}

/// The model as the config names it.
fn model(agent: &AgentReport) -> String {
    let named = agent.settings.get("model").and_then(|model| model.value.as_str());
    named.unwrap_or_default().to_owned()
}
