//! Nothing from a config acts on the reader: every command and format, with hostile text in every place of a config.

use super::common::{Answer, Desk};

/// What a terminal, a runner or an eye would be fooled by: one that is a command by its first characters, and one with all
/// other kinds.
const HOSTILE: [&str; 2] = [
    "::add-mask::clawbeat",
    "x##[set-output name=ok;]true ::error::y ##vso[task.setvariable variable=a]b \u{1b}[2J\u{9b}31m\u{7} \
     section_start:1:x\r\u{1b}[0K ev\u{200b}ery\u{202e}\u{e0041}\u{fe0f} [text](1)",
];

const COMMANDS: [&[&str]; 24] = [
    &["lint"],
    &["lint", "--format", "json"],
    &["lint", "--format", "sarif"],
    &["lint", "--format", "github"],
    &["lint", "--diff"],
    &["lint", "--diff", "--unsafe-fixes"],
    &["report"],
    &["report", "--full"],
    &["report", "--format", "markdown"],
    &["report", "--format", "json"],
    &["report", "--format", "html"],
    &["report", "--compare-release", "2026.4.15"],
    &["diff"],
    &["diff", "--format", "merge-patch"],
    &["diff", "--format", "commands"],
    &["diff", "--format", "plan"],
    &["apply", "--dry-run"],
    &["simulate"],
    &["simulate", "--trace"],
    &["simulate", "--explain-request"],
    &["fleet"],
    &["fleet", "--format", "text", "--if", "every=1h"],
    &["fleet", "--format", "html", "--if", "every=1h"],
    &["fleet", "--format", "plan"],
];

fn configs(text: &str) -> Vec<String> {
    let quoted = serde_json::to_string(text).unwrap();
    let comment = text.replace(['\r', '\n'], "");
    let heartbeat = "every: '30m', target: 'none'";
    let model = "model: 'anthropic/claude-opus-4-6'";
    vec![
        format!("{{ agents: {{ list: [{{ id: {quoted}, {model}, heartbeat: {{ {heartbeat} }} }}] }} }}"),
        format!("{{ agents: {{ entries: {{ {quoted}: {{ {model}, heartbeat: {{ {heartbeat} }} }} }} }} }}"),
        format!("{{ agents: {{ defaults: {{ model: {quoted}, heartbeat: {{ {heartbeat} }} }} }} }}"),
        format!("{{ agents: {{ defaults: {{ {model}, heartbeat: {{ {heartbeat}, {quoted}: 1 }} }} }} }}"),
        format!("{{ agents: {{ defaults: {{ {model}, heartbeat: {{\n // {comment}\n {heartbeat} }} }} }} }}"),
        format!("{{ agents: {{ defaults: {{ {model}, heartbeat: {{\n prompt: {quoted},\n {heartbeat},\n }} }} }} }}"),
        format!("{{ agents: {{ defaults: {{ {model}, heartbeat: {{ every: {quoted}, target: {quoted} }} }} }} }}"),
        format!("{{ {quoted}: {quoted}, agents: {{ defaults: {{ {model}, heartbeat: {{ {heartbeat} }} }} }} }}"),
        format!(
            "{{ meta: {{ lastTouchedVersion: {quoted} }}, agents: {{ defaults: {{ {model}, heartbeat: {{ {heartbeat}, activeHours: {{ start: {quoted}, timezone: {quoted} }} }} }} }} }}"
        ),
        format!(
            "{{ models: {{ providers: {{ {quoted}: {{ baseUrl: {quoted}, models: [{{ id: {quoted}, name: {quoted} }}] }} }} }}, agents: {{ defaults: {{ model: {{ primary: {quoted} }}, heartbeat: {{ {heartbeat} }} }} }} }}"
        ),
        format!("{{ $include: {quoted}, agents: {{ defaults: {{ {model}, heartbeat: {{ {heartbeat} }} }} }} }}"),
    ]
}

/// What GitHub's runner would obey in an output: it trims a line before it looks for `::`, looks for `##[` anywhere, and
/// obeys nothing between `::stop-commands::TOKEN` and `::TOKEN::`.
fn obeyed(text: &str, annotations: bool) -> Vec<String> {
    let mut stopped: Option<String> = None;
    let mut obeyed = Vec::new();
    for line in text.split(['\n', '\r']) {
        let line = line.trim_start();
        if let Some(token) = &stopped {
            if line == format!("::{token}::") {
                stopped = None;
            }
        } else if let Some(token) = line.strip_prefix("::stop-commands::") {
            stopped = Some(token.to_owned());
        } else {
            let ours = annotations
                && ["::error file=", "::warning file=", "::notice file="].iter().any(|c| line.starts_with(c));
            if (line.starts_with("::") && !ours) || line.contains("##[") || line.contains("##vso[") {
                obeyed.push(line.to_owned());
            }
        }
    }
    assert_eq!(stopped, None, "{text}");
    obeyed
}

/// Nothing in an answer acts, be it by a runner or, but for a patch, on a terminal.
fn check(answer: &Answer, arguments: &[&str], config: &str, patch: bool) {
    let hidden = |c: char| clawbeat::words::is_hidden(c) && c != '\n';
    for out in [&answer.stdout, &answer.stderr] {
        let none = Vec::<String>::new();
        assert_eq!(obeyed(out, arguments.contains(&"github")), none, "{arguments:?} {config}\n{out}");
        let is_patch = patch && *out == answer.stdout;
        assert!(is_patch || !out.contains(hidden), "{arguments:?} {config}\n{out:?}");
    }
}

/// Asks in a GitHub job, and checks the answer.
fn ask_inert(desk: &Desk, arguments: &[&str]) -> Answer {
    let mut command = desk.command(arguments);
    command.env("GITHUB_ACTIONS", "true");
    let answer = desk.ask_with(command);
    check(&answer, arguments, "", false);
    answer
}

#[test]
fn what_is_written_and_put_back_obeys_no_config() {
    let mut written = 0;
    for text in HOSTILE {
        for config in configs(text) {
            let desk = Desk::with(&config);
            written += u32::from(ask_inert(&desk, &["apply", "openclaw.json", "--yes"]).code == 0);
            ask_inert(&desk, &["lint", "openclaw.json", "--fix", "--unsafe-fixes"]);
            ask_inert(&desk, &["undo", "openclaw.json", "--list"]);
            while ask_inert(&desk, &["undo", "openclaw.json"]).code == 0 {}
            assert_eq!(desk.read("openclaw.json"), config);
        }
    }
    assert!(written > 10, "{written}");
}

/// A build passes on what a pull request names: a file, a model, a rule.
#[test]
fn what_is_named_on_the_command_line_does_not_act() {
    for text in HOSTILE {
        let desk = Desk::new();
        for arguments in [
            &["models", text][..],
            &["models", text, "--format", "json"],
            &["explain", text],
            &["undo", text],
            &["undo", text, "--list"],
            &["lint", text],
            &["lint", "-", "--select", text],
            &["report", text],
            &["report", "-", "--agent", text],
            &["report", "-", "--at", text],
            &["diff", "-", "--model", text],
            &["apply", text, "--yes"],
            &["simulate", text],
            &[text],
        ] {
            ask_inert(&desk, arguments);
        }
        desk.write(text, "{ agents: { defaults: { model: 'anthropic/claude-opus-4-6', heartbeat: { every: '30m', target: 'none' } } } }");
        for command in [&["lint"][..], &["report"], &["apply", "--yes"], &["undo", "--list"], &["undo"], &["undo"]] {
            let arguments = [command, &["--", text]].concat();
            ask_inert(&desk, &arguments);
        }
    }
}

#[test]
fn no_command_in_no_format_obeys_a_config() {
    for text in HOSTILE {
        for config in configs(text) {
            let desk = Desk::with(&config);
            for arguments in COMMANDS {
                let mut all = vec![arguments[0], "openclaw.json"];
                all.extend(&arguments[1..]);
                let mut command = desk.command(&all);
                command.env("GITHUB_ACTIONS", "true");
                let answer = desk.ask_with(command);
                let patch = *arguments == ["diff"] || arguments.contains(&"--diff");
                check(&answer, &all, &config, patch);
            }
        }
    }
}

const IN_CONTEXT: &str = "agents:\n  defaults:\n    model: anthropic/claude-opus-4-6\n    heartbeat:\n      prompt: |\n        ::error::pwned by a config\n        x##[add-mask]y\n      every: 30m\n      target: none\n";

#[test]
fn a_patch_applies_in_a_pipe_a_github_job_and_a_file() {
    for (runner, fenced) in [("NO_RUNNER", false), ("GITHUB_ACTIONS", true)] {
        for program in [&["git", "apply"][..], &["patch", "-p1", "-s"]] {
            let desk = Desk::new();
            desk.write("openclaw.yaml", IN_CONTEXT);
            let mut command = desk.command(&["diff", "openclaw.yaml"]);
            command.env(runner, "true");
            let patch = desk.ask_with(command).stdout;
            assert_eq!(patch.starts_with("::stop-commands::"), fenced, "{patch}");
            let file = desk.ask(&["diff", "openclaw.yaml", "--output", "change.patch"]);
            assert_eq!((file.code, file.stdout.as_str()), (0, ""));
            assert!(patch.contains(&desk.read("change.patch")));
            let mut apply = assert_cmd::Command::from_std(super::bare::program(program[0]));
            apply.args(&program[1..]).current_dir(desk.path("")).write_stdin(patch).assert().success();
            assert_eq!(desk.ask(&["diff", "openclaw.yaml"]).stdout, "");
            assert!(
                desk.read("openclaw.yaml").contains("        ::error::pwned by a config\n        x##[add-mask]y\n")
            );
        }
    }
}

#[test]
fn a_log_that_cannot_be_told_to_stop_gets_an_escaped_patch() {
    let desk = Desk::new();
    desk.write("openclaw.yaml", IN_CONTEXT);
    let mut command = desk.command(&["diff", "openclaw.yaml"]);
    command.env("TF_BUILD", "True");
    let answer = desk.ask_with(command);
    assert_eq!(obeyed(&answer.stdout, false), Vec::<String>::new());
    assert!(answer.stderr.contains("--output FILE"), "{answer}");
}
