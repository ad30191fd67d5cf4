//! `clawbeat apply`.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clawbeat::files::write::{Outcome, replace};
use clawbeat::report::amount::amount;

use super::diff;
use super::load::{self, env};
use super::options::ConfigOptions;
use super::output::{complain, print};
use super::plan_options::PlanOptions;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigOptions,
    /// Show the change and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    plan: PlanOptions,
}

/// Nothing was written, because somebody or something said no.
const REFUSED: u8 = 1;

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let subject = load::subject(&args.config)?;
    let bounds = args.plan.bounds(&args.config.question)?;
    let plan = subject.plan(&bounds);
    subject.narrate(&plan)?;
    if plan.changes().is_empty() {
        complain(&format!(
            "{}: nothing to change{}",
            subject.path,
            subject.why_no_plan(args.config.question.agent.as_deref())
        ));
        return Ok(ExitCode::SUCCESS);
    }
    let seat = diff::changed(&subject, &plan)?;
    match diff::unified_diff(&seat, false) {
        Ok(diff) => print(&diff.text)?,
        // A minified file is one line, secrets included; the changes themselves hold none.
        Err(_) => plan.changes().iter().try_for_each(|change| {
            let to = change.to.as_ref().map_or("removed".to_owned(), ToString::to_string);
            print(&format!("{} = {to}\n", change.path))
        })?,
    }
    let before = subject.report(&plan, &args.config.question, Vec::new());
    if args.dry_run {
        complain("dry run: nothing was written");
        return Ok(ExitCode::SUCCESS);
    }
    if !args.yes && !confirmed(&seat.path)? {
        return Ok(ExitCode::from(REFUSED));
    }
    match replace(&seat.loaded, &seat.text, &env) {
        Err(error) => {
            complain(&format!("error: {error}"));
            return Ok(ExitCode::from(REFUSED));
        }
        Ok(Outcome::Unchanged) => complain(&format!("{} holds this change already", seat.path)),
        Ok(Outcome::Written { backup }) => {
            complain(&format!("{} changed; the old file is kept as {}", seat.path, backup.display()));
        }
    }
    // What the file costs now is read from the file, not from the plan.
    let written = load::subject(&args.config)?;
    let after = written.report(&written.plan(&bounds), &args.config.question, Vec::new());
    if let (Some(old), Some(new)) = (before.totals.current.cost, after.totals.current.cost) {
        let cost = |range: clawbeat::simulate::estimate::Range| amount(range.typical, after.unit);
        complain(&format!("heartbeats: about {} a month before, about {} now", cost(old), cost(new)));
    }
    let undo = if seat.path == subject.path { "undo".to_owned() } else { format!("undo {}", seat.path) };
    complain(&format!("a running gateway takes these keys up by itself; clawbeat {undo} puts the old file back"));
    Ok(ExitCode::SUCCESS)
}

/// Asks on a terminal; without one the answer is no.
fn confirmed(path: &str) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() || path == "-" {
        complain("nobody to ask: say --yes to write the change, or --dry-run to see it only");
        return Ok(false);
    }
    let mut out = std::io::stderr().lock();
    write!(out, "write this change? [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    let yes = matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes");
    if !yes {
        drop(out);
        complain("nothing was written");
    }
    Ok(yes)
}
