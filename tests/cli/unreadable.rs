//! Files that are no config, or cannot be read as one: one clear message each.

use std::process::Stdio;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use super::bare;
use super::common::Desk;

#[test]
fn unreadable_files_get_one_clear_message() {
    let desk = Desk::new();
    let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let files: [(&str, &[u8]); 9] = [
        ("truncated.json5", b"{ agents: {\n  defaults: { heartbeat: { every: '30m',\n"),
        ("empty.json", b""),
        ("comment.json5", b"// only a comment\n"),
        ("list.json", b"[1]"),
        ("latin1.json", b"{\n  \"name\": \"caf\xe9\"\n}"),
        ("deep.json", deep.as_bytes()),
        ("brackets.json", &[b'['; 300_000]),
        ("broken.yaml", b"agents:\n  list: [1\n"),
        ("empty.yaml", b""),
    ];
    let mut said = String::new();
    for (name, bytes) in files {
        desk.write(name, bytes);
        let answer = desk.ask(&["report", "--full", name]);
        said += &format!("{}{}", answer.stdout, answer.stderr);
        assert_eq!(answer.code, 2, "{name}");
        for arguments in [vec!["diff", name], vec!["apply", name, "--yes"], vec!["simulate", name, "--trace"]] {
            assert_eq!(desk.ask(&arguments), answer, "{arguments:?}");
        }
        assert_eq!(std::fs::read(desk.path(name)).unwrap(), bytes, "{name} was touched");
    }
    assert_eq!(desk.names().len(), files.len(), "nothing is left behind: {:?}", desk.names());
    assert_snapshot!(said, @"
    error: truncated.json5:2:41: unexpected end of file, expected ',' or '}', the '{' on line 2 is not closed
    error: empty.json:1:1: unexpected end of file, expected a value
    error: comment.json5:1:18: unexpected end of file, expected a value
    error: list.json:1:1: a gateway config is an object, this is an array
    error: latin1.json:2:15: invalid UTF-8 at byte 16; save the file as UTF-8
    error: deep.json:1:641: nested deeper than 128 levels
    error: brackets.json:1:129: nested deeper than 128 levels
    error: broken.yaml:3:1: did not find expected ',' or ']'
    error: empty.yaml:1:1: a gateway config is an object, this is null
    ");
}

#[test]
fn places_that_are_no_config_file_are_refused() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("folder")).unwrap();
    let sparse = std::fs::File::create(desk.path("huge.json")).unwrap();
    sparse.set_len(50 << 20).unwrap();
    let said: String = ["folder", "huge.json", "missing.json"]
        .iter()
        .map(|name| {
            let answer = desk.ask(&["report", "--full", name]);
            assert_eq!(answer.code, 2);
            answer.stdout + &answer.stderr
        })
        .collect();
    assert_snapshot!(said, @"
    error: no config in folder: expected a file named openclaw.json, openclaw.json5, openclaw.yaml, openclaw.yml
    error: huge.json is larger than the limit of 16 MiB
    error: cannot read missing.json: No such file or directory (os error 2)
    ");
    let mut command = desk.command(&["report", "--full", "-"]);
    command.write_stdin(vec![b' '; 17 << 20]);
    assert_snapshot!(desk.ask_with(command), @"
    exit 2
    --- stderr
    error: <stdin> is larger than the limit of 16 MiB
    ");
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_not_waited_for() {
    let desk = Desk::new();
    let made = bare::program("mkfifo").arg(desk.path("pipe")).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let mut command = desk.command(&["report", "--full", "pipe"]);
    command.timeout(Duration::from_secs(10));
    assert_snapshot!(desk.ask_with(command), @"
    exit 2
    --- stderr
    error: @DIR@/pipe is a named pipe, not a regular file; use - to read standard input
    ");
}

#[test]
fn a_byte_order_mark_and_crlf_are_read_and_kept() {
    let text = "\u{feff}{\r\n  // ours\r\n  \"meta\": { \"lastTouchedVersion\": \"2026.9.6\" },\r\n  \"agents\": { \"defaults\": \
                { \"model\": \"anthropic/claude-opus-4-6\", \"heartbeat\": { \"every\": \"30m\", \"target\": \"none\" } } }\r\n}\r\n";
    let desk = Desk::with(text);
    assert_eq!(desk.report(&["openclaw.json"])["totals"]["current"]["runs"], 1440);
    assert_eq!(desk.ask(&["apply", "openclaw.json", "--yes"]).code, 0);
    let after = desk.read("openclaw.json");
    assert!(after.starts_with("\u{feff}{\r\n  // ours\r\n"));
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count(), "{after:?}");
}

/// `clawbeat … | head -1`: a reader who has seen enough ends the work without a complaint.
#[test]
fn a_closed_pipe_is_no_error() {
    let desk = Desk::with_fixture("personal.json5");
    for arguments in [["simulate", "personal.json5", "--trace"], ["report", "personal.json5", "--format=json"]] {
        let mut command = bare::clawbeat();
        command.current_dir(desk.path("")).args(arguments).args(["--month", "2026-11"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let started = Instant::now();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}
