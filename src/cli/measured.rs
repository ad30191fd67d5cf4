//! The load from the gateway's records: which ones belong to a config, and what is said of them.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Once;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::bail;
use clawbeat::analysis::Analysis;
use clawbeat::automations::Jobs;
use clawbeat::calibrate::{self, Calibration, calibrate};
use clawbeat::files::discover;
use clawbeat::files::read::{Loaded, TextSource};
use clawbeat::records::{self, Habits, NoRecords, Records};
use clawbeat::simulate::observed::{Observed, RecordedUse};
use serde_json::Value;

use super::load::env;
use super::options::{ConfigOptions, QuestionOptions};
use super::output::complain;

/// A command may read its config, and with it the records, more than once.
static TOLD: Once = Once::new();

/// The records that belong to a config, if there are any, and their places.
pub(super) fn records(loaded: &Loaded, question: &QuestionOptions) -> anyhow::Result<Option<(Records, String)>> {
    let is_asked = !question.state_dir.is_empty();
    let dirs = if is_asked { question.state_dir.clone() } else { own_dirs(loaded, question) };
    if question.no_records || dirs.is_empty() {
        return Ok(None);
    }
    match read(&dirs, &habits(&loaded.text, question)) {
        Ok(records) => {
            let named: Vec<String> = dirs.iter().map(|dir| dir.display().to_string()).collect();
            Ok(Some((records, named.join(", "))))
        }
        // Its jobs may be there, though none has run yet.
        Err(NoRecords::Nothing(_)) if records::scheduled(&dirs, None) != Jobs::default() => Ok(None),
        // What was not asked for is not missed where there is nothing.
        Err(NoRecords::Nothing(_)) if !is_asked => Ok(None),
        Err(error) if !is_asked => {
            TOLD.call_once(|| complain(&format!("warning: {error}; the load is assumed")));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// What a config and the question say of the records.
fn habits(config: &str, question: &QuestionOptions) -> Habits {
    let told = Habits::told(config);
    Habits { release: question.version().ok().flatten().or(told.release), ..told }
}

/// The same of a config that is read later, if one is named.
pub(super) fn habits_of(options: &ConfigOptions) -> Habits {
    let text = options.config.as_ref().and_then(|path| std::fs::read_to_string(path).ok());
    habits(&text.unwrap_or_default(), &options.question)
}

/// What is scheduled in the store of the gateway whose config this is; what cannot be read is said once.
pub(super) fn jobs(loaded: &Loaded, config: &Value, question: &QuestionOptions, records: Option<&Records>) -> Jobs {
    if question.no_records {
        return Jobs::default();
    }
    let mut dirs = match question.state_dir.as_slice() {
        [] => own_dirs(loaded, question),
        named => named.to_vec(),
    };
    let unasked = dirs.is_empty();
    if unasked {
        dirs.extend(beside_the_file(loaded, question));
    }
    let told = config.pointer("/cron/store").and_then(Value::as_str).map(str::trim).filter(|path| !path.is_empty());
    let mut jobs = records::scheduled(&dirs, told.filter(|_| !dirs.is_empty()).map(from_home).as_deref());
    if let Some(records) = records {
        records::measure(&mut jobs, records);
    }
    static TOLD: Once = Once::new();
    TOLD.call_once(|| {
        if let Some(store) = jobs.store.as_ref().filter(|_| unasked && !jobs.jobs.is_empty()) {
            complain(&format!("note: the jobs are those of {store}; --no-records leaves them out"));
        }
        jobs.notes.iter().for_each(|note| complain(&format!("warning: {note}")));
    });
    jobs
}

/// What the records hold beside heartbeats and jobs, in the unit of the report.
pub(super) fn beside(analysis: &Analysis, records: &Records, question: &QuestionOptions) -> Vec<RecordedUse> {
    let costing = analysis.costing();
    let unit = question.billing.map_or_else(|| costing.unit(), |billing| billing.unit());
    calibrate::beside(records, &costing, unit)
}

/// A path as the gateway reads it, `~` being its home.
fn from_home(path: &str) -> PathBuf {
    let below = path.strip_prefix('~').map(|rest| rest.trim_start_matches(['/', '\\']));
    below.zip(discover::home(&env)).map_or_else(|| PathBuf::from(path), |(rest, home)| home.join(rest))
}

/// Measures the load of a config from its gateway's records. A load that was named comes before records that were not.
pub(super) fn take_in(
    analysis: &mut Analysis,
    records: &Records,
    named: &str,
    question: &QuestionOptions,
) -> anyhow::Result<Option<Observed>> {
    let is_asked = !question.state_dir.is_empty();
    let calibration = calibrate(records, &analysis.costing());
    if calibration.observed.is_none() {
        TOLD.call_once(|| {
            if is_asked {
                complain(&format!("note: no heartbeats are recorded in {named}: the load is assumed"));
            }
            tell_trouble(records);
        });
        return Ok(None);
    }
    let way_out = if is_asked { "" } else { "; --no-records leaves them out" };
    let source = format!("measured from the records in {named}{way_out}");
    let own = calibration.workload(&source);
    let own = match own {
        Err(error) if !is_asked => {
            TOLD.call_once(|| {
                complain(&format!("warning: the records in {named} give no load, so it is assumed: {error}"));
                tell_trouble(records);
            });
            return Ok(None);
        }
        own => own?,
    };
    let spaces = analysis.workload().own_workspaces().map(|(id, found)| (id.to_owned(), found.clone())).collect();
    analysis.ask_under(own.with_own_workspaces(spaces));
    TOLD.call_once(|| {
        if !is_asked {
            complain(&format!("note: the load is {source}"));
        }
        tell(records, &calibration);
    });
    Ok(calibration.observed)
}

/// The state directories of a command that is nothing without records: those that were named, else where OpenClaw keeps them.
pub(super) fn dirs(question: &QuestionOptions) -> anyhow::Result<Vec<PathBuf>> {
    if question.no_records {
        bail!("--no-records leaves nothing to read: this command is about the gateway's records");
    }
    let dirs = if question.state_dir.is_empty() { records::state_dirs(&env) } else { question.state_dir.clone() };
    if dirs.is_empty() {
        bail!("no home directory is known; name the gateway's with --state-dir DIR");
    }
    Ok(dirs)
}

/// Reads records. On a terminal that waits for longer than a second it says what it is waiting for.
pub(super) fn read(dirs: &[PathBuf], known: &Habits) -> Result<Records, NoRecords> {
    if !std::io::stderr().is_terminal() {
        return records::read_knowing(dirs, known);
    }
    let (reading, ended) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut seconds = 0;
            while ended.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                seconds += 1;
                let _ = write!(std::io::stderr(), "\rreading the gateway's records: {seconds} s ");
            }
            if seconds > 0 {
                let _ = write!(std::io::stderr(), "\r{:40}\r", "");
            }
        });
        let read = records::read_knowing(dirs, known);
        drop(reading);
        read
    })
}

/// What could not be read.
pub(super) fn tell_trouble(records: &Records) {
    records.notes.iter().filter(|note| note.is_trouble()).for_each(|note| complain(&format!("warning: {note}")));
}

/// What reading them left to say.
pub(super) fn tell_notes(records: &Records) {
    for note in &records.notes {
        complain(&format!("{}: {note}", if note.is_trouble() { "warning" } else { "note" }));
    }
}

/// What a reader of measured figures should know.
pub(super) fn tell(records: &Records, calibration: &Calibration) {
    tell_notes(records);
    calibration.remarks.iter().for_each(|remark| complain(&format!("note: {remark}")));
}

/// The state directories whose config this is: those of this machine's gateway, if it reads this very file.
fn own_dirs(loaded: &Loaded, question: &QuestionOptions) -> Vec<PathBuf> {
    let TextSource::File { real, .. } = &loaded.source else { return Vec::new() };
    if question.no_env || !question.at.is_root() || question.workload != "typical" {
        return Vec::new();
    }
    let own = discover::discover(&env, &|path| path.exists()).ok().and_then(|place| place.path.canonicalize().ok());
    if own.as_deref() == Some(real) { records::state_dirs(&env) } else { Vec::new() }
}

/// The folder of a config, if its gateway's jobs may stand in it, as in a state directory that was copied from elsewhere.
fn beside_the_file(loaded: &Loaded, question: &QuestionOptions) -> Option<PathBuf> {
    let TextSource::File { real, .. } = &loaded.source else { return None };
    let folder = real.parent().filter(|_| question.at.is_root())?;
    let stores = ["cron/jobs.json", "state/openclaw.sqlite"];
    stores.iter().any(|name| folder.join(name).is_file()).then(|| folder.to_owned())
}
