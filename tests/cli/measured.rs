//! A load measured from a gateway's records: what `calibrate` writes, what `report` makes of it, and whose records are read.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::common::{Answer, Desk, json_file, repository};

/// The recorded stores with a config.
const STORES: [&str; 3] = ["shared-chat-compaction-2026.9.6", "isolated-light-2026.9.6", "failing-compaction-2026.9.6"];

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { fs::write(target, fs::read(&path).unwrap()).unwrap() }
    }
}

fn store(desk: &Desk, name: &str, to: &str) {
    copy(&repository("fixtures/records").join(name).join("state"), &desk.path(to));
}

fn json(answer: &Answer) -> Value {
    assert_eq!(answer.code, 0, "{answer}");
    serde_json::from_str(&answer.stdout).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_else(|| panic!("no number: {value}"))
}

fn schema(name: &str) -> jsonschema::Validator {
    jsonschema::validator_for(&json_file(&format!("schemas/{name}.v1.schema.json"))).unwrap()
}

#[test]
fn a_measured_workload_keeps_the_schema_and_is_what_is_shown() {
    let desk = Desk::new();
    for name in STORES {
        store(&desk, name, name);
        let shown = desk.ask(&["calibrate", "--state-dir", name, "--show"]);
        let load = json(&shown);
        assert!(schema("workload").is_valid(&load), "{shown}");
        let main = &load["agents"]["main"];
        assert!(main["measured"]["heartbeats"].as_u64().unwrap() > 20, "{shown}");
        let written = desk.ask(&["calibrate", "--state-dir", name, "--output", "w.json"]);
        assert_eq!((written.code, written.stdout.as_str()), (0, ""), "{written}");
        assert_eq!(desk.read("w.json"), shown.stdout);
        // A file of it costs what the records themselves do.
        let config = format!("{name}/openclaw.json");
        let by_file = desk.report(&[&config, "--workload", "w.json"]);
        let by_records = desk.report(&[&config, "--state-dir", name]);
        assert_eq!(by_file["totals"]["current"], by_records["totals"]["current"], "{name}");
        assert!(load["measured"]["digest"].as_str().unwrap().len() == 16, "{shown}");
        // Nothing of a text, a key or a place is in it.
        for secret in ["agent:main", "vessel", "/tmp/", "mock_", "sk-mock"] {
            assert!(!shown.stdout.contains(secret), "{secret}: {shown}");
        }
        desk.ask(&["undo"]);
    }
}

/// The simulated hours on record come to what was recorded.
#[test]
fn a_report_shows_measured_beside_simulated() {
    let desk = Desk::new();
    let keeps = schema("report");
    for name in STORES {
        store(&desk, name, name);
        let report = desk.report(&["--state-dir", name]);
        let problems: Vec<String> = keeps.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{name}: {problems:#?}");
        let measured = &report["measured"];
        let (cost, again) = (number(&measured["cost"]), number(&measured["against"]["cost"]));
        assert!((again / cost - 1.0).abs() < 0.1, "{name}: {measured:#}");
        for kind in ["cacheRead", "cacheWrite5m", "cacheWrite1h", "output"] {
            let [was, is] = [&measured["tokens"][kind], &measured["against"]["tokens"][kind]].map(number);
            assert!((is - was).abs() <= 0.12 * was.max(20_000.0), "{name} {kind}: {measured:#}");
        }
        let bases: Vec<&str> =
            report["assumptions"].as_array().unwrap().iter().map(|one| one["basis"].as_str().unwrap()).collect();
        assert!(bases.contains(&"measured") && bases.contains(&"assumed"), "{name}: {bases:?}");
        let range = &report["totals"]["current"]["cost"];
        let [low, typical, high] = ["low", "typical", "high"].map(|level| number(&range[level]));
        assert!(low <= typical && typical <= high && low > 0.0, "{name}: {range}");
        let text = desk.ask(&["report", "--state-dir", name]);
        let line = text.stdout.lines().find(|line| line.starts_with("On record: ")).unwrap();
        assert!(line.contains("; simulated: ") && !line.contains('…'), "{text}");
        let by =
            if text.stderr.contains("few records") { "by the few days on record.)" } else { "by the days on record.)" };
        // The figure and its range are said whole.
        assert!(text.flat().contains(by) || !text.flat().contains(" (Between"), "{text}");
        assert!(text.flat().contains("With the changes below: about "), "{text}");
        assert!(text.stdout.lines().count() <= 23, "{text}");
        // The same records give the same bytes.
        assert_eq!(text, desk.ask(&["report", "--state-dir", name]));
    }
}

/// Plain `clawbeat` reads the records of the gateway whose config it finds, and of no other.
#[test]
fn records_belong_to_the_config_beside_them() {
    let desk = Desk::new();
    store(&desk, STORES[0], "home/.openclaw");
    let plain = desk.ask(&["report"]);
    assert!(plain.stderr.contains("the load is measured from the records in"), "{plain}");
    assert!(plain.flat().contains("On record: "), "{plain}");
    assert!(desk.ask(&["report", "--full"]).flat().contains("--no-records leaves them out"));
    let left = desk.ask(&["report", "--no-records"]);
    assert!(!left.stderr.contains("records") && !left.flat().contains("On record"), "{left}");
    for arguments in [&["report", "--workload", "heavy"][..], &["report", "other.json"]] {
        desk.write("other.json", desk.read("home/.openclaw/openclaw.json"));
        let answer = desk.ask(arguments);
        assert!(!answer.flat().contains("On record"), "{answer}");
        fs::remove_file(desk.path("other.json")).unwrap();
    }
    let nowhere = desk.ask(&["report", "--state-dir", "nowhere", "home/.openclaw/openclaw.json"]);
    assert_eq!(nowhere.code, 2, "{nowhere}");
    // The plan of apply and diff is that of the report.
    let told = desk.report(&[]);
    let saved: Value = json(&desk.ask(&["diff", "--format", "plan"]));
    assert_eq!(saved["figures"]["recommended"], told["totals"]["recommended"]["cost"]);
}

/// A command about records cannot do without them, whatever a team has agreed on for reports.
#[test]
fn what_is_about_records_takes_no_flag_to_leave_them_out() {
    let desk = Desk::new();
    store(&desk, STORES[0], "home/.openclaw");
    let config = "home/.openclaw/openclaw.json";
    let verify = ["verify", "--before", config, "--applied", "2026-11-02T12:00:00Z"];
    for command in [&["calibrate", "--show"][..], &["calibrate", "--requests"], &verify] {
        let refused = desk.ask(&[command, &["--no-records"]].concat());
        assert!(refused.code == 2 && refused.stderr.contains("--no-records leaves nothing to read"), "{refused}");
        let help = desk.ask_as_is(&[command[0], "--help"]);
        assert!(help.stdout.contains("--state-dir") && !help.stdout.contains("--no-records"), "{help}");
        let whole = desk.ask(command);
        assert_eq!(whole.code, 0, "{whole}");
        desk.write("clawbeat.toml", "no-records = true\n");
        assert_eq!(desk.ask_as_is(command), whole);
        fs::remove_file(desk.path("clawbeat.toml")).unwrap();
    }
}

/// Whatever is asked, the answer is never written over a config, and over an earlier answer it is.
#[test]
fn no_answer_is_written_over_another_config() {
    let desk = Desk::new();
    store(&desk, "isolated-light-2026.9.6", "s");
    let config = desk.read("s/openclaw.json");
    desk.write("other.json5", "{ agents: { defaults: {} } }");
    for command in [&["calibrate", "--state-dir", "s"][..], &["report"], &["report", "--format", "json"], &["diff"]] {
        let ask = |output: &str| desk.ask(&[command, &["s/openclaw.json", "--output", output]].concat());
        for output in ["s/openclaw.json", "other.json5"] {
            let refused = ask(output);
            assert!(refused.code == 2 && refused.stderr.contains("name another file for the answer"), "{refused}");
        }
        (0..2).for_each(|_| assert_eq!(ask("answer").code, 0, "{command:?}"));
    }
    assert_eq!((desk.read("s/openclaw.json"), desk.read("other.json5").len()), (config, 28));
}

#[test]
fn few_records_lean_on_the_preset_and_say_so() {
    let desk = Desk::new();
    store(&desk, STORES[0], "s");
    let few = desk.ask(&["calibrate", "--state-dir", "s", "--show", "--until", "2026-11-02T10:40:00Z"]);
    assert!(few.stderr.contains("few records of 'main': 7 heartbeats on 1 day"), "{few}");
    let load = json(&few);
    let figures = &load["agents"]["main"]["measured"]["figures"];
    assert_eq!(figures["output"]["basis"], "blended", "{figures:#}");
    let none = desk.ask(&["calibrate", "--state-dir", "s", "--show", "--until", "2026-11-01"]);
    assert_eq!(none.code, 2, "{none}");
    assert!(none.stderr.contains("no heartbeats"), "{none}");
}

/// The change of a recorded gateway that never made one: its first day is the time before, and the days after are the same.
#[test]
fn what_did_not_change_saved_nothing_and_less_than_a_day_says_nothing() {
    let desk = Desk::new();
    let keeps = schema("verification");
    store(&desk, "isolated-light-2026.9.6", "s");
    let config = "s/openclaw.json";
    let ask = |applied: &str, more: &[&str]| {
        let asked = ["verify", config, "--before", config, "--applied", applied, "--state-dir", "s"];
        desk.ask(&[&asked[..], more].concat())
    };
    let same = json(&ask("2026-11-03T08:00:00Z", &["--format", "json"]));
    assert!(keeps.is_valid(&same), "{same:#}");
    assert_eq!(same["verdict"], "not-yet-known", "{same:#}");
    let main = &same["agents"][0];
    assert_eq!(main["days"][1], 1, "{same:#}");
    let (old, now) = (number(&main["oldSettings"][1]), number(&main["measured"][1]));
    assert!((old / now - 1.0).abs() < 0.1, "{same:#}");
    let early = json(&ask("2026-11-04T10:00:00Z", &["--format", "json"]));
    assert!(keeps.is_valid(&early), "{early:#}");
    assert_eq!(early["verdict"], "not-yet-known");
    assert!(early["agents"][0]["because"].as_str().unwrap().contains("less than 24 hours"), "{early:#}");
    assert!(early["agents"][0]["saved"].is_null(), "{early:#}");
    let text = ask("2026-11-03T08:00:00Z", &[]);
    assert!(text.stdout.starts_with("Not yet known: about $"), "{text}");
    // On a busy machine the days after a moment may cost less by chance, beyond what the draws tell.
    store(&desk, "failing-compaction-2026.9.6", "busy");
    let config = "busy/openclaw.json";
    let asked = ["verify", config, "--before", config, "--applied", "2026-11-02T10:00:00Z", "--state-dir", "busy"];
    let busy = desk.ask(&asked);
    assert!(busy.stdout.contains("the config is the same before and after"), "{busy}");
}

/// Shared Opus every half hour until it was made isolated, light Haiku every hour: two recorded gateways put one behind the
/// other, with the bill that a reader can work out by hand.
#[test]
fn a_change_that_saved_is_told_so() {
    let desk = Desk::new();
    store(&desk, "shared-chat-compaction-2026.9.6", "old");
    store(&desk, "isolated-light-2026.9.6", "new");
    // The records after the change are the second gateway's, moved on by two days as JSONL of the same agent.
    let rows = desk.ask(&["calibrate", "--requests", "--state-dir", "new"]);
    let mut lines = String::new();
    for (at, line) in rows.stdout.lines().enumerate() {
        let row: Value = serde_json::from_str(line).unwrap();
        if row["kind"] != "heartbeat" {
            continue;
        }
        let day: jiff::Timestamp = row["at"].as_str().unwrap().parse().unwrap();
        let moved = day + jiff::SignedDuration::from_hours(48);
        let tokens = &row["tokens"];
        let written = tokens["cacheWrite5m"].as_u64().unwrap() + tokens["cacheWrite1h"].as_u64().unwrap();
        let usage = serde_json::json!({ "input": tokens["input"], "output": tokens["output"],
            "cacheRead": tokens["cacheRead"], "cacheWrite": written, "cacheWrite1h": tokens["cacheWrite1h"] });
        let session = format!("h{at}");
        let user = serde_json::json!({ "type": "message", "id": format!("u{at}"), "timestamp": moved.to_string(),
            "message": { "role": "user", "content": "[OpenClaw heartbeat poll]", "timestamp": moved.as_millisecond() } });
        let reply = serde_json::json!({ "type": "message", "id": format!("a{at}"), "timestamp": moved.to_string(),
            "message": { "role": "assistant", "content": if at % 6 == 5 { "The disk is full." } else { "NO_REPLY" }, "provider": "anthropic",
                "model": "claude-haiku-4-5", "usage": usage, "stopReason": "stop",
                "timestamp": moved.as_millisecond() + 5, "responseId": format!("r{at}") } });
        let header =
            serde_json::json!({ "type": "session", "version": 3, "id": session, "timestamp": moved.to_string() });
        lines.push_str(&format!("{session}\t{header}\n{session}\t{user}\n{session}\t{reply}\n"));
    }
    let folder = desk.path("old/agents/main/sessions");
    fs::create_dir_all(&folder).unwrap();
    let mut index = serde_json::Map::new();
    for line in lines.lines() {
        let (session, row) = line.split_once('\t').unwrap();
        let path = folder.join(format!("{session}.jsonl"));
        let so_far = fs::read_to_string(&path).unwrap_or_default();
        fs::write(path, so_far + row + "\n").unwrap();
        index.insert(format!("agent:main:{session}:heartbeat"), serde_json::json!({ "sessionId": session }));
    }
    fs::write(folder.join("sessions.json"), Value::Object(index).to_string()).unwrap();
    let answer = desk.ask(&[
        "verify",
        "new/openclaw.json",
        "--before",
        "old/openclaw.json",
        "--applied",
        "2026-11-03T10:00:00Z",
        "--state-dir",
        "old",
        "--format",
        "json",
    ]);
    let found = json(&answer);
    assert_eq!(found["verdict"], "saved", "{answer}");
    let main = &found["agents"][0];
    // About 48 runs a day of 18,000 tokens written at $6.25 a million, and hardly anything after it.
    let a_day = number(&found["savedADay"][1]);
    assert!((4.0..9.0).contains(&a_day), "{answer}");
    assert!(number(&main["measured"][1]) < 1.5, "{answer}");
}

/// A bill that is the store's own requests, and what is in it beside them.
#[test]
fn a_bill_stands_beside_the_store_and_says_what_is_left() {
    let desk = Desk::new();
    store(&desk, "shared-chat-compaction-2026.9.6", "s");
    let rows = desk.ask(&["calibrate", "--requests", "--state-dir", "s"]);
    let mut bill =
        "generation_id,created_at,cost_total,tokens_prompt,tokens_completion,tokens_cached,model_permaslug,user\n"
            .to_owned();
    for line in rows.stdout.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let tokens = &row["tokens"];
        let count = |name: &str| tokens[name].as_u64().unwrap();
        let (read, written, plain) = (count("cacheRead"), count("cacheWrite5m"), count("input"));
        // Opus 4.6: $5 input, $6.25 written, $0.50 read, $25 output a million.
        let micro = 5 * plain + written * 25 / 4 + read / 2 + 25 * count("output");
        let at = row["at"].as_str().unwrap().replace('T', " ").replace('Z', "");
        bill += &format!(
            "gen,{at},{:.6},{},{},{read},anthropic/claude-opus-4.6,jane@example.com\n",
            micro as f64 / 1e6,
            read + written + plain,
            count("output")
        );
    }
    desk.write("bill.csv", &bill);
    let ask = |more: &[&str]| desk.ask(&[&["calibrate", "--state-dir", "s", "--bill", "bill.csv"], more].concat());
    let found = json(&ask(&["--format", "json"]));
    assert!(schema("reconciled").is_valid(&found), "{found:#}");
    assert_eq!(found["kind"], "openrouter-activity");
    let (billed, stored) = (number(&found["bill"]["cost"]), number(&found["store"]["cost"]));
    assert!((billed / stored - 1.0).abs() < 0.001, "{found:#}");
    assert_eq!(found["causes"], serde_json::json!([]), "{found:#}");
    assert!(found["heartbeats"].is_object(), "{found:#}");
    let heartbeats = number(&found["heartbeats"]["cost"]);
    assert!((heartbeats / 6.04 - 1.0).abs() < 0.1, "{found:#}");
    // Dollars stay dollars, whatever the gateway is billed in.
    let refused = ask(&["--billing", "nexos"]);
    assert!(refused.code == 2 && refused.stderr.contains("bill.csv: the bill is in USD, and --billing"), "{refused}");
    let price = json!({ "input": "5", "output": "25" });
    let prices = json!({ "unit": "credits", "models": { "anthropic/claude-opus-4-6": price } });
    desk.write("prices.json", prices.to_string());
    let mixed = ask(&["--prices", "prices.json"]);
    assert!(mixed.stdout.contains("not all prices are known in USD") && !mixed.stdout.contains(" credits"), "{mixed}");
    // Another program with the same account.
    let more = "gen,2026-11-02 12:00:00.000,4.00,500000,900,0,openai/gpt-5.5,jane@example.com\n";
    desk.write("bill.csv", format!("{bill}{more}"));
    let text = ask(&[]);
    assert!(text.stdout.contains("models that the gateway never used: openai/gpt-5.5"), "{text}");
    assert!(!text.mentions("jane"), "{text}");
    let under = desk.ask(&["report", "--state-dir", "s", "--bill", "bill.csv"]);
    assert!(under.stdout.contains("On record: ") && under.stdout.ends_with(&text.stdout), "{under}");
    let json = desk.ask(&["report", "--state-dir", "s", "--bill", "bill.csv", "--format", "json"]);
    assert_eq!(json.code, 2, "{json}");
    // A half of the rows again, and in two files.
    let lines: Vec<&str> = bill.lines().collect();
    let named = |from: usize, to: usize| {
        let row = |(at, line): (usize, &&str)| line.replacen("gen", &format!("gen-{at}"), 1);
        let rows = lines[1..].iter().enumerate().skip(from).take(to - from).map(row);
        [vec![lines[0].to_owned()], rows.collect()].concat().join("\n") + "\n"
    };
    let all = lines.len() - 1;
    desk.write("bill.csv", named(0, all));
    let once = ask(&[]);
    desk.write("bill.csv", named(0, all / 2 + 3));
    desk.write("late.csv", named(all / 2, all));
    let twice = ask(&["--bill", "late.csv"]);
    assert!(twice.stdout.contains("\nCounted once: 3 rows that the bill has again, "), "{twice}");
    let kept =
        |text: &str| text.lines().filter(|line| !line.starts_with("Counted once")).collect::<Vec<_>>().join("\n");
    assert_eq!(kept(&twice.stdout), kept(&once.stdout));
    let found = self::json(&ask(&["--bill", "late.csv", "--format", "json"]));
    assert!(schema("reconciled").is_valid(&found) && found["repeated"]["rows"] == 3, "{found:#}");
    // From 07:20:47 to 07:50:57 and so on: half an hour and ten seconds.
    assert_eq!(found["heartbeats"]["everyMinutes"], 30.2, "{found:#}");
    // Half of the bill: the store has the other half more.
    desk.write("bill.csv", named(0, all / 2));
    let half = ask(&[]);
    assert!(half.stdout.contains("\nThe store has $") && half.stdout.contains("  likely cause: "), "{half}");
    assert!(!half.stdout.contains("$-") && !half.stdout.contains("-$"), "{half}");
    desk.write("late.csv", b"\x1f\x8b\x08\0");
    let packed = ask(&["--bill", "late.csv"]);
    assert_eq!(
        (packed.code, packed.stderr.as_str()),
        (2, "error: late.csv: this is gzip: unpack it first\n"),
        "{packed}"
    );
    std::fs::File::create(desk.path("late.csv")).unwrap().set_len((256 << 20) + 1).unwrap();
    let large = ask(&["--bill", "late.csv"]);
    let told = "error: late.csv is larger than the limit of 256 MiB; export fewer days at a time\n";
    assert_eq!((large.code, large.stderr.as_str()), (2, told), "{large}");
    desk.write("bill.csv", "a,b\n1,2\n");
    let refused = ask(&[]);
    assert_eq!(refused.code, 2, "{refused}");
    assert!(refused.stderr.contains("bill.csv: not an export that is known"), "{refused}");
}

/// Rows of a minute hold heartbeats with their rounds and whatever else was asked then.
#[test]
fn heartbeats_in_a_bill_by_the_minute_are_so_many_at_least() {
    let desk = Desk::new();
    store(&desk, "shared-chat-compaction-2026.9.6", "s");
    let rows = desk.ask(&["calibrate", "--requests", "--state-dir", "s"]);
    let rows: Vec<Value> = rows.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let bill = |results: &dyn Fn(&Value) -> Value| {
        let bucket = |row: &Value| {
            let at: jiff::Timestamp = row["at"].as_str().unwrap().parse().unwrap();
            let minute = at.as_second() / 60 * 60;
            let moment = |second| jiff::Timestamp::from_second(second).unwrap().to_string();
            json!({ "starting_at": moment(minute), "ending_at": moment(minute + 60), "results": [results(row)] })
        };
        json!({ "data": rows.iter().map(bucket).collect::<Vec<_>>(), "has_more": false }).to_string()
    };
    let ask = |times: &dyn Fn(usize) -> u64| {
        let mut heartbeats = 0;
        let at = std::cell::RefCell::new(&mut heartbeats);
        let text = bill(&|row| {
            let count = |name: &str| row["tokens"][name].as_u64().unwrap();
            let is_heartbeat = row["kind"] == "heartbeat";
            let mut at = at.borrow_mut();
            **at += usize::from(is_heartbeat);
            let times = if is_heartbeat { times(**at) } else { 1 };
            json!({ "uncached_input_tokens": times * count("input"), "output_tokens": times * count("output"),
                "cache_read_input_tokens": times * count("cacheRead"), "model": "claude-opus-4-6",
                "cache_creation": { "ephemeral_5m_input_tokens": times * count("cacheWrite5m"), "ephemeral_1h_input_tokens": 0 } })
        });
        desk.write("bill.json", text);
        let asked = ["calibrate", "--state-dir", "s", "--bill", "bill.json"];
        let found = json(&desk.ask(&[&asked[..], &["--format", "json"]].concat()));
        let keeps = schema("reconciled");
        assert!(keeps.is_valid(&found), "{found:#}");
        (found["heartbeats"].clone(), desk.ask(&asked))
    };
    let (alone, _) = ask(&|_| 1);
    let (with_rounds, told) = ask(&|at| 1 + u64::from(at % 3 == 2));
    assert_eq!((&alone["count"], &with_rounds["atLeast"]), (&json!(48), &json!(true)), "{alone} {told}");
    // Where the conversation jumps as well, a row is not told.
    assert!((40.0..=48.0).contains(&number(&with_rounds["count"])), "{with_rounds}");
    let line = format!("Found in the bill by their times: at least {} heartbeats, ", with_rounds["count"]);
    assert!(told.stdout.contains(&line), "{told}");
}

/// A balance is in the unit that is billed, and spent by what is billed in it.
#[test]
fn two_readings_of_a_balance_are_a_bill() {
    let desk = Desk::new();
    store(&desk, "isolated-light-2026.9.6", "s");
    let ask = |[before, after]: [&str; 2], more: &[&str]| {
        let readings = ["--balance-before", before, "--balance-after", after];
        let between = ["--since", "2026-11-02", "--until", "2026-11-04"];
        desk.ask(&[&["calibrate", "--state-dir", "s"], &readings[..], &between, more].concat())
    };
    let dollars = ask(["100", "91.5"], &[]);
    let first = |answer: &Answer| answer.stdout.lines().next().unwrap_or_default().to_owned();
    assert!(first(&dollars).starts_with("Spent by the balance: $8.50. In the store: $"), "{dollars}");
    assert!(!dollars.stdout.contains("Left out"), "{dollars}");
    let credits = ask(["500 credits", "420"], &["--billing", "nexos"]);
    let told = "Spent by the balance: 80.00 credits. In the store: 0 credits. Not in the store: 80.00 credits.";
    assert_eq!(first(&credits), told, "{credits}");
    assert!(credits.stdout.contains(" requests in the store, not billed in credits."), "{credits}");
    let price = json!({ "input": "1", "output": "5" });
    let prices = json!({ "unit": "credits", "models": { "anthropic/claude-haiku-4-5": price } });
    desk.write("prices.json", prices.to_string());
    let priced = ask(["500", "420"], &["--billing", "nexos", "--prices", "prices.json"]);
    let unlike = ["In the store: 0 credits", "In the store: -", "unknown"];
    assert!(
        first(&priced).ends_with(" credits.") && !unlike.iter().any(|text| first(&priced).contains(text)),
        "{priced}"
    );
    let other = ask(["$500", "420"], &["--billing", "nexos"]);
    assert!(
        other.code == 2 && other.stderr.contains("--balance-before is in USD and this report in credits"),
        "{other}"
    );
}

#[test]
fn how_wrong_it_is_is_said_for_the_end_of_the_records() {
    let desk = Desk::new();
    store(&desk, "isolated-light-2026.9.6", "s");
    let held = json(&desk.ask(&["calibrate", "--state-dir", "s", "--holdout", "1d", "--format", "json"]));
    assert!(held[0]["worstError"].as_f64().unwrap() < 0.05, "{held:#}");
    store(&desk, "shared-chat-compaction-2026.9.6", "short");
    let short = desk.ask(&["calibrate", "--state-dir", "short", "--holdout", "1d"]);
    assert_eq!(short.code, 2, "{short}");
    assert!(short.stderr.contains("the records are too short to hold out 1d"), "{short}");
}

/// Records that were found tell as much of themselves as those that were named, and are not lost without a word.
#[test]
fn records_that_were_found_say_what_is_wrong_with_them() {
    let desk = Desk::new();
    store(&desk, "failing-compaction-2026.9.6", "home/.openclaw");
    let found = desk.ask(&["report", "--full"]);
    let named = desk.ask(&["report", "--full", "--state-dir", "home/.openclaw"]);
    assert!(named.stderr.contains("runs of a conversation failed"), "{named}");
    assert!(found.stderr.ends_with(&named.stderr), "{found}");
    assert!(!named.flat().contains("--no-records"), "{named}");
    // As of every two flags that contradict each other, the later one counts.
    let later = desk.ask(&["report", "--state-dir", "home/.openclaw", "--no-records"]);
    assert!(!later.flat().contains("On record"), "{later}");
    let named_later = desk.ask(&["report", "--no-records", "--state-dir", "home/.openclaw"]);
    assert!(named_later.flat().contains("On record"), "{named_later}");
    let database = "home/.openclaw/agents/main/agent/openclaw-agent.sqlite";
    desk.write(database, "this is no database, whatever its name says");
    let lost = desk.ask(&["report"]);
    assert_eq!(lost.code, 0, "{lost}");
    assert_eq!(lost.stderr.matches("it is not an SQLite database; the load is assumed").count(), 1, "{lost}");
}

/// What no store holds is estimated from the records: another program's use of the same account does not change it.
#[test]
fn what_is_never_stored_is_not_reckoned_from_the_bill() {
    let desk = Desk::new();
    store(&desk, "failing-compaction-2026.9.6", "s");
    let header =
        "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,cost_type";
    let ask = |days: &[(&str, &str, &str)], more: &[&str]| {
        let row =
            |(day, model, cost): &(&str, &str, &str)| format!("{day},{model},,,message,,output,{cost},{cost},token\n");
        desk.write("bill.csv", format!("{header}\n{}", days.iter().map(row).collect::<String>()));
        desk.ask(&[&["calibrate", "--state-dir", "s", "--bill", "bill.csv"], more].concat())
    };
    let known = |days: &[(&str, &str, &str)]| json(&ask(days, &["--format", "json"]))["known"].clone();
    let (opus, haiku) = ("Claude Opus 4.6", "Claude Haiku 4.5");
    let all = known(&[("2026-11-04", opus, "20.00"), ("2026-11-04", haiku, "0.01")]);
    assert_eq!(all.as_array().unwrap().len(), 2, "{all:#}");
    assert_eq!(all, known(&[("2026-11-04", opus, "9.00"), ("2026-11-04", haiku, "3.00")]));
    // The six runs failed on the fourth, and a bill without the small model has no recaps.
    assert_eq!(known(&[("2026-11-03", opus, "20.00")]), serde_json::json!([]));
    let text = ask(&[("2026-11-04", opus, "20.00"), ("2026-11-04", haiku, "0.01")], &[]);
    assert!(text.stdout.contains("likely cause") && !text.stdout.contains("never used"), "{text}");
    let apart = ask(&[("2026-10-02", opus, "1.00"), ("2026-10-05", opus, "1.00")], &[]);
    assert_eq!((apart.code, &*apart.stdout), (2, ""), "{apart}");
    let periods = "the bill is of 2026-10-02 to 2026-10-05, the records are of 2026-11-02 to 2026-11-04 (UTC)";
    assert!(apart.stderr.contains(periods), "{apart}");
}
