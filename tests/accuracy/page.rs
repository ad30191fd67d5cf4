//! `docs/accuracy.md`: the errors of the two other modules as a page, and the list of rules. The page is compared with
//! what is computed now; `CLAWBEAT_BLESS=1 cargo test --test library accuracy` writes it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Map;

use super::automations;
use super::bills::{self, Ask, Bill};
use super::cells::{self, Cell};
use super::published;
use super::requests::{self, Errors};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/accuracy.md");

const HEAD: &str = "<!-- Written by tests/accuracy/page.rs; run it with CLAWBEAT_BLESS=1 after a change. -->\n\
# Accuracy\n\n\
The figure is the product, so this page says how far off it is. Every number below is computed by a test on every \
commit; the build fails when the page is out of date or an error leaves its bounds.\n";

const REQUESTS: &str = "\n## What real gateways sent\n\n\
Requests of running gateways were recorded by a mock provider (`fixtures/oracle`, each file with release and method). \
The simulator gets the same config, workspace and history sizes and no other hint. An error is a share of the whole \
request: of the request itself, of its worst part (tools, files, skills, system, message), and of the worst of the three \
buckets read, written and plain. The buckets of the recording are what a mock made of the documented cache rules: they \
test who can read what, not the provider. Bound: 2 %.\n";

const AUTOMATIONS: &str = "\n## What automations sent\n\n\
Jobs of the scheduler were run on gateways of three releases (`fixtures/oracle/automations.json`). The simulator gets the job \
and the config. Bound: 2 % of the request, and of its worst part (tools, system, messages). How many rounds of tools a run \
makes is an assumption: 1, 3 and 8 requests from a light to a heavy load.\n\n\
| release | automation | recorded characters | simulated | whole | worst part |\n\
| --- | --- | ---: | ---: | ---: | ---: |\n";

const ALONE: &str = "\n## How often automations ran\n\n\
A gateway of 2026.9.6 was left alone for twelve minutes with jobs at short intervals (`fixtures/oracle/automations-natural.json`). \
A job with a session of its own runs as often as it is due, but for one at either end. Events and heartbeats of one main \
session share turns when they meet, so there the prediction is the most that may run; at intervals of hours they hardly \
meet. The recorded stores that span a day hold no turn of a job: all they have scheduled is a weekly review of skills, \
and none of them spans a week.\n\n\
| automation | when | due in 12 minutes | turns recorded | predicted a day |\n\
| --- | --- | ---: | ---: | ---: |\n";

const BILLS: &str = "\n## What users said they paid\n\n\
One file a case in `fixtures/bills`, with inputs, claim and source. Where the prompt size was published the \
conversation is filled up to it; the split into buckets and the money are then predictions, and must be within 15 %. \
Rows without a bound are shown as they come out, with the reason.\n";

const RANGE: &str = "\n## How often the range is right\n\n\
A report shows low, typical and high: the lower of the loads `idle` and `light`, `typical`, and `heavy` (`fixtures/workloads`). Against them stand \
figures that were published for heartbeats of a known model and interval (`fixtures/published.yaml`), with nothing else \
given: dollars, or prompt tokens a run. Low and high were chosen in sight of the rows *seen*; the rows *held out* were \
found afterwards. A span counts as its middle. Figures that a page reckoned from a prompt size of its own, instead of a \
bill or a log, are shown and not counted; figures for a whole gateway, for an unknown model or in a unit without a price \
are left out.\n";

#[cfg(feature = "records")]
const DAILY: &str = "\nThe recorded stores of `fixtures/records` that span more than minutes, day by day (UTC): the requests that are \
predicted from the config, the jobs of the store and the load that its records give, beside those on record, without hidden \
recaps. All in all they lie within a tenth of each other; the gateway of the third stood still for hours. In the two other stores each heartbeat was started by hand, so \
there is no schedule to predict them from.\n\n\
| recording | automation | day | hours | requests predicted | recorded |\n| --- | --- | --- | ---: | ---: | ---: |\n";

const HELD: &str = "\n## How wrong a measured load is\n\n\
`report --state-dir` reckons with a load that is measured from the gateway's records. Here it is fitted on all but the end \
of recorded stores (`fixtures/records`, real gateways before a mock provider) and has to tell that end; of it, it is told \
only what the user did, what jobs said in the conversation, and when the gateway was off. Aims: the prompt of quiet heartbeats within 2 % in the middle and 5 % at worst, tokens by bucket and \
cost within 10 %, the cost inside the range on 70 % of days. A bucket counts if it holds a hundredth of the tokens. The \
range is that of 200 draws of whole days, and a tenth more on either side.\n\n\
These stores are short. The first spans 26 hours, so 12 are held out and not a day, and an error of the fit has no more \
than one morning behind it; the third holds a turn of 47,000 characters, time-outs and compactions that fail, and stood still for hours before \
the held-out day, which is why more heartbeats ran on it than were expected. Its worst bucket is what rounds of tools read: \
the day had eight, so that one more or less is an eighth of it, and the six before let seven be expected. The next \
two span two days, with several agents, jobs beside the heartbeats and, on 2026.4.15, a conversation that is begun anew twice. \
Their worst buckets are what rounds of tools read, too: a run in seven to ten called one, in any order. \
The last is of a release that erases quiet heartbeats: those count on both sides as they are simulated, so that its row says how well the others \
are told, and below it has the others alone, of which a day has four to six. Errors above the \
aims are shown as they come out; the build fails when a prompt or a cost leaves them, or fewer than 70 % lie inside the range.\n";

const REFUTED: &str = "\n## Claims that cannot be right\n\n";

const UNUSABLE: &str = "\n## Cases that say too little\n\n\
- openclaw/openclaw#81186, 2,500 credits a day: the price of a credit is not known.\n\
- openclaw/openclaw#48723, 60,920 tokens a run on GPT-5.4: woken every 30 seconds by its own tool calls, at a reseller's price.\n\
- openclaw/openclaw#65488, 143k tokens in an isolated session of 2026.4.9: a counter that may be cumulative. That release did not isolate at all, which the simulator knows.\n";

const RULES: &str = "\n## Rules\n\n\
R1 to R51 were read in the released packages, M1 to M12 and L1 to L13 measured on running gateways; where they differ \
the measured ones hold.\n\n| rule | about | implemented in `src/` | not modelled | error about |\n| --- | --- | --- | --- | --- |\n";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    about: String,
    #[serde(default, rename = "in")]
    files: Vec<String>,
    #[serde(default)]
    left: String,
    #[serde(default)]
    error: String,
}

fn rules() -> Vec<(String, Rule)> {
    let rules: Map<String, serde_json::Value> = serde_yaml::from_str(include_str!("rules.yaml")).unwrap();
    rules.into_iter().map(|(id, rule)| (id, serde_json::from_value(rule).unwrap())).collect()
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    let measured: Vec<(Cell, Errors)> =
        cells::all().into_iter().map(|cell| (cell.clone(), requests::compare(&cell))).collect();
    page.push_str(REQUESTS);
    page.push_str(&summary(&measured));
    page.push_str(AUTOMATIONS);
    for one in automations::compared() {
        let (whole, part) = (percent(100.0 * one.error()), percent(100.0 * one.worst));
        let _ =
            writeln!(page, "| {} | {} | {} | {} | {whole} | {part} |", one.release, one.name, one.recorded, one.ours);
    }
    page.push_str(ALONE);
    for one in automations::alone() {
        let recorded = one.recorded.map_or("below".to_owned(), |recorded| recorded.to_string());
        let _ = writeln!(page, "| {} | {} | {} | {recorded} | {} |", one.name, one.schedule, one.predicted, one.a_day);
    }
    #[cfg(feature = "records")]
    {
        page.push_str(DAILY);
        page.push_str(&super::daily::rows());
    }
    let bills = bills::all();
    page.push_str(BILLS);
    page.push_str(&predicted(&bills));
    page.push_str(RANGE);
    page.push_str(&ranges());
    #[cfg(feature = "records")]
    {
        page.push_str(HELD);
        page.push_str(&super::held::section());
    }
    page.push_str(REFUTED);
    page.push_str(&refuted(&bills));
    page.push_str(UNUSABLE);
    page.push_str(RULES);
    for (id, rule) in rules() {
        let files: Vec<String> = rule.files.iter().map(|file| format!("`{file}`")).collect();
        let _ = writeln!(page, "| {id} | {} | {} | {} | {} |", rule.about, files.join(", "), rule.left, rule.error);
    }
    page.push_str(
        "\n## Every cell\n\n| cell | recorded characters | simulated | whole | worst part | worst bucket |\n",
    );
    page.push_str("| --- | ---: | ---: | ---: | ---: | ---: |\n");
    for (cell, errors) in &measured {
        let bucket = errors.bucket.map_or("-".to_owned(), percent);
        let (chars, ours) = (cell.requests[0].chars.unwrap(), errors.ours);
        let part = if cell.parts.is_empty() { "-".to_owned() } else { percent(errors.part) };
        let _ = writeln!(page, "| {} | {chars} | {ours} | {} | {part} | {bucket} |", cell.name, percent(errors.whole));
    }
    page
}

fn percent(error: f64) -> String {
    let text = format!("{error:+.1} %");
    text.replace("-0.0", "0.0").replace("+0.0", "0.0")
}

fn summary(measured: &[(Cell, Errors)]) -> String {
    let mut out =
        "\n| recording | cells | whole request | worst part | worst bucket |\n| --- | ---: | ---: | ---: | ---: |\n"
            .to_owned();
    let mut files: BTreeMap<&str, Vec<&Errors>> = BTreeMap::new();
    for (cell, errors) in measured {
        files.entry(cell.file).or_default().push(errors);
    }
    for (file, errors) in files {
        let worst = |of: fn(&Errors) -> f64| errors.iter().map(|errors| of(errors).abs()).fold(0.0, f64::max);
        let buckets = errors.iter().filter_map(|errors| errors.bucket).map(f64::abs).reduce(f64::max);
        let bucket = buckets.map_or("-".to_owned(), |worst| format!("{worst:.1} %"));
        let (whole, part) = (worst(|errors| errors.whole), worst(|errors| errors.part));
        let _ = writeln!(out, "| `{file}` | {} | {whole:.1} % | {part:.1} % | {bucket} |", errors.len());
    }
    out
}

fn number(value: f64) -> String {
    match value {
        value if value >= 1000.0 => format!("{value:.0}"),
        value if value >= 10.0 || value.fract() == 0.0 => format!("{value:.1}").trim_end_matches(".0").to_owned(),
        value => format!("{value:.3}"),
    }
}

fn rows(bills: &[Bill], wanted: fn(&Ask) -> bool) -> impl Iterator<Item = (&Bill, &Ask, f64)> {
    let asks = bills.iter().flat_map(|bill| bill.asks.iter().map(move |ask| (bill, ask)));
    asks.filter(move |(_, ask)| wanted(ask)).map(|(bill, ask)| (bill, ask, bill.predict(ask)))
}

fn predicted(bills: &[Bill]) -> String {
    let mut out = "\n| case | what | published | predicted | error | bound | note |\n".to_owned();
    out.push_str("| --- | --- | ---: | ---: | ---: | ---: | --- |\n");
    for (bill, ask, predicted) in rows(bills, |ask| ask.contradicts.is_none()) {
        let (published, ours) = (number(ask.published), number(predicted));
        let error = percent(bills::error(predicted, ask.published));
        let bound = ask.within.map_or("-".to_owned(), |within| format!("{within} %"));
        let note = ask.note.as_deref().unwrap_or_default();
        let _ = writeln!(
            out,
            "| {}: {} | {} | {published} | {ours} | {error} | {bound} | {note} |",
            bill.source,
            bill.title,
            ask.what()
        );
    }
    out
}

fn ranges() -> String {
    let mut out = "\n| figures | inside low to high | of | share |\n| --- | ---: | ---: | ---: |\n".to_owned();
    for (name, seen) in [("held out", false), ("seen", true)] {
        let (inside, of) = published::share(seen);
        let _ = writeln!(out, "| {name} | {inside} | {of} | {:.0} % |", 100.0 * inside as f64 / of as f64);
    }
    out.push_str("\n| source | what | | figure | published | low | high | inside |\n");
    out.push_str("| --- | --- | --- | --- | ---: | ---: | ---: | --- |\n");
    for published in published::all() {
        let row = published.compare();
        let part = match (published.reckoned, published.seen) {
            (true, _) => "not counted",
            (false, true) => "seen",
            (false, false) => "held out",
        };
        let inside = if row.is_inside() { "yes" } else { "no" };
        let figures = [row.published, row.low, row.high].map(number).join(" | ");
        let _ = writeln!(
            out,
            "| {} | {} | {part} | {} | {figures} | {inside} |",
            published.source, published.what, row.unit
        );
    }
    out
}

fn refuted(bills: &[Bill]) -> String {
    let mut out = "| case | what | claimed | predicted | why |\n| --- | --- | ---: | ---: | --- |\n".to_owned();
    for (bill, ask, predicted) in rows(bills, |ask| ask.contradicts.is_some()) {
        let (claimed, ours) = (number(ask.published), number(predicted));
        let why = ask.why.as_deref().unwrap();
        let _ = writeln!(out, "| {}: {} | {} | {claimed} | {ours} | {why} |", bill.source, bill.title, ask.what());
    }
    out
}

#[test]
fn the_page_is_up_to_date() {
    let page = page();
    if std::env::var_os("CLAWBEAT_BLESS").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let present = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        present == page,
        "docs/accuracy.md is out of date: run CLAWBEAT_BLESS=1 cargo test --test library accuracy"
    );
}

/// Every rule has a row, and a file that is said to follow a rule names it.
#[test]
fn every_rule_is_accounted_for() {
    let rules = rules();
    let expected = (1..=51)
        .map(|n| format!("R{n}"))
        .chain((1..=12).map(|n| format!("M{n}")))
        .chain((1..=13).map(|n| format!("L{n}")));
    assert_eq!(rules.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    let mut wrong = Vec::new();
    for (id, rule) in &rules {
        assert_eq!(rule.left.is_empty(), rule.error.is_empty(), "{id}");
        assert!(!(rule.files.is_empty() && rule.left.is_empty()), "{id}");
        for file in &rule.files {
            let path = format!("{}/src/{file}", env!("CARGO_MANIFEST_DIR"));
            match std::fs::read_to_string(&path) {
                Err(error) => wrong.push(format!("{id}: src/{file}: {error}")),
                Ok(text) if !names(&text, id) => wrong.push(format!("{id}: src/{file} does not name it")),
                Ok(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a comment names a rule, alone or within a range such as `R20 to R28`.
fn names(source: &str, rule: &str) -> bool {
    let (kind, number) = rule.split_at(1);
    let number: u32 = number.parse().unwrap();
    let comments: Vec<&str> = source.lines().map(str::trim).filter(|line| line.starts_with("//")).collect();
    let text = comments.join(" ").replace("///", "").replace("//!", "");
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let value = |word: &&str| word.strip_prefix(kind)?.parse::<u32>().ok();
    let ranges = words.windows(3).filter(|three| three[1] == "to");
    words.iter().any(|word| value(word) == Some(number))
        || ranges
            .filter_map(|three| value(&three[0]).zip(value(&three[2])))
            .any(|(from, to)| (from..=to).contains(&number))
}
