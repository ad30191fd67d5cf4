use super::*;

use crate::files::backup::BackupError;
use crate::files::write::tests::{NO, config, free, kept, load, put};
use crate::files::write::{WriteOutcome, WriteTerms, replace};

#[test]
fn undo_goes_back_one_change_at_a_time() {
    let (_dir, path) = config("1");
    for next in ["2", "3", "2"] {
        put(&load(&path), next, &free).unwrap();
    }
    for expected in ["3", "2", "1"] {
        undo(&path, &free, NO).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    }
    assert!(matches!(undo(&path, &free, NO), Err(UndoError::Nothing { .. })));
}

#[test]
fn undo_refuses_a_changed_file_and_a_damaged_backup() {
    let (_dir, path) = config("1");
    assert!(matches!(undo(&path, &free, NO), Err(UndoError::Nothing { .. })));
    let backup = kept(put(&load(&path), "2", &free));
    fs::write(&path, "by hand").unwrap();
    assert!(matches!(undo(&path, &free, NO), Err(UndoError::Changed { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "by hand");
    fs::write(&path, "2").unwrap();
    fs::write(&backup, "spoiled").unwrap();
    assert!(matches!(undo(&path, &free, NO), Err(UndoError::Foreign { .. })));
    // Spoiled by the disk itself.
    crate::files::backup::list(&path).unwrap().iter_mut().for_each(Backup::claim);
    assert!(matches!(undo(&path, &free, NO), Err(UndoError::Damaged { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "2");
    fs::write(&path, "1").unwrap();
    assert!(matches!(undo(&path, &free, NO), Err(UndoError::Nothing { .. })), "already undone by hand");
}

#[test]
fn the_oldest_backups_go_and_never_what_the_next_undo_needs() {
    let (_dir, path) = config("0");
    let change = |text: &str, keep_backups| match replace(
        &load(&path),
        text,
        WriteTerms { env: &free, command: "apply", keep_backups },
    )
    .unwrap()
    {
        WriteOutcome::Written { pruned, .. } => pruned,
        WriteOutcome::Unchanged => panic!(),
    };
    let numbers = || -> Vec<u32> { crate::files::backup::list(&path).unwrap().iter().map(|b| b.number).collect() };
    assert_eq!(["1", "2", "3", "4"].map(|text| change(text, 3)), [0, 0, 0, 1]);
    assert_eq!(numbers(), [4, 3, 2]);
    // Those that are put back already go before those that are not.
    undo(&path, &free, NO).unwrap();
    undo(&path, &free, NO).unwrap();
    assert_eq!(change("5", 2), 2);
    assert_eq!(numbers(), [5, 2]);
    assert_eq!(change("6", 0), 2, "the one just made stays");
    assert_eq!(numbers(), [6]);
    undo(&path, &free, NO).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "5");
    let left = fs::read_dir(Store::dir_of(&path)).unwrap().map(|entry| entry.unwrap().file_name());
    let mut left: Vec<_> = left.collect();
    left.sort();
    assert_eq!(left, ["openclaw.json.0006", "openclaw.json.0006.json", "openclaw.json.lock"], "records go, too");
}

/// What may have come with a checkout: everything in `.clawbeat` that is no plain file or folder.
#[cfg(unix)]
#[test]
fn nothing_in_the_folder_of_backups_leads_elsewhere() {
    use std::os::unix::fs::symlink;
    let fifo = |at: &Path| {
        assert!(std::process::Command::new("mkfifo").arg(at).status().unwrap().success());
    };
    let lock = |path: &Path| Store::dir_of(path).join("openclaw.json.lock");
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("made");
    // The lock: a link to nothing, to a file, a pipe, a folder.
    let file = elsewhere.path().join("file");
    fs::write(&file, "x").unwrap();
    let places: [&dyn Fn(&Path); 4] =
        [&|at| symlink(&target, at).unwrap(), &|at| symlink(&file, at).unwrap(), &|at| fifo(at), &|at| {
            fs::create_dir(at).unwrap()
        }];
    for place in places {
        let (_dir, path) = config("1");
        fs::create_dir_all(Store::dir_of(&path)).unwrap();
        place(&lock(&path));
        let error = put(&load(&path), "2", &free).unwrap_err();
        assert!(matches!(error, WriteError::Backup(BackupError::Io { .. })), "{error}");
        assert!(error.to_string().contains("not a plain file"), "{error}");
        assert!(undo(&path, &free, NO).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "1");
        assert!(!target.exists(), "nothing is made elsewhere");
    }
    // A record or a backup that is a link, a pipe, or without end counts for nothing.
    let places: [&dyn Fn(&Path); 4] =
        [&|at| fifo(at), &|at| symlink("/dev/zero", at).unwrap(), &|at| symlink(&file, at).unwrap(), &|at| {
            fs::File::create(at).unwrap().set_len(1 << 40).unwrap()
        }];
    for place in places {
        for suffix in ["0001", "0001.json"] {
            let (_dir, path) = config("1");
            kept(put(&load(&path), "2", &free));
            let at = Store::dir_of(&path).join(format!("openclaw.json.{suffix}"));
            fs::remove_file(&at).unwrap();
            place(&at);
            assert!(undo(&path, &free, NO).is_err(), "{suffix}");
            assert_eq!(fs::read_to_string(&path).unwrap(), "2");
            assert!(crate::files::backup::list(&path).is_ok());
            kept(put(&load(&path), "3", &free));
            undo(&path, &free, NO).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), "2");
        }
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "x");
}

/// A record cannot open the file: the bits it names are those of a checkout's author.
#[cfg(unix)]
#[test]
fn a_record_lets_nobody_write_who_could_not() {
    let (_dir, path) = config("1");
    let backup = kept(put(&load(&path), "2", &free));
    let record = PathBuf::from(format!("{}.json", backup.display()));
    let text = fs::read_to_string(&record).unwrap();
    let mode = private::mode(&fs::metadata(&path).unwrap()).unwrap();
    fs::write(&record, text.replace(&format!("\"{mode:04o}\""), "\"6777\"")).unwrap();
    undo(&path, &free, NO).unwrap();
    assert_eq!(private::mode(&fs::metadata(&path).unwrap()), Some(0o755));
}

/// What `git clone` or an unpacked archive can bring: the bytes of a backup and of its record, whatever they say.
#[test]
fn a_backup_that_came_with_a_checkout_is_not_put_back() {
    let (_theirs, theirs) = config("stolen");
    put(&load(&theirs), "shown", &free).unwrap();
    let (_ours, ours) = config("shown");
    fs::create_dir_all(Store::dir_of(&ours)).unwrap();
    let copy = |number: &str| {
        for (from, to) in [("0001", number.to_owned()), ("0001.json", format!("{number}.json"))] {
            let place = |config: &Path, name: &str| Store::dir_of(config).join(format!("openclaw.json.{name}"));
            fs::copy(place(&theirs, from), place(&ours, &to)).unwrap();
        }
    };
    copy("0001");
    let error = undo(&ours, &free, NO).unwrap_err();
    assert!(matches!(&error, UndoError::Foreign { backup } if backup.ends_with("openclaw.json.0001")), "{error}");
    assert_eq!(fs::read_to_string(&ours).unwrap(), "shown");
    // Nor does it stand in the way of our own.
    put(&load(&ours), "changed", &free).unwrap();
    copy("0003");
    undo(&ours, &free, NO).unwrap();
    assert_eq!(fs::read_to_string(&ours).unwrap(), "shown");
    assert!(matches!(undo(&ours, &free, NO), Err(UndoError::Foreign { .. })));
    // Theirs is still good where it was made.
    undo(&theirs, &free, NO).unwrap();
    assert_eq!(fs::read_to_string(&theirs).unwrap(), "stolen");
}

#[test]
fn a_later_edit_is_handed_over_with_both_texts_or_forced_away() {
    let (_dir, path) = config("a\nb\n");
    put(&load(&path), "a\nB\n", &free).unwrap();
    fs::write(&path, "A\nB\n").unwrap();
    let merge = |Versions { before, after, now }: Versions<'_>| {
        assert_eq!((before, after, now), ("a\nb\n", "a\nB\n", "A\nB\n"));
        Ok("A\nb\n".to_owned())
    };
    assert!(undo(&path, &free, Edited::Merge(&merge)).unwrap().merged);
    assert_eq!(fs::read_to_string(&path).unwrap(), "A\nb\n");
    assert!(matches!(undo(&path, &free, NO), Err(UndoError::Nothing { .. })));

    put(&load(&path), "A\nC\n", &free).unwrap();
    fs::write(&path, "by hand").unwrap();
    assert!(!undo(&path, &free, Edited::Force).unwrap().merged);
    assert_eq!(fs::read_to_string(&path).unwrap(), "A\nb\n");
    undo(&path, &free, NO).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "by hand", "what was forced away is kept");
}

#[test]
fn a_record_that_does_not_tell_the_change_merges_nothing() {
    let (_dir, path) = config("1");
    let backup = kept(put(&load(&path), "2", &free));
    fs::write(&path, "by hand").unwrap();
    let record = backup.with_file_name(format!("{}.json", backup.file_name().unwrap().to_str().unwrap()));
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text.replace("\"text\": \"2\"", "\"text\": \"3\"")).unwrap();
    let any = |_: Versions<'_>| Ok("merged".to_owned());
    assert!(matches!(undo(&path, &free, Edited::Merge(&any)), Err(UndoError::Changed { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "by hand");
}
