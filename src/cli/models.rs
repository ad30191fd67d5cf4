//! `clawbeat models`.

use std::process::ExitCode;

use clap::ValueEnum;
use clawbeat::money::Unit;
use clawbeat::report::{models, plans};

use super::load::catalogue;
use super::options::Billing;
use super::output::print;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Words that the id or name must contain
    query: Vec<String>,
    /// The flat plans and free quotas, how they are recognised and what they allow
    #[arg(long, conflicts_with_all = ["billing", "prices"])]
    plans: bool,
    /// Which catalogue [default: the nexos.ai credits page and US dollars]
    #[arg(long, value_name = "UNIT")]
    billing: Option<Billing>,
    /// Prices to use before the catalogue's
    #[arg(long, value_name = "FILE")]
    prices: Option<std::path::PathBuf>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A table
    Text,
    /// For programs
    Json,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let catalogue = catalogue(args.prices.as_deref())?;
    let query = (!args.query.is_empty()).then(|| args.query.join(" "));
    if args.plans {
        print(&match args.format {
            Format::Text => plans::render_text(query.as_deref()),
            Format::Json => plans::render_json(query.as_deref()),
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let units = match args.billing {
        Some(billing) => vec![billing.unit()],
        None => vec![Unit::Credits, Unit::Usd],
    };
    let now = jiff::Timestamp::now();
    let lists = units.into_iter().map(|unit| models::list(&catalogue, unit, query.as_deref(), now)).collect::<Vec<_>>();
    print(&match args.format {
        Format::Text => models::render_text(&lists, query.as_deref()),
        Format::Json => models::render_json(&lists),
    })?;
    Ok(ExitCode::SUCCESS)
}
