//! No secret in any output: every command and format over forty shapes of secret in a dozen places, written into the
//! config or set in the environment that it names.

use std::fmt::Write as _;

use super::common::{Answer, Desk};

/// Random text that is the same every time.
struct Dice(u64);

impl Dice {
    fn of(&mut self, alphabet: &str, len: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let next = |state: &mut u64| {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (*state >> 33) as usize
        };
        (0..len).map(|_| alphabet[next(&mut self.0) % alphabet.len()]).collect()
    }
}

const DIGIT: &str = "0123456789";
const HEX: &str = "0123456789abcdef";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const MIXED: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Forty shapes of credential, each as it would be written and the part of it that must not be seen.
fn shapes() -> Vec<(String, String)> {
    let mut dice = Dice(42);
    let mut shapes: Vec<(String, String)> = Vec::new();
    let prefixed = [
        ("sk-", 48),
        ("sk-ant-api03-", 60),
        ("sk-proj-", 40),
        ("sk_live_", 24),
        ("rk_live_", 24),
        ("xoxb-", 40),
        ("xoxp-", 40),
        ("xapp-1-", 40),
        ("ghp_", 36),
        ("gho_", 36),
        ("ghs_", 36),
        ("github_pat_", 60),
        ("glpat-", 20),
        ("AIza", 35),
        ("ya29.", 60),
        ("hf_", 34),
        ("gsk_", 40),
        ("xai-", 40),
        ("npm_", 36),
        ("pypi-", 60),
        ("SG.", 40),
        ("whsec_", 32),
        ("dop_v1_", 40),
        ("tskey-auth-", 30),
        ("hvs.", 24),
        ("shpat_", 32),
        ("dckr_pat_", 27),
        ("glsa_", 32),
    ];
    for (prefix, len) in prefixed {
        let core = dice.of(MIXED, len);
        shapes.push((format!("{prefix}{core}"), core));
    }
    let mut more = |written: &dyn Fn(&str) -> String, core: String| shapes.push((written(&core), core));
    more(&|core| format!("AKIA{core}"), dice.of(UPPER, 16));
    more(&str::to_owned, dice.of(&format!("{MIXED}/+"), 40));
    more(&|core| format!("Bearer {core}"), dice.of(MIXED, 20));
    more(&|core| format!("Basic {core}"), "dXNlcjpodW50ZXIyaHVudGVy".to_owned());
    more(&|core| format!("https://user:{core}@example.com/x"), dice.of(MIXED, 12));
    more(&|core| format!("postgres://app:{core}@db/main"), dice.of(MIXED, 12));
    more(
        &|core| format!("https://hooks.slack.com/services/{core}"),
        format!("T{}/B{}", dice.of(UPPER, 9), dice.of(UPPER, 9)),
    );
    more(&|core| format!("https://discord.com/api/webhooks/123456/{core}"), dice.of(MIXED, 60));
    more(&|core| format!("https://x.test/a?token={core}"), dice.of(MIXED, 12));
    more(&|core| format!("eyJ{core}.eyJ{core}.{core}"), dice.of(MIXED, 20));
    let id = dice.of(DIGIT, 9);
    more(&|core| format!("{id}:{core}"), dice.of(MIXED, 35));
    more(&str::to_owned, dice.of(HEX, 64));
    assert_eq!(shapes.len(), 40);
    shapes
}

/// Names for what cannot be told by its look: only the environment makes it a secret.
fn plain_secrets() -> Vec<(String, String)> {
    let known =
        ["hunter2", "correct-horse-battery", "Tr0ub4dor&3", "s3cr3t pass", "9918273645", "p@ss/w0rd", "zq$x{9}"];
    known.iter().map(|text| ((*text).to_owned(), (*text).to_owned())).collect()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// An agent and its providers with a text in every place that a report, a plan or a finding may speak of.
fn agent(at: usize, text: &str) -> String {
    let t = quoted(text);
    // Few ticks, for speed; one agent has enough of them for a plan.
    let every = if at == 0 { "1h" } else { "24h" };
    format!(
        r#"{{ id: {t}, name: {t}, model: {t}, heartbeat: {{ every: "{every}", model: {t}, target: {t}, to: {t}, accountId: {t} }} }},
        {{ id: "a{at}", model: {}, heartbeat: {{ every: {t}, target: "none", session: {t}, prompt: {t},
          activeHours: {{ start: {t}, end: "20:00", timezone: {t} }}, {t}: 1, ackMaxChars: {t} }} }},
        {{ id: "b{at}", model: {{ primary: "anthropic/claude-opus-4-6", fallbacks: [{t}] }}, {t}: true,
          heartbeat: {{ every: "{every}", target: "none", model: {}, lightContext: {t} }} }}, // {text}
        "#,
        quoted(&format!("openai/{text}")),
        quoted(&format!("anthropic/claude-haiku-4-5@{text}")),
    )
}

fn config(texts: &[String]) -> String {
    let mut agents = String::new();
    let (mut models, mut providers) = (String::new(), String::new());
    for (at, text) in texts.iter().enumerate() {
        agents += &agent(at, text);
        let t = quoted(text);
        let _ = write!(models, "{}: {{ alias: {t} }}, ", quoted(&format!("openai/{text}")));
        let _ = write!(
            providers,
            "{}: {{ baseUrl: {t}, apiKey: {t}, api: {t}, models: [{{ id: {t}, name: {t} }}] }}, ",
            if at == 0 { t.clone() } else { format!("p{at}") }
        );
    }
    let first = quoted(&texts[0]);
    format!(
        "{{ env: {{ vars: {{ OWN: {first} }} }},\n  // token: {}\n  models: {{ providers: {{ {providers} }} }},\n  \
         agents: {{ defaults: {{ models: {{ {models} }}, userTimezone: {first}, utilityModel: {first},\n    \
         heartbeat: {{ every: \"24h\", agentId: {first} }} }},\n  list: [ {agents} ] }},\n  \
         session: {{ scope: {first} }}, commands: {{ ownerAllowFrom: [{first}] }}, extra: {{ $include: {first} }} }}",
        texts[0]
    )
}

/// Every command and format on `openclaw.json`.
const ASKED: &[&[&str]] = &[
    &["lint", "openclaw.json"],
    &["lint", "openclaw.json", "--format", "json"],
    &["lint", "openclaw.json", "--format", "sarif"],
    &["lint", "openclaw.json", "--format", "github"],
    &["lint", "openclaw.json", "--diff", "--unsafe-fixes"],
    &["lint", "openclaw.json", "--openclaw-version", "2026.4.15", "--schema", "schema.json"],
    &["report", "openclaw.json"],
    &["report", "openclaw.json", "--full"],
    &["report", "openclaw.json", "--format", "markdown", "--against", "other.json"],
    &["report", "openclaw.json", "--format", "json", "--compare-release", "2026.4.15"],
    &["report", "openclaw.json", "--format", "html"],
    &["report", "openclaw.json", "--openclaw-version", "2026.4.15", "--output", "out.html", "--format", "html"],
    &["diff", "openclaw.json"],
    &["diff", "openclaw.json", "--format", "plan"],
    &["diff", "openclaw.json", "--format", "commands"],
    &["diff", "openclaw.json", "--format", "merge-patch"],
    &["simulate", "openclaw.json"],
    &["simulate", "openclaw.json", "--explain-request"],
    &["simulate", "openclaw.json", "--explain-request", "--format", "json"],
    &["simulate", "openclaw.json", "--trace", "--workload", "idle", "--agent", "b0"],
    &["apply", "openclaw.json", "--yes"],
];

/// The words of an output in lower case without what a renderer puts between them.
fn flat(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| !c.is_whitespace() && !"\\`".contains(*c)).collect()
}

/// What is seen of each secret in all that is answered about a folder's config.
fn seen(desk: &Desk, asked: &[&[&str]], secrets: &[(String, String)], set: &[(String, String)]) -> Vec<String> {
    let mut leaks = Vec::new();
    for arguments in asked {
        let mut command = desk.command(arguments);
        set.iter().for_each(|(name, value)| {
            command.env(name, value);
        });
        let Answer { stdout, stderr, .. } = desk.ask_with(command);
        let mut places = vec![("stdout", stdout), ("stderr", stderr), ("names", desk.names().join(" "))];
        if desk.names().contains(&"out.html".to_owned()) {
            places.push(("out.html", desk.read("out.html")));
            std::fs::remove_file(desk.path("out.html")).unwrap();
        }
        for (place, text) in places {
            let text = flat(&text);
            for (secret, core) in secrets {
                // Half of one is too much, too.
                let core: Vec<char> = flat(core).chars().collect();
                let piece = core.len().min(10);
                let parts = [0, (core.len() - piece) / 2, core.len() - piece].map(|at| &core[at..at + piece]);
                let found = parts.iter().find_map(|part| text.find(&part.iter().collect::<String>()));
                leaks.extend(found.map(|at| {
                    let from = text.floor_char_boundary(at.saturating_sub(120));
                    let around: String = text[from..].chars().take(240).collect();
                    format!("{arguments:?}, {place}: {secret} is seen: {around}")
                }));
            }
        }
    }
    leaks
}

/// Asks everything of a config and finds nothing of what is private.
fn none_is_seen(config: &str, secrets: &[(String, String)], set: &[(String, String)]) {
    let desk = Desk::with(config);
    desk.write("other.json", "{ agents: { list: [{ id: 'b0', model: 'anthropic/claude-opus-4-6', heartbeat: {} }] } }");
    desk.write("schema.json", SCHEMA);
    let leaks = seen(&desk, ASKED, secrets, set);
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
}

/// A schema that finds fault with every text of a provider, an agent and the session.
const SCHEMA: &str = r##"{ "properties": {
    "models": { "properties": { "providers": { "additionalProperties": {
        "properties": { "apiKey": { "type": "number" }, "baseUrl": { "enum": ["x"] } },
        "propertyNames": { "maxLength": 1 } } } } },
    "session": { "properties": { "scope": { "const": "main" } } },
    "agents": { "properties": { "list": { "items": {
        "properties": { "id": { "pattern": "^$" }, "model": { "type": "number" } }, "additionalProperties": false } } } }
} }"##;

#[test]
fn what_looks_like_a_credential_is_never_printed() {
    for group in shapes().chunks(GROUP) {
        let texts: Vec<String> = group.iter().map(|(text, _)| text.clone()).collect();
        none_is_seen(&config(&texts), group, &[]);
    }
}

#[test]
fn what_the_environment_holds_is_never_printed() {
    let secrets: Vec<(String, String)> = [plain_secrets(), shapes()].concat();
    for group in secrets.chunks(GROUP) {
        let (texts, set) = named(group);
        none_is_seen(&config(&texts), group, &set);
    }
}

/// As many secrets as one config holds: few starts of the program, and little that a list leaves out.
const GROUP: usize = 24;

/// Variables that hold the secrets, and what sets them.
fn named(secrets: &[(String, String)]) -> (Vec<String>, Vec<(String, String)>) {
    let names = (0..secrets.len()).map(|at| format!("SECRET_{at}"));
    let texts = names.clone().map(|name| format!("${{{name}}}")).collect();
    (texts, names.zip(secrets.iter().map(|(text, _)| text.clone())).collect())
}

/// Agents by id, in a file of its own and in YAML.
#[test]
fn nor_where_a_part_of_the_config_stands_elsewhere() {
    let secrets = [plain_secrets(), shapes()].concat();
    let (names, set) = named(&secrets);
    let looks: Vec<String> = shapes().into_iter().map(|(text, _)| text).collect();
    for (texts, secrets, set) in [(&names, &secrets, &set[..]), (&looks, &shapes(), &[])] {
        let entries: String = texts.iter().enumerate().map(|(at, text)| by_id(at, text)).collect();
        let agents =
            format!("{{ \"defaults\": {{ \"heartbeat\": {{ \"every\": \"5m\" }} }}, \"entries\": {{ {entries} }} }}");
        let agents = agents.replace(", } }", " } }");
        let desk = Desk::with("{ agents: { $include: './agents.json5' } }");
        desk.write("agents.json5", &agents);
        desk.write("openclaw.yaml", format!("agents: {agents}\n"));
        let mut leaks = seen(&desk, ELSEWHERE, secrets, set);
        desk.write("agents.json5", format!("{{ broken: {}", texts.join(" ")));
        desk.write("openclaw.yaml", format!("agents:\n  - {}: [\n {}", texts[0], texts.join("\n ")));
        leaks.extend(seen(&desk, &ELSEWHERE[..4], secrets, set));
        assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    }
}

fn by_id(at: usize, text: &str) -> String {
    let t = quoted(text);
    let every = if at == 0 { "5m" } else { "24h" };
    format!(
        r#"{t}: {{ "model": {t}, "name": {t}, "heartbeat": {{ "every": "{every}", "to": {t} }} }},
        "c{at}": {{ "model": "anthropic/claude-opus-4-6", {t}: {t}, "heartbeat": {{ "every": "{every}", "model": {t} }} }}, "#
    )
}

const ELSEWHERE: &[&[&str]] = &[
    &["lint", "openclaw.json", "--format", "json"],
    &["lint", "openclaw.yaml"],
    &["report", "openclaw.json"],
    &["report", "openclaw.json", "--full"],
    &["report", "openclaw.yaml", "--format", "markdown"],
    &["diff", "openclaw.json"],
    &["diff", "openclaw.yaml"],
    &["diff", "openclaw.json", "--format", "plan"],
    &["diff", "openclaw.json", "--format", "commands"],
];
