//! The edits of many fixes, each by itself: they are found on one reading of the text, and all that keep out of each
//! other's way are proven by one more. Only where that fails is it looked which of them is to blame.

use serde_json::Value;

use super::Document;
use super::change::{self, Change, EditError, EditStep};
use super::edit::{Edit, applied, changing, joined};
use super::editor::{Editor, Hulls, ParsedText};
use super::part::DocumentPlace;
use super::path::{KeyPath, Segment, Taken};

/// The edits of one fix, or why it cannot be made.
type FixEdits = Result<Vec<Edit>, EditError>;

/// A fix whose edits were found on the text as it stands.
struct FoundFix<'c> {
    number: usize,
    changes: &'c [Change],
    edits: Vec<Edit>,
}

impl Document {
    /// What [`Document::edits`] says of each of several lists of changes.
    pub fn edits_of_each(&self, fixes: &[&[Change]]) -> Vec<FixEdits> {
        match &self.place {
            DocumentPlace::Whole => self.each_of_whole(fixes),
            DocumentPlace::Subtree(outer, at) => {
                let inside = |change: &Change| Change { path: at.join_all(&change.path), to: change.to.clone() };
                let fixes: Vec<Vec<Change>> = fixes.iter().map(|fix| fix.iter().map(inside).collect()).collect();
                outer.edits_of_each(&fixes.iter().map(Vec::as_slice).collect::<Vec<_>>())
            }
            DocumentPlace::Text { .. } | DocumentPlace::OneOf { .. } => {
                fixes.iter().map(|changes| self.edits(changes)).collect()
            }
        }
    }

    fn each_of_whole(&self, fixes: &[&[Change]]) -> Vec<FixEdits> {
        let mut answers: Vec<Option<FixEdits>> = vec![None; fixes.len()];
        let mut left: Vec<FoundFix<'_>> = Vec::new();
        if let (Ok(editor), Ok(page)) = (self.editor(), ParsedText::read(&self.text, self.format)) {
            let found = |(number, changes): (usize, &&'_ [Change])| {
                let edits = self.found(&editor, &page, changes)?;
                Some((number, edits))
            };
            let all = fixes.iter().enumerate().filter_map(found);
            left.extend(all.map(|(number, edits)| FoundFix { number, changes: fixes[number], edits }));
        }
        while !left.is_empty() {
            let (mut hulls, mut taken) = (Hulls::default(), Taken::default());
            let (together, later): (Vec<_>, Vec<_>) = left.into_iter().partition(|found| {
                let is_apart = !found.changes.iter().any(|change| taken.collides(&change.path));
                let joins = is_apart && hulls.take(&found.edits);
                if joins {
                    found.changes.iter().for_each(|change| taken.insert(&change.path));
                }
                joins
            });
            self.prove(&together, &mut answers);
            left = later;
        }
        let answers = answers.into_iter().zip(fixes);
        answers.map(|(answer, changes)| answer.unwrap_or_else(|| self.edits(changes))).collect()
    }

    /// The edits of a fix on the text as it stands, where none of its steps needs another.
    fn found(&self, editor: &Editor<'_>, page: &ParsedText<'_>, changes: &[Change]) -> Option<Vec<Edit>> {
        let mut taken = Taken::default();
        let mut steps: Vec<EditStep> = Vec::new();
        for change in changes {
            if taken.collides(&change.path) {
                return None;
            }
            taken.insert(&change.path);
            steps.extend(change::planned(&self.value, change).ok()?);
        }
        let (count, mut edits) = editor.apart(page, &steps);
        edits.sort_by_key(|edit| edit.range.start);
        let edits = changing(&self.text, joined(edits));
        (count == steps.len() && !edits.is_empty()).then_some(edits)
    }

    /// Answers for fixes that keep apart, if the text with all of them made means what it shall; else for each half.
    fn prove(&self, fixes: &[FoundFix<'_>], answers: &mut [Option<FixEdits>]) {
        let mut edits: Vec<&Edit> = fixes.iter().flat_map(|found| &found.edits).collect();
        edits.sort_by_key(|edit| edit.range.start);
        let edits: Vec<Edit> = edits.into_iter().cloned().collect();
        let wanted = self.with_all(fixes.iter().flat_map(|found| found.changes));
        let holds = wanted.is_some_and(|wanted| self.verify(&applied(&self.text, &edits), &wanted).is_ok());
        match fixes {
            _ if holds => {
                for found in fixes {
                    answers[found.number] = Some(Ok(found.edits.clone()));
                }
            }
            // Alone it is proven once more, step by step.
            [] | [_] => {}
            several => {
                let (first, second) = several.split_at(several.len() / 2);
                self.prove(first, answers);
                self.prove(second, answers);
            }
        }
    }

    /// The value with changes made that were found on the text as it stands: what goes from a list goes last, from its end.
    fn with_all<'c>(&self, changes: impl Iterator<Item = &'c Change>) -> Option<Value> {
        let is_element = |path: &KeyPath| matches!(path.last(), Some(Segment::Index(_)));
        let (mut shortening, others): (Vec<&Change>, Vec<&Change>) =
            changes.partition(|change| change.to.is_none() && is_element(&change.path));
        shortening.sort_by(|one, other| other.path.cmp(&one.path));
        let mut value = self.value().clone();
        let mut all = others.into_iter().chain(shortening);
        all.all(|change| change.make(&mut value).is_ok()).then_some(value)
    }
}
