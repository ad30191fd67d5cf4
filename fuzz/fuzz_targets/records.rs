//! Any bytes in place of a gateway's records: read without a panic, and what came out of it measures or is refused.

#![no_main]

use std::fs;

use clawbeat::invoice;
use clawbeat::records;
use libfuzzer_sys::fuzz_target;

/// A transcript, for what lies beside one.
const LINE: &[u8] = br#"{"type":"session","id":"s","timestamp":"2026-11-02T06:50:32.729Z"}"#;

fuzz_target!(|bytes: &[u8]| {
    let (which, rest) = bytes.split_first().unwrap_or((&0, &[]));
    if let Ok(text) = std::str::from_utf8(rest) {
        let _ = invoice::read(text);
    }
    let dir = std::env::temp_dir().join(format!("clawbeat-fuzz-{}", std::process::id()));
    let (lines, index) = ("agents/main/sessions/s.jsonl", "agents/main/sessions/sessions.json");
    let database = "agents/main/agent/openclaw-agent.sqlite";
    // Of two files, the first ends with a zero byte, which no text has.
    let (first, second) = rest.split_at(rest.iter().position(|byte| *byte == 0).map_or(0, |at| at + 1));
    let files: &[(&str, &[u8])] = match which % 5 {
        0 => &[(lines, rest)],
        1 => &[(index, rest), (lines, LINE)],
        2 => &[(database, rest)],
        3 => &[(lines, first), (database, second)],
        _ => &[("agents/main/sessions/s.trajectory.jsonl", first), (lines, second)],
    };
    for (name, bytes) in files {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
    }
    // Two hundred draws of days take as long as a thousand reads.
    if let Ok(found) = records::read(&[dir.clone()])
        && which / 5 % 8 == 7
    {
        let analysis = clawbeat::Analysis::read(
            r#"{ "agents": { "defaults": { "heartbeat": { "target": "none" } } } }"#,
            clawbeat::Format::Json,
            jiff::civil::date(2026, 11, 1),
            clawbeat::Setup::default(),
        );
        let measured = clawbeat::calibrate::calibrate(&found, &analysis.unwrap().costing());
        let _ = measured.workload("the fuzzer");
    }
    fs::remove_dir_all(&dir).unwrap();
});
