//! A process that is stopped, or a call that fails, before or after any step of a write: the file is the old one or the
//! new one, whole, and there is a way back.

use tempfile::TempDir;

use super::tests::{NO, config, free, load, put};
use super::*;
use crate::files::step::hook;
use crate::files::undo::{UndoError, undo};

pub(super) const OLD: &str = "{ every: '30m' }\r\n";
pub(super) const NEW: &str = "{ every: '2h' }\r\n";

pub(super) fn change(path: &Path) -> Result<WriteOutcome, WriteError> {
    put(&load(path), NEW, &free)
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn stop(what: &str, path: &Path, at: usize) {
    hook::kill("files::write::faults::child", what, path, at);
}

#[test]
#[ignore = "the process that the other tests start and stop"]
fn child() {
    hook::be_killed(|what, path| match what {
        "replace" => drop(change(path).unwrap()),
        _ => drop(undo(path, &free, NO).unwrap()),
    });
}

/// After whatever happened: back to the old file, forward again, back again, and nothing is left lying about.
pub(super) fn check_ways(path: &Path, what: &str) {
    match fs::read_to_string(path).unwrap().as_str() {
        OLD => assert!(matches!(undo(path, &free, NO), Err(UndoError::Nothing { .. })), "{what}"),
        NEW => drop(undo(path, &free, NO).unwrap_or_else(|error| panic!("{what}: {error}"))),
        other => panic!("{what}: the file holds {other:?}"),
    }
    assert_eq!(fs::read_to_string(path).unwrap(), OLD, "{what}");
    assert!(matches!(change(path), Ok(WriteOutcome::Written { .. })), "{what}");
    assert_eq!(fs::read_to_string(path).unwrap(), NEW, "{what}");
    undo(path, &free, NO).unwrap();
    assert_eq!(fs::read_to_string(path).unwrap(), OLD, "{what}");
    assert_eq!(names(path.parent().unwrap()), [".clawbeat", "openclaw.json"], "{what}");
    let kept = names(&Store::dir_of(path));
    assert!(!kept.iter().any(|name| name.starts_with('.')), "{what}: {kept:?}");
}

/// What is on the disk when: the backup before the new file takes the name, the new file's bytes before its name.
#[test]
fn each_step_is_taken_in_its_order() {
    let (_dir, path) = config(OLD);
    let (seen, ()) = hook::moments(|| drop(change(&path).unwrap()));
    let steps: Vec<&str> = seen.iter().filter_map(|moment| moment.strip_prefix("before ")).collect();
    let file = ["create a backup file", "write a backup file", "flush a backup file"];
    let folder = ["make a folder", "flush a folder"];
    let new = ["create the new file", "give the new file its owner", "give the new file its attributes"];
    let rest = ["give the new file its mode", "write the new file", "flush the new file", "rename the new file"];
    let end = ["remove the old file", "flush a folder"];
    let lock = ["open the lock", "take the lock"];
    let (ignore, backup, record) = (&file[..], &file[..], &file[..]);
    let expected = [&folder, &folder[..], ignore, &lock, backup, record, &folder[1..], &new, &rest, &end].concat();
    assert_eq!(steps, expected);
    assert_eq!(seen.len(), 2 * steps.len());
}

/// Stops a run on a prepared config at each of its moments. Until the rename the file holds `before`, then `after`.
fn stop_everywhere(what: &str, prepare: fn() -> (TempDir, PathBuf), run: fn(&Path), [before, after]: [&str; 2]) {
    let (_dir, path) = prepare();
    let (seen, ()) = hook::moments(|| run(&path));
    let renamed = seen.iter().position(|moment| moment == "after rename the new file").unwrap();
    for (at, moment) in seen.iter().enumerate() {
        let (_dir, path) = prepare();
        stop(what, &path, at);
        let expected = if at < renamed { before } else { after };
        assert_eq!(fs::read_to_string(&path).unwrap(), expected, "stopped {moment}");
        check_ways(&path, moment);
    }
}

#[test]
fn a_process_that_is_stopped_anywhere_leaves_a_whole_file() {
    stop_everywhere("replace", || config(OLD), |path| drop(change(path).unwrap()), [OLD, NEW]);
    let changed = || {
        let (dir, path) = config(OLD);
        change(&path).unwrap();
        (dir, path)
    };
    stop_everywhere("undo", changed, |path| drop(undo(path, &free, NO).unwrap()), [NEW, OLD]);
}

/// A disk that is full for one call, or from then on.
#[test]
fn a_call_that_fails_anywhere_leaves_a_whole_file() {
    let (_dir, path) = config(OLD);
    let (seen, ()) = hook::moments(|| drop(change(&path).unwrap()));
    for (at, moment) in seen.iter().enumerate() {
        for stays in [false, true] {
            let (_dir, path) = config(OLD);
            let mut count = 0;
            let full = move |_: &str, _: &Path| {
                count += 1;
                let fails = count == at + 1 || (stays && count > at);
                if fails { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
            };
            let result = hook::with(full, || change(&path));
            let now = fs::read_to_string(&path).unwrap();
            match result {
                Ok(outcome) => assert!(matches!(outcome, WriteOutcome::Written { .. }) && now == NEW, "{moment}"),
                Err(WriteError::NotFlushed { .. }) => assert_eq!(now, NEW, "{moment}"),
                Err(error) => {
                    assert!(error.to_string().contains("no storage space"), "{moment}: {error}");
                    let renamed = moment == "after rename the new file";
                    assert_eq!(now, if renamed { NEW } else { OLD }, "{moment}");
                }
            }
            // A call that made a file and says that it did not leaves one that the next run removes.
            let left = names(path.parent().unwrap()).iter().any(|name| name.contains("clawbeat-"));
            assert!(!left || moment == "after create the new file", "{moment}");
            check_ways(&path, moment);
        }
    }
}
