//! `clawbeat explain`.

use std::process::ExitCode;

use anyhow::bail;
use clawbeat::plan::Lever;
use clawbeat::rules::{RULES, rule};
use clawbeat::schema::nearest;

use super::output::print;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A setting (such as every or cacheRetention) or a rule of clawbeat lint
    topic: Option<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Some(topic) = &args.topic else {
        let rule = |rule: &&clawbeat::rules::Rule| format!("  {:<35}{}\n", rule.id, rule.summary);
        let rules: String = RULES.iter().map(rule).collect();
        print(&format!("{}\nRules of clawbeat lint:\n{rules}\nclawbeat explain NAME shows a page.\n", levers()))?;
        return Ok(ExitCode::SUCCESS);
    };
    let page = Lever::find(topic).map(Lever::page).or_else(|| rule(topic).map(|rule| rule.page));
    let Some(page) = page else {
        let topics = Lever::ALL.iter().map(|lever| lever.key()).chain(RULES.iter().map(|rule| rule.id));
        match nearest(topic, topics) {
            Some(near) => bail!("no topic '{topic}', did you mean '{near}'?"),
            None => bail!("no topic '{topic}'; clawbeat explain lists them"),
        }
    };
    print(page)?;
    Ok(ExitCode::SUCCESS)
}

/// The list of the settings' pages.
fn levers() -> String {
    let line = |lever: Lever| format!("  {:<17}{}\n", lever.key(), lever.page().lines().nth(2).unwrap_or_default());
    let lines: String = Lever::ALL.into_iter().map(line).collect();
    format!("Settings that the plan may change:\n{lines}")
}
