//! The recipes of `docs/ci.md`, run as they stand there.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use super::bare;
use super::ci::slower;
use super::common::{Desk, fixture, repository};

const MARKER: &str = "<!-- clawbeat report -->";

/// A folder with a repository of two commits: the base, and a revision that costs $443.35 more.
struct Checkout {
    desk: Desk,
    base: String,
}

impl Checkout {
    fn new() -> Self {
        let desk = Desk::new();
        let checkout = desk.path("checkout");
        for folder in ["checkout", "bin", "temp", "comments"] {
            fs::create_dir(desk.path(folder)).unwrap();
        }
        let git = |arguments: &[&str]| {
            let mut git = bare::program("git");
            git.args(["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"]).args(arguments);
            let output = git.current_dir(&checkout).env("HOME", desk.path("home")).output().unwrap();
            assert!(output.status.success(), "{arguments:?}: {output:?}");
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        git(&["init", "--quiet"]);
        let commit = |config: &str| {
            fs::write(checkout.join("openclaw.json"), config).unwrap();
            git(&["add", "openclaw.json"]);
            git(&["commit", "--quiet", "--message", "a revision"]);
            git(&["rev-parse", "HEAD"])
        };
        let base = commit(&slower());
        commit(&fixture("personal.json5"));
        std::os::unix::fs::symlink(bare::CLAWBEAT, desk.path("bin/clawbeat")).unwrap();
        // Stands in for scripts/comment.sh, which `comment.rs` tries.
        fs::create_dir(checkout.join(".github")).unwrap();
        let comment = "[ -f \"$COMMENTS/7\" ] && echo update >> \"$COMMENTS/log\" || echo create >> \"$COMMENTS/log\"\n\
                       cp \"$1\" \"$COMMENTS/7\"\n";
        fs::write(checkout.join(".github/clawbeat-comment.sh"), comment).unwrap();
        Checkout { desk, base }
    }

    fn bash(&self, script: &str) -> Output {
        let path = format!("{}:{}", self.desk.path("bin").display(), std::env::var("PATH").unwrap());
        let mut bash = bare::program("bash");
        bash.args(["-e", "-c", script]).current_dir(self.desk.path("checkout"));
        bash.env("PATH", path).env("HOME", self.desk.path("home")).env("BASE", &self.base);
        bash.env("RUNNER_TEMP", self.desk.path("temp")).env("GITHUB_STEP_SUMMARY", self.desk.path("summary"));
        bash.env("GITHUB_REPOSITORY", "somebody/claw").env("PULL", "12").env("CONFIG", "openclaw.json");
        bash.env("COMMENTS", self.desk.path("comments")).output().unwrap()
    }

    fn revise(&self, config: &str) {
        fs::write(self.desk.path("checkout/openclaw.json"), config).unwrap();
    }
}

fn recipe(language: &str) -> String {
    let doc = fs::read_to_string(repository("docs/ci.md")).unwrap();
    let fenced = doc.split(&format!("```{language}\n")).nth(1).unwrap();
    fenced.split("```").next().unwrap().to_owned()
}

fn check_comment(path: &Path) -> String {
    let comment = fs::read_to_string(path).unwrap();
    assert!(comment.starts_with(&format!("{MARKER}\n")), "{comment}");
    assert!(comment.contains("This change adds about $4"), "{comment}");
    assert!(comment.contains("❌ `--max-increase`"), "{comment}");
    comment
}

#[test]
fn the_shell_recipe_runs_on_two_revisions() {
    let checkout = Checkout::new();
    let output = checkout.bash(&recipe("sh"));
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--max-increase: this revision adds"), "{said}");
    check_comment(&checkout.desk.path("checkout/comment.md"));
    // The sample of what is said is what is said, in the month in which the figures are pinned.
    let pinned = checkout.bash("git show \"$BASE:openclaw.json\" | clawbeat report openclaw.json --against - --max-increase 20 --month 2026-11");
    assert_eq!(String::from_utf8(pinned.stderr).unwrap(), recipe("text"));
    // The base itself is within its limits, and a base without a config is no reason to fail.
    checkout.revise(&slower());
    assert_eq!(checkout.bash(&recipe("sh")).status.code(), Some(0));
    let without = format!("BASE=nonesuch\n{}", recipe("sh"));
    assert_eq!(checkout.bash(&without).status.code(), Some(0));
}

#[test]
fn the_workflow_comments_once_and_then_updates() {
    let checkout = Checkout::new();
    let workflow: Value = serde_yaml::from_str(&recipe("yaml")).unwrap();
    let steps = workflow["jobs"]["cost"]["steps"].as_array().unwrap();
    let scripts: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
    assert_eq!(scripts.len(), 3);
    // What a stranger can write must not become part of a script.
    assert!(scripts.iter().all(|script| !script.contains("${{")), "{scripts:?}");
    let run = || scripts.iter().map(|script| checkout.bash(script)).collect::<Vec<_>>();
    let [cost, summary, comment] = &run()[..] else { panic!() };
    assert_eq!(cost.status.code(), Some(1), "{cost:?}");
    assert!(summary.status.success() && comment.status.success(), "{summary:?} {comment:?}");
    let posted = check_comment(&checkout.desk.path("comments/7"));
    assert_eq!(checkout.desk.read("summary"), posted);
    checkout.revise(&slower());
    let [cost, _, comment] = &run()[..] else { panic!() };
    assert!(cost.status.success() && comment.status.success(), "{cost:?} {comment:?}");
    assert!(checkout.desk.read("comments/7").contains("No change: still about"));
    assert_eq!(checkout.desk.read("comments/log"), "create\nupdate\n");
}
