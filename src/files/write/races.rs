//! Several writers of one file at one moment.

use std::sync::Barrier;

use super::tests::{NO, config, free, kept, load, put};
use super::*;
use crate::files::read::read;
use crate::files::undo::{UndoError, undo};

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
    let written = outcomes.iter().filter(|o| matches!(o, Ok(WriteOutcome::Written { .. }))).count();
    assert_eq!(written, 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|o| matches!(o, Ok(_) | Err(WriteError::Backup(BackupError::Busy { .. })))));
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    undo(&path, &free, NO).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
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
        let expected = match undo(&path, &free, NO) {
            Ok(_) => "old".to_owned(),
            Err(UndoError::Changed { .. }) => now,
            Err(error) => panic!("round {round}: {error}"),
        };
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    }
}
