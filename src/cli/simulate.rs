//! `clawbeat simulate`.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use clawbeat::plan::Plan;
use clawbeat::releases::agent_id::normal_id;
use clawbeat::report::{Report, request, trace};
use clawbeat::words::json_escaped;

use super::load;
use super::options::{ConfigOptions, TextOrJson};
use super::output::unless_closed;
use super::subject::LoadedConfig;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigOptions,
    /// One line of JSON for each tick: when, run or why skipped, the requests with their tokens, and what it costs
    #[arg(long)]
    trace: bool,
    /// Take a typical request apart: what it carries, how each part is billed and why, and what that costs
    #[arg(long, conflicts_with = "trace")]
    explain_request: bool,
    /// How to print the request
    #[arg(long, value_name = "FORMAT", default_value = "text", requires = "explain_request")]
    format: TextOrJson,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let subject = load::subject(&args.config)?;
    subject.say_stray_plan(&args.config.question);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let only = args.config.question.agent.as_ref().map(|id| normal_id(id));
    let mut written = Ok(());
    if args.trace {
        trace::trace(&subject.analysis, only.as_deref(), &mut |line| {
            if written.is_ok() {
                written = writeln!(out, "{}", json_escaped(line));
            }
            written.is_ok()
        });
        unless_closed(written)?;
    } else if args.explain_request {
        let requests = request::typical_requests(&subject.analysis, only.as_deref());
        let text = match args.format {
            TextOrJson::Text => {
                let report = unplanned(&subject, args);
                request::render_text(&requests, &report)
            }
            TextOrJson::Json => request::render_json(&requests),
        };
        unless_closed(out.write_all(text.as_bytes()))?;
    } else {
        let report = unplanned(&subject, args);
        unless_closed(out.write_all(trace::summary(&report).as_bytes()))?;
    }
    unless_closed(out.flush())?;
    Ok(ExitCode::SUCCESS)
}

/// The report without a plan, which nothing here reads.
fn unplanned(subject: &LoadedConfig, args: &Args) -> Report {
    let plan = Plan::nothing(subject.analysis.gateway().agents.len());
    subject.report(&plan, &args.config.question, Vec::new())
}
