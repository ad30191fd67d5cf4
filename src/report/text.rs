//! The report on a terminal: the answer first, then the change, then what stands behind them. Plain text, at most 80
//! columns wide where names allow it.

mod explained;

use std::fmt::Write as _;

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::amount::{amount, cost, count, duration, figure, percent, plain, spread, tokens};
use super::comparison;
use super::{AgentReport, ChangeInfo, OtherGeneration, Report};
use crate::gateway::release::{Generation, ReleaseSource};
use crate::money::{Money, Unit};
use crate::rules::Verdict;
use crate::simulate::estimate::Estimate;

/// Agents shown with their settings and parts; larger rosters are a table, `--agent` shows one.
const DETAILED_AGENTS: usize = 2;
const WIDTH: usize = 80;

/// Renders the report.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    header(&mut out, report);
    headline(&mut out, report);
    budget(&mut out, report);
    agents(&mut out, report);
    changes(&mut out, report);
    let enrolled: Vec<&AgentReport> = report.enrolled().filter(|agent| agent.current.ticks > 0).collect();
    if enrolled.len() <= DETAILED_AGENTS {
        enrolled.iter().for_each(|agent| details(&mut out, report, agent, enrolled.len() > 1));
    }
    comparison::render(&mut out, report);
    list(&mut out, "Warnings", &report.warnings);
    assumptions(&mut out, report);
    next(&mut out, report);
    out
}

fn header(out: &mut String, report: &Report) {
    let source = match report.config.release_source {
        ReleaseSource::Flag => "as asked",
        ReleaseSource::Meta => "named in the file",
        ReleaseSource::Assumed => "assumed",
    };
    let path = if report.config.path == "-" { "<stdin>" } else { &report.config.path };
    paragraph(out, &format!("{} · OpenClaw {} ({source})", plain(path), report.config.release));
    out.push('\n');
}

/// The answer in a sentence or two.
fn headline(out: &mut String, report: &Report) {
    let unit = report.unit;
    let now = &report.totals.current;
    let what = match report.config.verdict {
        Verdict::Valid => None,
        Verdict::Repaired => Some("calls this file invalid and repairs it at start"),
        Verdict::Refused => Some("refuses this file and does not start with it"),
    };
    if let Some(what) = what {
        let why = report.config.problems.first().map_or(String::new(), |problem| format!(": {}", plain(problem)));
        paragraph(out, &format!("OpenClaw {} {what}{why}. It is costed here as if repaired.", report.config.release));
        out.push('\n');
    }
    if let Some(other) = &report.totals.other_generation {
        paragraph(out, &either_generation(report, other));
        if let Some(later) = once_routed(report).filter(|_| now.runs == 0) {
            out.push('\n');
            paragraph(
                out,
                &format!(
                    "On {} every tick is skipped, as there is nowhere to deliver to. {}",
                    report.config.release,
                    later_cost(&later, unit)
                ),
            );
        }
        return;
    }
    let sentence = match (now.cost, once_routed(report)) {
        _ if report.enrolled().next().is_none() => {
            "No agent of this file runs heartbeats: they cost nothing.".to_owned()
        }
        (Some(cost), Some(later)) if now.runs == 0 && cost.high == Money::ZERO => {
            let later = later_cost(&later, unit);
            format!("Heartbeats cost nothing now: there is nowhere to deliver to, so every tick is skipped. {later}")
        }
        (Some(cost), _) if now.runs > 0 && cost.high == Money::ZERO => {
            format!(
                "Heartbeats cost no money: their models have a price of 0. They send {} tokens a month.",
                tokens(now.tokens.prompt())
            )
        }
        (Some(_), _) if now.runs == 0 => "Heartbeats cost nothing: no tick of the month runs.".to_owned(),
        (Some(cost), _) => {
            let typical =
                format!("Heartbeats cost about {} a month ({}).", amount(cost.typical, unit), spread(cost, unit));
            match (report.totals.saving, report.totals.recommended.cost) {
                (Some(saving), Some(then)) if saving.amount > Money::ZERO => {
                    let share = saving.percent.map_or(String::new(), |share| format!(", {} less", percent(share)));
                    format!("{typical} After the change below: about {}{share}.", amount(then.typical, unit))
                }
                _ => typical,
            }
        }
        (None, _) => {
            let known = report.totals.known_part.as_ref().filter(|known| known.runs > 0);
            let known = known
                .map_or(String::new(), |known| format!(" What is known costs about {} a month.", cost(known, unit)));
            let spent = now.tokens;
            format!(
                "The cost is unknown, because a price is. The heartbeats send {} and write {} tokens a month.{known}",
                tokens(spent.prompt()),
                tokens(spent.output)
            )
        }
    };
    paragraph(out, &sentence);
}

fn budget(out: &mut String, report: &Report) {
    let Some(budget) = report.totals.budget else { return };
    let (most, floor) = (amount(budget.amount, report.unit), amount(budget.floor, report.unit));
    out.push('\n');
    paragraph(
        out,
        &match budget.reached {
            Some(true) => format!("{most} a month is kept with as little change as that takes; the floor is {floor}."),
            Some(false) => format!("Nothing within these bounds comes under {most} a month: the floor is {floor}."),
            None => format!("Whether {most} a month is kept is unknown, because a price is."),
        },
    );
}

fn later_cost(later: &Estimate, unit: Unit) -> String {
    match later.cost {
        Some(cost) => {
            format!(
                "Once there is a route they cost about {} a month ({}).",
                amount(cost.typical, unit),
                spread(cost, unit)
            )
        }
        None => "Once there is a route they cost an unknown amount.".to_owned(),
    }
}

/// Both figures, the dearer first, where nothing says which generation of releases runs the file.
fn either_generation(report: &Report, other: &OtherGeneration) -> String {
    let unit = report.unit;
    let mut figures = [(report.config.release, &report.totals.current), (other.release, &other.current)];
    // An unknown cost may be any.
    figures.sort_by_key(|(_, month)| {
        std::cmp::Reverse(month.cost.map_or(Money::from_pico(i128::MAX), |cost| cost.typical))
    });
    let say = |month: &Estimate| match month.cost {
        None => "an unknown amount".to_owned(),
        Some(range) if range.high == Money::ZERO => "nothing".to_owned(),
        Some(range) => format!("about {} a month ({})", amount(range.typical, unit), spread(range, unit)),
    };
    let [(dear, most), (cheap, least)] = figures;
    format!(
        "Heartbeats cost {} if OpenClaw {dear} runs this file and {} if {cheap} does. The file does not say which; \
         pin it with --openclaw-version.",
        say(most),
        say(least)
    )
}

fn once_routed(report: &Report) -> Option<Estimate> {
    let later: Vec<&Estimate> = report.enrolled().filter_map(|agent| agent.once_routed.as_ref()).collect();
    (!later.is_empty()).then(|| Estimate::sum(later.into_iter()))
}

fn agents(out: &mut String, report: &Report) {
    let unit = report.unit;
    let total = report.totals.current.cost.map(|cost| cost.typical);
    let names = ["agent", "every", "model", "runs", &in_unit("now", unit), "share", "after"];
    let mut rows = vec![names.map(str::to_owned)];
    for agent in report.enrolled() {
        let share = total.zip(agent.current.cost).and_then(|(total, cost)| cost.typical.percent_of(total));
        rows.push([
            plain(&agent.id),
            setting(agent, "every"),
            model_name(agent),
            count(agent.current.runs),
            agent.current.cost.map_or("unknown".to_owned(), |cost| figure(cost.typical, unit)),
            share.map_or("-".to_owned(), percent),
            agent.recommended.cost.map_or("unknown".to_owned(), |cost| figure(cost.typical, unit)),
        ]);
    }
    if rows.len() == 1 {
        for agent in &report.agents {
            out.push('\n');
            paragraph(out, &format!("{}: {}", plain(&agent.id), agent.reason));
        }
        return;
    }
    out.push('\n');
    if report.totals.other_generation.is_some() {
        paragraph(out, &format!("On {}:", report.config.release));
    }
    table(out, &rows, &[3, 4, 5, 6]);
    let silent: Vec<&AgentReport> = report.agents.iter().filter(|agent| !agent.enrolled).collect();
    if let Some(first) = silent.first() {
        let names: Vec<String> = silent.iter().take(8).map(|agent| plain(&agent.id)).collect();
        let more = if silent.len() > 8 { format!(" and {} more", silent.len() - 8) } else { String::new() };
        out.push('\n');
        paragraph(out, &format!("Not running: {}{more} ({}).", names.join(", "), plain(&first.reason)));
    }
}

fn model_name(agent: &AgentReport) -> String {
    match &agent.model.name {
        Some(name) => plain(name),
        None => setting(agent, "model"),
    }
}

fn setting(agent: &AgentReport, key: &str) -> String {
    agent.settings.get(key).map_or_else(|| "?".to_owned(), |setting| value(&setting.value))
}

/// A value of a lever; models by their catalogue name where they have one.
fn shown(report: &Report, of: &Value) -> String {
    let name = of.as_str().and_then(|model| report.model_names.get(model));
    name.map_or_else(|| value(of), |name| plain(name))
}

fn value(value: &Value) -> String {
    match value {
        Value::String(text) => plain(text),
        Value::Null => "unknown".to_owned(),
        Value::Array(values) => values.iter().map(self::value).collect::<Vec<_>>().join(" + "),
        Value::Object(hours) if hours.contains_key("start") => {
            ["start", "end"].map(|bound| hours.get(bound).map_or_else(String::new, self::value)).join("–")
        }
        other => other.to_string(),
    }
}

fn changes(out: &mut String, report: &Report) {
    let steps = steps(report);
    if steps.is_empty() {
        return;
    }
    title(out, "What to change");
    let enrolled = report.enrolled().count();
    let several = enrolled > 1;
    for (at, Step { agents, change, saving }) in steps.into_iter().enumerate() {
        let whose = if several { format!("{}: ", agents.join(", ")) } else { String::new() };
        let saves = match saving {
            saving if saving < Money::ZERO => format!("costs {}", amount(Money::ZERO - saving, report.unit)),
            saving => format!("saves {}", amount(saving, report.unit)),
        };
        let line = format!(
            "{:>2}. {whose}{}: {} → {}",
            at + 1,
            plain(&change.path),
            shown(report, &change.from),
            shown(report, &change.to)
        );
        wrapped(out, &line, 4);
        wrapped(out, &format!("    {saves} a month, risk {}: {}", change.risk, change.reason), 4);
        wrapped(out, &format!("    gives up {}", change.gives_up), 4);
        if enrolled <= DETAILED_AGENTS {
            explained::of_change(out, report, change);
        }
    }
}

/// A key to write, with everybody who gets its value from it.
struct Step<'a> {
    agents: Vec<String>,
    change: &'a ChangeInfo,
    saving: Money,
}

/// The changes of all agents; a shared key is one step, which saves for each of them.
fn steps(report: &Report) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for agent in report.enrolled() {
        for change in &agent.changes {
            let same = |step: &&mut Step<'_>| step.change.path == change.path && step.change.from == change.from;
            match steps.iter_mut().find(same) {
                Some(step) => {
                    step.agents.push(plain(&agent.id));
                    step.saving += change.saving;
                }
                None => steps.push(Step { agents: vec![plain(&agent.id)], change, saving: change.saving }),
            }
        }
    }
    steps
}

fn details(out: &mut String, report: &Report, agent: &AgentReport, named: bool) {
    let unit = report.unit;
    let of = if named { format!(" ({})", plain(&agent.id)) } else { String::new() };
    title(out, &format!("Settings{of}"));
    paragraph(out, &format!("Runs because {}.", plain(&agent.reason)));
    let mut rows = Vec::new();
    for key in ["every", "model", "isolatedSession", "lightContext", "activeHours", "target", "cacheRetention"] {
        if let Some(info) = agent.settings.get(key) {
            rows.push([key.to_owned(), value(&info.value), plain(&info.origin)]);
        }
    }
    table(out, &rows, &[]);
    let source = agent.model.price_source.as_deref().unwrap_or("no price known");
    paragraph(out, &format!("Price: {} ({}).", plain(source), plain(&agent.model.matched)));

    let month = agent.once_routed.as_ref().unwrap_or(&agent.current);
    if let Some(request) = &agent.request {
        title(out, &format!("What a run sends{of}"));
        let parts = &request.parts;
        let shown = [
            ("tools", parts.tools),
            ("system text", parts.stable_system + parts.volatile_system),
            ("workspace files", parts.workspace_files),
            ("skills", parts.skills),
            ("conversation, on average", request.conversation),
            ("heartbeat message", parts.message + parts.carrier),
        ];
        let all: u64 = shown.iter().map(|(_, chars)| chars).sum();
        for (name, chars) in shown {
            let share = (chars * 1000).checked_div(all).map_or(0, |share| (share + 5) / 10);
            let bar = "█".repeat(usize::try_from(share * 3 / 10).unwrap_or(0));
            let line = format!("  {name:<26}{:>8} tokens {share:>3} %  {bar}", tokens(chars / 4));
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
    if month.runs > 0 {
        let later = if agent.once_routed.is_some() { ", once there is a route" } else { "" };
        title(out, &format!("The month{of}{later}"));
        let spent = month.tokens;
        let _ = writeln!(
            out,
            "  {} ticks, {} runs, {} requests",
            count(month.ticks),
            count(month.runs),
            count(month.requests)
        );
        for (reason, skipped) in &month.skips {
            let _ = writeln!(out, "  {} ticks skipped: {}", count(*skipped), reason.name());
        }
        let buckets = [
            ("plain input", spent.input),
            ("cache reads", spent.cache_read),
            ("cache writes, 5 minutes", spent.cache_write_5m),
            ("cache writes, 1 hour", spent.cache_write_1h),
            ("output", spent.output),
        ];
        for (name, number) in buckets.into_iter().filter(|(_, number)| *number > 0) {
            let _ = writeln!(out, "  {name:<26}{:>8} tokens", tokens(number));
        }
        if let Some(each) = month.per_run {
            let _ = writeln!(out, "  {} a run on average", amount(each, unit));
        }
    }
    remedies(out, report, agent, &of);
    reaction(out, agent, unit, &of);
    explained::of_agent(out, report, agent, &of);
}

fn remedies(out: &mut String, report: &Report, agent: &AgentReport, of: &str) {
    if agent.levers.is_empty() {
        return;
    }
    title(out, &format!("Each remedy alone{of}"));
    let unit = report.unit;
    let mut rows = vec![[String::from("change"), in_unit("month", unit), String::from("saves")]];
    for lever in &agent.levers {
        let what = match lever.to.as_str() {
            Some("0m") => "every: 0m (off: the floor)".to_owned(),
            _ => match &lever.to {
                Value::Array(values) => format!("{}: {}", lever.lever.replace('+', " + "), value(&values[0])),
                to => format!("{}: {}", lever.lever, shown(report, to)),
            },
        };
        rows.push([what, figure(lever.cost, unit), figure(lever.saving, unit)]);
    }
    table(out, &rows, &[1, 2]);
}

fn reaction(out: &mut String, agent: &AgentReport, unit: Unit, of: &str) {
    if agent.frontier.len() < 2 {
        return;
    }
    title(out, &format!("Cost against reaction time, with the best other settings{of}"));
    let mut rows = vec![["every".to_owned(), in_unit("month", unit), "mean delay".to_owned(), "worst".to_owned()]];
    for point in &agent.frontier {
        let delays = [duration(point.mean_delay_ms), duration(point.worst_delay_ms)];
        let [mean, worst] = delays;
        rows.push([point.every.clone(), figure(point.cost, unit), mean, worst]);
    }
    table(out, &rows, &[1, 2, 3]);
}

fn assumptions(out: &mut String, report: &Report) {
    if report.assumptions.is_empty() {
        return;
    }
    title(out, "Assumptions");
    for assumption in &report.assumptions {
        let text = format!("- {}: {} [{}]", assumption.name, plain(&assumption.value), plain(&assumption.source));
        wrapped(out, &text, 2);
    }
}

fn list(out: &mut String, name: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    title(out, name);
    items.iter().for_each(|item| wrapped(out, &format!("- {}", plain(item)), 2));
}

fn next(out: &mut String, report: &Report) {
    let path = match report.config.path.as_str() {
        "-" => return,
        path => quoted(path),
    };
    title(out, "Next");
    let given =
        |arguments: &[String]| arguments.iter().map(|argument| format!(" {}", quoted(argument))).collect::<String>();
    let question = given(&report.asked.question);
    if report.enrolled().any(|agent| !agent.changes.is_empty()) {
        let all = question.clone() + &given(&report.asked.plan);
        let _ = writeln!(out, "  clawbeat diff {path}{all}     # the change as a patch");
        if report.config.format != "yaml" {
            let _ =
                writeln!(out, "  clawbeat apply {path}{all}    # makes it, keeps a backup; clawbeat undo puts it back");
        }
    }
    let _ = writeln!(out, "  clawbeat lint {path}{question}");
    if report.config.release_source == ReleaseSource::Assumed {
        for version in [Generation::Legacy.newest(), Generation::Current.newest()] {
            let _ = writeln!(out, "  clawbeat report {path}{question} --openclaw-version {version}");
        }
    }
}

/// A path as a shell takes it.
pub fn quoted(path: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "/._-+@%:".contains(c);
    let is_flag =
        |text: &str| text.strip_prefix("--").is_some_and(|flag| flag.starts_with(|c: char| c.is_ascii_alphabetic()));
    match path.chars().all(harmless) && !path.is_empty() && (!path.starts_with('-') || is_flag(path)) {
        true => path.to_owned(),
        false => format!("'{}'", plain(path).replace('\'', r"'\''")),
    }
}

fn title(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}");
}

fn paragraph(out: &mut String, text: &str) {
    wrapped(out, text, 0);
}

/// Writes a text in lines of at most 80 columns, broken at spaces; further lines are indented.
fn wrapped(out: &mut String, text: &str, indent: usize) {
    let lead = text.len() - text.trim_start().len();
    let mut line = text[..lead].to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.width() + 1 + word.width() > WIDTH {
            let _ = writeln!(out, "{line}");
            line = " ".repeat(indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    let _ = writeln!(out, "{line}");
}

/// A column's name, with the unit where its figures do not carry it.
fn in_unit(name: &str, unit: Unit) -> String {
    match unit {
        Unit::Usd => name.to_owned(),
        Unit::Credits => format!("{name}, credits"),
    }
}

/// Columns padded to their widest cell; `right` ones are aligned to the right.
fn table<const N: usize>(out: &mut String, rows: &[[String; N]], right: &[usize]) {
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    for row in rows {
        let mut line = String::from(" ");
        for (column, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths[column] - cell.width());
            match right.contains(&column) {
                true => line.extend([" ", &padding, cell, " "]),
                false => line.extend([" ", cell, &padding, " "]),
            }
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}
