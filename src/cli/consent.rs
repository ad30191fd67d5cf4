//! What `apply` says before it asks: what changes for whom, what that gives up and what it saves, all read from the config
//! with exactly these changes made; and the questions themselves. Answers are read from whatever is given, so that a test
//! can give them.

use std::io::{self, BufRead, Write};

use clawbeat::document::{Change, Segment};
use clawbeat::gateway::Gateway;
use clawbeat::money::{Money, Unit};
use clawbeat::plan::Lever;
use clawbeat::simulate::costing::Choice;
use clawbeat::words::{about, amount, plain};

use super::apply::in_words;
use super::options::QuestionOptions;
use super::subject::LoadedConfig;

/// What is asked before files are written, and what is not.
#[derive(Debug, clap::Args)]
pub(super) struct ConsentOptions {
    /// Show the change and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(super) yes: bool,
    /// Write the change even if OpenClaw then still refuses the file; the exit code stays 1
    #[arg(long)]
    pub(super) allow_refused: bool,
}

/// The answer to the question whether to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    Yes,
    No,
    /// Some of the changes only.
    Choose,
}

/// What changes of a config mean, in sentences: for each agent what it gets and loses, then what is saved.
pub(super) fn effects(subject: &LoadedConfig, changes: &[Change], question: &QuestionOptions) -> Vec<String> {
    let Some(after) = subject.with(changes) else { return vec!["What it saves is unknown.".to_owned()] };
    let (mut lines, levers) = differences(subject.analysis.gateway(), after.analysis.gateway());
    let is_said = |change: &&Change| levers.iter().any(|lever| lever.key() == last_key(change));
    let others = changes.iter().filter(|change| !is_said(change)).map(in_words);
    lines.extend(others.map(|change| format!("also: {}", change.trim_end())));
    lines.extend(saved(subject, &after, question));
    lines
}

/// What a month of another config saves: money, and tokens of the agents that are counted in them.
fn saved(subject: &LoadedConfig, after: &LoadedConfig, question: &QuestionOptions) -> Vec<String> {
    let money = match (subject.typical(question), after.typical(question)) {
        (Some((before, unit)), Some((now, _))) if now <= before => {
            format!("This saves about {} a month ({} now).", about(before - now, unit), about(before, unit))
        }
        (Some((before, unit)), Some((now, _))) => {
            format!("This costs about {} a month more ({} now).", amount(now - before, unit), about(before, unit))
        }
        _ => "We cannot say what it saves: not all prices are known.".to_owned(),
    };
    let less = match (subject.typical_tokens(question), after.typical_tokens(question)) {
        (Some(before), Some(now)) if now < before => {
            let [less, before] = [before - now, before].map(|tokens| about(tokens, Unit::Tokens));
            format!("This saves about {less} a month ({before} now, output and cache counted as input).")
        }
        _ => return vec![money],
    };
    // Of agents that cost nothing or have no price, the tokens say it all.
    let is_worth_saying = subject.typical(question).is_some_and(|(before, _)| before > Money::ZERO);
    if is_worth_saying { vec![money, less] } else { vec![less] }
}

/// The key that a change writes, without the way to it.
fn last_key(change: &Change) -> &str {
    match change.path.last() {
        Some(Segment::Key(key)) => key,
        _ => "",
    }
}

/// What differs for the agents that run before or after, and by which settings; agents with the same changes share their
/// lines.
fn differences(before: &Gateway, after: &Gateway) -> (Vec<String>, Vec<Lever>) {
    let mut said: Vec<(Vec<String>, String)> = Vec::new();
    let mut levers = Vec::new();
    let mut say = |id: &str, what: String| match said.iter_mut().find(|(_, known)| *known == what) {
        Some((ids, _)) => ids.push(plain(id)),
        None => said.push((vec![plain(id)], what)),
    };
    for agent in before.enrolled() {
        let Some(then) = after.enrolled().find(|then| then.id == agent.id) else {
            say(&agent.id, "no heartbeats any more".to_owned());
            continue;
        };
        let (from, to) = (Choice::present(agent), Choice::present(then));
        for lever in Lever::differing(&from, &to) {
            levers.push(lever);
            let value = |choice: &Choice| plain(lever.value(choice).to_string().trim_matches('"'));
            say(&agent.id, format!("{lever}: {} → {}. Gives up {}", value(&from), value(&to), lever.gives_up(&to)));
        }
    }
    for agent in after.enrolled().filter(|agent| before.enrolled().all(|old| old.id != agent.id)) {
        say(&agent.id, "heartbeats from now on".to_owned());
    }
    (said.into_iter().map(|(ids, what)| format!("{}: {what}", ids.join(", "))).collect(), levers)
}

/// Asks whether to write; anything but a clear answer is no.
pub(super) fn ask(answers: &mut impl BufRead, out: &mut impl Write, may_choose: bool) -> io::Result<Consent> {
    let choices = if may_choose { "[y/N/choose]" } else { "[y/N]" };
    Ok(match one(answers, out, &format!("Write it? {choices} "))?.as_str() {
        "y" | "yes" => Consent::Yes,
        "c" | "choose" if may_choose => Consent::Choose,
        _ => Consent::No,
    })
}

/// Asks about each change by itself.
pub(super) fn choose(answers: &mut impl BufRead, out: &mut impl Write, changes: &[Change]) -> io::Result<Vec<Change>> {
    let mut chosen = Vec::new();
    for change in changes {
        let question = format!("{}? [y/N] ", plain(in_words(change).trim_end()));
        if matches!(one(answers, out, &question)?.as_str(), "y" | "yes") {
            chosen.push(change.clone());
        }
    }
    Ok(chosen)
}

fn one(answers: &mut impl BufRead, out: &mut impl Write, question: &str) -> io::Result<String> {
    out.write_all(question.as_bytes())?;
    out.flush()?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    Ok(answer.trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes() -> Vec<Change> {
        ["a", "b", "c"].map(|key| Change::set(key.parse().unwrap(), 1)).to_vec()
    }

    #[test]
    fn only_a_clear_yes_writes() {
        for (typed, expected) in [
            ("y\n", Consent::Yes),
            (" YES \n", Consent::Yes),
            ("choose\n", Consent::Choose),
            ("n\n", Consent::No),
            ("yess\n", Consent::No),
            ("\n", Consent::No),
            ("", Consent::No),
        ] {
            assert_eq!(ask(&mut typed.as_bytes(), &mut Vec::new(), true).unwrap(), expected, "{typed:?}");
        }
        assert_eq!(ask(&mut "choose\n".as_bytes(), &mut Vec::new(), false).unwrap(), Consent::No);
    }

    #[test]
    fn each_change_is_asked_about_by_itself() {
        let mut out = Vec::new();
        let chosen = choose(&mut "y\nn\nyes\n".as_bytes(), &mut out, &changes()).unwrap();
        assert_eq!(chosen, [changes()[0].clone(), changes()[2].clone()]);
        assert_eq!(String::from_utf8(out).unwrap(), "a = 1? [y/N] b = 1? [y/N] c = 1? [y/N] ");
        assert!(choose(&mut "".as_bytes(), &mut Vec::new(), &changes()).unwrap().is_empty(), "an end is a no");
    }
}
