//! A roll-out that ends anywhere: each file is the old one or the new one, the journal tells which, going on finishes it,
//! and all of it can be taken back.

use std::collections::BTreeMap;
use std::io;

use tempfile::TempDir;

use super::*;
use crate::files::backup::TOOL;
use crate::files::step::hook;
use crate::files::write::tests::{free, load};

const OLD: &str = "{ every: '30m' }\r\n";
const NEW: &str = "{ every: '2h' }\r\n";
/// A file that was edited since the plan was made.
const OTHER: &str = "{ every: '5m' }";
/// The files of a fleet and what they hold.
const FLEET: [(&str, &str); 6] = [("a", OLD), ("b", OTHER), ("c", OLD), ("d", NEW), ("e", OLD), ("f", OLD)];

fn fleet() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in FLEET {
        fs::create_dir(dir.path().join(name)).unwrap();
        fs::write(config(&dir, name), text).unwrap();
    }
    dir
}

fn config(dir: &TempDir, name: &str) -> PathBuf {
    dir.path().join(name).join("openclaw.json")
}

fn journal(dir: &Path) -> PathBuf {
    dir.join("plans.journal")
}

fn terms() -> WriteTerms<'static> {
    WriteTerms { env: &free, command: "fleet apply", keep_backups: 10 }
}

fn course<'a>(told: &'a mut dyn FnMut(&JournalEntry)) -> Course<'a> {
    Course { most: None, stop: &|| false, told }
}

fn ready(path: PathBuf) -> Ready {
    let loaded = load(&path);
    match loaded.text.as_str() {
        OLD => Ready::Open(Box::new(loaded), NEW.to_owned()),
        NEW => Ready::Done,
        _ => Ready::Refused("it was edited".to_owned()),
    }
}

fn roll_out(dir: &Path) -> Result<bool, JournalError> {
    let mut journal = Journal::begin(&journal(dir), "plan", true)?;
    let configs = FLEET.map(|(name, _)| (name.to_owned(), dir.join(name).join("openclaw.json")));
    change(&mut journal, configs, &mut ready, terms(), course(&mut |_| {}))
}

fn roll_back(dir: &Path) -> Result<bool, JournalError> {
    let mut journal = Journal::open(&journal(dir))?;
    take_back(&mut journal, &|_, _| Err("nobody merges here".to_owned()), &free, course(&mut |_| {}))
}

/// The same where what was edited since stays.
fn roll_back_around(dir: &Path) -> Result<bool, JournalError> {
    let mut journal = Journal::open(&journal(dir))?;
    let merge = |_: &Path, texts: Versions<'_>| Ok(texts.now.replace(texts.after, texts.before));
    take_back(&mut journal, &merge, &free, course(&mut |_| {}))
}

/// What runs: forth or back.
type Run = fn(&Path) -> Result<bool, JournalError>;

fn moments(run: Run, dir: &Path) -> Vec<String> {
    let (seen, all) = hook::moments(|| run(dir));
    assert!(all.unwrap());
    seen
}

fn kill(what: &str, dir: &Path, at: usize) {
    hook::kill("files::rollout::tests::child", what, dir, at);
}

#[test]
#[ignore = "the process that the other tests start and kill"]
fn child() {
    hook::be_killed(|what, dir| {
        let run = match what {
            "change" => roll_out,
            "back" => roll_back,
            _ => roll_back_around,
        };
        run(dir).unwrap();
    });
}

fn held(dir: &TempDir) -> BTreeMap<&'static str, String> {
    FLEET.map(|(name, _)| (name, fs::read_to_string(config(dir, name)).unwrap())).into()
}

/// What the journal says of each config must be so.
fn check_truth(dir: &TempDir, what: &str) {
    let path = journal(dir.path());
    let journal = path.exists().then(|| Journal::open(&path).unwrap());
    for (name, text) in held(dir) {
        let done = journal.as_ref().and_then(|journal| journal.last(name)).map(|entry| entry.done);
        let before = FLEET.iter().find(|(of, _)| *of == name).unwrap().1;
        assert!(text == before || (before == OLD && text == NEW), "{what}: {name} holds {text:?}");
        let allowed: &[Option<Done>] = match (before, text.as_str()) {
            (OLD, OLD) => &[None, Some(Done::Begun), Some(Done::Undone)],
            (OLD, _) => &[Some(Done::Begun), Some(Done::Written)],
            (NEW, _) => &[None, Some(Done::Unchanged)],
            _ => &[None, Some(Done::Refused)],
        };
        assert!(allowed.contains(&done), "{what}: {name} holds {text:?}, the journal says {done:?}");
    }
}

const W: Done = Done::Written;

fn check_forth(dir: &TempDir, what: &str) {
    assert!(roll_out(dir.path()).unwrap(), "{what}");
    check_truth(dir, what);
    let journal = Journal::open(&journal(dir.path())).unwrap();
    let done: Vec<Done> = FLEET.iter().map(|(name, _)| journal.last(name).unwrap().done).collect();
    assert_eq!(done, [W, Done::Refused, W, Done::Unchanged, W, W], "{what}");
}

/// All is as it was, and nothing is left lying about.
fn check_back(dir: &TempDir, what: &str) {
    if journal(dir.path()).exists() {
        assert!(roll_back(dir.path()).unwrap(), "{what}");
    }
    assert_eq!(held(dir), FLEET.map(|(name, text)| (name, text.to_owned())).into(), "{what}");
    check_truth(dir, what);
}

fn check_clean(dir: &TempDir, what: &str) {
    for (name, _) in FLEET {
        let entries = fs::read_dir(dir.path().join(name)).unwrap();
        let names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(names.iter().all(|name| name == "openclaw.json" || name == ".clawbeat"), "{what}: {names:?}");
    }
}

#[test]
fn a_roll_out_that_is_killed_anywhere_goes_on_or_back() {
    let seen = moments(roll_out, fleet().path());
    assert!(seen.len() >= 200, "{} moments", seen.len());
    for (at, moment) in seen.iter().enumerate() {
        let (dir, what) = (fleet(), format!("{at}: {moment}"));
        kill("change", dir.path(), at);
        check_truth(&dir, &what);
        // Every second one is first taken back as it stands.
        if at % 2 == 1 {
            check_back(&dir, &what);
        }
        check_forth(&dir, &what);
        check_clean(&dir, &what);
        check_back(&dir, &what);
    }
}

#[test]
fn a_way_back_that_is_killed_anywhere_goes_on_or_forth() {
    let gone_forth = || {
        let dir = fleet();
        roll_out(dir.path()).unwrap();
        dir
    };
    let seen = moments(roll_back, gone_forth().path());
    for (at, moment) in seen.iter().enumerate() {
        let (dir, what) = (gone_forth(), format!("{at}: {moment}"));
        kill("back", dir.path(), at);
        check_truth(&dir, &what);
        if at % 2 == 1 {
            check_forth(&dir, &what);
        }
        check_back(&dir, &what);
        check_forth(&dir, &what);
        check_clean(&dir, &what);
    }
}

#[test]
fn a_way_back_around_an_edit_that_is_killed_anywhere_goes_on() {
    let edited = || {
        let dir = fleet();
        roll_out(dir.path()).unwrap();
        fs::write(config(&dir, "c"), format!("{NEW}// mine")).unwrap();
        dir
    };
    let seen = moments(roll_back_around, edited().path());
    for (at, moment) in seen.iter().enumerate() {
        let (dir, what) = (edited(), format!("{at}: {moment}"));
        kill("around", dir.path(), at);
        assert!(roll_back_around(dir.path()).unwrap(), "{what}");
        assert_eq!(held(&dir)["c"], format!("{OLD}// mine"), "{what}");
        let journal = Journal::open(&journal(dir.path())).unwrap();
        assert_eq!(journal.last("c").map(|entry| entry.done), Some(Done::Undone), "{what}");
    }
}

/// A plan is easily named in the place of its journal.
#[test]
fn what_is_no_journal_is_never_emptied() {
    let dir = tempfile::tempdir().unwrap();
    let path = journal(dir.path());
    let header = |plan: &str| format!(r#"{{"schemaVersion":1,"tool":"{TOOL}","plan":"{plan}"}}"#);
    for text in [
        r#"{"schemaVersion":1,"tool":"clawbeat 0.1.0","config":{}}"#.to_owned(),
        r#"{"schemaVersion":1,"config":{}}"#.to_owned(),
        format!("{}\n", header("plan").replace(":1", ":2")),
        "{ every: '30m' }".to_owned(),
    ] {
        fs::write(&path, &text).unwrap();
        for result in [Journal::open(&path), Journal::begin(&path, "plan", true)] {
            assert!(matches!(result, Err(JournalError::Foreign { line: 1, .. })), "{text}: {result:?}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    let whole = header("plan");
    for end in 0..whole.len() {
        fs::write(&path, &whole[..end]).unwrap();
        drop(Journal::begin(&path, "plan", true).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{whole}\n"), "{end}");
    }
}

#[test]
fn a_call_that_fails_anywhere_is_told_and_gone_on_from() {
    let seen = moments(roll_out, fleet().path());
    for (at, moment) in seen.iter().enumerate() {
        let (dir, what) = (fleet(), format!("{at}: {moment}"));
        let mut count = 0;
        let full = move |_: &str, _: &Path| {
            count += 1;
            if count == at + 1 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        };
        let result = hook::with(full, || roll_out(dir.path()));
        assert_eq!(result.is_err(), moment.ends_with("the journal") || at < 8, "{what}: {result:?}");
        if let Ok(journal) = Journal::open(&journal(dir.path())) {
            for entry in journal.state().filter(|entry| entry.error.is_some()) {
                let is_new = fs::read_to_string(config(&dir, &entry.id)).unwrap() == NEW;
                assert_eq!(is_new, entry.done == Done::Written, "{what}: {entry:?}");
            }
        }
        check_forth(&dir, &what);
        check_back(&dir, &what);
    }
}

#[test]
fn only_so_many_are_changed_and_a_later_change_is_not_taken_back() {
    let dir = fleet();
    let mut begun = Journal::begin(&journal(dir.path()), "plan", false).unwrap();
    let configs = || FLEET.map(|(name, _)| (name.to_owned(), config(&dir, name)));
    let two = Course { most: Some(2), stop: &|| false, told: &mut |_| {} };
    assert!(!change(&mut begun, configs(), &mut ready, terms(), two).unwrap());
    let now: Vec<bool> = ["a", "c", "e"].iter().map(|name| held(&dir)[name] == NEW).collect();
    assert_eq!(now, [true, true, false]);
    assert!(matches!(Journal::open(&journal(dir.path())), Err(JournalError::Busy { .. })));
    drop(begun);
    let again = Journal::begin(&journal(dir.path()), "plan", false);
    assert!(matches!(again, Err(JournalError::Exists { .. })));
    let other = Journal::begin(&journal(dir.path()), "another", true);
    assert!(matches!(other, Err(JournalError::OtherPlan { .. })));
    // Another change of one of them since.
    replace(&load(&config(&dir, "a")), OTHER, terms()).unwrap();
    let mut told = Vec::new();
    let mut hear = |entry: &JournalEntry| told.push((entry.id.clone(), entry.done));
    let mut journal = Journal::open(&journal(dir.path())).unwrap();
    take_back(&mut journal, &|_, _| Err(String::new()), &free, course(&mut hear)).unwrap();
    assert_eq!(told, [("c".to_owned(), Done::Undone), ("a".to_owned(), Done::Refused)]);
    assert_eq!((held(&dir)["a"].as_str(), held(&dir)["c"].as_str()), (OTHER, OLD));
    assert_eq!(journal.last("a").map(|entry| entry.done), Some(Done::Written));
}
