//! `clawbeat apply`.

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use clawbeat::document::Change;
use clawbeat::files::read::Fingerprint;
use clawbeat::files::write::WriteOutcome;
use clawbeat::money::{Money, Unit};
use clawbeat::plan::Explanation;
use clawbeat::plan::saved::{Hashes, SavedPlan, Standing};
use clawbeat::repair::shown;
use clawbeat::rules::Verdict;
use clawbeat::secrets::credentials::masked;
use clawbeat::words::amount;

use super::consent::{Consent, ConsentOptions, ask, choose, effects};
use super::edited_file::EditedFile;
use super::load;
use super::options::ConfigOptions;
use super::output::{complain, print_file};
use super::plan_options::PlanOptions;
use super::recommended::{changed, changed_alone, recommended, tell_of_jobs, unified_diffs};
use super::subject::LoadedConfig;
use super::write::{BackupOptions, REFUSED, write};

#[derive(Debug, clap::Args)]
#[command(mut_arg("plan", |plan| plan.value_name("FILE|ID").help(PLAN)))]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigOptions,
    #[command(flatten)]
    consent: ConsentOptions,
    #[command(flatten)]
    backups: BackupOptions,
    #[command(flatten)]
    plan: PlanOptions,
}

/// The flag of two meanings, as a user reads of it.
const PLAN: &str = "Make exactly the plan in this file (clawbeat diff --format plan), or nothing if the config is no longer \
                    as it was; or the id of the flat plan that pays (clawbeat models --plans)";

/// What is to be written to a config.
struct Intent {
    subject: LoadedConfig,
    options: ConfigOptions,
    changes: Vec<Change>,
    edited_files: Vec<EditedFile>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut config = args.config.clone();
    // A saved plan goes by the same flag as the plan that pays: what is the id of none is a file.
    let plans = load::plans(config.question.plans.as_deref())?;
    let saved = config.question.plan.take_if(|name| plans.named(name).is_none());
    let intent = match saved {
        Some(_) if !args.plan.arguments().is_empty() => {
            bail!("--plan FILE makes exactly that plan: leave out {}", args.plan.arguments().join(" "))
        }
        Some(file) => kept(Path::new(&file), &config)?,
        None => fresh(args)?,
    };
    match intent {
        ControlFlow::Continue(intent) => carry_out(intent, args, true),
        ControlFlow::Break(code) => Ok(code),
    }
}

/// The change that is recommended now, or the exit code where there is none.
fn fresh(args: &Args) -> anyhow::Result<ControlFlow<ExitCode, Intent>> {
    let (subject, plan) = recommended(&args.config, &args.plan, Explanation::None)?;
    let changes = subject.changes(&plan);
    if changes.is_empty() {
        return Ok(ControlFlow::Break(done(&subject)));
    }
    let edited_files = changed(&subject, &changes)?;
    Ok(ControlFlow::Continue(Intent { changes, edited_files, options: args.config.clone(), subject }))
}

/// The answer where nothing is to be written: a file that OpenClaw refuses is not done.
fn done(subject: &LoadedConfig) -> ExitCode {
    match subject.analysis.verdict_of(subject.written()) {
        (Verdict::Refused, problems) => {
            complain(&refusal(subject, "refuses", &problems));
            ExitCode::from(REFUSED)
        }
        _ => ExitCode::SUCCESS,
    }
}

pub(super) fn refusal(subject: &LoadedConfig, refuses: &str, problems: &[String]) -> String {
    let (path, release) = (&subject.path, subject.analysis.release.version);
    let why: String = problems.iter().map(|problem| format!("\n  {problem}")).collect();
    format!("error: OpenClaw {release} {refuses} {path}:{why}")
}

/// The change of a saved plan, or the exit code where it is made already or no longer fits.
fn kept(file: &Path, given: &ConfigOptions) -> anyhow::Result<ControlFlow<ExitCode, Intent>> {
    let plan = load::data_file(file)?;
    let plan = SavedPlan::read(plan).with_context(|| file.display().to_string())?;
    let question = given.question.after(&plan.asked);
    let question = question.map_err(|error| anyhow!("{}: its flags cannot be read: {error}", file.display()))?;
    let config = match &given.config {
        Some(config) => config.clone(),
        None if plan.config.path == "-" => bail!("{} was made from standard input; name the config", file.display()),
        None => PathBuf::from(&plan.config.path),
    };
    let options = ConfigOptions { config: Some(config), question };
    let subject = load::subject(&options)?;
    let (changes, edited) = match stand(&plan, &subject)? {
        Stand::Refused(why) => {
            complain(&format!("error: {}: {why}", subject.path));
            return Ok(ControlFlow::Break(ExitCode::from(REFUSED)));
        }
        Stand::Done => {
            complain(&format!("{} holds this change already", subject.path));
            return Ok(ControlFlow::Break(done(&subject)));
        }
        Stand::Open(changes, edited) => (changes, *edited),
    };
    subject.say_fixes();
    subject.say_newcomer(&changes);
    Ok(ControlFlow::Continue(Intent { subject, options, changes, edited_files: vec![edited] }))
}

/// Where a config stands with a plan that was saved for it.
pub(super) enum Stand {
    /// It holds the change.
    Done,
    /// It is not the config that the plan was made for.
    Refused(String),
    /// The changes, and the file with them made.
    Open(Vec<Change>, Box<EditedFile>),
}

/// Compares a saved plan with its config as it is now.
pub(super) fn stand(plan: &SavedPlan, subject: &LoadedConfig) -> anyhow::Result<Stand> {
    let fixes = subject.fixes();
    let holder = plan.config.holder.as_ref().and_then(|_| subject.holder_hash(&plan.changes(fixes).ok()?));
    let now = Hashes { config: &subject.loaded.fingerprint.sha256, holder: holder.as_deref() };
    match plan.standing(now, subject.written(), fixes) {
        Err(refused) => return Ok(Stand::Refused(refused.to_string())),
        Ok(Standing::Done) => return Ok(Stand::Done),
        Ok(Standing::Open) => {}
    }
    let changes = plan.changes(fixes)?;
    let edited = changed_alone(subject, &changes)?;
    if Fingerprint::of(edited.text.as_bytes()).sha256 != plan.config.sha256_after {
        let why = "the plan's changes do not lead to the file that it promises; make it again";
        return Ok(Stand::Refused(why.to_owned()));
    }
    Ok(Stand::Open(changes, Box::new(edited)))
}

/// Shows the change and asks, or is told not to; writes it, and tells what the written file costs.
fn carry_out(intent: Intent, args: &Args, may_choose: bool) -> anyhow::Result<ExitCode> {
    let Intent { subject, options, changes, edited_files } = &intent;
    let shown = match unified_diffs(edited_files, false) {
        Ok(diff) => diff,
        // A minified file is one line, secrets included; the changes themselves hold none.
        Err(_) => masked(&changes.iter().map(in_words).collect::<String>()).into_owned(),
    };
    let (verdict, problems) = subject.verdict_with(changes);
    if verdict == Verdict::Refused && !args.consent.allow_refused {
        print_file(&shown)?;
        complain(&refusal(subject, "would still refuse", &problems));
        complain("nothing was written: fix that by hand first, or write the change anyway with --allow-refused");
        return Ok(ExitCode::from(REFUSED));
    }
    if args.consent.dry_run {
        print_file(&shown)?;
        tell_effects(&intent);
        tell_of_jobs(subject, &options.question);
        complain("dry run: nothing was written");
        return Ok(ExitCode::SUCCESS);
    }
    if !args.consent.yes {
        print_file(&shown)?;
        tell_effects(&intent);
        match confirmed(&intent, may_choose)? {
            Consent::Yes => {}
            Consent::No => return Ok(ExitCode::from(REFUSED)),
            Consent::Choose => {
                return picked(intent)?.map_or(Ok(ExitCode::from(REFUSED)), |intent| carry_out(intent, args, false));
            }
        }
    }
    let told = |edited: &EditedFile, outcome: &WriteOutcome| match outcome {
        WriteOutcome::Unchanged => complain(&format!("{} holds this change already", edited.path)),
        WriteOutcome::Written { backup, .. } => {
            complain(&format!("{} changed; the old file is kept as {}", edited.path, backup.display()));
        }
    };
    let written = write(edited_files, "apply", &args.backups, told);
    // With --yes only now: nothing that goes wrong with the output keeps the file from being written.
    if args.consent.yes
        && let Err(error) = print_file(&shown)
    {
        complain(&format!("warning: the change could not be shown: {error}"));
    }
    if !written {
        return Ok(ExitCode::from(REFUSED));
    }
    if let Err(error) = tell_cost(subject, options, edited_files) {
        complain(&format!("warning: {} was changed, but could not be read again: {error:#}", subject.path));
    }
    Ok(if verdict == Verdict::Refused { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS })
}

/// Says what the changes mean.
fn tell_effects(intent: &Intent) {
    let planned = intent.changes.get(intent.subject.fixes().len()..).unwrap_or_default();
    effects(&intent.subject, planned, &intent.options.question).iter().for_each(|line| complain(line));
}

/// A change, where the file cannot be shown.
pub(super) fn in_words(change: &Change) -> String {
    let to = change.to.as_ref().map_or("removed".to_owned(), |to| shown(&change.path, to).to_string());
    format!("{} = {to}\n", change.path)
}

/// Says what the changed file costs, and what follows.
fn tell_cost(subject: &LoadedConfig, options: &ConfigOptions, edited_files: &[EditedFile]) -> anyhow::Result<()> {
    // Read from the file, not from the plan.
    let written = load::subject(options)?;
    let both = |cost: &dyn Fn(&LoadedConfig) -> Option<(Money, Unit)>| cost(subject).zip(cost(&written));
    let money = both(&|subject| subject.typical(&options.question));
    let tokens = both(&|subject| Some((subject.typical_tokens(&options.question)?, Unit::Tokens)));
    // What costs nothing before and after is told by what it takes.
    let is_told = |((old, _), (new, _)): &((Money, _), (Money, _))| *old.max(new) > Money::ZERO || tokens.is_none();
    for ((old, unit), (new, _)) in money.filter(is_told).into_iter().chain(tokens) {
        let how = if unit == Unit::Tokens { " (output and cache counted as input)" } else { "" };
        let [old, new] = [old, new].map(|cost| amount(cost, unit));
        complain(&format!("heartbeats: about {old} a month before, about {new} now{how}"));
    }
    let undo = undoing(subject, edited_files);
    let (verdict, problems) = written.analysis.verdict_of(written.written());
    if verdict == Verdict::Refused {
        complain(&refusal(subject, "still refuses", &problems));
        complain(&undo);
        return Ok(());
    }
    let reload = written.written().pointer("/gateway/reload/mode").and_then(|mode| mode.as_str());
    let gateway = match (verdict, reload) {
        (Verdict::Valid, _) if subject.was_refused() => "OpenClaw accepts the file now: start the gateway",
        (Verdict::Repaired, _) => "OpenClaw repairs the rest of the file when it starts: restart the gateway",
        (_, Some("off")) => "gateway.reload.mode is 'off': restart the gateway so that it uses these keys",
        _ => "OpenClaw picks this up without a restart",
    };
    complain(&format!("{gateway}; {undo}"));
    tell_of_jobs(&written, &options.question);
    Ok(())
}

/// How the old files are put back.
fn undoing(subject: &LoadedConfig, edited_files: &[EditedFile]) -> String {
    let command = |edited: &EditedFile| match edited.path == subject.path {
        true => "clawbeat undo".to_owned(),
        false => format!("clawbeat undo {}", edited.path),
    };
    let them = if edited_files.len() == 1 { "puts the old file back" } else { "put the old files back" };
    format!("{} {them}", edited_files.iter().map(command).collect::<Vec<_>>().join(" and "))
}

/// Asks on a terminal; without one the answer is no.
fn confirmed(intent: &Intent, may_choose: bool) -> anyhow::Result<Consent> {
    if !std::io::stdin().is_terminal() || intent.edited_files.iter().any(|edited| edited.path == "-") {
        complain("not a terminal: use --yes to write, --dry-run to preview");
        return Ok(Consent::No);
    }
    let answer = ask(&mut std::io::stdin().lock(), &mut std::io::stderr().lock(), may_choose)?;
    if answer == Consent::No {
        complain("nothing was written");
    }
    Ok(answer)
}

/// The same intent with those of its changes that the user picks; none if that is none of them. What puts the file right
/// is not asked about: the rest was worked out for the file so put right.
fn picked(intent: Intent) -> anyhow::Result<Option<Intent>> {
    let Intent { subject, options, changes, .. } = intent;
    let (fixes, planned) = changes.split_at(subject.fixes().len().min(changes.len()));
    let chosen = choose(&mut std::io::stdin().lock(), &mut std::io::stderr().lock(), planned)?;
    if chosen.is_empty() {
        complain("nothing was written");
        return Ok(None);
    }
    let changes: Vec<Change> = fixes.iter().chain(&chosen).cloned().collect();
    let edited_files = changed(&subject, &changes)?;
    Ok(Some(Intent { subject, options, changes, edited_files }))
}
