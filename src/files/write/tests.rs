use std::io;
use std::sync::Barrier;

use super::*;
use crate::files::read::read;
use crate::files::undo::{UndoError, undo};

pub(super) fn free(_: &str) -> Option<String> {
    None
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
    let Outcome::Written { backup } = replace(&loaded, "{ every: '2h' }\r\n", &free).unwrap() else { panic!() };
    assert_eq!(fs::read_to_string(&path).unwrap(), "{ every: '2h' }\r\n");
    assert_eq!(fs::read_to_string(&backup).unwrap(), loaded.text);
    assert_eq!(replace(&loaded, "{ every: '2h' }\r\n", &free).unwrap(), Outcome::Unchanged);
    assert_eq!(undo(&path, &free).unwrap().backup, backup);
    assert_eq!(fs::read_to_string(&path).unwrap(), loaded.text);
    assert!(matches!(undo(&path, &free), Err(UndoError::Nothing { .. })));
}

#[test]
fn undo_goes_back_one_change_at_a_time() {
    let (_dir, path) = config("1");
    for next in ["2", "3", "2"] {
        replace(&load(&path), next, &free).unwrap();
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
    let Outcome::Written { backup } = replace(&load(&path), "2", &free).unwrap() else { panic!() };
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
    assert!(matches!(replace(&loaded, "2", &free), Err(WriteError::Changed { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "by hand");
    assert!(!dir.path().join(".clawbeat").exists());
    assert!(matches!(swap(&path, &loaded.fingerprint.sha256, b"2", None), Err(WriteError::Changed { .. })));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file is left");
    fs::remove_file(&path).unwrap();
    assert!(replace(&loaded, "2", &free).is_err());
    assert!(!path.exists());
}

#[test]
fn managed_configs_and_standard_input_are_refused() {
    let (_dir, path) = config("1");
    for name in ["OPENCLAW_CONFIG_READONLY", "OPENCLAW_NIX_MODE"] {
        let env = |asked: &str| (asked == name).then(|| "1".to_owned());
        let error = replace(&load(&path), "2", &env).unwrap_err();
        assert!(error.to_string().starts_with(name), "{error}");
        assert!(undo(&path, &env).unwrap_err().to_string().starts_with(name));
        let off = |asked: &str| (asked == name).then(|| "0".to_owned());
        assert!(refuse_managed(&off).is_ok());
    }
    let stdin = read(Path::new("-"), &mut "1".as_bytes()).unwrap();
    assert!(matches!(replace(&stdin, "2", &free), Err(WriteError::Stdin)));
    assert_eq!(fs::read_to_string(&path).unwrap(), "1");
}

#[cfg(unix)]
#[test]
fn mode_is_kept_and_restored() {
    for mode in [0o600, 0o644, 0o640] {
        let (_dir, path) = config("1");
        set_mode(&path, mode);
        replace(&load(&path), "2", &free).unwrap();
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
    let Outcome::Written { backup } = replace(&load(&path), "2", &free).unwrap() else { panic!() };
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
    replace(&loaded, "2", &free).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&path).unwrap(), "2");
    undo(&link, &free).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "1");

    let other = dir.path().join("other.json");
    fs::write(&other, "1").unwrap();
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&other, &link).unwrap();
    assert!(matches!(replace(&loaded, "2", &free), Err(WriteError::Changed { .. })));
}

#[cfg(unix)]
#[test]
fn read_only_files_and_directories_are_refused_even_for_root() {
    let (dir, path) = config("1");
    set_mode(&path, 0o444);
    assert!(matches!(replace(&load(&path), "2", &free), Err(WriteError::ReadOnly { .. })));
    set_mode(&path, 0o644);
    set_mode(dir.path(), 0o555);
    assert!(matches!(replace(&load(&path), "2", &free), Err(WriteError::ReadOnlyDirectory { .. })));
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
            replace(&loaded, "new", &free)
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
