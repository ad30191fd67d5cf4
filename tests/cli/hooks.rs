//! The script behind the GitHub Action, run as the action runs it, and the hook's file pattern.

use super::bare;

#[test]
fn the_action_annotates_and_writes_sarif() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("good.json"), folder.path().join("bad.json"));
    std::fs::write(&good, r#"{ "agents": { "defaults": { "heartbeat": { "every": "0m" } } } }"#).unwrap();
    std::fs::write(&bad, r#"{ "agents": { "defaults": { "heartbeat": { "every": 30 } } } }"#).unwrap();
    let sarif = folder.path().join("clawbeat.sarif");
    let run = |configs: &str, fail_on: &str| {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/action-lint.sh");
        let output = bare::program("bash")
            .args([script, bare::CLAWBEAT, sarif.to_str().unwrap()])
            .env("CONFIGS", configs)
            .env("FAIL_ON", fail_on)
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, _) = run(good.to_str().unwrap(), "error");
    assert_eq!(code, Some(0));
    let (code, annotations) = run(&format!("{} {}", good.display(), bad.display()), "error");
    assert_eq!(code, Some(1));
    assert!(annotations.starts_with("::"), "{annotations}");
    assert!(annotations.contains(&format!("::error file={},line=1", bad.display())), "{annotations}");
    let log: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&sarif).unwrap()).unwrap();
    assert_eq!(log["version"], "2.1.0");
    // One on each line, as in YAML's `|`, with a blank one; the last without an end.
    for configs in [
        format!("{}\n{}\n", good.display(), bad.display()),
        format!("\n  {}\n\n{}", good.display(), bad.display()),
        format!("{} {}\n{}", good.display(), good.display(), bad.display()),
    ] {
        let (code, annotations) = run(&configs, "error");
        assert_eq!(code, Some(1), "{configs:?}");
        assert!(annotations.contains(&format!("::error file={},line=1", bad.display())), "{configs:?}: {annotations}");
    }
    // A name is never a flag.
    let (code, _) = run(&format!("--help {}", good.display()), "error");
    assert_eq!(code, Some(2));
    let (code, _) = run("gone.json", "error");
    assert_eq!(code, Some(2));
}

#[test]
fn the_pre_commit_hook_names_a_command_that_exists() {
    let hooks: Vec<serde_json::Value> = serde_yaml::from_str(include_str!("../../.pre-commit-hooks.yaml")).unwrap();
    let entry: Vec<&str> = hooks[0]["entry"].as_str().unwrap().split(' ').collect();
    assert_eq!(entry[0], "clawbeat");
    let status = bare::clawbeat().args(&entry[1..]).arg("--help").output().unwrap();
    assert!(status.status.success());
}

/// A tag can be moved; a hash cannot. zizmor, which CI runs, says the same.
#[test]
fn what_others_wrote_is_named_by_its_hash() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let workflows = std::fs::read_dir(root.join(".github/workflows")).unwrap().map(|entry| entry.unwrap().path());
    let mut seen = 0;
    for path in workflows.chain([root.join("action.yml"), root.join("docs/ci.md")]) {
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| line.contains("uses: ") && !line.contains("/clawbeat@COMMIT")) {
            let (name, comment) = line.split_once(" # v").unwrap_or((line, ""));
            let hash = name.split_once('@').map_or("", |(_, hash)| hash);
            let is_hash = hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_hash && !comment.is_empty(), "{}: {line}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen}");
}
