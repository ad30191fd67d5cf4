//! What a build asks of a report: a comparison with the base, limits with exit codes, an answer in a file, and the recipe
//! in `docs/ci.md`, which is run here as it stands there.

use std::fs;

use serde_json::{Value, json};

use super::arithmetic::pico;
use super::bare;
use super::common::{Desk, fixture, repository};
use super::contracts::{check_report, report_schema};

/// The README's config before somebody made its heartbeats four times as frequent.
pub(super) fn slower() -> String {
    let now = fixture("personal.json5");
    let slower = now.replace(r#"every: "30m""#, r#"every: "2h""#);
    assert_ne!(now, slower);
    slower
}

fn revisions() -> Desk {
    let desk = Desk::with(fixture("personal.json5"));
    desk.write("old.json", slower());
    desk
}

fn typical(report: &Value) -> i128 {
    pico(&report["totals"]["current"]["cost"]["typical"])
}

#[test]
fn a_revision_is_the_difference_of_two_reports() {
    let desk = revisions();
    let [new, old] = ["openclaw.json", "old.json"].map(|name| desk.report(&[name]));
    let both = desk.report(&["openclaw.json", "--against", "old.json"]);
    let against = &both["against"];
    assert_eq!(against["current"], old["totals"]["current"]);
    assert_eq!(against["sha256"], old["config"]["sha256"]);
    assert_eq!(pico(&against["difference"]["typical"]), typical(&new) - typical(&old));
    let changed = json!([{ "setting": "every", "from": "2h", "to": "30m" }]);
    assert_eq!(against["agents"][0]["changed"], changed);
    // The other way round it is the same amount, saved.
    let back = desk.report(&["old.json", "--against", "openclaw.json"]);
    assert_eq!(pico(&back["against"]["difference"]["typical"]), typical(&old) - typical(&new));
    let same = desk.ask(&["report", "openclaw.json", "--against", "openclaw.json", "--max-increase", "0"]);
    assert_eq!(same.code, 0, "{same}");
    assert!(same.stdout.contains("No change: still about $588.53 a month."), "{same}");
    // In a pull request that is all; a limit that is not kept, or a setting that differs, is told in full.
    let comment = |flags: &[&str]| {
        let ask = ["report", "openclaw.json", "--month", "2026-11", "--format", "markdown", "--against"];
        desk.ask(&[&ask[..], flags].concat()).stdout
    };
    let one_line = "<!-- clawbeat report -->\n`openclaw.json`: No change: still about $588.53 a month.\n";
    assert_eq!(comment(&["openclaw.json"]), one_line);
    assert!(comment(&["openclaw.json", "--max-monthly", "5"]).contains("❌"));
    let first = comment(&["old.json"]);
    assert!(first.lines().nth(3).unwrap().starts_with("**This change adds about $4"), "{first}");
}

#[test]
fn every_pair_of_fixtures_keeps_the_contract() {
    let (desk, schema) = (Desk::new(), report_schema());
    let names: Vec<String> = fs::read_dir(repository("fixtures/configs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.iter().for_each(|name| desk.write(name, fixture(name)));
    for new in &names {
        for old in &names {
            let asked = [new, "--against", old, "--balance", "7.5", "--max-monthly", "1000000"];
            let what = asked.join(" ");
            let report = desk.report(&asked);
            check_report(&schema, &report, &what);
            let difference = &report["against"]["difference"];
            let units = [&report["unit"], &report["against"]["unit"]];
            assert_eq!(difference.is_null(), units[0] != units[1], "{what}");
            assert_eq!(new == old, difference["typical"] == "0", "{what}: {difference}");
        }
    }
}

#[test]
fn agents_come_and_go() {
    let desk = Desk::with(
        r#"{ meta: { lastTouchedVersion: "2026.9.6" }, agents: { defaults: { model: "anthropic/claude-opus-4-6" },
             entries: { main: { heartbeat: { every: "1h", target: "none" } }, fresh: { heartbeat: { target: "none" } } } } }"#,
    );
    desk.write(
        "old.json",
        r#"{ meta: { lastTouchedVersion: "2026.9.6" }, agents: { defaults: { model: "anthropic/claude-opus-4-6" },
             entries: { main: { heartbeat: { every: "1h", target: "none" } }, gone: { heartbeat: { target: "none" } } } } }"#,
    );
    let report = desk.report(&["openclaw.json", "--against", "old.json"]);
    let agents = report["against"]["agents"].as_array().unwrap();
    let ids: Vec<&str> = agents.iter().map(|agent| agent["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["main", "fresh", "gone"]);
    assert_eq!((&agents[0]["here"], &agents[0]["changed"]), (&agents[0]["there"], &json!([])));
    assert_eq!((&agents[1]["there"], &agents[1]["changed"][0]["from"]), (&json!("0"), &json!("no such agent")));
    assert_eq!((&agents[2]["here"], &agents[2]["changed"][0]["to"]), (&json!("0"), &json!("no such agent")));
    // The new one and the one that is gone cost the same, so the bill stays.
    assert_eq!(report["against"]["difference"]["typical"], "0");
    // Asked about the new agent alone, all of its cost is an increase.
    let fresh = desk.report(&["openclaw.json", "--against", "old.json", "--agent", "fresh"]);
    assert_eq!(pico(&fresh["against"]["difference"]["typical"]), typical(&fresh));
}

/// What is no setting of a heartbeat can make the difference, too.
#[test]
fn a_price_and_an_upgrade_are_named() {
    let config = |version: &str, input: &str| {
        format!(
            r#"{{ meta: {{ lastTouchedVersion: "{version}" }},
                 models: {{ providers: {{ own: {{ baseUrl: "https://models.example/v1", api: "openai-completions",
                   models: [{{ id: "m", name: "m", contextWindow: 200000, cost: {{ input: {input}, output: 2, cacheRead: 0, cacheWrite: 0 }} }}] }} }} }},
                 agents: {{ defaults: {{ model: "own/m", heartbeat: {{ target: "none" }} }} }} }}"#
        )
    };
    let desk = Desk::with(config("2026.9.6", "3"));
    desk.write("cheaper.json", config("2026.9.6", "1"));
    desk.write("older.json", config("2026.7.35", "3"));
    let changed = |old: &str| {
        let report = desk.report(&["openclaw.json", "--against", old]);
        report["against"]["agents"][0]["changed"].as_array().unwrap().clone()
    };
    let price = changed("cheaper.json");
    assert_eq!(price.len(), 1, "{price:?}");
    assert_eq!(price[0]["setting"], "price of a million tokens");
    assert!(price[0]["from"].as_str().unwrap().starts_with("input 1,"), "{price:?}");
    let upgrade = changed("older.json");
    assert!(upgrade.iter().any(|one| one["setting"] == "session reset"), "{upgrade:?}");
}

#[test]
fn what_no_heartbeat_setting_says_is_named_too() {
    let config = |more: &str| {
        format!(
            r#"{{ meta: {{ lastTouchedVersion: "2026.9.6" }}, {more}
                 agents: {{ defaults: {{ model: "anthropic/claude-opus-4-6", heartbeat: {{ every: "30m" }} }} }} }}"#
        )
    };
    let reached = r#"channels: { whatsapp: { allowFrom: ["+15555550123"] } },"#;
    let desk = Desk::with(config(reached));
    desk.write("unreached.json", config(""));
    desk.write("apart.json", config(&format!(r#"session: {{ dmScope: "per-channel-peer" }}, {reached}"#)));
    let changed = |old: &str| {
        let report = desk.report(&["openclaw.json", "--against", old]);
        assert_ne!(report["against"]["difference"]["typical"], "0", "{old}");
        report["against"]["agents"][0]["changed"].clone()
    };
    assert_eq!(changed("unreached.json"), json!([{ "setting": "ticks", "from": "skipped: no-route", "to": "run" }]));
    let chat = json!([{ "setting": "the user's chat", "from": "elsewhere", "to": "shared" }]);
    assert_eq!(changed("apart.json"), chat);
}

/// The same gateway runs both files, so a release that only the revision names holds for the old one.
#[test]
fn a_release_that_only_the_revision_names_holds_for_both() {
    let desk = Desk::with(fixture("personal.json5"));
    desk.write("old.json", fixture("personal.json5").replace(r#"meta: { lastTouchedVersion: "2026.9.6" },"#, ""));
    let against = &desk.report(&["openclaw.json", "--against", "old.json"])["against"];
    assert_eq!((&against["release"], &against["otherGeneration"]), (&json!("2026.9.6"), &json!(null)));
    assert_eq!(against["difference"]["typical"], "0");
}

/// Without a release, `owner` without an owner costs nothing on current releases and a full month on legacy ones.
#[test]
fn where_the_generations_disagree_the_dearer_counts() {
    let config = |every: &str| {
        format!(
            r#"{{ agents: {{ defaults: {{ model: "anthropic/claude-opus-4-6", heartbeat: {{ every: "{every}" }} }} }} }}"#
        )
    };
    let desk = Desk::with(config("30m"));
    desk.write("old.json", config("1h"));
    let report = desk.report(&["openclaw.json", "--against", "old.json"]);
    assert_eq!(typical(&report), 0);
    let other = |report: &Value, place: &str| pico(&report.pointer(place).unwrap()["current"]["cost"]["typical"]);
    let [new, old] = ["/totals/otherGeneration", "/against/otherGeneration"].map(|place| other(&report, place));
    assert!(new > old && old > 0);
    assert_eq!(pico(&report["against"]["difference"]["typical"]), new - old);
    let answer =
        desk.ask(&["report", "openclaw.json", "--against", "old.json", "--max-monthly", "1", "--max-increase", "1"]);
    assert_eq!((answer.code, answer.stderr.lines().count()), (1, 2), "{answer}");
    let pinned = desk.ask(&["report", "openclaw.json", "--max-monthly", "1", "--openclaw-version", "2026.9.6"]);
    assert_eq!(pinned.code, 0, "{pinned}");
}

#[test]
fn limits_are_kept_to_the_last_digit() {
    let desk = revisions();
    let exact = |report: &Value, place: &str| report.pointer(place).unwrap().as_str().unwrap().to_owned();
    let report = desk.report(&["openclaw.json", "--against", "old.json"]);
    let month = exact(&report, "/totals/current/cost/typical");
    let more = exact(&report, "/against/difference/typical");
    // One unit of the last place below the figure: these have at most eleven decimals.
    let below = |figure: &str| {
        let pico = pico(&Value::from(figure)) - 1;
        format!("{}.{:012}", pico / 1_000_000_000_000, pico % 1_000_000_000_000)
    };
    let code =
        |flag: &str, limit: &str| desk.ask(&["report", "openclaw.json", "--against", "old.json", flag, limit]).code;
    for (flag, figure) in [("--max-monthly", &month), ("--max-increase", &more)] {
        assert_eq!((code(flag, figure), code(flag, &below(figure))), (0, 1), "{flag} {figure}");
    }
    assert_eq!(code("--max-monthly", &format!("${month}")), 0);
}

#[test]
fn a_limit_that_is_not_kept_says_which_and_by_how_much() {
    let answer = revisions().ask(&[
        "report",
        "openclaw.json",
        "--against",
        "old.json",
        "--max-monthly",
        "$500",
        "--max-increase",
        "1000",
    ]);
    // $588.53 is the README's figure.
    assert_eq!(answer.code, 1);
    assert_eq!(answer.stderr, "--max-monthly: a month costs about $588.53, $88.53 more than the limit of $500.00\n");
}

#[test]
fn an_unknown_figure_keeps_no_limit() {
    let desk = Desk::with(
        r#"{ meta: { lastTouchedVersion: "2026.9.6" },
             agents: { defaults: { model: "nobody/knows-this", heartbeat: { target: "none" } } } }"#,
    );
    let answer = desk.ask(&["report", "openclaw.json", "--max-monthly", "1000000000"]);
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains("an unknown amount, which keeps no limit"), "{answer}");
    desk.write("old.json", fixture("personal.json5"));
    let answer = desk.ask(&["report", "openclaw.json", "--against", "old.json", "--max-increase", "1000000000"]);
    assert_eq!(answer.code, 1, "{answer}");
    let held = desk.report(&["openclaw.json", "--balance", "10"])["balance"].clone();
    assert_eq!(held["now"], json!({ "lasts": "unknown" }));
}

#[test]
fn bad_questions_end_with_2_and_leave_everything_as_it_was() {
    let desk = revisions();
    let before = desk.read("openclaw.json");
    for bad in [
        &["--max-monthly", "twenty"][..],
        &["--max-monthly", "-1"],
        &["--max-monthly", "250 credits"],
        &["--max-increase", "20"],
        &["--max-increase", "1e3", "--against", "old.json"],
        &["--against", "missing.json"],
        &["--balance", "5", "--agent", "main"],
        &["--balance", "5 credits"],
        &["--output", "openclaw.json"],
        &["--output", "old.json", "--against", "old.json"],
        &["--output", "."],
        &["--output", "no/such/folder.md"],
    ] {
        let answer = desk.ask(&[&["report", "openclaw.json"], bad].concat());
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{bad:?}: {answer}");
    }
    let both = desk.ask(&["report", "-", "--against", "-"]);
    assert_eq!(both.code, 2, "{both}");
    assert_eq!((desk.read("openclaw.json"), desk.read("old.json")), (before, slower()));
    assert_eq!(desk.names(), ["old.json", "openclaw.json"]);
}

/// The answer in the file is the answer on the terminal, also when a limit is exceeded.
#[test]
fn an_answer_in_a_file_is_the_same() {
    let desk = revisions();
    for format in ["text", "markdown", "json"] {
        let asked = ["report", "openclaw.json", "--format", format, "--max-monthly", "1"];
        let printed = desk.ask(&asked);
        let saved = desk.ask(&[&asked[..], &["--output", "answer"]].concat());
        assert_eq!((saved.code, saved.stdout.as_str()), (1, ""), "{saved}");
        assert_eq!(desk.read("answer"), printed.stdout);
        assert_eq!(desk.ask(&[&asked[..], &["--output", "-"]].concat()), printed);
    }
    let mut piped = desk.command(&["report", "openclaw.json", "--against", "-", "--max-increase", "1"]);
    piped.write_stdin(slower());
    assert!(desk.ask_with(piped).stderr.starts_with("--max-increase: this revision adds about $443.35"));
}

/// days = balance / cost of the period × days of the period, for all agents together.
#[test]
fn a_balance_is_shared_by_all_agents() {
    let desk = Desk::with_fixture("nexos.json5");
    let report = desk.report(&["nexos.json5", "--balance", "500 credits"]);
    let days = |place: &str| pico(report.pointer(place).unwrap());
    let close = |days: i128, cost: i128| {
        // 500 credits for 30 days of November, to six digits.
        let off = days * cost - 500 * 30 * 1_000_000_000_000 * 1_000_000_000_000;
        assert!(off.abs() * 2 <= cost * 1_000_000, "{days} days at {cost}");
    };
    let cost = |place: &str| pico(report.pointer(place).unwrap());
    close(days("/balance/now/days"), cost("/totals/current/cost/typical"));
    close(days("/balance/now/leastDays"), cost("/totals/current/cost/high"));
    close(days("/balance/after/days"), cost("/totals/recommended/cost/typical"));
    // 500 / 232.01 × 30 = 64.65; 500 / 1,492 × 30 = 10.05
    let said = desk.ask(&["report", "nexos.json5", "--full", "--balance", "500"]).flat();
    assert!(said.contains("500.00 credits last about 64 days (at worst 10 days) on heartbeats alone."), "{said}");
    assert!(said.contains("cache creation is input that is put into the prompt cache"), "{said}");
}

#[test]
fn no_cost_lasts_forever() {
    let desk = Desk::with(
        r#"{ meta: { lastTouchedVersion: "2026.9.6" },
             agents: { defaults: { model: "openai/gpt-5.5", heartbeat: { every: "0m" } } } }"#,
    );
    assert_eq!(desk.report(&["openclaw.json", "--balance", "5"])["balance"]["now"]["lasts"], "forever");
    let said = desk.ask(&["report", "openclaw.json", "--balance", "5"]).flat();
    assert!(said.contains("$5.00 lasts forever"), "{said}");
}

/// A file that is not there, or a part that is no config, would keep any limit: the build must not go green for it.
#[test]
fn a_limit_is_not_held_against_what_was_not_read() {
    let desk = revisions();
    desk.write("missing.json", r#"{ "agents": { "$include": "./elsewhere.json5" } }"#);
    desk.write("values.yaml", "image: {}\nopenclaw:\n  config:\n    agents:\n      defaults:\n        heartbeat: {}\n");
    for (asked, why) in [
        (&["missing.json", "--max-monthly", "5"][..], "$include './elsewhere.json5' was not read"),
        (
            &["openclaw.json", "--against", "missing.json", "--max-increase", "5"],
            "$include './elsewhere.json5' was not read",
        ),
        (&["values.yaml", "--max-monthly", "5"], "say --at openclaw.config"),
        (&["values.yaml", "--at", "openclaw", "--max-monthly", "5"], "say --at openclaw.config"),
        (&["values.yaml", "--at", "image", "--max-monthly", "5"], "has no agents at 'image'"),
    ] {
        let refused = desk.ask(&[&["report"], asked].concat());
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{refused}");
        assert!(refused.mentions("a limit cannot be checked") && refused.mentions(why), "{refused}");
    }
    // Without a limit it is costed as far as it goes, and that is said first.
    let told = desk.ask(&["report", "missing.json"]).flat();
    assert!(
        told.contains("'./elsewhere.json5' was not read: what is included from there is not in these figures."),
        "{told}"
    );
}

/// `<(git show …)` is a pipe with a name of the shell's.
#[test]
#[cfg(target_os = "linux")]
fn what_a_shell_substitutes_is_read() {
    let desk = revisions();
    let script = format!("{} report openclaw.json --month 2026-11 --against <(cat old.json)", bare::CLAWBEAT);
    let output = bare::program("bash").args(["-c", &script]).current_dir(desk.path("")).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("This change adds about"), "{text}{}", String::from_utf8_lossy(&output.stderr));
}
