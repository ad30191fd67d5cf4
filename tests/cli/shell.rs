//! What a shell and its manual need: completions that bash itself accepts, and a page for each command.

use std::io::Write;
use std::process::Stdio;

use super::bare;
use super::common::Desk;

const COMMANDS: [&str; 7] = ["lint", "report", "diff", "apply", "undo", "simulate", "fleet"];

#[test]
fn bash_accepts_its_completions_and_offers_every_command() {
    let script = Desk::new().ask(&["completions", "bash"]).stdout;
    let mut bash = bare::program("bash").arg("-s").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let question = "\nCOMP_WORDS=(clawbeat '')\nCOMP_CWORD=1\n_clawbeat clawbeat '' clawbeat\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
    bash.stdin.take().unwrap().write_all((script + question).as_bytes()).unwrap();
    let offered = String::from_utf8(bash.wait_with_output().unwrap().stdout).unwrap();
    for command in COMMANDS {
        assert!(offered.lines().any(|offer| offer == command), "{command}: {offered}");
    }
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Desk::new().ask(&["completions", shell]).stdout;
        assert!(COMMANDS.iter().all(|command| script.contains(command)), "{shell}");
    }
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let desk = Desk::new();
    let whole = desk.ask(&["man"]).stdout;
    assert!(whole.contains(".TH clawbeat 1"), "{whole}");
    for command in COMMANDS {
        assert!(whole.contains(&format!("clawbeat\\-{command}(1)")), "{command}");
        let page = desk.ask(&["man", command]).stdout;
        assert!(page.contains(&format!(".TH clawbeat-{command} 1")), "{page}");
    }
    let answer = desk.ask(&["man", "repotr"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (2, "error: no command 'repotr', did you mean 'report'?\n"));
}

#[test]
fn a_misspelt_command_is_not_taken_for_a_file() {
    let answer = Desk::new().ask(&["lnit"]);
    let message = "error: no command and no file 'lnit', did you mean 'clawbeat lint'?\n";
    assert_eq!((answer.code, answer.stderr.as_str()), (2, message));
    let file = Desk::with_fixture("personal.json5").ask(&["personal.json"]);
    assert!(file.stderr.contains("cannot read personal.json"), "{file}");
}
