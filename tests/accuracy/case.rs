//! A config and a load, run through the whole simulator: what every test here asks.

use clawbeat::catalogue::Catalogue;
use clawbeat::gateway::{Gateway, Surroundings};
use clawbeat::money::Money;
use clawbeat::releases::Version;
use clawbeat::simulate::costing::{Choice, Costing, Level};
use clawbeat::simulate::estimate::priced;
use clawbeat::simulate::prompt::Parts;
use clawbeat::simulate::schedule::Period;
use clawbeat::simulate::{Request, RequestKind, SkipReason, simulate};
use clawbeat::workload::Workload;
use clawbeat::workload::workspace::Workspace;
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) release: Version,
    pub(crate) config: Value,
    pub(crate) workload: Value,
    pub(crate) workspace: Option<Workspace>,
    pub(crate) anchor: Option<Timestamp>,
}

/// One tick of the answer.
#[derive(Clone, Debug)]
pub(crate) struct Ticked {
    pub(crate) at: i64,
    pub(crate) skip: Option<SkipReason>,
    pub(crate) requests: Vec<Request>,
    pub(crate) costs: Vec<Option<Money>>,
}

/// The answer for the first agent of the config.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) ticks: Vec<Ticked>,
    pub(crate) parts: Parts,
}

impl Case {
    /// An agent on the files its release ships, with nothing to do and nobody to talk to.
    pub(crate) fn idle(release: &str, config: Value) -> Self {
        let workload = json!({ "schemaVersion": 1, "workspaceChars": null, "skillsChars": null, "instructionsChars": 0,
            "history": { "startTokens": 0, "chatTurnsPerDay": 0, "tokensPerTurn": 0, "newSessionAtTokens": null },
            "outputTokens": 2, "requestsPerRun": 1, "alertPercent": 0 });
        Case { release: release.parse().unwrap(), config, workload, workspace: None, anchor: None }
    }

    /// The same with a conversation of so many characters.
    pub(crate) fn with_history(mut self, chars: u64) -> Self {
        self.workload["history"]["startTokens"] = json!(chars / 4);
        self
    }

    /// The first ticks of 30 days of November 2026.
    pub(crate) fn ask(&self, ticks: usize) -> Answer {
        let gateway = Gateway::read(&self.config, self.release, &Surroundings::default());
        let workload = Workload::read(&self.workload, "case").unwrap();
        let workload = match &self.workspace {
            Some(workspace) => workload.with_workspace(workspace.clone()),
            None => workload,
        };
        let period = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
        let catalogue = Catalogue::builtin();
        let costing = Costing::new(&gateway, &catalogue, &workload, &period, self.anchor);
        let agent = &gateway.agents[0];
        let (subject, choice) = (costing.subject(agent), Choice::present(agent));
        let model = costing.answering(agent, &choice);
        let scenario = costing.scenario(&subject, &choice, &model, Level::Typical, costing.always_skipped(agent));
        let price = model.found.price.as_ref();
        let mut answer = Answer { ticks: Vec::new(), parts: scenario.parts };
        simulate(&scenario, &mut |tick| {
            if answer.ticks.len() == ticks {
                return;
            }
            let own = tick.requests.iter().filter(|request| request.kind != RequestKind::Recap);
            let cost = |request: &Request| {
                price.and_then(|price| priced(subject.prices(price), tick.at, request.kind, &request.tokens))
            };
            answer.ticks.push(Ticked {
                at: tick.at,
                skip: tick.skip,
                costs: own.clone().map(cost).collect(),
                requests: own.copied().collect(),
            });
        });
        answer
    }
}
