//! One config with everything a question about it needs: the tree that OpenClaw sees, the release it is read for,
//! prices, load and the time covered. Report, plan, rules and trace are all views of this value.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use crate::automations::Jobs;
use crate::bill::Bill;
use crate::bill::windows::Asks;
use crate::catalogue::Catalogue;
use crate::document::{Change, Document, Format, KeyPath, Named, SyntaxError};
use crate::gateway::holder::{self, FileChanges, Holder, NoHolder};
use crate::gateway::include::{self, Expanded};
use crate::gateway::{Agent, Gateway, Surroundings};
use crate::plan::newcomer::newcomer;
use crate::plan::placement::{Placement, Reread, place};
use crate::plan::{self, Bounds, Explanation, Newcomer, Plan};
use crate::provenance::stand_ins;
use crate::releases::{Behaviour, NEWEST, Release, ReleaseSource, Version};
use crate::rules::{self, Context, Finding, Verdict};
use crate::simulate::costing::{Choice, Costing, CostingMemory};
use crate::simulate::months::AllMonths;
use crate::simulate::observed::RecordedUse;
use crate::simulate::schedule::Period;
use crate::workload::Workload;

/// Reads an included file; see [`include::Loader`].
pub type SharedLoader = Arc<dyn Fn(&str, &str) -> Result<(Value, String), String> + Send + Sync>;

/// A config and what it is asked under.
pub struct Analysis {
    /// The file.
    pub document: Document,
    /// Its tree with includes merged.
    pub expanded: Expanded,
    /// The release it is read for.
    pub release: Release,
    /// What that release makes of it.
    pub(crate) gateway: Gateway,
    /// The machine around it.
    pub surroundings: Surroundings,
    /// Prices.
    pub(crate) catalogue: Catalogue,
    /// The load.
    pub(crate) workload: Workload,
    /// The time covered.
    pub(crate) period: Period,
    /// A moment at which ticks fall, if it was given.
    pub anchor: Option<Timestamp>,
    /// What the gateway has scheduled, where its store was read.
    pub jobs: Jobs,
    /// What its records hold beside heartbeats and jobs, where they were read.
    pub recorded: Option<Vec<RecordedUse>>,
    loader: SharedLoader,
    months: Arc<AllMonths>,
    /// What was worked out of the fields above, none of which changes without it.
    memory: AnalysisMemory,
}

/// What was worked out of an analysis as it is.
#[derive(Default)]
struct AnalysisMemory {
    costing: Arc<CostingMemory>,
    /// The linter's advice comes from a plan that is often asked for, too.
    plans: Mutex<Vec<(Bounds, Arc<Plan>)>>,
}

/// What a config is asked under, beside its own text. By default nothing is known of the machine around it, prices are the
/// embedded ones, the load is `typical`, and no file can be included.
pub struct Setup {
    /// `--openclaw-version`.
    pub version: Option<Version>,
    /// The machine around it.
    pub surroundings: Surroundings,
    /// Prices.
    pub catalogue: Catalogue,
    /// The load.
    pub workload: Workload,
    /// `--anchor`.
    pub anchor: Option<Timestamp>,
    /// Reads included files.
    pub loader: SharedLoader,
    /// What was worked out before, for this config or another; nothing of it changes an answer.
    pub months: Arc<AllMonths>,
}

impl Default for Setup {
    fn default() -> Self {
        Setup {
            version: None,
            surroundings: Surroundings::default(),
            catalogue: Catalogue::builtin(),
            workload: Workload::default(),
            anchor: None,
            loader: Arc::new(|_: &str, _: &str| Err("nothing can be included here".to_owned())),
            months: Arc::default(),
        }
    }
}

/// Why a text cannot be analysed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It is no JSON5, JSON or YAML.
    #[error("line {}, column {}: {}", .0.position.line, .0.position.column, .0.message)]
    Syntax(#[from] SyntaxError),
    /// The month does not end within the calendar.
    #[error("the month of {0} is outside the calendar; expected one before 9999-12")]
    Month(Date),
}

impl Analysis {
    /// Reads the text of a config for the calendar month of a day, in the time zone that the config names.
    ///
    /// # Errors
    ///
    /// A syntax error, or a month outside the calendar.
    pub fn read(text: impl Into<String>, format: Format, month: Date, setup: Setup) -> Result<Self, Unread> {
        let document = Document::parse(text, format)?;
        let mut is_outside = false;
        let analysis = Analysis::new(document, setup, |gateway| {
            let zone = gateway.user_zone.clone();
            Period::month(month.first_of_month(), zone.clone()).unwrap_or_else(|| {
                is_outside = true;
                Period { start: Timestamp::UNIX_EPOCH, end: Timestamp::UNIX_EPOCH, zone }
            })
        });
        if is_outside { Err(Unread::Month(month)) } else { Ok(analysis) }
    }

    /// Reads a document. `period` makes the period of the user's zone.
    pub fn new(document: Document, setup: Setup, period: impl FnOnce(&Gateway) -> Period) -> Self {
        let expanded = include::expand(document.shared_value(), &*setup.loader);
        let Setup { mut surroundings, .. } = setup;
        surroundings.stand_ins = stand_ins(&expanded.value, &surroundings.variables, &setup.catalogue);
        let release = Release::choose(setup.version, expanded.value.at("meta.lastTouchedVersion"));
        let gateway = Gateway::read_as(Arc::clone(&expanded.value), Behaviour::of(release.version), &surroundings);
        let period = period(&gateway);
        Analysis {
            document,
            expanded,
            release,
            gateway,
            surroundings,
            catalogue: setup.catalogue,
            workload: setup.workload,
            period,
            anchor: setup.anchor,
            jobs: Jobs::default(),
            recorded: None,
            loader: setup.loader,
            months: setup.months,
            memory: AnalysisMemory::default(),
        }
    }

    /// What its release makes of the config.
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// Prices.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The load.
    pub fn workload(&self) -> &Workload {
        &self.workload
    }

    /// The time covered.
    pub fn period(&self) -> &Period {
        &self.period
    }

    /// Asks under another load from now on.
    pub fn ask_under(&mut self, workload: Workload) {
        (self.workload, self.memory) = (workload, AnalysisMemory::default());
    }

    /// The costing of the config as it is.
    pub fn costing(&self) -> Costing<'_> {
        self.costing_of(&self.gateway).going_on(&self.memory.costing)
    }

    /// Goes on with another tree of the config, as it is read.
    pub(crate) fn take(&mut self, tree: Arc<Value>, gateway: Gateway) {
        (self.expanded.value, self.gateway, self.memory) = (tree, gateway, AnalysisMemory::default());
    }

    /// The costing of a variant of the config, or of the same one under another release.
    pub fn costing_of<'a>(&'a self, gateway: &'a Gateway) -> Costing<'a> {
        Costing::new(gateway, &self.catalogue, &self.workload, &self.period, self.anchor).remembering(&self.months)
    }

    /// What a release makes of a tree of the file.
    pub fn read_as(&self, tree: &Arc<Value>, version: Version) -> Gateway {
        let expanded = include::expand(tree, &*self.loader);
        self.gateway.reread_as(expanded.value, Behaviour::of(version), &self.surroundings)
    }

    /// The config under the newest release of the other generation, where nothing says which release it is for and that
    /// one does not refuse it.
    pub fn other_generation(&self) -> Option<Gateway> {
        let version = self.gateway.behaviour.newest_with_other_schema();
        if self.release.source != ReleaseSource::Assumed {
            return None;
        }
        let gateway = self.under_another(version);
        (self.verdict_under(&gateway) != Verdict::Refused).then_some(gateway)
    }

    /// The config under the newest release, where it is read for an older one.
    pub fn after_upgrade(&self) -> Option<Gateway> {
        let older = self.release.version < NEWEST;
        older.then(|| self.under_another(NEWEST))
    }

    /// What another release makes of the config.
    pub(crate) fn under_another(&self, version: Version) -> Gateway {
        self.gateway.reread_as(Arc::clone(&self.expanded.value), Behaviour::of(version), &self.surroundings)
    }

    /// What the jobs beside heartbeats ask of plans; of one agent's, if it is asked about.
    pub(crate) fn job_asks(&self, only: Option<&str>) -> Vec<Asks> {
        let costing = self.costing();
        let all = Bill::new(&costing, costing.unit()).beside_heartbeats(&self.jobs, only);
        all.into_iter().filter(|one| one.counted).filter_map(|one| one.asks).collect()
    }

    /// What the release that a gateway runs says of the file.
    fn verdict_under(&self, gateway: &Gateway) -> Verdict {
        self.judged_under(gateway).0
    }

    /// What a release says of the file, and the errors behind it; nothing is costed.
    pub fn under(&self, version: Version) -> (Verdict, Vec<Finding>) {
        self.judged_under(&self.under_another(version))
    }

    fn judged_under(&self, gateway: &Gateway) -> (Verdict, Vec<Finding>) {
        let release = Release { version: gateway.behaviour.version, ..self.release.clone() };
        let costing = self.costing_of(gateway);
        rules::judged(&Context::new(&self.document, &self.expanded, &release, &costing))
    }

    /// Changes of the config by the file that they belong in.
    pub fn parts(&self, changes: &[Change]) -> Result<Vec<FileChanges>, NoHolder> {
        holder::parts(self.document.shared_value(), changes, &*self.loader)
    }

    /// The file in which a reader finds a place of the config.
    pub fn seen_in(&self, path: &KeyPath) -> Holder {
        holder::seen_in(self.document.value(), path, &*self.loader)
    }

    /// The same question about another text of the file.
    pub(crate) fn with(&self, document: Document) -> Analysis {
        let setup = Setup {
            version: Some(self.release.version),
            surroundings: self.surroundings.clone(),
            catalogue: self.catalogue.clone(),
            workload: self.workload.clone(),
            anchor: self.anchor,
            loader: Arc::clone(&self.loader),
            months: Arc::clone(&self.months),
        };
        let period = self.period.clone();
        Analysis {
            release: self.release.clone(),
            jobs: self.jobs.clone(),
            recorded: self.recorded.clone(),
            ..Analysis::new(document, setup, |_| period)
        }
    }

    /// The same question about the config with changes made, its includes merged; `None` where they cannot be made.
    pub fn with_changes(&self, changes: &[Change]) -> Option<Analysis> {
        let mut tree = Value::clone(&self.expanded.value);
        changes.iter().try_for_each(|change| change.make(&mut tree)).ok()?;
        Some(self.with(Document::parse(tree.to_string(), Format::Json).ok()?))
    }

    /// The recommended changes, with all that explains them.
    pub fn plan(&self, bounds: &Bounds) -> Plan {
        self.explained_plan(bounds, Explanation::Whole)
    }

    /// The same with so much of what explains them.
    pub fn explained_plan(&self, bounds: &Bounds, explanation: Explanation) -> Plan {
        let (costing, jobs) = (self.costing(), self.jobs_beside(bounds));
        self.rereading(|reread| plan::plan(&costing, bounds, &jobs, &self.expanded.value, reread, explanation))
    }

    /// The same without what explains them.
    pub fn unexplained_plan(&self, bounds: &Bounds) -> Arc<Plan> {
        let plans = || self.memory.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, plan)) = plans().iter().find(|(of, _)| of == bounds) {
            return Arc::clone(plan);
        }
        let plan = Arc::new(self.explained_plan(bounds, Explanation::None));
        // Jobs are read later, and count where heartbeats are to fit beside them.
        if bounds.fit.is_none() {
            plans().push((bounds.clone(), Arc::clone(&plan)));
        }
        plan
    }

    /// What jobs ask of plans that heartbeats are to fit into.
    fn jobs_beside(&self, bounds: &Bounds) -> Vec<Asks> {
        let is_beside = bounds.fit.is_some() && !bounds.heartbeats_only;
        if is_beside { self.job_asks(bounds.only.as_deref()) } else { Vec::new() }
    }

    /// The keys that give an agent other settings and change nothing for anyone else; `None` where no key can.
    pub fn placement(&self, agent: &Agent, other: &Choice) -> Option<Placement> {
        let tree = &self.expanded.value;
        let place = |reread: &Reread<'_>| place(&self.gateway, &self.workload, &[(agent, other)], tree, reread);
        self.rereading(place).ok()
    }

    /// Asks something that reads changed trees of the file again, for this release and the other generation.
    pub(crate) fn rereading<T>(&self, ask: impl FnOnce(&Reread<'_>) -> T) -> T {
        let here = |tree: &Arc<Value>| self.read_as(tree, self.release.version);
        let other_version = self.gateway.behaviour.newest_with_other_schema();
        let other = |tree: &Arc<Value>| {
            let expanded = include::expand(tree, &*self.loader);
            Gateway::who_runs(expanded.value, &Behaviour::of(other_version), &self.surroundings)
        };
        ask(&Reread { here: &here, other: &other })
    }

    /// What some changes mean for an agent that is added later.
    pub fn newcomer(&self, changes: &[Change]) -> Option<Newcomer> {
        newcomer(&self.expanded.value, changes, &|tree| self.read_as(tree, self.release.version))
    }
}

#[cfg(test)]
impl Analysis {
    /// A config alone in the world, over November 2026, for the unit tests of what is made from it.
    pub(crate) fn of(config: &Value, version: Option<&str>) -> Self {
        let setup = Setup { version: version.map(|version| version.parse().unwrap()), ..Setup::default() };
        let november = jiff::civil::date(2026, 11, 1);
        Analysis::new(Document::parse(config.to_string(), Format::Json5).unwrap(), setup, |_| {
            Period::thirty_days(november, jiff::tz::TimeZone::UTC).unwrap()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server asks about one config from several threads.
    #[test]
    fn it_can_be_shared_between_threads() {
        fn is_shared<T: Send + Sync>() {}
        is_shared::<Analysis>();
        is_shared::<Setup>();
        is_shared::<Plan>();
        is_shared::<crate::rules::Lint>();
        is_shared::<crate::report::Report>();
        is_shared::<crate::repair::Repair>();
    }

    #[test]
    fn a_text_that_cannot_be_read_says_where_and_a_month_must_end() {
        let read = |text: &str, year| {
            let month = jiff::civil::date(year, 12, 5);
            Analysis::read(text, Format::Json5, month, Setup::default()).err().map(|error| error.to_string())
        };
        assert_eq!(read("{}", 2026), None);
        assert!(read("{\n  a", 2026).is_some_and(|error| error.starts_with("line 2, column ")));
        let outside = "the month of 9999-12-05 is outside the calendar; expected one before 9999-12";
        assert_eq!(read("{}", 9999).as_deref(), Some(outside));
    }
}
