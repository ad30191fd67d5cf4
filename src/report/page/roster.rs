//! Who pays: the agents that run, as many as a format has room for, and sums over the others and over all.

use super::super::against::AgentAgainst;
use super::super::values::{model_name, setting};
use super::super::{AgentReport, Report};
use super::{Column, Line};
use crate::money::{Money, Unit};
use crate::simulate::estimate::Estimate;
use crate::words::{count, figure, figure_if_known, in_unit, percent, tokens};

/// The agents that run.
pub(in crate::report) struct Roster {
    /// In the order of the file; where not all are shown, the most expensive first.
    pub(in crate::report) shown: Vec<Payer>,
    /// The others.
    pub(in crate::report) more: Option<Payer>,
    /// Agents of the older file that are gone; many are one.
    pub(in crate::report) removed: Vec<Payer>,
    pub(in crate::report) all: Payer,
}

/// An agent, or several as one.
pub(in crate::report) struct Payer {
    pub(in crate::report) name: Line,
    /// How many agents this is.
    pub(in crate::report) agents: usize,
    /// The interval and the model in words; nothing for several.
    pub(in crate::report) every: String,
    pub(in crate::report) model: String,
    pub(in crate::report) runs: u64,
    /// The typical month in the older file, where there is one: `None` inside where it is unknown.
    pub(in crate::report) before: Option<Option<Money>>,
    /// Whether only this file has it, or only the older one.
    pub(in crate::report) is_new: bool,
    pub(in crate::report) is_gone: bool,
    pub(in crate::report) now: Option<Money>,
    pub(in crate::report) after: Option<Money>,
    /// The tokens of the month, now and after.
    tokens: [u64; 2],
    /// Of all that is paid; `None` where that is unknown or nothing.
    pub(in crate::report) percent: Option<Money>,
}

/// Removed agents that stand by themselves; more are one.
const MOST_REMOVED: usize = 3;

/// What stands where there is no figure.
const NOTHING: &str = "–";

/// The agents that run, at most so many by themselves.
pub(in crate::report) fn roster(report: &Report, most: usize) -> Roster {
    let mut agents: Vec<&AgentReport> = report.enrolled().collect();
    let before = report.against.as_ref().map(|against| against.current.typical());
    let all = Payer { before, ..sum(report, &agents, "all".into()) };
    if agents.len() > most {
        agents = report.dearest();
    }
    let rest = agents.split_off(agents.len().min(most));
    let gone = report.against.iter().flat_map(|against| &against.agents);
    let gone: Vec<&AgentAgainst> = gone.filter(|agent| !report.agents.iter().any(|here| here.id == agent.id)).collect();
    Roster {
        shown: agents.into_iter().map(|agent| payer(report, agent)).collect(),
        more: (!rest.is_empty()).then(|| sum(report, &rest, format!("{} more", rest.len()).into())),
        removed: match gone.len() {
            0..=MOST_REMOVED => gone.iter().map(|agent| removed(&[agent], Line::code(&agent.id))).collect(),
            many => vec![removed(&gone, format!("{many} agents").into())],
        },
        all,
    }
}

/// All agents that run, the most expensive first.
pub(in crate::report) fn payers(report: &Report) -> Vec<Payer> {
    report.dearest().into_iter().map(|agent| payer(report, agent)).collect()
}

fn payer(report: &Report, agent: &AgentReport) -> Payer {
    let one = sum(report, &[agent], Line::code(&agent.id));
    Payer { every: setting(agent, "every"), model: model_name(agent), ..one }
}

fn sum(report: &Report, agents: &[&AgentReport], name: Line) -> Payer {
    let now = Estimate::sum(agents.iter().map(|agent| &agent.current));
    let after = Estimate::sum(agents.iter().map(|agent| &agent.recommended));
    let total = report.totals.current.typical();
    let known: Vec<&AgentAgainst> = report.against.iter().flat_map(|against| &against.agents).collect();
    let known: Vec<&AgentAgainst> =
        agents.iter().filter_map(|agent| known.iter().find(|before| before.id == agent.id).copied()).collect();
    Payer {
        name,
        agents: agents.len(),
        every: String::new(),
        model: String::new(),
        runs: now.runs,
        before: report.against.as_ref().map(|_| known.iter().map(|before| before.there).sum()),
        is_new: known.is_empty(),
        is_gone: false,
        percent: total.zip(now.typical()).and_then(|(total, now)| now.percent_of(total)),
        now: now.typical(),
        after: after.typical(),
        tokens: [now.tokens.all(), after.tokens.all()],
    }
}

fn removed(agents: &[&AgentAgainst], name: Line) -> Payer {
    let nothing = Some(Money::ZERO);
    Payer {
        name: name.and(" (removed)"),
        agents: agents.len(),
        every: NOTHING.to_owned(),
        model: NOTHING.to_owned(),
        runs: 0,
        before: Some(agents.iter().map(|agent| agent.there).sum()),
        is_new: false,
        is_gone: true,
        now: nothing,
        after: nothing,
        tokens: [0, 0],
        percent: None,
    }
}

/// The columns of the table; with an older file, what was paid before takes the room of the shares.
pub(in crate::report) fn columns(report: &Report) -> Vec<Column> {
    let unit = report.unit;
    let paid = match report.against.is_some() {
        true => [Column::figures(in_unit("before", unit)), Column::figures(in_unit("this revision", unit))],
        false => [Column::figures(in_unit("now", unit)), Column::figures("share").spare()],
    };
    let [agent, every, model] = ["agent", "every", "model"].map(Column::words);
    let [before, now] = paid;
    vec![agent, every, model, Column::figures("runs").spare(), before, now, Column::figures("after the plan")]
}

impl Payer {
    /// What it costs now and after; where no price is known, what it takes.
    pub(in crate::report) fn figures(&self, unit: Unit) -> [String; 2] {
        let [now, after] = self.tokens;
        [(self.now, now), (self.after, after)].map(|(cost, taken)| match cost {
            Some(cost) => figure(cost, unit),
            None if taken > 0 => format!("{} tokens", tokens(taken)),
            None => "unknown".to_owned(),
        })
    }

    /// The cells under these columns.
    pub(in crate::report) fn cells(&self, report: &Report) -> Vec<Line> {
        let before = |money| Line::new(figure_if_known(money, report.unit));
        let [paid, after] = self.figures(report.unit).map(Line::from);
        let [before, now] = match self.before {
            Some(_) if self.is_new => [Line::new(NOTHING), paid],
            Some(paid_before) => [before(paid_before), paid],
            None => [paid, Line::new(self.percent.map_or(NOTHING.to_owned(), percent))],
        };
        let every = match self.every.as_str() {
            "" | NOTHING => Line::new(&*self.every),
            every => Line::code(every),
        };
        let runs = if self.is_gone { NOTHING.to_owned() } else { count(self.runs) };
        vec![self.name.clone(), every, Line::new(&*self.model), runs.into(), before, now, after]
    }
}
