//! The comment on a pull request: what a reviewer reads, and that nothing of a config becomes part of its markup.

use clawbeat::report::markdown::MARKER;
use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use insta::assert_snapshot;

use super::common::{Answer, Desk, fixture};

/// What GitHub's renderer understands.
pub(super) fn options() -> Options<'static> {
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
pub(super) fn skeleton(markdown: &str) -> (Vec<String>, String) {
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
pub(super) fn check_comment(markdown: &str, what: &str) {
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

pub(super) fn comment(desk: &Desk, arguments: &[&str]) -> String {
    let answer = desk.ask(&[&["report", "--format", "markdown"], arguments].concat());
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{answer}");
    answer.stdout
}

/// What stays open.
pub(super) fn first_screen(markdown: &str) -> &str {
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

    **This change adds about $443.35 a month: from $145.18 to $588.53 (+305.4%).**

    Heartbeats cost about $590 a month. (Between $180 and $1,540, depending on how long your chats are.) With the changes below: about $5 (over 99% less).

    - ❌ `--max-increase`, this revision adds about $443.35, $423.35 more than the limit of $20.00

    Nothing to check? An empty checklist makes that free; if a script can decide, about $29 a month (95% idle): clawbeat explain paid-empty-instructions

    #### What this revision changed

    Against old.json5 · OpenClaw 2026.9.6

    - `main`: every `2h` → `30m`

    | agent | every | model | runs | before | this revision | after the plan |
    | --- | --- | --- | ---: | ---: | ---: | ---: |
    | `main` | `30m` | Claude Opus 4.6 | 1,440 | $145.18 | $588.53 | $5.13 |

    #### What to change

    | # | change | a month costs more without it | risk | gives up |
    | ---: | --- | ---: | --- | --- |
    | 1 | `agents.defaults.heartbeat.model`: `Claude Opus 4.6` → `Claude Haiku 4.5`, with `agents.defaults.models["anthropic/claude-haiku-4-5"].params.cacheRetention`: `short` → `long` | $93.93 | medium | the stronger model's judgement during a heartbeat; with it: nothing the agent knows; it also applies to your chats on that model |
    | 2 | `agents.defaults.heartbeat.isolatedSession`: `false` → `true` | $70.32 | medium | the conversation: a heartbeat no longer knows what was said before |
    | 3 | `agents.defaults.heartbeat.every`: `30m` → `55m` | $4.24 | low | reaction time: what happens between two heartbeats waits longer |

    Also possible, but it saves little for what it gives up: `lightContext: true` ($0.48 a month for persona and notes). --worth 0 takes it in.

    All of it as one command: `clawbeat apply personal.json5 --month 2026-11`

    <details>
    <summary>Why each, what came second, what to watch</summary>

    1. `agents.defaults.heartbeat.model`
       - the same tokens at a lower price
       - next best: `Claude Sonnet 5`, $6.85 a month more
       - watch: for a few days, whether its alerts miss what the old model would have told you
    1. `agents.defaults.models["anthropic/claude-haiku-4-5"].params.cacheRetention`
       - it makes the cache of the model that the plan moves to last longer
       - next best: `none`, $0.04 a month more
       - watch: the share of cache reads in the provider's usage figures of the first day
    2. `agents.defaults.heartbeat.isolatedSession`
       - the conversation is not sent again with each heartbeat
       - left off: $16.27 a month more, with the rest chosen anew
       - watch: whether heartbeats repeat themselves or ask settled questions; if so, put the answer in their instructions
    3. `agents.defaults.heartbeat.every`
       - fewer heartbeats
       - next best: `2h`, $0.04 a month more
       - watch: whether anything came up that could not wait for the next heartbeat

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
    | heartbeat message | 581.8k | $3.53 | 0.6% |
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
    |  | tokens | 3.1M | 21.9M | 93.9M | 994.4k |

    </details>
    <details>
    <summary>Settings and what decides them</summary>

    Why it runs: agents.defaults.heartbeat runs every agent.

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
    <summary>What a heartbeat sends</summary>

    | part | tokens | share |
    | --- | ---: | ---: |
    | tools | 3.9k | 6.0% |
    | system text | 6.4k | 10.0% |
    | workspace files | 6.0k | 9.3% |
    | skills | 3.0k | 4.7% |
    | conversation, on average | 44.7k | 69.4% |
    | heartbeat message | 403 | 0.6% |

    </details>
    <details>
    <summary>The month</summary>

    | what | a month |
    | --- | ---: |
    | ticks | 1,440 |
    | heartbeats that run | 1,440 |
    | requests | 2,880 |
    | tokens: plain input | 763.2k |
    | tokens: cache writes for 5 minutes | 92.7M |
    | tokens: output | 401.4k |
    | a heartbeat on average | $0.41 |

    </details>
    <details>
    <summary>Each change on its own</summary>

    | change | month | saves |
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
    <summary>How much a faster reaction costs</summary>

    In each, all else is as cheap as it can be, also where that saves too little for the plan.

    | every | month | mean delay | worst |
    | --- | ---: | ---: | ---: |
    | `30m` | $8.49 | 15m | 30m |
    | `55m` | $4.64 | 28m | 55m |
    | `4h` | $2.59 | 2h | 4h |

    </details>
    <details>
    <summary>Why not the usual advice (1)</summary>

    - "every 55m with cacheRetention long keeps the cache warm": $374.56 a month here, $317.37 55m alone: each heartbeat writes the whole conversation anew, and for an hour that costs twice the input

    </details>
    <details>
    <summary>What only you can do (1)</summary>

    - `monitor scratch`: `empty` would save $5.13 more; if there is nothing to check: with an empty checklist or headings only, OpenClaw skips every heartbeat

    </details>
    <details>
    <summary>At worst (1)</summary>

    - $164.24 a day now, $8.91 with the changes, if every heartbeat loops until it times out (60 requests each); `agents.defaults.heartbeat.timeoutSeconds`: 120 keeps it to $1.42

    </details>
    <details>
    <summary>Assumptions (11)</summary>

    - Period: 30 days, 2026-11-01 to 2026-12-01 (30 days from the first of the month; --month takes a calendar month)
    - Time zone: Europe/Berlin (--timezone, else agents.defaults.userTimezone, else UTC)
    - Workload: typical (preset, see fixtures/workloads/typical.json)
    - Schedule: a heartbeat at the start of the period; the range covers every other minute it could be (only the gateway knows at which minute it ticks; --anchor fixes it)
    - Tokens: one for each 4 characters (OpenClaw's own estimate)
    - Request sizes: as OpenClaw 2026.9.6 sends them (measured on this release)
    - Price: anthropic/claude-opus-4-6, matched by id (genai-prices 0.2.1)
    - Prompt cache: anthropic/claude-opus-4-6: what was sent can be read from the cache for 4 minutes (cache of 5 minutes; the last minute is not counted on)
    - Hidden recap: each shared heartbeat also asks claude-haiku-4-5 for a summary: 475 tokens in, 75 out (input measured, output from the workload)
    - Instructions: the monitor scratch has something to do; headings or an empty checklist would cost nothing (measured)
    - Other schedules: memory promotion (daily) and skill review (weekly) are on the same bill, but not in these figures (OpenClaw runs them by itself)

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

    Nothing to check? An empty checklist makes that free; if a script can decide, about 12 credits a month (95% idle): clawbeat explain paid-empty-instructions

    Agent 'main': nobody sees the heartbeats: OpenClaw 2026.7.1 delivers nowhere unless told; the changes below leave it so. To see them, set target to "last" or a channel; to save them, set every to "0m".

    | agent | every | model | runs | now, credits | share | after the plan |
    | --- | --- | --- | ---: | ---: | ---: | ---: |
    | `main` | `30m` | Claude Opus 4.6 | 1,440 | 232.01 | 100.0% | 2.29 |

    Not running: `shop` (no agent has a heartbeat block, and this release then runs only the default agent, 'main').

    #### What to change

    | # | change | a month costs more without it, credits | risk | gives up |
    | ---: | --- | ---: | --- | --- |
    | 1 | `agents.list[0].heartbeat.model`: `Claude Opus 4.6` → `Gemini 3 Flash` | 22.49 | medium | the stronger model's judgement during a heartbeat; the vendor changes from Anthropic to Google |
    | 2 | `agents.list[0].heartbeat.every`: `30m` → `2h` | 6.87 | low | reaction time: what happens between two heartbeats waits longer |
    | 3 | `agents.list[0].heartbeat.isolatedSession`: `false` → `true` | 1.94 | medium | the conversation: a heartbeat no longer knows what was said before |
    | 4 | `agents.list[0].heartbeat.lightContext`: `false` → `true` | 1.08 | medium | the workspace files (persona, notes, memory) during a heartbeat |

    All of it as one command: `clawbeat apply nexos.json5 --month 2026-11`

    <details>
    <summary>Why each, what came second, what to watch</summary>

    1. `agents.list[0].heartbeat.model`
       - the same tokens at a lower price
       - next best: `GPT-4.1`, 7.46 credits a month more
       - watch: for a few days, whether its alerts miss what the old model would have told you
    2. `agents.list[0].heartbeat.every`
       - fewer heartbeats
       - next best: `1h`, 2.29 credits a month more
       - watch: whether anything came up that could not wait for the next heartbeat
    3. `agents.list[0].heartbeat.isolatedSession`
       - the conversation is not sent again with each heartbeat
       - left off: 1.94 credits a month more, with the rest chosen anew
       - watch: whether heartbeats repeat themselves or ask settled questions; if so, put the answer in their instructions
    4. `agents.list[0].heartbeat.lightContext`
       - the workspace files are not sent with each heartbeat
       - left off: 1.08 credits a month more, with the rest chosen anew
       - watch: whether alerts keep tone and house rules; run one heartbeat by hand and compare

    </details>
    <details>
    <summary>Where the money goes</summary>

    | part of the request | tokens | a month | share |
    | --- | ---: | ---: | ---: |
    | conversation | 15.5M | 85.25 | 36.7% |
    | workspace files | 9.0M | 49.74 | 21.4% |
    | tools | 8.0M | 44.16 | 19.0% |
    | skills | 4.3M | 23.76 | 10.2% |
    | system text | 3.7M | 20.23 | 8.7% |
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
    |  | tokens | 1.4M | 9.6M | 41.0M | 607.1k |

    </details>
    <details>
    <summary>Warnings (2)</summary>

    - agent 'main': every declared cost is 0: taken as a placeholder, not as free
    - not offered for heartbeats: 'nexos/d2cd8d34-db82-4481-a1b0-248dae113ca8' (Nexos Gpt 5 2): its price is not known (--prices, or cost in its entry)

    </details>
    <details>
    <summary>Settings and what decides them</summary>

    Why it runs: heartbeats are on by default for the default agent.

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
    <summary>What a heartbeat sends</summary>

    | part | tokens | share |
    | --- | ---: | ---: |
    | tools | 5.6k | 19.7% |
    | system text | 2.6k | 9.0% |
    | workspace files | 6.3k | 22.2% |
    | skills | 3.0k | 10.6% |
    | conversation, on average | 10.8k | 38.1% |
    | heartbeat message | 101 | 0.4% |

    </details>
    <details>
    <summary>The month</summary>

    | what | a month |
    | --- | ---: |
    | ticks | 1,440 |
    | heartbeats that run | 1,440 |
    | requests | 1,440 |
    | tokens: input | 40.7M |
    | tokens: output | 293.4k |
    | a heartbeat on average | 0.16 credits |

    </details>
    <details>
    <summary>Each change on its own</summary>

    | change | month, credits | saves |
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
    <summary>How much a faster reaction costs</summary>

    In each, all else is as cheap as it can be, also where that saves too little for the plan.

    | every | month, credits | mean delay | worst |
    | --- | ---: | ---: | ---: |
    | `30m` | 9.16 | 15m | 30m |
    | `55m` | 5.00 | 28m | 55m |
    | `1h` | 4.58 | 30m | 1h |
    | `2h` | 2.29 | 1h | 2h |
    | `4h` | 1.14 | 2h | 4h |

    </details>
    <details>
    <summary>What only you can do (1)</summary>

    - `HEARTBEAT.md`: `empty` would save 2.29 credits more; if there is nothing to check: with headings or comments only, OpenClaw skips every heartbeat

    </details>
    <details>
    <summary>At worst (1)</summary>

    - 1,636 credits a day now, 1.66 credits with the changes, if every heartbeat loops until it times out (60 requests each)

    </details>
    <details>
    <summary>What credits pay for</summary>

    Credits pay for four kinds of tokens: input is what is sent, output what the model writes, thinking included; cache creation is input that is put into the prompt cache, cached input is input that is taken from it.

    </details>
    <details>
    <summary>Assumptions (9)</summary>

    - Period: 30 days, 2026-11-01 to 2026-12-01 (30 days from the first of the month; --month takes a calendar month)
    - Time zone: UTC (--timezone, else agents.defaults.userTimezone, else UTC)
    - Workload: typical (preset, see fixtures/workloads/typical.json)
    - Schedule: a heartbeat at the start of the period; the range covers every other minute it could be (only the gateway knows at which minute it ticks; --anchor fixes it)
    - Tokens: one for each 4 characters (OpenClaw's own estimate)
    - Request sizes: as OpenClaw 2026.4.15 sends them (this release was not measured; the nearest one of its generation is used)
    - Price: nexos/030cd123-659a-4e89-a6de-a1153be1f02a, matched by name 'Nexos Anthropic Claude Opus 4 6 @&#8203; Default' matches Claude Opus 4.6 (nexos.ai credits page, changed 2026-04-08)
    - Prompt cache: nexos/030cd123-659a-4e89-a6de-a1153be1f02a: no cache markers are sent: every token is plain input (measured)
    - Instructions: HEARTBEAT.md has something to do; an untouched template would cost nothing (measured)

    </details>

    <sub>OpenClaw 2026.7.1 (named in the file) · 30 days from 2026-11-01, UTC · file 0233fbb60d52</sub>
    "#);
}
