//! Any bytes in place of a gateway's records: read without a panic, and what came out of it measures or is refused.

#![no_main]

use std::fs;

use clawbeat::invoice;
use clawbeat::records;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (which, rest) = bytes.split_first().unwrap_or((&0, &[]));
    if let Ok(text) = std::str::from_utf8(rest) {
        let _ = invoice::read(text);
    }
    let dir = std::env::temp_dir().join(format!("clawbeat-fuzz-{}", std::process::id()));
    let name = match which % 3 {
        0 => "agents/main/sessions/s.jsonl",
        1 => "agents/main/sessions/sessions.json",
        _ => "agents/main/agent/openclaw-agent.sqlite",
    };
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, rest).unwrap();
    if let Ok(found) = records::read(&[dir.clone()]) {
        let analysis = clawbeat::Analysis::read(
            r#"{ "agents": { "defaults": { "heartbeat": { "target": "none" } } } }"#,
            clawbeat::Format::Json,
            jiff::civil::date(2026, 11, 1),
            clawbeat::Setup::default(),
        );
        let measured = clawbeat::calibrate::calibrate(&found, &analysis.unwrap().costing());
        let _ = measured.workload("the fuzzer");
    }
    fs::remove_file(&path).unwrap();
});
