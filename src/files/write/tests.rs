use std::io;

use super::*;
use crate::files::read::read;
use crate::files::undo::{Edited, UndoError, undo};

/// What undo makes of a file that was edited since: nothing.
pub(in crate::files) const NO: Edited<'static> = Edited::Merge(&|_| Err("nobody merges here".to_owned()));

pub(in crate::files) fn free(_: &str) -> Option<String> {
    None
}

/// As a command would write.
pub(in crate::files) fn put(loaded: &Loaded, text: &str, env: Env<'_>) -> Result<WriteOutcome, WriteError> {
    replace(loaded, text, WriteTerms { env, command: "apply", keep_backups: 10 })
}

/// The backup of a change that was made.
pub(in crate::files) fn kept(result: Result<WriteOutcome, WriteError>) -> PathBuf {
    let Ok(WriteOutcome::Written { backup, .. }) = result else { panic!("{result:?}") };
    backup
}

pub(in crate::files) fn load(path: &Path) -> Loaded {
    read(path, &mut io::empty()).unwrap()
}

pub(in crate::files) fn config(text: &str) -> (tempfile::TempDir, PathBuf) {
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
    assert_eq!(put(&loaded, "{ every: '2h' }\r\n", &free).unwrap(), WriteOutcome::Unchanged);
    assert_eq!(undo(&path, &free, NO).unwrap().backup, backup);
    assert_eq!(fs::read_to_string(&path).unwrap(), loaded.text);
    assert!(matches!(undo(&path, &free, NO), Err(UndoError::Nothing { .. })));
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
        assert!(undo(&path, &env, NO).unwrap_err().to_string().starts_with(name));
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
        undo(&path, &free, NO).unwrap();
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
    undo(&link, &free, NO).unwrap();
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
            undo(&path, &free, NO).unwrap();
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
            drop(undo(&path, &free, NO).unwrap())
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
    let WriteOutcome::Written { other_names, .. } = put(&load(&path), "2", &free).unwrap() else { panic!() };
    assert_eq!(other_names, 1);
    assert_eq!(fs::read_to_string(dir.path().join("second")).unwrap(), "1");
}
