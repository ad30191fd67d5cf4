//! What a newcomer meets first: one test for each thing they bring.

use insta::assert_snapshot;

use super::common::{Desk, fixture};

#[test]
fn an_empty_config_names_the_default_its_origin_and_what_to_pin() {
    let answer = Desk::with("{}").ask(&["report", "--full", "openclaw.json"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    let head: Vec<&str> = answer.stdout.split("\nSettings and what decides them\n").collect();
    assert_snapshot!(head[0], @r"
    openclaw.json · OpenClaw 2026.9.6 (assumed)

    Heartbeats cost about $120 a month (between $6 and $360) if OpenClaw 2026.7.35
    runs this file and nothing if 2026.9.6 does. The file does not say which; pin it
    with --openclaw-version.

    On 2026.9.6 every heartbeat is skipped, as there is nowhere to deliver it to.
    Once they can be delivered they cost about $920 a month (between $29 and
    $3,050).

    On 2026.9.6:
      agent  every  model        runs  now  share  after the plan
      main   30m    GPT-6 Astra     0   $0      –              $0

    Warnings
    - agent 'main': nowhere to deliver to: no channel of this file reaches an owner:
      commands.ownerAllowFrom or a channel's allowFrom must name one
    ");
    let settings = head[1].split("\nWhat a heartbeat sends").next().unwrap();
    assert_snapshot!(settings, @"
    Why it runs: heartbeats are on by default for the agent that owns the gateway.
    setting          value               decided by
    every            30m                 default of 2026.9.6
    model            openai/gpt-6-astra  default of 2026.9.6
    isolatedSession  false               default of 2026.9.6
    lightContext     false               default of 2026.9.6
    activeHours      always              default of 2026.9.6
    target           owner               default of 2026.9.6
    cacheRetention   unset               default of 2026.9.6
    Price: genai-prices 0.2.1 (id).
    ");
    assert!(answer.stdout.contains("--openclaw-version 2026.7.35"));
    assert!(answer.stdout.contains("--openclaw-version 2026.9.6"));
    assert!(!answer.stdout.contains("What to change"));
}

#[test]
fn without_a_config_anywhere_it_says_where_it_looked() {
    let desk = Desk::new();
    assert_snapshot!(desk.ask(&[]), @"
    exit 2
    --- stderr
    error: no gateway config found: tried @DIR@/home/.openclaw/openclaw.json (default)
    name one: clawbeat report path/to/openclaw.json
    ");
    let mut command = desk.command(&["report"]);
    command.env("OPENCLAW_STATE_DIR", desk.path("state"));
    assert_snapshot!(desk.ask_with(command), @"
    exit 2
    --- stderr
    error: no gateway config found: tried @DIR@/state/openclaw.json (OPENCLAW_STATE_DIR)
    name one: clawbeat report path/to/openclaw.json
    ");
}

#[test]
fn the_config_that_openclaw_reads_is_found() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.path("home/.openclaw")).unwrap();
    desk.write("home/.openclaw/openclaw.json", fixture("personal.json5"));
    let answer = desk.ask(&["report"]);
    assert!(answer.stdout.starts_with("@DIR@/home/.openclaw/openclaw.json · OpenClaw 2026.9.6"), "{answer}");
    assert_eq!(desk.ask(&["--month", "2026-11"]), answer, "clawbeat alone is clawbeat report");
    let mut command = desk.command(&["report", "--full", "-"]);
    command.write_stdin(fixture("personal.json5"));
    let piped = desk.ask_with(command);
    assert!(piped.stdout.starts_with("<stdin> · OpenClaw 2026.9.6"), "{piped}");
    assert!(!piped.stdout.contains("\nNext\n"), "a pipe cannot be changed");
}

/// The real provider block, two agents, no heartbeat block: only the default agent runs on a legacy release.
#[test]
fn nexos_on_a_legacy_release_runs_one_of_two_agents() {
    let answer = Desk::with_fixture("nexos.json5").ask(&["report", "--full", "nexos.json5"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    assert_snapshot!(answer.stdout.split("\nSettings and what decides them\n").next().unwrap(), @r#"
    nexos.json5 · OpenClaw 2026.7.1 (named in the file)

    Heartbeats cost about 230 credits a month. (Between 100 and 1,490 credits,
    depending on how long your chats are.) With the changes below: about 2 credits
    (over 99% less).

    Nothing to check? An empty checklist makes that free; if a script can decide,
    about 12 credits a month (95% idle): clawbeat explain paid-empty-instructions

    Agent 'main': nobody sees the heartbeats: OpenClaw 2026.7.1 delivers nowhere
    unless told; the changes below leave it so. To see them, set target to "last" or
    a channel; to save them, set every to "0m".

      agent  every  model             runs  now, credits   share  after the plan
      main   30m    Claude Opus 4.6  1,440        232.01  100.0%            2.29

    Not running: shop (no agent has a heartbeat block, and this release then runs
    only the default agent, 'main').

    Where the money goes, credits
      conversation      85.25       37%  ███████████
      workspace files   49.74       21%  ██████▍
      tools             44.16       19%  █████▋
      skills            23.76       10%  ███
      everything else   29.09       13%  ███▊
      Billed as 96.5% input, 3.5% output.

    What it takes
      agent  of          a day  a week  a month  busiest 5 hours
      main   heartbeats     48     336    1,440
             requests       48     336    1,440               10
             tokens       1.4M    9.6M    41.0M           607.1k

    What to change
                                                   worth  gives up
       1. model: Claude Opus 4.6 → Gemini 3 Flash  22.49  model quality
       2. every: 30m → 2h                           6.87  reaction time
       3. isolatedSession: false → true             1.94  the chat so far
       4. lightContext: false → true                1.08  persona and notes
      worth: how much more a month costs if only that change is left out

    The changes one by one
     1. agents.list[0].heartbeat.model: Claude Opus 4.6 → Gemini 3 Flash
        leaving it out costs 22.49 credits a month more, risk medium: the same
        tokens at a lower price
        gives up the stronger model's judgement during a heartbeat; the vendor
        changes from Anthropic to Google
        next best: GPT-4.1, 7.46 credits a month more
        watch: for a few days, whether its alerts miss what the old model would have
        told you
     2. agents.list[0].heartbeat.every: 30m → 2h
        leaving it out costs 6.87 credits a month more, risk low: fewer heartbeats
        gives up reaction time: what happens between two heartbeats waits longer
        next best: 1h, 2.29 credits a month more
        watch: whether anything came up that could not wait for the next heartbeat
     3. agents.list[0].heartbeat.isolatedSession: false → true
        leaving it out costs 1.94 credits a month more, risk medium: the
        conversation is not sent again with each heartbeat
        gives up the conversation: a heartbeat no longer knows what was said before
        left off: 1.94 credits a month more, with the rest chosen anew
        watch: whether heartbeats repeat themselves or ask settled questions; if so,
        put the answer in their instructions
     4. agents.list[0].heartbeat.lightContext: false → true
        leaving it out costs 1.08 credits a month more, risk medium: the workspace
        files are not sent with each heartbeat
        gives up the workspace files (persona, notes, memory) during a heartbeat
        left off: 1.08 credits a month more, with the rest chosen anew
        watch: whether alerts keep tone and house rules; run one heartbeat by hand
        and compare

    Warnings
    - agent 'main': every declared cost is 0: taken as a placeholder, not as free
    - not offered for heartbeats: 'nexos/d2cd8d34-db82-4481-a1b0-248dae113ca8'
      (Nexos Gpt 5 2): its price is not known (--prices, or cost in its entry)
    "#);
    let alone = answer.stdout.split("\nEach change on its own\n").nth(1).unwrap();
    assert_snapshot!(alone.split("\n\n").next().unwrap(), @"
    change                                month, credits   saves
    every: 1h                                     115.56  116.45
    every: 2h                                      57.99  174.02
    lightContext: true                            184.37   47.64
    isolatedSession: true                         146.76   85.25
    lightContext + isolatedSession: true           99.12  132.89
    model: Gemini 3 Flash                          21.24  210.77
    every: 0m (off)                                    0  232.01
    ");
    assert!(answer.flat().contains("no cache markers are sent: every token is plain input"));
}

/// With a block in the defaults both agents run, and the balance they share is shown by share.
#[test]
fn nexos_with_a_shared_block_shows_the_share_of_each_agent() {
    let text = fixture("nexos.json5")
        .replace("\"defaults\": {\n", "\"defaults\": {\n      \"heartbeat\": { \"every\": \"30m\" },\n");
    let desk = Desk::with(text);
    let answer = desk.ask(&["report", "--full", "openclaw.json"]);
    assert_snapshot!(answer.stdout.split("\nSettings").next().unwrap(), @r#"
    openclaw.json · OpenClaw 2026.7.1 (named in the file)

    Heartbeats cost about 460 credits a month. (Between 200 and 2,980 credits,
    depending on how long your chats are.) With the changes below: about 5 credits
    (over 99% less).

    Nothing to check? An empty checklist makes that free; if a script can decide,
    about 23 credits a month (95% idle): clawbeat explain paid-empty-instructions

    Agents 'main', 'shop': nobody sees the heartbeats: OpenClaw 2026.7.1 delivers
    nowhere unless told; the changes below leave it so. To see them, set target to
    "last" or a channel; to save them, set every to "0m".

      agent  every  model             runs  now, credits  share  after the plan
      main   30m    Claude Opus 4.6  1,440        232.01  50.0%            2.29
      shop   30m    Claude Opus 4.6  1,440        232.01  50.0%            2.29

    Where the money goes, credits
      conversation      170.50       37%  ███████████
      workspace files    99.49       21%  ██████▍
      tools              88.33       19%  █████▋
      skills             47.52       10%  ███
      everything else    58.18       13%  ███▊
      Billed as 96.5% input, 3.5% output.

    What it takes
      agent  of          a day  a week  a month  busiest 5 hours
      all    heartbeats     96     672    2,880
             requests       96     672    2,880               20
             tokens       2.7M   19.1M    82.0M             1.2M
      main   heartbeats     48     336    1,440
             requests       48     336    1,440               10
             tokens       1.4M    9.6M    41.0M           607.1k
      shop   heartbeats     48     336    1,440
             requests       48     336    1,440               10
             tokens       1.4M    9.6M    41.0M           607.1k

    What to change
                                                           worth  gives up
      main, shop: model: Claude Opus 4.6 → Gemini 3 Flash  44.98  model quality
      main, shop: every: 30m → 2h                          13.74  reaction time
      main, shop: isolatedSession: false → true             3.87  the chat so far
      main, shop: lightContext: false → true                2.17  persona and notes
      worth: how much more a month costs if only that change is left out

    The changes one by one
     1. main, shop: agents.defaults.heartbeat.model: Claude Opus 4.6 → Gemini 3
        Flash
        leaving it out costs 44.98 credits a month more, risk medium: the same
        tokens at a lower price
        gives up the stronger model's judgement during a heartbeat; the vendor
        changes from Anthropic to Google
        next best: GPT-4.1, 7.46 credits a month more
        watch: for a few days, whether its alerts miss what the old model would have
        told you
     2. main, shop: agents.defaults.heartbeat.every: 30m → 2h
        leaving it out costs 13.74 credits a month more, risk low: fewer heartbeats
        gives up reaction time: what happens between two heartbeats waits longer
        next best: 1h, 2.29 credits a month more
        watch: whether anything came up that could not wait for the next heartbeat
     3. main, shop: agents.defaults.heartbeat.isolatedSession: false → true
        leaving it out costs 3.87 credits a month more, risk medium: the
        conversation is not sent again with each heartbeat
        gives up the conversation: a heartbeat no longer knows what was said before
        left off: 1.94 credits a month more, with the rest chosen anew
        watch: whether heartbeats repeat themselves or ask settled questions; if so,
        put the answer in their instructions
     4. main, shop: agents.defaults.heartbeat.lightContext: false → true
        leaving it out costs 2.17 credits a month more, risk medium: the workspace
        files are not sent with each heartbeat
        gives up the workspace files (persona, notes, memory) during a heartbeat
        left off: 1.08 credits a month more, with the rest chosen anew
        watch: whether alerts keep tone and house rules; run one heartbeat by hand
        and compare

    Warnings
    - agents 'main', 'shop': every declared cost is 0: taken as a placeholder, not
      as free
    - not offered for heartbeats: 'nexos/d2cd8d34-db82-4481-a1b0-248dae113ca8'
      (Nexos Gpt 5 2): its price is not known (--prices, or cost in its entry)
    "#);
    for agent in ["main", "shop"] {
        let section = answer.stdout.split("\nEach change on its own\n").nth(1).unwrap().split("\n\n").next().unwrap();
        let alone = section.split(&format!(" {agent}\n")).nth(1).unwrap().split("every: 0m (off").next().unwrap();
        for row in [
            "every: 1h",
            "every: 2h",
            "lightContext: true",
            "isolatedSession: true",
            "lightContext + isolatedSession: true",
            "model: Gemini 3 Flash",
        ] {
            assert!(alone.contains(row), "{agent} lacks {row}:\n{alone}");
        }
    }
    let report = desk.report(&["openclaw.json"]);
    assert_eq!(report["unit"], "credits");
    assert_eq!(report["totals"]["current"]["runs"], 2880);
    let paths: Vec<&str> =
        report["agents"][1]["changes"].as_array().unwrap().iter().map(|c| c["path"].as_str().unwrap()).collect();
    assert!(paths.iter().all(|path| path.starts_with("agents.defaults.heartbeat.")), "{paths:?}");
}

#[test]
fn a_current_release_without_a_route_costs_nothing_yet() {
    let text = fixture("personal.json5").replace("allowFrom: [\"123456789\"]", "allowFrom: [\"*\"]");
    let desk = Desk::with(text);
    let answer = desk.ask(&["report", "--full", "openclaw.json"]);
    assert_snapshot!(answer.stdout.split("\nSettings").next().unwrap(), @r"
    openclaw.json · OpenClaw 2026.9.6 (named in the file)

    Heartbeats cost nothing now: there is nowhere to deliver them to, so every one
    is skipped. Once they can be delivered they cost about $590 a month (between
    $180 and $1,540).

      agent  every  model            runs  now  share  after the plan
      main   30m    Claude Opus 4.6     0   $0      –              $0

    Warnings
    - agent 'main': nowhere to deliver to: no channel of this file reaches an owner:
      commands.ownerAllowFrom or a channel's allowFrom must name one
    ");
    assert!(!answer.stdout.contains("What to change"));
    let why = "agent 'main': nowhere to deliver to: no channel of this file reaches an owner: commands.ownerAllowFrom or a \
               channel's allowFrom must name one";
    assert!(answer.flat().contains(why), "{answer}");
    let report = desk.report(&["openclaw.json"]);
    assert_eq!(report["totals"]["current"]["cost"]["high"], "0");
    assert_eq!(report["totals"]["current"]["skips"]["no-route"], 1440);
    assert_ne!(report["agents"][0]["onceRouted"]["cost"]["typical"], "0");
    assert_snapshot!(desk.ask(&["diff", "openclaw.json", "--exit-code"]), @r##"
    exit 0
    --- stderr
    openclaw.json: nothing to change
      agent 'main': no tick runs, no channel of this file reaches an owner: commands.ownerAllowFrom or a channel's allowFrom must name one
    "##);
}

const UNKNOWN_MODEL: &str = r#"{
  meta: { lastTouchedVersion: "2026.9.6" },
  agents: { defaults: { model: "anthropic/claude-opus-4-66", heartbeat: { every: "1h", target: "none" } } },
}"#;

#[test]
fn an_unknown_model_has_tokens_and_no_cost() {
    let desk = Desk::with(UNKNOWN_MODEL);
    let answer = desk.ask(&["report", "--full", "openclaw.json"]);
    assert_snapshot!(answer.stdout.split("\nSettings").next().unwrap(), @r#"
    openclaw.json · OpenClaw 2026.9.6 (named in the file)

    We don't know the price of anthropic/claude-opus-4-66, so there is no total. The
    heartbeats send 59.6M and write 200.7k tokens a month. With the changes below:
    5.3M tokens a month (91% less).

    Nothing to check? An empty checklist makes that free; if a script can decide,
    3.0M tokens a month (95% idle): clawbeat explain paid-empty-instructions

    Agent 'main': nobody sees the heartbeats: target is 'none'; the changes below
    leave it so. To see them, set target to "last" or a channel; to save them, set
    every to "0m".

      agent  every  model                       runs           now  after the plan
      main   1h     anthropic/claude-opus-4-66   720  59.8M tokens     5.3M tokens

    What it takes
      agent  of          a day  a week  a month  busiest 5 hours
      main   heartbeats     24     168      720
             requests       48     336    1,440               10
             tokens       2.0M   13.9M    59.8M           651.9k

    What to change
                                                worth  gives up
       1. isolatedSession: false → true  27.2M tokens  the chat so far
       2. every: 1h → 2h                  6.9M tokens  reaction time
       3. lightContext: false → true      3.7M tokens  persona and notes
      worth: how much more a month costs if only that change is left out
      tokens here and below are input-equivalent: output counts for more, and what
      comes from a cache for less

    The changes one by one
     1. agents.defaults.heartbeat.isolatedSession: false → true
        leaving it out costs 27.2M tokens a month more, risk medium: the
        conversation is not sent again with each heartbeat
        gives up the conversation: a heartbeat no longer knows what was said before
        left off: 27.2M tokens a month more, with the rest chosen anew
        watch: whether heartbeats repeat themselves or ask settled questions; if so,
        put the answer in their instructions
     2. agents.defaults.heartbeat.every: 1h → 2h
        leaving it out costs 6.9M tokens a month more, risk low: fewer heartbeats
        gives up reaction time: what happens between two heartbeats waits longer
        next best: 1h, 6.9M tokens a month more
        watch: whether anything came up that could not wait for the next heartbeat
     3. agents.defaults.heartbeat.lightContext: false → true
        leaving it out costs 3.7M tokens a month more, risk medium: the workspace
        files are not sent with each heartbeat
        gives up the workspace files (persona, notes, memory) during a heartbeat
        left off: 3.7M tokens a month more, with the rest chosen anew
        watch: whether alerts keep tone and house rules; run one heartbeat by hand
        and compare

    Warnings
    - agent 'main': no price is known for 'anthropic/claude-opus-4-66'; known names
      like it: anthropic/claude-opus-4-6, anthropic/claude-opus-4-0,
      anthropic/claude-opus-4-1. Give one with --prices FILE or
      models.providers.<provider>.models[].cost
    "#);
    assert_snapshot!(answer.stdout.split("\nWarnings\n").nth(1).unwrap().split("\n\n").next().unwrap(), @"
    - agent 'main': no price is known for 'anthropic/claude-opus-4-66'; known names
      like it: anthropic/claude-opus-4-6, anthropic/claude-opus-4-0,
      anthropic/claude-opus-4-1. Give one with --prices FILE or
      models.providers.<provider>.models[].cost
    ");
    let report = desk.report(&["openclaw.json"]);
    assert!(report["agents"][0]["current"]["cost"].is_null());
    assert!(report["agents"][0]["current"]["perRun"].is_null());
    assert!(report["totals"]["current"]["cost"].is_null() && report["totals"]["saving"].is_null());
    assert_eq!(report["agents"][0]["model"]["near"][0], "anthropic/claude-opus-4-6");
    assert!(report["agents"][0]["current"]["tokens"]["output"].as_u64().unwrap() > 0);
    // What wins at any price is in the patch, counted in tokens.
    let patch = desk.ask(&["diff", "openclaw.json"]);
    assert!(patch.stdout.contains("isolatedSession") && !patch.mentions("$"), "{patch}");
}

#[test]
fn a_price_given_by_hand_is_used() {
    let desk = Desk::with(UNKNOWN_MODEL);
    desk.write("prices.json5", r#"{ unit: "USD", models: { "anthropic/claude-opus-4-66": { input: "10", output: "50", cacheWrite5m: "12.5" } } }"#);
    let report = desk.report(&["openclaw.json", "--prices", "prices.json5"]);
    let (month, agent) = (&report["agents"][0]["current"], &report["agents"][0]);
    assert_eq!(agent["model"]["priceSource"], "prices file");
    assert_ne!(month["cost"]["typical"], "0");
    assert!(agent["model"]["matched"].is_string());
}

#[test]
fn a_release_is_named_once_whatever_is_wrong_with_it() {
    let desk = Desk::with("{}");
    assert_snapshot!(desk.ask(&["report", "openclaw.json", "--openclaw-version", "banana"]), @"
    exit 2
    --- stderr
    error: invalid value 'banana' for '--openclaw-version <VERSION>': 'banana' is not an OpenClaw version; expected year.month.patch, such as 2026.9.6

    For more information, try '--help'.
    ");
    let said = |version: &str, arguments: &[&str]| {
        let quiet = r#""agents": { "defaults": { "heartbeat": { "target": "none" } } }"#;
        desk.write("meta.json", format!(r#"{{ "meta": {{ "lastTouchedVersion": {version} }}, {quiet} }}"#));
        let answer = desk.ask(&[&["report", "--full", "meta.json"], arguments].concat());
        assert_eq!(answer.code, 0, "{answer}");
        let warnings = answer.stdout.split("\nWarnings\n").nth(1).unwrap_or("").split("\n\n").next().unwrap();
        format!("{}\n{}{}", answer.stdout.lines().next().unwrap(), warnings, answer.stderr)
    };
    assert_snapshot!(said("\"soon\"", &[]), @r##"
    meta.json · OpenClaw 2026.9.6 (assumed)
    - meta.lastTouchedVersion is not an OpenClaw version; read as 2026.9.6, the
      newest known one
    "##);
    assert_snapshot!(said("7", &[]), @r##"
    meta.json · OpenClaw 2026.9.6 (assumed)
    - meta.lastTouchedVersion is not an OpenClaw version; read as 2026.9.6, the
      newest known one
    "##);
    assert_snapshot!(said("\"2026.5.99\"", &[]), @r##"
    meta.json · OpenClaw 2026.5.28 (the file names OpenClaw 2026.5.99, which is not
    - the file names OpenClaw 2026.5.99, which is not a release known here; read as
      2026.5.28, the nearest earlier one
    "##);
    assert_snapshot!(said("\"2031.1.1\"", &[]), @r##"
    meta.json · OpenClaw 2026.9.6 (the file names OpenClaw 2031.1.1, which is newer
    - the file names OpenClaw 2031.1.1, which is newer than what is known; read as
      2026.9.6
    "##);
    assert_snapshot!(said("\"2026.9.6\"", &["--openclaw-version", "2026.8.77"]), @r##"
    meta.json · OpenClaw 2026.8.2 (OpenClaw 2026.8.77 was asked for, which is not a
    - OpenClaw 2026.8.77 was asked for, which is not a release known here; read as
      2026.8.2, the nearest earlier one
    "##);
}

#[test]
fn a_config_that_openclaw_refuses_is_costed_as_if_repaired() {
    let text = fixture("personal.json5").replace("every: \"30m\"", "every: \"30 minutes\"");
    let desk = Desk::with(text);
    let answer = desk.ask(&["report", "--full", "openclaw.json"]);
    assert_eq!(answer.code, 0);
    let said = answer.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("refuses this file and does not start with it: agents.defaults.heartbeat.every"), "{said}");
    assert!(
        said.contains("'30 minutes'. The changes below fix that first, and the figures are those of the fixed file."),
        "{said}"
    );
    assert_eq!(desk.report(&["openclaw.json"])["config"]["verdict"], "refused");
}

/// A model of one's own costs nothing, delivered or not.
#[test]
fn a_local_model_without_a_route_costs_nothing_then_either() {
    let config = r"{ meta: { lastTouchedVersion: '2026.9.6' }, agents: { defaults: { model: 'ollama/llama3.3' } },
        models: { providers: { ollama: { baseUrl: 'http://127.0.0.1:11434', models: [{ id: 'llama3.3' }] } } } }";
    let answer = Desk::with(config).ask(&["report", "--full", "openclaw.json"]).flat();
    assert!(answer.contains("Once they can be delivered they still cost no money."), "{answer}");
}
