//! The whole command line under anything: flags as the help lists them, values that fit and that do not, and configs
//! that were mangled. `COMMAND_LINE_CASES=5000 cargo test --test cli anything` tries more than the default.

use std::fs;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::common::{Answer, Desk, repository};

const COMMANDS: [&str; 9] = ["lint", "report", "diff", "apply", "undo", "simulate", "models", "explain", "fleet"];
/// Longer than any answer takes, on any machine; what runs on is stopped and fails.
const LIMIT: Duration = Duration::from_secs(120);
const VALUES: [&str; 34] = [
    "",
    "-",
    "0",
    "1",
    "-1",
    "10",
    "0.5",
    "1e9",
    "NaN",
    "99999999999999999999",
    "30m",
    "0m",
    "2h",
    "1d",
    "-5m",
    "json",
    "text",
    "markdown",
    "html",
    "usd",
    "nexos",
    "main",
    "anthropic/claude-haiku-4-5",
    "2026-11",
    "2026-13",
    "2026.9.6",
    "2026.4.15",
    "Europe/Berlin",
    "08:00-22:00",
    "24:00-00:00",
    "openclaw.json",
    "out.txt",
    "\u{202e}☃\u{7f}",
    "a.b[0].c",
];
const PIECES: [&str; 16] =
    ["{", "}", "[", "]", ",", ":", "\"", "'", "\n", "\u{feff}", "//", "/*", "null", "\"${HOME}\"", "1e999", "\u{0}"];

/// A place in a text and what is done there.
#[derive(Clone, Debug)]
enum Mangling {
    Cut(usize, usize),
    Double(usize, usize),
    Insert(usize, &'static str),
}

fn mangling() -> impl Strategy<Value = Mangling> {
    prop_oneof![
        (any::<usize>(), 1..40_usize).prop_map(|(at, len)| Mangling::Cut(at, len)),
        (any::<usize>(), 1..200_usize).prop_map(|(at, len)| Mangling::Double(at, len)),
        (any::<usize>(), proptest::sample::select(&PIECES[..])).prop_map(|(at, piece)| Mangling::Insert(at, piece)),
    ]
}

fn mangle(text: &mut Vec<u8>, mangling: &Mangling) {
    let (Mangling::Cut(at, _) | Mangling::Double(at, _) | Mangling::Insert(at, _)) = *mangling;
    let at = at % (text.len() + 1);
    let end = |len: usize| (at + len).min(text.len());
    match *mangling {
        Mangling::Cut(_, len) => drop(text.drain(at..end(len))),
        Mangling::Double(_, len) => {
            let piece = text[at..end(len)].to_vec();
            drop(text.splice(at..at, piece));
        }
        Mangling::Insert(_, piece) => drop(text.splice(at..at, piece.bytes())),
    }
}

/// The flags of a command as its help lists them, and whether each takes a value.
fn flags(command: &str) -> Vec<(String, bool)> {
    let help = Desk::new().ask(&[command, "--help"]).stdout;
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let flags = lines.filter_map(|line| {
        let name = line.split([' ', ',']).find(|word| word.starts_with("--"))?;
        Some((name.to_owned(), line.contains('<')))
    });
    let flags = flags.filter(|(name, _)| name != "--help" && name != "--version");
    flags.chain([("--no-such-flag".to_owned(), true)]).collect()
}

/// Configs that stand in the repository.
fn configs() -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = ["fixtures/configs", "fixtures/findings"]
        .iter()
        .flat_map(|folder| fs::read_dir(repository(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { path.join("bad.json5") } else { path })
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn any_command_on_any_config_ends_well() {
    let cases = std::env::var("COMMAND_LINE_CASES").map_or(150, |cases| cases.parse().unwrap());
    let flags: Vec<_> = COMMANDS.iter().map(|command| flags(command)).collect();
    assert!(flags[0].len() > 10 && flags[3].len() > 10, "the help is understood: {flags:?}");
    let config = (proptest::sample::select(configs()), proptest::collection::vec(mangling(), 0..4));
    let config = config.prop_map(|(mut text, manglings)| {
        manglings.iter().for_each(|mangling| mangle(&mut text, mangling));
        text
    });
    let arguments = (0..COMMANDS.len()).prop_flat_map(move |at| {
        let flag = (proptest::sample::select(flags[at].clone()), proptest::sample::select(&VALUES[..]));
        let flag = flag.prop_map(|((name, takes), value)| if takes { format!("{name}={value}") } else { name });
        (Just(COMMANDS[at]), proptest::collection::vec(flag, 0..4))
    });
    let settings = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(settings, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let result = runner.run(&(config, arguments), |(config, (command, flags))| check(&config, command, &flags));
    result.unwrap_or_else(|error| panic!("{error}"));
}

fn check(config: &[u8], command: &str, flags: &[String]) -> Result<(), TestCaseError> {
    let desk = Desk::with(config);
    let names_a_config = !matches!(command, "models" | "explain");
    let file = if names_a_config { &["openclaw.json"][..] } else { &[] };
    let arguments = [&[command], file, &flags.iter().map(String::as_str).collect::<Vec<_>>()].concat();
    let answer = ask(&desk, &arguments)?;
    let now = fs::read(desk.path("openclaw.json")).unwrap();
    let writes = command == "apply" || (command == "lint" && flags.iter().any(|flag| flag == "--fix"));
    if now != config {
        prop_assert!(writes, "{arguments:?} wrote the config");
        prop_assert!(answer.code == 0 || command == "lint", "{arguments:?} refused and wrote: {answer}");
        let undone = ask(&desk, &["undo", "openclaw.json"])?;
        prop_assert_eq!(undone.code, 0, "{}", undone);
        prop_assert_eq!(fs::read(desk.path("openclaw.json")).unwrap(), config);
    }
    let is_json =
        flags.iter().rev().find(|flag| flag.starts_with("--format")).is_some_and(|flag| flag.ends_with("=json"));
    if is_json && answer.code != 2 && !answer.stdout.is_empty() {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(&answer.stdout);
        prop_assert!(parsed.is_ok(), "{arguments:?}: {answer}");
    }
    let strays = desk.names().into_iter().filter(|name| !["openclaw.json", ".clawbeat"].contains(&name.as_str()));
    let strays: Vec<String> = strays.collect();
    prop_assert!(
        strays.is_empty() || flags.iter().any(|flag| flag.starts_with("--output")),
        "{arguments:?}: {strays:?}"
    );
    Ok(())
}

/// Asks, and holds the answer to what holds for all: an exit code that is documented, a reason where there is none.
fn ask(desk: &Desk, arguments: &[&str]) -> Result<Answer, TestCaseError> {
    let mut command = desk.command(arguments);
    command.timeout(LIMIT);
    let output = command.output().map_err(|error| TestCaseError::fail(format!("{arguments:?}: {error}")))?;
    let code = output.status.code();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    prop_assert!(matches!(code, Some(0..=2)), "{arguments:?}: {:?}\n{stderr}", output.status);
    prop_assert!(!stderr.contains("panicked"), "{arguments:?}: {stderr}");
    prop_assert!(code != Some(2) || !stderr.is_empty(), "{arguments:?}: cannot run, and no word why");
    let answer =
        Answer { code: code.unwrap_or(-1), stdout: String::from_utf8_lossy(&output.stdout).into_owned(), stderr };
    Ok(answer)
}
