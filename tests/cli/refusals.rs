//! Where a config is not written: it is managed elsewhere, cannot be written, or is no file. It stays as it was, and
//! nothing is left beside it.

use super::bare;
use super::common::{Desk, fixture};

const PERSONAL: &str = "personal.json5";

#[test]
fn a_config_that_is_managed_elsewhere_is_left_alone() {
    let desk = Desk::with_fixture(PERSONAL);
    desk.write("plan.json", desk.ask(&["diff", PERSONAL, "--format", "plan"]).stdout);
    for variable in ["OPENCLAW_CONFIG_READONLY", "OPENCLAW_NIX_MODE"] {
        for arguments in
            [vec!["apply", PERSONAL, "--yes"], vec!["apply", "--plan", "plan.json", "--yes"], vec!["undo", PERSONAL]]
        {
            let mut command = desk.command(&arguments);
            command.env(variable, "1");
            let answer = desk.ask_with(command);
            assert_eq!(answer.code, 1, "{answer}");
            assert!(answer.stderr.contains(&format!("{variable} is set")), "{answer}");
        }
    }
    assert_eq!(desk.read(PERSONAL), fixture(PERSONAL));
    assert_eq!(desk.names(), [PERSONAL, "plan.json"]);
}

#[cfg(unix)]
#[test]
fn what_is_read_only_stays_as_it_is() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::with_fixture(PERSONAL);
    let mode = |name: &str, mode: u32| set_permissions(desk.path(name), Permissions::from_mode(mode)).unwrap();
    mode(PERSONAL, 0o444);
    let file = desk.ask(&["apply", PERSONAL, "--yes"]);
    assert_eq!(file.code, 1);
    assert!(file.stderr.ends_with("personal.json5 is read-only; make it writable first if the change is meant\n"));
    mode(PERSONAL, 0o644);
    mode("", 0o555);
    let folder = desk.ask(&["apply", PERSONAL, "--yes"]);
    mode("", 0o755);
    assert_eq!(folder.code, 1);
    assert!(folder.stderr.contains("error: the directory @DIR@ is read-only"), "{folder}");
    assert_eq!(desk.read(PERSONAL), fixture(PERSONAL));
    assert_eq!(desk.names(), [PERSONAL]);
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_no_configs() {
    let desk = Desk::new();
    let made = bare::program("mkfifo").arg(desk.path("fifo.json")).status().is_ok_and(|status| status.success());
    let places = [Some(("/dev/zero", "is a device")), made.then_some(("fifo.json", "is a named pipe"))];
    for (path, message) in places.into_iter().flatten() {
        for arguments in [&["apply", path, "--yes"][..], &["undo", path]] {
            let answer = desk.ask(arguments);
            assert_eq!(answer.code, 2, "{answer}");
            assert!(answer.stderr.contains(message), "{answer}");
        }
    }
}

/// A disk of sixteen pages with none to four of them free: no backup, no record, no new file.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_changes_nothing() {
    const SCRIPT: &str = r#"
        mount -t tmpfs -o size=64k none "$1" 2>/dev/null || exit 99
        cd "$1" || exit 99
        for pages in 0 1 2 3; do
            cp "$3" openclaw.json
            cat /dev/zero > rest 2>/dev/null
            truncate -s "-$((pages * 4096))" rest
            "$2" apply openclaw.json --yes --month 2026-11 > /dev/null 2> ../said
            [ $? = 1 ] || { echo "$pages free: not refused"; cat ../said; exit 1; }
            grep -q -i 'no space left' ../said || { cat ../said; exit 1; }
            cmp openclaw.json "$3" || exit 1
            [ "$(ls -A | tr '\n' ' ')" = ".clawbeat openclaw.json rest " ] || { ls -A; exit 1; }
            rm -r rest .clawbeat
        done
        "$2" apply openclaw.json --yes --month 2026-11 > /dev/null 2>&1 || exit 1
        "$2" undo openclaw.json 2>/dev/null && cmp openclaw.json "$3"
    "#;
    let desk = Desk::with_fixture(PERSONAL);
    std::fs::create_dir(desk.path("small")).unwrap();
    for privilege in ["-m", "-rm"] {
        let mut command = bare::program("unshare");
        command.args([privilege, "sh", "-c", SCRIPT, "sh"]);
        command.args([desk.path("small"), bare::CLAWBEAT.into(), desk.path(PERSONAL)]);
        let Ok(output) = command.output() else { break };
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => return,
            Some(99) => {}
            _ if said.contains("unshare failed") => {}
            code => panic!("{code:?}: {said}"),
        }
    }
    eprintln!("skipped: no small disk can be mounted here; src/files/write/faults.rs fails each call instead");
}

/// What lies in the backups is no config that anything would find.
#[test]
fn backups_are_not_discovered() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.path("home/.openclaw")).unwrap();
    desk.write("home/.openclaw/openclaw.json", fixture(PERSONAL));
    assert_eq!(desk.ask(&["apply", "--yes"]).code, 0);
    std::fs::remove_file(desk.path("home/.openclaw/openclaw.json")).unwrap();
    let answer = desk.ask(&["report"]);
    assert_eq!(answer.code, 2, "{answer}");
    assert!(answer.stderr.contains("no gateway config found"), "{answer}");
}

#[test]
fn a_gateway_that_does_not_reload_is_named() {
    let off = fixture(PERSONAL).replace("  channels: {", "  gateway: { reload: { mode: \"off\" } },\n  channels: {");
    let said = Desk::with(off).ask(&["apply", "openclaw.json", "--yes"]).stderr;
    assert!(said.contains("gateway.reload.mode is 'off': restart the gateway"), "{said}");
}
