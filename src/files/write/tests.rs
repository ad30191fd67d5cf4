use std::io;
use std::sync::Barrier;

use super::*;
use crate::files::read::read;
use crate::files::undo::{UndoError, undo};

pub(super) fn free(_: &str) -> Option<String> {
    None
}

/// As a command would write.
pub(super) fn put(loaded: &Loaded, text: &str, env: Env<'_>) -> Result<Outcome, WriteError> {
    replace(loaded, text, Terms { env, command: "apply", keep_backups: 10 })
}

/// The backup of a change that was made.
pub(super) fn kept(result: Result<Outcome, WriteError>) -> PathBuf {
    let Ok(Outcome::Written { backup, .. }) = result else { panic!("{result:?}") };
    backup
}

pub(super) fn load(path: &Path) -> Loaded {
    read(path, &mut io::empty()).unwrap()
}

pub(super) fn config(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("openclaw.json");
    fs::write(&path, text).unwrap();
    (dir, path)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

#[test]
fn a_change_is_written_kept_and_undone_byte_for_byte() {
    let (_dir, path) = config("\u{feff}{ every: '30m' }\r\n");
    let loaded = load(&path);
    let backup = kept(put(&loaded, "{ every: '2h' }\r\n", &free));
    assert_eq!(fs::read_to_string(&path).unwrap(), "{ every: '2h' }\r\n");
    assert_eq!(fs::read_to_string(&backup).unwrap(), loaded.text);
    assert_eq!(put(&loaded, "{ every: '2h' }\r\n", &free).unwrap(), Outcome::Unchanged);
    assert_eq!(undo(&path, &free).unwrap().backup, backup);
    assert_eq!(fs::read_to_string(&path).unwrap(), loaded.text);
    assert!(matches!(undo(&path, &free), Err(UndoError::Nothing { .. })));
}

#[test]
fn undo_goes_back_one_change_at_a_time() {
    let (_dir, path) = config("1");
    for next in ["2", "3", "2"] {
        put(&load(&path), next, &free).unwrap();
    }
    for expected in ["3", "2", "1"] {
        undo(&path, &free).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    }
    assert!(matches!(undo(&path, &free), Err(UndoError::Nothing { .. })));
}

#[test]
fn undo_refuses_a_changed_file_and_a_damaged_backup() {
    let (_dir, path) = config("1");
    assert!(matches!(undo(&path, &free), Err(UndoError::Nothing { .. })));
    let backup = kept(put(&load(&path), "2", &free));
    fs::write(&path, "by hand").unwrap();
    assert!(matches!(undo(&path, &free), Err(UndoError::Changed { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "by hand");
    fs::write(&path, "2").unwrap();
    fs::write(&backup, "spoiled").unwrap();
    assert!(matches!(undo(&path, &free), Err(UndoError::Damaged { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "2");
    fs::write(&path, "1").unwrap();
    assert!(matches!(undo(&path, &free), Err(UndoError::Nothing { .. })), "already undone by hand");
}

#[test]
fn a_file_that_changed_since_it_was_read_is_left_alone() {
    let (dir, path) = config("1");
    let loaded = load(&path);
    fs::write(&path, "by hand").unwrap();
    assert!(matches!(put(&loaded, "2", &free), Err(WriteError::Changed { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "by hand");
    assert!(!dir.path().join(".clawbeat").exists());
    assert!(matches!(swap(&path, &loaded.fingerprint.sha256, b"2", None), Err(WriteError::Changed { .. })));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file is left");
    fs::remove_file(&path).unwrap();
    assert!(put(&loaded, "2", &free).is_err());
    assert!(!path.exists());
}

#[test]
fn managed_configs_and_standard_input_are_refused() {
    let (_dir, path) = config("1");
    for name in ["OPENCLAW_CONFIG_READONLY", "OPENCLAW_NIX_MODE"] {
        let env = |asked: &str| (asked == name).then(|| "1".to_owned());
        let error = put(&load(&path), "2", &env).unwrap_err();
        assert!(error.to_string().starts_with(name), "{error}");
        assert!(undo(&path, &env).unwrap_err().to_string().starts_with(name));
        let off = |asked: &str| (asked == name).then(|| "0".to_owned());
        assert!(refuse_managed(&off).is_ok());
    }
    let stdin = read(Path::new("-"), &mut "1".as_bytes()).unwrap();
    assert!(matches!(put(&stdin, "2", &free), Err(WriteError::Stdin)));
    assert_eq!(fs::read_to_string(&path).unwrap(), "1");
}

#[cfg(unix)]
#[test]
fn mode_is_kept_and_restored() {
    for mode in [0o600, 0o644, 0o640] {
        let (_dir, path) = config("1");
        set_mode(&path, mode);
        put(&load(&path), "2", &free).unwrap();
        assert_eq!(private::mode(&fs::metadata(&path).unwrap()), Some(mode));
        set_mode(&path, 0o666);
        undo(&path, &free).unwrap();
        assert_eq!(private::mode(&fs::metadata(&path).unwrap()), Some(mode));
    }
}

#[cfg(unix)]
#[test]
fn root_keeps_the_owner_of_the_file_and_its_backups() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let (dir, path) = config("1");
    if chown(&path, Some(4321), Some(4322)).is_err() {
        return;
    }
    let backup = kept(put(&load(&path), "2", &free));
    for owned in [path, backup, dir.path().join(".clawbeat")] {
        let metadata = fs::metadata(&owned).unwrap();
        assert_eq!((metadata.uid(), metadata.gid()), (4321, 4322), "{}", owned.display());
    }
}

#[cfg(unix)]
#[test]
fn a_symlink_stays_and_its_target_is_edited() {
    let (dir, path) = config("1");
    let link = dir.path().join("link.json");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let loaded = load(&link);
    put(&loaded, "2", &free).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&path).unwrap(), "2");
    undo(&link, &free).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "1");

    let other = dir.path().join("other.json");
    fs::write(&other, "1").unwrap();
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&other, &link).unwrap();
    assert!(matches!(put(&loaded, "2", &free), Err(WriteError::Changed { .. })));
}

#[cfg(unix)]
#[test]
fn read_only_files_and_directories_are_refused_even_for_root() {
    let (dir, path) = config("1");
    set_mode(&path, 0o444);
    assert!(matches!(put(&load(&path), "2", &free), Err(WriteError::ReadOnly { .. })));
    set_mode(&path, 0o644);
    set_mode(dir.path(), 0o555);
    assert!(matches!(put(&load(&path), "2", &free), Err(WriteError::ReadOnlyDirectory { .. })));
    set_mode(dir.path(), 0o755);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "a refusal leaves nothing behind");
}

#[test]
fn of_many_at_once_one_writes_and_the_rest_do_nothing() {
    let (_dir, path) = config("old");
    let loaded = load(&path);
    let start = Barrier::new(16);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let apply = || {
            start.wait();
            put(&loaded, "new", &free)
        };
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(apply)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let written = outcomes.iter().filter(|o| matches!(o, Ok(Outcome::Written { .. }))).count();
    assert_eq!(written, 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|o| matches!(o, Ok(_) | Err(WriteError::Backup(BackupError::Busy { .. })))));
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    undo(&path, &free).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
}

#[cfg(target_os = "linux")]
#[test]
fn a_mount_point_is_recognised() {
    assert!(is_mount_point(Path::new("/proc")));
    assert!(!is_mount_point(Path::new("/proc/self")));
}

/// Backups with a number each, as planted by someone or left by another run.
fn plant(path: &Path, names: &[&str]) {
    fs::create_dir_all(Store::dir_of(path)).unwrap();
    for name in names {
        fs::write(Store::dir_of(path).join(format!("openclaw.json.{name}")), "planted").unwrap();
    }
}

#[test]
fn a_number_that_is_taken_or_absurd_costs_no_backup() {
    for planted in [
        &["18446744073709551615"][..],
        &["18446744073709551615", "18446744073709551615.json"],
        &["18446744073709551614", "4294967295", "1000000", "00001", "0000"],
        &["0001"],
        &["0001.json", "0002"],
    ] {
        let (_dir, path) = config("1");
        plant(&path, planted);
        let first = kept(put(&load(&path), "2", &free));
        let second = kept(put(&load(&path), "3", &free));
        assert_eq!(fs::read_to_string(&first).unwrap(), "1", "{planted:?}");
        assert_eq!(fs::read_to_string(&second).unwrap(), "2", "{planted:?}");
        for expected in ["2", "1"] {
            undo(&path, &free).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), expected, "{planted:?}");
        }
        for name in planted {
            let file = Store::dir_of(&path).join(format!("openclaw.json.{name}"));
            assert_eq!(fs::read_to_string(file).unwrap(), "planted");
        }
    }
    let (_dir, path) = config("1");
    plant(&path, &["999999"]);
    let error = put(&load(&path), "2", &free).unwrap_err().to_string();
    assert!(error.contains("openclaw.json.999999 has the highest number"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "1");
}

#[test]
fn the_oldest_backups_go_and_never_what_the_next_undo_needs() {
    let (_dir, path) = config("0");
    let change = |text: &str, keep_backups| match replace(
        &load(&path),
        text,
        Terms { env: &free, command: "apply", keep_backups },
    )
    .unwrap()
    {
        Outcome::Written { pruned, .. } => pruned,
        Outcome::Unchanged => panic!(),
    };
    let numbers = || -> Vec<u32> { crate::files::backup::list(&path).unwrap().iter().map(|b| b.number).collect() };
    assert_eq!(["1", "2", "3", "4"].map(|text| change(text, 3)), [0, 0, 0, 1]);
    assert_eq!(numbers(), [4, 3, 2]);
    // Those that are put back already go before those that are not.
    undo(&path, &free).unwrap();
    undo(&path, &free).unwrap();
    assert_eq!(change("5", 2), 2);
    assert_eq!(numbers(), [5, 2]);
    assert_eq!(change("6", 0), 2, "the one just made stays");
    assert_eq!(numbers(), [6]);
    undo(&path, &free).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "5");
    let left = fs::read_dir(Store::dir_of(&path)).unwrap().map(|entry| entry.unwrap().file_name());
    let mut left: Vec<_> = left.collect();
    left.sort();
    assert_eq!(left, ["openclaw.json.0006", "openclaw.json.0006.json", "openclaw.json.lock"], "records go, too");
}

/// Someone else's file takes the name between the last look and the rename, and has it back.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
#[test]
fn a_file_that_another_program_puts_there_at_the_last_moment_stays() {
    let (dir, path) = config("old");
    let loaded = load(&path);
    let (at, other) = (path.clone(), dir.path().join("other"));
    let intrude = move |moment: &str, _: &Path| {
        if moment == "before rename the new file" {
            fs::write(&other, "theirs")?;
            fs::rename(&other, &at)?;
        }
        Ok(())
    };
    let result = crate::files::step::hook::with(intrude, || put(&loaded, "new", &free));
    assert!(matches!(result, Err(WriteError::Changed { .. })), "{result:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "the config and the folder of backups");
    assert!(crate::files::backup::list(&path).unwrap().is_empty(), "nothing to undo");
}

/// A writer that replaces the file again and again, as an editor does. What it wrote is never lost: each change that
/// says it was made was made on the file that it was made for.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
#[test]
fn beside_a_writer_that_replaces_the_file_nothing_is_lost() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let (dir, path) = config("w0");
    let done = AtomicBool::new(false);
    let mut made = 0;
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let staged = dir.path().join("staged");
            let mut count = 0;
            while !done.load(Ordering::Relaxed) {
                count += 1;
                fs::write(&staged, format!("w{count}")).unwrap();
                fs::rename(&staged, &path).unwrap();
                std::thread::sleep(std::time::Duration::from_micros(200));
            }
            count
        });
        for turn in 0..60 {
            let Ok(loaded) = read(&path, &mut io::empty()) else { continue };
            match put(&loaded, &format!("a{turn}"), &free) {
                Ok(outcome) => {
                    made += 1;
                    assert_eq!(fs::read_to_string(kept(Ok(outcome))).unwrap(), loaded.text, "the old file is kept");
                }
                Err(WriteError::Changed { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
        done.store(true, Ordering::Relaxed);
        assert!(writer.join().unwrap() > 0);
    });
    let last = fs::read_to_string(&path).unwrap();
    assert!(last.starts_with(['a', 'w']), "{last:?} after {made} changes");
}

/// Where the file system has no locks, two runs may choose one number; each still keeps its own backup.
#[test]
fn without_locks_nobody_removes_the_backup_of_another() {
    for round in 0..8 {
        let (_dir, path) = config("old");
        let loaded = load(&path);
        let start = Barrier::new(8);
        let apply = |name: usize| {
            start.wait();
            let no_locks = |moment: &str, _: &Path| match moment {
                "before take the lock" => Err(io::ErrorKind::Unsupported.into()),
                _ => Ok(()),
            };
            crate::files::step::hook::with(no_locks, || put(&loaded, &format!("new {name}"), &free))
        };
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|name| scope.spawn(move || apply(name))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let made: Vec<PathBuf> = outcomes.into_iter().filter(Result::is_ok).map(kept).collect();
        assert!(!made.is_empty(), "round {round}");
        for backup in &made {
            assert_eq!(fs::read_to_string(backup).unwrap(), "old", "round {round}: {}", backup.display());
        }
        #[cfg(target_os = "linux")]
        assert_eq!(made.len(), 1, "one change took the file's place, and the others found it changed");
        let now = fs::read_to_string(&path).unwrap();
        assert!(now.starts_with("new "), "{now}");
        // Of those that found it changed, two at one moment can leave the text of one behind: undo then sees that it is not
        // the change it knows, and leaves it.
        let expected = match undo(&path, &free) {
            Ok(_) => "old".to_owned(),
            Err(UndoError::Changed { .. }) => now,
            Err(error) => panic!("round {round}: {error}"),
        };
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn attributes_and_access_lists_stay() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    let (dir, path) = config("1");
    // A list as the kernel takes it: version 2, then tag, permissions and id of each entry. The owner may read and
    // write, user 4321 may read, the group and others may nothing; the mask is read.
    let entry = |tag: u16, permissions: u16, id: u32| {
        [&tag.to_le_bytes()[..], &permissions.to_le_bytes(), &id.to_le_bytes()].concat()
    };
    let none = u32::MAX;
    let entries = [entry(1, 6, none), entry(2, 4, 4321), entry(4, 0, none), entry(16, 4, none), entry(32, 0, none)];
    let list = [2_u32.to_le_bytes().to_vec(), entries.concat()].concat();
    let set = |path: &Path, name: &str, value: &[u8]| setxattr(path, name, value, XattrFlags::empty());
    let get = |path: &Path, name: &str| {
        let mut value = vec![0; 256];
        let len = getxattr(path, name, &mut value[..]).ok()?;
        value.truncate(len);
        Some(value)
    };
    let acl = "system.posix_acl_access";
    if set(&path, acl, &list).is_err() || set(&path, "user.note", b"mine").is_err() {
        return; // A file system without them.
    }
    let mode = private::mode(&fs::metadata(&path).unwrap());
    for text in ["2", "1"] {
        if text == "2" {
            drop(kept(put(&load(&path), text, &free)))
        } else {
            drop(undo(&path, &free).unwrap())
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(get(&path, acl).as_deref(), Some(&list[..]), "{text}");
        assert_eq!(get(&path, "user.note").as_deref(), Some(&b"mine"[..]), "{text}");
        assert_eq!(private::mode(&fs::metadata(&path).unwrap()), mode);
    }
    // A list that new files in the folder inherit lets nobody in whom the old file kept out.
    let plain = dir.path().join("plain.json");
    fs::write(&plain, "1").unwrap();
    set_mode(&plain, 0o640);
    set(dir.path(), "system.posix_acl_default", &list).unwrap();
    put(&load(&plain), "2", &free).unwrap();
    assert_eq!(get(&plain, acl), None);
}

#[cfg(unix)]
#[test]
fn further_names_of_a_file_are_counted() {
    let (dir, path) = config("1");
    fs::hard_link(&path, dir.path().join("second")).unwrap();
    let Outcome::Written { other_names, .. } = put(&load(&path), "2", &free).unwrap() else { panic!() };
    assert_eq!(other_names, 1);
    assert_eq!(fs::read_to_string(dir.path().join("second")).unwrap(), "1");
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
        assert!(undo(&path, &free).is_err());
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
            assert!(undo(&path, &free).is_err(), "{suffix}");
            assert_eq!(fs::read_to_string(&path).unwrap(), "2");
            assert!(crate::files::backup::list(&path).is_ok());
            kept(put(&load(&path), "3", &free));
            undo(&path, &free).unwrap();
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
    undo(&path, &free).unwrap();
    assert_eq!(private::mode(&fs::metadata(&path).unwrap()), Some(0o755));
}
