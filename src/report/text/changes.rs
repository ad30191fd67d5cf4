//! What to change, what each step saves and gives up.

use super::layout::{title, wrapped};
use super::{DETAILED_AGENTS, explained};
use crate::money::Money;
use crate::report::Report;
use crate::report::amount::{amount, plain};
use crate::report::steps::{Step, steps};
use crate::report::values::shown;

pub(super) fn render(out: &mut String, report: &Report) {
    let steps = steps(report);
    if steps.is_empty() {
        return;
    }
    title(out, "What to change");
    let enrolled = report.enrolled().count();
    let several = enrolled > 1;
    for (at, Step { agents, change, saving }) in steps.into_iter().enumerate() {
        let whose = if several { format!("{}: ", agents.join(", ")) } else { String::new() };
        let saves = match saving {
            saving if saving == Money::ZERO => "saves nothing by itself".to_owned(),
            saving if saving < Money::ZERO => {
                format!("adds {} a month at first", amount(Money::ZERO - saving, report.unit))
            }
            saving => format!("saves {} a month", amount(saving, report.unit)),
        };
        let line = format!(
            "{:>2}. {whose}{}: {} → {}",
            at + 1,
            plain(&change.path),
            shown(report, &change.from),
            shown(report, &change.to)
        );
        wrapped(out, &line, 4);
        wrapped(out, &format!("    {saves}, risk {}: {}", change.risk, change.reason), 4);
        wrapped(out, &format!("    gives up {}", change.gives_up), 4);
        if enrolled <= DETAILED_AGENTS {
            explained::of_change(out, report, change);
        }
    }
}
