//! What a gateway has scheduled: the jobs of its own database, and `cron/jobs.json` of releases before it. A database that
//! holds jobs comes before a file that was left behind.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::database::Database;
use super::ledger::RequestLedger;
use super::notes::Notes;
use super::{Records, TurnKind, once};
use crate::automations::{Job, JobSource, Jobs, jobs_of};
use crate::document::{Document, Format};

/// The largest file that is read; OpenClaw's own are some kilobytes.
const LARGEST: u64 = 64 << 20;

/// The jobs that these state directories hold. What cannot be read is noted, and the rest is there. `told` is the path that
/// the config gives (`cron.store`): a file on releases that keep their jobs in one, and on later ones what tells the jobs
/// that run from others in the same database.
pub fn scheduled(dirs: &[PathBuf], told: Option<&Path>) -> Jobs {
    let mut found = Jobs::default();
    for dir in once(dirs) {
        let databases = ["state/openclaw.sqlite", "openclaw.sqlite"].map(|name| dir.join(name));
        let database = databases.into_iter().find(|path| path.is_file());
        let usual = ["cron/jobs.json", "jobs.json"].map(|name| dir.join(name));
        let files = told.map(Path::to_owned).into_iter().chain(usual.clone());
        let file = files.into_iter().find(|path| path.is_file());
        if let Some(told) = told.filter(|told| !told.is_file() && database.is_none()) {
            let at = told.display();
            let text = format!("{at}: no such file, which cron.store names; expected the gateway's list of jobs");
            found.notes.push(text);
        }
        let mut notes = Notes::default();
        notes.under(&dir);
        let before = found.jobs.len();
        let has_table =
            database.as_ref().is_some_and(|path| in_database(path, told.unwrap_or(&usual[0]), &mut found, &mut notes));
        let filled = has_table && found.jobs.len() > before;
        found.notes.extend(notes.done(&RequestLedger::default()).iter().map(ToString::to_string));
        if let Some(file) = file {
            in_file(&file, filled, &mut found);
        }
    }
    found
}

/// Tells jobs how many requests the runs on record made, agent by agent: a tenth of them made no more than the first number
/// and a tenth at least the last; between them is the mean. Few runs tell nothing.
pub fn measure(jobs: &mut Jobs, records: &Records) {
    const LEAST: usize = 5;
    let mut runs: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    let mut open: HashMap<(&str, u64), usize> = HashMap::new();
    for request in records.requests.iter().filter(|request| request.kind == TurnKind::Cron) {
        let own = runs.entry(&request.agent).or_default();
        let session = (&*request.agent, request.place.session);
        match open.get(&session).filter(|_| request.place.round > 0) {
            Some(at) => own[*at] += 1,
            None => {
                open.insert(session, own.len());
                own.push(1);
            }
        }
    }
    for own in runs.values_mut() {
        own.sort_unstable();
    }
    let owner = runs.keys().next().copied().filter(|_| runs.len() == 1);
    for job in &mut jobs.jobs {
        let own = job.agent.as_deref().or(owner).and_then(|agent| runs.get(agent));
        job.requests = own.filter(|own| own.len() >= LEAST).map(|own| {
            let mean = (own.iter().sum::<u64>() * 2 / own.len() as u64).div_ceil(2);
            let tenth = own.len() / 10;
            [own[tenth].min(mean), mean, own[own.len() - 1 - tenth].max(mean)]
        });
    }
}

fn in_database(path: &Path, store: &Path, found: &mut Jobs, notes: &mut Notes) -> bool {
    let Some(database) = Database::open(path, notes) else { return false };
    let name = path.display().to_string();
    let mut unread = Vec::new();
    let has_table = database.jobs(store, notes, &mut |job, state| match Job::read(
        &job,
        state.as_ref(),
        JobSource::Database(name.clone()),
        "a row of cron_jobs",
    ) {
        Ok(job) => found.jobs.extend(job),
        Err(problem) => unread.push(format!("{name}: {problem}")),
    });
    found.notes.append(&mut unread);
    if has_table {
        found.store.get_or_insert(name);
    }
    has_table
}

fn in_file(path: &Path, database_has_jobs: bool, found: &mut Jobs) {
    let name = path.display().to_string();
    let text = fs::metadata(path).and_then(|file| match file.len() > LARGEST {
        true => Err(io::Error::other("it is larger than 64 MiB")),
        false => fs::read_to_string(path),
    });
    let text = match text {
        Ok(text) => text,
        Err(error) => return found.notes.push(format!("not read: {name}: {error}")),
    };
    let document = match Document::parse(text, Format::Json5) {
        Ok(document) => document,
        Err(error) => {
            let place = error.position;
            let text = format!("not read: {name}:{}:{}: {}", place.line, place.column, error.message);
            return found.notes.push(text);
        }
    };
    let (jobs, notes) = jobs_of(document.value(), &name);
    found.notes.extend(notes);
    let jobs = jobs.into_iter().filter(|job| !found.jobs.iter().any(|known| known.id == job.id));
    let jobs: Vec<Job> = jobs.collect();
    if database_has_jobs {
        if !jobs.is_empty() {
            let count = jobs.len();
            found.notes.push(format!(
                "{name}: {count} of its jobs are not in the database, which the gateway runs: left out until openclaw \
                 doctor --fix takes them over"
            ));
        }
        return;
    }
    found.jobs.extend(jobs);
    found.store.get_or_insert(name);
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    fn written(dir: &Path, name: &str, text: &str) {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn names(jobs: &Jobs) -> Vec<&str> {
        jobs.jobs.iter().map(|job| job.name.as_str()).collect()
    }

    const FILE: &str = r#"{ "version": 1, "jobs": [
        { "id": "a", "schedule": { "kind": "every", "everyMs": 60000 }, "payload": { "kind": "command" } },
        { "id": "b", "schedule": { "kind": "cron", "expr": "bad" }, "payload": { "kind": "agentTurn", "message": "x" } }] }"#;

    #[test]
    fn a_file_of_jobs_is_read_and_a_torn_one_says_where() {
        let dir = tempfile::tempdir().unwrap();
        let read = || scheduled(&[dir.path().to_owned()], None);
        assert_eq!(read(), Jobs::default());
        written(dir.path(), "cron/jobs.json", FILE);
        let jobs = read();
        assert_eq!((names(&jobs), jobs.notes.len(), jobs.jobs[1].schedule.is_err()), (vec!["a", "b"], 0, true));
        written(dir.path(), "cron/jobs.json", &FILE[..FILE.len() - 90]);
        let torn = read();
        assert!(torn.jobs.is_empty() && torn.notes[0].contains("jobs.json:3:"), "{:?}", torn.notes);
    }

    #[test]
    fn a_database_with_jobs_comes_before_a_file() {
        let dir = tempfile::tempdir().unwrap();
        written(dir.path(), "cron/jobs.json", FILE);
        written(dir.path(), "state/openclaw.sqlite", "");
        Connection::open(dir.path().join("state/openclaw.sqlite"))
            .unwrap()
            .execute_batch(
                r#"PRAGMA user_version = 99;
                   CREATE TABLE cron_jobs (job_id TEXT, enabled INTEGER, job_json TEXT, state_json TEXT, secret TEXT);
                   INSERT INTO cron_jobs VALUES
                     ('a', 0, '{"id":"a","name":"one","payload":{"kind":"command"}}', '{"consecutiveErrors":3}', 'x'),
                     ('t', 1, '{"id":', '{}', 'x');"#,
            )
            .unwrap();
        let jobs = scheduled(&[dir.path().to_owned()], None);
        assert_eq!(names(&jobs), ["one"]);
        assert_eq!((jobs.jobs[0].enabled, jobs.jobs[0].failures), (false, 3));
        let said = jobs.notes.join("\n");
        for expected in ["1 row of the scheduler is not a job", "schema 99", "jobs.json: 1 of its jobs"] {
            assert!(said.contains(expected), "{said}");
        }
    }

    #[test]
    fn the_config_tells_the_store_that_runs() {
        let dir = tempfile::tempdir().unwrap();
        let elsewhere = dir.path().join("my/jobs.json");
        written(dir.path(), "my/jobs.json", FILE);
        assert_eq!(names(&scheduled(&[dir.path().to_owned()], Some(&elsewhere))), ["a", "b"]);
        let gone = scheduled(&[dir.path().to_owned()], Some(&dir.path().join("gone.json")));
        assert!(gone.jobs.is_empty() && gone.notes[0].contains("cron.store"), "{:?}", gone.notes);
        written(dir.path(), "state/openclaw.sqlite", "");
        let database = Connection::open(dir.path().join("state/openclaw.sqlite")).unwrap();
        database.execute_batch("CREATE TABLE cron_jobs (store_key TEXT, job_id TEXT, job_json TEXT)").unwrap();
        let add = |store: &Path, id: &str| {
            let job = format!(r#"{{"id":"{id}","payload":{{"kind":"command"}}}}"#);
            let row = [store.to_str().unwrap(), id, &job];
            database.execute("INSERT INTO cron_jobs VALUES (?1, ?2, ?3)", row).unwrap();
        };
        add(&elsewhere, "mine");
        let read = |told: Option<&Path>| scheduled(&[dir.path().to_owned()], told);
        // The only one there is, wherever the directory was before.
        assert_eq!(names(&read(None)), ["mine"]);
        add(&dir.path().join("cron/jobs.json"), "usual");
        assert_eq!(names(&read(None)), ["usual"]);
        let told = read(Some(&elsewhere));
        assert_eq!(names(&told), ["mine"]);
        assert!(told.notes[0].contains("1 job of another store"), "{:?}", told.notes);
        database.execute_batch("CREATE TABLE config_machine_state (state_key TEXT, value_json TEXT)").unwrap();
        let kept = serde_json::to_string(elsewhere.to_str().unwrap()).unwrap();
        database.execute("INSERT INTO config_machine_state VALUES ('cron.store', ?1)", [kept]).unwrap();
        assert_eq!(names(&read(None)), ["mine"]);
    }

    /// The tables as 2026.8.1 and 2026.9.6 made them.
    #[test]
    fn the_jobs_of_a_real_gateway_are_read_without_a_remark() {
        for (store, own) in [("agents-2026.8.1", ["brief", "digest"]), ("agents-2026.9.6", ["brief", "nudge"])] {
            let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/records").join(store).join("state");
            let dir = tempfile::tempdir().unwrap();
            let to = dir.path().join("state");
            std::fs::create_dir(&to).unwrap();
            std::fs::copy(store.join("state/openclaw.sqlite"), to.join("openclaw.sqlite")).unwrap();
            let found = scheduled(&[dir.path().to_owned()], None);
            assert!(own.iter().all(|name| names(&found).contains(name)), "{:?}", names(&found));
            assert_eq!(found.notes, Vec::<String>::new());
        }
    }

    /// Nine runs of one request and one of eleven: the mean is two.
    #[test]
    fn runs_on_record_tell_how_many_requests_a_run_makes() {
        use crate::records::{ConversationPlace, StoredRequest};
        let request = |session, round| StoredRequest {
            id: None,
            at: 0,
            agent: "main".into(),
            kind: TurnKind::Cron,
            model: "a/b".into(),
            tokens: crate::simulate::Tokens::default(),
            place: ConversationPlace { session, round, ..ConversationPlace::default() },
        };
        let mut records = Records { requests: (0..9).map(|run| request(run, 0)).collect(), ..Records::default() };
        records.requests.extend((0..11).map(|round| request(9, round)));
        let dir = tempfile::tempdir().unwrap();
        written(dir.path(), "cron/jobs.json", FILE);
        let mut jobs = scheduled(&[dir.path().to_owned()], None);
        measure(&mut jobs, &records);
        assert_eq!(jobs.jobs[1].requests, Some([1, 2, 2]));
        records.requests.truncate(4);
        measure(&mut jobs, &records);
        assert_eq!(jobs.jobs[1].requests, None);
    }

    #[test]
    fn a_database_that_is_none_is_named_and_the_file_is_read() {
        let dir = tempfile::tempdir().unwrap();
        written(dir.path(), "cron/jobs.json", FILE);
        written(dir.path(), "state/openclaw.sqlite", &"no database ".repeat(100));
        let jobs = scheduled(&[dir.path().to_owned()], None);
        assert_eq!(jobs.jobs.len(), 2);
        assert!(jobs.notes[0].contains("state/openclaw.sqlite: it is not an SQLite database"), "{:?}", jobs.notes);
    }
}
