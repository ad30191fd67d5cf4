//! `clawbeat models`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use clawbeat::money::Unit;
use clawbeat::report::{models, plans};

use super::load::{self, catalogue, data_file};
use super::options::BillingUnit;
use super::output::print;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Words that the id or name must contain
    query: Vec<String>,
    /// The flat plans and free quotas, how they are recognised and what they allow; with =FILE, those of a file first
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, conflicts_with_all = ["billing", "prices"])]
    plans: Option<Option<PathBuf>>,
    /// Which catalogue [default: the nexos.ai credits page and US dollars]
    #[arg(long, value_name = "UNIT")]
    billing: Option<BillingUnit>,
    /// Prices to use before the catalogue's
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ModelsFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ModelsFormat {
    /// A table
    Text,
    /// For programs
    Json,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let query = (!args.query.is_empty()).then(|| args.query.join(" "));
    if let Some(file) = &args.plans {
        let known = load::plans(file.as_deref())?;
        let own = file.as_deref().map(data_file).transpose()?;
        print(&match args.format {
            ModelsFormat::Text => plans::render_text(&known, query.as_deref()),
            ModelsFormat::Json => plans::render_json(&known, own.as_ref(), query.as_deref()),
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let catalogue = catalogue(args.prices.as_deref())?;
    let units = match args.billing {
        Some(billing) => vec![billing.unit()],
        None => vec![Unit::Credits, Unit::Usd],
    };
    let now = jiff::Timestamp::now();
    let lists = units.into_iter().map(|unit| models::list(&catalogue, unit, query.as_deref(), now)).collect::<Vec<_>>();
    print(&match args.format {
        ModelsFormat::Text => models::render_text(&lists, query.as_deref()),
        ModelsFormat::Json => models::render_json(&lists),
    })?;
    Ok(ExitCode::SUCCESS)
}
