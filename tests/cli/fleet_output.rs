//! The file that a fleet's answer goes to: an earlier answer stays until there is another, and what is gone on with comes to
//! the same in the end.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::json;

use super::bare;
use super::common::{Answer, Desk};

const DEAR: &str = r#"{ agents: { defaults: { model: "anthropic/claude-opus-4-6",
    heartbeat: { every: "10m", target: "none" } } } }"#;
const REFUSED: &str = r#"{ agents: { defaults: { heartbeat: { every: 5 } } } }"#;

/// The formats that a file is written in.
fn formats() -> Vec<&'static str> {
    let mut formats = vec!["ndjson", "json", "html", "text", "plan"];
    formats.extend(cfg!(feature = "parquet").then_some("parquet"));
    formats
}

fn streamed(desk: &Desk, arguments: &[&str], input: &[u8]) -> Answer {
    let mut command = desk.command(arguments);
    command.write_stdin(input);
    desk.ask_with(command)
}

/// A question that fails leaves what was answered before, and nothing where there was nothing.
#[test]
fn an_earlier_answer_stays_until_there_is_another() {
    let desk = Desk::with(DEAR);
    desk.write("bad.json", "{");
    desk.write("clawbeat.bad", "worth = ");
    for format in formats() {
        let flags = ["--format", format, "--output", "out"];
        let answer = desk.ask(&[&["fleet", "openclaw.json"], &flags[..]].concat());
        assert_eq!(answer.code, 0, "{answer}");
        let earlier = fs::read(desk.path("out")).unwrap();
        assert!(!earlier.is_empty());
        let names = desk.names();
        let unchanged = |answer: &Answer| {
            assert_eq!(answer.code, 2, "{format}: {answer}");
            assert!(fs::read(desk.path("out")).unwrap() == earlier, "{format}: {answer}");
            assert_eq!(desk.names(), names, "{format}: {answer}");
        };
        for wrong in [
            &["--prices", "bad.json"][..],
            &["--plans", "bad.json"],
            &["--workload", "bad.json"],
            &["--config", "clawbeat.bad"],
            &["--min-interval", "4h"],
            &["--fields", "cost"],
            &["--month", "9999-13"],
        ] {
            unchanged(&desk.ask_as_is(&[&["fleet", "openclaw.json"], &flags[..], wrong].concat()));
        }
        unchanged(&desk.ask(&[&["fleet", "no/*.json"], &flags[..]].concat()));
        // Nothing in it is a config, and there is none for a limit.
        for (input, gate) in [(&b"openclaw.json"[..], &[][..]), (b"\x1f\x8b\x08", &[]), (b"", &["--max-monthly", "1"])]
        {
            unchanged(&streamed(&desk, &[&["fleet", "-"], &flags[..], gate].concat(), input));
        }
        unchanged(&streamed(&desk, &[&["fleet", "-0"], &flags[..], &["--fail-on", "error"]].concat(), b""));
        fs::remove_file(desk.path("out")).unwrap();
        let none = desk.ask(&[&["fleet", "openclaw.json", "--prices", "bad.json"], &flags[..]].concat());
        assert_eq!((none.code, desk.path("out").exists()), (2, false), "{format}: {none}");
    }
    // No config and no limit is an answer, too.
    for (format, none) in [("ndjson", "--fields"), ("plan", "--if")] {
        let flags = ["--format", format, "--output", "out"];
        assert_eq!(desk.ask(&[&["fleet", "openclaw.json"], &flags[..]].concat()).code, 0);
        let empty = streamed(&desk, &[&["fleet", "-0"], &flags[..]].concat(), b"");
        assert_eq!((empty.code, desk.read("out").as_str()), (0, ""), "{none}: {empty}");
    }
}

/// A run that a signal stops has lines to go on with, or has written nothing.
#[cfg(target_os = "linux")]
#[test]
fn a_stopped_run_takes_no_answer_away() {
    for format in formats() {
        let desk = Desk::with(DEAR);
        let flags = ["fleet", "openclaw.json", "--format", format, "--output", "out"];
        assert_eq!(desk.ask(&flags).code, 0);
        let earlier = fs::read(desk.path("out")).unwrap();
        for asked in [false, true] {
            let mut command = bare::clawbeat();
            command.args(["fleet", "-0", "--format", format, "--output", "out"]).current_dir(desk.path("."));
            let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let mut input = child.stdin.take().unwrap();
            if asked {
                input.write_all(b"openclaw.json\0").unwrap();
            }
            // Until it listens: bit 14 is the signal 15.
            let listens = |status: String| {
                let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap().trim().to_owned();
                u64::from_str_radix(&mask, 16).unwrap() & 1 << 14 != 0
            };
            while !listens(fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap()) {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            assert!(bare::program("kill").arg(child.id().to_string()).status().unwrap().success());
            let mut told = String::new();
            std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut told).unwrap();
            assert_eq!(child.wait().unwrap().code(), Some(143), "{told}");
            let now = fs::read(desk.path("out")).unwrap();
            if told.contains("out is as it was") {
                assert!(now == earlier, "{format}: {told}");
            } else {
                assert!(format == "ndjson" && asked && told.contains("--resume continues"), "{format}: {told}");
                assert!(now.ends_with(b"}\n"), "{told}");
            }
            assert_eq!(desk.names(), ["openclaw.json", "out"]);
            drop(input);
        }
    }
}

/// Whatever fields the lines have: what goes on either comes to what the whole does, or is refused with what the lines lack.
#[test]
fn what_goes_on_has_all_that_the_totals_need() {
    let desk = Desk::new();
    [("a.json5", REFUSED), ("b.json5", DEAR), ("c.json5", "{")].iter().for_each(|(name, text)| desk.write(name, text));
    let fleet = ["fleet", "a.json5", "b.json5", "c.json5", "--output", "out"];
    let few = "id,verdict,error";
    let costs = "id,verdict,error,unit,current,recommended";
    let mut seen = [0, 0];
    for (fields, flags, lacking) in [
        (few, &[][..], ""),
        ("id,verdict", &[], "error"),
        ("verdict,error", &[], "id"),
        (few, &["--fail-on", "error"], "findings"),
        ("id,verdict,error,rules", &[], "findings"),
        ("id,verdict,error,findings", &["--fail-on", "error"], ""),
        (few, &["--max-total", "1"], "unit,current,recommended"),
        (few, &["--max-monthly", "1"], "unit,current,recommended,gates"),
        ("id,verdict,error,agents", &[], "unit,current,recommended"),
        (costs, &[], ""),
        (costs, &["--max-total", "1"], ""),
        (costs, &["--max-monthly", "1"], "gates"),
        (costs, &["--max-requests-per-day", "1"], "gates"),
        (costs, &["--max-tokens-per-day", "1"], "gates"),
        (costs, &["--if", "every=2h"], "whatIf"),
        ("", &["--lint"], ""),
        ("", &["--lint", "--fail-on", "error"], ""),
        ("id", &["--lint", "--fail-on", "error"], "verdict,error,findings"),
        ("", &["--lint", "--max-monthly", "1"], "unit,current,recommended,gates"),
        ("", &["--max-monthly", "1", "--if", "every=2h", "--fail-on", "error"], ""),
    ] {
        let fields = if fields.is_empty() { vec![] } else { vec!["--fields", fields] };
        let asked = [&fleet[..], &fields, flags].concat();
        let whole = desk.ask(&asked);
        let lines = desk.read("out");
        assert_eq!(lines.lines().count(), 3, "{whole}");
        desk.write("out", lines.split_inclusive('\n').take(2).collect::<String>());
        let before = desk.read("out");
        let resumed = desk.ask(&[&asked[..], &["--resume"]].concat());
        seen[usize::from(lacking.is_empty())] += 1;
        if lacking.is_empty() {
            let told = (whole.code, &whole.stderr, &lines);
            assert_eq!((resumed.code, &resumed.stderr, &desk.read("out")), told, "{asked:?}");
        } else {
            let told = format!("which lack what they need: add {lacking} to --fields\n");
            assert!(resumed.code == 2 && resumed.stderr.ends_with(&told), "{asked:?}: {resumed}");
            assert_eq!(desk.read("out"), before);
        }
    }
    assert!(seen[0] > 8 && seen[1] > 5, "{seen:?}");
}

/// One limit, and one word for it, wherever a config comes from.
#[test]
fn a_config_has_one_limit_wherever_it_comes_from() {
    let desk = Desk::new();
    let padded = |bytes: usize| format!("{DEAR}{}", " ".repeat(bytes - DEAR.len()));
    for (bytes, is_read) in [(16 << 20, true), ((16 << 20) + 1, false)] {
        let text = padded(bytes);
        desk.write("c.json5", &text);
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, "c.json5", text.as_bytes()).unwrap();
        let object = text.replace('\n', " ").replace("agents:", "\"agents\":").replace("defaults:", "\"defaults\":");
        let object = ["model", "heartbeat", "every", "target"]
            .iter()
            .fold(object, |object, key| object.replace(&format!(" {key}:"), &format!("\"{key}\":")));
        let object = object.trim_end().trim_end_matches('}');
        let object = format!("{object}{}}}", " ".repeat(bytes - object.len() - 1));
        // Six bytes for each space.
        let escaped = json!({ "id": "c", "text": DEAR }).to_string();
        let escaped = format!("{}{}\"}}", &escaped[..escaped.len() - 2], "\\u0020".repeat(bytes - DEAR.len()));
        for (name, flag, input) in [
            ("c.json5", "c.json5", Vec::new()),
            ("c.json5", "-0", b"c.json5\0".to_vec()),
            ("c.json5", "-", tar.into_inner().unwrap()),
            ("line 1: the config", "-", json!({ "id": "c", "text": text }).to_string().into_bytes()),
            ("line 1: the config", "-", escaped.into_bytes()),
            ("line 1: the config", "-", format!("{{\"config\":{object}}}").into_bytes()),
        ] {
            let answer = streamed(&desk, &["fleet", flag, "--fields", "error"], &input);
            let error = if is_read { json!(null) } else { json!(format!("{name} is larger than the limit of 16 MiB")) };
            assert_eq!(answer.stdout, format!("{}\n", json!({ "error": error })), "{bytes} {name} {flag}");
        }
    }
}
