//! `clawbeat fleet apply`.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use clawbeat::files::journal::{Done, Journal};
use clawbeat::files::read::Hasher;
use clawbeat::files::rollout::{Course, Ready, change, journal_of};
use clawbeat::files::write::WriteTerms;
use clawbeat::plan::saved::SavedPlan;
use clawbeat::rules::Verdict;
use clawbeat::secrets::credentials::masked;
use clawbeat::words::counted;

use super::super::apply::{Stand, refusal, stand};
use super::super::consent::{Consent, ConsentOptions, ask};
use super::super::load::{self, env};
use super::super::options::{ConfigOptions, QuestionOptions};
use super::super::output::complain;
use super::super::told_once;
use super::super::write::{BackupOptions, REFUSED};
use super::signals::Signals;
use super::tally::FileTally;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The plans that clawbeat fleet --format plan saved
    plan: PathBuf,
    /// The journal of what was done [default: PLAN.journal]
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Continue where the journal ends
    #[arg(long)]
    resume: bool,
    /// Change at most this many files in this run, in plan order
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Change this many files in total, spread over the plan; run again with --resume for the rest
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..), conflicts_with = "limit")]
    canary: Option<u64>,
    #[command(flatten)]
    consent: ConsentOptions,
    #[command(flatten)]
    backups: BackupOptions,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (hash, all) = sized(&args.plan)?;
    let some = args.canary.unwrap_or(all);
    let journal_path = args.journal.clone().unwrap_or_else(|| journal_of(&args.plan));
    if !args.consent.dry_run && !args.consent.yes && !confirmed(args.limit.unwrap_or(some).min(some).min(all))? {
        return Ok(ExitCode::from(REFUSED));
    }
    // Read as it is needed, since a plan for many files is long.
    let lines = lines(&args.plan)?.zip(0_u64..);
    // From here on only: at the question a signal ends the program as ever.
    let signals = Signals::listen()?;
    let begin = if args.consent.dry_run { Journal::rehearse } else { Journal::begin };
    let mut journal = begin(&journal_path, &hash, args.resume)?;
    let taken = journal.taken();
    let open = all.saturating_sub(taken.len() as u64);
    let more = some.saturating_sub(taken.len() as u64).min(open);
    let configs = lines.map(|(line, at)| match line.map_err(anyhow::Error::from).and_then(|line| planned(&line)) {
        Ok(plan) => (plan.config.path.clone(), Ok(plan)),
        Err(error) => (format!("line {}", at + 1), Err(format!("line {}: {}", at + 1, told_once(&error)))),
    });
    let mut places = 0_u64..;
    let configs =
        configs.filter(|(id, _)| taken.contains(id) || places.next().is_some_and(|at| is_chosen(at, more, open)));
    let is_still_refused = Cell::new(false);
    let mut ready = |plan: Result<SavedPlan, String>| {
        let told = |error: anyhow::Error| told_once(&error);
        let ready = plan.and_then(|plan| ready(&plan, args.consent.allow_refused, &is_still_refused).map_err(told));
        match ready.unwrap_or_else(Ready::Refused) {
            // A message may quote what the file holds.
            Ready::Refused(why) => Ready::Refused(masked(&why).into_owned()),
            ready => ready,
        }
    };
    let mut tally = FileTally::default();
    let terms = WriteTerms { env: &env, command: "fleet apply", keep_backups: args.backups.keep_backups };
    let stop = || signals.is_stopped();
    let told = &mut |entry: &_| {
        tally.tell(entry);
        tally.still_refused += u64::from(is_still_refused.take() && entry.done == Done::Written);
    };
    let course = Course { most: args.limit, stop: &stop, told };
    let all_done = change(&mut journal, configs, &mut ready, terms, course)? && more == open;
    if args.consent.dry_run {
        complain(&format!("dry run: nothing was written; it would be: {tally}"));
        return Ok(tally.code(&signals));
    }
    complain(&tally.to_string());
    let (plan, journal) = (args.plan.display(), journal_path.display());
    if !all_done {
        let named = args.journal.as_ref().map(|_| format!(" --journal {journal}")).unwrap_or_default();
        complain(&format!("clawbeat fleet apply {plan}{named} --resume continues"));
    }
    if tally.written > 0 {
        complain(&format!("clawbeat fleet undo {journal} puts all the old files back"));
    }
    Ok(tally.code(&signals))
}

/// The hash of a file of plans, and how many lines it has.
fn sized(path: &Path) -> anyhow::Result<(String, u64)> {
    // It is read twice: counted, and then made.
    if std::fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        bail!(
            "{} is not a regular file; save the plans in one: clawbeat fleet --format plan --output FILE",
            path.display()
        );
    }
    let mut hasher = Hasher::default();
    let mut number = 0;
    for line in lines(path)? {
        let line = line.with_context(|| format!("cannot read {}", path.display()))?;
        hasher.add(line.as_bytes());
        hasher.add(b"\n");
        number += 1;
    }
    if number == 0 {
        bail!("{}: the file holds no plans; clawbeat fleet --format plan --output {0} saves some", path.display());
    }
    Ok((hasher.sha256(), number))
}

fn lines(path: &Path) -> anyhow::Result<impl Iterator<Item = io::Result<String>>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(BufReader::new(file).lines())
}

/// Whether the plan at a place, from 0, is one of so many that are spread over all.
fn is_chosen(at: u64, some: u64, all: u64) -> bool {
    let before = |at: u64| u128::from(at) * u128::from(some) / u128::from(all.max(1));
    before(at + 1) > before(at)
}

fn planned(line: &str) -> anyhow::Result<SavedPlan> {
    let plan = SavedPlan::read(serde_json::from_str(line)?)?;
    if plan.config.path == "-" {
        bail!("its config came from standard input; there is no file to change");
    }
    Ok(plan)
}

/// What a plan is to do to its config as that is now.
fn ready(plan: &SavedPlan, may_stay_refused: bool, is_still_refused: &Cell<bool>) -> anyhow::Result<Ready> {
    let question = QuestionOptions::of(plan.asked.iter().cloned());
    let question = question.map_err(|error| anyhow!("its flags cannot be read: {error}"))?;
    let subject = load::subject(&ConfigOptions { config: Some(PathBuf::from(&plan.config.path)), question })?;
    Ok(match stand(plan, &subject)? {
        Stand::Done => Ready::Done,
        Stand::Refused(why) => Ready::Refused(why),
        Stand::Open(changes, edited) => {
            let (verdict, problems) = subject.verdict_with(&changes);
            if verdict == Verdict::Refused {
                if !may_stay_refused {
                    let why = refusal(&subject, "would still refuse", &problems);
                    return Ok(Ready::Refused(why.trim_start_matches("error: ").replace("\n ", "")));
                }
                is_still_refused.set(true);
            }
            Ready::Open(Box::new(edited.loaded), edited.text)
        }
    })
}

fn confirmed(files: u64) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        complain("not a terminal: use --yes to write, --dry-run to preview");
        return Ok(false);
    }
    complain(&format!("{} may be changed; each old file is kept", counted(files, "file")));
    let answer = ask(&mut io::stdin().lock(), &mut io::stderr().lock(), false)?;
    if answer != Consent::Yes {
        complain("nothing was written");
    }
    Ok(answer == Consent::Yes)
}

#[cfg(test)]
mod tests {
    use super::is_chosen;

    #[test]
    fn canaries_are_as_many_as_asked_and_spread() {
        for (some, all) in [(1, 1), (1, 10), (3, 10), (10, 10), (7, 1_000)] {
            let chosen: Vec<u64> = (0..all).filter(|at| is_chosen(*at, some, all)).collect();
            assert_eq!(chosen.len() as u64, some);
            let gaps = chosen.windows(2).map(|pair| pair[1] - pair[0]);
            assert!(gaps.clone().all(|gap| gap.abs_diff(all / some) <= 1), "{chosen:?}");
        }
    }
}
