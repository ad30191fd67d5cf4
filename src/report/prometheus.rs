//! The report as metrics, for the textfile collector of Prometheus' node_exporter. The names are a contract
//! (`docs/formats.md`); what is unknown has no sample, so that nobody adds it up as 0.

use std::fmt::{Display, Write as _};

use super::{AgentReport, Report};
use crate::bill::windows::Ends;
use crate::certain;
use crate::money::{Money, Unit};
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

/// What an agent's heartbeats take: the name, its help, the figure.
type Used = (&'static str, &'static str, fn(&AgentReport) -> String);

const USED: [Used; 11] = [
    ("runs_per_day", "Heartbeats that call a model, on an average day.", |agent| agent.usage.runs_per_day.to_string()),
    ("runs_per_week", "The same in seven such days.", |agent| agent.usage.runs_per_day.times(7).to_string()),
    ("runs_per_month", "The same in the month.", |agent| agent.current.runs.to_string()),
    ("requests_per_day", "Requests of heartbeats to models, on an average day.", |agent| {
        agent.usage.requests_per_day.to_string()
    }),
    ("requests_per_week", "The same in seven such days.", |agent| agent.usage.requests_per_day.times(7).to_string()),
    ("requests_per_month", "The same in the month.", |agent| agent.current.requests.to_string()),
    ("tokens_per_day", "Tokens that heartbeats read and write, on an average day.", |agent| {
        agent.usage.tokens_per_day.to_string()
    }),
    ("tokens_per_week", "The same in seven such days.", |agent| {
        agent.usage.tokens_per_day.saturating_mul(7).to_string()
    }),
    ("tokens_per_month", "The same in the month.", |agent| agent.current.tokens.all().to_string()),
    ("busiest_5h_requests", "The most requests of heartbeats in any five hours.", |agent| {
        agent.usage.busiest_5h.requests.to_string()
    }),
    ("busiest_5h_tokens", "The most tokens of heartbeats in any five hours.", |agent| {
        agent.usage.busiest_5h.tokens.to_string()
    }),
];

/// What is used of each window of a plan, by the heartbeats of a config and with its jobs: 1 is all of it.
fn shares(reports: &[Report]) -> [Metric; 2] {
    let mut alone = Metric::new(
        "clawbeat_plan_window_share_ratio",
        "How much of a plan's limit heartbeats use: of the highest limit it may have, and of the lowest.",
    );
    let mut with_jobs = Metric::new(
        "clawbeat_plan_window_share_with_jobs_ratio",
        "The same with the jobs that the plan pays for, too.",
    );
    for report in reports {
        for window in &report.totals.windows {
            let (unit, span) = (certain::line(&window.unit), certain::line(&window.window));
            let [unit, span] = [&unit, &span].map(|name| name.trim_matches('"'));
            let labels = [("config", &*report.config.path), ("offer", &window.offer), ("unit", unit), ("window", span)];
            let put = |metric: &mut Metric, share: Option<Ends>| {
                for (bound, percent) in share.into_iter().flat_map(|share| [("low", share.low), ("high", share.high)]) {
                    metric.sample(&[&labels[..], &[("bound", bound)]].concat(), Money::from_pico(percent.pico() / 100));
                }
            };
            put(&mut alone, window.share);
            put(&mut with_jobs, window.with_jobs.map_or(window.share, |with| with.share));
        }
    }
    [alone, with_jobs]
}

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
    for (name, help, figure) in USED {
        let mut used = Metric::new(format!("clawbeat_{name}"), help);
        each(&mut used, &|metric, labels, agent| metric.sample(labels, figure(agent)), None);
        metrics.push(used);
    }
    metrics.extend(shares(reports));

    let mut accepted =
        Metric::new("clawbeat_config_accepted", "1 where OpenClaw takes the config, 0 where it refuses it.");
    for report in reports {
        let (release, verdict) = (report.config.release.to_string(), report.config.verdict);
        let labels = [("config", report.config.path.as_str()), ("release", &release), ("verdict", verdict.name())];
        accepted.sample(&labels, u8::from(verdict != Verdict::Refused));
    }
    let mut build = Metric::new("clawbeat_build_info", "The program, and the newest OpenClaw release that it knows.");
    build.sample(&[("version", env!("CARGO_PKG_VERSION")), ("newest_release", &NEWEST.to_string())], 1);

    metrics.extend([accepted, build]);
    metrics.into_iter().map(|metric| metric.text).collect()
}

/// The model as the config names it.
fn model(agent: &AgentReport) -> String {
    let named = agent.settings.get("model").and_then(|model| model.value.as_str());
    named.unwrap_or_default().to_owned()
}
