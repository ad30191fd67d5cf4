use std::fs;
use std::process::Command;

use proptest::prelude::*;

use super::*;

fn side<'a>(text: &'a str, secrets: &'a [Range<usize>]) -> DiffSide<'a> {
    DiffSide { text, secrets }
}

fn diff(old: &str, new: &str) -> Result<UnifiedDiff, DiffError> {
    unified("openclaw.json", side(old, &[]), side(new, &[]), false)
}

/// Applies a diff with a real program and compares what comes out.
fn applies(diff: &UnifiedDiff, path: &str, old: &str, new: &str) {
    let mut git = vec!["git", "apply", "--whitespace=nowarn"];
    if diff.needs_unidiff_zero {
        git.push("--unidiff-zero");
    }
    // Fuzz is switched off: a hunk must fit where it says.
    for command in [&git[..], &["patch", "-p1", "-s", "-F0", "-i"]] {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, old).unwrap();
        let patch = dir.path().join("the.diff");
        fs::write(&patch, &diff.text).unwrap();
        let run = Command::new(command[0])
            .args(&command[1..])
            .arg(&patch)
            .current_dir(&dir)
            .env("GIT_CEILING_DIRECTORIES", "/")
            .env("GIT_DIR", dir.path().join("none"))
            .output();
        let Ok(run) = run else { continue };
        let said = String::from_utf8_lossy(&run.stderr).into_owned() + &String::from_utf8_lossy(&run.stdout);
        assert!(run.status.success(), "{command:?}: {said}\n{}\non\n{old}", diff.text);
        assert_eq!(fs::read_to_string(&file).unwrap(), new, "{command:?}\n{}", diff.text);
    }
}

#[test]
fn git_and_patch_apply_it() {
    for (old, new) in [
        ("{\n  a: 1,\n  b: 2,\n}\n", "{\n  a: 1,\n  b: 3,\n}\n"),
        ("{\r\n  a: 1,\r\n  b: 2,\r\n}\r\n", "{\r\n  a: 1,\r\n  b: 3,\r\n}\r\n"),
        ("{\n  a: 1\n}", "{\n  a: 2\n}"),
        ("{ a: 1 }", "{ a: 2 }"),
        ("{ a: 1 }", "{ a: 1 }\n"),
        ("{ a: 1 }\n", "{ a: 1 }"),
        ("\u{feff}{ a: 1 }\r\n", "\u{feff}{ a: 2 }\r\n"),
        ("a\rb\nc\n", "a\rx\nc\n"),
        ("", "{}\n"),
        ("{}\n", ""),
        ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"),
        ("--- a\n+++ b\n@@\n", "--- a\n+++ c\n@@\n"),
    ] {
        let diff = diff(old, new).unwrap();
        assert!(!diff.context_hidden && !diff.needs_unidiff_zero);
        applies(&diff, "openclaw.json", old, new);
    }
    assert_eq!(diff("{}\n", "{}\n").unwrap(), UnifiedDiff::default());
}

#[test]
fn odd_paths_are_written_as_git_writes_them() {
    for (path, header) in [
        ("openclaw.json", "--- a/openclaw.json\n"),
        ("my configs/open claw.json", "--- a/my configs/open claw.json\t\n"),
        ("é/漢.json", "--- a/é/漢.json\n"),
        ("a\"b\\c\td.json", "--- \"a/a\\\"b\\\\c\\011d.json\"\n"),
    ] {
        let diff = unified(path, side("1\n", &[]), side("2\n", &[]), false).unwrap();
        assert!(diff.text.starts_with(header), "{}", diff.text);
        applies(&diff, path, "1\n", "2\n");
    }
}

#[test]
fn far_changes_get_a_hunk_each_and_near_ones_share() {
    let old: String = (1..=30).map(|n| format!("{n}\n")).collect();
    let near = old.replace("10\n", "x\n").replace("17\n", "y\n");
    let far = old.replace("10\n", "x\n").replace("18\n", "y\n");
    for (new, hunks) in [(near, 1), (far, 2)] {
        let diff = diff(&old, &new).unwrap();
        assert_eq!(diff.text.matches("\n@@").count(), hunks, "{}", diff.text);
        applies(&diff, "openclaw.json", &old, &new);
    }
}

#[test]
fn secrets_in_context_are_left_out() {
    let old = "{\n  token: 'hunter2',\n  port: 1,\n  every: '30m',\n  x: 1,\n  // password: swordfish\n  y: 1,\n}\n";
    let new = old.replace("30m", "2h");
    let shown = diff(old, &new).unwrap();
    assert!(shown.context_hidden && !shown.needs_unidiff_zero);
    assert!(!shown.text.contains("hunter2") && !shown.text.contains("swordfish"), "{}", shown.text);
    assert_eq!(
        shown.text,
        "--- a/openclaw.json\n+++ b/openclaw.json\n@@ -3,3 +3,3 @@\n   port: 1,\n-  every: '30m',\n+  every: '2h',\n   x: 1,\n"
    );
    applies(&shown, "openclaw.json", old, &new);
    let all = unified("openclaw.json", side(old, &[]), side(&new, &[]), true).unwrap();
    assert!(all.text.contains("hunter2") && !all.context_hidden);
}

#[test]
fn given_ranges_hide_every_line_they_touch() {
    let old = "a\nopaque [\n  1\n]\nb\nc\n";
    let new = old.replace("c\n", "d\n");
    let range = old.find("[").unwrap()..old.find("]").unwrap() + 1;
    let shown = unified("x", side(old, std::slice::from_ref(&range)), side(&new, &[]), false).unwrap();
    assert_eq!(shown.text, "--- a/x\n+++ b/x\n@@ -5,2 +5,2 @@\n b\n-c\n+d\n");
    applies(&shown, "x", old, &new);
}

#[test]
fn a_secret_right_below_is_said_to_need_a_flag() {
    let old = "{\n  a: 1,\n  every: '30m',\n  token: 'hunter2',\n}\n";
    let new = old.replace("30m", "2h");
    let shown = diff(old, &new).unwrap();
    assert!(shown.needs_unidiff_zero);
    assert!(shown.text.contains("@@ -3 +3 @@\n"), "{}", shown.text);
    applies(&shown, "openclaw.json", old, &new);
}

#[test]
fn an_insertion_between_secrets_or_after_the_only_one_applies() {
    for (old, new) in [
        ("token: 'hunter2'\n", "token: 'hunter2'\na: 1\n"),
        ("token: 'hunter2'\n", "a: 1\ntoken: 'hunter2'\n"),
        ("token: 'hunter2'\nkey: 'hunter2'\n", "token: 'hunter2'\na: 1\nkey: 'hunter2'\n"),
    ] {
        let shown = diff(old, new).unwrap();
        assert!(shown.needs_unidiff_zero && !shown.text.contains("hunter2"));
        applies(&shown, "openclaw.json", old, new);
    }
}

#[test]
fn a_changed_line_with_a_secret_is_refused() {
    let minified = "{\"token\":\"hunter2\",\"every\":\"30m\"}";
    let error = diff(minified, &minified.replace("30m", "2h")).unwrap_err();
    assert_eq!(error, DiffError::ChangedLineHoldsSecret { line: 1 });
    assert!(!error.to_string().contains("hunter2"));
    assert_eq!(diff("{\n}\n", "{\ntoken: 'hunter2'\n}\n"), Err(DiffError::ChangedLineHoldsSecret { line: 2 }));
    let new = minified.replace("30m", "2h");
    let shown = unified("x", side(minified, &[]), side(&new, &[]), true).unwrap();
    applies(&shown, "x", minified, &new);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    // Lines of few kinds repeat often, which is where a misplaced hunk would land in the wrong spot.
    #[test]
    fn any_change_beside_any_secret_applies(
        lines in prop::collection::vec(0usize..6, 0..24),
        edits in prop::collection::vec((0usize..24, 0usize..3), 1..4),
        final_newline: bool,
    ) {
        let kinds = ["  a: 1,\n", "  b: 2,\r\n", "  token: 'hunter2',\n", "\n", "  // c\n", "  key: 'hunter2',\n"];
        let mut new: Vec<&str> = lines.iter().map(|&kind| kinds[kind]).collect();
        let mut old = new.concat();
        for (at, kind) in edits {
            let at = at % (new.len() + 1);
            match kind {
                0 => new.insert(at, "  every: '2h',\n"),
                _ if at == new.len() || new[at].contains("hunter2") => {}
                1 => new[at] = "  every: '1h',\n",
                _ => drop(new.remove(at)),
            }
        }
        let mut new = new.concat();
        if !final_newline {
            old.truncate(old.trim_end_matches(['\r', '\n']).len());
            new.truncate(new.trim_end_matches(['\r', '\n']).len());
        }
        match diff(&old, &new) {
            Ok(diff) if old == new => prop_assert!(diff.text.is_empty()),
            Ok(diff) => {
                prop_assert!(!diff.text.contains("hunter2"));
                applies(&diff, "openclaw.json", &old, &new);
            }
            // Only where a line with a secret loses or gains its line end, or moves against its like.
            Err(DiffError::ChangedLineHoldsSecret { .. }) => {}
        }
    }
}
