//! `clawbeat fleet`: asks all configs the same, prints a line or a plan each as it comes, and what they come to.

mod apply;
mod gates;
mod inputs;
mod lines;
mod options;
mod ordered;
mod progress;
mod question;
mod signals;
#[cfg(feature = "parquet")]
mod table;
mod tally;
mod target;
mod undo;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;
use clap::Subcommand;
use clawbeat::files::save::save;
use clawbeat::fleet::{Field, FleetTotals, render_html, render_text, selected, summary};
use clawbeat::words::counted;

use super::output::{complain, print, screen};
use inputs::{Inputs, Item};
use lines::{Answered, LineSink};
use options::{FleetFormat, FleetOptions};
use progress::Progress;
use question::{FleetAnswer, FleetQuestion};
use signals::Signals;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(subcommand)]
    change: Option<FleetChange>,
    #[command(flatten)]
    options: FleetOptions,
}

/// What is done with the plans of a fleet.
#[derive(Debug, Subcommand)]
enum FleetChange {
    /// Make the plans that clawbeat fleet --format plan saved
    Apply(apply::Args),
    /// Put back all files that clawbeat fleet apply changed
    Undo(undo::Args),
}

/// A limit is not kept, or findings fail.
const EXCEEDED: u8 = 1;

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.change {
        None => ask(args.options),
        Some(FleetChange::Apply(args)) => apply::run(&args),
        Some(FleetChange::Undo(args)) => undo::run(&args),
    }
}

/// Asks all configs and says what they come to.
fn ask(mut options: FleetOptions) -> anyhow::Result<ExitCode> {
    let format = options.format();
    options.check(format)?;
    let mut named = BTreeSet::new();
    options.instead.retain(|instead| named.insert(instead.to_string()));
    let inputs = options.inputs(format)?;
    let mut fields = selected(options.lint, &options.fields);
    let terms = if options.can_resume(format) { Some(options.terms(&fields)?) } else { None };
    if terms.is_some() && !fields.is_empty() {
        fields.push(Field::Own("terms"));
    }
    let mut totals = FleetTotals::of(&options.instead);
    // All that may be wrong with the question is found before a file is begun.
    let question = Arc::new(FleetQuestion::new(options, format, fields, terms)?);
    let (sink, answered) = LineSink::open(&question, &mut totals)?;
    let mut answers = Answers { sink, totals, progress: Progress::of(inputs.len()), written: 0, is_read: true };
    let signals = Signals::listen()?;
    let is_stopped = answers.collect(inputs, answered, &question, &signals)?;
    answers.conclude(&question, is_stopped.then_some(&signals))
}

/// The answers so far.
struct Answers {
    /// Where each goes; none where only the totals are told.
    sink: Option<LineSink>,
    totals: FleetTotals,
    progress: Progress,
    /// Texts that went there.
    written: u64,
    /// Whether anybody still reads them.
    is_read: bool,
}

impl Answers {
    /// Asks what is not answered yet; whether a signal stopped it.
    fn collect(
        &mut self,
        inputs: Inputs,
        answered: Answered,
        question: &Arc<FleetQuestion>,
        signals: &Signals,
    ) -> anyhow::Result<bool> {
        let source = move |take: &mut dyn FnMut(Item) -> bool| answered.each_other(inputs, take);
        let worker = Arc::clone(question);
        let work = move |item| worker.answer(item);
        let stopping = signals.clone();
        let stop: Arc<dyn Fn() -> bool + Send + Sync> = Arc::new(move || stopping.is_stopped());
        let each = |answer| {
            if !self.add(answer)? {
                // Whoever read the lines has seen enough.
                signals.stop();
            }
            Ok(())
        };
        let is_stopped = ordered::in_order(question.options.threads(), &stop, source, work, each);
        self.progress.clear();
        Ok(is_stopped? && self.is_read)
    }

    /// Writes an answer and takes it into the totals; whether anybody reads on.
    fn add(&mut self, FleetAnswer { line, text }: FleetAnswer) -> anyhow::Result<bool> {
        if !self.is_read {
            return Ok(false);
        }
        let text = text.unwrap_or_else(|why| {
            self.progress.clear();
            complain(&format!("{}: no plan is saved: {why}", line.get("id").as_str().unwrap_or_default()));
            String::new()
        });
        self.written += u64::from(!text.is_empty());
        if let Some(sink) = self.sink.as_mut().filter(|_| !text.is_empty()) {
            self.is_read = sink.write(&line, &text)?;
        }
        self.totals.add(&line);
        self.progress.show(&self.totals);
        Ok(self.is_read)
    }

    /// Ends the file and says what the answers come to, after all of them or a signal.
    fn conclude(self, question: &FleetQuestion, stopped: Option<&Signals>) -> anyhow::Result<ExitCode> {
        let configs = self.totals.configs;
        if stopped.is_none() {
            if configs == 0 && question.options.has_gate() {
                bail!("standard input holds no config, so the limits cannot be checked");
            }
            self.sink.map_or(Ok(()), LineSink::finish)?;
        }
        tell(&self.totals, question, stopped.is_none())?;
        if question.format == FleetFormat::Plan && (stopped.is_none() || question.options.file().is_none()) {
            complain(&format!("{} saved, of {}", counted(self.written, "plan"), counted(configs, "config")));
        }
        if let Some(signals) = stopped {
            let then = match question.options.file() {
                Some(_) if question.terms.is_some() && configs > 0 => "; --resume continues from there".to_owned(),
                Some(path) if question.format != FleetFormat::Ndjson || configs == 0 => {
                    format!("; {} is as it was", path.display())
                }
                _ => String::new(),
            };
            complain(&format!("stopped by a signal after {}{then}", counted(configs, "config")));
            return Ok(signals.code());
        }
        Ok(if question.options.fails(&self.totals) { ExitCode::from(EXCEEDED) } else { ExitCode::SUCCESS })
    }
}

/// Prints what the configs come to: in short, beside what each has of its own, and where a file is not to be written over since
/// they are not all.
fn tell(totals: &FleetTotals, question: &FleetQuestion, is_whole: bool) -> anyhow::Result<()> {
    let options = &question.options;
    let text = match question.format {
        _ if !is_whole && options.file().is_some() => {
            summary(totals).iter().for_each(|line| complain(line));
            return Ok(());
        }
        FleetFormat::Text => render_text(totals, screen(options.question.color)),
        FleetFormat::Json => totals.to_json(),
        FleetFormat::Html => render_html(totals),
        _ => {
            summary(totals).iter().for_each(|line| complain(line));
            return Ok(());
        }
    };
    match options.file() {
        None => print(&text)?,
        Some(path) => save(path, &text, [])?,
    }
    Ok(())
}
