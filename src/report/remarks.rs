//! What stands behind a plan as sentences: the usual advice that does not pay here, what would save beyond the plan, and
//! the worst day. `code` and `prose` escape for a format.

use super::agent::{ChangeInfo, RunnerUpInfo};
use super::values::advised;
use crate::money::{Money, Unit};
use crate::plan::confidence::Confidence;
use crate::plan::{Advice, Loops, NotHere};
use crate::words::amount;

type Escape = fn(&str) -> String;

/// What popular advice would cost here, and what is cheaper.
pub(super) fn not_here(not: &NotHere, unit: Unit, prose: Escape) -> String {
    let [cost, instead] = [not.cost, not.instead].map(|figure| amount(figure, unit));
    prose(&format!("\"{}\": {cost} a month here, {instead} {}: {}", not.advice, not.alternative, not.reason))
}

/// What a key would save that the plan leaves to the user.
pub(super) fn beyond(advice: &Advice, unit: Unit, code: Escape, prose: Escape) -> String {
    let place = code(advice.path.as_deref().unwrap_or(advice.setting));
    let (to, saves) = (code(&advised(&advice.to)), prose(&amount(advice.saving, unit)));
    format!("{place}: {to} would save {saves} more; {} [{}]", prose(advice.condition), prose(advice.source))
}

/// The worst day before the changes and after them, and the key that limits it.
pub(super) fn worst(loops: &Loops, unit: Unit, code: Escape, prose: Escape) -> String {
    let (now, after) = (loops.now, loops.after);
    let figure = |figure| prose(&amount(figure, unit));
    let limit = loops.path.as_ref().filter(|_| loops.then_per_day < after.cost_per_day);
    let limit = limit.map_or(String::new(), |path| {
        format!("; {}: {} keeps it to {}", code(path), loops.to, figure(loops.then_per_day))
    });
    let day = match now == after {
        true => format!("{} a day", figure(now.cost_per_day)),
        false => format!("{} a day now, {} after the change", figure(now.cost_per_day), figure(after.cost_per_day)),
    };
    let requests = match (now.requests_per_run, after.requests_per_run) {
        (now, after) if now == after => format!("{now} requests each"),
        (now, after) => format!("{now} requests each now, {after} then"),
    };
    format!("{day}, if every heartbeat loops until its time is up ({requests}){limit}")
}

impl ChangeInfo {
    /// The next best value, where it costs more.
    pub(super) fn second(&self) -> Option<&RunnerUpInfo> {
        self.runner_up.as_ref().filter(|second| second.more.amount > Money::ZERO)
    }

    /// Why it may not go unnoticed, where that is less than sure.
    pub(super) fn misgiving(&self) -> Option<&str> {
        self.doubt.as_deref().filter(|_| self.confidence != Confidence::High)
    }
}
