use super::*;

#[test]
fn backups_are_numbered_closed_and_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("openclaw.json");
    fs::write(&config, "{ token: 'hunter2' }").unwrap();
    let store = Store::open(&config).unwrap();
    let first = store.save(b"{ token: 'hunter2' }", b"{}", "apply").unwrap().keep();
    let second = store.save(b"{}", b"[]", "apply").unwrap().keep();
    assert!(first.path.ends_with(".clawbeat/backups/openclaw.json.0001"));
    assert!(second.path.ends_with(".clawbeat/backups/openclaw.json.0002"));
    assert_eq!(fs::read(&first.path).unwrap(), b"{ token: 'hunter2' }");
    let record = fs::read_to_string(kept::record_path(&first.path)).unwrap();
    assert!(!record.contains("hunter2"), "{record}");
    let found = store.newest_first().unwrap();
    assert_eq!(found.iter().map(|b| &b.path).collect::<Vec<_>>(), [&second.path, &first.path]);
    #[cfg(unix)]
    for (path, expected) in [
        (dir.path().join(".clawbeat"), 0o700),
        (Store::dir_of(&config), 0o700),
        (first.path.clone(), 0o600),
        (kept::record_path(&first.path), 0o600),
    ] {
        assert_eq!(private::mode(&fs::metadata(path).unwrap()), Some(expected));
    }
}

#[test]
fn a_backup_without_a_record_counts_for_nothing_but_keeps_its_number() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("openclaw.json");
    fs::write(&config, "{}").unwrap();
    let store = Store::open(&config).unwrap();
    fs::write(Store::dir_of(&config).join("openclaw.json.0041"), "{").unwrap();
    fs::write(Store::dir_of(&config).join("openclaw.json.0041.0099"), "other config's").unwrap();
    assert!(store.newest_first().unwrap().is_empty());
    let saved = store.save(b"{}", b"", "apply").unwrap();
    assert!(saved.backup.path.ends_with("openclaw.json.0042"));
}

#[test]
fn two_stores_of_one_config_exclude_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("openclaw.json");
    fs::write(&config, "{}").unwrap();
    let first = Store::open(&config).unwrap();
    assert!(matches!(Store::open(&config), Err(BackupError::Busy { .. })));
    drop(first);
    Store::open(&config).unwrap();
}

#[cfg(unix)]
#[test]
fn a_folder_that_leads_elsewhere_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let config = dir.path().join("openclaw.json");
    fs::write(&config, "{}").unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), dir.path().join(".clawbeat")).unwrap();
    assert!(matches!(Store::open(&config), Err(BackupError::Io { .. })));
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}
