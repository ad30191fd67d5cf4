//! The README's commands run, and its samples are what the program prints. `CLAWBEAT_BLESS=1` writes the samples.

use std::path::Path;

use super::bare;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn clawbeat(arguments: &[&str]) -> std::process::Output {
    bare::clawbeat().current_dir(ROOT).args(arguments).output().unwrap()
}

fn stdout(arguments: &[&str]) -> String {
    let output = clawbeat(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// `text` with the content of its first fenced block of that language replaced.
fn with_block(text: &str, language: &str, content: &str) -> String {
    let start = text.find(&format!("```{language}\n")).unwrap() + language.len() + 4;
    let end = start + text[start..].find("\n```").unwrap();
    format!("{}{}{}", &text[..start], content.trim_end(), &text[end..])
}

#[test]
fn the_samples_are_real_output() {
    let path = Path::new(ROOT).join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let command = text.lines().find_map(|line| line.strip_prefix("cargo run --release -- ")).unwrap();
    let report = stdout(&command.split(' ').collect::<Vec<_>>());
    let head = report.split("\nThe changes one by one\n").next().unwrap();
    let diff = stdout(&["diff", "fixtures/configs/personal.json5", "--month", "2026-11"]);
    let fresh = with_block(&with_block(&text, "text", head), "diff", &diff);
    if std::env::var_os("CLAWBEAT_BLESS").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let now = std::fs::read_to_string(&path).unwrap();
    assert_eq!(now, fresh, "README.md is stale: run the tests once with CLAWBEAT_BLESS=1");
}

/// Every command of the list, on a copy of the example.
#[test]
fn the_commands_exist() {
    let text = std::fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let commands: Vec<&str> = blocks.flat_map(str::lines).filter(|line| line.starts_with("clawbeat")).collect();
    assert!(commands.len() >= 20, "{commands:?}");
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("openclaw.json");
    std::fs::copy(Path::new(ROOT).join("fixtures/configs/personal.json5"), &config).unwrap();
    std::fs::copy(&config, folder.path().join("old.json")).unwrap();
    let values = Path::new(ROOT).join("fixtures/carriers/helm-values.yaml");
    std::fs::copy(values, folder.path().join("values.yaml")).unwrap();
    for command in commands {
        let line = command.split('#').next().unwrap().trim();
        let mut arguments: Vec<&str> = line.split_whitespace().skip(1).collect();
        if arguments.first() == Some(&"apply") {
            arguments.push("--yes");
        }
        let output = bare::clawbeat()
            .env("OPENCLAW_CONFIG_PATH", &config)
            .current_dir(folder.path())
            .args(&arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
