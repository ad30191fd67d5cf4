//! How often each rule found something, for a first look at many files.

use std::collections::BTreeMap;

use super::FileLint;
use crate::rules::Safety;

/// Renders one line for each rule that found something, the most frequent first: how often, the rule, and how many of its
/// findings have a safe and an unsafe fix.
pub fn render(files: &[FileLint<'_>]) -> String {
    let mut rules: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for finding in files.iter().flat_map(|file| &file.lint.findings) {
        let [count, safe, risky] = rules.entry(finding.rule).or_default();
        *count += 1;
        match finding.fix.as_ref().map(|fix| fix.safety) {
            Some(Safety::Safe) => *safe += 1,
            Some(Safety::Unsafe) => *risky += 1,
            None => {}
        }
    }
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|(_, [count, ..])| std::cmp::Reverse(*count));
    let digits = rules.first().map_or(1, |(_, [count, ..])| count.to_string().len());
    let line = |(rule, [count, safe, risky]): &(&str, [usize; 3])| {
        let fixes = [(safe, "safe"), (risky, "unsafe")].into_iter().filter(|(number, _)| **number > 0);
        let fixes: Vec<String> = fixes.map(|(number, kind)| format!("{number} {kind}")).collect();
        let fixes = if fixes.is_empty() { String::new() } else { format!("  (fixes: {})", fixes.join(", ")) };
        format!("{count:>digits$}  {rule}{fixes}\n")
    };
    if rules.is_empty() { "no findings\n".to_owned() } else { rules.iter().map(line).collect() }
}
