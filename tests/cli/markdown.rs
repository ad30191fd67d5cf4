//! The comment on a pull request: what a reviewer reads, and that nothing of a config becomes part of its markup.

use clawbeat::report::markdown::{MARKER, render};
use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::common::{Answer, Desk, fixture};
use super::library::{RELEASES, Read, real_configs};

/// What GitHub's renderer understands.
fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.table = true;
    extension.autolink = true;
    extension.strikethrough = true;
    extension.tasklist = true;
    extension.footnotes = true;
    extension.alerts = true;
    extension.math_dollars = true;
    extension.math_code = true;
    options
}

/// The kinds of nodes of a comment in order, without their texts, and the texts that a renderer looks through for
/// mentions and links.
fn skeleton(markdown: &str) -> (Vec<String>, String) {
    let arena = Arena::new();
    let (mut kinds, mut texts) = (Vec::new(), String::new());
    for node in parse_document(&arena, markdown, &options()).descendants() {
        let is_text = matches!(node.data.borrow().value, NodeValue::Text(_));
        texts.extend((!is_text).then_some('\n'));
        match &node.data.borrow().value {
            NodeValue::Text(text) => texts.push_str(text),
            NodeValue::HtmlBlock(html) => kinds.push(html.literal.trim().to_owned()),
            NodeValue::HtmlInline(html) => kinds.push(html.clone()),
            NodeValue::Code(_) => kinds.push("code".to_owned()),
            NodeValue::TableCell => kinds.push("cell".to_owned()),
            other => kinds.push(format!("{other:?}").split(['(', ' ']).next().unwrap_or_default().to_owned()),
        }
    }
    (kinds, texts)
}

/// Everything that holds for every comment.
fn check_comment(markdown: &str, what: &str) {
    assert!(markdown.starts_with(&format!("{MARKER}\n")), "{what}");
    assert!(markdown.chars().count() < 65_536, "{what}: GitHub takes no longer comment");
    let (kinds, texts) = skeleton(markdown);
    for kind in &kinds {
        assert!(!kind.starts_with("Link") && !kind.starts_with("Image") && !kind.contains("Math"), "{what}: {kind}");
        if kind.starts_with('<') {
            let ours = ["<!-- clawbeat report -->", "<details>", "</details>", "<sub>", "</sub>", "<br>", "<summary>"];
            assert!(kind.lines().all(|line| ours.iter().any(|ours| line.starts_with(ours))), "{what}: {kind}");
        }
    }
    let pairs: Vec<(char, char)> = texts.chars().zip(texts.chars().skip(1)).collect();
    for (one, other) in pairs {
        let acts = match one {
            '@' | '#' => other.is_alphanumeric(),
            ':' => other == '/' || other == ':',
            _ => false,
        };
        assert!(!acts, "{what}: a renderer would act on {one}{other}");
    }
    for line in markdown.lines() {
        assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{what}: a command: {line}");
    }
    let columns = |line: &str| line.replace(r"\|", "").matches('|').count();
    let lines: Vec<&str> = markdown.lines().collect();
    for pair in lines.windows(2).filter(|pair| pair.iter().all(|line| line.starts_with('|'))) {
        assert_eq!(columns(pair[0]), columns(pair[1]), "{what}: {}", pair[1]);
    }
}

fn comment(desk: &Desk, arguments: &[&str]) -> String {
    let answer = desk.ask(&[&["report", "--format", "markdown"], arguments].concat());
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{answer}");
    answer.stdout
}

/// What stays open.
fn first_screen(markdown: &str) -> &str {
    markdown.split("<details>").next().unwrap()
}

#[test]
fn a_comment_in_dollars() {
    let desk = Desk::with_fixture("personal.json5");
    desk.write("old.json5", fixture("personal.json5").replace(r#"every: "30m""#, r#"every: "2h""#));
    let asked = ["report", "personal.json5", "--format", "markdown", "--against", "old.json5", "--max-increase", "20"];
    let answer: Answer = desk.ask(&asked);
    assert_snapshot!(answer, @r#"
    exit 1
    --- stdout
    <!-- clawbeat report -->
    ### What heartbeats cost: `personal.json5`

    Heartbeats cost about $590 a month. (Between $180 and $1,540, depending on how long your chats are.) With the changes below: about $5 (over 99% less).

    **This change adds about $443.35 a month: from $145.18 to $588.53 (+305.4%).**

    - ❌ `--max-increase`: this revision adds about $443.35, $423.35 more than the limit of $20.00

    | agent | every | model | runs | before | this revision | after the plan |
    | --- | --- | --- | ---: | ---: | ---: | ---: |
    | `main` | `30m` | Claude Opus 4.6 | 1,440 | $145.18 | $588.53 | $5.13 |

    #### What this revision changed

    - `main`: every `2h` → `30m`

    #### The recommended change

    | # | change | a month costs more without it | risk | gives up |
    | ---: | --- | ---: | --- | --- |
    | 1 | `agents.defaults.heartbeat.model`: `Claude Opus 4.6` → `Claude Haiku 4.5`, with `agents.defaults.models["anthropic/claude-haiku-4-5"].params.cacheRetention`: `short` → `long` | $93.93 | medium | the stronger model's judgement during a check-in; with it: nothing the agent knows; the key holds for every turn of the agent on that model |
    | 2 | `agents.defaults.heartbeat.isolatedSession`: `false` → `true` | $70.32 | medium | the conversation: a check-in no longer knows what was said before |
    | 3 | `agents.defaults.heartbeat.every`: `30m` → `55m` | $4.24 | low | reaction time: what happens between two check-ins waits longer |

    Also possible, but it saves little for what it gives up: `lightContext: true` ($0.48 a month for persona and notes). --worth 0 takes it in.

    All of it as one command: `clawbeat apply personal.json5 --month 2026-11`

    <details>
    <summary>Why each, what came second, what to watch</summary>

    1. `agents.defaults.heartbeat.model`
       - the same tokens at a lower price
       - next best: `Claude Sonnet 5`, $6.85 a month more
       - watch a few days of alerts, and what the stronger model would have said: one missed is one too many
    1. `agents.defaults.models["anthropic/claude-haiku-4-5"].params.cacheRetention`
       - written for the model that the plan moves to, and part of its saving
       - next best: `none`, $0.04 a month more
       - watch the share of cache reads in the provider's usage figures of the first day
    2. `agents.defaults.heartbeat.isolatedSession`
       - the conversation is not sent again with each run
       - next best: `false`, $16.27 a month more
       - watch whether check-ins repeat what was said or ask what was settled; if so, note it in the instructions
    3. `agents.defaults.heartbeat.every`
       - fewer runs, each of which is paid in full
       - next best: `2h`, $0.04 a month more
       - watch whether anything came up that could not wait for the next check-in

    </details>
    <details>
    <summary>Where the money goes</summary>

    | part of the request | tokens | a month | share |
    | --- | ---: | ---: | ---: |
    | conversation | 64.4M | $402.66 | 68.4% |
    | system text | 9.2M | $57.76 | 9.8% |
    | workspace files | 8.6M | $54.00 | 9.2% |
    | tools | 5.6M | $35.02 | 5.9% |
    | skills | 4.3M | $27.00 | 4.6% |
    | output | 293.4k | $7.34 | 1.2% |
    | heartbeat message | 581.7k | $3.53 | 0.6% |
    | hidden recap | 792.0k | $1.22 | 0.2% |

    | billed as | tokens | a month | share |
    | --- | ---: | ---: | ---: |
    | cache writes for 5 minutes | 92.7M | $579.57 | 98.5% |
    | output | 401.4k | $7.88 | 1.3% |
    | plain input | 763.2k | $1.08 | 0.2% |

    </details>
    <details>
    <summary>What it takes</summary>

    | agent | of | a day | a week | a month | busiest 5 hours |
    | --- | --- | ---: | ---: | ---: | ---: |
    | `main` | heartbeats | 48 | 336 | 1,440 |  |
    |  | requests | 96 | 672 | 2,880 | 20 |
    |  | tokens | 3.1M | 21.9M | 93.8M | 994.4k |

    </details>
    <details>
    <summary>Settings and what decides them</summary>

    Runs because agents.defaults.heartbeat runs every agent.

    | setting | value | decided by |
    | --- | --- | --- |
    | every | `30m` | agents.defaults.heartbeat.every |
    | model | `anthropic/claude-opus-4-6` | agents.defaults.model.primary |
    | isolatedSession | `false` | default of 2026.9.6 |
    | lightContext | `false` | default of 2026.9.6 |
    | activeHours | `always` | default of 2026.9.6 |
    | target | `owner` | agents.defaults.heartbeat.target |
    | cacheRetention | `short` | default of 2026.9.6 |

    Price: genai-prices 0.2.1 (id).

    </details>
    <details>
    <summary>Each change on its own</summary>

    | change | a month then | saves |
    | --- | ---: | ---: |
    | every: `1h` | $290.07 | $298.46 |
    | every: `2h` | $145.18 | $443.35 |
    | lightContext: `true` | $534.39 | $54.14 |
    | isolatedSession: `true` | $181.48 | $407.05 |
    | lightContext + isolatedSession: `true` | $127.34 | $461.19 |
    | model: `Claude Haiku 4.5` | $118.69 | $469.84 |
    | every: `0m` (off; events still wake it) | $0 | $588.53 |

    </details>
    <details>
    <summary>Cost against reaction time</summary>

    | every | a month | mean delay | worst |
    | --- | ---: | ---: | ---: |
    | `30m` | $8.49 | 15m | 30m |
    | `55m` | $4.64 | 28m | 55m |
    | `4h` | $2.59 | 2h | 4h |

    </details>
    <details>
    <summary>Why not the usual advice, and what would save beyond the plan</summary>

    - "every 55m with cacheRetention long keeps the cache warm": $374.56 a month here, $317.37 55m alone: each run writes the whole conversation anew, and for an hour that costs twice the input
    - `monitor scratch`: `empty` would save $5.13 more; if there is nothing to check: headings or an empty checklist skip each tick [M8, L5]
    - At worst $164.24 a day now, $8.91 after the change, if every heartbeat loops until its time is up (60 requests each); `agents.defaults.heartbeat.timeoutSeconds`: 120 keeps it to $1.42

    </details>
    <details>
    <summary>11 assumptions</summary>

    - period: 30 days, 2026-11-01 to 2026-12-01 (30 days from the first of the month; --month is that calendar month)
    - time zone: Europe/Berlin (\--timezone, else agents.defaults.userTimezone, else UTC)
    - workload: typical (preset, see fixtures/workloads/typical.json)
    - schedule: a tick at the start of the period; low and high span all other phases (the phase is known to the gateway only (docs/accuracy.md R14); --anchor sets it)
    - tokens: characters / 4 (OpenClaw's own estimate (docs/reference/token-use.md))
    - request sizes: as OpenClaw 2026.9.6 sends them (measured on this release, see docs/accuracy.md)
    - price: anthropic/claude-opus-4-6: id (genai-prices 0.2.1)
    - prompt cache: anthropic/claude-opus-4-6: a prefix can be read for 4 minutes (5-minute markers, last minute not counted on (R41))
    - hidden recap: one request of 475 + 75 tokens to claude-haiku-4-5 with each shared run (input measured, output from the workload (docs/accuracy.md M5))
    - instructions: the monitor scratch has something to do; headings or an empty checklist would cost nothing (docs/accuracy.md M8, L5)
    - other schedules: memory promotion (daily) and skill review (weekly) are on the same bill, but not in these figures (docs/accuracy.md L12)

    </details>

    <sub>OpenClaw 2026.9.6 (named in the file) · 30 days from 2026-11-01, Europe/Berlin · file 122781d0bd87 against c709f6c6a174</sub>
    --- stderr
    --max-increase: this revision adds about $443.35, $423.35 more than the limit of $20.00
    "#);
}

#[test]
fn a_comment_in_credits() {
    let desk = Desk::with_fixture("nexos.json5");
    assert_snapshot!(comment(&desk, &["nexos.json5", "--balance", "500"]), @r#"
    <!-- clawbeat report -->
    ### What heartbeats cost: `nexos.json5`

    **Heartbeats cost about 230 credits a month. (Between 100 and 1,490 credits, depending on how long your chats are.) With the changes below: about 2 credits (over 99% less).**

    500.00 credits last about 64 days (at worst 10 days) on heartbeats alone. With the changes: about 17 years (at worst 8 years). Everything else the agents do comes out of the same credits.

    Agent 'main': nobody sees the heartbeats: OpenClaw 2026.7.1 delivers nowhere unless told; the changes below leave it so. To see them, set target to "last" or a channel; to save them, set every to "0m".

    | agent | every | model | runs | now, credits | share | after the plan |
    | --- | --- | --- | ---: | ---: | ---: | ---: |
    | `main` | `30m` | Claude Opus 4.6 | 1,440 | 232.01 | 100.0% | 2.29 |

    Not running: `shop` (no agent has a heartbeat block, and this release then runs only the default agent, 'main').

    #### The recommended change

    | # | change | a month costs more without it, credits | risk | gives up |
    | ---: | --- | ---: | --- | --- |
    | 1 | `agents.list[0].heartbeat.model`: `Claude Opus 4.6` → `Gemini 3 Flash` | 22.49 | medium | the stronger model's judgement during a check-in; the vendor changes from Anthropic to Google |
    | 2 | `agents.list[0].heartbeat.every`: `30m` → `2h` | 6.87 | low | reaction time: what happens between two check-ins waits longer |
    | 3 | `agents.list[0].heartbeat.isolatedSession`: `false` → `true` | 1.94 | medium | the conversation: a check-in no longer knows what was said before |
    | 4 | `agents.list[0].heartbeat.lightContext`: `false` → `true` | 1.08 | medium | the workspace files (persona, notes, memory) during a check-in |

    All of it as one command: `clawbeat apply nexos.json5 --month 2026-11`

    <details>
    <summary>Why each, what came second, what to watch</summary>

    1. `agents.list[0].heartbeat.model`
       - the same tokens at a lower price
       - next best: `GPT-4.1`, 7.46 credits a month more
       - watch a few days of alerts, and what the stronger model would have said: one missed is one too many
    2. `agents.list[0].heartbeat.every`
       - fewer runs, each of which is paid in full
       - next best: `1h`, 2.29 credits a month more
       - watch whether anything came up that could not wait for the next check-in
    3. `agents.list[0].heartbeat.isolatedSession`
       - the conversation is not sent again with each run
       - next best: `false`, 1.94 credits a month more
       - watch whether check-ins repeat what was said or ask what was settled; if so, note it in the instructions
    4. `agents.list[0].heartbeat.lightContext`
       - the workspace files are not sent with each run
       - next best: `false`, 1.08 credits a month more
       - watch whether alerts keep tone and house rules; run one check-in by hand and compare

    </details>
    <details>
    <summary>Where the money goes</summary>

    | part of the request | tokens | a month | share |
    | --- | ---: | ---: | ---: |
    | conversation | 15.5M | 85.25 | 36.7% |
    | workspace files | 9.0M | 49.74 | 21.4% |
    | tools | 8.0M | 44.16 | 19.0% |
    | skills | 4.3M | 23.76 | 10.2% |
    | system text | 3.6M | 20.23 | 8.7% |
    | output | 293.4k | 8.07 | 3.5% |
    | heartbeat message | 145.4k | 0.80 | 0.3% |

    | billed as | tokens | a month | share |
    | --- | ---: | ---: | ---: |
    | input | 40.7M | 223.94 | 96.5% |
    | output | 293.4k | 8.07 | 3.5% |

    </details>
    <details>
    <summary>What it takes</summary>

    | agent | of | a day | a week | a month | busiest 5 hours |
    | --- | --- | ---: | ---: | ---: | ---: |
    | `main` | heartbeats | 48 | 336 | 1,440 |  |
    |  | requests | 48 | 336 | 1,440 | 10 |
    |  | tokens | 1.3M | 9.5M | 41.0M | 607.1k |

    </details>
    <details>
    <summary>Settings and what decides them</summary>

    Runs because heartbeats are on by default for the default agent.

    | setting | value | decided by |
    | --- | --- | --- |
    | every | `30m` | default of 2026.7.1 |
    | model | `nexos/030cd123-659a-4e89-a6de-a1153be1f02a` | agents.defaults.model.primary |
    | isolatedSession | `false` | default of 2026.7.1 |
    | lightContext | `false` | default of 2026.7.1 |
    | activeHours | `always` | default of 2026.7.1 |
    | target | `none` | default of 2026.7.1 |
    | cacheRetention | `unset` | default of 2026.7.1 |

    Price: nexos.ai credits page, changed 2026-04-08 (name 'Nexos Anthropic Claude Opus 4 6 @&#8203; Default' matches Claude Opus 4.6).

    </details>
    <details>
    <summary>Each change on its own</summary>

    | change | a month then | saves |
    | --- | ---: | ---: |
    | every: `1h` | 115.56 | 116.45 |
    | every: `2h` | 57.99 | 174.02 |
    | lightContext: `true` | 184.37 | 47.64 |
    | isolatedSession: `true` | 146.76 | 85.25 |
    | lightContext + isolatedSession: `true` | 99.12 | 132.89 |
    | model: `Gemini 3 Flash` | 21.24 | 210.77 |
    | every: `0m` (off) | 0 | 232.01 |

    </details>
    <details>
    <summary>Cost against reaction time</summary>

    | every | a month | mean delay | worst |
    | --- | ---: | ---: | ---: |
    | `30m` | 9.16 | 15m | 30m |
    | `55m` | 5.00 | 28m | 55m |
    | `1h` | 4.58 | 30m | 1h |
    | `2h` | 2.29 | 1h | 2h |
    | `4h` | 1.14 | 2h | 4h |

    </details>
    <details>
    <summary>Why not the usual advice, and what would save beyond the plan</summary>

    - `HEARTBEAT.md`: `empty` would save 2.29 credits more; if there is nothing to check: a file of headings or comments skips each tick [M8, L5]
    - At worst 1,636 credits a day now, 1.66 credits after the change, if every heartbeat loops until its time is up (60 requests each)

    </details>
    <details>
    <summary>2 warnings</summary>

    - agent 'main': every declared cost is 0: taken as a placeholder, not as free
    - not offered for heartbeats: 'nexos/d2cd8d34-db82-4481-a1b0-248dae113ca8' (Nexos Gpt 5 2): its price is not known (--prices, or cost in its entry)

    </details>
    <details>
    <summary>9 assumptions</summary>

    - period: 30 days, 2026-11-01 to 2026-12-01 (30 days from the first of the month; --month is that calendar month)
    - time zone: UTC (\--timezone, else agents.defaults.userTimezone, else UTC)
    - workload: typical (preset, see fixtures/workloads/typical.json)
    - schedule: a tick at the start of the period; low and high span all other phases (the phase is known to the gateway only (docs/accuracy.md R14); --anchor sets it)
    - tokens: characters / 4 (OpenClaw's own estimate (docs/reference/token-use.md))
    - request sizes: as OpenClaw 2026.4.15 sends them (this release was not measured; the nearest one of its generation is used, see docs/accuracy.md)
    - price: nexos/030cd123-659a-4e89-a6de-a1153be1f02a: name 'Nexos Anthropic Claude Opus 4 6 @&#8203; Default' matches Claude Opus 4.6 (nexos.ai credits page, changed 2026-04-08)
    - prompt cache: nexos/030cd123-659a-4e89-a6de-a1153be1f02a: no cache markers are sent: every token is plain input (docs/accuracy.md L8, R38)
    - instructions: HEARTBEAT.md has something to do; an untouched template, from 2026.4.15 on, would cost nothing (docs/accuracy.md M8, L5)

    </details>

    <sub>OpenClaw 2026.7.1 (named in the file) · 30 days from 2026-11-01, UTC · file 0233fbb60d52<br>Credits pay for four kinds of tokens: input is what is sent, output what the model writes, thinking included; cache creation is input that is put into the prompt cache, cached input is input that is taken from it.</sub>
    "#);
}

/// Every name and value that a config can hold, made of one text.
fn config_of(text: &str) -> Value {
    json!({
        "meta": { "lastTouchedVersion": "2026.9.6" },
        "models": { "providers": { "own": { "baseUrl": "https://models.example/v1", "api": "openai-completions", "models": [
            { "id": text, "name": text, "contextWindow": 200_000,
              "cost": { "input": 3, "output": 15, "cacheRead": 0.3, "cacheWrite": 3.75 } },
        ] } } },
        "agents": {
            "defaults": { "model": format!("own/{text}"), "userTimezone": text, "heartbeat": { "target": "none" },
                "models": { format!("own/{text}"): { "alias": text } } },
            "entries": {
                "main": { "name": text, "heartbeat": { "every": "30m", "target": text, "activeHours": { "start": "08:00", "end": "22:00", "timezone": text } } },
                format!("a {text}"): { "heartbeat": { "every": format!("${{{text}}}"), "model": format!("nobody/{text}"), "prompt": text } },
            },
        },
        "channels": { "telegram": { "allowFrom": [text] } },
    })
}

/// A comment over a hostile config is made of the same parts as one over a harmless config of the same shape.
#[test]
fn hostile_names_and_values_are_inert() {
    let render = |text: &str| {
        let desk = Desk::new();
        let name = format!("{}.json", text.replace('/', "-"));
        desk.write(&name, config_of(text).to_string());
        let mut old = config_of(text);
        old["agents"]["entries"]["main"]["heartbeat"]["every"] = json!("1h");
        old["agents"]["entries"][format!("gone {text}")] = json!({ "heartbeat": { "every": "1h" } });
        old["agents"]["entries"]["main"]["heartbeat"]["model"] = json!(format!("own/other {text}"));
        desk.write("old.json", old.to_string());
        let answer = desk.ask(&["report", "--format", "markdown", "--against", "old.json", &format!("./{name}")]);
        assert!(answer.code == 0 && !answer.stdout.is_empty(), "{text}: {answer}");
        answer.stdout
    };
    let harmless = skeleton(&render("harmless")).0;
    assert!(harmless.len() > 200, "{}", harmless.len());
    for hostile in [
        "[click](https://evil.example)",
        "![x](https://evil.example/p.png)",
        "<img src=x onerror=alert(1)>",
        "<!-- --><script>1</script>",
        "</summary></details><b>",
        "a | b | c",
        r"a \| b",
        r"ends with \",
        "a ` b `` c | d",
        "`",
        "**bold** _it_ ~~gone~~",
        "@everyone and @org/team",
        "see #1 and GH-2 and org/repo#3",
        "https://evil.example www.evil.example a@evil.example",
        "::error file=x::y",
        "##[error]x",
        "$x$ $$y$$ $`z`$",
        "line\n\n# heading\n- [ ] item\n> quote\n::warning::x",
        "1. one",
        "- [x] done",
        "[^1]: note",
        "&lt;b&gt; &amp; &#60;i&#62;",
        "\u{202e}\u{1b}[31mred",
        ":tada: [!WARNING]",
    ] {
        let markdown = render(hostile);
        check_comment(&markdown, hostile);
        let kinds = skeleton(&markdown).0;
        let differs = kinds.iter().zip(&harmless).position(|(one, other)| one != other);
        assert_eq!((differs, kinds.len()), (None, harmless.len()), "{hostile}:\n{markdown}");
    }
}

#[test]
fn every_real_config_gives_a_comment() {
    for (name, config) in real_configs() {
        for version in RELEASES.map(Some).into_iter().chain([None]) {
            let report = Read::new(&config, version).report();
            let markdown = render(&report);
            check_comment(&markdown, &format!("{name} {version:?}"));
            assert!(first_screen(&markdown).lines().count() <= 45, "{name} {version:?}: {markdown}");
        }
    }
}

/// However long the roster, the open part is a screen and the whole fits in a comment.
#[test]
fn a_long_roster_stays_a_comment() {
    let roster = |agents: usize, name: &str| {
        let entries = (0..agents).map(|at| {
            let heartbeat = json!({ "every": format!("{}m", 30 + at), "target": "none" });
            (format!("{name}{at}"), json!({ "heartbeat": heartbeat }))
        });
        let entries: serde_json::Map<String, Value> = entries.collect();
        json!({ "meta": { "lastTouchedVersion": "2026.9.6" },
            "agents": { "defaults": { "model": "anthropic/claude-sonnet-4-6" }, "entries": entries } })
    };
    for (agents, name) in [(50, "agent-"), (300, "an-agent-with-rather-a-long-name-that-fills-its-sixty-characters-")] {
        let desk = Desk::with(roster(agents, name).to_string());
        desk.write("old.json", roster(agents, "former-").to_string());
        let markdown = comment(&desk, &["openclaw.json", "--against", "old.json"]);
        check_comment(&markdown, name);
        let open = first_screen(&markdown);
        assert!(open.lines().count() <= 48, "{} lines: {open}", open.lines().count());
        assert_eq!(markdown, comment(&desk, &["openclaw.json", "--against", "old.json"]), "the same bytes again");
    }
}
