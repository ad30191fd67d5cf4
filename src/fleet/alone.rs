//! The line of a config that comes as text, without the machine it runs on: what a program gets that asks in its own
//! process and not by the command. Nothing is read but the text.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::alike::{KnownLines, LineKey};
use super::entry::{BadEntry, Entry};
use super::line::{FleetLine, LineNeeds};
use crate::analysis::{Analysis, Setup, Unread};
use crate::catalogue::Catalogue;
use crate::document::{Document, KeyPath};
use crate::gateway::text;
use crate::plan::Bounds;
use crate::releases::Version;
use crate::report::Question;
use crate::report::answer::figures;
use crate::simulate::months::AllMonths;
use crate::simulate::schedule::Period;
use crate::workload::Workload;

/// What all configs of a call are asked under.
#[derive(Clone)]
pub struct Terms {
    /// The release that runs them, where one does not name its own.
    pub version: Option<Version>,
    /// The month that is costed.
    pub month: Date,
    /// Prices.
    pub catalogue: Catalogue,
    /// The load, where one does not name its own.
    pub workload: Workload,
    /// What was worked out before, for any of them.
    pub months: Arc<AllMonths>,
    /// Lines that were made under these terms.
    pub lines: Arc<KnownLines>,
}

/// The line of an entry, or of what should have been one.
pub fn line(entry: Result<Entry, BadEntry>, terms: &Terms, needs: LineNeeds) -> FleetLine {
    let entry = match entry {
        Ok(entry) => entry,
        Err(BadEntry { id, error }) => return FleetLine::of(&id, None).with_error(&error),
    };
    let (line, root) = (FleetLine::of(&entry.id, None), KeyPath::root());
    let path = Path::new(&entry.id);
    let document = match text::config(path, &entry.id, &entry.text, entry.format, &root) {
        Ok(document) => document,
        Err(error) => return line.with_slip(path, &entry.text, entry.format, &root).with_error(&error),
    };
    if let Err(error) = text::stands_alone(&document) {
        return line.with_error(&error);
    }
    let release = entry.release.map(|release| release.to_string()).unwrap_or_default();
    let load = entry.workload.as_ref().map_or("", |load| &load.name);
    let key = LineKey::of(&document, &[&release, load, &format!("{needs:?}")]);
    terms.lines.line(key, line, |line| answer(line, document, entry, terms, needs))
}

fn answer(line: FleetLine, document: Document, entry: Entry, terms: &Terms, needs: LineNeeds) -> FleetLine {
    let setup = Setup {
        version: entry.release.or(terms.version),
        catalogue: terms.catalogue.clone(),
        workload: entry.workload.unwrap_or_else(|| terms.workload.clone()),
        months: Arc::clone(&terms.months),
        ..Setup::default()
    };
    let mut is_outside = false;
    let mut analysis = Analysis::new(document, setup, |gateway| {
        let zone = gateway.user_zone.clone();
        Period::month(terms.month.first_of_month(), zone.clone()).unwrap_or_else(|| {
            is_outside = true;
            Period { start: Timestamp::UNIX_EPOCH, end: Timestamp::UNIX_EPOCH, zone }
        })
    });
    if is_outside {
        return line.with_error(&Unread::Month(terms.month).to_string());
    }
    let line = match needs.lint {
        true => {
            let lint = analysis.lint();
            line.judged(&analysis, lint.verdict).with_lint(&lint)
        }
        false => line.judged(&analysis, analysis.verdict().0),
    };
    if !needs.report {
        return line;
    }
    analysis.repair();
    let plan = analysis.unexplained_plan(&Bounds::default());
    line.with_figures(&figures(&analysis, &plan, &Question::default()))
}
