//! What a write promises: exit 0 means that the file holds the change, a refusal has one code whichever command is
//! refused, several files are all written or none, and the backups are kept, shown and cleared away.

use std::fs;
use std::process::Stdio;

use super::bare;
use super::common::{Answer, Desk, fixture};

const PERSONAL: &str = "personal.json5";
/// A config that `apply` and `lint --fix --unsafe-fixes` would both change.
const APPLY: [&str; 3] = ["apply", PERSONAL, "--yes"];
const FIX: [&str; 4] = ["lint", PERSONAL, "--fix", "--unsafe-fixes"];

/// The binary with its standard output going somewhere else; the exit code.
fn ask_into(desk: &Desk, arguments: &[&str], stdout: Stdio) -> i32 {
    let mut command = bare::clawbeat();
    command.args(arguments).env("HOME", desk.path("home")).current_dir(desk.path(""));
    let mut child = command.stdin(Stdio::null()).stdout(stdout).stderr(Stdio::null()).spawn().unwrap();
    drop(child.stdout.take());
    child.wait().unwrap().code().expect("ended by a signal")
}

#[test]
fn exit_0_means_that_the_file_holds_the_change_whatever_becomes_of_the_output() {
    let expected = {
        let desk = Desk::with_fixture(PERSONAL);
        assert_eq!(desk.ask(&APPLY).code, 0);
        desk.read(PERSONAL)
    };
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").map(Stdio::from).ok();
    for stdout in [Some(Stdio::piped()), Some(Stdio::null()), full()].into_iter().flatten() {
        let desk = Desk::with_fixture(PERSONAL);
        assert_eq!(ask_into(&desk, &[&APPLY[..], &["--month", "2026-11"]].concat(), stdout), 0);
        assert_eq!(desk.read(PERSONAL), expected);
        assert_eq!(desk.ask(&["undo", PERSONAL]).code, 0);
        assert_eq!(desk.read(PERSONAL), fixture(PERSONAL));
    }
    // The verdict of a gate is not that of its reader.
    let desk = Desk::with_fixture(PERSONAL);
    for gate in [&["lint", PERSONAL, "--fail-on", "info"][..], &["report", PERSONAL, "--max-monthly", "1"]] {
        assert_eq!((desk.ask(gate).code, ask_into(&desk, gate, Stdio::piped())), (1, 1), "{gate:?}");
    }
    assert_eq!(ask_into(&desk, &["simulate", PERSONAL, "--trace"], Stdio::piped()), 0);
}

/// Each way of being refused, on the same file: 1 from both, nothing written, the same words.
#[cfg(unix)]
#[test]
fn apply_and_fix_refuse_alike() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    type Prepare = fn(&Desk) -> Option<fs::File>;
    let mode = |desk: &Desk, name: &str, mode| {
        fs::set_permissions(desk.path(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    let ways: [(&str, Prepare); 4] = [
        ("is read-only", |desk| {
            fs::set_permissions(desk.path(PERSONAL), fs::Permissions::from_mode(0o444)).unwrap();
            None
        }),
        ("the directory", |desk| {
            fs::set_permissions(desk.path(""), fs::Permissions::from_mode(0o555)).unwrap();
            None
        }),
        ("another clawbeat is changing", |desk| {
            fs::create_dir_all(desk.path(".clawbeat/backups")).unwrap();
            let lock = fs::File::create(desk.path(".clawbeat/backups/personal.json5.lock")).unwrap();
            lock.lock().unwrap();
            Some(lock)
        }),
        ("it is a symbolic link, not a plain file", |desk| {
            fs::create_dir_all(desk.path(".clawbeat/backups")).unwrap();
            symlink("../../made", desk.path(".clawbeat/backups/personal.json5.lock")).unwrap();
            None
        }),
    ];
    for (words, prepare) in ways {
        let answers = [&APPLY[..], &FIX].map(|arguments| {
            let desk = Desk::with_fixture(PERSONAL);
            let _held = prepare(&desk);
            let answer = desk.ask(arguments);
            mode(&desk, "", 0o755);
            assert_eq!(desk.read(PERSONAL), fixture(PERSONAL), "{words}");
            assert!(!desk.path("made").exists(), "{words}");
            answer
        });
        let error = |answer: &Answer| answer.stderr.lines().find(|line| line.starts_with("error: ")).map(str::to_owned);
        let [apply, fix] = &answers;
        assert!(error(apply).is_some_and(|error| error.contains(words)), "{words}: {apply}");
        assert_eq!((apply.code, error(apply)), (fix.code, error(fix)), "{words}");
        assert_eq!(apply.code, 1, "{words}");
    }
    let managed = [&APPLY[..], &FIX].map(|arguments| {
        let desk = Desk::with_fixture(PERSONAL);
        let mut command = desk.command(arguments);
        command.env("OPENCLAW_NIX_MODE", "1");
        desk.ask_with(command).code
    });
    assert_eq!(managed, [1, 1]);
    let piped = [&["apply", "-", "--yes"][..], &["lint", "-", "--fix", "--unsafe-fixes"]].map(|arguments| {
        let desk = Desk::new();
        let mut command = desk.command(arguments);
        command.write_stdin(fixture(PERSONAL));
        desk.ask_with(command).code
    });
    assert_eq!(piped, [1, 1]);
}

#[cfg(unix)]
#[test]
fn of_several_files_all_are_fixed_or_none() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let names = ["a.json5", "b.json5", "c.json5"];
    names.iter().for_each(|name| desk.write(name, fixture(PERSONAL)));
    let fix = [&["lint", "--fix", "--unsafe-fixes"], &names[..]].concat();
    fs::set_permissions(desk.path("b.json5"), fs::Permissions::from_mode(0o444)).unwrap();
    let refused = desk.ask(&fix);
    assert_eq!(refused.code, 1, "{refused}");
    assert!(refused.stderr.contains("nothing was written, in none of the files"), "{refused}");
    names.iter().for_each(|name| assert_eq!(desk.read(name), fixture(PERSONAL)));
    fs::set_permissions(desk.path("b.json5"), fs::Permissions::from_mode(0o644)).unwrap();
    // What only shows while writing: then it is said which are written.
    fs::create_dir_all(desk.path(".clawbeat/backups")).unwrap();
    let lock = fs::File::create(desk.path(".clawbeat/backups/b.json5.lock")).unwrap();
    lock.lock().unwrap();
    let refused = desk.ask(&fix);
    assert_eq!(refused.code, 1, "{refused}");
    assert!(refused.stderr.contains("written: a.json5; not written: b.json5, c.json5"), "{refused}");
    drop(lock);
    // One file under two names is written once.
    let twice = desk.ask(&["lint", "--fix", "--unsafe-fixes", "b.json5", "./b.json5"]);
    assert_eq!(twice.stderr.matches("undo puts them back").count(), 1, "{twice}");
    assert_eq!(desk.ask(&["undo", "b.json5"]).code, 0);
    assert_eq!(desk.read("b.json5"), fixture(PERSONAL));
}

#[test]
fn backups_are_listed_and_cleared_away() {
    let desk = Desk::with_fixture(PERSONAL);
    let none = desk.ask(&["undo", "--list", PERSONAL]);
    assert_eq!((none.code, none.stdout.as_str()), (0, "personal.json5: no backups\n"));
    assert_eq!(desk.names(), [PERSONAL], "a list makes nothing");
    assert_eq!(desk.ask(&FIX).code, 0);
    assert_eq!(desk.ask(&["undo", PERSONAL]).code, 0);
    assert_eq!(desk.ask(&APPLY).code, 0);
    let list = desk.ask(&["undo", "--list", PERSONAL]);
    let lines: Vec<&str> = list.stdout.lines().collect();
    assert_eq!(lines[0], "personal.json5: 2 backups in @DIR@/.clawbeat/backups");
    let bytes = fixture(PERSONAL).len();
    let version = env!("CARGO_PKG_VERSION");
    assert!(lines[1].starts_with("0002  20"), "{list}");
    assert!(lines[1].ends_with(&format!(" UTC  {bytes:>8} bytes  clawbeat {version} apply")), "{list}");
    assert!(lines[2].starts_with("0001  20") && lines[2].ends_with("lint --fix, put back already"), "{list}");
    // Ten stay unless it is said otherwise, and what goes is said.
    let mut answers = Vec::new();
    for round in 0..11 {
        desk.write(PERSONAL, fixture(PERSONAL) + &format!("// {round}\n"));
        answers.push(desk.ask(&APPLY));
    }
    assert!(answers[7].stderr.matches("older backup").count() == 0, "{}", answers[7]);
    assert!(answers[10].stderr.contains("note: 1 older backup was removed; the newest 10 stay"), "{}", answers[10]);
    desk.write(PERSONAL, fixture(PERSONAL));
    let fewer = desk.ask(&[&FIX[..], &["--keep-backups", "2"]].concat());
    assert!(fewer.stderr.contains("note: 9 older backups were removed; the newest 2 stay"), "{fewer}");
    assert_eq!(desk.ask(&["undo", "--list", PERSONAL]).stdout.lines().count(), 3);
    assert_eq!(desk.ask(&["undo", PERSONAL]).code, 0);
    assert_eq!(desk.read(PERSONAL), fixture(PERSONAL));
}

#[cfg(unix)]
#[test]
fn a_further_name_of_a_file_is_said() {
    let desk = Desk::with_fixture(PERSONAL);
    fs::hard_link(desk.path(PERSONAL), desk.path("second.json5")).unwrap();
    let answer = desk.ask(&APPLY);
    let note = "note: personal.json5 had 1 other name (hard links), which still lead to the old file";
    assert!(answer.code == 0 && answer.stderr.contains(note), "{answer}");
    assert_eq!(desk.read("second.json5"), fixture(PERSONAL));
}
