//! The months under other settings, agent by agent. Agents whose months are the same share a sheet, so that a large
//! roster on shared settings stays small.

use super::super::{AgentReport, Report};
use super::keys::{Keys, keys};
use crate::analysis::Analysis;
use crate::bill::Bill;
use crate::gateway::Agent;
use crate::money::{Money, Unit};
use crate::plan::grid::{Grid, grid};
use crate::plan::{Bounds, Memories, Plan};

/// Different sheets in a panel; further agents are named instead.
const MOST_SHEETS: usize = 10;

/// Agents of a panel times those of the roster: where one's settings are written is found in the file as a whole.
const MOST_PLACED: usize = 60_000;

/// What may be tried.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// The sheets, that of the dearest agent first.
    pub sheets: Vec<PanelSheet>,
    /// Agents without one, and why.
    pub without: Vec<(String, String)>,
    /// Agents beyond the most that there is room for.
    pub left_out: Vec<String>,
}

/// An agent whose settings are tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// Its id.
    pub id: String,
    /// Where its settings are written.
    pub keys: Keys,
}

/// The months of agents that are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct PanelSheet {
    /// Who.
    pub agents: Vec<Tried>,
    /// The months of each.
    pub grid: Grid,
    /// What all the other agents cost together, counted as the grid is; `None` where there are none or that is unknown.
    pub others: Option<Money>,
}

pub(super) fn panel(
    analysis: &Analysis,
    plan: &Plan,
    bounds: &Bounds,
    report: &Report,
    shown: &[&AgentReport],
) -> Panel {
    let costing = analysis.costing();
    let (mut memories, mut panel) = (Memories::default(), Panel::default());
    let in_money = report.totals.current.typical();
    let only = report.agents.first().filter(|_| report.agents.len() == 1).map(|agent| agent.id.as_str());
    // A sum is one of agents that are counted alike.
    let is_no_money =
        |agent: &&AgentReport| agent.model.price_unit.is_none() || agent.current.typical() == Some(Money::ZERO);
    let in_tokens = Bill::new(&costing, report.unit).tokens(only).filter(|_| shown.iter().all(is_no_money));
    let roster = || analysis.gateway.agents.iter().zip(&plan.agents);
    let found = |id: &str| roster().find(|(agent, _): &(&Agent, _)| agent.id == id);
    let most = (MOST_PLACED / analysis.gateway.agents.len().max(1)).max(MOST_SHEETS);
    let (shown_here, further) = shown.split_at(shown.len().min(most));
    for (agent, planned) in shown_here.iter().filter_map(|shown| found(&shown.id)) {
        let recommended = planned.as_ref().map(|plan| &plan.chosen.model);
        let id = agent.id.clone();
        let grid = match grid(&costing, agent, report.unit, bounds, recommended, &mut memories) {
            Ok(grid) => grid,
            Err(why) => {
                panel.without.push((id, why));
                continue;
            }
        };
        let total = if grid.unit == Unit::Tokens { in_tokens } else { in_money };
        let others = total.zip(grid.now()).filter(|_| shown.len() > 1).map(|(total, own)| total - own);
        let same = panel.sheets.iter().position(|sheet| sheet.grid == grid && sheet.others == others);
        match same {
            Some(at) => {
                let keys = keys(analysis, agent, &grid, report);
                panel.sheets[at].agents.push(Tried { id, keys });
            }
            None if panel.sheets.len() < MOST_SHEETS => {
                let keys = keys(analysis, agent, &grid, report);
                panel.sheets.push(PanelSheet { agents: vec![Tried { id, keys }], grid, others });
            }
            None => panel.left_out.push(id),
        }
    }
    panel.left_out.extend(further.iter().map(|shown| shown.id.clone()));
    panel
}
