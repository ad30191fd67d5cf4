//! `clawbeat verify`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::UNIX_EPOCH;

use anyhow::{anyhow, bail};
use clawbeat::calibrate::verify::{Judgement, OfAgent, Rail, Verification, verify};
use clawbeat::files::backup;
use clawbeat::files::read::TextSource;
use clawbeat::money::{Money, Unit};
use clawbeat::words::{amount, amount_if_known, counted, json_escaped, plain};
use jiff::Timestamp;

use super::load;
use super::measured::{dirs, habits_of, read, tell_trouble};
use super::options::{ConfigOptions, TextOrJson};
use super::output::{complain, print};
use super::subject::LoadedConfig;

#[derive(Debug, clap::Args)]
#[command(mut_arg("no_records", |arg| arg.hide(true)))]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigOptions,
    /// The config before the change [default: the backup that the last apply kept]
    #[arg(long, value_name = "FILE")]
    before: Option<PathBuf>,
    /// When the change was made, such as 2026-11-01T08:00:00Z [default: when that backup was]
    #[arg(long, value_name = "RFC3339")]
    applied: Option<Timestamp>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

/// The change costs more than it saves, or breaks something.
const WORSE: u8 = 1;

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let records = read(&dirs(&args.config.question)?, &habits_of(&args.config))?;
    let mut options = args.config.clone();
    options.question.no_records = true;
    options.question.recorded = records.release;
    let new = load::subject(&options)?;
    new.say_stray_plan(&options.question);
    let (before, applied) = change(args, &new)?;
    let mut old_options = options.clone();
    old_options.config = Some(before.clone());
    let old = load::subject(&old_options)?;
    tell_trouble(&records);
    let found = verify(&records, &old.analysis.costing(), &new.analysis.costing(), applied);
    if found.agents.is_empty() {
        bail!("no heartbeats of an agent of {} are recorded there", plain(&before.display().to_string()));
    }
    print(&match args.format {
        TextOrJson::Text => text(&found),
        TextOrJson::Json => format!("{}\n", json_escaped(&serde_json::to_string_pretty(&found)?)),
    })?;
    Ok(if found.verdict == Judgement::Worse { ExitCode::from(WORSE) } else { ExitCode::SUCCESS })
}

/// The config before the change, and when it was made: what was said, else what the last apply left.
fn change(args: &Args, new: &LoadedConfig) -> anyhow::Result<(PathBuf, Timestamp)> {
    if let (Some(before), Some(applied)) = (&args.before, args.applied) {
        return Ok((before.clone(), applied));
    }
    let TextSource::File { real, .. } = &new.loaded.source else {
        bail!("standard input has no backups: name the old config with --before FILE and the time with --applied TIME");
    };
    let last = backup::list(real)?.into_iter().find(|backup| {
        backup.is_ours() && !backup.record.used && backup.record.command.as_deref().is_none_or(|made| made == "apply")
    });
    let last = last.ok_or_else(|| {
        anyhow!(
            "{}: no apply is known: name the old config with --before FILE and the time with --applied TIME",
            plain(&new.path)
        )
    })?;
    if last.record.sha256_after != new.loaded.fingerprint.sha256 {
        complain(&format!("note: {} was edited since that apply; the file as it is now is compared", plain(&new.path)));
    }
    let made = last.made()?.0.duration_since(UNIX_EPOCH)?;
    let made = Timestamp::from_millisecond(i64::try_from(made.as_millis())?)?;
    Ok((args.before.clone().unwrap_or(last.path), args.applied.unwrap_or(made)))
}

/// What stands under figures in tokens.
const IN_TOKENS: &str = "Tokens are input-equivalent: output counts for more and what comes from a cache for less, as no price by the token \
                         is known of all that answered.\n";

fn text(found: &Verification) -> String {
    let unit = found.unit;
    let a_day = |[low, middle, high]: [Money; 3], word: &str| {
        let [low, middle, high] = [low, middle, high].map(|money| amount(money, unit));
        format!("{word} {middle} a day ({low} to {high})")
    };
    let headline = match (found.verdict, found.saved_a_day) {
        (Judgement::Saved, Some(saved)) => format!("Saved: {}.", a_day(saved, "about")),
        (Judgement::Worse, Some(saved)) if saved[2] < Money::ZERO => {
            let [low, middle, high] = saved.map(|money| Money::ZERO - money);
            let verb = if unit == Unit::Tokens { "it takes about" } else { "it costs about" };
            format!("Worse: {}.", a_day([high, middle, low], verb) + " more")
        }
        (Judgement::Worse, Some(saved)) if saved[0] > Money::ZERO => {
            let saved = a_day(saved, "it saves about");
            format!("Worse: something that should not have changed did, though {saved}.")
        }
        (Judgement::Worse, _) => "Worse: something that should not have changed did.".to_owned(),
        (Judgement::NotYetKnown, Some(saved)) => format!("Not yet known: {} so far.", a_day(saved, "about")),
        _ => "Not yet known.".to_owned(),
    };
    let agents: String = found.agents.iter().map(|agent| of_agent(agent, found)).collect();
    let counted = if unit == Unit::Tokens { IN_TOKENS } else { "" };
    format!("{headline}\n\nSince the change of {}:\n{agents}{counted}", found.applied)
}

fn of_agent(agent: &OfAgent, found: &Verification) -> String {
    let unit = found.unit;
    let mut lines = vec![format!("{}: {} ({})", plain(&agent.agent), word(agent.verdict), agent.because)];
    for (at, when) in ["before", "after"].iter().enumerate() {
        lines.push(format!(
            "  {when}: {} in {}, {}",
            counted(agent.heartbeats[at], "heartbeat"),
            counted(agent.days[at], "whole day"),
            amount_if_known(agent.measured[at], unit)
        ));
    }
    if let Some([low, middle, high]) = agent.old_settings {
        let [low, middle, high] = [low, middle, high].map(|money| amount(money, unit));
        lines.push(format!("  the days after it under the old settings: {middle} ({low} to {high})"));
    }
    lines.extend(agent.rails.iter().filter(|rail| rail.before.or(rail.after).is_some()).map(rail));
    for known in agent.acknowledged.iter().filter(|known| known.right + known.muddled > 0) {
        let all = known.right + known.muddled;
        lines.push(format!(
            "  {} said correctly that there was nothing to say {} times out of {all}",
            plain(&known.model),
            known.right
        ));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn word(verdict: Judgement) -> &'static str {
    match verdict {
        Judgement::Saved => "saved",
        Judgement::NotYetKnown => "not yet known",
        Judgement::Worse => "worse",
    }
}

fn rail(rail: &Rail) -> String {
    let shown = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.1}"));
    let kept = if rail.kept { "" } else { ": look at that" };
    format!("  {}: {} before, {} after{kept}", rail.name, shown(rail.before), shown(rail.after))
}
