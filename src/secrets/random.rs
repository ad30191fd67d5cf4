//! Runs of letters and digits that no person would choose: keys without a known beginning. Names of models, paths and UUIDs
//! are told from them by their separators and by how often the kind of letter changes.

use std::ops::Range;

/// Runs that nobody would type. Judged by stretches without a separator: those of names and paths are short or plain
/// words.
pub(super) fn randoms(word: &[u8], found: &mut Vec<Range<usize>>) {
    let here = |part: &[u8]| {
        let start = part.as_ptr() as usize - word.as_ptr() as usize;
        start..start + part.len()
    };
    // A part below 32 is random only by so many letters and digits on end.
    let is_plain = |b: &u8| b.is_ascii_alphanumeric();
    if word.len() < 24 || (word.len() < 32 && word.split(|b| !is_plain(b)).all(|run| run.len() < 24)) {
        return;
    }
    for part in word.split(|b| b":/@=&?.".contains(b)).filter(|part| part.len() >= 24) {
        let longest = if part.len() >= 32 && !is_uuid(part) { 16 } else { 24 };
        let mut runs = part.split(|b| !is_plain(b));
        if runs.any(|run| is_random(run, longest)) || (part.len() >= 32 && is_mixed(part, 32)) {
            found.push(here(part));
        }
    }
    // The secret key of AWS: 40 characters of Base64, slashes among them.
    for run in word.split(|b| !(is_plain(b) || b"/+".contains(b))).filter(|run| run.len() >= 40) {
        let slashes = run.iter().enumerate().filter(|(_, b)| **b == b'/');
        for start in std::iter::once(0).chain(slashes.map(|(at, _)| at + 1)) {
            let ends = start + 40 == run.len() || run.get(start + 40) == Some(&b'/');
            if ends && is_mixed(&run[start..start + 40], 30) {
                found.push(here(&run[start..start + 40]));
            }
        }
    }
}

fn is_random(run: &[u8], longest: usize) -> bool {
    if run.len() < longest {
        return false;
    }
    let digits = run.iter().filter(|b| b.is_ascii_digit()).count();
    let has = |class: fn(&u8) -> bool| run.iter().any(class);
    let is_hex = run.iter().all(u8::is_ascii_hexdigit);
    (run.len() >= 32 && is_hex && digits > 0 && digits < run.len())
        || (digits >= 2 && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase))
}

/// Whether a text goes from one kind of letter to another much more often than names do: those at most at one letter in
/// four (`DeepSeek-R1-Distill-Llama-70B-FP8` has 8 in 28), random ones at more than half.
fn is_mixed(text: &[u8], least: usize) -> bool {
    // What is written in small letters, as most UUIDs are, needs no counting.
    if text.iter().filter(|b| b.is_ascii_uppercase()).take(3).count() < 3 {
        return false;
    }
    let kind = |b: &u8| match b {
        b'0'..=b'9' => 0,
        b'A'..=b'Z' => 1,
        b'a'..=b'z' => 2,
        _ => 3,
    };
    let kinds: Vec<u8> = text.iter().map(kind).collect();
    let count = |kind: u8| kinds.iter().filter(|other| **other == kind).count();
    let letters = kinds.len() - count(3);
    let turns = kinds.windows(2).filter(|pair| pair[0] != pair[1] && !pair.contains(&3)).count();
    letters >= least && count(0) >= 1 && count(2) >= 3 && turns * 10 >= letters * 3
}

fn is_uuid(part: &[u8]) -> bool {
    let fits = |(at, b): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *b == b'-',
        _ => b.is_ascii_hexdigit(),
    };
    part.len() == 36 && part.iter().enumerate().all(fits)
}
